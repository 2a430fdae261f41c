"""Who is told what of an interview, at once: an alert to whoever must know, an event in the feed of every other part.

A message holds the reference of the request and a link, and nothing about the child. Nobody is alerted of their own doing.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.duties.rulebook import Rulebook
from hub.notify.outbox import raise_alerts
from hub.spotpurchase import queries as request_queries
from hub.spotpurchase.models import Commission, InterviewRequest
from hub.spotpurchase.states import UNDER_WAY
from hub.spotpurchase.telling import alerts, note

PLACING: Final = "placing"
HOST: Final = "host"
PERFORMER: Final = "performer"
EVERYBODY: Final = (PLACING, HOST, PERFORMER)
URGENT: Final = frozenset({"interview.attempted", "interview.appointment_cancelled", "interview.meanwhile"})
"""A clock of hours runs, or somebody is about to travel: these do not wait for a desk to open."""


def tell(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    kind: str,
    *,
    alerted: Collection[str] = (),
    commission: Commission | None = None,
    details: Mapping[str, Any],
    rules: Rulebook,
    now: datetime,
) -> None:
    """Alert those parts of *alerted* but the actor, and put an event of *kind* into the feed of the others.

    *commission*: whose performer is a part; the one that stands, if none is given. *details*: references, codes, instants.
    """
    parts = parts_of(session, request, commission)
    to_alert = {parts[part] for part in alerted if part in parts} - {actor.organisation_id}
    due = {"due_at": request.latest_at} if request.state in UNDER_WAY else {}
    said = {"request": request.ref, **details, **due}
    wanted = alerts(session, request, kind, sorted(to_alert), is_urgent=kind in URGENT, details=said)
    raise_alerts(session, wanted, rules=rules, now=now, actor=actor)
    note(session, request, kind, [each for each in parts.values() if each not in to_alert], now=now, **details)


def parts_of(session: Session, request: InterviewRequest, commission: Commission | None = None) -> dict[str, int]:
    """Part → id of the organisation that has it: placing, host, and whoever performs it."""
    standing = commission or request_queries.standing_commission(session, request.id)
    found = {
        PLACING: request.placing_authority_id,
        HOST: request.host_authority_id,
        PERFORMER: standing.performer_id if standing else None,
    }
    return {part: number for part, number in found.items() if number is not None}
