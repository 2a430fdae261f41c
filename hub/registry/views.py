"""What an organisation is shown of a notice, a placement or the register: what its part allows, each reading recorded.

Of a shielded child a police force is shown that there is a placement or a notice, and which council to ring (``shielding``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import NotFound
from hub.registry import notice_queries, shield_queries
from hub.registry import placement_queries as queries
from hub.registry.casework.approvals import Approved, approved_of
from hub.registry.content import ARRIVALS, PLACING_KINDS
from hub.registry.filing import notes_on, stored_content
from hub.registry.markers import service as markers
from hub.registry.models import Placement
from hub.registry.notice_queries import AnyRow, NoticeFilter
from hub.registry.placement_queries import PlacementFilter
from hub.registry.recipients import visible_to
from hub.registry.shielding import placements_shielded_from

_NOT_SEEN: Final = "There is nothing with this reference that you can see."


@dataclass(frozen=True)
class NoticeBrief:
    """A notice in a list: nothing about a child."""

    ref: str
    kind: str
    state: str
    revision: int
    sender: dict[str, Any]
    placement: str | None
    event_at: datetime | None
    registered_at: datetime | None
    sha256: str | None


@dataclass(frozen=True)
class NoticeSeen(NoticeBrief):
    """A notice as one organisation sees it. ``capacity``: as what; ``content``: what that lets it see.

    ``revisions``: it and those it corrects, newest first; ``superseded_by``: the newest that corrects it and is the reader's too.

    ``is_shielded``: the child is shielded from the reader, and the rest withheld; ``ring_at``: then the council to ring.
    """

    capacity: str
    is_shielded: bool
    ring_at: dict[str, Any] | None
    content: dict[str, Any]
    recipients: list[dict[str, Any]]
    acknowledgements: list[dict[str, Any]]
    revisions: list[str]
    superseded_by: str | None
    notes: list[dict[str, Any]]


@dataclass(frozen=True)
class PlacementBrief:
    """A placement in a list: nothing that names the child.

    ``is_shielded``: the child is shielded from the reader; then what kind of placement it is, and where, is ``None``.
    """

    ref: str
    state: str
    is_shielded: bool
    setting: str | None
    legal_status: str | None
    relation: str | None
    country: str | None
    area_is_confirmed: bool
    area_accepted_by: str | None
    area_accepted_at: datetime | None
    is_emergency: bool
    first_source: str
    starts_at: datetime
    ends_at: datetime | None
    placing_authority: dict[str, Any] | None
    host_authority: dict[str, Any] | None
    police_force: dict[str, Any] | None
    provider: dict[str, Any] | None


@dataclass(frozen=True)
class PlacementSeen(PlacementBrief):
    """A placement as one of its parties sees it."""

    party: str
    child: dict[str, Any]
    details: dict[str, Any]
    approvals: list[Approved]
    notices: list[NoticeBrief]


@dataclass(frozen=True)
class RegisterEntry(PlacementBrief):
    """A child in the host's register. ``provenance``: notified by the placing authority, inferred from a provider's notice, or
    discovered (by the police, or in a return)."""

    child: dict[str, Any]
    details: dict[str, Any]
    provenance: str


# --- notices ----------------------------------------------------------------------------------------------------------


def kind_seen(session: Session, actor: Actor, ref: str) -> str:
    """The kind of the notice *ref*; nothing of it is opened. Raises ``NotFound`` where it is not for the actor to see."""
    row = notice_queries.notice_seen_by(session, ref, actor.organisation)
    if row is None:
        raise NotFound(_NOT_SEEN)
    return str(row.Notice.kind)


def read_notice(session: Session, actor: Actor, ref: str, *, now: datetime) -> NoticeSeen:
    """The notice *ref* as the actor's organisation sees it; the reading is recorded. Raises ``NotFound``."""
    row = notice_queries.notice_seen_by(session, ref, actor.organisation)
    if row is None:
        raise NotFound(_NOT_SEEN)
    recipients = notice_queries.recipients_of(session, row.Notice.id)
    capacity = capacity_of(row.Notice.sender_id, recipients, actor)
    audit.record(session, actor, Event.NOTICE_READ, ref, now=now, details={"capacity": capacity})
    chain = notice_queries.revisions(session, row.Notice.id)
    acknowledged = notice_queries.acknowledgements_of(session, [each.ref for each in chain])
    is_hidden = row.Notice.state == "withdrawn" and capacity != "sender"
    if row.Notice.placement_id in placements_shielded_from(session, actor, [row.Notice.placement_id]):
        return _withheld_notice(session, actor, row, capacity, recipients, acknowledged)
    return NoticeSeen(
        **vars(notice_brief(row)),
        capacity=capacity,
        is_shielded=False,
        ring_at=None,
        content={} if is_hidden else visible_to(capacity, stored_content(session, row.Notice)),
        recipients=[recipient_seen(each) for each in recipients],
        acknowledgements=[acknowledgement_seen(session, each) for each in acknowledged],
        revisions=[each.ref for each in chain],
        superseded_by=notice_queries.newest_version(session, row.Notice.id, actor.organisation),
        notes=[] if is_hidden else notes_on(session, row.Notice),
    )


def _withheld_notice(
    session: Session,
    actor: Actor,
    row: AnyRow,
    capacity: str,
    recipients: Sequence[AnyRow],
    acknowledged: Sequence[AnyRow],
) -> NoticeSeen:
    """That there is a notice, who sent it, what the reader itself did about it, and whom to ring."""
    own = [each for each in recipients if each.NoticeRecipient.organisation_id == actor.organisation]
    given = [each for each in acknowledged if each.Acknowledgement.organisation_id == actor.organisation]
    return NoticeSeen(
        **vars(notice_brief(row)),
        capacity=capacity,
        is_shielded=True,
        ring_at=_organisation(shield_queries.placing_authority(session, row.Notice.placement_id)),
        content={},
        recipients=[recipient_seen(each) for each in own],
        acknowledgements=[acknowledgement_seen(session, each) for each in given],
        revisions=[row.Notice.ref],
        superseded_by=notice_queries.newest_version(session, row.Notice.id, actor.organisation),
        notes=[],
    )


def capacity_of(sender_id: int, recipients: Sequence[AnyRow], actor: Actor) -> str:
    """As what the actor's organisation sees a notice."""
    if sender_id == actor.organisation:
        return "sender"
    mine = [row.NoticeRecipient for row in recipients if row.NoticeRecipient.organisation_id == actor.organisation]
    return mine[0].capacity if mine else "placing_authority"


def list_notices(
    session: Session, actor: Actor, wanted: NoticeFilter, *, after: str | None, at_most: int
) -> list[NoticeBrief]:
    """A page of the notices that the actor's organisation sent or received, newest first."""
    rows = notice_queries.notices_shown(session, wanted, actor.organisation, after=after, at_most=at_most)
    return [notice_brief(row) for row in rows]


def notice_brief(row: AnyRow) -> NoticeBrief:
    """A row of ``notice_queries`` in brief."""
    notice = row.Notice
    return NoticeBrief(
        ref=notice.ref,
        kind=notice.kind,
        state=notice.state,
        revision=notice.revision,
        sender=_organisation(row.sender) or {},
        placement=row.placement_ref,
        event_at=notice.event_at,
        registered_at=notice.registered_at,
        sha256=notice.content_hash.hex() if notice.content_hash else None,
    )


def recipient_seen(row: AnyRow) -> dict[str, Any]:
    """A recipient: told when, reached when, passed on to whom."""
    recipient = row.NoticeRecipient
    return {
        "organisation": _organisation(row.Organisation),
        "capacity": recipient.capacity,
        "told_at": recipient.told_at,
        "reached_at": row.first_reached_at,
        "redirected_to": _organisation(row.passed_to),
        "redirected_at": recipient.redirected_at,
    }


def acknowledgement_seen(session: Session, row: AnyRow) -> dict[str, Any]:
    """An acknowledgement, and of which version."""
    given = row.Acknowledgement
    return {
        "ref": given.ref,
        "notice": given.subject_ref,
        "organisation": _organisation(row.Organisation),
        "by": keys_of(session).open(given.ref, given.sealed),
        "at": given.at,
        "promise": given.promise,
        "promise_on": given.promise_on,
        "kept_at": given.kept_at,
    }


def _organisation(row: Any) -> dict[str, Any] | None:
    return {"ref": row.ref, "name": row.name, "gss_code": row.gss_code} if row is not None else None


# --- placements -------------------------------------------------------------------------------------------------------


def read_placement(session: Session, actor: Actor, ref: str, *, now: datetime) -> PlacementSeen:
    """The placement *ref* as the actor's organisation, one of its parties, sees it; the reading is recorded."""
    row = queries.placement_shown(session, ref, actor.organisation)
    if row is None:
        raise NotFound(_NOT_SEEN)
    party = party_of(row.Placement, actor)
    audit.record(session, actor, Event.PLACEMENT_READ, ref, now=now, details={"party": party})
    [brief] = briefs(session, actor, [row])
    if brief.is_shielded:
        return PlacementSeen(**vars(brief), party=party, child={}, details={}, approvals=[], notices=[])
    wanted = NoticeFilter(placement=ref)
    mine = party in ("placing_authority", "host_authority")
    return PlacementSeen(
        **vars(brief),
        party=party,
        child=opened(session, row.Child),
        details=detailed(session, actor, [row], party, now=now)[0],
        approvals=[approved_of(session, each) for each in queries.approvals_of(session, row.Placement.id)]
        if mine
        else [],
        notices=list_notices(session, actor, wanted, after=None, at_most=200),
    )


def list_placements(
    session: Session, actor: Actor, wanted: PlacementFilter, *, after: str | None, at_most: int
) -> list[PlacementBrief]:
    """A page of the placements that the actor's organisation is a party to, newest first."""
    rows = queries.placements_shown(session, wanted, actor.organisation, after=after, at_most=at_most)
    return briefs(session, actor, rows)


def briefs(session: Session, actor: Actor, rows: Sequence[AnyRow]) -> list[PlacementBrief]:
    """Rows of ``placement_queries`` in brief, as the actor's organisation, a party to each, may see them."""
    shielded = placements_shielded_from(session, actor, [row.Placement.id for row in rows])
    return [_withheld(placement_brief(row)) if row.Placement.id in shielded else placement_brief(row) for row in rows]


def _withheld(brief: PlacementBrief) -> PlacementBrief:
    return replace(
        brief, is_shielded=True, setting=None, legal_status=None, relation=None, country=None, host_authority=None,
        area_accepted_by=None, area_accepted_at=None, provider=None,
    )  # fmt: skip


def party_of(placement: Placement, actor: Actor) -> str:
    """The part the actor's organisation has in a placement; the first that holds, where it has several."""
    parts = {
        "placing_authority": placement.placing_authority_id,
        "host_authority": placement.host_authority_id,
        "police_force": placement.police_force_id,
    }
    return next((part for part, number in parts.items() if number == actor.organisation), "provider")


def placement_brief(row: AnyRow) -> PlacementBrief:
    """A row of ``placement_queries`` in brief."""
    placement: Placement = row.Placement
    return PlacementBrief(
        ref=placement.ref,
        state=placement.state,
        is_shielded=False,
        setting=placement.setting,
        legal_status=placement.legal_status,
        relation=placement.relation,
        country=placement.country,
        area_is_confirmed=placement.area_confirmed,
        area_accepted_by=placement.area_accepted_by,
        area_accepted_at=placement.area_accepted_at,
        is_emergency=placement.is_emergency,
        first_source=placement.first_source,
        starts_at=placement.starts_at,
        ends_at=placement.ends_at,
        placing_authority=_organisation(row.placing),
        host_authority=_organisation(row.host),
        police_force=_organisation(row.force),
        provider=_organisation(row.provider),
    )


def provenance_of(kinds: frozenset[str]) -> str:
    """How the host knows: by the kinds of notices that stand."""
    if kinds & {"placement_start", "placement_move"}:
        return "notified"
    return "inferred" if kinds & {*ARRIVALS, *PLACING_KINDS} else "discovered"


def detailed(
    session: Session, actor: Actor, rows: Sequence[AnyRow], party: str, *, now: datetime
) -> list[dict[str, Any]]:
    """What *party* may see of what is sealed in each placement, with the child's markers as they stand, where it may see any."""
    ids = [row.Placement.id for row in rows]
    standing = markers.shown_to(session, ids, party, organisation_id=actor.organisation, now=now)
    told = []
    for row in rows:
        details = {**visible_to(party, opened(session, row.Placement))}
        details.pop("markers", None)  # of a placement from before markers were rows of their own
        if shown := standing[row.Placement.id]:
            details["markers"] = [each.as_said() | {"said_by": each.organisation["name"]} for each in shown]
        told.append(details)
    return told


def opened(session: Session, row: Any) -> dict[str, Any]:
    """What is sealed in the row of a child or a placement."""
    document: Mapping[str, Any] = keys_of(session).open(row.ref, row.sealed)
    return dict(document)
