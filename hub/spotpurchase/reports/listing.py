"""The reports that an organisation wrote or was sent: what each waits for, as a list and as a file. Each reading is recorded."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import IO, Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.spreadsheets import CsvSheet
from hub.directory import queries as directory
from hub.spotpurchase import disclosure
from hub.spotpurchase.facts import Known, facts_of
from hub.spotpurchase.models import InterviewRequest
from hub.spotpurchase.policy import load_interview_policy
from hub.spotpurchase.reports import listing_queries as queries
from hub.spotpurchase.reports.briefs import ReportBrief, brief, parties
from hub.spotpurchase.reports.models import WAITS

COLUMNS: Final = (
    *("report", "interview", "version", "waits_for", "unanswered", "placing_authority", "host_authority"),
    *("written_by", "begun_at", "sent_at", "acknowledged_at"),
)
MOST_IN_A_FILE: Final = 20_000
_AT_ONCE: Final = 500


def list_reports(
    session: Session,
    actor: Actor,
    *,
    state: str | None = None,
    waits_for: str | None = None,
    episode: str | None = None,
    after: str | None = None,
    at_most: int,
    now: datetime,
) -> list[ReportBrief]:
    """The reports that the actor's organisation wrote or was sent, newest first; the reading is recorded.

    *waits_for*: of ``models.WAITS``; *episode*: the reference of a missing episode, for the reports about that one alone.
    """
    sought = {"state": state, "waits_for": waits_for, "episode": episode}
    found = _listed(session, actor, sought, after=after, at_most=at_most)
    _record(session, actor, found, now=now)
    return found


def list_by_waits(
    session: Session, actor: Actor, *, episode: str | None = None, at_most: int, now: datetime
) -> dict[str, list[ReportBrief]]:
    """By what they wait for (``models.WAITS``), *at_most* so many of each, newest first; recorded as one reading."""
    found = {
        code: _listed(session, actor, {"waits_for": code, "episode": episode}, after=None, at_most=at_most)
        for code in WAITS
    }
    _record(session, actor, [each for listed in found.values() for each in listed], now=now)
    return found


def _record(session: Session, actor: Actor, found: Sequence[ReportBrief], *, now: datetime) -> None:
    if found:
        details = {"reports": [each.ref for each in found]}
        audit.record(session, actor, Event.INTERVIEW_LISTED, actor.organisation_ref or "", now=now, details=details)


def children_in(session: Session, found: Sequence[ReportBrief]) -> dict[str, dict[str, Any]]:
    """By reference of the report the names of its child, as the policy shows them to who wrote it or was sent it."""
    requests = {row.ref: row for row in queries.requests(session, {each.request for each in found})}
    known = Known(session, list(requests.values()))
    return {each.ref: _names_of(known, each, requests[each.request]) for each in found}


def _names_of(known: Known, found: ReportBrief, request: InterviewRequest) -> dict[str, Any]:
    policy = load_interview_policy()
    part = "placing" if found.part == "placing_authority" else "performer"
    stage = disclosure.stage_of(part, request.state, None)
    facts = facts_of(known, request, disclosure.visible(stage, policy) & {"name"})
    return disclosure.shown(facts, part, stage, policy).get("name") or {}


def _listed(
    session: Session, actor: Actor, sought: Mapping[str, str | None], *, after: str | None, at_most: int
) -> list[ReportBrief]:
    said = {name: sought.get(name) for name in ("state", "waits_for", "episode")}
    rows = queries.listed(session, actor.organisation, **said, after=after, at_most=at_most)
    ids = {number for row in rows for number in parties(row.InterviewRequest, row.InterviewReport)}
    names = directory.by_ids(session, ids)
    return [brief(actor, row.InterviewReport, row.InterviewRequest, names, row.unanswered) for row in rows]


# --- as a file --------------------------------------------------------------------------------------------------------


def export_reports(
    session: Session,
    actor: Actor,
    file: IO[str],
    *,
    waits_for: str | None = None,
    episode: str | None = None,
    now: datetime,
) -> int:
    """Write the reports that stand to *file* as CSV, newest first, and record it; how many. Nothing in it names a child.

    *file* must not translate line ends (``newline=""``).
    """
    sheet, refs = CsvSheet(file, COLUMNS), list[str]()
    for each in _all(session, actor, {"waits_for": waits_for, "episode": episode}):
        sheet.add(_cells(each))
        refs.append(each.ref)
    said = {"waits_for": waits_for, "episode": episode}
    details = {"what": "interview_reports", "reports": refs, **{name: value for name, value in said.items() if value}}
    audit.record(session, actor, Event.EXPORT_MADE, actor.organisation_ref or "", now=now, details=details)
    return len(refs)


def _all(session: Session, actor: Actor, sought: Mapping[str, str | None]) -> Iterator[ReportBrief]:
    after: str | None = None
    for _ in range(MOST_IN_A_FILE // _AT_ONCE):
        rows = _listed(session, actor, sought, after=after, at_most=_AT_ONCE)
        yield from (each for each in rows if each.state != "superseded")
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1].ref


def _cells(each: ReportBrief) -> list[Any]:
    """A report in the order of :data:`COLUMNS`."""
    names = (party["name"] if party else None for party in (each.placing_authority, each.host_authority, each.author))
    return [
        *(each.ref, each.request, each.number, each.waits_for, each.unanswered, *names),
        *(each.begun_at, each.submitted_at, each.acknowledged_at),
    ]
