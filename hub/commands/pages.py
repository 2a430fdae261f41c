"""``hub permissions`` and ``hub docs``: what is made from the code, to be read."""

import sys

import click
from rich.console import Console

from hub import catalogue
from hub.access.permission_pages import as_table
from hub.app import guarded_routes
from hub.core.settings import REPOSITORY
from hub.generated import generated_pages


@click.command()
@click.option(
    "--width", type=click.IntRange(80), help="Columns; default: the terminal's, and at least what the table needs."
)
def permissions(width: int | None) -> None:
    """Print who may ask what: every route of the API by every role, and about whose records."""
    table = as_table(guarded_routes())
    Console(width=width or max(Console().width, 170)).print(table)


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when a page has drifted.")
def docs(check: bool) -> None:
    """Write the generated pages anew: the law, the states, the permissions, the settings; and every sentence, to translate."""
    pages = generated_pages() | {catalogue.TEMPLATE: catalogue.template()}
    drifted = [path for path, text in pages.items() if not path.exists() or path.read_text() != text]
    for path in drifted:
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(pages[path])
        click.echo(f"{'drifted' if check else 'written'}: {path.relative_to(REPOSITORY)}")
    sys.exit(1 if check and drifted else 0)
