"""Why may somebody do something, or why not? The policy page, applied to one person or client and said in plain words."""

import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

import click
from sqlalchemy.orm import Session

from hub.access import queries, sessions
from hub.access.checking import opens, roles_that_may, spoken
from hub.access.people import queries as people_queries
from hub.access.permissions import PARTIES, PERMISSIONS, ROLES, SCOPES
from hub.core.actor import Actor
from hub.core.clock import london_date, utc_now
from hub.core.db import Database
from hub.core.errors import Invalid, NotFound
from hub.directory import queries as directory

PartiesTo = Callable[[Session, str, int], frozenset[str] | None]
"""Which parties an organisation (by id) is to a record (by reference); ``None``: there is no such record."""


@dataclass(frozen=True)
class Answer:
    """Yes or no, and why, one sentence a line."""

    is_yes: bool
    because: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """Who it is about, as they stand: what they are called here, and why they may do nothing at all, if so."""

    actor: Actor
    says: str
    refusal: str | None


def explain_command(database: Callable[[], Database], parties_to: PartiesTo) -> click.Command:
    """The command ``hub access explain``. *parties_to* knows the records, which lie beyond this package."""

    @click.command("explain")
    @click.argument("who")
    @click.argument("action")
    @click.argument("ref", required=False)
    def explain_access(who: str, action: str, ref: str | None) -> None:
        """Say whether WHO (a person or an API client) may do ACTION (to the record REF), and why; exit 1 when not."""
        with closing(database()) as opened, opened.read() as session:
            answer = explain(session, who, action, ref, parties_to=parties_to, now=utc_now())
        for line in answer.because:
            click.echo(line)
        click.echo("Yes." if answer.is_yes else "No.")
        sys.exit(0 if answer.is_yes else 1)

    return explain_access


def explain(
    session: Session, who: str, action: str, ref: str | None, *, parties_to: PartiesTo, now: datetime
) -> Answer:
    """Whether *who* may do *action*, to the record *ref* where one is named. Yes leaves the record's own state aside.

    Raises NotFound for an unknown person or client, Invalid for an action that is not on the page.
    """
    if action not in PERMISSIONS:
        near = ", ".join(name for name in PERMISSIONS if name.split(".")[0] == action.split(".")[0])
        raise Invalid(
            f"There is no action “{action}”. " + (f"There are: {near}." if near else "See docs/permissions.md.")
        )
    asked = _asked(session, who, now)
    verdicts = [_standing(asked), *_in_general(asked.actor, action)]
    if ref is not None:
        verdicts.append(_to_record(session, asked.actor, action, ref, parties_to))
    said = [asked.says, f"{action}: {PERMISSIONS[action].why}.", *(sentence for _, sentence in verdicts if sentence)]
    if ref is None and PERMISSIONS[action].parties:
        said.append(f"Of which records: only where its organisation is {_listed(sorted(PERMISSIONS[action].parties))}.")
    return Answer(all(is_good for is_good, _ in verdicts), tuple(said))


Verdict = tuple[bool, str]
"""Whether one condition holds, and the sentence that says so."""


def _asked(session: Session, who: str, now: datetime) -> Asked:
    if (person := people_queries.person(session, who, None)) is not None:
        organisation = sessions.organisation_of(session, person)
        actor = sessions.person_actor(person, organisation)
        roles = _listed(sorted(actor.roles)) if actor.roles else "no role"
        refusal = sessions.refusal_of(person, organisation, now=now)
        return Asked(actor, f"{who} is a person of {_named(organisation)}: {roles}.", refusal)
    if (client := queries.client(session, who, None)) is not None:
        organisation = directory.by_ids(session, [client.organisation_id])[client.organisation_id]
        scopes = frozenset(client.scopes)
        actor = Actor("api_client", who, organisation.id, organisation.ref, organisation.kind, scopes)
        refusal = "The client was disabled." if client.disabled_at else _closed(organisation, now)
        return Asked(
            actor, f"{who} is a client of {_named(organisation)} with the scopes {_listed(sorted(scopes))}.", refusal
        )
    raise NotFound("There is no person and no API client with this reference.")


def _closed(organisation: directory.Brief, now: datetime) -> str | None:
    closed_on = organisation.valid_to
    return "Its organisation is closed." if closed_on is not None and closed_on <= london_date(now) else None


def _named(organisation: directory.Brief) -> str:
    return f"{organisation.name} ({spoken(organisation.kind)})"


def _standing(asked: Asked) -> Verdict:
    return asked.refusal is None, asked.refusal or ""


def _in_general(actor: Actor, action: str) -> list[Verdict]:
    """The two conditions that stand before any record: the kind of organisation, and the scope."""
    line, kind = PERMISSIONS[action], actor.organisation_kind or ""
    if "operator" in line.parties and actor.is_operator:
        return [(True, "It runs the hub (scope “operate”), and this is open to the operator.")]
    kinds = _listed(sorted(line.kinds))
    of_kind = (
        kind in line.kinds,
        f"It is for: {kinds}. A {spoken(kind)} is {'' if kind in line.kinds else 'not '}one.",
    )
    return [of_kind, _by_scope(actor, action)]


def _by_scope(actor: Actor, action: str) -> Verdict:
    line = PERMISSIONS[action]
    if not line.scopes:
        return True, "No scope is needed: whoever the hub knows may."
    wanted = " or ".join(f"“{scope}” ({SCOPES[scope]})" for scope in SCOPES if scope in line.scopes)
    if actor.kind != "person":
        has = opens(line, actor.scopes)
        return has, f"It takes the scope {wanted}, which the client {'has' if has else 'lacks'}."
    giving = sorted(role for role in actor.roles if opens(line, ROLES[role].scopes))
    if giving:
        return True, f"It takes the scope {wanted}: {_listed(giving)} has it."
    others = _listed(roles_that_may(action, actor.organisation_kind or "")) or "nobody in such an organisation"
    return False, f"It takes the scope {wanted}, which none of their roles has. Those that have it: {others}."


def _to_record(session: Session, actor: Actor, action: str, ref: str, parties_to: PartiesTo) -> Verdict:
    line, parties = PERMISSIONS[action], parties_to(session, ref, actor.organisation)
    if parties is None:
        return False, f"There is no record {ref}."
    is_to_it = _listed(sorted(parties)) if parties else "none"
    said = f"What its organisation is to {ref}: {is_to_it}."
    if "operator" in line.parties and actor.is_operator:
        return True, f"{said} To the operator every organisation's is open."
    if not line.parties:
        return True, f"{said} It does not matter: this is not about one record."
    if parties & line.parties:
        return True, f"{said} That is enough: {_meaning(sorted(parties & line.parties))}."
    return (
        False,
        f"{said} It would have to be {_meaning(sorted(line.parties))}: so the record looks as if it did not exist.",
    )


def _meaning(parties: Sequence[str]) -> str:
    return " or ".join(f"{party} ({PARTIES[party]})" for party in parties)


def _listed(words: Sequence[str]) -> str:
    return ", ".join(map(spoken, words))
