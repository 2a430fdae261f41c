"""Every statement over the new e-mail addresses that were asked for people's accounts."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from hub.access.models import AddressChange, Person
from hub.core.db import changed

_WAITING: Final = (AddressChange.confirmed_at.is_(None), AddressChange.withdrawn_at.is_(None))


def add(session: Session, row: Mapping[str, Any]) -> None:
    """Insert one."""
    session.execute(insert(AddressChange).values(dict(row)))


def waiting(session: Session, people_ids: Collection[int], now: datetime) -> Sequence[Row[AddressChange, str]]:
    """Those of these people that still may prove themselves, each with the person's reference."""
    wanted = select(AddressChange, Person.ref).join(Person, Person.id == AddressChange.person_id)
    wanted = wanted.where(AddressChange.person_id.in_(people_ids), *_WAITING, AddressChange.expires_at > now)
    return session.execute(wanted).all()


def with_token(session: Session, token_hash: bytes, person_ref: str, *, held: bool = False) -> AddressChange | None:
    """The one with this token, whatever became of it, if it is this person's; *held*: nobody else's till commit."""
    wanted = select(AddressChange).join(Person, Person.id == AddressChange.person_id)
    wanted = wanted.where(AddressChange.token_hash == token_hash, Person.ref == person_ref)
    if held:
        wanted = wanted.with_for_update(of=AddressChange)
    return session.scalars(wanted, execution_options={"populate_existing": True}).one_or_none()


def confirm(session: Session, change_id: int, now: datetime) -> int:
    """Note that a waiting one has proved itself; return how many rows changed (0: somebody else was first)."""
    good = (AddressChange.id == change_id, AddressChange.expires_at > now, *_WAITING)
    return changed(session, update(AddressChange).where(*good).values(confirmed_at=now))


def withdraw_of(session: Session, person_id: int, now: datetime) -> int:
    """Withdraw what waits for a person; return how many rows changed."""
    mine = update(AddressChange).where(AddressChange.person_id == person_id, *_WAITING)
    return changed(session, mine.values(withdrawn_at=now))
