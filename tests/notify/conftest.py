"""What tests of obligations and of delivery stand on: organisations that owe one another something, and their desks."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import structlog
from structlog.testing import CapturingLogger

from hub.core.db import Database
from hub.duties.rulebook import Rulebook
from hub.notify.models import Obligation
from tests.notify.owing import Owing, notice_owed, opened, read, settle_in
from tests.notify.post import NOW, contact_point, organisation


@pytest.fixture
def owing(database: Database) -> Owing:
    with database.write() as session:
        return settle_in(session)


@pytest.fixture
def notice(database: Database, rules: Rulebook, owing: Owing) -> Obligation:
    """An open notice that Northmoor owes Eastvale, due on Friday at ten."""
    return read(database, opened(database, rules, notice_owed(owing))[0])


@pytest.fixture
def eastvale(database: Database) -> int:
    return organisation(database)


@pytest.fixture
def mailbox(database: Database, eastvale: int) -> int:
    return contact_point(database, eastvale, "email", "desk@eastvale.example")


@pytest.fixture
def operator(database: Database) -> int:
    running = organisation(database, "Those who run the hub", kind="hub_operator")
    contact_point(database, running, "inbox", role="operator")
    return running


@pytest.fixture
def the_clock_stands(time_is: Callable[[datetime], None]) -> None:
    """The process's own clock does not run on while a round is under way."""
    time_is(NOW)


@pytest.fixture
def logged() -> Iterator[CapturingLogger]:
    """Every log line of the test, as it would be written."""
    lines = CapturingLogger()
    before = structlog.get_config()
    structlog.configure(
        processors=[structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(0),
        logger_factory=lambda *_: lines,
        cache_logger_on_first_use=False,
    )
    yield lines
    structlog.configure(**before)
