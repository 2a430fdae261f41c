"""What the lines of a report of an interview are asked as on pages, and which codes answer each (``reports.record``)."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask_babel import lazy_gettext

from hub.web import report_words as codes
from hub.web.report_words import Words

CODES: Final[Mapping[str, Words]] = {
    "interview.place": codes.PLACE_WORDS,
    "interview.present": codes.PRESENT_WORDS,
    "interview.independence": codes.INDEPENDENCE_WORDS,
    "interview.late_because": codes.LATE_WORDS,
    "reasons.push": codes.PUSH_WORDS,
    "reasons.pull": codes.PULL_WORDS,
    "during.where": codes.WHERE_WORDS,
    "during.company": codes.COMPANY_WORDS,
    "during.travel": codes.TRAVEL_WORDS,
    "during.means": codes.MEANS_WORDS,
    "during.crime": codes.CRIME_WORDS,
    "after.returned": codes.RETURNED_WORDS,
    "wishes.host_authority": codes.WISH_WORDS,
    "wishes.police_force": codes.WISH_WORDS,
    "helped.what_helped": codes.HELPED_WORDS,
    "protective.factors": codes.PROTECTIVE_WORDS,
    "safety.told": codes.TOLD_WORDS,
    "intelligence.kinds": codes.INTELLIGENCE_WORDS,
    "harms.kind": codes.HARM_WORDS,
    "harms.when": codes.WHEN_WORDS,
    "risks.kind": codes.RISK_WORDS,
    "risks.level": codes.LEVEL_WORDS,
    "actions.kind": codes.ACTION_WORDS,
    "recommendations.to": codes.ADDRESSEE_WORDS,
    "referrals.kind": codes.REFERRAL_WORDS,
    "people.role": codes.PERSON_WORDS,
}
"""By the line of the record that they are the answers to."""
PART_WORDS: Final[Words] = {
    "interview": lazy_gettext("The interview"),
    "reasons": lazy_gettext("Why they went"),
    "before": lazy_gettext("Before they went"),
    "during": lazy_gettext("While they were missing"),
    "after": lazy_gettext("Coming back"),
    "harms": lazy_gettext("Harm"),
    "risks": lazy_gettext("Risks"),
    "child": lazy_gettext("What the child says"),
    "wishes": lazy_gettext("What the child wishes"),
    "helped": lazy_gettext("What helped, or would have"),
    "protective": lazy_gettext("What keeps the child safe"),
    "safety": lazy_gettext("What the child was told about staying safe"),
    "actions": lazy_gettext("What was done at once"),
    "recommendations": lazy_gettext("Recommendations"),
    "referrals": lazy_gettext("Safeguarding referrals"),
    "people": lazy_gettext("People who are named"),
    "intelligence": lazy_gettext("For the police"),
    "narrative": lazy_gettext("The account"),
}
LINE_WORDS: Final[Words] = {
    "interview.interviewer": lazy_gettext("Who held it"),
    "interview.role_of_interviewer": lazy_gettext("Their role"),
    "interview.independence": lazy_gettext("What their independence rests on"),
    "interview.place": lazy_gettext("Where the child was seen"),
    "interview.present": lazy_gettext("Who else was there"),
    "interview.interpreter": lazy_gettext("Was there an interpreter?"),
    "interview.language": lazy_gettext("In which language"),
    "interview.late_because": lazy_gettext("If it was later than 72 hours after the return: why?"),
    "interview.words": lazy_gettext("Anything else about the interview"),
    "reasons.push": lazy_gettext("What drove the child away"),
    "reasons.pull": lazy_gettext("What drew the child"),
    "reasons.words": lazy_gettext("In words"),
    "before.words": lazy_gettext("What happened before"),
    "during.where": lazy_gettext("Where they were"),
    "during.places": lazy_gettext("Which places"),
    "during.company": lazy_gettext("With whom"),
    "during.travel": lazy_gettext("How they travelled"),
    "during.means": lazy_gettext("Money, gifts and phone"),
    "during.crime": lazy_gettext("Crime"),
    "during.words": lazy_gettext("What happened"),
    "after.returned": lazy_gettext("How they came back"),
    "after.afraid": lazy_gettext("Are they afraid of anybody?"),
    "after.words": lazy_gettext("What happened on the way back and since"),
    "child.words": lazy_gettext("In the child’s own words"),
    "child.told_who_sees_it": lazy_gettext("Was the child told who may see this?"),
    "wishes.words": lazy_gettext("What the child wishes for"),
    "wishes.host_authority": lazy_gettext("Does the child mind that the council where they live is told?"),
    "wishes.police_force": lazy_gettext("Does the child mind that the police are told?"),
    "helped.what_helped": lazy_gettext("What helped, or would have"),
    "helped.words": lazy_gettext("In words"),
    "protective.factors": lazy_gettext("What keeps them safe"),
    "protective.words": lazy_gettext("In words"),
    "safety.told": lazy_gettext("What they were told"),
    "safety.words": lazy_gettext("In words"),
    "intelligence.for_police": lazy_gettext("Is there something in it that the police should know?"),
    "intelligence.kinds": lazy_gettext("What it is about"),
    "intelligence.words": lazy_gettext("What they should know"),
    "no_harm": lazy_gettext("There was no harm"),
    "no_risk": lazy_gettext("There is no risk"),
    "harms.kind": lazy_gettext("What harm"),
    "harms.when": lazy_gettext("When"),
    "harms.words": lazy_gettext("In words"),
    "risks.kind": lazy_gettext("What risk"),
    "risks.level": lazy_gettext("How high"),
    "risks.words": lazy_gettext("In words"),
    "actions.kind": lazy_gettext("What was done"),
    "actions.words": lazy_gettext("In words"),
    "recommendations.to": lazy_gettext("Who is to answer it"),
    "recommendations.text": lazy_gettext("The recommendation"),
    "referrals.kind": lazy_gettext("What sort"),
    "referrals.what": lazy_gettext("What is referred"),
    "referrals.to_whom": lazy_gettext("To whom"),
    "referrals.made": lazy_gettext("When it was made; left empty, you ask the council to make it"),
    "people.name": lazy_gettext("Name"),
    "people.also_called": lazy_gettext("Also called, one name on each line"),
    "people.role": lazy_gettext("What they are to the child"),
    "people.police_need_name": lazy_gettext("Do the police need the name?"),
    "people.words": lazy_gettext("What is known of them"),
    "narrative": lazy_gettext("What was said, in the order in which it was said"),
}
"""What each line of the record is asked as."""


def options(line: str) -> list[tuple[str, Any]]:
    """The answers to choose from for a line of the record: value and words."""
    return list(CODES[line].items())


def said(line: str, said_codes: str | Iterable[str]) -> str:
    """One code or several of a line, in words; a code that is not known stands as it is."""
    given = [said_codes] if isinstance(said_codes, str) else list(said_codes)
    return ", ".join(str(CODES.get(line, {}).get(code, code)) for code in given)
