"""Which child is meant? Purpose and incident reference first, then what is known of the child; possible matches are answered.

Nothing is listed: a question that could mean many is refused, and an answer holds a few children at most, each by what tells it
from another. The look-up, who was offered and what was shown of them are on record before the answer leaves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import Invalid
from hub.core.ids import new_ref
from hub.core.sentences import worded
from hub.directory.duty.rota import OnDuty
from hub.directory.duty.service import all_on_duty
from hub.duties.rulebook import Rulebook
from hub.lookup import queries
from hub.lookup.candidates import Asked, Candidate, find
from hub.lookup.disclosure import band_of, fields_for
from hub.lookup.incidents import incident_index
from hub.lookup.knowing import Around, Known, known_of
from hub.lookup.limits import spend_look_up
from hub.lookup.policy import DisclosurePolicy, Limits
from hub.lookup.showing import shown
from hub.lookup.telling import Reasons, candidate_of, disclosure_row, relation_to

POSSIBLE_MATCH: Final = "possible_match"


@dataclass(frozen=True)
class Question:
    """A look-up as it is asked: what for, in which incident (checked), by whom, and what is known of the child."""

    purpose: str
    incident: str = field(repr=False)
    asked: Asked
    by: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class PossibleMatch:
    """A child who may be meant, by what tells it from another; ``candidate`` calls it so within this look-up alone."""

    candidate: str
    band: str
    is_shielded: bool
    fields: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class LookedUp:
    """The answer to a look-up, to be shown once the transaction has committed."""

    ref: str
    purpose: str
    asked_at: datetime
    open_until: datetime
    matches: tuple[PossibleMatch, ...]


@dataclass(frozen=True)
class Offer:
    """One child that is offered: what is known, what may be shown of it, and its row."""

    known: Known
    band: str
    fields: tuple[str, ...]
    row: Mapping[str, Any]


def look_up(
    session: Session,
    actor: Actor,
    question: Question,
    *,
    policy: DisclosurePolicy,
    limits: Limits | None,
    rules: Rulebook,
    now: datetime,
) -> LookedUp:
    """Put the question on record and find who may be meant. Raises ``TooMany``, and ``Invalid`` naming each field at fault.

    What is not enough to mean one child, or fits many, is refused by ``candidates.find``; then nothing is spent or kept.
    """
    refuse_purpose(policy, actor, question.purpose)
    refuse_nameless(actor, question.by)
    spend_look_up(session, actor, question.by, limits, now=now)
    found = find(session, question.asked, now=now)
    ref = new_ref("lku")
    banded = [(each, band) for each in found[: policy.likeness.most] if (band := band_of(policy, each.score))]
    known = known_of(session, [each.child_id for each, _ in banded], now=now)
    shown_as = [
        (each, known[each.child_id], band, fields)
        for each, band in banded
        if each.child_id in known and (fields := _fields(policy, actor, question.purpose, known[each.child_id], band))
    ]
    bands = [band for _, _, band, _ in shown_as]
    number = queries.add_look_up(session, _row(session, actor, question, ref, bands, now))
    offers = [
        Offer(child, band, fields, _offer_row(session, actor, number, each, child, band, fields, now))
        for each, child, band, fields in shown_as
    ]
    queries.add_disclosures(session, [offer.row for offer in offers])
    _record(session, actor, ref, question.purpose, offers, now=now)
    return answered(session, ref, question.purpose, now, offers, policy=policy, rules=rules, now=now)


def answered(
    session: Session,
    ref: str,
    purpose: str,
    asked_at: datetime,
    offers: Sequence[Offer],
    *,
    policy: DisclosurePolicy,
    rules: Rulebook,
    now: datetime,
) -> LookedUp:
    """The answer to the look-up *ref*, with whoever is on duty *now* for those who are shielded."""
    telephones = _telephones(session, offers, rules, now)
    return LookedUp(
        ref=ref,
        purpose=purpose,
        asked_at=asked_at,
        open_until=asked_at + policy.limits.stays_open,
        matches=tuple(_match(offer, telephones) for offer in offers),
    )


def _fields(policy: DisclosurePolicy, actor: Actor, purpose: str, known: Known, band: str) -> tuple[str, ...]:
    return fields_for(
        policy, purpose, POSSIBLE_MATCH, relation_to(actor, known), is_shielded=known.is_shielded, broke_glass=False,
        band=band,
    )  # fmt: skip


def _offer_row(
    session: Session,
    actor: Actor,
    look_up_id: int,
    candidate: Candidate,
    known: Known,
    band: str,
    fields: Sequence[str],
    now: datetime,
) -> dict[str, Any]:
    return disclosure_row(
        session, actor, look_up_id, known, stage=POSSIBLE_MATCH, relation=relation_to(actor, known), band=band,
        likeness=round(candidate.score * 100), fields=fields, reasons=Reasons(), now=now,
    )  # fmt: skip


def _telephones(
    session: Session, offers: Sequence[Offer], rules: Rulebook, now: datetime
) -> Mapping[int, OnDuty | None]:
    """Whom to ring for those who are shielded: asked only when one is offered."""
    whose = {offer.known.placing_authority_id for offer in offers if "ring" in offer.fields} - {None}
    return all_on_duty(session, [each for each in whose if each], rules=rules, now=now) if whose else {}


def _match(offer: Offer, telephones: Mapping[int, OnDuty | None]) -> PossibleMatch:
    around = Around(on_duty=telephones.get(offer.known.placing_authority_id or 0))
    return PossibleMatch(
        candidate=candidate_of(offer.row["ref"]),
        band=offer.band,
        is_shielded=offer.known.is_shielded,
        fields=shown(offer.known, around, offer.fields),
    )


def _row(
    session: Session, actor: Actor, question: Question, ref: str, bands: Sequence[str], now: datetime
) -> dict[str, Any]:
    keys = keys_of(session)
    said = {"incident": question.incident, "by": question.by, "asked": _plain(question.asked)}
    return {
        "ref": ref,
        "organisation_id": actor.organisation,
        "actor_ref": actor.ref,
        "purpose": question.purpose,
        "incident_index": incident_index(keys, question.incident),
        "asked_at": now,
        "candidates": len(bands),
        "best_band": min(bands, default=None),  # "strong" comes before "weak"
        "stage": POSSIBLE_MATCH if bands else "asked",
        "sealed": keys.seal(ref, said),
    }


def _plain(asked: Asked) -> dict[str, Any]:
    given = {name: value for name, value in vars(asked).items() if value not in (None, "", {})}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in given.items()}


def _record(session: Session, actor: Actor, ref: str, purpose: str, offers: Sequence[Offer], *, now: datetime) -> None:
    said = {
        "purpose": purpose,
        "offered": [offer.row["ref"] for offer in offers],
        "fields": sorted({field for offer in offers for field in offer.fields}),
    }
    audit.record(session, actor, Event.LOOK_UP_ASKED, ref, now=now, details=said)


# --- what cannot be asked ---------------------------------------------------------------------------------------------


def refuse_purpose(policy: DisclosurePolicy, actor: Actor, purpose: str) -> None:
    """Raise ``Invalid`` where there is no such purpose, or not for this kind of organisation."""
    allowed = [each.code for each in policy.purposes.values() if actor.organisation_kind in each.asked_by]
    if purpose not in allowed:
        sentence = worded("Choose what you look the child up for: {purposes}.", purposes=", ".join(allowed))
        raise Invalid(sentence, fields={"purpose": [sentence]})


def refuse_nameless(actor: Actor, by: str | None) -> None:
    """Raise ``Invalid`` where a system asks and does not say for whom: a consultation is somebody's (DPA 2018 s62)."""
    if actor.kind != "person" and not by:
        sentence = "Say who asks, by name or number: a system asks for somebody."
        raise Invalid(sentence, fields={"by": [sentence]})
