"""The life of a delivery (one alert by one channel) and of a personal e-mail. A lease is a pair of columns, not a state."""

from typing import Final

from hub.core.machine import Machine, Move

REACHED: Final = ("accepted", "delivered")
"""The states in which the other side has it."""
FLAGGED: Final = "channel_flagged"
"""The code of a delivery that was kept back because its contact point was found broken."""

DELIVERY: Final = Machine(
    "delivery",
    start="queued",
    moves=(
        Move.of("accept", {"queued"}, "accepted", by="the channel"),
        # An inbox takes it at once; a receipt may say later that it arrived.
        Move.of("deliver", {"queued", "accepted"}, "delivered", by="the channel"),
        Move.of("put_back", {"queued"}, "queued", by="the channel"),
        Move.of("fail", {"queued"}, "failed", by="the channel"),
        # A report of failure may come before our own record that the message was accepted.
        Move.of("bounce", {"queued", "accepted", "delivered"}, "bounced", by="the mail system"),
        Move.of("cancel", {"queued"}, "cancelled", by="the hub"),
        # Not sent at all, and seen not to be: the channel is switched off or was found broken.
        Move.of("suppress", {"queued"}, "suppressed", by="the hub"),
        Move.of("resend", {"failed", "bounced", "suppressed"}, "queued", by="the owner, or the operator"),
    ),
)

PERSONAL_MAIL: Final = Machine(
    "personal e-mail",
    start="queued",
    moves=(
        Move.of("send", {"queued"}, "sent", by="the mail server"),
        Move.of("put_back", {"queued"}, "queued", by="the mail server"),
        Move.of("give_up", {"queued"}, "failed", by="the mail server, or the hub"),
        # A report of failure may come before our own record that the message was accepted.
        Move.of("bounce", {"queued", "sent"}, "failed", by="the mail system"),
    ),
)
