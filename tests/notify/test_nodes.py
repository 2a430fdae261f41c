"""Workers leave word that they live: who stops without a word is missed, who ends as it should is not."""

import pytest

from hub.core import clock
from hub.core.db import Database
from hub.notify import nodes
from tests.conftest import NOW


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The machine's seconds, as the test sets them: no shift of the hub's clock moves them."""
    seconds = [NOW.timestamp()]
    monkeypatch.setattr(clock.time, "time", lambda: seconds[0])
    return seconds


def seen(database: Database) -> list[nodes.Node]:
    with database.read() as session:
        return list(nodes.nodes(session))


def test_a_worker_that_speaks_lives_and_one_that_is_silent_for_a_minute_does_not(
    database: Database, machine: list[float]
) -> None:
    silent, speaks = nodes.begin(), nodes.begin()
    nodes.beat(database, silent, failing=(), now=NOW)
    machine[0] += nodes.SILENT_SECONDS + 1
    nodes.beat(database, speaks, failing=("sweep",), now=NOW)
    assert [(node.is_alive, node.failing) for node in seen(database)] == [(True, ("sweep",)), (False, ())]


def test_a_worker_that_ends_as_it_should_is_not_missed(database: Database, machine: list[float]) -> None:
    worker = nodes.begin()
    nodes.beat(database, worker, failing=(), now=NOW)
    nodes.end(database, worker)
    assert seen(database) == []


def test_one_that_was_silent_for_a_day_is_forgotten(database: Database, machine: list[float]) -> None:
    nodes.beat(database, nodes.begin(), failing=(), now=NOW)
    machine[0] += nodes.FORGOTTEN_SECONDS + 1
    nodes.beat(database, nodes.begin(), failing=(), now=NOW)
    assert len(seen(database)) == 1
