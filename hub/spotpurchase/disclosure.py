"""What of a request is shown to whom, and when. Pure: facts go in, those that policy lets out come out.

Before it is commissioned a provider sees an age band, an area, needs and a time: nothing by which the child could be known.
"""

from collections.abc import Mapping
from typing import Any, Final

from hub.spotpurchase.policy import CLOSED_FACTS, OPEN_FACTS, InterviewPolicy
from hub.spotpurchase.states import SEEKING

FACTS: Final = (*OPEN_FACTS, *CLOSED_FACTS)
PLACING: Final = "placing"
_NOTHING: Final = frozenset[str]()


def stage_of(part: str, request_state: str, ask_state: str | None) -> str:
    """At which stage somebody with *part* (``placing``, ``host``, ``performer``, ``asked``) is.

    *ask_state*: of its own ask. A performer's commission stands or was kept; an asked provider's answer is still wanted while
    nobody was commissioned and it has not said no.
    """
    match part:
        case "placing":
            return PLACING
        case "host":
            return "host"
        case "performer":
            return "commissioned"
        case _:
            is_wanted = request_state in SEEKING and ask_state in ("asked", "offered", "lapsed")
            return "asked" if is_wanted else "over"


def visible(stage: str, policy: InterviewPolicy) -> frozenset[str]:
    """The names of the facts that *stage* shows. A stage that is not known shows nothing."""
    return frozenset(FACTS) if stage == PLACING else policy.stages.get(stage, _NOTHING)


def shown(facts: Mapping[str, Any], part: str, stage: str, policy: InterviewPolicy) -> dict[str, Any]:
    """Of *facts* (by name) those that somebody with *part* sees at *stage*. All are the placing authority's own."""
    allowed = visible(stage, policy) if (part == PLACING) == (stage == PLACING) else _NOTHING
    return {name: value for name, value in facts.items() if name in allowed}
