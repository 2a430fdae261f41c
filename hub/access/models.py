"""Who acts: API clients and their keys; people, how they sign in, and their sessions."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, BigId, Keyed


class ApiClient(Keyed, Base):
    """A system that acts for one organisation, within its scopes."""

    __tablename__ = "api_client"

    ref: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"), index=True)
    name: Mapped[str]
    scopes: Mapped[list[Any]]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class ApiKey(Keyed, Base):
    """One key of a client: two may be good at once, so that a key can be changed without a gap."""

    __tablename__ = "api_key"

    ref: Mapped[str] = mapped_column(unique=True)
    client_id: Mapped[int] = mapped_column(BigId, ForeignKey("api_client.id"), index=True)
    prefix: Mapped[str] = mapped_column(unique=True)
    """The part that may be shown and logged."""
    secret_hash: Mapped[bytes] = mapped_column(info={"secret": True})
    """SHA-256 of the secret part, which holds 256 random bits: no slow hash is needed."""
    issued_by: Mapped[str | None]
    """The hand that issued it (``Actor.hand``), if of the client's own organisation: where two must act, it is not a second."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    """When it was last used, to the hour: so that asking seldom writes. ``None``: not yet."""


class Person(Keyed, Base):
    """Somebody who signs in, for one organisation, in one or more roles (``permissions.ROLES``)."""

    __tablename__ = "person"

    ref: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"name": …, "email": …}``, sealed for ``ref``."""
    email_index: Mapped[bytes] = mapped_column(unique=True, info={"blind": True})
    """Blind index of the e-mail address in lower case: one account an address."""
    password_hash: Mapped[str | None] = mapped_column(info={"secret": True})
    """argon2id; ``None`` for one who signs in through the organisation's own provider alone."""
    roles: Mapped[list[Any]]
    provider_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("identity_provider.id"))
    provider_subject: Mapped[str | None]
    """Who this is to the identity provider: its ``sub``."""
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (Index("uq_person_provider_subject", "provider_id", "provider_subject", unique=True),)


class Invitation(Keyed, Base):
    """An administrator asks somebody in: a link that works once, until it expires or is withdrawn."""

    __tablename__ = "invitation"

    ref: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"name": …, "email": …}``, sealed for ``ref``."""
    email_index: Mapped[bytes] = mapped_column(info={"blind": True})
    roles: Mapped[list[Any]]
    token_hash: Mapped[bytes] = mapped_column(unique=True, info={"secret": True})
    invited_by: Mapped[str]
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    """Who accepted it; or, of an invitation to set a new password, whose it is from the start."""


class AddressChange(Keyed, Base):
    """Another e-mail address was asked for a person: in force once its owner followed the link that was sent there."""

    __tablename__ = "address_change"

    ref: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"email": …}``, sealed for ``ref``."""
    token_hash: Mapped[bytes] = mapped_column(unique=True, info={"secret": True})
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class PersonSession(Keyed, Base):
    """One signed-in browser. The cookie carries a random token; here is its hash. Ended once, for a reason, for good."""

    __tablename__ = "person_session"

    ref: Mapped[str] = mapped_column(unique=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True, info={"secret": True})
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    factors: Mapped[list[Any]]
    """How it was proved who it is: of ``password``, ``totp``, ``recovery_code``, ``passkey``, ``provider``, ``provider_mfa``."""
    device: Mapped[str]
    """The browser's kind, as the list of sessions shows it: never more of the user agent than that."""
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """To the minute, so that reading a page seldom writes."""
    proved_at: Mapped[datetime]
    """When all factors were last given: sensitive acts ask anew."""
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str | None]
    """``signed_out``, ``revoked``, ``disabled``, ``password_changed``, ``provider_signed_out``."""
    provider_session: Mapped[str | None]
    """The identity provider's ``sid``, so that its logout ends ours."""
    sealed_provider_token: Mapped[bytes | None] = mapped_column(info={"secret": True})
    """The ID token, sealed: the provider asks for it when we sign out there."""

    __table_args__ = (Index("ix_person_session_provider_session", "provider_session"),)


class SignIn(Keyed, Base):
    """A sign-in under way: the first factor was given, or an identity provider was asked. Short-lived, single-use."""

    __tablename__ = "sign_in"

    token_hash: Mapped[bytes] = mapped_column(unique=True, info={"secret": True})
    stage: Mapped[str]
    """``second_factor``, ``passkey``, ``provider``, ``enrol``."""
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    provider_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("identity_provider.id"))
    factors: Mapped[list[Any]]
    sealed: Mapped[bytes | None] = mapped_column(info={"secret": True, "sealed_for": "sign_in {token_hash}"})
    """What only this sign-in knows (challenge, nonce, PKCE verifier, where to go next), sealed for its token's hash."""
    wrong_codes: Mapped[int] = mapped_column(default=0)
    began_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    __table_args__ = (Index("ix_sign_in_ends_at", "ends_at"),)


class Totp(Base):
    """A person's authenticator app."""

    __tablename__ = "totp"

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(info={"secret": True, "sealed_for": "{person.ref}"})
    """The shared secret, sealed for the person's ``ref``."""
    confirmed_at: Mapped[datetime | None]
    """When its first code was given: from then on it counts."""
    last_step: Mapped[int] = mapped_column(BigId, default=0)
    """The 30-second step of the last code taken: no code is taken twice (RFC 6238 5.2)."""


class Passkey(Keyed, Base):
    """A WebAuthn credential of a person."""

    __tablename__ = "passkey"

    ref: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    name: Mapped[str]
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigId)
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Keyed, Base):
    """A code that stands in for the second factor, once."""

    __tablename__ = "recovery_code"

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    code_hash: Mapped[bytes] = mapped_column(info={"secret": True})
    """Keyed digest: a code holds 80 random bits."""
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInThrottle(Base):
    """Failed sign-ins of one bucket (an account as seen from one device or network; or one network), and until when it waits."""

    __tablename__ = "sign_in_throttle"

    bucket: Mapped[bytes] = mapped_column(primary_key=True, info={"blind": "fades"})
    """Keyed hash: neither addresses nor accounts can be read here."""
    failures: Mapped[int]
    last_at: Mapped[datetime]
    waits_until: Mapped[datetime | None]


class IdentityProvider(Keyed, Base):
    """An organisation's own OpenID Connect provider, and which of its groups hold which roles here."""

    __tablename__ = "identity_provider"

    ref: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"), index=True)
    name: Mapped[str]
    issuer: Mapped[str]
    client_id: Mapped[str]
    sealed_secret: Mapped[bytes | None] = mapped_column(info={"secret": True})
    """The client's secret, sealed for ``ref``; ``None`` for a public client."""
    groups_claim: Mapped[str]
    group_roles: Mapped[dict[str, Any]]
    """``{"the provider's group": "our role"}``."""
    proves_second_factor: Mapped[bool]
    """Whether its word (``amr`` with ``mfa``) stands for our second factor; else it is asked for here."""
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
