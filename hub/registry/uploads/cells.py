"""What does a cell say? Dates as people and spreadsheets write them, times, yes and no, words of a list, councils: into JSON.

A cell is text from a CSV file, or whatever an XLSX file holds: text, numbers, dates, truth. What cannot be read is told in one
sentence that says what to enter. Pure, but for the names of councils, which the directory's tables know.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from marshmallow import fields

from hub.core.clock import LONDON, iso
from hub.core.sentences import worded
from hub.directory.areas import Areas
from hub.registry.schemas_parts import Day, Fact, Instant
from hub.registry.uploads.columns import BY_WORD, LINES, MOMENTS, TIME, Column, normal
from hub.registry.uploads.words import ALSO, FALSE, SPOKEN, TRUE

Cell = str | int | float | bool | date | datetime | time | timedelta | None

_EXCEL_ZERO: Final = date(1899, 12, 30)
_SERIALS: Final = range(3_000, 110_000)
"""Numbers that a spreadsheet may mean as days: 1908 to 2201."""
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s./-]+(\d{1,2}|[a-z]{3,9})\.?,?[\s./-]+(\d{4}|\d{2})")
_YEAR_FIRST: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_TIME: Final = re.compile(r"(\d{1,2})(?:[:.h]([0-5]\d))?(?:[:.][0-5]\d(?:\.\d+)?)?\s*(am|pm)?")
_WITH_TIME: Final = re.compile(r"(?P<day>.*?\d{2})(?:[t\s,]+(?:at\s+)?)(?P<time>\d{1,2}[:.h]\d{2}.*|\d{1,2}\s*[ap]m)")
_SERIAL: Final = re.compile(r"\d{4,6}(?:\.\d+)?")
_ISO_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}t.*(z|[+-]\d{2}:?\d{2})")
_SEVERAL: Final = re.compile(r"[;\n|]")

NO_TIME: Final = "Enter a time such as 14:30 or 2.30pm."
NO_INSTANT: Final = "Enter a date and time such as 27/03/2026 14:30."
SKIPPED: Final = "The clocks went forward past this time. Enter the time that they showed."


class Unreadable(ValueError):
    """What stands in a cell cannot be read; the sentence says what to enter."""


class NoDay(Unreadable):
    """What stands in a cell is no day. *example*: one that could stand in its place."""

    def __init__(self, example: date) -> None:
        super().__init__(worded("Enter a date such as {example}.", example=_day_first(example)))


def _day_first(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def text_of(cell: Cell) -> str:
    """What stands in the cell, as a person would write it."""
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime():
            return f"{cell:%d/%m/%Y}" if cell.time() == time() else f"{cell:%d/%m/%Y %H:%M}"
        case date():
            return f"{cell:%d/%m/%Y}"
        case time():
            return f"{cell:%H:%M}"
        case timedelta():
            return text_of(_time_of_delta(cell))
        case _:
            return str(cell).strip()


def body_of(
    cells: Mapping[str, tuple[Column, Cell]], common: Mapping[str, Any], areas: Areas
) -> tuple[dict[str, Any], dict[str, str]]:
    """The notice that a row says, as JSON that ``NoticeIn`` loads; and path → sentence for the cells that cannot be read.

    *cells*: by path. *common*: what every row of the sheet has.
    """
    body: dict[str, Any] = {name: dict(each) if isinstance(each, dict) else each for name, each in common.items()}
    faults: dict[str, str] = {}
    for path, (column, cell) in cells.items():
        if text_of(cell) == "" or path.removesuffix(TIME) in MOMENTS:
            continue
        try:
            _put(body, path, read_cell(column, cell, areas))
        except Unreadable as fault:
            faults[path] = str(fault)
    for stem in MOMENTS:
        try:
            body |= _moment(stem, _cell(cells, stem), _cell(cells, stem + TIME))
        except Unreadable as fault:
            faults[stem + TIME if str(fault) in (NO_TIME, SKIPPED) and stem + TIME in cells else stem] = str(fault)
    for path in LINES:
        _close_gaps(body, path)
    return body, faults


def _cell(cells: Mapping[str, tuple[Column, Cell]], path: str) -> Cell:
    return cells[path][1] if path in cells else None


def _put(body: dict[str, Any], path: str, value: Any) -> None:
    *way, last = path.split(".")
    for step in way:
        body = body.setdefault(step, {})
    body[last] = value


def _close_gaps(body: dict[str, Any], path: str) -> None:
    """The lines that stand in columns of their own, as a list; a cell with several lines is several."""
    *way, last = path.split(".")
    for step in way:
        body = body.get(step, {})
    if isinstance(lines := body.get(last), dict):
        body[last] = [part for number in sorted(lines, key=int) for part in _split(str(lines[number]))]


def read_cell(column: Column, cell: Cell, areas: Areas) -> Any:
    """The JSON value of a cell that is not empty. Raises :class:`Unreadable`."""
    field = column.field
    if column.is_day:
        return day_of(cell, column.example).isoformat()
    if isinstance(field, Instant):
        return iso(instant_of(cell))
    if isinstance(field, Fact):
        return _fact(cell)
    if isinstance(field, fields.Integer):
        return _number(cell)
    if column.is_council:
        return _council(text_of(cell), areas)
    if column.takes_several:
        return _several(column, text_of(cell))
    return _word(column, text_of(cell)) if column.words else text_of(cell)


# --- days and times -----------------------------------------------------------------------------------------------------


def day_of(cell: Cell, example: date = Day.example) -> date:
    """The civil day that a cell names, day before month. Raises :class:`Unreadable`, with *example* of one."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _day_of_serial(cell, example)
    said = text_of(cell).casefold()
    if found := _WITH_TIME.fullmatch(said):
        said = found["day"]
    if _SERIAL.fullmatch(said):
        return _day_of_serial(float(said), example)
    return _written_day(said.strip(" ,"), example)


def _day_of_serial(number: float, example: date) -> date:
    if int(number) not in _SERIALS:
        raise NoDay(example)
    return _EXCEL_ZERO + timedelta(days=int(number))


def _written_day(said: str, example: date) -> date:
    said = re.sub(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", "", said)
    if found := _YEAR_FIRST.fullmatch(said):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(said):
        day, month, year = found.groups()
    else:
        raise NoDay(example)
    whole = int(year) + (0 if len(year) == 4 else 2000 if int(year) < 70 else 1900)
    try:
        return date(whole, _month(month), int(day))
    except ValueError:
        raise Unreadable(
            worded("There is no such day. Enter the day first, then the month: {example}.", example=_day_first(example))
        ) from None


def _month(word: str) -> int:
    return int(word) if word.isdigit() else _MONTHS.index(word[:3]) + 1


def time_of(cell: Cell) -> time | None:
    """The time of day that a cell names; ``None`` when it is empty. Raises :class:`Unreadable`."""
    if isinstance(cell, datetime):
        return cell.time()
    if isinstance(cell, time):
        return cell
    if isinstance(cell, timedelta):
        return _time_of_delta(cell)
    if isinstance(cell, float) and 0 <= cell < 1:
        return _time_of_delta(timedelta(days=cell))
    return _written_time(text_of(cell).casefold())


def _time_of_delta(spent: timedelta) -> time:
    minutes = round(spent.total_seconds() / 60) % (24 * 60)
    return time(minutes // 60, minutes % 60)


def _written_time(said: str) -> time | None:
    if not said:
        return None
    if re.fullmatch(r"0?\.\d+", said):  # a part of a day, as a spreadsheet keeps a time
        return _time_of_delta(timedelta(days=float(said)))
    found = re.fullmatch(r"([01]\d|2[0-3])([0-5]\d)", said) or _TIME.fullmatch(said)
    if found is None:
        raise Unreadable(NO_TIME)
    hour, minute = int(found[1]), int(found[2] or 0)
    if found.re is _TIME and found[3]:
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        raise Unreadable(NO_TIME) from None


def _moment(stem: str, day: Cell, clock: Cell) -> dict[str, str]:
    """``starts_at``, or ``starts_on`` where no time is told, neither in its own cell nor in that of the day."""
    if text_of(day) == "":
        if text_of(clock) != "":
            raise NoDay(Day.example)
        return {}
    on = day_of(day)
    at = time_of(clock) or _time_beside(day)
    return {f"{stem}_at": iso(_local(on, at))} if at is not None else {f"{stem}_on": on.isoformat()}


def _time_beside(day: Cell) -> time | None:
    if isinstance(day, datetime):
        return day.time() if day.time() != time() else None
    found = _WITH_TIME.fullmatch(text_of(day).casefold()) if isinstance(day, str) else None
    return _written_time(found["time"].strip(" z")) if found else None


def instant_of(cell: Cell) -> datetime:
    """The instant at which London's clocks show what a cell says; 00:00 of a day alone. Raises :class:`Unreadable`."""
    if isinstance(cell, str) and _ISO_INSTANT.fullmatch(said := cell.strip().casefold()):
        try:
            return datetime.fromisoformat(said.upper()).astimezone(UTC)
        except ValueError:
            raise Unreadable(NO_INSTANT) from None
    try:
        return _local(day_of(cell), _time_beside(cell) or time())
    except Unreadable as fault:
        is_none = isinstance(fault, NoDay) or str(fault) == NO_TIME
        raise Unreadable(NO_INSTANT if is_none else str(fault)) from None


def _local(on: date, at: time) -> datetime:
    local = datetime.combine(on, at, LONDON)
    back = local.astimezone(UTC).astimezone(LONDON)
    if back.replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Unreadable(SKIPPED)
    return local


# --- words --------------------------------------------------------------------------------------------------------------


def _fact(cell: Cell) -> bool:
    said = text_of(cell).casefold().strip(" .!")
    if said in TRUE or said in FALSE:
        return said in TRUE
    raise Unreadable("Enter yes or no.")


def _number(cell: Cell) -> int:
    said = text_of(cell)
    if not re.fullmatch(r"\d{1,9}", said):
        raise Unreadable("Enter a whole number.")
    return int(said)


def _split(said: str) -> list[str]:
    return [part.strip() for part in _SEVERAL.split(said) if part.strip()]


def _several(column: Column, said: str) -> list[Any]:
    parts = _split(said) if not column.words else _split(said.replace(",", ";"))
    if column.path in BY_WORD:
        return [{BY_WORD[column.path]: _word(column, part)} for part in parts]
    return [_word(column, part) if column.words else part for part in parts]


def _word(column: Column, said: str) -> str:
    """The API's word for what somebody wrote. Raises :class:`Unreadable`, naming the words."""
    plain = normal(said)
    for word in column.words:
        if plain in (normal(word), normal(SPOKEN.get(word, word))):
            return word
    also = _ALSO.get(plain)
    if also in column.words:
        return str(also)
    allowed = [SPOKEN.get(word, word.replace("_", " ")) for word in column.words]
    raise Unreadable(worded("Enter one of: {allowed}.", allowed=", ".join(allowed)))


_ALSO: Final = {normal(said): word for said, word in ALSO.items()}


def _council(said: str, areas: Areas) -> str:
    if re.fullmatch(r"[A-Za-z]\d{8}", said):
        return said.upper()
    found = [each for each in areas.authorities.values() if _council_name(said) in _names_of(each)]
    if len(found) != 1:
        raise Unreadable("Enter the council's name, such as Leeds, or its GSS code, such as E08000035.")
    return found[0].gss_code


def _names_of(council: Any) -> set[str]:
    return {_council_name(name) for name in (council.name, council.short_name, council.name_welsh) if name}


def _council_name(said: str) -> str:
    words = re.sub(r"\b(the|city|county|borough|london|metropolitan|district|royal|council|of)\b", " ", said.casefold())
    return normal(words) or normal(said)
