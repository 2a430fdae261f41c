"""Something was said in error: it is taken back, by whoever said it, and the episode stands as if it had not been said.

What was said stays on record, marked. When the last report is taken back the episode is withdrawn, and whoever was told is told.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.errors import StateConflict
from hub.core.sentences import worded
from hub.duties.rulebook import Rulebook
from hub.missing import matching, queries, telling
from hub.missing.models import EpisodeGrade, EpisodeReport, EpisodeStep, MissingEpisode
from hub.missing.standing import root_seen_by
from hub.missing.states import STANDING
from hub.notify import obligations

REASONS: Final = ("entered_in_error", "wrong_child", "wrong_time", "was_not_missing", "other")
"""Why, as a code."""
WHAT: Final[Mapping[str, tuple[Any, str | None]]] = {
    "report": (EpisodeReport, None),
    "grade": (EpisodeGrade, None),
    "location": (EpisodeStep, "located"),
    "return": (EpisodeStep, "returned"),
    "prevention_interview": (EpisodeStep, "interviewed"),
}
"""What can be taken back, and the rows it is in. A merge is taken back by ``matching.part``."""
_WORDS: Final = {
    "report": worded("report"), "grade": worded("grade"), "location": worded("word that the child was found"),
    "return": worded("word of a return"), "prevention_interview": worded("prevention interview"),
}  # fmt: skip


def withdraw(
    session: Session, actor: Actor, ref: str, *, reason: str, note: str | None = None, rules: Rulebook, now: datetime
) -> MissingEpisode:
    """Take the report back that the actor's organisation made; with the last report the episode is withdrawn."""
    return undo(session, actor, ref, what="report", reason=reason, note=note, rules=rules, now=now)


def undo(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    what: str,
    reason: str,
    note: str | None = None,
    rules: Rulebook,
    now: datetime,
) -> MissingEpisode:
    """Take back the latest that the actor's organisation said of this (*what*: a key of ``WHAT``, or ``merge``).

    Raises ``NotFound`` for who is no party to the episode, and ``StateConflict`` where there is nothing of theirs to take back.
    """
    if what == "merge":
        return matching.part(session, actor, ref, reason=_REASON_OF_PARTING, note=note, rules=rules, now=now)
    episode = root_seen_by(session, actor, ref)
    was = episode.state
    row = _latest(session, actor, episode, what)
    if not queries.take_back(session, WHAT[what][0], row.id, now=now):
        raise StateConflict("It has just been taken back by somebody else. Read it again.")
    obligations.reopen_fulfilled_by(
        session, actor, subject_ref=episode.ref, by_ref=row.ref, reason="taken_back", rules=rules, now=now
    )
    after = matching.settle_child(session, actor, episode.id, rules=rules, now=now)
    details = {"what": what, "said": row.ref, "reason": reason, "was": was, "state": after.state}
    audit.record(session, actor, Event.MISSING_TAKEN_BACK, after.ref, now=now, details=details)
    kind = "missing.withdrawn" if after.state not in STANDING else "missing.corrected"
    telling.tell(session, actor, after, kind, rules=rules, now=now)
    return after


_REASON_OF_PARTING: Final = "decided_in_error"


def _latest(session: Session, actor: Actor, episode: MissingEpisode, what: str) -> Any:
    """The latest row of that sort which stands and which the actor's organisation wrote. Raises ``StateConflict``."""
    model, kind = WHAT[what]
    ask: Any = {EpisodeReport: queries.reports_of, EpisodeGrade: queries.grades_of, EpisodeStep: queries.steps_of}[
        model
    ]
    rows = [each for each in ask(session, queries.group_of(session, episode.id)) if each.taken_back_at is None]
    own = [each for each in rows if _writer(each) == actor.organisation and kind in (None, getattr(each, "kind", None))]
    if not own:
        raise StateConflict(
            worded(
                "Your organisation recorded no {what} here that stands. Whoever recorded it takes it back.",
                what=_WORDS[what],
            )
        )
    return own[-1]


def _writer(row: Any) -> int:
    writer: int = row.force_id if isinstance(row, EpisodeGrade) else row.organisation_id
    return writer
