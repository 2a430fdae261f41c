"""Entries of the audit as a privacy lead reads them: who did what to what when, in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext, lazy_gettext, ngettext
from sqlalchemy.orm import Session

from hub.access import queries as client_queries
from hub.access.people import queries as people_queries
from hub.access.people import service as people
from hub.audit.models import AuditEntry
from hub.core.actor import Actor
from hub.web.auditing.event_words import OPERATION_WORDS, in_words

MOST_PEOPLE: Final = 2_000
_FEW: Final = 3
_KINDS: Final = {
    "system": lazy_gettext("The hub itself"),
    "guest": lazy_gettext("A guest, through a link and a code"),
    "api_client": lazy_gettext("A system"),
    "person": lazy_gettext("A person"),
}


@dataclass(frozen=True)
class Line:
    """One entry in words. ``actor`` and ``subject`` are references."""

    number: int
    at: datetime
    who: str
    actor: str
    what: str
    operation: str
    more: str
    subject: str


def actors_of(session: Session, actor: Actor) -> dict[str, str]:
    """Reference → name of the people and the systems of the actor's organisation, people first, by name."""
    if actor.organisation_id is None:
        return {}
    persons = people_queries.people(session, actor.organisation_id, after=None, at_most=MOST_PEOPLE)
    named = sorted((people.told(session, each).name, each.ref) for each in persons)
    clients = client_queries.clients(session, actor.organisation_id, after=None, at_most=MOST_PEOPLE)
    systems = sorted((each.name, each.ref) for each in clients)
    listed = {ref: name for name, ref in named}
    return listed | {ref: str(gettext("%(name)s (a system)", name=name)) for name, ref in systems}


def lines(entries: Sequence[AuditEntry], actors: Mapping[str, str]) -> list[Line]:
    """*entries* in words; *actors* names whom the reader may know."""
    return [
        Line(
            number=entry.id,
            at=entry.at,
            who=actors.get(entry.actor_ref, str(_KINDS.get(entry.actor_kind, entry.actor_kind))),
            actor=entry.actor_ref,
            what=in_words(entry.event),
            operation=str(OPERATION_WORDS[entry.operation]),
            more="; ".join(_details(entry.details)),
            subject=entry.subject_ref,
        )
        for entry in entries
    ]


def _details(said: Mapping[str, Any]) -> Iterable[str]:
    for name, value in said.items():
        if spoken := _value(value):
            yield f"{name.replace('_', ' ')}: {spoken}"


def _value(value: Any) -> str:
    if isinstance(value, list):
        few = ", ".join(map(_value, value)) if len(value) <= _FEW else ""
        return few or (str(ngettext("%(num)d entry", "%(num)d entries", len(value))) if value else "")
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    return (
        ""
        if value is None or isinstance(value, dict)
        else str(value).replace("_", " ")
        if _is_word(value)
        else str(value)
    )


def _is_word(value: Any) -> bool:
    """Whether it is a code of the hub's, and no reference or address: those are shown as they are."""
    return isinstance(value, str) and value.replace("_", "").isalpha()
