"""The life of a notice and of a placement. An acknowledgement is a row for each recipient, not a state."""

from hub.core.machine import Machine, Move

NOTICE = Machine(
    "notice",
    start="draft",
    moves=(
        Move.of("register", {"draft"}, "registered", by="sender"),
        Move.of("discard", {"draft"}, "discarded", by="sender"),
        Move.of("correct", {"registered"}, "superseded", by="sender"),
        Move.of("withdraw", {"registered"}, "withdrawn", by="sender"),
    ),
)

PLACEMENT = Machine(
    "placement",
    start="proposed",
    moves=(
        # The placing authority's own notice of the start: nobody need ask whether the child is there.
        Move.of("confirm", {"proposed", "unconfirmed"}, "confirmed", by="placing"),
        # Somebody else says that the child is there, or the placing authority takes its word back.
        Move.of("observe", {"proposed", "confirmed"}, "unconfirmed", by="provider"),
        Move.of("end", {"proposed", "unconfirmed", "confirmed"}, "ended", by="placing or provider"),
        # The notice of the end was withdrawn or corrected.
        Move.of("resume", {"ended"}, "confirmed", by="placing"),
        Move.of("resume_unconfirmed", {"ended"}, "unconfirmed", by="provider"),
        Move.of("cancel", {"proposed", "unconfirmed", "confirmed", "ended"}, "cancelled", by="sender"),
    ),
)

APPROVAL_REQUEST = Machine(
    "approval request",
    start="waiting",
    moves=(
        Move.of("approve", {"waiting"}, "approved", by="nominated officer or director"),
        Move.of("send_back", {"waiting"}, "sent_back", by="nominated officer or director"),
        Move.of("withdraw", {"waiting"}, "withdrawn", by="whoever may ask"),
    ),
)
