"""What the hub knows of the children of a look-up: read together, before it is decided what of it may be shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.core.clock import london_date
from hub.core.db import keys_of
from hub.directory.duty.rota import OnDuty
from hub.directory.duty.service import all_on_duty
from hub.duties.rulebook import Rulebook
from hub.lookup import queries
from hub.lookup.queries import AnyRow
from hub.missing.models import MissingEpisode
from hub.missing.queries import last_episodes
from hub.registry.markers.advice import Advice, advice_on
from hub.registry.markers.service import Marker, shown_to

CAPACITIES: Final = {
    "force_of_placement": "police_force",
    "other_force": "police_force",
    "placing_authority": "placing_authority",
    "host_authority": "host_authority",
}
"""In which capacity an asker sees markers; who has none here sees none."""
NOBODY: Final = {"ref": None, "name": "", "gss_code": None}
"""In place of an organisation that is not told."""
_OUT_OF_AREA: Final = ("adjoining", "distant")
_LIVES_THERE: Final = ("confirmed", "unconfirmed")


@dataclass(frozen=True)
class Known:
    """One child, and the placement that counts: where the child lives, or else will live, or else lived last."""

    child_id: int
    child: Mapping[str, Any] = field(repr=False)
    status: str
    """``current``, ``to_come``, ``ended``, or ``none``: the hub knows no placement."""
    placement_id: int | None = None
    placement_ref: str | None = None
    placing_authority_id: int | None = None
    host_authority_id: int | None = None
    police_force_id: int | None = None
    is_out_of_area: bool = False
    is_shielded: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    placing: Mapping[str, Any] | None = None
    provider_name: str | None = field(default=None, repr=False)
    placement: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Around:
    """What stands around one child besides: who answers the telephone, markers and advice, the last episodes."""

    on_duty: OnDuty | None = None
    markers: Sequence[Marker] = field(default=(), repr=False)
    advice: Advice | None = None
    episodes: Sequence[MissingEpisode] = field(default=(), repr=False)


def known_of(session: Session, child_ids: Collection[int], *, now: datetime) -> dict[int, Known]:
    """Each of these children as it stands, in one statement; one that is not there is absent."""
    rows: dict[int, list[AnyRow]] = {}
    for row in queries.standing(session, child_ids):
        rows.setdefault(row.root, []).append(row)
    return {number: _known(session, number, rows[number], now) for number in child_ids if number in rows}


def _known(session: Session, child_id: int, rows: Sequence[AnyRow], now: datetime) -> Known:
    keys = keys_of(session)
    own = next((row for row in rows if row.child_id == child_id), rows[0])
    is_shielded = any(row.shield_id is not None for row in rows)
    child = keys.open(own.child_ref, own.child_sealed)
    placed = [row for row in rows if row.placement_id is not None]
    if not placed:
        return Known(
            child_id, child, "none", placing_authority_id=own.placing_authority_id, placing=_placing(own),
            is_shielded=is_shielded,
        )  # fmt: skip
    row = max(placed, key=lambda each: (_RANK[status_of(each, now)], each.starts_at, each.placement_id))
    return Known(
        child_id,
        child,
        status_of(row, now),
        placement_id=row.placement_id,
        placement_ref=row.placement_ref,
        placing_authority_id=row.placing_authority_id,
        host_authority_id=row.host_authority_id,
        police_force_id=row.police_force_id,
        is_out_of_area=row.relation in _OUT_OF_AREA,
        is_shielded=is_shielded,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        placing=_placing(row),
        provider_name=row.provider_name,
        placement=keys.open(row.placement_ref, row.placement_sealed),
    )


_RANK: Final = {"ended": 0, "to_come": 1, "current": 2}


def status_of(row: AnyRow, now: datetime) -> str:
    """Whether the child lives there now, is to, or did. An end that is announced and has not come ends nothing yet."""
    if row.state == "ended" or (row.ends_at is not None and row.ends_at <= now):
        return "ended"
    return "current" if row.state in _LIVES_THERE and row.starts_at <= now else "to_come"


def _placing(row: AnyRow) -> dict[str, Any] | None:
    if row.placing_ref is None:
        return None
    return {"ref": row.placing_ref, "name": row.placing_name, "gss_code": row.placing_gss}


def around(
    session: Session,
    known: Known,
    wanted: Collection[str],
    *,
    relation: str,
    organisation_id: int,
    rules: Rulebook,
    now: datetime,
) -> Around:
    """What the fields in *wanted* need besides, and nothing that they do not."""
    markers = _markers(session, known, wanted, relation, organisation_id, now)
    return Around(
        on_duty=_on_duty(session, known, wanted, rules, now),
        markers=markers,
        advice=_advice(known, markers, rules, now) if "grade_advice" in wanted else None,
        episodes=last_episodes(session, [known.child_id])[known.child_id] if "last_episodes" in wanted else (),
    )


def _on_duty(session: Session, known: Known, wanted: Collection[str], rules: Rulebook, now: datetime) -> OnDuty | None:
    whose = known.placing_authority_id
    if whose is None or not {"out_of_hours", "ring"} & set(wanted):
        return None
    return all_on_duty(session, [whose], rules=rules, now=now)[whose]


def _markers(
    session: Session, known: Known, wanted: Collection[str], relation: str, organisation_id: int, now: datetime
) -> Sequence[Marker]:
    capacity = CAPACITIES.get(relation)
    if capacity is None or known.placement_id is None or not _FROM_MARKERS & set(wanted):
        return ()
    found = shown_to(session, [known.placement_id], capacity, organisation_id=organisation_id, now=now)[
        known.placement_id
    ]
    return [_from_nowhere(each, known) for each in found] if known.is_shielded else found


def _from_nowhere(marker: Marker, known: Known) -> Marker:
    """Of a shielded child, whose glass was broken: who said it and how they know only where the placing authority said it.

    The name of a home, or of the council of its area, would say where the child lives.
    """
    is_placing = known.placing is not None and marker.organisation["ref"] == known.placing["ref"]
    return marker if is_placing else replace(marker, author=None, source=None, organisation=NOBODY)


_FROM_MARKERS: Final = {"markers", "marker_details", "grade_advice"}


def _advice(known: Known, markers: Sequence[Marker], rules: Rulebook, now: datetime) -> Advice | None:
    return advice_on(markers, is_out_of_area=known.is_out_of_area, policy=rules.policy.markers, today=london_date(now))
