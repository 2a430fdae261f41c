"""One interview that is sought: whose turn it is, who was asked and why, offers beside one another, how it went, what it cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Response, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.http import resource
from hub.core.ids import is_ref
from hub.duties.rulebook import Rulebook
from hub.notify import worklists
from hub.notify.queries import Listing
from hub.spotpurchase import queries, reasons, views
from hub.spotpurchase.interviews.views import Course, course_of, is_missing
from hub.spotpurchase.models import InterviewRequest
from hub.spotpurchase.money.service import Uncharged, uncharged
from hub.spotpurchase.money.statements import Purchase, purchase
from hub.spotpurchase.reports import queries as reports
from hub.spotpurchase.standing import ALL_PARTS, NOT_SEEN
from hub.spotpurchase.states import SEEKING, UNDER_WAY
from hub.spotpurchase.views import RequestSeen
from hub.web.casework.words import due_words, party_words
from hub.web.desk.officer import officer
from hub.web.forms import Filled
from hub.web.interviews import timeline, turns, words
from hub.web.interviews.blueprint import blp, shown
from hub.web.pages import led_to
from hub.web.signed_in import acting, allowed, may
from hub.web.standing_words import STANDINGS

OWED_AT_MOST: Final = 50
DONE: Final = {
    "asked": lazy_gettext("The interview is asked for. Whoever is asked first has been told."),
    "more": lazy_gettext("They are asked."),
    "commissioned": lazy_gettext(
        "It is commissioned. Everybody else who was asked is told that nothing more is needed."
    ),
    "cancelled": lazy_gettext("It is cancelled. Everybody concerned is told."),
    "again": lazy_gettext("It is sought again. The 72 hours are the same."),
    "taken_back": lazy_gettext("It is taken back, and others are asked."),
    "offered": lazy_gettext("What the child said is recorded."),
    "answered": lazy_gettext("What the child said is recorded. A mistake is taken back below."),
    "tried": lazy_gettext("The attempt is recorded. It was the last that was agreed: decide how it goes on."),
    "given_back": lazy_gettext("It is given back, and others are asked."),
    "offer_taken_back": lazy_gettext("It is taken back. Record what the child really said, if they were asked."),
    "carer": lazy_gettext("It is recorded that a parent or carer was asked."),
    "episode": lazy_gettext("The interview serves that return too. Each keeps its own 72 hours."),
    "said": lazy_gettext("Your message is sent."),
    "more_agreed": lazy_gettext(
        "It is agreed. Whoever is paid finds it in what it holds, and may put its charge right."
    ),
    "decided": lazy_gettext("The decision is recorded, and whoever holds the interview is told."),
}


NOBODY: Final = lazy_gettext(
    "The interview is asked for, and there is nobody whom the hub could ask. See below why not, and decide how it is held."
)


@dataclass(frozen=True)
class Step:
    """Something that the reader may do now. ``is_first``: what is most likely to be done next; ``is_rare``: it stands below."""

    path: str
    title: Any
    is_first: bool = False
    is_rare: bool = False


@dataclass(frozen=True)
class Bought:
    """What was agreed and charged, and what the card comes to beyond that."""

    record: Purchase
    over: Uncharged


@dataclass(frozen=True)
class Read:
    """What is read for the page."""

    seen: RequestSeen
    course: Course
    purchases: Sequence[Bought]
    owed: Sequence[Any]
    report: str | None
    by: str
    is_missing: bool
    """The child is, by what is recorded now."""


@blp.get("/interviews/<ref>")
@may("interview.read")
def interview(ref: str) -> Response:
    """The page; reading it is recorded before it is shown. Whoever holds interviews has a page of its own."""
    return page_of(ref, None, utc_now())


def page_of(ref: str, given: Filled | None, now: datetime, status: int = 200) -> Response:
    """The page of the request *ref*; *given*: a form on it that is shown again."""
    with resource(Database).write() as session:
        row = _row(session, ref)
        if views.part_of(session, acting(), row) not in ("placing", "host"):
            return led_to(_providing(session, row))
        read = _read(session, row, now)
    return _shown(read, given, now, status)


def _row(session: Session, ref: str) -> InterviewRequest:
    row = queries.seen_by(session, ref, acting().organisation, ALL_PARTS) if is_ref(ref, "rhi") else None
    if row is None:
        raise NotFound(NOT_SEEN)
    return row


def _providing(session: Session, row: InterviewRequest) -> str:
    """Where whoever holds interviews sees it: what they were asked, or what they took on."""
    if "performer" in queries.parts_in(session, row.id, acting().organisation):
        return f"/providing/interviews/{row.ref}"
    own = [each.ref for each in queries.asks_of(session, row.id) if each.provider_id == acting().organisation]
    return f"/providing/asks/{own[0]}"


def _read(session: Session, row: InterviewRequest, now: datetime) -> Read:
    actor, rules = acting(), resource(Rulebook)
    seen = views.read_request(session, actor, row.ref, rules=rules, now=now)
    sent = reports.sent_of(session, row.id) if seen.part == "placing" and allowed("report.read") else []
    return Read(
        seen=seen,
        course=course_of(session, actor, row),
        purchases=_purchases(session, row, rules),
        owed=_owed(session, seen, rules, now),
        report=sent[0].ref if sent else None,
        by=officer(session, actor),
        is_missing=seen.part == "placing" and is_missing(session, row, now=now),
    )


def _purchases(session: Session, row: InterviewRequest, rules: Rulebook) -> list[Bought]:
    """What was agreed and charged so far, for whoever pays; nothing of whoever charges nothing."""
    ours = [each for each in queries.commissions_of(session, row.id) if each.payer_id == acting().organisation]
    found = [(each, purchase(session, acting(), each.ref)) for each in ours if each.terms]
    return [
        Bought(record, uncharged(session, each, rules=rules))
        for each, record in found
        if record.lines or each.state != "ended"
    ]


def _owed(session: Session, seen: RequestSeen, rules: Rulebook, now: datetime) -> list[Any]:
    if not allowed("obligation.read"):
        return []
    wanted = Listing(subject_ref=[seen.ref, *(each.ref for each in seen.episodes)])
    found = worklists.obligations(session, acting(), wanted, after=None, at_most=OWED_AT_MOST, rules=rules, now=now)
    return [each for each in found if each["state"] != "void"]


def _shown(read: Read, given: Filled | None, now: datetime, status: int) -> Response:
    seen = read.seen
    return shown(
        "interview",
        status=status,
        **vars(read),
        offers=sorted(
            (each for each in seen.asks if each.state == "offered"),
            key=lambda each: (bool(each.out_of_terms), each.quoted_pence or 0),
        ),
        has_it=turns.standing_of(seen),
        turn=turns.turn_of(seen, read.course, now),
        following=turns.following_of(seen),
        steps=steps_for(seen),
        happened=timeline.timeline_of(seen, read.course),
        combining=words.options(reasons.COMBINING),
        was_done=_was_done(seen),
        typed=given.typed if given else {},
        errors=given.errors if given else {},
        is_placing=seen.part == "placing",
        is_sought=seen.state in SEEKING,
        may_decide=seen.part == "placing" and allowed("interview.commission"),
        may_agree=allowed("purchase.agree"),
        may_say=seen.part == "placing" and allowed("interview.converse"),
        may_offer=seen.part == "placing" and allowed("interview.offer_to_child"),
        undoable=_undoable(seen, read.course),
        own=acting().organisation_ref,
        due_words=due_words,
        party_words=party_words,
        standings=STANDINGS,
        now=now,
    )


def _was_done(seen: RequestSeen) -> Any:
    """What the reader has just done, as it stands now."""
    done = request.args.get("done", "")
    return NOBODY if done in ("asked", "again") and seen.state == "unplaced" else DONE.get(done)


def _undoable(seen: RequestSeen, course: Course) -> set[str]:
    """Attempts of the council's own interviewer that can be taken back."""
    has_it = turns.standing_of(seen)
    is_ours = has_it is not None and has_it.organisation["ref"] == acting().organisation_ref
    return turns.undoable(course, has_it) if is_ours and allowed("interview.hold") else set()


# --- what may be done next --------------------------------------------------------------------------------------------


def steps_for(seen: RequestSeen) -> list[Step]:
    """What the reader may do about it now, by how it stands."""
    if seen.part != "placing":
        return []
    at = f"/interviews/{seen.ref}"
    return [*_seeking(seen, at), *_holding(seen, at), *_always(seen, at)]


def _seeking(seen: RequestSeen, at: str) -> list[Step]:
    if seen.state not in SEEKING or not allowed("interview.commission"):
        return []
    is_left = seen.state == "unplaced"
    return [
        Step(f"{at}/own", gettext("Our own interviewer holds it"), is_left),
        Step(f"{at}/ask", gettext("Ask others now")),
        Step(f"{at}/social-worker", gettext("The child’s social worker holds it")),
    ]


def _holding(seen: RequestSeen, at: str) -> list[Step]:
    has_it = turns.standing_of(seen)
    if has_it is None or has_it.state != "standing":
        return []
    if has_it.performer != "provider" and allowed("interview.hold"):
        own = [Step(f"/providing/interviews/{seen.ref}", gettext("Book it, or say what came of it"), True)]
    else:
        own = []
    return [
        *own,
        *([Step(f"{at}/take-back", gettext("Take it back and ask others"))] if allowed("interview.give_back") else []),
    ]


def _always(seen: RequestSeen, at: str) -> list[Step]:
    steps = []
    if seen.state in ("declined_by_child", "cancelled", "unplaced") and allowed("interview.request"):
        steps.append(Step(f"{at}/again", gettext("Ask again"), seen.state != "unplaced"))
    if seen.state in (*UNDER_WAY, "declined_by_child") and allowed("interview.offer_to_child"):
        steps.append(Step(f"{at}/child", gettext("Record what the child said"), is_rare=True))
    if seen.state in UNDER_WAY and allowed("interview.request"):
        steps.append(Step(f"{at}/episode", gettext("Let it serve another return of the child"), is_rare=True))
    if seen.state in UNDER_WAY and allowed("interview.cancel"):
        steps.append(Step(f"{at}/cancel", gettext("Cancel it"), is_rare=True))
    return steps
