"""What a provider charges: every version of its rate card, and the form that publishes the next. Pounds here, pence elsewhere."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from flask import Response, request
from sqlalchemy.orm import Session

from hub.core.clock import london_date, utc_now
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.http import resource
from hub.spotpurchase.money.pricing import Card, in_pounds, quoted
from hub.spotpurchase.providers import service
from hub.spotpurchase.providers.models import RateCard
from hub.spotpurchase.providers.schemas import MOST_PENCE, SLIP_UNDER_PENCE, RateCardIn
from hub.web import forms, pounds
from hub.web.forms import Filled, Typed
from hub.web.providing import words
from hub.web.providing.blueprint import blp, shown
from hub.web.providing.entry import own_entry, own_ref
from hub.web.sending import asked, sent
from hub.web.signed_in import acting, allowed, may

PATH: Final = "/providing/rate-cards"
NAMES: Final = tuple(words.CARD_LABELS)
AMOUNTS: Final = ("price_pence",)
_KEPT: Final = tuple(name for name in NAMES if name != "valid_from")


@blp.get(PATH)
@may("interview_provider.read")
def show_cards() -> Response:
    """What we charge now, from when on we charge something else, and what we charged before."""
    now = utc_now()
    with resource(Database).read() as session:
        entry = own_entry(session)
        cards = service.cards(session, own_ref()) if entry else []
    in_force = entry.rate_card if entry else None
    return shown(
        "rate_cards",
        cards=[(card, _standing(card, in_force, now), quoted(Card.of_row(card)).total_pence) for card in cards],
        entry=entry,
        in_pounds=in_pounds,
        may_publish=allowed("rate_card.publish"),
        was_done=words.DONE_WORDS.get(request.args.get("done", "")),
    )


def _standing(card: RateCard, in_force: RateCard | None, now: datetime) -> str:
    """``now``, ``coming`` or ``over``."""
    if in_force is not None and card.ref == in_force.ref:
        return "now"
    is_later = in_force is None or card.version > in_force.version
    return "coming" if is_later and card.valid_from > london_date(now) else "over"


@blp.get(f"{PATH}/new")
@may("rate_card.publish")
def card_form() -> Response:
    """The card that stands, to be changed where it differs."""
    with resource(Database).read() as session:
        entry = own_entry(session)
        if entry is None:
            raise NotFound(str(words.ENTRY_FIRST))
        cards = service.cards(session, own_ref())
    typed = _typed(vars(cards[0])) if cards else _typed(RateCardIn().load({"basis": "fixed", "price_pence": 0}))
    if not cards:
        typed["price_pence"] = ""
    return _form(Filled(typed=typed), 200)


def _typed(card: Mapping[str, Any]) -> Typed:
    """A card as it stands in the form."""
    body = {name: card[name] for name in _KEPT}
    return {**forms.spelt(RateCardIn(), _KEPT, body), "price_pence": pounds.typed_from(card["price_pence"])}


def _form(given: Filled, status: int) -> Response:
    return shown(
        "rate_card", status=status, typed=given.typed, errors=given.errors, bases=list(words.BASIS_WORDS.items())
    )


@blp.post(f"{PATH}/new")
@may("rate_card.publish")
def publish() -> Response:
    """Publish it: from its day on it is in force in place of every earlier one."""
    given = asked(_in_pounds(pounds.filled(RateCardIn(), NAMES, request.form, amounts=AMOUNTS)), words.CARD_MISSING)

    def act(session: Session) -> str:
        service.publish_card(session, acting(), own_ref(), given.loaded, now=utc_now())
        return f"{PATH}?done=published"

    return sent(given, NAMES, act, _form)


def _in_pounds(given: Filled) -> Filled:
    """What the schema says of an amount in pence is said in pounds."""
    pence = given.body.get("price_pence")
    if "price_pence" not in given.errors or pence is None:
        return given
    said = words.TOO_MUCH if pence > MOST_PENCE else words.TOO_LITTLE
    amounts = {"most": in_pounds(MOST_PENCE), "least": in_pounds(SLIP_UNDER_PENCE)}
    return replace(given, errors={**given.errors, "price_pence": str(said) % amounts})
