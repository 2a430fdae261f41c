"""Showing one child of a look-up, stage by stage: on record, with its receipt, before anything leaves.

The caller's transaction holds the disclosure, its audit entry and the placing authority's receipt; what is returned may be shown
only after that transaction has committed (docs/adr/0009).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import Invalid, NotFound, StateConflict
from hub.core.ids import is_ref, new_ref
from hub.core.sentences import worded
from hub.duties.rulebook import Rulebook
from hub.lookup import queries
from hub.lookup.disclosure import fields_for, relation_of, relation_told
from hub.lookup.knowing import Known, around, known_of
from hub.lookup.limits import spend_disclosure
from hub.lookup.models import Disclosure, LookUp
from hub.lookup.policy import DisclosurePolicy, Limits
from hub.lookup.receipts import send_receipt
from hub.lookup.showing import shown

CONFIRMED, RISK_DETAIL = "confirmed", "risk_detail"
STAGES: Final = (CONFIRMED, RISK_DETAIL)
NOT_THERE: Final = "There is no such look-up of your organisation's, or no such child in it."


@dataclass(frozen=True)
class Told:
    """What may be shown of one child once the transaction has committed: the record's reference, and the fields.

    ``relation``: what the asker is to the child; of a shielded one ``None``, unless it is the asker's own.
    """

    ref: str
    look_up: str
    candidate: str
    purpose: str
    stage: str
    relation: str | None
    is_shielded: bool
    broke_glass: bool
    shown_at: datetime
    fields: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Reasons:
    """In the asker's words: who they are, why the glass was broken, how a weak likeness is known to be the child."""

    by: str | None = field(default=None, repr=False)
    reason: str | None = field(default=None, repr=False)
    because: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Written:
    """A disclosure as it was put on record, for what follows from it."""

    id: int
    told: Told
    known: Known


def disclose(
    session: Session,
    actor: Actor,
    look_up_ref: str,
    candidate: str,
    *,
    stage: str,
    purpose: str,
    reasons: Reasons = Reasons(),
    policy: DisclosurePolicy,
    limits: Limits | None,
    rules: Rulebook,
    now: datetime,
) -> Told:
    """Show *stage* of the child *candidate* (``cnd_…``) of a look-up, for the purpose that was given and is now confirmed.

    Raises ``NotFound`` for what is not the organisation's; ``Invalid`` for another purpose, or a weak likeness without saying
    how the child is known; ``StateConflict`` where the look-up is too old, or a stage was passed over; ``TooMany``.
    """
    child = found(session, actor, look_up_ref, candidate)
    look_up, offered = child.look_up, child.offered
    refuse_other_purpose(look_up, purpose)
    refuse_stale(look_up, policy, now)
    if offered.band == "weak" and not reasons.because:
        sentence = "This child is only weakly alike. Say how you know that it is the one you ask about."
        raise Invalid(sentence, fields={"because": [sentence]})
    broke_glass = stage == RISK_DETAIL and _refuse_passed_over(child.since)
    spend_disclosure(session, actor, reasons.by, limits, now=now)
    return write(
        session, actor, look_up, offered, stage=stage, broke_glass=broke_glass, reasons=reasons, policy=policy,
        rules=rules, now=now,
    ).told  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A look-up, the row by which it offered the child, and what was shown of that child since."""

    look_up: LookUp
    offered: Disclosure
    since: Sequence[Disclosure] = ()


def found(session: Session, actor: Actor, look_up_ref: str, candidate: str) -> Found:
    """The child *candidate* of a look-up of the actor's organisation. Raises ``NotFound``."""
    disclosure_ref = f"dsc_{candidate.removeprefix('cnd_')}"
    if not (is_ref(look_up_ref, "lku") and is_ref(candidate, "cnd")):
        raise NotFound(NOT_THERE)
    rows = queries.shown_before(session, look_up_ref, disclosure_ref, actor.organisation)
    offered = next((row for row in rows if row.Disclosure.ref == disclosure_ref), None)
    if offered is None:
        raise NotFound(NOT_THERE)
    since = [row.Disclosure for row in rows if row.Disclosure.stage != "possible_match"]
    return Found(offered.LookUp, offered.Disclosure, since)


def refuse_other_purpose(look_up: LookUp, purpose: str) -> None:
    """Raise ``Invalid`` where the purpose is not the one that was given when the look-up was asked."""
    if purpose != look_up.purpose:
        sentence = "You gave another purpose when you asked. Confirm that one, or ask anew for this one."
        raise Invalid(sentence, fields={"purpose": [sentence]})


def refuse_stale(look_up: LookUp, policy: DisclosurePolicy, now: datetime) -> None:
    """Raise ``StateConflict`` where the look-up is older than policy lets it stay open."""
    if now >= look_up.asked_at + policy.limits.stays_open:
        raise StateConflict(
            worded(
                "This look-up is more than {open_minutes} minutes old. Ask anew: the child may have moved since.",
                open_minutes=policy.limits.open_minutes,
            ),
            code="look_up_closed",
        )


def _refuse_passed_over(since: Sequence[Disclosure]) -> bool:
    """Risk detail follows a confirmation. Whether the glass was broken for it."""
    before = [each for each in since if was_opened(each)]
    if not before:
        raise StateConflict("Confirm the purpose for this child first. Then its risk detail can be asked for.")
    return any(each.broke_glass for each in before)


def was_opened(disclosure: Disclosure) -> bool:
    """Whether more of the child was shown than whom to ring."""
    return disclosure.stage == CONFIRMED and (disclosure.broke_glass or not disclosure.is_shielded)


def write(
    session: Session,
    actor: Actor,
    look_up: LookUp,
    offered: Disclosure,
    *,
    stage: str,
    broke_glass: bool,
    reasons: Reasons,
    policy: DisclosurePolicy,
    rules: Rulebook,
    now: datetime,
) -> Written:
    """Put a disclosure on record, with its receipt and audit entry; what may be shown once that has committed."""
    known = known_of(session, [offered.child_id], now=now)[offered.child_id]
    relation = relation_to(actor, known)
    fields = fields_for(
        policy, look_up.purpose, stage, relation, is_shielded=known.is_shielded, broke_glass=broke_glass
    )
    whole = around(
        session, known, fields, relation=relation, organisation_id=actor.organisation, rules=rules, now=now
    )  # fmt: skip
    row = disclosure_row(
        session, actor, look_up.id, known, stage=stage, relation=relation, band=offered.band,
        likeness=offered.likeness, fields=fields, broke_glass=broke_glass, reasons=reasons, now=now,
    )  # fmt: skip
    number = queries.add_disclosure(session, row)
    if look_up.stage != stage:
        queries.set_stage(session, look_up.id, _furthest(look_up.stage, stage))
    _record(session, actor, look_up, row, now=now)
    if policy.receipts[stage] == "told":
        send_receipt(session, actor, row, purpose=look_up.purpose, rules=rules, now=now)
    told = Told(
        ref=row["ref"],
        look_up=look_up.ref,
        candidate=candidate_of(offered.ref),
        purpose=look_up.purpose,
        stage=stage,
        relation=relation_told(relation, is_shielded=known.is_shielded),
        is_shielded=known.is_shielded,
        broke_glass=broke_glass,
        shown_at=now,
        fields=shown(known, whole, fields),
    )
    return Written(number, told, known)


_ORDER: Final = ("asked", "possible_match", CONFIRMED, RISK_DETAIL)


def _furthest(one: str, other: str) -> str:
    return max(one, other, key=_ORDER.index)


def candidate_of(disclosure_ref: str) -> str:
    """How a child is called within one look-up, and nowhere else."""
    return f"cnd_{disclosure_ref.removeprefix('dsc_')}"


def relation_to(actor: Actor, known: Known) -> str:
    """What the actor's organisation is to the child."""
    return relation_of(
        actor.organisation,
        actor.organisation_kind,
        placing=known.placing_authority_id,
        host=known.host_authority_id,
        force=known.police_force_id,
    )


def disclosure_row(
    session: Session,
    actor: Actor,
    look_up_id: int,
    known: Known,
    *,
    stage: str,
    relation: str,
    band: str,
    likeness: int,
    fields: Sequence[str],
    broke_glass: bool = False,
    reasons: Reasons = Reasons(),
    now: datetime,
) -> dict[str, Any]:
    """The row of one disclosure."""
    ref = new_ref("dsc")
    said = {name: words for name, words in vars(reasons).items() if words}
    return {
        "ref": ref,
        "look_up_id": look_up_id,
        "child_id": known.child_id,
        "placement_id": known.placement_id,
        "placing_authority_id": known.placing_authority_id,
        "actor_ref": actor.ref,
        "stage": stage,
        "relation": relation,
        "band": band,
        "likeness": likeness,
        "fields": list(fields),
        "is_shielded": known.is_shielded,
        "broke_glass": broke_glass,
        "shown_at": now,
        "sealed": keys_of(session).seal(ref, said) if said else None,
    }


def _record(session: Session, actor: Actor, look_up: LookUp, row: Mapping[str, Any], *, now: datetime) -> None:
    event = Event.LOOK_UP_GLASS_BROKEN if row["broke_glass"] and row["stage"] == CONFIRMED else Event.LOOK_UP_DISCLOSED
    details = {
        "look_up": look_up.ref,
        "purpose": look_up.purpose,
        "stage": row["stage"],
        "relation": row["relation"],
        "fields": row["fields"],
    }
    audit.record(session, actor, event, row["ref"], now=now, details=details)
