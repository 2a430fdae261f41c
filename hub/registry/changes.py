"""Details of a running placement change: its host is told, and what is known of it is brought up to date."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import Conflict
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.notify import obligations
from hub.notify.obligations import Opening
from hub.registry import notice_queries, owed, placements
from hub.registry import placement_queries as queries
from hub.registry.cases import Case
from hub.registry.content import Content, read_content
from hub.registry.filing import (
    Draft,
    Filed,
    Told,
    reached_by,
    registered_entry,
    stored_content,
)
from hub.registry.markers import noticing as markers
from hub.registry.minimum import to_follow
from hub.registry.models import Notice, Placement
from hub.registry.openings import acknowledgement_openings
from hub.registry.owed import FULFILS
from hub.registry.receipts import Receipt, receipt_of
from hub.registry.running import beginning_of, own_placement, running_case
from hub.registry.versions import Before, send_version


def register_change(
    session: Session,
    actor: Actor,
    content: Content,
    *,
    rules: Rulebook,
    areas: Areas,
    now: datetime,
    draft: Draft | None = None,
    old: Notice | None = None,
) -> Receipt:
    """Register that details of a placement changed, or the next version of such a notice (*old* is the one it supersedes).

    Policy E13C. What was to follow may come with it.
    """
    placement = own_placement(session, actor, content["placement"])
    if placement.state == "ended":
        raise Conflict("That placement has ended. Correct the notice that said so, if it has not.")
    case = running_case(session, actor.organisation, content, placement, areas=areas)
    sent = send_version(session, actor, case, placement, old=old, draft=draft, rules=rules, now=now)
    before, filed, told = sent.before, sent.filed, sent.told
    lay_changes(session, actor, placement.id, now=now)
    if old or "markers" in content:
        markers.restate(session, actor, placement, author_id=actor.organisation, rules=rules, now=now)
    placements.describe_child(session, actor, placement.child_id, content, now=now)
    wanted = _openings(case, filed, told, placement, before=before, rules=rules, now=now)
    standing = queries.standing(session, [filed.ref])
    owed.reconcile(
        session,
        actor,
        wanted,
        owner_id=actor.organisation,
        standing=standing,
        answered=owed.answered_at("placement_change", rules),
        reason="change_restated",
        rules=rules,
        now=now,
    )
    supply_what_followed(session, actor, placement, filed, told, rules=rules, now=now)
    audit.record_many(session, [registered_entry(session, actor, filed, placement.ref, told)])
    rows = queries.standing(session, [filed.ref])
    return receipt_of(case, filed, told, rows, placement_ref=placement.ref, rules=rules, now=now)


def _openings(
    case: Case,
    filed: Filed,
    told: Sequence[Told],
    placement: Placement,
    *,
    before: Before | None,
    rules: Rulebook,
    now: datetime,
) -> list[Opening]:
    """What a change sets off. Its subject is the notice: a placement may change more than once, each told for itself."""
    at = before.first_registered_at if before else now
    ground = owed.ground_of(placement.ref, case.parties, case.content, rules=rules)
    wanted = owed.openings_of(ground, case.facts("placement_change"), only=lambda each: True)
    wanted = [replace(each, subject_ref=filed.ref) for each in wanted]
    wanted = owed.done_by_notice(wanted, FULFILS["placement_change"], by_ref=filed.ref, at=at, told=reached_by(told))
    fresh = [each for each in told if before is None or each.recipient.organisation.id not in before.told]
    return [*wanted, *acknowledgement_openings(ground, filed.ref, fresh, now)]


def supply_what_followed(
    session: Session,
    actor: Actor,
    placement: Placement,
    filed: Filed,
    told: Sequence[Told],
    *,
    rules: Rulebook,
    now: datetime,
) -> None:
    """Once everything that was to follow has been sent, the obligation that stood for it is fulfilled."""
    if placement.host_authority_id is None or what_is_missing(session, placement):
        return
    obligations.fulfil(
        session,
        actor,
        subject_ref=placement.ref,
        duty_codes=["ECPF"],
        by_ref=filed.ref,
        at=now,
        reached_at=reached_by(told).get(placement.host_authority_id),
        rules=rules,
        now=now,
    )


def what_is_missing(session: Session, placement: Placement) -> list[str]:
    """The parts of the notice of the start that were to follow and that no later notice has brought."""
    beginning = beginning_of(session, placement)
    if beginning is None or beginning.kind == "consultation":
        return []
    missing = to_follow(read_content(stored_content(session, beginning)))
    later = [each for each in notice_queries.notices_about(session, placement.id) if each.kind == "placement_change"]
    told = [stored_content(session, each) for each in later]
    return [part for part in missing if not any(_brings(content, part) for content in told)]


def _brings(content: Content, part: str) -> bool:
    if part == "care_plan":
        plan = content.get("care_plan", {})
        return bool(plan.get("file") or plan.get("not_given_reason"))
    if part == "date_of_birth":
        return "born_on" in content.get("child", {})
    return part in content


def lay_changes(session: Session, actor: Actor, placement_id: int, *, now: datetime) -> None:
    """Describe a placement anew from the notices about it that stand: its beginning, then each change in its order."""
    placement = queries.placement_by_id(session, placement_id)
    beginning = beginning_of(session, placement)
    if beginning is not None:
        content = read_content(stored_content(session, beginning))
        address = keys_of(session).open(placement.ref, placement.sealed).get("address", {})
        sealed = keys_of(session).seal(placement.ref, placements.document_of(content, address))
        queries.change_placement(session, placement.id, {"sealed": sealed})
        placement = queries.placement_by_id(session, placement_id)
    standing = notice_queries.notices_about(session, placement.id)
    changes = [read_content(stored_content(session, each)) for each in standing if each.kind == "placement_change"]
    if changes:
        placements.change_details(session, actor, placement, changes, now=now)
