"""A recipient speaks for itself: it has read a notice, confirms that the address is in its area, or says that it is not."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import NotFound, StateConflict
from hub.directory import area_corrections
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.notify.acknowledgements import Acknowledged, acknowledge
from hub.notify.messages.kinds import AREA_DISPUTED
from hub.notify.outbox import FeedItem, Wanted, publish, raise_alerts
from hub.notify.outbox_queries import operators
from hub.registry import notice_queries
from hub.registry import placement_queries as queries
from hub.registry.filing import alert
from hub.registry.models import Notice
from hub.registry.notice_queries import AnyRow
from hub.registry.recipients import REDIRECTED_FROM, Recipient

_NOT_OURS = "There is no notice to you with this reference."


def received(session: Session, actor: Actor, ref: str) -> AnyRow:
    """The notice *ref*, its placement's reference and the actor's own row as a recipient, locked. Raises ``NotFound``."""
    row = notice_queries.received_by(session, ref, actor.organisation)
    if row is None:
        raise NotFound(_NOT_OURS)
    if row.NoticeRecipient.capacity == REDIRECTED_FROM:
        raise StateConflict("You passed this notice on, so it is another council's to answer.")
    return row


def acknowledge_notice(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    by: str,
    promise: str | None = None,
    promise_on: date | None = None,
    rules: Rulebook,
    now: datetime,
) -> Acknowledged:
    """*by*, an officer of the recipient, has read the notice; one organisation's acknowledgement is never another's.

    It closes that organisation's duty to acknowledge and tells the sender.
    """
    row = received(session, actor, ref)
    if row.Notice.state == "withdrawn":
        raise StateConflict("The notice was withdrawn: there is nothing to acknowledge.")
    given = acknowledge(
        session,
        actor,
        subject_ref=ref,
        placement_ref=row.placement_ref,
        by=by,
        promise=promise,
        promise_on=promise_on,
        rules=rules,
        now=now,
    )
    _tell_sender(session, actor, row.Notice, row.placement_ref, rules=rules, now=now)
    return given


def _tell_sender(
    session: Session, actor: Actor, notice: Notice, placement_ref: str, *, rules: Rulebook, now: datetime
) -> None:
    sender = queries.parties(session, ids=[notice.sender_id])
    alert(
        session,
        actor,
        notice.ref,
        [Recipient(each, "sender") for each in sender],
        kind="notice.acknowledged",
        placement_ref=placement_ref,
        rules=rules,
        now=now,
    )


def accept_area(
    session: Session, actor: Actor, ref: str, *, by: str, areas: Areas, rules: Rulebook, now: datetime
) -> bool:
    """The host confirms that the address lies in its area; whether that was still to be confirmed.

    Of a notice that another council passed on to it the directory learns: the operator is asked whether the postcode is its.
    """
    row = received(session, actor, ref)
    if row.NoticeRecipient.capacity != "host_authority":
        raise StateConflict("Only the council named as host can say that the address is in its area.")
    changed = queries.confirm_area(session, row.Notice.placement_id, by=by, now=now) == 1
    if changed:
        audit.record(session, actor, Event.AREA_ACCEPTED, row.placement_ref, now=now, details={"notice": ref})
        item = FeedItem(row.Notice.sender_id, "area.accepted", ref, {"placement": row.placement_ref})
        publish(session, [item], now=now)
        if _came_from_another(session, actor, row.Notice):
            _put_to_operators(session, actor, row.Notice, areas=areas, rules=rules, now=now)
    return changed


def _came_from_another(session: Session, actor: Actor, notice: Notice) -> bool:
    rows = notice_queries.recipients_of(session, notice.id)
    passed = [row.NoticeRecipient for row in rows if row.NoticeRecipient.capacity == REDIRECTED_FROM]
    return any(each.redirected_to_id == actor.organisation for each in passed)


def _put_to_operators(
    session: Session, actor: Actor, notice: Notice, *, areas: Areas, rules: Rulebook, now: datetime
) -> None:
    placement = queries.placement_by_id(session, notice.placement_id or 0)
    address = keys_of(session).open(placement.ref, placement.sealed).get("address") or {}
    own = queries.parties(session, ids=[actor.organisation])[0].gss_code
    postcode = address.get("postcode")
    ref = area_corrections.propose(session, actor, postcode, areas=areas, to_gss=own, now=now) if postcode else None
    if ref is not None:
        wanted = [Wanted(AREA_DISPUTED, each, "operator", ref) for each in operators(session)]
        raise_alerts(session, wanted, rules=rules, now=now)
