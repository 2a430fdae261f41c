"""When two descriptions are one placement of one child: a table of pairs, and what holds for every pair.

All names are made up.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.registry.links.matching import BANDS, Described, score
from hub.registry.links.words import SENTENCES, explain
from hub.registry.names.nicknames import is_one_name

NHS, OTHER_NHS = "9434765919", "9434765870"
ANA = Described(
    family_name="Testwell",
    given_names="Ana",
    born_on=date(2012, 3, 4),
    placing_authority_id=1,
    provider_id=9,
    postcode="ZZ11ZZ",
    starts_on=date(2026, 11, 2),
)


def ana(**changes: Any) -> Described:
    return replace(ANA, **changes)


@pytest.mark.parametrize(
    ("told", "differences", "because"),
    [
        (ana(), (), "two senders wrote the same"),
        (ana(family_name="TESTWELL", given_names="ána"), (), "capitals and accents are nothing"),
        (ana(given_names="Ana Maria"), (), "one sender gave the second name too"),
        (ana(family_name="Testwel"), ("name",), "a letter is missing from the family name"),
        (ana(family_name="Testwell-Sample"), ("name",), "one sender gave both halves of the name"),
        (ana(family_name="Ana", given_names="Testwell"), ("name",), "the names were exchanged"),
        (ana(given_names="Bea", aliases=("Ana",)), ("name",), "she is also known as Ana"),
        (ana(born_on=date(2012, 4, 3)), ("date_of_birth",), "day and month were exchanged"),
        (ana(born_on=date(2011, 3, 4)), ("date_of_birth",), "the year is a slip; name and place are the same"),
        (ana(provider_id=None, starts_on=date(2026, 11, 4)), ("start_date",), "the two days are close"),
        (ana(postcode="ZZ29ZZ"), ("address",), "the same home with its office's postcode, on the same day"),
        (ana(postcode=None, provider_id=None), (), "one sender gave no address, and it began the same day"),
        (ana(placing_authority_id=None), (), "the home does not know the council"),
        (ana(starts_on=None), (), "a notice of the end, from where she lives"),
        (ana(identifiers={"local_id": "1:w7"}), ("identifier",), "the home gave its own number, not the council's"),
    ],
)
def test_certainly_one_placement(told: Described, differences: tuple[str, ...], because: str) -> None:
    scored = score(ana(identifiers={"local_id": "1:c12"}), told)
    assert (scored.verdict, scored.differences) == ("certain", differences), because


@pytest.mark.parametrize(
    ("told", "because"),
    [
        (ana(given_names="Anya"), "sisters may be called Ana and Anya"),
        (ana(given_names="A"), "a letter is not a name"),
        (ana(given_names="Maria Ana"), "only one of the names agrees"),
        (ana(family_name="Otherwise"), "the same given name and date of birth under another family name"),
        (ana(born_on=None), "no date of birth"),
        (ana(born_on=date(2012, 4, 3), postcode="ZZ29ZZ", provider_id=3), "another date and another place"),
        (ana(postcode="ZZ29ZZ", provider_id=3), "the same day at another address: a mistake, or a move on the day"),
        (ana(starts_on=date(2026, 11, 20)), "the same place some weeks later: a mistake, or a second stay"),
        (ana(starts_on=date(2026, 8, 2)), "the same place months apart, both running"),
        (ana(placing_authority_id=2), "another council says she is its own"),
        (ana(sex="male"), "said to be male"),
    ],
)
def test_doubtful_so_a_person_decides(told: Described, because: str) -> None:
    assert score(ana(sex="female"), told).verdict == "doubtful", because


@pytest.mark.parametrize(
    ("told", "because"),
    [
        (ana(given_names="Bruno"), "her twin brother"),
        (ana(born_on=date(2009, 8, 17)), "a namesake of another age"),
        (ana(family_name="Sampleton", given_names="Carla"), "another child in the same home"),
        (
            ana(postcode="ZZ29ZZ", provider_id=3, starts_on=date(2026, 6, 1)),
            "the same child's placement before this one",
        ),
        (ana(family_name="", given_names=""), "no name at all"),
    ],
)
def test_different(told: Described, because: str) -> None:
    assert score(ANA, told).verdict == "different", because


def test_a_child_who_moved_is_the_same_child_in_another_placement() -> None:
    moved = score(ANA, ana(postcode="ZZ29ZZ", provider_id=3, starts_on=date(2026, 6, 1)))
    assert moved.verdict == "different"
    assert moved.is_same_child
    assert not score(ANA, ana(given_names="Anya")).is_same_child


def test_an_equal_identifier_is_decisive_over_a_misspelt_name_and_a_wrong_date() -> None:
    numbered = ana(identifiers={"nhs_number": NHS})
    misspelt = ana(identifiers={"nhs_number": NHS}, given_names="Anna", family_name="Tetswell")
    aged = ana(identifiers={"nhs_number": NHS}, born_on=date(2008, 12, 31))
    assert score(numbered, misspelt).verdict == "certain"
    assert score(numbered, aged).verdict == "certain"
    assert "date_of_birth" in score(numbered, aged).differences


def test_an_equal_identifier_under_another_name_is_a_number_on_the_wrong_form() -> None:
    numbered = ana(identifiers={"nhs_number": NHS})
    assert score(numbered, replace(numbered, given_names="Bruno")).verdict == "doubtful"


def test_different_identifiers_speak_strongly_against() -> None:
    numbered = ana(identifiers={"nhs_number": NHS})
    other = ana(identifiers={"nhs_number": OTHER_NHS})
    assert score(numbered, other).verdict == "doubtful"
    assert "identifier" in score(numbered, other).differences
    assert score(numbered, replace(other, family_name="Otherwise")).verdict == "different"


def test_brothers_who_share_a_first_name_are_not_told_apart_by_it() -> None:
    ali = ana(given_names="Mohammed Ali")
    assert score(ali, ana(given_names="Muhammad")).verdict == "doubtful"
    assert score(ali, ana(given_names="Mohammed Hassan")).verdict == "doubtful"
    assert score(ali, ana(given_names="Muhammad Ali")).verdict == "certain"


def test_a_child_of_an_agency_who_changed_carers_is_not_linked_by_the_agency_alone() -> None:
    elsewhere = ana(postcode="ZZ29ZZ", starts_on=date(2026, 11, 20))
    assert score(ANA, elsewhere).verdict == "different"


@pytest.mark.parametrize(("short", "long"), [("kate", "katherine"), ("muhammad", "mohammed"), ("sam", "samantha")])
def test_known_forms_of_a_name_are_one_name(short: str, long: str) -> None:
    assert is_one_name(short, long)
    assert is_one_name(long, short)


def test_alexander_and_alexandra_may_both_be_alex_and_are_not_one_name() -> None:
    assert is_one_name("alex", "alexander")
    assert is_one_name("alex", "alexandra")
    assert not is_one_name("alexander", "alexandra")


# ── What holds for every pair ─────────────────────────────────────────────────────────────────────────────────────────

GIVEN_NAMES = (
    "Ana|Anna|Anya|Ana Maria|Bea|Bruno|Kate|Katherine|Catherine|Ella|Ellie|Jayden|Hayden|Mohammed|Muhammad Ali|A|"
)
FAMILY_NAMES = "Testwell|Tetswell|Testwell-Sample|Sample|O’Testwell|Otherwise|Ana|"
GIVEN = st.sampled_from(GIVEN_NAMES.split("|"))
FAMILY = st.sampled_from(FAMILY_NAMES.split("|"))
DATES = st.one_of(st.none(), st.dates(date(2008, 1, 1), date(2020, 12, 31)))
MAYBE_ID = st.one_of(st.none(), st.integers(1, 3))
DESCRIBED = st.builds(
    Described,
    family_name=FAMILY,
    given_names=GIVEN,
    aliases=st.lists(st.one_of(GIVEN, st.just("Bea Sample")), max_size=2).map(tuple),
    born_on=DATES,
    sex=st.sampled_from([None, "female", "male", "not_known"]),
    identifiers=st.sampled_from([{}, {"nhs_number": NHS}, {"nhs_number": OTHER_NHS}, {"local_id": "1:c12"}]),
    placing_authority_id=MAYBE_ID,
    provider_id=MAYBE_ID,
    postcode=st.sampled_from([None, "ZZ11ZZ", "ZZ29ZZ"]),
    starts_on=st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 12, 31))),
)


@given(DESCRIBED, DESCRIBED)
def test_it_does_not_matter_which_sender_came_first(a: Described, b: Described) -> None:
    assert score(a, b) == score(b, a)


@given(DESCRIBED, DESCRIBED)
def test_the_score_lies_in_the_band_of_its_verdict_and_every_reason_can_be_explained(
    a: Described, b: Described
) -> None:
    scored = score(a, b)
    low, high = BANDS[scored.verdict]
    assert low <= scored.score <= high
    assert len(explain(scored.reasons)) == len(scored.reasons)


@given(DESCRIBED)
def test_a_full_description_is_certainly_itself(a: Described) -> None:
    full = replace(a, family_name=a.family_name or "Testwell", given_names="Ana", born_on=a.born_on or date(2012, 3, 4))
    placed = replace(full, postcode="ZZ11ZZ")
    scored = score(placed, placed)
    assert (scored.verdict, scored.differences) == ("certain", ())


@given(DESCRIBED, GIVEN, GIVEN)
def test_twins_are_never_certainly_one_child(a: Described, one: str, other: str) -> None:
    """They share family name, date of birth, home, start and council: all but a given name and numbers of their own."""
    born = replace(a, aliases=(), identifiers={}, born_on=date(2012, 3, 4))
    named = [replace(born, given_names=name) for name in (one, other)]
    if not _is_known_form(one, other):
        assert score(*named).verdict != "certain"
    numbered = [replace(twin, identifiers={"nhs_number": n}) for twin, n in zip(named, (NHS, OTHER_NHS), strict=True)]
    assert score(*numbered).verdict != "certain"


def _is_known_form(one: str, other: str) -> bool:
    """Whether everything that both names say agrees, and is more than brothers share."""
    mine, theirs = one.lower().split(), other.lower().split()
    shared = list(zip(mine, theirs, strict=False))
    return bool(shared) and all(is_one_name(a, b) for a, b in shared) and (mine == theirs or shared[0][0] != "mohammed")


@given(DESCRIBED, st.integers(32, 400))
def test_a_stay_elsewhere_more_than_a_month_apart_is_another_stay(a: Described, days: int) -> None:
    here = replace(a, postcode="ZZ11ZZ", provider_id=1, starts_on=date(2026, 1, 5))
    there = replace(here, postcode="ZZ29ZZ", provider_id=2, starts_on=date(2026, 1, 5) + timedelta(days=days))
    assert score(here, there).verdict == "different"


def test_neither_reasons_nor_the_description_itself_show_a_value() -> None:
    scored = score(ANA, ana(given_names="Anya"))
    shown = " ".join((repr(ANA), *scored.reasons, *scored.differences, *explain(scored.reasons)))
    for value in ("Testwell", "Ana", "Anya", "2012", "ZZ1"):
        assert value not in shown


def test_every_sentence_is_a_sentence() -> None:
    assert all(sentence.endswith(".") and sentence[0].isupper() for sentence in SENTENCES.values())
