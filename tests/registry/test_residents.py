"""The children whom a home or agency looks after: who is in the list, who is expected, and whether the council has told."""

from datetime import timedelta
from typing import Any

import pytest

from hub.core.errors import NotFound
from hub.registry.register.residents import Residents, read_residents, told_already
from tests.access.signing_in import recorded
from tests.conftest import NOW
from tests.registry.papers import HOME, KENT, LEEDS, admission, child, paper, start

SORREL = child(family_name="Invented", given_names="Sorrel", born_on="2011-07-01", identifiers={"local_id": "T-9"})


def read(desk: Any, member: str = "willow_house", standing: str = "living", **how: Any) -> Residents:
    with desk(member).reads() as session:
        given = {"at_most": 10, "rules": desk(member).rules, "now": NOW, **how}
        return read_residents(session, desk(member).actor, standing, **given)


def names(page: Residents) -> list[str]:
    return [each.child["given_names"] for each in page.residents]


def discharge(placement: str, **changed: Any) -> dict[str, Any]:
    said = {"kind": "home_discharge", "placement": placement, "ends_at": "2026-11-18T09:30:00Z", "end_reason": "other"}
    return {**said, **changed}


def test_a_child_whose_council_has_not_told_waits_for_its_notice_by_the_law_that_asks_it(desk) -> None:
    receipt = desk("willow_house").registers(admission())
    only = read(desk).residents[0]
    assert (only.ref, only.arrival_notice, only.leaving_notice) == (receipt.placement, receipt.notice, None)
    assert (only.council_notice.state, only.council_notice.is_overdue) == ("reminded", True)
    assert "reg 13" in only.council_notice.source[0]


def test_the_councils_notice_has_come_late_once_its_day_was_over(desk) -> None:
    desk("willow_house").registers(admission())
    desk("leeds").registers(start(**HOME, starts_at="2026-11-18T09:00:00Z"))
    assert read(desk).residents[0].council_notice.state == "late"


def test_a_child_placed_in_the_councils_own_area_is_owed_no_notice(desk) -> None:
    desk("willow_house").registers(admission(placing_authority=KENT))
    assert read(desk).residents[0].council_notice.state == "not_owed"


def test_a_child_of_whom_the_council_told_first_is_expected_until_the_home_tells(desk) -> None:
    receipt = desk("leeds").registers(start(**HOME))
    expected = read(desk, standing="expected").residents[0]
    assert (expected.ref, expected.council_notice.state, expected.arrival_notice) == (receipt.placement, "come", None)
    assert names(read(desk)) == []
    desk("willow_house").registers(admission(placement=receipt.placement, starts_at="2026-11-18T09:00:00Z"))
    assert names(read(desk, standing="expected")) == []
    assert names(read(desk)) == ["Rowan"]


def test_the_expected_stand_in_the_order_in_which_they_come(desk) -> None:
    desk("leeds").registers(start(**HOME, starts_at="2026-12-03T10:00:00Z"))
    desk("leeds").registers(start(**HOME, child=SORREL, starts_at="2026-11-30T10:00:00Z"))
    assert names(read(desk, standing="expected")) == ["Sorrel", "Rowan"]


def test_what_the_council_told_is_what_the_homes_own_notice_begins_with(desk) -> None:
    iro = {"name": "I. Invented", "phone": "01632 960101"}
    receipt = desk("leeds").registers(start(**HOME, iro=iro, ehc_plan={"has": "no"}))
    with desk("willow_house").reads() as session:
        told = told_already(session, desk("willow_house").actor, receipt.placement, now=NOW)
    assert (told["placement"], told["placing_authority"], told["legal_status"]) == (receipt.placement, LEEDS, "S31C")
    assert (told["child"]["given_names"], told["iro"], told["ehc_plan"]) == ("Rowan", iro, {"has": "no"})


def test_nobody_is_told_of_another_homes_placement(desk) -> None:
    receipt = desk("leeds").registers(start(**HOME))
    for member in ("lantern_lodge", "kent"):
        with desk(member).reads() as session, pytest.raises(NotFound):
            told_already(session, desk(member).actor, receipt.placement, now=NOW)
    assert names(read(desk, "lantern_lodge", "expected")) == []


def test_a_child_who_has_left_stands_among_the_ended(desk) -> None:
    receipt = desk("willow_house").registers(admission())
    left = desk("willow_house").registers(discharge(receipt.placement))
    assert names(read(desk)) == []
    ended = read(desk, standing="ended").residents[0]
    assert (ended.leaving_notice, ended.arrival_notice) == (left.notice, receipt.notice)


def test_a_resident_is_found_by_name(desk) -> None:
    desk("willow_house").registers(admission())
    desk("willow_house").registers(admission(child=SORREL))
    assert names(read(desk, name="sorrel inv")) == ["Sorrel"]
    assert names(read(desk, name="Fictitous")) == ["Rowan"]
    assert names(read(desk, name="nobody")) == []


def test_pages_go_on_where_the_one_before_ended_and_each_reading_is_recorded(desk, database) -> None:
    desk("willow_house").registers(admission())
    desk("willow_house").registers(admission(child=SORREL))
    first = read(desk, at_most=1)
    second = read(desk, at_most=1, after=first.after)
    assert (names(first), names(second), second.after) == (["Sorrel"], ["Rowan"], None)
    assert [entry.details["placements"] for entry in recorded(database, "residents.read")] == [
        [first.residents[0].ref],
        [second.residents[0].ref],
    ]


def test_a_system_of_the_home_lists_its_residents(desk, client_for) -> None:
    desk("willow_house").registers(admission())
    listed = client_for("willow_house").get("/api/v1/residents").json["items"]
    assert [(each["child"]["given_names"], each["council_notice"]["state"]) for each in listed] == [
        ("Rowan", "reminded")
    ]
    assert client_for("willow_house").get("/api/v1/residents?standing=ended").json["items"] == []
    assert client_for("leeds").get("/api/v1/residents").status_code == 403


def test_an_agencys_arrival_is_listed_like_a_homes(desk) -> None:
    arrival = paper(
        admission(), "s20_or_s21", "s31", "iro", "ehc_plan",
        kind="fostering_arrival", address={"lines": ["4 Fictitious Loke"], "postcode": "NR1 3JU"},
    )  # fmt: skip
    desk("harbour").registers(arrival, now=NOW + timedelta(minutes=1))
    assert names(read(desk, "harbour")) == ["Rowan"]
