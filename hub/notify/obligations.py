"""What is owed: opened, fulfilled, reached and so met, or lost again. The front door of what ``notify`` knows of obligations.

Two instants decide. *Fulfilled*: whoever owes it did their part; this alone says whether it was in time. *Reached*: the
organisation it is owed to has it; only then is the obligation met (ADR 0005). Between the two it is open, and chased as
“registered, not yet reached”. What a person decides about one (excuse, void, pause) is in ``decisions``.

Every change is one guarded UPDATE, with its audit entry, in the caller's transaction; closing one cancels in the same
transaction whatever was still to be sent about it.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from hub.audit.events import Event
from hub.core.actor import Actor
from hub.duties.rulebook import Rulebook
from hub.notify import queries, settling
from hub.notify.decisions import done_elsewhere, excuse, pause, reopen, reopen_row, resume, void, void_for
from hub.notify.models import Obligation
from hub.notify.opening import Opened, Opening, open_obligations
from hub.notify.settling import close_met, record_each, settle

__all__ = [
    "Opened",
    "Opening",
    "done_elsewhere",
    "excuse",
    "fulfil",
    "open_obligations",
    "pause",
    "reach",
    "reopen",
    "reopen_fulfilled_by",
    "resume",
    "unreach",
    "void",
    "void_for",
]


def fulfil(
    session: Session,
    actor: Actor,
    *,
    subject_ref: str,
    duty_codes: Collection[str],
    by_ref: str,
    at: datetime,
    reached_at: datetime | None,
    how: str | None = None,
    owed_by_id: int | None = None,
    rules: Rulebook,
    now: datetime,
) -> list[str]:
    """Whoever owes these duties did their part at *at*, by the notice or note *by_ref*; return what that concerned.

    With *reached_at* (or where there is nobody to reach) they are met, late or in time; without it they stay open, “registered,
    not yet reached”, and are looked at again after the reach check. A second notice never replaces the first one's instant.
    """
    rows = queries.locked(session, queries.IS_OPEN, *queries.about(subject_ref, duty_codes, owed_by_id))
    return settle(session, actor, rows, by_ref=by_ref, at=at, reached_at=reached_at, how=how, rules=rules, now=now)


def reach(
    session: Session,
    actor: Actor,
    *,
    subject_ref: str | Collection[str],
    organisation_id: int,
    at: datetime,
    now: datetime,
) -> list[str]:
    """*organisation_id* was first reached at *at*: what had been fulfilled and was owed to it is now met, late or in time."""
    waits = [Obligation.fulfilled_at.is_not(None), Obligation.reached_at.is_(None)]
    conditions = [*queries.about(subject_ref), queries.owed_to(organisation_id), *waits]
    rows = queries.locked(session, queries.IS_OPEN, *conditions)
    close_met(session, actor, rows, {}, at=at, reached_at=at, now=now)
    return [row.ref for row in rows]


def unreach(
    session: Session,
    actor: Actor,
    *,
    subject_ref: str | Collection[str],
    organisation_id: int,
    reason: str,
    now: datetime,
) -> list[str]:
    """What had reached *organisation_id* came back, and nothing else of it arrived: re-open what that had met.

    The sender's part stays done, at the instant it was done; a person is told at once that it has not arrived. What was
    done outside the hub is not touched by the hub's own post.
    """
    arrived = [Obligation.reached_at.is_not(None), Obligation.fulfilled_how.is_(None)]
    met = Obligation.state.in_(["met", "met_late"])
    rows = queries.locked(session, met, *queries.about(subject_ref), queries.owed_to(organisation_id), *arrived)
    settling.reopen(session, rows, {"reached_at": None, "next_step_at": now})
    record_each(session, actor, Event.OBLIGATION_REOPENED, rows, now=now, details={"reason": reason})
    return [row.ref for row in rows]


def reopen_fulfilled_by(
    session: Session, actor: Actor, *, subject_ref: str, by_ref: str, reason: str, rules: Rulebook, now: datetime
) -> list[str]:
    """The notice *by_ref* no longer counts (withdrawn): what it had fulfilled is owed again; return what that concerned."""
    fulfilled = [Obligation.fulfilled_by == by_ref, Obligation.state.in_(["open", "met", "met_late"])]
    rows = queries.locked(session, *fulfilled, *queries.about(subject_ref))
    for row in rows:
        reopen_row(session, actor, row, reason=reason, rules=rules, now=now)
    return [row.ref for row in rows]
