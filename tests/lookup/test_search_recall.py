"""On a generated register of three thousand: the child who is meant is among the first five, and nobody else is taken for one."""

from collections.abc import Iterator
from contextlib import closing
from statistics import mean

import pytest

from bench.engines import Engine, available
from bench.recall import LEAST, MOST_WRONG, recall, strangers
from bench.register_load import Register, loaded
from hub.core.db import Database
from hub.resources import open_database

ENGINE: Engine = available()[-1]
"""SQLite, or PostgreSQL where the suite runs on that."""
NUMBER = 3_000


@pytest.fixture(scope="module")
def hub() -> Iterator[Register]:
    with loaded(ENGINE, NUMBER, durable=False) as held:
        yield held


@pytest.fixture(scope="module")
def database(hub: Register) -> Iterator[Database]:
    with closing(open_database(hub.stage.settings)) as held:
        yield held


def test_the_child_is_among_the_first_five_whichever_one_or_two_errors_were_made(
    hub: Register, database: Database
) -> None:
    answered = recall(database, hub, each=8)
    erring = [each for each in answered if each.kind.names and each.asked]
    assert len(erring) >= 70, "each error alone and nearly every two of them were made"
    assert mean(each.among_five for each in erring) >= LEAST
    assert mean(each.among_five for each in erring if len(each.kind.names) == 1) >= LEAST
    assert answered[0].kind.names == ()
    assert answered[0].among_five == 1.0


def test_a_child_who_is_not_there_is_hardly_ever_answered_with_another(hub: Register, database: Database) -> None:
    answered = strangers(database, hub, number=300)
    assert answered.asked == 300
    assert answered.sure < MOST_WRONG
