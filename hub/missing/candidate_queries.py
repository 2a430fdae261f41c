"""Which children share an index with one who is described: asked by the police, who may report anybody."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, desc, func, select
from sqlalchemy.orm import Session

from hub.registry.models import Child, ChildIndex

AnyRow = Row[*tuple[Any, ...]]
AT_MOST = 60
"""How many children are opened and compared: those with the most index rows in common come first."""


def children_under(session: Session, rows: Sequence[tuple[str, bytes]]) -> Sequence[AnyRow]:
    """The children (``id, ref, sealed, placing_authority_id, merged_into_id``) that share any of these index rows."""
    if not rows:
        return []
    hits = (
        select(ChildIndex.child_id, func.count().label("hits"))
        .where(ChildIndex.kind.in_({kind for kind, _ in rows}), ChildIndex.value.in_([value for _, value in rows]))
        .group_by(ChildIndex.child_id)
        .subquery("hit")
    )
    wanted = select(Child.id, Child.ref, Child.sealed, Child.placing_authority_id, Child.merged_into_id)
    wanted = wanted.join(hits, hits.c.child_id == Child.id).order_by(desc(hits.c.hits), desc(Child.id))
    return session.execute(wanted.limit(AT_MOST)).all()
