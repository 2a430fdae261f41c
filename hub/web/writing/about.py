"""Of which child a draft tells that names the placement alone: a change, a move, an end. Nobody knows a reference by heart."""

from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.errors import NotFound
from hub.registry import views
from hub.registry.drafts import Drafted
from hub.registry.views import PlacementSeen
from hub.web.signed_in import acting


def placement_named(session: Session, draft: Drafted) -> PlacementSeen | None:
    """The placement of ours that *draft* names, where it does not describe the child itself; the reading is recorded."""
    ref = draft.content.get("placement")
    if ref is None or "child" in draft.content:
        return None
    try:
        return views.read_placement(session, acting(), ref, now=utc_now())
    except NotFound:
        return None
