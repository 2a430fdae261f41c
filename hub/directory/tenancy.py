"""Whose directory entry is it? What is an organisation's own, it and the operator see; for others it does not exist."""

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.ids import is_ref
from hub.directory import queries
from hub.directory.models import Organisation


def known(session: Session, ref: str) -> Organisation:
    """The organisation *ref*: that it exists is public. Raises NotFound."""
    row = queries.organisation(session, ref) if is_ref(ref, "org") else None
    if row is None:
        raise NotFound("There is no organisation with this reference. Look it up under /organisations.")
    return row


def own_or_any(session: Session, actor: Actor, ref: str) -> Organisation:
    """The organisation *ref*, if *actor* may see what is its own. NotFound reads the same whether it exists or not."""
    row = queries.organisation(session, ref) if is_ref(ref, "org") else None
    if row is None or not may_see_within(actor, row):
        raise NotFound("There is nothing here that you can see. Use your own organisation's reference.")
    return row


def may_see_within(actor: Actor, row: Organisation) -> bool:
    """Whether *actor* may see more of the organisation than the directory shows everybody."""
    return actor.is_operator or actor.organisation_id == row.id


def owner(actor: Actor) -> int | None:
    """The organisation whose records *actor* may touch, for queries; ``None``: any organisation's (the operator)."""
    return None if actor.is_operator else actor.organisation
