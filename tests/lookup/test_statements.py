"""In how many statements a look-up is answered, and a child shown: every one is a way to the database and back."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import event

from hub.core.db import Database
from hub.registry.receipts import Receipt
from tests.lookup.conftest import Room

Reads = Callable[[], list[str]]


@pytest.fixture
def reads(database: Database) -> Iterator[Reads]:
    """The statements that read tables since it was last asked. How keys are taken differs between databases, and is left out."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT") and not statement.startswith(("SELECT nextval", "SELECT coalesce(max(id)")):
            seen.append(statement)

    def since_asked() -> list[str]:
        since = list(seen)
        seen.clear()
        return since

    event.listen(database.engine, "before_cursor_execute", note)
    yield since_asked
    event.remove(database.engine, "before_cursor_execute", note)


def test_a_look_up_reads_five_times(room: Callable[..., Room], placed: Receipt, reads: Reads) -> None:
    """Who has these names; who they are; where they stay; how common the names are; and what stands of those who are offered."""
    force = room("kent_police", limited=True)
    reads()
    force.asks()
    assert len(reads()) == 5


def test_a_child_is_shown_after_seven(room: Callable[..., Room], placed: Receipt, reads: Reads) -> None:
    """The look-up and the child; its markers; whom to ring, and who instead; its episodes; whom to send the receipt."""
    force = room("kent_police", limited=True)
    force.asks()
    reads()
    force.confirms()
    assert len(reads()) == 7


def test_risk_detail_is_shown_after_six(room: Callable[..., Room], placed: Receipt, reads: Reads) -> None:
    """The look-up and the child; its markers; whom to ring, and who instead; whom to send the receipt."""
    force = room("kent_police", limited=True)
    force.asks()
    force.confirms()
    reads()
    force.confirms("risk_detail")
    assert len(reads()) == 6
