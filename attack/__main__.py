"""``python -m attack``: attack a running hub, show each attempt, and exit 1 when one got through."""

import sys

import click
from rich.console import Console

from attack.campaign import Scale, run
from attack.telling import Report


@click.command()
@click.option("--quick", is_flag=True, help="Few guesses and short trials: shows that the attack works.")
def main(quick: bool) -> None:
    """Attack a hub that is started for this alone."""
    console = Console(width=None if sys.stdout.isatty() else 160)
    report = Report(console)
    run(report, Scale.quick() if quick else Scale())
    through = report.through
    console.print(f"\n{len(report.attempts)} attempts in all." if not through else "", highlight=False)
    console.print("[green]All were refused.[/]" if not through else f"[red]{len(through)} got through.[/]")
    sys.exit(1 if through else 0)


if __name__ == "__main__":
    main()
