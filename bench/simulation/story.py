"""The year, event by event: whoever is asked answers in their own time, the hub looks when it said, children say what they say.

The same story runs on the rules alone, on the hub's services over a database, and by e-mail: ``Course`` is the difference.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from bench.simulation.conduct import Answer, Conduct, Contact, Decision
from bench.simulation.country import Episode
from bench.simulation.course import Course, Seen, Taken

SEEKING: Final = ("requested", "unplaced")
ANSWERABLE: Final = ("asked", "lapsed")
_FOUND_NOBODY: Final = timedelta(minutes=20)
Decides = Callable[[Episode, datetime, int], Decision]


@dataclass
class Fate:
    """What became of one episode."""

    episode: Episode
    asked: int = 0
    asked_shut: int = 0
    """Asks whose reply-by comes before the provider opens."""
    offers: int = 0
    declines: Counter[str] = field(default_factory=Counter)
    too_late: int = 0
    """Answers that nobody waited for any longer."""
    vanished: int = 0
    given_back: int = 0
    visits_in_vain: int = 0
    offered_at: datetime | None = None
    """When the child was first offered it."""
    child_declined: bool = False
    held_at: datetime | None = None
    held_by: str = ""
    """``provider``, ``own_interviewer``, ``social_worker``."""
    decided: int = 0
    left: int = 0
    """Times that the placing council was told and did nothing."""

    @property
    def is_in_time(self) -> bool:
        return self.held_at is not None and self.held_at <= self.episode.latest_at


@dataclass
class _Followed:
    """What the story knows of an episode that is under way."""

    fate: Fate
    asked: set[tuple[str, datetime]] = field(default_factory=set)
    times: Counter[str] = field(default_factory=Counter)
    looks_at: datetime | None = None
    taken: int = 0
    is_deciding: bool = False


class Story:
    """One year of one country, one way of doing it."""

    def __init__(self, course: Course, conduct: Conduct, decides: Decides) -> None:
        self.course, self.conduct, self.decides = course, conduct, decides
        self._miles = {each.name: each.miles for each in conduct.country.sellers}
        self._sellers = {each.name: each for each in conduct.country.sellers}
        self._heap: list[tuple[datetime, int, Callable[..., None], tuple[Any, ...]]] = []
        self._order = 0
        self._followed: dict[int, _Followed] = {}

    def run(self, episodes: Sequence[Episode]) -> list[Fate]:
        """Everything that happens to *episodes*, and what became of each, in their order."""
        for episode in episodes:
            self._then(episode.asked_at, self._ask, episode)
        while self._heap:
            now, _, act, about = heapq.heappop(self._heap)
            act(*about, now)
        return [self._followed[each.number].fate for each in episodes]

    def _then(self, at: datetime, act: Callable[..., None], *about: Any) -> None:
        self._order += 1
        heapq.heappush(self._heap, (at, self._order, act, about))

    # --- asking

    def _ask(self, episode: Episode, now: datetime) -> None:
        self._followed[episode.number] = _Followed(Fate(episode))
        self.course.ask(episode, now)
        self._observe(episode, now)

    def _observe(self, episode: Episode, now: datetime) -> None:
        """See what an act led to, and let everybody whom it concerns act in their own time."""
        seen, known = self.course.seen(episode, now), self._followed[episode.number]
        self._tell_asked(episode, seen, known)
        if seen.looks_at is not None and seen.looks_at != known.looks_at:
            self._then(max(seen.looks_at, now), self._look, episode, seen.looks_at)
        known.looks_at = seen.looks_at
        if seen.taken is not None and seen.taken.number != known.taken:
            known.taken = seen.taken.number
            contact = self.conduct.contact(episode, seen.taken, now)
            self._then(contact.at, self._contact, episode, seen.taken, contact)
        if seen.owes_decision and not known.is_deciding:
            known.is_deciding, known.fate.decided = True, known.fate.decided + 1
            decision = self.decides(episode, now, known.fate.decided)
            self._then(max(decision.at, now), self._decide, episode, decision)

    def _tell_asked(self, episode: Episode, seen: Seen, known: _Followed) -> None:
        for ask in seen.asks:
            if ask.state != "asked" or (ask.seller, ask.asked_at) in known.asked:
                continue
            known.asked.add((ask.seller, ask.asked_at))
            known.times[ask.seller] += 1
            seller = self._sellers[ask.seller]
            known.fate.asked += 1
            known.fate.asked_shut += self.conduct.opens(seller, ask.asked_at) >= ask.reply_by
            answer = self.conduct.answer(episode, seller, ask.asked_at, known.times[ask.seller])
            if answer is not None:
                self._then(answer.at, self._answer, episode, ask.seller, ask.asked_at, answer)

    def _look(self, episode: Episode, at: datetime, now: datetime) -> None:
        known = self._followed[episode.number]
        if known.looks_at == at:
            known.looks_at = None
            self.course.look(episode, now)
            self._observe(episode, now)

    def _answer(self, episode: Episode, seller: str, asked_at: datetime, answer: Answer, now: datetime) -> None:
        seen, fate = self.course.seen(episode, now), self._followed[episode.number].fate
        ask = seen.ask_of(seller)
        is_wanted = seen.state in SEEKING and ask is not None and ask.asked_at == asked_at and ask.state in ANSWERABLE
        if not is_wanted:
            fate.too_late += 1
            return
        if answer.says == "offer" and answer.earliest_at is not None:
            fate.offers += 1
            self.course.offer(episode, seller, answer.earliest_at, now)
        else:
            fate.declines[answer.code] += 1
            self.course.decline(episode, seller, answer.code, now)
        self._observe(episode, now)

    def _decide(self, episode: Episode, decision: Decision, now: datetime) -> None:
        known, seen = self._followed[episode.number], self.course.seen(episode, now)
        if seen.state not in SEEKING:
            known.is_deciding = False
            return
        if decision.does == "nothing":
            known.fate.left += 1
            return
        known.is_deciding = False
        if decision.does == "social_worker" and seen.offered is not None:
            self.course.accept(episode, seen.offered, now)
        else:
            self.course.decide(episode, decision.does, now)
        self._observe(episode, now)

    # --- holding

    def _is_theirs(self, episode: Episode, taken: Taken, now: datetime) -> bool:
        current = self.course.seen(episode, now).taken
        return current is not None and current.number == taken.number

    def _contact(self, episode: Episode, taken: Taken, contact: Contact, now: datetime) -> None:
        fate = self._followed[episode.number].fate
        if not self._is_theirs(episode, taken, now):
            return
        if contact.comes == "vanished":
            fate.vanished += 1
            return
        if contact.comes == "given_back":
            fate.given_back += 1
            self.course.give_back(episode, now)
        else:
            fate.offered_at = fate.offered_at or now
            fate.child_declined = contact.comes == "declined"
            self.course.child_says(episode, contact.comes, now)
            if contact.comes == "accepted":
                self._book(episode, taken, contact.starts_at, 1, now)
        self._observe(episode, now)

    def _book(self, episode: Episode, taken: Taken, starts_at: datetime, visit: int, now: datetime) -> None:
        self.course.book(episode, starts_at, self.conduct.minutes(episode), now)
        self._then(starts_at, self._visit, episode, taken, visit)

    def _visit(self, episode: Episode, taken: Taken, visit: int, now: datetime) -> None:
        if not self._is_theirs(episode, taken, now):
            return
        if self.conduct.is_there(episode, taken, visit):
            minutes = self.conduct.minutes(episode)
            self._then(now + timedelta(minutes=minutes), self._hold, episode, taken, now, minutes)
        else:
            self._then(now + _FOUND_NOBODY, self._found_nobody, episode, taken, visit)

    def _found_nobody(self, episode: Episode, taken: Taken, visit: int, now: datetime) -> None:
        self._followed[episode.number].fate.visits_in_vain += 1
        self.course.attempt(episode, now, self._miles.get(taken.who, 0))
        if self._is_theirs(episode, taken, now):
            self._book(episode, taken, self.conduct.next_visit(now), visit + 1, now)
        self._observe(episode, now)

    def _hold(self, episode: Episode, taken: Taken, held_at: datetime, minutes: int, now: datetime) -> None:
        fate = self._followed[episode.number].fate
        self.course.hold(episode, held_at, minutes, self._miles.get(taken.who, 0), now)
        fate.held_at, fate.held_by = held_at, "provider" if taken.is_seller else taken.who
        self._observe(episode, now)
