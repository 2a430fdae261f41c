"""The ``hub`` command."""

import json
import sys
from typing import IO

import click
from rich.console import Console

from hub import mail_catcher as catcher
from hub import migrations, serving, up
from hub.access import service as access
from hub.access.cli import access_group, organisation_named
from hub.access.explain import explain_command
from hub.access.permission_pages import as_table
from hub.access.permissions import SCOPES
from hub.app import guarded_routes
from hub.audit.cli import audit_group
from hub.core.actor import SYSTEM
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import HubError
from hub.core.secrets import KeyRingError
from hub.core.settings import REPOSITORY, Settings, SettingsError, load_settings
from hub.demonstration import story
from hub.directory import queries
from hub.directory.areas_cli import area, directory
from hub.duties.rulebook import load_rulebook
from hub.duties.table import LawError
from hub.generated import generated_pages
from hub.jobs import run
from hub.keys.cli import keys_group
from hub.notify.auditor import audit_once, describe
from hub.notify.bounces import read_bounce, record_bounce
from hub.parties import parties_to
from hub.registry.evidence.proof import read_pack, read_public_key, verify_pack
from hub.registry.explain import explain_facts
from hub.resources import open_areas, open_database, set_clock
from hub.spotpurchase import stepping as interviews


class _Sentences(click.Group):
    """Ends with the sentence of an expected error instead of a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (SettingsError, KeyRingError, LawError) as error:
            raise click.ClickException(str(error)) from None
        except HubError as error:
            faults = "".join(f"\n  {name}: {' '.join(said)}" for name, said in error.fields.items())
            raise click.ClickException(error.sentence + faults) from None


@click.group(cls=_Sentences, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The placement notification hub."""


def _settings() -> Settings:
    settings = up.as_demo(load_settings())
    set_clock(settings)
    return settings


@main.command("up")
def start_everything() -> None:
    """Start web, worker and, in a demonstration, a mail catcher, from an empty folder if need be."""
    sys.exit(up.run(_settings()))


@main.command()
def serve() -> None:
    """Serve the web pages and the API."""
    serving.serve(_settings())


@main.command()
def worker() -> None:
    """Sweep, deliver, seal and audit until stopped. Any number may run on one database."""
    run(_settings())


@main.command("mail-catcher")
def mail_catcher() -> None:
    """Catch e-mails and show them in a browser: for demonstrations."""
    catcher.run(_settings())


@main.command()
def migrate() -> None:
    """Bring the database to the newest schema and load the reference data."""
    settings = _settings()
    up.prepare(settings)
    click.echo(f"The database stands at migration {migrations.versions()[-1]}.")


@main.group()
def duties() -> None:
    """What the law asks, and what these facts set off."""


@duties.command("explain")
@click.argument("facts", type=click.File("rb"))
def explain(facts: IO[bytes]) -> None:
    """Print the obligations that the JSON FACTS (a file, or - for standard input) set off."""
    settings = _settings()
    try:
        payload = json.loads(facts.read())
    except ValueError:
        raise click.ClickException("The facts are not JSON in UTF-8. Give one JSON object.") from None
    if not isinstance(payload, dict):
        raise click.ClickException("Give one JSON object of facts.")
    rules = load_rulebook(settings.config_dir)
    owed = explain_facts(payload, law=rules.law, calendar=rules.calendar, areas=open_areas(settings))
    click.echo(json.dumps(owed, indent=2, ensure_ascii=False))


@duties.command("list")
def list_duties() -> None:
    """Print every row of the law as the hub holds it, as JSON."""
    rules = load_rulebook(_settings().config_dir)
    rows = [
        {"code": d.code, "says": d.says, "basis": d.basis, "opened_by": d.opened_by} for d in rules.law.duties.values()
    ]
    click.echo(json.dumps(rows, indent=2, ensure_ascii=False))


main.add_command(area)
main.add_command(directory)
_access = access_group(_settings, open_database)
_access.add_command(explain_command(lambda: open_database(_settings()), parties_to))
main.add_command(_access)
main.add_command(keys_group(_settings))


def _opened() -> Database:
    return open_database(_settings())


main.add_command(audit_group(_opened, lambda session, whose: organisation_named(session, whose).id, queries.references))


@main.command()
def auditor() -> None:
    """Prove that every open obligation and every queued delivery has a next step; exit 1 when one has not."""
    findings = audit_once(open_database(_settings()), checks=interviews.CHECKS, now=utc_now())
    click.echo(describe(findings))
    sys.exit(0 if findings.is_well else 1)


@main.group()
def client() -> None:
    """API clients: how the first one of an organisation comes to be."""


@client.command("add")
@click.argument("name")
@click.option("--for", "whose", required=True, help="The organisation: its reference, its GSS code, or “operator”.")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(list(SCOPES)))
def add_client(name: str, whose: str, scopes: tuple[str, ...]) -> None:
    """Add an API client called NAME and print its key, once."""
    database, now = open_database(_settings()), utc_now()
    with database.write() as session:
        organisation = organisation_named(session, whose)
        added = access.add_client(session, SYSTEM, organisation.id, name, scopes, now=now)
        key = access.issue_key(session, SYSTEM, added.ref, now=now)
    click.echo(f"Client {added.ref} of {organisation.name}. Its key, shown this once:\n{key.text}")


@main.group()
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


@main.command("take-bounce")
@click.argument("message", type=click.File("rb"))
def take_bounce(message: IO[bytes]) -> None:
    """Take a mail server's report that an e-mail came back (MESSAGE: a file, or - for standard input)."""
    settings = _settings()
    bounce = read_bounce(message.read())
    if bounce is None:
        raise click.ClickException("This message reports no failure of one of the hub's e-mails. Nothing was changed.")
    with open_database(settings).write() as session:
        changed = record_bounce(session, bounce, rules=load_rulebook(settings.config_dir), now=utc_now())
    click.echo(f"{bounce.delivery_ref}: {'recorded' if changed else 'was known, or is not ours'}.")


@main.command()
@click.option("--url", help="The running hub; default: the one that the settings describe.")
def demo(url: str | None) -> None:
    """Play the story against the running hub, through HTTP only; exit 1 when a step does not hold."""
    settings = _settings()
    catcher_url = f"http://{settings.host}:{catcher.page_port(settings)}"
    sys.exit(story.play(url or settings.base_url, catcher_url, up.read_tokens(settings), Console()))


@main.command()
@click.option(
    "--width", type=click.IntRange(80), help="Columns; default: the terminal's, and at least what the table needs."
)
def permissions(width: int | None) -> None:
    """Print who may ask what: every route of the API by every role, and about whose records."""
    table = as_table(guarded_routes())
    Console(width=width or max(Console().width, 170)).print(table)


@main.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when a page has drifted.")
def docs(check: bool) -> None:
    """Write the generated pages anew: the law, the states, the permissions, the settings."""
    drifted = [path for path, text in generated_pages().items() if not path.exists() or path.read_text() != text]
    for path in drifted:
        if not check:
            path.write_text(generated_pages()[path])
        click.echo(f"{'drifted' if check else 'written'}: {path.relative_to(REPOSITORY)}")
    sys.exit(1 if check and drifted else 0)


if __name__ == "__main__":
    main()
