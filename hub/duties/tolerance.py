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
    """``lengths`` by name, and the settings to which the approval gate is applied although that is contested."""

    dated: date
    lengths: Mapping[str, Length]
    gate_also_applies_to: frozenset[str]


def load_tolerance(config_dir: Path) -> Tolerance:
    """``policy/tolerance.toml``. Raises LawError naming the file and the row at fault."""
    row = Row(read_toml(config_dir / "policy" / FILE), file=FILE, name=TOP)
    lengths = row.take("length", dict, "length table")
    tolerance = Tolerance(
        dated=row.take("dated", date),
        lengths={name: read_length(Row(given, file=FILE, name=name)) for name, given in lengths.items()},
        gate_also_applies_to=frozenset(row.words("gate_also_applies_to", SETTINGS)),
    )
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
