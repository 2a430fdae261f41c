"""Markers beside any notice: added, changed, reviewed, ended; by whom; who is told; what stays in the history."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from hub.core.db import Database
from hub.core.errors import Conflict, EditConflict, Invalid, NotFound, StateConflict
from hub.demonstration.cast import Cast
from hub.duties.rulebook import Rulebook
from hub.registry.casework.timeline import read_timeline
from hub.registry.corrections import correct_notice
from hub.registry.markers import acts
from hub.registry.markers.reading import MarkerSeen, PlacementMarkers, read_markers
from hub.registry.markers.reviews import remind_once
from hub.registry.markers.schemas import MarkerAddIn, MarkerChangeIn, MarkerEndIn, MarkerReviewIn
from hub.registry.receipts import Receipt
from tests.conftest import NOW
from tests.registry.conftest import Books, Desk
from tests.registry.marking import CSE, GANGS, Shown, shown_of
from tests.registry.papers import LATER, read, start
from tests.registry.two_senders import council_notice, home_notice

SitDown = Callable[[str], Desk]
SAYS: dict[str, Any] = {
    "marker": "cce",
    "author": "W. Invented, registered manager",
    "detail": "Invented: two telephones.",
}
BY = "P. Specimen, social worker"
STEP: dict[str, Any] = {"version": 1, "by": BY, "reason": "Invented: the risk is past."}


@pytest.fixture
def shown(database: Database, cast: Cast, books: Books) -> Shown:
    return shown_of(database, cast, books)


@pytest.fixture
def placed(desk: SitDown) -> Receipt:
    """Leeds has placed a child in Willow House, in Kent."""
    return desk("leeds").registers(council_notice(markers=[CSE]))


def adds(desk: SitDown, member: str, placed: Receipt, **changes: Any) -> MarkerSeen:
    seen: MarkerSeen = desk(member).does(acts.add, placed.placement, MarkerAddIn().load({**SAYS, **changes}))
    return seen


def changes(desk: SitDown, member: str, ref: str, now: Any = LATER, **said: Any) -> MarkerSeen:
    seen: MarkerSeen = desk(member).does(acts.change, ref, MarkerChangeIn().load({**STEP, **said}), now=now)
    return seen


def ends(desk: SitDown, member: str, ref: str, now: Any = LATER, **said: Any) -> MarkerSeen:
    seen: MarkerSeen = desk(member).does(acts.end, ref, MarkerEndIn().load({**STEP, **said}), now=now)
    return seen


def reads(desk: SitDown, member: str, placed: Receipt) -> PlacementMarkers:
    seen: PlacementMarkers = desk(member).does(read_markers, placed.placement, now=LATER)
    return seen


def of_leeds(desk: SitDown, placed: Receipt) -> str:
    return reads(desk, "leeds", placed).markers[0].ref


# --- who may ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("member", ["leeds", "kent", "willow_house"])
def test_both_councils_and_the_home_add_their_own_in_their_own_name(
    desk: SitDown, shown: Shown, placed: Receipt, cast: Cast, member: str
) -> None:
    added = adds(desk, member, placed)
    assert added.organisation["ref"] == cast.refs[member]
    assert {each.ref for each in shown("kent_police", placed.placement)} >= {added.ref}
    assert added.review_on == NOW.date() + timedelta(days=180)


@pytest.mark.parametrize("member", ["kent_police", "cornwall"])
def test_a_force_and_a_council_that_has_no_part_add_none(desk: SitDown, placed: Receipt, member: str) -> None:
    with pytest.raises(NotFound):
        adds(desk, member, placed)


def test_the_placing_authority_changes_what_the_home_said_and_it_stays_the_homes(
    desk: SitDown, placed: Receipt
) -> None:
    said = adds(desk, "willow_house", placed)
    changed = changes(desk, "leeds", said.ref, detail="Invented: three telephones.")
    assert changed.organisation["name"] == "Willow House"
    assert [each.organisation["name"] for each in changed.history] == ["Willow House", "Leeds City Council"]


@pytest.mark.parametrize("member", ["kent", "willow_house", "kent_police", "cornwall"])
def test_nobody_else_changes_what_the_placing_authority_said(desk: SitDown, placed: Receipt, member: str) -> None:
    ref = of_leeds(desk, placed)
    for act in (changes, ends):
        with pytest.raises(NotFound):
            act(desk, member, ref)
    assert not any(each.may_change for each in reads(desk, "kent", placed).markers)


def test_what_the_home_shows_to_the_force_alone_the_placing_authority_cannot_change(
    desk: SitDown, placed: Receipt
) -> None:
    said = adds(desk, "willow_house", placed, audience=["police_force"])
    with pytest.raises(NotFound):
        changes(desk, "leeds", said.ref, detail="Invented.")
    assert said.ref not in {each.ref for each in reads(desk, "leeds", placed).markers}


# --- history ------------------------------------------------------------------------------------------------------------


def test_a_marker_keeps_every_version_with_who_when_and_why(desk: SitDown, placed: Receipt) -> None:
    said = adds(desk, "leeds", placed)
    changes(desk, "leeds", said.ref, detail="Invented: worse.", reason="Invented: a new report.")
    again = MarkerReviewIn().load({"version": 2, "by": BY, "reason": "Invented: holds.", "review_on": "2027-02-01"})
    desk("leeds").does(acts.review, said.ref, again, now=LATER + timedelta(days=1))
    ended = ends(desk, "leeds", said.ref, version=3, now=LATER + timedelta(days=2))
    assert [(each.version, each.act, each.detail, each.by, each.reason) for each in ended.history] == [
        (1, "added", SAYS["detail"], None, None),
        (2, "changed", "Invented: worse.", BY, "Invented: a new report."),
        (3, "reviewed", "Invented: worse.", BY, "Invented: holds."),
        (4, "ended", "Invented: worse.", BY, STEP["reason"]),
    ]
    assert ended.author == SAYS["author"]
    assert (ended.state, ended.is_due_for_review, ended.may_change) == ("ended", False, False)


def test_one_who_may_see_only_a_later_version_sees_nothing_of_the_earlier(desk: SitDown, placed: Receipt) -> None:
    said = adds(desk, "leeds", placed, audience=["placing_authority"])
    changes(desk, "leeds", said.ref, audience=["police_force"], detail="Invented: for the force.")
    (seen,) = [each for each in reads(desk, "kent_police", placed).markers if each.ref == said.ref]
    assert [each.version for each in seen.history] == [2]


def test_one_taken_out_of_the_audience_sees_it_no_more(desk: SitDown, shown: Shown, placed: Receipt) -> None:
    said = adds(desk, "leeds", placed)
    changes(desk, "leeds", said.ref, audience=["police_force"])
    assert said.ref not in {each.ref for each in reads(desk, "kent", placed).markers}
    assert said.ref not in {each.ref for each in shown("kent", placed.placement)}


def test_what_is_ended_is_shown_to_nobody_who_looks_a_child_up(desk: SitDown, shown: Shown, placed: Receipt) -> None:
    ends(desk, "leeds", of_leeds(desk, placed))
    assert shown("kent_police", placed.placement) == shown("leeds", placed.placement) == []


def test_a_notice_that_only_repeats_itself_does_not_undo_a_review_or_an_end(
    desk: SitDown, shown: Shown, placed: Receipt
) -> None:
    ref = of_leeds(desk, placed)
    changes(desk, "leeds", ref, detail="Invented: later knowledge.")
    again = read(council_notice(markers=[CSE], carer={"name": "C. Invented"}))
    corrected = desk("leeds").does_in_area(correct_notice, placed.notice, again, now=LATER + timedelta(hours=1))
    assert [each.detail for each in shown("leeds", placed.placement)] == ["Invented: later knowledge."]
    ends(desk, "leeds", ref, version=2, now=LATER + timedelta(hours=2))
    again = read(council_notice(markers=[CSE], carer={"name": "D. Invented"}))
    desk("leeds").does_in_area(correct_notice, corrected.notice, again, now=LATER + timedelta(hours=3))
    assert shown("leeds", placed.placement) == []


def test_a_notice_leaves_what_was_added_beside_it(desk: SitDown, shown: Shown, placed: Receipt) -> None:
    adds(desk, "leeds", placed)
    desk("leeds").does_in_area(correct_notice, placed.notice, read(council_notice(markers=[GANGS])), now=LATER)
    assert [each.code for each in shown("leeds", placed.placement)] == ["cce", "gangs"]


# --- refusals -----------------------------------------------------------------------------------------------------------


def test_of_two_who_change_one_version_the_second_is_told(desk: SitDown, placed: Receipt) -> None:
    ref = of_leeds(desk, placed)
    changes(desk, "leeds", ref, detail="Invented: first.")
    with pytest.raises(EditConflict, match="changed since it was read"):
        changes(desk, "leeds", ref, detail="Invented: second.")


def test_what_has_ended_is_not_changed(desk: SitDown, placed: Receipt) -> None:
    ref = of_leeds(desk, placed)
    ends(desk, "leeds", ref)
    with pytest.raises(StateConflict, match="has ended"):
        changes(desk, "leeds", ref, version=2, detail="Invented.")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"noted_on": "2026-11-19"}, "noted_on"),
        ({"review_on": "2026-11-18"}, "review_on"),
        ({"review_on": "2020-01-01"}, "review_on"),
    ],
)
def test_a_day_that_cannot_be_is_refused_at_its_field(desk: SitDown, placed: Receipt, said: Any, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        adds(desk, "leeds", placed, **said)
    assert refused.value.fields is not None
    assert list(refused.value.fields) == [field]


def test_a_change_of_nothing_is_refused(desk: SitDown, placed: Receipt) -> None:
    with pytest.raises(Invalid, match="at least one field"):
        changes(desk, "leeds", of_leeds(desk, placed))


def test_the_markers_of_a_placement_that_is_over_stay_as_they_stood(desk: SitDown, placed: Receipt) -> None:
    ref = of_leeds(desk, placed)
    gone = {
        "kind": "placement_end",
        "placement": placed.placement,
        "ends_on": "2026-11-18",
        "end_reason": "planned_move",
    }
    desk("leeds").registers(gone, now=LATER)
    for act in (lambda: adds(desk, "leeds", placed), lambda: changes(desk, "leeds", ref, detail="Invented.")):
        with pytest.raises(Conflict, match="is over"):
            act()
    assert len(reads(desk, "kent", placed).standing) == 1


# --- who is told --------------------------------------------------------------------------------------------------------


def test_those_who_may_see_it_are_told_that_something_changed_and_not_what(
    desk: SitDown, books: Books, placed: Receipt
) -> None:
    adds(desk, "willow_house", placed, audience=["placing_authority", "police_force"])
    told = [name for kind, name in books.alerts(placed.placement) if kind == acts.CHANGED]
    assert told == ["Leeds City Council", "Kent Police"]
    assert "telephones" not in str(books.all("SELECT details FROM alert")) + str(
        books.all("SELECT details FROM audit_entry")
    )


def test_one_that_is_taken_out_of_the_audience_is_told_too(desk: SitDown, books: Books, placed: Receipt) -> None:
    changes(desk, "leeds", of_leeds(desk, placed), audience=["police_force"])
    told = [name for kind, name in books.alerts(placed.placement) if kind == acts.CHANGED]
    assert sorted(told) == ["Kent County Council", "Kent Police"]


# --- reviews ------------------------------------------------------------------------------------------------------------

DUE = NOW + timedelta(days=53)
"""The day on which what Leeds said is to be looked at again, 10 January 2027."""


def reminded(books: Books, ref: str) -> list[str]:
    rows = books.all(
        "SELECT cancelled_at FROM alert WHERE kind = :k AND subject_ref = :r ORDER BY id", k=acts.REVIEW_DUE, r=ref
    )
    return ["cancelled" if row.cancelled_at else "stands" for row in rows]


def test_on_the_day_of_review_whoever_said_it_is_reminded_once_and_again_after_a_fortnight(
    desk: SitDown, books: Books, database: Database, rules: Rulebook, placed: Receipt
) -> None:
    ref = of_leeds(desk, placed)
    days = (-1, 0, 1, 13, 14)
    found = [remind_once(database, rules, now=DUE + timedelta(days=n)) for n in days]
    assert dict(zip(days, found, strict=True)) == {-1: 0, 0: 1, 1: 0, 13: 0, 14: 1}
    assert [name for _, name in books.alerts(ref)] == ["Leeds City Council"] * 2


def test_a_review_takes_the_reminder_back_and_puts_the_next_day_off(
    desk: SitDown, books: Books, database: Database, rules: Rulebook, placed: Receipt, shown: Shown
) -> None:
    ref = of_leeds(desk, placed)
    remind_once(database, rules, now=DUE)
    reviewed = desk("leeds").does(acts.review, ref, MarkerReviewIn().load({"version": 1, "by": BY}), now=DUE)
    assert reviewed.review_on == date(2027, 1, 10) + timedelta(days=180)
    assert reminded(books, ref) == ["cancelled"]
    assert remind_once(database, rules, now=DUE + timedelta(days=30)) == 0
    assert not shown("kent", placed.placement, DUE)[0].is_due_for_review


def test_nobody_is_reminded_of_a_child_who_has_left(
    desk: SitDown, database: Database, rules: Rulebook, placed: Receipt
) -> None:
    gone = {
        "kind": "placement_end",
        "placement": placed.placement,
        "ends_on": "2026-11-18",
        "end_reason": "planned_move",
    }
    desk("leeds").registers(gone, now=LATER)
    assert remind_once(database, rules, now=DUE) == 0


# --- advice and what is held --------------------------------------------------------------------------------------------


def test_each_party_is_advised_on_what_it_may_see(desk: SitDown, placed: Receipt) -> None:
    police, host = reads(desk, "kent_police", placed).advice, reads(desk, "kent", placed).advice
    assert police is not None
    assert host is not None
    assert police.because == host.because == ("cse", "out_of_area")
    assert police.author == "P. Specimen, social worker, Leeds City Council"
    assert police.expires_on == date(2027, 1, 10)


def test_whether_a_philomena_form_exists_is_what_whoever_knows_of_one_says(desk: SitDown, placed: Receipt) -> None:
    held = {"held": True, "by": "Willow House, the office", "updated_on": "2026-11-10"}
    desk("willow_house").registers(home_notice(philomena=held), now=LATER)
    desk("leeds").does_in_area(
        correct_notice, placed.notice, read(council_notice(philomena={"held": False})), now=LATER + timedelta(minutes=5)
    )
    papers = reads(desk, "kent_police", placed).held
    assert papers.philomena is not None
    assert (papers.philomena.is_held, papers.philomena.by, papers.philomena.updated_on, papers.philomena.said_by) == (
        *(True, "Willow House, the office", date(2026, 11, 10), "Willow House"),
    )
    assert papers.trigger_plan is None


def test_where_everybody_says_that_there_is_none_there_is_none(desk: SitDown) -> None:
    told = desk("leeds").registers(start(trigger_plan={"held": False}))
    papers = reads(desk, "leeds", told).held
    assert papers.trigger_plan is not None
    assert not papers.trigger_plan.is_held


# --- over HTTP ----------------------------------------------------------------------------------------------------------


def test_a_marker_over_http_from_adding_to_its_end(
    client_for: Callable[[str], FlaskClient], placed: Receipt, time_is: Callable[..., None]
) -> None:
    time_is(LATER)
    leeds, police = client_for("leeds"), client_for("kent_police")
    at = f"/api/v1/placements/{placed.placement}/markers"
    made = leeds.post(at, json={**SAYS, "noted_on": "2026-11-18"}, headers={"Idempotency-Key": "a-key-of-ours"})
    assert made.status_code == 201, made.text
    again = leeds.post(at, json={**SAYS, "noted_on": "2026-11-18"}, headers={"Idempotency-Key": "a-key-of-ours"})
    assert (again.json["ref"], again.headers["Idempotent-Replayed"]) == (made.json["ref"], "true")
    one = f"/api/v1/markers/{made.json['ref']}"
    assert leeds.post(f"{one}/review", json={"version": 1, "by": BY}).json["version"] == 2
    assert leeds.post(f"{one}/change", json=STEP).status_code == 422
    assert leeds.post(f"{one}/end", json=STEP).status_code == 412
    assert leeds.post(f"{one}/end", json={**STEP, "version": 2}).json["state"] == "ended"
    seen = police.get(at).json
    assert [(each["marker"], each["state"]) for each in seen["markers"]] == [("cse", "current"), ("cce", "ended")]
    assert (seen["party"], seen["advice"]["because"]) == ("police_force", ["cse", "out_of_area"])
    assert seen["held"] == {"trigger_plan": None, "philomena": None}


def test_a_faulty_marker_is_told_field_by_field(client_for: Callable[[str], FlaskClient], placed: Receipt) -> None:
    said = {"marker": "tall", "audience": ["the_press"], "detail": " ", "unknown": 1}
    answer = client_for("leeds").post(f"/api/v1/placements/{placed.placement}/markers", json=said)
    assert answer.status_code == 422
    assert set(answer.json["fields"]) == {"marker", "audience.0", "detail", "author", "unknown"}


def test_readings_are_recorded_with_what_was_shown(books: Books, desk: SitDown, placed: Receipt) -> None:
    ref = of_leeds(desk, placed)
    rows = books.all("SELECT details FROM audit_entry WHERE event = 'marker.read'")
    assert ref in str(rows[-1].details)
    assert "cse" not in str(rows)


def test_a_placements_timeline_tells_who_did_what_with_a_marker_and_not_which(desk: SitDown, placed: Receipt) -> None:
    seen = adds(desk, "willow_house", placed, audience=["placing_authority"])
    ends(desk, "leeds", seen.ref)

    def told(member: str) -> list[tuple[str, str, dict[str, Any]]]:
        entries = desk(member).does(read_timeline, placed.placement, now=LATER).entries
        return [(each.what, each.ref, each.facts) for each in entries if each.kind == "marker"]

    home, leeds = {"organisation": "Willow House"}, {"organisation": "Leeds City Council"}
    assert told("leeds") == [("added", seen.ref, home), ("ended", seen.ref, leeds)]
    assert told("kent") == []  # not among those who may see it
