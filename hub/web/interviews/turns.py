"""Whose turn is it, and what happens by itself if nobody does anything? Pure, from what a reader sees of a request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext, ngettext
from markupsafe import Markup, escape

from hub.spotpurchase.asking import SPENT
from hub.spotpurchase.interviews.views import Course
from hub.spotpurchase.views import AskSeen, CommissionSeen, RequestSeen
from hub.web.interviews import words

NOTHING: Final = Markup("")


@dataclass(frozen=True)
class Turn:
    """Who is to do what now, and what follows by itself. ``is_ours``: of the reader's own organisation."""

    is_ours: bool
    says: Markup
    then: Markup = NOTHING


def turn_of(seen: RequestSeen, course: Course, now: datetime) -> Turn:
    """The turn in a request, for the placing authority or for the host, which follows it."""
    if seen.part != "placing":
        return Turn(False, escape(_for_the_host(seen)))
    open_news = [each for each in course.news if each["answers"]]
    if open_news:
        said = gettext("Something happened before the interview. Decide how it goes on.")
        return Turn(True, escape(said), _then(seen, _waiting(seen), now))
    match seen.state:
        case "requested" | "unplaced":
            return _seeking(seen, now)
        case "commissioned":
            return _commissioned(seen, now)
        case "scheduled":
            return _scheduled(seen, course, now)
        case "completed":
            return _held(seen)
        case "reported":
            return Turn(
                True, escape(gettext("The report is there. Read it, acknowledge it and answer what it asks for."))
            )
        case "declined_by_child":
            said = gettext("The child said no. Nothing is owed for now; the interview can be offered to them again.")
            return Turn(True, escape(said))
        case _:
            return Turn(False, escape(gettext("Nobody’s: it was cancelled.")))


# --- being sought -----------------------------------------------------------------------------------------------------


def _seeking(seen: RequestSeen, now: datetime) -> Turn:
    offers = [each for each in seen.asks if each.state == "offered"]
    waiting = _waiting(seen)
    then = _then(seen, waiting, now)
    if offers:
        said = ngettext("%(num)s offer waits for you to choose.", "%(num)s offers wait for you to choose.", len(offers))
        return Turn(True, escape(said), then)
    if waiting:
        said = words.filled(
            gettext("%(names)s: to answer by %(by)s."),
            names=words.listed(each.provider["name"] for each in waiting),
            by=words.moment(waiting[0].reply_by, now),
        )
        return Turn(False, said, then)
    said = gettext(
        "Nobody is left to ask. Decide how the interview is held: your own interviewer, or the social worker."
    )
    return Turn(True, escape(said), then)


def _waiting(seen: RequestSeen) -> list[AskSeen]:
    """Those whose answer is waited for, the first to answer first."""
    return sorted((each for each in seen.asks if each.state == "asked"), key=lambda each: each.reply_by)


def _then(seen: RequestSeen, waiting: Sequence[AskSeen], now: datetime) -> Markup:
    """What the hub does by itself when whoever was asked stays silent."""
    if not waiting:
        return NOTHING
    last, following = waiting[-1], following_of(seen)
    # Whoever was closed may answer when the next has been asked long since.
    by = words.moment(max(each.goes_on_at or each.reply_by for each in waiting) if following else last.reply_by, now)
    if len(waiting) > 1:
        said = gettext("If none of them says anything by %(by)s, %(next)s is asked.")
        left = gettext(
            "If none of them says anything by %(by)s, nobody is left, and you decide how the interview is held."
        )
    else:
        said = gettext("If %(name)s says nothing by %(by)s, %(next)s is asked.")
        left = gettext("If %(name)s says nothing by %(by)s, nobody is left, and you decide how the interview is held.")
    told = {"name": last.provider["name"], "by": by, "next": following[0] if following else ""}
    return words.filled(said if following else left, **told)


def following_of(seen: RequestSeen) -> list[str]:
    """Whom the hub would ask next by itself, in order, by name."""
    spent = {each.provider["ref"] for each in seen.asks if each.state in SPENT}
    asked: Sequence[dict[str, Any]] = (seen.matching or {}).get("asked", ())
    return [each["organisation"]["name"] for each in asked if each["organisation"]["ref"] not in spent]


# --- commissioned, booked, held ---------------------------------------------------------------------------------------


def standing_of(seen: RequestSeen) -> CommissionSeen | None:
    """The commission that stands, or was kept."""
    return next((each for each in reversed(seen.commissions) if each.state != "ended"), None)


def undoable(course: Course, has_it: CommissionSeen | None) -> set[str]:
    """References of the attempts that whoever has the interview recorded of it, and can still take back."""
    if has_it is None or has_it.state != "standing":
        return set()
    own, since = has_it.organisation["ref"], has_it.commissioned_at
    made = (each for each in course.attempts if each["outcome"] != "held" and each["taken_back_at"] is None)
    return {each["ref"] for each in made if each["at"] >= since and (each["performer"] or {}).get("ref") == own}


def _commissioned(seen: RequestSeen, now: datetime) -> Turn:
    has_it = standing_of(seen)
    if has_it is None:
        return Turn(False, NOTHING)
    by = words.moment(has_it.respond_by, now)
    if has_it.performer != "provider":
        return Turn(True, words.filled(gettext("Book the interview, or try it, by %(by)s."), by=by), _given_up(by))
    said = words.filled(
        gettext("%(name)s: to book the interview, or try it, by %(by)s."), name=has_it.organisation["name"], by=by
    )
    return Turn(False, said, _given_up(by))


def _given_up(by: Markup) -> Markup:
    return words.filled(gettext("If nothing is heard by %(by)s, the hub asks others."), by=by)


def _scheduled(seen: RequestSeen, course: Course, now: datetime) -> Turn:
    has_it = standing_of(seen)
    booked = next((each for each in course.appointments if each["state"] == "booked"), None)
    if has_it is None or booked is None:
        return Turn(False, NOTHING)
    is_ours, name = has_it.performer != "provider", has_it.organisation["name"]
    at = words.moment(booked["starts_at"], now)
    if booked["ends_at"] > now:
        return Turn(is_ours, words.filled(gettext("%(name)s: to see the child, %(at)s."), name=name, at=at))
    said = words.filled(
        gettext("%(name)s: to record what came of the time that was booked (%(at)s)."), name=name, at=at
    )
    then = gettext("If nothing is recorded, the hub asks after it, and then asks others.")
    return Turn(is_ours, said, escape(then))


def _held(seen: RequestSeen) -> Turn:
    has_it = standing_of(seen)
    if has_it is None:
        return Turn(False, NOTHING)
    said = words.filled(gettext("%(name)s: to write the report."), name=has_it.organisation["name"])
    return Turn(has_it.performer != "provider", said)


# --- for the host -----------------------------------------------------------------------------------------------------


def _for_the_host(seen: RequestSeen) -> str:
    placing = (seen.facts.get("placing_authority") or {}).get("name", "")
    performer = (seen.facts.get("performer") or {}).get("name", "")
    match seen.state:
        case "requested" | "unplaced":
            return str(gettext("%(council)s: to find somebody who holds it.", council=placing))
        case "commissioned" | "scheduled" | "completed":
            return str(gettext("%(name)s, which was commissioned.", name=performer or placing))
        case "reported":
            return str(
                gettext("%(council)s: to answer the report, and to pass on what is yours to know.", council=placing)
            )
        case _:
            return str(gettext("Nobody’s: it is not sought any longer."))
