"""A placement ends or a child leaves a home; or the child moves, which is an end and a start in one act."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.core.actor import SYSTEM, Actor
from hub.core.clock import london_date
from hub.core.db import Database, keys_of
from hub.core.errors import Conflict, Invalid
from hub.core.sentences import worded
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.notify.obligations import Opening
from hub.registry import birthdays, notice_queries, owed, placements
from hub.registry import placement_queries as queries
from hub.registry.cases import Case, case_of
from hub.registry.content import ARRIVALS, LEAVINGS, Content, canonical, plain, read_content
from hub.registry.filing import Draft, Filed, Told, reached_by, registered_entry, stored_content
from hub.registry.markers import noticing as markers
from hub.registry.models import Notice, Placement
from hub.registry.moves import end_told_with
from hub.registry.openings import PROVIDER_ROLES, acknowledgement_openings
from hub.registry.owed import FULFILS, answered_at
from hub.registry.receipts import Receipt, receipt_of
from hub.registry.running import own_placement, running_case
from hub.registry.starting import Known, find_match, sent_before, start_placement
from hub.registry.versions import send_version

_CARRIED: Final = ("trigger_plan", "philomena", "school", "gp", "child_protection_plan")
"""What a move carries over from the placement before, unless it says otherwise. Markers go with the child by themselves."""

_OF_REG_41: Final = (
    *("placing_authority", "placing_body", "legal_status", "legal_note", "s20_or_s21", "s31", "iro", "ehc_plan"),
)
"""What SI 2015/541 reg 41 asks of the notice of a discharge as of that of an admission, the child's name and birth apart."""


def register_end(
    session: Session,
    actor: Actor,
    content: Content,
    *,
    rules: Rulebook,
    areas: Areas,
    now: datetime,
    draft: Draft | None = None,
) -> Receipt:
    """Register that a placement ends or has ended, or that a child leaves or has left.

    The same sender's second notice of an end is a new version of the first. Law: SI 2010/959 reg 14; SI 2015/541 reg 41.
    """
    placement = _placement_of(session, actor, content, areas=areas, now=now)
    again = sent_before(session, actor, content["kind"], placement)
    return end_placement(session, actor, content, placement, rules=rules, areas=areas, now=now, draft=draft, old=again)


def _placement_of(session: Session, actor: Actor, content: Content, *, areas: Areas, now: datetime) -> Placement:
    """The placement that ends: named, or for a provider found by its child."""
    if "placement" in content:
        return own_placement(session, actor, content["placement"])
    found = find_match(session, case_of(session, actor, content, areas=areas, now=now))
    if found.certain is None:
        sentence = "The hub knows of no placement of this child with you. Send the notice of the admission first."
        raise Invalid(sentence, fields={"placement": [sentence]}, code="unknown_placement")
    return queries.placement_by_id(session, found.certain.placement_id)


def end_placement(
    session: Session,
    actor: Actor,
    content: Content,
    placement: Placement,
    *,
    rules: Rulebook,
    areas: Areas,
    now: datetime,
    draft: Draft | None = None,
    old: Notice | None = None,
) -> Receipt:
    """File the notice of an end, or its next version (*old* is the one it supersedes), tell, and count what is owed."""
    content = _as_reg_41_asks(session, actor, content, placement)
    case = running_case(session, actor.organisation, content, placement, areas=areas)
    _refuse_end_before_start(case, placement)
    sent = send_version(session, actor, case, placement, old=old, draft=draft, rules=rules, now=now)
    before, filed, told = sent.before, sent.filed, sent.told
    at = case.event_at
    note_end(session, actor, placement, at, now=now)
    fresh = [each for each in told if before is None or each.recipient.organisation.id not in before.told]
    done_at = before.first_registered_at if before else now
    wanted = end_openings(case, filed, told, fresh, placement, at=done_at, now=now, rules=rules)
    _reconcile(session, actor, wanted, placement, rules=rules, now=now)
    if case.is_by_placing:
        birthdays.answered(session, actor, placement.ref, by_ref=filed.ref, at=done_at, rules=rules, now=now)
    audit.record_many(session, [registered_entry(session, actor, filed, placement.ref, told)])
    standing = queries.standing(session, [placement.ref, filed.ref])
    ending = [row for row in standing if row.duty_code in _codes_at_end(rules) | {"EACK"}]
    return receipt_of(case, filed, told, ending, placement_ref=placement.ref, rules=rules, now=now)


def _as_reg_41_asks(session: Session, actor: Actor, content: Content, placement: Placement) -> Content:
    """A home is asked no question twice: its notice of a discharge says again what its notice of the admission said."""
    if content["kind"] not in LEAVINGS:
        return content
    sent = notice_queries.notices_about(session, placement.id)
    arrivals = [each for each in sent if each.kind in ARRIVALS and each.sender_id == actor.organisation]
    said = stored_content(session, arrivals[-1]) if arrivals else {}
    again: dict[str, Any] = {name: said[name] for name in _OF_REG_41 if name in said}
    return read_content({**again, **plain(content)}) if again else content


def _codes_at_end(rules: Rulebook) -> frozenset[str]:
    return answered_at("placement_end", rules) | answered_at("discharge", rules)


def _refuse_end_before_start(case: Case, placement: Placement) -> None:
    if case.event_at < placement.starts_at:
        sentence = "The end is before the start of the placement."
        raise Invalid(sentence, fields={"ends_on" if "ends_on" in case.content else "ends_at": [sentence]})


def note_end(session: Session, actor: Actor, placement: Placement, ends_at: datetime, *, now: datetime) -> None:
    """A placement whose end has come is ended; one that is to end keeps running until then."""
    if placement.state == "ended":
        action = "resume" if notice_queries.has_start_from_placing(session, placement) else "resume_unconfirmed"
        placements.move_state(session, actor, placement, action, now=now)
    if ends_at <= now:
        placements.move_state(session, actor, placement, "end", now=now, ends_at=ends_at)
    else:
        queries.change_placement(session, placement.id, {"ends_at": ends_at})


def end_openings(
    case: Case,
    filed: Filed,
    told: Sequence[Told],
    fresh: Sequence[Told],
    placement: Placement,
    *,
    at: datetime,
    now: datetime,
    rules: Rulebook,
) -> list[Opening]:
    """What an end sets off for everyone, the sender's part done by this notice. *fresh*: those told for the first time."""
    ground = owed.ground_of(placement.ref, case.parties, case.content, rules=rules)
    wanted = owed.openings_of(ground, case.facts("placement_end"), only=lambda each: each.owed_by not in PROVIDER_ROLES)
    wanted = [each for each in wanted if case.is_by_placing or each.owed_to_id is not None]
    wanted += owed.openings_of(ground, case.facts("discharge"), only=lambda each: each.owed_by in PROVIDER_ROLES)
    wanted = owed.done_by_notice(wanted, FULFILS[case.kind], by_ref=filed.ref, at=at, told=reached_by(told))
    return [*wanted, *acknowledgement_openings(ground, filed.ref, fresh, now)]


def _reconcile(
    session: Session, actor: Actor, wanted: Sequence[Opening], placement: Placement, *, rules: Rulebook, now: datetime
) -> None:
    owed.reconcile(
        session,
        actor,
        wanted,
        owner_id=actor.organisation,
        standing=queries.standing(session, [placement.ref]),
        answered=_codes_at_end(rules),
        reason="end_restated",
        rules=rules,
        now=now,
    )


# --- moving -----------------------------------------------------------------------------------------------------------


def register_move(
    session: Session,
    actor: Actor,
    content: Content,
    *,
    rules: Rulebook,
    areas: Areas,
    now: datetime,
    draft: Draft | None = None,
) -> Receipt:
    """Register that a child moves: the end of one placement and the start of the next, each with its own duties and notice.

    Those told of the end alone do not see where the child goes.
    """
    before = own_placement(session, actor, content["placement"])
    _refuse_if_moved_on(session, actor, before, content, areas=areas, now=now)
    ended = end_placement(session, actor, _end_content(content), before, rules=rules, areas=areas, now=now)
    whole = _whole(session, actor, before, content, now=now)
    case = case_of(session, actor, whole, areas=areas, now=now)
    found = find_match(session, case)
    known = queries.placement_by_id(session, found.certain.placement_id) if found.certain else None
    receipt = start_placement(
        session, actor, case, Known(known, found), child_id=before.child_id, rules=rules, now=now, draft=draft
    )
    there = queries.placement_seen_by(session, receipt.placement, actor.organisation)
    if there is not None and there.id != before.id:
        markers.carry_over(session, actor, from_id=before.id, to=there, rules=rules, now=now)
    return replace(receipt, also=[ended])


@dataclass(frozen=True)
class Over:
    """A placement that has ended: when, and the one in which the child lives now, where its council has told of one since."""

    ended_on: date
    onward: str | None


def how_it_ended(session: Session, actor: Actor, ref: str | None) -> Over | None:
    """Of the placement *ref*, to which the actor's organisation is a party; ``None`` while it goes on."""
    before = queries.placement_seen_by(session, ref, actor.organisation) if ref else None
    if before is None or before.state != "ended":
        return None
    onward = queries.begun_after(session, before) if before.placing_authority_id == actor.organisation else ()
    return Over(london_date(before.ends_at or before.starts_at), onward[-1].ref if onward else None)


def _refuse_if_moved_on(
    session: Session, actor: Actor, before: Placement, content: Content, *, areas: Areas, now: datetime
) -> None:
    """A child whom its council has moved on already does not move from there again: that would end the wrong placement.

    The same move told once more is a next version of it. Raises ``Conflict``.
    """
    onward = queries.begun_after(session, before) if before.state == "ended" else ()
    if not onward:
        return
    told_again = find_match(
        session, case_of(session, actor, _whole(session, actor, before, content, now=now), areas=areas, now=now)
    )
    if told_again.certain is None or told_again.certain.placement_id != onward[0].id:
        raise Conflict(
            worded(
                "The child left that placement on {day}, for another. Tell of the move from where the child lives now: {ref}.",
                day=london_date(before.ends_at or onward[0].starts_at),
                ref=onward[-1].ref,
            )
        )


def restate_end_of_move(
    session: Session, actor: Actor, old: Notice, content: Content, *, rules: Rulebook, areas: Areas, now: datetime
) -> Receipt | None:
    """The end that the move *old* was as well, as its corrected *content* tells of it; ``None`` where it stands as it is."""
    ended = end_told_with(session, old)
    if ended is None:
        return None
    stands, corrected = read_content(stored_content(session, ended)), _end_content(content)
    if corrected["placement"] != stands["placement"]:
        sentence = worded("The notice told of a move from another placement. Withdraw it, and send another.")
        raise Invalid(sentence, fields={"placement": [sentence]})
    if canonical(corrected) == canonical(stands):
        return None
    before = queries.placement_by_id(session, ended.placement_id or 0)
    return end_placement(session, actor, corrected, before, rules=rules, areas=areas, now=now, old=ended)


def _end_content(content: Content) -> Content:
    """The end that a move tells of: when the next placement starts, unless it says otherwise."""
    ends = {name: content[name] for name in ("ends_at", "ends_on") if name in content}
    if not ends:
        ends = {name.replace("starts", "ends"): content[name] for name in ("starts_at", "starts_on") if name in content}
    kept = {
        name: content[name] for name in ("placement", "emergency", "end_note", "author", "manager") if name in content
    }
    return {"kind": "placement_end", "end_reason": content.get("end_reason", "planned_move"), **kept, **ends}


def _whole(session: Session, actor: Actor, before: Placement, content: Content, *, now: datetime) -> Content:
    """The notice of the move as its recipients need it: the child, and what is known already and was not said again."""
    keys, child = keys_of(session), queries.child_by_id(session, before.child_id)
    document = keys.open(before.ref, before.sealed)
    carried: dict[str, Any] = {"child": keys.open(child.ref, child.sealed), "setting": before.setting}
    carried |= {name: document[name] for name in _CARRIED if name in document}
    carried |= document.get("contacts", {})
    if "markers" not in content and (standing := markers.carried(session, before.id, actor.organisation, now=now)):
        carried["markers"] = standing
    if before.legal_status != "not_said":
        carried["legal_status"] = before.legal_status
    said = {name: value for name, value in plain(content).items() if name not in ("ends_at", "ends_on")}
    return read_content({**carried, **said})


# --- when the day comes -------------------------------------------------------------------------------------------------


def close_ended_once(database: Database, *, now: datetime, limit: int = 100) -> int:
    """End the placements whose announced end has come; return how many. For the worker."""
    with database.read() as session:
        due = queries.due_to_end(session, now=now, at_most=limit)
    for placement_id in due:
        with database.write() as session:
            placement = queries.placement_by_id(session, placement_id)
            if placement.state in ("unconfirmed", "confirmed") and placement.ends_at and placement.ends_at <= now:
                placements.move_state(session, SYSTEM, placement, "end", now=now, ends_at=placement.ends_at)
    return len(due)
