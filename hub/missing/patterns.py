"""Who goes missing together, and which places come again: for the host and the forces, as counts and references, never as names.

A pair or a place is a pattern from the second time on. Which child and which place it is, is read in the episodes themselves.
Children who are shielded from whoever reads are in none: with whom they go, and from where, would say where they live.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.missing import pattern_queries
from hub.missing.pattern_queries import AnyRow
from hub.missing.places import nowhere
from hub.registry.shielding import shielded_from

AT_MOST: Final = 50
TIMES: Final = 2
"""From how many times on it is a pattern."""


@dataclass(frozen=True)
class Together:
    """Two children who went missing together ``times`` times; the references of their episodes, newest first."""

    times: int
    last_at: datetime
    episodes: tuple[str, ...]


@dataclass(frozen=True)
class Recurring:
    """A place from which children went missing (``last_seen``) or where they were found, ``times`` times."""

    kind: str
    times: int
    children: int
    last_at: datetime
    episodes: tuple[str, ...]


@dataclass(frozen=True)
class Patterns:
    """The patterns of the last ``days`` days in what concerns one organisation."""

    days: int
    together: list[Together]
    places: list[Recurring]


def patterns(session: Session, actor: Actor, *, days: int, now: datetime) -> Patterns:
    """The patterns in the episodes of which the actor's organisation is host or a force concerned; the reading is recorded."""
    since = now - timedelta(days=days)
    pairs = pattern_queries.pairs(session, actor.organisation, since=since)
    places = pattern_queries.places(session, actor.organisation, since=since, without=nowhere(keys_of(session)))
    shielded = _shielded(session, actor, pairs, places)
    pairs = [row for row in pairs if not shielded & {row.one_child, row.other_child}]
    places = [row for row in places if row.child_id not in shielded]
    found = Patterns(days, _together(pairs), _recurring(places))
    details = {"together": len(found.together), "places": len(found.places), "days": days}
    audit.record(session, actor, Event.MISSING_PATTERNS_READ, actor.organisation_ref or "", now=now, details=details)
    return found


def _shielded(session: Session, actor: Actor, pairs: Sequence[AnyRow], places: Sequence[AnyRow]) -> set[int]:
    """The children of these rows who are shielded from the actor."""
    paired = [number for row in pairs for number in (row.one_child, row.other_child)]
    return shielded_from(session, actor, [*paired, *(row.child_id for row in places)])


def _together(pairs: Sequence[AnyRow]) -> list[Together]:
    """*pairs*: (``one_child``, ``other_child``, ``one_ref``, ``other_ref``, ``at``)"""
    by_children: dict[tuple[int, int], list[AnyRow]] = {}
    for row in pairs:
        one, other = sorted((row.one_child, row.other_child))
        by_children.setdefault((one, other), []).append(row)
    found = [_pair(rows) for rows in by_children.values() if len(rows) >= TIMES]
    return sorted(found, key=lambda each: (each.times, each.last_at), reverse=True)[:AT_MOST]


def _pair(rows: Sequence[AnyRow]) -> Together:
    newest = sorted(rows, key=lambda row: row.at, reverse=True)
    refs = dict.fromkeys(ref for row in newest for ref in (row.one_ref, row.other_ref))
    return Together(len(rows), newest[0].at, tuple(refs))


def _recurring(rows: Sequence[AnyRow]) -> list[Recurring]:
    """*rows*: (``kind``, ``place_index``, ``ref``, ``child_id``, ``at``), one for each episode and place."""
    by_place: Mapping[tuple[str, bytes], list[AnyRow]] = _grouped(rows)
    found = [_place(kind, group) for (kind, _), group in by_place.items() if len(_refs(group)) >= TIMES]
    return sorted(found, key=lambda each: (each.times, each.last_at), reverse=True)[:AT_MOST]


def _grouped(rows: Sequence[AnyRow]) -> dict[tuple[str, bytes], list[AnyRow]]:
    found: dict[tuple[str, bytes], list[AnyRow]] = {}
    for row in rows:
        found.setdefault((row.kind, bytes(row.place_index)), []).append(row)
    return found


def _place(kind: str, group: Sequence[AnyRow]) -> Recurring:
    newest = sorted(group, key=lambda row: row.at, reverse=True)
    children = {row.child_id or row.ref for row in group}
    return Recurring(kind, len(_refs(group)), len(children), newest[0].at, tuple(_refs(newest)))


def _refs(rows: Collection[AnyRow]) -> list[str]:
    return list(dict.fromkeys(row.ref for row in rows))
