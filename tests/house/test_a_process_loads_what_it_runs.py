"""A process that runs for months holds in memory what it works with, and nothing beside it."""

import subprocess
import sys

import click
import pytest

from hub.cli import COMMANDS, main

PAGES = {"hub.web", "hub.app", "granian", "authlib"}
STORY = {"hub.demonstration", "hub.up"}
SELDOM = {"zxcvbn", "openpyxl"}


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
