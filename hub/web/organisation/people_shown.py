"""The people of one organisation, as its administrator sees them: by name, with roles, factors and when they were last here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext
from sqlalchemy.orm import Session

from hub.access import session_queries
from hub.access.models import Invitation, Person
from hub.access.people import invitations
from hub.access.people import queries as people_queries
from hub.access.people import service as people
from hub.access.sign_in import factor_queries
from hub.core.actor import Actor
from hub.directory.queries import Brief
from hub.notify import personal_mail
from hub.web.organisation import words
from hub.web.organisation.parts import who

MOST: Final = 2_000
"""Names are sealed, so that all are opened to be put in order: of an organisation larger than this, the first."""


@dataclass(frozen=True)
class Listed:
    """One person. ``factors``: of ``totp`` and ``passkey``; ``provider`` stands for the organisation's own sign-in."""

    ref: str
    name: str = field(repr=False)
    email: str = field(repr=False)
    roles: tuple[str, ...]
    means: str
    factors: frozenset[str]
    seen_at: datetime | None
    disabled_at: datetime | None

    @property
    def lacks_factor(self) -> bool:
        """Whether the hub knows of no second factor: they will be asked to set one up when they sign in."""
        return not self.factors and self.means != "provider" and self.disabled_at is None

    @property
    def factor_words(self) -> str:
        """The second factors in words."""
        if self.means == "provider":
            return str(gettext("At your organisation’s own sign-in"))
        return ", ".join(str(words.FACTOR_WORDS[each]) for each in sorted(self.factors, reverse=True))


def listed(session: Session, whose: Brief) -> list[Listed]:
    """The people of *whose*, disabled ones too, by name."""
    rows = people_queries.people(session, whose.id, after=None, at_most=MOST)
    return sorted(_listed(session, rows), key=lambda each: each.name.casefold())


def one(session: Session, person: Person) -> Listed:
    """One person."""
    return _listed(session, [person])[0]


def _listed(session: Session, rows: Sequence[Person]) -> list[Listed]:
    ids = [row.id for row in rows]
    factors, seen = factor_queries.with_factors(session, ids), session_queries.last_seen(session, ids)
    return [_row(session, row, frozenset(factors.get(row.id, ())), seen.get(row.id)) for row in rows]


def _row(session: Session, row: Person, factors: frozenset[str], seen_at: datetime | None) -> Listed:
    said = people.told(session, row)
    means = "provider" if row.provider_id else "password" if row.password_hash else "none"
    return Listed(row.ref, said.name, said.email, tuple(row.roles), means, factors, seen_at, row.disabled_at)


def matching(rows: Sequence[Listed], looked_for: str) -> list[Listed]:
    """Those whose name, e-mail address or role holds every word of *looked_for*."""
    wanted = looked_for.casefold().split()
    return [row for row in rows if all(word in _searched(row) for word in wanted)]


def _searched(row: Listed) -> str:
    return f"{row.name} {row.email} {words.roles(row.roles)}".casefold()


@dataclass(frozen=True)
class Invited:
    """An invitation, or a letter with a link to a new password, that waits."""

    ref: str
    name: str = field(repr=False)
    email: str = field(repr=False)
    roles: tuple[str, ...]
    by: str = field(repr=False)
    invited_at: datetime
    expires_at: datetime
    is_over: bool
    is_new_password: bool
    mail: tuple[Any, str] | None
    """Words and colour of what became of its letter."""


def invited(session: Session, actor: Actor, whose: Brief, *, now: datetime) -> list[Invited]:
    """What waits to be accepted in *whose*, newest first."""
    rows = people_queries.invitations(session, whose.id, after=None, at_most=MOST)
    mails = personal_mail.newest_about(session, [row.ref for row in rows])
    shown = [_invited(session, actor, row, mails.get(row.ref), now) for row in rows]
    return sorted(shown, key=lambda each: each.invited_at, reverse=True)


def _invited(
    session: Session, actor: Actor, row: Invitation, mail: personal_mail.Mailed | None, now: datetime
) -> Invited:
    said = invitations.told(session, row)
    return Invited(
        row.ref,
        said.name,
        said.email,
        tuple(row.roles),
        who(session, actor, row.invited_by),
        row.invited_at,
        row.expires_at,
        row.expires_at <= now,
        row.person_id is not None,
        words.MAIL_WORDS[mail.state] if mail else None,
    )
