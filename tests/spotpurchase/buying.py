"""A commission that stands, bought of a provider, and what happens to it: what the money of interviews is tested with."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.db import Database
from hub.core.ids import new_ref
from hub.demonstration.cast import Cast
from hub.duties.rulebook import Rulebook
from hub.registry.models import Child
from hub.spotpurchase.interviews.models import Appointment, Attempt
from hub.spotpurchase.models import Commission, InterviewRequest
from hub.spotpurchase.money import correcting, service, statements
from hub.spotpurchase.money.pricing import Card
from hub.spotpurchase.money.service import Entered
from hub.spotpurchase.money.statements import Statement
from tests.conftest import NOW
from tests.databases import undone
from tests.spotpurchase.seeking import HOUR

BEGAN = NOW - HOUR
CARD = Card(
    ref="rcd_" + "0" * 26, version=3, basis="fixed", price_pence=18_500, travel_pence_per_mile=45, vat_percent=20
)
HOURLY = replace(CARD, basis="hourly", price_pence=5_200, least_minutes=120)
ORDER = "PO-4711"


@dataclass(repr=False)
class Market:
    """A buyer and a seller, and the hub between them. Prices here are made up."""

    database: Database
    cast: Cast
    rules: Rulebook
    child_id: int
    shared: Session | None = None

    def __repr__(self) -> str:
        return "<Market>"

    @contextmanager
    def undone(self) -> Iterator[Session]:
        """One transaction for all that is done within, of which nothing stays."""
        with undone(self.database) as session:
            self.shared = session
            try:
                yield session
            finally:
                self.shared = None

    @contextmanager
    def writing(self) -> Iterator[Session]:
        if self.shared is None:
            with self.database.write() as session:
                yield session
        else:
            with self.shared.begin_nested():
                yield self.shared

    def commissions(
        self,
        buyer: str = "leeds",
        seller: str = "beacon",
        *,
        card: Card | None = CARD,
        agreed_pence: int = 100_000,
        performer: str = "provider",
        order: str | None = ORDER,
    ) -> str:
        """A commission that stands; its reference."""
        ref = new_ref("com")
        with self.writing() as session:
            number = session.execute(
                insert(InterviewRequest).values(self._request(buyer)).returning(InterviewRequest.id)
            ).scalar_one()
            session.execute(
                insert(Commission).values(
                    ref=ref,
                    request_id=number,
                    performer_id=self.cast.ids[seller],
                    performer=performer,
                    is_independent=True,
                    terms=card.as_terms() if card else None,
                    agreed_pence=agreed_pence,
                    payer_id=self.cast.ids[buyer],
                    purchase_order=order,
                    commissioned_at=NOW,
                    commissioned_by="per_fictitious",
                    respond_by=NOW,
                    sealed=b"",
                )
            )
        return ref

    def holds(
        self, commission: str, *, minutes: int = 60, miles: int = 0, began: datetime = BEGAN, now: datetime = NOW
    ) -> Entered:
        """An interview that was held, and is entered."""
        with self.writing() as session:
            bought = self.commission(session, commission)
            held = self.books(session, bought.id, began, minutes)
            return service.enter_held(
                session, self.seller(bought), bought, held, miles=miles, rules=self.rules, now=now
            )

    def visits_in_vain(
        self,
        commission: str,
        *,
        miles: int = 0,
        how: str = "in_person",
        outcome: str = "not_there",
        at: datetime = BEGAN,
        now: datetime = NOW,
    ) -> Entered:
        with self.writing() as session:
            bought = self.commission(session, commission)
            row = {"commission_id": bought.id, "at": at, "how": how, "outcome": outcome, "miles": miles}
            row |= {"ref": new_ref("att"), "actor_ref": "per_fictitious", "recorded_at": now, "sealed": b""}
            visit = session.scalars(insert(Attempt).values(row).returning(Attempt)).one()
            return service.enter_abortive(session, self.seller(bought), bought, visit, now=now)

    def cancels(
        self, commission: str, *, hours_before: int = 1, minutes: int = 60, by: str | None = None, now: datetime = NOW
    ) -> Entered:
        with self.writing() as session:
            bought = self.commission(session, commission)
            booked = self.books(session, bought.id, now + hours_before * HOUR, minutes)
            actor = self.cast.actors[by] if by else self.buyer(bought)
            return service.enter_cancellation(session, actor, bought, booked, cancelled_at=now, now=now)

    def adjusts(self, seller: str, entry: str, net_pence: int, *, now: datetime = NOW) -> None:
        with self.writing() as session:
            correcting.adjust(
                session, self.cast.actors[seller], entry, net_pence=net_pence, reason="miles_wrong", now=now
            )

    def agrees(self, buyer: str, commission: str, agreed_pence: int) -> None:
        with self.writing() as session:
            correcting.agree_more(session, self.cast.actors[buyer], commission, agreed_pence=agreed_pence, now=NOW)

    def statement(self, member: str, other: str, *, month: datetime = NOW, now: datetime = NOW) -> Statement:
        with self.writing() as session:
            return statements.statement(
                session,
                self.cast.actors[member],
                self.cast.refs[other],
                month=service.month_of(month, now=month),
                now=now,
            )

    def commission(self, session: Session, ref: str) -> Commission:
        return session.scalars(select(Commission).where(Commission.ref == ref)).one()

    def buyer(self, bought: Commission) -> Actor:
        return self._of(bought.payer_id)

    def seller(self, bought: Commission) -> Actor:
        return self._of(bought.performer_id)

    def _of(self, number: int) -> Actor:
        return next(self.cast.actors[name] for name, each in self.cast.ids.items() if each == number)

    def books(self, session: Session, commission_id: int, starts_at: datetime, minutes: int) -> Appointment:
        """An appointment, with an interview held at it."""
        row: dict[str, Any] = {
            "ref": new_ref("apt"),
            "commission_id": commission_id,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=minutes),
            "mode": "in_person",
            "booked_at": starts_at,
            "booked_by": "per_fictitious",
            "held_at": starts_at,
            "held_until": starts_at + timedelta(minutes=minutes),
            "sealed": b"",
        }
        return session.scalars(insert(Appointment).values(row).returning(Appointment)).one()

    def _request(self, buyer: str) -> dict[str, Any]:
        return {
            "ref": new_ref("rhi"),
            "child_id": self.child_id,
            "placing_authority_id": self.cast.ids[buyer],
            "area_gss": "E10000016",
            "state": "commissioned",
            "returned_at": NOW,
            "latest_at": NOW + 72 * HOUR,
            "award": "first_acceptable",
            "needs": {},
            "payer_id": self.cast.ids[buyer],
            "asked_at": NOW,
            "asked_by": "per_fictitious",
            "sealed": b"",
        }


@pytest.fixture
def market(database: Database, cast: Cast, rules: Rulebook) -> Market:
    return market_in(database, cast, rules)


def market_in(database: Database, cast: Cast, rules: Rulebook) -> Market:
    """A market in *database*, with a child about whom nothing is known."""
    with database.write() as session:
        values = {"ref": new_ref("chi"), "placing_authority_id": cast.ids["leeds"], "sealed": b"", "created_at": NOW}
        child = session.execute(insert(Child).values(values).returning(Child.id)).scalar_one()
    return Market(database, cast, rules, child)
