"""A process that runs for months holds in memory what it works with, and nothing beside it."""

import subprocess
import sys

import click
import pytest

from hub.cli import COMMANDS, main
from hub.core.settings import Settings
from hub.up import environment_of

PAGES = {"hub.web", "hub.app", "granian", "authlib"}
STORY = {"hub.demonstration", "hub.up"}
SELDOM = {"zxcvbn", "openpyxl", "fpdf", "webauthn", "icalendar"}
"""Megabytes each, which a process holds from the first time on that somebody needs them."""


def loaded_with(command: str) -> set[str]:
    """What a process has loaded that was given *command*: each module and the packages around it."""
    module, _, _ = COMMANDS[command].partition(":")
    said = subprocess.run(
        [sys.executable, "-c", f"import sys, hub.cli, {module}; print('\\n'.join(sys.modules))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(said.stdout.split())


@pytest.mark.parametrize(("command", "nothing_of"), [("worker", PAGES | STORY | SELDOM), ("serve", STORY)])
def test_it_loads_nothing_beside_its_work(command: str, nothing_of: set[str]) -> None:
    assert loaded_with(command) & nothing_of == set()


def test_every_command_is_where_the_table_says() -> None:
    context = click.Context(main)
    assert all(main.get_command(context, name) is not None for name in COMMANDS)
    assert [main.get_command(context, name).name for name in COMMANDS] == list(COMMANDS)  # type: ignore[union-attr]


def test_a_web_worker_begins_without_what_is_seldom_needed(settings: Settings) -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import sys, hub.app; hub.app.create_app(); print('\\n'.join(sys.modules))"],
        env=environment_of(settings), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert set(said.stdout.split()) & SELDOM == set()
