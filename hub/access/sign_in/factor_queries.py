"""Every statement over second factors: apps, passkeys, recovery codes, and the tries of a sign-in."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from hub.access.models import Passkey, Person, RecoveryCode, SignIn, Totp
from hub.core.db import changed

# --- people -----------------------------------------------------------------------------------------------------------


def person_by_id(session: Session, person_id: int, *, lock: bool = False) -> Person | None:
    """The person with this id; with *lock*, kept from other writers until the transaction ends."""
    wanted = select(Person).where(Person.id == person_id)
    return session.scalars(wanted.with_for_update() if lock else wanted).one_or_none()


def person_by_ref(session: Session, ref: str) -> Person | None:
    """The person with this reference."""
    return session.scalars(select(Person).where(Person.ref == ref)).one_or_none()


# --- tries of a sign-in under way ---------------------------------------------------------------------------------------


def take_try(session: Session, sign_in_id: int, *, at_most: int) -> bool:
    """Count one try of a code before it is looked at; false when all were used, by whichever process."""
    left = update(SignIn).where(SignIn.id == sign_in_id, SignIn.wrong_codes < at_most)
    return changed(session, left.values(wrong_codes=SignIn.wrong_codes + 1)) == 1


def tries_taken(session: Session, sign_in_id: int) -> int:
    """How many tries of a sign-in were used."""
    return session.scalar(select(SignIn.wrong_codes).where(SignIn.id == sign_in_id)) or 0


# --- the authenticator app ---------------------------------------------------------------------------------------------


def totp(session: Session, person_id: int, *, lock: bool = False) -> Totp | None:
    """A person's app, confirmed or not."""
    wanted = select(Totp).where(Totp.person_id == person_id).execution_options(populate_existing=True)
    return session.scalars(wanted.with_for_update() if lock else wanted).one_or_none()


def add_totp(session: Session, row: Mapping[str, Any]) -> None:
    """Begin a person's first app."""
    session.execute(insert(Totp).values(dict(row)))


def change_totp(session: Session, person_id: int, values: Mapping[str, Any]) -> None:
    """Propose another secret, or take the proposed one."""
    changed(session, update(Totp).where(Totp.person_id == person_id).values(dict(values)))


def take_step(session: Session, person_id: int, step: int) -> bool:
    """Take the code of *step* if none of it or of a later one was taken; false for whoever comes second."""
    newer = update(Totp).where(Totp.person_id == person_id, Totp.confirmed_at.is_not(None), Totp.last_step < step)
    return changed(session, newer.values(last_step=step)) == 1


def remove_totp(session: Session, person_id: int) -> bool:
    """Remove a person's app; whether there was one."""
    return changed(session, delete(Totp).where(Totp.person_id == person_id)) == 1


# --- passkeys ----------------------------------------------------------------------------------------------------------


def passkeys(session: Session, person_id: int) -> Sequence[Passkey]:
    """A person's passkeys, oldest first."""
    return session.scalars(select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id)).all()


def passkey_by_credential(session: Session, credential_id: bytes) -> Passkey | None:
    """The passkey that a browser names."""
    return session.scalars(select(Passkey).where(Passkey.credential_id == credential_id)).one_or_none()


def add_passkey(session: Session, row: Mapping[str, Any]) -> None:
    """Add a passkey."""
    session.execute(insert(Passkey).values(dict(row)))


def use_passkey(session: Session, passkey_id: int, sign_count: int, now: datetime) -> bool:
    """Note that a passkey was used; false when its count did not grow (an authenticator without a counter says 0 always)."""
    grew = or_(Passkey.sign_count < sign_count, (Passkey.sign_count == 0) & (sign_count == 0))
    used = update(Passkey).where(Passkey.id == passkey_id, grew).values(sign_count=sign_count, used_at=now)
    return changed(session, used) == 1


def remove_passkey(session: Session, person_id: int, ref: str) -> bool:
    """Remove one passkey of a person; whether there was one."""
    return changed(session, delete(Passkey).where(Passkey.person_id == person_id, Passkey.ref == ref)) == 1


def remove_passkeys(session: Session, person_id: int) -> int:
    """Remove all of a person's passkeys."""
    return changed(session, delete(Passkey).where(Passkey.person_id == person_id))


def with_factors(session: Session, person_ids: Collection[int]) -> dict[int, set[str]]:
    """Which second factors each of these people has, of ``totp`` and ``passkey``; who has none is absent."""
    found: dict[int, set[str]] = {}
    apps = select(Totp.person_id).where(Totp.person_id.in_(person_ids), Totp.confirmed_at.is_not(None))
    keys = select(Passkey.person_id).where(Passkey.person_id.in_(person_ids)).distinct()
    for factor, wanted in (("totp", apps), ("passkey", keys)):
        for person_id in session.scalars(wanted):
            found.setdefault(person_id, set()).add(factor)
    return found


# --- recovery codes ----------------------------------------------------------------------------------------------------


def replace_codes(session: Session, person_id: int, code_hashes: Sequence[bytes], now: datetime) -> None:
    """Put these codes in the place of all that the person had."""
    remove_codes(session, person_id)
    rows = [{"person_id": person_id, "code_hash": code_hash, "made_at": now} for code_hash in code_hashes]
    session.execute(insert(RecoveryCode), rows)


def remove_codes(session: Session, person_id: int) -> int:
    """Remove all of a person's codes."""
    return changed(session, delete(RecoveryCode).where(RecoveryCode.person_id == person_id))


def use_code(session: Session, person_id: int, code_hashes: Sequence[bytes], now: datetime) -> bool:
    """Use the code with one of these digests, once; whether this call did."""
    unused = update(RecoveryCode).where(
        RecoveryCode.person_id == person_id, RecoveryCode.code_hash.in_(code_hashes), RecoveryCode.used_at.is_(None)
    )
    return changed(session, unused.values(used_at=now)) == 1


def unused_codes(session: Session, person_id: int) -> Sequence[bytes]:
    """The digests of a person's codes that were not used."""
    wanted = select(RecoveryCode.code_hash).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return session.scalars(wanted).all()


def count_factors(session: Session, person_id: int) -> int:
    """How many second factors a person has: the app, if confirmed, and each passkey."""
    apps = select(func.count()).select_from(Totp).where(Totp.person_id == person_id, Totp.confirmed_at.is_not(None))
    keys = select(func.count()).select_from(Passkey).where(Passkey.person_id == person_id)
    return (session.scalar(apps) or 0) + (session.scalar(keys) or 0)
