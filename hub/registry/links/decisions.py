"""A person decides whether two placements are one, and may take it back. Asked of the councils that may see both sides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import NotFound
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.notify import outbox
from hub.registry.links import merging as link_merging
from hub.registry.links import queries
from hub.registry.links.queries import AnyRow
from hub.registry.links.states import MATCH
from hub.registry.links.words import explain
from hub.registry.models import Match

REASONS: Final = (
    "records_checked",
    "asked_the_sender",
    "asked_the_other_council",
    "known_to_us",
    "decided_in_error",
    "other",
)
"""Why, as a code; what is written besides is sealed, because it may be about a child."""
UNDECIDED: Final = ("doubtful",)
_NOT_FOUND: Final = (
    "There is no such match that you can see. You see a match when both placements concern your council."
)


@dataclass(frozen=True)
class MatchSeen:
    """A match as a council that may see both sides sees it: references, codes and sentences, never a value."""

    ref: str
    state: str
    score: int
    reasons: Sequence[str]
    explanation: Sequence[str]
    differences: Sequence[str]
    notice: str
    notice_kind: str
    placement: str
    own_placement: str | None
    created_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    decision_reason: str | None


def matches(
    session: Session, actor: Actor, *, states: Sequence[str], after: str | None, at_most: int
) -> list[MatchSeen]:
    """The matches that the actor's council may decide, oldest first."""
    found = queries.listed(session, organisation_id=actor.organisation, states=states, after=after, at_most=at_most)
    return [_seen(row) for row in found]


def read_match(session: Session, actor: Actor, ref: str) -> MatchSeen:
    """One match. Raises ``NotFound`` unless the actor's council may see both sides."""
    return _seen(_row(session, actor, ref))


def _row(session: Session, actor: Actor, ref: str) -> AnyRow:
    row = queries.shown(session, ref, organisation_id=actor.organisation)
    if row is None:
        raise NotFound(_NOT_FOUND)
    return row


def _seen(row: AnyRow) -> MatchSeen:
    match: Match = row.Match
    return MatchSeen(
        ref=match.ref,
        state=match.state,
        score=match.score,
        reasons=match.reasons,
        explanation=explain(match.reasons),
        differences=match.differences,
        notice=row.notice_ref,
        notice_kind=row.notice_kind,
        placement=row.placement_ref,
        own_placement=row.own_placement_ref,
        created_at=match.created_at,
        decided_at=match.decided_at,
        decided_by=match.decided_by,
        decision_reason=match.decision_reason,
    )


def decide(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    same: bool,
    reason: str,
    note: str | None = None,
    rules: Rulebook,
    now: datetime,
) -> MatchSeen:
    """Say whether the two placements are one. If so they are combined; it can be undone.

    Raises ``NotFound``, and ``StateConflict`` when it was decided meanwhile or one of the two was taken back.
    """
    match: Match = _row(session, actor, ref).Match
    kept = _kept(session, match, "confirm" if same else "reject", note, now)
    _decided(session, actor, match, "confirm" if same else "reject", reason=reason, now=now)
    if same:
        kept["undo"] = link_merging.merge(session, actor, match, rules=rules, now=now)
    queries.keep_undo(session, match.id, keys_of(session).seal(ref, kept))
    outbox.cancel_alerts(session, now=now, subject_ref=ref)
    return read_match(session, actor, ref)


def undo(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    reason: str,
    note: str | None = None,
    areas: Areas,
    rules: Rulebook,
    now: datetime,
) -> MatchSeen:
    """Take a match back: one that was confirmed, or one that linked by itself. What was decided since stays decided."""
    match: Match = _row(session, actor, ref).Match
    was_linked = match.state == "linked"
    kept = _kept(session, match, "undo", note, now)
    _decided(session, actor, match, "undo", reason=reason, now=now)
    if was_linked:
        own_id = link_merging.split(session, actor, match, kept, areas=areas, rules=rules, now=now)
        queries.set_sides(session, match.id, match.placement_id, own_id)
    else:
        link_merging.unmerge(session, actor, match, kept["undo"], rules=rules, now=now)
    queries.keep_undo(session, match.id, keys_of(session).seal(ref, {"notes": kept["notes"]}))
    return read_match(session, actor, ref)


def _kept(session: Session, match: Match, act: str, note: str | None, now: datetime) -> dict[str, Any]:
    """What the match keeps sealed: what it changed, and what people wrote about it."""
    kept: dict[str, Any] = keys_of(session).open(match.ref, match.sealed_undo) if match.sealed_undo else {}
    written = [{"act": act, "at": now.isoformat(), "note": note}] if note else []
    return {**kept, "notes": [*kept.get("notes", ()), *written]}


_EVENTS: Final = {"confirm": Event.MATCH_CONFIRMED, "reject": Event.MATCH_REJECTED, "undo": Event.MATCH_UNDONE}


def _decided(session: Session, actor: Actor, match: Match, action: str, *, reason: str, now: datetime) -> None:
    """The guarded move comes first: of two who decide at once, one is told that it was decided."""
    decided = {"decided_at": now, "decided_by": actor.ref, "decision_reason": reason}
    MATCH.apply_one(session, Match, action, Match.id == match.id, decided)
    audit.record(session, actor, _EVENTS[action], match.ref, now=now, details={"reason": reason, "score": match.score})
