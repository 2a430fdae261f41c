"""The closed vocabularies of the facts, as people say them: settings, legal statuses, markers, categories."""

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext

SETTING_WORDS: Final[Mapping[str, str]] = {
    "foster_ifa": lazy_gettext("With a foster carer of an independent agency"),
    "foster_own": lazy_gettext("With a foster carer of the responsible council"),
    "foster_other_la": lazy_gettext("With a foster carer of another council"),
    "connected_person": lazy_gettext("With a relative, friend or other connected person"),
    "childrens_home": lazy_gettext("In a children’s home"),
    "secure_home": lazy_gettext("In a secure children’s home"),
    "supported_accommodation": lazy_gettext("In supported accommodation"),
    "residential_school": lazy_gettext("In a residential school"),
    "parent": lazy_gettext("With a parent"),
    "adoption": lazy_gettext("With those who are to adopt the child"),
    "health": lazy_gettext("In a hospital or other health setting"),
    "youth_detention": lazy_gettext("In youth detention accommodation"),
    "independent": lazy_gettext("In independent living"),
    "other": lazy_gettext("Elsewhere"),
}
STATUS_WORDS: Final[Mapping[str, str]] = {
    "S20": lazy_gettext("Accommodated (section 20)"),
    "S20SB": lazy_gettext("Short breaks (section 20 or 17)"),
    "S21": lazy_gettext("Accommodated (section 21: police protection, remand, hospital)"),
    "S31C": lazy_gettext("Care order (section 31)"),
    "S31S": lazy_gettext("Supervision order (section 31)"),
    "S38": lazy_gettext("Interim care order (section 38)"),
    "S43": lazy_gettext("Child assessment order (section 43)"),
    "S44": lazy_gettext("Emergency protection order (section 44)"),
    "S46": lazy_gettext("Police protection (section 46)"),
    "ACA21": lazy_gettext("Placement order for adoption"),
    "RLAA": lazy_gettext("Remanded to the council’s accommodation"),
    "YDA": lazy_gettext("Remanded to youth detention accommodation"),
    "PACE": lazy_gettext("Moved from police custody to the council’s accommodation (PACE section 38(6))"),
    "YRO": lazy_gettext("Youth rehabilitation order with residence or fostering"),
    "S25": lazy_gettext("Secure accommodation order (section 25)"),
    "23B8B": lazy_gettext("Care leaver of 16 or 17 (section 23B(8)(b))"),
    "WS76": lazy_gettext("Accommodated in Wales (section 76)"),
    "NONE": lazy_gettext("Not looked after"),
}
MARKER_WORDS: Final[Mapping[str, str]] = {
    "cse": lazy_gettext("Child sexual exploitation"),
    "cce": lazy_gettext("Criminal exploitation or county lines"),
    "gangs": lazy_gettext("Gangs"),
    "trafficking": lazy_gettext("Trafficking"),
    "missing_history": lazy_gettext("Has been missing before"),
    "victim_of_crime": lazy_gettext("Victim of crime"),
    "perpetrator": lazy_gettext("Has harmed others"),
    "substance_misuse": lazy_gettext("Misuse of drugs or alcohol"),
    "suicide_self_harm": lazy_gettext("Suicide or self-harm"),
    "mental_health": lazy_gettext("Mental health"),
    "uasc": lazy_gettext("Unaccompanied child seeking asylum"),
    "other": lazy_gettext("Something else"),
}
CATEGORY_WORDS: Final[Mapping[str, str]] = {
    "missing": lazy_gettext("Missing: nobody knows where the child is"),
    "away": lazy_gettext("Away without authorisation: it is known where the child is"),
}
