"""What a notice of a start sets off for everyone, and what of it the notice itself does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.duties.explain import Owed
from hub.notify.obligations import Opening
from hub.registry import owed
from hub.registry.cases import Case
from hub.registry.casework import approvals
from hub.registry.filing import Filed, Told, reached_by
from hub.registry.owed import FULFILS, HOST_NOTICES, Ground

PROVIDER_ROLES: Final = ("registered_person", "supported_accommodation_provider", "fostering_agency")


@dataclass(frozen=True)
class Start:
    """A notice of a start on record: the placement it stands on and who was told of it."""

    case: Case
    placement_ref: str
    filed: Filed
    told: Sequence[Told]
    ground: Ground
    is_new: bool = False
    """Made for this notice, so that nothing about the placement can be on record yet."""


def start_openings(
    session: Session, actor: Actor, start: Start, placement_id: int, *, is_untold: bool, now: datetime
) -> list[Opening]:
    """What everyone owes once this notice of a start is on record; its sender's own part is done by it.

    *is_untold*: the placing authority has not registered a notice of the start.
    """
    if start.case.is_by_placing:
        return placing_openings(session, actor, start, placement_id, now=now)
    return provider_openings(start, is_untold=is_untold, now=now)


def placing_openings(
    session: Session, actor: Actor, start: Start, placement_id: int, *, now: datetime
) -> list[Opening]:
    """What everyone owes once the placing authority has told; its own part done by this notice, and by the approval in it."""
    case, ground = start.case, start.ground
    facts = case.facts("placement_start")
    wanted = owed.openings_of(ground, facts, only=_for_placing if case.kind == "consultation" else _for_all)
    approval = approvals.record_from_notice(session, actor, case.content, placement_id, is_new=start.is_new, now=now)
    if approval is not None:
        wanted = owed.done_by_approval(wanted, approval_ref=approval.ref, approved_at=approval.approved_at)
    if case.kind == "consultation":
        wanted += consultation_openings(start, now)
    else:
        wanted += [*owed.follow_up(ground, case.content, at=now), *host_openings(start, now)]
    return owed.done_by_notice(wanted, _done_codes(case), by_ref=start.filed.ref, at=now, told=reached_by(start.told))


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


def openings_of_hosts(start: Start, now: datetime) -> list[Opening]:
    """What those who are told of a notice owe by it, whichever kind it is."""
    return consultation_openings(start, now) if start.case.kind == "consultation" else host_openings(start, now)


def consultation_openings(start: Start, now: datetime) -> list[Opening]:
    """What a host owes who is consulted: to acknowledge, and to reply, which can be seen done of one that has joined."""
    host, placing = start.ground.parties.host, start.ground.parties.placing
    if host is None or placing is None or host.kind != "local_authority" or host.id == placing.id:
        return []
    asked = acknowledgement_openings(start.ground, start.filed.ref, start.told, now)
    if host.joined_at is None:
        return asked
    because = "The placing authority consulted the host authority on a placement."
    reply = owed.own_opening(
        start.ground, "E11R", by=(host, "host_authority"), to=(placing, "placing_authority"), at=now, because=because
    )
    return [reply, *asked]


def provider_openings(start: Start, *, is_untold: bool, now: datetime) -> list[Opening]:
    """What a provider's notice sets off: its own duty, done; the host's; and the placing authority's, while it has not told."""
    case, ground = start.case, start.ground
    wanted = owed.openings_of(ground, case.facts("admission"), only=lambda each: each.owed_by in PROVIDER_ROLES)
    if is_untold:
        council = owed.openings_of(ground, case.facts("placement_start"), only=lambda each: each.code in HOST_NOTICES)
        wanted += [*council, *_gap_openings(start, council, now)]
    wanted += host_openings(start, now)
    return owed.done_by_notice(wanted, FULFILS[case.kind], by_ref=start.filed.ref, at=now, told=reached_by(start.told))


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
    """What those who are told owe: to acknowledge; the host also to enter the child in its register and to pass the news on.

    Of a host that has not joined only the first can ever be seen done: it has no register here, and passes nothing on from here.
    """
    ground, told = start.ground, start.told
    openings = acknowledgement_openings(ground, start.filed.ref, told, now)
    hosts = [each.recipient.organisation for each in told if each.recipient.capacity == "host_authority"]
    for host in hosts:
        if host.kind != "local_authority" or host.joined_at is None:
            continue
        because = "A notice of a child placed in its area was registered for the host authority."
        for code in ("EREG", "EFAN"):
            to = (None, ground.rules.law.duty(code).owed_to)
            openings.append(owed.own_opening(ground, code, by=(host, "host_authority"), to=to, at=now, because=because))
    return openings


def acknowledgement_openings(ground: Ground, notice_ref: str, told: Sequence[Told], now: datetime) -> list[Opening]:
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
        if each.recipient.capacity in ("host_authority", "police_force")
        and each.recipient.organisation.kind != "other_body"
    ]


def _part_of(sender_kind: str) -> str:
    """What the law table calls a sender of this kind."""
    return {
        "local_authority": "placing_authority",
        "childrens_home": "registered_person",
        "supported_accommodation": "supported_accommodation_provider",
    }.get(sender_kind, sender_kind)
