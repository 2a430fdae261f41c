"""A worker that is started before the database was migrated waits for that, and says so once, not at every tick."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

HUB = [sys.executable, "-m", "hub.cli"]


def hub(command: str, environment: Mapping[str, str]) -> None:
    subprocess.run([*HUB, *command.split()], env=environment, check=True, capture_output=True)


def said(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def has_worked(folder: Path) -> bool:
    with closing(sqlite3.connect(folder / "hub.sqlite3")) as connection:
        return bool(connection.execute("SELECT count(*) FROM beat WHERE job = 'auditor'").fetchone()[0])


def until(done: Callable[[], object]) -> None:
    latest = time.monotonic() + 60
    while not done():
        assert time.monotonic() < latest, "nothing came of it within a minute"
        time.sleep(0.05)


def test_it_begins_once_the_database_is_migrated(tmp_path: Path, postcode_index_path: Path) -> None:
    (tmp_path / "postcodes.idx").symlink_to(postcode_index_path)
    environment = os.environ | {"HUB_MODE": "sandbox", "HUB_DATA_DIR": str(tmp_path), "HUB_DATABASE_URL": ""}
    log = tmp_path / "log"
    hub("keys new", environment)
    with log.open("w") as kept, subprocess.Popen([*HUB, "worker"], env=environment, stderr=kept) as worker:
        until(lambda: "\n" in log.read_text())
        hub("migrate", environment)
        until(lambda: has_worked(tmp_path))
        worker.terminate()
    assert worker.returncode == 0
    assert [each["event"] for each in said(log) if each["level"] != "info"] == ["worker.waits_for_hub_migrate"]
