"""The country of the simulation: councils, whoever holds interviews there and at what price, and the children who come back.

Councils and how many children they place and host are real (DfE, children looked after, 31 March 2025; Open Government Licence
3.0). Providers, prices and episodes are made, from the seed alone.
"""

import csv
import math
import random
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

from bench.simulation.stated import Spread, Stated
from hub.core.clock import LONDON
from hub.spotpurchase.money.pricing import Card

_VOLUMES: Final = Path(__file__).with_name("volumes.csv")
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri")
EVERY_DAY: Final = (*WEEKDAYS, "sat", "sun")
HOST_HOURS: Final[dict[str, Any]] = {day: ["09:00", "17:00"] for day in WEEKDAYS}
REGIONAL_HOURS: Final[dict[str, Any]] = {day: ["08:00", "20:00"] for day in EVERY_DAY} | {"bank_holidays": True}
NATIONAL_HOURS: Final[dict[str, Any]] = {day: ["07:00", "23:00"] for day in EVERY_DAY} | {"bank_holidays": True}


@dataclass(frozen=True)
class Council:
    """A council: how many children it places elsewhere and hosts, what it does for those, and whether it has an interviewer."""

    gss_code: str
    places: int
    hosts: int
    does: str
    """For children whom others placed in its area: ``nothing``, ``free``, ``sells``."""
    has_interviewer: bool


@dataclass(frozen=True)
class Seller:
    """Whoever may hold an interview. ``says``: how it answers, as a section of the assumptions."""

    name: str
    says: str
    run_by: str | None
    areas: frozenset[str]
    """None named: everywhere."""
    capacity: int
    miles: int
    hours: Mapping[str, Any]
    card: Card | None = field(repr=False)

    @property
    def kind(self) -> str:
        return "host" if self.run_by else self.says


@dataclass(frozen=True)
class Episode:
    """A child who is back, in *host*'s area, placed there by *placing*; *asked_at*: when the social worker asks."""

    number: int
    placing: str
    host: str
    age: int
    returned_at: datetime
    asked_at: datetime

    @property
    def latest_at(self) -> datetime:
        return self.returned_at + timedelta(hours=72)


@dataclass(frozen=True)
class Country:
    """Everything that is there before the first child goes missing."""

    stated: Stated
    councils: Mapping[str, Council]
    sellers: Sequence[Seller]

    @cached_property
    def own_team(self) -> dict[str, Seller]:
        """The host's own team, by council."""
        return {each.run_by: each for each in self.sellers if each.run_by}

    @cached_property
    def national(self) -> list[Seller]:
        return [each for each in self.sellers if each.says == "national"]

    def episodes(self, number: int) -> list[Episode]:
        """The year's episodes in the order of asking: the first *number* of them."""
        made = sorted(self._made(), key=lambda each: (each.asked_at, each.number))
        return made[:number]

    def _made(self) -> Iterator[Episode]:
        chance = random.Random(f"{self.stated.seed} episodes")
        codes = list(self.councils)
        places = list(accumulate(self.councils[code].places for code in codes))
        hosts = list(accumulate(self.councils[code].hosts for code in codes))
        hours, ages = self.stated.several("episodes.return_hours"), self.stated.several("episodes.ages")
        delay = self.stated.spread("episodes.asked_after_hours")
        for number in range(self.stated.number("found.episodes")):
            placing = codes[bisect(places, chance.random() * places[-1])]
            host = placing
            while host == placing:
                host = codes[bisect(hosts, chance.random() * hosts[-1])]
            day = datetime(self.stated.year, 1, 1, tzinfo=LONDON) + timedelta(days=chance.randrange(365))
            local = day.replace(hour=chance.choice(hours), minute=chance.randrange(60))
            returned_at = local.astimezone(UTC)
            asked_at = returned_at + hours_of(chance, delay)
            yield Episode(number, placing, host, chance.choice(ages), returned_at, asked_at)


def hours_of(chance: random.Random, length: Spread) -> timedelta:
    """A length in hours, to the second."""
    return timedelta(seconds=round(3600 * length.median * math.exp(length.spread * chance.gauss(0, 1))))


def country(stated: Stated) -> Country:
    """The country as the assumptions have it."""
    chance = random.Random(f"{stated.seed} country")
    councils = {each.gss_code: each for each in _councils(stated, chance)}
    sellers = [*_teams(stated, chance, councils), *_regional(stated, chance, councils), *_national(stated, chance)]
    return Country(stated, councils, sellers)


def _councils(stated: Stated, chance: random.Random) -> Iterator[Council]:
    with _VOLUMES.open(newline="") as file:
        rows = list(csv.DictReader(file))
    does = _dealt(chance, len(rows), stated)
    for row, done in zip(rows, does, strict=True):
        has_interviewer = chance.random() < stated.share("placing.own_interviewer")
        numbers = int(row["placed_outside"]), int(row["hosted_from_other_councils"])
        yield Council(row["gss_code"], *numbers, done, has_interviewer)


def _dealt(chance: random.Random, number: int, stated: Stated) -> list[str]:
    """What each council does, in the shares that were found, dealt out at random."""
    sells = round(number * stated.share("found.hosts_that_sell"))
    free = round(number * stated.share("hosts.paid_by_host"))
    does = ["sells"] * sells + ["free"] * free + ["nothing"] * (number - sells - free)
    chance.shuffle(does)
    return does


def _teams(stated: Stated, chance: random.Random, councils: Mapping[str, Council]) -> Iterator[Seller]:
    capacity, miles = stated.number("hosts.capacity"), stated.number("hosts.miles")
    for code, council in councils.items():
        price = _fives(chance, stated.several("prices.host_pence"))
        card = _card(stated, code, "fixed", price, HOST_HOURS) if council.does == "sells" else None
        yield Seller(f"Team of {code}", council.does, code, frozenset({code}), capacity, miles, HOST_HOURS, card)


def _regional(stated: Stated, chance: random.Random, councils: Mapping[str, Council]) -> Iterator[Seller]:
    codes, size = list(councils), stated.number("others.areas")
    capacity, miles = stated.number("others.regional_capacity"), stated.number("others.regional_miles")
    for number in range(stated.number("others.regional")):
        # Codes run by region, so that neighbours in the list are mostly neighbours.
        first = chance.randrange(len(codes))
        areas = frozenset(codes[(first + step) % len(codes)] for step in range(size))
        card = _card(
            stated, f"C{number}", "fixed", _fives(chance, stated.several("prices.regional_pence")), REGIONAL_HOURS
        )
        yield Seller(f"Charity {number}", "regional", None, areas, capacity, miles, REGIONAL_HOURS, card)


def _national(stated: Stated, chance: random.Random) -> Iterator[Seller]:
    capacity, miles = stated.number("others.national_capacity"), stated.number("others.national_miles")
    for number in range(stated.number("others.national")):
        least, most = stated.several("prices.national_hour_pence")
        pence = chance.randrange(least, most + 1, 50)
        vat = stated.number("prices.national_vat")
        card = _card(stated, f"N{number}", "hourly", pence, NATIONAL_HOURS, vat=vat)
        yield Seller(f"National {number}", "national", None, frozenset(), capacity, miles, NATIONAL_HOURS, card)


def _fives(chance: random.Random, between: list[int]) -> int:
    return chance.randrange(between[0], between[1] + 1, 500)


def _card(stated: Stated, ref: str, basis: str, pence: int, hours: Mapping[str, Any], *, vat: int = 0) -> Card:
    return Card(
        ref=ref,
        version=1,
        basis=basis,
        price_pence=pence,
        least_minutes=120 if basis == "hourly" else 0,
        travel_pence_per_mile=stated.number("found.mile_pence"),
        out_of_hours_percent=stated.number("prices.out_of_hours"),
        vat_percent=vat,
        opening_hours=hours,
    )
