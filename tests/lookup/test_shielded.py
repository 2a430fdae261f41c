"""A child whom the placing authority has shielded: look-ups say only whom to ring."""

from collections.abc import Callable

import pytest

from hub.core.db import Database
from hub.core.errors import NotFound, StateConflict
from hub.lookup import reviews, shields
from hub.registry.receipts import Receipt
from tests.lookup.conftest import AT_NIGHT, LEEDS_AT_NIGHT, SHIELD, Rooms
from tests.registry.conftest import Books, Desk
from tests.registry.papers import admission

SitDown = Callable[[str], Desk]


@pytest.fixture
def shielded(placed: Receipt, room: Rooms) -> Receipt:
    room("leeds").reads(shields.shield, placed.placement, **SHIELD)
    return placed


def test_a_possible_match_is_a_number_to_ring_and_nothing_else(shielded: Receipt, room: Rooms) -> None:
    [match] = room("kent_police").asks().matches
    assert match.is_shielded
    assert set(match.fields) == {"ring"}
    assert match.fields["ring"]["phone"] == LEEDS_AT_NIGHT


@pytest.mark.parametrize("member", ["kent_police", "west_yorkshire_police", "kent", "cornwall", "leeds"])
def test_confirming_the_purpose_shows_no_more_to_anybody(shielded: Receipt, room: Rooms, member: str) -> None:
    asker = room(member)
    asker.asks()
    told = asker.confirms()
    assert set(told.fields) == {"ring"}
    with pytest.raises(StateConflict):
        asker.confirms("risk_detail")


@pytest.mark.parametrize("member", ["kent_police", "west_yorkshire_police", "kent", "cornwall"])
def test_nothing_beside_the_fields_says_where_a_shielded_child_lives(
    shielded: Receipt, room: Rooms, member: str
) -> None:
    """Not what the asker is to the child, and not how alike it is, which a guessed address would raise."""
    asker = room(member)
    asked = asker.asks()
    told = asker.confirms()
    assert told.relation is None
    seen = asker.reads(reviews.read_look_up, asked.ref)
    assert [(each.relation, each.likeness) for each in seen.disclosures] == [(None, None)] * 2
    assert asker.breaks_the_glass().relation is None


def test_what_was_shown_of_a_shielded_child_is_on_record_as_such(shielded: Receipt, room: Rooms, books: Books) -> None:
    handler = room("kent_police")
    handler.asks()
    handler.confirms()
    rows = books.all("SELECT stage, is_shielded, broke_glass FROM disclosure ORDER BY id")
    assert [(row.stage, bool(row.is_shielded), bool(row.broke_glass)) for row in rows] == [
        ("possible_match", True, False),
        ("confirmed", True, False),
    ]


def test_a_shield_that_was_set_after_the_look_up_holds_at_the_confirmation(placed: Receipt, room: Rooms) -> None:
    handler = room("kent_police")
    handler.asks()
    room("leeds").reads(shields.shield, placed.placement, **SHIELD)
    assert set(handler.confirms().fields) == {"ring"}


def test_a_lifted_shield_shields_no_more(shielded: Receipt, room: Rooms) -> None:
    lifted = room("leeds").reads(shields.lift, shielded.placement, **SHIELD)
    assert lifted.lifted_at == AT_NIGHT
    [match] = room("kent_police").asks().matches
    assert "initials" in match.fields
    room("leeds").reads(shields.shield, shielded.placement, **SHIELD)
    assert room("kent_police").asks().matches[0].is_shielded


def test_a_child_known_from_two_senders_stays_shielded(
    shielded: Receipt, desk: SitDown, room: Rooms, books: Books
) -> None:
    """The home's own notice is linked to the council's: one child, whichever row is found."""
    desk("willow_house").registers(admission(address={"lines": ["1 Fictitious Lane"], "postcode": "ME14 1XQ"}))
    matches = room("kent_police").asks().matches
    assert [match.is_shielded for match in matches] == [True]


def test_only_the_placing_authority_shields(placed: Receipt, room: Rooms, books: Books) -> None:
    for member in ("kent", "cornwall"):
        with pytest.raises(NotFound):
            room(member).reads(shields.shield, placed.placement, **SHIELD)
    assert books.count("child_shield") == 0


def test_a_child_is_shielded_once(shielded: Receipt, room: Rooms, books: Books) -> None:
    with pytest.raises(StateConflict):
        room("leeds").reads(shields.shield, shielded.placement, **SHIELD)
    assert books.count("child_shield") == 1
    assert room("leeds").reads(_shield_of, shielded.placement).reason == SHIELD["reason"]


def _shield_of(session: object, actor: object, ref: str, *, now: object) -> object:
    return shields.shield_of(session, actor, ref)  # type: ignore[arg-type]


def test_why_a_child_is_shielded_is_unreadable_in_the_database_and_on_record(
    shielded: Receipt, books: Books, database: Database
) -> None:
    [row] = books.all("SELECT ref, sealed FROM child_shield")
    assert SHIELD["reason"].encode() not in bytes(row.sealed)
    assert database.keys.open(row.ref, bytes(row.sealed))["reason"] == SHIELD["reason"]
    [entry] = books.all("SELECT event, details FROM audit_entry WHERE event = 'child.shielded'")
    assert "relative" not in str(entry.details)
