"""``hub up``: web, worker and mail catcher under one parent, from an empty folder to a working hub.

The parent prepares the database, starts the children, says where everything is, and waits. Ctrl-C or SIGTERM stops the
children cleanly. A child that dies by itself takes the rest down with it, with a sentence: half a hub must not look whole.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from types import FrameType

import click
import requests

from hub import migrations, ports
from hub.commands.refusals import as_sentences
from hub.core import clock, lifeline
from hub.core.db import Database
from hub.core.settings import Settings, env_name, load_settings
from hub.demonstration.cast import load_cast
from hub.demonstration.people import Player
from hub.directory import queries as directory
from hub.directory.loading import load_reference
from hub.directory.postcodes import ensure_index
from hub.duties.rulebook import load_rulebook
from hub.mail_catcher import page_port
from hub.notify.ladders import sync_ladders
from hub.resources import as_demo, open_areas, open_database, set_clock


def prepare(settings: Settings) -> None:
    """Bring the data folder to where the hub can start: index, schema, reference data, and the cast into an empty demo."""
    ensure_index(settings.data_dir / "postcodes.idx")
    database = open_database(settings)
    try:
        if not migrations.is_current(database):
            migrations.upgrade(database)
        _load(settings, database)
    finally:
        database.close()


def _load(settings: Settings, database: Database) -> None:
    areas, rules, now = open_areas(settings), load_rulebook(settings.config_dir), clock.utc_now()
    with database.write() as session:
        is_new = directory.operator(session) is None
        load_reference(session, areas, now=now)
        sync_ladders(session, rules, now=now)
        if is_new and settings.mode == "demo":
            cast = load_cast(session, areas, now=now)
            _keep(token_path(settings), [f"{member} {token}" for member, token in cast.tokens.items()])
            _keep(people_path(settings), _sign_in_details(cast.people.values()))


def _keep(path: Path, lines: Iterable[str]) -> None:
    """Write what opens the demonstration once, beside its database and readable by its owner alone."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "w") as stream:
        stream.writelines(f"{line}\n" for line in lines)


def _sign_in_details(people: Iterable[Player]) -> list[str]:
    """A line for each person: e-mail address, password, the secret of the authenticator app."""
    return [f"{each.email} {each.password} {each.totp_secret}" for each in people]


def people_path(settings: Settings) -> Path:
    """Where the sign-in details of the cast's people are kept."""
    return settings.data_dir / "demonstration-people.txt"


def read_people(settings: Settings) -> dict[str, tuple[str, str]]:
    """By e-mail address: the password, and the secret of the authenticator app."""
    lines = people_path(settings).read_text().splitlines() if people_path(settings).exists() else []
    details = [line.split(" ") for line in lines]
    return {email: (password, secret) for email, password, secret in details}


def token_path(settings: Settings) -> Path:
    """Where the cast's tokens are kept."""
    return settings.data_dir / "demonstration-tokens.txt"


def read_tokens(settings: Settings) -> dict[str, str]:
    """The cast's tokens, by member."""
    lines = token_path(settings).read_text().splitlines() if token_path(settings).exists() else []
    return dict(line.split(" ", 1) for line in lines)


def children(settings: Settings) -> dict[str, list[str]]:
    """The programs that make up a running hub."""
    python = [sys.executable, "-m"]
    named = {"web": [*python, "hub.serving"], "worker": [*python, "hub.jobs"]}
    if settings.mode == "demo":
        named["mail catcher"] = [*python, "hub.mail_catcher"]
    return named


def start(settings: Settings) -> "dict[str, subprocess.Popen[bytes]]":
    """Start every child, out of reach of the terminal's Ctrl-C: the parent alone hears it and stops them in order. Should
    the parent be killed, they stop by themselves."""
    held = lifeline.held()
    environment = environment_of(settings) | {lifeline.VARIABLE: str(held)}
    return {
        name: subprocess.Popen(words, env=environment, start_new_session=True, pass_fds=(held,))  # noqa: S603
        for name, words in children(settings).items()
    }


def run(settings: Settings) -> int:
    """Prepare, start, announce, wait; the exit status is 0 when it was asked to stop."""
    refuse_taken_ports(settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    set_clock(settings)
    prepare(settings)
    asked_to_stop: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        asked_to_stop.append(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    running = start(settings)  # after the handlers: nobody who stops us meanwhile leaves children behind
    _announce_when_ready(settings, running, asked_to_stop)
    while not asked_to_stop and all(child.poll() is None for child in running.values()):
        time.sleep(0.2)
    fallen = [name for name, child in running.items() if child.poll() is not None]
    _stop(running)
    if fallen and not asked_to_stop:
        click.echo(f"The {fallen[0]} stopped by itself, so the hub was stopped. What it said is above.", err=True)
        return 1
    return 0


def refuse_taken_ports(settings: Settings) -> None:
    """Say which port is taken, and by which setting to move it, before anything is started."""
    wanted = {"HUB_PORT": (settings.host, settings.port)}
    if settings.mode == "demo":
        wanted["HUB_SMTP_PORT"] = (settings.smtp_host, settings.smtp_port)
        wanted["HUB_SMTP_PORT (the page of caught e-mails, one above it)"] = (settings.host, page_port(settings))
    ports.refuse_taken(wanted)


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment in which a child reads the same settings."""
    return os.environ | {env_name(f.name): str(getattr(settings, f.name)) for f in fields(settings)}


def _announce_when_ready(settings: Settings, running: "dict[str, subprocess.Popen[bytes]]", stopped: list[int]) -> None:
    while not stopped and all(child.poll() is None for child in running.values()):
        if _is_ready(f"http://{settings.host}:{settings.port}/readyz"):
            click.echo(announcement(settings))
            return
        time.sleep(0.1)


def _is_ready(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False


def announcement(settings: Settings) -> str:
    """What a person who has just started the hub wants to know."""
    lines = [
        "",
        "The placement notification hub is running. Ctrl-C stops it.",
        "",
        f"  Address        {settings.base_url}",
        f"  The API        {settings.base_url}/api/v1/docs   (OpenAPI: /api/v1/openapi.json)",
        f"  The law        {settings.base_url}/law",
    ]
    if settings.mode == "demo":
        lines += [f"  Caught e-mail  http://{settings.host}:{page_port(settings)}/", "", "  Tokens of the cast"]
        lines += [f"    {member:<20} {token}" for member, token in read_tokens(settings).items()]
        lines += ["", "  People (e-mail address, password, secret of the authenticator app)"]
        lines += [f"    {email:<36} {' '.join(said)}" for email, said in read_people(settings).items()]
        lines += ["", "  Next: in another terminal, make demo"]
    return "\n".join(lines) + "\n"


def _stop(running: "dict[str, subprocess.Popen[bytes]]") -> None:
    for child in running.values():
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + 20
    for child in running.values():
        try:
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()


if __name__ == "__main__":  # as ``hub up``, without loading what the other commands need
    try:
        with as_sentences():
            sys.exit(run(as_demo(load_settings())))
    except click.ClickException as refusal:
        refusal.show()
        sys.exit(refusal.exit_code)
