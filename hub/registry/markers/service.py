"""Which markers of a child may a party see? Read by look-ups, by the placement's parties, and by every view of a placement."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.core.clock import london_date
from hub.core.db import keys_of
from hub.registry.markers import queries
from hub.registry.markers.models import MarkerVersion
from hub.registry.markers.queries import AnyRow


@dataclass(frozen=True)
class Marker:
    """One marker as it stands. ``author``: the person, as written; ``organisation``: theirs; ``audience``: parties."""

    ref: str
    placement_id: int
    version: int
    code: str = field(repr=False)
    detail: str | None = field(repr=False)
    author: str | None = field(repr=False)
    source: str | None = field(repr=False)
    organisation: dict[str, Any]
    noted_on: date | None
    review_on: date
    is_due_for_review: bool
    audience: tuple[str, ...]
    recorded_at: datetime

    def as_said(self) -> dict[str, Any]:
        """It as a notice says it, in plain JSON values; what nobody wrote is left out."""
        said = {
            "marker": self.code,
            "detail": self.detail,
            "author": self.author,
            "source": self.source,
            "noted_on": self.noted_on.isoformat() if self.noted_on else None,
            "review_on": self.review_on.isoformat(),
            "audience": list(self.audience),
        }
        return {name: value for name, value in said.items() if value is not None}


def shown_to(
    session: Session,
    placement_ids: Collection[int],
    capacity: str,
    *,
    organisation_id: int | None = None,
    now: datetime,
) -> dict[int, list[Marker]]:
    """The standing markers of each placement that a party in *capacity* may see, in the order in which they were said.

    *capacity*: ``placing_authority``, ``host_authority``, ``police_force`` (any force), ``provider``, ``health_body``.
    *organisation_id*: whoever said one sees it, whatever its audience. Every placement asked for has a list.
    """
    found: dict[int, list[Marker]] = {number: [] for number in placement_ids}
    for row in queries.current(session, found):
        if may_see(row.MarkerVersion, capacity, organisation_id):
            found[row.MarkerVersion.placement_id].append(marker_of(session, row, now=now))
    return found


def may_see(version: MarkerVersion, capacity: str, organisation_id: int | None) -> bool:
    """Whether one in *capacity*, or the organisation that said it, may see this version of a marker."""
    return capacity in version.audience or version.author_id == organisation_id


def marker_of(session: Session, row: AnyRow, *, now: datetime) -> Marker:
    """A row of ``queries.current``, opened."""
    version: MarkerVersion = row.MarkerVersion
    said = said_in(session, version)
    return Marker(
        ref=version.marker_ref,
        placement_id=version.placement_id,
        version=version.version,
        code=said["marker"],
        detail=said.get("detail"),
        author=said.get("author"),
        source=said.get("source"),
        organisation={"ref": row.author.ref, "name": row.author.name, "gss_code": row.author.gss_code},
        noted_on=version.noted_on,
        review_on=version.review_on,
        is_due_for_review=version.state == "current" and version.review_on <= london_date(now),
        audience=tuple(version.audience),
        recorded_at=version.recorded_at,
    )


def said_in(session: Session, version: MarkerVersion) -> Mapping[str, Any]:
    """What is sealed in a version: ``marker``, ``detail``, ``author``, ``source``; ``by``, ``reason``."""
    said: Mapping[str, Any] = keys_of(session).open(version.ref, version.sealed)
    return said


def codes_of(session: Session, placement_id: int) -> list[str]:
    """The codes of every standing marker of a placement, whoever may see it: for the law's questions, shown to nobody."""
    rows = queries.current(session, [placement_id])
    return sorted({said_in(session, row.MarkerVersion)["marker"] for row in rows})
