"""Children who do not exist, back after having been missing, and interviews that are sought for them, for the browser tests."""

from datetime import timedelta
from typing import Any

import requests

from hub.core.clock import utc_now
from tests.browser.conftest import RunningHub
from tests.browser.desk_papers import asked
from tests.browser.missing_seed import does, placed, reported

BY = "P. Fictitious, duty worker"
WANTED: dict[str, Any] = {
    "risk": "Invented: no known risk to an adult.",
    "contact": {"name": "P. Fictitious", "phone": "01632 960123"},
    "preferences": {"where": "Invented: a café", "who": "Invented: a woman"},
    "price_cap_pence": 20_000,
    "purchase_order": "PO-0001",
    "by": BY,
}


def back(hub: RunningHub, given: str, family: str, *, hours: float = 2) -> str:
    """A child of Leeds in Willow House was missing, and has been back for so many hours; the episode."""
    return again(hub, placed(hub, given, family), hours=hours)


def again(hub: RunningHub, placement: str, *, hours: float) -> str:
    """The child of that placement was missing, and has been back for so many hours; the episode."""
    ref = reported(hub, "willow_house", placement, hours=hours + 5)
    returned_at = utc_now() - timedelta(hours=hours)
    does(hub, "willow_house", ref, "return", returned_at=returned_at.isoformat())
    return ref


def sought(hub: RunningHub, *episodes: str, **said: Any) -> str:
    """Leeds asks for the interview; the request."""
    return str(asked(hub, "leeds", "/interview-requests", {**WANTED, "episodes": list(episodes), **said})["ref"])


def ask_of(hub: RunningHub, request: str, member: str) -> str:
    """What that provider was asked."""
    headers = {"Authorization": f"Bearer {hub.cast.tokens['leeds']}"}
    told = requests.get(f"{hub.address}/api/v1/interview-requests/{request}", headers=headers, timeout=30).json()
    return str(next(each["ref"] for each in told["asks"] if each["provider"]["ref"] == hub.cast.refs[member]))


def offers(hub: RunningHub, member: str, request: str, *, hours: float = 20, **said: Any) -> None:
    """That provider offers to hold it, so many hours ahead."""
    earliest = (utc_now() + timedelta(hours=hours)).isoformat()
    told = {"earliest_at": earliest, "mode": "in_person", "by": "N. Pretend, coordinator", **said}
    asked(hub, member, f"/interview-asks/{ask_of(hub, request, member)}/offer", told)


def declines(hub: RunningHub, member: str, request: str, code: str = "no_capacity") -> None:
    """That provider says no."""
    asked(hub, member, f"/interview-asks/{ask_of(hub, request, member)}/decline", {"code": code, "by": BY})


def says(hub: RunningHub, member: str, request: str, text: str) -> None:
    """That provider asks something."""
    asked(hub, member, f"/interview-asks/{ask_of(hub, request, member)}/messages", {"text": text, "by": BY})


def books(hub: RunningHub, member: str, request: str, *, hours: float = 20) -> None:
    """Whoever holds it books a time so many hours ahead."""
    starts = (utc_now() + timedelta(hours=hours)).isoformat()
    told = {"starts_at": starts, "mode": "in_person", "place": "Invented: a library", "by": BY}
    asked(hub, member, f"/interview-requests/{request}/appointments", told)


def tries(hub: RunningHub, member: str, request: str, outcome: str = "no_contact") -> None:
    """Whoever holds it tried to reach the child just now, and could not."""
    told = {"at": utc_now().isoformat(), "how": "phone", "outcome": outcome, "by": BY}
    asked(hub, member, f"/interview-requests/{request}/attempts", told)


def hears_from_child(hub: RunningHub, member: str, request: str, said: str) -> str:
    """The child was offered it just now, and said that; the reference of the offer."""
    told = {"offered_at": utc_now().isoformat(), "how": "phone", "said": said, "by": BY}
    return str(asked(hub, member, f"/interview-requests/{request}/child-offers", told)["ref"])
