"""Shielding a child: the placing authority's manager decides that look-ups, and forces in missing episodes, get only a number."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import NotFound, StateConflict
from hub.core.ids import new_ref
from hub.lookup import queries
from hub.registry import shield_queries
from hub.registry.shield_models import ChildShield


@dataclass(frozen=True)
class Shield:
    """A child's shield, as its placing authority sees it."""

    ref: str
    placement: str
    set_at: datetime
    set_by: str
    by: str = field(repr=False)
    reason: str = field(repr=False)
    lifted_at: datetime | None = None


def shield(session: Session, actor: Actor, placement_ref: str, *, reason: str, by: str, now: datetime) -> Shield:
    """From now on look-ups say of this child only whom to ring. Raises ``NotFound``; ``StateConflict`` where they do already."""
    family = _family(session, actor, placement_ref)
    if shield_queries.standing(session, family) is not None:
        raise StateConflict("This child is shielded already.")
    ref = new_ref("shd")
    row = {
        "ref": ref,
        "child_id": family[0],
        "organisation_id": actor.organisation,
        "set_by": actor.ref,
        "set_at": now,
        "sealed": keys_of(session).seal(ref, {"reason": reason, "by": by}),
    }
    shield_queries.add(session, row)
    audit.record(session, actor, Event.CHILD_SHIELDED, placement_ref, now=now, details={"shield": ref})
    return Shield(ref, placement_ref, now, actor.ref, by, reason)


def lift(session: Session, actor: Actor, placement_ref: str, *, reason: str, by: str, now: datetime) -> Shield:
    """Look-ups answer of this child as of any other again. Raises ``NotFound``; ``StateConflict`` where there is no shield."""
    row = shield_queries.standing(session, _family(session, actor, placement_ref))
    if row is None:
        raise StateConflict("This child is not shielded.")
    keys = keys_of(session)
    said = {**keys.open(row.ref, row.sealed), "lifted": {"reason": reason, "by": by}}
    if not shield_queries.lift(session, row.id, by=actor.ref, sealed=keys.seal(row.ref, said), now=now):
        raise StateConflict("Somebody else has just lifted this shield.")
    audit.record(session, actor, Event.CHILD_SHIELD_LIFTED, placement_ref, now=now, details={"shield": row.ref})
    return _seen(session, row, placement_ref, lifted_at=now)


def shield_of(session: Session, actor: Actor, placement_ref: str) -> Shield | None:
    """The shield of the child of this placement, if it has one. Raises ``NotFound``."""
    row = shield_queries.standing(session, _family(session, actor, placement_ref))
    return _seen(session, row, placement_ref, lifted_at=None) if row else None


def _family(session: Session, actor: Actor, placement_ref: str) -> list[int]:
    placement = queries.placement_of(session, placement_ref, actor.organisation)
    if placement is None:
        raise NotFound("There is no placement of your council's with this reference.")
    return list(queries.family_of(session, placement.child_id))


def _seen(session: Session, row: ChildShield, placement_ref: str, *, lifted_at: datetime | None) -> Shield:
    said = keys_of(session).open(row.ref, row.sealed)
    return Shield(row.ref, placement_ref, row.set_at, row.set_by, said["by"], said["reason"], lifted_at)
