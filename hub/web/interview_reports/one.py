"""A report as the council that asked reads it, or whoever wrote it: what it says, what is to be done, and what became of it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

from flask import Response, request
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.duties.rulebook import Rulebook
from hub.notify import worklists
from hub.notify.queries import Listing
from hub.spotpurchase.reports import service
from hub.spotpurchase.reports.reading import RecommendationSeen, ReportSeen
from hub.spotpurchase.reports.schemas import ReportAcknowledgementIn
from hub.spotpurchase.views import read_request
from hub.web import forms
from hub.web.casework.words import due_words
from hub.web.desk.officer import officer
from hub.web.forms import Filled
from hub.web.interview_reports import lines, words
from hub.web.interview_reports.blueprint import blp, shown
from hub.web.interviews.words import child
from hub.web.sending import acted
from hub.web.signed_in import acting, allowed, may

PATH: Final = "/interview-reports"
OWED_AT_MOST: Final = 200
Due = Mapping[tuple[str, str], Markup]
"""Of what about a report (or a point of it) is owed by the reader, by its reference and the code of the duty: when it is due."""


@dataclass(frozen=True)
class Task:
    """Something that is the reader's turn: where it is done, and by when."""

    path: str
    title: str
    due: Markup | None = None


@dataclass(frozen=True)
class Read:
    """What is read for the page. ``who``: the child's names, to whoever sees them."""

    report: ReportSeen
    who: str = field(repr=False)
    due: Due
    by: str

    @property
    def is_placing(self) -> bool:
        """Whether the reader is the council that asked."""
        return self.report.part == "placing_authority"

    @property
    def stands(self) -> bool:
        """Whether no corrected version has taken its place."""
        return self.report.state == "submitted"


def read(session: Session, ref: str, now: datetime) -> Read:
    """The report, its reading recorded. Raises ``NotFound`` for everybody but the council that asked and who wrote it."""
    actor = acting()
    report = service.read_report(session, actor, ref, now=now)
    known = read_request(session, actor, report.request, rules=resource(Rulebook), now=now).facts
    refs = [ref, *(each.ref for each in report.recommendations), *(each.ref for each in report.referrals)]
    who = child(known["name"]) if known.get("name") else ""
    return Read(report, who, due_by_subject(session, refs, now=now), officer(session, actor))


def due_by_subject(session: Session, refs: Collection[str], *, now: datetime) -> Due:
    """When what the reader owes about each of *refs* is due."""
    if not allowed("obligation.read"):
        return {}
    wanted = Listing(side="owed_by_us", state="open", subject_ref=list(refs))
    rules = resource(Rulebook)
    rows = worklists.obligations(session, acting(), wanted, after=None, at_most=OWED_AT_MOST, rules=rules, now=now)
    return {(row["subject_ref"], row["duty_code"]): due_words(row, now) for row in rows}


@blp.get(f"{PATH}/<ref>")
@may("report.read")
def report(ref: str) -> Response:
    """The page; reading it is recorded before it is shown."""
    return _page(ref, None)


def _page(ref: str, given: Filled | None, status: int = 200) -> Response:
    now = utc_now()
    with resource(Database).write() as session:
        found = read(session, ref, now)
    seen = found.report
    return shown(
        "report",
        status=status,
        found=found,
        report=seen,
        parts=lines.parts_of(seen.content, without=lines.POINTS),
        tasks_now=list(tasks_of(found)),
        label_of=lines.named,
        may_acknowledge=_may_acknowledge(found),
        may_answer=found.is_placing and found.stands and allowed("recommendation.answer"),
        may_share=found.is_placing and found.stands and allowed("report.share"),
        may_recall=found.is_placing and allowed("report.share"),
        may_reply=allowed("report.answer"),
        was_done=words.DONE.get(request.args.get("done", "")),
        typed=given.typed if given else {"by": found.by},
        errors=given.errors if given else {},
    )


def _may_acknowledge(found: Read) -> bool:
    is_open = found.stands and found.report.acknowledged_at is None
    return found.is_placing and is_open and allowed("report.acknowledge")


@blp.post(f"{PATH}/<ref>/acknowledge")
@may("report.acknowledge")
def acknowledge(ref: str) -> Response:
    """Whoever wrote it sees that it was read."""
    given = forms.filled(ReportAcknowledgementIn(), ("by",), request.form)
    path = f"{PATH}/{ref}?done=acknowledged"
    return acted(given, ("by",), service.acknowledge, ref, path, partial(_page, ref))


# --- whose turn it is -------------------------------------------------------------------------------------------------


def tasks_of(found: Read) -> Iterator[Task]:
    """What is the reader's turn, what is due first at the top of each kind."""
    report, at = found.report, f"{PATH}/{found.report.ref}"
    if _may_acknowledge(found):
        yield Task("#acknowledge", gettext("Read it, and acknowledge it"), found.due.get((report.ref, "ERAK")))
    yield from _questions(found)
    if not (found.is_placing and found.stands):
        return
    if (report.ref, "ERIN") in found.due and allowed("report.share"):
        title = gettext("Decide what the police are given of it")
        yield Task(f"{at}/shares/new", title, found.due[report.ref, "ERIN"])
    if allowed("recommendation.answer"):
        yield from _points(found, at)


def _questions(found: Read) -> Iterator[Task]:
    for each in found.report.shares:
        if each.asked_at and not each.answered_at and each.state != "recalled" and allowed("report.answer"):
            who = (each.recipient or {}).get("name", "")
            yield Task(f"/extracts/{each.ref}/answer", gettext("Answer the question of %(who)s", who=who))


def _points(found: Read, at: str) -> Iterator[Task]:
    for each in found.report.recommendations:
        if each.is_ours and each.state == "open":
            yield _recommendation(found, each, at)
    for row in found.report.referrals:
        if row.state == "open":
            title = gettext("Say what became of referral %(number)s", number=row.number)
            yield Task(f"{at}/referrals/{row.ref}", title, found.due.get((row.ref, "ERSO")))


def _recommendation(found: Read, each: RecommendationSeen, at: str) -> Task:
    """What is put to the host is passed on to it; anything else is answered."""
    due, to = found.due.get((each.ref, "ERRA")), each.to or {}
    if to.get("ref") != acting().organisation_ref and allowed("report.share"):
        said = gettext("Pass recommendation %(number)s on to %(who)s", number=each.number, who=to.get("name", ""))
        return Task(f"{at}/shares/new", said, due)
    return Task(
        f"{at}/recommendations/{each.ref}", gettext("Answer recommendation %(number)s", number=each.number), due
    )
