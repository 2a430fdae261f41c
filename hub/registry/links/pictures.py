"""What a placement's row says, kept so that a match can be undone: restored is only what nobody has changed since."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.core.clock import iso
from hub.core.db import keys_of
from hub.registry import placement_queries
from hub.registry.links.states import RETURN
from hub.registry.models import Placement

PARTIES: Final = ("placing_authority_id", "host_authority_id", "police_force_id", "provider_id")
DESCRIPTION: Final = (
    *PARTIES, "setting", "legal_status", "relation", "area_confirmed", "area_accepted_by", "country", "is_emergency",
)  # fmt: skip
_INSTANTS: Final = ("starts_at", "ends_at", "area_accepted_at")


def picture_of(session: Session, placement: Placement) -> dict[str, Any]:
    """The row as JSON-able values, its document opened: to be sealed again where it is kept."""
    said: dict[str, Any] = {name: getattr(placement, name) for name in (*DESCRIPTION, "state")}
    for name in _INSTANTS:
        at: datetime | None = getattr(placement, name)
        said[name] = iso(at) if at else None
    return {**said, "document": keys_of(session).open(placement.ref, placement.sealed)}


def restore(session: Session, placement: Placement, *, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Give *placement* back what it said *before*, wherever it still says what it said right *after*."""
    now_says = picture_of(session, placement)
    back = {name for name in before if before[name] != after[name] and now_says[name] == after[name]}
    values = {name: before[name] for name in back & set(DESCRIPTION)}
    values |= {name: _instant(before[name]) for name in back & set(_INSTANTS)}
    if "document" in back:
        values["sealed"] = keys_of(session).seal(placement.ref, before["document"])
    if values:
        placement_queries.change_placement(session, placement.id, values)
    if "state" in back:
        set_state(session, placement, before["state"], was=after["state"])


def set_state(session: Session, placement: Placement, state: str, *, was: str) -> None:
    """Put *placement* back into *state*; raises ``StateConflict`` when it is not in the state *was* any more."""
    unchanged = (Placement.id == placement.id) & (Placement.state == was)
    RETURN.apply_one(session, Placement, f"back_to_{state}", unchanged, {"version": Placement.version + 1})


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
