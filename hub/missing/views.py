"""What a party is shown of a missing episode: who, since when, how it stands, and who said what. Each reading is recorded.

Parties see the child, for they are to find or to look after them. Of a shielded child a force sees that a child is missing, how
it stands, what the force itself said, and which council to ring: who and where the child is, that council tells
(``registry.shielding``); nor is another child said to be missing together with it, or the host named to which the force owes
its word, for that would say where it lives.
The reason of a low grade is for the placing authority and the forces; what the police write of a grade, or of their talk with the
child, is not for the home or agency. A list of who is missing now is recorded as one reading of all it shows.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import NotFound
from hub.core.ids import is_ref
from hub.directory import queries as directory
from hub.directory.queries import Brief
from hub.missing import description_queries, queries, told_queries
from hub.missing.account import Account
from hub.missing.models import (
    EpisodeDescription,
    EpisodeForce,
    EpisodeGrade,
    EpisodeReport,
    EpisodeStep,
    MissingEpisode,
)
from hub.missing.queries import AnyRow
from hub.missing.standing import NOT_SEEN
from hub.missing.states import RUNNING
from hub.notify.inbox import read_about
from hub.notify.models import Obligation
from hub.notify.withholding import WITHHOLDERS
from hub.registry.shielding import shielded_from

_Row = EpisodeReport | EpisodeDescription | EpisodeGrade | EpisodeStep
_CHILD: Final = ("family_name", "given_names", "aliases", "born_on", "sex")


@dataclass(frozen=True)
class ForceSeen:
    """A force, and its parts: ``placed``, ``reported``, ``found``, ``home``."""

    organisation: dict[str, Any]
    parts: list[str]


@dataclass(frozen=True)
class EpisodeBrief(Account):
    """An episode in a list: where it stands, and whom it concerns."""

    ref: str
    is_discovered: bool
    placement: str | None
    placement_has_ended: bool
    """The placement that the child is missing from has ended meanwhile."""
    is_shielded: bool
    """The child is shielded and the reader a force: the rest is withheld, and the placing authority is rung."""
    placing_authority: dict[str, Any] | None
    host_authority: dict[str, Any] | None
    provider: dict[str, Any] | None
    forces: list[ForceSeen]
    child: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Saying:
    """One thing that was said: ``reported``, ``described``, ``graded``, ``located``, ``returned`` or ``interviewed``.

    ``at``: when it happened.

    ``details``: what was said with it; of a grade also ``grade``, ``reasons_asked`` and, for who may see it, the reason.
    """

    ref: str
    kind: str
    at: datetime
    recorded_at: datetime
    taken_back_at: datetime | None
    organisation: dict[str, Any]
    is_ours: bool
    details: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class PlaceSeen:
    """Where the child was last seen, or found."""

    kind: str
    recorded_at: datetime
    place: str | None = field(repr=False)
    postcode: str | None = field(repr=False)


@dataclass(frozen=True)
class MatchSeen:
    """A question whether two are one. ``other``: the other episode; ``placement``: the one whose child it may be."""

    ref: str
    state: str
    reasons: list[str]
    other: str | None
    placement: str | None
    created_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True)
class EpisodeSeen(EpisodeBrief):
    """An episode as one of its parties sees it. ``timeline``: everything that was said, as it came to the hub."""

    timeline: list[Saying]
    places: list[PlaceSeen]
    together_with: list[str]
    merged: list[str]
    matches: list[MatchSeen]


# --- one episode ------------------------------------------------------------------------------------------------------


def read_episode(session: Session, actor: Actor, ref: str, *, now: datetime) -> EpisodeSeen:
    """The episode *ref*, or the one it was merged into, for one of its parties; the reading is recorded. Raises ``NotFound``."""
    seen = queries.seen_by(session, ref, actor.organisation) if is_ref(ref, "mis") else None
    if seen is None:
        raise NotFound(NOT_SEEN)
    shown = episode_seen(session, actor, queries.root_id_of(session, seen.id))
    audit.record(session, actor, Event.MISSING_READ, shown.ref, now=now)
    read_about(session, actor, shown.ref, now=now)
    return shown


def episode_seen(session: Session, actor: Actor, root_id: int) -> EpisodeSeen:
    """An episode as the actor's organisation sees it, after an act of its own, which is recorded as that."""
    ids = queries.group_of(session, root_id)
    [row] = queries.episodes_shown(session, [root_id])
    [brief] = _briefs(session, actor, [row])
    said = _timeline(session, actor, row.MissingEpisode, ids)
    shown = [each for each in said if each.is_ours] if brief.is_shielded else said
    return EpisodeSeen(
        **vars(brief),
        timeline=shown,
        places=_places(session, ids, {each.ref for each in shown if each.taken_back_at is None}),
        together_with=[] if brief.is_shielded else _seen_refs(session, actor, queries.companions_of(session, ids)),
        merged=[each.ref for each in queries.episodes(session, ids) if each.id != root_id],
        matches=[] if brief.is_shielded else _matches(session, ids),
    )


def timeline(session: Session, actor: Actor, ref: str, *, now: datetime) -> list[Saying]:
    """Everything that was said of an episode, as it came to the hub; the reading is recorded. Raises ``NotFound``."""
    return read_episode(session, actor, ref, now=now).timeline


def _timeline(session: Session, actor: Actor, episode: MissingEpisode, ids: Collection[int]) -> list[Saying]:
    said: list[_Row] = [*queries.reports_of(session, ids), *queries.grades_of(session, ids)]
    said += [*description_queries.descriptions_of(session, ids), *queries.steps_of(session, ids)]
    names = directory.by_ids(session, {_teller(each) for each in said})
    forces = {each.force_id for each in queries.forces_of(session, ids)}
    hidden = set() if actor.organisation in forces | {episode.placing_authority_id} else {"reason", "reason_by"}
    hidden |= {"note"} if actor.organisation == episode.provider_id else set()
    entries = [_saying(session, actor, each, names, hidden) for each in said]
    return sorted(entries, key=lambda each: (each.recorded_at, each.ref[4:]))  # a reference begins with its instant


def _teller(row: _Row) -> int:
    return row.force_id if isinstance(row, EpisodeGrade) else row.organisation_id


def _saying(
    session: Session,
    actor: Actor,
    row: _Row,
    names: Mapping[int, Brief],
    hidden: set[str],
) -> Saying:
    document: dict[str, Any] = keys_of(session).open(row.ref, row.sealed)
    kind, at, details = _told_by(row, document, hidden)
    teller = _teller(row)
    return Saying(
        ref=row.ref,
        kind=kind,
        at=at,
        recorded_at=row.recorded_at,
        taken_back_at=row.taken_back_at,
        organisation=named(names.get(teller)) or {},
        is_ours=teller == actor.organisation,
        details=details,
    )


def _told_by(row: _Row, document: dict[str, Any], hidden: set[str]) -> tuple[str, datetime, dict[str, Any]]:
    if isinstance(row, EpisodeReport):
        said = {name: document[name] for name in ("by", "reference", "said", "companions") if name in document}
        facts: dict[str, Any] = {"source": row.source, "category": row.category, "reported_at": row.reported_at}
        return "reported", row.missing_from_at, facts | said | _described(document)
    if isinstance(row, EpisodeDescription):
        kept: dict[str, Any] = {name: document[name] for name in ("by", "note") if name in document}
        return "described", row.recorded_at, _without(kept, hidden) | _described(document)
    if isinstance(row, EpisodeGrade):
        facts = {"grade": row.grade, "reasons_asked": row.reasons_asked, "reason_given_at": row.reason_given_at}
        return "graded", row.graded_at, facts | _without(document, hidden)
    return row.kind, row.at, _without(document, hidden) if row.kind == "interviewed" else document


def _described(document: Mapping[str, Any]) -> dict[str, Any]:
    """Who a force said that the child is, and where they live; nothing where it named a placement."""
    child = {name: document["child"][name] for name in _CHILD if document.get("child", {}).get(name)}
    address = document.get("address", {})
    lines = [*address.get("lines", ()), *([address["postcode"]] if address.get("postcode") else [])]
    return ({"child": child} if child else {}) | ({"address": lines} if lines else {})


def _without(document: dict[str, Any], hidden: set[str]) -> dict[str, Any]:
    return {name: said for name, said in document.items() if name not in hidden}


def _places(session: Session, ids: Collection[int], said_in: Collection[str]) -> list[PlaceSeen]:
    keys, found = keys_of(session), []
    for row in queries.places_of(session, ids):
        if row.said_in in said_in:
            document = keys.open(row.ref, row.sealed)
            found.append(PlaceSeen(row.kind, row.recorded_at, document.get("place"), document.get("postcode")))
    return found


def _seen_refs(session: Session, actor: Actor, ids: Collection[int]) -> list[str]:
    """The references of those that the actor may see, and who are not shielded from it."""
    rows = queries.episodes(session, ids)
    shielded = shielded_from(session, actor, [each.child_id for each in rows])
    refs = [each.ref for each in rows if each.child_id not in shielded]
    return [ref for ref in refs if queries.seen_by(session, ref, actor.organisation) is not None]


def _matches(session: Session, ids: Collection[int]) -> list[MatchSeen]:
    rows = queries.matches_of(session, ids)
    others = [
        number for row in rows for number in (row.episode_id, row.other_id) if number is not None and number not in ids
    ]
    refs = {each.id: each.ref for each in queries.episodes(session, others)}
    placements = queries.placement_refs(session, [row.placement_id for row in rows if row.placement_id])
    return [
        MatchSeen(
            row.ref,
            row.state,
            list(row.reasons),
            refs.get(row.episode_id) or refs.get(row.other_id or 0),
            placements.get(row.placement_id or 0),
            row.created_at,
            row.decided_at,
        )
        for row in rows
    ]


# --- who is missing now -----------------------------------------------------------------------------------------------


def missing_now(
    session: Session,
    actor: Actor,
    *,
    part: str | None = None,
    states: Sequence[str] = RUNNING,
    grade: str | None = None,
    after: str | None = None,
    at_most: int,
    now: datetime,
) -> list[EpisodeBrief]:
    """Who is missing, newest first, in whose episode the actor's organisation has *part*; the reading is recorded.

    *part*: ``placing``, ``host``, ``provider``; of a force ``placed`` (in its area), ``reported`` (in the force), ``found``,
    ``home`` (ours: the placing authority lies in its area); ``None``: any. *grade*: only those graded so; ``none``: not graded.
    """
    rows = queries.listed(
        session, actor.organisation, part=part, states=states, grade=grade, after=after, at_most=at_most
    )
    found = _briefs(session, actor, rows)
    if found:
        details = {"episodes": [each.ref for each in found]}
        audit.record(session, actor, Event.MISSING_LISTED, actor.organisation_ref or "", now=now, details=details)
    return found


def read_briefs(session: Session, actor: Actor, ids: Collection[int], *, now: datetime) -> dict[int, EpisodeBrief]:
    """These episodes by id, which the caller has found to concern the actor's organisation; recorded as one reading."""
    rows = queries.episodes_shown(session, ids) if ids else []
    found = {row.MissingEpisode.id: brief for row, brief in zip(rows, _briefs(session, actor, rows), strict=True)}
    if found:
        details = {"episodes": [each.ref for each in found.values()]}
        audit.record(session, actor, Event.MISSING_LISTED, actor.organisation_ref or "", now=now, details=details)
    return found


def _briefs(session: Session, actor: Actor, rows: Sequence[AnyRow]) -> list[EpisodeBrief]:
    forces = _forces(session, [row.MissingEpisode.id for row in rows])
    briefs = [_brief(session, row, forces.get(row.MissingEpisode.id, [])) for row in rows]
    shielded = shielded_from(session, actor, [row.MissingEpisode.child_id for row in rows])
    return [
        _withheld(each, actor) if row.MissingEpisode.child_id in shielded else each
        for row, each in zip(rows, briefs, strict=True)
    ]


def _withheld(brief: EpisodeBrief, actor: Actor) -> EpisodeBrief:
    """Of a shielded child what a force needs in order to ring, and to record what it does."""
    own = [each for each in brief.forces if each.organisation.get("ref") == actor.organisation_ref]
    return replace(
        brief, is_shielded=True, child={}, placement=None, placement_has_ended=False, host_authority=None,
        provider=None, forces=own,
    )  # fmt: skip


def _forces(session: Session, root_ids: Collection[int]) -> dict[int, list[ForceSeen]]:
    roots = queries.groups_of(session, root_ids)
    rows = queries.forces_of(session, roots.keys())
    names = directory.by_ids(session, {row.force_id for row in rows})
    found: dict[int, dict[int, list[str]]] = {}
    for row in rows:
        _note(found.setdefault(roots[row.episode_id], {}), row)
    return {
        root: [ForceSeen(named(names.get(number)) or {}, parts) for number, parts in each.items()]
        for root, each in found.items()
    }


def _note(parts: dict[int, list[str]], row: EpisodeForce) -> None:
    own = parts.setdefault(row.force_id, [])
    if row.part not in own:
        own.append(row.part)


def _brief(session: Session, row: AnyRow, forces: list[ForceSeen]) -> EpisodeBrief:
    episode: MissingEpisode = row.MissingEpisode
    return EpisodeBrief(
        **{each.name: getattr(episode, each.name) for each in fields(Account)},
        ref=episode.ref,
        is_discovered=episode.is_discovered,
        placement=row.Placement.ref if row.Placement else None,
        placement_has_ended=bool(row.Placement and row.Placement.state in ("ended", "cancelled")),
        is_shielded=False,
        placing_authority=named(row.placing),
        host_authority=named(row.host),
        provider=named(row.provider),
        forces=forces,
        child=_child(session, row),
    )


def _child(session: Session, row: AnyRow) -> dict[str, Any]:
    if row.Child is None:
        return {}
    document = keys_of(session).open(row.Child.ref, row.Child.sealed)
    return {name: document[name] for name in _CHILD if document.get(name)}


def named(row: Any) -> dict[str, Any] | None:
    """An organisation as others see it; ``None`` where there is none."""
    return {"ref": row.ref, "name": row.name, "gss_code": row.gss_code} if row is not None else None


# --- to whom a force owes its word --------------------------------------------------------------------------------------


def owed_to_a_secret_place(session: Session, actor: Actor, rows: Sequence[Obligation]) -> list[int]:
    """Which of *rows* a force reads without whom it owes them to: of a shielded child all but what it owes the placing authority.

    As it is when it is read: from when a shield is set, until it is lifted, and of what was struck out too.
    """
    own = [row for row in rows if row.owed_by_id == actor.organisation_id and row.owed_to_role != "placing_authority"]
    if actor.organisation_kind != "police_force" or not own:
        return []
    children = told_queries.children_of(session, {row.subject_ref for row in own})
    shielded = shielded_from(session, actor, children.values())
    return [row.id for row in own if children.get(row.subject_ref) in shielded]


WITHHOLDERS.append(owed_to_a_secret_place)
