"""The privacy lead's part: what one's own organisation looked up, which of it to judge first, and what was found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.access.people import queries as people_queries
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import london_date
from hub.core.db import keys_of
from hub.core.errors import Conflict, NotFound, StateConflict
from hub.core.ids import is_ref, new_ref
from hub.lookup import queries, review_queries
from hub.lookup.disclosure import relation_told
from hub.lookup.incidents import incident_indexes
from hub.lookup.models import LookUp, LookUpReview
from hub.lookup.policy import DisclosurePolicy
from hub.lookup.queries import AnyRow
from hub.lookup.unusual import Facts, Ranked, ranked, sample
from hub.notify.outbox import cancel_alerts
from hub.registry.names.indexes import fold

LOOKED_THROUGH_AT_MOST: Final = 2_000
_OUTSIDE: Final = ("other_force", "other_council")
_NOT_FOUND: Final = "There is no such look-up of your organisation's."


@dataclass(frozen=True)
class LookUpBrief:
    """A look-up in a list: nothing of the child, nothing of the incident."""

    ref: str
    actor: str
    purpose: str
    asked_at: datetime
    stage: str
    candidates: int
    best_band: str | None


@dataclass(frozen=True)
class Disclosed:
    """What was shown of one child in one stage, and no more of the child than was shown then.

    ``relation``: once it was confirmed; ``likeness``: not of a shielded child, of whom both would say where it lives.
    """

    ref: str
    actor: str
    stage: str
    relation: str | None
    band: str
    likeness: int | None
    fields: tuple[str, ...]
    is_shielded: bool
    broke_glass: bool
    shown_at: datetime
    placing_authority: str | None
    reasons: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Made:
    """A review that was made."""

    ref: str
    outcome: str
    reviewed_at: datetime
    by: str = field(repr=False)
    note: str | None = field(repr=False)


@dataclass(frozen=True)
class LookUpSeen(LookUpBrief):
    """A look-up of one's own organisation, whole."""

    incident_reference: str = field(repr=False)
    by: str | None = field(repr=False)
    asked: Mapping[str, Any] = field(repr=False)
    disclosures: tuple[Disclosed, ...]
    review: Made | None


@dataclass(frozen=True)
class Owed:
    """A review owed because a shield was broken, or made of it. The incident is not on it: a council reads this too."""

    ref: str
    look_up: str
    organisation: dict[str, Any]
    actor: str
    purpose: str
    opened_at: datetime
    due_at: datetime | None
    is_late: bool
    fields: tuple[str, ...]
    reason: str | None = field(repr=False)
    by: str | None = field(repr=False)
    made: Made | None


@dataclass(frozen=True)
class WorkItem(LookUpBrief):
    """A look-up to judge, and why it comes before others."""

    weight: int
    reasons: tuple[str, ...]
    is_reviewed: bool


@dataclass(frozen=True)
class Worklist:
    """The sample of the day, and in how many minutes it can be judged."""

    target_minutes: int
    looked_through: int
    items: tuple[WorkItem, ...]


# --- what one's own organisation looked up ----------------------------------------------------------------------------


def list_look_ups(
    session: Session,
    actor: Actor,
    *,
    mine: bool = False,
    incident: str | None = None,
    after: str | None = None,
    at_most: int,
    now: datetime,
) -> list[LookUpBrief]:
    """A page of the organisation's look-ups, newest first; without the scope ``audit`` one's own. The reading is recorded."""
    whose = actor.ref if mine or "audit" not in actor.scopes else None
    indexes = incident_indexes(keys_of(session), incident) if incident else ()
    rows = queries.look_ups(
        session, actor.organisation, actor_ref=whose, incident=indexes, after=after, at_most=at_most
    )
    _record_reading(session, actor, actor.organisation_ref or "", rows, now)
    return [LookUpBrief(**_brief(row)) for row in rows]


def read_look_up(session: Session, actor: Actor, ref: str, *, now: datetime) -> LookUpSeen:
    """One look-up of the organisation's, whole: for who asked, and for the privacy lead. Recorded. Raises ``NotFound``."""
    row = _own(session, actor, ref)
    said = keys_of(session).open(row.ref, row.sealed)
    review = review_queries.made(session, [row.id], actor.organisation).get(row.id)
    _record_reading(session, actor, ref, [row], now)
    return LookUpSeen(
        **_brief(row),
        incident_reference=said["incident"],
        by=said["by"],
        asked=said["asked"],
        disclosures=tuple(_disclosed(session, each) for each in queries.disclosures_of(session, [row.id])),
        review=_made(session, review) if review else None,
    )


def _own(session: Session, actor: Actor, ref: str) -> LookUp:
    row = queries.look_up(session, ref, actor.organisation) if is_ref(ref, "lku") else None
    if row is None or not (row.actor_ref == actor.ref or "audit" in actor.scopes):
        raise NotFound(_NOT_FOUND)
    return row


def _brief(row: LookUp) -> dict[str, Any]:
    names = ("ref", "purpose", "asked_at", "stage", "candidates", "best_band")
    return {"actor": row.actor_ref, **{name: getattr(row, name) for name in names}}


def _disclosed(session: Session, row: AnyRow) -> Disclosed:
    told = row.Disclosure
    is_known = told.stage != "possible_match"
    names_council = not {"placing_authority", "ring"}.isdisjoint(told.fields)
    return Disclosed(
        ref=told.ref,
        actor=told.actor_ref,
        stage=told.stage,
        relation=relation_told(told.relation, is_shielded=told.is_shielded) if is_known else None,
        band=told.band,
        likeness=None if told.is_shielded else told.likeness,
        fields=tuple(told.fields),
        is_shielded=told.is_shielded,
        broke_glass=told.broke_glass,
        shown_at=told.shown_at,
        placing_authority=row.placing_name if names_council else None,
        reasons=keys_of(session).open(told.ref, told.sealed) if told.sealed else {},
    )


def _record_reading(session: Session, actor: Actor, subject: str, rows: Sequence[LookUp], now: datetime) -> None:
    said = {"look_ups": [row.ref for row in rows]}
    audit.record(session, actor, Event.LOOK_UP_READ, subject, now=now, details=said)


# --- which to judge first ---------------------------------------------------------------------------------------------


def worklist(session: Session, actor: Actor, *, policy: DisclosurePolicy, now: datetime) -> Worklist:
    """The sample of the day: the most unusual look-ups of the organisation's last days, and a few of the others. Recorded."""
    since = now - policy.review.look_back
    rows = queries.look_ups_since(session, actor.organisation, since, at_most=LOOKED_THROUGH_AT_MOST)
    done = review_queries.made(session, [row.id for row in rows], actor.organisation)
    found = ranked(_facts(session, rows), policy.review)
    waiting = [each for each in found if each.ref not in {row.ref for row in rows if row.id in done}]
    drawn = sample(waiting, policy.review, seed=f"{london_date(now)} {actor.organisation_ref}")
    by_ref = {row.ref: row for row in rows}
    details = {"look_ups": [each.ref for each in drawn]}
    audit.record(session, actor, Event.LOOK_UP_WORKLIST_READ, actor.organisation_ref or "", now=now, details=details)
    items = tuple(_item(by_ref[each.ref], each) for each in drawn)
    return Worklist(policy.review.target_minutes, len(rows), items)


def _item(row: LookUp, found: Ranked) -> WorkItem:
    return WorkItem(**_brief(row), weight=found.weight, reasons=found.reasons, is_reviewed=False)


def _facts(session: Session, rows: Sequence[LookUp]) -> list[Facts]:
    told: dict[int, list[Any]] = {}
    for each in queries.disclosures_of(session, [row.id for row in rows]):
        told.setdefault(each.Disclosure.look_up_id, []).append(each.Disclosure)
    names = _own_names(session, {row.actor_ref for row in rows})
    return [_facts_of(session, row, told.get(row.id, []), names.get(row.actor_ref, frozenset())) for row in rows]


def _facts_of(session: Session, row: LookUp, told: Sequence[Any], own_names: frozenset[str]) -> Facts:
    confirmed = [each for each in told if each.stage != "possible_match" and (each.broke_glass or not each.is_shielded)]
    asked = keys_of(session).open(row.ref, row.sealed)["asked"]
    return Facts(
        ref=row.ref,
        actor=row.actor_ref,
        asked_at=row.asked_at,
        confirmed=frozenset(each.child_id for each in confirmed),
        is_outside=any(each.relation in _OUTSIDE for each in confirmed),
        is_weak=any(each.band == "weak" for each in confirmed),
        broke_glass=any(each.broke_glass for each in confirmed),
        asked_names=frozenset(fold(asked.get("family_name", ""))),
        own_names=own_names,
    )


def _own_names(session: Session, actor_refs: set[str]) -> dict[str, frozenset[str]]:
    """Person → the last word of their name, folded, and its parts where it is double."""
    keys = keys_of(session)
    people = people_queries.people_with_refs(session, {ref for ref in actor_refs if ref.startswith("per_")})
    names = {person.ref: str(keys.open(person.ref, person.sealed)["name"]).split()[-1:] for person in people}
    return {ref: frozenset(fold(words[0])) if words else frozenset() for ref, words in names.items()}


# --- judging ----------------------------------------------------------------------------------------------------------


def review_look_up(
    session: Session, actor: Actor, ref: str, *, outcome: str, by: str, note: str | None = None, now: datetime
) -> Made:
    """Record what the privacy lead found of a look-up of the own organisation's. Raises ``NotFound`` and ``Conflict``."""
    row = queries.look_up(session, ref, actor.organisation) if is_ref(ref, "lku") else None
    if row is None:
        raise NotFound(_NOT_FOUND)
    _refuse_own(actor, row.actor_ref)
    if review_queries.made(session, [row.id], actor.organisation):
        raise StateConflict("This look-up has been reviewed already.")
    new = new_ref("rvw")
    review_queries.add(
        session,
        {
            "ref": new,
            "look_up_id": row.id,
            "organisation_id": actor.organisation,
            "opened_at": now,
            "chased": 0,
            **_found(session, actor, new, outcome, by, note, now),
        },
    )
    return _recorded(session, actor, new, row.ref, outcome, by, note, now)


def record_outcome(
    session: Session, actor: Actor, ref: str, *, outcome: str, by: str, note: str | None = None, now: datetime
) -> Made:
    """Record what was found of a broken shield. Raises ``NotFound``, ``Conflict``, and ``StateConflict`` where it was done."""
    row = _review(session, actor, ref)
    _refuse_own(actor, row.Disclosure.actor_ref if row.Disclosure else row.LookUp.actor_ref)
    found = _found(session, actor, ref, outcome, by, note, now)
    if not review_queries.record(session, row.LookUpReview.id, found):
        raise StateConflict("This review has been made already.")
    cancel_alerts(session, now=now, subject_ref=ref)
    return _recorded(session, actor, ref, row.LookUp.ref, outcome, by, note, now)


def _refuse_own(actor: Actor, asker_ref: str) -> None:
    if asker_ref in (actor.ref, actor.hand):
        raise Conflict("You looked this up yourself. Somebody else reviews it.", code="own_look_up")


def _found(
    session: Session, actor: Actor, ref: str, outcome: str, by: str, note: str | None, now: datetime
) -> dict[str, Any]:
    sealed = keys_of(session).seal(ref, {"by": by, "note": note})
    return {"outcome": outcome, "reviewed_by": actor.ref, "reviewed_at": now, "sealed": sealed}


def _recorded(
    session: Session, actor: Actor, ref: str, look_up_ref: str, outcome: str, by: str, note: str | None, now: datetime
) -> Made:
    said = {"look_up": look_up_ref, "outcome": outcome}
    audit.record(session, actor, Event.LOOK_UP_REVIEWED, ref, now=now, details=said)
    return Made(ref, outcome, now, by, note)


def list_owed(session: Session, actor: Actor, *, after: str | None = None, at_most: int, now: datetime) -> list[Owed]:
    """A page of the reviews that the organisation owes, oldest first; the reading is recorded."""
    rows = review_queries.owed(session, actor.organisation, after=after, at_most=at_most)
    details = {"reviews": [row.LookUpReview.ref for row in rows]}
    audit.record(session, actor, Event.LOOK_UP_WORKLIST_READ, actor.organisation_ref or "", now=now, details=details)
    return [_owed(session, row, now) for row in rows]


def count_owed(session: Session, actor: Actor) -> int:
    """How many reviews of broken shields wait for the organisation's privacy lead."""
    return review_queries.count_owed(session, actor.organisation)


def read_review(session: Session, actor: Actor, ref: str, *, now: datetime) -> Owed:
    """One review of the organisation's, with the reason that was given. Recorded. Raises ``NotFound``."""
    row = _review(session, actor, ref)
    audit.record(session, actor, Event.LOOK_UP_READ, ref, now=now, details={"look_ups": [row.LookUp.ref]})
    return _owed(session, row, now)


def _review(session: Session, actor: Actor, ref: str) -> AnyRow:
    row = review_queries.review(session, ref, actor.organisation) if is_ref(ref, "rvw") else None
    if row is None:
        raise NotFound("There is no such review of your organisation's.")
    return row


def _owed(session: Session, row: AnyRow, now: datetime) -> Owed:
    review, told, asker = row.LookUpReview, row.Disclosure, row.asker
    said = keys_of(session).open(told.ref, told.sealed) if told is not None and told.sealed else {}
    return Owed(
        ref=review.ref,
        look_up=row.LookUp.ref,
        organisation={"ref": asker.ref, "name": asker.name, "gss_code": asker.gss_code},
        actor=told.actor_ref if told is not None else row.LookUp.actor_ref,
        purpose=row.LookUp.purpose,
        opened_at=review.opened_at,
        due_at=review.due_at,
        is_late=review.reviewed_at is None and review.due_at is not None and review.due_at <= now,
        fields=tuple(told.fields) if told is not None else (),
        reason=said.get("reason"),
        by=said.get("by"),
        made=_made(session, review) if review.reviewed_at else None,
    )


def _made(session: Session, review: LookUpReview) -> Made:
    said = keys_of(session).open(review.ref, review.sealed or b"")
    return Made(review.ref, review.outcome or "", review.reviewed_at or review.opened_at, said["by"], said["note"])
