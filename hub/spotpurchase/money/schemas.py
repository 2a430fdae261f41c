"""What is asked and answered of money, as JSON: whole pence in, whole pence out."""

import re
from datetime import date
from typing import Any, Final

from marshmallow import Schema, fields, validate

from hub.core.errors import NotFound
from hub.registry.schemas_out import OrganisationOut
from hub.registry.schemas_parts import one_of
from hub.spotpurchase.money.correcting import REASONS
from hub.spotpurchase.pence import Pence
from hub.spotpurchase.providers.schemas import AgreedCardOut

MOST_PENCE: Final = 1_000_000
"""Ten thousand pounds: an interview that is said to cost more was mistyped."""
_MONTH: Final = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
_SAY_MONTH: Final = "Name the month like 2026-11."


def _maybe(kind: type[fields.Field[Any]], **given: Any) -> fields.Field[Any]:
    return kind(required=True, allow_none=True, **given)


# --- what is asked ----------------------------------------------------------------------------------------------------


class StatementsQuery(Schema):
    """Of which month."""

    month = fields.String(
        load_default=None,
        validate=validate.Regexp(rf"^{_MONTH.pattern}$", error=_SAY_MONTH),
        metadata={"description": "Like 2026-11, by the time in London; absent: the present month"},
    )


class AdjustmentIn(Schema):
    """What an entry should have come to, without VAT, and why it did not. VAT follows from the card."""

    net_pence = Pence(MOST_PENCE, required=True, error_messages={"required": "Say what it should have come to."})
    reason = one_of(REASONS, required=True, error_messages={"required": "Say why."})


class AgreedPriceIn(Schema):
    """What an interview may come to, VAT and travel included."""

    agreed_pence = Pence(MOST_PENCE, required=True, error_messages={"required": "Say what it may come to."})
    over_terms = fields.Boolean(
        load_default=False, metadata={"description": "Although it is over the cap or over the purchase order"}
    )


def month_in(text: str) -> date:
    """The first of the month that an address names. Raises ``NotFound``."""
    if not _MONTH.fullmatch(text):
        raise NotFound(_SAY_MONTH)
    return date.fromisoformat(f"{text}-01")


# --- what is answered -------------------------------------------------------------------------------------------------


class Month(fields.String):
    """A month, given by its first day: ``2026-11``."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **given: Any) -> str | None:
        return None if value is None else f"{value:%Y-%m}"


class SumOut(Schema):
    """What lines come to, in pence."""

    net_pence = fields.Integer(required=True)
    vat_pence = fields.Integer(required=True)
    total_pence = fields.Integer(required=True)


class StatementLineOut(SumOut):
    """One entry; of a correction the entry that it corrects, and why."""

    ref = fields.String(required=True)
    kind = fields.String(required=True)
    event = fields.String(required=True, metadata={"description": "What it is charged for"})
    request = fields.String(required=True)
    commission = fields.String(required=True)
    purchase_order = _maybe(fields.String)
    card = fields.String(required=True)
    card_version = fields.Integer(required=True)
    occurred_at = fields.AwareDateTime(required=True)
    entered_at = fields.AwareDateTime(required=True)
    reason = _maybe(fields.String)
    corrects = _maybe(fields.String)


class StatementBriefOut(Schema):
    """A statement in a list."""

    month = Month(required=True)
    other = fields.Nested(OrganisationOut, required=True)
    side = fields.String(required=True, metadata={"description": "bought or sold"})
    entries = fields.Integer(required=True)
    is_closed = fields.Boolean(required=True)
    total = fields.Nested(SumOut, required=True)


class StatementsOut(Schema):
    """The statements of a month."""

    month = Month(required=True)
    statements = fields.List(fields.Nested(StatementBriefOut), required=True)


class StatementOut(Schema):
    """What one organisation owes another for a month of interviews. Nothing on it is about a child."""

    month = Month(required=True)
    buyer = fields.Nested(OrganisationOut, required=True)
    seller = fields.Nested(OrganisationOut, required=True)
    is_closed = fields.Boolean(required=True)
    lines = fields.List(fields.Nested(StatementLineOut), required=True)
    total = fields.Nested(SumOut, required=True)


class PurchaseOut(Schema):
    """The purchase record of one commission: what was agreed, and what was charged so far."""

    commission = fields.String(required=True, attribute="commission.ref")
    request = fields.String(required=True)
    buyer = fields.Nested(OrganisationOut, required=True)
    seller = fields.Nested(OrganisationOut, required=True)
    commissioned_at = fields.AwareDateTime(required=True, attribute="commission.commissioned_at")
    purchase_order = _maybe(fields.String, attribute="commission.purchase_order")
    agreed_pence = fields.Integer(
        required=True, attribute="commission.agreed_pence", metadata={"description": "VAT and travel included"}
    )
    card = fields.Nested(AgreedCardOut, required=True, allow_none=True)
    lines = fields.List(fields.Nested(StatementLineOut), required=True)
    total = fields.Nested(SumOut, required=True)
