"""The rules around the duties: limits, exemptions and lists that decide which duties run, as sourced rows too."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hub.duties.reading import LawError, Row
from hub.duties.words import BASES, CONFIDENCES, JURISDICTIONS, LEGAL_STATUSES, MARKERS, SETTINGS, UNVERIFIED


@dataclass(frozen=True)
class Source:
    """Where a rule is written. ``href`` is a link or the literal ``unverified``."""

    cite: str
    href: str


@dataclass(frozen=True)
class Rule:
    """One rule around the duties, with its source; ``values`` are the figures and lists the engine uses."""

    name: str
    says: str
    jurisdiction: str
    basis: str
    confidence: str
    in_force_from: date | str
    source: tuple[Source, ...]
    values: Mapping[str, Any]
    note: str = ""


@dataclass(frozen=True)
class BreakLimit:
    """Up to how many days a series of short breaks leaves the notices of a placement switched off (both inclusive)."""

    days: int
    days_in_12_months: int
    statuses: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Rules:
    """All rules, and the figures the engine reads from them by name."""

    rows: tuple[Rule, ...]
    short_break: Mapping[str, BreakLimit]
    not_looked_after: frozenset[str]
    approval_exempt: frozenset[str]
    approval_contested: frozenset[str]
    home_settings: frozenset[str]
    supported_from_age: int
    supported_below_age: int
    supported_from: date
    detention_statuses: frozenset[str]
    detention_settings: frozenset[str]
    adoption_settings: frozenset[str]
    police_criteria: frozenset[str]
    three_months: int


# What each rule that feeds the engine must carry: key -> type, or the vocabulary its list is drawn from.
_VALUES: Mapping[str, Mapping[str, Any]] = {
    "short-breaks-england": {"days": int, "days_in_12_months": int, "statuses": LEGAL_STATUSES},
    "short-breaks-wales": {"days": int, "days_in_12_months": int, "statuses": LEGAL_STATUSES},
    "who-is-looked-after": {"not_by_this_status": LEGAL_STATUSES},
    "approval-gate": {"exempt": SETTINGS, "contested": SETTINGS},
    "homes-england": {"settings": SETTINGS},
    "supported-accommodation": {"from_age": int, "below_age": int, "from": date},
    "youth-detention": {"statuses": LEGAL_STATUSES, "settings": SETTINGS},
    "adoption": {"settings": SETTINGS},
    "police-criteria": {"markers": MARKERS},
    "away-three-months": {"months": int},
}


def read_source(row: Row) -> tuple[Source, ...]:
    """The sources of a row: at least one, each with a citation and a link or ``unverified``."""
    entries = row.take("source", list, "source")
    return tuple(_one_source(entry, row) for entry in entries)


def _one_source(entry: Any, row: Row) -> Source:
    part = Row(entry, file=row.file, name=row.name)
    source = Source(part.take("cite", str, "source citation"), part.take("href", str, "source link"))
    part.finish()
    if source.href != UNVERIFIED and not source.href.startswith(("https://", "config/")):
        raise row.fault(f"the source link {source.href!r} must be https, a file of config/, or {UNVERIFIED!r}")
    return source


def read_rule(row: Row) -> Rule:
    """One row of rules.toml. Raises LawError naming file and row."""
    values = _values(row) if row.name in _VALUES else {}
    rule = Rule(
        name=row.name,
        says=row.take("says", str),
        jurisdiction=row.word("jurisdiction", JURISDICTIONS),
        basis=row.word("basis", BASES),
        confidence=row.word("confidence", CONFIDENCES),
        in_force_from=row.day("in_force_from", "in-force date", unverified=UNVERIFIED),
        source=read_source(row),
        values=values,
        note=row.maybe("note", str, ""),
    )
    row.finish()
    return rule


def _values(row: Row) -> Mapping[str, Any]:
    below = row.below("values")
    found: dict[str, Any] = {}
    for key, kind in _VALUES[row.name].items():
        found[key] = below.words(key, kind) if isinstance(kind, tuple) else below.take(key, kind)
    below.finish()
    return found


def settle(rows: tuple[Rule, ...], *, file: str) -> Rules:
    """The figures the engine needs, taken from *rows*. Raises LawError when a rule it depends on is not there."""
    by_name = {rule.name: rule.values for rule in rows}
    for name in _VALUES:
        if name not in by_name:
            raise LawError(f"{file}, row {name}: the row is missing.")
    gate, home, supported = by_name["approval-gate"], by_name["homes-england"], by_name["supported-accommodation"]
    return Rules(
        rows=rows,
        short_break={nation: _limit(by_name[f"short-breaks-{nation.lower()}"]) for nation in ("England", "Wales")},
        not_looked_after=frozenset(by_name["who-is-looked-after"]["not_by_this_status"]),
        approval_exempt=frozenset(gate["exempt"]),
        approval_contested=frozenset(gate["contested"]),
        home_settings=frozenset(home["settings"]),
        supported_from_age=supported["from_age"],
        supported_below_age=supported["below_age"],
        supported_from=supported["from"],
        detention_statuses=frozenset(by_name["youth-detention"]["statuses"]),
        detention_settings=frozenset(by_name["youth-detention"]["settings"]),
        adoption_settings=frozenset(by_name["adoption"]["settings"]),
        police_criteria=frozenset(by_name["police-criteria"]["markers"]),
        three_months=by_name["away-three-months"]["months"],
    )


def _limit(values: Mapping[str, Any]) -> BreakLimit:
    return BreakLimit(values["days"], values["days_in_12_months"], frozenset(values["statuses"]))
