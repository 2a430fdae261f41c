"""Working days of England and Wales, from bank holidays that are data, and never beyond what the data covers.

A working day is not a Saturday, a Sunday, Christmas Day, Good Friday or a bank holiday of England and Wales (the two
nations share one list; Scotland's and Northern Ireland's do not count). Law: CPR 2010 reg 2; CPR (Wales) 2015 reg 2.
"""

import json
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hub.core.sentences import worded
from hub.duties.reading import LawError

DIVISION = "england-and-wales"


@dataclass(frozen=True)
class DueOn:
    """A civil date, or none and the reason why none can be given."""

    due_on: date | None
    warning: str | None = None


class Calendar:
    """The working days from the first to the last year whose bank holidays are official."""

    def __init__(self, holidays: frozenset[date], *, first: date, horizon: date) -> None:
        self.holidays, self.first, self.horizon = holidays, first, horizon
        self._days = [n for n in range(first.toordinal(), horizon.toordinal() + 1) if self._works(date.fromordinal(n))]

    def _works(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.holidays and (day.month, day.day) != (12, 25)

    def is_working_day(self, day: date) -> bool:
        """Whether *day* counts. Raises LawError outside the years that are loaded: a guess would look like a fact."""
        if not self.first <= day <= self.horizon:
            raise LawError(self._beyond(day))
        place = bisect_left(self._days, day.toordinal())
        return place < len(self._days) and self._days[place] == day.toordinal()

    def add_working_days(self, day: date, number: int) -> DueOn:
        """The *number*-th working day after *day*, which is itself not counted; no date outside the loaded years."""
        if number < 1:
            raise ValueError("Count at least one working day.")
        if not self.first <= day <= self.horizon:
            return DueOn(None, self._beyond(day))
        place = bisect_right(self._days, day.toordinal()) + number - 1
        if place >= len(self._days):
            return DueOn(None, self._beyond(day, number))
        return DueOn(date.fromordinal(self._days[place]))

    def _beyond(self, day: date, number: int = 0) -> str:
        return worded(
            "No date is given for {counted}, because the bank holidays of England and Wales are loaded only from {first} "
            "to {last}; a person must set it.",
            counted=worded("{number} working days after {day}", number=number, day=day) if number else day,
            first=self.first,
            last=self.horizon,
        )


def load_calendar(config_dir: Path) -> Calendar:
    """The calendar of ``reference/bank_holidays.json``; its horizon is the end of the last wholly official year.

    Events marked ``official: false`` were computed, not published: they are shown, and never counted with.
    """
    path = config_dir / "reference" / "bank_holidays.json"
    try:
        events = json.loads(path.read_text(encoding="utf-8"))[DIVISION]["events"]
        dated = [(date.fromisoformat(event["date"]), bool(event["official"])) for event in events]
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise LawError(f"{path.name}: the bank holidays cannot be read ({type(fault).__name__}).") from None
    return _calendar(dated, file=path.name)


def _calendar(dated: list[tuple[date, bool]], *, file: str) -> Calendar:
    computed = {day.year for day, official in dated if not official}
    years = sorted({day.year for day, _ in dated} - computed)
    if not years or years != list(range(years[0], years[-1] + 1)):
        raise LawError(f"{file}: the official years must follow one another without a gap.")
    official_days = frozenset(day for day, official in dated if official)
    return Calendar(official_days, first=date(years[0], 1, 1), horizon=date(years[-1], 12, 31))
