"""What the demonstration's providers of interviews cover, offer and charge. The prices are made up: no real one is public."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.core.actor import SYSTEM
from hub.core.clock import london_date
from hub.core.ids import new_ref
from hub.spotpurchase.providers import queries

_KENT, _MEDWAY, _BRADFORD = "E10000016", "E06000035", "E08000032"
_WEEKDAYS: Final = {day: ["08:00", "20:00"] for day in ("mon", "tue", "wed", "thu", "fri")} | {"bank_holidays": False}
_DAILY: Final = {day: ["08:00", "22:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


@dataclass(frozen=True)
class Entry:
    """One provider of the demonstration: its entry in the directory, the areas it covers, its rate card."""

    independence: str
    card: Mapping[str, Any]
    run_by: str | None = None
    areas: tuple[str, ...] = ()
    capacity: int = 6
    languages: tuple[str, ...] = ("en",)
    modes: tuple[str, ...] = ("in_person", "video")
    hours: Mapping[str, Any] | None = None


ENTRIES: Final = {
    "kent_returns": Entry(
        "A team of the council that answers to its safeguarding service, and looks after no child.",
        {"basis": "fixed", "price_pence": 14_000},
        run_by="kent",
        areas=(_KENT,),
        modes=("in_person",),
        hours=_WEEKDAYS,
    ),
    "beacon": Entry(
        "A charity that provides no placements.",
        {"basis": "fixed", "price_pence": 18_500},
        areas=(_KENT, _MEDWAY, _BRADFORD),
        languages=("en", "pl", "ur"),
        hours=_DAILY | {"bank_holidays": True},
    ),
    "northstar": Entry(
        "A national provider of interviews and advocacy, and of nothing else.",
        {"basis": "hourly", "price_pence": 5_200, "least_minutes": 120, "travel_pence_per_mile": 45},
        capacity=40,
        languages=("en", "cy", "ar", "ps"),
        modes=("in_person", "video", "phone"),
    ),
}
"""Those that name no area cover all of England and Wales."""


def load_entries(session: Session, ids: Mapping[str, int], *, now: datetime) -> None:
    """Put the providers' entries, coverage and rate cards into the database (*ids*: organisations by member)."""
    for member, entry in ENTRIES.items():
        provider_id = queries.add_provider(session, _row(entry, member, ids, now))
        queries.cover(session, provider_id, entry.areas)
        queries.add_card(session, _card(entry, provider_id, now))


def _row(entry: Entry, member: str, ids: Mapping[str, int], now: datetime) -> dict[str, Any]:
    return {
        "ref": new_ref("ipv"),
        "organisation_id": ids[member],
        "run_by_id": ids[entry.run_by] if entry.run_by else None,
        "covers_everywhere": not entry.areas,
        "capacity": entry.capacity,
        "capacity_at": now,
        "is_independent": True,
        "independence": entry.independence,
        "languages": list(entry.languages),
        "genders": ["female", "male"],
        "modes": list(entry.modes),
        "ages": [8, 17],
        "opening_hours": entry.hours,
        "changed_at": now,
    }


def _card(entry: Entry, provider_id: int, now: datetime) -> dict[str, Any]:
    made = {"ref": new_ref("rcd"), "provider_id": provider_id, "version": 1}
    return {**made, **entry.card, "valid_from": london_date(now), "published_at": now, "published_by": SYSTEM.ref}
