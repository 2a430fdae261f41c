"""Going on from a look-up: back to the children that it offered, and from the one that was opened to reporting it missing.

Nothing is shown here that was not shown, and put on record, before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import NotFound, StateConflict
from hub.core.ids import is_ref
from hub.duties.rulebook import Rulebook
from hub.lookup import queries
from hub.lookup.asking import POSSIBLE_MATCH, LookedUp, Offer, answered
from hub.lookup.disclosure import fields_for
from hub.lookup.knowing import Known, known_of
from hub.lookup.models import Disclosure, LookUp
from hub.lookup.policy import DisclosurePolicy
from hub.lookup.telling import NOT_THERE, found, refuse_stale, relation_to, was_opened
from hub.missing.queries import last_episodes
from hub.missing.states import RUNNING


@dataclass(frozen=True)
class OfferedAgain:
    """The answer as it was given, and what was asked: the incident, and by what."""

    answer: LookedUp
    incident: str = field(repr=False)
    asked: Mapping[str, Any] = field(repr=False)


def offered_again(
    session: Session, actor: Actor, ref: str, *, policy: DisclosurePolicy, rules: Rulebook, now: datetime
) -> OfferedAgain:
    """The children that a look-up of the actor's own offered, as they were shown; the reading is recorded.

    Raises ``NotFound``, and ``StateConflict`` where it is too old, or a child may not be shown so any more.
    """
    look_up = queries.look_up(session, ref, actor.organisation) if is_ref(ref, "lku") else None
    if look_up is None or look_up.actor_ref != actor.ref:
        raise NotFound(NOT_THERE)
    refuse_stale(look_up, policy, now)
    rows = [row.Disclosure for row in queries.disclosures_of(session, [look_up.id])]
    offered = [row for row in rows if row.stage == POSSIBLE_MATCH]
    known = known_of(session, [row.child_id for row in offered], now=now)
    offers = [_offer(actor, look_up, row, known.get(row.child_id), policy) for row in offered]
    audit.record(session, actor, Event.LOOK_UP_READ, ref, now=now, details={"look_ups": [ref]})
    answer = answered(session, ref, look_up.purpose, look_up.asked_at, offers, policy=policy, rules=rules, now=now)
    said = keys_of(session).open(ref, look_up.sealed)
    return OfferedAgain(answer, said["incident"], said["asked"])


def _offer(actor: Actor, look_up: LookUp, row: Disclosure, known: Known | None, policy: DisclosurePolicy) -> Offer:
    """As it stands on record, as long as just that may be shown: a shield that was set since holds."""
    now_shown = known and fields_for(
        policy, look_up.purpose, POSSIBLE_MATCH, relation_to(actor, known), is_shielded=known.is_shielded,
        broke_glass=False, band=row.band,
    )  # fmt: skip
    if known is None or list(now_shown or ()) != row.fields:
        raise StateConflict("What may be shown has changed since this look-up. Look the child up again.")
    return Offer(known, row.band, tuple(row.fields), {"ref": row.ref})


@dataclass(frozen=True)
class Onward:
    """Of a child that was opened, by their references: the placement that it lives in, and the episode that runs."""

    purpose: str
    placement: str | None = None
    episode: str | None = None


def onward_from(
    session: Session, actor: Actor, ref: str, candidate: str, *, policy: DisclosurePolicy, now: datetime
) -> Onward:
    """Where the child *candidate*, which was opened, is reported. Neither of a shielded child, for both lead to where it lives,
    nor for a council that is no party to it.

    Raises ``NotFound``, and ``StateConflict`` where it was not opened, or long ago.
    """
    child = found(session, actor, ref, candidate)
    refuse_stale(child.look_up, policy, now)
    _refuse_unopened(child.since)
    known = known_of(session, [child.offered.child_id], now=now)[child.offered.child_id]
    purpose = child.look_up.purpose
    if known.is_shielded or relation_to(actor, known) == "other_council":
        return Onward(purpose)
    episodes = last_episodes(session, [known.child_id])[known.child_id]
    running = next((each.ref for each in episodes if each.state in RUNNING), None)
    return Onward(purpose, known.placement_ref if known.status == "current" else None, running)


def _refuse_unopened(since: Sequence[Disclosure]) -> None:
    if not any(was_opened(each) for each in since):
        raise StateConflict("Confirm the purpose for this child first. Then it can be reported from here.")
