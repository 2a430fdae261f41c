"""Why may somebody do something, or why not? The policy page, applied to one person or client and said in plain words."""

import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

import click
from sqlalchemy.orm import Session

from hub.access import queries, sessions
from hub.access.checking import opens, roles_that_may, scopes_in_words
from hub.access.people import queries as people_queries
from hub.access.permissions import PARTIES, PERMISSIONS, ROLES
from hub.access.spoken import spoken
from hub.core.actor import Actor
from hub.core.clock import london_date, utc_now
from hub.core.db import Database
from hub.core.errors import Invalid, NotFound
from hub.core.sentences import either, in_a_row, together, worded
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
        if near:
            raise Invalid(worded("There is no action “{action}”. There are: {near}.", action=action, near=near))
        raise Invalid(worded("There is no action “{action}”. See docs/permissions.md.", action=action))
    asked = _asked(session, who, now)
    verdicts = [_standing(asked), *_in_general(asked.actor, action)]
    if ref is not None:
        verdicts.append(_to_record(session, asked.actor, action, ref, parties_to))
    said = [
        asked.says,
        worded("{action}: {why}.", action=action, why=PERMISSIONS[action].why),
        *(sentence for _, sentence in verdicts if sentence),
    ]
    if ref is None and PERMISSIONS[action].parties:
        parties = _listed(sorted(PERMISSIONS[action].parties))
        said.append(worded("Of which records: only where its organisation is {parties}.", parties=parties))
    return Answer(all(is_good for is_good, _ in verdicts), tuple(said))


Verdict = tuple[bool, str]
"""Whether one condition holds, and the sentence that says so."""


def _asked(session: Session, who: str, now: datetime) -> Asked:
    if (person := people_queries.person(session, who, None)) is not None:
        organisation = sessions.organisation_of(session, person)
        actor = sessions.person_actor(person, organisation)
        roles = _listed(sorted(actor.roles)) if actor.roles else worded("no role")
        refusal = sessions.refusal_of(person, organisation, now=now)
        says = worded("{who} is a person of {whose}: {roles}.", who=who, whose=_named(organisation), roles=roles)
        return Asked(actor, says, refusal)
    if (client := queries.client(session, who, None)) is not None:
        organisation = directory.by_ids(session, [client.organisation_id])[client.organisation_id]
        scopes = frozenset(client.scopes)
        actor = Actor("api_client", who, organisation.id, organisation.ref, organisation.kind, scopes)
        refusal = worded("The client was disabled.") if client.disabled_at else _closed(organisation, now)
        says = worded(
            "{who} is a client of {whose} with the scopes {scopes}.",
            who=who,
            whose=_named(organisation),
            scopes=_listed(sorted(scopes)),
        )
        return Asked(actor, says, refusal)
    raise NotFound(worded("There is no person and no API client with this reference."))


def _closed(organisation: directory.Brief, now: datetime) -> str | None:
    closed_on = organisation.valid_to
    return worded("Its organisation is closed.") if closed_on is not None and closed_on <= london_date(now) else None


def _named(organisation: directory.Brief) -> str:
    return worded("{name} ({kind})", name=organisation.name, kind=spoken(organisation.kind))


def _standing(asked: Asked) -> Verdict:
    return asked.refusal is None, asked.refusal or ""


def _in_general(actor: Actor, action: str) -> list[Verdict]:
    """The two conditions that stand before any record: the kind of organisation, and the scope."""
    line, kind = PERMISSIONS[action], actor.organisation_kind or ""
    if "operator" in line.parties and actor.is_operator:
        return [(True, worded("It runs the hub (scope “operate”), and this is open to the operator."))]
    return [_by_kind(kind, line.kinds), _by_scope(actor, action)]


def _by_kind(kind: str, kinds: frozenset[str]) -> Verdict:
    said = {"kinds": _listed(sorted(kinds)), "kind": spoken(kind)}
    if kind in kinds:
        return True, worded("It is for: {kinds}. A {kind} is one.", **said)
    return False, worded("It is for: {kinds}. A {kind} is not one.", **said)


def _by_scope(actor: Actor, action: str) -> Verdict:
    line = PERMISSIONS[action]
    if not line.scopes:
        return True, worded("No scope is needed: whoever the hub knows may.")
    wanted = scopes_in_words(line.scopes)
    if actor.kind != "person":
        if opens(line, actor.scopes):
            return True, worded("It takes the scope {wanted}, which the client has.", wanted=wanted)
        return False, worded("It takes the scope {wanted}, which the client lacks.", wanted=wanted)
    giving = sorted(role for role in actor.roles if opens(line, ROLES[role].scopes))
    if giving:
        return True, worded("It takes the scope {wanted}: {roles} has it.", wanted=wanted, roles=_listed(giving))
    others = roles_that_may(action, actor.organisation_kind or "")
    return False, worded(
        "It takes the scope {wanted}, which none of their roles has. Those that have it: {others}.",
        wanted=wanted,
        others=_listed(others) if others else worded("nobody in such an organisation"),
    )


def _to_record(session: Session, actor: Actor, action: str, ref: str, parties_to: PartiesTo) -> Verdict:
    line, parties = PERMISSIONS[action], parties_to(session, ref, actor.organisation)
    if parties is None:
        return False, worded("There is no record {ref}.", ref=ref)
    is_to_it = _listed(sorted(parties)) if parties else worded("none")
    said = worded("What its organisation is to {ref}: {parties}.", ref=ref, parties=is_to_it)
    if "operator" in line.parties and actor.is_operator:
        return True, together([said, worded("To the operator every organisation's is open.")])
    if not line.parties:
        return True, together([said, worded("It does not matter: this is not about one record.")])
    if fitting := sorted(parties & line.parties):
        return True, together([said, worded("That is enough: {parties}.", parties=_meaning(fitting))])
    wanted = _meaning(sorted(line.parties))
    refusal = worded("It would have to be {parties}: so the record looks as if it did not exist.", parties=wanted)
    return False, together([said, refusal])


def _meaning(parties: Sequence[str]) -> str:
    return either(worded("{party} ({meaning})", party=party, meaning=PARTIES[party]) for party in parties)


def _listed(words: Sequence[str]) -> str:
    return in_a_row(map(spoken, words))
