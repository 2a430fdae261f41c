"""A calendar as a file (RFC 5545), in London's time. The one way in which any export writes one."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from hub.core.clock import LONDON

Property = tuple[str, Any] | tuple[str, Any, dict[str, str]]
"""A name, a value and, where it has any, its parameters."""
MEDIA_TYPE: Final = "text/calendar"


def written(
    about: Iterable[Property], events: Iterable[Iterable[Property]], *, days: tuple[date, date] | None
) -> bytes:
    """*events* as a calendar that says *about* itself. *days*: the first and the last for which it explains London's clock."""
    import icalendar  # here: it takes three megabytes, and most processes write no calendar

    calendar = icalendar.Calendar()
    for each in (("version", "2.0"), ("calscale", "GREGORIAN"), *about):
        calendar.add(*each)
    if days:
        calendar.add_component(icalendar.Timezone.from_tzinfo(LONDON, first_date=days[0], last_date=days[1]))
    for properties in events:
        event = icalendar.Event()
        for each in properties:
            event.add(*each)
        calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text
