"""What an interview costs by a rate card. Pure, in whole pence: no fraction of a penny is ever held.

Rounding is stated here and nowhere else. A part of a price is rounded to the nearest penny, half a penny up. VAT is worked out
for each line by itself, on its net amount, and rounded in the same way: a total is the sum of its lines and is never rounded.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final

from hub.directory.opening_hours import is_open
from hub.duties.calendar import Calendar

QUARTER_MINUTES: Final = 15
USUAL_MINUTES: Final = 60
"""How long an interview is thought to take where nobody has said."""


@dataclass(frozen=True)
class Card:
    """A rate card as it prices, and as it stands in the terms of a commission. The columns are those of ``RateCard``."""

    ref: str
    version: int
    basis: str
    price_pence: int
    least_minutes: int = 0
    travel_pence_per_mile: int = 0
    out_of_hours_percent: int = 0
    abortive_percent: int = 100
    free_cancel_hours: int = 24
    late_cancel_percent: int = 50
    vat_percent: int = 0
    report_working_days: int = 2
    most_attempts: int = 3
    quote_hours: int = 24
    opening_hours: Mapping[str, Any] | None = None
    """The provider's when it was agreed: outside them the uplift is charged. Absent: it is never out of hours."""

    @classmethod
    def of_row(cls, row: Any, opening_hours: Mapping[str, Any] | None = None) -> "Card":
        """The card of a row of ``rate_card``, and its provider's opening hours."""
        named = [each.name for each in fields(cls) if each.name != "opening_hours"]
        return cls(**{name: getattr(row, name) for name in named}, opening_hours=opening_hours)

    def as_terms(self) -> dict[str, Any]:
        """The card as JSON, for ``Commission.terms``: what was agreed stays, whatever is published later."""
        return asdict(self)

    @classmethod
    def of_terms(cls, terms: Mapping[str, Any]) -> "Card":
        """The card that :meth:`as_terms` wrote."""
        return cls(**terms)


@dataclass(frozen=True)
class Line:
    """One amount that is charged: ``kind`` is one of ``ENTRY_KINDS``."""

    kind: str
    net_pence: int
    vat_pence: int

    @property
    def total_pence(self) -> int:
        return self.net_pence + self.vat_pence


@dataclass(frozen=True)
class Priced:
    """What something comes to: the lines that cost anything, and their sum."""

    lines: tuple[Line, ...] = ()

    @property
    def total_pence(self) -> int:
        return sum(line.total_pence for line in self.lines)


def quoted(card: Card, *, minutes: int = USUAL_MINUTES, miles: int = 0, is_out_of_hours: bool = False) -> Priced:
    """What an interview of *minutes* (whole), *miles* there and back, is expected to come to, VAT included."""
    return held(card, minutes=minutes, miles=miles, is_out_of_hours=is_out_of_hours)


def held(card: Card, *, minutes: int, miles: int = 0, is_out_of_hours: bool = False) -> Priced:
    """What an interview costs that took *minutes* (whole), for which *miles* were travelled."""
    price = price_of(card, minutes)
    uplift = percent_of(price, card.out_of_hours_percent) if is_out_of_hours else 0
    return _priced(card, interview=price, out_of_hours=uplift, travel=miles * card.travel_pence_per_mile)


def abortive(card: Card, miles: int = 0, *, minutes: int | None = None) -> Priced:
    """What a visit costs at which no interview could be held; *minutes*: as long as was booked, where a time was booked."""
    price = percent_of(_booked_price(card, minutes), card.abortive_percent)
    return _priced(card, abortive=price, travel=miles * card.travel_pence_per_mile)


def cancelled(card: Card, *, minutes: int | None = None, starts_at: datetime, cancelled_at: datetime) -> Priced:
    """What an appointment of *minutes* costs that was cancelled at *cancelled_at*: nothing, if that was early enough.

    Elapsed hours; what is cancelled exactly ``free_cancel_hours`` before it begins costs nothing.
    """
    if starts_at - cancelled_at >= timedelta(hours=card.free_cancel_hours):
        return Priced()
    return _priced(card, cancellation=percent_of(_booked_price(card, minutes), card.late_cancel_percent))


def is_out_of_hours(card: Card, at: datetime, *, calendar: Calendar) -> bool:
    """Whether an interview that begins at *at* begins outside the hours that were agreed."""
    return not is_open(card.opening_hours, at, calendar=calendar)


def price_of(card: Card, minutes: int) -> int:
    """The net price of an interview of *minutes*: the fixed one; or of each quarter of an hour begun, and the least at least."""
    if card.basis == "fixed":
        return card.price_pence
    quarters = -(-max(minutes, card.least_minutes) // QUARTER_MINUTES)
    return half_up(card.price_pence * quarters, 60 // QUARTER_MINUTES)


def capped(card: Card, priced: Priced, at_most_pence: int) -> Priced:
    """*priced* cut down to what was agreed, VAT included: the last lines first, to nothing where nothing is left for them."""
    left, kept = at_most_pence, []
    for line in priced.lines:
        fitting = line if line.total_pence <= left else _line(card, line.kind, _net_within(card, max(left, 0)))
        left -= fitting.total_pence
        kept.append(fitting)
    return Priced(tuple(kept))


def vat_on(card: Card, net_pence: int) -> int:
    """The VAT on one line."""
    return percent_of(net_pence, card.vat_percent)


def percent_of(pence: int, percent: int) -> int:
    """*percent* of *pence* (neither negative), to the nearest penny."""
    return half_up(pence * percent, 100)


def half_up(amount: int, divided_by: int) -> int:
    """*amount* (not negative) divided, to the nearest whole; half of one goes up."""
    return (2 * amount + divided_by) // (2 * divided_by)


def in_pounds(pence: int) -> str:
    """*pence* as people write it: ``£1,234.50``, ``−£0.05``."""
    pounds, rest = divmod(abs(pence), 100)
    return f"{'−' if pence < 0 else ''}£{pounds:,}.{rest:02d}"


def _booked_price(card: Card, minutes: int | None) -> int:
    return price_of(card, minutes if minutes is not None else card.least_minutes or USUAL_MINUTES)


def _net_within(card: Card, total_pence: int) -> int:
    """The largest net amount that with its VAT is no more than *total_pence*."""
    net = total_pence * 100 // (100 + card.vat_percent) + 1
    while net + vat_on(card, net) > total_pence:
        net -= 1
    return net


def _priced(card: Card, **net: int) -> Priced:
    return Priced(tuple(_line(card, kind, pence) for kind, pence in net.items() if pence))


def _line(card: Card, kind: str, net_pence: int) -> Line:
    return Line(kind, net_pence, vat_on(card, net_pence))
