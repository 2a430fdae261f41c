"""``hub access``: how the first person of an organisation comes to be, before anybody there could invite them."""

from collections.abc import Callable
from typing import Final

import click
from sqlalchemy.orm import Session

from hub.access.people import invitations
from hub.access.permissions import ROLES
from hub.core.actor import SYSTEM
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.settings import Settings
from hub.directory import queries
from hub.directory.queries import Brief

_LONGEST_NAME: Final = 100


def access_group(settings: Callable[[], Settings], opened: Callable[[Settings], Database]) -> click.Group:
    """The commands, given how to read the settings and open the database."""

    @click.group("access")
    def group() -> None:
        """People: who may come in."""

    @group.command("invite")
    @click.argument("email")
    @click.option("--organisation", "whose", required=True, help="A reference, a GSS code, or “operator”.")
    @click.option("--name", required=True, callback=spoken, help="The person's name.")
    @click.option("--role", "roles", multiple=True, required=True, type=click.Choice(list(ROLES)))
    def invite(email: str, whose: str, name: str, roles: tuple[str, ...]) -> None:
        """Invite EMAIL and print the link, once: for the first administrator of an organisation, and for the operator."""
        read, now = settings(), utc_now()
        with opened(read).write() as session:
            organisation = organisation_named(session, whose)
            letter = invitations.invite(session, SYSTEM, organisation, name=name, email=email, roles=roles, now=now)
        click.echo(
            f"Invitation {letter.ref} to {organisation.name}, good until {letter.expires_at:%Y-%m-%d %H:%M} UTC. Hand this link "
            f"to {name} and nobody else; it works once:\n{read.base_url.rstrip('/')}{letter.path}"
        )

    return group


def spoken(_context: click.Context, _parameter: click.Parameter, given: str) -> str:
    """*given* as the API takes a name: one line of 1 to 100 characters. Raises ``click.BadParameter``."""
    name = " ".join(given.split())
    if not 1 <= len(name) <= _LONGEST_NAME:
        raise click.BadParameter(f"Give a name of 1 to {_LONGEST_NAME} characters.")
    return name


def organisation_named(session: Session, whose: str) -> Brief:
    """The organisation with this reference or GSS code, or the “operator”. Raises ``click.ClickException``."""
    if whose == "operator":
        found = queries.operator(session)
    else:
        found = queries.organisation_by_ref(session, whose) or queries.by_gss(session, whose)
    if found is None:
        raise click.ClickException(f"There is no organisation {whose}: give a reference, a GSS code or “operator”.")
    return found
