"""Writing a report: a draft that saves itself every few seconds, by whoever performs the interview; and beginning a correction.

Two pages may be open on one draft. Whoever saves over what it has not read is refused, and is shown what stands: nothing that
somebody wrote is lost in silence. Saving again what stands already is no conflict: a page whose line broke may repeat itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import EditConflict, NotFound, StateConflict
from hub.core.ids import new_ref
from hub.registry.content import plain
from hub.spotpurchase import standing
from hub.spotpurchase.models import Commission, InterviewRequest
from hub.spotpurchase.reports import queries
from hub.spotpurchase.reports.models import InterviewReport

NOT_YOURS: Final = "Your organisation does not hold this interview, so it has no report of it to write."
SENT: Final = "This report was sent. To change it, begin a correction."


@dataclass(frozen=True)
class Draft:
    """A report as far as it is written. ``version`` 0: nothing was saved yet. ``state``: ``draft``, or how it was sent."""

    request: str
    ref: str | None
    number: int
    version: int
    state: str
    begun_at: datetime | None
    record: dict[str, Any] = field(repr=False)
    narrative: str | None = field(repr=False)


class StaleDraft(EditConflict):
    """Somebody saved meanwhile. ``stands``: the draft as it stands, to be shown beside what was typed."""

    def __init__(self, stands: Draft) -> None:
        self.stands = stands
        super().__init__("This report was saved elsewhere since you read it. Read what stands there, then decide.")


@dataclass(frozen=True)
class Performed:
    """A request and the commission under which the actor's organisation writes its report, the request locked."""

    request: InterviewRequest
    commission: Commission


def performed(session: Session, actor: Actor, request_ref: str) -> Performed:
    """What the actor's organisation was commissioned with. Raises ``NotFound`` for everybody else, the placing authority too."""
    request = standing.request_for(session, actor, request_ref)
    commission = queries.performed(session, request.id, actor.organisation)
    if commission is None:
        raise NotFound(NOT_YOURS)
    return Performed(request, commission)


def save_draft(
    session: Session, actor: Actor, request_ref: str, content: Mapping[str, Any], *, version: int, now: datetime
) -> Draft:
    """Save the report of an interview as far as it is written. *content*: as ``schemas.ReportDraftIn`` loads it.

    *version*: of the draft as it was read; 0: there was none. Raises ``NotFound`` for who does not hold the interview,
    ``StaleDraft`` where somebody saved meanwhile, and ``StateConflict`` once the report was sent.
    """
    own = performed(session, actor, request_ref)
    told = plain({"record": content.get("record", {}), "narrative": content.get("narrative")})
    row = queries.newest_of(session, own.request.id, actor.organisation)
    if row is None:
        if version != 0:
            raise StaleDraft(_unwritten(session, own.request))
        return _begin(session, actor, own, told, now=now)
    if row.state != "draft":
        raise StateConflict(SENT)
    document = keys_of(session).open(row.ref, row.sealed)
    stands = draft_seen(own.request, row, document)
    if (stands.record, stands.narrative) == (told["record"], told["narrative"]):
        return stands
    sealed = keys_of(session).seal(row.ref, {**document, **told})
    if not queries.change_draft(session, row.id, version, {"sealed": sealed}):
        raise StaleDraft(stands)
    _record(session, actor, row.ref, own.request, row.number, now)
    return draft_seen(own.request, queries.report_by_id(session, row.id), {**document, **told})


def _begin(session: Session, actor: Actor, own: Performed, document: Mapping[str, Any], *, now: datetime) -> Draft:
    ref = new_ref("irp")
    row = {
        "ref": ref,
        "request_id": own.request.id,
        "commission_id": own.commission.id,
        "author_id": actor.organisation,
        "number": queries.next_number(session, own.request.id),
        "state": "draft",
        "begun_at": now,
        "sealed": keys_of(session).seal(ref, dict(document)),
        "version": 1,
        **dict.fromkeys(("submitted_at", "submitted_by", "acknowledged_at", "acknowledged_by")),
    }
    report = queries.report_by_id(session, queries.add_report(session, row))
    _record(session, actor, ref, own.request, report.number, now)
    return draft_seen(own.request, report, document)


def read_draft(session: Session, actor: Actor, request_ref: str, *, now: datetime) -> Draft:
    """The newest version of the report as its author has it: a draft, or as it was sent. The reading is recorded.

    Where nothing is written yet it is empty, with the version 0. Raises ``NotFound`` for who does not hold the interview.
    """
    own = performed(session, actor, request_ref)
    row = queries.newest_of(session, own.request.id, actor.organisation)
    if row is None:
        return _unwritten(session, own.request)
    audit.record(session, actor, Event.INTERVIEW_REPORT_READ, row.ref, now=now, details={"view": "draft"})
    return draft_seen(own.request, row, keys_of(session).open(row.ref, row.sealed))


def begin_correction(session: Session, actor: Actor, request_ref: str, *, reason: str, now: datetime) -> Draft:
    """Begin the next version of a report that was sent, with what it says. What was sent stands until this one is sent.

    *reason*: a code. Raises ``NotFound`` as :func:`save_draft`, and ``StateConflict`` where there is nothing to correct.
    """
    own = performed(session, actor, request_ref)
    row = queries.newest_of(session, own.request.id, actor.organisation)
    if row is None:
        raise StateConflict("No report of this interview was sent yet, so there is none to correct.")
    if row.state != "submitted":
        raise StateConflict("The next version is being written already. Go on with it.")
    document = keys_of(session).open(row.ref, row.sealed)
    kept = {name: document.get(name) for name in ("record", "narrative")}
    return _begin(session, actor, own, {**kept, "correction": reason}, now=now)


def draft_seen(request: InterviewRequest, row: InterviewReport, document: Mapping[str, Any]) -> Draft:
    """A draft as its author has it."""
    return Draft(
        request.ref,
        row.ref,
        row.number,
        row.version,
        row.state,
        row.begun_at,
        document.get("record") or {},
        document.get("narrative"),
    )


def _unwritten(session: Session, request: InterviewRequest) -> Draft:
    return Draft(request.ref, None, queries.next_number(session, request.id), 0, "draft", None, {}, None)


def _record(session: Session, actor: Actor, ref: str, request: InterviewRequest, number: int, now: datetime) -> None:
    details = {"request": request.ref, "number": number}
    audit.record(session, actor, Event.INTERVIEW_REPORT_SAVED, ref, now=now, details=details)
