"""What an offer would come to by our card, and the times at which we could see a child: pure, by London's clocks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from hub.core.clock import LONDON, iso, london_date
from hub.duties.calendar import Calendar
from hub.spotpurchase.money.pricing import Card, is_out_of_hours, quoted
from hub.spotpurchase.providers.service import Entry

HOURS: Final = (10, 13, 16, 18)
"""By London's clocks: when children are seen who go to school, and those who do not."""
DAYS: Final = 3
NOTICE: Final = timedelta(hours=2)
MOST: Final = 4


@dataclass(frozen=True)
class Quick:
    """A time that can be offered in one press. ``value``: as JSON spells it; ``pence``: what it comes to, without travel."""

    value: str
    at: datetime
    pence: int | None
    is_late: bool


def card_of(entry: Entry | None) -> Card | None:
    """The card in force, with the hours outside which it charges more."""
    if entry is None or entry.rate_card is None:
        return None
    return Card.of_row(entry.rate_card, entry.opening_hours)


def price(entry: Entry | None, at: datetime, *, calendar: Calendar | None = None) -> int | None:
    """What an interview of usual length comes to by our card, travel left out; ``None`` where we have published none.

    *calendar*: where the hour counts, as it does for an offer.
    """
    card = card_of(entry)
    if card is None:
        return 0 if entry is not None and entry.run_by is not None else None
    uplifted = calendar is not None and is_out_of_hours(card, at, calendar=calendar)
    return quoted(card, is_out_of_hours=uplifted).total_pence


def soonest(entry: Entry | None, facts: dict[str, Any], *, calendar: Calendar, now: datetime) -> list[Quick]:
    """The next times that can be offered in one press, those within the 72 hours before later ones."""
    made = [at for on in _days(now) for hour in HOURS if (at := _local(on, hour)) >= now + NOTICE]
    latest = facts.get("latest_at")
    return [
        Quick(iso(at), at, price(entry, at, calendar=calendar), latest is not None and at > latest)
        for at in made[:MOST]
    ]


def _days(now: datetime) -> list[date]:
    return [london_date(now) + timedelta(days=ahead) for ahead in range(DAYS)]


def _local(on: date, hour: int) -> datetime:
    return datetime(on.year, on.month, on.day, hour, tzinfo=LONDON)
