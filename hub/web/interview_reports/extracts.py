"""What an organisation was given of reports: the list, one of them as it was given, acknowledged, asked about, answered."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, request
from marshmallow import Schema

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.http import resource
from hub.core.ids import is_ref
from hub.spotpurchase.reports import service
from hub.spotpurchase.reports.reading import SharedSeen
from hub.spotpurchase.reports.schemas import ReportAcknowledgementIn, SharedAnswerIn, SharedQuestionIn
from hub.spotpurchase.reports.sharing import NO_SHARE, TO_HOST
from hub.web import forms
from hub.web.cursors import ref_in_address
from hub.web.desk.officer import officer
from hub.web.forms import Filled
from hub.web.interview_reports import lines, words
from hub.web.interview_reports.blueprint import blp, shown
from hub.web.interview_reports.one import due_by_subject
from hub.web.pages import led_to
from hub.web.sending import acted
from hub.web.signed_in import acting, allowed, may

PATH: Final = "/extracts"
AT_ONCE: Final = 50


@blp.get(PATH)
@may("report.read")
def extracts() -> Response:
    """What was given to the reader's organisation, newest first; found by a reference. The reading is recorded."""
    sought = request.args.get("ref", "").strip()
    if is_ref(sought, "shr"):
        return led_to(f"{PATH}/{sought}")
    episode = sought if is_ref(sought, "mis") else None
    is_wrong = bool(sought) and episode is None
    show = request.args.get("show", "")
    show = show if show in words.SHOW_WORDS else ""
    with resource(Database).write() as session:
        found = service.list_shares(
            session,
            acting(),
            state=show or None,
            after=ref_in_address("shr"),
            at_most=AT_ONCE + 1,
            episode=episode,
            now=utc_now(),
        )
    listed = found[:AT_ONCE]
    return shown(
        "extracts",
        status=422 if is_wrong else 200,
        listed=listed,
        show=show,
        shows=list(words.SHOW_WORDS.items()),
        episode=episode,
        further_path=_address(show, sought, listed[-1].ref) if found[AT_ONCE:] else "",
        typed={"ref": sought},
        errors={"ref": str(words.NOT_FOUND)} if is_wrong else {},
        may_follow=allowed("missing.read"),
        is_police=acting().organisation_kind == "police_force",
    )


def _address(show: str, sought: str, after: str) -> str:
    said = {"show": show, "ref": sought, "after": after}
    return f"{PATH}?" + urlencode({name: value for name, value in said.items() if value})


# --- one of them ------------------------------------------------------------------------------------------------------


@blp.get(f"{PATH}/<ref>")
@may("report.read")
def extract(ref: str) -> Response:
    """As it was given; of what was taken back, that it was. The reading is recorded."""
    return _one(ref, None)


def _one(ref: str, given: Filled | None, status: int = 200) -> Response:
    now = utc_now()
    with resource(Database).write() as session:
        seen, by = service.read_share(session, acting(), ref, now=now), officer(session, acting())
        due = due_by_subject(session, [each.ref for each in seen.recommendations], now=now)
    part, stands = part_in(seen), seen.state != "recalled"
    return shown(
        "extract",
        status=status,
        seen=seen,
        part=part,
        due=due,
        parts=lines.parts_of(seen.content or {}, without=[TO_HOST] if seen.recommendations else [], first=seen.view),
        may_acknowledge=part == "recipient" and seen.state == "given" and allowed("report.acknowledge_view"),
        may_ask=part == "recipient" and stands and not seen.asked_at and allowed("report.ask"),
        may_reply=_may_reply(seen, part),
        may_recall=part == "placing" and stands and allowed("report.share"),
        may_answer=part == "recipient" and stands and allowed("recommendation.answer"),
        may_follow=allowed("missing.read"),
        was_done=words.DONE.get(request.args.get("done", "")),
        typed=given.typed if given else {"by": by},
        errors=given.errors if given else {},
    )


def part_in(seen: SharedSeen) -> str:
    """What the reader is to it: ``recipient``, ``placing``, or ``performer``, who wrote the report."""
    own = acting().organisation_ref
    for part, who in (("recipient", seen.recipient), ("placing", seen.placing_authority)):
        if who is not None and who["ref"] == own:
            return part
    return "performer"


def _may_reply(seen: SharedSeen, part: str) -> bool:
    is_asked = seen.asked_at is not None and seen.answered_at is None and seen.state != "recalled"
    return part != "recipient" and is_asked and allowed("report.answer")


@blp.post(f"{PATH}/<ref>/acknowledge")
@may("report.acknowledge_view")
def acknowledge_extract(ref: str) -> Response:
    """Whoever gave it sees that it was read."""
    given = forms.filled(ReportAcknowledgementIn(), ("by",), request.form)
    return acted(given, ("by",), service.acknowledge_share, ref, f"{PATH}/{ref}?done=read", partial(_one, ref))


# --- one question back, and its answer --------------------------------------------------------------------------------


@blp.get(f"{PATH}/<ref>/question")
@may("report.ask")
def question_form(ref: str) -> Response:
    """What is asked? There is one question."""
    return _words("question", ref, None)


@blp.post(f"{PATH}/<ref>/question")
@may("report.ask")
def question(ref: str) -> Response:
    """The council that gave it and whoever wrote the report are told."""
    return _said("question", ref, SharedQuestionIn(), service.ask, "asked")


@blp.get(f"{PATH}/<ref>/answer")
@may("report.answer")
def answer_form(ref: str) -> Response:
    """The question, and room for the answer."""
    return _words("answer", ref, None)


@blp.post(f"{PATH}/<ref>/answer")
@may("report.answer")
def answer(ref: str) -> Response:
    """Whoever asked is told."""
    return _said("answer", ref, SharedAnswerIn(), service.answer, "replied")


def _words(template: str, ref: str, given: Filled | None, status: int = 200) -> Response:
    with resource(Database).write() as session:
        seen, by = service.read_share(session, acting(), ref, now=utc_now()), officer(session, acting())
    if (part_in(seen) == "recipient") != (template == "question"):
        raise NotFound(NO_SHARE)
    typed, errors = (given.typed, given.errors) if given else ({"by": by}, {})
    return shown(template, status=status, seen=seen, typed=typed, errors=errors)


def _said(template: str, ref: str, schema: Schema, act: Callable[..., Any], done: str) -> Response:
    given = forms.filled(schema, ("text", "by"), request.form)
    return acted(given, ("text", "by"), act, ref, f"{PATH}/{ref}?done={done}", partial(_words, template, ref))
