"""The life of a match, and the way back of a placement that was combined with another."""

from typing import Final

from hub.core.machine import Machine, Move

MATCH: Final = Machine(
    "match of two placements",
    start="doubtful",
    moves=(
        # A certain match is linked from the start. A person may change their mind, both ways.
        Move.of("confirm", {"doubtful", "rejected", "undone"}, "confirmed", by="placing or host"),
        Move.of("reject", {"doubtful"}, "rejected", by="placing or host"),
        Move.of("undo", {"linked", "confirmed"}, "undone", by="placing or host"),
    ),
)

_STATES: Final = ("proposed", "unconfirmed", "confirmed", "ended", "cancelled")
RETURN: Final = Machine(
    "placement that was combined",
    start="cancelled",
    moves=tuple(Move.of(f"back_to_{state}", set(_STATES) - {state}, state, by="placing or host") for state in _STATES),
)
"""Undoing a match puts a placement back into the state it was in before."""
