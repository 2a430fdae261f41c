"""Approvals that are asked for: a placement waits for its officer, who approves it or sends it back with a reason.

Whose approval the law asks for stands in its row: the nominated officer's where the placement adjoins (SI 2010/959 reg 11(1)(a)),
the director's at a distance (11(1)(b)), the panel's in Wales.
A council may delegate the director's: then the delegation is named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.access.teams import service as teams
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import Conflict, Invalid, NotFound, StateConflict
from hub.core.ids import is_ref, new_ref
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.notify import outbox
from hub.notify.models import Obligation
from hub.notify.outbox import Wanted
from hub.registry import placement_queries, running
from hub.registry.casework import approval_queries as queries
from hub.registry.casework import approvals
from hub.registry.casework.approvals import Approved
from hub.registry.casework.models import ApprovalRequest
from hub.registry.filing import stored_content
from hub.registry.models import Placement
from hub.registry.owed import APPROVALS

DIRECTOR: Final = "dcs"
_NOT_SEEN: Final = "There is no request for approval of yours with this reference."
_RUNS: Final = ("proposed", "unconfirmed", "confirmed")


@dataclass(frozen=True)
class Request:
    """An approval asked for: of which placement, by whom, of whom the law asks it, and what became of it.

    ``officer`` is the role in the law's row (``nominated_officer``, ``dcs``, ``head_of_service``); ``None`` and no code where the
    law does not ask for it any more.
    """

    ref: str
    state: str
    placement: str
    relation: str | None
    starts_at: datetime
    is_emergency: bool
    host: str | None
    duty_code: str | None
    officer: str | None
    asked_at: datetime
    asked_by: str | None
    note: str | None
    answered_at: datetime | None
    answered_by: str | None
    reason: str | None
    draft: str | None
    version: int


@dataclass(frozen=True)
class ToApprove:
    """A placement for which an approval may be asked: whose it is, and why not where it may not."""

    ref: str
    relation: str | None
    starts_at: datetime
    is_emergency: bool
    duty_code: str | None
    officer: str | None
    refused: str | None
    earlier: Sequence[Request]
    draft: str | None


@dataclass(frozen=True)
class Matter:
    """What an officer decides on: the request, the notice as it is drafted or was sent, and the duties around it."""

    request: Request
    content: dict[str, Any]
    owed: Sequence[Obligation]


def ask(
    session: Session, actor: Actor, placement_ref: str, *, note: str | None = None, rules: Rulebook, now: datetime
) -> Request:
    """Ask for the approval that the law asks of a placement; its officer is told.

    Raises ``NotFound``, ``Conflict`` (the placement ended), ``StateConflict``: the law asks none, it was given, it waits already.
    """
    placement = placement_queries.placement_by_id(
        session, approvals.placing_placement(session, actor, placement_ref).id
    )
    owed = _owed_for(session, placement)
    _refuse_needless(session, actor, placement, owed)
    ref = new_ref("apq")
    row = {
        "ref": ref,
        "placement_id": placement.id,
        "organisation_id": actor.organisation,
        "asked_by": actor.ref,
        "asked_at": now,
        "sealed": keys_of(session).seal(ref, {"note": note} if note else {}),
    }
    queries.add(session, row)
    audit.record(session, actor, Event.APPROVAL_ASKED, ref, now=now, details={"placement": placement_ref})
    officer = rules.law.duty(owed[0].duty_code).owed_by_role or DIRECTOR
    _tell(session, actor, "approval.asked", officer, ref, owed[0], rules=rules, now=now)
    return _one(session, actor, ref, rules)


def withdraw(session: Session, actor: Actor, ref: str, *, rules: Rulebook, now: datetime) -> Request:
    """Take back what waits: nothing was decided. Raises ``NotFound``, ``StateConflict``."""
    request = _row(session, actor, ref).ApprovalRequest
    queries.answer(session, "withdraw", request.id, {"answered_by": actor.ref, "answered_at": now})
    audit.record(session, actor, Event.APPROVAL_WITHDRAWN, ref, now=now)
    outbox.cancel_alerts(session, now=now, subject_ref=ref)
    return _one(session, actor, ref, rules)


def approve(
    session: Session, actor: Actor, ref: str, given: Mapping[str, Any], *, rules: Rulebook, areas: Areas, now: datetime
) -> Approved:
    """Approve the placement that waits, as ``approvals.record_approval`` does; the request is answered by it.

    Raises ``NotFound``, ``StateConflict`` (it was answered), ``Invalid``: another officer's without a delegation, a time to come.
    """
    row = _row(session, actor, ref)
    _refuse_answered(row.ApprovalRequest)
    _refuse_wrong_officer(actor, row.duty_code, given, rules)
    approved = approvals.record_approval(session, actor, row.Placement.ref, given, rules=rules, areas=areas, now=now)
    outbox.cancel_alerts(session, now=now, subject_ref=ref)
    return approved


def send_back(session: Session, actor: Actor, ref: str, *, reason: str, rules: Rulebook, now: datetime) -> Request:
    """Send a placement back with a reason: it is not approved, the duty stays open. Raises ``NotFound``, ``StateConflict``."""
    row = _row(session, actor, ref)
    request: ApprovalRequest = row.ApprovalRequest
    written = {**keys_of(session).open(ref, request.sealed), "reason": reason}
    values = {"answered_by": actor.ref, "answered_at": now, "sealed": keys_of(session).seal(ref, written)}
    queries.answer(session, "send_back", request.id, values)
    audit.record(session, actor, Event.APPROVAL_SENT_BACK, ref, now=now, details={"placement": row.Placement.ref})
    outbox.cancel_alerts(session, now=now, subject_ref=ref)
    owed = _owed_for(session, row.Placement)
    _tell(session, actor, "approval.sent_back", "social_worker", ref, owed[0] if owed else None, rules=rules, now=now)
    return _one(session, actor, ref, rules)


def placement_to_approve(session: Session, actor: Actor, ref: str, *, rules: Rulebook) -> ToApprove:
    """The placement *ref* of the actor's council, and whether :func:`ask` would be refused. Raises ``NotFound``."""
    placement = approvals.placing_placement(session, actor, ref)
    owed, refused = _owed_for(session, placement), None
    try:
        _refuse_needless(session, actor, placement, owed)
    except Conflict as refusal:
        refused = refusal.sentence
    draft = queries.draft_on(session, placement.id, placement.placing_authority_id)
    return ToApprove(
        ref=ref,
        relation=placement.relation,
        starts_at=placement.starts_at,
        is_emergency=placement.is_emergency,
        duty_code=owed[0].duty_code if owed else None,
        officer=rules.law.duty(owed[0].duty_code).owed_by_role if owed else None,
        refused=refused,
        earlier=requests_about(session, actor, placement, rules=rules),
        draft=draft.ref if draft else None,
    )


# --- reading ----------------------------------------------------------------------------------------------------------


def read_request(session: Session, actor: Actor, ref: str, *, rules: Rulebook) -> Request:
    """One request of the actor's council: nothing about the child. Raises ``NotFound``."""
    return _one(session, actor, ref, rules)


def read_matter(session: Session, actor: Actor, ref: str, *, rules: Rulebook, now: datetime) -> Matter:
    """A request with what it is decided on; the reading is recorded. Raises ``NotFound``."""
    request, row = _one(session, actor, ref, rules), _row(session, actor, ref)
    placement: Placement = row.Placement
    notice = running.beginning_of(session, placement) or queries.draft_on(
        session, placement.id, placement.placing_authority_id
    )
    audit.record(session, actor, Event.APPROVAL_READ, ref, now=now, details={"placement": placement.ref})
    content = stored_content(session, notice) if notice else {}
    return Matter(request, content, placement_queries.standing(session, [placement.ref]))


def list_requests(
    session: Session,
    actor: Actor,
    *,
    states: Sequence[str] = ("waiting",),
    for_me: bool = False,
    after: str | None = None,
    at_most: int,
    rules: Rulebook,
) -> list[Request]:
    """A page of the requests of the actor's council, the placement that starts first in front.

    *for_me*: those alone that the actor's role may decide without a delegation.
    """
    among = codes_for(actor, rules) if for_me else None
    rows = queries.listed(session, actor.organisation, states, APPROVALS, among=among, after=after, at_most=at_most)
    return _seen(session, actor, rows, rules)


def count_waiting(session: Session, actor: Actor, *, rules: Rulebook, at_most: int) -> int:
    """How many wait that the actor's role may decide without a delegation."""
    return queries.counted(session, actor.organisation, APPROVALS, codes_for(actor, rules), at_most=at_most)


def sent_back_to(session: Session, actor: Actor, *, only_own: bool, rules: Rulebook, at_most: int) -> list[Request]:
    """What came back with a reason and was not asked again: the actor's own, or everybody's of the council."""
    whose = actor.ref if only_own else None
    rows = queries.sent_back_to(session, actor.organisation, whose, APPROVALS, at_most=at_most)
    return _seen(session, actor, rows, rules)


def requests_about(session: Session, actor: Actor, placement: Placement, *, rules: Rulebook) -> list[Request]:
    """Every request about a placement of the actor's council, oldest first."""
    return _seen(session, actor, queries.requests_on(session, placement.id, actor.organisation, APPROVALS), rules)


def codes_for(actor: Actor, rules: Rulebook) -> frozenset[str]:
    """Which duties to approve are the actor's by role: the director's at a distance; the nominated officer's the others.

    A system has no role: all.
    """
    distant = frozenset(code for code in APPROVALS if rules.law.duty(code).owed_by_role == DIRECTOR)
    if actor.kind != "person":
        return APPROVALS
    own = distant if DIRECTOR in actor.roles else frozenset()
    return own | (APPROVALS - distant if "nominated_officer" in actor.roles else frozenset())


def needs_delegation(actor: Actor, duty_code: str | None, rules: Rulebook) -> bool:
    """Whether the law asks this approval of the director, and the actor, a person, is somebody else."""
    officer = rules.law.duty(duty_code).owed_by_role if duty_code else None
    return actor.kind == "person" and officer == DIRECTOR and DIRECTOR not in actor.roles


# --- refusing ---------------------------------------------------------------------------------------------------------


def _refuse_needless(session: Session, actor: Actor, placement: Placement, owed: Sequence[Obligation]) -> None:
    if placement.state not in _RUNS:
        raise Conflict("That placement has ended. There is nothing to approve.")
    if not owed:
        raise StateConflict(
            "The law asks for no approval of this placement, as far as it is known. Nothing waits for it."
        )
    if owed[0].state != "open":
        raise StateConflict("This placement is approved already, or its approval was excused. Look at its page.")
    if any(each.state == "waiting" for each in queries.about(session, placement.id, actor.organisation)):
        raise StateConflict("This placement waits for its approval already. You may take that back, and ask again.")


def _refuse_answered(request: ApprovalRequest) -> None:
    if request.state != "waiting":
        raise StateConflict("This was answered already. Read it again to see how.")


def _refuse_wrong_officer(actor: Actor, duty_code: str | None, given: Mapping[str, Any], rules: Rulebook) -> None:
    if needs_delegation(actor, duty_code, rules) and not given.get("delegation_ref"):
        sentence = (
            "A placement at a distance is approved by the Director of Children's Services. "
            "If that was delegated to you, enter the reference of the delegation."
        )
        raise Invalid(sentence, fields={"delegation_ref": [sentence]})


# --- within -----------------------------------------------------------------------------------------------------------


def _owed_for(session: Session, placement: Placement) -> list[Obligation]:
    """The duties to approve a placement that stand, the newest first."""
    rows = placement_queries.standing(session, [placement.ref])
    return [row for row in reversed(rows) if row.duty_code in APPROVALS and row.state != "void"]


def _tell(
    session: Session,
    actor: Actor,
    kind: str,
    role: str,
    ref: str,
    owed: Obligation | None,
    *,
    rules: Rulebook,
    now: datetime,
) -> None:
    details = {"duty_code": owed.duty_code, "due_at": owed.due_at} if owed else {}
    wanted = Wanted(kind, actor.organisation, role, ref, details=details)
    outbox.raise_alerts(session, [wanted], rules=rules, now=now, actor=actor)


def _row(session: Session, actor: Actor, ref: str) -> Any:
    found = queries.shown(session, ref, actor.organisation, APPROVALS) if is_ref(ref, "apq") else None
    if found is None:
        raise NotFound(_NOT_SEEN)
    return found


def _one(session: Session, actor: Actor, ref: str, rules: Rulebook) -> Request:
    [shown] = _seen(session, actor, [_row(session, actor, ref)], rules)
    return shown


def _seen(session: Session, actor: Actor, rows: Sequence[Any], rules: Rulebook) -> list[Request]:
    people = {ref for row in rows for ref in (row.ApprovalRequest.asked_by, row.ApprovalRequest.answered_by) if ref}
    names = teams.names_of(session, sorted(people), actor.organisation)
    drafts = queries.drafts_on(session, {row.Placement.id for row in rows}, actor.organisation)
    return [_request(session, row, names, drafts.get(row.Placement.id), rules) for row in rows]


def _request(session: Session, row: Any, names: Mapping[str, str], draft: str | None, rules: Rulebook) -> Request:
    request, placement = row.ApprovalRequest, row.Placement
    written = keys_of(session).open(request.ref, request.sealed)
    return Request(
        ref=request.ref,
        state=request.state,
        placement=placement.ref,
        relation=placement.relation,
        starts_at=placement.starts_at,
        is_emergency=placement.is_emergency,
        host=row.host.name if row.host else None,
        duty_code=row.duty_code,
        officer=rules.law.duty(row.duty_code).owed_by_role if row.duty_code else None,
        asked_at=request.asked_at,
        asked_by=names.get(request.asked_by),
        note=written.get("note"),
        answered_at=request.answered_at,
        answered_by=names.get(request.answered_by or ""),
        reason=written.get("reason"),
        draft=draft,
        version=request.version,
    )
