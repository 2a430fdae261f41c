"""Every statement over sign-ins under way and the buckets that slow guessing."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hub.access.models import Person, SignIn, SignInThrottle
from hub.core.db import EPOCH, changed

Taken = Row[bytes, int | None, int | None, bytes | None, datetime]
"""A sign-in that was taken out: ``token_hash, provider_id, person_id, sealed, ends_at``."""


def person_by_email(session: Session, email_indexes: Collection[bytes]) -> Person | None:
    """The person whose address has one of these indexes: one for each key of the ring."""
    return session.scalars(select(Person).where(Person.email_index.in_(email_indexes)).limit(1)).one_or_none()


def person_by_id(session: Session, person_id: int) -> Person | None:
    """The person *person_id*, as they stand now."""
    wanted = select(Person).where(Person.id == person_id)
    return session.scalars(wanted, execution_options={"populate_existing": True}).one_or_none()


def person_by_ref(session: Session, ref: str) -> Person | None:
    """The person *ref*."""
    return session.scalars(select(Person).where(Person.ref == ref)).one_or_none()


def add(session: Session, row: Mapping[str, Any]) -> None:
    """Begin a sign-in."""
    session.execute(insert(SignIn).values(row))


def under_way(session: Session, token_hash: bytes, stages: Collection[str], now: datetime) -> SignIn | None:
    """The sign-in with this token, at one of *stages*, while its time is not over."""
    wanted = select(SignIn).where(SignIn.token_hash == token_hash, SignIn.stage.in_(stages), SignIn.ends_at > now)
    return session.scalars(wanted).one_or_none()


def take(session: Session, token_hash: bytes, stage: str) -> Taken | None:
    """Take the sign-in with this token out, if it is at *stage*, once."""
    mine = delete(SignIn).where(SignIn.token_hash == token_hash, SignIn.stage == stage)
    wanted = mine.returning(SignIn.token_hash, SignIn.provider_id, SignIn.person_id, SignIn.sealed, SignIn.ends_at)
    return session.execute(wanted, execution_options={"synchronize_session": False}).first()


def use_up(session: Session, sign_in_id: int) -> bool:
    """End a sign-in under way, once; whether this call did."""
    return changed(session, delete(SignIn).where(SignIn.id == sign_in_id)) == 1


def use_up_of(session: Session, person_id: int) -> int:
    """End every sign-in of a person that is under way."""
    return changed(session, delete(SignIn).where(SignIn.person_id == person_id))


def keep(session: Session, sign_in_id: int, sealed: bytes) -> int:
    """Keep what a sign-in under way knows."""
    return changed(session, update(SignIn).where(SignIn.id == sign_in_id).values(sealed=sealed))


def forget_sign_ins(session: Session, before: datetime) -> int:
    """Drop the sign-ins whose time was over by *before*; return how many."""
    return changed(session, delete(SignIn).where(SignIn.ends_at < before))


def set_password(session: Session, person_id: int, password_hash: str, *, instead_of: str | None) -> int:
    """Keep another hash, if the one that it replaces still stands; return how many rows changed."""
    is_same = Person.password_hash == instead_of if instead_of is not None else Person.password_hash.is_(None)
    return changed(session, update(Person).where(Person.id == person_id, is_same).values(password_hash=password_hash))


def held_bucket(session: Session, key: bytes) -> SignInThrottle:
    """The bucket, made when absent, and held until the transaction ends: tries at the same time are counted one by one."""
    dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"bucket": key, "failures": 0, "last_at": EPOCH, "waits_until": None}
    session.execute(dialect.insert(SignInThrottle).values(row).on_conflict_do_nothing())
    wanted = select(SignInThrottle).where(SignInThrottle.bucket == key).with_for_update()
    return session.scalars(wanted, execution_options={"populate_existing": True}).one()


def count_failure(session: Session, key: bytes, failures: int, now: datetime, waits_until: datetime | None) -> None:
    """Write down a failure of a bucket that is held."""
    counted = {"failures": failures, "last_at": now, "waits_until": waits_until}
    changed(session, update(SignInThrottle).where(SignInThrottle.bucket == key).values(counted))


def forgive_one(session: Session, key: bytes, free: int) -> None:
    """Take one failure back; the wait ends when no more than the free ones are left."""
    left = SignInThrottle.failures - 1
    waits = case((left < free, None), else_=SignInThrottle.waits_until)
    mine = update(SignInThrottle).where(SignInThrottle.bucket == key, SignInThrottle.failures > 0)
    changed(session, mine.values(failures=left, waits_until=waits))


def forget_bucket(session: Session, key: bytes) -> None:
    """Forget a bucket's failures."""
    changed(session, delete(SignInThrottle).where(SignInThrottle.bucket == key))


def forget_buckets(session: Session, before: datetime) -> int:
    """Drop the buckets whose last failure was before *before*; return how many."""
    return changed(session, delete(SignInThrottle).where(SignInThrottle.last_at < before))
