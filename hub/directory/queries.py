"""Every statement over organisations and contact points. Answers are rows with named columns; nothing is cached."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Date, Row, Select, bindparam, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.core.db import changed, connection_of
from hub.core.errors import Conflict
from hub.directory.models import ContactPoint, Organisation

Brief = Row[int, str, str, str, str | None, str | None, str | None, datetime | None, date | None]
"""An organisation in brief: ``id, ref, kind, name, gss_code, urn, area_gss, joined_at, valid_to``."""

Desk = Row[int, str, int, str, str, str, dict[str, Any] | None, bool, datetime | None]
"""A contact point that may be used: ``id, ref, organisation_id, role, channel, address, opening_hours, takes_digest,
joined_at`` (the organisation's)."""

_BRIEF: Select[int, str, str, str, str | None, str | None, str | None, datetime | None, date | None] = select(
    Organisation.id,
    Organisation.ref,
    Organisation.kind,
    Organisation.name,
    Organisation.gss_code,
    Organisation.urn,
    Organisation.area_gss,
    Organisation.joined_at,
    Organisation.valid_to,
)


@dataclass(frozen=True)
class Filter:
    """Which organisations are wanted: every field that is not ``None`` narrows. ``name`` is part of a name."""

    kind: str | None = None
    name: str | None = None
    gss_code: str | None = None
    urn: str | None = None
    area_gss: str | None = None


def organisation_by_ref(session: Session, ref: str) -> Brief | None:
    """The organisation *ref*, in brief."""
    return session.execute(_BRIEF.where(Organisation.ref == ref)).first()


def by_gss(session: Session, gss_code: str) -> Brief | None:
    """The council or force with *gss_code* (a current code: ``Areas`` follows former ones)."""
    return session.execute(_BRIEF.where(Organisation.gss_code == gss_code)).first()


def by_ids(session: Session, ids: Collection[int]) -> Mapping[int, Brief]:
    """Organisations in brief, by id; an id that does not exist is absent."""
    if not ids:
        return {}
    return {row.id: row for row in session.execute(_BRIEF.where(Organisation.id.in_(set(ids))))}


def references(session: Session) -> Mapping[int, str]:
    """The reference of every organisation, by its key inside the database."""
    return {row.id: row.ref for row in session.execute(select(Organisation.id, Organisation.ref))}


def operator(session: Session) -> Brief | None:
    """The organisation that runs the hub (the first, should there be several)."""
    wanted = _BRIEF.where(Organisation.kind == "hub_operator", Organisation.valid_to.is_(None))
    return session.execute(wanted.order_by(Organisation.id).limit(1)).first()


def organisation(session: Session, ref: str) -> Organisation | None:
    """The whole row of *ref*, for those who may change it."""
    return session.scalars(select(Organisation).where(Organisation.ref == ref)).one_or_none()


def organisations(session: Session, wanted: Filter, *, after: str | None, at_most: int) -> Sequence[Organisation]:
    """Organisations that match *wanted*, by reference, beginning after the reference *after*."""
    rows = select(Organisation).order_by(Organisation.ref).limit(at_most)
    exact = {name: value for name, value in vars(wanted).items() if value is not None and name != "name"}
    rows = rows.filter_by(**exact)
    if wanted.name:
        rows = rows.where(Organisation.name.icontains(wanted.name, autoescape=True))
    if after:
        rows = rows.where(Organisation.ref > after)
    return session.scalars(rows).all()


def reference_organisations(session: Session) -> Mapping[str, Organisation]:
    """Every council and force, by GSS code."""
    rows = session.scalars(select(Organisation).where(Organisation.gss_code.is_not(None)))
    return {row.gss_code: row for row in rows if row.gss_code}


_COLLISIONS: Final = {
    ("organisation", "gss_code"): "An organisation with this GSS code is already in the directory.",
    ("organisation", "urn"): "A home or agency with this URN is already in the directory.",
    ("contact_point", "address"): "This desk already has a contact point with this channel and address.",
}


@contextmanager
def _collisions_told() -> Iterator[None]:
    """Say a violated unique key as a sentence about its field, and never what was in the row."""
    try:
        yield
    except IntegrityError as fault:
        told = str(fault.orig).partition("\n")[0]
        for (table, column), sentence in _COLLISIONS.items():
            # SQLite names the columns; PostgreSQL names the constraint.
            if f"{table}.{column}" in told or re.search(rf"uq_{table}_\w*{column}\b", told):
                raise Conflict(sentence, fields={column: [sentence]}) from None
        raise


def add_organisations(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert organisations in one statement; a GSS code or URN that is taken violates its named constraint."""
    if rows:
        session.execute(insert(Organisation), rows)


def add_organisation(session: Session, row: Mapping[str, Any]) -> int:
    """Insert one organisation and return its id. Raises Conflict where its GSS code or URN is taken."""
    with _collisions_told():
        return session.execute(insert(Organisation).values(row).returning(Organisation.id)).scalar_one()


def change_organisation(session: Session, ref: str, version: int, values: Mapping[str, Any]) -> int:
    """Change *ref* if it still is at *version*; return how many rows changed (0: somebody else changed it)."""
    guarded = update(Organisation).where(Organisation.ref == ref, Organisation.version == version)
    with _collisions_told():
        return _changed(session, guarded.values(version=version + 1, **values))


def join_organisation(session: Session, organisation_id: int, now: datetime) -> int:
    """Record that it joined, once; return how many rows changed (0: it had joined before)."""
    guarded = update(Organisation).where(Organisation.id == organisation_id, Organisation.joined_at.is_(None))
    return _changed(session, guarded.values(joined_at=now, version=Organisation.version + 1))


def desk(session: Session, wanted: Collection[tuple[int, str]], on: date) -> Mapping[tuple[int, str], list[Desk]]:
    """For each (organisation id, role) the contact points that may be used on the day *on*.

    Those are the ones in force, verified and not flagged; not telephones, which people ring. One whose verification ran
    out is still used (a notice that might arrive is better than one not sent); the reachability audit reports it. A
    pair that reaches nobody has an empty list.
    """
    found: dict[tuple[int, str], list[Desk]] = {pair: [] for pair in wanted}
    if not found:
        return found
    asked = {
        "organisations": list({number for number, _ in found}),
        "roles": list({role for _, role in found}),
        "day": on,
    }
    for row in connection_of(session).execute(_DESK, asked):
        if (row.organisation_id, row.role) in found:
            found[row.organisation_id, row.role].append(row)
    return found


_DESK: Select[int, str, int, str, str, str, dict[str, Any] | None, bool, datetime | None] = (
    select(
        ContactPoint.id,
        ContactPoint.ref,
        ContactPoint.organisation_id,
        ContactPoint.role,
        ContactPoint.channel,
        ContactPoint.address,
        ContactPoint.opening_hours,
        ContactPoint.takes_digest,
        Organisation.joined_at,
    )
    .join(Organisation, Organisation.id == ContactPoint.organisation_id)
    .where(
        ContactPoint.organisation_id.in_(bindparam("organisations", expanding=True)),
        ContactPoint.role.in_(bindparam("roles", expanding=True)),
        ContactPoint.channel != "phone",
        ContactPoint.verified_at.is_not(None),
        ContactPoint.flagged_at.is_(None),
        ContactPoint.valid_from <= bindparam("day", type_=Date()),
        or_(ContactPoint.valid_to.is_(None), ContactPoint.valid_to > bindparam("day", type_=Date())),
    )
    .order_by(ContactPoint.id)
)
"""Made once: putting this statement together costs more than running it, and every notice runs it."""


def _in_force(on: date) -> tuple[ColumnElement[bool], ...]:
    return (ContactPoint.valid_from <= on, or_(ContactPoint.valid_to.is_(None), ContactPoint.valid_to > on))


def contact_point(session: Session, ref: str, owner_id: int | None) -> ContactPoint | None:
    """The contact point *ref*, if it is *owner_id*'s (``None``: whosever it is, for the operator)."""
    wanted = select(ContactPoint).where(ContactPoint.ref == ref)
    if owner_id is not None:
        wanted = wanted.where(ContactPoint.organisation_id == owner_id)
    return session.scalars(wanted).one_or_none()


def contact_points(
    session: Session, organisation_id: int, on: date, *, after: str | None, at_most: int
) -> Sequence[ContactPoint]:
    """The contact points of one organisation that are in force on *on*, verified or not, by reference."""
    mine = select(ContactPoint).where(ContactPoint.organisation_id == organisation_id, *_in_force(on))
    if after:
        mine = mine.where(ContactPoint.ref > after)
    return session.scalars(mine.order_by(ContactPoint.ref).limit(at_most)).all()


def contact_points_of(session: Session, organisation_ids: Collection[int], on: date) -> Sequence[ContactPoint]:
    """Every contact point of these organisations that is in force on *on*, verified or not."""
    theirs = select(ContactPoint).where(ContactPoint.organisation_id.in_(set(organisation_ids)), *_in_force(on))
    return session.scalars(theirs.order_by(ContactPoint.organisation_id, ContactPoint.id)).all()


def same_contact_point(
    session: Session, organisation_id: int, role: str, channel: str, address: str
) -> ContactPoint | None:
    """The contact point of this organisation, role, channel and address, in force or retired: there is at most one."""
    wanted = select(ContactPoint).where(ContactPoint.organisation_id == organisation_id, ContactPoint.role == role)
    return session.scalars(wanted.where(ContactPoint.channel == channel, ContactPoint.address == address)).one_or_none()


def add_contact_point(session: Session, row: Mapping[str, Any]) -> int:
    """Insert one contact point and return its id. Raises Conflict where the desk has it already."""
    with _collisions_told():
        return session.execute(insert(ContactPoint).values(row).returning(ContactPoint.id)).scalar_one()


def change_contact_point(session: Session, ref: str, version: int, values: Mapping[str, Any]) -> int:
    """Change *ref* if it still is at *version*; return how many rows changed (0: somebody else changed it)."""
    guarded = update(ContactPoint).where(ContactPoint.ref == ref, ContactPoint.version == version)
    with _collisions_told():
        return _changed(session, guarded.values(version=version + 1, **values))


def _changed(session: Session, statement: Any) -> int:
    return changed(session, statement)
