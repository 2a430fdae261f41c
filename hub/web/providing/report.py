"""The write-up: it saves itself while it is written, is sent once it is whole, and shows afterwards what became of it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Response, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import EditConflict, NotFound, StateConflict
from hub.core.http import resource
from hub.duties.rulebook import Rulebook
from hub.spotpurchase.reports import service
from hub.spotpurchase.reports.schemas import CorrectionIn
from hub.spotpurchase.reports.service import Draft, StaleDraft
from hub.web import autosave, forms, report_lines, report_words
from hub.web.desk.officer import officer
from hub.web.forms import Filled, Typed
from hub.web.providing import report_form, words
from hub.web.providing.blueprint import blp, shown
from hub.web.providing.interviews import PATH, read
from hub.web.sending import TOP, sent
from hub.web.signed_in import acting, may


@blp.get(f"{PATH}/<ref>/report")
@may("report.write")
def report(ref: str) -> Response:
    """The form as far as it is written; of a report that was sent, what became of it."""
    now = utc_now()
    with resource(Database).write() as session:
        draft = service.read_draft(session, acting(), ref, now=now)
        if draft.state != "draft":
            return _became(session, ref, draft, now)
        return _form(session, ref, draft, _beginning(session, draft), now)


def _beginning(session: Session, draft: Draft) -> Filled:
    """What stands in the form: what was written; of one that nobody has begun, who most likely held it."""
    by = officer(session, acting())
    begun: Typed = {} if draft.version else {"record.interview.interviewer": by}
    return Filled(typed={**begun, **report_form.typed_of(draft), "by": by})


def _form(
    session: Session,
    ref: str,
    draft: Draft,
    given: Filled,
    now: datetime,
    status: int = 200,
    *,
    differences: Any = None,
) -> Response:
    found = read(session, ref, now)
    sent_rows = report_form.rows_sent(given.typed)
    rows = {key: max(count, sent_rows[key]) for key, count in report_form.rows_of(draft).items()}
    return shown(
        "report",
        status=status,
        found=found,
        seen=found.seen,
        draft=draft,
        form=report_form,
        rows=rows,
        typed=given.typed,
        errors=given.errors,
        differences=differences,
        is_late=found.course.is_within_72_hours is False,
        labels=report_lines.LINE_WORDS,
        was_done=words.REPORT_DONE.get(request.args.get("done", "")),
        now=now,
    )


# --- saved, and sent --------------------------------------------------------------------------------------------------


@blp.post(f"{PATH}/<ref>/report")
@may("report.write")
def save(ref: str) -> Any:
    """Save what is written; with “send”, send it too. A script that saves meanwhile is answered in its own way."""
    now = utc_now()
    if autosave.is_autosave():
        return _saved_meanwhile(ref, now)
    stands = _stands(ref, now)
    given = report_form.filled(request.form, stands)
    given = replace(given, typed={**given.typed, "by": request.form.get("by", "")})
    if "send" not in request.form:
        return _saved(ref, given, now)
    return _sent(ref, given, now)


def _stands(ref: str, now: datetime) -> Draft:
    with resource(Database).write() as session:
        return service.read_draft(session, acting(), ref, now=now)


def _saved(ref: str, given: Filled, now: datetime) -> Response:
    def act(session: Session) -> str:
        service.save_draft(session, acting(), ref, given.loaded, version=_version(), now=now)
        return f"{PATH}/{ref}/report?done=saved"

    return sent(given, _names(), act, lambda again, status: _again(ref, again, status, now))


def _sent(ref: str, given: Filled, now: datetime) -> Response:
    """What was typed is kept first, in a transaction of its own: whatever is still missing, nothing of it is lost."""
    if not given.errors:
        try:
            version = _kept(ref, given, now)
        except StaleDraft:
            return _again(ref, given, EditConflict.status, now)
    by = " ".join(request.form.get("by", "").split())
    if not by:
        given = replace(given, errors={**given.errors, "by": gettext("Enter your name and role.")})

    def act(session: Session) -> str:
        service.submit(session, acting(), ref, version=version, by=by, rules=resource(Rulebook), now=now)
        return f"{PATH}/{ref}/report?done=sent"

    return sent(given, _names(), act, lambda again, status: _again(ref, again, status, now))


def _kept(ref: str, given: Filled, now: datetime) -> int:
    """Save it; the version that stands then. Of one that was sent already, which a second press finds, the version sent."""
    with resource(Database).write() as session:
        try:
            return service.save_draft(session, acting(), ref, given.loaded, version=_version(), now=now).version
        except StateConflict:
            return service.read_draft(session, acting(), ref, now=now).version


def _again(ref: str, given: Filled, status: int, now: datetime) -> Response:
    """The form with what was typed; where somebody else saved meanwhile, with what stands now beside it."""
    with resource(Database).write() as session:
        draft = service.read_draft(session, acting(), ref, now=now)
        if draft.state != "draft":
            return _became(session, ref, draft, now)
        if status == EditConflict.status:
            beside = report_form.differences(draft, given.typed)
            return _form(session, ref, draft, replace(given, errors={}), now, status, differences=beside)
        return _form(session, ref, draft, _in_order(given), now, status)


def _in_order(given: Filled) -> Filled:
    """What is wrong, in the order of the page."""
    place = {name: number for number, name in enumerate((TOP, *_names()))}
    return replace(given, errors=dict(sorted(given.errors.items(), key=lambda fault: place.get(fault[0], len(place)))))


def _names() -> tuple[str, ...]:
    return (*report_form.names(report_form.rows_sent(request.form)), "by", TOP)


def _version() -> int:
    said = request.form.get("version", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def _saved_meanwhile(ref: str, now: datetime) -> Any:
    """Keep what is right of it so far, and say so to the script that sent it."""
    with resource(Database).write() as session:
        try:
            stands = service.read_draft(session, acting(), ref, now=now)
            given = report_form.as_far_as_it_goes(request.form, stands)
            if not given.loaded:
                return autosave.not_right_yet()
            draft = service.save_draft(session, acting(), ref, given.loaded, version=_version(), now=now)
        except StaleDraft:
            return autosave.stale(
                gettext("Somebody else has saved this. Press “Save”, and you will see both beside each other.")
            )
        except StateConflict:
            return autosave.stale(gettext("Not saved: this report was sent already."))
        except NotFound:
            return autosave.stale(gettext("Not saved: this interview is not yours any longer."), 404)
    return autosave.kept({"version": str(draft.version)}, is_whole=not given.errors)


# --- what became of it ------------------------------------------------------------------------------------------------


def _became(
    session: Session, ref: str, draft: Draft, now: datetime, given: Filled | None = None, status: int = 200
) -> Response:
    found = read(session, ref, now)
    return shown(
        "became",
        status=status,
        seen=found.seen,
        report=service.read_report(session, acting(), draft.ref or "", now=now),
        report_words=report_words,
        said=report_lines.said,
        corrections=list(report_words.CORRECTION_WORDS.items()),
        typed=given.typed if given else {},
        errors=given.errors if given else {},
        was_done=words.REPORT_DONE.get(request.args.get("done", "")),
        now=now,
    )


@blp.post(f"{PATH}/<ref>/report/correct")
@may("report.write")
def correct(ref: str) -> Response:
    """Begin the next version, with what was sent in it: what was sent stands until it is sent."""
    now = utc_now()
    given = forms.filled(CorrectionIn(), ("reason",), request.form)

    def act(session: Session) -> str:
        service.begin_correction(session, acting(), ref, reason=given.loaded["reason"], now=now)
        return f"{PATH}/{ref}/report?done=correcting"

    def again(refused: Filled, status: int) -> Response:
        with resource(Database).write() as session:
            draft = service.read_draft(session, acting(), ref, now=now)
            if draft.state == "draft":
                return _form(session, ref, draft, _beginning(session, draft), now, status)
            return _became(session, ref, draft, now, refused, status)

    return sent(given, ("reason", TOP), act, again)
