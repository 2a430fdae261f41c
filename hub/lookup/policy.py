"""What does the privacy lead allow of look-ups? ``config/policy/disclosure.toml``, read once for each folder of settings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from hub.duties.reading import TOP, Row, read_toml
from hub.duties.words import ROLES

DISCLOSURE: Final = "disclosure.toml"
FIELDS: Final = (
    "initials",
    "year_of_birth",
    "home",
    "town",
    "placing_authority",
    "out_of_hours",
    "placement_status",
    "carer",
    "markers",
    "grade_advice",
    "last_episodes",
    "trigger_plan",
    "philomena",
    "marker_details",
    "specialist_care",
    "child_protection_plan",
    "social_worker",
    "ring",
)
"""Every field that the hub knows how to show. Each has a line in the policy, or the hub does not start."""
STAGES: Final = ("possible_match", "confirmed", "risk_detail")
RELATIONS: Final = ("force_of_placement", "other_force", "placing_authority", "host_authority", "other_council")
ASKERS: Final = ("police_force", "local_authority")
RECEIPTS: Final = ("told", "listed")
_GSS: Final = re.compile(r"[A-Z][0-9]{8}")


@dataclass(frozen=True)
class Purpose:
    """Why somebody looks a child up, which kinds of organisation may, and what each stage shows for it."""

    code: str
    says: str
    asked_by: tuple[str, ...]
    stages: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """From which likeness (0 to 1) a child is offered, and from which it counts as the one meant: the disclosure threshold."""

    shown_from: float
    strong_from: float
    weak: tuple[str, ...]
    most: int


@dataclass(frozen=True)
class Climb:
    """Whom to tell, so long after a review was due."""

    after: timedelta
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class BreakGlass:
    """What stays closed even then, by when it is reviewed, and who is told when it is not."""

    withheld: tuple[str, ...]
    reviewed_within: timedelta
    climb: tuple[Climb, ...]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How often: look-ups of a person in ten seconds and in an hour, of an organisation in an hour; a person's disclosures."""

    person_ten_seconds: int
    person_hour: int
    organisation_hour: int
    disclosures_hour: int
    open_minutes: int

    @property
    def stays_open(self) -> timedelta:
        """For how long after a look-up a child of it can be confirmed."""
        return timedelta(minutes=self.open_minutes)


@dataclass(frozen=True)
class IncidentPattern:
    """How a force writes its incident references, with one to show."""

    pattern: re.Pattern[str]
    example: str

    def fits(self, given: str) -> bool:
        """Whether all of *given* is a reference of this force."""
        return self.pattern.fullmatch(given) is not None


@dataclass(frozen=True)
class Unusual:
    """A reason for which a look-up is unusual: from so many on, and how heavy it weighs."""

    starts: int
    weight: int


@dataclass(frozen=True, kw_only=True)
class ReviewPolicy:
    """The privacy lead's sampled review: how far back, how many, in how many minutes, and what counts as unusual."""

    look_back: timedelta
    sample: int
    target_minutes: int
    unusual: Mapping[str, Unusual]


@dataclass(frozen=True, kw_only=True)
class DisclosurePolicy:
    """All of ``disclosure.toml``."""

    dated: date
    why: Mapping[str, str]
    purposes: Mapping[str, Purpose]
    relations: Mapping[str, tuple[str, ...]]
    likeness: Likeness
    shielded: tuple[str, ...]
    break_glass: BreakGlass
    limits: Limits
    default_incident: IncidentPattern
    incidents: Mapping[str, IncidentPattern]
    receipts: Mapping[str, str]
    review: ReviewPolicy

    def incident_of(self, gss_code: str | None) -> IncidentPattern:
        """How the force or council with this GSS code writes its references."""
        return self.incidents.get(gss_code or "", self.default_incident)


UNUSUAL: Final = (
    "many_a_day",
    "shown_nothing",
    "same_child",
    "odd_hour",
    "own_name",
    "outside_area",
    "weak_confirmed",
    "broke_glass",
)


@lru_cache(maxsize=4)
def load_disclosure_policy(config_dir: Path) -> DisclosurePolicy:
    """``policy/disclosure.toml``. Raises LawError naming the row and what is missing, unknown, or out of bounds."""
    top = Row(read_toml(config_dir / "policy" / DISCLOSURE), file=DISCLOSURE, name=TOP)
    default, incidents = _incidents(top.below("incident_reference"))
    policy = DisclosurePolicy(
        dated=top.take("dated", date),
        why=_why(top.below("field")),
        purposes={name: _purpose(row) for name, row in _rows(top, "purpose").items()},
        relations=_relations(top),
        likeness=_likeness(top.below("likeness")),
        shielded=_only(top.below("shielded"), "fields"),
        break_glass=_break_glass(top.below("break_glass")),
        limits=_limits(top.below("limits")),
        default_incident=default,
        incidents=incidents,
        receipts=_receipts(top.below("receipt")),
        review=_review(top.below("review")),
    )
    top.finish()
    return policy


def _rows(top: Row, key: str) -> dict[str, Row]:
    given: dict[str, Any] = top.take(key, dict, f"{key} table")
    return {name: Row(content, file=top.file, name=f"{key}.{name}") for name, content in given.items()}


def _why(row: Row) -> dict[str, str]:
    said: dict[str, str] = {field: row.take(field, str, f"line for the field {field}") for field in FIELDS}
    row.finish()
    return said


def _purpose(row: Row) -> Purpose:
    purpose = Purpose(
        row.name.partition(".")[2],
        row.take("says", str),
        row.words("asked_by", ASKERS, needed=True),
        {stage: row.words(stage, FIELDS, needed=True) for stage in STAGES},
    )
    row.finish()
    return purpose


def _relations(top: Row) -> dict[str, tuple[str, ...]]:
    rows = _rows(top, "relation")
    if missing := sorted(set(RELATIONS) - rows.keys()):
        raise top.fault(f"there is no relation {missing[0]}")
    if unknown := sorted(rows.keys() - set(RELATIONS)):
        raise top.fault(f"nothing is known of the relation {unknown[0]}")
    return {name: _only(row, "withheld") for name, row in rows.items()}


def _only(row: Row, key: str) -> tuple[str, ...]:
    words = row.words(key, FIELDS)
    row.finish()
    return words


def _likeness(row: Row) -> Likeness:
    likeness = Likeness(
        shown_from=row.take("shown_from", float),
        strong_from=row.take("strong_from", float),
        weak=row.words("weak", FIELDS, needed=True),
        most=row.count("most"),
    )
    row.finish()
    if not 0 < likeness.shown_from <= likeness.strong_from <= 1:
        raise row.fault("shown_from and strong_from lie between 0 and 1, shown_from not above strong_from")
    return likeness


def _break_glass(row: Row) -> BreakGlass:
    rungs = [Row(each, file=row.file, name="break_glass.climb") for each in row.take("climb", list)]
    found = BreakGlass(
        withheld=row.words("withheld", FIELDS),
        reviewed_within=timedelta(hours=row.count("reviewed_within_hours")),
        climb=tuple(_climb(each) for each in rungs),
    )
    row.finish()
    if list(found.climb) != sorted(found.climb, key=lambda each: each.after):
        raise row.fault("climb goes up by after_hours")
    return found


def _climb(row: Row) -> Climb:
    found = Climb(timedelta(hours=row.count("after_hours", least=0)), row.words("roles", ROLES, needed=True))
    row.finish()
    return found


def _limits(row: Row) -> Limits:
    limits = Limits(**{each.name: row.count(each.name) for each in fields(Limits)})
    row.finish()
    return limits


def _incidents(row: Row) -> tuple[IncidentPattern, dict[str, IncidentPattern]]:
    default = _incident(row.below("default"))
    given: dict[str, Any] = row.maybe("of", dict, {})
    row.finish()
    if unknown := [code for code in given if not _GSS.fullmatch(code)]:
        raise row.fault(f"{unknown[0]!r} is not a GSS code")
    rows = {code: Row(content, file=row.file, name=f"incident_reference.of.{code}") for code, content in given.items()}
    return default, {code: _incident(each) for code, each in rows.items()}


def _incident(row: Row) -> IncidentPattern:
    pattern, example = row.take("pattern", str), row.take("example", str)
    row.finish()
    try:
        found = IncidentPattern(re.compile(pattern), example)
    except re.error as fault:
        raise row.fault(f"the pattern cannot be read ({fault})") from None
    if not found.fits(example):
        raise row.fault("the example does not fit the pattern")
    return found


def _receipts(row: Row) -> dict[str, str]:
    receipts = {stage: row.word(stage, RECEIPTS) for stage in STAGES}
    row.finish()
    return receipts


def _review(row: Row) -> ReviewPolicy:
    policy = ReviewPolicy(
        look_back=timedelta(days=row.count("look_back_days")),
        sample=row.count("sample"),
        target_minutes=row.count("target_minutes"),
        unusual={reason: _unusual(row.below(reason)) for reason in UNUSUAL},
    )
    row.finish()
    return policy


def _unusual(row: Row) -> Unusual:
    found = Unusual(row.count("from"), row.count("weight"))
    row.finish()
    return found
