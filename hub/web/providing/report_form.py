"""The form of a report: its parts in the order in which an interview is told, and the controls of each. Pure.

A control is named by the path of its field in the API's schema, ``record.during.where``; a list has one empty row below those
that are written, and saving makes the next.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from hub.spotpurchase.reports.drafts import Draft
from hub.spotpurchase.reports.schemas import MOST, ReportDraftIn
from hub.web import forms
from hub.web.forms import Errors, Filled, Typed
from hub.web.report_lines import CODES, LINE_WORDS, PART_WORDS
from hub.web.stale import Difference, differing

NARRATIVE: Final = "narrative"
_DIGITS: Final = 2


@dataclass(frozen=True)
class Line:
    """One line of a part. ``kind``: ``code``, ``codes``, ``fact``, ``tick``, ``text``, ``words`` or ``moment``."""

    name: str
    kind: str


@dataclass(frozen=True)
class Part:
    """A part of the report. ``is_list``: its lines are asked of each row."""

    key: str
    lines: tuple[Line, ...]
    is_list: bool = False
    none: str = ""
    """The control that says that there is none of a list."""

    @property
    def title(self) -> Any:
        return PART_WORDS[self.key]


def _part(key: str, is_list: bool = False, none: str = "", **kinds: str) -> Part:
    return Part(key, tuple(Line(name, kind) for name, kind in kinds.items()), is_list, none)


PARTS: Final = (
    _part(
        "interview",
        interviewer="text",
        role_of_interviewer="text",
        independence="code",
        place="code",
        present="codes",
        interpreter="fact",
        language="text",
        late_because="code",
        words="words",
    ),
    _part("reasons", push="codes", pull="codes", words="words"),
    _part("before", words="words"),
    _part(
        "during",
        where="codes",
        places="words",
        company="codes",
        travel="codes",
        means="codes",
        crime="codes",
        words="words",
    ),
    _part("after", returned="code", afraid="fact", words="words"),
    _part("harms", True, "no_harm", kind="code", when="code", words="words"),
    _part("risks", True, "no_risk", kind="code", level="code", words="words"),
    _part("child", words="words", told_who_sees_it="fact"),
    _part("wishes", words="words", host_authority="code", police_force="code"),
    _part("helped", what_helped="codes", words="words"),
    _part("protective", factors="codes", words="words"),
    _part("safety", told="codes", words="words"),
    _part("actions", True, kind="code", words="words"),
    _part("recommendations", True, to="code", text="words"),
    _part("referrals", True, kind="code", what="words", to_whom="text", made="moment"),
    _part("people", True, name="text", role="code", also_called="words", police_need_name="fact", words="words"),
    _part("intelligence", for_police="fact", kinds="codes", words="words"),
)
Rows = Mapping[str, int]


@dataclass(frozen=True)
class Asked:
    """A control on the page. ``options``: the answers to choose from."""

    name: str
    label: Any
    kind: str
    options: Sequence[tuple[str, Any]]


def asked(part: Part, row: int | None = None) -> list[Asked]:
    """The controls of a part, or of one row of a list."""
    at = f"record.{part.key}" if row is None else f"record.{part.key}.{row}"
    codes = ((line, f"{part.key}.{line.name}") for line in part.lines)
    return [
        Asked(f"{at}.{line.name}", LINE_WORDS[code], line.kind, list(CODES.get(code, {}).items()))
        for line, code in codes
    ]


def names(rows: Rows) -> list[str]:
    """Every control of the form, in the order of the page. *rows*: how many each list has."""
    made: list[str] = []
    for part in PARTS:
        if part.none:
            made.append(f"record.{part.none}")
        places = range(rows.get(part.key, 1)) if part.is_list else [None]
        made += [each.name for row in places for each in asked(part, row)]
    return [*made, NARRATIVE]


def rows_of(draft: Draft) -> dict[str, int]:
    """How many rows each list has on the page: those that are written, and an empty one."""
    return {part.key: min(len(draft.record.get(part.key) or ()) + 1, MOST) for part in PARTS if part.is_list}


def rows_sent(form: Mapping[str, Any]) -> dict[str, int]:
    """How many rows of each list were sent."""
    found = {part.key: 1 for part in PARTS if part.is_list}
    for name in form:
        key, number = [*name.split("."), "", ""][1:3]
        if key in found and number.isascii() and number.isdigit() and len(number) <= _DIGITS:
            found[key] = max(found[key], min(int(number) + 1, MOST))
    return found


def typed_of(draft: Draft) -> Typed:
    """The draft as it stands in the controls."""
    body = {"record": draft.record, **({NARRATIVE: draft.narrative} if draft.narrative else {})}
    return forms.spelt(ReportDraftIn(), names(rows_of(draft)), body)


def filled(form: "MultiDict[str, str]", stands: Draft) -> Filled:
    """The form as it was sent. What it does not ask, and another system wrote, stays as it is."""
    given = forms.filled(ReportDraftIn(), names(rows_sent(form)), form)
    return _with_about(given, stands)


def as_far_as_it_goes(form: "MultiDict[str, str]", stands: Draft) -> Filled:
    """The form without what is not right in it yet; ``errors``: what that was."""
    left, errors = names(rows_sent(form)), Errors()
    given = forms.filled(ReportDraftIn(), left, form)
    while given.errors:
        errors |= given.errors
        good = [name for name in left if not any(name == bad or name.startswith(f"{bad}.") for bad in given.errors)]
        if len(good) == len(left):
            break
        left, given = good, forms.filled(ReportDraftIn(), good, form)
    return replace(_with_about(given, stands), errors=errors)


def _with_about(given: Filled, stands: Draft) -> Filled:
    about = stands.record.get("about")
    if not about or not given.loaded:
        return given
    loaded = ReportDraftIn().load({"record": {"about": about}})
    kept = {**given.loaded["record"], "about": loaded["record"]["about"]}
    return replace(given, loaded={**given.loaded, "record": kept})


def is_begun(part: Part, typed: Typed) -> bool:
    """Whether anything stands in a part."""
    at = f"record.{part.key}."
    said = [value for name, value in typed.items() if name.startswith(at) or name == f"record.{part.none}"]
    return any(said)


def is_wrong(part: Part, errors: Errors) -> bool:
    """Whether anything is wrong in a part."""
    at = f"record.{part.key}."
    return any(name.startswith(at) or name == f"record.{part.none}" for name in errors)


def differences(stands: Draft, typed: Typed) -> list[Difference]:
    """Where what stands now and what was typed differ, each in words."""
    every = names({key: max(count, rows_sent(typed)[key]) for key, count in rows_of(stands).items()})
    labels = {name: _label(name) for name in every}
    spoken = {name: {code: str(said) for code, said in _codes(name).items()} for name in every if _codes(name)}
    return differing(labels, typed_of(stands), typed, spoken)


def _label(name: str) -> str:
    line = _line(name)
    part = PART_WORDS.get(line.split(".")[0])
    return f"{part}: {LINE_WORDS[line]}" if part is not None and line != NARRATIVE else str(LINE_WORDS[line])


def _codes(name: str) -> Mapping[str, Any]:
    return CODES.get(_line(name), {})


def _line(name: str) -> str:
    """``harms.kind`` of ``record.harms.0.kind``."""
    return ".".join(step for step in name.split(".") if step != "record" and not step.isdigit())
