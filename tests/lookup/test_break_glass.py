"""Breaking the glass: a reason opens a shielded child at once; two privacy leads review it, and silence climbs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from hub.core.db import Database
from hub.core.errors import Conflict, NotFound, StateConflict
from hub.demonstration.cast import Cast
from hub.duties.rulebook import Rulebook
from hub.lookup import reviews, shields
from hub.lookup.break_glass import chase_once
from hub.lookup.policy import DisclosurePolicy
from hub.registry.markers import acts
from hub.registry.markers.schemas import MarkerAddIn
from hub.registry.receipts import Receipt
from tests.lookup.conftest import AT_NIGHT, SHIELD, Room, Rooms
from tests.registry.conftest import Books, Desk

OUTCOME = {"outcome": "proper", "by": "H. Frost, privacy lead"}


@pytest.fixture
def handler(placed: Receipt, room: Rooms) -> Room:
    """A call handler who has met the shield."""
    room("leeds").reads(shields.shield, placed.placement, **SHIELD)
    asking = room("kent_police")
    asking.asks()
    return asking


def test_a_reason_opens_the_child_but_not_where_it_lives(handler: Room) -> None:
    told = handler.breaks_the_glass()
    assert told.broke_glass
    assert told.is_shielded
    assert [each["marker"] for each in told.fields["markers"]] == ["cse"]
    assert told.fields["placing_authority"]["name"] == "Leeds City Council"
    assert {"home", "town", "carer", "ring"}.isdisjoint(told.fields)


def test_nothing_behind_a_broken_glass_names_the_home_or_its_area(
    placed: Receipt, desk: Callable[[str], Desk], room: Rooms
) -> None:
    """Who holds the plan, and who warned of what, would say where the child lives."""
    for member in ("willow_house", "kent"):
        says = {
            "marker": "gangs",
            "author": "W. of Willow House",
            "source": "Kent's panel",
            "audience": ["police_force"],
        }
        desk(member).does(acts.add, placed.placement, MarkerAddIn().load(says))
    room("leeds").reads(shields.shield, placed.placement, **SHIELD)
    asking = room("kent_police")
    asking.asks()
    told = [asking.breaks_the_glass().fields, asking.confirms("risk_detail").fields]
    assert [each["marker"] for each in told[0]["markers"]] == ["cse", "gangs", "gangs"]
    assert told[0]["grade_advice"]["authors"] == ["P. Specimen, Leeds City Council"]
    assert (told[0]["trigger_plan"]["held"], told[0]["trigger_plan"]["by"]) == (True, None)
    assert [word for word in ("Willow", "Kent", "Maidstone", "Fictitious Lane") if word in str(told)] == []


def test_risk_detail_follows_a_broken_glass(handler: Room) -> None:
    handler.breaks_the_glass()
    told = handler.confirms("risk_detail")
    assert told.broke_glass
    assert told.fields["specialist_care"].startswith("Invented")


def test_the_reason_is_kept_sealed_and_the_act_is_on_record_by_its_own_name(
    handler: Room, books: Books, database: Database
) -> None:
    told = handler.breaks_the_glass("Invented: the line is dead.")
    [row] = books.all("SELECT sealed FROM disclosure WHERE ref = :r", r=told.ref)
    assert database.keys.open(told.ref, bytes(row.sealed))["reason"] == "Invented: the line is dead."
    entries = books.all("SELECT event, details FROM audit_entry WHERE subject_ref = :r", r=told.ref)
    assert "look_up.glass_broken" in [entry.event for entry in entries]
    assert "dead" not in str(entries)


def test_the_privacy_leads_of_the_force_and_of_the_placing_authority_are_told(
    handler: Room, books: Books, cast: Cast
) -> None:
    handler.breaks_the_glass()
    rows = books.all("SELECT * FROM look_up_review ORDER BY id")
    assert [row.organisation_id for row in rows] == [cast.ids["kent_police"], cast.ids["leeds"]]
    for row in rows:
        alerts = books.all("SELECT kind, role, organisation_id, details FROM alert WHERE subject_ref = :r", r=row.ref)
        assert [(each.kind, each.role, each.organisation_id) for each in alerts] == [
            ("look_up.glass_broken", "privacy_lead", row.organisation_id)
        ]
        assert "Invented" not in str(alerts)


def test_a_council_that_breaks_its_own_shield_reviews_it_once(placed: Receipt, room: Rooms, books: Books) -> None:
    room("leeds").reads(shields.shield, placed.placement, **SHIELD)
    own = room("leeds")
    own.asks()
    own.breaks_the_glass()
    assert books.count("look_up_review") == 1


def test_there_is_no_glass_to_break_of_a_child_who_is_not_shielded(placed: Receipt, room: Rooms, books: Books) -> None:
    asker = room("kent_police")
    asker.asks()
    with pytest.raises(StateConflict):
        asker.breaks_the_glass()
    assert books.all("SELECT stage FROM disclosure") == [("possible_match",)]
    assert books.count("look_up_review") == 0


def test_the_placing_authority_reads_the_reason_and_never_the_incident(handler: Room, room: Rooms) -> None:
    handler.breaks_the_glass("Invented: the line is dead.")
    [owed] = room("leeds").reads(reviews.list_owed, at_most=10)
    assert owed.reason == "Invented: the line is dead."
    assert owed.organisation["name"] == "Kent Police"
    assert "18-1234-26" not in str(vars(owed)) + repr(owed)
    with pytest.raises(NotFound):
        room("cornwall").reads(reviews.read_review, owed.ref)


def test_a_review_is_recorded_once_and_ends_the_chase(handler: Room, room: Rooms, books: Books) -> None:
    handler.breaks_the_glass()
    lead = room("leeds")
    [owed] = lead.reads(reviews.list_owed, at_most=10)
    made = lead.reads(reviews.record_outcome, owed.ref, **OUTCOME)
    assert (made.outcome, made.by) == ("proper", OUTCOME["by"])
    assert lead.reads(reviews.list_owed, at_most=10) == []
    assert lead.reads(reviews.read_review, owed.ref).made == made
    with pytest.raises(StateConflict):
        lead.reads(reviews.record_outcome, owed.ref, **OUTCOME)
    [row] = books.all("SELECT chase_at FROM look_up_review WHERE ref = :r", r=owed.ref)
    assert row.chase_at is None
    [alert] = books.all("SELECT cancelled_at FROM alert WHERE subject_ref = :r", r=owed.ref)
    assert alert.cancelled_at is not None


def test_nobody_reviews_what_they_did_themselves(handler: Room, room: Rooms) -> None:
    handler.breaks_the_glass()
    [owed] = room("kent_police", ref="per_somebody_else").reads(reviews.list_owed, at_most=10)
    with pytest.raises(Conflict) as refused:
        handler.reads(reviews.record_outcome, owed.ref, **OUTCOME)
    assert refused.value.reason == "own_look_up"
    assert room("kent_police", ref="per_somebody_else").reads(reviews.record_outcome, owed.ref, **OUTCOME)


# --- silence ----------------------------------------------------------------------------------------------------------


def chased(database: Database, rules: Rulebook, policy: DisclosurePolicy, **after: float) -> int:
    return chase_once(database, rules, policy, now=AT_NIGHT + timedelta(**after), limit=10)


def late(books: Books, ref: str) -> list[Any]:
    rows = books.all(
        "SELECT role FROM alert WHERE subject_ref = :r AND kind = 'look_up.review_late' ORDER BY id", r=ref
    )
    return [row.role for row in rows]


def test_a_review_that_is_late_is_chased_and_climbs(
    handler: Room, room: Rooms, books: Books, database: Database, rules: Rulebook, policy: DisclosurePolicy
) -> None:
    handler.breaks_the_glass()
    [owed] = room("leeds").reads(reviews.list_owed, at_most=10)
    assert chased(database, rules, policy, hours=23) == 0
    assert chased(database, rules, policy, hours=24) == 2
    assert chased(database, rules, policy, hours=24, minutes=1) == 0
    assert late(books, owed.ref) == ["privacy_lead"]
    assert chased(database, rules, policy, hours=48) == 2
    assert set(late(books, owed.ref)[1:]) == {"privacy_lead", "service_manager", "desk_manager"}
    assert chased(database, rules, policy, hours=72) == 2
    assert "dcs" in late(books, owed.ref)
    heard = len(late(books, owed.ref))
    assert chased(database, rules, policy, hours=96) == 2
    assert len(late(books, owed.ref)) > heard
    [still] = room("leeds", now=AT_NIGHT + timedelta(hours=97)).reads(reviews.list_owed, at_most=10)
    assert still.is_late


def test_what_was_reviewed_is_chased_no_more(
    handler: Room, room: Rooms, books: Books, database: Database, rules: Rulebook, policy: DisclosurePolicy
) -> None:
    handler.breaks_the_glass()
    for member in ("leeds", "kent_police"):
        lead = room(member, ref="per_lead")
        [owed] = lead.reads(reviews.list_owed, at_most=10)
        lead.reads(reviews.record_outcome, owed.ref, **OUTCOME)
    assert chased(database, rules, policy, days=30) == 0


def test_of_two_processes_one_chases(
    handler: Room, database: Database, rules: Rulebook, policy: DisclosurePolicy
) -> None:
    handler.breaks_the_glass()
    assert chased(database, rules, policy, hours=25) + chased(database, rules, policy, hours=25) == 2
