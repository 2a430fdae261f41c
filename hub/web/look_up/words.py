"""Look-ups as people say them: purposes, how alike, what was shown, why one is unusual; each status in words and in a colour."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext, lazy_gettext
from markupsafe import Markup, escape

from hub.missing.states import RUNNING
from hub.web.design import day, instant
from hub.web.fact_words import MARKER_WORDS
from hub.web.missing.words import GRADE_WORDS, NOT_GRADED

PURPOSE_WORDS: Final = {
    "missing_report": lazy_gettext("A child has been reported missing"),
    "found_child": lazy_gettext("A child has been found"),
    "child_at_risk": lazy_gettext("A child may be at risk of harm now"),
    "safeguarding_enquiry": lazy_gettext("An enquiry into the safety of a child"),
}
BAND_WORDS: Final = {
    "strong": (lazy_gettext("Alike"), "green"),
    "weak": (lazy_gettext("Somewhat alike"), "yellow"),
}
STAGE_WORDS: Final = {
    "asked": lazy_gettext("Asked: nobody was alike"),
    "possible_match": lazy_gettext("Possible matches shown"),
    "confirmed": lazy_gettext("One child shown"),
    "risk_detail": lazy_gettext("Risk detail shown"),
}
FIELD_WORDS: Final = {
    "initials": lazy_gettext("initials"),
    "year_of_birth": lazy_gettext("year of birth"),
    "home": lazy_gettext("home"),
    "town": lazy_gettext("town"),
    "placing_authority": lazy_gettext("placing authority"),
    "out_of_hours": lazy_gettext("whom to ring now"),
    "placement_status": lazy_gettext("whether the child lives there"),
    "carer": lazy_gettext("carer"),
    "markers": lazy_gettext("markers"),
    "grade_advice": lazy_gettext("advice on the grade"),
    "last_episodes": lazy_gettext("last missing episodes"),
    "trigger_plan": lazy_gettext("who holds the trigger plan"),
    "philomena": lazy_gettext("who holds the Philomena form"),
    "marker_details": lazy_gettext("what stands behind the markers"),
    "specialist_care": lazy_gettext("medicines and special care"),
    "child_protection_plan": lazy_gettext("child protection plan"),
    "social_worker": lazy_gettext("social worker"),
    "ring": lazy_gettext("the number to ring"),
}
RELATION_WORDS: Final = {
    "force_of_placement": lazy_gettext("The police force where the child lives"),
    "other_force": lazy_gettext("Another police force"),
    "placing_authority": lazy_gettext("The placing authority"),
    "host_authority": lazy_gettext("The council where the child lives"),
    "other_council": lazy_gettext("Another council"),
}
_PLACEMENT_WORDS: Final = {
    "current": lazy_gettext("Lives there now"),
    "to_come": lazy_gettext("Is to live there"),
    "ended": lazy_gettext("Does not live there any more"),
    "none": lazy_gettext("No placement is known"),
}
UNUSUAL_WORDS: Final = {
    "many_a_day": lazy_gettext("Many look-ups by one person in a day"),
    "shown_nothing": lazy_gettext("Asked often, and opened no child"),
    "same_child": lazy_gettext("The same child again and again"),
    "odd_hour": lazy_gettext("At an hour at which this person seldom works"),
    "own_name": lazy_gettext("A name like the asker’s own"),
    "outside_area": lazy_gettext("A child with no link to the force’s area"),
    "weak_confirmed": lazy_gettext("Opened a child who was only somewhat alike"),
    "broke_glass": lazy_gettext("Broke a shield"),
}
OUTCOME_WORDS: Final = {
    "proper": (lazy_gettext("Proper"), "green"),
    "explained": (lazy_gettext("Unusual, and explained"), "yellow"),
    "improper": (lazy_gettext("Not proper"), "red"),
}
OUTCOMES: Final = tuple((code, words) for code, (words, _) in OUTCOME_WORDS.items())
ASKED_WORDS: Final = {
    "family_name": lazy_gettext("Family name"),
    "given_names": lazy_gettext("Given names"),
    "born_on": lazy_gettext("Date of birth"),
    "born_year": lazy_gettext("Year of birth"),
    "born_month": lazy_gettext("Month of birth"),
    "age": lazy_gettext("Age"),
    "postcode": lazy_gettext("Postcode"),
    "home": lazy_gettext("Home"),
    "phone": lazy_gettext("Telephone"),
    "identifiers": lazy_gettext("Numbers"),
    "placing_authority_id": lazy_gettext("Council"),
}


def telephone_of(desk: Mapping[str, Any]) -> Markup:
    """A number that a telephone can ring, until when its desk answers, and who does then."""
    number = "".join(each for each in desk["phone"] if each.isdigit() or each == "+")
    told = Markup('<a class="govuk-link hub-telephone" href="tel:{}">{}</a> {}').format(
        number, desk["phone"], desk["desk"]
    )
    return told + Markup("<br>") + _until(desk) if _until(desk) else told


def _until(desk: Mapping[str, Any]) -> Markup:
    if desk.get("kind") == "fallback":
        return escape(gettext("Nobody is on duty by the rota: this number is best tried."))
    is_of_notice = desk.get("kind") == "notice"
    if not desk.get("until"):
        said = gettext("As the notice of the placement said: the council’s rota names nobody who answers now.")
        return escape(said) if is_of_notice else Markup()
    of_notice = gettext("As the notice of the placement said: by the council’s rota nobody answers until")
    then = desk.get("then")
    next_one = gettext(", then %(desk)s on %(phone)s", desk=then["desk"], phone=then["phone"]) if then else ""
    lead = of_notice if is_of_notice else gettext("Answers until")
    return Markup("{} {}{}").format(lead, instant(desk["until"]), next_one)


def placement_words(status: Mapping[str, Any]) -> Markup:
    """Whether the child lives there, and since or until when."""
    said = escape(_PLACEMENT_WORDS[status["status"]])
    at: datetime | None = status["ends_at"] if status["status"] == "ended" else status["starts_at"]
    lead = gettext("until") if status["status"] == "ended" else gettext("since")
    if status["status"] == "to_come":
        lead = gettext("from")
    return said + Markup(", {} {}").format(lead, instant(at)) if at else said


def ground_words(code: str) -> str:
    """A ground of the advice on the grade."""
    return str(MARKER_WORDS.get(code) or gettext("Placed out of the area of the council responsible"))


def grounds_words(codes: Sequence[str]) -> str:
    """The grounds of the advice on the grade, one after the other."""
    return "; ".join(ground_words(code) for code in codes)


def asked_words(name: str, said: Any) -> str | Markup:
    """What was asked by, as it is read."""
    if isinstance(said, Mapping):
        return ", ".join(str(each) for each in said.values())
    return day(said) if name == "born_on" else str(said)


def marker_words(marker: Mapping[str, Any]) -> Markup:
    """A marker, who says so, and whether anybody has looked at it again in time."""
    author = ", ".join(each for each in (marker["author"], marker["organisation"]) if each)
    said = Markup("<strong>{}</strong> {}").format(
        MARKER_WORDS[marker["marker"]], gettext("(%(author)s)", author=author)
    )
    if marker["is_due_for_review"]:
        return said + escape(gettext(". To be looked at again since ")) + day(marker["review_on"])
    return said


def episode_words(episode: Mapping[str, Any]) -> Markup:
    """One time that the child was missing before."""
    grade = GRADE_WORDS.get(episode["grade"] or "", NOT_GRADED)[0]
    ended = episode["returned_at"]
    until = Markup("{} {}").format(gettext("back"), instant(ended)) if ended else escape(gettext("not back"))
    return Markup("{} {}, {}. {}").format(gettext("From"), instant(episode["missing_from_at"]), until, grade)


def is_running(episode: Mapping[str, Any]) -> bool:
    """Whether the child is awaited still."""
    return episode["state"] in RUNNING


def held_words(held: Mapping[str, Any] | None) -> str:
    """Whether a plan or form exists and who holds it; nothing where nobody has said."""
    if held is None:
        return ""
    if not held["held"]:
        return str(gettext("There is none"))
    return str(
        gettext("Held by %(who)s", who=held["by"]) if held["by"] else gettext("There is one; ask the council for it")
    )


def fields_words(fields: list[str]) -> str:
    """What was shown, in words: never the thing itself."""
    return ", ".join(str(FIELD_WORDS[each]) for each in fields)
