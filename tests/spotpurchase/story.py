"""One child of Leeds who lives in Kent, how anything is done about it, and the time: what stories of the broker are made of.

What cannot be is refused whole. A story is one transaction, and undone at the end.
"""

from collections.abc import Callable, Mapping
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
from hub.missing.models import MissingEpisode
from hub.registry.registering import register_notice
from hub.registry.schemas import NoticeIn
from hub.spotpurchase import queries, stepping
from hub.spotpurchase.interviews import meanwhile
from hub.spotpurchase.interviews import queries as course
from hub.spotpurchase.interviews.restating import restate
from hub.spotpurchase.models import Commission, InterviewAsk, InterviewRequest
from tests.conftest import NOW
from tests.databases import undone
from tests.spotpurchase import seeking
from tests.spotpurchase.seeking import HOUR, MINUTE

PLACED: dict[str, Any] = {
    **seeking.PLACED,
    "child": {"family_name": "Quillfeather", "given_names": "Zebedee", "born_on": "2011-03-04", "sex": "not_known"},
    "address": {"lines": ["1 Canary Lane", "Maidstone"], "postcode": "ME14 1XQ"},
}
BY = "P. Specimen, worker"


@dataclass(repr=False)
class Story:
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
        self.session = self._undone.enter_context(undone(self.database))

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def close(self) -> None:
        """Nothing of it stays."""
        self._undone.close()

    # --- how anything is done

    def does(self, member: str, act: Callable[..., Any], *given: Any, **told: Any) -> Any:
        """*member* does it; ``None`` where it is refused, and then nothing of it stands."""
        with suppress(HubError), self.session.begin_nested():
            return act(self.session, self.cast.actors[member], *given, **told, rules=self.rules, now=self.now)
        return None

    def does_timed(self, member: str, act: Callable[..., Any], *given: Any, **told: Any) -> Any:
        """As :meth:`does`, an act that no rule of the law decides."""
        with suppress(HubError), self.session.begin_nested():
            return act(self.session, self.cast.actors[member], *given, **told, now=self.now)
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
            self.does("leeds", missing.record_return, self.episodes[-1], at=at, by=BY)

    def is_found(self) -> None:
        if self.episodes:
            self.does("kent_police", missing.locate, self.episodes[-1], at=self.now, by=BY)

    def was_back(self, hours: int) -> None:
        """Leeds says that the child was back so much earlier or later than it had said."""
        episode = self.newest(MissingEpisode, MissingEpisode.ref.in_(self.episodes[-1:]))
        if episode is None or episode.returned_at is None:
            return
        leeds, at = self.cast.actors["leeds"], min(episode.returned_at + hours * HOUR, self.now)
        told: dict[str, Any] = {"rules": self.rules, "now": self.now}
        with suppress(HubError), self.session.begin_nested():
            missing.undo(self.session, leeds, episode.ref, what="return", reason="wrong_time", **told)
            missing.record_return(self.session, leeds, episode.ref, at=at, by=BY, **told)
        self.works()

    def moves(self, address: Mapping[str, Any]) -> None:
        """Leeds places the child elsewhere from now on."""
        told = {**PLACED, "address": address, "starts_at": self.now.isoformat()}
        told |= {"provider": {"name": "Invented House"}}
        made = self.does("leeds", register_notice, NoticeIn().load(told), areas=self.areas)
        if made is not None:
            self.placement = str(made.placement)

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
        for number in course.restated(self.session, at_most=10):
            restate(self.session, queries.locked(self.session, number), rules=self.rules, now=self.now)
        found = {
            "missing_again": course.missing_again(self.session, at_most=10),
            "moved": course.moved(self.session, now=self.now, at_most=10),
        }
        for kind, rows in found.items():
            for request_id, about in rows:
                request = queries.locked(self.session, request_id)
                meanwhile.note(self.session, SYSTEM, request, kind, about, rules=self.rules, now=self.now)
        for ref in queries.unattended(self.session, at_most=10):
            stepping.own_again(self.session, ref, rules=self.rules, now=self.now)
        settled = course.settled_meanwhile(self.session, at_most=10)
        meanwhile.settle(self.session, SYSTEM, settled, rules=self.rules, now=self.now)
