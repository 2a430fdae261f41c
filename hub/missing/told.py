"""Who was told of an episode, when, and whether it reached them: for the receipt of whoever reported, and for its page."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.ids import is_ref
from hub.directory import queries as directory
from hub.missing import queries, told_queries
from hub.missing.standing import NOT_SEEN
from hub.missing.telling import everybody
from hub.missing.views import named
from hub.registry.shielding import shielded_from

TELLS: Final = (
    "missing.reported", "missing.discovered", "missing.graded", "missing.located", "missing.returned",
    "missing.interviewed", "missing.reason_given", "missing.corrected", "missing.withdrawn",
)  # fmt: skip
"""The kinds of alert that tell of an episode. The others ask somebody for something."""


@dataclass(frozen=True)
class Told:
    """One organisation, and what it was told: kind → when, in order. ``reached_at``: when the first of it did."""

    organisation: dict[str, Any]
    kinds: Mapping[str, datetime]
    reached_at: datetime | None
    has_reported: bool

    @property
    def is_unreached(self) -> bool:
        """Whether it is to be rung: it was to be told, and nothing arrived. Nobody is told of what they said themselves."""
        return self.reached_at is None and (bool(self.kinds) or not self.has_reported)


def who_was_told(session: Session, actor: Actor, ref: str) -> list[Told]:
    """Everybody whom the episode *ref* concerns, each with what they were told. Raises ``NotFound`` for who is no party.

    Whoever told something themselves is told of what others say. One whom nothing reaches has ``reached_at`` ``None``. Of a
    shielded child a force sees itself and the placing authority alone: the others' names would say where the child lives.
    """
    seen = queries.seen_by(session, ref, actor.organisation) if is_ref(ref, "mis") else None
    if seen is None:
        raise NotFound(NOT_SEEN)
    group = queries.episodes(session, queries.group_of(session, queries.root_id_of(session, seen.id)))
    episode = next(each for each in group if each.merged_into_id is None)
    refs = [each.ref for each in group]
    by_organisation: dict[int, list[Any]] = {}
    for row in told_queries.alerts_about(session, refs):
        if row.kind in TELLS:
            by_organisation.setdefault(row.organisation_id, []).append(row)
    wanted = list(dict.fromkeys([*everybody(session, episode), *by_organisation]))
    if shielded_from(session, actor, [episode.child_id]):
        wanted = [each for each in wanted if each in (actor.organisation, episode.placing_authority_id)]
    reporters = {each.organisation_id for each in queries.reports_of(session, [each.id for each in group])}
    return list(_told(session, wanted, by_organisation, reporters))


def _told(
    session: Session, wanted: Sequence[int], rows: Mapping[int, Sequence[Any]], reporters: Collection[int]
) -> Iterator[Told]:
    known = directory.by_ids(session, wanted)
    for number in wanted:
        alerts = rows.get(number, ())
        kinds: dict[str, datetime] = {}
        for each in alerts:
            kinds.setdefault(each.kind, each.raised_at)
        reached = [_reached_at(each) for each in alerts]
        organisation = named(known.get(number)) or {}
        yield Told(organisation, kinds, min((at for at in reached if at), default=None), number in reporters)


def _reached_at(row: Any) -> datetime | None:
    """One that has joined is reached by the commit itself: it stands in its inbox."""
    at: datetime | None = row.raised_at if row.joined_at is not None else row.arrived_at
    return at
