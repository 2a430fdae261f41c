"""Every statement over children, placements and approvals, and over the obligations of one placement.

The hot path inserts run on the tables, not the mapped classes: the same statements without the cost of the unit of work.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, Table, and_, bindparam, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from hub.core.bulk import Insertion
from hub.core.db import connection_of
from hub.directory.models import ContactPoint, Organisation
from hub.directory.queries import Brief
from hub.notify.models import Obligation
from hub.registry.models import Approval, Child, ChildIndex, Notice, NoticeRecipient, Placement

_CHILD, _INDEX = cast(Table, Child.__table__), cast(Table, ChildIndex.__table__)
_PLACEMENT, _APPROVAL = cast(Table, Placement.__table__), cast(Table, Approval.__table__)
_ADD_CHILD, _ADD_INDEX = Insertion(_CHILD), Insertion(_INDEX)
_ADD_PLACEMENT, _ADD_APPROVAL = Insertion(_PLACEMENT), Insertion(_APPROVAL)
_ORG = Organisation
_PARTIES = select(
    _ORG.id, _ORG.ref, _ORG.kind, _ORG.name, _ORG.gss_code, _ORG.urn, _ORG.area_gss, _ORG.joined_at, _ORG.valid_to
)
PLACING, HOST, FORCE, PROVIDER = (aliased(Organisation, name=name) for name in ("placing", "host", "force", "provider"))


AnySelect = Select[*tuple[Any, ...]]
AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class PlacementFilter:
    """Which placements are wanted; every field that is not ``None`` narrows. ``party``: placing, host, force or provider."""

    party: str | None = None
    state: str | None = None
    relation: str | None = None


# --- organisations --------------------------------------------------------------------------------------------------


def parties(
    session: Session,
    *,
    ids: Collection[int] = (),
    gss: Collection[str] = (),
    ref: str | None = None,
    urn: str | None = None,
) -> Sequence[Brief]:
    """The organisations with any of these ids, GSS codes, reference or Ofsted number, in one statement."""
    if not (ids or gss or ref or urn):
        return []
    asked = {"ids": list(ids), "gss": list(gss), "ref": ref, "urn": urn}
    return connection_of(session).execute(_ANY_OF, asked).all()


_ANY_OF = _PARTIES.where(
    or_(
        _ORG.id.in_(bindparam("ids", expanding=True)),
        _ORG.gss_code.in_(bindparam("gss", expanding=True)),
        _ORG.ref == bindparam("ref"),
        _ORG.urn == bindparam("urn"),
    )
)
"""Made once: putting this statement together costs more than running it, and every notice runs it."""


def body_reached_at(session: Session, channel: str, address: str) -> Brief | None:
    """The body outside England and Wales whose desk is reached at this address, if one is known."""
    wanted = _PARTIES.join(ContactPoint, ContactPoint.organisation_id == _ORG.id)
    at = (ContactPoint.channel == channel, ContactPoint.address == address, ContactPoint.role == "duty_desk")
    return session.execute(wanted.where(_ORG.kind == "other_body", *at).order_by(_ORG.id).limit(1)).first()


# --- writing --------------------------------------------------------------------------------------------------------


def add_child(session: Session, row: Mapping[str, Any]) -> int:
    """Insert a child; its id."""
    return _ADD_CHILD.one(session, row)


def add_child_index(session: Session, child_id: int, rows: Collection[tuple[str, bytes]]) -> None:
    """Insert the keyed blind indexes of a child, in one statement."""
    if rows:
        listed = [{"kind": kind, "value": value, "child_id": child_id} for kind, value in rows]
        _ADD_INDEX.rows(session, listed)


def replace_child_index(session: Session, child_id: int, rows: Collection[tuple[str, bytes]]) -> None:
    """Put *rows* in the place of the blind indexes that a child has."""
    connection_of(session).execute(_INDEX.delete().where(_INDEX.c.child_id == child_id))
    connection_of(session).execute(update(_CHILD).where(_CHILD.c.id == child_id).values(spread_version=None))
    add_child_index(session, child_id, rows)


def replace_child_indexes(session: Session, rows: Mapping[int, Collection[tuple[str, bytes]]]) -> None:
    """Put other blind indexes in the place of those that many children have."""
    connection_of(session).execute(_INDEX.delete().where(_INDEX.c.child_id.in_(list(rows))))
    listed = [{"kind": k, "value": value, "child_id": number} for number, each in rows.items() for k, value in each]
    _ADD_INDEX.rows(session, listed)


def change_child(session: Session, child_id: int, values: Mapping[str, Any]) -> None:
    """Change a child's row."""
    changed = update(_CHILD).where(_CHILD.c.id == child_id).values(version=_CHILD.c.version + 1, **values)
    connection_of(session).execute(changed)


def add_placement(session: Session, row: Mapping[str, Any]) -> int:
    """Insert a placement; its id."""
    return _ADD_PLACEMENT.one(session, row)


def change_placement(session: Session, placement_id: int, values: Mapping[str, Any]) -> int:
    """Change a placement's columns but not its state; how many rows changed."""
    changed = update(_PLACEMENT).where(_PLACEMENT.c.id == placement_id)
    changed = changed.values(version=_PLACEMENT.c.version + 1, **values)
    return int(connection_of(session).execute(changed).rowcount)


def area_columns(*, is_confirmed: bool) -> dict[str, Any]:
    """The columns of an area that was only now given: whoever accepted the one before accepted another."""
    return {"area_confirmed": is_confirmed, "area_accepted_by": None, "area_accepted_at": None}


def confirm_area(session: Session, placement_id: int, *, by: str, now: datetime) -> int:
    """Mark the area as confirmed by the host; how many rows changed (0: it was confirmed already)."""
    guarded = update(_PLACEMENT).where(_PLACEMENT.c.id == placement_id, _PLACEMENT.c.area_confirmed.is_(False))
    accepted = guarded.values(area_confirmed=True, area_accepted_by=by, area_accepted_at=now)
    return int(connection_of(session).execute(accepted).rowcount)


def add_approval(session: Session, row: Mapping[str, Any]) -> int:
    """Insert an approval; its id."""
    return _ADD_APPROVAL.one(session, row)


# --- reading --------------------------------------------------------------------------------------------------------


def may_see(organisation_id: int) -> ColumnElement[bool]:
    """Condition: the organisation is a party to the placement and may know of it.

    A proposed placement is its placing authority's alone until the host was consulted on it.
    """
    p = Placement
    consulted = exists().where(
        Notice.placement_id == p.id,
        Notice.state.in_(("registered", "superseded")),
        NoticeRecipient.notice_id == Notice.id,
        NoticeRecipient.organisation_id == organisation_id,
    )
    party = or_(
        p.host_authority_id == organisation_id, p.police_force_id == organisation_id, p.provider_id == organisation_id
    )
    return or_(
        p.placing_authority_id == organisation_id,
        and_(party, p.state.in_(("unconfirmed", "confirmed", "ended"))),
        and_(p.host_authority_id == organisation_id, p.state.in_(("proposed", "cancelled")), consulted),
    )


def placement_seen_by(session: Session, ref: str, organisation_id: int) -> Placement | None:
    """The placement *ref*, if the organisation is a party to it and may know of it."""
    return session.scalars(select(Placement).where(Placement.ref == ref, may_see(organisation_id))).one_or_none()


def placement_by_id(session: Session, placement_id: int) -> Placement:
    """The placement with this id, as it is now, kept from other writers until the end of the transaction."""
    wanted = select(Placement).where(Placement.id == placement_id).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).one()


def placement_to_read(session: Session, placement_id: int) -> Placement:
    """The placement with this id, as it is now."""
    wanted = select(Placement).where(Placement.id == placement_id)
    return session.scalars(wanted.execution_options(populate_existing=True)).one()


def child_by_id(session: Session, child_id: int) -> Child:
    """The child with this id, as it is now."""
    return session.scalars(select(Child).where(Child.id == child_id).execution_options(populate_existing=True)).one()


def child_of(session: Session, placement_ref: str) -> Child:
    """The child of a placement, as it is now."""
    wanted = select(Child).join(Placement, Placement.child_id == Child.id).where(Placement.ref == placement_ref)
    return session.scalars(wanted).one()


def shown() -> AnySelect:
    """Placements, each with its child and the organisations that are parties to it."""
    named: AnySelect = select(Placement, PLACING, HOST, FORCE, PROVIDER, Child)
    named = named.join(Child, Child.id == Placement.child_id)
    for party, column in (
        (PLACING, Placement.placing_authority_id),
        (HOST, Placement.host_authority_id),
        (FORCE, Placement.police_force_id),
        (PROVIDER, Placement.provider_id),
    ):
        named = named.outerjoin(party, party.id == column)
    return named


def placement_shown(session: Session, ref: str, organisation_id: int) -> AnyRow | None:
    """A placement with its child and the organisations that are parties to it, scoped as :func:`placement_seen_by`."""
    return session.execute(shown().where(Placement.ref == ref, may_see(organisation_id))).first()


def placements_shown(
    session: Session, wanted: PlacementFilter, organisation_id: int, *, after: str | None, at_most: int
) -> Sequence[AnyRow]:
    """A page of the placements that an organisation is a party to, newest first, from after the reference *after*."""
    rows = shown().where(may_see(organisation_id))
    if wanted.party:
        rows = rows.where(_PARTY_COLUMN[wanted.party] == organisation_id)
    if wanted.state:
        rows = rows.where(Placement.state == wanted.state)
    if wanted.relation:
        rows = rows.where(Placement.relation == wanted.relation)
    if after:
        rows = rows.where(Placement.id < _id_of(after))
    return session.execute(rows.order_by(Placement.id.desc()).limit(at_most)).all()


_PARTY_COLUMN = {
    "placing": Placement.placing_authority_id,
    "host": Placement.host_authority_id,
    "force": Placement.police_force_id,
    "provider": Placement.provider_id,
}


def _id_of(ref: str) -> Any:
    return select(Placement.id).where(Placement.ref == ref).scalar_subquery()


def begun_after(session: Session, before: Placement) -> Sequence[Placement]:
    """The placements of the same child by the same placing authority that have begun since *before* ended, earliest first."""
    p = Placement
    wanted = select(p).where(
        p.child_id == before.child_id,
        p.placing_authority_id == before.placing_authority_id,
        p.state.in_(("unconfirmed", "confirmed", "ended")),
        p.id != before.id,
        p.starts_at >= (before.ends_at or before.starts_at),
    )
    return session.scalars(wanted.order_by(p.starts_at, p.id)).all()


def lived_in(session: Session, placement: Placement) -> Sequence[AnyRow]:
    """Other placements of the child by the same placing authority that go on while *placement* runs: nobody told of an end."""
    p = Placement
    goes_on = or_(p.ends_at.is_(None), p.ends_at > placement.starts_at)
    wanted: AnySelect = select(p.ref, p.starts_at, p.country, HOST.name.label("host")).where(
        p.child_id == placement.child_id,
        p.placing_authority_id == placement.placing_authority_id,
        p.state.in_(("unconfirmed", "confirmed")),
        p.id != placement.id,
        p.starts_at <= placement.starts_at,
        goes_on,
    )
    return session.execute(wanted.outerjoin(HOST, HOST.id == p.host_authority_id).order_by(p.starts_at)).all()


def approvals_of(session: Session, placement_id: int) -> Sequence[Approval]:
    """The approvals of a placement, oldest first."""
    return session.scalars(select(Approval).where(Approval.placement_id == placement_id).order_by(Approval.id)).all()


def first_approved_at(session: Session, placement_id: int) -> datetime | None:
    """When the placement was first approved."""
    wanted = select(Approval.approved_at).where(Approval.placement_id == placement_id)
    return session.scalars(wanted.order_by(Approval.approved_at).limit(1)).first()


def standing(session: Session, subject_refs: Collection[str]) -> Sequence[Obligation]:
    """The obligations about a placement and its notices, oldest first, void ones included, as they are now."""
    wanted = select(Obligation).where(Obligation.subject_ref.in_(subject_refs)).order_by(Obligation.id)
    return session.scalars(wanted.execution_options(populate_existing=True)).all()


def due_to_end(session: Session, *, now: datetime, at_most: int) -> Sequence[int]:
    """Ids of placements whose announced end has come."""
    running = Placement.state.in_(("unconfirmed", "confirmed"))
    wanted = select(Placement.id).where(running, Placement.ends_at.is_not(None), Placement.ends_at <= now)
    return session.scalars(wanted.order_by(Placement.id).limit(at_most)).all()
