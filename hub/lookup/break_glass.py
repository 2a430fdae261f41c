"""Breaking the glass of a shielded child: a reason opens it at once, two privacy leads are told, and silence climbs."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM, Actor
from hub.core.db import Database
from hub.core.errors import StateConflict
from hub.core.ids import new_ref
from hub.duties.rulebook import Rulebook
from hub.lookup import review_queries as queries
from hub.lookup.limits import spend_disclosure
from hub.lookup.models import LookUpReview
from hub.lookup.policy import BreakGlass, DisclosurePolicy, Limits
from hub.lookup.telling import CONFIRMED, Reasons, Told, Written, found, refuse_other_purpose, refuse_stale, write
from hub.notify.outbox import Wanted, raise_alerts
from hub.registry.filing import DESK

PRIVACY_LEAD: Final = "privacy_lead"
GLASS_BROKEN, REVIEW_LATE = "look_up.glass_broken", "look_up.review_late"
_FALLBACKS: Final = ("desk_manager", DESK)
"""Whose desk is told where the one that was meant cannot be reached."""


def break_glass(
    session: Session,
    actor: Actor,
    look_up_ref: str,
    candidate: str,
    *,
    purpose: str,
    reasons: Reasons,
    policy: DisclosurePolicy,
    limits: Limits | None,
    rules: Rulebook,
    now: datetime,
) -> Told:
    """Show a shielded child for ``reasons.reason``; the privacy leads of the asker and of the placing authority are told.

    Raises as ``telling.disclose``, and ``StateConflict`` where the child is not shielded.
    """
    child = found(session, actor, look_up_ref, candidate)
    look_up, offered = child.look_up, child.offered
    refuse_other_purpose(look_up, purpose)
    refuse_stale(look_up, policy, now)
    spend_disclosure(session, actor, reasons.by, limits, now=now)
    written = write(
        session, actor, look_up, offered, stage=CONFIRMED, broke_glass=True, reasons=reasons, policy=policy,
        rules=rules, now=now,
    )  # fmt: skip
    if not written.known.is_shielded:
        raise StateConflict("This child is not shielded. Confirm the purpose, and it is shown.")
    _open_reviews(session, actor, look_up.id, written, policy.break_glass, rules, now)
    return written.told


def _open_reviews(
    session: Session,
    actor: Actor,
    look_up_id: int,
    written: Written,
    policy: BreakGlass,
    rules: Rulebook,
    now: datetime,
) -> None:
    due_at = now + policy.reviewed_within
    for whose in dict.fromkeys((actor.organisation, written.known.placing_authority_id)):
        if whose is None:
            continue
        ref = new_ref("rvw")
        row = {
            "ref": ref,
            "look_up_id": look_up_id,
            "disclosure_id": written.id,
            "organisation_id": whose,
            "opened_at": now,
            "due_at": due_at,
            "chase_at": due_at + policy.climb[0].after,
            "chased": 0,
        }
        queries.add(session, row)
        _tell(session, whose, GLASS_BROKEN, ref, (PRIVACY_LEAD,), due_at=due_at, rules=rules, now=now)


def _tell(
    session: Session,
    organisation_id: int,
    kind: str,
    ref: str,
    roles: Collection[str],
    *,
    due_at: datetime | None,
    rules: Rulebook,
    now: datetime,
) -> int:
    """Tell these desks, or the next that can be reached; how many contact points were."""
    is_late = kind == REVIEW_LATE
    details = {"due_at": due_at}
    reached = 0
    for each in (roles, *((role,) for role in _FALLBACKS)):
        wanted = [Wanted(kind, organisation_id, role, ref, is_urgent=is_late, details=details) for role in each]
        reached = sum(one.contact_points for one in raise_alerts(session, wanted, rules=rules, now=now))
        if reached:
            break
    return reached


# --- what was not reviewed in time ------------------------------------------------------------------------------------


def chase_once(database: Database, rules: Rulebook, policy: DisclosurePolicy, *, now: datetime, limit: int) -> int:
    """Tell the next one up of each review that is late; return how many. Of several processes one does each."""
    with database.write() as session:
        late = queries.to_chase(session, now=now, at_most=limit)
        return sum(_chase(session, each, policy.break_glass, rules, now) for each in late)


def _chase(session: Session, review: LookUpReview, policy: BreakGlass, rules: Rulebook, now: datetime) -> int:
    rung = min(review.chased, len(policy.climb) - 1)
    if not queries.chase(session, review, chase_at=now + _until_next(policy, review.chased)):
        return 0
    roles: Sequence[str] = policy.climb[rung].roles
    _tell(
        session, review.organisation_id, REVIEW_LATE, review.ref, roles, due_at=review.due_at, rules=rules, now=now
    )  # fmt: skip
    said = {"rung": rung, "roles": list(roles)}
    audit.record(session, SYSTEM, Event.LOOK_UP_REVIEW_CHASED, review.ref, now=now, details=said)
    return 1


def _until_next(policy: BreakGlass, chased: int) -> timedelta:
    """From this rung to the next; the last repeats as often as it came after the one before."""
    steps = [policy.climb[0].after, *(each.after for each in policy.climb)]
    place = min(chased + 2, len(steps) - 1)
    return max(steps[place] - steps[place - 1], timedelta(hours=1))
