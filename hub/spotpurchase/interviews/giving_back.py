"""Whoever was to hold an interview gives it back, or the placing authority takes it: others are asked, and the clock runs on."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import StateConflict
from hub.duties.rulebook import Rulebook
from hub.spotpurchase import queries as request_queries
from hub.spotpurchase import standing
from hub.spotpurchase.commissioning import lose_performer
from hub.spotpurchase.interviews.acting import sealed_words
from hub.spotpurchase.interviews.plausible import refuse
from hub.spotpurchase.models import InterviewRequest
from hub.spotpurchase.reasons import GIVING_BACK

TAKEN_BACK: Final = "taken_back"
REASONS: Final = (*GIVING_BACK, TAKEN_BACK)


def give_back(
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
    """The interview *ref* is given back by whoever was to hold it, or taken back (``taken_back``) by the placing authority.

    *reason*: of ``REASONS``. What was booked is cancelled. Raises ``NotFound``; ``Invalid`` where the reason is the other side's
    to give; ``StateConflict`` where nobody holds it.
    """
    request = standing.request_for(session, actor, ref)
    commission = request_queries.standing_commission(session, request.id)
    if commission is None:
        raise StateConflict("Nobody holds this interview now. Read it again.")
    is_performer = commission.performer_id == actor.organisation
    if is_performer and reason == TAKEN_BACK:
        refuse("reason", "Only the placing authority takes an interview back. Say why you cannot hold it.")
    if not is_performer and reason != TAKEN_BACK:
        refuse("reason", "That is for whoever holds it to say. To take the interview back, say so.")
    keys = keys_of(session)
    said = keys.open(commission.ref, commission.sealed) | {"ended": sealed_words(by=by, note=note)}
    request_queries.change_commission(session, commission.id, {"sealed": keys.seal(commission.ref, said)})
    return lose_performer(session, actor, request, reason=reason, rules=rules, now=now)
