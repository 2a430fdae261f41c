"""What makes up one child's record, by reference: so that “who looked at this child's record?” can be asked of the audit."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.ids import is_any_ref
from hub.registry import record_queries as queries


@dataclass(frozen=True)
class Record:
    """The references of one child's record: its placements, and all else about them."""

    placements: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def record_of(session: Session, actor: Actor, ref: str) -> Record:
    """The record that *ref* belongs to, as far as the actor's organisation is party to it; empty where it is not.

    The operator is party to none: it never learns which references are about one child.
    """
    if actor.organisation_id is None or not is_any_ref(ref):
        return Record()
    behind = queries.placements_behind(session, ref)
    placements = queries.same_child(session, behind, actor.organisation_id) if behind else []
    if not placements:
        return Record()
    refs, others = queries.refs_of(session, placements)
    return Record(tuple(refs), tuple(others))
