"""A child is reported missing, by anybody who looks after them or for them: each is credited, everybody is told at once."""

from datetime import timedelta

import pytest

from hub.core.actor import SYSTEM
from hub.core.errors import Invalid, NotFound
from hub.notify import obligations
from hub.notify.messages.kinds import CARRY_A_NOTICE
from tests.conftest import NOW
from tests.missing.conftest import DAY, GONE, HOUR, PARTED_CHILD, Watch
from tests.registry.papers import NORWICH

KENT, LEEDS = "Kent County Council", "Leeds City Council"


def test_the_police_report_tells_the_placing_authority_the_host_and_the_home_at_once(
    watch: Watch, placement: str
) -> None:
    told = watch.reports("kent_police", placement)
    assert told.is_new
    assert not told.is_discovered
    names = watch.told(told.episode, "missing.reported")
    assert len(names) == 3
    urgent = watch.books.all("SELECT is_urgent FROM alert WHERE subject_ref = :r", r=told.episode)
    assert all(row.is_urgent for row in urgent)


@pytest.mark.parametrize(
    ("member", "source"),
    [("kent_police", "police"), ("willow_house", "home"), ("leeds", "placing_authority"), ("kent", "host_authority")],
)
def test_each_reporter_is_credited(watch: Watch, placement: str, member: str, source: str) -> None:
    told = watch.reports(member, placement)
    [report] = watch.books.all("SELECT * FROM episode_report")
    assert (report.source, report.ref) == (source, told.report)
    assert told.episode.startswith("mis_")


def test_a_carer_reports_through_the_agency(watch: Watch) -> None:
    placement = watch.placed(setting="foster_ifa", provider={"urn": "SC900003"})
    watch.reports("harbour", placement, reporter="carer")
    [report] = watch.books.all("SELECT source FROM episode_report")
    assert report.source == "carer"


def test_nobody_is_told_of_their_own_report(watch: Watch, placement: str) -> None:
    told = watch.reports("kent", placement)
    assert not {name for name in watch.told(told.episode, "missing.reported") if name.startswith("Kent C")}


def test_a_police_report_through_the_hub_is_the_force_telling_both_councils(watch: Watch, placement: str) -> None:
    told = watch.reports("kent_police", placement, reported_at=NOW - timedelta(minutes=30))
    rows = watch.owed(told.episode, "EMIS")
    assert [(row.state, row.owed_to_role) for row in rows] == [
        ("met", "placing_authority"),
        ("met", "host_authority"),
    ]
    assert all(row.fulfilled_by == told.report for row in rows)


def test_a_police_report_that_reaches_the_hub_late_is_met_late(watch: Watch, placement: str) -> None:
    told = watch.reports("kent_police", placement, reported_at=NOW - timedelta(minutes=90))
    assert {row.state for row in watch.owed(told.episode, "EMIS")} == {"met_late"}


def test_after_the_homes_report_the_force_of_the_place_still_owes_its_word(watch: Watch, placement: str) -> None:
    told = watch.reports("willow_house", placement)
    rows = watch.owed(told.episode, "EMIS")
    assert {row.state for row in rows} == {"open"}
    assert {row.owed_by_id for row in rows} == {watch.desk("kent_police").actor.organisation}


def test_an_absence_without_authorisation_is_not_told_by_the_police(watch: Watch, placement: str) -> None:
    told = watch.reports("willow_house", placement, category="away")
    assert watch.episode(told.episode).category == "away"
    assert watch.owed(told.episode, "EMIS") == []


def test_what_is_said_about_the_child_is_sealed(watch: Watch, placement: str) -> None:
    watch.reports("willow_house", placement, said="Towards the Fictitiousquay.", last_seen={"place": "Inventedbridge"})
    stored = repr(watch.books.all("SELECT * FROM episode_report")) + repr(
        watch.books.all("SELECT * FROM episode_place")
    )
    assert "Fictitiousquay" not in stored
    assert "Inventedbridge" not in stored


def test_a_council_that_has_not_joined_is_told_by_post_and_reached_when_the_post_arrives(watch: Watch) -> None:
    placement = watch.placed(address=NORWICH, provider={"name": "Invented House"})
    told = watch.reports("west_yorkshire_police", placement)
    [to_leeds, to_norfolk] = watch.owed(told.episode, "EMIS")
    assert (to_leeds.state, to_norfolk.state) == ("met", "open")
    assert to_norfolk.fulfilled_at is not None
    with watch.desk("leeds").database.write() as session:
        reached = {"subject_ref": told.episode, "organisation_id": to_norfolk.owed_to_id}
        obligations.reach(session, SYSTEM, **reached, at=NOW + HOUR, now=NOW + HOUR)
    assert {row.state for row in watch.owed(told.episode, "EMIS")} == {"met"}


def test_a_message_about_an_episode_reaches_whoever_has_not_joined() -> None:
    assert {"missing.reported", "missing.discovered", "missing.located", "missing.returned"} <= CARRY_A_NOTICE


# --- who may report whom ------------------------------------------------------------------------------------------------


def test_a_home_reports_only_its_own_residents(watch: Watch) -> None:
    elsewhere = watch.placed(setting="foster_ifa", provider={"urn": "SC900003"})
    with pytest.raises(Invalid, match="no placement of yours"):
        watch.reports("willow_house", elsewhere)
    assert watch.books.count("missing_episode") == 0


def test_a_council_that_has_no_part_reports_nobody(watch: Watch, placement: str) -> None:
    with pytest.raises(Invalid, match="no placement of yours"):
        watch.reports("cornwall", placement)


def test_a_force_reports_anybody(watch: Watch, placement: str) -> None:
    told = watch.reports("west_yorkshire_police", placement)
    parts = watch.books.all("SELECT part, force_id FROM episode_force ORDER BY part")
    assert {row.part for row in parts} == {"placed", "reported", "home"}
    assert len(watch.told(told.episode, "missing.reported")) == 4


def test_only_a_force_describes_a_child_in_place_of_a_placement(watch: Watch) -> None:
    with pytest.raises(Invalid, match="Name the placement"):
        watch.reports("willow_house", child=PARTED_CHILD)


# --- what cannot be -----------------------------------------------------------------------------------------------------


def test_a_child_cannot_be_missing_from_tomorrow(watch: Watch, placement: str) -> None:
    with pytest.raises(Invalid, match="in the future") as refused:
        watch.reports("kent_police", placement, missing_from_at=NOW + HOUR)
    assert list(refused.value.fields) == ["missing_from_at"]


def test_nobody_reports_before_the_child_is_missing(watch: Watch, placement: str) -> None:
    with pytest.raises(Invalid, match="before the child went missing"):
        watch.reports("kent_police", placement, reported_at=GONE - HOUR)


def test_a_child_is_not_missing_from_a_placement_that_had_not_begun(watch: Watch, placement: str) -> None:
    with pytest.raises(Invalid, match="began on 1 September 2026"):
        watch.reports("kent_police", placement, missing_from_at=GONE - 100 * DAY)


def test_a_child_is_not_missing_from_a_placement_that_has_ended(watch: Watch, placement: str) -> None:
    ended = {
        "kind": "placement_end",
        "placement": placement,
        "ends_at": "2026-11-10T10:00:00Z",
        "end_reason": "planned_move",
    }
    watch.desk("leeds").registers(ended)
    with pytest.raises(Invalid, match="ended on 10 November 2026") as refused:
        watch.reports("kent_police", placement)
    assert refused.value.reason == "placement_ended"


def test_an_episode_from_before_the_end_can_still_be_told(watch: Watch, placement: str) -> None:
    ended = {
        "kind": "placement_end",
        "placement": placement,
        "ends_at": "2026-11-10T10:00:00Z",
        "end_reason": "planned_move",
    }
    watch.desk("leeds").registers(ended)
    told = watch.reports("kent", placement, missing_from_at=NOW - 9 * DAY)
    assert watch.episode(told.episode).state == "reported"


def test_somebody_of_18_is_a_missing_adult(watch: Watch) -> None:
    grown = watch.placed(
        child={"family_name": "Fictitious", "given_names": "Ash", "born_on": "2008-11-18", "sex": "other"}
    )
    with pytest.raises(Invalid, match="18 or over") as refused:
        watch.reports("kent_police", grown, missing_from_at=NOW - HOUR)
    assert refused.value.reason == "is_adult"


def test_the_day_before_the_birthday_they_are_a_child(watch: Watch) -> None:
    nearly = watch.placed(
        child={"family_name": "Fictitious", "given_names": "Ash", "born_on": "2008-11-19", "sex": "other"}
    )
    assert watch.reports("kent_police", nearly, missing_from_at=NOW - HOUR).is_new


def test_those_who_are_no_party_do_not_see_it(watch: Watch, placement: str) -> None:
    told = watch.reports("kent_police", placement)
    with pytest.raises(NotFound):
        watch.locates("cornwall", told.episode)
