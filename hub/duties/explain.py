"""What is owed on these facts: by whom, to whom, by when, on what authority, and why, in one sentence."""

from dataclasses import dataclass
from datetime import date, datetime

from hub.core.sentences import worded
from hub.duties.applies import applicable, is_detained, is_looked_after
from hub.duties.calendar import Calendar
from hub.duties.clocks import DAY_ONLY, Due, clock_for, due
from hub.duties.facts import Facts
from hub.duties.rules import Source
from hub.duties.table import Duty, Law
from hub.duties.wording import event_is_date_only, placing_name, sentence, setting_words

_SHORT_BREAK_STATUS = "S20SB"
_THREE_MONTHS_SETTINGS = ("health", "residential_school")
"""Where a child may live who is not looked after, and of whom a council is told after three months."""


@dataclass(frozen=True, kw_only=True)
class Owed:
    """One duty owed on one set of facts. ``due_at`` is UTC; ``due_on`` is the civil date of a day clock."""

    code: str
    says: str
    owed_by: str
    owed_to: str
    also_to: tuple[str, ...]
    due_at: datetime | None
    due_on: date | None
    due_is_policy: bool
    basis: str
    source: tuple[Source, ...]
    because: str
    confidence: str
    in_force_from: date | str
    warnings: tuple[str, ...]


def explain(law: Law, calendar: Calendar, facts: Facts) -> list[Owed]:
    """Every duty the event sets off, for everyone, in the order of the table; an empty list where nothing is owed."""
    shared = (*facts.warnings, *_cautions(facts, law))
    return [_owed(duty, clauses, facts, law, calendar, shared) for duty, clauses in applicable(law, facts)]


def _owed(duty: Duty, clauses: list[str], facts: Facts, law: Law, calendar: Calendar, shared: tuple[str, ...]) -> Owed:
    when = due(duty, facts, law=law, calendar=calendar)
    owed_to, also_to = _recipients(duty, facts)
    taken = taken_as_recommended(duty, facts, law)
    basis = "recommendation" if taken else duty.basis_when_away if facts.category == "away" else duty.basis
    return Owed(
        code=duty.code,
        says=duty.says,
        owed_by=duty.owed_by,
        owed_to=owed_to,
        also_to=also_to,
        due_at=when.at,
        due_on=when.on,
        due_is_policy=when.is_policy or basis in ("policy", "recommendation"),
        basis=basis,
        source=duty.source,
        because=sentence(facts, [*clauses, *_approval(duty, facts, when), *taken]),
        confidence=duty.confidence_in_emergency if facts.emergency else duty.confidence,
        in_force_from=duty.in_force_from,
        warnings=(*when.warnings, *_own_cautions(duty, facts), *(NO_EXCEPTION for _ in taken), *shared),
    )


NO_EXCEPTION = worded(
    "The regulation makes no exception here: that the notice is only recommended is the council's own decision."
)


def taken_as_recommended(duty: Duty, facts: Facts, law: Law) -> list[str]:
    """The clause that says so, where the placing council takes *duty* as recommended in this setting."""
    council = law.decided_by(facts.placing)
    left_out = council.notice_recommended_for.intersection(duty.recommended_by_councils_for) if council else frozenset()
    if facts.setting not in left_out:
        return []
    return [
        worded(
            "{council} has decided that this is recommended, not owed, for a child {where}",
            council=placing_name(facts),
            where=setting_words(facts.setting),
        )
    ]


def _recipients(duty: Duty, facts: Facts) -> tuple[str, tuple[str, ...]]:
    """Within its own area a council does not write to itself: what is left are the others the row names."""
    if facts.relation != "in_area":
        return duty.owed_to, duty.also_to
    everyone = [role for role in (duty.owed_to, *duty.also_to) if role != "host_authority"]
    owed_by_placing = duty.owed_by == "placing_authority"
    if duty.owed_to == "host_authority" and not (owed_by_placing and everyone):
        return duty.owed_to, duty.also_to
    return everyone[0], tuple(everyone[1:])


def _approval(duty: Duty, facts: Facts, when: Due) -> list[str]:
    clock = clock_for(duty, facts)
    counted = facts.approved_at and (clock.count_from == "approval" or when.at == facts.approved_at)
    return [worded("the time is counted to or from the approval")] if counted else []


def _own_cautions(duty: Duty, facts: Facts) -> list[str]:
    cautions: list[str] = []
    if clock_for(duty, facts).unit == "hours" and event_is_date_only(facts):
        cautions.append(DAY_ONLY)
    if "away_three_months" in duty.when and (facts.starts_at is None or facts.ends_at is None):
        cautions.append(worded("Owed only where the stay is, or is meant to be, of three consecutive months or more."))
    if "health_or_school" in duty.when and facts.setting == "residential_school":
        cautions.append(
            worded("Owed only where the council that places for education is not itself the responsible council.")
        )
    return cautions


def _cautions(facts: Facts, law: Law) -> list[str]:
    if not facts.host_country:
        return cautions(facts, law)
    country = worded(
        "The rules of {country} are not modelled here: check what else is owed.", country=facts.host_country
    )
    return [country, *cautions(facts, law)]


def cautions(facts: Facts, law: Law) -> list[str]:
    """What a person should know about the facts as a whole, whichever duties they set off."""
    cautions: list[str] = []
    if facts.setting is None and facts.event in ("placement_start", "admission"):
        cautions.append(
            worded("The setting was not given: approval is taken to be needed, and no provider's duty is shown.")
        )
    if facts.setting in _THREE_MONTHS_SETTINGS and facts.legal_status is None:
        cautions.append(
            worded(
                "No legal status was given, so the child is taken to be looked after. Where the child is not, whoever "
                "accommodates the child may have to tell a council: give the legal status to see it."
            )
        )
    if facts.legal_status == _SHORT_BREAK_STATUS and facts.short_break is None:
        cautions.append(
            worded("The legal status is of short breaks, but no days were given: the notices are shown as owed.")
        )
    if facts.setting in ("supported_accommodation", "independent") and facts.age is not None and facts.age < 16:
        cautions.append(worded("A child under 16 in this setting may be an unlawful placement: tell a manager."))
    if is_detained(facts, law) and is_looked_after(facts, law):
        cautions.append(
            worded("Whether the notices of a placement apply to youth detention accommodation is not established.")
        )
    return cautions
