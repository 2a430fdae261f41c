"""What a report makes whom owe: the report itself, its acknowledgement, the extract for the police, an answer to each point.

All are rows of local policy (``config/law/hub_policy.toml``). They are opened here, and met by what people do in ``writing``,
``answers`` and ``sharing``; what is taken back or re-opened there is owed again.

What is done in the hub reaches whom it is owed to by the commit: who wrote a report reads its answers where it wrote it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.duties.clocks import due_from
from hub.duties.rulebook import Rulebook
from hub.duties.table import Duty
from hub.notify import obligations, restating
from hub.notify import queries as notify_queries
from hub.notify.opening import Opening, open_obligations
from hub.spotpurchase.models import Commission, InterviewRequest

PLACING: Final = "placing_authority"
HOST: Final = "host_authority"
PERFORMER: Final = "rhi_provider"
CORRECTED: Final = "report_corrected"
RECALLED: Final = "share_recalled"
OPENED_ANEW: Final = "opened_anew"


@dataclass(frozen=True)
class Side:
    """An organisation (``None``: nobody in the directory) and what it is here."""

    id: int | None
    role: str


# --- the report itself ------------------------------------------------------------------------------------------------


def report_due(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    commission: Commission,
    *,
    held_at: datetime,
    rules: Rulebook,
    now: datetime,
) -> None:
    """The interview was held at *held_at*: its performer owes the placing authority the report (ERRP).

    Due after the working days that the commission's terms give, or else those of local policy. Once opened it is not moved.
    """
    row = _as_agreed(rules.law.duty("ERRP"), commission)
    by, to = Side(commission.performer_id, PERFORMER), Side(request.placing_authority_id, PLACING)
    opening = _opening(row, request.ref, by, to, held_at, "The return home interview was held.", rules)
    open_obligations(session, actor, [opening], rules=rules, now=now)


def _as_agreed(row: Duty, commission: Commission) -> Duty:
    days = (commission.terms or {}).get("report_working_days")
    if days is None:
        return row
    return replace(row, clock=replace(row.clock, unit="working_days", number=int(days)))


def report_not_due(session: Session, actor: Actor, request: InterviewRequest, *, reason: str, now: datetime) -> None:
    """The interview was recorded as held in error: its report is not owed. *reason*: a code. Held again, it is owed again."""
    about = notify_queries.about(request.ref, ["ERRP"])
    restating.strike_out(session, actor, notify_queries.locked(session, *about), reason=reason, now=now)


# --- what a report that came makes others owe -------------------------------------------------------------------------


def owe(
    session: Session,
    actor: Actor,
    code: str,
    subject_refs: Collection[str],
    *,
    by: Side,
    to: Side,
    because: str,
    rules: Rulebook,
    now: datetime,
) -> None:
    """Open *code* about each of *subject_refs*, its clock counted from *now*; one that is there already stays as it is."""
    row = rules.law.duty(code)
    openings = [_opening(row, ref, by, to, now, because, rules) for ref in subject_refs]
    open_obligations(session, actor, openings, rules=rules, now=now)


def _opening(row: Duty, subject_ref: str, by: Side, to: Side, at: datetime, because: str, rules: Rulebook) -> Opening:
    due = due_from(row, at, calendar=rules.calendar)
    return Opening(
        duty_code=row.code,
        law_in_force=str(row.in_force_from),
        basis=row.basis,
        subject_ref=subject_ref,
        owed_by_id=by.id,
        owed_by_role=by.role,
        owed_to_id=to.id,
        owed_to_role=to.role,
        because=because,
        event_at=at,
        due_at=due.at,
        due_on=due.on,
        due_is_policy=True,
    )


# --- done, not owed any more, owed again ------------------------------------------------------------------------------


def met(
    session: Session,
    actor: Actor,
    subject_ref: str,
    code: str,
    *,
    by_ref: str,
    owed_by_id: int | None = None,
    rules: Rulebook,
    now: datetime,
) -> None:
    """*code* about *subject_ref* was done now, by *by_ref*. *owed_by_id*: of whoever owes it; ``None``: any."""
    obligations.fulfil(
        session,
        actor,
        subject_ref=subject_ref,
        duty_codes=[code],
        by_ref=by_ref,
        at=now,
        reached_at=now,
        owed_by_id=owed_by_id,
        rules=rules,
        now=now,
    )


def not_owed(
    session: Session,
    actor: Actor,
    subject_refs: Sequence[str],
    codes: Collection[str],
    *,
    reason: str,
    owed_by_id: int | None = None,
    now: datetime,
) -> None:
    """Strike out those of *codes* about *subject_refs* that are still open; what was done stays done."""
    about = notify_queries.about(subject_refs, codes, owed_by_id)
    rows = notify_queries.locked(session, notify_queries.IS_OPEN, *about)
    restating.strike_out(session, actor, rows, reason=reason, now=now)


def owed_again(
    session: Session,
    actor: Actor,
    subject_ref: str,
    *,
    by_refs: Collection[str],
    reason: str = RECALLED,
    rules: Rulebook,
    now: datetime,
) -> None:
    """What any of *by_refs* did about *subject_ref* does not stand any more: it is owed again, and what was late stays late."""
    for by_ref in by_refs:
        obligations.reopen_fulfilled_by(
            session, actor, subject_ref=subject_ref, by_ref=by_ref, reason=reason, rules=rules, now=now
        )
