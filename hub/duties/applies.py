"""Which duties a set of facts sets off, and the fact, in words, that makes each condition of a row hold.

A row names its conditions under ``when``. Each is one function here: ``None`` when it does not hold, otherwise the
clause that goes into the explanation (empty where there is nothing worth saying). A row follows the nation of whoever
owes it, so that placements across the border need no code of their own.
"""

import calendar as months
from collections.abc import Callable
from datetime import date

from hub.core.clock import london_date
from hub.core.sentences import Sentence, listed, worded
from hub.duties.facts import Facts
from hub.duties.table import Duty, Law
from hub.duties.wording import host_name, marker_words, placing_name, setting_words, status_words

Clause = str | None
Condition = Callable[[Facts, Law], Clause]

_OWED_BY_PLACING_SIDE = ("placing_authority", "entry_authority")


def applicable(law: Law, facts: Facts) -> list[tuple[Duty, list[str]]]:
    """The rows that *facts* set off, in the order of the table, each with the clauses that say why."""
    found = []
    for duty in law.duties.values():
        clauses = clauses_for(duty, facts, law) if _may_start(duty, facts) else None
        if clauses is not None:
            found.append((duty, clauses))
    return found


def clauses_for(duty: Duty, facts: Facts, law: Law) -> list[str] | None:
    """Why the conditions of *duty* hold, or ``None`` when one of them does not."""
    clauses = []
    for name in duty.when:
        clause = CONDITIONS[name](facts, law)
        if clause is None:
            return None
        if clause:
            clauses.append(clause)
    return clauses


def _may_start(duty: Duty, facts: Facts) -> bool:
    known = duty.enabled and duty.opened_by == "calculator" and facts.event in duty.starts
    return known and _owed_in_this_nation(duty, facts) and _in_force(duty, facts)


def _owed_in_this_nation(duty: Duty, facts: Facts) -> bool:
    on_placing_side = duty.owed_by in _OWED_BY_PLACING_SIDE
    council = facts.placing if on_placing_side else facts.host
    if council is None:
        return not on_placing_side and facts.host_country is None and duty.jurisdiction == "England and Wales"
    return council.nation in duty.jurisdiction


def _in_force(duty: Duty, facts: Facts) -> bool:
    """Law is dated; the hub's own policy, and what is only encouraged, is applied to whatever the hub is told of."""
    at = facts.happened_at
    return at is None or duty.basis in ("policy", "recommendation") or duty.in_force_on(london_date(at))


def is_gated(facts: Facts, law: Law) -> bool:
    """Whether the placement needs the approval of SI 2010/959 reg 11; what is contested goes by policy, the council's first."""
    if facts.setting in law.rules.approval_exempt:
        return False
    if facts.setting not in law.rules.approval_contested:
        return True
    council = law.decided_by(facts.placing)
    decided = council.gate_also_applies_to if council else None
    return facts.setting in (law.tolerance.gate_also_applies_to if decided is None else decided)


def is_looked_after(facts: Facts, law: Law) -> bool:
    """Whether the legal status makes the child looked after; a status that was not given is taken to."""
    return facts.legal_status not in law.rules.not_looked_after


def is_detained(facts: Facts, law: Law) -> bool:
    """Whether the child is remanded to youth detention accommodation, for which reg 13(4) is not established."""
    rules = law.rules
    return facts.legal_status in rules.detention_statuses or facts.setting in rules.detention_settings


def add_months(day: date, number: int) -> date:
    """The same day *number* months on, or the last day of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def _holds(true: bool, clause: str = "") -> Clause:
    return clause if true else None


def _under_18(facts: Facts, law: Law) -> Clause:
    return _holds(facts.age is None or facts.age < 18)


def _planned(facts: Facts, law: Law) -> Clause:
    return _holds(not facts.emergency)


def _emergency(facts: Facts, law: Law) -> Clause:
    return _holds(facts.emergency)


def _looked_after(facts: Facts, law: Law) -> Clause:
    if facts.legal_status is None:
        return worded("the child is taken to be looked after as no legal status is given")
    return _holds(is_looked_after(facts, law), worded("the child is looked after {how}", how=_how(facts)))


def _not_looked_after(facts: Facts, law: Law) -> Clause:
    return _holds(not is_looked_after(facts, law), worded("the child is not looked after {how}", how=_how(facts)))


def _how(facts: Facts) -> str:
    return status_words(facts.legal_status)


def _not_adoption(facts: Facts, law: Law) -> Clause:
    return _holds(facts.setting not in law.rules.adoption_settings)


def _care_planning_runs(facts: Facts, law: Law) -> Clause:
    off = facts.setting in law.rules.adoption_settings or is_detained(facts, law)
    return None if off else _looked_after(facts, law)


def _out_of_area(facts: Facts, law: Law) -> Clause:
    clause = worded("{host} is outside the area of {placing}", host=host_name(facts), placing=placing_name(facts))
    return _holds(facts.is_out_of_area, clause)


def _within_england_and_wales(facts: Facts, law: Law) -> Clause:
    return _holds(facts.host is not None)


def _adjoining(facts: Facts, law: Law) -> Clause:
    return _holds(facts.relation == "adjoining", worded("the two areas adjoin"))


def _distant(facts: Facts, law: Law) -> Clause:
    return _holds(facts.relation == "distant", worded("the two areas do not adjoin"))


def _gated(facts: Facts, law: Law) -> Clause:
    return _holds(is_gated(facts, law), worded("a placement of this kind needs approval first"))


def _no_short_break(facts: Facts, law: Law) -> Clause:
    """Not a short break, or one that the exemption does not cover. Law: SI 2010/959 reg 48; WSI 2015/1818 reg 62."""
    stay = facts.short_break
    if stay is None or facts.placing is None:
        return ""
    limit = law.rules.short_break[facts.placing.nation]
    if facts.legal_status is not None and facts.legal_status not in limit.statuses:
        return worded("the exemption for short breaks does not cover a child looked after {how}", how=_how(facts))
    over = stay.days > limit.days or stay.days_in_12_months > limit.days_in_12_months
    clause = worded(
        "the short break passes the limits of {days} days a stay and {in_12_months} days in 12 months",
        days=limit.days,
        in_12_months=limit.days_in_12_months,
    )
    return _holds(over, clause)


def _childrens_home(facts: Facts, law: Law) -> Clause:
    return _holds(facts.setting in law.rules.home_settings, worded("the child lives in a children's home"))


def _supported_accommodation_16_17(facts: Facts, law: Law) -> Clause:
    rules, at = law.rules, facts.happened_at
    of_age = facts.age is None or rules.supported_from_age <= facts.age < rules.supported_below_age
    registered = at is None or london_date(at) >= rules.supported_from
    holds = facts.setting == "supported_accommodation" and of_age and registered
    if facts.age:
        return _holds(holds, worded("the child is 16 or 17"))
    return _holds(holds, worded("the child is taken to be 16 or 17, with no age given"))


def _fostering_agency(facts: Facts, law: Law) -> Clause:
    return _holds(facts.setting == "foster_ifa", worded("an independent fostering agency's carer receives the child"))


def _host_is_not_placing(facts: Facts, law: Law) -> Clause:
    if facts.placing is None or facts.host is None:
        return _holds(facts.host is not None, worded("no council is named as having placed the child"))
    differs = facts.placing.gss_code != facts.host.gss_code
    return _holds(differs, worded("{host} is not the council that placed the child", host=host_name(facts)))


def _health_or_school(facts: Facts, law: Law) -> Clause:
    return _holds(facts.setting in ("health", "residential_school"), _lives(facts))


def _health(facts: Facts, law: Law) -> Clause:
    return _holds(facts.setting == "health", _lives(facts))


def _lives(facts: Facts) -> Sentence:
    return worded("the child lives {where}", where=setting_words(facts.setting))


def _away_three_months(facts: Facts, law: Law) -> Clause:
    """Three consecutive months, by the calendar; where an end is not given the stay is taken to be long enough."""
    if facts.starts_at is None or facts.ends_at is None:
        return worded("the stay is taken to be of three months or more as its length is not given")
    begins, ends = london_date(facts.starts_at), london_date(facts.ends_at)
    is_long = add_months(begins, law.rules.three_months) <= ends
    return _holds(is_long, worded("the stay is of three months or more"))


def _youth_detention(facts: Facts, law: Law) -> Clause:
    return _holds(is_detained(facts, law), worded("the child is remanded to youth detention accommodation"))


def _criteria_named(facts: Facts, law: Law) -> Clause:
    """Always holds: the police are told of every placement out of area; the criteria only say why."""
    matched = [marker_words(marker) for marker in sorted(facts.markers & law.rules.police_criteria)]
    if not matched:
        return worded("no police criterion was matched")
    return worded("the police criteria matched are {criteria}", criteria=listed(matched))


def _reported_missing(facts: Facts, law: Law) -> Clause:
    return _holds(facts.category != "away")


def _was_missing(facts: Facts, law: Law) -> Clause:
    return _holds(facts.category != "away")


CONDITIONS: dict[str, Condition] = {
    "under_18": _under_18,
    "planned": _planned,
    "emergency": _emergency,
    "looked_after": _looked_after,
    "not_looked_after": _not_looked_after,
    "not_adoption": _not_adoption,
    "care_planning_runs": _care_planning_runs,
    "out_of_area": _out_of_area,
    "within_england_and_wales": _within_england_and_wales,
    "adjoining": _adjoining,
    "distant": _distant,
    "gated": _gated,
    "no_short_break": _no_short_break,
    "childrens_home": _childrens_home,
    "supported_accommodation_16_17": _supported_accommodation_16_17,
    "fostering_agency": _fostering_agency,
    "host_is_not_placing": _host_is_not_placing,
    "health_or_school": _health_or_school,
    "health": _health,
    "away_three_months": _away_three_months,
    "youth_detention": _youth_detention,
    "criteria_named": _criteria_named,
    "reported_missing": _reported_missing,
    "was_missing": _was_missing,
}
