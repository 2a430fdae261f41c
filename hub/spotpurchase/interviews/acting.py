"""Who acts on an interview, and on what: the request, kept from other writers, and the commission that is theirs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.ids import is_ref
from hub.spotpurchase import standing
from hub.spotpurchase.interviews import queries
from hub.spotpurchase.interviews.models import Appointment
from hub.spotpurchase.models import Commission, InterviewRequest

NO_APPOINTMENT: Final = "There is no appointment with this reference that you can see."


@dataclass(frozen=True)
class Held:
    """A request and the commission under which somebody acts on it, both locked."""

    request: InterviewRequest
    commission: Commission


def performed(session: Session, actor: Actor, ref: str) -> Held:
    """The request *ref*, and the actor's commission for it. Raises ``NotFound``; ``StateConflict`` where it is over."""
    request = standing.request_for(session, actor, ref)
    return Held(request, standing.commission_for(session, actor, request))


def appointment_of(session: Session, actor: Actor, ref: str) -> tuple[Held, Appointment]:
    """The appointment *ref* of the actor's own commission, which stands. Raises as :func:`performed`."""
    found = queries.appointment_with(session, ref) if is_ref(ref, "apt") else None
    if found is None:
        raise NotFound(NO_APPOINTMENT)
    held = performed(session, actor, found[1])
    if found[0].commission_id != held.commission.id:
        raise NotFound(NO_APPOINTMENT)
    return held, queries.appointment(session, found[0].id)


def record(
    session: Session, actor: Actor, event: Event, request: InterviewRequest, now: datetime, **details: Any
) -> None:
    """Record what was done to a request: references, codes and instants."""
    audit.record(session, actor, event, request.ref, now=now, details={"state": request.state, **details})


def sealed_words(**words: str | None) -> dict[str, str]:
    """What is sealed of what people wrote: nothing of what they left out."""
    return {name: said for name, said in words.items() if said}
