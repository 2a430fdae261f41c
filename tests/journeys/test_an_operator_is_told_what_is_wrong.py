"""What whoever runs the hub has set wrong, or has not done yet, is one sentence that names it: never a traceback."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from hub.commands.refusals import of_database

HUB = [sys.executable, "-m", "hub.cli"]
AS_MAKE_RUN_DOES = [sys.executable, "-m", "hub.up"]


@pytest.fixture
def folder(tmp_path: Path, postcode_index_path: Path) -> Path:
    """A data folder in which nothing is yet but the postcode index."""
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "postcodes.idx").symlink_to(postcode_index_path)
    return tmp_path / "new"


def told(folder: Path, words: list[str], **settings: str) -> str:
    """What *words* say who end with a refusal."""
    environment = os.environ | {"HUB_MODE": "demo", "HUB_DATA_DIR": str(folder)} | settings
    ended = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1, ended.stdout
    assert "Traceback" not in ended.stderr
    return ended.stderr


@pytest.mark.parametrize(
    ("reason", "cure"),
    [
        ("database or disk is full", "Make room"),
        ("disk I/O error", "Make room"),
        ("attempt to write a readonly database", "HUB_DATA_DIR"),
        ("unable to open database file", "HUB_DATA_DIR"),
        ("database is locked", "what else has it open"),
        ("database disk image is malformed", "the last backup"),
        ('relation "obligation" does not exist', "hub migrate"),
    ],
)
def test_each_way_in_which_a_database_fails_has_its_cure(reason: str, cure: str) -> None:
    said = of_database(OperationalError("SELECT 1", {}, Exception(reason)))
    assert said is not None
    assert said.startswith(f"The database cannot be used ({reason}). ")
    assert cure in said


def test_a_database_that_lets_nobody_in_is_not_taken_for_one_without_a_schema() -> None:
    reason = 'connection failed: FATAL:  role "nobody" does not exist'
    said = of_database(OperationalError("SELECT 1", {}, Exception(reason)))
    assert said is not None
    assert said.startswith(f"The database does not answer ({reason}). ")
    assert "migrate" not in said


@pytest.mark.parametrize("words", [[*HUB, "up"], AS_MAKE_RUN_DOES], ids=["hub up", "make run"])
def test_a_wrong_setting_is_named_however_the_hub_is_started(folder: Path, words: list[str]) -> None:
    assert told(folder, words, HUB_PORT="abc") == "Error: HUB_PORT must be a whole number, not “abc”.\n"


@pytest.mark.parametrize("command", ["auditor", "keys list"])
def test_a_database_without_a_schema_asks_to_be_migrated(folder: Path, command: str) -> None:
    said = told(folder, [*HUB, *command.split()], HUB_DATABASE_URL="")
    assert said.startswith("Error: The database cannot be used (no such table: ")
    assert said.endswith("Call hub migrate.\n")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql+psycopg://nobody@127.0.0.1:1/none", "Error: The database does not answer (connection failed: "),
        ("rubbish", "Error: HUB_DATABASE_URL (database_url) names no database that the hub can use."),
        ("postgresql://nobody:hidden@127.0.0.1:1/none", "Error: The database does not answer (connection failed: "),
        ("mysql://nobody:hidden@127.0.0.1/none", "Error: HUB_DATABASE_URL (database_url) names no database"),
    ],
)
def test_a_database_that_cannot_be_reached_is_said_with_its_setting(folder: Path, url: str, said: str) -> None:
    told_of = told(folder, [*HUB, "auditor"], HUB_DATABASE_URL=url)
    assert told_of.startswith(said)
    assert "HUB_DATABASE_URL" in told_of
    assert "hidden" not in told_of


def test_a_data_folder_that_cannot_be_made_is_named(folder: Path) -> None:
    (folder / "file").touch()
    below = folder / "file" / "data"
    assert told(folder, [*HUB, "auditor"], HUB_DATA_DIR=str(below)).startswith(f"Error: {folder / 'file'}")


def test_a_port_that_is_taken_is_named_by_serve_too(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        said = told(folder, [*HUB, "serve"], HUB_PORT=port)
    assert (
        said == f"Error: Port {port} of 127.0.0.1 is taken by another program. Stop it, or set another with HUB_PORT.\n"
    )


def test_a_host_that_is_not_this_machine_is_not_called_a_taken_port(folder: Path) -> None:
    assert "203.0.113.9 is no address of this machine" in told(folder, [*HUB, "serve"], HUB_HOST="203.0.113.9")


def test_one_port_for_two_things_is_refused(folder: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    assert "HUB_SMTP_PORT" in told(folder, [*HUB, "up"], HUB_PORT=port, HUB_SMTP_PORT=port)


def test_a_story_without_a_hub_says_how_to_start_one(folder: Path) -> None:
    assert "Start one with make run" in told(folder, [*HUB, "demo"])
    (folder / "demonstration-tokens.txt").write_text("leeds hub_nothing\n")
    ended = subprocess.run(
        [*HUB, "demo", "--url", "http://127.0.0.1:1"],
        env=os.environ | {"HUB_MODE": "demo", "HUB_DATA_DIR": str(folder)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert ended.stdout.startswith("No hub answers at http://127.0.0.1:1. Start one in another terminal (make run)")


@pytest.mark.parametrize(
    "words",
    [
        ["access", "invite", "a@b.example", "--organisation", "operator", "--name", "  ", "--role", "operator"],
        ["client", "add", "", "--for", "operator", "--scope", "people"],
        ["client", "add", "x" * 101, "--for", "operator", "--scope", "people"],
    ],
)
def test_nobody_is_invited_and_no_client_added_without_a_name(folder: Path, words: list[str]) -> None:
    environment = os.environ | {"HUB_MODE": "demo", "HUB_DATA_DIR": str(folder)}
    ended = subprocess.run([*HUB, *words], env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, "Give a name of 1 to 100 characters." in ended.stderr) == (2, True)
