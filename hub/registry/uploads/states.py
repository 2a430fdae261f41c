"""The life of a spreadsheet of notices, from its checking to its erasure."""

from typing import Final

from hub.core.machine import Machine, Move

UPLOAD: Final = Machine(
    "upload",
    start="checked",
    moves=(
        Move.of("register", {"checked"}, "registering", by="sender"),
        Move.of("pause", {"registering"}, "paused", by="sender"),
        Move.of("resume", {"paused", "stopped"}, "registering", by="sender"),
        Move.of("leave_out", {"registering", "paused", "stopped"}, "done", by="sender"),
        Move.of("discard", {"checked"}, "discarded", by="sender"),
        Move.of("stop", {"registering"}, "stopped", by="system"),
        Move.of("finish", {"registering"}, "done", by="system"),
        Move.of("erase", {"checked", "paused", "stopped", "done", "discarded"}, "erased", by="system"),
    ),
)
