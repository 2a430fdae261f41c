"""More becomes known of a child whom a force described: a name, a date of birth, an address, the council that is responsible.

What was described before stays on record beside what is described now, and the later word counts. With an address the placement
is made known, as by a report that has one. Whether the child then is one whom the hub knows is put to a person, as at a report.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import Invalid, NotFound, StateConflict
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.missing import description_queries, discovered, entries, matching, queries, telling
from hub.missing.models import EpisodeDescription, EpisodeReport, MissingEpisode
from hub.missing.standing import NOT_SEEN, own_id, refuse_unless_standing, root_seen_by, settle
from hub.missing.subjects import Subject, child_document, forces_of_place
from hub.registry import placements
from hub.registry.content import plain
from hub.registry.models import Placement
from hub.registry.names.indexes import read_date

_PLACED: Final = (
    "The hub knows where this child is placed. What else you know is added to the report; what is wrong in a notice is "
    "corrected by whoever sent it."
)
_NOTHING: Final = (
    "Enter what became known: a name, a date of birth, an address, a home, or the council that is responsible."
)


def describe(
    session: Session, actor: Actor, ref: str, *, rules: Rulebook, areas: Areas, now: datetime, **told: Any
) -> MissingEpisode:
    """Add to what is known of who the child of *ref* is and where they live. *told*: as ``schemas.DescriptionIn`` loads it.

    For a force that the episode concerns. Raises ``NotFound``; ``StateConflict`` for a withdrawn episode, and where the
    placement is known; ``Invalid`` where nothing is told, or what cannot be.
    """
    episode = root_seen_by(session, actor, ref)
    if actor.organisation_kind != "police_force":
        raise NotFound(NOT_SEEN)
    refuse_unless_standing(episode)
    if episode.placement_id is not None:
        raise StateConflict(_PLACED)
    if not told.keys() & set(entries.DESCRIBES):
        raise Invalid(_NOTHING, fields={"child": [_NOTHING]})
    discovered.refuse_adult_by(told.get("child") or {}, episode.missing_from_at)
    before = telling.everybody(session, episode)
    known = _laid_over(_told_so_far(session, episode), told) | {"missing_from_at": episode.missing_from_at}
    subject = _subject(session, actor, episode, told, known, rules=rules, areas=areas, now=now)
    said = entries.add_description(session, actor, own_id(session, actor, episode), told, now=now)
    _note(session, episode, subject, areas)
    after = settle(session, actor, episode.id, rules=rules, now=now)
    audit.record(session, actor, Event.MISSING_DESCRIBED, after.ref, now=now, details={"said": said})
    _tell(session, actor, after, before, rules=rules, now=now)
    matching.put_questions(session, actor, after, (), subject.may_be, rules=rules, now=now)
    return after


def _told_so_far(session: Session, episode: MissingEpisode) -> dict[str, Any]:
    """What forces described before, the later word over the earlier; of what was taken back nothing."""
    ids, keys, known = queries.group_of(session, episode.id), keys_of(session), dict[str, Any]()
    rows: list[EpisodeReport | EpisodeDescription] = [*queries.reports_of(session, ids)]
    rows += description_queries.descriptions_of(session, ids)
    for row in sorted((each for each in rows if each.taken_back_at is None), key=lambda each: each.recorded_at):
        document = keys.open(row.ref, row.sealed)
        known = _laid_over(known, {name: document[name] for name in entries.DESCRIBES if name in document})
    return known


def _laid_over(known: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """*told* over *known*: of the child and of the address part by part."""
    parts = {name: {**known.get(name, {}), **told[name]} for name in ("child", "address") if name in told}
    return {**known, **told, **parts}


def _subject(
    session: Session,
    actor: Actor,
    episode: MissingEpisode,
    told: Mapping[str, Any],
    known: Mapping[str, Any],
    *,
    rules: Rulebook,
    areas: Areas,
    now: datetime,
) -> Subject:
    """The child as now described, and the placement where it is said by now where the child lives."""
    placing, council = discovered.placing_authority(session, known, areas)
    child = {**child_document(session, episode.child_id), **plain(dict(known.get("child") or {}))}
    own = queries.same_child(session, episode.child_id) if episode.child_id else []
    may_be = _not_asked_yet(
        session, episode, discovered.others_like(session, child, council.id if council else None, but=own)
    )
    if episode.child_id is not None and (council or "child" in told):
        new = plain(dict(told.get("child") or {}))
        placements.describe_child(session, actor, episode.child_id, {"child": new}, placing=council, now=now)
    if "born_on" in child:
        child["born_on"] = read_date(child["born_on"])
    found = discovered.Recognised(episode.child_id, may_be)
    return discovered.made_known(
        session, actor, known, child, placing, council, found, rules=rules, areas=areas, now=now
    )


def _not_asked_yet(session: Session, episode: MissingEpisode, may_be: Collection[Placement]) -> tuple[Placement, ...]:
    """Those of which nobody has been asked whether the child is theirs, or has answered."""
    asked = {each.placement_id for each in queries.matches_of(session, queries.group_of(session, episode.id))}
    return tuple(each for each in may_be if each.id not in asked)


def _note(session: Session, episode: MissingEpisode, subject: Subject, areas: Areas) -> None:
    """Put down whom the episode is about, as far as that is known by now, and the forces of there."""
    columns = {name: value for name, value in subject.columns().items() if value is not None}
    if not queries.change_episode(session, episode.id, episode.version, columns):
        raise StateConflict("This missing episode has just been changed by somebody else. Read it again.")
    queries.add_forces(session, episode.id, forces_of_place(session, subject, areas))


def _tell(
    session: Session,
    actor: Actor,
    episode: MissingEpisode,
    before: Collection[int],
    *,
    rules: Rulebook,
    now: datetime,
) -> None:
    """Councils whom it concerns from now on are told that a child was discovered, the rest of the new ones of the report."""
    councils = {episode.placing_authority_id, episode.host_authority_id}
    new = [each for each in telling.everybody(session, episode) if each not in before]
    for kind, whom in (
        ("missing.discovered", [each for each in new if each in councils]),
        ("missing.reported", [each for each in new if each not in councils]),
        ("missing.corrected", [each for each in before if each != episode.provider_id]),
    ):
        telling.tell(session, actor, episode, kind, whom=whom, rules=rules, now=now)
