"""What single councils have decided for themselves where the law is contested, from ``policy/councils.toml``.

Nothing of it makes law. A duty that a council takes as a recommendation keeps its source, and says that the council does.
"""

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hub.duties.reading import TOP, Row, read_toml
from hub.duties.words import SETTINGS

FILE = "councils.toml"
NATION = "England"


@dataclass(frozen=True, kw_only=True)
class CouncilPolicy:
    """The decisions of one council. ``gate_also_applies_to`` is ``None`` where it leaves the gate as tolerance.toml has it."""

    gss_code: str
    name: str
    decided_on: date
    decided_by: str
    because: str
    gate_also_applies_to: frozenset[str] | None
    notice_recommended_for: frozenset[str]
    notice_due_by_start: bool


def load_councils(
    config_dir: Path, *, gate_contested: Collection[str], notice_contested: Collection[str]
) -> dict[str, CouncilPolicy]:
    """By GSS code. *…_contested*: the settings that the law table leaves to a council. Raises LawError."""
    top = Row(read_toml(config_dir / "policy" / FILE), file=FILE, name=TOP)
    top.take("dated", date)
    given = top.maybe("council", dict, {})
    top.finish()
    rows = [Row(content, file=FILE, name=code) for code, content in given.items()]
    known = _known(config_dir) if rows else {}
    return {row.name: _council(row, known, gate_contested, notice_contested) for row in rows}


def _council(
    row: Row, known: Mapping[str, str], gate_contested: Collection[str], notice_contested: Collection[str]
) -> CouncilPolicy:
    if known.get(row.name) != NATION:
        raise row.fault("this is not the GSS code of a council in England")
    gate = row.has("gate_also_applies_to")
    council = CouncilPolicy(
        gss_code=row.name,
        name=row.take("name", str),
        decided_on=row.take("decided_on", date, "date of the decision"),
        decided_by=row.take("decided_by", str, "office that decided"),
        because=row.take("because", str, "reason"),
        gate_also_applies_to=_settings(row, "gate_also_applies_to", gate_contested) if gate else None,
        notice_recommended_for=_settings(row, "notice_recommended_for", notice_contested),
        notice_due_by_start=row.maybe("notice_due_by_start", bool, False),
    )
    row.finish()
    return council


def _settings(row: Row, key: str, contested: Collection[str]) -> frozenset[str]:
    """Settings that the law table itself calls contested: elsewhere a council has nothing to decide."""
    settings = frozenset(row.words(key, SETTINGS))
    if settings - set(contested):
        raise row.fault(f"{key} may name only {', '.join(sorted(contested))}: elsewhere the law is not contested")
    return settings


def _known(config_dir: Path) -> dict[str, str]:
    """Every council's nation, by GSS code."""
    with (config_dir / "reference" / "local_authorities.csv").open(encoding="utf-8", newline="") as file:
        return {line["gss_code"]: line["nation"] for line in csv.DictReader(file)}
