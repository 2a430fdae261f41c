"""Who is missing, as a file: for the daily meeting, and for whoever counts. What is not shown on the board is not in it."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.spreadsheets import CsvSheet
from hub.missing.states import RUNNING
from hub.missing.views import EpisodeBrief, missing_now

COLUMNS: Final = (
    *("episode", "state", "category", "grade", "graded_at", "missing_from", "reported", "found", "returned"),
    *("prevention_interview", "family_name", "given_names", "born_on", "placement", "home", "council_of_the_home"),
    *("placing_authority", "discovered_by_police"),
)
_AT_ONCE: Final = 500


def export_missing(
    session: Session,
    actor: Actor,
    file: IO[str],
    *,
    part: str | None = None,
    states: Sequence[str] = RUNNING,
    grade: str | None = None,
    now: datetime,
) -> int:
    """Write the episodes that ``views.missing_now`` shows to *file* as CSV, newest first; how many. Recorded, with each of them.

    *file* must not translate line ends (``newline=""``).
    """
    sheet, refs = CsvSheet(file, COLUMNS), list[str]()
    while rows := missing_now(
        session,
        actor,
        part=part,
        states=states,
        grade=grade,
        after=refs[-1] if refs else None,
        at_most=_AT_ONCE,
        now=now,
    ):
        for each in rows:
            sheet.add(_cells(each))
        refs += [each.ref for each in rows]
    said = {"part": part, "states": list(states), "grade": grade}
    details = {"what": "missing", "episodes": refs, **{name: value for name, value in said.items() if value}}
    audit.record(session, actor, Event.EXPORT_MADE, actor.organisation_ref or "", now=now, details=details)
    return len(refs)


def _cells(each: EpisodeBrief) -> list[Any]:
    """An episode in the order of :data:`COLUMNS`."""
    return [
        *(each.ref, each.state, each.category, each.grade, each.graded_at, each.missing_from_at, each.reported_at),
        *(each.located_at, each.returned_at, each.interviewed_at),
        *(each.child.get(name) for name in ("family_name", "given_names", "born_on")),
        each.placement,
        *(party["name"] if party else None for party in (each.provider, each.host_authority, each.placing_authority)),
        each.is_discovered,
    ]
