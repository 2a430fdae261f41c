"""``python -m bench.simulate_rhi``: a national year of return home interviews across borders, with the broker and by e-mail.

The year runs on the broker's rules themselves (matching, cascade, prices, states); its first weeks run once more on the services
over a database, and must end in the same way for each child. What is taken to be so is printed beside what came of it.
"""

import json
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console
from rich.table import Table

from bench.machine import about
from bench.report import RESULTS
from bench.simulation.arms import ARMS, Came, by_services, with_cascade
from bench.simulation.counting import Year
from bench.simulation.stated import Stated, load_stated
from hub.spotpurchase.money.pricing import in_pounds
from hub.spotpurchase.reasons import DECLINES

SERVICES: Final = "with the cascade, through the services"
SAME: Final = "with the cascade, the same weeks by the rules"
SAMPLE: Final = 2_000
SHARES: Final = (
    ("offered to the child", "offered"),
    ("declined by the child", "child_declined"),
    ("done", "done"),
    ("done within 72 hours", "done_in_time"),
    ("done by somebody who is not independent", "done_not_independent"),
    ("neither done nor declined", "neither"),
)
NUMBERS: Final = (
    ("asks", "asked"),
    ("… that ended before the provider opened", "asked_shut"),
    ("… that were answered with an offer", "offers"),
    ("… that nobody answered in time", "unanswered"),
    ("took it on and vanished", "vanished"),
    ("took it on and gave it back", "given_back"),
    ("visits at which nobody was there", "visits_in_vain"),
)


@click.command()
@click.option("--episodes", type=click.IntRange(1, 1_000_000), help="Of the year's, the first so many (all).")
@click.option(
    "--sample", type=click.IntRange(0, 100_000), default=SAMPLE, show_default=True, help="Through the services."
)
@click.option("--results", type=click.Path(path_type=Path), default=RESULTS, help="The folder for the JSON file.")
def main(episodes: int | None, sample: int, results: Path) -> None:
    """Simulate the year; exit 1 when the services ended otherwise than the rules, or lost anything."""
    stated, console = load_stated(), Console(width=None if sys.stdout.isatty() else 160)
    came = run(stated, episodes or stated.number("found.episodes"), sample)
    show(stated, came, console)
    faults = list(faults_in(came))
    path = keep(stated, came, faults, results)
    console.print(f"Everything, reasons included, is in {path}", highlight=False)
    for fault in faults:
        console.print(fault, style="red")
    sys.exit(1 if faults else 0)


def run(stated: Stated, episodes: int, sample: int) -> dict[str, Came]:
    """Every arm, two at a time: what each came to, by its name."""
    work: dict[str, tuple[Callable[[Stated, int], Came], int]] = {name: (arm, episodes) for name, arm in ARMS.items()}
    if sample:
        work = {SERVICES: (by_services, sample), **work, SAME: (with_cascade, sample)}
    with ProcessPoolExecutor(max_workers=2) as pool:
        waiting: dict[str, Future[Came]] = {name: pool.submit(arm, stated, size) for name, (arm, size) in work.items()}
        return {name: waiting[name].result() for name in (*ARMS, *(each for each in work if each not in ARMS))}


def faults_in(came: Mapping[str, Came]) -> list[str]:
    """What must not be: the services ended otherwise than the rules, a clock moved, a request lost."""
    if SERVICES not in came:
        return []
    real, same = came[SERVICES], came[SAME]
    found = list(real.faults)
    apart = [one.episode.number for one, other in zip(real.fates, same.fates, strict=True) if one != other]
    if apart:
        found.append(f"{len(apart)} interviews ended otherwise through the services than by the rules: {apart[:5]} …")
    if real.spent != same.spent:
        found.append("what was charged through the services is not what the rules say")
    return found


def show(stated: Stated, came: Mapping[str, Came], console: Console) -> None:
    """Print what came of it, then what it stands on."""
    table = Table(
        title=f"Return home interviews across borders, {stated.year}, seed {stated.seed}", title_justify="left"
    )
    table.add_column("")
    for name, each in came.items():
        table.add_column(f"{name}\n({each.year.requests:,} requests)", justify="right")
    for label, values in rows(came).items():
        table.add_row(label, *values)
    console.print(table)
    for name, each in came.items():
        console.print(f"{name}: {each.seconds:.0f} s", highlight=False)
    for basis, said, means in stated.rows():
        mark = "found" if basis == "found" else "stated assumption"
        console.print(f"{mark}: {said}: {means}", highlight=False, soft_wrap=True)


def rows(came: Mapping[str, Came]) -> dict[str, list[str]]:
    """The table's rows: label → a value for each arm."""
    years = [each.year for each in came.values()]
    made = {label: [f"{year.share(name):.1%}" for year in years] for label, name in SHARES}
    made["hours from return to interview, half within"] = [f"{year.hours_to_interview:.0f}" for year in years]
    made |= {label: [f"{getattr(year, name):,}" for year in years] for label, name in NUMBERS}
    for code, sentence in DECLINES.items():
        if any(code in year.declines for year in years):
            made[f"declined: {sentence}"] = [f"{year.declines.get(code, 0):,}" for year in years]
    made["spent on interviews bought"] = [in_pounds(year.spent_pence) for year in years]
    made["… for each that was charged for"] = [_each(year) for year in years]
    return made


def _each(year: Year) -> str:
    return in_pounds(round(year.spent_pence / year.bought)) if year.bought else "–"


def keep(stated: Stated, came: Mapping[str, Came], faults: list[str], folder: Path) -> Path:
    """Write everything to ``rhi-<time>.json`` in *folder*; its path. ``arms`` follows from the seed and the assumptions alone."""
    folder.mkdir(parents=True, exist_ok=True)
    at = datetime.now(UTC)
    said: dict[str, Any] = {
        "at": at.isoformat(),
        "machine": about(),
        "seconds": {name: round(each.seconds, 1) for name, each in came.items()},
        "faults": faults,
        "arms": {name: asdict(each.year) for name, each in came.items()},
        "assumptions": stated.table,
    }
    path = folder / f"rhi-{at:%Y-%m-%dT%H-%M-%SZ}.json"
    path.write_text(json.dumps(said, indent=1))
    return path


if __name__ == "__main__":
    main()
