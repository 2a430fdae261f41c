"""Markers that notices name: who sees them, what a change, a correction, a withdrawal, a move and a merge make of them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.registry import views
from hub.registry.corrections import correct_notice
from hub.registry.receipts import Receipt
from hub.registry.withdrawals import withdraw_notice
from tests.conftest import NOW
from tests.registry.conftest import Books, Desk
from tests.registry.marking import ALONE, CSE, GANGS, Shown, shown_of
from tests.registry.papers import CHATHAM, LATER, admission, change_of, paper, read, start
from tests.registry.two_senders import council_notice, home_notice, named

SitDown = Callable[[str], Desk]


@pytest.fixture
def shown(database: Database, cast: Cast, books: Books) -> Shown:
    return shown_of(database, cast, books)


@pytest.fixture
def placed(desk: SitDown) -> Receipt:
    return desk("leeds").registers(start(markers=[CSE, GANGS, ALONE]))


def codes(markers: list[Any]) -> list[str]:
    return [each.code for each in markers]


def acts(books: Books, placement: str) -> list[tuple[str, str, int]]:
    rows = books.all(
        "SELECT act, marker.state, marker.version FROM marker JOIN placement ON placement.id = placement_id "
        "WHERE placement.ref = :r ORDER BY marker.id",
        r=placement,
    )
    return [(row.act, row.state, row.version) for row in rows]


# --- who sees what ----------------------------------------------------------------------------------------------------


def test_each_party_is_shown_what_its_audience_allows_and_the_author_all(shown: Shown, placed: Receipt) -> None:
    assert codes(shown("leeds", placed.placement)) == ["cse", "gangs", "mental_health"]
    assert codes(shown("kent", placed.placement)) == ["cse"]
    assert codes(shown("kent_police", placed.placement)) == ["cse", "gangs"]
    assert shown("willow_house", placed.placement) == []


def test_a_marker_says_what_who_whence_and_when_it_is_looked_at_again(shown: Shown, placed: Receipt) -> None:
    (cse,) = shown("kent", placed.placement)
    assert (cse.detail, cse.author, cse.source) == (CSE["detail"], CSE["author"], CSE["source"])
    assert (cse.noted_on, cse.review_on, cse.is_due_for_review) == (date(2026, 10, 1), date(2027, 1, 10), False)
    assert cse.organisation["name"] == "Leeds City Council"


def test_where_nobody_said_when_it_is_looked_at_again_the_policy_does(shown: Shown, placed: Receipt) -> None:
    gangs = shown("kent_police", placed.placement)[1]
    assert gangs.review_on == date(2026, 11, 1) + timedelta(days=180)
    alone = shown("leeds", placed.placement)[2]
    assert alone.review_on == NOW.date() + timedelta(days=180)


@pytest.mark.parametrize(("days", "is_due"), [(52, False), (53, True), (54, True)])
def test_a_marker_is_due_for_review_from_its_day_on(shown: Shown, placed: Receipt, days: int, is_due: bool) -> None:
    (cse,) = shown("kent", placed.placement, NOW + timedelta(days=days))
    assert cse.is_due_for_review is is_due


def test_where_nobody_said_who_may_see_it_both_councils_and_the_force_do(desk: SitDown, shown: Shown) -> None:
    told = desk("willow_house").registers(admission(markers=[{"marker": "cce"}]))
    for member in ("leeds", "kent", "willow_house"):
        assert codes(shown(member, told.placement)) == ["cce"]


def test_a_notice_without_markers_writes_none(desk: SitDown, books: Books) -> None:
    told = desk("leeds").registers(start())
    assert acts(books, told.placement) == []


def test_the_placement_as_each_party_reads_it_has_its_markers(desk: SitDown, placed: Receipt) -> None:
    for member, expected in (("leeds", ["cse", "gangs", "mental_health"]), ("kent", ["cse"])):
        with desk(member).reads() as session:
            seen = views.read_placement(session, desk(member).actor, placed.placement, now=NOW)
        assert [each["marker"] for each in seen.details.get("markers", [])] == expected


def test_nothing_of_a_marker_stands_readable_in_the_database(books: Books, placed: Receipt) -> None:
    held = str(books.all("SELECT * FROM marker"))
    assert "Invented" not in held
    assert "'cse'" not in held


# --- told again ---------------------------------------------------------------------------------------------------------


def test_a_change_that_speaks_of_no_marker_leaves_them(desk: SitDown, books: Books, placed: Receipt) -> None:
    desk("leeds").registers(change_of(placed, changes="Invented: another school."), now=LATER)
    assert acts(books, placed.placement) == [("added", "current", 1)] * 3


def test_a_change_replaces_what_the_same_councils_notices_said(
    desk: SitDown, books: Books, shown: Shown, placed: Receipt
) -> None:
    worse = {**CSE, "detail": "Invented: it happened again."}
    desk("leeds").registers(change_of(placed, markers=[worse, GANGS, {"marker": "cce"}]), now=LATER)
    assert codes(shown("leeds", placed.placement)) == ["gangs", "cse", "cce"]
    assert shown("kent", placed.placement)[0].detail == "Invented: it happened again."
    assert acts(books, placed.placement) == [
        ("added", "superseded", 1),
        ("added", "current", 1),
        ("added", "superseded", 1),
        ("changed", "current", 2),
        ("added", "current", 1),
        ("ended", "ended", 2),
    ]


def test_a_correction_takes_back_what_it_leaves_out_and_brings_back_what_it_names_again(
    desk: SitDown, shown: Shown, placed: Receipt
) -> None:
    corrected = desk("leeds").does_in_area(correct_notice, placed.notice, read(start(markers=[GANGS])), now=LATER)
    assert codes(shown("leeds", placed.placement)) == ["gangs"]
    desk("leeds").does_in_area(correct_notice, corrected.notice, read(start(markers=[GANGS, CSE])), now=LATER)
    assert codes(shown("leeds", placed.placement)) == ["gangs", "cse"]


def test_a_corrected_start_does_not_undo_what_a_later_change_said(desk: SitDown, shown: Shown, placed: Receipt) -> None:
    desk("leeds").registers(change_of(placed, markers=[{"marker": "cce"}]), now=LATER)
    again = read(start(markers=[CSE, GANGS], carer={"name": "C. Invented"}))
    desk("leeds").does_in_area(correct_notice, placed.notice, again, now=LATER + timedelta(hours=1))
    assert codes(shown("leeds", placed.placement)) == ["cce"]


def test_a_withdrawn_change_gives_back_what_stood_before_it(desk: SitDown, shown: Shown, placed: Receipt) -> None:
    changed = desk("leeds").registers(change_of(placed, markers=[{"marker": "cce"}]), now=LATER)
    desk("leeds").does_in_area(withdraw_notice, changed.notice, reason="Invented.", now=LATER + timedelta(hours=1))
    assert codes(shown("leeds", placed.placement)) == ["cse", "gangs", "mental_health"]


def test_a_withdrawn_start_takes_its_markers_with_it(desk: SitDown, shown: Shown, placed: Receipt) -> None:
    desk("leeds").does_in_area(withdraw_notice, placed.notice, reason="Invented.", now=LATER)
    assert shown("leeds", placed.placement) == []


def test_the_home_adds_to_what_the_council_said_and_neither_replaces_the_other(desk: SitDown, shown: Shown) -> None:
    home = desk("willow_house").registers(home_notice(markers=[{"marker": "substance_misuse"}]))
    council = desk("leeds").registers(council_notice(markers=[CSE]), now=LATER)
    assert home.placement == council.placement
    assert [(each.code, each.organisation["name"]) for each in shown("kent", home.placement)] == [
        ("substance_misuse", "Willow House"),
        ("cse", "Leeds City Council"),
    ]


# --- moves and merges ---------------------------------------------------------------------------------------------------


def moved(desk: SitDown, placed: Receipt, **said: Any) -> Receipt:
    away = paper(start(), "legal_status", kind="placement_move", placement=placed.placement, address=CHATHAM, **said)
    away["starts_at"] = "2026-12-02T10:00:00Z"
    del away["child"]
    return desk("leeds").registers(away, now=LATER)


def test_a_move_carries_the_markers_to_the_next_placement_and_tells_of_them(
    desk: SitDown, shown: Shown, placed: Receipt
) -> None:
    there = moved(desk, placed)
    assert there.placement != placed.placement
    assert codes(shown("leeds", there.placement)) == ["cse", "gangs", "mental_health"]
    assert shown("leeds", there.placement)[0].noted_on == date(2026, 10, 1)
    with desk("leeds").reads() as session:
        told = views.read_notice(session, desk("leeds").actor, there.notice, now=LATER)
    assert [each["marker"] for each in told.content["markers"]] == ["cse", "gangs", "mental_health"]


def test_what_the_home_said_goes_with_the_child_in_the_homes_name(desk: SitDown, shown: Shown) -> None:
    home = desk("willow_house").registers(home_notice(markers=[{"marker": "substance_misuse"}]))
    council = desk("leeds").registers(council_notice(), now=LATER)
    assert home.placement == council.placement
    there = moved(desk, council)
    assert [(each.code, each.organisation["name"]) for each in shown("leeds", there.placement)] == [
        ("substance_misuse", "Willow House")
    ]


def test_a_merge_puts_both_sides_markers_on_the_one_placement_and_its_undoing_parts_them(
    send: Callable[..., Receipt], decide: Callable[..., Any], undo: Callable[..., Any], shown: Shown, desk: SitDown
) -> None:
    home = send("willow_house", home_notice(child=named(given_names="Rowen"), markers=[{"marker": "cce"}]))
    council = send("leeds", council_notice(markers=[CSE]))
    (match,) = council.matches
    decide("kent", match["ref"], True)
    assert sorted(codes(shown("kent", home.placement))) == ["cce", "cse"]
    assert shown("kent", council.placement) == []
    undo("kent", match["ref"])
    assert codes(shown("kent", home.placement)) == ["cce"]
    assert codes(shown("kent", council.placement)) == ["cse"]


def test_a_marker_said_after_the_merge_by_a_correction_goes_back_with_its_notice(
    send: Callable[..., Receipt], decide: Callable[..., Any], undo: Callable[..., Any], shown: Shown, desk: SitDown
) -> None:
    home = send("willow_house", home_notice(child=named(given_names="Rowen")))
    council = send("leeds", council_notice())
    (match,) = council.matches
    decide("kent", match["ref"], True)
    again = read(council_notice(markers=[CSE]))
    desk("leeds").does_in_area(correct_notice, council.notice, again, now=NOW + timedelta(hours=1, minutes=30))
    undo("kent", match["ref"])
    assert shown("kent", home.placement) == []
    assert codes(shown("kent", council.placement)) == ["cse"]


def test_a_notice_taken_off_the_placement_it_was_linked_to_takes_its_markers_along(
    send: Callable[..., Receipt], undo: Callable[..., Any], shown: Shown, books: Books
) -> None:
    home = send("willow_house", home_notice(markers=[{"marker": "cce"}]))
    council = send("leeds", council_notice(markers=[CSE]))
    assert home.placement == council.placement
    (match,) = council.matches
    undo("kent", match["ref"])
    assert codes(shown("kent", home.placement)) == ["cce"]
    rows = books.all("SELECT placement.ref FROM placement WHERE ref != :r ORDER BY id", r=home.placement)
    assert codes(shown("leeds", rows[-1].ref)) == ["cse"]
