"""Where else a child lives, as far as its placing authority has told: in a placement of whose end it told nobody."""

from sqlalchemy.orm import Session

from hub.core.clock import london_date
from hub.core.sentences import Sentence, worded
from hub.registry import placement_queries as queries
from hub.registry.cases import Case

_STARTS = ("placement_start", "placement_move")


def lives_elsewhere(session: Session, case: Case, placement_id: int) -> list[Sentence]:
    """What a council is asked to look at that tells of a start: nothing closes by itself, so two placements would run.

    A short break leaves the child's own placement running, so of one nothing is said.
    """
    if not case.is_by_placing or case.kind not in _STARTS or "short_break" in case.content:
        return []
    placement = queries.placement_to_read(session, placement_id)
    return [_asked(row) for row in queries.lived_in(session, placement)]


def _asked(row: queries.AnyRow) -> Sentence:
    where = row.host or worded("outside England and Wales")
    return worded(
        "The hub holds that this child also lives elsewhere, since {day}: {where}, {ref}. If the child leaves there, tell of the "
        "move or the end from there: until then that placement runs on.",
        day=london_date(row.starts_at),
        where=where,
        ref=row.ref,
    )
