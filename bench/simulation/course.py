"""What a simulated year needs of whatever runs it: acts of people and of the hub, and what is to be seen of a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bench.simulation.country import Episode


@dataclass(frozen=True)
class AskSeen:
    """One ask as it stands. ``asked_at`` tells it from an earlier one of the same provider."""

    seller: str
    asked_at: datetime
    reply_by: datetime
    state: str
    earliest_at: datetime | None


@dataclass(frozen=True)
class Taken:
    """Who holds it now: the *number*-th that does. ``who``: the provider's name, or what kind of the council's own it is."""

    number: int
    who: str
    is_seller: bool
    earliest_at: datetime | None


@dataclass(frozen=True)
class Seen:
    """One request as it stands."""

    state: str
    asks: tuple[AskSeen, ...]
    looks_at: datetime | None
    taken: Taken | None
    owes_decision: bool
    """The placing council is told that it must decide itself."""

    def ask_of(self, seller: str) -> AskSeen | None:
        return next((each for each in self.asks if each.seller == seller), None)

    @property
    def offered(self) -> str | None:
        """Whose offer waits for a person: the one that could come first."""
        waiting = [
            (each.earliest_at, each.seller) for each in self.asks if each.state == "offered" and each.earliest_at
        ]
        return min(waiting)[1] if waiting else None


class Course(Protocol):
    """One way of doing it."""

    def ask(self, episode: Episode, now: datetime) -> None: ...

    def look(self, episode: Episode, now: datetime) -> None: ...

    def offer(self, episode: Episode, seller: str, earliest_at: datetime, now: datetime) -> None: ...

    def decline(self, episode: Episode, seller: str, code: str, now: datetime) -> None: ...

    def decide(self, episode: Episode, performer: str, now: datetime) -> None: ...

    def accept(self, episode: Episode, seller: str, now: datetime) -> None: ...

    def child_says(self, episode: Episode, said: str, now: datetime) -> None: ...

    def book(self, episode: Episode, starts_at: datetime, minutes: int, now: datetime) -> None: ...

    def attempt(self, episode: Episode, at: datetime, miles: int) -> None: ...

    def hold(self, episode: Episode, held_at: datetime, minutes: int, miles: int, now: datetime) -> None: ...

    def give_back(self, episode: Episode, now: datetime) -> None: ...

    def seen(self, episode: Episode, now: datetime) -> Seen: ...

    def spent(self) -> Mapping[int, int]:
        """Pence that were charged, by number of episode."""
        ...
