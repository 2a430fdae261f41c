"""The placing authority cancels a request, or asks again for one that nobody took, the child declined, or it cancelled itself."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.duties.rulebook import Rulebook
from hub.spotpurchase import commissioning, queries, telling
from hub.spotpurchase.models import InterviewRequest
from hub.spotpurchase.standing import request_for


def cancel(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    reason: str,
    by: str,
    note: str | None = None,
    rules: Rulebook,
    now: datetime,
) -> InterviewRequest:
    """The interview *ref* is not sought any longer, for *reason* (a code of ``CANCELLING``); whatever the card charges is due.

    Everybody concerned is told. Raises ``NotFound``; ``StateConflict`` where it was held or is over.
    """
    request = request_for(session, actor, ref, parts=("placing",))
    standing = queries.standing_commission(session, request.id)
    sealed = _sealed(session, request, cancelled={"by": by, **({"note": note} if note else {})})
    request = commissioning.close(session, actor, request, "cancel", reason=reason, sealed=sealed, rules=rules, now=now)
    audit.record(session, actor, Event.INTERVIEW_CANCELLED, ref, now=now, details={"reason": reason})
    whom = [*telling.councils(request), *([standing.performer_id] if standing else [])]
    telling.tell(session, actor, request, "interview.cancelled", whom, rules=rules, now=now, reason=reason)
    return request


def renew(session: Session, actor: Actor, ref: str, *, by: str, rules: Rulebook, now: datetime) -> InterviewRequest:
    """Seek the interview *ref* again: nobody had taken it, the child had declined, or it was cancelled. The clock is the same.

    Raises ``NotFound``; ``StateConflict`` where it is being sought or held, or another is for the same episode.
    """
    request = request_for(session, actor, ref, parts=("placing",))
    sealed = _sealed(session, request, asked_again_by=by)
    return commissioning.ask_again(session, actor, request, sealed=sealed, rules=rules, now=now)


def _sealed(session: Session, request: InterviewRequest, **said: Any) -> bytes:
    keys = keys_of(session)
    return keys.seal(request.ref, {**keys.open(request.ref, request.sealed), **said})
