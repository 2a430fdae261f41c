"""Is this notice about a placement already known? Certain matches link by themselves; doubtful ones wait for a person.

Nothing is overwritten by a match: it says that two senders tell of one placement, why, and on what they disagree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import london_date
from hub.core.db import keys_of
from hub.core.ids import new_ref
from hub.notify import combining
from hub.registry import placement_queries
from hub.registry.content import ENDS
from hub.registry.links import queries
from hub.registry.links.matching import BANDS, Described, Scored, described, may_be_one_child, plain_postcode, score
from hub.registry.links.pictures import picture_of
from hub.registry.links.queries import AnyRow, Parties
from hub.registry.names.indexes import search_rows

DOUBTS_AT_MOST: Final = 5
"""How many doubtful matches one notice may raise: the likeliest; nobody works through more."""
END_SLACK: Final = timedelta(days=31)
"""How long after a recorded end a notice of the end may still be about the same placement."""


@dataclass(frozen=True)
class Candidate:
    """A placement already known, and how it compares with what a notice tells. Codes and references only."""

    placement_id: int
    placement_ref: str
    child_id: int
    placing_authority_id: int | None
    host_authority_id: int | None
    police_force_id: int | None
    provider_id: int | None
    state: str
    starts_at: datetime
    ends_at: datetime | None
    scored: Scored
    councils: tuple[int, ...] = ()
    """The councils that are placing or host authority on both sides, and so may see both and decide."""


@dataclass(frozen=True)
class Found:
    """What a notice is about, as far as the hub can tell."""

    certain: Candidate | None = None
    """The placement it surely tells of."""
    doubtful: tuple[Candidate, ...] = ()
    """Placements it may tell of, likeliest first: a person decides."""
    child_id: int | None = None
    """The child, where surely known to the same placing authority, though perhaps from another placement."""
    before: Mapping[str, Any] | None = field(default=None, repr=False)
    """Of a certain one: the placement and what is owed about it before the notice touches them."""


@dataclass(frozen=True)
class Linked:
    """A match that was recorded: its reference and state, the placement, and on what the senders disagree (codes)."""

    ref: str
    state: str
    placement_ref: str
    score: int
    reasons: tuple[str, ...]
    differences: tuple[str, ...]
    councils: tuple[int, ...] = ()
    """Of a doubtful one: the councils that are party to both placements, and so may see both and decide."""


def known_placements(
    session: Session,
    *,
    child: Mapping[str, Any],
    postcode: str | None,
    provider_id: int | None,
    placing_authority_id: int | None,
    host_authority_id: int | None,
    event_at: datetime,
    kind: str,
) -> Found:
    """Which placements already known a notice of *kind* may be about. *child* has the keys of ``Child.sealed``.

    *event_at* is when the placement starts, or, in a notice of an end, when it ends. One query, bounded; what it finds
    is opened and compared. Call it before the notice's own rows are inserted, in the transaction that inserts them.
    """
    rows = search_rows(keys_of(session), child, placing_authority_id=placing_authority_id)
    if not rows:
        return Found()
    queries.queue_for(session, [value for _, value in rows[: len(keys_of(session).keys.masters)]])
    told = described(
        child,
        placing_authority_id=placing_authority_id,
        provider_id=provider_id,
        postcode=postcode,
        starts_on=None if kind in ENDS else london_date(event_at),
    )
    parties = Parties(placing_authority_id, host_authority_id, provider_id)
    compared = (_compared(session, told, row) for row in queries.candidates(session, rows, parties))
    found = _found(filter(None, compared), parties, event_at=event_at, is_end=kind in ENDS)
    return replace(found, before=linked_picture(session, found.certain)) if found.certain else found


def _compared(session: Session, told: Described, row: AnyRow) -> Candidate | None:
    """*row* against what is *told*; the placement's address is opened only when the child may be the same."""
    keys = keys_of(session)
    child = keys.open(row.described_ref, row.described)
    known = described(
        child,
        placing_authority_id=row.placing_authority_id,
        provider_id=row.provider_id,
        starts_on=london_date(row.starts_at),
    )
    if not may_be_one_child(told, known):
        return None
    address = keys.open(row.placement_ref, row.sealed).get("address") or {}
    scored = score(told, replace(known, postcode=plain_postcode(address.get("postcode"))))
    return Candidate(**{name: getattr(row, name) for name in _COLUMNS}, scored=scored)


_COLUMNS: Final = tuple(f.name for f in fields(Candidate) if f.name not in ("scored", "councils"))


def _found(compared: Iterable[Candidate], parties: Parties, *, event_at: datetime, is_end: bool) -> Found:
    best: dict[int, Candidate] = {}
    for candidate in sorted(compared, key=_rank):
        best[candidate.placement_id] = candidate
    running = [c for c in best.values() if _is_of_that_time(c, event_at, is_end)]
    certain = [c for c in running if c.scored.verdict == "certain"]
    if len({c.child_id for c in certain}) == 1:
        chosen = max(certain, key=_rank)
        return Found(certain=chosen, child_id=chosen.child_id)
    doubtful = (_doubted(c, parties) for c in running if c.scored.verdict != "different")
    likeliest = sorted((c for c in doubtful if c.councils), key=_rank, reverse=True)[:DOUBTS_AT_MOST]
    return Found(doubtful=tuple(likeliest), child_id=_same_child(best.values()))


def _rank(candidate: Candidate) -> tuple[int, int]:
    return candidate.scored.score, candidate.placement_id


def _is_of_that_time(candidate: Candidate, event_at: datetime, is_end: bool) -> bool:
    """A stay that was over before is another stay; an end can only be of one that had begun."""
    if is_end:
        ended_long_ago = candidate.ends_at is not None and candidate.ends_at + END_SLACK < event_at
        return candidate.starts_at <= event_at and not ended_long_ago
    return candidate.ends_at is None or candidate.ends_at > event_at


def _doubted(candidate: Candidate, parties: Parties) -> Candidate:
    """Of two children each surely the one told of, neither is: both are doubtful. Without a council that may see both sides
    nobody could answer, and the question is not asked."""
    known = {candidate.placing_authority_id, candidate.host_authority_id} - {None}
    councils = known & {parties.placing_authority_id, parties.host_authority_id}
    scored = replace(candidate.scored, verdict="doubtful", score=min(candidate.scored.score, BANDS["doubtful"][1]))
    return replace(candidate, scored=scored, councils=tuple(sorted(number for number in councils if number)))


def _same_child(compared: Iterable[Candidate]) -> int | None:
    """The one child of the same placing authority that is surely the same, if it is one."""
    same = {c.child_id for c in compared if c.scored.is_same_child and "council_same" in c.scored.reasons}
    return same.pop() if len(same) == 1 else None


def record_links(
    session: Session, actor: Actor, found: Found, *, notice_id: int, own_placement_id: int | None, now: datetime
) -> list[Linked]:
    """Record what was *found* about a notice just registered; return the matches recorded.

    A certain match is linked: the caller has put the notice on ``found.certain`` and brought what is owed in line, and
    *own_placement_id* is ``None``; what that changed is kept, so that it can be undone. Doubtful ones are queued between
    each placement and the one made for the notice; the caller asks one of ``Linked.councils`` to decide.
    """
    wanted = [("linked", found.certain)] if found.certain else [("doubtful", each) for each in found.doubtful]
    if not wanted:
        return []
    matches = [(_linked(state, candidate), candidate) for state, candidate in wanted]
    common = {"notice_id": notice_id, "own_placement_id": own_placement_id, "created_at": now}
    changed = _changed_by_linking(session, found) if found.certain else None
    rows = [{**common, **_match_row(link, candidate)} for link, candidate in matches]
    keys = keys_of(session)
    queries.add_matches(
        session, [{**row, "sealed_undo": keys.seal(row["ref"], changed) if changed else None} for row in rows]
    )
    audit.record_many(session, [_entry(session, actor, link, now=now) for link, _ in matches])
    return [link for link, _ in matches]


def _changed_by_linking(session: Session, found: Found) -> dict[str, Any]:
    """The placement and what is owed about it, before the notice was put on it and after."""
    if found.certain is None or found.before is None:
        raise LookupError("nothing was linked")
    return {"before": found.before, "after": linked_picture(session, found.certain)}


def linked_picture(session: Session, candidate: Candidate) -> dict[str, Any]:
    """The placement of a certain match as it is now, with what is owed about it."""
    return {
        "placement": picture_of(session, placement_queries.placement_by_id(session, candidate.placement_id)),
        "owed": combining.picture(session, [candidate.placement_ref]),
    }


def _linked(state: str, candidate: Candidate) -> Linked:
    scored = candidate.scored
    return Linked(
        new_ref("mat"),
        state,
        candidate.placement_ref,
        scored.score,
        scored.reasons,
        scored.differences,
        candidate.councils,
    )


def _match_row(linked: Linked, candidate: Candidate) -> dict[str, Any]:
    return {
        "ref": linked.ref,
        "placement_id": candidate.placement_id,
        "score": linked.score,
        "reasons": list(linked.reasons),
        "differences": list(linked.differences),
        "state": linked.state,
    }


def _entry(session: Session, actor: Actor, linked: Linked, *, now: datetime) -> dict[str, Any]:
    event = Event.MATCH_LINKED if linked.state == "linked" else Event.MATCH_QUEUED
    said = {"placement": linked.placement_ref, "score": linked.score, "differences": list(linked.differences)}
    return audit.entry(session, actor, event, linked.ref, now=now, details=said)
