"""A placement begins, or is to begin: its placing authority consults or gives notice, or its provider tells of the arrival.

A planned notice about a child nobody has told of is the hot path: four reads, and each table written once. A placement that is
known already is joined: the placing authority's word on it stands, a provider's adds to it, and nothing is overwritten silently.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.core.actor import Actor
from hub.core.errors import Conflict
from hub.duties.rulebook import Rulebook
from hub.notify import obligations
from hub.notify.obligations import open_obligations
from hub.registry import notice_queries, owed, placements
from hub.registry import placement_queries as queries
from hub.registry.cases import Case
from hub.registry.casework import assignments
from hub.registry.files.service import attach_files
from hub.registry.filing import (
    Draft,
    alert,
    file_notice,
    files_of,
    reached_by,
    refuse_unknown_placement,
    registered_entry,
    tell,
)
from hub.registry.links import service as links
from hub.registry.links.service import Found, Linked
from hub.registry.markers import noticing as markers
from hub.registry.models import Notice, Placement
from hub.registry.openings import Start, start_openings
from hub.registry.owed import answered_at
from hub.registry.receipts import Receipt, Standing, receipt_of, with_cautions
from hub.registry.recipients import Recipient, recipients_of

UNTOLD: Final = ("proposed", "unconfirmed")
"""States of a placement of whose start the placing authority has not registered a notice."""


@dataclass(frozen=True)
class Known:
    """What the hub knows of what a notice tells: the placement, how it was found, and (``again``) the same notice sent before."""

    placement: Placement | None = None
    found: Found = field(default_factory=Found)
    again: Notice | None = None


def known_before(session: Session, actor: Actor, case: Case, *, draft_placement_id: int | None = None) -> Known:
    """The placement that *case* tells of, if the hub knows it: named by the sender, opened by its draft, or surely the same."""
    placement, found = _named(session, actor, case, draft_placement_id), Found()
    if placement is None:
        found = find_match(session, case)
        placement = queries.placement_by_id(session, found.certain.placement_id) if found.certain else None
    if placement is None:
        return Known(found=found)
    return Known(placement, found, sent_before(session, actor, case.kind, placement))


def _named(session: Session, actor: Actor, case: Case, draft_placement_id: int | None) -> Placement | None:
    if draft_placement_id is not None:
        return queries.placement_by_id(session, draft_placement_id)
    ref = case.content.get("placement")
    if ref is None:
        return None
    seen = queries.placement_seen_by(session, ref, actor.organisation)
    if seen is None:
        raise refuse_unknown_placement()
    if seen.state in ("ended", "cancelled"):
        raise Conflict("That placement has ended. A child who comes back is a new placement: leave the reference out.")
    return queries.placement_by_id(session, seen.id)


def find_match(session: Session, case: Case) -> Found:
    """What the hub knows of the child and the placement that *case* tells of."""
    parties = case.parties
    return links.known_placements(
        session,
        child=case.content["child"],
        postcode=case.address.get("postcode"),
        provider_id=parties.provider.id if parties.provider else None,
        placing_authority_id=parties.placing.id if parties.placing else None,
        host_authority_id=parties.host.id if parties.host else None,
        event_at=case.event_at,
        kind=case.kind,
    )


def sent_before(session: Session, actor: Actor, kind: str, placement: Placement) -> Notice | None:
    """The notice of this kind about this placement that the same sender registered before."""
    sent = notice_queries.notices_about(session, placement.id)
    mine = [each for each in sent if each.sender_id == actor.organisation and each.kind == kind]
    return mine[-1] if mine else None


def start_placement(
    session: Session,
    actor: Actor,
    case: Case,
    known: Known,
    *,
    child_id: int | None = None,
    rules: Rulebook,
    now: datetime,
    draft: Draft | None = None,
) -> Receipt:
    """Register the notice of *case* on the placement that is *known*, or on a new one; open and fulfil what is owed."""
    if known.placement is not None:
        return _join(session, actor, case, known, rules=rules, now=now, draft=draft)
    opened, entries = placements.open_placement(
        session, actor, case, state=_first_state(case), child_id=child_id or known.found.child_id, now=now
    )
    start = _file(session, actor, case, opened.placement_id, opened.placement_ref, rules=rules, now=now, draft=draft)
    start = replace(start, is_new=True)
    markers.begin(
        session,
        actor,
        case.content,
        child_id=opened.child_id,
        placement_id=opened.placement_id,
        notice_ref=start.filed.ref,
        rules=rules,
        now=now,
    )
    wanted = start_openings(session, actor, start, opened.placement_id, is_untold=True, now=now)
    opened_now = open_obligations(session, actor, wanted, is_new=True, rules=rules, now=now)
    linked = record_links(
        session, actor, start, known.found, own_placement_id=opened.placement_id, rules=rules, now=now
    )
    entries.append(registered_entry(session, actor, start.filed, opened.placement_ref, start.told))
    audit.record_many(session, entries)
    receipt = _receipt(start, opened_now, linked, rules=rules, now=now)
    is_known = bool(child_id or known.found.child_id)
    return with_cautions(session, receipt, case, opened.placement_id) if is_known else receipt


def _first_state(case: Case) -> str:
    if not case.is_by_placing:
        return "unconfirmed"
    return "proposed" if case.kind == "consultation" else "confirmed"


def _join(
    session: Session, actor: Actor, case: Case, known: Known, *, rules: Rulebook, now: datetime, draft: Draft | None
) -> Receipt:
    """Put the notice on a placement that the hub knows of already."""
    placement, was = known.placement, known.placement.state if known.placement else ""
    if placement is None:
        raise LookupError("there is no placement to join")
    if case.is_by_placing:
        _take_word(session, actor, placement, case, now=now)
        case = replace(case, approved_at=case.approved_at or queries.first_approved_at(session, placement.id))
    else:
        _add_word(session, actor, placement, case, now=now)
    assignments.take_on(session, actor, placement.id, now=now)
    start = _file(session, actor, case, placement.id, placement.ref, rules=rules, now=now, draft=draft)
    if "markers" in case.content:
        markers.restate(session, actor, placement, author_id=actor.organisation, rules=rules, now=now)
    wanted = start_openings(session, actor, start, placement.id, is_untold=was in UNTOLD, now=now)
    standing = queries.standing(session, [placement.ref])
    owed.reconcile(
        session,
        actor,
        wanted,
        owner_id=actor.organisation,
        standing=standing,
        answered=answered_at("placement_start", rules) if case.is_by_placing else (),
        reason="restated_by_placing_authority",
        rules=rules,
        now=now,
    )
    if case.is_by_placing and case.kind != "consultation":
        _close_gap(session, actor, start, rules=rules, now=now)
    linked = record_links(session, actor, start, known.found, own_placement_id=None, rules=rules, now=now)
    audit.record_many(session, [registered_entry(session, actor, start.filed, placement.ref, start.told)])
    rows = queries.standing(session, [placement.ref, start.filed.ref])
    return with_cautions(session, _receipt(start, rows, linked, rules=rules, now=now), case, placement.id)


def _close_gap(session: Session, actor: Actor, start: Start, *, rules: Rulebook, now: datetime) -> None:
    """The placing authority has told: the chaser that stood beside its duty is done."""
    host = start.ground.parties.host
    obligations.fulfil(
        session,
        actor,
        subject_ref=start.placement_ref,
        duty_codes=["EGAP"],
        by_ref=start.filed.ref,
        at=now,
        reached_at=reached_by(start.told).get(host.id) if host else None,
        rules=rules,
        now=now,
    )


def _take_word(session: Session, actor: Actor, placement: Placement, case: Case, *, now: datetime) -> None:
    """The placing authority's word stands; from its notice of the start on, the placement is confirmed."""
    if placement.placing_authority_id not in (None, actor.organisation):
        raise Conflict("That placement is another council's. Leave the reference out, or send it to them.")
    placements.take_word_of_placing(session, actor, placement, case, now=now)
    if case.kind != "consultation" and placement.state in UNTOLD:
        placements.move_state(session, actor, placement, "confirm", now=now)


def _add_word(session: Session, actor: Actor, placement: Placement, case: Case, *, now: datetime) -> None:
    """A provider's word fills what is not known, and turns a proposal into a child who is there."""
    gaps = {
        name: value
        for name, value in placements.columns_of(case).items()
        if name in ("provider_id", "placing_authority_id", "host_authority_id", "police_force_id")
        and getattr(placement, name) is None
        and value is not None
    }
    if gaps:
        queries.change_placement(session, placement.id, gaps)
    if placement.state == "proposed":
        placements.move_state(session, actor, placement, "observe", now=now)


def _file(
    session: Session,
    actor: Actor,
    case: Case,
    placement_id: int,
    placement_ref: str,
    *,
    rules: Rulebook,
    now: datetime,
    draft: Draft | None,
) -> Start:
    filed = file_notice(
        session, actor, case.content, placement_id=placement_id, event_at=case.event_at, now=now, draft=draft
    )
    recipients = recipients_of(case.kind, case.parties, is_out_of_area=case.is_out_of_area)
    told = tell(
        session,
        actor,
        filed,
        recipients,
        placement_ref=placement_ref,
        is_urgent=case.is_emergency,
        rules=rules,
        now=now,
    )
    attach_files(session, actor, filed.id, files_of(case.content), now=now)
    ground = owed.ground_of(placement_ref, case.parties, case.content, rules=rules)
    return Start(case, placement_ref, filed, told, ground)


# --- matching -------------------------------------------------------------------------------------------------------


def record_links(
    session: Session,
    actor: Actor,
    start: Start,
    found: Found,
    *,
    own_placement_id: int | None,
    rules: Rulebook,
    now: datetime,
) -> list[Linked]:
    """Record what was found; a doubtful match is put to the host's desk, or else the placing authority's."""
    linked = links.record_links(
        session, actor, found, notice_id=start.filed.id, own_placement_id=own_placement_id, now=now
    )
    parties = start.case.parties
    known = {each.id: each for each in (parties.host, parties.placing) if each is not None}
    for each in linked:
        decider = next((known[number] for number in known if number in each.councils), None)
        if each.state == "doubtful" and decider is not None:
            alert(
                session,
                actor,
                each.ref,
                [Recipient(decider, "decider")],
                kind="match.doubtful",
                placement_ref=start.placement_ref,
                rules=rules,
                now=now,
            )
    return linked


def _receipt(
    start: Start, obligations: Sequence[Standing], linked: Sequence[Linked], *, rules: Rulebook, now: datetime
) -> Receipt:
    return receipt_of(
        start.case,
        start.filed,
        start.told,
        obligations,
        placement_ref=start.placement_ref,
        linked=linked,
        rules=rules,
        now=now,
    )
