"""Two notices that may be about one placement: put to a person, combined when they are, parted again when that was wrong."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.audit import queries as audit_queries
from hub.core.db import Database
from hub.core.errors import NotFound, StateConflict
from hub.demonstration.cast import Cast
from hub.duties.rulebook import Rulebook
from hub.notify.acknowledgements import acknowledge
from hub.notify.models import Acknowledgement
from hub.registry.links import decisions as link_decisions
from hub.registry.models import Child, Match, Notice
from hub.registry.receipts import Receipt
from tests.registry.two_senders import (
    NOW,
    Send,
    council_notice,
    described,
    home_notice,
    named,
    owed,
    placement,
    state_of,
)

SISTER_OR_SLIP = named(given_names="Rowen")


@pytest.fixture
def doubted(send: Send) -> tuple[Receipt, Receipt, str]:
    """The home's notice, then the council's with a given name that a sister might have: which may be one placement."""
    home, council = send("willow_house", home_notice(child=SISTER_OR_SLIP)), send("leeds", council_notice())
    (match,) = council.matches
    assert match["state"] == "doubtful"
    assert home.placement != council.placement
    return home, council, match["ref"]


Doubted = tuple[Receipt, Receipt, str]


Decide = Callable[..., Any]


def test_the_councils_that_may_see_both_see_it_and_nobody_else(
    database: Database, cast: Cast, doubted: Doubted
) -> None:
    with database.read() as session:
        for council in ("leeds", "kent"):
            seen = link_decisions.read_match(session, cast.actors[council], doubted[2])
            assert (
                "The given names are alike, but brothers and sisters often have names that are alike."
                in seen.explanation
            )
            assert seen.differences == ["name"]
        for outsider in ("medway", "bradford", "willow_house", "kent_police"):
            with pytest.raises(NotFound):
                link_decisions.read_match(session, cast.actors[outsider], doubted[2])
            listed = link_decisions.matches(session, cast.actors[outsider], states=["doubtful"], after=None, at_most=10)
            assert listed == []


def test_confirmed_as_one_the_notices_stand_on_the_known_placement_and_each_sender_is_credited(
    database: Database, cast: Cast, doubted: Doubted, decide: Decide
) -> None:
    home, council, ref = doubted
    decide("kent", ref, same=True)
    assert state_of(database, council.placement) == "cancelled"
    assert state_of(database, home.placement) == "confirmed"
    assert owed(database, council.placement) == {}
    by_code = {code: how for (code, _, _), how in owed(database, home.placement).items()}
    assert by_code["E41A"][3] == home.notice
    assert by_code["E13E"][3] == council.notice
    assert by_code["E13E"][2] == NOW
    assert by_code["EGAP"][0] != "open"
    with database.read() as session:
        known = placement(session, home.placement)
        children = {child.id: child.merged_into_id for child in session.scalars(select(Child))}
        assert sorted(children.values(), key=str) == [known.child_id, None]
        assert {n.placement_id for n in session.scalars(select(Notice))} == {known.id}


def test_a_merge_is_undone_and_everything_stands_as_before(
    database: Database, doubted: Doubted, decide: Decide, undo: Decide
) -> None:
    home, council, ref = doubted
    before = [(described(database, p), owed(database, p)) for p in (home.placement, council.placement)]
    decide("kent", ref, same=True)
    assert undo("leeds", ref).state == "undone"
    after = [(described(database, p), owed(database, p)) for p in (home.placement, council.placement)]
    assert after == before
    with database.read() as session:
        assert [child.merged_into_id for child in session.scalars(select(Child))] == [None, None]


def test_a_merge_can_be_confirmed_again_after_it_was_undone(
    database: Database, doubted: Doubted, decide: Decide, undo: Decide
) -> None:
    home, council, ref = doubted
    decide("kent", ref, same=True)
    first = (described(database, home.placement), owed(database, home.placement))
    undo("kent", ref)
    decide("kent", ref, same=True, now=NOW + timedelta(hours=3))
    assert (described(database, home.placement), owed(database, home.placement)) == first
    assert state_of(database, council.placement) == "cancelled"


def test_acknowledgements_and_promises_outlive_a_merge_and_its_undoing(
    database: Database, cast: Cast, rules: Rulebook, doubted: Doubted, decide: Decide, undo: Decide
) -> None:
    _home, council, ref = doubted

    def acknowledged() -> list[tuple[Any, ...]]:
        with database.read() as session:
            return [(a.subject_ref, a.ref, a.at, a.promise_on) for a in session.scalars(select(Acknowledgement))]

    with database.write() as session:
        acknowledge(
            session,
            cast.actors["kent"],
            subject_ref=council.notice,
            placement_ref=council.placement,
            by="K. Keeper, duty desk",
            promise="enter_register",
            promise_on=(NOW + timedelta(days=2)).date(),
            rules=rules,
            now=NOW,
        )
    before = acknowledged()
    assert before
    decide("kent", ref, same=True)
    assert acknowledged() == before
    undo("kent", ref)
    assert acknowledged() == before


def test_rejected_as_two_both_stand_and_the_question_is_closed(
    database: Database, cast: Cast, doubted: Doubted, decide: Decide
) -> None:
    home, council, ref = doubted
    before = [(described(database, p), owed(database, p)) for p in (home.placement, council.placement)]
    assert decide("kent", ref, same=False).state == "rejected"
    assert [(described(database, p), owed(database, p)) for p in (home.placement, council.placement)] == before
    with database.read() as session:
        assert link_decisions.matches(session, cast.actors["kent"], states=["doubtful"], after=None, at_most=10) == []


def test_a_match_is_decided_once(doubted: Doubted, decide: Decide) -> None:
    decide("kent", doubted[2], same=True)
    with pytest.raises(StateConflict):
        decide("leeds", doubted[2], same=True)
    with pytest.raises(StateConflict):
        decide("leeds", doubted[2], same=False)


def test_what_is_not_decided_cannot_be_undone(doubted: Doubted, undo: Decide) -> None:
    with pytest.raises(StateConflict):
        undo("kent", doubted[2])


def test_every_decision_is_on_record_as_a_combination(
    database: Database, doubted: Doubted, decide: Decide, undo: Decide
) -> None:
    decide("kent", doubted[2], same=True)
    undo("kent", doubted[2])
    with database.read() as session:
        entries = [
            (e.event, e.operation)
            for e in audit_queries.entries_about(session, doubted[2])
            if e.event.startswith("match.")
        ]
    assert entries == [(f"match.{act}", "combination") for act in ("queued", "confirmed", "undone")]


def test_nothing_that_a_match_keeps_in_plain_columns_tells_of_the_child(
    database: Database, doubted: Doubted, decide: Decide
) -> None:
    decide("kent", doubted[2], same=True)
    with database.read() as session:
        match = session.scalars(select(Match)).one()
        shown = f"{match.reasons} {match.differences} {match.decision_reason} {match.sealed_undo!r} {match!r}"
    for value in ("Rowan", "Rowen", "Fictitious", "2012", "ME14", "Maidstone"):
        assert value not in shown


# ── Over HTTP ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_council_works_through_its_queue_over_http(
    doubted: Doubted, client_for: Callable[[str], FlaskClient]
) -> None:
    kent, ref = client_for("kent"), doubted[2]
    (waiting,) = kent.get("/api/v1/matches").json["items"]
    assert waiting["ref"] == ref
    assert waiting["explanation"]
    assert kent.get(f"/api/v1/matches/{ref}").json == waiting
    decided = kent.post(f"/api/v1/matches/{ref}/decision", json={"same": True, "reason": "records_checked"})
    assert (decided.status_code, decided.json["state"]) == (200, "confirmed")
    assert kent.get("/api/v1/matches").json["items"] == []
    undone = kent.post(f"/api/v1/matches/{ref}/undoing", json={"reason": "decided_in_error", "note": "Two sisters."})
    assert (undone.status_code, undone.json["state"]) == (200, "undone")
    assert client_for("medway").get(f"/api/v1/matches/{ref}").status_code == 404
    assert client_for("willow_house").get("/api/v1/matches").status_code == 403


@pytest.mark.parametrize("body", [{}, {"same": "yes", "reason": "other"}, {"same": True, "reason": "a hunch"}])
def test_a_decision_that_says_too_little_is_refused(
    doubted: Doubted, client_for: Callable[[str], FlaskClient], body: dict[str, Any]
) -> None:
    answer = client_for("kent").post(f"/api/v1/matches/{doubted[2]}/decision", json=body)
    assert answer.status_code == 422
    assert answer.json["fields"]
