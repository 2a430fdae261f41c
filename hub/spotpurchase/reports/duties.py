"""What a report makes whom owe: the report itself, its acknowledgement, the extract for the police, an answer to each point.

All are rows of local policy (``config/law/hub_policy.toml``). They are opened here, and met by what people do in ``service``,
``answers`` and ``sharing``; what is taken back or re-opened there is owed again.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.duties.clocks import due_from
from hub.duties.rulebook import Rulebook
from hub.duties.table import Duty
from hub.notify import queries as notify_queries
from hub.notify import restating
from hub.notify.opening import Opening, open_obligations
from hub.spotpurchase.models import Commission, InterviewRequest

PLACING = "placing_authority"
PERFORMER = "rhi_provider"


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
    due = due_from(row, held_at, calendar=rules.calendar)
    opening = Opening(
        duty_code="ERRP",
        law_in_force=str(row.in_force_from),
        basis=row.basis,
        subject_ref=request.ref,
        owed_by_id=commission.performer_id,
        owed_by_role=PERFORMER,
        owed_to_id=request.placing_authority_id,
        owed_to_role=PLACING,
        because="The return home interview was held.",
        event_at=held_at,
        due_at=due.at,
        due_on=due.on,
        due_is_policy=True,
    )
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
