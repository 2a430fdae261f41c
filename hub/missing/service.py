"""Missing episodes: reported, graded, located, returned, interviewed; each told at once to everybody concerned. The front door.

Every act adds a row that stays, moves the episode by a guarded UPDATE, brings what is owed in line and is recorded, in the
caller's transaction. Acting again on what is done already adds who else said so, and changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.errors import Invalid, NotFound
from hub.core.sentences import worded
from hub.core.turns import take_turns
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.missing import entries, matching, queries, telling
from hub.missing.describing import describe
from hub.missing.discovered import described_subject
from hub.missing.grading import give_reason, grade, why_asked
from hub.missing.matching import merge
from hub.missing.models import MissingEpisode
from hub.missing.policy import load_missing_policy
from hub.missing.sameness import Span, one_episode
from hub.missing.standing import NOT_SEEN, own_id, refuse_unless_standing, root_seen_by, settle
from hub.missing.subjects import Subject, forces_of_place, named_subject, refuse_untrue_start
from hub.missing.taking_back import undo, withdraw

__all__ = [
    "Reported",
    "describe",
    "find",
    "give_reason",
    "grade",
    "locate",
    "merge",
    "prevention_interview",
    "record_return",
    "report",
    "undo",
    "why_asked",
    "withdraw",
]

Told = Mapping[str, Any]


@dataclass(frozen=True)
class Reported:
    """What came of a report: the episode it stands in, whether it joined one that was known, and the questions it raised."""

    episode: str
    report: str
    is_new: bool
    is_discovered: bool
    doubtful: tuple[str, ...] = ()


# --- reporting --------------------------------------------------------------------------------------------------------


def report(session: Session, actor: Actor, told: Told, *, rules: Rulebook, areas: Areas, now: datetime) -> Reported:
    """Report a child missing, or away without authorisation. *told*: as ``schemas.ReportIn`` loads it.

    A report of an episode that is known joins it, and its sender is credited; a doubtful one is put to a person. Raises
    ``Invalid`` with a sentence for what cannot be, and nothing is written.
    """
    told = {"category": "missing", **told, "reported_at": told.get("reported_at") or now}
    refuse_untrue_start(told["missing_from_at"], told["reported_at"], now=now)
    together = _together(session, actor, told)
    subject = subject_of(session, actor, told, rules=rules, areas=areas, now=now)
    known, doubtful = _known(session, subject, told)
    number = entries.add_episode(session, subject, told, root_id=known.id if known else None, now=now)
    source = entries.source_of(actor, subject, is_carer=told.get("reporter") == "carer")
    ref = entries.add_report(session, actor, number, told, source, now=now)
    entries.add_place(session, number, "last_seen", _last_seen(told), ref, now=now)
    queries.add_forces(session, number, _forces(session, actor, subject, areas))
    root_id = known.id if known else number
    _go_together(session, actor, root_id, together, now=now)
    if known:
        matching.record_joined(session, actor, number, known, now=now)
    episode = settle(session, actor, root_id, rules=rules, now=now)
    _record(session, actor, Event.MISSING_REPORTED, episode, now, report=ref, source=source, category=told["category"])
    _tell_of_report(session, actor, episode, rules=rules, now=now)
    asked = matching.put_questions(session, actor, episode, doubtful, subject.may_be, rules=rules, now=now)
    for other in together:
        settle(session, actor, other, rules=rules, now=now)
    return Reported(episode.ref, ref, known is None, subject.is_discovered, asked)


def subject_of(session: Session, actor: Actor, told: Told, *, rules: Rulebook, areas: Areas, now: datetime) -> Subject:
    """Whom the report is about: the placement it names; or, from a force, the child it describes. Raises ``Invalid``."""
    if "placement" in told:
        return named_subject(session, actor, told["placement"], told["missing_from_at"])
    if actor.organisation_kind == "police_force":
        return described_subject(session, actor, told, rules=rules, areas=areas, now=now)
    sentence = (
        "Name the placement that the child is missing from. If the hub does not know of it, send the notice of the child's "
        "arrival or of the placement first; ring the police meanwhile."
    )
    raise Invalid(sentence, fields={"placement": [sentence]}, code="placement_needed")


def _known(session: Session, subject: Subject, told: Told) -> tuple[MissingEpisode | None, list[MissingEpisode]]:
    """The episode that the report tells of, if one is known; and those that it may tell of."""
    if subject.child_id is None:
        return None, []
    child = queries.same_child(session, subject.child_id)
    take_turns(session, [sha256(f"missing {child[0]}".encode()).digest()])
    nearness = load_missing_policy().nearness
    verdicts = [
        (one_episode(Span(e.missing_from_at, e.located_at, e.returned_at), told["missing_from_at"], nearness), e)
        for e in queries.episodes_of_child(session, child)
    ]
    same = [episode for verdict, episode in verdicts if verdict == "same"]
    if same:
        return queries.locked(session, same[-1].id), []
    return None, [episode for verdict, episode in verdicts if verdict == "doubtful"]


def _last_seen(told: Told) -> Mapping[str, Any] | None:
    place: Mapping[str, Any] | None = told.get("last_seen")
    return place


def _forces(session: Session, actor: Actor, subject: Subject, areas: Areas) -> list[tuple[int, str]]:
    """Every force that the episode concerns: of the place, of the report, and of the placing authority's own area."""
    reported = [(actor.organisation, "reported")] if actor.organisation_kind == "police_force" else []
    return [*forces_of_place(session, subject, areas), *reported]


def _together(session: Session, actor: Actor, told: Told) -> list[int]:
    """Ids of the episodes of those missing together with the child. Raises ``Invalid`` for one that the actor cannot see."""
    found = []
    for place, ref in enumerate(told.get("missing_with", ())):
        try:
            found.append(root_seen_by(session, actor, ref).id)
        except NotFound as fault:
            raise Invalid(fault.sentence, fields={f"missing_with.{place}": [fault.sentence]}) from None
    return list(dict.fromkeys(found))


def _go_together(session: Session, actor: Actor, episode_id: int, others: Sequence[int], *, now: datetime) -> None:
    pairs = [(min(episode_id, other), max(episode_id, other)) for other in others if other != episode_id]
    said = {"said_by_id": actor.organisation, "recorded_at": now}
    queries.add_companions(session, [{"episode_id": one, "with_id": other, **said} for one, other in pairs])


def _tell_of_report(session: Session, actor: Actor, episode: MissingEpisode, *, rules: Rulebook, now: datetime) -> None:
    """Everybody is told; of a child nobody had told of, the councils are told that the police discovered it."""
    councils = {episode.placing_authority_id, episode.host_authority_id} - {None}
    is_first = episode.is_discovered and actor.organisation_kind == "police_force"
    if is_first:
        whom = [number for number in councils if number]
        telling.tell(session, actor, episode, "missing.discovered", whom=whom, rules=rules, now=now)
    others = [each for each in telling.everybody(session, episode) if not (is_first and each in councils)]
    telling.tell(session, actor, episode, "missing.reported", whom=others, rules=rules, now=now)


# --- what happens after ------------------------------------------------------------------------------------------------


def locate(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    at: datetime,
    by: str,
    place: Mapping[str, Any] | None = None,
    note: str | None = None,
    rules: Rulebook,
    now: datetime,
) -> MissingEpisode:
    """The child was found at *at*; *place* (``place``, ``postcode``): where. Whoever is found and not back is shown so.

    Raises ``NotFound``, ``StateConflict`` for a withdrawn one, and ``Invalid`` for what cannot be.
    """
    episode = _acted_on(session, actor, ref)
    _refuse_untrue(episode, "located_at", at, worded("found"), now=now)
    if episode.returned_at is not None and at > episode.returned_at:
        _refuse(
            "located_at",
            worded(
                "The child was back on {at}. They were found then or before: check the time.", at=episode.returned_at
            ),
        )
    step = _step(session, actor, episode, "located", at, by=by, note=note, now=now)
    entries.add_place(session, own_id(session, actor, episode), "found", place, step, now=now)
    return _after(session, actor, episode, Event.MISSING_LOCATED, "missing.located", step, rules=rules, now=now)


def find(session: Session, actor: Actor, ref: str, *, rules: Rulebook, now: datetime, **found: Any) -> MissingEpisode:
    """A force that the episode did not concern found the child: from now on it does. *found*: as :func:`locate` takes it.

    Any force may find any child, so the reference is enough. Raises as :func:`locate`.
    """
    episode = queries.by_ref(session, ref)
    if episode is None or actor.organisation_kind != "police_force":
        raise NotFound(NOT_SEEN)
    queries.add_forces(session, episode.id, [(actor.organisation, "found")])
    return locate(session, actor, ref, **found, rules=rules, now=now)


def record_return(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    at: datetime,
    by: str,
    note: str | None = None,
    rules: Rulebook,
    now: datetime,
) -> MissingEpisode:
    """The child came back at *at*: from here the offer and the interview are owed. Raises as :func:`locate`."""
    episode = _acted_on(session, actor, ref)
    _refuse_untrue(episode, "returned_at", at, worded("back"), now=now)
    if episode.located_at is not None and at < episode.located_at:
        sentence = worded("The child was found on {at}, and cannot have been back before.", at=episode.located_at)
        _refuse("returned_at", sentence)
    step = _step(session, actor, episode, "returned", at, by=by, note=note, now=now)
    return _after(session, actor, episode, Event.MISSING_RETURNED, "missing.returned", step, rules=rules, now=now)


def prevention_interview(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    at: datetime,
    by: str,
    note: str | None = None,
    rules: Rulebook,
    now: datetime,
) -> MissingEpisode:
    """The police spoke with the child after finding them; *note* is the summary for the councils. Not a return home interview.

    Raises as :func:`locate`, and ``Invalid`` while nobody has said that the child was found.
    """
    episode = _acted_on(session, actor, ref)
    _refuse_untrue(episode, "held_at", at, worded("spoken with"), now=now)
    found_at = episode.located_at or episode.returned_at
    if found_at is None:
        _refuse("held_at", "Nobody has recorded that the child was found. Record when and where they were found first.")
    elif at < found_at:
        _refuse("held_at", worded("The child was found on {at}, and cannot have been spoken with before.", at=found_at))
    step = _step(session, actor, episode, "interviewed", at, by=by, note=note, now=now)
    return _after(session, actor, episode, Event.MISSING_INTERVIEWED, "missing.interviewed", step, rules=rules, now=now)


def _acted_on(session: Session, actor: Actor, ref: str) -> MissingEpisode:
    episode = root_seen_by(session, actor, ref)
    refuse_unless_standing(episode)
    return episode


def _refuse_untrue(episode: MissingEpisode, field: str, at: datetime, how: str, *, now: datetime) -> None:
    if at > now:
        _refuse(
            field,
            worded("That is in the future: a child cannot have been {how} yet. Check the day and the time.", how=how),
        )
    if at < episode.missing_from_at:
        _refuse(
            field,
            worded(
                "The child is missing since {at}, and cannot have been {how} before. Check both times.",
                at=episode.missing_from_at,
                how=how,
            ),
        )


def _refuse(field: str, sentence: str) -> None:
    raise Invalid(sentence, fields={field: [sentence]})


def _step(
    session: Session,
    actor: Actor,
    episode: MissingEpisode,
    kind: str,
    at: datetime,
    *,
    by: str,
    note: str | None,
    now: datetime,
) -> str:
    own = own_id(session, actor, episode)
    if actor.organisation_kind == "police_force" and kind in ("located", "returned"):
        queries.add_forces(session, own, [(actor.organisation, "found")])
    return entries.add_step(session, actor, own, kind, at, {"by": by, "note": note}, now=now)


def _after(
    session: Session,
    actor: Actor,
    episode: MissingEpisode,
    event: Event,
    kind: str,
    said: str,
    *,
    rules: Rulebook,
    now: datetime,
) -> MissingEpisode:
    after = settle(session, actor, episode.id, rules=rules, now=now)
    _record(session, actor, event, after, now, said=said)
    telling.tell(session, actor, after, kind, rules=rules, now=now)
    return after


def _record(
    session: Session, actor: Actor, event: Event, episode: MissingEpisode, now: datetime, **details: Any
) -> None:
    audit.record(session, actor, event, episode.ref, now=now, details={"state": episode.state, **details})
