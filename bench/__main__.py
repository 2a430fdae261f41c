"""``python -m bench``: measure, show a table, keep the figures, and say which floors were missed."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import click
from rich.console import Console

from bench import accept, dispatch, encryption, look_up, no_ops, pages, recall, report, sweep
from bench.engines import ENGINES, SERVER, Engine, available, durable_settings, postmaster, staged
from bench.machine import ForeignCpu, about
from bench.measuring import Figure, Outcome
from bench.plan import QUICK, Plan

BENCHMARKS: dict[str, Callable[[Engine, Plan], Outcome]] = {
    "accept": accept.measure,
    "sweep": sweep.measure,
    "webhooks": dispatch.measure_webhooks,
    "email": dispatch.measure_email,
    "no-ops": no_ops.measure,
    "encryption": encryption.measure,
    "pages": pages.measure,
    "look-up": look_up.measure,
    "recall": recall.measure,
}


@click.command()
@click.option("--only", multiple=True, type=click.Choice(list(BENCHMARKS)), help="Measure this one; may be repeated.")
@click.option("--engine", type=click.Choice(list(ENGINES)), help="On this database alone.")
@click.option("--rounds", type=click.IntRange(1, 99), help="Rounds for each figure (5; quick: 1).")
@click.option("--quick", is_flag=True, help="Tiny sizes: shows that the harness measures, and measures nothing.")
@click.option(
    "--results", type=click.Path(path_type=Path), default=report.RESULTS, help="The folder for the JSON file."
)
def main(only: tuple[str, ...], engine: Engine | None, rounds: int | None, quick: bool, results: Path) -> None:
    """Measure the hub beside references in the same run; exit 1 when a floor is missed."""
    plan = QUICK if quick else Plan()
    plan = replace(plan, rounds=rounds) if rounds else plan
    console, engines = Console(width=None if sys.stdout.isatty() else 160), _engines(engine)
    outcomes, settings = [], {name: durable for name in engines if (durable := _durable(name, plan))}
    for name in only or BENCHMARKS:
        for one in engines:
            console.print(f"measuring {name} on {one} …", style="dim")
            outcomes.append(_measured(name, one, plan))
    report.show(outcomes, console)
    path = report.keep(outcomes, about(), {"plan": asdict(plan), "durable": settings}, results)
    console.print(f"Durable settings as read back: {settings}\nEvery round is in {path}", highlight=False)
    for sentence in report.disturbed(outcomes):
        console.print(sentence, style="yellow", highlight=False)
    missed = [] if quick else report.verdict(outcomes)
    for sentence in missed:
        console.print(sentence, style="red", highlight=False)
    if not quick:
        console.print("Every floor was held." if not missed else f"{len(missed)} floors missed.")
    sys.exit(1 if missed else 0)


def _engines(wanted: Engine | None) -> Sequence[Engine]:
    there = available()
    if wanted is not None and wanted not in there:
        raise click.ClickException(f"There is no PostgreSQL to measure: run make bench, or set {SERVER}.")
    if wanted is None and len(there) == 1:
        click.echo(f"PostgreSQL is not measured: {SERVER} is not set (make bench sets it).", err=True)
    return [wanted] if wanted else there


def _durable(engine: Engine, plan: Plan) -> dict[str, object]:
    with staged(engine, durable=plan.durable) as stage:
        return durable_settings(stage)


def _measured(name: str, engine: Engine, plan: Plan) -> Outcome:
    """One benchmark, with the processor time that went elsewhere while it ran."""
    with staged(engine, durable=plan.durable) as stage:
        server = postmaster(stage)
    with ForeignCpu(server).sampled() as foreign:
        outcome = BENCHMARKS[name](engine, plan)
    cores = Figure(report.FOREIGN, "cores", tuple(foreign.samples) or (0.0,))
    return replace(outcome, figures=[*outcome.figures, cores])


if __name__ == "__main__":
    main()
