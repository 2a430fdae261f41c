"""Two senders, one placement: linked when certain, put to a person when doubtful, combined and parted again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from hub.audit import queries as audit_queries
from hub.core.clock import iso
from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.registry.links import service as links
from hub.registry.models import Child, Notice, Placement
from tests.registry.two_senders import (
    ROWAN,
    STARTS,
    Send,
    council_notice,
    described,
    home_notice,
    named,
    owed,
    placement,
)


def test_the_homes_notice_of_the_same_child_is_linked_to_the_councils_placement(database: Database, send: Send) -> None:
    first = send("leeds", council_notice())
    second = send("willow_house", home_notice(child=named(given_names="Rowan Sample", born_on="2012-03-14")))
    assert second.placement == first.placement
    assert [match["state"] for match in second.matches] == ["linked"]
    with database.read() as session:
        assert len(session.scalars(select(Placement)).all()) == len(session.scalars(select(Child)).all()) == 1


def test_a_link_says_on_what_the_senders_disagree_in_codes_and_is_on_record_as_a_combination(
    database: Database, send: Send
) -> None:
    send("leeds", council_notice())
    told = send(
        "willow_house", home_notice(child=named(family_name="Fictitous"), starts_at=iso(STARTS + timedelta(days=1)))
    )
    (match,) = told.matches
    assert match["differences"] == ["name", "start_date"]
    with database.read() as session:
        (entry,) = audit_queries.entries_about(session, match["ref"])
    assert (entry.event, entry.operation) == ("match.linked", "combination")


def test_a_brother_at_the_same_home_on_the_same_day_is_another_child(database: Database, send: Send) -> None:
    first = send("leeds", council_notice())
    second = send("willow_house", home_notice(child=named(given_names="Bruno")))
    assert second.placement != first.placement
    assert second.matches == []


def test_two_children_of_whom_each_is_surely_the_one_told_of_are_put_to_a_person(send: Send) -> None:
    """Twins, Alexander and Alexandra; the home writes Alex."""
    send("leeds", council_notice(child=named(given_names="Alexander")))
    send("leeds", council_notice(child=named(given_names="Alexandra")))
    told = send("willow_house", home_notice(child=named(given_names="Alex")))
    assert [match["state"] for match in told.matches] == ["doubtful", "doubtful"]


def test_a_stay_that_was_over_before_is_another_stay_of_the_same_child(
    database: Database, cast: Cast, send: Send
) -> None:
    first = send("leeds", council_notice())
    with database.write() as session:
        row = placement(session, first.placement)
        row.state, row.ends_at = "ended", STARTS + timedelta(hours=20)
    with database.write() as session:
        found = links.known_placements(
            session,
            child=ROWAN,
            postcode="ME14 1XQ",
            provider_id=cast.ids["willow_house"],
            placing_authority_id=cast.ids["leeds"],
            host_authority_id=cast.ids["kent"],
            event_at=STARTS + timedelta(days=1),
            kind="home_admission",
        )
        assert found.certain is None
        assert found.doubtful == ()
        assert found.child_id == placement(session, first.placement).child_id


def test_placements_that_none_of_the_same_organisations_know_of_are_not_compared(
    database: Database, cast: Cast, send: Send
) -> None:
    send("leeds", council_notice())
    with database.write() as session:
        found = links.known_placements(
            session,
            child=ROWAN,
            postcode="ME14 1XQ",
            provider_id=None,
            placing_authority_id=cast.ids["cornwall"],
            host_authority_id=cast.ids["bradford"],
            event_at=STARTS,
            kind="placement_start",
        )
    assert found == links.Found()


def test_a_link_that_was_wrong_is_undone_and_both_sides_stand_as_if_never_linked(
    database: Database, send: Send, undo: Callable[..., Any]
) -> None:
    first = send("leeds", council_notice())
    before, owed_before = described(database, first.placement), owed(database, first.placement)
    told = send("willow_house", home_notice())
    undone = undo("kent", told.matches[0]["ref"])
    assert undone.state == "undone"
    assert described(database, first.placement) == before
    assert owed(database, first.placement) == owed_before
    own = undone.own_placement
    assert own != first.placement
    assert described(database, own)["first_source"] == "home"
    assert any(code == "E41A" and how[3] == told.notice for (code, _, _), how in owed(database, own).items())
    with database.read() as session:
        notice = session.scalars(select(Notice).where(Notice.ref == told.notice)).one()
        assert notice.placement_id == placement(session, own).id
        assert len(session.scalars(select(Child)).all()) == 2
