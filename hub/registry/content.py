"""A notice's content after it was read: what kind it is, when its event happens, and its one canonical form.

*Content* is the mapping that ``NoticeIn`` loads: dates are dates, instants are aware UTC. Its canonical form is JSON with sorted
keys, dates and instants as ISO 8601: what is hashed, sealed, shown again, and read back through ``NoticeIn``.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from hub.core.clock import iso, start_of_day
from hub.registry.schemas import NoticeIn

Content = Mapping[str, Any]

PLACING_KINDS: Final = ("consultation", "placement_start", "placement_change", "placement_move", "placement_end")
ARRIVALS: Final = ("home_admission", "supported_admission", "fostering_arrival")
LEAVINGS: Final = ("home_discharge", "supported_discharge", "fostering_leaving")
SENDER_OF: Final = {
    **dict.fromkeys(PLACING_KINDS, "local_authority"),
    "home_admission": "childrens_home",
    "home_discharge": "childrens_home",
    "supported_admission": "supported_accommodation",
    "supported_discharge": "supported_accommodation",
    "fostering_arrival": "fostering_agency",
    "fostering_leaving": "fostering_agency",
}
"""Which kind of organisation sends which kind of notice."""
STARTS: Final = ("consultation", "placement_start", "placement_move", *ARRIVALS)
"""Kinds that describe a placement from its beginning, and so can make one known."""
ENDS: Final = ("placement_end", *LEAVINGS)

_SCHEMA = NoticeIn()


def read_content(stored: Mapping[str, Any]) -> Content:
    """The content whose canonical form is *stored*."""
    loaded: Content = _SCHEMA.load(stored)
    return loaded


def canonical(content: Content) -> bytes:
    """The one canonical form of *content*: equal contents have equal bytes."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)
    return text.encode()


def plain(content: Any) -> Any:
    """*content* as plain JSON values."""
    return json.loads(canonical(content))


def _plain(value: date | datetime) -> str:
    return iso(value) if isinstance(value, datetime) else value.isoformat()


def at_of(content: Content, stem: str) -> datetime | None:
    """The instant of ``starts``, ``ends`` or ``changed``: as given, or 00:00 in London of the day given."""
    instant: datetime | None = content.get(f"{stem}_at")
    day: date | None = content.get(f"{stem}_on")
    return instant or (start_of_day(day) if day else None)


def event_at(content: Content) -> datetime | None:
    """When what the notice tells of happens."""
    match content["kind"]:
        case "placement_change":
            return at_of(content, "changed")
        case "placement_end" | "home_discharge" | "supported_discharge" | "fostering_leaving":
            return at_of(content, "ends")
        case _:
            return at_of(content, "starts")


def date_only(content: Content) -> frozenset[str]:
    """Names of the instants (as the rulebook's facts call them) of which only the day is known."""
    return frozenset(f"{stem}_at" for stem in ("starts", "ends") if content.get(f"{stem}_on"))


def is_emergency(content: Content) -> bool:
    """Whether the sender says that it was an emergency."""
    return "emergency" in content


def is_outside(content: Content) -> bool:
    """Whether the address is in neither England nor Wales."""
    return "country" in content
