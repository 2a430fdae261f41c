"""Every statement over organisations' identity providers."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, insert, or_, select, update
from sqlalchemy.orm import Session

from hub.access.models import IdentityProvider, Person
from hub.core.db import changed
from hub.directory.models import Organisation


def provider(session: Session, ref: str, owner_id: int) -> IdentityProvider | None:
    """The provider *ref*, if it is *owner_id*'s."""
    mine = (IdentityProvider.ref == ref, IdentityProvider.organisation_id == owner_id)
    return session.scalars(select(IdentityProvider).where(*mine)).one_or_none()


def providers(session: Session, owner_id: int, *, after: str | None, at_most: int) -> Sequence[IdentityProvider]:
    """The providers of one organisation, disabled ones too, by reference."""
    mine = select(IdentityProvider).where(IdentityProvider.organisation_id == owner_id)
    if after:
        mine = mine.where(IdentityProvider.ref > after)
    return session.scalars(mine.order_by(IdentityProvider.ref).limit(at_most)).all()


def in_use(session: Session, ref: str, on: date) -> IdentityProvider | None:
    """The provider *ref*, if people may sign in through it on the day *on*: whosever it is."""
    wanted = select(IdentityProvider).join(Organisation, Organisation.id == IdentityProvider.organisation_id)
    return session.scalars(wanted.where(IdentityProvider.ref == ref, *_in_use(on))).one_or_none()


def that_may_have_issued(
    session: Session, issuer: str, client_ids: Sequence[str], on: date
) -> Sequence[IdentityProvider]:
    """The providers in use with this issuer, of which the hub is one of these clients."""
    wanted = select(IdentityProvider).join(Organisation, Organisation.id == IdentityProvider.organisation_id)
    named = (IdentityProvider.issuer == issuer, IdentityProvider.client_id.in_(client_ids))
    return session.scalars(wanted.where(*named, *_in_use(on)).order_by(IdentityProvider.id)).all()


def offered(session: Session, on: date, *, organisation_id: int | None = None) -> Sequence[Row[str, str, str]]:
    """``ref, name, organisation_name`` of the providers through which people (of one organisation) may sign in, by name."""
    wanted = select(IdentityProvider.ref, IdentityProvider.name, Organisation.name.label("organisation_name")).join(
        Organisation, Organisation.id == IdentityProvider.organisation_id
    )
    if organisation_id is not None:
        wanted = wanted.where(IdentityProvider.organisation_id == organisation_id)
    return session.execute(wanted.where(*_in_use(on)).order_by(Organisation.name, IdentityProvider.id)).all()


def add(session: Session, row: Mapping[str, Any]) -> None:
    """Insert one provider."""
    session.execute(insert(IdentityProvider).values(row))


def change(session: Session, ref: str, version: int, values: Mapping[str, Any]) -> int:
    """Change *ref* if it still is at *version*; return how many rows changed (0: somebody else changed it)."""
    guarded = update(IdentityProvider).where(IdentityProvider.ref == ref, IdentityProvider.version == version)
    return changed(session, guarded.values(version=IdentityProvider.version + 1, **values))


def people_of(session: Session, provider_id: int) -> Sequence[int]:
    """The ids of those who sign in through this provider."""
    return session.scalars(select(Person.id).where(Person.provider_id == provider_id).order_by(Person.id)).all()


def _in_use(on: date) -> tuple[Any, ...]:
    is_open = or_(Organisation.valid_to.is_(None), Organisation.valid_to > on)
    return (IdentityProvider.disabled_at.is_(None), is_open)
