"""What people do, hour by hour: each answer, visit and decision from the seed and whom it is about, whenever it is asked for.

So both ways of doing it meet the same people: a provider that would decline an ask from the hub would have declined the e-mail.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bench.simulation.country import EVERY_DAY, WEEKDAYS, Council, Country, Episode, Seller, hours_of
from bench.simulation.course import Taken
from hub.directory.opening_hours import next_opening
from hub.duties.calendar import Calendar

_VISITS = {day: ["10:00", "19:00"] for day in EVERY_DAY} | {"bank_holidays": True}
_OFFICE = {day: ["09:00", "17:00"] for day in WEEKDAYS}


@dataclass(frozen=True)
class Answer:
    """What a provider says to one ask, and when. An offer says when the child could be seen."""

    says: Literal["offer", "decline"]
    at: datetime
    code: str = ""
    earliest_at: datetime | None = None


@dataclass(frozen=True)
class Contact:
    """What comes of it when whoever took it on speaks with the child."""

    comes: Literal["accepted", "declined", "vanished", "given_back"]
    at: datetime
    starts_at: datetime


@dataclass(frozen=True)
class Decision:
    """What the placing council does itself, and when; ``nothing``: it was told in vain."""

    does: Literal["own_interviewer", "social_worker", "nothing"]
    at: datetime


class Conduct:
    """Everybody's doings in one country."""

    def __init__(self, country: Country, calendar: Calendar) -> None:
        self.country, self.calendar = country, calendar
        self._stated = country.stated

    def answer(self, episode: Episode, seller: Seller, asked_at: datetime, times: int) -> Answer | None:
        """What *seller* says to the ask of *asked_at*, its *times*-th about this child; ``None``: nothing, ever."""
        chance = self._chance("answer", episode.number, seller.name, times)
        drawn, shares = chance.random() * 100, self._stated.shares(f"says.{seller.says}")
        if drawn >= 100 - shares["silent"]:
            return None
        at = self._at_work(chance, asked_at + self._hours(chance, f"answers.{seller.kind}_hours"), seller)
        if drawn >= shares["offers"]:
            return Answer("decline", at, code=self._reason(chance, seller))
        earliest_at = self._visit_after(at + self._hours(chance, "performing.lead_hours"))
        if earliest_at > episode.latest_at and chance.random() < self._stated.share("answers.too_late_declined"):
            return Answer("decline", at, code="cannot_meet_72_hours")
        return Answer("offer", at, earliest_at=earliest_at)

    def opens(self, seller: Seller, at: datetime) -> datetime:
        """When *seller* is open first, from *at* on."""
        return next_opening(seller.hours, at, calendar=self.calendar)

    def contact(self, episode: Episode, taken: Taken, since: datetime) -> Contact:
        """What comes of it when somebody took it on at *since*."""
        chance, earliest_at = self._chance("contact", episode.number, taken.who, taken.number), taken.earliest_at
        at = since + self._hours(chance, "performing.contact_hours")
        drawn, is_seller = chance.random() * 100, taken.is_seller
        lead = self._hours(chance, "placing.own_lead_hours")
        starts_at = self._visit_after(max(earliest_at or since + lead, at + timedelta(hours=1)))
        lost = self._stated.number("performing.vanishes")
        if is_seller and drawn < lost:
            return Contact("vanished", at, starts_at)
        if is_seller and drawn < lost + self._stated.number("performing.gives_back"):
            return Contact("given_back", at, starts_at)
        # The child's mind is its own, whoever asks.
        declines = self._chance("child", episode.number).random() < self._stated.share("found.child_declines")
        return Contact("declined" if declines else "accepted", at, starts_at)

    def is_there(self, episode: Episode, taken: Taken, visit: int) -> bool:
        """Whether the child is there at the *visit*-th visit."""
        chance = self._chance("visit", episode.number, taken.who, taken.number, visit)
        return chance.random() >= self._stated.share("performing.not_there")

    def next_visit(self, after: datetime) -> datetime:
        """When whoever found nobody comes again."""
        return self._visit_after(after + timedelta(hours=20))

    def minutes(self, episode: Episode) -> int:
        """How long the interview takes."""
        length = self._stated.spread("performing.minutes")
        return max(15, round(hours_of(self._chance("minutes", episode.number), length) / timedelta(hours=1)))

    def decides(self, episode: Episode, since: datetime, times: int) -> Decision:
        """What the placing council does that the hub has told, at *since*, that nobody took it on."""
        chance = self._chance("decides", episode.number, times)
        at = next_opening(_OFFICE, since + self._hours(chance, "placing.decides_hours"), calendar=self.calendar)
        if chance.random() < self._stated.share("placing.does_nothing"):
            return Decision("nothing", at)
        return Decision("own_interviewer" if self._placing(episode).has_interviewer else "social_worker", at)

    # --- by e-mail

    def chases_after(self, episode: Episode, times: int) -> timedelta:
        """How long it takes until silence is noticed."""
        return self._hours(self._chance("chases", episode.number, times), "by_email.chases_hours")

    def second(self, episode: Episode) -> Seller | None:
        """The national provider that is asked when the host was no help, if one is."""
        chance = self._chance("second", episode.number)
        asks = chance.random() < self._stated.share("by_email.asks_another")
        return chance.choice(self.country.national) if asks else None

    def helps_itself(self, episode: Episode, since: datetime) -> Decision:
        """What a social worker does whom nobody helped."""
        chance = self._chance("helps itself", episode.number)
        at = next_opening(_OFFICE, since, calendar=self.calendar)
        own = self._stated.share("by_email.own_interviewer") if self._placing(episode).has_interviewer else 0
        drawn = chance.random()
        if drawn < own:
            return Decision("own_interviewer", at)
        return Decision(
            "social_worker" if drawn < own + self._stated.share("by_email.social_worker") else "nothing", at
        )

    # --- chance

    def _placing(self, episode: Episode) -> Council:
        return self.country.councils[episode.placing]

    def _chance(self, *about: object) -> random.Random:
        return random.Random(f"{self._stated.seed} {about}")

    def _hours(self, chance: random.Random, name: str) -> timedelta:
        return hours_of(chance, self._stated.spread(name))

    def _at_work(self, chance: random.Random, at: datetime, seller: Seller) -> datetime:
        opens = self.opens(seller, at)
        return at if opens == at else opens + timedelta(minutes=chance.randrange(1, 60))

    def _visit_after(self, at: datetime) -> datetime:
        return next_opening(_VISITS, at, calendar=self.calendar)

    def _reason(self, chance: random.Random, seller: Seller) -> str:
        kind = "nothing" if seller.says == "nothing" else "host" if seller.run_by else "provider"
        shares = self._stated.shares(f"declines.{kind}")
        return chance.choices(list(shares), weights=list(shares.values()))[0]
