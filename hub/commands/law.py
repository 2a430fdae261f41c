"""``hub duties``: the law as the hub holds it."""

import json
from typing import IO

import click

from hub.commands.configured import configured
from hub.duties.rulebook import load_rulebook
from hub.registry.explain import explain_facts
from hub.resources import open_areas


@click.group()
def duties() -> None:
    """What the law asks, and what these facts set off."""


@duties.command("explain")
@click.argument("facts", type=click.File("rb"))
def explain(facts: IO[bytes]) -> None:
    """Print the obligations that the JSON FACTS (a file, or - for standard input) set off."""
    settings = configured()
    try:
        payload = json.loads(facts.read())
    except (ValueError, RecursionError):
        raise click.ClickException("The facts are not JSON in UTF-8. Give one JSON object.") from None
    if not isinstance(payload, dict):
        raise click.ClickException("Give one JSON object of facts.")
    rules = load_rulebook(settings.config_dir)
    owed = explain_facts(payload, law=rules.law, calendar=rules.calendar, areas=open_areas(settings))
    click.echo(json.dumps(owed, indent=2, ensure_ascii=False))


@duties.command("list")
def list_duties() -> None:
    """Print every row of the law as the hub holds it, as JSON."""
    rules = load_rulebook(configured().config_dir)
    rows = [
        {"code": d.code, "says": d.says, "basis": d.basis, "opened_by": d.opened_by} for d in rules.law.duties.values()
    ]
    click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
