"""The hub that is attacked: a real one, on free ports, with the cast, its people, and strangers with accounts of their own."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyotp
import requests
from sqlalchemy.orm import Session

from attack.receivers import NOWHERE, MailEar, NameServer
from attack.worker import PORT
from bench.engines import available, postgresql_database
from hub import migrations, up
from hub.access.people import service as people
from hub.access.sign_in import factor_queries, passwords
from hub.core import clock
from hub.core.clock import utc_now
from hub.core.db import Database, keys_of
from hub.core.settings import REPOSITORY, Settings
from hub.demonstration.cast import Cast, load_cast
from hub.demonstration.people import Player
from hub.directory import queries as directory
from hub.directory.loading import load_reference
from hub.directory.postcodes import ensure_index
from hub.duties.rulebook import Rulebook, load_rulebook
from hub.notify.ladders import sync_ladders
from hub.resources import open_areas, open_database, set_clock

READY_SECONDS = 60
NEVER = 10_000_000
"""So many requests a minute: what is attacked here is not the limit on requests."""
STRANGERS = {
    "mallory": ("cornwall", "Mallory Stranger", ("administrator", "team_manager", "privacy_lead", "nominated_officer")),
    "nils": ("leeds", "Nils Rival", ("administrator", "privacy_lead")),
}
"""People beyond the cast's: one of a council that has no part in anything, and a second administrator of Leeds."""


@dataclass
class Scene:
    """Where everything is."""

    settings: Settings
    database: Database
    rules: Rulebook
    cast: Cast
    people: Mapping[str, Player]
    mail: MailEar
    names: NameServer
    running: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.settings.base_url

    @property
    def port(self) -> int:
        return self.settings.port

    def start_worker(self, **changed: Any) -> None:
        """Start the hub's worker, under settings that may be *changed*; one that runs is stopped first."""
        self.stop("worker")
        environment = up.environment_of(replace(self.settings, **changed)) | {PORT: str(self.names.port)}
        self.running["worker"] = _started("attack.worker", environment)

    def pass_days(self, days: int) -> None:
        """Move the hub's clock on, in every process."""
        clock.advance(Path(self.settings.clock_file), days * 86_400)

    def stop_all(self) -> None:
        """Stop whatever of the hub still runs."""
        for name in list(self.running):
            self.stop(name)

    def stop(self, name: str) -> None:
        """Stop one of the hub's processes and wait for its end."""
        child = self.running.pop(name, None)
        if child is not None:
            child.terminate()
            child.wait(30)


@contextmanager
def staged(answers: Any = lambda _name, _asked: [NOWHERE]) -> Iterator[Scene]:
    """A running hub, gone after the block. *answers*: what the name server says (``receivers.NameServer``)."""
    folder = Path(tempfile.mkdtemp(prefix="attack-"))
    with ExitStack() as after:
        after.callback(shutil.rmtree, folder, ignore_errors=True)
        index = Path(os.environ.get("HUB_TEST_CACHE", REPOSITORY / "data" / "tests")) / "postcodes.idx"
        (folder / "postcodes.idx").symlink_to(ensure_index(index).resolve())
        mail, names = MailEar(), NameServer(answers)
        after.callback(mail.close)
        after.callback(names.close)
        settings = replace(_settings(folder, mail.port), database_url=after.enter_context(_own_database()))
        set_clock(settings)
        database = open_database(settings)
        after.callback(database.close)
        rules = load_rulebook(settings.config_dir)
        cast, strangers = _peopled(settings, database, rules)
        scene = Scene(settings, database, rules, cast, dict(cast.people) | strangers, mail, names)
        after.callback(scene.stop_all)
        scene.running["web"] = _started("hub.serving", up.environment_of(settings))
        wait_until_ready(settings.base_url)
        yield scene


@contextmanager
def _own_database() -> Iterator[str]:
    """A new PostgreSQL database where a server for tests is named (``bench.engines``); otherwise SQLite, in the folder."""
    if len(available()) == 1:
        yield ""
        return
    with postgresql_database() as url:
        yield url


@contextmanager
def another_web(scene: Scene, **changed: Any) -> Iterator[str]:
    """A second web process on the same database, under *changed* settings: its address."""
    port = free_port()
    settings = replace(scene.settings, port=port, base_url=f"http://127.0.0.1:{port}", **changed)
    child = _started("hub.serving", up.environment_of(settings))
    try:
        wait_until_ready(settings.base_url)
        yield settings.base_url
    finally:
        child.terminate()
        child.wait(30)


def _settings(folder: Path, smtp_port: int) -> Settings:
    port = free_port()
    return Settings(
        mode="test",
        data_dir=folder,
        base_url=f"http://127.0.0.1:{port}",
        port=port,
        smtp_port=smtp_port,
        smtp_starttls="off",
        mail_from="no-reply@hub.example",
        web_workers=1,
        requests_per_minute=NEVER,
        visits_per_minute=NEVER,
        costly_per_minute=NEVER,
        body_seconds=2,
        clock_file=str(folder / "clock.json"),
        log_level="ERROR",
    )


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def _started(module: str, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", module], env=dict(environment), cwd=REPOSITORY, start_new_session=True
    )


def wait_until_ready(url: str) -> None:
    """Wait until the web process answers."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            if requests.get(f"{url}/healthz", timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise RuntimeError("the hub did not start")


def _peopled(settings: Settings, database: Database, rules: Rulebook) -> tuple[Cast, dict[str, Player]]:
    migrations.upgrade(database)
    areas, now = open_areas(settings), utc_now()
    with database.write() as session:
        load_reference(session, areas, now=now)
        sync_ladders(session, rules, now=now)
        cast = load_cast(session, areas, now=now)
        return cast, {name: _stranger(session, cast, name) for name in STRANGERS}


def _stranger(session: Session, cast: Cast, key: str) -> Player:
    member, name, roles = STRANGERS[key]
    organisation = directory.by_ids(session, [cast.ids[member]])[cast.ids[member]]
    password, email, now = "strangers meet at the weir", f"{key}@{member}.example", utc_now()
    kept = passwords.hashed(password)
    person = people.add(session, organisation, name=name, email=email, roles=roles, password_hash=kept, now=now)
    secret = pyotp.random_base32()
    sealed = keys_of(session).seal(person.ref, {"secret": secret})
    factor_queries.add_totp(session, {"person_id": person.id, "sealed": sealed, "confirmed_at": now, "last_step": 0})
    return Player(person.ref, name, email, roles, password, secret)
