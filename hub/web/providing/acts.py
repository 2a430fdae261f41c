"""What is said of an interview: booked, moved, cancelled, tried, offered to the child, held, given back. Each a short form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Response, request
from marshmallow import Schema
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.core.ids import is_ref
from hub.duties.rulebook import Rulebook
from hub.spotpurchase.interviews import schemas, service
from hub.spotpurchase.interviews.booking import CANCELLING, CHANGING
from hub.spotpurchase.interviews.models import CHILD_SAID, HOW
from hub.spotpurchase.interviews.views import request_of
from hub.spotpurchase.reasons import GIVING_BACK
from hub.web import forms
from hub.web.desk.officer import officer
from hub.web.forms import Filled, Typed
from hub.web.interviews import words as interview_words
from hub.web.missing import moments
from hub.web.providing import times, words
from hub.web.providing.blueprint import blp, shown
from hub.web.providing.interviews import PATH, TIMES, Interview, is_ours, read
from hub.web.report_words import LATE_WORDS
from hub.web.sending import TOP, sent
from hub.web.signed_in import acting, may

Do = Callable[..., Any]
_WHO: Final = ("place", "interviewer", "interpreter", "note", "by")


@dataclass(frozen=True)
class Act:
    """One thing that is said: its form. *field*: where the schema has the instant; empty where it has none."""

    template: str
    schema: type[Schema]
    controls: tuple[str, ...]
    do: Do
    done: str
    field: str = ""
    is_ahead: bool = False


BOOK: Final = Act(
    "book", schemas.BookingIn, ("minutes", "mode", *_WHO), service.book, "booked", "starts_at", is_ahead=True
)
CHANGE: Final = Act(
    "change",
    schemas.ChangeIn,
    ("reason", "minutes", "mode", *_WHO),
    service.rearrange,
    "changed",
    "starts_at",
    is_ahead=True,
)
CANCEL: Final = Act("cancel", schemas.AppointmentCancellationIn, ("reason",), service.cancel, "cancelled")
HELD: Final = Act(
    "held",
    schemas.HoldingIn,
    ("minutes", "miles", "mode", "present", "late_reason", *_WHO),
    service.hold,
    "held",
    "held_at",
)
UNBOOKED: Final = Act(
    "held",
    schemas.UnbookedHoldingIn,
    ("minutes", "miles", "mode", "present", "late_reason", *_WHO),
    service.hold_unbooked,
    "held",
    "held_at",
)
ATTEMPT: Final = Act(
    "attempt", schemas.AttemptIn, ("how", "outcome", "miles", "note", "by"), service.attempt, "tried", "at"
)
CHILD: Final = Act(
    "child", schemas.ChildOfferIn, ("how", "said", "reason", "by"), service.offer_to_child, "answered", "offered_at"
)
GIVE_BACK: Final = Act("give_back", schemas.GivingBackIn, ("reason", "note", "by"), service.give_back, "given_back")
TAKE_BACK: Final = Act(
    "take_back", schemas.InterviewTakingBackIn, ("reason",), service.take_back_interview, "taken_back"
)


def _options() -> Mapping[str, list[tuple[str, Any]]]:
    """The choices of the forms, by what they are called in the templates."""
    return {
        "modes": list(interview_words.MODE_WORDS.items()),
        "ways": [(code, interview_words.HOW_WORDS[code]) for code in HOW],
        "said": [(code, interview_words.SAID_WORDS[code][0]) for code in CHILD_SAID],
        "outcomes": [(code, interview_words.OUTCOME_WORDS[code]) for code in schemas.FAILED],
        "changing": [(code, words.CHANGING_WORDS[code]) for code in CHANGING],
        "cancelling": [(code, words.CHANGING_WORDS[code]) for code in CANCELLING],
        "giving_back": [(code, words.GIVING_BACK_WORDS[code]) for code in GIVING_BACK],
        "late": list(LATE_WORDS.items()),
        "taking_back": list(words.TAKING_BACK_WORDS.items()),
    }


def _form(act: Act, ref: str, given: Filled | None, status: int = 200) -> Response:
    now = utc_now()
    with resource(Database).write() as session:
        found, time = _about(session, ref, now)
        by = officer(session, acting())
    return shown(
        act.template,
        status=status,
        found=found,
        seen=found.seen,
        apt=time,
        path=f"{TIMES if time else PATH}/{ref}/{act.template.replace('_', '-')}",
        options=_options(),
        days=times.coming(now) if act.is_ahead else moments.days(now),
        typed=given.typed if given else _offered(act, found, time, by),
        errors=given.errors if given else {},
        is_late=found.seen.facts["latest_at"] < now,
        now=now,
    )


def _about(session: Session, ref: str, now: datetime) -> tuple[Interview, dict[str, Any] | None]:
    """The interview *ref*; or the one of the appointment *ref*, and that. Raises ``NotFound`` for what is not ours."""
    if not is_ref(ref, "apt"):
        return read(session, ref, now), None
    found = read(session, request_of(session, acting(), ref), now)
    return found, next(each for each in found.course.appointments if each["ref"] == ref)


def _offered(act: Act, found: Interview, time: dict[str, Any] | None, by: str) -> Typed:
    """What stands in the form before anything is typed: what is most likely so."""
    modes = found.seen.facts.get("modes") or ["in_person"]
    typed: Typed = {"by": by, "mode": modes[0], "minutes": "60", "miles": "0"}
    if act is BOOK:
        return {**typed, "interviewer": by}
    if time is None:
        return typed
    minutes = int((time["ends_at"] - time["starts_at"]).total_seconds() // 60)
    stands = {name: time[name] for name in ("place", "interviewer", "interpreter") if time.get(name)}
    return {**typed, **moments.spelt(time["starts_at"]), "mode": time["mode"], "minutes": str(minutes), **stands}


def _sent(act: Act, ref: str) -> Response:
    """The form as it came, done once; then the interview, or where it is no longer ours the inbox."""
    now, rules = utc_now(), resource(Rulebook)
    given = _read(act, now)

    def do(session: Session) -> str:
        whole = _about(session, ref, now)[0].seen.ref
        act.do(session, acting(), ref, **given.loaded, rules=rules, now=now)
        return f"{PATH}/{whole}?done={act.done}" if is_ours(session, whole, now) else f"/providing?done={act.done}"

    def again(refused: Filled, status: int) -> Response:
        return _form(act, ref, times.at_time(act.field, refused) if act.field else refused, status)

    return sent(given, (*act.controls, act.field, TOP), do, again)


def _read(act: Act, now: datetime) -> Filled:
    if act.field:
        return times.filled(act.schema(), act.controls, act.field, request.form, now=now, is_ahead=act.is_ahead)
    return forms.filled(act.schema(), act.controls, request.form)


# --- a time -----------------------------------------------------------------------------------------------------------


@blp.get(f"{PATH}/<ref>/book")
@may("interview.hold")
def book_form(ref: str) -> Response:
    """When will the child be seen?"""
    return _form(BOOK, ref, None)


@blp.post(f"{PATH}/<ref>/book")
@may("interview.hold")
def book(ref: str) -> Response:
    """Book it; the councils are told."""
    return _sent(BOOK, ref)


@blp.get(f"{TIMES}/<ref>/change")
@may("interview.hold")
def change_form(ref: str) -> Response:
    """When instead?"""
    return _form(CHANGE, ref, None)


@blp.post(f"{TIMES}/<ref>/change")
@may("interview.hold")
def change(ref: str) -> Response:
    """Move it; calendars that have it move it too."""
    return _sent(CHANGE, ref)


@blp.get(f"{TIMES}/<ref>/cancel")
@may("interview.cancel_appointment")
def cancel_form(ref: str) -> Response:
    """Why does the time not stand any longer?"""
    return _form(CANCEL, ref, None)


@blp.post(f"{TIMES}/<ref>/cancel")
@may("interview.cancel_appointment")
def cancel(ref: str) -> Response:
    """Cancel the time; the interview is still ours."""
    return _sent(CANCEL, ref)


# --- what came of it --------------------------------------------------------------------------------------------------


@blp.get(f"{TIMES}/<ref>/held")
@may("interview.hold")
def held_form(ref: str) -> Response:
    """When did it begin, and how long did it take?"""
    return _form(HELD, ref, None)


@blp.post(f"{TIMES}/<ref>/held")
@may("interview.hold")
def held(ref: str) -> Response:
    """It was held: the report is next."""
    return _sent(HELD, ref)


@blp.get(f"{PATH}/<ref>/held")
@may("interview.hold")
def unbooked_form(ref: str) -> Response:
    """It was held though no time had been booked."""
    return _form(UNBOOKED, ref, None)


@blp.post(f"{PATH}/<ref>/held")
@may("interview.hold")
def unbooked(ref: str) -> Response:
    """It was held: the report is next."""
    return _sent(UNBOOKED, ref)


@blp.get(f"{TIMES}/<ref>/take-back")
@may("interview.hold")
def take_back_form(ref: str) -> Response:
    """It was not held, or not then."""
    return _form(TAKE_BACK, ref, None)


@blp.post(f"{TIMES}/<ref>/take-back")
@may("interview.hold")
def take_back(ref: str) -> Response:
    """Take back that it was held: what is true is then recorded anew."""
    return _sent(TAKE_BACK, ref)


@blp.get(f"{PATH}/<ref>/attempt")
@may("interview.hold")
def attempt_form(ref: str) -> Response:
    """What stood in the way?"""
    return _form(ATTEMPT, ref, None)


@blp.post(f"{PATH}/<ref>/attempt")
@may("interview.hold")
def attempt(ref: str) -> Response:
    """Keep the attempt; a visit is charged by the card."""
    return _sent(ATTEMPT, ref)


@blp.get(f"{PATH}/<ref>/child")
@may("interview.offer_to_child")
def child_form(ref: str) -> Response:
    """What did the child say?"""
    return _form(CHILD, ref, None)


@blp.post(f"{PATH}/<ref>/child")
@may("interview.offer_to_child")
def child(ref: str) -> Response:
    """Record it: a child who declines ends the search, and can be offered it again."""
    return _sent(CHILD, ref)


@blp.get(f"{PATH}/<ref>/give-back")
@may("interview.give_back")
def give_back_form(ref: str) -> Response:
    """Why can we not hold it?"""
    return _form(GIVE_BACK, ref, None)


@blp.post(f"{PATH}/<ref>/give-back")
@may("interview.give_back")
def give_back(ref: str) -> Response:
    """Give it back: others are asked at once."""
    return _sent(GIVE_BACK, ref)
