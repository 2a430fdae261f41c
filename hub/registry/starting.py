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
from hub.duties.explain import Owed
from hub.duties.rulebook import Rulebook
from hub.notify.obligations import Opening, open_obligations
from hub.registry import approvals, links, notice_queries, owed, placements
from hub.registry import placement_queries as queries
from hub.registry.cases import Case
from hub.registry.files import attach_files
from hub.registry.filing import (
    Draft,
    Filed,
    Told,
    alert,
    file_notice,
    files_of,
    reached_by,
    refuse_unknown_placement,
    registered_entry,
    tell,
)
from hub.registry.links import Found, Linked
from hub.registry.models import Notice, Placement
from hub.registry.owed import FULFILS, HOST_NOTICES, Ground, answered_at
from hub.registry.receipts import Receipt, Standing, receipt_of
from hub.registry.recipients import Recipient, recipients_of

UNTOLD: Final = ("proposed", "unconfirmed")
"""States of a placement of whose start the placing authority has not registered a notice."""
PROVIDER_ROLES: Final = ("registered_person", "supported_accommodation_provider", "fostering_agency")


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


@dataclass(frozen=True)
class Start:
    """A notice of a start on record: the placement it stands on and who was told of it."""

    case: Case
    placement_ref: str
    filed: Filed
    told: Sequence[Told]
    ground: Ground


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
    wanted = _openings(session, actor, start, opened.placement_id, is_untold=True, now=now)
    obligations = open_obligations(session, actor, wanted, rules=rules, now=now)
    linked = record_links(session, actor, start, known.found, own_placement_id=opened.placement_id, rules=rules, now=now)
    entries.append(registered_entry(session, actor, start.filed, opened.placement_ref, start.told))
    audit.record_many(session, entries)
    return _receipt(start, obligations, linked, rules=rules, now=now)


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
    start = _file(session, actor, case, placement.id, placement.ref, rules=rules, now=now, draft=draft)
    wanted = _openings(session, actor, start, placement.id, is_untold=was in UNTOLD, now=now)
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
    linked = record_links(session, actor, start, known.found, own_placement_id=None, rules=rules, now=now)
    audit.record_many(session, [registered_entry(session, actor, start.filed, placement.ref, start.told)])
    obligations = queries.standing(session, [placement.ref, start.filed.ref])
    return _receipt(start, obligations, linked, rules=rules, now=now)


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


# --- what is owed ---------------------------------------------------------------------------------------------------


def _openings(
    session: Session, actor: Actor, start: Start, placement_id: int, *, is_untold: bool, now: datetime
) -> list[Opening]:
    if start.case.is_by_placing:
        return placing_openings(session, actor, start, placement_id, now=now)
    return provider_openings(start, is_untold=is_untold, now=now)


def placing_openings(session: Session, actor: Actor, start: Start, placement_id: int, *, now: datetime) -> list[Opening]:
    """What everyone owes once the placing authority has told; its own part done by this notice, and by the approval in it."""
    case, ground = start.case, start.ground
    facts = case.facts("placement_start")
    wanted = owed.openings_of(ground, facts, only=_for_placing if case.kind == "consultation" else _for_all)
    approval = approvals.record_from_notice(session, actor, case.content, placement_id, now=now)
    if approval is not None:
        wanted = owed.done_by_approval(wanted, approval_ref=approval.ref, approved_at=approval.approved_at)
    if case.kind == "consultation":
        wanted += _consultation_openings(start, now)
    else:
        wanted += [*owed.follow_up(ground, case.content, at=now), *host_openings(start, now)]
    return owed.done_by_notice(
        wanted, _done_codes(case), by_ref=start.filed.ref, at=now, told=reached_by(start.told)
    )


def _for_all(_owed: Owed) -> bool:
    return True


def _for_placing(each: Owed) -> bool:
    """Of a proposal only the placing authority's own duties run: nobody else may know of it yet."""
    return each.owed_by == "placing_authority"


def _done_codes(case: Case) -> frozenset[str]:
    """A consultation without the care plan has not given the host what reg 11(2)(d)(ii) asks."""
    if case.kind == "consultation" and not case.content.get("care_plan", {}).get("file"):
        return frozenset()
    return FULFILS["placement_start" if case.kind == "placement_move" else case.kind]


def _consultation_openings(start: Start, now: datetime) -> list[Opening]:
    host, placing = start.ground.parties.host, start.ground.parties.placing
    if host is None or placing is None or host.kind != "local_authority" or host.id == placing.id:
        return []
    because = "The placing authority consulted the host authority on a placement."
    reply = owed.own_opening(
        start.ground, "E11R", by=(host, "host_authority"), to=(placing, "placing_authority"), at=now, because=because
    )
    return [reply, *acknowledgement_openings(start.ground, start.filed.ref, start.told, now)]


def provider_openings(start: Start, *, is_untold: bool, now: datetime) -> list[Opening]:
    """What a provider's notice sets off: its own duty, done; the host's; and the placing authority's, while it has not told."""
    case, ground = start.case, start.ground
    wanted = owed.openings_of(ground, case.facts("admission"), only=lambda each: each.owed_by in PROVIDER_ROLES)
    if is_untold:
        council = owed.openings_of(
            ground, case.facts("placement_start"), only=lambda each: each.code in HOST_NOTICES
        )
        wanted += [*council, *_gap_openings(start, council, now)]
    wanted += host_openings(start, now)
    return owed.done_by_notice(
        wanted, FULFILS[case.kind], by_ref=start.filed.ref, at=now, told=reached_by(start.told)
    )


def _gap_openings(start: Start, council: Sequence[Opening], now: datetime) -> list[Opening]:
    """The chaser: the provider has told and the placing authority, which owes a notice, has not."""
    placing, host = start.ground.parties.placing, start.ground.parties.host
    if not council or placing is None or host is None:
        return []
    because = "The provider told of the child's arrival, and the placing authority has not registered a notice."
    gap = owed.own_opening(
        start.ground, "EGAP", by=(placing, "placing_authority"), to=(host, "host_authority"), at=now, because=because
    )
    return [gap]


def host_openings(start: Start, now: datetime) -> list[Opening]:
    """What those who are told owe: to acknowledge; the host also to enter the child in its register and to pass the news on."""
    ground, told = start.ground, start.told
    openings = acknowledgement_openings(ground, start.filed.ref, told, now)
    hosts = [each.recipient.organisation for each in told if each.recipient.capacity == "host_authority"]
    for host in hosts:
        if host.kind != "local_authority":
            continue
        because = "A notice of a child placed in its area was registered for the host authority."
        for code in ("EREG", "EFAN"):
            to = (None, ground.rules.law.duty(code).owed_to)
            openings.append(owed.own_opening(ground, code, by=(host, "host_authority"), to=to, at=now, because=because))
    return openings


def acknowledgement_openings(
    ground: Ground, notice_ref: str, told: Sequence[Told], now: datetime
) -> list[Opening]:
    """One duty to acknowledge for each host and force told; a body outside the hub cannot, and a council chased owes more."""
    because = "A notice was registered for it."
    return [
        owed.own_opening(
            ground,
            "EACK",
            by=(each.recipient.organisation, each.recipient.capacity),
            to=(ground.parties.sender, _part_of(ground.parties.sender.kind)),
            at=now,
            because=because,
            subject_ref=notice_ref,
        )
        for each in told
        if each.recipient.capacity in ("host_authority", "police_force") and each.recipient.organisation.kind != "other_body"
    ]


def _part_of(sender_kind: str) -> str:
    """What the law table calls a sender of this kind."""
    return {
        "local_authority": "placing_authority",
        "childrens_home": "registered_person",
        "supported_accommodation": "supported_accommodation_provider",
    }.get(sender_kind, sender_kind)


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
