"""What is said of an interview: booked, moved, cancelled, tried, offered to the child, held, given back, taken back.

Each is a short form: a line of ``ACTS``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Response, request
from marshmallow import Schema
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.http import resource
from hub.core.ids import is_ref
from hub.duties.rulebook import Rulebook
from hub.spotpurchase.interviews import schemas, service
from hub.spotpurchase.interviews.booking import CANCELLING, CHANGING
from hub.spotpurchase.interviews.models import CHILD_SAID, HOW
from hub.spotpurchase.interviews.views import request_of
from hub.spotpurchase.reasons import GIVING_BACK
from hub.spotpurchase.standing import NOT_SEEN
from hub.web import forms
from hub.web.desk.officer import officer
from hub.web.forms import Filled, Typed
from hub.web.interviews import child_offers
from hub.web.interviews import words as interview_words
from hub.web.missing import moments
from hub.web.providing import times, words
from hub.web.providing.blueprint import blp, shown
from hub.web.providing.entry import PROVIDER
from hub.web.providing.interviews import ATTEMPTS, PATH, TIMES, Interview, is_ours, read
from hub.web.report_words import LATE_WORDS
from hub.web.sending import TOP, sent
from hub.web.signed_in import acting, may

Do = Callable[..., Any]
_JUST_NOW: Final = ("at", "offered_at")
"""Instants of what is most likely told right after it happened."""
_KINDS: Final = {PATH: "rhi", TIMES: "apt", ATTEMPTS: "att"}
_WHO: Final = ("place", "interviewer", "interpreter", "note", "by")
_CAME: Final = ("minutes", "miles", "mode", "present", "late_reason", *_WHO)


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing that is said: its form. *about*: the address of what it is said of; *name*: the last part of its own.

    *field*: where the schema has the instant; empty where it has none.
    """

    about: str
    name: str
    permission: str = "interview.hold"
    schema: type[Schema]
    controls: tuple[str, ...]
    do: Do
    done: str
    field: str = ""
    is_ahead: bool = False

    @property
    def template(self) -> str:
        """The form."""
        return self.name.replace("-", "_")


BOOK: Final = Act(
    about=PATH,
    name="book",
    schema=schemas.BookingIn,
    controls=("minutes", "mode", *_WHO),
    do=service.book,
    done="booked",
    field="starts_at",
    is_ahead=True,
)
CHILD: Final = Act(
    about=PATH,
    name="child",
    permission="interview.offer_to_child",
    schema=schemas.ChildOfferIn,
    controls=child_offers.CONTROLS,
    do=service.offer_to_child,
    done="answered",
    field="offered_at",
)
ACTS: Final = (
    BOOK,
    CHILD,
    Act(
        about=TIMES,
        name="change",
        schema=schemas.ChangeIn,
        controls=("reason", "minutes", "mode", *_WHO),
        do=service.rearrange,
        done="changed",
        field="starts_at",
        is_ahead=True,
    ),
    Act(
        about=TIMES,
        name="cancel",
        permission="interview.cancel_appointment",
        schema=schemas.AppointmentCancellationIn,
        controls=("reason",),
        do=service.cancel,
        done="cancelled",
    ),
    Act(
        about=TIMES,
        name="held",
        schema=schemas.HoldingIn,
        controls=_CAME,
        do=service.hold,
        done="held",
        field="held_at",
    ),
    Act(
        about=PATH,
        name="held",
        schema=schemas.UnbookedHoldingIn,
        controls=_CAME,
        do=service.hold_unbooked,
        done="held",
        field="held_at",
    ),
    Act(
        about=PATH,
        name="attempt",
        schema=schemas.AttemptIn,
        controls=("how", "outcome", "miles", "note", "by"),
        do=service.attempt,
        done="tried",
        field="at",
    ),
    Act(
        about=PATH,
        name="give-back",
        permission="interview.give_back",
        schema=schemas.GivingBackIn,
        controls=("reason", "note", "by"),
        do=service.give_back,
        done="given_back",
    ),
    Act(
        about=TIMES,
        name="take-back",
        schema=schemas.InterviewTakingBackIn,
        controls=("reason",),
        do=service.take_back_interview,
        done="taken_back",
    ),
    Act(
        about=ATTEMPTS,
        name="take-back",
        schema=schemas.InterviewTakingBackIn,
        controls=("reason",),
        do=service.take_back_attempt,
        done="attempt_taken_back",
    ),
)
"""What whoever holds an interview says of it, of a time that is booked, or of an attempt."""


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
        "attempt_back": list(words.ATTEMPT_BACK_WORDS.items()),
    }


def _form(act: Act, ref: str, given: Filled | None, status: int = 200) -> Response:
    now = utc_now()
    with resource(Database).write() as session:
        found, row = _about(session, act, ref, now)
        by = officer(session, acting())
    return shown(
        act.template,
        status=status,
        found=found,
        seen=found.seen,
        row=row,
        path=f"{act.about}/{ref}/{act.name}",
        options=_options(),
        days=times.coming(now) if act.is_ahead else moments.days(now),
        typed=given.typed if given else _offered(act, found, row, by, now),
        errors=given.errors if given else {},
        is_late=found.seen.facts["latest_at"] < now,
        now=now,
    )


def _about(session: Session, act: Act, ref: str, now: datetime) -> tuple[Interview, dict[str, Any] | None]:
    """The interview *ref*; or the one of the appointment or attempt *ref*, and that. Raises ``NotFound`` for what is not ours."""
    if not is_ref(ref, _KINDS[act.about]):
        raise NotFound(NOT_SEEN)
    if act.about == PATH:
        return read(session, ref, now), None
    found = read(session, request_of(session, acting(), ref), now)
    recorded = (*found.course.appointments, *found.course.attempts)
    return found, next(each for each in recorded if each["ref"] == ref)


def _offered(act: Act, found: Interview, time: dict[str, Any] | None, by: str, now: datetime) -> Typed:
    """What stands in the form before anything is typed: what is most likely so."""
    modes = found.seen.facts.get("modes") or ["in_person"]
    typed: Typed = {"by": by, "mode": modes[0], "minutes": "60", "miles": "0"}
    if act is BOOK:
        return {**typed, "interviewer": by}
    if act.field in _JUST_NOW:
        return {**typed, **moments.spelt(now)}
    if act.about != TIMES or time is None:
        return typed
    minutes = int((time["ends_at"] - time["starts_at"]).total_seconds() // 60)
    stands = {name: time[name] for name in ("place", "interviewer", "interpreter") if time.get(name)}
    return {**typed, **moments.spelt(time["starts_at"]), "mode": time["mode"], "minutes": str(minutes), **stands}


def _sent(act: Act, ref: str) -> Response:
    """The form as it came, done once; then the interview, or where it is no longer ours the inbox."""
    now, rules = utc_now(), resource(Rulebook)
    given = _read(act, now)

    def do(session: Session) -> str:
        whole = _about(session, act, ref, now)[0].seen.ref
        act.do(session, acting(), ref, **given.loaded, rules=rules, now=now)
        return f"{_whereto(session, whole, now)}?done={act.done}"

    def again(refused: Filled, status: int) -> Response:
        return _form(act, ref, times.at_time(act.field, refused) if act.field else refused, status)

    return sent(given, (*act.controls, act.field, TOP), do, again)


def _whereto(session: Session, ref: str, now: datetime) -> str:
    """The interview; where it is no longer ours to hold, the inbox, or to the council that asked for it its own page."""
    if is_ours(session, ref, now):
        return f"{PATH}/{ref}"
    return "/providing" if acting().organisation_kind == PROVIDER else f"/interviews/{ref}"


def _read(act: Act, now: datetime) -> Filled:
    if act is CHILD:
        return child_offers.filled(request.form, now)
    if act.field:
        return times.filled(act.schema(), act.controls, act.field, request.form, now=now, is_ahead=act.is_ahead)
    return forms.filled(act.schema(), act.controls, request.form)


# --- their addresses --------------------------------------------------------------------------------------------------


def _pages_of(act: Act) -> None:
    """The page of the form, and what takes it, under the permission of the API's route."""

    @may(act.permission)
    def ask(ref: str) -> Response:
        return _form(act, ref, None)

    @may(act.permission)
    def take(ref: str) -> Response:
        return _sent(act, ref)

    rule, endpoint = f"{act.about}/<ref>/{act.name}", f"{act.about.rpartition('/')[2]}_{act.template}"
    blp.add_url_rule(rule, f"{endpoint}_form", ask, methods=["GET"])
    blp.add_url_rule(rule, endpoint, take, methods=["POST"])


for _act in ACTS:
    _pages_of(_act)
