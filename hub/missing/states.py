"""The life of a missing episode, and of the question whether two are one. Every step can be taken back."""

from typing import Final

from hub.core.machine import Machine, Move

EPISODE: Final = Machine(
    "missing episode",
    start="reported",
    moves=(
        Move.of("locate", {"reported"}, "located", by="force, placing, host or provider"),
        Move.of("return", {"reported", "located"}, "returned", by="force, placing, host or provider"),
        # The last report that stood was taken back.
        Move.of("withdraw", {"reported", "located", "returned"}, "withdrawn", by="who reported it"),
        Move.of(
            "merge", {"reported", "located", "returned", "withdrawn"}, "merged", by="the hub, placing, host or force"
        ),
        # Something was taken back, or told later: it stands where the rest of what was said puts it.
        Move.of("back_to_reported", {"located", "returned", "withdrawn", "merged"}, "reported", by="who said it"),
        Move.of("back_to_located", {"returned", "withdrawn", "merged"}, "located", by="who said it"),
        Move.of("back_to_returned", {"withdrawn", "merged"}, "returned", by="who said it"),
        Move.of("back_to_withdrawn", {"merged"}, "withdrawn", by="who said it"),
    ),
)

EPISODE_MATCH: Final = Machine(
    "match of two episodes",
    start="doubtful",
    moves=(
        Move.of("confirm", {"doubtful", "rejected", "undone"}, "confirmed", by="placing, host or force"),
        Move.of("reject", {"doubtful"}, "rejected", by="placing, host or force"),
        Move.of("undo", {"joined", "confirmed"}, "undone", by="placing, host or force"),
    ),
)

RUNNING: Final = ("reported", "located")
"""States in which a child is still awaited."""
STANDING: Final = ("reported", "located", "returned")
"""States in which an episode counts."""


def move_to(was: str, state: str) -> str:
    """The action that takes an episode from *was* to another *state*."""
    forward = {"located": "locate", "returned": "return", "withdrawn": "withdraw", "merged": "merge"}.get(state, "")
    if forward and was in EPISODE.move(forward).sources:
        return forward
    return f"back_to_{state}"
