"""A draft's answers in words: for the list of tasks, for checking before it is sent, and beside another's change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from flask_babel import gettext, ngettext

from hub.directory.areas import Areas
from hub.registry.minimum import Fault
from hub.web import forms
from hub.web.design import day, instant
from hub.web.fact_words import MARKER_WORDS
from hub.web.writing import filling, withheld, words
from hub.web.writing.questions import COUNCILS, Question, Section, section_asking, sections_of

Options = list[tuple[str, str]]
_PLAIN: Final = frozenset({"child", "provider", "carer", "short_break", "contacts_withheld"})
"""What is said without the title of its group: its questions name what they are about."""


@dataclass(frozen=True)
class Card:
    """A section's answers to be checked: rows of (label, paragraphs), and what the legal minimum still asks of it."""

    key: str
    title: str
    rows: list[tuple[str, list[str]]]
    missing: list[Fault]


def councils(areas: Areas) -> Options:
    """Every council of England and Wales with its GSS code, by name."""
    listed = sorted(areas.authorities.values(), key=lambda each: each.short_name)
    return [(each.gss_code, each.short_name) for each in listed]


def options_of(question: Question, areas: Areas) -> Options:
    """The choices of *question*: pairs of a value and its words."""
    if question.options == COUNCILS:
        return councils(areas)
    return (
        [(value, str(said)) for value, said in question.options.items()]
        if isinstance(question.options, Mapping)
        else []
    )


def cards_of(body: Mapping[str, Any], kind: str, missing: Sequence[Fault], areas: Areas) -> list[Card]:
    """A card for each section that says something, or of which something is still asked."""
    found = []
    for section in sections_of(kind):
        asked = [fault for fault in missing if section_asking(kind, fault.field) == section]
        rows = rows_of(body, section, areas)
        if section.key == withheld.KEY:
            rows += [*_marker_rows(body), *withheld.withheld_rows(body)]
        found.append(Card(section.key, str(section.title), rows, asked))
    return found


def rows_of(body: Mapping[str, Any], section: Section, areas: Areas) -> list[tuple[str, list[str]]]:
    """What *body* answers to a section's questions; what is not answered is left out."""
    rows = []
    for group in section.groups:
        for question in group.questions:
            said = in_words(question, body, areas)
            if said:
                rows.append((_label(group.title, question), said))
    return rows


def _label(title: str, question: Question) -> str:
    """Within a group whose questions are all alike (“Name”, “Telephone”), the group's title goes before."""
    if not question.label:
        return title
    if not title or "." not in question.name or question.name.split(".")[0] in _PLAIN:
        return str(question.label)
    return str(gettext("%(group)s: %(question)s", group=title, question=question.label))


def in_words(question: Question, body: Mapping[str, Any], areas: Areas) -> list[str]:
    """The answer to *question* in *body*, in paragraphs."""
    if question.asks in ("moment", "instant"):
        return _moment_in_words(question, body)
    value = filling.value_at(body, question.name)
    if value is None or value == []:
        return []
    if question.asks == "day":
        return [day(date.fromisoformat(value))]
    if question.asks == "yes_no":
        return [gettext("Yes") if value else gettext("No")]
    if isinstance(value, list):
        return [str(each) for each in value]
    if question.options is not None:
        return [dict(options_of(question, areas)).get(value, str(value))]
    return [part for part in str(value).splitlines() if part.strip()]


def _moment_in_words(question: Question, body: Mapping[str, Any]) -> list[str]:
    at, on = filling.value_at(body, f"{question.name}_at"), filling.value_at(body, f"{question.name}_on")
    if at:
        return [instant(datetime.fromisoformat(at))]
    return [day(date.fromisoformat(on))] if on else []


def _marker_rows(body: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    return [(str(MARKER_WORDS[each["marker"]]), _marker_words(each)) for each in body.get("markers", ())]


def _marker_words(marker: Mapping[str, Any]) -> list[str]:
    said = [marker[name] for name in ("detail", "author", "source") if marker.get(name)]
    if marker.get("review_on"):
        said.append(gettext("To be reviewed on %(day)s", day=day(date.fromisoformat(marker["review_on"]))))
    seen = [str(words.AUDIENCES[each]) for each in marker.get("audience", ("host_authority", "police_force"))]
    return [*said, gettext("Seen by: %(who)s", who=", ".join(seen) or gettext("nobody else"))]


def asked_of(kind: str, missing: Sequence[Fault]) -> list[tuple[Fault, str, str]]:
    """What the legal minimum still asks, each with the section and the control in which it is answered."""
    found = []
    for fault in missing:
        section = section_asking(kind, fault.field)
        names = section.names if section else ()
        found.append((fault, section.key if section else "", forms.control_of(fault.field, names)))
    return found


# --- the list of tasks ------------------------------------------------------------------------------------------------


def tasks_of(
    base: str, cards: Sequence[Card], approval: tuple[str, str] | None
) -> list[tuple[str, str, str, str, str]]:
    """For the macro ``tasks``: path, words, status in words, its colour, hint. *approval*: how that stands."""
    return [(f"{base}/{each.key}", each.title, *_status(each, approval), "") for each in cards]


def _status(card: Card, approval: tuple[str, str] | None) -> tuple[str, str]:
    if card.key == "approval" and approval and not card.rows:
        return approval
    if card.missing:
        count = len(card.missing)
        return ngettext("%(num)s still asked", "%(num)s still asked", count), "blue"
    return (gettext("Done"), "") if card.rows else (gettext("Nothing said yet"), "grey")


# --- side by side -----------------------------------------------------------------------------------------------------


def labels_of(section: Section) -> dict[str, str]:
    """Each control of a section with its words; where another's change is shown beside what was typed."""
    chosen = {"chosen": gettext("Which of these apply?")} if section.key == "risks" else {}
    return chosen | {each.name: _label(group.title, each) for group in section.groups for each in group.questions}


def spoken_of(section: Section, areas: Areas) -> dict[str, dict[str, str]]:
    """The choices of a section's controls in words."""
    asked = [each for each in section.questions if each.options is not None]
    chosen = {name: str(said) for name, said in MARKER_WORDS.items()}
    return {"chosen": chosen} | {each.name: dict(options_of(each, areas)) for each in asked}
