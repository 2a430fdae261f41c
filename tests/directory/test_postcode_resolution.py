"""What a postcode says: authority, police force, nation, how sure, and why not."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.directory.areas import Areas
from hub.directory.postcodes import read_postcode

SAMPLE = Path(__file__).parent / "real_postcodes.csv"


def real_postcodes() -> list[dict[str, str]]:
    """2,521 real postcodes with their district and police area (NSPL, November 2025), from every authority."""
    with SAMPLE.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def test_every_real_postcode_resolves_to_the_authority_of_its_district(areas: Areas) -> None:
    wrong = []
    for row in real_postcodes():
        found, expected = areas.resolve(row["pcds"]), areas.authority_of_district(row["lad25cd"])
        if expected is None or found.authority != expected or found.postcode != row["pcds"]:
            wrong.append((row["pcds"], row["lad25cd"], found))
    assert wrong == []


def test_every_real_postcode_resolves_to_its_police_area(areas: Areas) -> None:
    forces = {row["pcds"]: areas.resolve(row["pcds"]).police_force for row in real_postcodes()}
    assert [row for row in real_postcodes() if getattr(forces[row["pcds"]], "gss_code", None) != row["pfa23cd"]] == []


def test_every_authority_is_found_by_some_real_postcode(areas: Areas) -> None:
    found = {areas.resolve(row["pcds"]).authority for row in real_postcodes()}
    assert found == set(areas.authorities.values())


@pytest.mark.parametrize(
    ("postcode", "authority", "force", "nation"),
    [
        ("SW1A 2AA", "Westminster", "Metropolitan Police Service", "England"),
        ("EC2V 7HH", "City of London", "City of London Police", "England"),
        ("AL1 4GL", "Hertfordshire", "Hertfordshire Constabulary", "England"),
        ("NPT 1AA", "Newport", "Gwent Police", "Wales"),
        ("CF10 1EP", "Cardiff", "South Wales Police", "Wales"),
    ],
)
def test_a_postcode_names_authority_force_and_nation(
    areas: Areas, postcode: str, authority: str, force: str, nation: str
) -> None:
    found = areas.resolve(postcode)
    assert found.authority is not None
    assert found.police_force is not None
    assert (found.authority.short_name, found.police_force.name, found.nation) == (authority, force, nation)
    assert (found.confidence, found.reason) == ("listed", None), "the packaged directory does not say which are in use"


@pytest.mark.parametrize(
    ("postcode", "nation"),
    [
        ("AB10 1AB", "Scotland"),
        ("BT1 1AA", "Northern Ireland"),
        ("JE2 3AB", "Channel Islands"),
        ("IM1 1AA", "Isle of Man"),
    ],
)
def test_a_place_outside_england_and_wales_has_a_nation_and_no_authority(
    areas: Areas, postcode: str, nation: str
) -> None:
    found = areas.resolve(postcode)
    assert (found.authority, found.police_force, found.nation, found.confidence) == (None, None, nation, "outside")
    assert found.reason is not None
    assert nation in found.reason
    assert "Name the country" in found.reason


@pytest.mark.parametrize(
    ("postcode", "reason"),
    [
        ("ZZ9 9ZZ", "ZZ9 9ZZ is not in the postcode directory (ONSPD November 2025)"),
        ("SW1A 9ZZ", "is not in the postcode directory"),
        ("GIR 0AA", "without saying where it is"),
        ("ZZ9", "No postcode begins ZZ9"),
        ("", "That is not a postcode"),
        ("12 Acacia Avenue", "That is not a postcode"),
        ("SWIA 2AA", "That is not a postcode"),
        ("SW1A 2AAA", "That is not a postcode"),
        ("S\u0130W1A 2AA", "That is not a postcode"),
        ("SW1A\u00002AA", "That is not a postcode"),
        ("\u0663\u0663 1AA", "That is not a postcode"),
    ],
)
def test_what_cannot_be_placed_comes_back_with_a_reason(areas: Areas, postcode: str, reason: str) -> None:
    found = areas.resolve(postcode)
    assert (found.authority, found.police_force, found.nation, found.confidence) == (None, None, None, "none")
    assert found.reason is not None
    assert reason in found.reason
    assert "Acacia" not in found.reason, "what was typed may be an address, and reasons are logged"


@pytest.mark.parametrize(
    "typed",
    ["sw1a2aa", " SW1A 2AA ", "S W 1 A 2 A A", "sw1a\u00a02aa", "SW1A\t2AA", "\uff33\uff37\uff11\uff21\u30002AA"],
)
def test_a_postcode_may_be_typed_carelessly(areas: Areas, typed: str) -> None:
    found = areas.resolve(typed)
    assert found.postcode == "SW1A 2AA"
    assert found.authority is not None


@pytest.mark.parametrize(
    ("partial", "candidates"),
    [
        ("E1", ["City of London", "Hackney", "Tower Hamlets"]),
        ("S1 2", ["Sheffield"]),
        ("BS1", ["Bristol", "North Somerset"]),
        ("AB1", []),
    ],
)
def test_part_of_a_postcode_gives_candidates_and_never_one_of_them(
    areas: Areas, partial: str, candidates: list[str]
) -> None:
    found = areas.resolve(partial)
    assert found.authority is None
    assert found.police_force is None
    assert (found.confidence, [item.short_name for item in found.candidates]) == ("partial", candidates)
    assert found.reason is not None
    assert "only part of a postcode" in found.reason


@pytest.mark.parametrize(
    ("typed", "prefixes"),
    [
        ("AB12", {("AB12", ""), ("AB1", "2")}),
        ("AB1 2", {("AB1", "2")}),
        ("AB12 3C", {("AB12", "3C")}),
        ("AB1 2C", {("AB1", "2C")}),
        ("W1A", {("W1A", "")}),
        ("NPT", {("NPT", "")}),
        ("AB", set()),
        ("2CD", set()),
    ],
)
def test_part_of_a_postcode_is_read_every_way_it_can_be(typed: str, prefixes: set[tuple[str, str]]) -> None:
    reading = read_postcode(typed)
    assert reading.full is None
    assert set(reading.prefixes) == prefixes


@given(st.text(max_size=60))
def test_reading_never_fails_and_reads_its_own_answer_the_same_way(text: str) -> None:
    reading = read_postcode(text)
    assert len(reading.shown) <= 40
    if reading.full:
        assert read_postcode(reading.shown) == reading


def test_without_an_index_the_reason_says_how_to_build_one(tables_only: Areas) -> None:
    found = tables_only.resolve("SW1A 2AA")
    assert found.authority is None
    assert found.reason is not None
    assert "hub directory build-postcodes" in found.reason


def test_a_live_postcode_of_a_directory_that_knows_is_exact(areas_with: Callable[..., Areas]) -> None:
    found = areas_with(("AL1 4GL", "E07000240", "E23000027", "")).resolve("AL1 4GL")
    assert found.authority is not None
    assert (found.authority.short_name, found.confidence, found.reason) == ("Hertfordshire", "exact", None)


@pytest.mark.parametrize(
    ("ended", "said"),
    [("199606", "went out of use in June 1996."), ("2019-12", "in December 2019."), ("yes", "went out of use. Check")],
)
def test_a_terminated_postcode_resolves_and_says_so(areas_with: Callable[..., Areas], ended: str, said: str) -> None:
    found = areas_with(("NPT 1AA", "W06000022", "W15000002", ended)).resolve("NPT1AA")
    assert found.authority is not None
    assert (found.authority.short_name, found.confidence) == ("Newport", "terminated")
    assert found.reason is not None
    assert said in found.reason


def test_a_former_district_leads_to_the_present_authority(areas_with: Callable[..., Areas]) -> None:
    areas = areas_with(
        ("S70 1AA", "E08000016", "E23000011", ""),
        ("LA9 4DL", "E07000031", "E23000002", ""),
        ("BH23 1AA", "E07000048", "E23000039", ""),
    )
    found = [areas.resolve(postcode).authority for postcode in ("S70 1AA", "LA9 4DL", "BH23 1AA")]
    assert [item and item.short_name for item in found] == [
        "Barnsley",
        "Westmorland and Furness",
        "Bournemouth, Christchurch and Poole",
    ]


def test_a_police_area_that_is_not_the_authoritys_asks_for_a_check(areas_with: Callable[..., Areas]) -> None:
    found = areas_with(("AL1 4GL", "E07000240", "E23000001", "")).resolve("AL1 4GL")
    assert found.police_force is not None
    assert found.police_force.name == "Hertfordshire Constabulary"
    assert found.confidence == "check"
    assert found.reason is not None
    assert "E23000001" in found.reason


def test_a_district_newer_than_the_tables_is_named_and_not_guessed(areas_with: Callable[..., Areas]) -> None:
    found = areas_with(("GU1 1AA", "E06000070", "E23000031", "")).resolve("GU1 1AA")
    assert (found.authority, found.confidence) == (None, "none")
    assert found.reason is not None
    assert "district E06000070, which is not in the hub's tables" in found.reason


def test_part_of_a_postcode_across_a_national_border_has_no_nation(areas_with: Callable[..., Areas]) -> None:
    areas = areas_with(("TD15 1AA", "E06000057", "", ""), ("TD15 2AA", "S12000026", "", ""))
    assert areas.resolve("TD15").nation is None
    assert areas.resolve("TD15 2").nation == "Scotland"
