"""Entries of the audit as a privacy lead reads them: who did what to what when, in words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from flask_babel import gettext, lazy_gettext, ngettext
from sqlalchemy.orm import Session

from hub.access import queries as client_queries
from hub.access.people import queries as people_queries
from hub.access.people import service as people
from hub.audit.models import AuditEntry
from hub.core.actor import Actor
from hub.web.auditing.detail_words import code_in_words, name_in_words
from hub.web.auditing.event_words import OPERATION_WORDS, in_words
from hub.web.design import day_in_words, instant_in_words

MOST_PEOPLE: Final = 2_000
_FEW: Final = 3
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|\+00:00)")
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
            more="; ".join(_details(entry)),
            subject=entry.subject_ref,
        )
        for entry in entries
    ]


def _details(entry: AuditEntry) -> Iterable[str]:
    for name, value in entry.details.items():
        if spoken := _value(entry.event, name, value):
            yield str(gettext("%(name)s: %(value)s", name=name_in_words(name), value=spoken))


def _value(label: str, name: str, value: Any) -> str:
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, list):
        return _listed([_value(label, name, each) for each in value])
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    if not isinstance(value, str):
        return str(value)
    return code_in_words(label, name, value) or _time_in_words(value) or _spaced(value)


def _listed(values: Sequence[str]) -> str:
    if len(values) > _FEW or not all(values):
        return str(ngettext("%(num)d entry", "%(num)d entries", len(values)))
    return ", ".join(values)


def _time_in_words(text: str) -> str:
    """An instant or a day, as it is said; empty for any other text."""
    try:
        if _DAY.fullmatch(text):
            return day_in_words(date.fromisoformat(text))
        return instant_in_words(datetime.fromisoformat(text)) if _INSTANT.fullmatch(text) else ""
    except ValueError:
        return ""


def _spaced(code: str) -> str:
    """A code for which there are no words, a little easier to read; references and addresses as they are."""
    return code.replace("_", " ") if code.replace("_", "").isalpha() else code
