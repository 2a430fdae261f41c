"""By what a child can be found, and that nothing of it can be read."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.secrets import KeyRing, MasterKey
from hub.registry.names.indexes import (
    MOST_ROWS,
    date_rows,
    days_of,
    exchanged,
    fold,
    identifiers_of,
    index_rows,
    near_rows,
    pair_rows,
    pair_values,
    read_date,
    search_rows,
    sound,
    variant_rows,
    variants,
)
from hub.registry.names.spelling import spelling

KEYS = KeyRing([MasterKey("testkey1", b"k" * 32)])
OTHER_KEYS = KeyRing([MasterKey("testkey2", b"j" * 32)])
CHILD = {"family_name": "Testwell", "given_names": "Ana", "born_on": "2012-03-04", "identifiers": {"local_id": "C 12"}}


def told_as(**changes: Any) -> dict[str, Any]:
    return {**CHILD, **changes}


def is_found(asked: Mapping[str, Any], kept: Mapping[str, Any], council: int | None = 1) -> bool:
    """Whether a search for *asked* comes upon the child kept as *kept*."""
    wanted = search_rows(KEYS, asked, placing_authority_id=council)
    return not set(wanted).isdisjoint(index_rows(KEYS, kept, placing_authority_id=council))


@pytest.mark.parametrize(
    ("asked", "because"),
    [
        (told_as(family_name="Tesstwell"), "misspelt, but the date of birth is right"),
        (told_as(born_on="2012-04-03"), "day and month were exchanged"),
        (told_as(born_on="2011-03-04", identifiers={}), "the year is wrong, but the name is right"),
        (told_as(born_on=None, identifiers={}, family_name="Ana", given_names="Testwell"), "the names were exchanged"),
        (told_as(born_on=None, identifiers={}, given_names="Anna", family_name="Testwel"), "it sounds the same"),
        (told_as(born_on=None, identifiers={}, family_name="Testwell-Smith"), "one half of a double name is known"),
        (told_as(born_on=None, identifiers={}, family_name="Smith", aliases=["Ana Testwell"]), "through an alias"),
        (told_as(born_on=None, family_name="Otherwise", given_names="Bea"), "the council's own number is the same"),
    ],
)
def test_a_known_child_is_found_although_told_of_differently(asked: Mapping[str, Any], because: str) -> None:
    assert is_found(asked, CHILD), because


def test_another_child_is_not_found() -> None:
    other = {"family_name": "Sampleton", "given_names": "Bruno", "born_on": "2010-11-23"}
    assert not is_found(other, CHILD)


def test_a_councils_own_number_means_nothing_in_another_council() -> None:
    only_number = {"identifiers": {"local_id": "C12"}}
    assert is_found(only_number, CHILD, council=1)
    theirs = search_rows(KEYS, only_number, placing_authority_id=2)
    assert set(theirs).isdisjoint(index_rows(KEYS, CHILD, placing_authority_id=1))
    assert search_rows(KEYS, only_number, placing_authority_id=None) == []


def test_an_ordinary_child_costs_few_rows() -> None:
    assert len(index_rows(KEYS, CHILD, placing_authority_id=1)) == 5


def test_rows_are_blind_and_mean_nothing_without_the_key() -> None:
    mine, theirs = (
        index_rows(KEYS, CHILD, placing_authority_id=1),
        index_rows(OTHER_KEYS, CHILD, placing_authority_id=1),
    )
    assert all(len(value) == 16 for _, value in mine)
    assert {value for _, value in mine}.isdisjoint({value for _, value in theirs})


names = st.text(max_size=40)


@given(
    family=names,
    given_names=names,
    aliases=st.lists(names, max_size=10),
    born_on=st.one_of(st.none(), st.dates()),
    local_id=names,
)
def test_whatever_is_written_rows_are_few_each_once_and_the_same_each_time(
    family: str, given_names: str, aliases: list[str], born_on: date | None, local_id: str
) -> None:
    child = {
        "family_name": family,
        "given_names": given_names,
        "aliases": aliases,
        "born_on": born_on.isoformat() if born_on else None,
        "identifiers": {"local_id": local_id},
    }
    rows = index_rows(KEYS, child, placing_authority_id=1)
    assert len(rows) == len(set(rows)) <= MOST_ROWS
    assert rows == index_rows(KEYS, child, placing_authority_id=1)
    if rows and born_on:
        assert is_found(child, child)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("O’Testwell", ("otestwell",)),
        ("Müller-Śmith", ("muller", "smith")),
        ("  ANA   María ", ("ana", "maria")),
        ("Straße", ("strasse",)),
        ("Łukasz", ("lukasz",)),
        ("", ()),
    ],
)
def test_names_are_folded_to_plain_words(written: str, words: tuple[str, ...]) -> None:
    assert fold(written) == words


def test_a_name_in_another_script_is_its_own_sound() -> None:
    assert sound("آنا") == "آنا"
    assert sound("catherine") == sound("katherine")


@pytest.mark.parametrize("number", ["0000000000", "9999999999", "1234567890", "", None])
def test_a_made_up_nhs_number_identifies_nobody(number: str | None) -> None:
    assert identifiers_of({"identifiers": {"nhs_number": number}}) == {}


def test_identifiers_are_the_same_however_they_are_spaced() -> None:
    spaced = {"identifiers": {"nhs_number": "943 476 5919", "upn": "b801200005001", "local_id": "c-12"}}
    plain = {"identifiers": {"nhs_number": "9434765919", "upn": "B801200005001", "local_id": "C12"}}
    assert identifiers_of(spaced, 7) == identifiers_of(plain, 7)
    assert set(identifiers_of(plain, 7)) == {"nhs_number", "upn", "local_id"}


def test_only_a_date_that_can_be_exchanged_is() -> None:
    assert exchanged(date(2012, 3, 4)) == date(2012, 4, 3)
    assert exchanged(date(2012, 3, 14)) is None
    assert exchanged(date(2012, 3, 3)) is None


def test_what_is_no_date_is_no_date() -> None:
    assert read_date("2012-02-30") is None
    assert read_date(date(2012, 2, 29)) == date(2012, 2, 29)


# ── Misspelt names, parts of dates ────────────────────────────────────────────────────────────────────────────────────

letters = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=12)


def slipped(word: str, place: int, letter: str, how: str) -> str:
    """*word* with one slip of the pen at *place*."""
    place %= len(word)
    if how == "exchanged":
        place = min(place, len(word) - 2)
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    put = {"dropped": "", "changed": letter, "added": letter + word[place]}[how]
    return word[:place] + put + word[place + 1 :]


@given(
    letters,
    st.integers(0, 20),
    st.sampled_from("aeiostrn"),
    st.sampled_from(["dropped", "changed", "added", "exchanged"]),
)
def test_a_name_with_one_slip_meets_the_name(word: str, place: int, letter: str, how: str) -> None:
    asked = near_rows(KEYS, "family", slipped(word, place, letter, how))
    kept = {variant for _, variant, _ in variant_rows(KEYS, "family", word)}
    assert not kept.isdisjoint(asked)


def test_a_different_name_is_not_met() -> None:
    kept = {variant for _, variant, _ in variant_rows(KEYS, "family", "testwell")}
    assert kept.isdisjoint(near_rows(KEYS, "family", "sampleton"))
    assert kept.isdisjoint(near_rows(KEYS, "given", "testwell")), "a given name is no family name"


def test_a_name_has_one_variant_a_letter_a_longer_one_one_for_each_two_and_a_short_one_none_but_itself() -> None:
    assert len(variants("testwe")) == 7
    assert len(variants("testwel")) == 1 + 7 + 21
    assert len(variants("li")) == 1
    assert len(variants("x" * 400)) == 1
    assert len(variant_rows(KEYS, "family", "testwe")) == 7 + 1, "and how it may be spelt in another alphabet"


@pytest.mark.parametrize("asked", ["teestwill", "tstwel", "etstwlel", "tastwall"])
def test_two_slips_in_a_longer_name_meet_the_name(asked: str) -> None:
    kept = {variant for _, variant, _ in variant_rows(KEYS, "family", "testwell")}
    assert not kept.isdisjoint(near_rows(KEYS, "family", asked))


@pytest.mark.parametrize(
    "spellings",
    ["chowdhury choudhury chaudhry chowdhry", "hussain hossein husayn", "shevchenko szewczenko", "kuznetsov kuznecov",
     "yousef yusuf jusuf", "qureshi kureshi", "sheikh shaikh sheik", "rahman rehman", "siddiqui sidiki"],
)  # fmt: skip
def test_spellings_of_a_name_from_another_alphabet_meet(spellings: str) -> None:
    assert len({spelling(word) for word in spellings.split()}) == 1


def test_a_name_of_one_consonant_is_its_own_spelling() -> None:
    assert spelling("li") == "li"
    assert spelling("آنا") == "آنا"


def test_a_pair_of_names_is_found_by_the_values_that_a_misspelling_leads_to() -> None:
    kept = {value for _, value in pair_rows(KEYS, told_as(family_name="Testwell-Sample", given_names="Ana Maria"))}
    halves = [("testwell", "ana"), ("sample", "maria"), ("testwellsample", "ana")]
    asked = [(KEYS.blind("family", family), KEYS.blind("given", given)) for family, given in halves]
    assert len(kept) == 6
    assert set(pair_values(KEYS, asked)) < kept


def test_values_under_two_keys_make_no_pair() -> None:
    assert pair_values(KEYS, [(KEYS.blind("family", "testwell"), OTHER_KEYS.blind("given", "ana"))]) == []
    both = KeyRing([*OTHER_KEYS.keys.masters, *KEYS.keys.masters])
    assert pair_values(both, [(KEYS.blind("family", "testwell"), KEYS.blind("given", "ana"))]) == [
        value for _, value in pair_rows(KEYS, CHILD)
    ]


def test_a_month_and_a_year_are_asked_as_their_days() -> None:
    assert len(days_of(2012, 2)) == 29
    assert len(days_of(2011)) == 365
    child = told_as(born_on="2012-02-29")
    assert not set(date_rows(KEYS, days_of(2012, 2))).isdisjoint(index_rows(KEYS, child))
    assert set(date_rows(KEYS, days_of(2012, 3))).isdisjoint(index_rows(KEYS, child))


def test_while_keys_are_rotated_a_child_is_found_under_either() -> None:
    old, new = MasterKey("testkey1", b"k" * 32), MasterKey("testkey2", b"j" * 32)
    asked = set(search_rows(KeyRing([new, old]), CHILD, placing_authority_id=1))
    for kept_with in (KeyRing([old]), KeyRing([new])):
        assert not asked.isdisjoint(index_rows(kept_with, CHILD, placing_authority_id=1))
