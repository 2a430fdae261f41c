"""Every statement over look-ups and disclosures, and what is read of a child to answer one."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Row, Select, Table, bindparam, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from hub.core.bulk import Insertion
from hub.core.db import changed, connection_of
from hub.directory.models import Organisation
from hub.lookup.models import Disclosure, LookUp
from hub.registry.models import Child, Placement
from hub.registry.shield_models import ChildShield

AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]
_LOOK_UP, _DISCLOSURE = cast(Table, LookUp.__table__), cast(Table, Disclosure.__table__)
_ADD_LOOK_UP, _ADD_DISCLOSURES = Insertion(_LOOK_UP), Insertion(_DISCLOSURE)
_PLACING, _PROVIDER = aliased(Organisation, name="placing"), aliased(Organisation, name="provider")
ASKER: Final = aliased(Organisation, name="asker")

# --- writing ----------------------------------------------------------------------------------------------------------


def add_look_up(session: Session, row: Mapping[str, Any]) -> int:
    """Insert a look-up; its id."""
    return _ADD_LOOK_UP.one(session, row)


def add_disclosures(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert disclosures in one statement."""
    _ADD_DISCLOSURES.rows(session, rows)


def add_disclosure(session: Session, row: Mapping[str, Any]) -> int:
    """Insert one disclosure; its id."""
    return _ADD_DISCLOSURES.one(session, row)


def set_stage(session: Session, look_up_id: int, stage: str) -> None:
    """How far a look-up has come."""
    changed(session, update(LookUp).where(LookUp.id == look_up_id).values(stage=stage))


# --- reading, to answer -----------------------------------------------------------------------------------------------


def standing(session: Session, child_ids: Collection[int]) -> Sequence[AnyRow]:
    """Of these children (roots of what was merged), all rows, placements, whoever is party to them, and any shield.

    Columns: ``root`` (the id asked for), ``child_id, child_ref, child_sealed``, the placement's (``None`` where there is
    none), ``placing_ref, placing_name, placing_gss, provider_name``, ``shield_id``.
    """
    if not child_ids:
        return []
    return connection_of(session).execute(_STANDING, {"children": list(child_ids)}).all()


_ROOT = func.coalesce(Child.merged_into_id, Child.id).label("root")
_STANDING: AnySelect = (
    select(
        _ROOT,
        Child.id.label("child_id"),
        Child.ref.label("child_ref"),
        Child.sealed.label("child_sealed"),
        Placement.id.label("placement_id"),
        Placement.ref.label("placement_ref"),
        Placement.state,
        Placement.relation,
        Placement.starts_at,
        Placement.ends_at,
        Placement.sealed.label("placement_sealed"),
        Placement.host_authority_id,
        Placement.police_force_id,
        func.coalesce(Placement.placing_authority_id, Child.placing_authority_id).label("placing_authority_id"),
        _PLACING.ref.label("placing_ref"),
        _PLACING.name.label("placing_name"),
        _PLACING.gss_code.label("placing_gss"),
        _PROVIDER.name.label("provider_name"),
        ChildShield.id.label("shield_id"),
    )
    .outerjoin(Placement, (Placement.child_id == Child.id) & (Placement.state != "cancelled"))
    .outerjoin(_PLACING, _PLACING.id == func.coalesce(Placement.placing_authority_id, Child.placing_authority_id))
    .outerjoin(_PROVIDER, _PROVIDER.id == Placement.provider_id)
    .outerjoin(ChildShield, (ChildShield.child_id == Child.id) & ChildShield.lifted_at.is_(None))
    .where(
        or_(
            Child.id.in_(bindparam("children", expanding=True)),
            Child.merged_into_id.in_(bindparam("children", expanding=True)),
        )
    )
)
"""Made once: putting this statement together costs more than running it, and every look-up runs it."""


def shown_before(session: Session, look_up_ref: str, disclosure_ref: str, organisation_id: int) -> Sequence[AnyRow]:
    """A look-up of the organisation's with what was shown in it of the child that the disclosure offered, oldest first.

    Columns: ``LookUp``, ``Disclosure``; the offer is among them. Empty where there is no such look-up, or no such offer in it.
    """
    given = {"look_up": look_up_ref, "offer": disclosure_ref, "organisation": organisation_id}
    return session.execute(_SHOWN_BEFORE, given).all()


_OFFER = aliased(Disclosure, name="offer")
_SHOWN_BEFORE: AnySelect = (
    select(LookUp, Disclosure)
    .join(_OFFER, _OFFER.look_up_id == LookUp.id)
    .join(Disclosure, (Disclosure.look_up_id == LookUp.id) & (Disclosure.child_id == _OFFER.child_id))
    .where(
        LookUp.ref == bindparam("look_up"),
        LookUp.organisation_id == bindparam("organisation"),
        _OFFER.ref == bindparam("offer"),
        _OFFER.stage == "possible_match",
    )
    .order_by(Disclosure.id)
)


# --- reading, to account for it ---------------------------------------------------------------------------------------


def look_up(session: Session, ref: str, organisation_id: int) -> LookUp | None:
    """The look-up *ref* of the organisation."""
    wanted = select(LookUp).where(LookUp.ref == ref, LookUp.organisation_id == organisation_id)
    return session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def look_ups(
    session: Session,
    organisation_id: int,
    *,
    actor_ref: str | None = None,
    incident: Collection[bytes] = (),
    after: str | None,
    at_most: int,
) -> Sequence[LookUp]:
    """A page of the organisation's look-ups, newest first: of one person, or of one incident."""
    wanted = select(LookUp).where(LookUp.organisation_id == organisation_id)
    if actor_ref is not None:
        wanted = wanted.where(LookUp.actor_ref == actor_ref)
    if incident:
        wanted = wanted.where(LookUp.incident_index.in_(incident))
    if after:
        wanted = wanted.where(LookUp.ref < after)
    return session.scalars(wanted.order_by(LookUp.ref.desc()).limit(at_most)).all()


def look_ups_since(session: Session, organisation_id: int, since: datetime, *, at_most: int) -> Sequence[LookUp]:
    """The organisation's look-ups from *since* on, newest first."""
    wanted = select(LookUp).where(LookUp.organisation_id == organisation_id, LookUp.asked_at >= since)
    return session.scalars(wanted.order_by(LookUp.asked_at.desc(), LookUp.id.desc()).limit(at_most)).all()


def disclosures_of(session: Session, look_up_ids: Collection[int]) -> Sequence[AnyRow]:
    """What was shown in these look-ups, oldest first: ``Disclosure, placement_ref, placing`` (its name)."""
    wanted: AnySelect = (
        select(Disclosure, Placement.ref.label("placement_ref"), _PLACING.name.label("placing_name"))
        .outerjoin(Placement, Placement.id == Disclosure.placement_id)
        .outerjoin(_PLACING, _PLACING.id == Disclosure.placing_authority_id)
    )
    return session.execute(wanted.where(Disclosure.look_up_id.in_(look_up_ids)).order_by(Disclosure.id)).all()


def receipts(
    session: Session,
    placing_authority_id: int,
    *,
    child_ids: Collection[int] | None = None,
    after: str | None,
    at_most: int,
) -> Sequence[AnyRow]:
    """What was shown of a council's children, newest first: ``Disclosure, LookUp, asker, placement_ref``."""
    wanted: AnySelect = (
        select(Disclosure, LookUp, ASKER, Placement.ref.label("placement_ref"))
        .join(LookUp, LookUp.id == Disclosure.look_up_id)
        .join(ASKER, ASKER.id == LookUp.organisation_id)
        .outerjoin(Placement, Placement.id == Disclosure.placement_id)
        .where(Disclosure.placing_authority_id == placing_authority_id)
    )
    if child_ids is not None:
        wanted = wanted.where(Disclosure.child_id.in_(child_ids))
    if after:
        wanted = wanted.where(Disclosure.ref < after)
    return session.execute(wanted.order_by(Disclosure.ref.desc()).limit(at_most)).all()


def family_of(session: Session, child_id: int) -> Sequence[int]:
    """The ids of all rows that stand for the same child, its root first."""
    root = select(func.coalesce(Child.merged_into_id, Child.id)).where(Child.id == child_id).scalar_subquery()
    wanted = select(Child.id).where(or_(Child.id == root, Child.merged_into_id == root))
    return session.scalars(wanted.order_by(Child.merged_into_id.is_not(None), Child.id)).all()


def placement_of(session: Session, ref: str, placing_authority_id: int) -> Placement | None:
    """The placement *ref*, if the council is its placing authority."""
    wanted = select(Placement).where(Placement.ref == ref, Placement.placing_authority_id == placing_authority_id)
    return session.scalars(wanted).one_or_none()
