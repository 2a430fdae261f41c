"""The lives of a change that takes a second person, and of what the directory was told of an area."""

from typing import Final

from hub.core.machine import Machine, Move

PROPOSAL: Final = Machine(
    "proposal",
    "proposed",
    (
        Move.of("confirm", ["proposed"], "confirmed", by="another person or client of the organisation"),
        Move.of("refuse", ["proposed"], "refused", by="another person or client of the organisation"),
        Move.of("withdraw", ["proposed"], "withdrawn", by="whoever proposed it"),
        Move.of("expire", ["proposed"], "expired", by="the hub, after a week"),
    ),
)

CORRECTION: Final = Machine(
    "correction of an area",
    "proposed",
    (
        Move.of("confirm", ["proposed"], "confirmed", by="the operator"),
        Move.of("refuse", ["proposed", "confirmed"], "refused", by="the operator"),
        Move.of("replace", ["confirmed"], "replaced", by="the operator, who confirmed another of the same postcode"),
    ),
)
