"""The life of a request for an interview, of each ask, of a commission, and of what follows. docs/states.md draws them."""

from typing import Final

from hub.core.machine import Machine, Move

INTERVIEW_REQUEST: Final = Machine(
    "request for an interview",
    start="requested",
    moves=(
        # Exactly one offer wins: the state it starts from is the guard.
        Move.of(
            "commission", {"requested", "unplaced"}, "commissioned", by="placing, or the hub for the first acceptable"
        ),
        # Nobody is left to ask, or the time for asking is over: the placing authority decides.
        Move.of("run_out", {"requested"}, "unplaced", by="the hub"),
        Move.of("schedule", {"commissioned"}, "scheduled", by="performer"),
        Move.of("unschedule", {"scheduled"}, "commissioned", by="performer"),
        # Whoever accepted gave it back, or was not heard of again: others are asked while the clock runs on.
        Move.of("lose_performer", {"commissioned", "scheduled"}, "requested", by="performer, placing or the hub"),
        Move.of("complete", {"commissioned", "scheduled"}, "completed", by="performer"),
        Move.of(
            "decline_by_child",
            {"requested", "unplaced", "commissioned", "scheduled"},
            "declined_by_child",
            by="placing or performer",
        ),
        Move.of("report", {"completed"}, "reported", by="performer"),
        # Recorded in error: the interview was not held, or the child had not declined, and whoever had it has it again.
        Move.of("uncomplete", {"completed"}, "commissioned", by="performer"),
        Move.of("undecline", {"declined_by_child"}, "commissioned", by="placing or performer"),
        Move.of("cancel", {"requested", "unplaced", "commissioned", "scheduled"}, "cancelled", by="placing"),
        # A child who said no is offered it again; a request that was cancelled in error stands again.
        Move.of("ask_again", {"unplaced", "declined_by_child", "cancelled"}, "requested", by="placing"),
    ),
)

ASK: Final = Machine(
    "ask",
    start="asked",
    moves=(
        # Late is better than never: an ask whose time ran out may still be answered while nobody has been commissioned.
        Move.of("offer", {"asked", "lapsed"}, "offered", by="provider"),
        Move.of("decline", {"asked", "offered", "lapsed"}, "declined", by="provider"),
        Move.of("refer", {"asked", "lapsed"}, "referred", by="provider"),
        Move.of("lapse", {"asked", "offered"}, "lapsed", by="the hub"),
        Move.of("win", {"offered"}, "won", by="placing, or the hub for the first acceptable"),
        Move.of("lose", {"asked", "offered", "lapsed"}, "not_needed", by="the hub"),
        Move.of("ask_again", {"lapsed", "not_needed", "declined", "referred", "won"}, "asked", by="placing or the hub"),
    ),
)

COMMISSION: Final = Machine(
    "commission",
    start="standing",
    moves=(
        Move.of("fulfil", {"standing"}, "fulfilled", by="performer"),
        Move.of("end", {"standing"}, "ended", by="performer, placing or the hub"),
        # What ended it was recorded in error.
        Move.of("resume", {"fulfilled", "ended"}, "standing", by="placing or performer"),
    ),
)

APPOINTMENT: Final = Machine(
    "appointment",
    start="booked",
    moves=(
        Move.of("hold", {"booked"}, "held", by="performer"),
        Move.of("miss", {"booked"}, "missed", by="performer"),
        Move.of("cancel", {"booked"}, "cancelled", by="performer or placing"),
        # What was recorded of it was wrong: it counts for nothing, and what is true is recorded anew.
        Move.of("take_back", {"held", "missed"}, "taken_back", by="performer"),
    ),
)

INTERVIEW_REPORT: Final = Machine(
    "report of an interview",
    start="draft",
    moves=(
        Move.of("submit", {"draft"}, "submitted", by="performer"),
        Move.of("correct", {"submitted"}, "superseded", by="performer"),
    ),
)

SHARE: Final = Machine(
    "share of a report",
    start="given",
    moves=(
        Move.of("acknowledge", {"given"}, "acknowledged", by="recipient"),
        Move.of("recall", {"given", "acknowledged"}, "recalled", by="placing"),
    ),
)

RECOMMENDATION: Final = Machine(
    "recommendation",
    start="open",
    moves=(
        Move.of("accept", {"open"}, "accepted", by="recipient"),
        Move.of("decline", {"open", "accepted"}, "declined", by="recipient"),
        Move.of("carry_out", {"open", "accepted"}, "done", by="recipient"),
        Move.of("reopen", {"accepted", "declined", "done"}, "open", by="recipient"),
    ),
)

REFERRAL: Final = Machine(
    "safeguarding referral",
    start="open",
    moves=(
        Move.of("answer", {"open"}, "answered", by="placing"),
        Move.of("reopen", {"answered"}, "open", by="placing"),
    ),
)

AGREEMENT: Final = Machine(
    "agreement about interviews",
    start="proposed",
    moves=(
        # A host that pays for every council's children binds nobody but itself, and so agrees by proposing.
        Move.of("agree", {"proposed"}, "agreed", by="the other council, or a host that pays for all"),
        Move.of("refuse", {"proposed"}, "refused", by="the other council"),
        # What was asked for and agreed before stays as it was agreed.
        Move.of("end", {"proposed", "agreed"}, "ended", by="either council"),
    ),
)

SEEKING: Final = ("requested", "unplaced")
"""States in which nobody has been commissioned yet."""
UNDER_WAY: Final = ("requested", "unplaced", "commissioned", "scheduled")
"""States in which the interview is still to be held."""
