"""What a notice sets off and what it does: openings from the law table and from the hub's own workflow, bound to the parties.

A case becomes known once and is told of several times. So openings are compared with what stands: what is there already is
fulfilled, what stands on other facts is restated, what the new facts do not support is struck out.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.sentences import listed, worded
from hub.directory.queries import Brief
from hub.duties.clocks import due_from
from hub.duties.explain import Owed, explain
from hub.duties.facts import Facts
from hub.duties.rulebook import Rulebook
from hub.notify import obligations, restating
from hub.notify.models import Obligation
from hub.notify.obligations import Opened, Opening
from hub.registry import placement_queries as queries
from hub.registry.content import Content
from hub.registry.minimum import to_follow
from hub.registry.recipients import Parties

APPROVALS: Final = frozenset({"E11N", "E11D", "W12P"})
HOST_NOTICES: Final = frozenset({"E13A", "E13E", "W14A", "W14E", "Y13"})
"""What the placing authority owes the host at the start."""
FULFILS: Final[Mapping[str, frozenset[str]]] = {
    "consultation": frozenset({"E11C"}),
    "placement_start": HOST_NOTICES | {"EPOL", "EGAP"},
    "placement_change": frozenset({"E13C"}),
    "placement_end": frozenset({"E14B", "E14L", "W15"}),
    "home_admission": frozenset({"E41A"}),
    "home_discharge": frozenset({"E41D"}),
    "supported_admission": frozenset({"E28A"}),
    "supported_discharge": frozenset({"E28D"}),
    "fostering_arrival": frozenset({"EFV"}),
    "fostering_leaving": frozenset(),
}
"""Which of the sender's own duties each kind of notice does. A move is an end and a start."""
HEIGHTENED: Final = HOST_NOTICES | {"EGAP", "EACK", "E41A", "E28A"}
"""Duties whose ladder starts higher, in hours, for a child with a protecting marker: those by which somebody comes to know."""


@dataclass(frozen=True)
class Ground:
    """What the obligations of one case share."""

    placement_ref: str
    parties: Parties
    rules: Rulebook
    is_at_risk: bool = False

    def is_heightened(self, duty_code: str) -> bool:
        return self.is_at_risk and duty_code in HEIGHTENED


def ground_of(placement_ref: str, parties: Parties, content: Content, *, rules: Rulebook) -> Ground:
    """The ground of a case; a marker that the policy calls a high risk puts the child at risk."""
    named = frozenset(marker["marker"] for marker in content.get("markers", ()))
    return Ground(placement_ref, parties, rules, is_at_risk=rules.policy.is_high_risk(named, missing=False))


def openings_of(ground: Ground, facts: Facts, *, only: Callable[[Owed], bool]) -> list[Opening]:
    """What the law table answers on *facts*, as openings, for those owed by somebody whom the directory knows."""
    owed = explain(ground.rules.law, ground.rules.calendar, facts)
    bound = ((each, ground.parties.of(each.owed_by)) for each in owed if only(each))
    return [_opening(ground, each, by, facts) for each, by in bound if by is not None]


def _opening(ground: Ground, owed: Owed, by: Brief, facts: Facts) -> Opening:
    to = ground.parties.of(owed.owed_to)
    happened_at = facts.happened_at
    if happened_at is None:
        raise LookupError(f"{owed.code} is opened by an event whose instant is not known")
    return Opening(
        duty_code=owed.code,
        law_in_force=str(owed.in_force_from),
        basis=owed.basis,
        subject_ref=ground.placement_ref,
        owed_by_id=by.id,
        owed_by_role=owed.owed_by,
        owed_to_id=to.id if to else None,
        owed_to_role=owed.owed_to,
        because=_because(ground, owed, facts),
        event_at=happened_at,
        due_at=owed.due_at,
        due_on=owed.due_on,
        due_is_policy=owed.due_is_policy,
        heightened=ground.is_heightened(owed.code),
    )


def _because(ground: Ground, owed: Owed, facts: Facts) -> str:
    """Why, as it is stored unsealed: of the criteria for telling the police, how many matched; the notice says which."""
    if owed.owed_to != "police_force":
        return owed.because
    matched = len(facts.markers & ground.rules.law.rules.police_criteria)
    return worded(
        "A placement out of area, of a child to whom {matched} of the criteria for telling the police apply.",
        matched=matched,
    )


def own_opening(
    ground: Ground,
    code: str,
    *,
    by: tuple[Brief, str],
    to: tuple[Brief | None, str],
    at: datetime,
    because: str,
    subject_ref: str | None = None,
) -> Opening:
    """One duty of the hub's own workflow, its clock counted from *at*. *by* and *to*: the organisation and its part here."""
    duty = ground.rules.law.duty(code)
    due = due_from(duty, at, calendar=ground.rules.calendar)
    return Opening(
        duty_code=code,
        law_in_force=str(duty.in_force_from),
        basis=duty.basis,
        subject_ref=subject_ref or ground.placement_ref,
        owed_by_id=by[0].id,
        owed_by_role=by[1],
        owed_to_id=to[0].id if to[0] else None,
        owed_to_role=to[1],
        because=because,
        event_at=at,
        due_at=due.at,
        due_on=due.on,
        due_is_policy=True,
        heightened=ground.is_heightened(code),
    )


_PART_WORDS: Final = {
    "needs_assessment": worded("the assessment of needs"),
    "suitability_reasons": worded("the reasons why the placement suits"),
    "care_plan": worded("the care plan"),
    "date_of_birth": worded("the child's date of birth"),
}


def follow_up(ground: Ground, content: Content, *, at: datetime) -> list[Opening]:
    """An obligation of its own for what is to follow, owed to the host."""
    parts, placing, host = to_follow(content), ground.parties.placing, ground.parties.host
    if not parts or placing is None or host is None or host.id == placing.id:
        return []
    missing = listed([_PART_WORDS[part] for part in parts])
    because = worded("The notice was registered without {missing}: that is still to follow.", missing=missing)
    return [
        own_opening(
            ground, "ECPF", by=(placing, "placing_authority"), to=(host, "host_authority"), at=at, because=because
        )
    ]


def answered_at(event: str, rules: Rulebook) -> frozenset[str]:
    """The duty codes to which the facts of *event* are the answer: those that the law table sets off there."""
    duties = rules.law.duties.values()
    return frozenset(each.code for each in duties if each.opened_by == "calculator" and event in each.starts)


def done_by_notice(
    openings: Sequence[Opening],
    codes: Collection[str],
    *,
    by_ref: str,
    at: datetime,
    told: Mapping[int, datetime | None],
) -> list[Opening]:
    """The same openings, those of *codes* that are owed to an organisation told by the notice fulfilled at *at* (ADR 0005).

    *told*: who is told → when they were reached, ``None`` while they are not.
    """
    return [
        replace(each, fulfilled_at=at, fulfilled_by=by_ref, reached_at=told[each.owed_to_id])
        if each.duty_code in codes and each.owed_to_id is not None and each.owed_to_id in told
        else each
        for each in openings
    ]


def done_by_approval(openings: Sequence[Opening], *, approval_ref: str, approved_at: datetime) -> list[Opening]:
    """The same openings, those that ask for an approval fulfilled at the instant it was given."""
    return [
        replace(each, fulfilled_at=approved_at, fulfilled_by=approval_ref, reached_at=approved_at)
        if each.duty_code in APPROVALS
        else each
        for each in openings
    ]


def reconcile(
    session: Session,
    actor: Actor,
    wanted: Sequence[Opening],
    *,
    owner_id: int,
    standing: Sequence[Obligation],
    answered: Collection[str],
    reason: str,
    rules: Rulebook,
    now: datetime,
) -> list[Opened]:
    """Bring what the organisation *owner_id* owes in line with *wanted*; open what is not there yet; return what was opened.

    *answered* are the duty codes to which the new facts are the answer: one of the owner's that stands and is not wanted any more
    is struck out (*reason* is a code). One that stands on another instant is restated, one owed to another is re-routed, one that
    is now done is fulfilled. What others owe is theirs: it is opened when it is not there, and otherwise left alone.
    """
    live = {_key(row): row for row in standing if row.state != "void"}
    fresh = [opening for opening in wanted if _key(opening) not in live]
    for opening in wanted:
        row = live.get(_key(opening))
        if row is not None and opening.owed_by_id == owner_id:
            _bring_in_line(session, actor, row, opening, rules=rules, now=now)
    kept = {_key(opening) for opening in wanted}
    mine = [row for key, row in live.items() if key not in kept and row.owed_by_id == owner_id]
    stale = [row for row in mine if row.duty_code in answered]
    restating.strike_out(session, actor, stale, reason=reason, now=now)
    return obligations.open_obligations(session, actor, fresh, rules=rules, now=now)


def _key(row: Obligation | Opening) -> tuple[str, str, int | str]:
    return row.duty_code, row.subject_ref, row.owed_by_id or row.owed_by_role


def _bring_in_line(
    session: Session, actor: Actor, row: Obligation, opening: Opening, *, rules: Rulebook, now: datetime
) -> None:
    if row.owed_to_id != opening.owed_to_id and opening.owed_to_id is not None:
        restating.reroute(
            session, actor, [row], to_id=opening.owed_to_id, reached_at=opening.reached_at, rules=rules, now=now
        )
        session.refresh(row)
    stands = (row.event_at, row.due_at, row.basis)
    if row.state != "excused" and stands != (opening.event_at, opening.due_at, opening.basis):
        restating.restate(session, actor, row, opening, rules=rules, now=now)
    if opening.fulfilled_at and opening.fulfilled_by:
        obligations.fulfil(
            session,
            actor,
            subject_ref=row.subject_ref,
            duty_codes=[row.duty_code],
            by_ref=opening.fulfilled_by,
            at=opening.fulfilled_at,
            reached_at=opening.reached_at,
            owed_by_id=row.owed_by_id,
            rules=rules,
            now=now,
        )


def standing_about(session: Session, placement_ref: str, notice_refs: Sequence[str] = ()) -> Sequence[Obligation]:
    """The obligations about a placement and its notices."""
    return queries.standing(session, [placement_ref, *notice_refs])
