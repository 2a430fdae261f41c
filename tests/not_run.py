"""Suites whose real counterpart cannot be had on this machine: left out, and named at the end of the run.

Under ``CI=true`` nothing is left out: there a missing counterpart fails the suite that needs it.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.browser import chromium
from tests.single_sign_on import real_provider

TESTS: Final = Path(__file__).resolve().parent
MISSING: Final[dict[str, Callable[[], str | None]]] = {
    "browser": chromium.missing,
    "single_sign_on": real_provider.missing,
}
"""For each suite, a folder of ``tests/``: why it cannot run here, or ``None``."""


def left_out(suite: str) -> list[str]:
    """For a suite's ``collect_ignore_glob``: all of its tests where they cannot run, none where they can, or must."""
    return ["test_*.py"] if not _must_run() and MISSING[suite]() else []


def _must_run() -> bool:
    return os.environ.get("CI", "").lower() in ("true", "1")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name what was asked for and left out: also where workers ran the tests, which cannot speak."""
    asked = [Path(each.split("::")[0]).resolve() for each in config.args]
    for suite, missing in MISSING.items():
        folder = TESTS / suite
        is_asked_for = any(each == folder or each in folder.parents or folder in each.parents for each in asked)
        if is_asked_for and not _must_run() and (because := missing()):
            terminalreporter.write_line(f"NOT RUN: tests/{suite}: {because}.", yellow=True)
