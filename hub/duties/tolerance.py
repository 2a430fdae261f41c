"""Local policy's numbers where the law gives none, and local policy's answer where the law is contested."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hub.duties.reading import TOP, LawError, Row, read_toml
from hub.duties.words import COUNTED_UNITS, SETTINGS

FILE = "tolerance.toml"


@dataclass(frozen=True)
class Length:
    """A length of time: a unit and how many of it."""

    unit: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Tolerance:
    """``lengths`` by name; when a thing with no legal number is shown amber or red; settings the gate is applied to."""

    dated: date
    lengths: Mapping[str, Length]
    amber: Length
    red: Length
    gate_also_applies_to: frozenset[str]
    high_use_of_emergency_percent: int


def load_tolerance(config_dir: Path) -> Tolerance:
    """``policy/tolerance.toml``. Raises LawError naming the file and the row at fault."""
    row = Row(read_toml(config_dir / "policy" / FILE), file=FILE, name=TOP)
    lengths = row.take("length", dict, "length table")
    shown = row.below("shown")
    tolerance = Tolerance(
        dated=row.take("dated", date),
        lengths={name: read_length(Row(given, file=FILE, name=name)) for name, given in lengths.items()},
        amber=read_length(shown.below("amber")),
        red=read_length(shown.below("red")),
        gate_also_applies_to=frozenset(row.words("gate_also_applies_to", SETTINGS)),
        high_use_of_emergency_percent=row.take("high_use_of_emergency_percent", int),
    )
    shown.finish()
    row.finish()
    return tolerance


def read_length(row: Row) -> Length:
    """One of ``{ hours = n }``, ``{ working_days = n }``, ``{ calendar_days = n }``, and nothing else."""
    units = [unit for unit in COUNTED_UNITS if row.has(unit)]
    if len(units) != 1:
        raise LawError(f"{row.file}, row {row.name}: give exactly one unit of {', '.join(COUNTED_UNITS)}.")
    length = Length(units[0], row.take(units[0], int))
    row.finish()
    if length.number == 0:
        raise row.fault("the number must not be nought")
    return length
