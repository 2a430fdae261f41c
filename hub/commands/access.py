"""``hub access``, ``hub client`` and ``hub keys``: who may come in, and the keys that seal what they see."""

import click

from hub.access import service as access
from hub.access.cli import access_group, organisation_named, spoken
from hub.access.explain import explain_command
from hub.access.permissions import SCOPES
from hub.commands.configured import configured, opened
from hub.core.actor import SYSTEM
from hub.core.clock import utc_now
from hub.keys.cli import keys_group
from hub.parties import parties_to
from hub.resources import open_database

people = access_group(configured, open_database)
people.add_command(explain_command(opened, parties_to))
keys = keys_group(configured)


@click.group()
def client() -> None:
    """API clients: how the first one of an organisation comes to be."""


@client.command("add")
@click.argument("name", callback=spoken)
@click.option("--for", "whose", required=True, help="The organisation: its reference, its GSS code, or “operator”.")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(list(SCOPES)))
def add_client(name: str, whose: str, scopes: tuple[str, ...]) -> None:
    """Add an API client called NAME and print its key, once."""
    database, now = opened(), utc_now()
    with database.write() as session:
        organisation = organisation_named(session, whose)
        added = access.add_client(session, SYSTEM, organisation.id, name, scopes, now=now)
        key = access.issue_key(session, SYSTEM, added.ref, now=now)
    click.echo(f"Client {added.ref} of {organisation.name}. Its key, shown this once:\n{key.text}")
