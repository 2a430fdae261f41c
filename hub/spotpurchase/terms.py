"""Is an offer within what was asked for? Its price against the cap and the purchase order, its time against the 72nd hour."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy.orm import Session

from hub.core.sentences import Sentence, together, worded
from hub.core.turns import take_turns
from hub.spotpurchase import queries
from hub.spotpurchase.models import InterviewAsk, InterviewRequest
from hub.spotpurchase.money.pricing import Card, in_pounds


def stands_for(card: Card) -> timedelta:
    """How long an offer made by *card* stands."""
    return timedelta(hours=card.quote_hours)


def is_paid_by_placing(request: InterviewRequest) -> bool:
    """Whether the placing authority pays: only then do its cap and its order say anything."""
    return request.payer_id == request.placing_authority_id


def over_money(session: Session, request: InterviewRequest, pence: int, *, is_only_shown: bool = False) -> list[str]:
    """Codes of ``OUT_OF_TERMS``: what *pence* is over.

    Unless it *is_only_shown*, others who agree under the same order wait until this transaction is over.
    """
    if not is_paid_by_placing(request):
        return []
    found = []
    if request.price_cap_pence is not None and pence > request.price_cap_pence:
        found.append("over_price_cap")
    if request.purchase_order and request.purchase_order_pence is not None:
        order = request.purchase_order
        if not is_only_shown:
            take_turns(session, [sha256(f"purchase order {request.payer_id} {order}".encode()).digest()])
        before = queries.spent_under(session, request.payer_id, order, but_for=request.id)
        if before + pence > request.purchase_order_pence:
            found.append("over_purchase_order")
    return found


def out_of_terms(
    session: Session, request: InterviewRequest, ask: InterviewAsk, *, is_only_shown: bool = False, now: datetime
) -> list[str]:
    """Codes of ``OUT_OF_TERMS``: why the offer of *ask* waits for a person; none: it is acceptable as it stands."""
    found = over_money(session, request, ask.quoted_pence or 0, is_only_shown=is_only_shown)
    is_late = ask.earliest_at is not None and ask.earliest_at > request.latest_at and now < request.latest_at
    return [*found, *(["after_72_hours"] if is_late else [])]


OFFER: Final = worded("The offer")


def sentence_about(codes: list[str], request: InterviewRequest, pence: int, what: Sentence = OFFER) -> Sentence:
    """Why an offer, or *what* else is to be agreed, waits for a person, for that person; *codes* are not none."""
    said = []
    if "over_price_cap" in codes and request.price_cap_pence is not None:
        cap = in_pounds(request.price_cap_pence)
        said.append(worded("{what} is {price} and the cap {cap}.", what=what, price=in_pounds(pence), cap=cap))
    if "over_purchase_order" in codes and request.purchase_order_pence is not None:
        allowed = in_pounds(request.purchase_order_pence)
        said.append(
            worded(
                "With what else was agreed or charged under this purchase order, {price} is more than the {allowed} it allows.",
                price=in_pounds(pence),
                allowed=allowed,
            )
        )
    if "after_72_hours" in codes:
        said.append(worded("The child would be seen only after the 72nd hour."))
    return together(said)
