"""``hub worker``."""

import click

from hub import jobs
from hub.commands.configured import configured


@click.command()
def worker() -> None:
    """Sweep, deliver, seal and audit until stopped. Any number may run on one database."""
    jobs.run(configured())
