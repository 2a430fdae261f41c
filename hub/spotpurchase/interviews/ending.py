"""An appointment ends without an interview, because what it was made for is over: what the card says of it is charged.

Called by whoever ends the commission or the request, before that is done (``commissioning``), and by what a child says here.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.spotpurchase.interviews import queries
from hub.spotpurchase.interviews.models import Appointment
from hub.spotpurchase.models import Commission, InterviewRequest
from hub.spotpurchase.money import service as money
from hub.spotpurchase.states import APPOINTMENT


def end_appointment(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    commission: Commission,
    *,
    reason: str,
    by_seller: bool,
    now: datetime,
) -> Appointment | None:
    """Cancel whatever is booked under *commission*, and enter what it costs by the card; ``None`` where nothing was.

    *reason*: a code. *by_seller*: whether it is the performer's doing, for which nobody pays. The state of the request is the
    caller's to move.
    """
    booked = queries.booked(session, commission.id)
    if booked is None:
        return None
    values = {"cancelled_at": now, "cancel_reason": reason}
    bumped = {"sequence": booked.sequence + 1, "version": booked.version + 1}
    APPOINTMENT.apply_one(session, Appointment, "cancel", Appointment.id == booked.id, values | bumped)
    ended = queries.appointment(session, booked.id)
    money.enter_cancellation(session, actor, commission, ended, cancelled_at=now, by_seller=by_seller, now=now)
    audit.record(
        session,
        actor,
        Event.INTERVIEW_APPOINTMENT_ENDED,
        request.ref,
        now=now,
        details={"appointment": ended.ref, "state": ended.state, "reason": reason},
    )
    return ended
