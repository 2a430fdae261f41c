"""A child of Leeds who lives in Kent, was missing, and is back: Leeds asks for the interview, and providers answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hub.duties.rulebook import Rulebook
from hub.missing import service as missing
from hub.missing.schemas import ReportIn
from hub.notify import queries as notify_queries
from hub.registry.content import plain
from hub.spotpurchase import answering, asking, cancelling, commissioning, requesting, stepping, views
from hub.spotpurchase.schemas import InterviewRequestIn
from tests.conftest import NOW
from tests.registry.conftest import Books, Desk
from tests.registry.papers import paper

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
BY = "P. Fictitious, social worker"
BACK = NOW - HOUR
"""When the child came back."""
PLACED: dict[str, Any] = {
    "kind": "placement_start",
    "child": {"family_name": "Fictitious", "given_names": "Robin", "born_on": "2011-03-04", "sex": "not_known"},
    "legal_status": "S31C",
    "setting": "childrens_home",
    "provider": {"urn": "SC900001"},
    "address": {"lines": ["1 Fictitious Lane", "Maidstone"], "postcode": "ME14 1XQ"},
    "starts_at": "2026-09-01T10:00:00Z",
    "needs_assessment": "Invented: needs a small, settled household.",
    "suitability_reasons": "Invented: the home offers that.",
    "care_plan": {"to_follow": True, "reason": "Invented: it is being typed."},
    "social_worker": {"name": "P. Fictitious", "phone": "01632 960123", "email": "p.fictitious@leeds.example"},
    "emergency": {"reason": "Invented: the earlier placement ended that night."},
}
WANTED: dict[str, Any] = {
    "risk": "Invented: no known risk to an adult.",
    "contact": {"name": "P. Fictitious", "phone": "01632 960123"},
    "preferences": {"where": "Invented: a café", "who": "Invented: a woman"},
    "price_cap_pence": 20_000,
    "purchase_order": "PO-0001",
    "by": BY,
}


@dataclass(frozen=True, repr=False)
class Broker:
    """Everybody who asks, offers and decides in these stories. Each act is a transaction of its own."""

    desk: Callable[[str], Desk]
    books: Books
    rules: Rulebook

    def __repr__(self) -> str:
        return "<Broker>"

    # --- what leads to it

    def back(self, *, gone: datetime | None = None, at: datetime | None = BACK, **child: Any) -> str:
        """A child of Leeds placed in Kent was missing since *gone* and came back *at* (``None``: not yet); the episode."""
        placed = {**PLACED, "child": {**PLACED["child"], **child}}
        placement = str(self.desk("leeds").registers(paper(placed)).placement)
        return self.missing(placement, gone or BACK - 5 * HOUR, at)

    def missing(self, placement: str, gone: datetime, at: datetime | None, *, now: datetime = NOW) -> str:
        """The child of *placement* was missing since *gone*, and came back *at*; the episode."""
        told = ReportIn().load(plain({"placement": placement, "missing_from_at": gone, "by": BY}))
        episode = str(self.desk("willow_house").does_in_area(missing.report, told, now=max(gone, now)).episode)
        if at is not None:
            self.desk("willow_house").does(missing.record_return, episode, at=at, by=BY, now=max(at, now))
        return episode

    def placement_of(self, episode: str) -> str:
        said = (
            "SELECT placement.ref FROM placement JOIN missing_episode ON placement_id = placement.id "
            "WHERE missing_episode.ref = :r"
        )
        return str(self.books.all(said, r=episode)[0].ref)

    # --- what the placing authority does

    def asks(self, *episodes: str, member: str = "leeds", now: datetime = NOW, **changed: Any) -> str:
        """Ask for the interview after these episodes, as the API would; the reference of the request."""
        given = {**WANTED, "episodes": list(episodes), **changed}
        body = InterviewRequestIn().load({name: value for name, value in given.items() if value is not None})
        return str(self.desk(member).does_in_area(requesting.request, body, now=now).ref)

    def seeks(self, *, now: datetime = NOW, **changed: Any) -> str:
        """A child is back and Leeds asks for the interview; the reference of the request."""
        return self.asks(self.back(), now=now, **changed)

    def asks_by_hand(self, request: str, *members: str, now: datetime = NOW) -> None:
        refs = [self.desk(member).actor.organisation_ref for member in members]
        self.desk("leeds").does(asking.ask_by_hand, request, providers=refs, now=now)

    def commissions(self, request: str, now: datetime = NOW, *, member: str = "leeds", **said: Any) -> Any:
        return self.desk(member).does(commissioning.commission, request, now=now, **{"by": BY, **said})

    def cancels(self, request: str, now: datetime = NOW, reason: str = "held_otherwise") -> Any:
        return self.desk("leeds").does(cancelling.cancel, request, reason=reason, by=BY, now=now)

    def renews(self, request: str, now: datetime = NOW) -> Any:
        return self.desk("leeds").does(cancelling.renew, request, by=BY, now=now)

    def takes_back(self, request: str, now: datetime = NOW) -> Any:
        return self.desk("leeds").does(commissioning.take_back, request, now=now)

    # --- what a provider does

    def offers(self, member: str, request: str, now: datetime = NOW, **said: Any) -> Any:
        told = {"earliest_at": now + 5 * HOUR, "mode": "in_person", "by": BY, **said}
        return self.desk(member).does(answering.offer, self.ask(request, member), told, now=now)

    def declines(self, member: str, request: str, now: datetime = NOW, code: str = "no_capacity", **said: Any) -> Any:
        told = {"code": code, "by": BY, **said}
        return self.desk(member).does(answering.decline, self.ask(request, member), now=now, **told)

    def refers(self, member: str, request: str, to: str, now: datetime = NOW) -> Any:
        other = self.desk(to).actor.organisation_ref
        return self.desk(member).does(answering.refer, self.ask(request, member), to=other, by=BY, now=now)

    def says(self, member: str, request: str, text: str, now: datetime = NOW, *, about: str = "kent_returns") -> Any:
        """Somebody asks or answers about the ask of *about*."""
        return self.desk(member).does(answering.converse, self.ask(request, about), text=text, by=BY, now=now)

    # --- what the hub does

    def time_passes(self, now: datetime) -> int:
        """The worker looks, as often as there is something to do."""
        done = 0
        while found := stepping.step_once(self.desk("leeds").database, self.rules, now=now):
            done += found
        return done

    # --- what there is to see

    def reads(self, member: str, request: str, now: datetime = NOW) -> views.RequestSeen:
        with self.desk(member).reads() as session:
            return views.read_request(session, self.desk(member).actor, request, rules=self.rules, now=now)

    def reads_ask(self, member: str, request: str, now: datetime = NOW, *, about: str | None = None) -> views.AskSeen:
        with self.desk(member).reads() as session:
            return views.read_ask(session, self.desk(member).actor, self.ask(request, about or member), now=now)

    def row(self, request: str) -> Any:
        """The row of a request."""
        return self.books.all("SELECT * FROM interview_request WHERE ref = :r", r=request)[0]

    def states(self, request: str) -> dict[str, str]:
        """Who was asked → how its ask stands, in the order of asking."""
        return {self._member(row.name): row.state for row in self._asks(request)}

    def asked_now(self, request: str) -> list[str]:
        """Whose answer is waited for."""
        return [member for member, state in self.states(request).items() if state == "asked"]

    def reply_by(self, request: str, member: str) -> datetime:
        return self.reads_ask("leeds", request, about=member).reply_by

    def ask(self, request: str, member: str) -> str:
        """The reference of the ask of that provider."""
        found = [row.ref for row in self._asks(request) if self._member(row.name) == member]
        return str(found[0]) if found else "ask_" + "0" * 26

    def standing(self, request: str) -> list[Any]:
        """The commissions that stand for a request, with who performs them."""
        said = (
            "SELECT interview_commission.*, organisation.name FROM interview_commission "
            "JOIN interview_request ON interview_request.id = request_id "
            "JOIN organisation ON organisation.id = performer_id "
            "WHERE interview_request.ref = :r AND interview_commission.state = 'standing'"
        )
        return list(self.books.all(said, r=request))

    def holder(self, request: str) -> str | None:
        """Who is commissioned to hold it."""
        found = self.standing(request)
        return self._member(found[0].name) if found else None

    def told(self, request: str, kind: str) -> list[str]:
        """The members to whom an alert of *kind* was raised about a request, in order."""
        return [self._member(name) for each, name in self.books.alerts(request) if each == kind]

    def events(self, request: str, kind: str) -> list[str]:
        """The members in whose feed an event of *kind* about a request stands."""
        said = (
            "SELECT organisation.name FROM feed_event JOIN organisation ON organisation.id = organisation_id "
            "WHERE subject_ref = :r AND type = :k ORDER BY feed_event.id"
        )
        return [self._member(row.name) for row in self.books.all(said, r=request, k=kind)]

    def owed(self, request: str, code: str) -> dict[str, str]:
        """Who owes *code* about a request → how that stands, void ones apart."""
        said = (
            "SELECT organisation.name, obligation.state FROM obligation JOIN organisation ON organisation.id = owed_by_id "
            "WHERE subject_ref = :r AND duty_code = :c AND obligation.state != 'void' ORDER BY obligation.id"
        )
        return {self._member(row.name): row.state for row in self.books.all(said, r=request, c=code)}

    def owed_ref(self, request: str, code: str) -> str:
        """The reference of the one obligation of *code* about a request that is open."""
        said = "SELECT ref FROM obligation WHERE subject_ref = :r AND duty_code = :c AND state = 'open'"
        [row] = self.books.all(said, r=request, c=code)
        return str(row.ref)

    def due(self, request: str, code: str) -> datetime:
        """When what is owed is due."""
        with self.desk("leeds").reads() as session:
            return next(
                row.due_at
                for row in notify_queries.locked(session, *notify_queries.about(request, [code]))
                if row.state != "void" and row.due_at
            )

    def is_well(self, now: datetime = NOW) -> bool:
        """Whether the auditor finds every request in somebody's hands."""
        with self.desk("leeds").reads() as session:
            return not any(check.find(session, now, 5) for check in stepping.CHECKS)

    def _asks(self, request: str) -> list[Any]:
        said = (
            "SELECT interview_ask.*, organisation.name FROM interview_ask "
            "JOIN interview_request ON interview_request.id = request_id "
            "JOIN organisation ON organisation.id = provider_id WHERE interview_request.ref = :r ORDER BY interview_ask.id"
        )
        return list(self.books.all(said, r=request))

    def _member(self, name: str) -> str:
        return NAMES.get(name, name)


NAMES: Mapping[str, str] = {
    "Kent Return Interviews": "kent_returns",
    "Beacon Return Interviews": "beacon",
    "Northstar Interviews": "northstar",
    "Leeds City Council": "leeds",
    "Kent County Council": "kent",
}
