"""Opening what is owed: many obligations at once, those already done going in as met or met late.

What is fulfilled and reached needs no chasing; what is fulfilled only is looked at again after the reach check; every other
gets a ladder and the instant of its first step. An obligation whose due date cannot be computed asks a person for it at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.ids import new_ref
from hub.core.turns import take_turns
from hub.duties.rulebook import Rulebook
from hub.notify import ladders, queries
from hub.notify.models import Obligation
from hub.notify.settling import is_late


@dataclass(frozen=True)
class Opening:
    """One duty that has come to be owed in one case. Instants are aware UTC; ``event_at`` is when what set it off happened."""

    duty_code: str
    law_in_force: str
    basis: str
    subject_ref: str
    owed_by_id: int | None
    owed_by_role: str
    owed_to_id: int | None
    owed_to_role: str
    because: str
    event_at: datetime
    due_at: datetime | None
    due_on: date | None
    due_is_policy: bool
    heightened: bool = False
    fulfilled_at: datetime | None = None
    fulfilled_by: str | None = None
    fulfilled_how: str | None = None
    reached_at: datetime | None = None

    @property
    def key(self) -> tuple[str, str, int | str, int | str]:
        """What makes two openings the same obligation."""
        return (
            self.duty_code,
            self.subject_ref,
            self.owed_by_id or self.owed_by_role,
            self.owed_to_id or self.owed_to_role,
        )


@dataclass(frozen=True)
class Opened:
    """One obligation just opened, or inserted as already met."""

    ref: str
    duty_code: str
    state: str
    basis: str
    subject_ref: str
    owed_by_id: int | None
    owed_to_id: int | None
    due_at: datetime | None
    due_on: date | None
    due_is_policy: bool
    fulfilled_at: datetime | None
    reached_at: datetime | None


def open_obligations(
    session: Session, actor: Actor, openings: Sequence[Opening], *, is_new: bool = False, rules: Rulebook, now: datetime
) -> list[Opened]:
    """Open each of *openings* that is not already there, in one insert.

    *is_new*: their subjects were made in this transaction, so that nothing about them can be there.

    One that is fulfilled and reached goes in as met or met late; one that is fulfilled only waits to be reached; each of
    the others gets its ladder and the instant of its first step.
    """
    wanted = openings if is_new else _not_yet_there(session, openings)
    if not wanted:
        return []
    chased = {_climbs_by(opening) for opening in wanted if not _is_met(opening)}
    climbs = ladders.for_openings(session, chased, rules=rules, now=now)
    rows = [_row(opening, climbs, rules=rules, now=now) for opening in wanted]
    queries.add_obligations(session, rows)
    _record_opened(session, actor, rows, now=now)
    return [Opened(**{name: row[name] for name in Opened.__dataclass_fields__}) for row in rows]


def _not_yet_there(session: Session, openings: Sequence[Opening]) -> list[Opening]:
    if not openings:
        return []
    subjects = {opening.subject_ref for opening in openings}
    # Whoever opens the same in another process waits here, and then finds it there.
    take_turns(session, [sha256(ref.encode()).digest() for ref in subjects])
    there = queries.known(session, subjects, {opening.duty_code for opening in openings})
    seen = {(r.duty_code, r.subject_ref, r.owed_by_id or r.owed_by_role, r.owed_to_id or r.owed_to_role) for r in there}
    wanted = {opening.key: opening for opening in reversed(openings) if opening.key not in seen}
    return list(reversed(wanted.values()))


def _reached(opening: Opening) -> datetime | None:
    """When it reached whom it is owed to: at once where that is nobody else in the directory."""
    if opening.fulfilled_at is None or opening.owed_to_id in (None, opening.owed_by_id):
        return opening.fulfilled_at
    return opening.reached_at


def _is_met(opening: Opening) -> bool:
    return opening.fulfilled_at is not None and _reached(opening) is not None


def _climbs_by(opening: Opening) -> tuple[str, str, int | None]:
    return opening.duty_code, opening.basis, opening.owed_by_id


def _row(
    opening: Opening, climbs: Mapping[tuple[str, str, int | None], ladders.Climb], *, rules: Rulebook, now: datetime
) -> dict[str, Any]:
    row = vars(opening) | _BLANK | {"ref": new_ref("obl"), "opened_at": now, "reached_at": _reached(opening)}
    if _is_met(opening) and opening.fulfilled_at:
        late = is_late(opening.due_at, opening.fulfilled_at)
        closed = {"closed_at": now, "closed_by": opening.fulfilled_by, "was_late": late}
        return row | closed | {"state": "met_late" if late else "met"}
    climb = climbs[_climbs_by(opening)]
    rung = climb.first_rung(due_at=opening.due_at, opened_at=now, heightened=opening.heightened)
    row |= {"ladder_id": climb.ladder_id, "next_rung": rung}
    return row | {"next_step_at": _next_step_at(row, climb, rules=rules, now=now)}


_BLANK: dict[str, Any] = dict.fromkeys(
    ("closed_at", "closed_by", "close_reason", "ladder_id", "next_step_at", "owner", "paused_at", "pause_reason",
     "promise_on", "sealed")
) | {"state": "open", "next_rung": 0, "cycle": 0, "faults": 0, "version": 1, "was_late": False}  # fmt: skip


def _next_step_at(row: Mapping[str, Any], climb: ladders.Climb, *, rules: Rulebook, now: datetime) -> datetime:
    if row["fulfilled_at"] is not None:
        return now + rules.policy.delivery.reach_check
    if row["due_at"] is None:
        return now  # beyond the loaded bank holidays: a person must set the date, and is asked at once
    index, heightened = row["next_rung"] + row["cycle"], row["heightened"]
    return climb.falls_due_at(
        index, due_at=row["due_at"], opened_at=row["opened_at"], heightened=heightened, rules=rules
    )


def resumed(session: Session, obligation: Obligation, *, rules: Rulebook, now: datetime) -> dict[str, Any]:
    """The columns with which an open obligation is chased again: its ladder, its rung, and a step not before *now*."""
    climb = ladders.of_obligation(session, obligation, rules=rules, now=now)
    row = vars(obligation) | {"ladder_id": climb.ladder_id}
    if obligation.ladder_id is None:
        row |= {"next_rung": climb.first_rung(due_at=row["due_at"], opened_at=now, heightened=row["heightened"])}
    at = max(now, _next_step_at(row, climb, rules=rules, now=now))
    return {"ladder_id": climb.ladder_id, "next_rung": row["next_rung"], "next_step_at": at}


def _record_opened(session: Session, actor: Actor, rows: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    """One entry for each subject and state: a notice opens many obligations at once."""
    groups: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows:
        groups.setdefault((row["subject_ref"], row["state"]), {})[row["ref"]] = row["duty_code"]
    audit.record_many(
        session,
        [
            audit.entry(
                session,
                actor,
                Event.OBLIGATION_OPENED,
                subject,
                now=now,
                details={"state": state, "obligations": opened},
            )
            for (subject, state), opened in groups.items()
        ],
    )
