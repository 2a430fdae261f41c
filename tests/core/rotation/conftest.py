"""The test's database, for processes that hold one key or both."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from hub.core.db import Database
from hub.core.secrets import KeyRing, MasterKey
from tests.conftest import KEY
from tests.core.rotation.rotating import NEW, Opens


@pytest.fixture
def opens(database: Database) -> Iterator[Opens]:
    """``opens([key])`` is the test's database for a process that holds these keys."""
    with ExitStack() as after:

        def opened_with(keys: list[MasterKey]) -> Database:
            other = Database(database.url.render_as_string(hide_password=False), KeyRing(keys))
            after.callback(other.close)
            return other

        yield opened_with


@pytest.fixture
def both(opens: Opens) -> Database:
    """The same database, for a process that has been given a newer key."""
    return opens([NEW, KEY])


@pytest.fixture
def afterwards(opens: Opens) -> Database:
    """The same database, for a process that holds the newer key alone."""
    return opens([NEW])
