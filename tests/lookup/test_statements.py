"""In how many statements a look-up is answered, and a child shown: every one is a way to the database and back."""

from collections.abc import Callable, Iterator

import pytest

from hub.core.db import Database
from hub.registry.receipts import Receipt
from tests.lookup.conftest import Room
from tests.statements import overheard

Reads = Callable[[], list[str]]


@pytest.fixture
def reads(database: Database) -> Iterator[Reads]:
    """The statements that read tables since it was last asked. How keys are taken differs between databases, and is left out."""
    with overheard(database) as said:

        def since_asked() -> list[str]:
            keys = ("SELECT nextval", "SELECT coalesce(max(id)")
            since = [each for each in said if each.startswith("SELECT") and not each.startswith(keys)]
            said.clear()
            return since

        yield since_asked


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
