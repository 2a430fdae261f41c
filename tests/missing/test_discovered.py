"""A child nobody told of: discovered by the police, made known, chased, counted; and found by the notice that comes later."""

from datetime import timedelta

import pytest

from hub.core.errors import Invalid
from hub.missing import following
from tests.conftest import NOW
from tests.missing.conftest import DAY, HOUR, PARTED_CHILD, Watch
from tests.registry.papers import CHILD, LEEDS, MAIDSTONE, paper

STRANGER = {"child": PARTED_CHILD, "address": MAIDSTONE, "placing_authority": LEEDS}


def described(**changed: object) -> dict[str, object]:
    return {**STRANGER, **changed}


def test_a_child_nobody_told_of_is_discovered_and_made_known(watch: Watch) -> None:
    told = watch.reports("kent_police", **described())
    assert told.is_new
    assert told.is_discovered
    [placement] = watch.books.all("SELECT * FROM placement")
    assert (placement.state, placement.first_source) == ("unconfirmed", "police")
    assert watch.told(told.episode, "missing.discovered") == {"Leeds City Council", "Kent County Council"}


def test_the_placing_authority_owes_its_notice_and_is_chased_as_for_any_one_sided_notice(watch: Watch) -> None:
    watch.reports("kent_police", **described())
    [placement] = watch.books.all("SELECT ref FROM placement")
    codes = watch.books.codes(placement.ref)
    assert codes == {"E13A", "EGAP"}
    leeds = watch.desk("leeds").actor.organisation
    rows = watch.books.all("SELECT owed_by_id, state FROM obligation WHERE subject_ref = :r", r=placement.ref)
    assert {(row.owed_by_id, row.state) for row in rows} == {(leeds, "open")}


def test_the_notice_that_comes_later_joins_what_the_police_made_known(watch: Watch) -> None:
    told = watch.reports("kent_police", **described())
    late = watch.placed(child=PARTED_CHILD, starts_at="2026-11-18T08:00:00Z")
    [placement] = watch.books.all("SELECT ref, state FROM placement")
    assert (placement.ref, placement.state) == (late, "confirmed")
    assert watch.books.owed(late, "EGAP").state == "met"
    assert bool(watch.episode(told.episode).is_discovered), "it was discovered, whatever is known since"


def test_where_nobody_knows_the_council_the_host_is_told_and_nobody_is_chased(watch: Watch) -> None:
    told = watch.reports("kent_police", child=PARTED_CHILD, address=MAIDSTONE)
    assert watch.told(told.episode, "missing.discovered") == {"Kent County Council"}
    [placement] = watch.books.all("SELECT ref FROM placement")
    assert watch.books.codes(placement.ref) == set()


def test_the_council_that_names_itself_later_comes_to_know(watch: Watch) -> None:
    """The home's notice names the placing authority: the job brings the episode in line, and tells."""
    told = watch.reports("kent_police", child=PARTED_CHILD, address=MAIDSTONE)
    watch.placed(child=PARTED_CHILD, starts_at="2026-11-18T08:00:00Z")
    desk = watch.desk("kent")
    later = NOW + HOUR
    assert following.follow_placements_once(desk.database, desk.rules, lambda: desk.areas, now=later) == 1
    assert watch.episode(told.episode).placing_authority_id == watch.desk("leeds").actor.organisation
    assert "Leeds City Council" in watch.told(told.episode, "missing.reported")
    assert watch.states(told.episode)["EMIS"] == "met"
    assert following.follow_placements_once(desk.database, desk.rules, lambda: desk.areas, now=later) == 0


def test_a_child_of_whom_only_the_name_is_known_is_looked_for_too(watch: Watch) -> None:
    told = watch.reports("kent_police", child={"family_name": "Invented", "given_names": "Sorrel"})
    assert told.is_discovered
    assert watch.books.count("placement") == 0
    assert watch.episode(told.episode).child_id is not None


def test_one_of_whom_nothing_is_known_is_an_episode(watch: Watch) -> None:
    told = watch.reports("kent_police", said="Invented: a girl of about twelve at the Fictitious quay.")
    assert watch.episode(told.episode).child_id is None
    assert watch.locates("kent_police", told.episode).state == "located"


def test_a_child_whom_the_hub_surely_knows_is_not_discovered(watch: Watch, placement: str) -> None:
    told = watch.reports("west_yorkshire_police", child=CHILD)
    assert not told.is_discovered
    row = watch.books.all("SELECT placement.ref FROM placement JOIN missing_episode e ON e.placement_id = placement.id")
    assert [each.ref for each in row] == [placement]
    assert watch.books.count("child") == 1


def test_the_police_describe_and_the_home_reports_and_it_is_one_episode(watch: Watch, placement: str) -> None:
    home = watch.reports("willow_house", placement)
    police = watch.reports("west_yorkshire_police", child=CHILD)
    assert police.episode == home.episode


# --- perhaps one the hub knows --------------------------------------------------------------------------------------------

ALMOST = CHILD | {"given_names": "Rowen", "identifiers": {}}


def test_one_who_may_be_known_is_recorded_as_described_and_a_person_is_asked(watch: Watch, placement: str) -> None:
    told = watch.reports("kent_police", child=ALMOST, address=MAIDSTONE)
    assert told.is_discovered
    assert len(told.doubtful) == 1
    assert watch.books.count("placement") == 2
    assert "Kent County Council" in watch.told(told.episode, "missing.doubtful")


def test_a_person_says_who_it_is_and_it_can_be_undone(watch: Watch, placement: str) -> None:
    told = watch.reports("kent_police", child=ALMOST, address=MAIDSTONE)
    watch.merges("kent", told.episode, told.doubtful[0])
    after = watch.episode(told.episode)
    assert after.placement_id == watch.books.placement(placement).id
    assert not after.is_discovered
    assert watch.told(told.episode, "missing.reported") >= {"Leeds City Council"}, (
        "it knew of nothing that is corrected"
    )
    watch.undoes("kent", told.episode, "merge")
    back = watch.episode(told.episode)
    assert bool(back.is_discovered)
    assert back.placement_id != after.placement_id
    states = [row.state for row in watch.books.all("SELECT state FROM placement ORDER BY id")]
    assert states == ["confirmed", "unconfirmed"]


def test_of_one_described_without_a_place_the_child_alone_is_joined(watch: Watch, placement: str) -> None:
    told = watch.reports("kent_police", child=ALMOST)
    watch.merges("kent_police", told.episode, told.doubtful[0])
    assert watch.episode(told.episode).placement_id == watch.books.placement(placement).id
    merged = watch.books.all("SELECT merged_into_id FROM child ORDER BY id")
    assert [row.merged_into_id is None for row in merged] == [True, False]
    watch.undoes("kent_police", told.episode, "merge")
    assert watch.episode(told.episode).placement_id is None


THEIRS = {"Leeds City Council", "Kent County Council", "Willow House"}


def test_whom_the_child_turns_out_to_concern_is_told_that_it_is_missing_and_not_of_a_correction(
    watch: Watch, placement: str
) -> None:
    told = watch.reports("west_yorkshire_police", child=ALMOST)
    assert watch.told(told.episode, "missing.reported").isdisjoint(THEIRS), "nobody knew whose child it is"
    watch.merges("west_yorkshire_police", told.episode, told.doubtful[0])
    assert watch.told(told.episode, "missing.reported") >= THEIRS | {"Kent Police"}
    assert watch.told(told.episode, "missing.corrected").isdisjoint(THEIRS)


def test_of_a_child_who_was_found_meanwhile_they_are_told_that(watch: Watch, placement: str) -> None:
    told = watch.reports("west_yorkshire_police", child=ALMOST)
    watch.locates("west_yorkshire_police", told.episode)
    watch.merges("west_yorkshire_police", told.episode, told.doubtful[0])
    assert watch.told(told.episode, "missing.located") >= THEIRS
    assert watch.told(told.episode, "missing.reported").isdisjoint(THEIRS)


def test_whom_it_does_not_concern_after_all_is_told_that_their_child_was_not_reported(
    watch: Watch, placement: str
) -> None:
    told = watch.reports("west_yorkshire_police", child=ALMOST)
    watch.merges("west_yorkshire_police", told.episode, told.doubtful[0])
    watch.undoes("west_yorkshire_police", told.episode, "merge")
    assert watch.told(told.episode, "missing.withdrawn") == THEIRS
    assert watch.told(told.episode, "missing.corrected").isdisjoint(THEIRS)


# --- what cannot be -------------------------------------------------------------------------------------------------------


def test_somebody_who_is_18_by_the_date_described_is_no_child(watch: Watch) -> None:
    with pytest.raises(Invalid, match="18 or over") as refused:
        watch.reports("kent_police", child=PARTED_CHILD | {"born_on": "2008-11-18"})
    assert refused.value.reason == "is_adult"


def test_a_postcode_that_is_none_asks_for_the_council(watch: Watch) -> None:
    with pytest.raises(Invalid) as refused:
        watch.reports("kent_police", **described(address={"lines": ["Somewhere"], "postcode": "ZZ99 9ZZ"}))
    assert "area.host_authority" in refused.value.fields
    assert watch.books.count("child") == 0


def test_a_child_whose_placements_have_ended_is_discovered_where_they_are_now(watch: Watch, placement: str) -> None:
    ended = {"kind": "placement_end", "placement": placement, "end_reason": "planned_move"}
    watch.desk("leeds").registers(paper(ended, ends_at="2026-11-10T10:00:00Z"))
    told = watch.reports("kent_police", child=CHILD, address=MAIDSTONE, missing_from_at=NOW - timedelta(hours=1))
    assert told.is_discovered
    assert watch.books.count("child") == 1
    assert watch.books.count("placement") == 2


def test_a_second_report_of_one_discovered_finds_the_child_again(watch: Watch) -> None:
    first = watch.reports("kent_police", **described())
    second = watch.reports("west_yorkshire_police", **described(), missing_from_at=NOW - HOUR)
    assert second.episode == first.episode
    third = watch.reports("kent_police", **described(), missing_from_at=NOW + DAY - HOUR, now=NOW + DAY)
    assert third.episode == first.episode
