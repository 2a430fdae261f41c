"""Money as it is sent: whole pence, and nothing that only resembles them."""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, fields

from hub.core.sentences import as_sentence, worded

IN_POUNDS: Final = ("price", "price_pounds", "price_gbp", "amount", "cost")
"""What a price in pounds is apt to be called; no field of ours is."""
SAID: Final = "Enter whole pence as a number, such as 18500 for £185.00: no pounds, no decimal point, no sign."


class Pence(fields.Integer):
    """Whole pence. Pounds (``185.0``, ``"185"``, ``"£185.00"``), floats and negative amounts are refused, each with the cure.

    *slip_under*: an amount above nothing and below this must be pounds written as if they were pence.
    """

    def __init__(self, most: int, *, slip_under: int = 0, **given: Any) -> None:
        self.most, self.slip_under = most, slip_under
        said = {"description": "whole pence", "minimum": 0, "maximum": most, **given.pop("metadata", {})}
        super().__init__(strict=True, metadata=said, **given)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **given: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ValidationError(SAID)
        if value > self.most:
            raise ValidationError(
                worded("Enter at most {most} pence ({pounds}).", most=self.most, pounds=_pounds(self.most))
            )
        if 0 < value < self.slip_under:
            raise ValidationError(
                worded(
                    "{pence} pence is {pounds}. Enter whole pence: {right_pounds} is {right}.",
                    pence=value,
                    pounds=_pounds(value),
                    right_pounds=_pounds(value * 100),
                    right=value * 100,
                )
            )
        return value


def refuse_pounds(given: Any) -> None:
    """Refuse a price that was sent in a field of another name: it would be in pounds."""
    if isinstance(given, Mapping):
        faults = {
            name: [worded("Send price_pence instead. {cure}", cure=as_sentence(SAID))]
            for name in IN_POUNDS
            if name in given
        }
        if faults:
            raise ValidationError(faults)


def _pounds(pence: int) -> str:
    return f"£{pence // 100:,}.{pence % 100:02d}"
