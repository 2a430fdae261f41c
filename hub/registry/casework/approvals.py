"""The approval of an out-of-area placement: by whom, in what role, when (SI 2010/959 reg 11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import Invalid, NotFound
from hub.core.ids import new_ref
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.notify import obligations
from hub.registry import placement_queries as queries
from hub.registry.casework import approval_queries
from hub.registry.content import Content, read_content
from hub.registry.filing import stored_content
from hub.registry.models import Approval, Placement
from hub.registry.owed import APPROVALS
from hub.registry.running import beginning_of, recount


@dataclass(frozen=True)
class Approved:
    """An approval on record."""

    ref: str
    approver_name: str
    approver_role: str
    delegation_ref: str | None
    approved_at: datetime
    recorded_at: datetime


def record_from_notice(
    session: Session, actor: Actor, content: Content, placement_id: int, *, is_new: bool = False, now: datetime
) -> Approved | None:
    """Record the approval that a notice carries, if it carries one that is not on record yet (of a new placement none is)."""
    given = content.get("approval")
    if given is None:
        return None
    return add_approval(session, actor, placement_id, given, is_new=is_new, now=now)


def add_approval(
    session: Session, actor: Actor, placement_id: int, given: Content, *, is_new: bool = False, now: datetime
) -> Approved:
    """Put an approval on record; one that says the same as one on record is that one. It answers whoever asked for it."""
    for row in () if is_new else queries.approvals_of(session, placement_id):
        known = approved_of(session, row)
        if (known.approved_at, known.approver_name) == (given["approved_at"], given["name"]):
            return known
    added = _row(session, actor, placement_id, given, now)
    queries.add_approval(session, added)
    if not is_new:
        _answer_request(session, actor, placement_id, added["ref"], now)
    audit.record(session, actor, Event.APPROVAL_RECORDED, added["ref"], now=now, details={"role": "approver"})
    return _approved(added, given)


def _answer_request(session: Session, actor: Actor, placement_id: int, approval_ref: str, now: datetime) -> None:
    values = {"answered_by": actor.ref, "answered_at": now, "approval_ref": approval_ref}
    if approval_queries.answer_waiting(session, "approve", placement_id, values):
        audit.record(session, actor, Event.APPROVAL_GIVEN, approval_ref, now=now)


def _row(session: Session, actor: Actor, placement_id: int, given: Content, now: datetime) -> dict[str, Any]:
    ref = new_ref("apr")
    return {
        "ref": ref,
        "placement_id": placement_id,
        "sealed": keys_of(session).seal(ref, {"name": given["name"], "role": given["role"]}),
        "delegation_ref": given.get("delegation_ref"),
        "approved_at": given["approved_at"],
        "recorded_at": now,
        "recorded_by": actor.ref,
    }


def approved_of(session: Session, row: Approval) -> Approved:
    """A row of the table as others see it."""
    plain = {name: getattr(row, name) for name in _PLAIN}
    return _approved(plain, keys_of(session).open(row.ref, row.sealed))


def _approved(row: Mapping[str, Any], approver: Mapping[str, Any]) -> Approved:
    plain = {name: row[name] for name in _PLAIN}
    return Approved(approver_name=approver["name"], approver_role=approver["role"], **plain)


_PLAIN: Final = ("ref", "delegation_ref", "approved_at", "recorded_at")


def record_approval(
    session: Session, actor: Actor, placement_ref: str, given: Content, *, rules: Rulebook, areas: Areas, now: datetime
) -> Approved:
    """Put an approval of a placement of the actor's council on record, and count anew what hangs on it.

    *given*: ``approver_name``, ``approver_role``, ``delegation_ref``, ``approved_at``. Raises ``NotFound`` and ``Invalid``.
    """
    placement = placing_placement(session, actor, placement_ref)
    refuse_future(given["approved_at"], now=now)
    said = {**given, "name": given["approver_name"], "role": given["approver_role"]}
    approved = add_approval(session, actor, placement.id, said, now=now)
    placement = queries.placement_by_id(session, placement.id)
    draft = _drafted(session, placement)
    recount(
        session, actor, placement, told={}, draft=draft, reason="approval_recorded", rules=rules, areas=areas, now=now
    )
    _meet(session, actor, placement, approved, rules=rules, now=now)
    return approved


def _drafted(session: Session, placement: Placement) -> Content | None:
    """What the council's draft says of a placement of which it has sent no notice yet."""
    if beginning_of(session, placement) is not None:
        return None
    draft = approval_queries.draft_on(session, placement.id, placement.placing_authority_id)
    return read_content(stored_content(session, draft)) if draft else None


def _meet(
    session: Session, actor: Actor, placement: Placement, approved: Approved, *, rules: Rulebook, now: datetime
) -> None:
    """What asks for an approval is met by it, also where the council has neither sent nor drafted a notice."""
    obligations.fulfil(
        session,
        actor,
        subject_ref=placement.ref,
        duty_codes=APPROVALS,
        by_ref=approved.ref,
        at=approved.approved_at,
        reached_at=approved.approved_at,
        owed_by_id=placement.placing_authority_id,
        rules=rules,
        now=now,
    )


def placing_placement(session: Session, actor: Actor, ref: str) -> Placement:
    """The placement *ref*, if the actor's council is its placing authority. Raises ``NotFound``."""
    seen = queries.placement_seen_by(session, ref, actor.organisation)
    if seen is None or seen.placing_authority_id != actor.organisation:
        raise NotFound("There is no placement of yours with this reference.")
    return seen


def refuse_future(approved_at: datetime, *, now: datetime) -> None:
    """An approval that is still to come is not one."""
    if approved_at > now:
        sentence = "An approval that has not been given yet cannot be recorded."
        raise Invalid(sentence, fields={"approved_at": [sentence]})
