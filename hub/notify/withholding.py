"""To whom something is owed, where who owes it may not know: asked of whoever knows why, each time that somebody reads.

Nothing here knows a child. A package that does, and that this one may not import, enters itself when it is loaded (``missing``:
a force that owes its word of a shielded child would read where the child lives).
"""

from collections.abc import Collection, Sequence
from typing import Final, Protocol

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.notify.models import Obligation


class Withholder(Protocol):
    """Which of *rows* the actor reads without the organisation that they are owed to: their ids."""

    def __call__(self, session: Session, actor: Actor, rows: Sequence[Obligation]) -> Collection[int]: ...


WITHHOLDERS: Final[list[Withholder]] = []


def withheld(session: Session, actor: Actor, rows: Sequence[Obligation]) -> set[int]:
    """The ids of those of *rows* of which the actor may not know to whom they are owed; it reads the part alone."""
    return {number for asked in WITHHOLDERS for number in asked(session, actor, rows)}
