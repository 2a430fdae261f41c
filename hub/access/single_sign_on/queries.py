"""Every statement over an identity provider in use, and over the people it vouches for."""

from datetime import date
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from hub.access.models import IdentityProvider, Person, PersonSession
from hub.directory.models import Organisation

Party = Row[int, str, int, str, str, str, bytes | None, str, dict[str, Any], bool]
"""A provider in use and its organisation: ``id, ref, organisation_id, organisation_kind, issuer, client_id, sealed_secret,
groups_claim, group_roles, proves_second_factor``."""


def party(session: Session, provider_id: int, on: date) -> Party | None:
    """The provider *provider_id*, while people may sign in through it."""
    wanted = (
        select(
            IdentityProvider.id,
            IdentityProvider.ref,
            IdentityProvider.organisation_id,
            Organisation.kind.label("organisation_kind"),
            IdentityProvider.issuer,
            IdentityProvider.client_id,
            IdentityProvider.sealed_secret,
            IdentityProvider.groups_claim,
            IdentityProvider.group_roles,
            IdentityProvider.proves_second_factor,
        )
        .join(Organisation, Organisation.id == IdentityProvider.organisation_id)
        .where(IdentityProvider.id == provider_id, IdentityProvider.disabled_at.is_(None))
        .where(or_(Organisation.valid_to.is_(None), Organisation.valid_to > on))
    )
    return session.execute(wanted).first()


def person_of_subject(session: Session, provider_id: int, subject: str) -> Person | None:
    """Who *subject* is to this provider, disabled or not, as they stand now."""
    mine = (Person.provider_id == provider_id, Person.provider_subject == subject)
    return session.scalars(select(Person).where(*mine), execution_options={"populate_existing": True}).one_or_none()


def is_in_use(session: Session, provider_id: int) -> bool:
    """Whether this provider has not been disabled."""
    wanted = select(IdentityProvider.id).where(IdentityProvider.id == provider_id)
    return session.scalar(wanted.where(IdentityProvider.disabled_at.is_(None))) is not None


def provider_of_session(session: Session, session_ref: str) -> Row[int, str, str] | None:
    """``id, issuer, client_id`` of the provider through which the owner of a session signs in."""
    wanted = (
        select(IdentityProvider.id, IdentityProvider.issuer, IdentityProvider.client_id)
        .join(Person, Person.provider_id == IdentityProvider.id)
        .join(PersonSession, PersonSession.person_id == Person.id)
    )
    return session.execute(wanted.where(PersonSession.ref == session_ref)).first()
