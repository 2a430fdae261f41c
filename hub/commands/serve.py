"""``hub serve``."""

import click

from hub import serving
from hub.commands.configured import configured


@click.command()
def serve() -> None:
    """Serve the web pages and the API."""
    serving.serve(configured())
