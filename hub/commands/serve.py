"""``hub serve``."""

import click

from hub import ports, serving
from hub.commands.configured import configured


@click.command()
def serve() -> None:
    """Serve the web pages and the API."""
    settings = configured()
    ports.refuse_taken({"HUB_PORT": (settings.host, settings.port)})
    serving.serve(settings)
