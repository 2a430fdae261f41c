"""``hub audit``, ``hub auditor``, ``hub evidence`` and ``hub take-bounce``: what happened, and the proof of it."""

import sys
from typing import IO

import click

from hub.access.cli import organisation_named
from hub.audit.cli import audit_group
from hub.commands.configured import configured, opened
from hub.core.clock import utc_now
from hub.directory import queries
from hub.duties.rulebook import load_rulebook
from hub.notify.auditor import audit_once, describe
from hub.notify.bounces import read_bounce, record_bounce
from hub.registry.evidence.proof import read_pack, read_public_key, verify_pack
from hub.resources import open_database
from hub.spotpurchase import stepping as interviews

audit = audit_group(opened, lambda session, whose: organisation_named(session, whose).id, queries.references)


@click.command()
def auditor() -> None:
    """Prove that every open obligation and every queued delivery has a next step; exit 1 when one has not."""
    findings = audit_once(opened(), checks=interviews.CHECKS, now=utc_now())
    click.echo(describe(findings))
    sys.exit(0 if findings.is_well else 1)


@click.group()
def evidence() -> None:
    """Evidence packs: who was told of a notice, when, through what."""


@evidence.command("verify")
@click.argument("pack", type=click.File("rb"))
@click.option(
    "--key", required=True, type=click.File("rb"), help="The hub's public key, from GET /api/v1/evidence-key."
)
def verify_evidence(pack: IO[bytes], key: IO[bytes]) -> None:
    """Verify PACK offline, with the hub's public key alone; exit 1 when it is not as the hub issued it."""
    is_genuine = verify_pack(read_pack(pack.read()), read_public_key(key.read()))
    click.echo("Genuine: as the hub issued it." if is_genuine else "NOT GENUINE: altered, or not issued by this hub.")
    sys.exit(0 if is_genuine else 1)


@click.command("take-bounce")
@click.argument("message", type=click.File("rb"))
def take_bounce(message: IO[bytes]) -> None:
    """Take a mail server's report that an e-mail came back (MESSAGE: a file, or - for standard input)."""
    settings = configured()
    bounce = read_bounce(message.read())
    if bounce is None:
        raise click.ClickException("This message reports no failure of one of the hub's e-mails. Nothing was changed.")
    with open_database(settings).write() as session:
        changed = record_bounce(session, bounce, rules=load_rulebook(settings.config_dir), now=utc_now())
    click.echo(f"{bounce.delivery_ref}: {'recorded' if changed else 'was known, or is not ours'}.")
