"""``hub keys``: which keys there are and what stands under each; adding, rotating, retiring."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
from rich.table import Table
from rich.text import Text

from hub import migrations
from hub.core.clock import iso, machine_now
from hub.core.db import Database
from hub.core.key_file import KeyFile, write_once
from hub.core.rotation_queries import progress_of
from hub.core.secrets import KeyRing, Keys, MasterKey, new_key, render_key, render_key_file
from hub.core.settings import Settings
from hub.keys.changes import PURPOSES, add_key, counts, retire_key
from hub.keys.parts import UNKNOWN, all_parts
from hub.keys.rotate import Rotated, Seen, rotate
from hub.registry.files.store import folder_of
from hub.resources import open_database

SettingsOf = Callable[[], Settings]


def keys_group(settings_of: SettingsOf) -> click.Group:
    """The commands. *settings_of* gives the operator's settings."""

    @click.group("keys")
    def keys() -> None:
        """The keys that seal every record: which there are, and changing them while the hub runs."""

    @keys.command("new")
    def new() -> None:
        """Make the key file of a hub that has none: before its first start in production."""
        make_first(settings_of())

    @keys.command("list")
    def list_keys() -> None:
        """Print each key and how much stands under it."""
        with closing(open_database(settings_of())) as database:
            show(database, settings_of(), Console())

    @keys.command("add")
    @click.option(
        "--seals-in", "seconds", type=click.IntRange(0), help="Seconds until it seals (60; environment: 3600)."
    )
    def add(seconds: int | None) -> None:
        """Add a key: it opens at once, and seals when every process knows it."""
        add_one(settings_of(), seconds)

    @keys.command("rotate")
    def rotate_keys() -> None:
        """Put everything under the key that seals now, while the hub runs. Kill it, and call it again, as you like."""
        sys.exit(rotate_all(settings_of()))

    @keys.command("retire")
    @click.argument("key_id")
    @click.option("--receivers-told", is_flag=True, help="Those who verify webhooks by public key have the newer one.")
    @click.option("--give-up-unreadable", is_flag=True, help="What does not open with any key needs none.")
    def retire(key_id: str, receivers_told: bool, give_up_unreadable: bool) -> None:
        """Take KEY_ID out of the key file, once nothing needs it."""
        retire_one(settings_of(), key_id, receivers_told=receivers_told, give_up_unreadable=give_up_unreadable)

    return keys


def _now() -> datetime:
    """The machine's own time: keys are about machines."""
    return datetime.fromtimestamp(machine_now(), UTC)


def _key_file(settings: Settings) -> KeyFile:
    return KeyFile(settings.key_path)


# ── new ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def make_first(settings: Settings) -> None:
    """Make a key file. Refused where keys are already set, and where a database already holds what they sealed."""
    if settings.keys:
        raise click.ClickException("HUB_KEYS holds the hub's keys: it needs no key file.")
    path = settings.key_path
    if path.exists():
        raise click.ClickException(f"{path} is there. Nothing was changed. To add a key to it: hub keys add.")
    key = new_key()
    if sealed := _sealed_already(settings, key):
        raise click.ClickException(
            f"The database holds {sealed:,} records sealed under keys that are not here. Restore their key file to {path}: no "
            "new key opens them."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    write_once(path, render_key_file([key]))
    click.echo(f"Made {path}. Keep a copy of it apart from the database's backups: without it nothing can be read.")


def _sealed_already(settings: Settings, key: MasterKey) -> int:
    """How much the database holds that other keys sealed; 0 where it has no tables yet."""
    with closing(Database(settings.database, KeyRing([key]))) as database:
        if migrations.current(database) != migrations.versions()[-1]:
            return 0
        with database.read() as session:
            found = counts(session, all_parts(folder_of(settings.data_dir)), _now())
    return sum(sum(by_key.values()) for by_key in found.values())


# ── list ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def show(database: Database, settings: Settings, console: Console) -> None:
    """Print the keys, and what stands under each."""
    keys, now = database.keys.keys, _now()
    with database.read() as session:
        found = counts(session, all_parts(folder_of(settings.data_dir)), now)
        progress = progress_of(session, database.keys.newest_id)
    console.print(_state_table(keys, database.keys.newest_id))
    console.print(_count_table(keys, found))
    for part in progress.values():
        if part.ended_at is None:
            console.print(f"Being rotated: {part.part}, {part.done:,} of {part.total:,}.")


def _state_table(keys: Keys, sealing: str) -> Table:
    table = Table("key", "what it does", title="Keys, newest first")
    for key in keys.masters:
        table.add_row(key.key_id, "seals and opens" if key.key_id == sealing else f"opens{_waits(key)}")
    for old in keys.retired:
        table.add_row(old.key_id, "retired: verifies earlier entries and signatures")
    return table


def _waits(key: MasterKey) -> str:
    since = key.seals_from
    return f"; seals from {iso(since)}" if since is not None and since > _now() else ""


def _count_table(keys: Keys, found: Mapping[str, Counter[str]]) -> Table:
    ids = [key.key_id for key in keys.masters]
    table = Table("stands in", title="What stands under each")
    for key_id in [*ids, UNKNOWN]:
        table.add_column(key_id, justify="right")
    for name, by_key in found.items():
        unknown = sum(by_key.values()) - sum(by_key[key_id] for key_id in ids)
        table.add_row(name, *(f"{by_key[key_id]:,}" for key_id in ids), f"{unknown:,}")
    return table


# ── add ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def add_one(settings: Settings, seconds: int | None) -> None:
    """Add a key to the key file; where keys come from the environment, print what to put there."""
    if settings.keys:
        _print_for_environment(seconds)
        return
    lead = timedelta(seconds=60 if seconds is None else seconds)
    with closing(open_database(settings)) as database:
        key = add_key(database, _key_file(settings), seals_in=lead, now=_now())
    click.echo(
        f"Added the key {key.key_id} to {settings.key_path}. It opens at once and seals from {_instant(key.seals_from)}.\n"
        "Running processes take it up within five seconds. If the file lies on several machines, copy it to each before then.\n"
        "Keep a copy of the file apart from the database's backups. Next: hub keys rotate."
    )


def _print_for_environment(seconds: int | None) -> None:
    since = _now() + timedelta(seconds=3600 if seconds is None else seconds)
    key = new_key(since.replace(microsecond=0))
    click.echo(
        f"The keys come from HUB_KEYS, which cannot be changed from here. Nothing was changed. Put these lines at its head, and "
        f"start every process anew before {_instant(key.seals_from)}:",
        err=True,
    )
    click.echo(render_key(key))
    raise click.ClickException("HUB_KEYS was not changed.")


def _instant(since: datetime | None) -> str:
    return iso(since) if since else "now"


# ── rotate ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class _RateColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} a second" if speed else "")


def rotate_all(settings: Settings) -> int:
    """Rotate, showing how far it is; 0, or 1 when something was left."""
    console = Console()
    with closing(open_database(settings)) as database:
        _await_newest(database, console)
        rotated = _rotate_shown(database, settings, console)
    _tell_end(rotated, console)
    return 1 if rotated.unreadable or rotated.busy else 0


def _rotate_shown(database: Database, settings: Settings, console: Console) -> Rotated:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _RateColumn())
    with Progress(*columns, console=console) as progress:
        tasks: dict[str, object] = {}

        def watch(seen: Seen) -> None:
            task = tasks.get(seen.part)
            if task is None:
                task = tasks[seen.part] = progress.add_task(seen.part, total=seen.total, completed=seen.done)
            progress.update(task, total=max(seen.total, seen.done), completed=seen.done)  # type: ignore[arg-type]

        return rotate(database, all_parts(folder_of(settings.data_dir)), watch=watch)


def _await_newest(database: Database, console: Console) -> None:
    """A key that was just added seals in a minute: to rotate to the one before it would be for nothing."""
    newest = database.keys.keys.masters[0]
    while newest.seals_from is not None and (wait := (newest.seals_from - _now()).total_seconds()) > 0:
        console.print(f"The key {newest.key_id} seals in {wait:.0f} seconds: waiting for it.")
        time.sleep(wait)


def _tell_end(rotated: Rotated, console: Console) -> None:
    console.print(f"Everything that opens stands under the key {rotated.key_id}: {rotated.done:,} were put there.")
    if rotated.busy:
        console.print(f"{rotated.busy:,} were being changed all the while: call this again.")
    if rotated.unreadable:
        console.print(
            f"{len(rotated.unreadable):,} open with no key, and were left as they are; they are in the audit:"
        )
        for ref in rotated.unreadable[:20]:
            console.print(f"  {ref}")


# ── retire ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def retire_one(settings: Settings, key_id: str, *, receivers_told: bool, give_up_unreadable: bool) -> None:
    """Retire a key of the key file."""
    if settings.keys:
        raise click.ClickException(
            "The keys come from HUB_KEYS, which cannot be changed from here. When hub keys list shows nothing under this key, "
            "move to a key file (HUB_KEY_FILE) with the same text, and retire it there: what proves earlier entries must stay."
        )
    with closing(open_database(settings)) as database:
        parts = all_parts(folder_of(settings.data_dir))
        told = {"receivers_told": receivers_told, "give_up_unreadable": give_up_unreadable}
        retire_key(database, _key_file(settings), key_id, parts, **told, now=_now())
    click.echo(
        f"Retired the key {key_id}: it opens nothing any more. What verifies earlier audit entries and signatures "
        f"({', '.join(PURPOSES)}) stays in {settings.key_path}.\n"
        "Backups of the database from before the rotation open with the earlier key file alone: keep it with them, or "
        "destroy both."
    )
