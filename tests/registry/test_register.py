"""The host's register: what narrows it, what finds a child in it, how it is sorted, counted and taken away as a file."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest

from hub.registry.register.queries import RegisterFilter
from hub.registry.register.service import (
    COLUMNS,
    RegisterPage,
    Sought,
    count_register,
    export_register,
    find,
    read_register,
)
from tests.access.signing_in import recorded
from tests.conftest import NOW
from tests.registry.papers import BRADFORD, CHATHAM, LEEDS, MAIDSTONE, SOCIAL_WORKER, admission, child, start

SORREL = child(
    family_name="Invented-Example", given_names="Sorrel", born_on="2011-07-01", identifiers={"local_id": "T-9"}
)
ASH = child(
    family_name="Ó Madeup", given_names="Ash Lee", born_on="2010-12-03", identifiers={}, aliases=["Ashy Pretend"]
)


@pytest.fixture
def keeper(desk) -> Any:
    """Kent's register keeper. Leeds told of Rowan; Willow House alone of Sorrel, whom Bradford placed; Bradford told of Ash."""
    desk("leeds").registers(start())
    desk("willow_house").registers(admission(child=SORREL, placing_authority=BRADFORD))
    desk("bradford").registers(start(child=ASH, starts_at="2026-12-01T10:00:00Z", setting="foster_ifa"))
    return desk("kent")


def read(keeper: Any, wanted: RegisterFilter | None = None, sought: Sought | None = None, **how: Any) -> RegisterPage:
    with keeper.reads() as session:
        given = {"at_most": 10, "now": NOW, **how}
        wanted = wanted or RegisterFilter()
        found = find(session, keeper.actor, wanted, sought, order=given.get("order", "newest"))
        return read_register(session, keeper.actor, wanted, found, **given)


def names(page: RegisterPage) -> list[str]:
    return [entry.child["given_names"].split()[0] for entry in page.entries]


# --- narrowing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("narrowed", "left"),
    [
        ({}, ["Ash", "Sorrel", "Rowan"]),
        ({"provenance": "notified"}, ["Ash", "Rowan"]),
        ({"provenance": "inferred"}, ["Sorrel"]),
        ({"provenance": "discovered"}, []),
        ({"setting": "childrens_home"}, ["Sorrel"]),
        ({"placing_authority": LEEDS}, ["Rowan"]),
        ({"placing_authority": BRADFORD}, ["Ash", "Sorrel"]),
        ({"placing_authority": "E09000001"}, []),
        ({"relation": "distant"}, ["Ash", "Sorrel", "Rowan"]),
        ({"relation": "adjoining"}, []),
        ({"area_confirmed": False}, []),
        ({"since": datetime(2026, 11, 20, tzinfo=UTC)}, ["Ash", "Rowan"]),
        ({"ended": True}, []),
        ({"provenance": "notified", "placing_authority": BRADFORD}, ["Ash"]),
    ],
)
def test_each_filter_narrows(keeper, narrowed: dict[str, Any], left: list[str]) -> None:
    assert names(read(keeper, RegisterFilter(**narrowed))) == left


def test_another_hosts_children_are_never_in_it(keeper, desk) -> None:
    desk("leeds").registers(start(child=child(given_names="Fern"), address=CHATHAM))
    assert "Fern" not in names(read(keeper))
    assert names(read(desk("medway"))) == ["Fern"]


def test_a_councils_own_children_are_not_in_its_register(desk) -> None:
    desk("kent").registers(start(setting="foster_own"))
    assert read(desk("kent")).entries == []


# --- finding ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "found"),
    [
        ({"name": "rowan fictitious"}, ["Rowan"]),
        ({"name": "Fictitious Rowan"}, ["Rowan"]),
        ({"name": "fict"}, ["Rowan"]),
        ({"name": "Fictitous"}, ["Rowan"]),
        ({"name": "Inventedexample"}, ["Sorrel"]),
        ({"name": "example"}, ["Sorrel"]),
        ({"name": "o madeup"}, ["Ash"]),
        ({"name": "PRETEND"}, ["Ash"]),
        ({"name": "Rowan Invented"}, []),
        ({"name": "Fitcitous"}, []),
        ({"name": "---"}, []),
        ({"born_on": datetime(2010, 12, 3, tzinfo=UTC).date()}, ["Ash"]),
        ({"born_on": datetime(2010, 3, 12, tzinfo=UTC).date()}, ["Ash"]),
        ({"born_on": datetime(2010, 12, 4, tzinfo=UTC).date()}, []),
        ({"name": "ash", "born_on": datetime(2012, 3, 14, tzinfo=UTC).date()}, []),
        ({"reference": "t-9"}, ["Sorrel"]),
        ({"reference": "T 10"}, []),
        ({"reference": "?"}, []),
    ],
)
def test_a_child_is_found_by_what_somebody_knows(keeper, known: dict[str, Any], found: list[str]) -> None:
    assert names(read(keeper, sought=Sought(**known))) == found


def test_a_child_is_found_by_the_reference_of_the_placement_or_of_any_notice_about_it(keeper, desk) -> None:
    receipt = desk("leeds").registers(start(child=child(given_names="Fern", born_on="2013-01-09", identifiers={})))
    for said in (receipt.placement, receipt.notice, f" {receipt.notice.upper()} "):
        assert names(read(keeper, sought=Sought(reference=said))) == ["Fern"]
    assert names(read(desk("medway"), sought=Sought(reference=receipt.placement))) == []


def test_an_exact_name_stands_before_one_with_a_slip(keeper, desk) -> None:
    other = child(family_name="Fictitiouz", given_names="Briar", born_on="2012-05-05", identifiers={})
    desk("leeds").registers(start(child=other))
    assert names(read(keeper, sought=Sought(name="fictitious"))) == ["Rowan", "Briar"]


def test_finding_heeds_the_filters(keeper) -> None:
    assert names(read(keeper, RegisterFilter(provenance="inferred"), Sought(name="rowan"))) == []


# --- order and pages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("newest", ["Ash", "Sorrel", "Rowan"]),
        ("starts", ["Ash", "Rowan", "Sorrel"]),
        ("placing_authority", ["Ash", "Sorrel", "Rowan"]),
        ("name", ["Rowan", "Sorrel", "Ash"]),
    ],
)
def test_each_order_goes_on_where_the_page_before_ended(keeper, order: str, expected: list[str]) -> None:
    assert names(read(keeper, order=order)) == expected
    gone_through, after = [], None
    for _ in expected:
        page = read(keeper, order=order, at_most=1, after=after)
        gone_through += names(page)
        after = page.after
    assert (gone_through, after) == (expected, None)


# --- on record --------------------------------------------------------------------------------------------------------


def test_a_reading_is_recorded_with_what_it_showed_and_nothing_else(keeper, database) -> None:
    page = read(keeper, sought=Sought(name="Fictitious"), at_most=1)
    entry = recorded(database, "register.read")[-1]
    assert entry.details == {"placements": [page.entries[0].ref]}
    assert "ictitious" not in repr(entry.details)


def test_the_register_is_counted_by_council_and_by_how_each_child_is_known(keeper) -> None:
    with keeper.reads() as session:
        counted = count_register(session, keeper.actor, RegisterFilter())
    assert [(each.gss_code, each.notified, each.inferred, each.discovered) for each in counted] == [
        (BRADFORD, 1, 1, 0),
        (LEEDS, 1, 0, 0),
    ]


def test_the_file_holds_what_was_wanted_and_its_making_is_on_record(keeper, database) -> None:
    file = io.StringIO(newline="")
    with keeper.reads() as session:
        written = export_register(session, keeper.actor, RegisterFilter(placing_authority=LEEDS), file, now=NOW)
    rows = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert written == len(rows) == 1
    assert tuple(rows[0]) == COLUMNS
    assert (rows[0]["family_name"], rows[0]["postcode"]) == ("Fictitious", MAIDSTONE["postcode"])
    assert rows[0]["social_worker"] == SOCIAL_WORKER["name"]
    entry = recorded(database, "export.made")[-1]
    assert entry.details["placements"] == [rows[0]["placement"]]
    assert (entry.details["what"], entry.details["placing_authority"]) == ("register", LEEDS)


# --- over the API -----------------------------------------------------------------------------------------------------


def test_a_system_asks_with_the_same_filters_and_searches_in_the_body(keeper, client_for) -> None:
    kent = client_for("kent")
    listed = kent.get("/api/v1/register?provenance=inferred&since=2026-11-01&order=name").json
    assert [each["child"]["given_names"] for each in listed["items"]] == ["Sorrel"]
    found = kent.post("/api/v1/register/search?limit=1", json={"name": "Fictitious"}).json
    assert [each["child"]["given_names"] for each in found["items"]] == ["Rowan"]
    counted = kent.get("/api/v1/register/counts").json
    assert counted["items"][1] == {
        "placing_authority": "Leeds City Council", "gss_code": LEEDS, "notified": 1, "inferred": 0, "discovered": 0,
    }  # fmt: skip
    assert kent.get("/api/v1/register?order=height").status_code == 422
