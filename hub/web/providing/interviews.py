"""An interview that is ours to hold: who the child is and what to know, the time that is booked, and the next thing to do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Response, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from hub.core import calendars
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.http import resource
from hub.core.settings import Settings
from hub.duties.rulebook import Rulebook
from hub.spotpurchase import queries, views
from hub.spotpurchase.interviews import views as course_views
from hub.spotpurchase.interviews.views import Course
from hub.spotpurchase.money.service import uncharged
from hub.spotpurchase.standing import NOT_SEEN
from hub.spotpurchase.views import AskSeen, CommissionSeen, RequestSeen
from hub.web.interviews import words as interview_words
from hub.web.interviews.timeline import told, why_cancelled
from hub.web.interviews.turns import undoable
from hub.web.pages import led_to
from hub.web.providing import words
from hub.web.providing.blueprint import blp, shown
from hub.web.signed_in import acting, allowed, may

PATH: Final = "/providing/interviews"
TIMES: Final = "/providing/times"
ATTEMPTS: Final = "/providing/attempts"
STANDING: Final = ("standing", "fulfilled")


@dataclass(frozen=True)
class Step:
    """Something that may be done now. ``is_first``: what is to be done next."""

    path: str
    title: str
    is_first: bool = False


@dataclass(frozen=True)
class Interview:
    """An interview of ours: the request as we may see it, our commission, how it went so far, and the time that is booked."""

    seen: RequestSeen
    commission: CommissionSeen
    course: Course

    @property
    def ask(self) -> AskSeen | None:
        """What was asked of us when we won it; none of a council's own."""
        return next((each for each in self.seen.asks if each.state == "won"), None)

    @property
    def booked(self) -> dict[str, Any] | None:
        return next((each for each in self.course.appointments if each["state"] == "booked"), None)

    @property
    def held(self) -> dict[str, Any] | None:
        return next((each for each in self.course.appointments if each["state"] == "held"), None)


def read(session: Session, ref: str, now: datetime) -> Interview:
    """The interview *ref*, which the reader's organisation performs; the reading is recorded. Raises ``NotFound``."""
    seen = _seen(session, ref, now)
    ours = _commission(seen)
    if ours is None:
        raise NotFound(NOT_SEEN)
    return _interview(session, seen, ours, now)


def _seen(session: Session, ref: str, now: datetime) -> RequestSeen:
    return views.read_request(session, acting(), ref, rules=resource(Rulebook), now=now)


def _interview(session: Session, seen: RequestSeen, ours: CommissionSeen, now: datetime) -> Interview:
    return Interview(seen, ours, course_views.read_course(session, acting(), seen.ref, now=now))


def _commission(seen: RequestSeen) -> CommissionSeen | None:
    own = acting().organisation_ref
    ours = [each for each in seen.commissions if each.organisation.get("ref") == own and each.state in STANDING]
    return ours[-1] if ours else None


def is_ours(session: Session, ref: str, now: datetime) -> bool:
    """Whether the reader's organisation still performs it, after what it has just said."""
    row = queries.by_ref(session, ref)
    return (
        row is not None
        and _commission(views.request_seen(session, acting(), row.id, rules=resource(Rulebook), now=now)) is not None
    )


@blp.get(f"{PATH}/<ref>")
@may("interview.read")
def interview(ref: str) -> Response:
    """The page; whoever was only asked is led to what it was asked, and the council to its own page."""
    now = utc_now()
    with resource(Database).write() as session:
        seen = _seen(session, ref, now)
        ours = _commission(seen)
        if ours is None:
            return _elsewhere(seen)
        found = _interview(session, seen, ours, now)
        bought = queries.commission_by_ref(session, ours.ref)
        over = uncharged(session, bought, rules=resource(Rulebook))
        is_missing = course_views.is_missing(session, queries.request_by_id(session, bought.request_id), now=now)
    return shown(
        "interview",
        over=over,
        is_missing=is_missing,
        found=found,
        seen=found.seen,
        course=found.course,
        commission=found.commission,
        steps=steps_for(found, now),
        was_done=words.ACT_DONE.get(request.args.get("done", "")),
        told=history(found),
        now=now,
    )


def _elsewhere(seen: RequestSeen) -> Response:
    if seen.part == "asked" and seen.asks:
        return led_to(f"/providing/asks/{seen.asks[-1].ref}")
    return led_to(f"/interviews/{seen.ref}")


# --- what may be done next --------------------------------------------------------------------------------------------


def steps_for(found: Interview, now: datetime) -> list[Step]:
    """What the reader may do now, what is to be done next first."""
    return [*_of_holding(found, now), *_of_writing(found)]


def _of_writing(found: Interview) -> list[Step]:
    if found.ask is None or not allowed("interview.converse"):
        return []
    return [Step(f"/providing/asks/{found.ask.ref}/question", gettext("Write to the council"))]


def _of_holding(found: Interview, now: datetime) -> list[Step]:
    if not allowed("interview.hold"):
        return []
    at = f"{PATH}/{found.seen.ref}"
    match found.seen.state:
        case "commissioned" | "scheduled" if found.commission.state == "standing":
            return [*_of_time(found, at, now), *_of_child(at)]
        case "completed":
            return [Step(f"{at}/report", gettext("Write it up"), True), *_wrong(found)]
        case "reported":
            return [Step(f"{at}/report", gettext("See the report, and what became of it"), True)]
    return []


def _of_time(found: Interview, at: str, now: datetime) -> list[Step]:
    if found.booked is None:
        return [
            Step(f"{at}/book", gettext("Book a time"), True),
            Step(f"{at}/held", gettext("Say that it was held already")),
        ]
    apt = f"{TIMES}/{found.booked['ref']}"
    if found.booked["starts_at"] <= now:
        return [Step(f"{apt}/held", gettext("Say that it was held"), True)]
    return [Step(f"{apt}/change", gettext("Move it")), Step(f"{apt}/cancel", gettext("Cancel this time"))]


def _of_child(at: str) -> list[Step]:
    made = [
        Step(f"{at}/attempt", gettext("Record an attempt that came to nothing")),
        Step(f"{at}/child", gettext("Record what the child said")),
    ]
    return [*made, Step(f"{at}/give-back", gettext("Give it back"))] if allowed("interview.give_back") else made


def _wrong(found: Interview) -> list[Step]:
    if found.held is None:
        return []
    return [Step(f"{TIMES}/{found.held['ref']}/take-back", gettext("It was not held, or not then"))]


# --- what happened ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """One thing that was recorded: when, what, what was written with it. ``ways``: what may be done about it, by its address."""

    at: datetime
    says: str
    note: str = ""
    ways: tuple[tuple[str, str], ...] = ()


def history(found: Interview) -> list[Told]:
    """What was recorded so far, the newest first."""
    course, ours = found.course, _undoable(found)
    made = [
        *(Told(each["offered_at"], _said(each), _offer_note(each), _ways_of_offer(each)) for each in course.offers),
        *(
            Told(each["at"], _tried(each), each.get("note") or "", _ways_of_attempt(each, ours))
            for each in course.attempts
            if each["outcome"] != "held"
        ),
        *(Told(each["noticed_at"], str(interview_words.NEWS_WORDS[each["kind"]])) for each in course.news),
        *(
            Told(
                each["cancelled_at"], gettext("A time was cancelled."), why_cancelled(each["cancel_reason"]), _out(each)
            )
            for each in course.appointments
            if each["cancelled_at"] is not None
        ),
        *(Told(each.at, f"{each.says}.", each.more) for each in map(told, course.told)),
    ]
    return sorted(made, key=lambda each: each.at, reverse=True)


def _out(each: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """A time that was cancelled is taken out of calendars by its file."""
    return ((f"{TIMES}/{each['ref']}.ics", gettext("Take it out of your calendar")),)


def _undoable(found: Interview) -> set[str]:
    return undoable(found.course, found.commission) if allowed("interview.hold") else set()


def _offer_note(each: dict[str, Any]) -> str:
    return "; ".join(each[name] for name in ("reason", "note", "carer_note") if each.get(name))


def _ways_of_offer(each: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """A carer who was asked instead is recorded; what our own organisation recorded by mistake is taken back."""
    if each["taken_back_at"] is not None or not allowed("interview.offer_to_child"):
        return ()
    at, ways = f"/interview-offers/{each['ref']}", []
    if each["said"] != "accepted" and each["carer_offered_at"] is None:
        ways.append((f"{at}/carer", gettext("Record that a parent or carer was asked instead")))
    if (each["organisation"] or {}).get("ref") == acting().organisation_ref:
        ways.append((f"{at}/take-back", gettext("Recorded by mistake")))
    return tuple(ways)


def _ways_of_attempt(each: dict[str, Any], ours: set[str]) -> tuple[tuple[str, str], ...]:
    path = f"{ATTEMPTS}/{each['ref']}/take-back"
    return ((path, gettext("Recorded by mistake")),) if each["ref"] in ours else ()


def _said(each: dict[str, Any]) -> str:
    said, how = interview_words.SAID_WORDS[each["said"]][0], interview_words.HOW_WORDS[each["how"]]
    told = gettext("Offered to the child (%(how)s): %(said)s", how=str(how).lower(), said=str(said).lower())
    if each["carer_offered_at"] is not None:
        told = gettext("%(said)s. A parent or carer was asked", said=told)
    return _marked(told, each)


def _tried(each: dict[str, Any]) -> str:
    came, how = interview_words.OUTCOME_WORDS[each["outcome"]], interview_words.HOW_WORDS[each["how"]]
    return _marked(gettext("Tried (%(how)s): %(came)s", how=str(how).lower(), came=str(came).lower()), each)


def _marked(said: str, each: dict[str, Any]) -> str:
    return gettext("%(said)s. Taken back.", said=said) if each["taken_back_at"] else said


# --- for a calendar ---------------------------------------------------------------------------------------------------


@blp.get(f"{TIMES}/<ref>.ics")
@may("interview.read")
def calendar_file(ref: str) -> Response:
    """The time that is booked, as a file for a calendar: reference and link, nothing about the child."""
    with resource(Database).write() as session:
        base_url = resource(Settings).base_url
        text = course_views.calendar_file(session, acting(), ref, base_url=base_url, now=utc_now())
    headers = {
        "Content-Disposition": f'attachment; filename="interview-{ref}.ics"',
        "Cache-Control": "private, no-store",
    }
    return Response(text, mimetype=calendars.MEDIA_TYPE, headers=headers)
