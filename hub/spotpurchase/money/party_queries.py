"""Which party is an organisation to a purchase or an entry? The payer is the placing authority, or a host that pays for it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, exists

from hub.spotpurchase.models import Commission, InterviewRequest
from hub.spotpurchase.money.models import PurchaseEntry


def _pays(number: int, *, is_placing: bool) -> ColumnElement[bool]:
    """The organisation pays for the commission, as the placing authority or as another."""
    own = InterviewRequest.placing_authority_id == number
    same = (InterviewRequest.id == Commission.request_id, own if is_placing else ~own)
    return (Commission.payer_id == number) & exists().where(*same).correlate(Commission)


def _under(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """An entry is under a commission of which *condition* holds."""
    return exists().where(Commission.id == PurchaseEntry.commission_id, condition)


PARTIES: Final[Mapping[str, tuple[Any, Mapping[str, Callable[[int], ColumnElement[bool]]]]]] = {
    "com": (
        Commission,
        {
            "placing": lambda number: _pays(number, is_placing=True),
            "host": lambda number: _pays(number, is_placing=False),
            "performer": lambda number: Commission.performer_id == number,
        },
    ),
    "pur": (
        PurchaseEntry,
        {
            "placing": lambda number: _under(_pays(number, is_placing=True)),
            "host": lambda number: _under(_pays(number, is_placing=False)),
            "performer": lambda number: PurchaseEntry.seller_id == number,
        },
    ),
}
"""Of each kind of reference: its table, and the parties that there are to it."""
