"""Return home interviews as people say them: needs, reasons, prices, time left; each status in words and in a colour."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from babel.dates import format_date
from flask_babel import get_locale, gettext, lazy_gettext, ngettext
from markupsafe import Markup, escape

from hub.core.clock import LONDON, iso, london_date
from hub.spotpurchase import matching, reasons
from hub.spotpurchase.money.pricing import in_pounds
from hub.web.design import LANGUAGE, day_in_words, instant_in_words
from hub.web.missing import words as missing_words
from hub.web.organisation import hours
from hub.web.translating import translated

MODE_WORDS: Final = {
    "in_person": lazy_gettext("In person"),
    "video": lazy_gettext("By video"),
    "phone": lazy_gettext("By telephone"),
}
GENDER_WORDS: Final = {
    "any": lazy_gettext("Either"),
    "female": lazy_gettext("A woman"),
    "male": lazy_gettext("A man"),
}
INTERVIEWER_WORDS: Final = {"female": lazy_gettext("women"), "male": lazy_gettext("men")}
_HOUR: Final = timedelta(hours=1)
_PENNIES_IN_POUND: Final = 100
_CODE_LONG: Final = 2


TIME_WORDS: Final = {
    "before_school": lazy_gettext("Before school"),
    "school_hours": lazy_gettext("In school hours"),
    "after_school": lazy_gettext("After school"),
    "evening": lazy_gettext("In the evening"),
    "weekend": lazy_gettext("At the weekend"),
}
AWARD_WORDS: Final = (
    (
        "first_acceptable",
        lazy_gettext("The first offer within these terms is taken at once"),
        lazy_gettext("The quickest: nobody of yours has to be awake."),
    ),
    ("by_hand", lazy_gettext("I choose among the offers"), lazy_gettext("You are told of each as it comes.")),
)
AGREEMENT_WORDS: Final = {
    "host_pays": lazy_gettext("The council where the child lives pays"),
    "reciprocal": lazy_gettext("Each pays for the other’s children in its own area"),
    "placing_pays": lazy_gettext("The placing authority pays"),
}
AGREEMENT_STATE_WORDS: Final = {
    "proposed": (lazy_gettext("Proposed"), "yellow"),
    "agreed": (lazy_gettext("Agreed"), "green"),
    "refused": (lazy_gettext("Refused"), "red"),
    "ended": (lazy_gettext("Ended"), "grey"),
}


STATE_WORDS: Final = {
    "requested": (lazy_gettext("Being sought"), "yellow"),
    "unplaced": (lazy_gettext("Nobody has taken it on"), "red"),
    "commissioned": (lazy_gettext("Commissioned"), "blue"),
    "scheduled": (lazy_gettext("Booked"), "blue"),
    "completed": (lazy_gettext("Held, report to come"), "turquoise"),
    "reported": (lazy_gettext("Report came"), "green"),
    "declined_by_child": (lazy_gettext("The child declined"), "grey"),
    "cancelled": (lazy_gettext("Cancelled"), "grey"),
}
ASK_WORDS: Final = {
    "asked": (lazy_gettext("Asked"), "yellow"),
    "offered": (lazy_gettext("Offers"), "blue"),
    "declined": (lazy_gettext("Declined"), "grey"),
    "referred": (lazy_gettext("Named another"), "grey"),
    "lapsed": (lazy_gettext("Has not answered"), "orange"),
    "won": (lazy_gettext("Commissioned"), "green"),
    "not_needed": (lazy_gettext("Not needed"), "grey"),
}
WHY_TOO: Final = {
    "asked_by_hand": lazy_gettext("Your council asked it."),
    "referred": lazy_gettext("Another provider named it."),
}
PERFORMER_WORDS: Final = {
    "provider": lazy_gettext("A provider"),
    "own_interviewer": lazy_gettext("The placing authority’s own interviewer"),
    "social_worker": lazy_gettext("The child’s social worker"),
}
COMMISSION_WORDS: Final = {
    "standing": (lazy_gettext("Under way"), "blue"),
    "fulfilled": (lazy_gettext("Kept"), "green"),
    "ended": (lazy_gettext("Ended"), "grey"),
}
APPOINTMENT_WORDS: Final = {
    "booked": (lazy_gettext("Booked"), "blue"),
    "held": (lazy_gettext("Held"), "green"),
    "missed": (lazy_gettext("Missed"), "orange"),
    "cancelled": (lazy_gettext("Cancelled"), "grey"),
    "taken_back": (lazy_gettext("Recorded in error"), "grey"),
}
HOW_WORDS: Final = {
    "in_person": lazy_gettext("In person"),
    "video": lazy_gettext("By video"),
    "phone": lazy_gettext("By telephone"),
    "message": lazy_gettext("By a message"),
    "through_carer": lazy_gettext("Through a carer"),
}
SAID_WORDS: Final = {
    "accepted": (lazy_gettext("Said yes"), "green"),
    "declined": (lazy_gettext("Said no"), "grey"),
    "no_response": (lazy_gettext("Did not answer"), "orange"),
    "not_possible": (lazy_gettext("Could not be asked"), "orange"),
}
OUTCOME_WORDS: Final = {
    "held": lazy_gettext("Held"),
    "child_declined": lazy_gettext("The child declined"),
    "not_there": lazy_gettext("The child was not there"),
    "missing_again": lazy_gettext("The child was missing again"),
    "moved": lazy_gettext("The child had moved"),
    "no_contact": lazy_gettext("Nobody could be reached"),
    "unsafe": lazy_gettext("It was not safe"),
    "rearranged": lazy_gettext("Put off"),
}
NEWS_WORDS: Final = {
    "missing_again": lazy_gettext("The child was missing again before the interview could be held."),
    "moved": lazy_gettext("The child lives elsewhere now."),
}
ANSWER_WORDS: Final = {
    "one_interview": lazy_gettext("One interview for both"),
    "own_interview": lazy_gettext("An interview of its own for the new return"),
    "keep": lazy_gettext("Whoever has it keeps it, and goes to the new address"),
    "ask_again": lazy_gettext("Ask again, for the area where the child lives now"),
    "overtaken": lazy_gettext("The interview was held, or is sought no longer"),
    "withdrawn": lazy_gettext("The report was withdrawn"),
    "same_council": lazy_gettext("The child is still in the area of the same council"),
}
ENTRY_WORDS: Final = {
    "interview": lazy_gettext("Interview"),
    "out_of_hours": lazy_gettext("Out of hours"),
    "travel": lazy_gettext("Travel"),
    "abortive": lazy_gettext("Visit without an interview"),
    "cancellation": lazy_gettext("Cancelled late"),
    "adjustment": lazy_gettext("Correction"),
}
AGE_WORDS: Final = {
    "under_10": lazy_gettext("Under 10"),
    "10_to_12": lazy_gettext("10 to 12"),
    "13_to_15": lazy_gettext("13 to 15"),
    "16_to_17": lazy_gettext("16 or 17"),
}


# --- codes ------------------------------------------------------------------------------------------------------------


def why(codes: Iterable[str]) -> list[str]:
    """Why a provider is asked, and in this place."""
    known = {**matching.WHY, **WHY_TOO}
    return [translated(known[code]) for code in dict.fromkeys(codes) if code in known]


def because(codes: Iterable[str]) -> list[str]:
    """Why a provider is not asked."""
    return [translated(matching.BECAUSE[code]) for code in codes if code in matching.BECAUSE]


def options(sentences: Mapping[str, str], only: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """Coded reasons to choose from: value and words."""
    return [(code, translated(sentences[code])) for code in (sentences if only is None else only)]


def reason(sentences: Mapping[str, str], code: str | None) -> str:
    """A coded reason in words; empty where there is none."""
    return translated(sentences[code]) if code is not None and code in sentences else ""


def declined(code: str | None) -> str:
    """Why a provider said no."""
    return reason(reasons.DECLINES, code)


def ended(code: str | None) -> str:
    """Why a request or a commission ended."""
    return reason({**reasons.LOSING, **reasons.CANCELLING, **reasons.DECLINES}, code)


def out_of_terms(codes: Iterable[str]) -> list[str]:
    """Why an offer waits for a person."""
    return [translated(reasons.OUT_OF_TERMS[code]) for code in codes]


def language(code: str) -> str:
    """A language by its name: ``pl`` is “Polish”."""
    names = get_locale().languages if get_locale() else {}
    return str(names.get(code, code))


def known_languages() -> list[tuple[str, str]]:
    """Every language that has a code of two letters, by its name."""
    names = get_locale().languages if get_locale() else {}
    return sorted(
        ((code, str(name)) for code, name in names.items() if len(code) == _CODE_LONG), key=lambda pair: pair[1]
    )


def listed(said: Iterable[Any]) -> str:
    """Words in a row: “a, b and c”."""
    each = [str(word) for word in said]
    if len(each) < 2:
        return "".join(each)
    return str(gettext("%(first)s and %(last)s", first=", ".join(each[:-1]), last=each[-1]))


def languages(codes: Iterable[str]) -> str:
    """Languages by their names."""
    return listed(language(code) for code in codes)


def modes(codes: Iterable[str]) -> str:
    """The ways in which an interview is held, the first with a capital."""
    said = listed(str(MODE_WORDS[code]).lower() for code in MODE_WORDS if code in set(codes))
    return said[:1].upper() + said[1:]


def interviewers(genders: Iterable[str]) -> str:
    """Who a provider's interviewers are."""
    return listed(INTERVIEWER_WORDS[code] for code in INTERVIEWER_WORDS if code in set(genders)).capitalize()


def ages(span: Iterable[int]) -> str:
    """From and to, in years."""
    youngest, oldest = span
    return str(gettext("%(youngest)s to %(oldest)s years", youngest=youngest, oldest=oldest))


def opening(said: Mapping[str, Any] | None) -> list[str]:
    """When a provider's coordinators answer."""
    return hours.lines(said)


# --- money ------------------------------------------------------------------------------------------------------------


def price(card: Any) -> list[str]:
    """What a rate card charges: the price first, then what may come on top of it."""
    if card is None:
        return [gettext("No rate card is published.")]
    return [said for said in (_price(card), _uplift(card), _travel(card), _vat(card)) if said]


def _price(card: Any) -> str:
    if not card.price_pence:
        return str(gettext("Nothing is charged"))
    if card.basis == "fixed":
        return str(gettext("%(price)s an interview, with its report", price=in_pounds(card.price_pence)))
    said = gettext("%(price)s an hour", price=in_pounds(card.price_pence))
    if not card.least_minutes:
        return str(said)
    return str(gettext("%(price)s, %(least)s at the least", price=said, least=minutes(card.least_minutes)))


def _uplift(card: Any) -> str:
    if not card.price_pence or not card.out_of_hours_percent:
        return ""
    return str(gettext("%(percent)s %% more out of hours", percent=card.out_of_hours_percent))


def _travel(card: Any) -> str:
    if not card.travel_pence_per_mile:
        return ""
    return str(gettext("Travel %(pence)s a mile", pence=pence(card.travel_pence_per_mile)))


def _vat(card: Any) -> str:
    return str(gettext("VAT of %(percent)s %% on top", percent=card.vat_percent)) if card.vat_percent else ""


def pence(amount: int) -> str:
    """A small amount as people say it: ``45p``, ``£1.20``."""
    return f"{amount}p" if amount < _PENNIES_IN_POUND else in_pounds(amount)


def minutes(number: int) -> str:
    """``2 hours``, ``1 hour 30 minutes``, ``45 minutes``."""
    whole, rest = divmod(number, 60)
    said = [ngettext("%(num)s hour", "%(num)s hours", whole)] if whole else []
    return " ".join([*said, ngettext("%(num)s minute", "%(num)s minutes", rest)] if rest else said)


# --- time -------------------------------------------------------------------------------------------------------------


def moment(at: datetime, now: datetime) -> Markup:
    """An instant as somebody in a hurry reads it: “18:30” today, “tomorrow at 09:15”, “Thursday 26 November at 14:10”.

    The instant itself is there for machines, for whoever points at it, and on paper, where no day is “tomorrow”.
    """
    local = at.astimezone(LONDON)
    days = (local.date() - london_date(now)).days
    time = f"{local:%H:%M}"
    if days == 0:
        said = time
    elif days in (1, -1):
        said = gettext("tomorrow at %(time)s", time=time) if days == 1 else gettext("yesterday at %(time)s", time=time)
    elif abs(days) < 300:
        said = gettext("%(day)s at %(time)s", day=weekday(local), time=time)
    else:
        said = gettext("%(day)s at %(time)s", day=day_in_words(local.date()), time=time)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(iso(at), instant_in_words(at), said)


def weekday(local: datetime) -> str:
    """``Thursday 26 November``"""
    return str(format_date(local.date(), "EEEE d MMMM", locale=get_locale() or LANGUAGE))


def hours_left(latest_at: datetime, now: datetime) -> str:
    """“31 hours left”, “40 minutes left”; of a time that is over, for how long."""
    left = latest_at - now
    if left > timedelta(0):
        return str(gettext("%(long)s left", long=_lasting(left)))
    return str(gettext("%(long)s too late", long=_lasting(-left)))


def left(latest_at: datetime, now: datetime) -> Markup:
    """“31 hours left: until Thursday 26 November at 14:10”; when it is over: since when."""
    word = gettext("until") if latest_at > now else gettext("the 72 hours were over on")
    return Markup("{}: {} {}").format(hours_left(latest_at, now), word, _exactly(latest_at))


def until(latest_at: datetime, now: datetime) -> Markup:
    """“The 72 hours end on Thursday 26 November at 14:10.”, beside a tag that says how much of them is left."""
    said = gettext("The 72 hours end on %(when)s.") if latest_at > now else gettext("The 72 hours ended on %(when)s.")
    return filled(said, when=_exactly(latest_at))


def _exactly(at: datetime) -> Markup:
    local = at.astimezone(LONDON)
    said = gettext("%(day)s at %(time)s", day=weekday(local), time=f"{local:%H:%M}")
    return Markup('<time datetime="{}">{}</time>').format(iso(at), said)


def colour_left(latest_at: datetime, now: datetime) -> str:
    """Red once the 72 hours are over, orange in the last twelve, else grey."""
    if latest_at <= now:
        return "red"
    return "orange" if latest_at - now <= 12 * _HOUR else "blue"


def _lasting(long: timedelta) -> str:
    whole = int(long / _HOUR)
    if whole < 1:
        return str(ngettext("%(num)s minute", "%(num)s minutes", max(int(long / timedelta(minutes=1)), 1)))
    if whole < 96:
        return str(ngettext("%(num)s hour", "%(num)s hours", whole))
    return str(ngettext("%(num)s day", "%(num)s days", whole // 24))


def plain(at: datetime) -> str:
    """An instant without mark-up, for the words of a control."""
    return instant_in_words(at)


def child(said: Mapping[str, Any] | None) -> str:
    """A child's names as they are said."""
    return missing_words.name(said or {})


def filled(sentence: str, **said: Any) -> Markup:
    """*sentence*, whose places ``%(name)s`` are still open, filled with *said*: times keep their mark-up."""
    return escape(sentence) % said


def whole(pair: Mapping[str, tuple[Any, str]], code: str) -> tuple[Any, str]:
    """How something stands, in words and in a colour."""
    return pair.get(code, (code, "grey"))


def read_instant(said: str) -> datetime:
    """An instant that is sealed as text."""
    return datetime.fromisoformat(said)


def times(codes: Iterable[str]) -> list[str]:
    """When it would be good, as parts of a sentence."""
    return [str(TIME_WORDS[code]).lower() for code in TIME_WORDS if code in set(codes)]


def award(code: str | None) -> str:
    """Who decides, where that is shown."""
    return next((str(said) for value, said, _ in AWARD_WORDS if value == code), "")


def combining(code: str | None) -> str:
    """Why one interview serves several episodes."""
    return reason(reasons.COMBINING, code)
