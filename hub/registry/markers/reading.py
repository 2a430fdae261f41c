"""The markers of one placement as a party reads them: what stands, what stood before, the advice that follows, what is held."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import london_date
from hub.core.errors import NotFound
from hub.core.ids import is_ref
from hub.duties.rulebook import Rulebook
from hub.registry import placement_queries as placements
from hub.registry.markers import queries
from hub.registry.markers.advice import Advice, advice_on
from hub.registry.markers.held import HeldPapers, held_of
from hub.registry.markers.models import MarkerVersion
from hub.registry.markers.queries import AnyRow
from hub.registry.markers.service import Marker, marker_of, may_see, said_in
from hub.registry.models import Placement
from hub.registry.shielding import refuse_shielded
from hub.registry.views import opened, party_of

OUT_OF_AREA = ("adjoining", "distant")


@dataclass(frozen=True)
class Version:
    """One version of a marker. ``organisation``: which made it; ``by``: the officer; ``notice``: which said so, if one did."""

    version: int
    act: str
    at: datetime
    organisation: dict[str, Any]
    by: str | None = field(repr=False)
    notice: str | None
    detail: str | None = field(repr=False)
    author: str | None = field(repr=False)
    source: str | None = field(repr=False)
    reason: str | None = field(repr=False)
    noted_on: date | None
    review_on: date
    audience: tuple[str, ...]


@dataclass(frozen=True)
class MarkerSeen(Marker):
    """A marker with its history, oldest first. ``child``: whose it is; ``party``: as which it is read; ``may_change``: whether
    the reader may."""

    state: str
    placement: str
    child: dict[str, Any] = field(repr=False)
    party: str
    may_change: bool
    history: tuple[Version, ...]


@dataclass(frozen=True)
class PlacementMarkers:
    """What a party knows of what to look out for. ``child``: with whom; ``party``: as which it reads."""

    placement: str
    child: dict[str, Any] = field(repr=False)
    party: str
    markers: list[MarkerSeen]
    advice: Advice | None
    held: HeldPapers

    @property
    def standing(self) -> list[MarkerSeen]:
        return [each for each in self.markers if each.state == "current"]

    @property
    def ended(self) -> list[MarkerSeen]:
        return [each for each in self.markers if each.state == "ended"]


def read_markers(
    session: Session, actor: Actor, placement_ref: str, *, rules: Rulebook, now: datetime
) -> PlacementMarkers:
    """The markers of a placement as the actor's organisation, one of its parties, may see them; the reading is recorded.

    Raises ``NotFound``.
    """
    placement = placements.placement_seen_by(session, placement_ref, actor.organisation)
    if placement is None:
        raise NotFound("There is nothing with this reference that you can see.")
    refuse_shielded(session, actor, [placement.id])
    party = party_of(placement, actor)
    child = opened(session, placements.child_by_id(session, placement.child_id))
    seen = _series(session, actor, placement, child, party, now=now)
    said = {"placement": placement_ref, "party": party, "markers": [each.ref for each in seen]}
    audit.record(session, actor, Event.MARKERS_READ, placement_ref, now=now, details=said)
    standing = [each for each in seen if each.state == "current"]
    return PlacementMarkers(
        placement=placement_ref,
        child=child,
        party=party,
        markers=seen,
        advice=advice_on(
            standing, is_out_of_area=is_out_of_area(placement), policy=rules.policy.markers, today=london_date(now)
        ),
        held=held_of(session, placement),
    )


def read_marker(session: Session, actor: Actor, ref: str, *, rules: Rulebook, now: datetime) -> MarkerSeen:
    """One marker with its history, as the actor's organisation may see it; the reading is recorded. Raises ``NotFound``."""
    found = queries.latest(session, ref) if is_ref(ref, "mkr") else None
    if found is not None:
        read = read_markers(session, actor, found.Placement.ref, rules=rules, now=now)
        for each in read.markers:
            if each.ref == ref:
                return each
    raise NotFound("There is nothing with this reference that you can see.")


def is_out_of_area(placement: Placement) -> bool:
    """Whether a child lives outside the area of the council that is responsible for them, as far as is known."""
    return placement.relation in OUT_OF_AREA or placement.country is not None


def _series(
    session: Session, actor: Actor, placement: Placement, child: dict[str, Any], party: str, *, now: datetime
) -> list[MarkerSeen]:
    """Those of which the newest version is for the party to see; those that stand first."""
    series: dict[str, list[AnyRow]] = {}
    for row in queries.versions(session, placement.id):
        series.setdefault(row.MarkerVersion.marker_ref, []).append(row)
    seen = [
        _seen(session, actor, placement, child, party, rows, now=now)
        for rows in series.values()
        if may_see(rows[-1].MarkerVersion, party, actor.organisation)
    ]
    return sorted(seen, key=lambda each: each.state != "current")


def _seen(
    session: Session,
    actor: Actor,
    placement: Placement,
    child: dict[str, Any],
    party: str,
    rows: list[AnyRow],
    *,
    now: datetime,
) -> MarkerSeen:
    last: MarkerVersion = rows[-1].MarkerVersion
    return MarkerSeen(
        **vars(marker_of(session, rows[-1], now=now)),
        state=last.state,
        placement=placement.ref,
        child=child,
        party=party,
        may_change=last.state == "current" and may_change(last, party, actor),
        history=tuple(_versions(session, actor, party, rows)),
    )


def may_change(version: MarkerVersion, party: str, actor: Actor) -> bool:
    """Whether the actor's organisation may: whoever said it, and the placing authority, which answers for the child."""
    return version.author_id == actor.organisation or party == "placing_authority"


def _versions(session: Session, actor: Actor, party: str, rows: list[AnyRow]) -> Iterable[Version]:
    for row in rows:
        version: MarkerVersion = row.MarkerVersion
        if not may_see(version, party, actor.organisation):
            continue
        said = said_in(session, version)
        yield Version(
            version=version.version,
            act=version.act,
            at=version.recorded_at,
            organisation={"ref": row.by.ref, "name": row.by.name, "gss_code": row.by.gss_code},
            by=said.get("by"),
            notice=version.notice_ref,
            detail=said.get("detail"),
            author=said.get("author"),
            source=said.get("source"),
            reason=said.get("reason"),
            noted_on=version.noted_on,
            review_on=version.review_on,
            audience=tuple(version.audience),
        )
