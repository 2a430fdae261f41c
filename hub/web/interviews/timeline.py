"""Everything that happened to a request, in the order in which it happened, from what the reader sees of it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext, lazy_gettext

from hub.spotpurchase.interviews.views import Course
from hub.spotpurchase.money.pricing import in_pounds
from hub.spotpurchase.views import AskSeen, CommissionSeen, RequestSeen
from hub.web.interviews import words


@dataclass(frozen=True)
class Happened:
    """One thing, when, and more about it."""

    at: datetime
    says: str
    more: str = ""


def timeline_of(seen: RequestSeen, course: Course) -> list[Happened]:
    """What happened, the latest first."""
    found = [Happened(seen.asked_at, gettext("The interview was asked for"))]
    for ask in seen.asks:
        found += _of_ask(ask)
    for commission in seen.commissions:
        found += _of_commission(commission)
    found += [each for row in course.offers for each in _of_offer(row)]
    found += [each for row in course.appointments for each in _of_appointment(row)]
    found += [each for row in course.attempts for each in _of_attempt(row)]
    found += [each for row in course.news for each in _of_news(row)]
    found += [told(row) for row in course.told]
    return sorted(found, key=lambda each: each.at, reverse=True)


def _of_ask(ask: AskSeen) -> Iterator[Happened]:
    name = ask.provider["name"]
    yield Happened(ask.asked_at, gettext("%(name)s was asked", name=name), " ".join(words.why(ask.why)))
    if ask.answered_at is None:
        return
    match ask.state:
        case "declined":
            yield Happened(ask.answered_at, gettext("%(name)s declined", name=name), words.declined(ask.decline_code))
        case "referred":
            other = (ask.referred_to or {}).get("name", "")
            yield Happened(ask.answered_at, gettext("%(name)s named %(other)s", name=name, other=other))
        case "offered" | "won" | "lapsed" | "not_needed" if ask.quoted_pence is not None:
            price = in_pounds(ask.quoted_pence)
            yield Happened(
                ask.answered_at, gettext("%(name)s offered to hold it for %(price)s", name=name, price=price)
            )


def _of_commission(each: CommissionSeen) -> Iterator[Happened]:
    name = each.organisation["name"]
    who = name if each.performer == "provider" else str(words.PERFORMER_WORDS[each.performer])
    yield Happened(each.commissioned_at, gettext("%(who)s was commissioned", who=who), each.reason or "")
    if each.ended_at is not None and each.state == "ended":
        yield Happened(each.ended_at, gettext("%(who)s no longer had it", who=who), words.ended(each.end_reason))


def _of_offer(row: dict[str, Any]) -> Iterator[Happened]:
    if row["taken_back_at"] is None:
        said = str(words.SAID_WORDS[row["said"]][0])
        yield Happened(row["offered_at"], gettext("The child was offered the interview"), said)
        if row["carer_offered_at"]:
            yield Happened(row["carer_offered_at"], gettext("A parent or carer was asked instead"))


def _of_appointment(row: dict[str, Any]) -> Iterator[Happened]:
    when = words.plain(row["starts_at"])
    if row["booked_at"] < row["starts_at"]:  # otherwise it was held without one
        yield Happened(row["booked_at"], gettext("A time was booked"), when)
    if row["state"] == "held" and row["held_at"]:
        yield Happened(row["held_at"], gettext("The interview was held"))
    if row["cancelled_at"]:
        why = why_cancelled(row["cancel_reason"])
        yield Happened(row["cancelled_at"], gettext("The time was cancelled"), f"{when}. {why}")


def _of_attempt(row: dict[str, Any]) -> Iterator[Happened]:
    if row["taken_back_at"] is None and row["outcome"] != "held":
        yield Happened(row["at"], gettext("It was tried"), str(words.OUTCOME_WORDS[row["outcome"]]))


def _of_news(row: dict[str, Any]) -> Iterator[Happened]:
    yield Happened(row["noticed_at"], str(words.NEWS_WORDS.get(row["kind"], "")))
    if row["answered_at"]:
        yield Happened(row["answered_at"], gettext("It was decided"), str(words.ANSWER_WORDS.get(row["answer"], "")))


def told(row: dict[str, Any]) -> Happened:
    """What the reader was told of, and is no news to be decided: the return was corrected, or nothing was said of a time."""
    if row["what"] != "return_corrected":
        return Happened(row["at"], gettext("Nobody had said what came of the time that was booked"))
    before, after = (words.plain(datetime.fromisoformat(row[name])) for name in ("was_at", "latest_at"))
    said = gettext("The 72 hours end on %(after)s; before, on %(before)s.", after=after, before=before)
    return Happened(row["at"], gettext("The time of the return was corrected"), said)


def why_cancelled(code: str | None) -> str:
    """Why a time was cancelled, in words; empty where no reason is known."""
    return str(_CANCELLED[code]) if code in _CANCELLED else words.ended(code)


_CANCELLED: Final = {
    "child_asked": lazy_gettext("The child asked for it."),
    "carer_asked": lazy_gettext("A parent or carer asked for it."),
    "placing_asked": lazy_gettext("The placing authority asked for it."),
    "entered_in_error": lazy_gettext("It was booked in error."),
}
