"""An appointment as a file for a calendar (RFC 5545), for Outlook and Google alike: reference and link, nothing about the child.

The same appointment keeps its UID for ever; each change of it raises SEQUENCE, so that a calendar that holds it already moves it
or, once it is cancelled, takes it out. It is published (RFC 5546), not sent: nobody's calendar answers it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from icalendar import Calendar, Event, Timezone, vCalAddress, vUri

from hub.core.clock import LONDON, london_date

MEDIA_TYPE: Final = "text/calendar"
_PRODUCT: Final = "-//Placement notification hub//Return home interview//EN"
_NO_MAILBOX: Final = "invalid:nomail"
"""RFC 5546 asks for an organiser, and calendars want an address: this one says that there is nothing to write to."""
_MODES: Final = {"in_person": "In person", "video": "By video", "phone": "By telephone"}


@dataclass(frozen=True)
class Entry:
    """What of an appointment stands in a calendar. ``area``: the council's name; ``performer``: that of whoever holds it."""

    ref: str
    request_ref: str
    starts_at: datetime
    ends_at: datetime
    sequence: int
    is_cancelled: bool
    mode: str
    area: str
    performer: str


def written(entry: Entry, *, base_url: str, now: datetime) -> bytes:
    """*entry* as a calendar of one event, with the link to its request under *base_url*."""
    calendar = Calendar()
    for name, value in (
        ("prodid", _PRODUCT),
        ("version", "2.0"),
        ("calscale", "GREGORIAN"),
        ("method", "CANCEL" if entry.is_cancelled else "PUBLISH"),
    ):
        calendar.add(name, value)
    first, last = london_date(entry.starts_at), london_date(entry.ends_at)
    calendar.add_component(
        Timezone.from_tzinfo(LONDON, first_date=first.replace(month=1, day=1), last_date=last.replace(month=12, day=31))
    )
    calendar.add_component(_event(entry, f"{base_url.rstrip('/')}/interviews/{entry.request_ref}", now))
    text: bytes = calendar.to_ical()
    return text


def uid_of(ref: str) -> str:
    """The UID of the appointment *ref*: the same for as long as it is kept."""
    return f"{ref}@interviews"


def _event(entry: Entry, link: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", uid_of(entry.ref))
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", _local(entry.starts_at))
    event.add("dtend", _local(entry.ends_at))
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("summary", f"Return home interview {entry.request_ref}")
    event.add("location", f"{_MODES[entry.mode]}, {entry.area}")
    event.add("description", f"Open it in the hub: {link}")
    event.add("url", vUri(link))
    event.add("class", "CONFIDENTIAL")
    event.add("transp", "TRANSPARENT" if entry.is_cancelled else "OPAQUE")
    organiser = vCalAddress(_NO_MAILBOX)
    organiser.params["CN"] = entry.performer
    event.add("organizer", organiser)
    return event


def _local(instant: datetime) -> datetime:
    """In London's time; in UTC within the two hours to which the clock gives one name, which calendars read in both ways."""
    whole = instant.replace(microsecond=0)
    local = whole.astimezone(LONDON)
    is_either = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return whole if is_either else local
