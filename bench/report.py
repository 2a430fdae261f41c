"""What a run found, as a table for people and as JSON for whoever compares runs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.measuring import Figure, Floor, Outcome, shown

RESULTS = Path(__file__).parent / "results"
FOREIGN = "foreign processor use while it ran"
QUIET_CORES = 0.3
"""More than this used by others, and the figures say little."""


def show(outcomes: Sequence[Outcome], console: Console) -> None:
    """Print one table of every figure, and what else was found."""
    table = Table(title="Medians over the rounds; ratios taken inside each round", title_justify="left")
    for heading in ("work", "engine", "figure", "median", "lowest", "highest", "asked"):
        table.add_column(heading, justify="right" if heading in ("median", "lowest", "highest") else "left")
    for outcome in outcomes:
        _add(table, outcome)
    console.print(table)
    for outcome in outcomes:
        for name, value in outcome.said.items():
            console.print(f"{outcome.benchmark}, {outcome.engine}: {name}: {value}", highlight=False)


def _add(table: Table, outcome: Outcome) -> None:
    floors = {floor.figure.name: floor for floor in outcome.floors}
    for figure in outcome.figures:
        value = f"{shown(figure.value)} {figure.unit}"
        ends = shown(min(figure.rounds)), shown(max(figure.rounds))
        table.add_row(outcome.benchmark, outcome.engine, figure.name, value, *ends, _asked(floors.get(figure.name)))
    table.add_section()


def _asked(floor: Floor | None) -> str:
    if floor is None:
        return ""
    verdict = "[green]held[/]" if floor.holds else "[yellow]not yet[/]" if floor.goal else "[red]MISSED[/]"
    goal = f" (goal {floor.goal})" if floor.goal else ""
    return f"{floor.sense} {shown(floor.limit)} {floor.figure.unit}{goal}: {verdict}"


def keep(
    outcomes: Sequence[Outcome], machine: Mapping[str, Any], settings: Mapping[str, Any], folder: Path = RESULTS
) -> Path:
    """Write everything, all rounds included, to ``<time>.json`` in *folder*; return the file's path."""
    folder.mkdir(parents=True, exist_ok=True)
    at = datetime.now(UTC)
    path = folder / f"{at:%Y-%m-%dT%H-%M-%SZ}.json"
    said = {"at": at.isoformat(), "machine": machine, "settings": settings, "outcomes": [_plain(o) for o in outcomes]}
    path.write_text(json.dumps(said, indent=1, default=str))
    return path


def _plain(outcome: Outcome) -> dict[str, Any]:
    floors = [
        {"figure": f.figure.name, "sense": f.sense, "limit": f.limit, "goal": f.goal, "holds": f.holds}
        for f in outcome.floors
    ]
    return {
        "benchmark": outcome.benchmark,
        "engine": outcome.engine,
        "figures": [_figure(figure) for figure in outcome.figures],
        "floors": floors,
        "said": dict(outcome.said),
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return asdict(figure) | {"median": figure.value}


def verdict(outcomes: Sequence[Outcome]) -> list[str]:
    """One sentence for each floor that was missed."""
    return [f"floor missed: {o.benchmark} on {o.engine}: {floor.sentence}" for o in outcomes for floor in o.missed]


def disturbed(outcomes: Sequence[Outcome]) -> list[str]:
    """One sentence for each benchmark during which others used the machine."""
    busy = [(o, f) for o in outcomes for f in o.figures if f.name == FOREIGN and f.value > QUIET_CORES]
    return [
        f"{o.benchmark} on {o.engine}: others used {shown(f.value)} cores; measure again when it is quiet"
        for o, f in busy
    ]
