"""What is known of an interview beside what the author of its report writes: when, how, for which episodes, in time?"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.core.clock import iso
from hub.missing import subjects
from hub.spotpurchase.interviews.models import Appointment
from hub.spotpurchase.models import InterviewRequest
from hub.spotpurchase.reports import queries
from hub.spotpurchase.reports.complete import Known

_SHOWN: Final = ("held_at", "held_until", "mode", "in_time", "late_because")


def facts_of(session: Session, request: InterviewRequest, held: Appointment) -> dict[str, Any]:
    """The facts as they are sealed with the report when it is sent; each episode by its own clock of 72 hours."""
    held_at = held.held_at or held.starts_at
    episodes = [
        {"ref": episode.ref, "returned_at": iso(served.returned_at), "in_time": held_at <= served.latest_at}
        for served, episode in queries.episodes_of(session, request.id)
    ]
    known = {
        "held_at": iso(held_at),
        "held_until": iso(held.held_until) if held.held_until else None,
        "mode": held.mode,
        "in_time": all(each["in_time"] for each in episodes),
        "late_because": held.late_reason,
        "episodes": episodes,
    }
    return {name: value for name, value in known.items() if value is not None}


def known_of(session: Session, request: InterviewRequest, facts: Mapping[str, Any]) -> Known:
    """What a report of this interview is checked against."""
    return Known(
        has_host=has_host(request),
        in_time=bool(facts["in_time"]),
        late_because=facts.get("late_because"),
        episodes=frozenset(each["ref"] for each in facts["episodes"]),
        born_on=subjects.born_on(session, request.child_id),
    )


def has_host(request: InterviewRequest) -> bool:
    """Whether the child lives in the area of another council than the one that placed it."""
    return request.host_authority_id not in (None, request.placing_authority_id)


def with_facts(record: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """*record* with the facts of the interview among what is said of it."""
    known = {name: facts[name] for name in _SHOWN if name in facts}
    return {**record, "interview": {**known, **record.get("interview", {})}}
