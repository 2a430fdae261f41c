"""Which child a notice is about, where it names the placement alone: a change, an end, a child who has left a home."""

from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from hub.core.db import keys_of
from hub.registry import placement_queries as queries
from hub.registry.views import NoticeSeen

_NAMES: Final = frozenset({"family_name", "given_names"})
_TOLD: Final = (*sorted(_NAMES), "born_on")


def naming_the_child(session: Session, notice: NoticeSeen) -> NoticeSeen:
    """*notice* for a recipient's page, the child's names and date of birth added where it does not say them itself.

    What its reader may not see of it (it was withdrawn, or the child is shielded) stays unseen.
    """
    said = notice.content.get("child", {})
    if not notice.content or notice.placement is None or said.keys() >= _NAMES:
        return notice
    child = queries.child_of(session, notice.placement)
    known = keys_of(session).open(child.ref, child.sealed)
    added = {name: known[name] for name in _TOLD if name in known}
    return replace(notice, content={**notice.content, "child": {**added, **said}})
