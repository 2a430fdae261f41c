"""The plain words of an explanation: one sentence that a tired person can check against the case."""

from collections.abc import Sequence
from datetime import datetime

from hub.core.clock import LONDON
from hub.duties.facts import Council, Facts

_SETTING = {
    "foster_ifa": "with an independent fostering agency's carer",
    "foster_own": "with the council's own foster carer",
    "foster_other_la": "with another council's foster carer",
    "connected_person": "with a connected person",
    "childrens_home": "in a children's home",
    "secure_home": "in a secure children's home",
    "supported_accommodation": "in supported accommodation",
    "residential_school": "in a residential school",
    "parent": "with a parent",
    "adoption": "for adoption",
    "health": "in health accommodation",
    "youth_detention": "in youth detention accommodation",
    "independent": "in independent living",
}
# Spelt out here, so that no machine's locale changes an explanation.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def setting_words(setting: str | None) -> str:
    """``in a children's home`` and the like; empty for a setting that is other or was not given."""
    return _SETTING.get(setting or "", "")


def joined(parts: Sequence[str]) -> str:
    """``a, b and c``."""
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def in_london(instant: datetime, *, day_only: bool = False) -> str:
    """``2 April 2026 at 14:00`` by London's clocks, or the day alone."""
    local = instant.astimezone(LONDON)
    day = f"{local.day} {_MONTHS[local.month - 1]} {local.year}"
    return day if day_only else f"{day} at {local:%H:%M}"


def placing_name(facts: Facts) -> str:
    """The placing authority by name, without the full stop that some names carry."""
    return _named(facts.placing, "the placing authority")


def host_name(facts: Facts) -> str:
    """The host authority by name, or the country where there is none."""
    return facts.host_country or _named(facts.host, "the host authority")


def _named(council: Council | None, otherwise: str) -> str:
    return council.name.replace(".", "") if council else otherwise


def sentence(facts: Facts, clauses: Sequence[str]) -> str:
    """What happened, then why that sets the duty off, as one sentence."""
    reasons = joined(list(clauses))
    return f"{_event(facts)}{': ' if reasons else ''}{reasons}."


def _event(facts: Facts) -> str:
    where = setting_words(facts.setting)
    subject = f"placement {where}".rstrip()
    on = _when(facts)
    match facts.event:
        case "placement_start":
            return f"{'An emergency' if facts.emergency else 'A planned'} {subject} starts{on}"
        case "placement_change":
            return f"Details of the running {subject} change{on}"
        case "placement_end":
            return f"The {subject} ends{on}{' without notice before' if facts.emergency else ' as planned'}"
        case "admission":
            return f"The child is admitted{on} to live {where}".removesuffix(" to live ")
        case "discharge":
            return f"The child leaves{on} after living {where}".removesuffix(" after living ")
        case "return":
            return f"The child returned{on}{_from(facts)}"
        case _:
            return f"The child was reported {_absent(facts)}{on}"


def _when(facts: Facts) -> str:
    at = facts.happened_at
    return f" on {in_london(at, day_only=_event_field(facts) in facts.date_only)}" if at else ""


def _event_field(facts: Facts) -> str:
    names = {"placement_end": "ends_at", "discharge": "ends_at", "return": "returned_at"}
    reported = facts.event in ("missing", "placement_change") and facts.reported_at is not None
    return names.get(facts.event, "reported_at" if reported else "starts_at")


def event_is_date_only(facts: Facts) -> bool:
    """Whether only the day of the event is known, so that its instant is 00:00 of that day."""
    return _event_field(facts) in facts.date_only


def _absent(facts: Facts) -> str:
    return "away without authorisation" if facts.category == "away" else "missing"


def _from(facts: Facts) -> str:
    return " after being away without authorisation" if facts.category == "away" else " after being missing"
