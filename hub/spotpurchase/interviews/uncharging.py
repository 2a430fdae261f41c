"""What was charged for an event that was recorded in error is entered against, so that it comes to nothing."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.spotpurchase.models import Commission
from hub.spotpurchase.money import queries, service
from hub.spotpurchase.money.models import PurchaseEntry
from hub.spotpurchase.money.pricing import Line

REASON = "charged_in_error"


def uncharge(session: Session, actor: Actor, commission: Commission, event_ref: str, *, now: datetime) -> list[str]:
    """Enter against whatever was charged under *commission* for the event; the references of the new entries."""
    service.take_turn(session, commission.ref)
    rows = list(_against(commission, queries.entries_of_event(session, event_ref), now))
    if rows:
        queries.add_entries(session, rows)
        service.record(session, actor, commission, rows, now=now, event=event_ref, reason=REASON)
    return [row["ref"] for row in rows]


def _against(commission: Commission, entries: Sequence[PurchaseEntry], now: datetime) -> Iterator[dict[str, Any]]:
    by_id = {entry.id: entry for entry in entries}
    corrected = {entry.corrects_id for entry in entries}
    for last in entries:
        if last.id in corrected:
            continue
        chain = list(_chain(by_id, last))
        net, vat = -sum(each.net_pence for each in chain), -sum(each.vat_pence for each in chain)
        if net == 0 and vat == 0:
            continue
        between = (commission.id, last.buyer_id, last.seller_id)
        row = service.row_of(*between, last.event_ref, Line("adjustment", net, vat), now, now)
        yield row | {"reason": REASON, "corrects_id": last.id}


def _chain(by_id: dict[int, PurchaseEntry], last: PurchaseEntry) -> Iterator[PurchaseEntry]:
    """An entry, and what it was entered against, up to the first."""
    each: PurchaseEntry | None = last
    while each is not None:
        yield each
        each = by_id.get(each.corrects_id) if each.corrects_id is not None else None
