"""The placing authority knows who was shown what of its children, and what for; the incident stays with the force."""

from collections.abc import Callable

import pytest

from hub.core.errors import NotFound
from hub.lookup import receipts
from hub.registry.receipts import Receipt
from tests.lookup.conftest import INCIDENTS, Rooms
from tests.registry.conftest import Books, Desk
from tests.registry.papers import CHATHAM, emergency_start

SitDown = Callable[[str], Desk]


def told(books: Books, kind: str = "look_up.disclosed") -> list[tuple[str, str, str]]:
    rows = books.all(
        "SELECT organisation.name, alert.role, alert.subject_ref FROM alert JOIN organisation "
        "ON organisation.id = alert.organisation_id WHERE alert.kind = :k ORDER BY alert.id",
        k=kind,
    )
    return [(row.name, row.role, row.subject_ref) for row in rows]


def test_each_disclosure_sends_a_receipt_to_the_placing_authoritys_duty_desk(
    placed: Receipt, room: Rooms, books: Books
) -> None:
    handler = room("kent_police")
    handler.asks()
    first, second = handler.confirms(), handler.confirms("risk_detail")
    assert told(books) == [
        ("Leeds City Council", "duty_desk", first.ref),
        ("Leeds City Council", "duty_desk", second.ref),
    ]


def test_a_receipt_is_a_reference_and_waits_for_the_desk_to_open(placed: Receipt, room: Rooms, books: Books) -> None:
    handler = room("kent_police")
    handler.asks()
    handler.confirms()
    [alert] = books.all("SELECT is_urgent, details FROM alert WHERE kind = 'look_up.disclosed'")
    assert not alert.is_urgent
    for word in ("Fictitious", "Rowan", INCIDENTS["kent_police"], "cse", "Okoro"):
        assert word not in str(alert.details)


def test_being_one_of_several_who_might_be_meant_is_listed_and_wakes_nobody(
    placed: Receipt, room: Rooms, books: Books
) -> None:
    room("kent_police").asks()
    assert told(books) == []
    [receipt] = room("leeds").reads(receipts.list_receipts, at_most=10)
    assert (receipt.stage, receipt.fields) == ("possible_match", ("initials", "year_of_birth", "home", "town"))


def test_a_council_that_looks_at_its_own_child_sends_itself_nothing(placed: Receipt, room: Rooms, books: Books) -> None:
    own = room("leeds")
    own.asks()
    own.confirms()
    assert told(books) == []
    assert len(own.reads(receipts.list_receipts, at_most=10)) == 2


def test_the_placing_authority_sees_who_looked_and_what_for_but_not_the_incident(placed: Receipt, room: Rooms) -> None:
    handler = room("west_yorkshire_police")
    answer = handler.asks("found_child")
    shown = handler.confirms()
    newest, _ = room("leeds").reads(receipts.who_looked, placed.placement, at_most=10)
    assert (newest.ref, newest.look_up, newest.purpose, newest.stage) == (
        shown.ref, answer.ref, "found_child", "confirmed",
    )  # fmt: skip
    assert newest.organisation["name"] == "West Yorkshire Police"
    assert newest.actor == handler.actor.ref
    assert set(newest.fields) == set(shown.fields)
    assert newest.placement == placed.placement
    assert INCIDENTS["west_yorkshire_police"] not in str(vars(newest))
    assert "Fictitious" not in str(vars(newest))


def test_who_looked_is_told_of_the_child_and_not_of_others(placed: Receipt, desk: SitDown, room: Rooms) -> None:
    other = desk("leeds").registers(
        emergency_start(
            address=CHATHAM,
            child={"family_name": "Clamour", "given_names": "Quentin", "born_on": "2011-01-02"},
        )
    )
    handler = room("kent_police")
    handler.asks()
    handler.confirms()
    lead = room("leeds")
    assert lead.reads(receipts.who_looked, other.placement, at_most=10) == []
    assert len(lead.reads(receipts.who_looked, placed.placement, at_most=10)) == 2


def test_another_council_sees_no_receipt_and_no_such_placement(placed: Receipt, room: Rooms) -> None:
    handler = room("kent_police")
    handler.asks()
    handler.confirms()
    for member in ("kent", "cornwall"):
        assert room(member).reads(receipts.list_receipts, at_most=10) == []
        with pytest.raises(NotFound):
            room(member).reads(receipts.who_looked, placed.placement, at_most=10)


def test_receipts_come_in_pages_newest_first_and_reading_them_is_on_record(
    placed: Receipt, room: Rooms, books: Books
) -> None:
    handler = room("kent_police")
    handler.asks()
    for _ in range(3):
        handler.confirms()
    lead = room("leeds")
    first = lead.reads(receipts.list_receipts, at_most=2)
    second = lead.reads(receipts.list_receipts, at_most=2, after=first[-1].ref)
    refs = [each.ref for each in (*first, *second)]
    assert refs == sorted(refs, reverse=True)
    assert len(refs) == 4
    read = books.all("SELECT id FROM audit_entry WHERE event = 'look_up.receipts_read'")
    assert len(read) == 2
