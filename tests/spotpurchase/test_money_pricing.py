"""What an interview costs by a rate card: whole pence, rounded as is stated once, and never more than was agreed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.duties.rulebook import Rulebook
from hub.spotpurchase.money.pricing import (
    Card,
    Line,
    abortive,
    cancelled,
    capped,
    held,
    in_pounds,
    is_out_of_hours,
    quoted,
)

FIXED = Card(ref="rcd_1", version=1, basis="fixed", price_pence=18_500)
HOURLY = Card(ref="rcd_2", version=1, basis="hourly", price_pence=5_200, least_minutes=120, travel_pence_per_mile=45)
STARTS = datetime(2026, 11, 20, 16, tzinfo=UTC)
OFFICE = {day: ["09:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


@pytest.mark.parametrize(
    ("card", "minutes", "miles", "pence", "because"),
    [
        (FIXED, 20, 0, 18_500, "a fixed price is the price, however short"),
        (FIXED, 300, 0, 18_500, "and however long"),
        (HOURLY, 45, 0, 10_400, "the least is two hours"),
        (HOURLY, 120, 0, 10_400, "two hours are two hours"),
        (HOURLY, 121, 0, 11_700, "a quarter that was begun counts"),
        (HOURLY, 120, 31, 11_795, "31 miles at 45p"),
        (replace(HOURLY, price_pence=5_201, least_minutes=0), 15, 0, 1_300, "a quarter of £52.01 is 1300.25 pence"),
        (replace(HOURLY, price_pence=5_202, least_minutes=0), 15, 0, 1_301, "half a penny goes up"),
        (replace(FIXED, vat_percent=20), 60, 0, 22_200, "VAT is on top"),
        (replace(FIXED, price_pence=3, vat_percent=20), 60, 0, 4, "0.6 pence of VAT is a penny"),
        (replace(FIXED, price_pence=2, vat_percent=20), 60, 0, 2, "0.4 pence of VAT is nothing"),
    ],
)
def test_an_interview_costs_what_the_card_says(card: Card, minutes: int, miles: int, pence: int, because: str) -> None:
    assert held(card, minutes=minutes, miles=miles).total_pence == pence, because
    assert quoted(card, minutes=minutes, miles=miles).total_pence == pence, "a quote is what it would cost"


def test_each_line_has_its_own_vat_and_the_total_is_not_rounded_again() -> None:
    card = replace(FIXED, price_pence=3, out_of_hours_percent=100, travel_pence_per_mile=3, vat_percent=20)
    lines = held(card, minutes=60, miles=1, is_out_of_hours=True).lines
    assert lines == (Line("interview", 3, 1), Line("out_of_hours", 3, 1), Line("travel", 3, 1))


def test_a_visit_in_vain_costs_its_share_of_the_price_and_the_travel() -> None:
    card = replace(FIXED, abortive_percent=60, travel_pence_per_mile=45)
    assert abortive(card, 10).lines == (Line("abortive", 11_100, 0), Line("travel", 450, 0))
    assert abortive(HOURLY).total_pence == 10_400, "of an hourly card: the least"
    assert abortive(replace(HOURLY, least_minutes=0)).total_pence == 5_200, "or an hour, where it names none"


@pytest.mark.parametrize(("hours_before", "pence"), [(24, 0), (25, 0), (23, 9_250), (0, 9_250), (-1, 9_250)])
def test_what_is_cancelled_early_enough_costs_nothing(hours_before: int, pence: int) -> None:
    said = cancelled(FIXED, starts_at=STARTS, cancelled_at=STARTS - timedelta(hours=hours_before))
    assert said.total_pence == pence


@pytest.mark.parametrize(
    ("at", "is_out"),
    [
        (datetime(2026, 11, 20, 16, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 20, 17, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 21, 12, 0, tzinfo=UTC), True),
        (datetime(2026, 12, 25, 12, 0, tzinfo=UTC), True),
    ],
)
def test_out_of_hours_is_outside_the_hours_that_were_agreed(at: datetime, is_out: bool, rules: Rulebook) -> None:
    assert is_out_of_hours(replace(FIXED, opening_hours=OFFICE), at, calendar=rules.calendar) is is_out
    assert not is_out_of_hours(FIXED, at, calendar=rules.calendar), "who names no hours has no uplift"


def test_the_terms_hold_the_card_as_it_was() -> None:
    card = replace(HOURLY, opening_hours=OFFICE)
    assert Card.of_terms(card.as_terms()) == card


@pytest.mark.parametrize(
    ("pence", "words"), [(0, "£0.00"), (5, "£0.05"), (123_450, "£1,234.50"), (-5, "−£0.05"), (-18_500, "−£185.00")]
)
def test_pence_are_shown_as_pounds(pence: int, words: str) -> None:
    assert in_pounds(pence) == words


CARDS = st.builds(
    Card,
    ref=st.just("rcd_1"),
    version=st.just(1),
    basis=st.sampled_from(["fixed", "hourly"]),
    price_pence=st.integers(0, 60_000),
    least_minutes=st.integers(0, 240),
    travel_pence_per_mile=st.integers(0, 99),
    out_of_hours_percent=st.integers(0, 150),
    abortive_percent=st.integers(0, 100),
    late_cancel_percent=st.integers(0, 100),
    vat_percent=st.integers(0, 25),
)


@given(card=CARDS, minutes=st.integers(0, 600), miles=st.integers(0, 900), is_out=st.booleans())
def test_no_line_is_further_than_half_a_penny_from_what_exact_numbers_say(
    card: Card, minutes: int, miles: int, is_out: bool
) -> None:
    quarters = -(-max(minutes, card.least_minutes) // 15)
    exact = Fraction(card.price_pence) * (1 if card.basis == "fixed" else Fraction(quarters, 4))
    half = Fraction(1, 2)
    for line in held(card, minutes=minutes, miles=miles, is_out_of_hours=is_out).lines:
        assert -half < line.vat_pence - Fraction(line.net_pence * card.vat_percent, 100) <= half
        if line.kind == "interview":
            assert -half < line.net_pence - exact <= half
        if line.kind == "travel":
            assert line.net_pence == miles * card.travel_pence_per_mile


@given(card=CARDS, minutes=st.integers(0, 600), miles=st.integers(0, 900), most=st.integers(0, 200_000))
def test_nothing_is_charged_beyond_what_was_agreed_and_nothing_that_fits_is_cut(
    card: Card, minutes: int, miles: int, most: int
) -> None:
    full = held(card, minutes=minutes, miles=miles, is_out_of_hours=True)
    cut = capped(card, full, most)
    assert cut.total_pence <= most
    assert cut.total_pence >= min(most, full.total_pence) - 2 * len(full.lines), "no more is lost than VAT's rounding"
    if full.total_pence <= most:
        assert cut == full
    for line in cut.lines:
        assert abs(line.vat_pence - Fraction(line.net_pence * card.vat_percent, 100)) <= Fraction(1, 2)
