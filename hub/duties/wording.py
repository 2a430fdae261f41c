"""The plain words of an explanation: one sentence that a tired person can check against the case."""

from collections.abc import Sequence
from typing import Final

from hub.core.clock import london_date
from hub.core.sentences import Sentence, listed, worded
from hub.duties.facts import Council, Facts

_SETTING = {
    "foster_ifa": worded("with an independent fostering agency's carer"),
    "foster_own": worded("with the council's own foster carer"),
    "foster_other_la": worded("with another council's foster carer"),
    "connected_person": worded("with a connected person"),
    "childrens_home": worded("in a children's home"),
    "secure_home": worded("in a secure children's home"),
    "supported_accommodation": worded("in supported accommodation"),
    "residential_school": worded("in a residential school"),
    "parent": worded("with a parent"),
    "adoption": worded("for adoption"),
    "health": worded("in health accommodation"),
    "youth_detention": worded("in youth detention accommodation"),
    "independent": worded("in independent living"),
}

_STATUS = {
    "S20": worded("as accommodated (section 20)"),
    "S20SB": worded("in short breaks (section 20 or 17)"),
    "S21": worded("as accommodated (section 21)"),
    "S31C": worded("under a care order (section 31)"),
    "S31S": worded("under a supervision order (section 31)"),
    "S38": worded("under an interim care order (section 38)"),
    "S43": worded("under a child assessment order (section 43)"),
    "S44": worded("under an emergency protection order (section 44)"),
    "S46": worded("in police protection (section 46)"),
    "ACA21": worded("under a placement order for adoption"),
    "RLAA": worded("on remand to the council's accommodation"),
    "YDA": worded("on remand to youth detention accommodation"),
    "PACE": worded("after a transfer from police detention (PACE section 38(6))"),
    "YRO": worded("under a youth rehabilitation order with residence or fostering"),
    "S25": worded("under a secure accommodation order (section 25)"),
    "23B8B": worded("as a care leaver of 16 or 17 (section 23B(8)(b))"),
    "WS76": worded("as accommodated in Wales (section 76)"),
    "NONE": worded("by a council"),
}
_MARKER = {
    "cse": worded("child sexual exploitation (CSE)"),
    "cce": worded("child criminal exploitation (CCE)"),
    "gangs": worded("gangs"),
    "trafficking": worded("trafficking"),
    "missing_history": worded("missing history"),
    "victim_of_crime": worded("victim of crime"),
    "perpetrator": worded("perpetrator"),
    "substance_misuse": worded("substance misuse"),
    "suicide_self_harm": worded("suicide or self-harm"),
    "mental_health": worded("mental health"),
    "uasc": worded("unaccompanied asylum-seeking child (UASC)"),
    "other": worded("other"),
}

_COUNTRY: Final = {
    "Channel Islands": worded("the Channel Islands"),
    "Isle of Man": worded("the Isle of Man"),
    "outside_uk": worded("a country outside the United Kingdom"),
}


def setting_words(setting: str | None) -> str:
    """``in a children's home`` and the like; empty for a setting that is other or was not given."""
    return _SETTING.get(setting or "", "")


def status_words(legal_status: str | None) -> str:
    """``under a care order (section 31)`` and the like: how the child is looked after, or is not."""
    return _STATUS.get(legal_status or "", "")


def marker_words(marker: str) -> str:
    """``missing history`` and the like."""
    return _MARKER[marker]


def placing_name(facts: Facts) -> str:
    """The placing authority by name, without the full stop that some names carry."""
    return _named(facts.placing, worded("the placing authority"))


def country_words(country: str) -> str:
    """A country outside England and Wales as it stands in a sentence."""
    return _COUNTRY.get(country, country)


def host_name(facts: Facts) -> str:
    """The host authority by name, or the country where there is none."""
    return country_words(facts.host_country) if facts.host_country else _named(facts.host, worded("the host authority"))


def _named(council: Council | None, otherwise: str) -> str:
    return council.name.replace(".", "") if council else otherwise


def sentence(facts: Facts, clauses: Sequence[str]) -> Sentence:
    """What happened, then why that sets the duty off, as one sentence."""
    if not clauses:
        return worded("{event}.", event=_event(facts))
    return worded("{event}: {reasons}.", event=_event(facts), reasons=listed(clauses))


def _event(facts: Facts) -> Sentence:
    where, when = setting_words(facts.setting), _when(facts)
    if not facts.event.startswith("placement"):
        return _of_child(facts, where, when)
    placement = worded("placement {where}", where=where) if where else worded("placement")
    match facts.event, facts.emergency:
        case "placement_start", True:
            return worded("An emergency {placement} starts{when}", placement=placement, when=when)
        case "placement_start", _:
            return worded("A planned {placement} starts{when}", placement=placement, when=when)
        case "placement_end", True:
            return worded("The {placement} ends{when} without notice before", placement=placement, when=when)
        case "placement_end", _:
            return worded("The {placement} ends{when} as planned", placement=placement, when=when)
        case _:
            return worded("Details of the running {placement} change{when}", placement=placement, when=when)


def _of_child(facts: Facts, where: str, when: str) -> Sentence:
    match facts.event, facts.category:
        case "admission", _:
            to_live = worded(" to live {where}", where=where) if where else ""
            return worded("The child is admitted{when}{to_live}", when=when, to_live=to_live)
        case "discharge", _:
            after = worded(" after living {where}", where=where) if where else ""
            return worded("The child leaves{when}{after}", when=when, after=after)
        case "return", "away":
            return worded("The child returned{when} after being away without authorisation", when=when)
        case "return", _:
            return worded("The child returned{when} after being missing", when=when)
        case _, "away":
            return worded("The child was reported away without authorisation{when}", when=when)
        case _:
            return worded("The child was reported missing{when}", when=when)


def _when(facts: Facts) -> str:
    """`` on`` its day, or its instant; empty where it is not known."""
    at = facts.happened_at
    if at is None:
        return ""
    return worded(" on {when}", when=london_date(at) if event_is_date_only(facts) else at)


def _event_field(facts: Facts) -> str:
    names = {"placement_end": "ends_at", "discharge": "ends_at", "return": "returned_at"}
    reported = facts.event in ("missing", "placement_change") and facts.reported_at is not None
    return names.get(facts.event, "reported_at" if reported else "starts_at")


def event_is_date_only(facts: Facts) -> bool:
    """Whether only the day of the event is known, so that its instant is 00:00 of that day."""
    return _event_field(facts) in facts.date_only
