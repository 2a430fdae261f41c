"""An appointment as a file for a calendar (RFC 5545), for Outlook and Google alike: reference and link, nothing about the child.

The same appointment keeps its UID for ever; each change of it raises SEQUENCE, so that a calendar that holds it already moves it
or, once it is cancelled, takes it out. It is published (RFC 5546), not sent: nobody's calendar answers it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from hub.core import calendars
from hub.core.clock import LONDON, london_date

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
    first, last = london_date(entry.starts_at), london_date(entry.ends_at)
    return calendars.written(
        [("prodid", _PRODUCT), ("method", "CANCEL" if entry.is_cancelled else "PUBLISH")],
        [_event(entry, f"{base_url.rstrip('/')}/interviews/{entry.request_ref}", now)],
        days=(first.replace(month=1, day=1), last.replace(month=12, day=31)),
    )


def uid_of(ref: str) -> str:
    """The UID of the appointment *ref*: the same for as long as it is kept."""
    return f"{ref}@interviews"


def _event(entry: Entry, link: str, now: datetime) -> list[calendars.Property]:
    return [
        ("uid", uid_of(entry.ref)),
        ("dtstamp", now.astimezone(UTC).replace(microsecond=0)),
        ("dtstart", _local(entry.starts_at)),
        ("dtend", _local(entry.ends_at)),
        ("sequence", entry.sequence),
        ("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED"),
        ("summary", f"Return home interview {entry.request_ref}"),
        ("location", f"{_MODES[entry.mode]}, {entry.area}"),
        ("description", f"Open it in the hub: {link}"),
        ("url", link),
        ("class", "CONFIDENTIAL"),
        ("transp", "TRANSPARENT" if entry.is_cancelled else "OPAQUE"),
        ("organizer", _NO_MAILBOX, {"CN": entry.performer}),
    ]


def _local(instant: datetime) -> datetime:
    """In London's time; in UTC within the two hours to which the clock gives one name, which calendars read in both ways."""
    whole = instant.replace(microsecond=0)
    local = whole.astimezone(LONDON)
    is_either = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return whole if is_either else local
