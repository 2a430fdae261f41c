"""The law, the calendar and the policy as they are shipped."""

from pathlib import Path

import pytest

from hub.duties.calendar import Calendar
from hub.duties.policy import Policy
from hub.duties.rulebook import Rulebook, load_rulebook
from hub.duties.table import Law

CONFIG = Path(__file__).resolve().parents[2] / "config"


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    return load_rulebook(CONFIG)


@pytest.fixture(scope="session")
def law(rulebook: Rulebook) -> Law:
    return rulebook.law


@pytest.fixture(scope="session")
def calendar(rulebook: Rulebook) -> Calendar:
    return rulebook.calendar


@pytest.fixture(scope="session")
def policy(rulebook: Rulebook) -> Policy:
    return rulebook.policy


def pytest_make_parametrize_id(val: object) -> str | None:
    """A situation is called by its sentence."""
    return getattr(val, "says", None)
