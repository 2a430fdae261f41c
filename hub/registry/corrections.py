"""Correcting a notice: a new version supersedes it; acknowledgements, notes and decisions stay, and lateness is history."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.core.actor import Actor
from hub.core.errors import Invalid, NotFound
from hub.core.sentences import worded
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.notify import obligations, restating
from hub.notify.models import Obligation
from hub.registry import changes, endings, notice_queries, owed, placements
from hub.registry import placement_queries as queries
from hub.registry.cases import Case, case_of, check_sender
from hub.registry.casework import approvals
from hub.registry.content import ENDS, Content
from hub.registry.files.service import attach_files
from hub.registry.filing import Draft, Filed, Told, alert, file_notice, files_of, reached_by, registered_entry, tell
from hub.registry.markers import noticing as markers
from hub.registry.minimum import refuse_below_minimum
from hub.registry.models import Notice, Placement
from hub.registry.openings import Start, openings_of_hosts, provider_openings
from hub.registry.owed import FULFILS
from hub.registry.plausible import refuse_implausible
from hub.registry.receipts import Receipt, receipt_of
from hub.registry.recipients import Recipient, recipients_of
from hub.registry.running import recount
from hub.registry.versions import Before, carry_over, close_version


def correct_notice(
    session: Session,
    actor: Actor,
    ref: str,
    content: Content,
    *,
    rules: Rulebook,
    areas: Areas,
    now: datetime,
    draft: Draft | None = None,
) -> Receipt:
    """Register *content* as the next version of the notice *ref*, which the actor's organisation sent; return its receipt.

    A *draft* in which the correction was written becomes that version.

    Raises ``NotFound``, ``StateConflict`` (superseded or withdrawn already), and whatever registering would refuse.
    """
    old = notice_queries.sent_by(session, ref, actor.organisation, lock=True)
    if old is None or old.placement_id is None:
        raise NotFound("There is no notice of yours with this reference.")
    if content["kind"] != old.kind:
        sentence = worded(
            "A correction is of the same kind: {kind}. Withdraw the notice and send another.", kind=old.kind
        )
        raise Invalid(sentence, fields={"kind": [sentence]})
    check_sender(actor, content["kind"])
    refuse_implausible(content, now=now)
    refuse_below_minimum(content, nation=actor.nation)
    placement = queries.placement_by_id(session, old.placement_id)
    if content["kind"] == "placement_change":
        return changes.register_change(session, actor, content, rules=rules, areas=areas, now=now, old=old, draft=draft)
    if content["kind"] in ENDS:
        return endings.end_placement(
            session, actor, content, placement, rules=rules, areas=areas, now=now, old=old, draft=draft
        )
    case = case_of(session, actor, content, areas=areas, now=now)
    ended = endings.restate_end_of_move(session, actor, old, content, rules=rules, areas=areas, now=now)
    receipt = supersede(session, actor, old, case, rules=rules, areas=areas, now=now, draft=draft)
    return replace(receipt, also=[ended]) if ended else receipt


def supersede(
    session: Session,
    actor: Actor,
    old: Notice,
    case: Case,
    *,
    rules: Rulebook,
    areas: Areas,
    now: datetime,
    draft: Draft | None = None,
) -> Receipt:
    """Put the next version of a notice of a start on record, tell, and bring what is owed in line with it."""
    placement = queries.placement_by_id(session, old.placement_id or 0)
    was_host = placement.host_authority_id
    before = close_version(session, actor, old, now=now)
    filed = file_notice(
        session,
        actor,
        case.content,
        placement_id=placement.id,
        event_at=case.event_at,
        now=now,
        draft=draft,
        corrects=old,
    )
    carry_over(session, old, filed.ref)
    told = _tell(session, actor, case, filed, placement, before, rules=rules, now=now)
    attach_files(session, actor, filed.id, files_of(case.content), now=now)
    markers.restate(session, actor, placement, author_id=actor.organisation, rules=rules, now=now)
    placements.describe_child(session, actor, placement.child_id, case.content, now=now)
    if case.is_by_placing:
        _correct_as_placing(session, actor, case, placement, filed, told, was_host, rules=rules, areas=areas, now=now)
    _open_for_new(session, actor, case, placement, filed, told, before, rules=rules, now=now)
    audit.record_many(session, [registered_entry(session, actor, filed, placement.ref, told)])
    rows = queries.standing(session, [placement.ref, filed.ref])
    return receipt_of(case, filed, told, rows, placement_ref=placement.ref, rules=rules, now=now)


def _tell(
    session: Session,
    actor: Actor,
    case: Case,
    filed: Filed,
    placement: Placement,
    before: Before,
    *,
    rules: Rulebook,
    now: datetime,
) -> list[Told]:
    """Those told before learn of the correction, others of the notice; those it is not for any more, that it was withdrawn."""
    recipients = recipients_of(case.kind, case.parties, is_out_of_area=case.is_out_of_area)
    if case.parties.host is not None and case.parties.host.id == placement.host_authority_id:
        recipients += before.passed_on
    again = [each for each in recipients if each.organisation.id in before.told]
    first = [each for each in recipients if each.organisation.id not in before.told]
    told = [
        *tell(session, actor, filed, again, placement_ref=placement.ref, kind="notice.corrected", rules=rules, now=now),
        *tell(session, actor, filed, first, placement_ref=placement.ref, rules=rules, now=now),
    ]
    gone = before.told - {each.organisation.id for each in recipients}
    former = [Recipient(each, "former") for each in queries.parties(session, ids=gone)]
    alert(
        session,
        actor,
        before.root_ref,
        former,
        kind="notice.withdrawn",
        placement_ref=placement.ref,
        rules=rules,
        now=now,
    )
    return told


def _correct_as_placing(
    session: Session,
    actor: Actor,
    case: Case,
    placement: Placement,
    filed: Filed,
    told: Sequence[Told],
    was_host: int | None,
    *,
    rules: Rulebook,
    areas: Areas,
    now: datetime,
) -> None:
    """The placing authority's corrected word stands, with the changes told since laid over it; what it owes is counted anew."""
    approvals.record_from_notice(session, actor, case.content, placement.id, now=now)
    placements.take_word_of_placing(session, actor, placement, case, now=now)
    changes.lay_changes(session, actor, placement.id, now=now)
    placement = queries.placement_by_id(session, placement.id)
    if was_host is not None and was_host != placement.host_authority_id:
        leave_host(
            session, actor, placement, was_host, reached=reached_by(told), reason="corrected", rules=rules, now=now
        )
    recount(
        session, actor, placement, told=reached_by(told), reason="notice_corrected", rules=rules, areas=areas, now=now
    )
    changes.supply_what_followed(session, actor, placement, filed, told, rules=rules, now=now)
    note_consulted(session, actor, case, placement, filed.ref, reached=reached_by(told), rules=rules, now=now)


def note_consulted(
    session: Session,
    actor: Actor,
    case: Case,
    placement: Placement,
    by_ref: str,
    *,
    reached: Mapping[int, datetime | None],
    rules: Rulebook,
    now: datetime,
) -> None:
    """The host as it is now has been consulted, by a notice that brought the care plan: done at the instant it was first done."""
    if case.kind == "consultation" and case.content.get("care_plan", {}).get("file"):
        obligations.fulfil(
            session,
            actor,
            subject_ref=placement.ref,
            duty_codes=FULFILS["consultation"],
            by_ref=by_ref,
            at=now,
            reached_at=reached.get(placement.host_authority_id or 0),
            rules=rules,
            now=now,
        )


def leave_host(
    session: Session,
    actor: Actor,
    placement: Placement,
    host_id: int,
    *,
    reached: Mapping[int, datetime | None],
    reason: str,
    rules: Rulebook,
    now: datetime,
) -> None:
    """The placement turned out not to be in this host's area: what it still owed is struck out, what was owed to it moves.

    What the placing authority owes is counted anew by the caller; what others owed the old host is owed to the new one.
    """
    refs = [placement.ref, *notice_queries.notice_refs(session, placement.id)]
    rows = queries.standing(session, refs)
    its_own = [row for row in rows if row.owed_by_id == host_id and row.state == "open"]
    restating.strike_out(session, actor, its_own, reason=reason, now=now)
    others = [row for row in rows if _is_owed_by_others(row, placement, host_id)]
    to_id = placement.host_authority_id
    if to_id is not None:
        restating.reroute(session, actor, others, to_id=to_id, reached_at=reached.get(to_id), rules=rules, now=now)


def _is_owed_by_others(row: Obligation, placement: Placement, host_id: int) -> bool:
    counted_anew = row.owed_by_id == placement.placing_authority_id and row.duty_code not in _NOT_RECOUNTED
    return row.owed_to_id == host_id and row.owed_by_id != host_id and row.state != "void" and not counted_anew


_NOT_RECOUNTED: Final = ("EGAP", "ECPF", "E13C", "E14B", "E14L", "W15")
"""What the placing authority owes a host and :func:`recount`, which asks about the start, does not answer."""


def _open_for_new(
    session: Session,
    actor: Actor,
    case: Case,
    placement: Placement,
    filed: Filed,
    told: Sequence[Told],
    before: Before,
    *,
    rules: Rulebook,
    now: datetime,
) -> None:
    """What those who are told for the first time owe; what a provider's corrected notice does."""
    ground = owed.ground_of(placement.ref, case.parties, case.content, rules=rules)
    first = [each for each in told if each.recipient.organisation.id not in before.told]
    wanted = openings_of_hosts(Start(case, placement.ref, filed, first, ground), now) if first else []
    if not case.is_by_placing:
        start = Start(case, placement.ref, filed, told, ground)
        its_own = provider_openings(start, is_untold=False, now=before.first_registered_at)
        wanted += [each for each in its_own if each.duty_code in FULFILS[case.kind]]
    owed.reconcile(
        session,
        actor,
        wanted,
        owner_id=actor.organisation,
        standing=queries.standing(session, [placement.ref]),
        answered=() if case.is_by_placing else FULFILS[case.kind],
        reason="notice_corrected",
        rules=rules,
        now=now,
    )
