"""An interview that Leeds bought of Beacon for a child it placed in Kent, and everybody who does something about it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hub.demonstration.cast import Cast
from hub.notify.models import Obligation
from hub.registry.content import plain
from hub.spotpurchase import answering, asking, cancelling, commissioning, requesting
from hub.spotpurchase.interviews import following, service, views
from hub.spotpurchase.interviews.views import Course
from hub.spotpurchase.models import Commission, InterviewRequest
from hub.spotpurchase.money import correcting
from hub.spotpurchase.schemas import InterviewRequestIn
from tests.conftest import NOW
from tests.missing.conftest import BY, DAY, HOUR, Watch, placement, watch
from tests.registry.conftest import Books, Desk, books, desk

__all__ = [
    "BACK",
    "BY",
    "DAY",
    "HOUR",
    "LATEST",
    "Books",
    "Desk",
    "Interviewing",
    "books",
    "desk",
    "placement",
    "watch",
]

BACK = NOW - 2 * HOUR
"""When the child came back in most stories: its 72 hours run from here."""
LATEST = BACK + timedelta(hours=72)
MINUTE = timedelta(minutes=1)
ASKED: dict[str, Any] = {
    "risk": "Invented: nothing is known.",
    "contact": {"name": "M. Invented", "phone": "01632 960007"},
    "price_cap_pence": 50_000,
    "purchase_order": "PO-4711",
    "by": BY,
}


@dataclass(frozen=True)
class Interviewing:
    """Everybody who acts in the stories of an interview."""

    watch: Watch
    cast: Cast

    @property
    def books(self) -> Books:
        return self.watch.books

    def does(self, member: str, act: Callable[..., Any], ref: str, *, now: datetime = NOW, **told: Any) -> Any:
        """*member* does an act of the service."""
        return self.watch.desk(member).does(act, ref, now=now, **told)

    def comes_back(
        self, placement: str, at: datetime = BACK, *, gone: datetime | None = None, now: datetime | None = None
    ) -> str:
        """The child goes missing and comes back; the reference of the episode."""
        since, told_at = gone or at - 3 * HOUR, now or max(at, NOW)
        ref = self.watch.reports("kent_police", placement, now=told_at, missing_from_at=since).episode
        self.watch.returns("willow_house", ref, at, now=told_at)
        return ref

    def asks_for(self, *episodes: str, now: datetime = NOW, **changed: Any) -> str:
        """Leeds asks for the interview; the reference of the request."""
        told = InterviewRequestIn().load(plain({**ASKED, "episodes": list(episodes), **changed}))
        return str(self.watch.desk("leeds").does_in_area(requesting.request, told, now=now).ref)

    def buys(self, ref: str, seller: str = "beacon", *, now: datetime = NOW) -> str:
        """*seller* is asked and offers, and is commissioned at once; the reference of the request."""
        own, placing = self.cast.refs[seller], self.watch.desk("leeds")
        if not self._asked(ref, seller):
            placing.does(asking.ask_by_hand, ref, providers=[own], now=now)
        told = {"earliest_at": now + HOUR, "mode": "in_person", "miles": 20, "by": BY}
        self.watch.desk(seller).does(answering.offer, self._asked(ref, seller), told, now=now)
        return ref

    def does_it_itself(self, ref: str, performer: str = "social_worker", *, now: datetime = NOW) -> str:
        """Leeds holds it itself."""
        given = {"performer": performer, "by": BY, "reason": "Invented: nobody else is left."}
        self.watch.desk("leeds").does(commissioning.commission, ref, now=now, **given)
        return ref

    def cancels_request(self, ref: str, *, now: datetime = NOW) -> None:
        self.does("leeds", cancelling.cancel, ref, now=now, reason="other", by=BY)

    def offers(self, member: str, ref: str, said: str = "accepted", at: datetime = NOW, **told: Any) -> Any:
        """The child is offered it, and says something."""
        given = {"offered_at": at, "how": "in_person", "said": said, "by": BY, "now": max(at, NOW), **told}
        return self.does(member, service.offer_to_child, ref, **given)

    def books_time(
        self, ref: str, at: datetime = NOW + DAY, member: str = "beacon", *, now: datetime = NOW, **told: Any
    ) -> Any:
        given = {"starts_at": at, "minutes": 60, "mode": "in_person", "by": BY, **told}
        return self.does(member, service.book, ref, now=now, **given)

    def tries(
        self, ref: str, outcome: str = "not_there", at: datetime = NOW + HOUR, member: str = "beacon", **told: Any
    ) -> Any:
        given = {"at": at, "how": "in_person", "outcome": outcome, "by": BY, "now": at, **told}
        return self.does(member, service.attempt, ref, **given)

    def holds(
        self,
        appointment: str,
        at: datetime = NOW + DAY,
        member: str = "beacon",
        *,
        now: datetime | None = None,
        **told: Any,
    ) -> Any:
        given = {"held_at": at, "minutes": 60, "by": BY, **told}
        return self.does(member, service.hold, appointment, now=now or at + 2 * HOUR, **given)

    def follows(self, now: datetime = NOW) -> int:
        """The job looks for what has changed."""
        own = self.watch.desk("leeds")
        return following.follow_children_once(own.database, own.rules, now=now)

    def course(self, member: str, ref: str, now: datetime = NOW) -> Course:
        """How it went so far, as *member* reads it."""
        own = self.watch.desk(member)
        with own.database.write() as session:
            return views.read_course(session, own.actor, ref, now=now)

    def state(self, ref: str) -> str:
        return str(self.request(ref).state)

    def request(self, ref: str) -> InterviewRequest:
        [row] = self._rows(select(InterviewRequest).where(InterviewRequest.ref == ref))
        return row

    def commission(self, ref: str) -> Commission:
        """The newest commission of a request."""
        wanted = select(Commission).where(Commission.request_id == self.request(ref).id).order_by(Commission.id)
        return self._rows(wanted)[-1]

    def owed(self, subject: str, code: str) -> Obligation:
        """The one obligation of a code about an episode, or about a request, that is not void."""
        about = (Obligation.subject_ref == subject, Obligation.duty_code == code, Obligation.state != "void")
        [row] = self._rows(select(Obligation).where(*about))
        return row

    def _rows(self, wanted: Any) -> list[Any]:
        with self.books.database.read() as session:
            return list(session.scalars(wanted))

    def charged(self, event: str) -> int:
        """What an event comes to, in pence, with whatever was entered against it."""
        said = "SELECT net_pence + vat_pence AS pence FROM purchase_entry WHERE event_ref = :e"
        return sum(row.pence for row in self.books.all(said, e=event))

    def puts_right(self, event: str, net_pence: int, *, now: datetime) -> None:
        """Beacon enters against what it charged for an event first."""
        [first, *_] = self.books.all("SELECT ref FROM purchase_entry WHERE event_ref = :e ORDER BY id", e=event)
        seller = self.cast.actors["beacon"]
        with self.books.database.write() as session:
            correcting.adjust(session, seller, first.ref, net_pence=net_pence, reason="miles_wrong", now=now)

    def told(self, ref: str, kind: str) -> set[str]:
        """The names of those who were alerted."""
        return self.watch.told(ref, kind)

    def fed(self, ref: str, kind: str) -> set[str]:
        """The names of those in whose feed an event of *kind* stands."""
        said = (
            "SELECT organisation.name FROM feed_event JOIN organisation ON organisation.id = feed_event.organisation_id "
            "WHERE feed_event.subject_ref = :r AND feed_event.type = :k"
        )
        return {row.name for row in self.books.all(said, r=ref, k=kind)}

    def _asked(self, ref: str, seller: str) -> str:
        said = (
            "SELECT a.ref FROM interview_ask a JOIN interview_request r ON r.id = a.request_id "
            "WHERE r.ref = :r AND a.provider_id = :p AND a.state IN ('asked', 'lapsed')"
        )
        rows = self.books.all(said, r=ref, p=self.cast.ids[seller])
        return str(rows[0].ref) if rows else ""


@pytest.fixture
def interviewing(watch: Watch, cast: Cast) -> Interviewing:
    return Interviewing(watch, cast)


@pytest.fixture
def episode(interviewing: Interviewing, placement: str) -> str:
    """The reference of the episode from which the child came back."""
    return interviewing.comes_back(placement)


@pytest.fixture
def sought(interviewing: Interviewing, episode: str) -> str:
    """The reference of a request that nobody has taken on yet."""
    return interviewing.asks_for(episode)


@pytest.fixture
def bought(interviewing: Interviewing, sought: str) -> str:
    """The reference of a request for which Beacon is commissioned."""
    return interviewing.buys(sought)
