"""What one organisation owes another for a month of interviews; and what was agreed, and charged, for one of them.

A statement is of a buyer, a seller and a month in London. It is closed when the next month begins and never changes after: what
is entered late, and what is put right, stands in the statement of the month in which it was entered. Councils buy and providers
sell. Nothing on it is about a child: references alone lead to the interview, for those who may see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import london_date
from hub.core.errors import NotFound
from hub.directory import queries as directory
from hub.directory.queries import Brief
from hub.spotpurchase.models import Commission
from hub.spotpurchase.money import queries
from hub.spotpurchase.money.pricing import Card

SELLERS: Final = "rhi_provider"
_NO_STATEMENT: Final = "There is no statement of your organisation with this one for this month."
_NO_PURCHASE: Final = "There is no purchase with this reference that your organisation pays for or is paid for."


@dataclass(frozen=True)
class StatementLine:
    """One entry, as a statement shows it; of a correction the entry that it ``corrects``, and its ``reason``."""

    ref: str
    kind: str
    event: str
    request: str
    commission: str
    purchase_order: str | None
    card: str
    card_version: int
    occurred_at: datetime
    entered_at: datetime
    net_pence: int
    vat_pence: int
    reason: str | None
    corrects: str | None

    @property
    def total_pence(self) -> int:
        return self.net_pence + self.vat_pence


@dataclass(frozen=True)
class Sum:
    """What lines come to."""

    net_pence: int = 0
    vat_pence: int = 0

    @property
    def total_pence(self) -> int:
        return self.net_pence + self.vat_pence


@dataclass(frozen=True)
class Statement:
    """The statement of a month; the same for buyer and seller."""

    month: date
    buyer: Brief
    seller: Brief
    is_closed: bool
    lines: tuple[StatementLine, ...]

    @property
    def total(self) -> Sum:
        return sum_of(self.lines)


@dataclass(frozen=True)
class StatementBrief:
    """A statement in a list: with whom, on which side, and what it comes to."""

    month: date
    other: Brief
    side: str
    """``bought`` or ``sold``: what the organisation that asks did."""
    entries: int
    is_closed: bool
    total: Sum


@dataclass(frozen=True)
class Purchase:
    """The purchase record of one commission: what was agreed, by which card, and what was charged so far."""

    commission: Commission
    request: str
    buyer: Brief
    seller: Brief
    card: Card | None
    """As it was when it was agreed; ``None``: nothing is charged."""
    lines: tuple[StatementLine, ...]

    @property
    def total(self) -> Sum:
        return sum_of(self.lines)


def statements(session: Session, actor: Actor, *, month: date, now: datetime) -> list[StatementBrief]:
    """The statements of a month in which the actor's organisation bought or sold. *month*: the first of it."""
    rows = queries.totals_of(session, actor.organisation, month)
    known = directory.by_ids(session, {number for row in rows for number in (row.buyer_id, row.seller_id)})
    return [_brief(actor, row, known, month, now) for row in rows]


def statement(session: Session, actor: Actor, other_ref: str, *, month: date, now: datetime) -> Statement:
    """The statement of the actor's organisation with another for a month; the reading is recorded. Raises ``NotFound``."""
    other = directory.organisation_by_ref(session, other_ref)
    if other is None:
        raise NotFound(_NO_STATEMENT)
    own = directory.by_ids(session, [actor.organisation])[actor.organisation]
    buyer, seller = (other, own) if own.kind == SELLERS else (own, other)
    rows = queries.lines_between(session, buyer.id, seller.id, month)
    if not rows:
        raise NotFound(_NO_STATEMENT)
    found = Statement(month, buyer, seller, is_closed(month, now=now), _lines(session, rows))
    said = {"month": f"{month:%Y-%m}", "with": other_ref, "pence": found.total.total_pence}
    audit.record(session, actor, Event.STATEMENT_READ, own.ref, now=now, details=said)
    return found


def purchase(session: Session, actor: Actor, commission_ref: str) -> Purchase:
    """What was agreed and charged for one commission, for whoever pays or is paid. Raises ``NotFound``."""
    found = queries.commission(session, ref=commission_ref)
    if found is None or actor.organisation not in (found.Commission.payer_id, found.Commission.performer_id):
        raise NotFound(_NO_PURCHASE)
    commission: Commission = found.Commission
    known = directory.by_ids(session, [commission.payer_id, commission.performer_id])
    lines = _lines(session, queries.lines_of(session, commission.id))
    card = Card.of_terms(commission.terms) if commission.terms else None
    ends = (known[commission.payer_id], known[commission.performer_id])
    return Purchase(commission, found.request, *ends, card, lines)


def is_closed(month: date, *, now: datetime) -> bool:
    """Whether a month is over in London, and nothing more is entered in its statement. *month*: the first of it."""
    return london_date(now).replace(day=1) > month


def sum_of(lines: Sequence[StatementLine]) -> Sum:
    """What *lines* come to: their sum, to the penny."""
    return Sum(sum(line.net_pence for line in lines), sum(line.vat_pence for line in lines))


def file_name(found: Statement, ending: str) -> str:
    """What a file of the statement is called, for buyer and seller alike: ``statement-2026-11-org_…-org_….csv``."""
    return f"statement-{found.month:%Y-%m}-{found.buyer.ref}-{found.seller.ref}.{ending}"


def _brief(actor: Actor, row: Any, known: Any, month: date, now: datetime) -> StatementBrief:
    has_sold = row.seller_id == actor.organisation
    other = known[row.buyer_id if has_sold else row.seller_id]
    total = Sum(int(row.net_pence), int(row.vat_pence))
    return StatementBrief(month, other, "sold" if has_sold else "bought", row.entries, is_closed(month, now=now), total)


def _lines(session: Session, rows: Sequence[Any]) -> tuple[StatementLine, ...]:
    corrected = {row.PurchaseEntry.corrects_id for row in rows} - {None}
    refs = queries.refs_of(session, corrected) if corrected else {}
    return tuple(_line(row, refs.get(row.PurchaseEntry.corrects_id)) for row in rows)


def _line(row: Any, corrects: str | None) -> StatementLine:
    entry = row.PurchaseEntry
    return StatementLine(
        ref=entry.ref,
        kind=entry.kind,
        event=entry.event_ref,
        request=row.request,
        commission=row.commission,
        purchase_order=row.purchase_order,
        card=row.terms["ref"],
        card_version=row.terms["version"],
        occurred_at=entry.occurred_at,
        entered_at=entry.entered_at,
        net_pence=entry.net_pence,
        vat_pence=entry.vat_pence,
        reason=entry.reason,
        corrects=corrects,
    )
