"""Is there a trigger plan or a Philomena form for this child, who holds it, and since when? Never the plan or the form itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.core.db import keys_of
from hub.registry import notice_queries
from hub.registry import placement_queries as placements
from hub.registry.filing import stored_content
from hub.registry.models import Placement

PAPERS: Final = ("trigger_plan", "philomena")


@dataclass(frozen=True)
class Held:
    """Whether one exists, as the newest notice that knows of one says. ``by``: who holds it; ``said_by``: whose notice it was."""

    is_held: bool
    by: str | None
    updated_on: date | None
    said_by: str


@dataclass(frozen=True)
class HeldPapers:
    """``None``: nobody said anything about it."""

    trigger_plan: Held | None
    philomena: Held | None


def held_of(session: Session, placement: Placement) -> HeldPapers:
    """Whether a trigger plan and a Philomena form exist for the child of *placement*, who holds each, and since when.

    Each organisation's last word counts; one that knows of a paper counts before one that knows of none, since whoever wrote
    that there is none may only not have been told.
    """
    words = list(_words(session, placement))
    return HeldPapers(**{paper: _newest([each for named, each in words if named == paper]) for paper in PAPERS})


def _words(session: Session, placement: Placement) -> Iterator[tuple[str, Held]]:
    """What each organisation said last of each paper, oldest first."""
    last: dict[tuple[str, int], Mapping[str, Any]] = {}
    for notice in notice_queries.notices_about(session, placement.id):
        content = stored_content(session, notice)
        for paper in PAPERS:
            if paper in content:
                last.pop((paper, notice.sender_id), None)
                last[paper, notice.sender_id] = content[paper]
    names = {row.id: row.name for row in placements.parties(session, ids={sender for _, sender in last})}
    for (paper, sender), said in last.items():
        yield paper, _held(said, names.get(sender, ""))
    if not last:  # the notices may be gone before the placement is
        document = keys_of(session).open(placement.ref, placement.sealed)
        yield from ((paper, _held(document[paper], "")) for paper in PAPERS if paper in document)


def _held(said: Mapping[str, Any], said_by: str) -> Held:
    updated_on = said.get("updated_on")
    return Held(
        is_held=said["held"],
        by=said.get("by"),
        updated_on=date.fromisoformat(updated_on) if updated_on else None,
        said_by=said_by,
    )


def _newest(words: list[Held]) -> Held | None:
    knowing = [each for each in words if each.is_held]
    return next(iter([*reversed(knowing), *reversed(words)]), None)
