"""Whoever pays agrees that an interview may come to more than was agreed for it: a manager's act."""

from functools import partial
from typing import Final

from flask import Response, request
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.http import resource
from hub.spotpurchase.money import correcting
from hub.spotpurchase.money.schemas import AgreedPriceIn
from hub.spotpurchase.money.statements import Purchase, purchase
from hub.web import pounds
from hub.web.forms import Filled
from hub.web.interviews.blueprint import blp, shown
from hub.web.sending import TOP, sent
from hub.web.signed_in import acting, may

NAMES: Final = ("agreed_pence", "over_terms")


@blp.get("/interviews/<ref>/price/<commission>")
@may("purchase.agree")
def price_form(ref: str, commission: str) -> Response:
    """What was agreed, and what may it come to?"""
    return _form(ref, commission, None)


def _form(ref: str, commission: str, given: Filled | None, status: int = 200) -> Response:
    with resource(Database).read() as session:
        bought = _bought(session, ref, commission)
    return shown(
        "price",
        status=status,
        ref=ref,
        bought=bought,
        typed=given.typed if given else {},
        errors=given.errors if given else {},
    )


def _bought(session: Session, ref: str, commission: str) -> Purchase:
    """What was bought for the interview *ref* under *commission*, at the reader's expense. Raises ``NotFound``."""
    found = purchase(session, acting(), commission)
    if found.request != ref or found.buyer.id != acting().organisation or found.card is None:
        raise NotFound(correcting.NO_PURCHASE)
    return found


@blp.post("/interviews/<ref>/price/<commission>")
@may("purchase.agree")
def agree_price(ref: str, commission: str) -> Response:
    """From now on it may come to that; what is charged stays, until whoever is paid puts it right."""
    given = pounds.filled(AgreedPriceIn(), NAMES, request.form, amounts=("agreed_pence",))

    def act(session: Session) -> str:
        correcting.agree_more(session, acting(), commission, **given.loaded, now=utc_now())
        return f"/interviews/{ref}?done=more_agreed#money"

    return sent(given, (*NAMES, TOP), act, partial(_form, ref, commission))
