"""Two reports become one episode, surely or because a person says so, and two again. What was said stays where it was said.

The second episode goes into the first: its row is marked as merged, and the first is told anew from everything that was said of
either. Undoing unmarks it and tells both anew. A child whom the police described may also be one whom the hub knows: then the
placement that was made for the description is combined with the one that is known, as two notices' are.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import Conflict, NotFound, StateConflict
from hub.core.ids import new_ref
from hub.duties.rulebook import Rulebook
from hub.missing import placing_again, queries, telling
from hub.missing.models import EpisodeMatch, MissingEpisode
from hub.missing.standing import NOT_SEEN, move, restand, root_seen_by, settle
from hub.missing.states import EPISODE_MATCH, STANDING
from hub.notify import combining
from hub.notify.outbox import cancel_alerts
from hub.registry.models import Placement

REASONS: Final = ("records_checked", "asked_the_reporter", "known_to_us", "decided_in_error", "other")
"""Why, as a code; what is written besides is sealed, because it may be about a child."""
SAME_CHILD, NEAR_IN_TIME, LIKE_A_CHILD = "same_child", "near_in_time", "may_be_this_child"
_EVENTS: Final = {
    "confirm": Event.MISSING_MERGED,
    "reject": Event.MISSING_KEPT_APART,
    "undo": Event.MISSING_PARTED,
}


# --- at the report ----------------------------------------------------------------------------------------------------


def record_joined(session: Session, actor: Actor, episode_id: int, known: MissingEpisode, *, now: datetime) -> None:
    """A report that surely tells of the episode *known* joined it by itself; it can be undone."""
    row = _row(episode_id, known.id, None, "joined", [SAME_CHILD], now)
    queries.add_match(session, row)
    details = {"match": row["ref"], "reasons": row["reasons"]}
    audit.record(session, actor, Event.MISSING_JOINED, known.ref, now=now, details=details)


def put_questions(
    session: Session,
    actor: Actor,
    episode: MissingEpisode,
    doubtful: Sequence[MissingEpisode],
    may_be: Sequence[Placement],
    *,
    rules: Rulebook,
    now: datetime,
) -> tuple[str, ...]:
    """Put to a person whether *episode* is one of *doubtful*, or of the child of one of *may_be*; the matches' references."""
    rows = [_row(episode.id, other.id, None, "doubtful", [SAME_CHILD, NEAR_IN_TIME], now) for other in doubtful]
    rows += [_row(episode.id, None, each.id, "doubtful", [LIKE_A_CHILD], now) for each in may_be]
    for row in rows:
        queries.add_match(session, row)
    if rows:
        refs = [row["ref"] for row in rows]
        audit.record(session, actor, Event.MISSING_DOUBTED, episode.ref, now=now, details={"matches": refs})
        telling.tell(
            session, actor, episode, "missing.doubtful", whom=_deciders(session, episode), rules=rules, now=now
        )
        _ask_self(session, actor, episode, rules=rules, now=now)
    return tuple(row["ref"] for row in rows)


def _deciders(session: Session, episode: MissingEpisode) -> list[int]:
    """Those who are asked: the councils, and the forces that took the report or look for the child."""
    return [number for number in telling.everybody(session, episode) if number != episode.provider_id]


def _ask_self(session: Session, actor: Actor, episode: MissingEpisode, *, rules: Rulebook, now: datetime) -> None:
    """Whoever reported it may be the only one to know: its own desk is asked too."""
    if actor.organisation_kind in ("police_force", "local_authority"):
        system = Actor("system", actor.ref)
        telling.tell(session, system, episode, "missing.doubtful", whom=[actor.organisation], rules=rules, now=now)


def _row(
    episode_id: int, other_id: int | None, placement_id: int | None, state: str, reasons: list[str], now: datetime
) -> dict[str, Any]:
    return {
        "ref": new_ref("mma"),
        "episode_id": episode_id,
        "other_id": other_id,
        "placement_id": placement_id,
        "state": state,
        "reasons": reasons,
        "created_at": now,
    }


# --- a person decides -------------------------------------------------------------------------------------------------


def merge(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    other: str,
    same: bool = True,
    reason: str,
    note: str | None = None,
    rules: Rulebook,
    now: datetime,
) -> MissingEpisode:
    """Say whether the episodes *ref* and *other* are one; *other* may be the reference of a match that waits. It can be undone.

    Returns the episode that stands. Raises ``NotFound`` unless the actor may see both, ``Conflict`` for one and the same,
    and ``StateConflict`` for what was decided meanwhile.
    """
    if other.startswith("mma_"):
        return _decide_waiting(session, actor, ref, other, same, reason, note, rules=rules, now=now)
    one, two = root_seen_by(session, actor, ref), _other(session, actor, other, ref)
    if one.id == two.id:
        raise Conflict("These two are one missing episode already.")
    match = _between(session, one, two, now)
    return _decided(session, actor, match, same, reason, note, rules=rules, now=now)


def _decide_waiting(
    session: Session, actor: Actor, ref: str, match_ref: str, same: bool, reason: str, note: str | None,
    *, rules: Rulebook, now: datetime,
) -> MissingEpisode:  # fmt: skip
    mine = root_seen_by(session, actor, ref)
    match = queries.match_by_ref(session, match_ref)
    sides = {match.episode_id, match.other_id} if match else set()
    if match is None or sides.isdisjoint(queries.group_of(session, mine.id)):
        raise NotFound("There is no such question about this missing episode.")
    return _decided(session, actor, match, same, reason, note, rules=rules, now=now)


def _other(session: Session, actor: Actor, other: str, ref: str) -> MissingEpisode:
    """The other episode: the actor is a party to it, or a question that waits joins the two."""
    try:
        return root_seen_by(session, actor, other)
    except NotFound:
        found, mine = queries.by_ref(session, other), queries.by_ref(session, ref)
        match = queries.match_between(session, mine.id, found.id) if found and mine else None
        if match is None or found is None:
            raise NotFound(NOT_SEEN) from None
        return queries.locked(session, queries.root_id_of(session, found.id))


def _between(session: Session, one: MissingEpisode, two: MissingEpisode, now: datetime) -> EpisodeMatch:
    """The question between the two that waits, or a new one: a person noticed by themselves."""
    match = queries.match_between(session, one.id, two.id)
    if match is not None and match.state != "joined":
        return match
    later, earlier = sorted((one, two), key=lambda each: each.id, reverse=True)
    row = _row(later.id, earlier.id, None, "doubtful", [NEAR_IN_TIME], now)
    queries.add_match(session, row)
    found = queries.match_by_ref(session, row["ref"])
    if found is None:
        raise LookupError("the match that was just added is gone")
    return found


def _decided(
    session: Session, actor: Actor, match: EpisodeMatch, same: bool, reason: str, note: str | None,
    *, rules: Rulebook, now: datetime,
) -> MissingEpisode:  # fmt: skip
    action = "confirm" if same else "reject"
    before = _concerned(session, match)
    kept = _kept(session, match, action, note, now)
    _move(session, match, action, actor, reason, now)
    root_id = queries.root_id_of(session, match.episode_id)
    if same:
        kept["undo"] = _joined(session, actor, match, rules=rules, now=now)
        root_id = queries.root_id_of(session, match.episode_id)
    queries.keep_of_match(session, match.id, keys_of(session).seal(match.ref, kept))
    episode = settle_child(session, actor, root_id, rules=rules, now=now)
    _recorded(session, actor, match, action, episode, reason, now)
    if same:
        _tell_joined(session, actor, episode, before, rules=rules, now=now)
    return episode


def _sides(session: Session, match: EpisodeMatch) -> list[MissingEpisode]:
    """The episodes that stand for the two of a match: one, where it is between an episode and a placement, or they are one."""
    numbers = [number for number in (match.episode_id, match.other_id) if number is not None]
    roots = dict.fromkeys(queries.root_id_of(session, number) for number in numbers)
    return [queries.locked(session, number) for number in roots]


def _concerned(session: Session, match: EpisodeMatch) -> set[int]:
    """Ids of the organisations that are told of either."""
    return {number for each in _sides(session, match) for number in telling.everybody(session, each)}


_FIRST_WORD: Final = {"located": "missing.located", "returned": "missing.returned"}


def _tell_joined(
    session: Session, actor: Actor, episode: MissingEpisode, before: Collection[int], *, rules: Rulebook, now: datetime
) -> None:
    """Whom it concerns from now on is told of the child and not of a correction, which says nothing to who knew of nothing."""
    told = telling.everybody(session, episode)
    new, others = [each for each in told if each not in before], [each for each in told if each in before]
    first = _FIRST_WORD.get(episode.state, "missing.reported")
    telling.tell(session, actor, episode, first, whom=new, rules=rules, now=now)
    telling.tell(session, actor, episode, "missing.corrected", whom=others, rules=rules, now=now)


def _joined(session: Session, actor: Actor, match: EpisodeMatch, *, rules: Rulebook, now: datetime) -> dict[str, Any]:
    """Do it, and return what is needed to undo it."""
    if match.other_id is None:
        return placing_again.place(session, actor, match, rules=rules, now=now)
    ids = sorted({queries.root_id_of(session, match.episode_id), queries.root_id_of(session, match.other_id)})
    if len(ids) == 1:
        raise StateConflict("These two were made one meanwhile. Read it again.")
    target, source = (queries.locked(session, number) for number in ids)  # the earlier one stands
    if target.state not in STANDING or source.state not in STANDING:
        raise StateConflict("One of the two was withdrawn meanwhile, so there is nothing to join.")
    before = combining.picture(session, [source.ref, target.ref])
    combining.combine(
        session, actor, from_ref=source.ref, to_ref=target.ref, stands=None, answered=(), rules=rules, now=now
    )
    members = queries.members_of(session, source.id)
    move(session, source, "merged", {"merged_into_id": target.id})
    queries.repoint(session, members, target.id, was_id=source.id)
    filled = _filled(target, source)
    if filled:
        queries.change_episode(session, target.id, target.version, filled)
    after = combining.picture(session, [source.ref, target.ref])
    return {
        "source": source.id,
        "target": target.id,
        "members": members,
        "filled": filled,
        "before": before,
        "after": after,
    }


_ABOUT: Final = ("child_id", "placement_id", "placing_authority_id", "host_authority_id", "provider_id")


def _filled(target: MissingEpisode, source: MissingEpisode) -> dict[str, Any]:
    """What the one does not know and the other does."""
    if target.placement_id is not None:
        return {}
    return {name: getattr(source, name) for name in _ABOUT if getattr(target, name) is None and getattr(source, name)}


# --- undone -----------------------------------------------------------------------------------------------------------


def part(
    session: Session, actor: Actor, ref: str, *, reason: str, note: str | None = None, rules: Rulebook, now: datetime
) -> MissingEpisode:
    """Take the latest merge of the episode back: two again, each with what was said of it.

    Raises ``NotFound`` and ``StateConflict``.
    """
    episode = root_seen_by(session, actor, ref)
    group = queries.group_of(session, episode.id)
    done = [each for each in queries.matches_of(session, group) if each.state in ("joined", "confirmed")]
    if not done:
        raise StateConflict("Nothing was joined here that could be parted.")
    match = done[-1]
    before = _concerned(session, match)
    kept = _kept(session, match, "undo", note, now)
    _move(session, match, "undo", actor, reason, now)
    _taken_apart(session, actor, match, kept.get("undo"), rules=rules, now=now)
    queries.keep_of_match(session, match.id, keys_of(session).seal(match.ref, {"notes": kept["notes"]}))
    for number in dict.fromkeys((match.episode_id, match.other_id or match.episode_id)):
        settle_child(session, actor, queries.root_id_of(session, number), rules=rules, now=now)
    stands = queries.locked(session, queries.root_id_of(session, episode.id))
    _recorded(session, actor, match, "undo", stands, reason, now)
    _tell_parted(session, actor, match, stands, before, rules=rules, now=now)
    return stands


def _tell_parted(
    session: Session,
    actor: Actor,
    match: EpisodeMatch,
    stands: MissingEpisode,
    before: Collection[int],
    *,
    rules: Rulebook,
    now: datetime,
) -> None:
    """Each is told of the part that concerns it still; and whom neither does, that of their child nothing was reported."""
    left = set(before)
    for side in sorted(_sides(session, match), key=lambda each: each.id != stands.id):
        whom = [each for each in telling.everybody(session, side) if each in left]
        telling.tell(session, actor, side, "missing.corrected", whom=whom, rules=rules, now=now)
        left.difference_update(whom)
    telling.tell(session, actor, stands, "missing.withdrawn", whom=sorted(left), rules=rules, now=now)


def _taken_apart(
    session: Session,
    actor: Actor,
    match: EpisodeMatch,
    undo: Mapping[str, Any] | None,
    *,
    rules: Rulebook,
    now: datetime,
) -> None:
    if match.other_id is None and undo is not None:
        placing_again.take_back(session, actor, match, undo, rules=rules, now=now)
        return
    source = queries.locked(session, undo["source"] if undo else match.episode_id)
    if undo is not None:
        combining.part(session, actor, before=undo["before"], after=undo["after"], rules=rules, now=now)
        target = queries.locked(session, undo["target"])
        queries.repoint(session, undo["members"], source.id, was_id=target.id)
        back = {name: None for name, value in undo["filled"].items() if getattr(target, name) == value}
        if back:
            queries.change_episode(session, target.id, target.version, back)
    move(session, source, "reported", {"merged_into_id": None})


def settle_child(session: Session, actor: Actor, episode_id: int, *, rules: Rulebook, now: datetime) -> MissingEpisode:
    """Settle the episode, and the child's others, whose place in the count may be another now."""
    restand(session, episode_id)
    episode = queries.locked(session, episode_id)
    others = (
        queries.episodes_of_child(session, queries.same_child(session, episode.child_id)) if episode.child_id else []
    )
    for each in others:
        if each.id != episode_id:
            settle(session, actor, each.id, rules=rules, now=now)
    return settle(session, actor, episode_id, rules=rules, now=now)


# --- what both have in common -----------------------------------------------------------------------------------------


def _kept(session: Session, match: EpisodeMatch, act: str, note: str | None, now: datetime) -> dict[str, Any]:
    kept: dict[str, Any] = keys_of(session).open(match.ref, match.sealed) if match.sealed else {}
    written = [{"act": act, "at": now.isoformat(), "note": note}] if note else []
    return {**kept, "notes": [*kept.get("notes", ()), *written]}


def _move(session: Session, match: EpisodeMatch, action: str, actor: Actor, reason: str, now: datetime) -> None:
    """The guarded move comes first: of two who decide at once, one is told that it was decided."""
    decided = {"decided_at": now, "decided_by": actor.ref, "decision_reason": reason}
    EPISODE_MATCH.apply_one(session, EpisodeMatch, action, EpisodeMatch.id == match.id, decided)


def _recorded(
    session: Session,
    actor: Actor,
    match: EpisodeMatch,
    action: str,
    episode: MissingEpisode,
    reason: str,
    now: datetime,
) -> None:
    details = {"match": match.ref, "reason": reason}
    audit.record(session, actor, _EVENTS[action], episode.ref, now=now, details=details)
    cancel_alerts(session, now=now, subject_ref=episode.ref, kinds=["missing.doubtful"])
