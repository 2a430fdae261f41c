"""The broker itself: its services, over a real database, one transaction for each act.

Children, episodes and providers are put in as rows; from the request on everything is the hub's own code, alerts, audit and
obligations included.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from bench.simulation.country import Country, Episode, Seller
from bench.simulation.course import AskSeen, Seen, Taken
from hub.core.actor import SYSTEM, Actor
from hub.core.clock import london_date
from hub.core.db import Database, keys_of
from hub.core.ids import new_ref
from hub.directory import organisations
from hub.directory.areas import Areas
from hub.directory.loading import load_reference
from hub.directory.queries import by_gss
from hub.duties.rulebook import Rulebook
from hub.missing import duties as missing_duties
from hub.missing.models import MissingEpisode
from hub.notify.ladders import sync_ladders
from hub.registry.models import Child
from hub.spotpurchase import answering, commissioning, duties, queries, requesting, stepping
from hub.spotpurchase.interviews import giving_back, service
from hub.spotpurchase.models import Commission, InterviewEpisode, InterviewRequest
from hub.spotpurchase.money.models import PurchaseEntry
from hub.spotpurchase.money.pricing import Card
from hub.spotpurchase.providers import queries as providers
from hub.spotpurchase.providers.models import MODES
from hub.spotpurchase.schemas import InterviewRequestIn

BY = "A. Simulated, social worker"
SCOPES = frozenset({"read", "register", "acknowledge", "manage", "missing", "interview"})
_TOLD = {
    "risk": "Invented: nothing is known.",
    "contact": {"name": "A. Simulated", "phone": "01632 960000"},
    "funding_consent": "Invented: the service manager consents.",
    "by": BY,
}


class ByServices:
    """A ``Course`` over *database*, which has been migrated and is otherwise empty."""

    def __init__(
        self, database: Database, country: Country, rules: Rulebook, areas: Areas, *, opens_at: datetime
    ) -> None:
        self.database, self.country, self.rules, self.areas = database, country, rules, areas
        self.cap = country.stated.number("prices.price_cap_pence")
        self.actors: dict[str, Actor] = {}
        self.names: dict[int, str] = {}
        self.requests: dict[int, str] = {}
        self._booked: dict[int, str] = {}
        with database.write() as session:
            load_reference(session, areas, now=opens_at)
            sync_ladders(session, rules, now=opens_at)
            for code in country.councils:
                self._council(session, code, opens_at)
            for seller in country.sellers:
                self._seller(session, seller, opens_at)

    # --- what people do

    def ask(self, episode: Episode, now: datetime) -> None:
        with self.database.write() as session:
            ref = self._came_back(session, episode)
        told = InterviewRequestIn().load({**_TOLD, "episodes": [ref], "price_cap_pence": self.cap})
        with self._acting(episode.placing) as (session, actor):
            made = requesting.request(session, actor, told, areas=self.areas, rules=self.rules, now=now)
        self.requests[episode.number] = made.ref

    def look(self, episode: Episode, now: datetime) -> None:
        stepping.step_once(self.database, self.rules, now=now)

    def offer(self, episode: Episode, seller: str, earliest_at: datetime, now: datetime) -> None:
        miles = next(each.miles for each in self.country.sellers if each.name == seller)
        told = {"earliest_at": earliest_at, "mode": "in_person", "miles": miles, "by": BY}
        self._does(seller, answering.offer, self._ask_of(episode, seller), told, now=now)

    def decline(self, episode: Episode, seller: str, code: str, now: datetime) -> None:
        self._does(seller, answering.decline, self._ask_of(episode, seller), code=code, by=BY, now=now)

    def decide(self, episode: Episode, performer: str, now: datetime) -> None:
        said = {"performer": performer, "by": BY, "reason": "Invented: nobody else is left."}
        self._does(episode.placing, commissioning.commission, self._ref(episode), now=now, **said)

    def accept(self, episode: Episode, seller: str, now: datetime) -> None:
        said = {"ask": self._ask_of(episode, seller), "by": BY, "reason": "Invented: nobody comes earlier."}
        self._does(episode.placing, commissioning.commission, self._ref(episode), now=now, **said)

    def child_says(self, episode: Episode, said: str, now: datetime) -> None:
        told = {"offered_at": now, "how": "phone", "said": said, "by": BY}
        self._does(self._holder(episode), service.offer_to_child, self._ref(episode), now=now, **told)

    def book(self, episode: Episode, starts_at: datetime, minutes: int, now: datetime) -> None:
        time = {"starts_at": starts_at, "minutes": minutes, "mode": "in_person", "by": BY}
        made = self._does(self._holder(episode), service.book, self._ref(episode), now=now, **time)
        self._booked[episode.number] = made.ref

    def attempt(self, episode: Episode, at: datetime, miles: int) -> None:
        told = {"at": at, "how": "in_person", "outcome": "not_there", "miles": miles, "by": BY}
        self._does(self._holder(episode), service.attempt, self._ref(episode), now=at, **told)

    def hold(self, episode: Episode, held_at: datetime, minutes: int, miles: int, now: datetime) -> None:
        told = {"held_at": held_at, "minutes": minutes, "miles": miles, "by": BY}
        self._does(self._holder(episode), service.hold, self._booked[episode.number], now=now, **told)

    def give_back(self, episode: Episode, now: datetime) -> None:
        said = {"reason": "interviewer_unavailable", "by": BY}
        self._does(self._holder(episode), giving_back.give_back, self._ref(episode), now=now, **said)

    # --- what there is to see

    def seen(self, episode: Episode, now: datetime) -> Seen:
        with self.database.read() as session:
            request = self._row(session, episode)
            rows = queries.asks_of(session, request.id)
            asks = tuple(
                AskSeen(self.names[row.provider_id], row.asked_at, row.reply_by, row.state, row.earliest_at)
                for row in rows
            )
            hours = duties.hours_of(request.returned_at, request.latest_at, rules=self.rules)
            owes = request.state == "unplaced" or (request.state == "requested" and now >= hours.fallback_at)
            taken = self._taken(session, request, {row.id: row.earliest_at for row in rows})
            return Seen(request.state, asks, request.next_step_at, taken, owes)

    def spent(self) -> Mapping[int, int]:
        by_ref = {ref: number for number, ref in self.requests.items()}
        found = (
            select(InterviewRequest.ref, func.sum(PurchaseEntry.net_pence + PurchaseEntry.vat_pence))
            .join(Commission, Commission.request_id == InterviewRequest.id)
            .join(PurchaseEntry, PurchaseEntry.commission_id == Commission.id)
            .group_by(InterviewRequest.ref)
        )
        with self.database.read() as session:
            return {by_ref[ref]: int(pence) for ref, pence in session.execute(found)}

    def unattended(self, now: datetime) -> list[str]:
        """Requests that the auditor finds in nobody's hands."""
        with self.database.read() as session:
            return [ref for check in stepping.CHECKS for ref in check.find(session, now, 10)]

    def moved_clocks(self, episodes: Sequence[Episode]) -> int:
        """How many 72-hour clocks are not where the return put them."""
        latest = {self.requests[each.number]: each.latest_at for each in episodes if each.number in self.requests}
        joined = select(InterviewRequest.ref, InterviewRequest.latest_at, InterviewEpisode.latest_at).join(
            InterviewEpisode, InterviewEpisode.request_id == InterviewRequest.id
        )
        with self.database.read() as session:
            return sum(1 for ref, one, other in session.execute(joined) if not one == other == latest[ref])

    def met(self) -> dict[tuple[str, str], int]:
        """What is owed on the episodes by the law, and how it stands: (duty, state) → how many."""
        said = (
            "SELECT duty_code, state, count(*) AS n FROM obligation WHERE duty_code IN ('ERHO', 'ERHI') GROUP BY 1, 2"
        )
        with self.database.read() as session:
            return {(row.duty_code, row.state): row.n for row in session.execute(text(said))}

    # --- setting up

    def _council(self, session: Session, code: str, now: datetime) -> None:
        row = by_gss(session, code)
        if row is None:
            raise LookupError(f"{code} is no council of today")
        organisations.join(session, SYSTEM, row.ref, now)
        self.actors[code] = Actor("person", new_ref("per"), row.id, row.ref, row.kind, scopes=SCOPES)

    def _seller(self, session: Session, seller: Seller, now: datetime) -> None:
        row = organisations.add(
            session, SYSTEM, {"kind": "rhi_provider", "name": seller.name}, areas=self.areas, now=now
        )
        organisations.join(session, SYSTEM, row.ref, now)
        self.actors[seller.name] = Actor("person", new_ref("per"), row.id, row.ref, "rhi_provider", scopes=SCOPES)
        self.names[row.id] = seller.name
        entry = providers.add_provider(session, self._entry(seller, row.id, now))
        providers.cover(session, entry, seller.areas)
        if seller.card is not None:
            providers.add_card(session, _card_row(seller.card, entry, now))

    def _entry(self, seller: Seller, number: int, now: datetime) -> dict[str, Any]:
        return {
            "ref": new_ref("ipv"),
            "organisation_id": number,
            "run_by_id": self.actors[seller.run_by].organisation_id if seller.run_by else None,
            "covers_everywhere": not seller.areas,
            "capacity": seller.capacity,
            "capacity_at": now,
            "is_independent": True,
            "independence": "Invented: looks after no child.",
            "languages": ["en"],
            "genders": ["female", "male"],
            "modes": list(MODES),
            "ages": [8, 17],
            "opening_hours": dict(seller.hours),
            "changed_at": now,
        }

    def _came_back(self, session: Session, episode: Episode) -> str:
        """A child, its episode and its return, and what is owed from there on; the reference of the episode."""
        now, placing = episode.returned_at, self.actors[episode.placing].organisation_id
        ref, child = new_ref("mis"), new_ref("chi")
        born_on = f"{now.year - episode.age}-01-01"
        told = {"family_name": "Simulated", "given_names": f"No {episode.number}", "born_on": born_on}
        sealed = keys_of(session).seal(child, told)
        row = {"ref": child, "placing_authority_id": placing, "created_at": now, "sealed": sealed}
        child_id = session.execute(insert(Child).values(row).returning(Child.id)).scalar_one()
        made = {
            "ref": ref,
            "child_id": child_id,
            "placing_authority_id": placing,
            "host_authority_id": self.actors[episode.host].organisation_id,
            "category": "missing",
            "state": "returned",
            "missing_from_at": now,
            "reported_at": now,
            "located_at": now,
            "returned_at": now,
            "opened_at": now,
        }
        episode_row = session.scalars(insert(MissingEpisode).values(made).returning(MissingEpisode)).one()
        missing_duties.bring_in_line(session, SYSTEM, episode_row, (), rules=self.rules, now=now)
        return ref

    # --- acting

    @contextmanager
    def _acting(self, who: str) -> Iterator[tuple[Session, Actor]]:
        with self.database.write() as session:
            yield session, self.actors[who]

    def _does(self, who: str, act: Callable[..., Any], *given: Any, now: datetime, **told: Any) -> Any:
        with self._acting(who) as (session, actor):
            return act(session, actor, *given, rules=self.rules, now=now, **told)

    def _ref(self, episode: Episode) -> str:
        return self.requests[episode.number]

    def _row(self, session: Session, episode: Episode) -> InterviewRequest:
        row = queries.by_ref(session, self._ref(episode))
        if row is None:
            raise LookupError(f"{self._ref(episode)} is gone")
        return row

    def _ask_of(self, episode: Episode, seller: str) -> str:
        number = self.actors[seller].organisation_id
        with self.database.read() as session:
            rows = queries.asks_of(session, self._row(session, episode).id)
            return next(row.ref for row in rows if row.provider_id == number)

    def _holder(self, episode: Episode) -> str:
        """Who holds it: a provider's name, or the placing council's code."""
        with self.database.read() as session:
            standing = queries.standing_commission(session, self._row(session, episode).id)
        if standing is None:
            raise LookupError("nobody holds it")
        return self.names.get(standing.performer_id, episode.placing)

    def _taken(
        self, session: Session, request: InterviewRequest, earliest: Mapping[int, datetime | None]
    ) -> Taken | None:
        all_of_it = queries.commissions_of(session, request.id)
        if not all_of_it or all_of_it[-1].state != "standing":
            return None
        last = all_of_it[-1]
        name = self.names.get(last.performer_id)
        earliest_at = earliest.get(last.ask_id) if last.ask_id else None
        return Taken(len(all_of_it), name or last.performer, name is not None, earliest_at)


def _card_row(card: Card, provider_id: int, now: datetime) -> dict[str, Any]:
    priced = {name: value for name, value in card.as_terms().items() if name not in ("ref", "version", "opening_hours")}
    made = {"ref": new_ref("rcd"), "provider_id": provider_id, "version": 1, "published_by": SYSTEM.ref}
    return {**made, **priced, "valid_from": london_date(now), "published_at": now}
