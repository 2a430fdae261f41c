"""A move is an end and a start in one act: taken back, corrected, told again as one; and a child told to live in two places."""

import pytest

from hub.core.errors import Conflict, Invalid
from hub.registry.corrections import correct_notice
from hub.registry.receipts import receipt_again
from hub.registry.withdrawals import withdraw_notice
from tests.registry.papers import BRADFORD_CENTRE, CHATHAM, EMERGENCY, LATER, NORWICH, read, start

BEGAN, MOVED, MOVED_AGAIN = "2026-11-09T10:00:00Z", "2026-11-12T10:00:00Z", "2026-11-14T10:00:00Z"


def move_of(receipt, address=CHATHAM, at=MOVED, **said):
    """The child of *receipt* moved in an emergency."""
    return {
        "kind": "placement_move",
        "placement": receipt.placement,
        "address": address,
        "setting": "foster_ifa",
        "starts_at": at,
        "emergency": EMERGENCY,
        "end_reason": "breakdown",
        **said,
    }


@pytest.fixture
def began(desk):
    """The receipt of a placement in Kent that began on 9 November."""
    return desk("leeds").registers(start(starts_at=BEGAN))


def test_a_withdrawn_move_leaves_the_child_where_it_was(desk, books, began) -> None:
    moved = desk("leeds").registers(move_of(began))
    assert books.placement(began.placement).state == "ended"
    desk("leeds").does_in_area(withdraw_notice, moved.notice, reason="It did not move.", now=LATER)
    assert books.placement(moved.placement).state == "cancelled"
    before = books.placement(began.placement)
    assert (before.state, before.ends_at) == ("confirmed", None)
    assert "E14L" not in books.codes(began.placement)
    (ended,) = moved.also
    assert ("notice.withdrawn", "Kent County Council") in books.alerts(ended.notice)


def test_an_end_that_was_corrected_by_itself_outlives_the_move(desk, books, began) -> None:
    moved = desk("leeds").registers(move_of(began))
    (ended,) = moved.also
    said = {"kind": "placement_end", "placement": began.placement, "ends_at": "2026-11-11T10:00:00Z"}
    corrected = read({**said, "end_reason": "returned_home"})
    desk("leeds").does_in_area(correct_notice, ended.notice, corrected, now=LATER)
    desk("leeds").does_in_area(withdraw_notice, moved.notice, reason="It went home.", now=LATER)
    assert books.placement(began.placement).state == "ended"


def test_a_corrected_move_corrects_the_end_that_it_is(desk, books, began) -> None:
    moved = desk("leeds").registers(move_of(began))
    earlier = read(move_of(began, at="2026-11-11T10:00:00Z"))
    corrected = desk("leeds").does_in_area(correct_notice, moved.notice, earlier, now=LATER)
    (ended,) = corrected.also
    assert ended.revision == 2
    assert str(books.placement(began.placement).ends_at) == str(books.placement(moved.placement).starts_at)
    with desk("leeds").reads() as session:
        again = receipt_again(
            session,
            desk("leeds").actor,
            corrected.notice,
            rules=desk("leeds").rules,
            areas=desk("leeds").areas,
            now=LATER,
        )
    assert [each.notice for each in again.also] == [ended.notice]


def test_a_correction_that_leaves_the_end_as_it_is_tells_nobody_of_the_end_again(desk, books, began) -> None:
    moved = desk("leeds").registers(move_of(began))
    (ended,) = moved.also
    told = books.alerts(ended.notice)
    worded_anew = read(move_of(began, needs_assessment="Invented: a quieter street."))
    corrected = desk("leeds").does_in_area(correct_notice, moved.notice, worded_anew, now=LATER)
    assert corrected.also == []
    assert books.alerts(ended.notice) == told
    desk("leeds").does_in_area(withdraw_notice, corrected.notice, reason="It did not move.", now=LATER)
    assert books.placement(began.placement).state == "confirmed"


def test_a_correction_does_not_say_that_the_child_left_another_placement(desk, began) -> None:
    other = desk("leeds").registers(start(starts_at=BEGAN, child={**start()["child"], "given_names": "Ash"}))
    moved = desk("leeds").registers(move_of(began))
    with pytest.raises(Invalid):
        desk("leeds").does_in_area(correct_notice, moved.notice, read(move_of(other)), now=LATER)


def test_a_child_who_was_moved_on_does_not_move_from_there_again(desk, books, began) -> None:
    moved = desk("leeds").registers(move_of(began))
    with pytest.raises(Conflict) as refusal:
        desk("leeds").registers(move_of(began, NORWICH, at=MOVED_AGAIN), now=LATER)
    assert moved.placement in refusal.value.sentence
    assert books.placement(moved.placement).state == "confirmed"
    assert str(books.placement(began.placement).ends_at) == str(books.placement(moved.placement).starts_at)


def test_the_same_move_told_again_is_taken(desk, books, began) -> None:
    moved = desk("leeds").registers(move_of(began))
    again = desk("leeds").registers(move_of(began), now=LATER)
    assert again.placement == moved.placement


def test_a_child_moves_three_times_in_a_week(desk, books, began) -> None:
    placements = [began]
    for address, at in ((BRADFORD_CENTRE, MOVED), (CHATHAM, "2026-11-13T10:00:00Z"), (NORWICH, MOVED_AGAIN)):
        placements.append(desk("leeds").registers(move_of(placements[-1], address, at)))
    assert [books.placement(each.placement).state for each in placements] == ["ended"] * 3 + ["confirmed"]
    assert all(not each.warnings for each in placements)


def test_a_second_placement_asks_whether_the_first_has_ended(desk, began) -> None:
    second = desk("leeds").registers(start(address=CHATHAM))
    (asked,) = second.warnings
    assert began.placement in asked
    assert "Kent County Council" in asked
    with desk("leeds").reads() as session:
        shared = {"rules": desk("leeds").rules, "areas": desk("leeds").areas}
        again = receipt_again(session, desk("leeds").actor, second.notice, **shared, now=LATER)
    assert again.warnings == [asked]


def test_a_short_break_leaves_the_childs_own_placement_as_it_is(desk, began) -> None:
    stay = start(address=CHATHAM, legal_status="S20SB", short_break={"days": 3, "days_in_12_months": 30})
    assert desk("leeds").registers(stay).warnings == []
