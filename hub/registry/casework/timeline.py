"""What happened in one placement, in order: notices, who was told and answered, what was owed and became of it, who decided what.

Each organisation that is a party sees what its part allows: a notice that it sent or was sent, what it owes or is owed.
Openings of files and readings are not here: they are the audit's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.duties.rulebook import Rulebook
from hub.notify.worklists import standing
from hub.registry import notice_queries, views
from hub.registry import placement_queries as placements
from hub.registry.casework import approval_requests, assignments
from hub.registry.casework import timeline_queries as queries
from hub.registry.casework.approvals import approved_of
from hub.registry.casework.assignments import Assigned
from hub.registry.desk import question_queries
from hub.registry.links import queries as link_queries
from hub.registry.markers import queries as marker_queries
from hub.registry.markers.service import may_see
from hub.registry.models import Notice, Placement
from hub.registry.notice_queries import SENT
from hub.registry.placement_queries import PlacementFilter
from hub.registry.views import PlacementBrief, PlacementSeen

KINDS: Final = ("notice", "told", "approval", "duty", "step", "match", "question", "marker")
"""What an entry may be about."""
COUNCILS: Final = ("placing_authority", "host_authority")


@dataclass(frozen=True)
class Entry:
    """One thing that happened: *kind* of :data:`KINDS`, *what* as a word, about *ref*; *facts*: what goes with the word."""

    at: datetime
    kind: str
    what: str
    ref: str
    facts: dict[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Timeline:
    """A placement, all that happened in it, who here looks after it, and the child's other placements by the same council."""

    placement: PlacementSeen
    entries: list[Entry]
    assigned: Assigned
    others: list[PlacementBrief]


@dataclass(frozen=True)
class Own:
    """One of a placing authority's placements in a list, with the child, and who looks after it."""

    placement: PlacementBrief
    child: dict[str, Any] = field(repr=False)
    worker: str | None
    team: str | None


def read_timeline(session: Session, actor: Actor, ref: str, *, rules: Rulebook, now: datetime) -> Timeline:
    """The timeline of the placement *ref*, oldest first; the reading is recorded. Raises ``NotFound``.

    Of a child who is shielded from the reader it is empty: whom it names would say where the child lives.
    """
    seen = views.read_placement(session, actor, ref, now=now)
    if seen.is_shielded:
        return Timeline(seen, [], assignments.read_assignment(session, actor, ref), [])
    placement = placements.placement_seen_by(session, ref, actor.organisation)
    if placement is None:
        raise LookupError("it was seen a moment ago, in this transaction")
    is_placing = seen.party == "placing_authority"
    sent = notice_queries.notices_about(session, placement.id, SENT)
    shown = {each.ref for each in seen.notices}
    notices = [each for each in sent if is_placing or each.ref in shown]
    entries = [
        *_notices(session, notices),
        *_told(session, notices),
        *_owed(session, actor, placement, sent, rules, now),
        *_questions(session, actor, sent),
        *_markers(session, actor, placement, seen.party),
    ]
    if seen.party in COUNCILS:
        entries += [*_approvals(session, placement), *_matches(session, actor, placement)]
    if is_placing:
        entries += _requests(session, actor, placement, rules)
    return Timeline(
        placement=seen,
        entries=sorted(entries, key=lambda each: (each.at, KINDS.index(each.kind))),
        assigned=assignments.read_assignment(session, actor, ref),
        others=[views.placement_brief(row) for row in queries.other_placements(session, placement)]
        if is_placing
        else [],
    )


def list_own(
    session: Session,
    actor: Actor,
    wanted: PlacementFilter,
    *,
    whose: str = "all",
    after: str | None,
    at_most: int,
    now: datetime,
) -> list[Own]:
    """A page of the placements of the actor's council, newest first, with the children; the reading is recorded."""
    among = assignments.placements(session, actor, whose)
    rows = queries.own_placements(session, wanted, actor.organisation, among, after=after, at_most=at_most)
    refs = [row.Placement.ref for row in rows]
    if refs:
        audit.record(
            session, actor, Event.PLACEMENTS_LISTED, actor.organisation_ref or "", now=now, details={"placements": refs}
        )
    here = assignments.assigned_to(session, actor, [row.Placement.id for row in rows])
    return [
        Own(
            placement=views.placement_brief(row),
            child=keys_of(session).open(row.Child.ref, row.Child.sealed),
            worker=here.get(row.Placement.id, Assigned()).worker,
            team=here.get(row.Placement.id, Assigned()).team,
        )
        for row in rows
    ]


# --- the entries ------------------------------------------------------------------------------------------------------


def _notices(session: Session, notices: Sequence[Notice]) -> Iterator[Entry]:
    senders = _names(session, [each.sender_id for each in notices])
    for each in notices:
        if each.registered_at is None:
            continue
        facts = {"kind": each.kind, "state": each.state, "revision": each.revision, "event_at": each.event_at}
        facts["sender"] = senders.get(each.sender_id)
        yield Entry(each.registered_at, "notice", "corrected" if each.revision > 1 else "registered", each.ref, facts)


def _told(session: Session, notices: Sequence[Notice]) -> Iterator[Entry]:
    for notice in notices:
        for row in notice_queries.recipients_of(session, notice.id):
            yield from _recipient(notice, row)
    for row in notice_queries.acknowledgements_of(session, [each.ref for each in notices]):
        given = views.acknowledgement_seen(session, row)
        facts = {
            "organisation": row.Organisation.name,
            **{name: given[name] for name in ("by", "promise", "promise_on")},
        }
        yield Entry(given["at"], "told", "acknowledged", given["notice"], facts)


def _recipient(notice: Notice, row: Any) -> Iterator[Entry]:
    told, facts = row.NoticeRecipient, {"organisation": row.Organisation.name, "capacity": row.NoticeRecipient.capacity}
    reached = row.first_reached_at
    if reached is None or reached != told.told_at:
        yield Entry(told.told_at, "told", "told", notice.ref, facts)
    if reached is not None:
        yield Entry(reached, "told", "reached", notice.ref, facts)
    if told.redirected_at is not None:
        passed_to = row.passed_to.name if row.passed_to else None
        yield Entry(told.redirected_at, "told", "redirected", notice.ref, facts | {"to": passed_to})


def _owed(
    session: Session, actor: Actor, placement: Placement, sent: Sequence[Notice], rules: Rulebook, now: datetime
) -> Iterator[Entry]:
    subjects = [placement.ref, *(each.ref for each in sent)]
    rows = queries.owed_about(session, subjects, actor.organisation)
    known = {row.Obligation.id: row for row in rows}
    for row in rows:
        yield from _duty(row, rules, now)
    for step in queries.steps_for(session, list(known)):
        owed = known[step.obligation_id].Obligation
        facts = {
            "says": _says(owed.duty_code, rules),
            "roles": step.roles,
            "outcome": step.outcome,
            "rung": step.rung + 1,
        }
        yield Entry(step.raised_at, "step", "step", owed.ref, facts)


def _duty(row: Any, rules: Rulebook, now: datetime) -> Iterator[Entry]:
    owed = row.Obligation
    facts = {
        "code": owed.duty_code,
        "says": _says(owed.duty_code, rules),
        "by": row.by_name or owed.owed_by_role,
        "to": row.to_name,
        "due_at": owed.due_at,
        "due_on": owed.due_on,
        "standing": standing(owed, now=now),
        "fulfilled_at": owed.fulfilled_at,
        "reason": owed.close_reason,
    }
    yield Entry(owed.opened_at, "duty", "opened", owed.ref, facts)
    if owed.state != "open":
        yield Entry(owed.closed_at or owed.opened_at, "duty", owed.state, owed.ref, facts)
    elif owed.fulfilled_at is not None:
        yield Entry(owed.fulfilled_at, "duty", "fulfilled", owed.ref, facts)
    elif owed.paused_at is not None:
        yield Entry(owed.paused_at, "duty", "paused", owed.ref, facts)


def _says(code: str, rules: Rulebook) -> str:
    duty = rules.law.duties.get(code)
    return duty.says if duty else code


def _approvals(session: Session, placement: Placement) -> Iterator[Entry]:
    for row in placements.approvals_of(session, placement.id):
        given = approved_of(session, row)
        facts = {"name": given.approver_name, "role": given.approver_role, "delegation": given.delegation_ref}
        yield Entry(given.approved_at, "approval", "approved", given.ref, facts)


def _requests(session: Session, actor: Actor, placement: Placement, rules: Rulebook) -> Iterator[Entry]:
    for each in approval_requests.requests_about(session, actor, placement, rules=rules):
        yield Entry(each.asked_at, "approval", "asked", each.ref, {"name": each.asked_by, "note": each.note})
        if each.answered_at is not None and each.state in ("sent_back", "withdrawn"):
            facts = {"name": each.answered_by, "reason": each.reason}
            yield Entry(each.answered_at, "approval", each.state, each.ref, facts)


def _matches(session: Session, actor: Actor, placement: Placement) -> Iterator[Entry]:
    """Those of which the actor's council may see both sides."""
    for each in queries.matches_of(session, placement.id):
        if link_queries.shown(session, each.ref, organisation_id=actor.organisation) is None:
            continue
        facts = {"score": each.score, "state": each.state}
        yield Entry(each.created_at, "match", "linked" if each.state == "linked" else "found", each.ref, facts)
        if each.decided_at is not None:
            yield Entry(each.decided_at, "match", each.state, each.ref, facts)


def _questions(session: Session, actor: Actor, sent: Sequence[Notice]) -> Iterator[Entry]:
    """What was asked about the notices: by whom and when, not what; the question's own page holds that."""
    rows = {
        row.Question.id: row for row in question_queries.about(session, [each.id for each in sent], actor.organisation)
    }
    for entry in question_queries.entries(session, list(rows)):
        said = entry.QuestionEntry
        question = rows[said.question_id].Question
        facts = {"organisation": entry.Organisation.name, "kind": question.kind}
        yield Entry(said.at, "question", said.act, question.ref, facts)


def _markers(session: Session, actor: Actor, placement: Placement, party: str) -> Iterator[Entry]:
    """Who added, changed, reviewed or ended a marker beside any notice, and when; which one it is, and why, its own page says."""
    rows = marker_queries.versions(session, placement.id)
    newest = {row.MarkerVersion.marker_ref: row.MarkerVersion for row in rows}
    for row in rows:
        version = row.MarkerVersion
        if version.notice_ref is not None or version.act == "carried":
            continue
        if all(may_see(each, party, actor.organisation) for each in (version, newest[version.marker_ref])):
            yield Entry(version.recorded_at, "marker", version.act, version.marker_ref, {"organisation": row.by.name})


def _names(session: Session, ids: Sequence[int]) -> dict[int, str]:
    return {row.id: row.name for row in placements.parties(session, ids=set(ids))}
