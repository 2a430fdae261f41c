"""Who is asked to hold an interview, in which order, and why not the others: whatever is wanted and whoever there is."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.duties.calendar import Calendar
from hub.duties.rulebook import Rulebook, load_rulebook
from hub.spotpurchase.matching import BECAUSE, WHY, Matching, Standing, Wanted, price_of, ranked
from hub.spotpurchase.money.pricing import Card
from tests.conftest import CONFIG, NOW

KENT, MEDWAY, LEEDS = "E10000016", "E06000035", "E08000035"
LEEDS_ID, KENT_ID, MEDWAY_ID = 1, 2, 3
NIGHTS = {day: ["20:00", "06:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
DAYS = {day: ["08:00", "18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
CARD = Card(ref="rcd_" + "0" * 26, version=1, basis="fixed", price_pence=18_500)
WANTED = Wanted(KENT, 14, ("en",), None, ("in_person",), None, KENT_ID, LEEDS_ID)
ABLE = Standing(
    organisation_id=10,
    run_by_id=None,
    covers_everywhere=False,
    areas=frozenset({KENT}),
    is_taking=True,
    capacity=3,
    is_independent=True,
    languages=frozenset({"en"}),
    genders=frozenset({"female", "male"}),
    modes=frozenset({"in_person"}),
    ages=(8, 17),
    opening_hours=None,
    card=CARD,
)
"""One that can: each example changes what it is about."""


@pytest.fixture(scope="module")
def calendar(rules: Rulebook) -> Calendar:
    return rules.calendar


@pytest.fixture
def match(calendar: Calendar) -> Callable[..., Matching]:
    return lambda *there, at=NOW, **wanted: ranked(replace(WANTED, **wanted), there, at=at, calendar=calendar)


def costing(pence: int) -> Card:
    return replace(CARD, price_pence=pence)


def asked(found: Matching) -> list[int]:
    return [each.organisation_id for each in found.asked]


# --- the order ---------------------------------------------------------------------------------------------------------


def test_the_hosts_own_team_is_asked_first_however_dear_and_closed_it_is(match: Callable[..., Matching]) -> None:
    own = replace(ABLE, organisation_id=20, run_by_id=KENT_ID, card=costing(90_000), opening_hours=NIGHTS)
    found = match(ABLE, own)
    assert [(each.organisation_id, each.step) for each in found.asked] == [(20, "host_team"), (10, "provider")]
    assert found.asked[0].why[0] == "host_team"


def test_whoever_answers_now_is_asked_before_a_cheaper_one_that_does_not(match: Callable[..., Matching]) -> None:
    closed = replace(ABLE, organisation_id=5, opening_hours=NIGHTS, card=costing(1_000))
    found = match(closed, ABLE)
    assert asked(found) == [10, 5]
    assert "open_now" in found.asked[0].why
    assert "closed_now" in found.asked[1].why


def test_at_night_the_order_turns(match: Callable[..., Matching]) -> None:
    by_day, by_night = replace(ABLE, opening_hours=DAYS), replace(ABLE, organisation_id=11, opening_hours=NIGHTS)
    assert asked(match(by_day, by_night)) == [10, 11]
    assert asked(match(by_day, by_night, at=NOW + timedelta(hours=13))) == [11, 10]


def test_of_two_that_answer_the_cheaper_is_asked_first_then_who_has_more_room(match: Callable[..., Matching]) -> None:
    dear, roomy = replace(ABLE, organisation_id=5, card=costing(20_000)), replace(ABLE, organisation_id=11, capacity=9)
    assert asked(match(dear, ABLE, roomy)) == [11, 10, 5]


def test_prices_are_compared_as_they_would_be_charged_vat_and_least_time_included(
    match: Callable[..., Matching],
) -> None:
    hourly = replace(ABLE, organisation_id=5, card=replace(CARD, basis="hourly", price_pence=9_000, least_minutes=120))
    taxed = replace(ABLE, organisation_id=6, card=replace(costing(15_000), vat_percent=20))
    assert [price_of(each.card) for each in (hourly, taxed) if each.card] == [18_000, 18_000]
    assert asked(match(ABLE, taxed, hourly)) == [5, 6, 10]


# --- who is not asked --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "wanted", "because"),
    [
        ({"run_by_id": LEEDS_ID}, {}, "placing_own_team"),
        ({"areas": frozenset({MEDWAY})}, {}, "area_not_covered"),
        ({"is_taking": False}, {}, "not_taking"),
        ({"capacity": 0}, {}, "no_capacity"),
        ({"is_independent": False}, {}, "not_independent"),
        ({}, {"age": 7}, "age_not_seen"),
        ({}, {"age": 18}, "age_not_seen"),
        ({}, {"languages": ("pl",)}, "language_not_spoken"),
        ({"genders": frozenset({"male"})}, {"gender": "female"}, "gender_not_available"),
        ({}, {"modes": ("video", "phone")}, "mode_not_offered"),
        ({"card": None}, {}, "no_rate_card"),
        ({}, {"price_cap_pence": 18_499}, "over_price_cap"),
    ],
)
def test_each_reason_alone_is_enough_and_is_said(
    match: Callable[..., Matching], changed: dict[str, Any], wanted: dict[str, Any], because: str
) -> None:
    found = match(replace(ABLE, **changed), **wanted)
    assert not found.asked
    assert [each.because for each in found.ruled_out] == [(because,)]


def test_every_reason_is_said_not_only_the_first(match: Callable[..., Matching]) -> None:
    [out] = match(replace(ABLE, is_taking=False, is_independent=False), age=5, modes=("phone",)).ruled_out
    assert out.because == ("not_taking", "not_independent", "age_not_seen", "mode_not_offered")


@pytest.mark.parametrize(
    "wanted",
    [
        {"age": None},
        {"age": 8},
        {"age": 17},
        {"languages": ()},
        {"languages": ("pl", "en")},
        {"gender": "any"},
        {"modes": ()},
        {"price_cap_pence": 18_500},
        {"host_id": None},
    ],
)
def test_what_is_not_asked_for_or_is_just_met_rules_nobody_out(
    match: Callable[..., Matching], wanted: dict[str, Any]
) -> None:
    assert asked(match(ABLE, **wanted)) == [10]


def test_who_covers_everywhere_covers_the_area(match: Callable[..., Matching]) -> None:
    [found] = match(replace(ABLE, areas=frozenset(), covers_everywhere=True)).asked
    assert "covers_everywhere" in found.why


def test_a_host_team_without_a_rate_card_is_asked_for_it_may_charge_nobody(match: Callable[..., Matching]) -> None:
    [found] = match(replace(ABLE, run_by_id=KENT_ID, card=None), price_cap_pence=0).asked
    assert "price_unknown" in found.why


def test_with_nobody_there_nobody_is_asked(match: Callable[..., Matching]) -> None:
    assert match() == Matching((), ())


# --- whatever there is -------------------------------------------------------------------------------------------------

CALENDAR = load_rulebook(CONFIG).calendar
COUNCILS = st.sampled_from((LEEDS_ID, KENT_ID, MEDWAY_ID))
CODES = st.sampled_from((KENT, MEDWAY, LEEDS))
LANGUAGES, GENDERS, MODES = ("en", "pl", "ur"), ("female", "male"), ("in_person", "video", "phone")
CARDS = st.builds(
    Card,
    ref=st.just(CARD.ref),
    version=st.just(1),
    basis=st.sampled_from(("fixed", "hourly")),
    price_pence=st.integers(0, 40_000),
    least_minutes=st.sampled_from((0, 60, 120)),
    vat_percent=st.sampled_from((0, 20)),
)


def some(words: tuple[str, ...], least: int = 0) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(words), min_size=least)


STANDINGS = st.lists(
    st.builds(
        Standing,
        organisation_id=st.integers(100, 110),
        run_by_id=st.none() | COUNCILS,
        covers_everywhere=st.booleans(),
        areas=st.frozensets(CODES),
        is_taking=st.booleans() | st.just(True),
        capacity=st.integers(0, 4),
        is_independent=st.booleans() | st.just(True),
        languages=some(LANGUAGES, 1),
        genders=some(GENDERS, 1),
        modes=some(MODES, 1),
        ages=st.tuples(st.integers(5, 12), st.integers(13, 18)),
        opening_hours=st.sampled_from((None, DAYS, NIGHTS)),
        card=st.none() | CARDS,
    ),
    max_size=10,
    unique_by=lambda each: each.organisation_id,
)
WANTS = st.builds(
    Wanted,
    area_gss=CODES,
    age=st.none() | st.integers(5, 18),
    languages=st.lists(st.sampled_from(LANGUAGES), max_size=2).map(tuple),
    gender=st.sampled_from((None, "any", "female", "male")),
    modes=st.lists(st.sampled_from(MODES), max_size=2).map(tuple),
    price_cap_pence=st.none() | st.integers(0, 40_000),
    host_id=st.none() | COUNCILS,
    placing_id=COUNCILS,
)
TIMES = st.datetimes(datetime(2026, 11, 1), datetime(2027, 3, 1)).map(lambda at: at.replace(tzinfo=NOW.tzinfo))


def able(wanted: Wanted, each: Standing) -> bool:
    """Whether it can hold the interview, said anew and not as the module says it."""
    knows_price = each.card is not None or (wanted.host_id is not None and each.run_by_id == wanted.host_id)
    cap, price = wanted.price_cap_pence, price_of(each.card) if each.card else 0
    return all((
        each.run_by_id != wanted.placing_id,
        each.covers_everywhere or wanted.area_gss in each.areas,
        each.is_taking and each.capacity > 0 and each.is_independent,
        wanted.age is None or each.ages[0] <= wanted.age <= each.ages[1],
        not wanted.languages or set(wanted.languages) & each.languages,
        wanted.gender in (None, "any") or wanted.gender in each.genders,
        not wanted.modes or set(wanted.modes) & each.modes,
        knows_price and (cap is None or price <= cap),
    ))  # fmt: skip


@given(WANTS, STANDINGS, TIMES)
def test_everybody_is_asked_or_ruled_out_once_and_rightly(wanted: Wanted, there: list[Standing], at: datetime) -> None:
    found = ranked(wanted, there, at=at, calendar=CALENDAR)
    out = [each.organisation_id for each in found.ruled_out]
    assert sorted(asked(found) + out) == sorted(each.organisation_id for each in there)
    assert set(asked(found)) == {each.organisation_id for each in there if able(wanted, each)}


@given(WANTS, STANDINGS, TIMES)
def test_every_answer_explains_itself_in_codes_that_have_words(
    wanted: Wanted, there: list[Standing], at: datetime
) -> None:
    found = ranked(wanted, there, at=at, calendar=CALENDAR)
    for out in found.ruled_out:
        assert out.because
        assert set(out.because) <= BECAUSE.keys()
    for each in found.asked:
        assert set(each.why) <= WHY.keys()
        assert {"open_now", "closed_now"} & set(each.why)


@given(WANTS, STANDINGS, TIMES)
def test_the_hosts_own_team_is_first_whenever_it_can(wanted: Wanted, there: list[Standing], at: datetime) -> None:
    found = ranked(wanted, there, at=at, calendar=CALENDAR)
    own = {each.organisation_id for each in there if each.run_by_id == wanted.host_id and able(wanted, each)}
    expected = own if wanted.host_id is not None else set()
    assert set(asked(found)[: len(expected)]) == expected
    assert {each.organisation_id for each in found.asked if each.step == "host_team"} == expected


@given(WANTS, STANDINGS, TIMES)
def test_the_placing_authoritys_own_team_is_never_asked(wanted: Wanted, there: list[Standing], at: datetime) -> None:
    found = ranked(wanted, there, at=at, calendar=CALENDAR)
    own = {each.organisation_id for each in there if each.run_by_id == wanted.placing_id}
    assert own.isdisjoint(asked(found))
    assert own <= {each.organisation_id for each in found.ruled_out if "placing_own_team" in each.because}


@given(WANTS, STANDINGS, TIMES, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_providers_are_listed(
    wanted: Wanted, there: list[Standing], at: datetime, chance: random.Random
) -> None:
    shuffled = chance.sample(there, len(there))
    assert ranked(wanted, shuffled, at=at, calendar=CALENDAR) == ranked(wanted, there, at=at, calendar=CALENDAR)


@given(WANTS, STANDINGS, TIMES)
def test_whoever_is_left_out_leaves_the_order_of_the_others(
    wanted: Wanted, there: list[Standing], at: datetime
) -> None:
    """So that who declined can be passed over, and nobody else is asked sooner or later for it than they would be."""
    whole = asked(ranked(wanted, there, at=at, calendar=CALENDAR))
    for one in there:
        rest = [each for each in there if each is not one]
        left = asked(ranked(wanted, rest, at=at, calendar=CALENDAR))
        assert left == [number for number in whole if number != one.organisation_id]
