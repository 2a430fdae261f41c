"""How like two names, two dates are; what that is worth against chance; and that each reason can be said in words. Pure."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.errors import Invalid
from hub.lookup.likeness import DIFFERS, age_cost, born_cost, family_cost, given_cost, part_cost, word_cost
from hub.lookup.ranking import (
    COSTLIEST,
    DISCLOSURE_THRESHOLD,
    FITS_AT_MOST,
    FLOOR,
    MOST,
    Known,
    KnownPlaces,
    Likeness,
    Question,
    chance,
    likeness,
    offered,
    score,
)
from hub.lookup.reasons import SENTENCES, explain
from hub.registry.names.indexes import fold

TODAY = date(2026, 11, 18)
BORN = date(2012, 3, 4)


@pytest.mark.parametrize(
    ("nearer", "farther"),
    [("testwell", "testwel"), ("testwel", "tstwel"), ("tstwel", "sampleton")],
)
def test_a_name_costs_more_the_less_like_it_is(nearer: str, farther: str) -> None:
    assert word_cost(nearer, "testwell", "family")[0] < word_cost(farther, "testwell", "family")[0]


def test_a_short_form_costs_less_than_a_slip_and_a_slip_less_than_another_name() -> None:
    short, slip, other = (word_cost(each, "catherine", "given") for each in ("kate", "cathrine", "zebedee"))
    assert (short[1], slip[1], other) == ("given_short", "given_spelling", (DIFFERS, "given_differs"))
    assert word_cost("cathernie", "catherine", "given")[0] < DIFFERS


@pytest.mark.parametrize(
    ("asked", "known"), [("li", "lo"), ("ana", "eva"), ("amy", "eve"), ("tresmorworth", "skerwoodfield")]
)
def test_names_that_share_little_are_different_short_ones_and_long_ones(asked: str, known: str) -> None:
    assert word_cost(asked, known, "family") == (DIFFERS, "family_differs")


def test_of_a_double_name_either_half_is_enough() -> None:
    whole, half = fold("Sample-Testwell"), fold("Testwell")
    assert family_cost(half, whole)[1] == "family_half" == family_cost(whole, half)[1]
    assert family_cost(half, whole)[0] < family_cost(fold("Testwel"), whole)[0] < DIFFERS


def test_a_second_given_name_that_was_not_told_costs_next_to_nothing() -> None:
    assert given_cost(("ana",), ("ana", "maria"))[0] < 1
    assert given_cost(("maria",), ("ana", "maria"))[1] == "given_part"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (BORN, "born_same"), (date(2012, 4, 3), "born_swapped"), (date(2012, 3, 5), "born_near"), (date(2011, 3, 4), "born_near"),
        (date(2012, 7, 4), "born_part"), (date(2013, 4, 3), "born_swapped"), (date(2016, 8, 9), "born_differs"),
    ],
)  # fmt: skip
def test_dates_are_compared_as_people_get_them_wrong(asked: date, code: str) -> None:
    assert born_cost(asked, BORN)[1] == code


def test_an_age_may_be_one_off_and_hardly_more() -> None:
    costs = [age_cost(asked, BORN, TODAY)[0] for asked in (14, 13, 12, 9)]
    assert costs == sorted(costs)
    assert costs[0] == 0
    assert costs[-1] == DIFFERS


def test_a_part_of_a_date_agrees_or_is_one_off() -> None:
    assert part_cost(2012, 3, BORN)[0] == part_cost(2012, None, BORN)[0] == 0
    assert part_cost(2013, None, BORN)[1] == "born_near"
    assert part_cost(2016, None, BORN)[1] == "born_differs"


def test_a_rare_name_outweighs_a_wrong_date_and_a_common_one_does_not() -> None:
    asked = Question(family=("testwell",), given=("ana",), born_on=BORN)
    cost = born_cost(date(2013, 3, 4), BORN)[0]
    assert score(cost, chance(asked, 0.5)) > DISCLOSURE_THRESHOLD > score(cost, chance(asked, 50))


def test_the_right_age_never_makes_a_namesake_the_one_who_is_meant() -> None:
    by_age = Question(family=("testwell",), given=("ana",), age=14)
    assert FLOOR < score(0, chance(by_age, 1)) < DISCLOSURE_THRESHOLD
    placed = Question(family=("testwell",), given=("ana",), age=14, postcode="ME141XQ")
    assert score(0, chance(placed, 1)) > DISCLOSURE_THRESHOLD


def test_a_place_that_agrees_makes_up_for_a_name_and_one_that_does_not_costs() -> None:
    asked = Question(given=("ana",), age=14, postcode="ME141XQ")
    known = Known([(("testwell",), ("ana",))], BORN)
    bare = likeness(asked.without_place(), known, today=TODAY)
    there = bare.with_place(asked, KnownPlaces(postcodes=frozenset({"ME141XQ"})))
    elsewhere = bare.with_place(asked, KnownPlaces(postcodes=frozenset({"BD11HY"})))
    assert there.cost == bare.cost < elsewhere.cost
    assert there.is_anchored
    assert not elsewhere.is_anchored


def test_at_most_five_are_offered_the_likeliest_first_and_none_who_is_too_unlike() -> None:
    asked = Question(family=("testwell",), given=("ana",))
    found = {number: Likeness(float(number), ()) for number in range(12)} | {99: Likeness(COSTLIEST + 1, ())}
    assert [number for number, _ in offered(asked, found)] == list(range(MOST))
    assert offered(asked, {99: found[99]}) == []


def test_more_than_twenty_equals_are_refused() -> None:
    asked = Question(family=("testwell",), given=("ana",))
    equals = {number: Likeness(3.0, ()) for number in range(FITS_AT_MOST + 1)}
    with pytest.raises(Invalid, match="Add what else you know"):
        offered(asked, equals)


words = st.text(max_size=20)


@given(words, words, words, words, st.dates(date(2001, 1, 1), TODAY), st.none() | st.dates(date(2001, 1, 1), TODAY))
def test_whatever_is_compared_costs_something_finite_and_has_reasons_in_words(
    family: str, given_names: str, other_family: str, other_given: str, asked_on: date, born_on: date | None
) -> None:
    asked = Question(family=fold(family), given=fold(given_names), born_on=asked_on)
    known = Known([(fold(other_family), fold(other_given))], born_on)
    found = likeness(asked, known, today=TODAY)
    assert 0 <= found.cost <= 3 * DIFFERS + 20
    assert len(explain(found.why)) == len(found.why)
    assert likeness(asked, Known([(asked.family, asked.given)], asked_on), today=TODAY).cost == 0


def test_no_reason_holds_a_value() -> None:
    assert all(code.replace("_", "").isalpha() for code in SENTENCES)
