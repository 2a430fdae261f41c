"""The life of an obligation. *Overdue* is not a state: it is open and past ``due_at``, and computed where it is asked."""

from hub.core.machine import Machine, Move

CLOSED = ("met", "met_late", "excused", "void")

OBLIGATION = Machine(
    "obligation",
    start="open",
    moves=(
        # Met when whoever owes it did their part (which decides lateness) and the organisation it is owed to was reached.
        Move.of("meet", {"open"}, "met", by="owed_by"),
        Move.of("meet_late", {"open"}, "met_late", by="owed_by"),
        Move.of("excuse", {"open"}, "excused", by="owed_by"),
        Move.of("void", {"open"}, "void", by="owed_to or the hub"),
        Move.of("reopen", CLOSED, "open", by="the hub, or whoever it is owed to"),
    ),
)

DUTY_OF_PROMISE = {"enter_register": "EREG", "pass_on": "EFAN"}
"""What somebody who acknowledges may promise, and the duty that is chased when the promise is not kept."""
