"""Worklists: what is overdue, due and due soon, on both sides, in order, in pages, narrowed by filters."""

import pytest

from hub.core.db import Database
from hub.duties.rulebook import Rulebook
from hub.notify.queries import Listing
from hub.notify.worklists import obligations as as_listed
from hub.notify.worklists import worklist
from tests.notify.owing import (
    DAY,
    HOUR,
    NOW,
    Owing,
    notice_owed,
    opened,
    register_owed,
)


def test_a_worklist_counts_overdue_due_and_due_soon_on_both_sides(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    for due_at in (NOW - HOUR, NOW, NOW + HOUR, NOW + 2 * DAY, NOW + 30 * DAY):
        opened(database, rules, notice_owed(owing, due_at=due_at))
    with database.read() as session:
        ours, theirs = (worklist(session, actor, now=NOW) for actor in (owing.northmoor, owing.eastvale))
    assert ours["owed_by_us"] == {"overdue": 1, "due": 2, "due_soon": 1}
    assert theirs["owed_to_us"] == ours["owed_by_us"]
    assert theirs["owed_by_us"] == {"overdue": 0, "due": 0, "due_soon": 0}


def test_a_list_is_in_the_order_of_due_instants_and_pages_without_gaps_or_repeats(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    openings = [notice_owed(owing, due_at=due) for due in (NOW + DAY, None, NOW, NOW + DAY, None, NOW - DAY)]
    openings.append(register_owed(owing, due_at=NOW + HOUR))
    refs = opened(database, rules, *openings)
    seen: list[str] = []
    with database.read() as session:
        while True:
            page = as_listed(
                session, owing.eastvale, Listing(), after=seen[-1] if seen else None, at_most=2, rules=rules, now=NOW
            )
            if not page:
                break
            seen += [row["ref"] for row in page]
    assert seen == [refs[5], refs[2], refs[6], refs[0], refs[3], refs[1], refs[4]]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Listing(side="owed_by_us"), {"EREG"}),
        (Listing(side="owed_to_us"), {"E13E"}),
        (Listing(due="overdue"), {"E13E"}),
        (Listing(due="due_soon"), {"EREG"}),
        (Listing(duty_code="EREG"), {"EREG"}),
        (Listing(state="met"), set()),
    ],
)
def test_filters_narrow_the_list(
    database: Database, rules: Rulebook, owing: Owing, wanted: Listing, expected: set[str]
) -> None:
    elsewhere = notice_owed(
        owing, duty_code="E41A", owed_by_id=owing.willow.organisation_id, owed_to_id=owing.northmoor.organisation_id
    )
    opened(database, rules, notice_owed(owing, due_at=NOW - HOUR), register_owed(owing), elsewhere)
    with database.read() as session:
        rows = as_listed(session, owing.eastvale, wanted, after=None, at_most=10, rules=rules, now=NOW)
    assert {row["duty_code"] for row in rows} == expected
