"""``python -m bench.chaos``: rehearse, with one worker and with four, on each engine; exit 1 when anything was lost."""

import random
import sys
import time
from dataclasses import replace

import click
from rich.console import Console

from bench.chaos.judging import Verdict, judge
from bench.chaos.killing import Rehearsal, Told, rehearse
from bench.chaos.scene import set_up
from bench.engines import ENGINES, SERVER, Engine, available


@click.command()
@click.option("--kills", default=50, help="How often a worker is killed.")
@click.option("--due", default=500, help="Obligations that fall due.")
@click.option("--deliveries", default=1_000, help="Deliveries besides those of the obligations.")
@click.option("--workers", type=int, multiple=True, default=(1, 4), help="Worker processes at once; may be repeated.")
@click.option("--engine", type=click.Choice(list(ENGINES)), multiple=True, help="On this database; may be repeated.")
@click.option("--seed", type=int, help="Plays the same dice again.")
@click.option("--rate", default=Rehearsal.rate, help="How many times as fast as the machine's the hub's clock runs.")
def main(
    kills: int,
    due: int,
    deliveries: int,
    workers: tuple[int, ...],
    engine: tuple[Engine, ...],
    seed: int | None,
    rate: float,
) -> None:
    """Kill workers at random moments while obligations fall due and deliveries go to flaky receivers."""
    seed = random.randrange(1_000_000) if seed is None else seed
    wanted = Rehearsal(kills=kills, due=due, deliveries=deliveries, seed=seed, rate=rate)
    console, lost = Console(highlight=False, width=None if sys.stdout.isatty() else 140), 0
    for one in engine or _engines(console):
        for number in workers:
            lost += _play(console, one, replace(wanted, workers=number))
    console.print("Nothing was lost." if not lost else f"[red]{lost} faults were found.[/]")
    sys.exit(1 if lost else 0)


def _engines(console: Console) -> list[Engine]:
    there = available()
    if len(there) == 1:
        console.print(f"PostgreSQL is left out: {SERVER} is not set.")
    return there


def _play(console: Console, engine: Engine, wanted: Rehearsal) -> int:
    console.print(f"\n[bold]{engine}, {wanted.workers} at a time[/]: {wanted.kills} kills, seed {wanted.seed}")
    began = time.monotonic()
    with set_up(engine, seed=wanted.seed, rate=wanted.rate) as scene:
        told = rehearse(scene, wanted)
        verdict = judge(scene, told)
    _tell(console, told, verdict, time.monotonic() - began)
    return len(verdict.faults)


def _tell(console: Console, told: Told, verdict: Verdict, seconds: float) -> None:
    console.print(
        f"  {told.kills} workers were killed, {told.struck_leases} of the kills while deliveries were leased; {seconds:.0f} s"
    )
    for name, count in verdict.counts.items():
        console.print(f"  {name}: {count}")
    for sentence, times in told.said.most_common(8):
        console.print(f"  the workers said {times} times: {sentence}", style="dim")
    for fault in verdict.faults:
        console.print(f"  [red]LOST OR BROKEN:[/] {fault}")
    if not verdict.faults:
        console.print("  [green]nothing lost, each step once, repeats only under the same message id, record whole[/]")


if __name__ == "__main__":
    main()
