"""Taking a notice back: what only it set off is void; what it did is owed again where another's notice still stands."""

from datetime import datetime

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import iso
from hub.core.errors import NotFound
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.notify import obligations, restating
from hub.notify.outbox import cancel_alerts
from hub.registry import changes, notice_queries, placements
from hub.registry import placement_queries as queries
from hub.registry.content import ENDS
from hub.registry.filing import add_note, alert
from hub.registry.markers import noticing as markers
from hub.registry.models import Notice, Placement
from hub.registry.moves import end_told_with
from hub.registry.owed import answered_at
from hub.registry.recipients import REDIRECTED_FROM, Recipient
from hub.registry.running import recount
from hub.registry.states import NOTICE


def withdraw_notice(
    session: Session, actor: Actor, ref: str, *, reason: str, rules: Rulebook, areas: Areas, now: datetime
) -> Notice:
    """The actor's organisation takes back a notice it sent; *reason*, in its words, is kept sealed.

    Recipients are told, and keep what they read. With a move goes the end that it was as well: the child is where it was.
    Raises ``NotFound``, and ``StateConflict`` when it does not stand any more.
    """
    notice = notice_queries.sent_by(session, ref, actor.organisation, lock=True)
    if notice is None or notice.placement_id is None:
        raise NotFound("There is no notice of yours with this reference.")
    NOTICE.apply_one(session, Notice, "withdraw", Notice.id == notice.id, {"version": Notice.version + 1})
    add_note(session, notice, {"act": "withdrawn", "at": iso(now), "by": actor.ref, "reason": reason})
    placement = queries.placement_by_id(session, notice.placement_id)
    _tell(session, actor, notice, placement, rules=rules, now=now)
    audit.record(session, actor, Event.NOTICE_WITHDRAWN, ref, now=now, details={"placement": placement.ref})
    markers.restate(session, actor, placement, author_id=notice.sender_id, rules=rules, now=now)
    _undo(session, actor, notice, placement, rules=rules, areas=areas, now=now)
    if ended := end_told_with(session, notice):
        withdraw_notice(session, actor, ended.ref, reason=reason, rules=rules, areas=areas, now=now)
    return notice


def _tell(
    session: Session, actor: Actor, notice: Notice, placement: Placement, *, rules: Rulebook, now: datetime
) -> None:
    cancel_alerts(session, now=now, subject_ref=notice.ref)
    rows = notice_queries.recipients_of(session, notice.id)
    holding = [row.NoticeRecipient.organisation_id for row in rows if row.NoticeRecipient.capacity != REDIRECTED_FROM]
    told = [Recipient(each, "recipient") for each in queries.parties(session, ids=holding)]
    alert(
        session,
        actor,
        notice.ref,
        told,
        kind="notice.withdrawn",
        placement_ref=placement.ref,
        rules=rules,
        now=now,
    )


def _undo(
    session: Session,
    actor: Actor,
    notice: Notice,
    placement: Placement,
    *,
    rules: Rulebook,
    areas: Areas,
    now: datetime,
) -> None:
    refs = [each.ref for each in notice_queries.revisions(session, notice.id)]
    _strike_out_about(session, actor, refs, now)
    if not notice_queries.has_notice_from(session, placement.id, None):
        _cancel(session, actor, placement, now)
    elif notice.kind == "placement_change":
        changes.lay_changes(session, actor, placement.id, now=now)
    elif notice.kind in ENDS:
        _undo_end(session, actor, placement, refs, rules=rules, now=now)
    else:
        _undo_start(session, actor, notice, placement, refs, rules=rules, areas=areas, now=now)


def _strike_out_about(session: Session, actor: Actor, notice_refs: list[str], now: datetime) -> None:
    """What has the notice itself as its subject: to acknowledge it, and the change that it told of."""
    rows = queries.standing(session, notice_refs)
    unread = [row for row in rows if row.duty_code != "EACK" or row.state == "open"]
    restating.strike_out(session, actor, unread, reason="withdrawn", now=now)


def _cancel(session: Session, actor: Actor, placement: Placement, now: datetime) -> None:
    """Nobody says any more that there is, or was to be, such a placement."""
    rows = queries.standing(session, [placement.ref, *notice_queries.notice_refs(session, placement.id)])
    restating.strike_out(session, actor, rows, reason="withdrawn", now=now)
    placements.move_state(session, actor, placement, "cancel", now=now)


def _undo_end(
    session: Session, actor: Actor, placement: Placement, refs: list[str], *, rules: Rulebook, now: datetime
) -> None:
    ends = [each for each in notice_queries.notices_about(session, placement.id) if each.kind in ENDS]
    if ends:
        _owe_again(session, actor, placement, refs, rules=rules, now=now)
        return
    codes = answered_at("placement_end", rules) | answered_at("discharge", rules)
    rows = [row for row in queries.standing(session, [placement.ref]) if row.duty_code in codes]
    restating.strike_out(session, actor, rows, reason="withdrawn", now=now)
    _owe_again(session, actor, placement, refs, rules=rules, now=now)  # what was asked before, and the end had answered
    if placement.state == "ended":
        told = notice_queries.has_start_from_placing(session, placement)
        placements.move_state(session, actor, placement, "resume" if told else "resume_unconfirmed", now=now)
    else:
        queries.change_placement(session, placement.id, {"ends_at": None})


def _undo_start(
    session: Session,
    actor: Actor,
    notice: Notice,
    placement: Placement,
    refs: list[str],
    *,
    rules: Rulebook,
    areas: Areas,
    now: datetime,
) -> None:
    """Another's word still stands: what this notice did is owed again, on the clock that ran."""
    _owe_again(session, actor, placement, refs, rules=rules, now=now)
    is_placing = notice.sender_id == placement.placing_authority_id
    if is_placing and placement.state == "confirmed" and not notice_queries.has_start_from_placing(session, placement):
        placements.move_state(session, actor, placement, "observe", now=now)
        recount(session, actor, placement, told={}, reason="withdrawn", rules=rules, areas=areas, now=now)


def _owe_again(
    session: Session, actor: Actor, placement: Placement, refs: list[str], *, rules: Rulebook, now: datetime
) -> None:
    for ref in refs:
        obligations.reopen_fulfilled_by(
            session, actor, subject_ref=placement.ref, by_ref=ref, reason="withdrawn", rules=rules, now=now
        )
