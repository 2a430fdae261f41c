"""A shielded child who is missing: a force learns that, and whom to ring; who and where the child is, the council tells."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from hub.demonstration.cast import Cast
from hub.lookup import shields
from hub.missing import patterns, views
from hub.missing.told import who_was_told
from hub.notify import worklists
from hub.notify.queries import Listing
from tests.conftest import NOW
from tests.missing.conftest import BY, HOUR, Watch
from tests.registry.papers import CHILD

SHIELD = {"reason": "Invented: a relative in the police force.", "by": "M. Bell, team manager"}
FORCES = ["kent_police", "west_yorkshire_police"]
"""Of the area where the child lives, and of the council's own."""


@pytest.fixture
def gone(watch: Watch, placement: str) -> str:
    """The home has reported the child, who is shielded; the reference of the episode."""
    at_desk(watch, "leeds", shields.shield, placement, **SHIELD, now=NOW)
    return watch.reports("willow_house", placement, last_seen={"place": "The gate of Willow House"}).episode


def at_desk(watch: Watch, member: str, act: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """Do *act* of a service that needs no rules."""
    desk = watch.desk(member)
    with desk.reads() as session:
        return act(session, desk.actor, *given, **named)


def read(watch: Watch, member: str, ref: str) -> views.EpisodeSeen:
    seen: views.EpisodeSeen = at_desk(watch, member, views.read_episode, ref, now=NOW)
    return seen


@pytest.mark.parametrize("force", FORCES)
def test_a_force_sees_that_a_child_is_missing_and_whose_it_is_and_no_more(watch: Watch, gone: str, force: str) -> None:
    seen = read(watch, force, gone)
    assert seen.is_shielded
    assert seen.placing_authority is not None
    assert seen.placing_authority["name"] == "Leeds City Council"
    assert (seen.child, seen.placement, seen.provider, seen.host_authority) == ({}, None, None, None)
    assert (seen.timeline, seen.places, seen.matches, seen.together_with) == ([], [], [], [])
    assert [each.organisation["ref"] for each in seen.forces] == [watch.desk(force).actor.organisation_ref]


def test_nothing_that_would_say_who_or_where_is_anywhere_in_what_a_force_sees(watch: Watch, gone: str) -> None:
    seen = str(vars(read(watch, "kent_police", gone)))
    for word in (CHILD["family_name"], CHILD["given_names"], CHILD["born_on"], "Willow", "Kent County", "gate"):
        assert word not in seen, word


def test_the_board_of_a_force_says_no_more_than_the_episode(watch: Watch, gone: str) -> None:
    [brief] = at_desk(watch, "kent_police", views.missing_now, at_most=10, now=NOW)
    assert (brief.ref, brief.is_shielded, brief.child, brief.provider) == (gone, True, {}, None)


def test_a_force_is_told_of_itself_and_of_the_council_alone(watch: Watch, gone: str) -> None:
    def told(member: str) -> set[str]:
        return {each.organisation["name"] for each in at_desk(watch, member, who_was_told, gone)}

    assert told("kent_police") == {"Kent Police", "Leeds City Council"}
    assert "Willow House" in told("leeds")


def test_a_force_that_describes_a_shielded_child_learns_only_whom_to_ring(watch: Watch, placement: str) -> None:
    """Or a report that is made up would be a way round the shield."""
    at_desk(watch, "leeds", shields.shield, placement, **SHIELD, now=NOW)
    told = watch.reports("west_yorkshire_police", child=CHILD, said="Invented: rang from a station.")
    seen = read(watch, "west_yorkshire_police", told.episode)
    assert seen.is_shielded
    assert (seen.child, seen.provider) == ({}, None)
    assert [(each.kind, each.details["said"]) for each in seen.timeline] == [
        ("reported", "Invented: rang from a station.")
    ]


def test_what_a_force_does_is_recorded_and_told_as_for_any_child(watch: Watch, gone: str) -> None:
    watch.grades("kent_police", gone, "high")
    watch.locates("kent_police", gone, place={"place": "The pier"})
    seen = read(watch, "kent_police", gone)
    assert (seen.grade, seen.state) == ("high", "located")
    assert {each.kind for each in seen.timeline} == {"graded", "located"}
    assert [each.place for each in seen.places] == ["The pier"]
    assert "Leeds City Council" in watch.told(gone, "missing.located")


@pytest.mark.parametrize("member", ["leeds", "kent", "willow_house"])
def test_who_looks_after_the_child_sees_it_as_ever(watch: Watch, gone: str, member: str) -> None:
    seen = read(watch, member, gone)
    assert not seen.is_shielded
    assert seen.child["family_name"] == CHILD["family_name"]
    assert [each.details["by"] for each in seen.timeline] == [BY]


def test_a_force_sees_the_child_once_the_shield_is_lifted(watch: Watch, gone: str, placement: str) -> None:
    at_desk(watch, "leeds", shields.lift, placement, **SHIELD, now=NOW)
    assert read(watch, "kent_police", gone).child["family_name"] == CHILD["family_name"]


# --- beside other children ----------------------------------------------------------------------------------------------


@pytest.fixture
def pair(watch: Watch, placement: str) -> tuple[str, str]:
    """The shielded child, and another from the same home who went with it: the references of their episodes."""
    at_desk(watch, "leeds", shields.shield, placement, **SHIELD, now=NOW)
    other = watch.placed(child=CHILD | {"given_names": "Hazel", "born_on": "2010-01-09", "identifiers": {}})
    first = watch.reports("willow_house", placement, last_seen={"place": "The pier"}).episode
    return first, watch.reports("willow_house", other, missing_with=[first], last_seen={"place": "The pier"}).episode


def test_the_other_child_does_not_tell_a_force_from_where_a_shielded_one_went(
    watch: Watch, pair: tuple[str, str]
) -> None:
    shielded, other = pair
    assert read(watch, "kent_police", other).together_with == []
    assert read(watch, "leeds", other).together_with == [shielded]


def test_a_shielded_child_is_in_no_pattern_that_a_force_reads(
    watch: Watch, placement: str, pair: tuple[str, str]
) -> None:
    shielded, _ = pair
    sibling = watch.books.all("SELECT ref FROM placement ORDER BY id")[1].ref
    for ref in pair:
        watch.returns("kent_police", ref)
    again = watch.reports("willow_house", placement, missing_from_at=NOW + HOUR, now=NOW + 2 * HOUR,
                          last_seen={"place": "The pier"}).episode  # fmt: skip
    watch.reports("willow_house", sibling, missing_from_at=NOW + HOUR, now=NOW + 2 * HOUR,
                  missing_with=[again], last_seen={"place": "The pier"})  # fmt: skip

    def seen(member: str) -> patterns.Patterns:
        found: patterns.Patterns = at_desk(watch, member, patterns.patterns, days=90, now=NOW + 3 * HOUR)
        return found

    assert len(seen("kent").together) == 1
    assert seen("kent_police").together == []
    refs = {ref for each in seen("kent_police").places for ref in each.episodes}
    assert refs
    assert not refs & {shielded, again}


@pytest.mark.parametrize("force", FORCES)
def test_what_a_force_owes_of_a_shielded_child_it_owes_to_the_placing_authority_alone(
    watch: Watch, gone: str, force: str
) -> None:
    """Whom else it owes its word would say where the child lives; the hub tells the host itself."""
    placement = watch.books.all("SELECT ref FROM placement")[0].ref
    watch.reports(force, placement)
    watch.locates(force, gone)
    owed = [row for code in ("EMIS", "EFND", "EPRV") for row in watch.owed(gone, code)]
    assert {row.owed_to_id for row in owed} == {watch.desk("leeds").actor.organisation}
    assert {"Kent County Council", "Leeds City Council"} <= watch.told(gone, "missing.located")


# --- shielded while the child is missing --------------------------------------------------------------------------------


@pytest.fixture
def shielded_since(watch: Watch, placement: str) -> str:
    """The force has told both councils that the child is missing and found, and owes them more; then Leeds shields the child."""
    gone = watch.reports("kent_police", placement).episode
    watch.locates("kent_police", gone)
    at_desk(watch, "leeds", shields.shield, placement, **SHIELD, now=NOW)
    return gone


Speak = Callable[[str], FlaskClient]
LISTS = ("", "?due=done", "?state=open", "?state=met", "?side=owed_by_us")


def said_of_duties(speak: Speak, watch: Watch, member: str, ref: str) -> str:
    """All that *member* reads of what is owed about an episode: lists, each duty alone, and the page of the episode."""
    client = speak(member)
    seen = [client.get(f"/api/v1/obligations{each}") for each in LISTS]
    owed = watch.books.all("SELECT ref, state FROM obligation WHERE subject_ref = :r ORDER BY id", r=ref)
    assert {"open", "met"} <= {row.state for row in owed}
    seen += [client.get(f"/api/v1/obligations/{row.ref}") for row in owed]
    assert {each.status_code for each in seen} <= {200, 404}
    return " ".join(each.text for each in seen)


def test_a_shield_that_is_set_while_the_child_is_missing_withholds_at_once_to_whom_the_force_owes_its_word(
    watch: Watch, shielded_since: str, client_for: Speak, cast: Cast
) -> None:
    said = said_of_duties(client_for, watch, "kent_police", shielded_since)
    assert "Leeds City Council" in said
    assert [each for each in ("Kent County", cast.refs["kent"], "Willow") if each in said] == []


def test_what_was_struck_out_meanwhile_says_no_more(
    watch: Watch, shielded_since: str, client_for: Speak, cast: Cast
) -> None:
    watch.returns("willow_house", shielded_since)
    states = watch.books.all("SELECT state FROM obligation WHERE subject_ref = :r", r=shielded_since)
    assert "void" in {row.state for row in states}
    said = said_of_duties(client_for, watch, "kent_police", shielded_since)
    said += client_for("kent_police").get("/api/v1/obligations?state=void").text
    assert [each for each in ("Kent County", cast.refs["kent"]) if each in said] == []


@pytest.mark.parametrize("member", ["leeds", "kent"])
def test_both_councils_read_what_the_force_owes_them_as_before(
    watch: Watch, shielded_since: str, client_for: Speak, member: str
) -> None:
    name = {"leeds": "Leeds City Council", "kent": "Kent County Council"}[member]
    assert name in said_of_duties(client_for, watch, member, shielded_since)


def test_a_force_reads_it_again_once_the_shield_is_lifted(
    watch: Watch, placement: str, shielded_since: str, client_for: Speak
) -> None:
    at_desk(watch, "leeds", shields.lift, placement, **SHIELD, now=NOW)
    assert "Kent County Council" in said_of_duties(client_for, watch, "kent_police", shielded_since)


def test_what_a_force_owes_of_another_child_it_reads(
    watch: Watch, placement: str, shielded_since: str, client_for: Speak
) -> None:
    other = watch.placed(child=CHILD | {"given_names": "Hazel", "born_on": "2010-01-09", "identifiers": {}})
    gone = watch.reports("kent_police", other).episode
    watch.locates("kent_police", gone)
    assert "Kent County Council" in said_of_duties(client_for, watch, "kent_police", gone)


def test_where_a_page_lists_them_the_part_stands_without_the_name(watch: Watch, shielded_since: str) -> None:
    rules, wanted = watch.desk("kent_police").rules, Listing(subject_ref=shielded_since)
    rows = at_desk(watch, "kent_police", worklists.obligations, wanted, after=None, at_most=50, rules=rules, now=NOW)
    named = {each["owed_to"]["role"]: each["owed_to"]["name"] for each in rows}
    assert named == {"placing_authority": "Leeds City Council", "host_authority": None}
    [to_host, *_] = [each["ref"] for each in rows if each["owed_to"]["role"] == "host_authority"]
    [again] = at_desk(watch, "kent_police", worklists.briefly, to_host, rules=rules, now=NOW)
    assert again["owed_to"] == {"ref": None, "name": None, "role": "host_authority"}
