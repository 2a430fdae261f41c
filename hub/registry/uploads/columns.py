"""Which columns may a spreadsheet of notices have, and what are they called? Read from ``NoticeIn`` itself, so none can drift.

Every field of a notice that fits into a cell is a column, named by its path there (``child.family_name``); a *moment*
(``starts_at`` or ``starts_on``) is two, its day and its time; a list of lines is as many as it may have. The heading is made from
the path; what people write instead is told apart by letters and digits alone, so that case, spaces and underscores do not matter.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from marshmallow import Schema, fields, validate
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from hub.core.sentences import worded
from hub.registry.schemas import NoticeIn
from hub.registry.schemas_parts import GSS_PATTERN, Day, Fact, Instant
from hub.registry.uploads.words import SPOKEN

NOT_IN_CELLS: Final = {
    "kind": "a spreadsheet is of one kind",
    "files": "a file is sent by itself, and named in a notice of its own",
    "contacts_withheld": "each has a reason of its own",
}
"""Fields of a notice that have no column, and why."""
MOMENTS: Final = ("starts", "ends", "changed")
TIME: Final = "-time"
LINES: Final = {"address.lines": 5}
"""Lists of which each line has a column of its own."""
BY_WORD: Final = {"markers": "marker"}
"""Lists of parts of which a cell names each by one word: the rest of such a part is said in a notice of its own."""
NOT_READ: Final = frozenset({"row", "whattochange", "outcome", "reference", "registeredat", "receipt"})
"""Headings that our own answers add: in a file that comes back they are passed over."""
NEAR: Final = 0.85

_HEADINGS: Final = {
    "placement": "Placement reference",
    "prior_notice": "Earlier notice reference",
    "child.born_on": "Child date of birth",
    "child.identifiers.local_id": "Your number for the child",
    "s20_or_s21": "Section 20 or 21",
    "s31": "Section 31",
    "setting": "Kind of placement",
    "country": "Country outside England and Wales",
    "area.host_authority": "Host council",
    "area.reason": "Why this host council",
    "emergency.reason": "Why it was an emergency",
    "starts": "Start date",
    "starts-time": "Start time",
    "ends": "End date",
    "ends-time": "End time",
    "changed": "Change date",
    "changed-time": "Change time",
    "changes": "What has changed",
    "markers": "Risk markers",
    "care_plan.to_follow": "Care plan is to follow",
    "care_plan.reason": "Why the care plan is to follow",
    "care_plan.not_given_reason": "Why no care plan is given",
    "care_plan.file": "Care plan file reference",
    "iro.none_reason": "Why no IRO is named",
    "ehc_plan.has": "EHC plan",
    "ehc_plan.authority": "EHC plan council",
    "ehc_plan.reason": "Why it is not known whether there is an EHC plan",
    "end_reason": "Why it ends",
    "approval.approved_at": "Approved at",
    "approval.name": "Approved by",
    "approval.role": "Role of who approved",
    "trigger_plan.by": "Trigger plan held by",
    "philomena.held": "Philomena form held",
    "philomena.by": "Philomena form held by",
    "philomena.updated_on": "Philomena form date",
}
"""Where words made from the path would not say it."""
_PART_WORDS: Final = {
    "ref": "reference",
    "urn": "URN",
    "nhs_number": "NHS number",
    "upn": "unique pupil number",
    "iro": "IRO",
    "gp": "GP",
    "ehc_plan": "EHC plan",
    "approved_at": "date and time",
    "email": "e-mail",
    "identifiers": "",
}
_ALSO: Final[Mapping[str, tuple[str, ...]]] = {
    "child.family_name": ("surname", "last name", "family name", "child surname"),
    "child.given_names": ("forename", "forenames", "first name", "first names", "given name", "child first name"),
    "child.born_on": ("dob", "birth date", "date of birth", "child dob", "birthday"),
    "child.sex": ("gender", "sex"),
    "child.identifiers.local_id": ("local id", "child id", "case number", "client id", "person id", "our number"),
    "child.identifiers.nhs_number": ("nhs", "nhs no"),
    "child.identifiers.upn": ("unique pupil no",),
    "placement": ("placement", "placement id", "placement ref"),
    "address.lines.0": ("address", "address lines", "placement address", "address.lines", "address 1"),
    "address.lines.1": ("address 2", "town"),
    "address.lines.2": ("address 3", "county"),
    "address.postcode": ("post code", "placement postcode"),
    "starts": ("start", "starts on", "starts at", "placement start date", "admission date", "date of admission"),
    "ends": ("end", "ends on", "ends at", "placement end date", "discharge date", "date of discharge", "leaving date"),
    "changed": ("changed on", "changed at", "date of change"),
    "starts-time": ("starts time", "time of admission"),
    "ends-time": ("ends time", "time of discharge"),
    "changed-time": ("changed time",),
    "setting": ("placement type", "type of placement", "setting"),
    "provider.urn": ("ofsted urn", "home urn"),
    "emergency.reason": ("emergency", "emergency reason"),
    "end_reason": ("reason placement ceased", "end reason"),
    "placing_authority": ("placing council", "responsible authority"),
    "markers": ("markers", "risks", "vulnerabilities"),
}


@dataclass(frozen=True)
class Column:
    """One column. *path* names the field; ``starts`` and ``starts-time`` together a moment."""

    path: str
    heading: str
    field: fields.Field[Any] | None
    """``None``: the day, or the time, of a moment."""

    @property
    def is_time(self) -> bool:
        return self.path.endswith(TIME)

    @property
    def is_day(self) -> bool:
        return (self.field is None and not self.is_time) or isinstance(self.field, Day)

    @property
    def example(self) -> date:
        """Such a day as its cells name."""
        return self.field.example if isinstance(self.field, Day) else Day.example

    @property
    def is_council(self) -> bool:
        return any(getattr(each, "regex", None) and each.regex.pattern == GSS_PATTERN for each in self._validators)

    @property
    def words(self) -> tuple[str, ...]:
        """The words of a closed list that the cell may have; empty where it is no such list."""
        found = next((each.choices for each in self._validators if isinstance(each, validate.OneOf)), ())
        return tuple(str(each) for each in found)

    @property
    def _validators(self) -> list[Any]:
        inner = _inner(self.field)
        return list(inner.validators) if inner is not None else []

    @property
    def takes_several(self) -> bool:
        return isinstance(self.field, fields.List)

    @property
    def how(self) -> str:
        """How its cells are written, in a few words."""
        if self.is_time:
            return "A time such as 14:30 or 2.30pm; leave it empty when it is not known."
        if self.is_day:
            return worded("A date such as {example}.", example=f"{self.example:%d/%m/%Y}")
        if isinstance(self.field, Instant):
            return "A date and time such as 27/03/2026 14:30."
        if isinstance(self.field, Fact):
            return "Yes or no."
        if isinstance(self.field, fields.Integer):
            return "A whole number."
        if self.is_council:
            return "The council's name, or its GSS code such as E08000035."
        if self.takes_several:
            return "Several are told apart by a semicolon."
        return "One of the words beside." if self.words else "Text."


def _inner(field: fields.Field[Any] | None) -> Any:
    """What says which words a cell may have: the field, the inner one of a list, or the word by which a part is named."""
    if isinstance(field, fields.List):
        field = field.inner
    if isinstance(field, fields.Nested):
        return next((each for name, each in field.schema.fields.items() if name in BY_WORD.values()), None)
    return field


@lru_cache(maxsize=1)
def columns() -> Mapping[str, Column]:
    """Every column, by its path, in the order of ``NoticeIn``."""
    found = [*_walk(NoticeIn(), "")]
    return {path: Column(path, heading_of(path), field) for path, field in dict(found).items()}


def _walk(schema: Schema, before: str) -> Iterator[tuple[str, fields.Field[Any] | None]]:
    for name, field in schema.fields.items():
        path = before + name
        stem = re.sub(r"_(at|on)$", "", path)
        if path in NOT_IN_CELLS:
            continue
        if stem in MOMENTS:
            yield from ((stem, None), (stem + TIME, None))
        elif path in LINES and isinstance(field, fields.List):
            yield from ((f"{path}.{number}", field.inner) for number in range(LINES[path]))
        elif isinstance(field, fields.Nested):
            yield from _walk(field.schema, f"{path}.")
        else:
            yield path, field


def heading_of(path: str) -> str:
    """The heading of the column *path*, in words."""
    if path in _HEADINGS:
        return _HEADINGS[path]
    parts = [_words_of(part) for part in path.split(".")]
    said = " ".join(part for part in parts if part)
    return said[:1].upper() + said[1:]


def _words_of(part: str) -> str:
    if part.isdigit():
        return str(int(part) + 1)
    if part == "lines":
        return "line"
    return _PART_WORDS.get(part, re.sub(r"_on$", " date", part).replace("_", " "))


def normal(heading: str) -> str:
    """*heading* as it is compared: letters and digits alone, in lower case."""
    plain = unicodedata.normalize("NFKD", heading).casefold()
    return "".join(c for c in plain if c.isalnum())


@lru_cache(maxsize=1)
def _known() -> Mapping[str, str]:
    """Normal heading → path: our headings, the API's paths, their last parts where only one ends so, and common spellings."""
    found: dict[str, str] = {}
    for path, column in columns().items():
        spelt = [column.heading, path, path.replace("identifiers.", ""), *_ALSO.get(path, ())]
        found.update({normal(each): path for each in spelt})
    ends: dict[str, list[str]] = {}
    for path in columns():
        ends.setdefault(normal(path.rpartition(".")[2]), []).append(path)
    return {last: paths[0] for last, paths in ends.items() if len(paths) == 1 and not last.isdigit()} | found


def column_named(heading: str) -> Column | None:
    """The column that *heading* means, however it is spelt; ``None`` where there is none."""
    path = _known().get(normal(heading))
    return columns()[path] if path else None


def nearest(heading: str) -> Column | None:
    """The column whose heading is most like *heading*; ``None`` where none is near."""
    best = process.extractOne(normal(heading), list(_known()), scorer=JaroWinkler.similarity, score_cutoff=NEAR)
    return columns()[_known()[best[0]]] if best else None


def spoken_words(column: Column) -> list[str]:
    """The words of a closed list as people may write them in the cell."""
    return [SPOKEN.get(word, word.replace("_", " ")) for word in column.words]
