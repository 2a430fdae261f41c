"""Every statement over people's sessions."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from hub.access.models import Person, PersonSession
from hub.access.queries import WHOM_ONE_ACTS_FOR
from hub.core.db import changed
from hub.directory.models import Organisation

Held = Row[
    str,
    datetime,
    datetime,
    datetime,
    datetime | None,
    str | None,
    str,
    list[Any],
    datetime | None,
    int,
    str,
    str,
    str | None,
    str | None,
    date | None,
]
"""A session, whose it is, and for whom they act: ``ref, seen_at, proved_at, ends_at, ended_at, ended_because, person_ref,
roles, disabled_at, organisation_id, organisation_ref, organisation_kind, organisation_gss, organisation_area,
organisation_valid_to``."""

_HELD: Select[Any] = (
    select(
        PersonSession.ref,
        PersonSession.seen_at,
        PersonSession.proved_at,
        PersonSession.ends_at,
        PersonSession.ended_at,
        PersonSession.ended_because,
        Person.ref.label("person_ref"),
        Person.roles,
        Person.disabled_at,
        *WHOM_ONE_ACTS_FOR,
    )
    .join(Person, Person.id == PersonSession.person_id)
    .join(Organisation, Organisation.id == Person.organisation_id)
    .where(PersonSession.token_hash == bindparam("token_hash"))
)

Listed = Row[str, str, str, list[Any], datetime, datetime, datetime]
"""A session as a list shows it: ``ref, person_ref, device, factors, began_at, seen_at, ends_at``."""


def held(session: Session, token_hash: bytes) -> Held | None:
    """The session with this token, its person and organisation: one statement, by a unique index; nothing is cached."""
    return session.execute(_HELD, {"token_hash": token_hash}).first()


def add(session: Session, row: Mapping[str, Any]) -> None:
    """Insert one session."""
    session.execute(insert(PersonSession).values(row))


def note_seen(session: Session, ref: str, *, before: datetime, now: datetime) -> int:
    """Note that a live session was used, if it was last seen by *before*; return how many rows changed."""
    mine = (PersonSession.ref == ref, PersonSession.ended_at.is_(None), PersonSession.seen_at <= before)
    return changed(session, update(PersonSession).where(*mine).values(seen_at=now))


def note_proved(session: Session, ref: str, factors: Sequence[str], now: datetime) -> int:
    """Note that the owner of a live session gave the factors again; return how many rows changed."""
    mine = (PersonSession.ref == ref, PersonSession.ended_at.is_(None), PersonSession.ends_at > now)
    return changed(session, update(PersonSession).where(*mine).values(proved_at=now, factors=list(factors)))


def end(session: Session, ref: str, because: str, now: datetime) -> int:
    """End one session; return how many rows changed (0: it had ended before)."""
    guarded = update(PersonSession).where(PersonSession.ref == ref, PersonSession.ended_at.is_(None))
    return changed(session, guarded.values(ended_at=now, ended_because=because, sealed_provider_token=None))


def live_refs(session: Session, person_id: int, now: datetime) -> Sequence[str]:
    """The sessions of one person that have not ended."""
    wanted = select(PersonSession.ref).where(PersonSession.person_id == person_id, *_live(now))
    return session.scalars(wanted.order_by(PersonSession.id)).all()


def of_provider(session: Session, provider_session: str, provider_id: int, now: datetime) -> Sequence[str]:
    """The sessions that began with the provider's session *provider_session* and have not ended."""
    wanted = select(PersonSession.ref).join(Person, Person.id == PersonSession.person_id)
    mine = (PersonSession.provider_session == provider_session, Person.provider_id == provider_id)
    return session.scalars(wanted.where(*mine, *_live(now)).order_by(PersonSession.id)).all()


def owned(session: Session, ref: str) -> Row[str, str, int] | None:
    """``ref, person_ref, organisation_id`` of a session, ended or not."""
    wanted = select(PersonSession.ref, Person.ref.label("person_ref"), Person.organisation_id)
    return session.execute(
        wanted.join(Person, Person.id == PersonSession.person_id).where(PersonSession.ref == ref)
    ).first()


def listed(
    session: Session, person_ref: str, owner_id: int | None, now: datetime, *, after: str | None, at_most: int
) -> Sequence[Listed]:
    """The sessions of one person that have not ended, by reference; of *owner_id*'s people (``None``: anybody's)."""
    wanted = select(
        PersonSession.ref,
        Person.ref.label("person_ref"),
        PersonSession.device,
        PersonSession.factors,
        PersonSession.began_at,
        PersonSession.seen_at,
        PersonSession.ends_at,
    ).join(Person, Person.id == PersonSession.person_id)
    wanted = wanted.where(Person.ref == person_ref, *_live(now))
    if owner_id is not None:
        wanted = wanted.where(Person.organisation_id == owner_id)
    if after:
        wanted = wanted.where(PersonSession.ref > after)
    return session.execute(wanted.order_by(PersonSession.ref).limit(at_most)).all()


def last_seen(session: Session, person_ids: Collection[int]) -> dict[int, datetime]:
    """When each of these people last used the hub, by id; who never did is absent."""
    wanted = select(PersonSession.person_id, func.max(PersonSession.seen_at).label("seen_at"))
    rows = session.execute(wanted.where(PersonSession.person_id.in_(person_ids)).group_by(PersonSession.person_id))
    return {row.person_id: row.seen_at for row in rows if row.seen_at is not None}


def _live(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return PersonSession.ended_at.is_(None), PersonSession.ends_at > now


def provider_token(session: Session, ref: str) -> bytes | None:
    """The sealed ID token of a session."""
    return session.scalars(select(PersonSession.sealed_provider_token).where(PersonSession.ref == ref)).one_or_none()
