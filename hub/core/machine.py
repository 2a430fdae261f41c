"""State machines as literal tables, and the one guarded UPDATE through which every state changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from hub.core.db import Base, changed
from hub.core.errors import StateConflict
from hub.core.sentences import worded


@dataclass(frozen=True)
class Move:
    """One legal move: *action* takes a row from any of *sources* to *target*; *by* names the party who may."""

    action: str
    sources: frozenset[str]
    target: str
    by: str

    @classmethod
    def of(cls, action: str, sources: Iterable[str], target: str, *, by: str) -> "Move":
        return cls(action, frozenset(sources), target, by)


@dataclass(frozen=True)
class Machine:
    """The legal moves of one kind of row. ``model`` must have a ``state`` column."""

    name: str
    start: str
    moves: tuple[Move, ...]

    @property
    def states(self) -> tuple[str, ...]:
        named = [self.start, *(s for m in self.moves for s in (*sorted(m.sources), m.target))]
        return tuple(dict.fromkeys(named))

    def move(self, action: str) -> Move:
        return next(m for m in self.moves if m.action == action)

    def apply(
        self,
        session: Session,
        model: type[Base],
        action: str,
        where: ColumnElement[bool],
        values: Mapping[str, Any] | None = None,
    ) -> int:
        """Move every row of *model* that *where* selects and whose state allows *action*; return how many moved."""
        move, table = self.move(action), model.__table__
        guarded = (
            update(model).where(where, table.c.state.in_(move.sources)).values(state=move.target, **(values or {}))
        )
        return changed(session, guarded)

    def apply_one(
        self,
        session: Session,
        model: type[Base],
        action: str,
        where: ColumnElement[bool],
        values: Mapping[str, Any] | None = None,
    ) -> None:
        """As :meth:`apply`, for exactly one row: none moved raises ``StateConflict``, never a silent success."""
        if self.apply(session, model, action, where, values) != 1:
            allowed = " or ".join(sorted(self.move(action).sources))
            raise StateConflict(
                worded(
                    "This {record} cannot be changed in this way: it must be {allowed}. Read it again.",
                    record=self.name,
                    allowed=allowed,
                )
            )
