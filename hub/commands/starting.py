"""``hub up``, ``hub migrate`` and ``hub demo``: from an empty folder to a hub that has told its story."""

import sys

import click
from rich.console import Console

from hub import mail_catcher, migrations, up
from hub.commands.configured import configured
from hub.demonstration import story


@click.command("up")
def start_everything() -> None:
    """Start web, worker and, in a demonstration, a mail catcher, from an empty folder if need be."""
    sys.exit(up.run(configured()))


@click.command()
def migrate() -> None:
    """Bring the database to the newest schema and load the reference data."""
    up.prepare(configured())
    click.echo(f"The database stands at migration {migrations.versions()[-1]}.")


@click.command()
@click.option("--url", help="The running hub; default: the one that the settings describe.")
def demo(url: str | None) -> None:
    """Play the story against the running hub, through HTTP only; exit 1 when a step does not hold."""
    settings = configured()
    tokens = up.read_tokens(settings)
    if not tokens:
        raise click.ClickException(
            f"There is no {up.token_path(settings)}: the story needs the tokens that a demonstration keeps at its first start. "
            "Start one with make run; another folder is named with HUB_DATA_DIR."
        )
    catcher_url = f"http://{settings.host}:{mail_catcher.page_port(settings)}"
    sys.exit(story.play(url or settings.base_url, catcher_url, tokens, Console()))
