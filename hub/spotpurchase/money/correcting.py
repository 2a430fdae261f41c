"""Putting right what was entered: an entry against the entry. And agreeing to more than was agreed: the payer's act.

Nothing that was entered is ever changed. A correction stands in the statement of the month in which it is made, with its reason;
the corrected line and all that was entered against it come to what it should have been.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.errors import Invalid, NotFound, StateConflict
from hub.core.sentences import worded
from hub.notify.outbox import FeedItem, publish
from hub.spotpurchase import terms
from hub.spotpurchase.models import Commission, InterviewRequest
from hub.spotpurchase.money import queries, service
from hub.spotpurchase.money.models import PurchaseEntry
from hub.spotpurchase.money.pricing import Card, Line, in_pounds, vat_on

REASONS: Final = ("charged_in_error", "miles_wrong", "minutes_wrong", "reduced_by_agreement", "more_was_agreed")
"""Why an entry is put right."""
_NO_ENTRY: Final = "There is no entry with this reference that your organisation made."
_TAKEN_BACK: Final = (
    "What this was charged for was taken back, so it costs nothing. If it took place after all, record it anew: "
    "it is charged then."
)
NO_PURCHASE: Final = "There is no purchase with this reference that your organisation pays for."


def adjust(session: Session, actor: Actor, entry_ref: str, *, net_pence: int, reason: str, now: datetime) -> Commission:
    """Enter against an entry, so that it and what was entered against it come to *net_pence* (whole pence, without VAT).

    *reason*: of ``REASONS``. The seller's act. Raises ``NotFound``; ``Invalid`` where it would charge more than was agreed;
    ``StateConflict`` where it comes to that already, or what it was charged for was recorded in error and taken back.
    """
    named = queries.entry(session, entry_ref)
    if named is None or named.seller_id != actor.organisation:
        raise NotFound(_NO_ENTRY)
    commission = _commission(session, named.commission_id)
    service.take_turn(session, commission.ref)
    if queries.is_taken_back(session, named.event_ref):
        raise StateConflict(_TAKEN_BACK)
    chain = _chain(session, named)
    line = _difference(Card.of_terms(commission.terms or {}), chain, net_pence)
    _refuse_more_than_agreed(session, commission, named.event_ref, line)
    between = (commission.id, named.buyer_id, named.seller_id)
    row = service.row_of(*between, named.event_ref, line, now, now)
    row |= {"reason": reason, "corrects_id": chain[-1].id}
    queries.add_entries(session, [row])
    service.record(session, actor, commission, [row], now=now, event=named.event_ref, reason=reason)
    return commission


def agree_more(
    session: Session, actor: Actor, commission_ref: str, *, agreed_pence: int, over_terms: bool = False, now: datetime
) -> Commission:
    """The payer agrees that an interview may come to *agreed_pence*, VAT included: more than before. What is charged stays.

    *over_terms*: although that is over the cap or over what the purchase order allows. Raises ``NotFound``; ``Invalid`` for less
    than was agreed, which nobody can take back, and for what is over the terms; ``StateConflict`` if it has changed.
    """
    found = queries.commission(session, ref=commission_ref)
    if found is None or found.Commission.payer_id != actor.organisation:
        raise NotFound(NO_PURCHASE)
    commission: Commission = found.Commission
    before = commission.agreed_pence
    if agreed_pence <= before:
        agreed = in_pounds(before)
        _refuse(
            "agreed_pence",
            worded("{agreed} was agreed, and stays agreed. Enter more than that.", agreed=agreed),
        )
    over = _over_terms(session, found.InterviewRequest, agreed_pence, is_accepted=over_terms)
    if queries.agree(session, commission, agreed_pence) != 1:
        raise StateConflict("Somebody has just agreed to another amount. Read it again.")
    said = {"agreed_pence": agreed_pence, "before_pence": before, "over": over}
    audit.record(session, actor, Event.PURCHASE_AGREED, commission_ref, now=now, details=said)
    ends = (commission.payer_id, commission.performer_id)
    publish(session, [FeedItem(end, "purchase.agreed", commission_ref, said) for end in ends], now=now)
    return _commission(session, commission.id)


def _over_terms(session: Session, request: InterviewRequest, pence: int, *, is_accepted: bool) -> list[str]:
    """What *pence* is over, as codes. Raises ``Invalid`` unless that *is_accepted*."""
    codes = terms.over_money(session, request, pence)
    if codes and not is_accepted:
        why = terms.sentence_about(codes, request, pence, what=worded("What is to be agreed"))
        _refuse("over_terms", worded("{why} Say so, if it is agreed to all the same.", why=why))
    return codes


def _chain(session: Session, named: PurchaseEntry) -> list[PurchaseEntry]:
    """The entry that stands at the root of *named*, and what was entered against it, in order; *named* may be any of them."""
    entries = {entry.id: entry for entry in queries.entries_of_event(session, named.event_ref)}
    root = named
    while root.corrects_id is not None:
        root = entries[root.corrects_id]
    against = {entry.corrects_id: entry for entry in entries.values()}
    chain = [root]
    while chain[-1].id in against:
        chain.append(against[chain[-1].id])
    return chain


def _difference(card: Card, chain: Sequence[PurchaseEntry], net_pence: int) -> Line:
    """What must be entered so that *chain* comes to *net_pence* and the VAT on it."""
    net = net_pence - sum(entry.net_pence for entry in chain)
    vat = vat_on(card, net_pence) - sum(entry.vat_pence for entry in chain)
    if net == 0 and vat == 0:
        raise StateConflict(worded("This entry comes to {net} without VAT already.", net=in_pounds(net_pence)))
    return Line("adjustment", net, vat)


def _refuse_more_than_agreed(session: Session, commission: Commission, event_ref: str, line: Line) -> None:
    """What makes a charge greater may not take it past what was agreed."""
    charged = sum(e.net_pence + e.vat_pence for e in queries.entries_of_event(session, event_ref))
    would_be = charged + line.total_pence
    if line.total_pence > 0 and would_be > commission.agreed_pence:
        _refuse(
            "net_pence",
            worded(
                "This would come to {gross} with VAT; {agreed} was agreed. Ask whoever pays to agree to more first.",
                gross=in_pounds(would_be),
                agreed=in_pounds(commission.agreed_pence),
            ),
        )


def _refuse(field: str, sentence: str) -> None:
    raise Invalid(sentence, fields={field: [sentence]})


def _commission(session: Session, number: int) -> Commission:
    found = queries.commission(session, number=number)
    if found is None:
        raise LookupError("an entry without its commission")
    commission: Commission = found.Commission
    return commission
