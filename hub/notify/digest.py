"""The daily digest: everything that waits for one mailbox and is not urgent, in one message each working morning."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Final

from hub.core.db import Database
from hub.duties.rulebook import Rulebook
from hub.notify import outbox_queries as queries
from hub.notify.couriers import Couriers, Outcome, Parcel
from hub.notify.deliver import run_round, sender
from hub.notify.health import release_once
from hub.notify.letters import parcels_of
from hub.notify.outbox_queries import Waiting

_ITEMS: Final = 500
"""The most that one round gathers; a mailbox with more gets a second message."""


def digest_once(database: Database, rules: Rulebook, couriers: Couriers, *, now: datetime, limit: int = 20) -> int:
    """Send the digests that are due, of up to *limit* mailboxes; return how many deliveries were recorded.

    Each gathered delivery is recorded by itself. A digest that was not taken waits on the same ladder as any letter, and is
    gathered afresh. What flags kept back is queued again here too, once its contact point has been verified.
    """
    released = release_once(database, now=now)
    board = couriers.board("digests", sender(database, couriers))

    def claimed(at: datetime) -> tuple[list[Parcel], list[Outcome]]:
        return _claim(database, rules, couriers, now=at, limit=limit)

    return released + run_round(database, rules, couriers, board, claimed, now=now, limit=_ITEMS)


def _claim(
    database: Database, rules: Rulebook, couriers: Couriers, *, now: datetime, limit: int
) -> tuple[list[Parcel], list[Outcome]]:
    with database.read() as session:
        if not queries.any_due(session, now=now, digests=True):
            return [], []
    owner, until = couriers.new_owner(), now + timedelta(seconds=rules.policy.delivery.lease_seconds)
    with database.write() as session:
        rows = queries.claim_digests(session, owner=owner, until=until, now=now, mailboxes=limit, at_most=_ITEMS)
    mailboxes: dict[int, list[Waiting]] = defaultdict(list)
    for row in rows:
        mailboxes[row.contact_point_id].append(row)
    bundles = list(mailboxes.values())
    return parcels_of(bundles, owner, couriers.channels, database.keys, rules, now=now)
