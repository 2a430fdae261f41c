"""What a report, or a view of it, says, part by part in words: pure. Texts are left as they are; a template escapes them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from flask_babel import gettext, lazy_gettext

from hub.spotpurchase.reports.record import FIELDS
from hub.web.design import instant
from hub.web.interviews.words import MODE_WORDS
from hub.web.report_lines import CODES, LINE_WORDS, PART_WORDS, said

POINTS: Final = ("recommendations.placing_authority", "recommendations.host_authority", "referrals.said")
"""Lines that a page shows as points of their own, with their answers."""
_READ_AS: Final[Mapping[str, Any]] = {
    "interview.held_at": lazy_gettext("Held"),
    "interview.held_until": lazy_gettext("Until"),
    "interview.mode": lazy_gettext("How"),
    "interview.in_time": lazy_gettext("Within 72 hours of the return"),
    "interview.late_because": lazy_gettext("Why it was later than 72 hours"),
    "interview.interpreter": lazy_gettext("Interpreter"),
    "interview.independence": lazy_gettext("Independence"),
    "interview.role_of_interviewer": lazy_gettext("Their role"),
    "interview.language": lazy_gettext("Language"),
    "interview.words": lazy_gettext("Besides"),
    "after.afraid": lazy_gettext("Afraid of somebody"),
    "child.told_who_sees_it": lazy_gettext("Was told who may see this"),
    "wishes.host_authority": lazy_gettext("That the council where they live is told"),
    "wishes.police_force": lazy_gettext("That the police are told"),
    "intelligence.for_police": lazy_gettext("Something for the police"),
    "harms.kinds": lazy_gettext("What harm"),
    "harms.said": lazy_gettext("What harm"),
    "risks.kinds": lazy_gettext("What risks"),
    "risks.said": lazy_gettext("What risks"),
    "actions.kinds": lazy_gettext("What was done"),
    "actions.said": lazy_gettext("What was done"),
    "referrals.kinds": lazy_gettext("What sort"),
    "referrals.said": lazy_gettext("What is referred"),
    "recommendations.placing_authority": lazy_gettext("To the placing authority"),
    "recommendations.host_authority": lazy_gettext("To the host authority"),
    "people": lazy_gettext("People"),
    "narrative": lazy_gettext("What was said, in order"),
}
"""What a line is called where it is read; any other as it is asked (``report_lines``)."""
_PART_OF: Final = {"no_harm": "harms", "no_risk": "risks"}
_ORDER: Final = {name: number for number, name in enumerate(PART_WORDS)}


@dataclass(frozen=True)
class Line:
    """One line: its code of ``FIELDS``, what it is called, and what it says, a text or several."""

    code: str
    label: str
    says: Sequence[Any]


@dataclass(frozen=True)
class Part:
    """Lines that belong together."""

    title: str
    lines: tuple[Line, ...]


def label_of(code: str) -> str:
    """What a line is called where it is read."""
    return str(_READ_AS.get(code) or LINE_WORDS.get(code, code))


def named(code: str) -> str:
    """A line with its part, for where it stands among lines of others: ``Coming back: how they came back``."""
    part = str(PART_WORDS[_part(code)])
    label = label_of(code)
    return part if code in PART_WORDS else f"{part}: {label[:1].lower()}{label[1:]}"


def parts_of(content: Mapping[str, Any], *, without: Collection[str] = (), first: str = "") -> list[Part]:
    """*content*, line by line by its code, in parts and in the order of the form.

    *without*: lines that stand elsewhere; *first*: a part that goes before the others.
    """
    shown = [code for code in FIELDS if code in content and code not in without]
    shown.sort(key=lambda code: (_part(code) != first, _ORDER[_part(code)]))
    return [
        Part(str(PART_WORDS[part]), tuple(Line(code, label_of(code), _says(code, content[code])) for code in codes))
        for part, codes in groupby(shown, key=_part)
    ]


def _part(code: str) -> str:
    return _PART_OF.get(code, code.partition(".")[0])


# --- what a line says -------------------------------------------------------------------------------------------------


def _says(code: str, value: Any) -> list[Any]:
    if isinstance(value, bool):
        return [gettext("Yes") if value else gettext("No")]
    if isinstance(value, list):
        return [_item(code, each) for each in value]
    if code in ("interview.held_at", "interview.held_until"):
        return [instant(datetime.fromisoformat(value))]
    if code == "interview.mode":
        return [str(MODE_WORDS.get(value, value))]
    return [said(code, value) if code in CODES else str(value)]


def _item(code: str, item: Any) -> str:
    part = code.partition(".")[0]
    if isinstance(item, str):
        return said(code if code in CODES else f"{part}.kind", item)
    if part == "recommendations":
        return str(item["text"])
    return _person(item) if part == "people" else _kind(part, item)


def _kind(part: str, item: Mapping[str, Any]) -> str:
    """``Threats (while missing): Kim shouted``"""
    more = [said(f"{part}.{name}", item[name]).lower() for name in ("when", "level") if item.get(name)]
    words = [str(item[name]) for name in ("what", "to_whom", "words") if item.get(name)]
    return _with(said(f"{part}.kind", item.get("kind", "")), more, words)


def _person(item: Mapping[str, Any]) -> str:
    name = str(item.get("name", ""))
    is_covered = name.startswith("[")
    more = [said("people.role", item["role"]).lower()] if item.get("role") and not is_covered else []
    also = ", ".join(item.get("also_called") or ())
    more += [gettext("also called %(names)s", names=also)] if also else []
    more += [gettext("the police need the name")] if item.get("police_need_name") else []
    return _with(name, more, [str(item["words"])] if item.get("words") else [])


def _with(name: str, more: Sequence[str], words: Sequence[str]) -> str:
    begins = f"{name} ({', '.join(more)})" if more else name
    return f"{begins}: {'; '.join(words)}" if words else begins
