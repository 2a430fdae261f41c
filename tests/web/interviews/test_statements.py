"""In how many statements a page of interviews is shown: each is a way to the database and back; a longer list takes no more."""

import re
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import event

from hub.core.clock import utc_now
from hub.core.db import Database
from tests.access.signing_in import Tab
from tests.spotpurchase.seeking import HOUR, Broker

Reads = Callable[[Tab, str], int]
TABLES = re.compile(r"\s*SELECT\b.*\bFROM\b", re.DOTALL)


@pytest.fixture
def reads(database: Database) -> Iterator[Reads]:
    """How many statements that read tables a page takes, once it was shown before."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if TABLES.match(statement):
            seen.append(statement)

    def of(tab: Tab, path: str) -> int:
        assert tab.get(path).status_code == 200
        seen.clear()
        tab.get(path)
        return len(seen)

    engine = database._writing  # what is written first is read through it
    event.listen(engine, "before_cursor_execute", note)
    yield of
    event.remove(engine, "before_cursor_execute", note)


def sought(broker: Broker, *names: str) -> list[str]:
    """Interviews that Leeds seeks for children with these names."""
    now = utc_now()
    back = {name: broker.back(gone=now - 6 * HOUR, at=now - HOUR, given_names=name) for name in names}
    return [broker.asks(episode, now=now) for episode in back.values()]


@pytest.mark.parametrize(
    ("member", "role", "path"),
    [("leeds", "social_worker", "/interviews"), ("kent", "duty_desk", "/interviews?part=host")],
    ids=("placing", "host"),
)
def test_a_longer_board_takes_no_more_statements(at, broker, reads: Reads, member: str, role: str, path: str) -> None:
    tab = at(member, role)
    sought(broker, "Alder")
    before = reads(tab, path)
    sought(broker, "Birch", "Cedar")
    assert reads(tab, path) == before


def test_an_interview_is_shown_in_less_than_forty(at, broker, reads: Reads) -> None:
    [ref] = sought(broker, "Alder")
    assert 0 < reads(at("leeds"), f"/interviews/{ref}") < 40


def test_the_form_that_asks_for_one_is_shown_in_less_than_forty_five(at, broker, reads: Reads) -> None:
    now = utc_now()
    episode = broker.back(gone=now - 6 * HOUR, at=now - HOUR)
    assert 0 < reads(at("leeds"), f"/interviews/new?episode={episode}") < 45
