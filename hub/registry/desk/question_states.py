"""The life of a question about a notice: the sender's turn while it is open, the recipient's once it is answered."""

from typing import Final

from hub.core.machine import Machine, Move

QUESTION: Final = Machine(
    "question",
    start="open",
    moves=(
        Move.of("answer", {"open"}, "answered", by="sender"),
        Move.of("ask_again", {"answered", "closed"}, "open", by="recipient"),
        # Whoever asked says that it is settled; the sender cannot.
        Move.of("close", {"open", "answered"}, "closed", by="recipient"),
    ),
)
