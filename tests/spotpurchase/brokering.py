"""One child of Leeds who lives in Kent, and everybody who does anything about its interviews, in any order and by the services.

Each act is one of the services' own; what cannot be is refused whole. It is one transaction, and undone at the end.
"""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from hub.core.actor import SYSTEM
from hub.core.db import Database
from hub.core.errors import HubError
from hub.demonstration.cast import Cast
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.missing import service as missing
from hub.spotpurchase import answering, asking, cancelling, commissioning, queries, requesting, stepping
from hub.spotpurchase.interviews import meanwhile
from hub.spotpurchase.interviews import queries as course
from hub.spotpurchase.interviews import service as interviews
from hub.spotpurchase.models import Commission, InterviewAsk, InterviewRequest
from hub.spotpurchase.reports import schemas
from hub.spotpurchase.reports import service as reports
from hub.spotpurchase.reports.models import InterviewReport, Recommendation, ReportShare, SafeguardingReferral
from hub.spotpurchase.schemas import InterviewRequestIn
from tests.conftest import NOW
from tests.spotpurchase.reporting import NARRATIVE, changed

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
BY = "P. Specimen, worker"
PROVIDERS = ("kent_returns", "beacon", "northstar")
WANTED: dict[str, Any] = {
    "risk": "Invented: riskcanary.",
    "contact": {"name": "P. Specimen", "phone": "01632 960777"},
    "preferences": {"where": "Invented: wishcanary"},
    "purchase_order": "ORDERCANARY1",
    "by": BY,
}
RECORD = changed(about={"born_on": "2011-03-04"})
OFFERED = ("accepted", "accepted", "declined", "no_response")
TRIED = ("not_there", "not_there", "no_contact", "rearranged", "child_declined")


class UndoneError(Exception):
    """The story is over: nothing of it stays."""


@dataclass(repr=False)
class Brokering:
    """The child, the market, and the time."""

    database: Database
    cast: Cast
    rules: Rulebook
    areas: Areas
    placement: str
    now: datetime = NOW
    requests: list[str] = field(default_factory=list)
    episodes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._undone = ExitStack()
        self._undone.enter_context(suppress(UndoneError))
        self.session = self._undone.enter_context(self.database.write())

    def __repr__(self) -> str:
        return "<Brokering>"

    def undo(self) -> None:
        self._undone.__exit__(UndoneError, UndoneError(), None)

    # --- how anything is done

    def does(self, member: str, act: Callable[..., Any], *given: Any, **told: Any) -> Any:
        """*member* does it; ``None`` where it is refused, and then nothing of it stands."""
        with suppress(HubError), self.session.begin_nested():
            return act(self.session, self.cast.actors[member], *given, **told, rules=self.rules, now=self.now)
        return None

    def rows(self, model: Any, *conditions: Any) -> list[Any]:
        """Rows in their order, as they are now."""
        wanted = select(model).where(*conditions).order_by(model.id).execution_options(populate_existing=True)
        return list(self.session.scalars(wanted))

    def newest(self, model: Any, *conditions: Any) -> Any:
        """The newest such row, or ``None``."""
        found = self.rows(model, *conditions)
        return found[-1] if found else None

    @property
    def request(self) -> InterviewRequest:
        """The request that was made last."""
        [row] = self.rows(InterviewRequest, InterviewRequest.ref == self.requests[-1])
        return row

    @property
    def holder(self) -> str:
        """Who is commissioned; otherwise who was last, or Beacon."""
        row = self.newest(Commission, Commission.request_id == self.request.id)
        return self.member(row.performer_id) if row else "beacon"

    @property
    def waited_for(self) -> str:
        """Somebody whose answer would still count; otherwise Beacon."""
        waits = InterviewAsk.state.in_(("asked", "offered", "lapsed"))
        row = self.newest(InterviewAsk, InterviewAsk.request_id == self.request.id, waits)
        return self.member(row.provider_id) if row else "beacon"

    def member(self, organisation_id: int) -> str:
        return next(name for name, number in self.cast.ids.items() if number == organisation_id)

    def ask(self, member: str) -> str:
        """The reference of that provider's ask, or of none."""
        own = (InterviewAsk.request_id == self.request.id, InterviewAsk.provider_id == self.cast.ids[member])
        row = self.newest(InterviewAsk, *own)
        return row.ref if row else "ask_" + "0" * 26

    # --- the child

    def goes_missing(self, hours: int = 3) -> None:
        """The child is reported missing since some hours ago."""
        told = {"placement": self.placement, "missing_from_at": self.now - hours * HOUR, "by": BY}
        done = self.does("kent_police", missing.report, told, areas=self.areas)
        if done is not None and done.episode not in self.episodes:
            self.episodes.append(done.episode)

    def comes_back(self, minutes: int = 30) -> None:
        if self.episodes:
            at = self.now - minutes * MINUTE
            self.does("willow_house", missing.record_return, self.episodes[-1], at=at, by=BY)

    # --- the placing authority

    def asks(self, *, award: str = "first_acceptable", cap: int | None = 20_000, episodes: int = 1) -> None:
        """Leeds asks for the interview after the newest episodes; whoever sets no cap chooses by hand."""
        told = {**WANTED, "episodes": self.episodes[-episodes:], "award": award if cap else "by_hand"}
        told |= {"price_cap_pence": cap} if cap else {}
        told |= {"reason": "close_together"} if episodes > 1 else {}
        made = self.does("leeds", requesting.request, InterviewRequestIn().load(told), areas=self.areas)
        if made is not None:
            self.requests.append(made.ref)

    def adds_episode(self) -> None:
        given = {"episode": self.episodes[-1], "reason": "close_together"}
        self.does("leeds", requesting.add_episode, self.request.ref, **given)

    def asks_by_hand(self, *members: str) -> None:
        refs = [self.cast.refs[member] for member in members]
        self.does("leeds", asking.ask_by_hand, self.request.ref, providers=refs)

    def commissions(self, performer: str, member: str = "beacon") -> None:
        told: dict[str, Any] = {"performer": performer, "by": BY, "reason": "Invented: nobody else is left."}
        told |= {"ask": self.ask(member)} if performer == "provider" else {}
        self.does("leeds", commissioning.commission, self.request.ref, **told)

    def cancels(self) -> None:
        self.does("leeds", cancelling.cancel, self.request.ref, reason="other", by=BY)

    def asks_again(self) -> None:
        self.does("leeds", cancelling.renew, self.request.ref, by=BY)

    def decides_news(self, number: int) -> None:
        for each in course.news_of(self.session, self.request.id):
            answers = meanwhile.ANSWERS[each.kind]
            self.does("leeds", interviews.answer_news, each.ref, answer=answers[number % len(answers)])

    # --- providers

    def offers(self, member: str, hours: int = 5, mode: str = "in_person") -> None:
        told = {"earliest_at": self.now + hours * HOUR, "mode": mode, "minutes": 60, "miles": 10, "by": BY}
        self.does(member, answering.offer, self.ask(member), told)

    def declines(self, member: str, code: str = "no_capacity") -> None:
        self.does(member, answering.decline, self.ask(member), code=code, by=BY)

    def refers(self, member: str, to: str) -> None:
        self.does(member, answering.refer, self.ask(member), to=self.cast.refs[to], by=BY)

    def says(self, member: str, about: str) -> None:
        """Somebody asks or answers about the ask of *about*, by words that nobody else is to read."""
        self.does(member, answering.converse, self.ask(about), text=f"Invented: said of {about}canary.", by=BY)

    def gives_back(self, member: str) -> None:
        reason = "taken_back" if member == "leeds" else "no_capacity"
        self.does(member, interviews.give_back, self.request.ref, reason=reason, by=BY)

    # --- the interview

    def offers_to_child(self, member: str, said: str, hours: int = 0) -> None:
        told = {"offered_at": self.now - hours * HOUR, "how": "phone", "said": said, "by": BY, "note": "wordcanary"}
        self.does(member, interviews.offer_to_child, self.request.ref, **told)

    def books(self, member: str, hours: int) -> None:
        told = {"starts_at": self.now + hours * HOUR, "minutes": 60, "mode": "in_person", "by": BY}
        self.does(member, interviews.book, self.request.ref, **told, note="wordcanary")

    def rearranges(self, member: str, hours: int) -> None:
        told = {"starts_at": self.now + hours * HOUR, "reason": "child_asked"}
        self.does(member, interviews.rearrange, self._time(), **told)

    def cancels_time(self, member: str) -> None:
        self.does(member, interviews.cancel, self._time(), reason="child_asked")

    def attempts(self, member: str, outcome: str) -> None:
        told = {"at": self.now, "how": "in_person", "outcome": outcome, "miles": 12, "by": BY, "note": "wordcanary"}
        self.does(member, interviews.attempt, self.request.ref, **told)

    def holds(self, member: str, minutes: int = 45) -> None:
        """The time that is booked has come, and the interview was held then."""
        found = course.appointment_with(self.session, self._time())
        if found is not None:
            self.passes(max(found[0].starts_at + HOUR - self.now, 0 * HOUR), works=False)
            told = {"held_at": found[0].starts_at, "minutes": minutes, "miles": 12, "by": BY, "note": "wordcanary"}
            self.does(member, interviews.hold, found[0].ref, **told)

    def holds_unbooked(self, member: str) -> None:
        told = {"held_at": self.now - HOUR, "minutes": 45, "mode": "video", "by": BY}
        self.does(member, interviews.hold_unbooked, self.request.ref, **told)

    def takes_back(self, member: str, what: str) -> None:
        """*what* was recorded last, an interview, an attempt or an offer, was recorded in error."""
        ref, request = "", self.request.id
        if what == "interview":
            ref, act = self._time(), interviews.take_back_interview
        elif what == "attempt":
            made = course.attempts_of(self.session, request)
            tries = [each for each in made if each.taken_back_at is None and each.outcome != "held"]
            ref, act = (tries[-1].ref if tries else ""), interviews.take_back_attempt
        else:
            offers = [each for each in course.offers_of(self.session, [request]) if each.taken_back_at is None]
            ref, act = (offers[-1].ref if offers else ""), interviews.take_back_offer
        self.does(member, act, ref, reason="wrong_time")

    def _time(self) -> str:
        times = course.appointments_of(self.session, self.request.id)
        return times[-1].ref if times else "apt_" + "0" * 26

    # --- the report

    def writes(self, member: str) -> None:
        """The draft is saved, and sent."""
        draft = self._read_draft(member)
        if draft is None:
            return
        content = schemas.ReportDraftIn().load({"record": RECORD, "narrative": f"{NARRATIVE} {draft.version}"})
        saved = self._timed(member, reports.save_draft, self.request.ref, content, version=draft.version)
        if saved is not None:
            self.does(member, reports.submit, self.request.ref, version=saved.version, by=BY)

    def corrects(self, member: str) -> None:
        self._timed(member, reports.begin_correction, self.request.ref, reason="mistake")

    def _read_draft(self, member: str) -> Any:
        return self._timed(member, reports.read_draft, self.request.ref)

    def _timed(self, member: str, act: Callable[..., Any], *given: Any, **told: Any) -> Any:
        with suppress(HubError), self.session.begin_nested():
            return act(self.session, self.cast.actors[member], *given, **told, now=self.now)
        return None

    def gives(self, to: str, view: str, wishes: str = "agrees") -> None:
        report = self.newest(InterviewReport)
        told = {
            "recipient": self.cast.refs[to],
            "view": view,
            "necessity": ["protect_the_child"],
            "proportionality": "Invented: decisioncanary.",
            "wishes": wishes,
            "by": BY,
        }
        if report is not None:
            self.does("leeds", reports.share, report.ref, schemas.ShareIn().load(told))

    def recalls(self) -> None:
        share = self.newest(ReportShare)
        if share is not None:
            self.does("leeds", reports.recall, share.ref, reason="wrong_recipient")

    def receives(self, member: str, what: str) -> None:
        """What a recipient of a view does with it; and what Leeds answers."""
        share = self.newest(ReportShare)
        if share is None:
            return
        if what == "acknowledge":
            self.does(member, reports.acknowledge_share, share.ref, by=BY)
        elif what == "ask":
            self.does(member, reports.ask, share.ref, text="Invented: what?", by=BY)
        else:
            self.does("leeds", reports.answer, share.ref, text="Invented: that.", by=BY)

    def acknowledges(self) -> None:
        report = self.newest(InterviewReport)
        if report is not None:
            self.does("leeds", reports.acknowledge, report.ref, by=BY)

    def answers_points(self, member: str, *, is_open: bool = False) -> None:
        said = (
            {"answer": "open", "reason": "Invented: anew.", "by": BY} if is_open else {"answer": "accepted", "by": BY}
        )
        for each in self.rows(Recommendation):
            self.does(member, reports.answer_recommendation, each.ref, schemas.RecommendationAnswerIn().load(said))
        told = {"outcome": "open" if is_open else "assessment", "words": "Invented: done.", "by": BY}
        for each in self.rows(SafeguardingReferral):
            self.does(member, reports.answer_referral, each.ref, schemas.ReferralAnswerIn().load(told))

    # --- time, and the worker

    def passes(self, time: timedelta, *, works: bool = True) -> None:
        """Time goes by; and, unless it has stopped, the worker does what has come due."""
        self.now += time
        if works:
            self.works()

    def works(self) -> None:
        """The worker takes on whatever is due until nothing is; a step that raises is a fault, and fails the test."""
        self._follows()
        for _ in range(20):
            due = queries.due(self.session, now=self.now, at_most=100)
            if not due:
                return
            for number in due:
                request = queries.claim(self.session, number, now=self.now)
                if request is not None:
                    stepping.step(self.session, request, rules=self.rules, now=self.now)
        raise AssertionError("the worker never comes to rest")

    def _follows(self) -> None:
        for request_id, about in course.missing_again(self.session, at_most=10):
            request = queries.locked(self.session, request_id)
            meanwhile.note(self.session, SYSTEM, request, "missing_again", about, rules=self.rules, now=self.now)
        settled = course.settled_meanwhile(self.session, at_most=10)
        meanwhile.settle(self.session, SYSTEM, settled, rules=self.rules, now=self.now)
