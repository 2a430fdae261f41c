"""``hub audit``: is the record whole, and the record as a file."""

import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import click
from sqlalchemy.orm import Session

from hub.audit.export import Form, export, read_proof, verify_export
from hub.audit.reading_queries import Wanted, has_root
from hub.audit.verify import verify
from hub.core.actor import SYSTEM
from hub.core.clock import utc_now
from hub.core.db import Database

_INSTANT = click.DateTime(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])


def audit_group(
    opened: Callable[[], Database],
    organisation_named: Callable[[Session, str], int],
    organisations: Callable[[Session], Mapping[int, str]],
) -> click.Group:
    """The commands. *opened* gives the database; the others find an organisation, and the reference of each."""

    @click.group("audit")
    def group() -> None:
        """The record of who did or saw what."""

    @group.command("verify")
    @click.option("--export", "file", type=click.File("rb"), help="Verify this exported file, too, with its proof.")
    @click.option("--proof", type=click.File("r"), help="Its proof, where it does not stand beside it.")
    @click.option("--root", "roots", multiple=True, help="A root that was noted earlier, from the log or a proof.")
    def verify_record(file: IO[bytes] | None, proof: IO[str] | None, roots: tuple[str, ...]) -> None:
        """Verify the chain; name the first entry that was altered, removed or put in, and exit 1."""
        with closing(opened()) as database, database.read() as session:
            _verify_chain(session, roots)
            if file is not None:
                _verify_file(session, file, proof.read() if proof else _beside(file))

    @group.command("export")
    @click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
    @click.option("--since", type=_INSTANT, help="From this day or instant (UTC) on.")
    @click.option("--until", type=_INSTANT, help="Before this day or instant (UTC).")
    @click.option("--organisation", help="What was done for it: its reference, its GSS code, or “operator”.")
    @click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True)
    def export_record(
        target: Path, since: datetime | None, until: datetime | None, organisation: str | None, form: Form
    ) -> None:
        """Write the record to TARGET, and its proof beside it. That it was exported is recorded first."""
        with closing(opened()) as database:
            with database.read() as session:
                whose = organisation_named(session, organisation) if organisation else None
                refs = organisations(session)
            wanted = Wanted(organisation_id=whose, since=_utc(since), until=_utc(until))
            with _new_file(target) as file:
                proof = export(database, SYSTEM, wanted, file, form=form, organisations=refs, now=utc_now())
        with _new_file(_proof_path(target)) as beside:
            json.dump(proof, beside, indent=2)
        click.echo(f"{proof['proof']['entries']} entries in {target}; keep {_proof_path(target)} apart from it.")

    return group


def _verify_chain(session: Session, roots: tuple[str, ...]) -> None:
    verdict = verify(session)
    if not verdict.is_whole:
        _broken(verdict.fault)
    for root in roots:
        if not has_root(session, _root(root)):
            _broken(f"the chain holds no batch with the root {root}: its end was removed, or it is another hub's")
    click.echo(f"Whole: {verdict.entries} entries, {verdict.batches} sealed batches.")


def _root(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise click.ClickException(f"“{text}” is no root: it has 64 hexadecimal digits.") from None


def _verify_file(session: Session, file: IO[bytes], proof: str) -> None:
    verdict = verify_export(session, file, read_proof(proof))
    if verdict.fault:
        _broken(verdict.fault)
    click.echo(f"The file is as the hub exported it: {verdict.entries} entries.")


def _broken(fault: str | None) -> None:
    click.echo(f"BROKEN: {fault}.")
    sys.exit(1)


def _beside(file: IO[Any]) -> str:
    path = _proof_path(Path(file.name))
    if not path.exists():
        raise click.ClickException(f"{path} does not exist: give the export's proof with --proof.")
    return path.read_text()


def _proof_path(target: Path) -> Path:
    return target.with_name(target.name + ".proof.json")


def _new_file(path: Path) -> IO[str]:
    """A file of this name, which only its owner can read; one that is there already is kept."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as refused:
        raise click.ClickException(f"{path} cannot be made: {refused.strerror}.") from None
    return os.fdopen(number, "w", newline="", encoding="utf-8")


def _utc(instant: datetime | None) -> datetime | None:
    return instant.replace(tzinfo=UTC) if instant else None
