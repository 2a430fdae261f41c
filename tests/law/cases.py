"""How the law tests are written: a sentence, the facts, and every duty the facts set off with when it is due.

Due is written as London reads it: ``2026-04-02 14:00`` for an instant, ``by 2026-04-13`` for the end of a civil date, ``no date``
where none may be given. ``CHECKLIST`` stands for the five notices of reg 13 to everybody but the host.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hub.core.clock import LONDON
from hub.duties.calendar import Calendar
from hub.duties.explain import Owed, explain
from hub.duties.facts import Council, Facts, ShortBreak
from hub.duties.table import Law

NORTHMOOR = Council("E08000101", "Northmoor", "England")
EASTVALE = Council("E08000102", "Eastvale", "England")
CWMTEG = Council("W06000101", "Cwmteg", "Wales")
GLANAFON = Council("W06000102", "Glanafon", "Wales")

CHECKLIST = ("E13H", "E13G", "E13S", "E13I", "E13P")
START = datetime(2026, 3, 2, 14, tzinfo=UTC)
"""Monday 2 March 2026, 14:00 in London."""
AT_START = "2026-03-02 14:00"


@dataclass(frozen=True)
class Case:
    """One situation: what a lawyer would say, the facts, and all that is owed."""

    says: str
    facts: dict[str, Any]
    owed: dict[str, str]


def case(says: str, owed: dict[str, str] | None = None, **facts: Any) -> Any:
    """A parameter whose name is the sentence."""
    return Case(says, facts, owed or {})


def london(text: str) -> datetime:
    """``2026-04-02 14:00`` by London's clocks, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def facts(**given: Any) -> Facts:
    """A planned, distant placement by Northmoor in Eastvale's children's home, unless *given* says otherwise."""
    usual: dict[str, Any] = {
        "event": "placement_start",
        "placing": NORTHMOOR,
        "host": EASTVALE,
        "relation": "distant",
        "legal_status": "S31C",
        "starts_at": START,
    }
    merged = {name: _read(value) for name, value in (usual | given).items()}
    return Facts(**merged)


def _read(value: Any) -> Any:
    if isinstance(value, str) and value[:2] == "20":
        return london(value)
    if isinstance(value, set):
        return frozenset(value)
    return ShortBreak(*value) if isinstance(value, tuple) and value and isinstance(value[0], int) else value


def everything_owed(law: Law, calendar: Calendar, **given: Any) -> dict[str, Owed]:
    return {owed.code: owed for owed in explain(law, calendar, facts(**given))}


def due_words(owed: Owed) -> str:
    if owed.due_on:
        return f"by {owed.due_on.isoformat()}"
    return owed.due_at.astimezone(LONDON).strftime("%Y-%m-%d %H:%M") if owed.due_at else "no date"


def checklist(due: str) -> dict[str, str]:
    return dict.fromkeys(CHECKLIST, due)


def check(law: Law, calendar: Calendar, situation: Case, **usual: Any) -> None:
    """Exactly these duties, each due exactly then. *usual* are facts that the situation may overrule."""
    found = everything_owed(law, calendar, **(usual | situation.facts))
    assert {code: due_words(owed) for code, owed in found.items()} == situation.owed
