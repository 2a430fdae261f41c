"""Two senders, one placement: linked when certain, put to a person when doubtful, combined and parted again."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.audit import queries as audit_queries
from hub.core.clock import iso
from hub.core.db import Database
from hub.core.errors import NotFound, StateConflict
from hub.demonstration.cast import LEEDS, Cast
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.notify.acknowledgements import acknowledge
from hub.notify.models import Acknowledgement, Obligation
from hub.registry import link_decisions, links
from hub.registry.models import Child, Match, Notice, Placement
from hub.registry.receipts import Receipt
from hub.registry.registering import register_notice
from hub.registry.schemas import NoticeIn

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
STARTS = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
ADDRESS = {"lines": ["Willow House", "1 Fictitious Lane", "Maidstone"], "postcode": "ME14 1XQ"}
ROWAN = {"family_name": "Fictitious", "given_names": "Rowan", "born_on": "2012-03-14"}
WORKER = {"name": "P. Specimen", "phone": "01632 960100"}

Send = Callable[..., Receipt]


def council_notice(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "placement_start",
        "child": ROWAN,
        "legal_status": "S20",
        "setting": "childrens_home",
        "address": ADDRESS,
        "provider": {"urn": "SC900001"},
        "starts_at": iso(STARTS),
        "emergency": {"reason": "Invented."},
        "reason_not_notified_earlier": "Invented.",
        "needs_assessment": "Invented.",
        "suitability_reasons": "Invented.",
        "care_plan": {"to_follow": True, "reason": "Invented."},
        "social_worker": WORKER,
        "out_of_hours": WORKER,
        "iro": WORKER,
        "ehc_plan": {"has": "no"},
        **changes,
    }


def home_notice(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "home_admission",
        "child": ROWAN,
        "legal_status": "S20",
        "setting": "childrens_home",
        "placing_authority": LEEDS,
        "address": ADDRESS,
        "starts_at": iso(STARTS),
        "s20_or_s21": True,
        "s31": False,
        "emergency": {"reason": "Invented."},
        "social_worker": WORKER,
        "iro": WORKER,
        "ehc_plan": {"has": "no"},
        **changes,
    }


def named(**changes: str) -> dict[str, str]:
    return {**ROWAN, **changes}


@pytest.fixture
def send(database: Database, cast: Cast, rules: Rulebook, areas: Areas) -> Send:
    """``send("leeds", notice)`` registers a notice and returns its receipt."""

    def register(member: str, notice: Mapping[str, Any], now: datetime = NOW) -> Receipt:
        with database.write() as session:
            content = NoticeIn().load(notice)
            return register_notice(session, cast.actors[member], content, rules=rules, areas=areas, now=now)

    return register


@pytest.fixture
def decide(database: Database, cast: Cast, rules: Rulebook) -> Callable[..., Any]:
    def say(member: str, ref: str, same: bool, now: datetime = NOW + timedelta(hours=1)) -> Any:
        with database.write() as session:
            return link_decisions.decide(
                session, cast.actors[member], ref, same=same, reason="records_checked", rules=rules, now=now
            )

    return say


@pytest.fixture
def undo(database: Database, cast: Cast, rules: Rulebook, areas: Areas) -> Callable[..., Any]:
    def say(member: str, ref: str, now: datetime = NOW + timedelta(hours=2)) -> Any:
        with database.write() as session:
            return link_decisions.undo(
                session, cast.actors[member], ref, reason="decided_in_error", rules=rules, areas=areas, now=now
            )

    return say


def owed(database: Database, placement: str) -> dict[tuple[str, int | None, int | None], tuple[Any, ...]]:
    """What stands about a placement, void ones apart: (code, by, to) → how."""
    with database.read() as session:
        rows = session.scalars(
            select(Obligation).where(Obligation.subject_ref == placement, Obligation.state != "void")
        )
        return {
            (o.duty_code, o.owed_by_id, o.owed_to_id): (
                o.state, o.due_at, o.fulfilled_at, o.fulfilled_by, o.reached_at, o.promise_on
            )
            for o in rows
        }  # fmt: skip


def placement(session: Session, ref: str) -> Placement:
    return session.scalars(select(Placement).where(Placement.ref == ref)).one()


def described(database: Database, ref: str) -> dict[str, Any]:
    """Everything a placement's row says."""
    with database.read() as session:
        row = placement(session, ref)
        said = {
            c.name: getattr(row, c.name) for c in Placement.__table__.columns if c.name not in ("sealed", "version")
        }
        return {**said, "document": database.keys.open(ref, row.sealed)}


def state_of(database: Database, ref: str) -> str:
    state: str = described(database, ref)["state"]
    return state


# ── Certain ───────────────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── Doubtful ──────────────────────────────────────────────────────────────────────────────────────────────────────────

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
            return [(a.subject_ref, a.by, a.at, a.promise_on) for a in session.scalars(select(Acknowledgement))]

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
