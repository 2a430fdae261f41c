"""Every state in which docs/states.md draws the broker's rows is reached, and each move stands in the feeds of both its ends."""

from collections.abc import Callable
from contextlib import closing
from typing import Final

from hub.spotpurchase import states
from tests.spotpurchase.brokering import Brokering
from tests.spotpurchase.brokering_tells import Told, each_move_is_told
from tests.spotpurchase.story import HOUR

STORY: Final[tuple[Callable[[Brokering], None], ...]] = (
    lambda story: story.goes_missing(5),
    lambda story: story.comes_back(60),
    # Asked, declined, named, offered, expired; sought again, taken.
    lambda story: story.asks(award="by_hand"),
    lambda story: story.declines("kent_returns"),
    lambda story: story.refers("northstar", "beacon"),
    lambda story: story.offers("beacon"),
    lambda story: story.passes(25 * HOUR),
    lambda story: story.asks_again(),
    lambda story: story.asks_by_hand("beacon", "northstar"),
    lambda story: story.offers("beacon"),
    lambda story: story.offers("northstar"),
    lambda story: story.commissions("provider", "beacon"),
    # Booked, missed, taken back; booked, cancelled; taken from whoever had it.
    lambda story: story.books("beacon", 5),
    lambda story: story.passes(6 * HOUR, works=False),
    lambda story: story.attempts("beacon", "not_there"),
    lambda story: story.takes_back("beacon", "attempt"),
    lambda story: story.books("beacon", 20),
    lambda story: story.cancels_time("leeds"),
    lambda story: story.books("beacon", 20),
    lambda story: story.gives_back("leeds"),
    # Held by the council's own; declined by the child, and not; held, not held, and held.
    lambda story: story.commissions("own_interviewer"),
    lambda story: story.offers_to_child("leeds", "declined"),
    lambda story: story.takes_back("leeds", "offer"),
    lambda story: story.passes(2 * HOUR, works=False),
    lambda story: story.holds_unbooked("leeds"),
    lambda story: story.takes_back("leeds", "interview"),
    lambda story: story.holds_unbooked("leeds"),
    # Written, given, recalled, answered, corrected.
    lambda story: story.writes("leeds"),
    lambda story: story.gives("kent", "summary"),
    lambda story: story.receives("kent", "acknowledge"),
    lambda story: story.gives("kent_police", "intelligence"),
    lambda story: story.recalls(),
    lambda story: story.answers_points("leeds"),
    lambda story: story.answers_points("leeds", "declined"),
    lambda story: story.answers_points("leeds", "open"),
    lambda story: story.answers_points("kent", "done"),
    lambda story: story.corrects("leeds"),
    lambda story: story.writes("leeds"),
    # Another, which is cancelled.
    lambda story: story.passes(HOUR, works=False),
    lambda story: story.goes_missing(1),
    lambda story: story.comes_back(5),
    lambda story: story.asks(),
    lambda story: story.cancels(),
)
MACHINES: Final = {
    "rhi": states.INTERVIEW_REQUEST,
    "ask": states.ASK,
    "com": states.COMMISSION,
    "apt": states.APPOINTMENT,
    "irp": states.INTERVIEW_REPORT,
    "shr": states.SHARE,
    "rec": states.RECOMMENDATION,
    "sfr": states.REFERRAL,
}


def test_every_state_is_reached_by_a_move_that_everybody_concerned_is_told_of(
    begins: Callable[[], Brokering],
) -> None:
    story, told = begins(), Told()
    reached: dict[str, set[str]] = {kind: set() for kind in MACHINES}
    with closing(story):
        for act in STORY:
            act(story)
            each_move_is_told(story, told)
            for ref, state in told.states.items():
                reached[ref[:3]].add(state)
    assert reached == {kind: set(machine.states) for kind, machine in MACHINES.items()}
