"""The duties as rows: who owes what to whom, from when, on what authority, and how sure we are of it.

Rows are read once from ``config/law/*.toml`` and refused, naming file and row, when a source, a unit or an in-force
date is missing or a key is unknown. What the rows say is law or local policy; this module only reads them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from hub.duties.councils import CouncilPolicy, load_councils
from hub.duties.facts import Council
from hub.duties.reading import TOP, Row, read_toml
from hub.duties.reading import LawError as LawError
from hub.duties.rules import Rule, Rules, Source, read_rule, read_source, settle
from hub.duties.tolerance import Tolerance, load_tolerance
from hub.duties.words import (
    BASES,
    CONDITIONS,
    CONFIDENCES,
    COUNT_FROM,
    COUNTED_UNITS,
    EVENTS,
    JURISDICTIONS,
    NUMBERLESS_UNITS,
    OPENED_BY,
    OWED_TO,
    OWERS,
    ROLES,
    SETTINGS,
    TRIGGERS,
    UNITS,
    UNVERIFIED,
)

RULES_FILE = "rules.toml"
CALENDAR = "england_and_wales"


@dataclass(frozen=True)
class Instrument:
    """The act, regulations, guidance or policy that a file of rows is drawn from."""

    title: str
    source: Source


@dataclass(frozen=True, kw_only=True)
class Clock:
    """When a duty is due. ``unit`` is ``before`` or a unit with a ``number``; ``law_word`` is what the law itself says.

    ``count_from`` is the instant it runs from: the event, the approval, or the trigger the workflow names.
    ``earlier_of_approval``: where the placement is gated and adjoining, due by the approval when that comes first.
    ``is_policy``: the number is the hub's, taken from the tolerance of that name.
    """

    unit: str
    number: int = 0
    count_from: str = "event"
    law_word: str = ""
    tolerance: str = ""
    earlier_of_approval: bool = False
    is_policy: bool = False


@dataclass(frozen=True, kw_only=True)
class Duty:
    """One row of law or policy. See ``config/README.md`` for every key."""

    code: str
    says: str
    owed_by: str
    owed_to: str
    also_to: tuple[str, ...]
    owed_by_role: str | None
    starts: tuple[str, ...]
    when: tuple[str, ...]
    clock: Clock
    emergency_clock: Clock | None
    basis: str
    basis_when_away: str
    jurisdiction: str
    in_force_from: date | str
    in_force_to: date | str | None
    source: tuple[Source, ...]
    confidence: str
    confidence_in_emergency: str
    ladder: str
    opened_by: str
    enabled: bool
    hub_sends: bool
    excusable: str | None
    recommended_by_councils_for: tuple[str, ...]
    must_include: tuple[str, ...]
    note: str
    file: str
    instrument: Instrument

    @property
    def is_uncertain(self) -> bool:
        return self.confidence != "verified" or UNVERIFIED in (self.in_force_from, *(s.href for s in self.source))

    def in_force_on(self, day: date) -> bool:
        """Whether the row had come into force, and was not replaced, on *day*; an unverified date never excludes."""
        began = not isinstance(self.in_force_from, date) or self.in_force_from <= day
        ended = isinstance(self.in_force_to, date) and day >= self.in_force_to
        return began and not ended


@dataclass(frozen=True, kw_only=True)
class Law:
    """Every duty by code, in the order of the files, with the rules around them and the policy numbers they use.

    ``councils``: what single councils have decided where the law is contested, by GSS code.
    """

    duties: Mapping[str, Duty]
    rules: Rules
    tolerance: Tolerance
    councils: Mapping[str, CouncilPolicy]

    def duty(self, code: str) -> Duty:
        """The row of *code*. Raises LawError when there is none."""
        if code not in self.duties:
            raise LawError(f"No row of the law table has the code {code}.")
        return self.duties[code]

    def decided_by(self, council: Council | None) -> CouncilPolicy | None:
        """What *council* has decided for itself, if anything."""
        return self.councils.get(council.gss_code) if council else None

    def switched_off(self, *codes: str) -> "Law":
        """The same law with those rows switched off, for a deployment whose lawyer says they do not run."""
        off = {code: replace(self.duty(code), enabled=False) for code in codes}
        return replace(self, duties={**self.duties, **off})


def load_law(config_dir: Path) -> Law:
    """Read ``law/*.toml``, and tolerances and councils of ``policy``. Raises LawError (a ValueError) naming file and row."""
    tolerance = load_tolerance(config_dir)
    files = sorted(path for path in (config_dir / "law").glob("*.toml") if path.name != RULES_FILE)
    duties: dict[str, Duty] = {}
    for path in files:
        for duty in _read_duties(path, tolerance):
            if duty.code in duties:
                raise LawError(f"{path.name}, row {duty.code}: the code is already used in {duties[duty.code].file}.")
            duties[duty.code] = duty
    rules = _read_rules(config_dir / "law" / RULES_FILE)
    contested = {setting for duty in duties.values() for setting in duty.recommended_by_councils_for}
    councils = load_councils(config_dir, gate_contested=rules.approval_contested, notice_contested=contested)
    return Law(duties=duties, rules=rules, tolerance=tolerance, councils=councils)


def _read_rules(path: Path) -> Rules:
    top = Row(read_toml(path), file=path.name, name=TOP)
    given = top.take("rule", dict, "rule table")
    top.finish()
    rows: tuple[Rule, ...] = tuple(read_rule(Row(row, file=path.name, name=name)) for name, row in given.items())
    return settle(rows, file=path.name)


def _read_duties(path: Path, tolerance: Tolerance) -> list[Duty]:
    top = Row(read_toml(path), file=path.name, name=TOP)
    instrument = _instrument(top.below("instrument"))
    given = top.take("duty", dict, "duty table")
    top.finish()
    return [_duty(Row(row, file=path.name, name=code), instrument, tolerance) for code, row in given.items()]


def _instrument(row: Row) -> Instrument:
    instrument = Instrument(row.take("title", str), Source(row.take("cite", str), row.take("href", str)))
    row.finish()
    return instrument


def _duty(row: Row, instrument: Instrument, tolerance: Tolerance) -> Duty:
    confidence = row.word("confidence", CONFIDENCES)
    basis = row.word("basis", BASES)
    duty = Duty(
        **_parties(row),
        **_start(row),
        **_standing(row),
        code=row.name,
        says=row.take("says", str),
        clock=_clock(row.below("clock"), tolerance),
        emergency_clock=_clock(row.below("emergency_clock"), tolerance) if row.has("emergency_clock") else None,
        basis=basis,
        basis_when_away=row.word("basis_when_away", BASES) if row.has("basis_when_away") else basis,
        source=read_source(row),
        confidence=confidence,
        confidence_in_emergency=_confidence_in_emergency(row, confidence),
        file=row.file,
        instrument=instrument,
    )
    row.finish()
    return duty


def _confidence_in_emergency(row: Row, otherwise: str) -> str:
    key = "confidence_in_emergency"
    return row.word(key, CONFIDENCES) if row.has(key) else otherwise


def _parties(row: Row) -> dict[str, Any]:
    return {
        "owed_by": row.word("owed_by", OWERS),
        "owed_to": row.word("owed_to", OWED_TO),
        "also_to": row.words("also_to", OWED_TO),
        "owed_by_role": row.word("owed_by_role", ROLES) if row.has("owed_by_role") else None,
    }


def _start(row: Row) -> dict[str, Any]:
    """A calculator's row starts at events of the facts, a workflow's at what the hub sees, any other at what it does not."""
    opened_by = row.word("opened_by", OPENED_BY)
    return {
        "opened_by": opened_by,
        "starts": row.words("starts", EVENTS if opened_by == "calculator" else TRIGGERS, needed=True),
        "when": row.words("when", CONDITIONS),
    }


def _standing(row: Row) -> dict[str, Any]:
    return {
        "jurisdiction": row.word("jurisdiction", JURISDICTIONS),
        "in_force_from": row.day("in_force_from", "in-force date", unverified=UNVERIFIED),
        "in_force_to": row.day("in_force_to", "end date", unverified=UNVERIFIED) if row.has("in_force_to") else None,
        "ladder": row.take("ladder", str, "escalation ladder"),
        "enabled": row.take("enabled", bool),
        "hub_sends": row.maybe("hub_sends", bool, True),
        "excusable": row.maybe("excusable", str, None),
        "recommended_by_councils_for": row.words("recommended_by_councils_for", SETTINGS),
        "must_include": row.texts("must_include"),
        "note": row.maybe("note", str, ""),
    }


def _clock(row: Row, tolerance: Tolerance) -> Clock:
    unit = row.word("unit", UNITS, "unit")
    count_from = row.word("count_from", COUNT_FROM, "count_from")
    if unit in NUMBERLESS_UNITS:
        clock = _policy_clock(row, unit, count_from, tolerance)
    elif unit in COUNTED_UNITS:
        clock = Clock(unit=unit, number=_number(row), count_from=count_from)
    else:
        clock = Clock(
            unit=unit, count_from=count_from, earlier_of_approval=row.maybe("earlier_of_approval", bool, False)
        )
    if clock.unit == "working_days":
        _check_calendar(row, needed=unit == "working_days")
    row.finish()
    return clock


def _policy_clock(row: Row, unit: str, count_from: str, tolerance: Tolerance) -> Clock:
    name = row.take("tolerance", str, "tolerance, though the unit has no number of its own")
    if name not in tolerance.lengths:
        raise row.fault(f"the tolerance {name!r} is not in policy/tolerance.toml")
    length, word = tolerance.lengths[name], "" if unit == "policy" else unit.replace("_", " ")
    return Clock(
        unit=length.unit, number=length.number, count_from=count_from, law_word=word, tolerance=name, is_policy=True
    )


def _number(row: Row) -> int:
    number: int = row.take("number", int, "number for the clock")
    if number == 0:
        raise row.fault("the number of the clock must not be nought")
    return number


def _check_calendar(row: Row, *, needed: bool) -> None:
    calendar = row.maybe("calendar", str, "" if needed else CALENDAR)
    if calendar != CALENDAR:
        raise row.fault(f"a working-day clock names its calendar, and {CALENDAR} is the only one")
