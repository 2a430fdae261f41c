"""Two placements become one, and two again. The notices stay as they were sent; nothing anybody decided is lost."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import StateConflict
from hub.directory import queries as directory
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.notify import combining, obligations
from hub.registry import notice_queries, placement_queries, placements
from hub.registry.cases import case_of
from hub.registry.casework import assignment_queries
from hub.registry.content import STARTS, read_content
from hub.registry.filing import stored_content
from hub.registry.links import queries
from hub.registry.links.pictures import DESCRIPTION, PARTIES, picture_of, restore, set_state
from hub.registry.markers import queries as marker_queries
from hub.registry.models import Match, Notice, Placement
from hub.registry.owed import FULFILS

_WORD_OF_PLACING: Final = ("placement_start", "placement_move")
Undo = dict[str, Any]


# ── Two become one ────────────────────────────────────────────────────────────────────────────────────────────────────


def merge(session: Session, actor: Actor, match: Match, *, rules: Rulebook, now: datetime) -> Undo:
    """Put everything of the match's own placement on the known one; return what is needed to undo it.

    The notices move, with what they did: obligations, acknowledgements, approvals. Where only one side has the placing
    authority's own word, that word stands; otherwise what was known stands and gaps are filled.
    """
    own, known = _pair(session, match)
    moved, there = queries.notices_on(session, own.id), queries.notices_on(session, known.id)
    undo: Undo = {"own": own.id, "own_ref": own.ref, "own_state": own.state, "before": _both(session, own, known)}
    stands = _whose_word(own, known, moved, there)
    combining.combine(
        session,
        actor,
        from_ref=own.ref,
        to_ref=known.ref,
        stands=stands,
        answered=_answered(rules),
        rules=rules,
        now=now,
    )
    undo |= _move(session, moved, own, known)
    _credit(session, actor, known, [*there, *moved], rules=rules, now=now)
    _describe(session, actor, own, known, own_word_stands=stands == own.ref, now=now)
    assignment_queries.carry_over(session, own.id, known.id, now=now)
    placements.move_state(session, actor, own, "cancel", now=now)
    undo |= {"children": _merge_children(session, own, known), "matches": _turn_matches(session, match, own, known)}
    return {**undo, "after": _both(session, own, placement_queries.placement_by_id(session, known.id))}


def _pair(session: Session, match: Match) -> tuple[Placement, Placement]:
    """Own and known, locked in the order of their ids, so that two decisions never wait for each other."""
    if match.own_placement_id is None:
        raise StateConflict("There is nothing to combine: the notice stands on the known placement already.")
    ids = sorted((match.own_placement_id, match.placement_id))
    locked = {number: placement_queries.placement_by_id(session, number) for number in ids}
    own, known = locked[match.own_placement_id], locked[match.placement_id]
    if "cancelled" in (own.state, known.state):
        raise StateConflict("One of the two placements was taken back meanwhile, so there is nothing to combine.")
    return own, known


def _both(session: Session, own: Placement, known: Placement) -> dict[str, Any]:
    return {"placement": picture_of(session, known), "owed": combining.picture(session, [own.ref, known.ref])}


def _whose_word(own: Placement, known: Placement, moved: Sequence[Notice], there: Sequence[Notice]) -> str | None:
    told_own, told_known = (
        any(n.kind in _WORD_OF_PLACING and n.state == "registered" for n in sent) for sent in (moved, there)
    )
    if told_own == told_known:
        return None
    return own.ref if told_own else known.ref


def _answered(rules: Rulebook) -> frozenset[str]:
    """The duties that the facts of a start set off: to these the placing authority's facts are the answer."""
    duties = rules.law.duties.values()
    return frozenset(
        each.code for each in duties if each.opened_by == "calculator" and "placement_start" in each.starts
    )


def _move(session: Session, moved: Sequence[Notice], own: Placement, known: Placement) -> Undo:
    ids, refs = [n.id for n in moved], [n.ref for n in moved]
    approvals = [a.id for a in queries.approvals_on(session, own.id)]
    queries.move_notices(session, ids, known.id)
    queries.move_approvals(session, approvals, known.id)
    combining.follow_notices(session, refs, from_ref=own.ref, to_ref=known.ref)
    markers = marker_queries.on(session, own.id)  # a warning that either sender gave is a warning
    marker_queries.put(session, markers, known.id)
    return {"notices": ids, "approvals": approvals, "markers": markers}


def _credit(
    session: Session, actor: Actor, known: Placement, notices: Sequence[Notice], *, rules: Rulebook, now: datetime
) -> None:
    """Each sender is credited with what its notice does for the one placement: the council asked for a notice that the
    other side's notice showed to be missing had sent it."""
    for notice in notices:
        if notice.state != "registered" or notice.registered_at is None:
            continue
        reached = [row.first_reached_at for row in notice_queries.recipients_of(session, notice.id)]
        obligations.fulfil(
            session,
            actor,
            subject_ref=known.ref,
            duty_codes=FULFILS.get(notice.kind, frozenset()),
            by_ref=notice.ref,
            at=notice.registered_at,
            reached_at=min((at for at in reached if at), default=None),
            owed_by_id=notice.sender_id,
            rules=rules,
            now=now,
        )


def _describe(
    session: Session, actor: Actor, own: Placement, known: Placement, *, own_word_stands: bool, now: datetime
) -> None:
    keys = keys_of(session)
    mine, theirs = keys.open(own.ref, own.sealed), keys.open(known.ref, known.sealed)
    if own_word_stands:
        values: dict[str, Any] = {name: getattr(own, name) for name in DESCRIPTION}
        values |= {"provider_id": own.provider_id or known.provider_id, "starts_at": own.starts_at}
        document = {**theirs, **mine}
    else:
        values = {name: getattr(own, name) for name in PARTIES if getattr(known, name) is None}
        document = {**mine, **theirs}
    document["contacts"] = {**mine.get("contacts", {}), **theirs.get("contacts", {})}
    values["sealed"] = keys.seal(known.ref, document)
    placement_queries.change_placement(session, known.id, values)
    _advance(session, actor, own, known, now=now)


def _advance(session: Session, actor: Actor, own: Placement, known: Placement, *, now: datetime) -> None:
    """The one placement is as far on as the further of the two."""
    if own.state == "ended" and known.state != "ended":
        placements.move_state(session, actor, known, "end", now=now, ends_at=own.ends_at)
    elif own.state == "confirmed" and known.state in ("proposed", "unconfirmed"):
        placements.move_state(session, actor, known, "confirm", now=now)
    elif own.state == "unconfirmed" and known.state == "proposed":
        placements.move_state(session, actor, known, "observe", now=now)


def _merge_children(session: Session, own: Placement, known: Placement) -> list[list[int | None]]:
    """The child of the one is the child of the other; what each was merged into before, so that it can be undone."""
    source, target = queries.root_of(session, own.child_id), queries.root_of(session, known.child_id)
    if source == target:
        return []
    followers = queries.merged_into(session, source)
    queries.merge_children(session, [source, *followers], target)
    before: list[list[int | None]] = [[source, None]]
    before.extend([follower, source] for follower in followers)
    return before


def _turn_matches(session: Session, match: Match, own: Placement, known: Placement) -> list[list[int | None]]:
    """Open questions about the own placement are questions about the known one now."""
    turned: list[list[int | None]] = []
    for other in queries.other_matches(session, own.id, apart_from=match.id):
        sides = [known.id if side == own.id else side for side in (other.placement_id, other.own_placement_id)]
        if sides[0] != sides[1] and sides[0] is not None:
            turned.append([other.id, other.placement_id, other.own_placement_id])
            queries.set_sides(session, other.id, sides[0], sides[1])
    return turned


# ── One becomes two again ─────────────────────────────────────────────────────────────────────────────────────────────


def unmerge(session: Session, actor: Actor, match: Match, undo: Undo, *, rules: Rulebook, now: datetime) -> None:
    """Take apart what :func:`merge` put together. What anybody decided since stays decided."""
    own, known = (placement_queries.placement_by_id(session, number) for number in (undo["own"], match.placement_id))
    before, after = undo["before"], undo["after"]
    moved = _with_corrections(session, known, undo["notices"])
    combining.part(session, actor, before=before["owed"], after=after["owed"], rules=rules, now=now)
    queries.move_notices(session, [n.id for n in moved], own.id)
    queries.move_approvals(session, undo["approvals"], own.id)
    combining.follow_notices(session, [n.ref for n in moved], from_ref=known.ref, to_ref=own.ref)
    told = marker_queries.told_by(session, known.id, [n.ref for n in moved])
    marker_queries.put(session, [*undo.get("markers", ()), *told], own.id)
    restore(session, known, before=before["placement"], after=after["placement"])
    set_state(session, own, undo["own_state"], was="cancelled")
    for child_id, into_id in undo["children"]:
        queries.merge_children(session, [child_id], into_id)
    for match_id, placement_id, own_placement_id in undo["matches"]:
        queries.set_sides(session, match_id, placement_id, own_placement_id)


def _with_corrections(session: Session, known: Placement, notice_ids: Sequence[int]) -> list[Notice]:
    """These notices, and whatever has corrected them since."""
    ids = set(notice_ids)
    chosen = []
    for notice in queries.notices_on(session, known.id):  # in the order in which they were made
        if notice.id in ids or notice.supersedes_id in ids:
            ids.add(notice.id)
            chosen.append(notice)
    return chosen


def split(
    session: Session, actor: Actor, match: Match, undo: Undo, *, areas: Areas, rules: Rulebook, now: datetime
) -> int:
    """Take a notice off the placement that it was linked to by itself, onto one of its own; return that placement's id.

    The new placement and child are made from what the notice says; what the notice did and set off goes with it, and the
    known placement is owed and described as it was before.
    """
    notice, known = (
        queries.notice(session, match.notice_id),
        placement_queries.placement_by_id(session, match.placement_id),
    )
    if notice.kind not in STARTS:
        raise StateConflict(
            "This notice does not begin a placement. If it is about another one, withdraw it and send it again."
        )
    moved = _with_corrections(session, known, [notice.id])
    latest = next(n for n in reversed(moved) if n.state == "registered" or n.id == notice.id)
    content = read_content(stored_content(session, latest))
    case = case_of(session, _sender(session, notice), content, areas=areas, now=now)
    opened, entries = placements.open_placement(
        session, actor, case, state=_first_state(notice.kind), child_id=None, now=now
    )
    audit.record_many(session, entries)
    owed = {"before": undo["before"]["owed"], "after": undo["after"]["owed"]}
    copies = combining.copies(session, **owed, subject_ref=opened.placement_ref)
    combining.part(session, actor, **owed, rules=rules, now=now)
    combining.strike_added(session, actor, **owed, now=now)
    obligations.open_obligations(session, actor, copies, rules=rules, now=now)
    approvals = [
        a.id
        for a in queries.approvals_on(session, known.id)
        if a.recorded_at == match.created_at and a.recorded_by == notice.sender_actor
    ]
    queries.move_notices(session, [n.id for n in moved], opened.placement_id)
    queries.move_approvals(session, approvals, opened.placement_id)
    combining.follow_notices(session, [n.ref for n in moved], from_ref=known.ref, to_ref=opened.placement_ref)
    told = marker_queries.told_by(session, known.id, [n.ref for n in moved])
    marker_queries.put(session, told, opened.placement_id)
    restore(session, known, before=undo["before"]["placement"], after=undo["after"]["placement"])
    return opened.placement_id


def _first_state(kind: str) -> str:
    return {"consultation": "proposed", "placement_start": "confirmed", "placement_move": "confirmed"}.get(
        kind, "unconfirmed"
    )


def _sender(session: Session, notice: Notice) -> Actor:
    """Whoever sent *notice*, as the one on whose word a case is built."""
    sender = directory.by_ids(session, [notice.sender_id])[notice.sender_id]
    return Actor("system", notice.sender_actor, sender.id, sender.ref, sender.kind)
