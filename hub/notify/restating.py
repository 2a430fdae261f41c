"""What was found to stand otherwise: another due instant, another organisation it is owed to, or not owed at all.

Set off by the registry, when a correction, a redirect or the placing authority's own word changes what a case is. The obligation
stays the same row: what was done stays done, at the instant it was done, and what was late stays late.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.audit.events import Event
from hub.core.actor import Actor
from hub.duties.rulebook import Rulebook
from hub.notify import queries, settling
from hub.notify.models import Obligation
from hub.notify.opening import Opening, resumed
from hub.notify.settling import close, close_met, is_late, must_change, record_each

_MET = ("met", "met_late")


def restate(
    session: Session, actor: Actor, row: Obligation, opening: Opening, *, rules: Rulebook, now: datetime
) -> None:
    """Give *row* the event, due instant and explanation of *opening*; what is found late by them is met late."""
    said: dict[str, Any] = {
        name: getattr(opening, name) for name in ("because", "event_at", "due_at", "due_on", "due_is_policy", "basis")
    }
    was_met = row.state in _MET
    if was_met:
        settling.reopen(session, [row], said)
    elif row.paused_at is None and row.fulfilled_at is None:
        session.expunge(row)
        row.due_at, row.basis = opening.due_at, opening.basis
        said |= resumed(session, row, rules=rules, now=now)
    if not was_met:
        must_change(queries.change(session, [queries.among([row.id])], said), [row.id])
    record_each(session, actor, Event.OBLIGATION_RESTATED, [row], now=now, details={"reason": "case_restated"})
    if was_met and row.fulfilled_at:
        _meet_again(session, actor, row, opening.due_at, now=now)


def _meet_again(session: Session, actor: Actor, row: Obligation, due_at: datetime | None, *, now: datetime) -> None:
    fulfilled_at, reached_at = row.fulfilled_at or now, row.reached_at or now
    late = is_late(due_at, fulfilled_at, row.was_late or row.state == "met_late")
    values = {"was_late": late}
    close(session, "meet_late" if late else "meet", [row], values, by=row.closed_by or actor.ref, now=now)
    record_each(
        session, actor, Event.OBLIGATION_MET, [row], now=now, details={"late": late, "reached": bool(reached_at)}
    )


def reroute(
    session: Session,
    actor: Actor,
    rows: Collection[Obligation],
    *,
    to_id: int,
    reached_at: datetime | None,
    rules: Rulebook,
    now: datetime,
) -> None:
    """What was owed to one organisation is owed to *to_id*: the clocks stand, and what was done stays done at its instant.

    Met ones wait to be reached again, unless *reached_at* says that the new organisation was reached by this very act.
    """
    listed = [row for row in rows if row.state in ("open", *_MET)]
    by_post = [row for row in listed if row.fulfilled_at is not None and row.fulfilled_how is None]
    moved: dict[str, Any] = {"owed_to_id": to_id}
    met = [row for row in listed if row.state in _MET]
    waits = {**moved, "reached_at": None, "next_step_at": now + rules.policy.delivery.reach_check}
    settling.reopen(session, [row for row in met if row in by_post], waits)
    elsewhere = [row for row in met if row not in by_post]
    settling.reopen(session, elsewhere, moved)
    waiting = [row.id for row in listed if row.state == "open"]
    if waiting:
        must_change(queries.change(session, [queries.among(waiting)], moved), waiting)
    record_each(session, actor, Event.OBLIGATION_RESTATED, listed, now=now, details={"reason": "redirected"})
    close_met(
        session,
        actor,
        [*elsewhere, *(by_post if reached_at else [])],
        {},
        at=now,
        reached_at=reached_at or now,
        now=now,
    )


def strike_out(
    session: Session, actor: Actor, rows: Collection[Obligation], *, reason: str, now: datetime
) -> list[str]:
    """Void these obligations, open or met: the case that set them off is another. *reason* is a code."""
    listed = [row for row in rows if row.state != "void"]
    settling.reopen(session, [row for row in listed if row.state != "open"], {})
    close(session, "void", listed, {"close_reason": reason}, by=actor.ref, now=now)
    record_each(session, actor, Event.OBLIGATION_VOIDED, listed, now=now, details={"reason": reason})
    return [row.ref for row in listed]
