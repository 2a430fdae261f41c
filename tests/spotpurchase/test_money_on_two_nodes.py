"""Two processes enter the same events, and correct the same entry, in one instant: each costs once."""

import multiprocessing
from contextlib import suppress

from sqlalchemy import select

from hub.core.actor import Actor
from hub.core.db import Database
from hub.core.errors import StateConflict
from hub.core.secrets import KeyRing, MasterKey
from hub.core.settings import REPOSITORY
from hub.duties.rulebook import load_rulebook
from hub.spotpurchase.interviews.models import Appointment
from hub.spotpurchase.models import Commission
from hub.spotpurchase.money import correcting, service
from hub.spotpurchase.money.models import PurchaseEntry
from tests.conftest import NOW
from tests.spotpurchase.buying import BEGAN, Market, market

__all__ = ["market"]

EVENTS = 10
KEY = MasterKey("testkey1", b"k" * 32)


def node(url: str, seller: Actor, events: list[int], together: "multiprocessing.synchronize.Barrier") -> None:
    """One process: enters each interview at the same instant as the other, then says that it should have been £100."""
    database, rules = Database(url, KeyRing([KEY])), load_rulebook(REPOSITORY / "config")
    for number in events:
        together.wait(timeout=60)
        with database.write() as session:
            held = session.get_one(Appointment, number)
            bought = session.get_one(Commission, held.commission_id)
            service.enter_held(session, seller, bought, held, miles=4, rules=rules, now=NOW)
        with database.read() as session:
            entry = session.scalars(select(PurchaseEntry.ref).where(PurchaseEntry.event_ref == held.ref)).first()
        together.wait(timeout=60)
        with suppress(StateConflict), database.write() as session:
            correcting.adjust(session, seller, str(entry), net_pence=10_000, reason="charged_in_error", now=NOW)
    database.close()


def test_what_two_processes_enter_at_once_costs_once(market: Market) -> None:
    commission = market.commissions()
    with market.database.write() as session:
        bought = market.commission(session, commission)
        events = [market.books(session, bought.id, BEGAN, 60).id for _ in range(EVENTS)]
        seller = market.seller(bought)
    url = market.database.url.render_as_string(hide_password=False)
    market.database.close()  # connections do not survive into other processes
    fresh = multiprocessing.get_context("spawn")
    together = fresh.Barrier(2)
    nodes = [fresh.Process(target=node, args=(url, seller, events, together)) for _ in range(2)]
    for process in nodes:
        process.start()
    for process in nodes:
        process.join(timeout=120)
    assert [process.exitcode for process in nodes] == [0, 0]
    found = market.statement("leeds", "beacon")
    kinds = [line.kind for line in found.lines]
    assert {kind: kinds.count(kind) for kind in kinds} == {"interview": EVENTS, "travel": EVENTS, "adjustment": EVENTS}
    assert found.total.total_pence == EVENTS * (12_000 + 216)
