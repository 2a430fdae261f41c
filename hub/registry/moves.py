"""A move is an end and a start in one act: which notice of the end goes with a notice of a move, and what became of it."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from hub.registry import notice_queries
from hub.registry import placement_queries as queries
from hub.registry.filing import stored_content
from hub.registry.models import Notice


def end_told_with(session: Session, move: Notice, states: Collection[str] = ("registered",)) -> Notice | None:
    """The notice of the end that *move*, or a version before it, was as well, the newest in one of *states*.

    ``None`` where there is none, or where its sender has since corrected it by itself: then it stands for itself.
    """
    ref = stored_content(session, move).get("placement") if move.kind == "placement_move" else None
    before = queries.placement_seen_by(session, ref, move.sender_id) if ref else None
    if before is None:
        return None
    instants = {each.registered_at for each in notice_queries.revisions(session, move.id)}
    sent = notice_queries.notices_about(session, before.id, states)
    ends = [each for each in sent if each.kind == "placement_end" and each.sender_id == move.sender_id]
    return next((each for each in reversed(ends) if each.registered_at in instants), None)
