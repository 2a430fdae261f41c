"""What each kind of provider is asked of an arrival and of a leaving: the controls of one page, by trade and deed."""

from dataclasses import dataclass
from typing import Final

from hub.web.forms import Errors
from hub.web.home import answers
from hub.web.home.trades import Deed, Trade, trade_of
from hub.web.signed_in import acting

_CHILD: Final = ("child.given_names", "child.family_name", "child.born_on")
ALWAYS: Final = ("kind", "placement")
_BY: Final = (
    "placing_authority",
    "placing_body.name",
    "placing_body.phone",
    "social_worker.name",
    "social_worker.phone",
)
_REG_41: Final = (
    *("legal_status", "s20_or_s21", "s31", "legal_note", "iro.name", "iro.phone", "iro.none_reason"),
    *("ehc_plan.has", "ehc_plan.authority", "ehc_plan.reason", "emergency.reason"),
)
_CARER: Final = ("address.lines", "address.postcode", "carer.name", "carer.phone")
_LEAVING: Final = ("ends", "end_reason", "end_note")
_ORDER: Final = (
    *_CHILD,
    answers.COUNCIL,
    *(answers.WHEN, "today-at", "starts", "ends", "end_reason", "end_note"),
    *("carer.name", "carer.phone", "address.lines", "address.postcode"),
    *(answers.ORDER, "legal_note", "s20_or_s21", "s31", answers.IRO, "iro.name", "iro.phone"),
    *("ehc_plan.has", answers.PLAN_COUNCIL),
)
"""The questions as the pages ask them."""


@dataclass(frozen=True)
class Sheet:
    """What one deed of one trade asks: the *names* of the schema's controls, the *stem* of its moment."""

    trade: Trade
    deed: Deed
    stem: str
    names: tuple[str, ...]

    @property
    def is_arrival(self) -> bool:
        return self.stem == "starts"


def sheet_of(word: str) -> Sheet:
    """What is asked at ``/<word>`` of whoever acts, in the words of their own trade."""
    trade = trade_of(acting())
    if word in ("discharge", "leaving"):
        return Sheet(trade, trade.leaving, "ends", (*ALWAYS, *_LEAVING))
    asked = (*_REG_41,) if trade.asks_law else ()
    carer = () if trade.has_address else _CARER
    return Sheet(trade, trade.arrival, "starts", (*ALWAYS, *_CHILD, "starts", *_BY, *asked, *carer))


def in_order(errors: Errors) -> Errors:
    """*errors* in the order in which the page asks."""
    return dict(sorted(errors.items(), key=lambda each: _ORDER.index(each[0]) if each[0] in _ORDER else len(_ORDER)))
