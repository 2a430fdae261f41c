"""A person's list of duties: whose, of which side, due when, about what; as a page, as counts, and as a file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO, Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.ids import is_any_ref
from hub.core.spreadsheets import CsvSheet
from hub.duties.rulebook import Rulebook
from hub.notify import worklists
from hub.notify.queries import Listing
from hub.registry import notice_queries, views
from hub.registry import placement_queries as placements
from hub.registry.casework import assignments, timeline_queries
from hub.registry.placement_queries import AnyRow
from hub.registry.views import PlacementBrief

MOST_IN_A_FILE: Final = 20_000
_AT_ONCE: Final = 500
COLUMNS: Final = (
    *(
        "reference",
        "duty",
        "says",
        "basis",
        "about",
        "owed_by",
        "owed_to",
        "because",
        "event_at",
        "opened_at",
        "due_at",
    ),
    *("due_on", "standing", "fulfilled_at", "reached_at", "closed_at", "close_reason"),
)


@dataclass(frozen=True)
class Wanted:
    """What is wanted of a list of duties. ``due``: as in ``Listing``, or ``open``; ``about``: any reference."""

    side: str = "owed_by_us"
    due: str = "open"
    whose: str = "all"
    duty_code: str | None = None
    about: str | None = None


@dataclass(frozen=True)
class Caseload:
    """A page of duties, and for each what its placement is, as far as the organisation may know of it."""

    rows: list[dict[str, Any]]
    placements: Mapping[str, PlacementBrief]


def listing(session: Session, actor: Actor, wanted: Wanted) -> Listing:
    """*wanted* as the obligations know it."""
    found = Listing(
        side=wanted.side,
        state="open" if wanted.due == "open" else None,
        due=None if wanted.due == "open" else wanted.due,
        duty_code=wanted.duty_code,
        subjects=assignments.subjects(session, actor, wanted.whose),
    )
    return found if wanted.about is None else replace(found, subject_ref=_subjects(session, actor, wanted.about))


def _subjects(session: Session, actor: Actor, ref: str) -> tuple[str, ...]:
    """What a reference leads to: a placement with its notices; a notice with its placement; else itself."""
    if not is_any_ref(ref):
        return (ref,)
    if ref.startswith("ntc_"):
        seen = notice_queries.notice_seen_by(session, ref, actor.organisation)
        return (ref, seen.placement_ref) if seen is not None and seen.placement_ref else (ref,)
    placement = placements.placement_seen_by(session, ref, actor.organisation)
    return (ref, *notice_queries.notice_refs(session, placement.id)) if placement else (ref,)


def caseload(
    session: Session, actor: Actor, wanted: Wanted, *, after: str | None, at_most: int, rules: Rulebook, now: datetime
) -> Caseload:
    """A page of the duties that are wanted, soonest due first; what is done, newest first. Raises ``Invalid``."""
    rows = worklists.obligations(
        session, actor, listing(session, actor, wanted), after=after, at_most=at_most, rules=rules, now=now
    )
    return Caseload(rows, told_of(session, actor, [row["subject_ref"] for row in rows]))


def counted(session: Session, actor: Actor, whose: str, *, now: datetime) -> dict[str, Any]:
    """How many of *whose* are overdue, due and due soon, owed by us and to us."""
    return worklists.worklist(session, actor, subjects=assignments.subjects(session, actor, whose), now=now)


def told_of(session: Session, actor: Actor, refs: list[str]) -> dict[str, PlacementBrief]:
    """For references of placements and notices the placement: who, where to, since when; nothing that names the child."""
    rows: Mapping[str, AnyRow] = timeline_queries.placements_told_of(session, sorted(set(refs)), actor.organisation)
    return dict(zip(rows, views.briefs(session, actor, list(rows.values())), strict=True))


def export(session: Session, actor: Actor, wanted: Wanted, file: IO[str], *, rules: Rulebook, now: datetime) -> int:
    """Write the duties that are wanted to *file* as CSV and record it; how many there are. Nothing in it names a child."""
    sheet, count = CsvSheet(file, COLUMNS), 0
    for row in _all(session, actor, listing(session, actor, wanted), rules, now):
        sheet.add(_cells(row))
        count += 1
    details = {"what": "obligations", "side": wanted.side, "due": wanted.due, "whose": wanted.whose, "rows": count}
    audit.record(session, actor, Event.EXPORT_MADE, actor.organisation_ref or "", now=now, details=details)
    return count


def _all(session: Session, actor: Actor, found: Listing, rules: Rulebook, now: datetime) -> Iterator[dict[str, Any]]:
    after: str | None = None
    for _ in range(MOST_IN_A_FILE // _AT_ONCE):
        rows = worklists.obligations(session, actor, found, after=after, at_most=_AT_ONCE, rules=rules, now=now)
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1]["ref"]


def _cells(row: Mapping[str, Any]) -> list[Any]:
    renamed = {"reference": "ref", "duty": "duty_code", "about": "subject_ref"}
    plain = {**row, "owed_by": _party(row["owed_by"]), "owed_to": _party(row["owed_to"])}
    return [plain[renamed.get(column, column)] for column in COLUMNS]


def _party(party: Mapping[str, Any]) -> str:
    return str(party["name"] or party["role"].replace("_", " "))
