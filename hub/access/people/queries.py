"""Every statement over people and invitations."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.access.models import Invitation, Person
from hub.core.db import changed
from hub.core.errors import Conflict
from hub.directory.models import Organisation

_FRESH: Final = {"populate_existing": True}

# --- people -----------------------------------------------------------------------------------------------------------


def person(session: Session, ref: str, owner_id: int | None) -> Person | None:
    """The person *ref*, if of *owner_id*'s (``None``: of whichever organisation)."""
    wanted = select(Person).where(Person.ref == ref)
    if owner_id is not None:
        wanted = wanted.where(Person.organisation_id == owner_id)
    return session.scalars(wanted, execution_options=_FRESH).one_or_none()


def people(session: Session, organisation_id: int, *, after: str | None, at_most: int) -> Sequence[Person]:
    """The people of one organisation, disabled ones too, by reference."""
    mine = select(Person).where(Person.organisation_id == organisation_id)
    if after:
        mine = mine.where(Person.ref > after)
    return session.scalars(mine.order_by(Person.ref).limit(at_most)).all()


def people_with_refs(session: Session, refs: Collection[str]) -> Sequence[Person]:
    """The people with these references, of whichever organisation: for a caller that has asked whose they are."""
    return session.scalars(select(Person).where(Person.ref.in_(refs))).all() if refs else []


def refs_of(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The references of these people, by id."""
    wanted = select(Person.id, Person.ref).where(Person.id.in_(ids))
    return {row.id: row.ref for row in session.execute(wanted)} if ids else {}


def enabled_roles(session: Session, organisation_id: int) -> Sequence[tuple[int, list[Any]]]:
    """``id, roles`` of the organisation's people who are not disabled."""
    wanted = select(Person.id, Person.roles).where(
        Person.organisation_id == organisation_id, Person.disabled_at.is_(None)
    )
    return [(row.id, row.roles) for row in session.execute(wanted)]


def take_turns(session: Session, organisation_id: int) -> None:
    """Let two who change the people of one organisation do it one after the other (SQLite has one writer anyway)."""
    session.execute(select(Organisation.id).where(Organisation.id == organisation_id).with_for_update())


def add_person(session: Session, row: Mapping[str, Any]) -> int:
    """Insert one person and return the id. Raises ``Conflict`` where the e-mail address has an account."""
    try:
        return session.execute(insert(Person).values(row).returning(Person.id)).scalar_one()
    except IntegrityError as fault:
        raise _has_account_if(fault) from None


def _has_account_if(fault: IntegrityError) -> Exception:
    return has_account() if "email_index" in str(fault.orig) else fault


def has_account() -> Conflict:
    """What is said to the owner of an address that has an account: nobody else is told."""
    said = "This e-mail address has an account already. Sign in with it, or ask to be invited under another address."
    return Conflict(said, code="has_account")


def change_person(session: Session, person_id: int, version: int, values: Mapping[str, Any]) -> int:
    """Change a person who still is at *version*; return how many rows changed (0: somebody else changed them).

    Raises ``Conflict`` where the e-mail address has an account.
    """
    mine = update(Person).where(Person.id == person_id, Person.version == version)
    try:
        return changed(session, mine.values(version=version + 1, **values))
    except IntegrityError as fault:
        raise _has_account_if(fault) from None


def set_disabled(session: Session, person_id: int, disabled_at: datetime | None) -> int:
    """Disable or enable one person; return how many rows changed (0: they were so before)."""
    is_otherwise = Person.disabled_at.is_(None) if disabled_at else Person.disabled_at.is_not(None)
    mine = update(Person).where(Person.id == person_id, is_otherwise)
    return changed(session, mine.values(disabled_at=disabled_at, version=Person.version + 1))


def set_password(session: Session, person_id: int, password_hash: str | None) -> None:
    """Keep a new password, or none."""
    changed(session, update(Person).where(Person.id == person_id).values(password_hash=password_hash))


# --- invitations ------------------------------------------------------------------------------------------------------


def invitation(session: Session, ref: str, owner_id: int | None) -> Invitation | None:
    """The invitation *ref*, if of *owner_id*'s (``None``: of whichever organisation)."""
    wanted = select(Invitation).where(Invitation.ref == ref)
    if owner_id is not None:
        wanted = wanted.where(Invitation.organisation_id == owner_id)
    return session.scalars(wanted, execution_options=_FRESH).one_or_none()


def invitation_with(session: Session, token_hash: bytes, *, held: bool = False) -> Invitation | None:
    """The invitation that this token belongs to, whatever became of it; *held*: nobody else's until the transaction ends."""
    wanted = select(Invitation).where(Invitation.token_hash == token_hash)
    if held:
        wanted = wanted.with_for_update()
    return session.scalars(wanted, execution_options=_FRESH).one_or_none()


def waiting_for(session: Session, organisation_id: int, email_indexes: Collection[bytes]) -> Invitation | None:
    """An organisation's invitation of this address that was neither accepted nor withdrawn, expired or not."""
    mine = (Invitation.organisation_id == organisation_id, Invitation.email_index.in_(email_indexes))
    return session.scalars(select(Invitation).where(*mine, *_WAITING).limit(1)).one_or_none()


_WAITING: Final = (Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))


def invitations(session: Session, organisation_id: int, *, after: str | None, at_most: int) -> Sequence[Invitation]:
    """The invitations of one organisation that were neither accepted nor withdrawn, by reference."""
    mine = select(Invitation).where(Invitation.organisation_id == organisation_id, *_WAITING)
    if after:
        mine = mine.where(Invitation.ref > after)
    return session.scalars(mine.order_by(Invitation.ref).limit(at_most)).all()


def add_invitation(session: Session, row: Mapping[str, Any]) -> None:
    """Insert one invitation."""
    session.execute(insert(Invitation).values(row))


def renew(session: Session, ref: str, token_hash: bytes, expires_at: datetime) -> int:
    """Give a waiting invitation another token, so that the one before is worth nothing; return how many rows changed."""
    mine = update(Invitation).where(Invitation.ref == ref, *_WAITING)
    return changed(session, mine.values(token_hash=token_hash, expires_at=expires_at))


def withdraw(session: Session, ref: str, now: datetime) -> int:
    """Withdraw a waiting invitation; return how many rows changed."""
    return changed(session, update(Invitation).where(Invitation.ref == ref, *_WAITING).values(withdrawn_at=now))


def withdraw_all_of(session: Session, person_id: int, now: datetime) -> int:
    """Withdraw what waits for a person to set a new password; return how many."""
    mine = update(Invitation).where(Invitation.person_id == person_id, *_WAITING)
    return changed(session, mine.values(withdrawn_at=now))


def accept(session: Session, invitation_id: int, token_hash: bytes, now: datetime) -> int:
    """Accept an invitation that still is good, once: of two who try, one changes a row."""
    good = (Invitation.id == invitation_id, Invitation.token_hash == token_hash, Invitation.expires_at > now)
    return changed(session, update(Invitation).where(*good, *_WAITING).values(accepted_at=now))


def belongs_to(session: Session, invitation_id: int, person_id: int) -> None:
    """Write down who accepted an invitation."""
    changed(session, update(Invitation).where(Invitation.id == invitation_id).values(person_id=person_id))
