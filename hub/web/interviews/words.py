"""Return home interviews as people say them: needs, reasons, prices, time left; each status in words and in a colour."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from babel.dates import format_date
from flask_babel import get_locale, gettext, lazy_gettext, ngettext
from markupsafe import Markup

from hub.core.clock import LONDON, iso, london_date
from hub.spotpurchase import matching, reasons
from hub.spotpurchase.money.pricing import in_pounds
from hub.web.design import LANGUAGE, day_in_words
from hub.web.organisation import hours

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


# --- codes ------------------------------------------------------------------------------------------------------------


def why(codes: Iterable[str]) -> list[str]:
    """Why a provider is asked, and in this place."""
    return [gettext(matching.WHY[code]) for code in codes]


def because(codes: Iterable[str]) -> list[str]:
    """Why a provider is not asked."""
    return [gettext(matching.BECAUSE[code]) for code in codes]


def options(sentences: Mapping[str, str], only: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """Coded reasons to choose from: value and words."""
    return [(code, gettext(sentences[code])) for code in (sentences if only is None else only)]


def reason(sentences: Mapping[str, str], code: str | None) -> str:
    """A coded reason in words; empty where there is none."""
    return gettext(sentences[code]) if code is not None and code in sentences else ""


def declined(code: str | None) -> str:
    """Why a provider said no."""
    return reason(reasons.DECLINES, code)


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
    return [said for said in (_price(card), _travel(card), _vat(card)) if said]


def _price(card: Any) -> str:
    if not card.price_pence:
        return str(gettext("Nothing is charged"))
    if card.basis == "fixed":
        return str(gettext("%(price)s an interview, with its report", price=in_pounds(card.price_pence)))
    said = gettext("%(price)s an hour", price=in_pounds(card.price_pence))
    if not card.least_minutes:
        return str(said)
    return str(gettext("%(price)s, %(least)s at the least", price=said, least=minutes(card.least_minutes)))


def _travel(card: Any) -> str:
    if not card.travel_pence_per_mile:
        return ""
    return str(gettext("travel %(pence)s a mile", pence=pence(card.travel_pence_per_mile)))


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
    """An instant as somebody in a hurry reads it: “18:30” today, “tomorrow at 09:15”, “Thursday 26 November at 14:10”."""
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
    return Markup('<time datetime="{}">{}</time>').format(iso(at), said)


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
    local = latest_at.astimezone(LONDON)
    when = Markup('<time datetime="{}">{}</time>').format(
        iso(latest_at), gettext("%(day)s at %(time)s", day=weekday(local), time=f"{local:%H:%M}")
    )
    word = gettext("until") if latest_at > now else gettext("the 72 hours were over on")
    return Markup("{}: {} {}").format(hours_left(latest_at, now), word, when)


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
