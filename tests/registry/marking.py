"""Markers for tests: what is said of a child, and what each party is shown of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.registry.markers.service import Marker, shown_to
from tests.conftest import NOW
from tests.registry.conftest import Books

CSE: dict[str, Any] = {
    "marker": "cse",
    "detail": "Invented: was met at a station by adults.",
    "author": "P. Specimen, social worker",
    "source": "Invented: strategy discussion",
    "noted_on": "2026-10-01",
    "review_on": "2027-01-10",
    "audience": ["host_authority", "police_force"],
}
GANGS: dict[str, Any] = {"marker": "gangs", "noted_on": "2026-11-01", "audience": ["police_force"]}
ALONE: dict[str, Any] = {"marker": "mental_health", "audience": []}
PARTY = {
    "leeds": "placing_authority",
    "kent": "host_authority",
    "kent_police": "police_force",
    "willow_house": "provider",
}
Shown = Callable[..., list[Marker]]


def shown_of(database: Database, cast: Cast, books: Books) -> Shown:
    """``shown("kent", placement)``: the markers that this member of the cast is shown, as the party it is."""

    def shown(member: str, placement: str, now: datetime = NOW) -> list[Marker]:
        number = books.placement(placement).id
        with database.read() as session:
            found = shown_to(session, [number], PARTY[member], organisation_id=cast.ids[member], now=now)
        return found[number]

    return shown
