"""Not ours: a council named as host says whose area it is, and the hub re-routes without anybody keying anything again.

The sender's clocks stand: what it did, it did when it registered the notice. Both councils see that it was passed on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import iso
from hub.core.errors import Conflict, Invalid, StateConflict
from hub.core.sentences import worded
from hub.directory.areas import Areas, Authority
from hub.directory.queries import Brief
from hub.duties.rulebook import Rulebook
from hub.notify import restating
from hub.notify.obligations import open_obligations
from hub.notify.outbox import cancel_alerts
from hub.registry import notice_queries, owed
from hub.registry import placement_queries as queries
from hub.registry.acknowledging import received
from hub.registry.content import read_content
from hub.registry.corrections import leave_host, note_consulted
from hub.registry.filing import Filed, Told, add_note, alert, reached_by, stored_content, tell
from hub.registry.models import Notice, Placement
from hub.registry.openings import Start, openings_of_hosts
from hub.registry.owed import HOST_NOTICES
from hub.registry.receipts import named
from hub.registry.recipients import REDIRECTED_FROM, Recipient
from hub.registry.running import recount, running_case
from hub.registry.versions import before_of


@dataclass(frozen=True)
class Redirected:
    """Which placement was passed on, and to which council."""

    placement: str
    host: dict[str, Any]


def redirect_notice(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    host_authority: str,
    reason: str,
    by: str,
    rules: Rulebook,
    areas: Areas,
    now: datetime,
) -> Redirected:
    """The actor's council is not the host: *host_authority* (GSS code) is; every notice about the placement goes there.

    *reason* and *by* are kept with the notice, sealed. Raises ``NotFound``, ``StateConflict`` (not named as host, passed on
    already, withdrawn), ``Invalid`` (no such council) and ``Conflict`` (that council had passed it on itself).
    """
    row = received(session, actor, ref)
    if row.NoticeRecipient.capacity != "host_authority" or row.Notice.state != "registered":
        raise StateConflict("Only the council named as host by a notice that stands can pass it on.")
    placement = queries.placement_by_id(session, row.Notice.placement_id)
    authority = areas.authority(host_authority, field="host_authority")
    host, force = _desks(session, authority, areas)
    if host.id == actor.organisation:
        raise Invalid("That is your own council.", fields={"host_authority": ["Name the other council."]})
    _refuse_circle(session, row.Notice, host)
    notices = [each for each in notice_queries.notices_about(session, placement.id) if _is_for(session, each, actor)]
    old_force = placement.police_force_id
    _move_place(session, placement, host, force, areas)
    moved = queries.placement_by_id(session, placement.id)
    told = _pass_on(session, actor, notices, moved, host, force, old_force, rules=rules, now=now)
    _rearrange(session, actor, moved, notices, told, host, rules=rules, areas=areas, now=now)
    add_note(session, row.Notice, {"act": "redirected", "at": iso(now), "by": by, "reason": reason, "to": host.ref})
    details = {"to": host.ref, "notices": [each.ref for each in notices], "placement": placement.ref}
    audit.record(session, actor, Event.NOTICE_REDIRECTED, ref, now=now, details=details)
    return Redirected(placement.ref, named(host) or {})


def _desks(session: Session, authority: Authority, areas: Areas) -> tuple[Brief, Brief]:
    force = areas.force_of(authority.gss_code)
    rows = queries.parties(session, gss=[authority.gss_code, force.gss_code])
    by_code = {row.gss_code: row for row in rows}
    return by_code[authority.gss_code], by_code[force.gss_code]


def _refuse_circle(session: Session, notice: Notice, host: Brief) -> None:
    recipients = notice_queries.recipients_of(session, notice.id)
    passed = [row for row in recipients if row.NoticeRecipient.organisation_id == host.id]
    if passed and passed[0].NoticeRecipient.capacity == REDIRECTED_FROM:
        raise Conflict(
            worded(
                "{name} has said that it is not the host either. Ring each other; the sender can correct the notice.",
                name=host.name,
            ),
            code="redirected_in_a_circle",
        )


def _is_for(session: Session, notice: Notice, actor: Actor) -> bool:
    rows = notice_queries.recipients_of(session, notice.id)
    return any(
        row.NoticeRecipient.organisation_id == actor.organisation and row.NoticeRecipient.capacity == "host_authority"
        for row in rows
    )


def _move_place(session: Session, placement: Placement, host: Brief, force: Brief, areas: Areas) -> None:
    placing = [each for each in queries.parties(session, ids=[placement.placing_authority_id or 0])]
    code = placing[0].gss_code if placing else None
    relation = areas.relation(code, host.gss_code or "").kind if code else None
    values = {
        "host_authority_id": host.id,
        "police_force_id": force.id,
        "relation": relation,
        **queries.area_columns(is_confirmed=False),
    }
    queries.change_placement(session, placement.id, values)


def _pass_on(
    session: Session,
    actor: Actor,
    notices: Sequence[Notice],
    placement: Placement,
    host: Brief,
    force: Brief,
    old_force: int | None,
    *,
    rules: Rulebook,
    now: datetime,
) -> dict[str, list[Told]]:
    """Tell the right council, and its force where that is another, of each notice; who was told of which."""
    told: dict[str, list[Told]] = {}
    for notice in notices:
        leaving = [(actor.organisation, host)]
        named = {row.NoticeRecipient.organisation_id for row in notice_queries.recipients_of(session, notice.id)}
        recipients = [Recipient(host, "host_authority")] if host.id != notice.sender_id else []
        if old_force in named and old_force != force.id:
            leaving.append((old_force or 0, force))
            recipients.append(Recipient(force, "police_force"))
        passed_on = before_of(session, notice).passed_on
        leaving += [(each.organisation.id, host) for each in passed_on]
        for organisation_id, to in leaving:
            notice_queries.pass_on(session, notice.id, organisation_id, to_id=to.id, capacity=REDIRECTED_FROM, now=now)
            cancel_alerts(session, now=now, subject_ref=notice.ref, organisation_id=organisation_id)
        fresh = [each for each in recipients if each.organisation.id not in named]
        told[notice.ref] = tell(
            session, actor, _filed(notice), fresh, placement_ref=placement.ref, rules=rules, now=now
        )
        sender = [Recipient(each, "sender") for each in queries.parties(session, ids=[notice.sender_id])]
        alert(
            session,
            actor,
            notice.ref,
            [*sender, *passed_on],
            kind="notice.redirected",
            placement_ref=placement.ref,
            rules=rules,
            now=now,
        )
    return told


def _filed(notice: Notice) -> Filed:
    return Filed(
        notice.id,
        notice.ref,
        notice.kind,
        notice.revision,
        notice.registered_at or notice.drafted_at,
        notice.content_hash or b"",
    )


def _rearrange(
    session: Session,
    actor: Actor,
    placement: Placement,
    notices: Sequence[Notice],
    told: dict[str, list[Told]],
    host: Brief,
    *,
    rules: Rulebook,
    areas: Areas,
    now: datetime,
) -> None:
    """What the old host owed is struck out; what was owed to it is owed to the new one, on the clocks that ran."""
    everyone = reached_by([each for listed in told.values() for each in listed])
    leave_host(
        session, actor, placement, actor.organisation, reached=everyone, reason="redirected", rules=rules, now=now
    )
    recount(session, actor, placement, told=everyone, reason="redirected", rules=rules, areas=areas, now=now)
    if host.id == placement.placing_authority_id:
        _strike_out_host_notices(session, actor, placement, now)
        return
    for notice in notices:
        content = read_content(stored_content(session, notice))
        case = running_case(session, notice.sender_id, content, placement, areas=areas)
        ground = owed.ground_of(placement.ref, case.parties, content, rules=rules)
        start = Start(case, placement.ref, _filed(notice), told[notice.ref], ground)
        open_obligations(session, actor, openings_of_hosts(start, now), rules=rules, now=now)
        note_consulted(session, actor, case, placement, notice.ref, reached=everyone, rules=rules, now=now)


def _strike_out_host_notices(session: Session, actor: Actor, placement: Placement, now: datetime) -> None:
    """The child turns out to live in the placing authority's own area: nobody else was ever owed a notice."""
    rows = queries.standing(session, [placement.ref])
    stale = [row for row in rows if row.duty_code in HOST_NOTICES | {"EGAP", "ECPF"}]
    restating.strike_out(session, actor, stale, reason="redirected", now=now)
