"""The broker by its rules alone: the real matching, cascade, prices, policy and states, and no database.

What the services do around those rules is done here in a few lines, and ``by_services`` holds it to them: the same story must end
in the same way (tests/bench/test_simulation.py).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bench.simulation.country import Country, Episode, Seller
from bench.simulation.course import AskSeen, Seen, Taken
from hub.core.machine import Machine
from hub.duties.rulebook import Rulebook
from hub.spotpurchase import cascade, duties
from hub.spotpurchase.asking import SPENT
from hub.spotpurchase.interviews.attempting import MOST_ATTEMPTS
from hub.spotpurchase.matching import Match, Standing, Wanted, ranked
from hub.spotpurchase.money import pricing
from hub.spotpurchase.money.pricing import Card
from hub.spotpurchase.policy import load_interview_policy
from hub.spotpurchase.providers.models import MODES
from hub.spotpurchase.states import ASK, INTERVIEW_REQUEST, SEEKING


@dataclass
class Asked:
    """One ask."""

    seller: Seller
    state: str
    asked_at: datetime
    reply_by: datetime
    goes_on_at: datetime
    expires_at: datetime | None = None
    earliest_at: datetime | None = None
    pence: int = 0


@dataclass
class Held:
    """A commission that stands. ``seller``: ``None`` where the placing council does it itself."""

    number: int
    performer: str
    seller: Seller | None
    pence: int
    earliest_at: datetime | None
    respond_by: datetime
    heard_at: datetime | None = None
    booked: tuple[datetime, datetime] | None = None
    attempts: int = 0

    @property
    def card(self) -> Card | None:
        return self.seller.card if self.seller else None


@dataclass
class Case:
    """One request."""

    episode: Episode
    hours: cascade.Hours
    state: str = INTERVIEW_REQUEST.start
    asks: dict[str, Asked] = field(default_factory=dict)
    looks_at: datetime | None = None
    held: Held | None = None
    commissions: int = 0


def moved(machine: Machine, state: str, action: str) -> str:
    """The state after *action*. Raises where the machine does not allow it: the story would not be the hub's."""
    move = machine.move(action)
    if state not in move.sources:
        raise ValueError(f"{machine.name}: {action} from {state}")
    return move.target


class ByRules:
    """A ``Course`` that keeps everything in memory."""

    def __init__(self, country: Country, rules: Rulebook) -> None:
        self.country, self.rules = country, rules
        self.terms = load_interview_policy().asking
        self.cap = country.stated.number("prices.price_cap_pence")
        self.cases: dict[int, Case] = {}
        self._busy: Counter[str] = Counter()
        self._spent: Counter[int] = Counter()
        self._council = {code: number for number, code in enumerate(country.councils)}
        self._sellers = list(country.sellers)
        self._numbers = {each.name: number for number, each in enumerate(self._sellers)}
        self._standings = {code: self._covering(code) for code in country.councils}

    # --- what people do

    def ask(self, episode: Episode, now: datetime) -> None:
        hours = duties.hours_of(episode.returned_at, episode.latest_at, rules=self.rules)
        self.cases[episode.number] = case = Case(episode, hours)
        self.step_on(case, now)

    def look(self, episode: Episode, now: datetime) -> None:
        case = self.cases[episode.number]
        case.looks_at = None
        if case.state in SEEKING:
            self._lapse(case, now)
            self.step_on(case, now)
        elif case.held is not None:
            self._look_after(case, case.held, now)

    def offer(self, episode: Episode, seller: str, earliest_at: datetime, now: datetime) -> None:
        case = self.cases[episode.number]
        ask = case.asks[seller]
        ask.state, ask.earliest_at = moved(ASK, ask.state, "offer"), earliest_at
        if (card := ask.seller.card) is not None:
            is_out = pricing.is_out_of_hours(card, earliest_at, calendar=self.rules.calendar)
            ask.pence = pricing.quoted(card, miles=ask.seller.miles, is_out_of_hours=is_out).total_pence
            ask.expires_at = now + timedelta(hours=card.quote_hours)
        is_late = earliest_at > episode.latest_at and now < episode.latest_at
        if ask.pence > self.cap or is_late:
            self.step_on(case, now)
        else:
            self.accept(episode, seller, now)

    def decline(self, episode: Episode, seller: str, code: str, now: datetime) -> None:
        case = self.cases[episode.number]
        case.asks[seller].state = moved(ASK, case.asks[seller].state, "decline")
        self.step_on(case, now)

    def accept(self, episode: Episode, seller: str, now: datetime) -> None:
        case = self.cases[episode.number]
        ask = case.asks[seller]
        ask.state = moved(ASK, ask.state, "win")
        self._commission(case, "provider", ask, now)

    def decide(self, episode: Episode, performer: str, now: datetime) -> None:
        self._commission(self.cases[episode.number], performer, None, now)

    def child_says(self, episode: Episode, said: str, now: datetime) -> None:
        case = self.cases[episode.number]
        if said == "declined":
            case.state = moved(INTERVIEW_REQUEST, case.state, "decline_by_child")
            self._free(case)
            case.looks_at = None

    def book(self, episode: Episode, starts_at: datetime, minutes: int, now: datetime) -> None:
        case, held = self._under_way(episode)
        case.state = moved(INTERVIEW_REQUEST, case.state, "schedule")
        held.booked, held.heard_at = (starts_at, starts_at + timedelta(minutes=minutes)), now
        case.looks_at = held.booked[1]

    def attempt(self, episode: Episode, at: datetime, miles: int) -> None:
        case, held = self._under_way(episode)
        most = held.card.most_attempts if held.card else MOST_ATTEMPTS
        if held.card is not None and held.booked and held.attempts < most:
            minutes = (held.booked[1] - held.booked[0]) // timedelta(minutes=1)
            self._spent[episode.number] += pricing.abortive(held.card, miles, minutes=minutes).total_pence
        case.state = moved(INTERVIEW_REQUEST, case.state, "unschedule")
        held.booked, held.heard_at, held.attempts, case.looks_at = None, at, held.attempts + 1, at
        if held.attempts >= most:
            self._free(case)
            case.state = moved(INTERVIEW_REQUEST, case.state, "lose_performer")
            self._run_out(case, at)

    def hold(self, episode: Episode, held_at: datetime, minutes: int, miles: int, now: datetime) -> None:
        case, held = self._under_way(episode)
        case.state = moved(INTERVIEW_REQUEST, case.state, "complete")
        if held.card is not None:
            is_out = pricing.is_out_of_hours(held.card, held_at, calendar=self.rules.calendar)
            full = pricing.held(held.card, minutes=minutes, miles=miles, is_out_of_hours=is_out)
            self._spent[episode.number] += pricing.capped(held.card, full, held.pence).total_pence
        self._free(case)
        case.looks_at = None

    def give_back(self, episode: Episode, now: datetime) -> None:
        self._lose(self.cases[episode.number], now)

    def seen(self, episode: Episode, now: datetime) -> Seen:
        case = self.cases[episode.number]
        asks = tuple(
            AskSeen(name, ask.asked_at, ask.reply_by, ask.state, ask.earliest_at) for name, ask in case.asks.items()
        )
        return Seen(case.state, asks, case.looks_at, self._taken(case), self._owes_decision(case, now))

    def spent(self) -> Mapping[int, int]:
        return self._spent

    # --- what the hub does

    def step_on(self, case: Case, now: datetime) -> None:
        """As ``asking.step_on``."""
        if case.state not in SEEKING:
            return
        if case.state == "unplaced" or self._waits(case, now):
            self._wait(case, now)
            return
        spent = {self._numbers[name] for name, ask in case.asks.items() if ask.state in SPENT}
        most = duties.longest_reply(self.rules, now=now)
        matches = self.matches(case.episode, now)
        step = cascade.next_step(matches, spent, case.hours, self.terms, most=most, now=now)
        if step is not None:
            self._put(case, step.matches, step.reply_by, now)
        elif any(ask.state in ("asked", "offered") for ask in case.asks.values()) and now < case.hours.fallback_at:
            self._wait(case, now, at_the_latest=case.hours.fallback_at)
        else:
            self._run_out(case, now)

    def _waits(self, case: Case, now: datetime) -> bool:
        """Whether the hub goes on to nobody else before one of these has answered."""
        return any(ask.state == "asked" and now < ask.goes_on_at for ask in case.asks.values())

    def matches(self, episode: Episode, now: datetime) -> Sequence[Match]:
        """Whom the request would be put to, in order; the sellers' numbers stand for their organisations."""
        wanted = Wanted(
            area_gss=episode.host,
            age=episode.age,
            languages=(),
            gender="any",
            modes=MODES,
            price_cap_pence=self.cap,
            host_id=-1 - self._council[episode.host],
            placing_id=-1 - self._council[episode.placing],
        )
        there = [
            replace(standing, capacity=max(seller.capacity - self._busy[seller.name], 0))
            for seller, standing in self._standings[episode.host]
        ]
        return ranked(wanted, there, at=now, calendar=self.rules.calendar).asked

    def _put(self, case: Case, matches: Sequence[Match], step_by: datetime, now: datetime) -> None:
        for match in matches:
            seller = self._sellers[match.organisation_id]
            known = case.asks.get(seller.name)
            state = ASK.start if known is None else moved(ASK, known.state, "ask_again")
            reply_by = cascade.own_reply_by(
                step_by, seller.hours, case.hours, self.terms, calendar=self.rules.calendar, now=now
            )
            case.asks[seller.name] = Asked(seller, state, now, reply_by, goes_on_at=step_by)
        self._wait(case, now)

    def _wait(self, case: Case, now: datetime, *, at_the_latest: datetime | None = None) -> None:
        asked = [ask for ask in case.asks.values() if ask.state == "asked"]
        instants = [ask.goes_on_at for ask in asked if now < ask.goes_on_at] + [ask.reply_by for ask in asked]
        instants += [ask.expires_at for ask in case.asks.values() if ask.state == "offered" and ask.expires_at]
        case.looks_at = min([*instants, *([at_the_latest] if at_the_latest else [])], default=None)

    def _run_out(self, case: Case, now: datetime) -> None:
        if case.state == "requested":
            case.state = moved(INTERVIEW_REQUEST, case.state, "run_out")
        self._wait(case, now)

    def _lapse(self, case: Case, now: datetime) -> None:
        for ask in case.asks.values():
            is_over = ask.state == "asked" and ask.reply_by <= now
            if is_over or (ask.state == "offered" and ask.expires_at is not None and ask.expires_at <= now):
                ask.state = moved(ASK, ask.state, "lapse")

    def _commission(self, case: Case, performer: str, ask: Asked | None, now: datetime) -> None:
        case.state = moved(INTERVIEW_REQUEST, case.state, "commission")
        respond_by = cascade.respond_by(case.hours, self.terms, now=now)
        case.commissions += 1
        seller, pence, earliest_at = (ask.seller, ask.pence, ask.earliest_at) if ask else (None, 0, None)
        case.held = Held(case.commissions, performer, seller, pence, earliest_at, respond_by)
        case.looks_at = respond_by
        if seller is not None:
            self._busy[seller.name] += 1
        for other in case.asks.values():
            if other.state in ASK.move("lose").sources:
                other.state = moved(ASK, other.state, "lose")

    def _look_after(self, case: Case, held: Held, now: datetime) -> None:
        """As ``stepping._look_after``."""
        if held.booked is not None:
            ended_at, least = held.booked[1], self.terms.respond_least
            give_up_at = cascade.respond_by(case.hours, self.terms, now=ended_at) + least
            if now < give_up_at:
                case.looks_at = ended_at + least if now < ended_at + least else give_up_at
                return
        else:
            heard = held.heard_at
            respond_by = held.respond_by if heard is None else cascade.respond_by(case.hours, self.terms, now=heard)
            held.respond_by = max(respond_by, held.respond_by)
            if now < held.respond_by:
                case.looks_at = held.respond_by
                return
        self._lose(case, now)

    def _lose(self, case: Case, now: datetime) -> None:
        self._free(case)
        case.state, case.looks_at = moved(INTERVIEW_REQUEST, case.state, "lose_performer"), now
        self.step_on(case, now)

    def _free(self, case: Case) -> None:
        if case.held is not None and case.held.seller is not None:
            self._busy[case.held.seller.name] -= 1
        case.held = None

    # --- what there is to see

    def _taken(self, case: Case) -> Taken | None:
        held = case.held
        if held is None:
            return None
        return Taken(
            held.number, held.seller.name if held.seller else held.performer, held.seller is not None, held.earliest_at
        )

    def _owes_decision(self, case: Case, now: datetime) -> bool:
        return case.state == "unplaced" or (case.state == "requested" and now >= case.hours.fallback_at)

    def _under_way(self, episode: Episode) -> tuple[Case, Held]:
        case = self.cases[episode.number]
        if case.held is None:
            raise ValueError("nobody holds it")
        return case, case.held

    def _covering(self, code: str) -> list[tuple[Seller, Standing]]:
        return [
            (each, self._standing(number, each))
            for number, each in enumerate(self._sellers)
            if not each.areas or code in each.areas
        ]

    def _standing(self, number: int, seller: Seller) -> Standing:
        return Standing(
            organisation_id=number,
            run_by_id=-1 - self._council[seller.run_by] if seller.run_by else None,
            covers_everywhere=not seller.areas,
            areas=seller.areas,
            is_taking=True,
            capacity=seller.capacity,
            is_independent=True,
            languages=frozenset({"en"}),
            genders=frozenset({"female", "male"}),
            modes=frozenset(MODES),
            ages=(8, 17),
            opening_hours=seller.hours,
            card=seller.card,
        )
