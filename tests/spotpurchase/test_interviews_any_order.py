"""Whatever is booked, moved, tried, missed, held, declined or taken back, in whatever order: no clock of any episode moves."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.core.actor import SYSTEM
from hub.core.db import Database
from hub.core.errors import HubError
from hub.demonstration.cast import Cast
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.missing import service as missing
from hub.missing.models import MissingEpisode
from hub.notify.models import Obligation
from hub.spotpurchase import queries as request_queries
from hub.spotpurchase import stepping
from hub.spotpurchase.commissioning import commission
from hub.spotpurchase.interviews import duties, meanwhile, queries, service
from hub.spotpurchase.interviews.models import Appointment, Attempt, ChildOffer, InterviewNews
from hub.spotpurchase.models import InterviewEpisode
from hub.spotpurchase.states import UNDER_WAY
from tests.conftest import NOW
from tests.databases import undone
from tests.spotpurchase.interviewing import BY, HOUR

ACTS = (
    *("book", "book", "change", "cancel", "attempt", "attempt", "hold", "hold", "hold_unbooked"),
    *("offer", "offer", "carer", "untell", "unattempt", "unhold", "give_back", "commission_own"),
    *("goes_again", "comes_back", "follow", "decide", "step", "step"),
)
WHO = ("beacon", "beacon", "leeds")
WAITS = (timedelta(0), timedelta(minutes=40), timedelta(hours=3), timedelta(hours=26))
STORY = st.lists(
    st.tuples(st.sampled_from(ACTS), st.sampled_from(WHO), st.sampled_from(WAITS), st.integers(0, 3)),
    min_size=10,
    max_size=25,
)


@dataclass
class Story:
    """One interview, and everybody who does something about it."""

    cast: Cast
    rules: Rulebook
    areas: Areas
    ref: str
    placement: str
    now: datetime = NOW
    refs: dict[str, list[str]] = field(default_factory=dict)
    clocks: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    due: dict[str, datetime | None] = field(default_factory=dict)
    late: set[str] = field(default_factory=set)
    facts: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def act(self, session: Session, name: str, who: str, number: int) -> None:
        """Do one thing; what cannot be is refused whole."""
        with suppress(HubError), session.begin_nested():
            getattr(self, f"do_{name}")(session, who, number)

    def _do(self, session: Session, who: str, act: Any, ref: str, **told: Any) -> Any:
        done = act(session, self.cast.actors[who], ref, **told, rules=self.rules, now=self.now)
        if hasattr(done, "ref"):
            self.refs.setdefault(done.ref[:3], []).append(done.ref)
        return done

    def _one(self, prefix: str, number: int) -> str:
        known = self.refs.get(prefix, [])
        return known[-1 - number % len(known)] if known else f"{prefix}_{'0' * 26}"

    def do_book(self, session: Session, who: str, number: int) -> None:
        told = {"starts_at": self.now + (1 + 20 * number) * HOUR, "minutes": 60, "mode": "in_person", "by": BY}
        self._do(session, who, service.book, self.ref, **told)

    def do_change(self, session: Session, who: str, number: int) -> None:
        told = {"starts_at": self.now + (1 + 9 * number) * HOUR, "reason": "child_asked"}
        self._do(session, who, service.rearrange, self._one("apt", 0), **told)

    def do_cancel(self, session: Session, who: str, number: int) -> None:
        self._do(session, who, service.cancel, self._one("apt", number // 2), reason="child_asked")

    def do_attempt(self, session: Session, who: str, number: int) -> None:
        outcome = ("not_there", "no_contact", "rearranged", "child_declined")[number]
        told = {"at": self.now - number * timedelta(minutes=20), "how": "in_person", "outcome": outcome, "by": BY}
        self._do(session, who, service.attempt, self.ref, **told)

    def do_hold(self, session: Session, who: str, number: int) -> None:
        known = queries.appointment_with(session, self._one("apt", 0))
        starts_at = known[0].starts_at if known else self.now
        self.now = max(self.now, starts_at + HOUR)
        told = {"held_at": (starts_at, self.now - HOUR, self.now, starts_at)[number], "minutes": 45, "by": BY}
        self._do(session, who, service.hold, self._one("apt", 0), **told)

    def do_hold_unbooked(self, session: Session, who: str, number: int) -> None:
        told = {"held_at": self.now - HOUR - number * HOUR, "minutes": 45, "mode": "video", "by": BY}
        self._do(session, who, service.hold_unbooked, self.ref, **told)

    def do_offer(self, session: Session, who: str, number: int) -> None:
        said = ("accepted", "declined", "no_response", "not_possible")[number]
        told = {"offered_at": self.now - number * HOUR, "how": "phone", "said": said, "by": BY}
        self._do(session, who, service.offer_to_child, self.ref, **told)

    def do_carer(self, session: Session, who: str, number: int) -> None:
        self._do(session, who, service.offer_to_carer, self._one("cof", number), offered_at=self.now, by=BY)

    def do_untell(self, session: Session, who: str, number: int) -> None:
        self._do(session, who, service.take_back_offer, self._one("cof", number), reason="wrong_child")

    def do_unattempt(self, session: Session, who: str, number: int) -> None:
        self._do(session, who, service.take_back_attempt, self._one("att", number), reason="wrong_time")

    def do_unhold(self, session: Session, who: str, number: int) -> None:
        self._do(session, who, service.take_back_interview, self._one("apt", number // 2), reason="wrong_time")

    def do_give_back(self, session: Session, who: str, number: int) -> None:
        if number == 0:
            reason = "taken_back" if who == "leeds" else "no_capacity"
            self._do(session, who, service.give_back, self.ref, reason=reason, by=BY)

    def do_commission_own(self, session: Session, who: str, number: int) -> None:
        told = {"performer": "social_worker", "by": BY, "reason": "Invented: nobody else is left."}
        self._do(session, "leeds", commission, self.ref, **told)

    def do_goes_again(self, session: Session, who: str, number: int) -> None:
        told = {"placement": self.placement, "missing_from_at": self.now - timedelta(minutes=30), "by": BY}
        actor = self.cast.actors["willow_house"]
        done = missing.report(session, actor, told, rules=self.rules, areas=self.areas, now=self.now)
        self.refs.setdefault("mis", []).append(done.episode)

    def do_comes_back(self, session: Session, who: str, number: int) -> None:
        back = self.now - timedelta(minutes=5)
        self._do(session, "willow_house", missing.record_return, self._one("mis", number), at=back, by=BY)

    def do_follow(self, session: Session, who: str, number: int) -> None:
        for request_id, about in queries.missing_again(session, at_most=10):
            request = request_queries.locked(session, request_id)
            ref = meanwhile.note(session, SYSTEM, request, "missing_again", about, rules=self.rules, now=self.now)
            self.refs.setdefault("nws", []).append(ref)
        settled = queries.settled_meanwhile(session, at_most=10)
        meanwhile.settle(session, SYSTEM, settled, rules=self.rules, now=self.now)

    def do_decide(self, session: Session, who: str, number: int) -> None:
        answer = ("one_interview", "own_interview")[number % 2]
        self._do(session, "leeds", service.answer_news, self._one("nws", number // 2), answer=answer)

    def do_step(self, session: Session, who: str, number: int) -> None:
        request = request_queries.by_ref(session, self.ref)
        if request is not None and request.next_step_at is not None and request.next_step_at <= self.now:
            stepping.step(session, request_queries.locked(session, request.id), rules=self.rules, now=self.now)


# --- what holds after every step --------------------------------------------------------------------------------------


def no_clock_moves(session: Session, case: Story) -> None:
    """What each episode was owed by when it was added stays; so does when its offer and its interview are due."""
    clocks = {
        f"{row.request_id} {row.episode_id}": (row.returned_at, row.latest_at)
        for row in session.scalars(select(InterviewEpisode).execution_options(populate_existing=True))
    }
    assert {name: clocks.get(name) for name in case.clocks} == case.clocks
    case.clocks = clocks
    owed = select(Obligation).where(Obligation.duty_code.in_(("ERHO", "ERHI")), Obligation.state != "void")
    rows = session.scalars(owed.execution_options(populate_existing=True)).all()
    due = {row.ref: row.due_at for row in rows}
    assert {ref: due.get(ref) for ref in case.due} == case.due
    case.due = due
    late = {row.ref for row in rows if row.was_late or row.state == "met_late"}
    assert late >= case.late, "what was late stays late"
    case.late = late


def what_was_told_stays(session: Session, case: Story) -> None:
    """Offers, attempts and appointments stay as they were told; taking back marks them."""
    there: dict[str, tuple[Any, ...]] = {}
    told: Mapping[Any, tuple[str, ...]] = {
        ChildOffer: ("request_id", "organisation_id", "offered_at", "how", "said", "recorded_at"),
        Attempt: ("commission_id", "appointment_id", "at", "how", "outcome", "miles", "recorded_at"),
        Appointment: ("commission_id", "booked_at", "booked_by"),
        InterviewNews: ("request_id", "kind", "episode_id", "noticed_at"),
    }
    for model, names in told.items():
        for row in session.scalars(select(model).execution_options(populate_existing=True)):
            there[row.ref] = tuple(getattr(row, name) for name in names)
    assert {ref: there.get(ref) for ref in case.facts} == case.facts
    case.facts = there


def the_request_adds_up(session: Session, case: Story) -> None:
    """A time is booked just where it is scheduled; somebody has it just where the request says so; it is held once at most."""
    request = request_queries.by_ref(session, case.ref)
    assert request is not None
    standing = request_queries.standing_commission(session, request.id)
    times = queries.appointments_of(session, request.id)
    by_state = [each.state for each in times]
    assert by_state.count("booked") == (request.state == "scheduled")
    assert (standing is not None) == (request.state in ("commissioned", "scheduled"))
    assert by_state.count("held") == (request.state in ("completed", "reported"))
    assert request.state not in UNDER_WAY or request.ended_at is None
    for each in times:
        assert each.held_at is None or each.held_at >= request.returned_at


def what_is_owed_adds_up(session: Session) -> None:
    """Each episode's interview is met by the first that was held after its return, or excused by the child's last word."""
    served = select(MissingEpisode).join(InterviewEpisode, InterviewEpisode.episode_id == MissingEpisode.id)
    for one in session.scalars(served.execution_options(populate_existing=True)):
        requests = queries.requests_serving(session, [one.id])
        offers = [each for each in queries.offers_of(session, requests) if each.taken_back_at is None]
        held = duties.interview_that_counts(one, queries.held_for(session, requests))
        offered = duties.offer_that_counts(one, offers)
        owed = {row.duty_code: row for row in _owed(session, one)}
        for code, deed in (("ERHO", offered), ("ERHI", held)):
            row = owed[code]
            if deed is not None:
                assert row.state in ("met", "met_late")
                assert (row.fulfilled_at, row.fulfilled_by) == (deed.at, deed.ref)
            else:
                is_excused = code == "ERHI" and duties.declines(one, offers)
                assert row.state == ("excused" if is_excused else "open")


def _owed(session: Session, episode: MissingEpisode) -> list[Obligation]:
    about = (
        Obligation.subject_ref == episode.ref,
        Obligation.duty_code.in_(("ERHO", "ERHI")),
        Obligation.state != "void",
    )
    return list(session.scalars(select(Obligation).where(*about).execution_options(populate_existing=True)))


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(story=STORY)
def test_no_order_of_events_moves_a_clock(
    database: Database, cast: Cast, rules: Rulebook, areas: Areas, placement: str, bought: str, story: list[Any]
) -> None:
    case = Story(cast, rules, areas, bought, placement)
    with undone(database) as session:
        for name, who, wait, number in story:
            case.now += wait
            case.act(session, name, who, number)
            no_clock_moves(session, case)
            what_was_told_stays(session, case)
            the_request_adds_up(session, case)
            what_is_owed_adds_up(session)
