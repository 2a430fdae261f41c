"""A placement that is known already: its case, drawn from its own row, and what is owed about it, counted anew."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import Conflict, NotFound
from hub.directory.areas import Areas
from hub.directory.queries import Brief
from hub.duties.rulebook import Rulebook
from hub.registry import notice_queries, owed
from hub.registry import placement_queries as queries
from hub.registry.cases import Case
from hub.registry.content import Content, event_at, read_content
from hub.registry.facts import NOT_SAID
from hub.registry.filing import stored_content
from hub.registry.markers import service as markers
from hub.registry.models import Notice, Placement
from hub.registry.owed import APPROVALS, FULFILS
from hub.registry.places import OUTSIDE, Place
from hub.registry.recipients import Parties

BEGINNINGS: Final = ("placement_start", "placement_move", "consultation")
"""Kinds of the placing authority's own notices that describe a placement, the one that counts most first."""


def own_placement(session: Session, actor: Actor, ref: str) -> Placement:
    """The placement *ref*, locked, if the actor is its placing authority or its provider. Raises ``NotFound``."""
    seen = queries.placement_seen_by(session, ref, actor.organisation)
    if seen is None or actor.organisation not in (seen.placing_authority_id, seen.provider_id):
        raise NotFound("There is no placement of yours with this reference.")
    if seen.state == "cancelled":
        raise Conflict("Every notice about that placement was withdrawn. Register a new one.")
    return queries.placement_by_id(session, seen.id)


def running_case(
    session: Session,
    actor_id: int,
    content: Content,
    placement: Placement,
    *,
    areas: Areas,
    approved_at: datetime | None = None,
) -> Case:
    """The case of a notice about a placement that is known: parties and place from its row, facts from both."""
    parties = _parties(session, actor_id, placement)
    placing = parties.placing.gss_code if parties.placing else None
    document = keys_of(session).open(placement.ref, placement.sealed)
    at = event_at(content)
    return Case(
        content=content,
        parties=parties,
        placing=areas.authority(placing) if placing else None,
        place=_place(parties, placement, areas),
        relation=OUTSIDE if placement.country else placement.relation,
        event_at=at or placement.starts_at,
        approved_at=approved_at,
        address=dict(document.get("address", {})),
        known=_known(session, placement, document),
    )


def _parties(session: Session, actor_id: int, placement: Placement) -> Parties:
    ids = {
        "sender": actor_id,
        "placing": placement.placing_authority_id,
        "host": placement.host_authority_id,
        "force": placement.police_force_id,
        "provider": placement.provider_id,
    }
    rows = queries.parties(session, ids={number for number in ids.values() if number})
    found: dict[str, Brief | None] = {
        part: next((row for row in rows if row.id == number), None) for part, number in ids.items()
    }
    sender = found.pop("sender")
    if sender is None:
        raise LookupError("the sender has left the directory")
    return Parties(sender, **found)


def _place(parties: Parties, placement: Placement, areas: Areas) -> Place:
    if placement.country:
        return Place(None, None, placement.country, True, "The sender named the country.")
    host = areas.authority(parties.host.gss_code) if parties.host and parties.host.gss_code else None
    force = areas.force(parties.force.gss_code) if parties.force and parties.force.gss_code else None
    return Place(host, force, None, placement.area_confirmed, "As the placement is known.")


def _known(session: Session, placement: Placement, document: Mapping[str, Any]) -> Content:
    """What is known of a placement that its later notices do not repeat, as content."""
    child = queries.child_by_id(session, placement.child_id)
    told: dict[str, Any] = {
        "kind": "placement_start",
        "child": {"born_on": keys_of(session).open(child.ref, child.sealed).get("born_on")},
        "setting": placement.setting,
        "starts_at": placement.starts_at.isoformat(),
        "markers": [{"marker": code} for code in markers.codes_of(session, placement.id)],
        **{name: document[name] for name in ("short_break",) if name in document},
    }
    if placement.legal_status != NOT_SAID:
        told["legal_status"] = placement.legal_status
    if not told["child"]["born_on"]:
        del told["child"]
    return read_content(told)


def beginning_of(session: Session, placement: Placement) -> Notice | None:
    """The placing authority's own notice that describes the placement: of its start, or else the consultation."""
    sent = notice_queries.notices_about(session, placement.id)
    mine = [each for each in sent if each.sender_id == placement.placing_authority_id and each.kind in BEGINNINGS]
    return min(mine, key=lambda each: (BEGINNINGS.index(each.kind), -each.id), default=None)


def recount(
    session: Session,
    actor: Actor,
    placement: Placement,
    *,
    told: Mapping[int, datetime | None],
    draft: Content | None = None,
    reason: str,
    rules: Rulebook,
    areas: Areas,
    now: datetime,
) -> None:
    """Count anew what the placing authority owes about a placement, on what is known of it now.

    Asked when an approval is recorded, an address turns out to lie elsewhere, a notice is corrected or a draft changes. *told*:
    who has been told by this very act, and when they were reached. What was done stays done at the instant it was done.
    """
    owner_id = placement.placing_authority_id
    notice = None if draft else beginning_of(session, placement)
    if owner_id is None:
        return
    content = draft if notice is None else read_content(stored_content(session, notice))
    if content is None:
        return
    approvals = queries.approvals_of(session, placement.id)
    approved_at = min((each.approved_at for each in approvals), default=None)
    case = running_case(session, owner_id, content, placement, areas=areas, approved_at=approved_at)
    ground = owed.ground_of(placement.ref, case.parties, content, rules=rules)
    is_start = notice is not None and notice.kind != "consultation"
    wanted = owed.openings_of(
        ground, case.facts("placement_start"), only=lambda each: is_start or each.owed_by == "placing_authority"
    )
    if approvals:
        wanted = owed.done_by_approval(wanted, approval_ref=approvals[0].ref, approved_at=approvals[0].approved_at)
    if notice is not None:
        first = notice_queries.revisions(session, notice.id)[-1]
        codes = FULFILS["placement_start"] if is_start else frozenset()
        wanted = owed.done_by_notice(wanted, codes, by_ref=first.ref, at=first.registered_at, told=told)
    owed.reconcile(
        session,
        actor,
        wanted,
        owner_id=owner_id,
        standing=queries.standing(session, [placement.ref]),
        answered=owed.answered_at("placement_start", rules) | APPROVALS,
        reason=reason,
        rules=rules,
        now=now,
    )
