"""What a missing episode makes everybody owe, and what of it the hub has seen done: brought in line whenever something is said.

The law table answers on two events (``missing``, ``return``). The force's word of finding a child counts from the finding, also
while the child has not come back; the offer and the interview (in Wales the debrief) count from the return. What a force or a
home told through the hub is its duty done. Whatever is taken back is owed again, or not owed any more.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from hub.core.actor import Actor, nation_of
from hub.core.sentences import worded
from hub.directory.queries import Brief
from hub.duties.explain import Owed, explain
from hub.duties.facts import Council, Facts
from hub.duties.rulebook import Rulebook
from hub.missing import queries, subjects
from hub.missing.models import EpisodeGrade, EpisodeReport, EpisodeStep, MissingEpisode
from hub.missing.states import STANDING
from hub.missing.subjects import Subject
from hub.notify import queries as notify_queries
from hub.notify import restating
from hub.notify.models import Obligation
from hub.notify.obligations import open_obligations
from hub.notify.opening import Opening
from hub.notify.settling import settle
from hub.registry import placement_queries
from hub.registry.markers.service import codes_of
from hub.registry.shield_queries import shielded_among

CALCULATED: Final = frozenset({"EMIS", "EFND", "EPRV", "ERHO", "ERHI", "WDBR", "WMIS"})
"""The duties that the law table sets off for an episode."""
MEETINGS: Final = frozenset({"EREP", "EREV"})
_OF_FINDING: Final = frozenset({"EFND", "EPRV"})
_OF_RETURN: Final = frozenset({"ERHO", "ERHI", "WDBR"})
_FORCE_TELLS: Final = frozenset({"EMIS", "EFND", "EPRV"})
NO_LONGER: Final = "episode_restated"


@dataclass(frozen=True)
class Said:
    """What stands of what was said of an episode: nothing that was taken back."""

    reports: Sequence[EpisodeReport]
    grades: Sequence[EpisodeGrade]
    steps: Sequence[EpisodeStep]

    def first_step(self, *kinds: str, by: Collection[int]) -> EpisodeStep | None:
        """The first step of these kinds that one of these organisations told."""
        return next((each for each in self.steps if each.kind in kinds and each.organisation_id in by), None)


@dataclass(frozen=True)
class Ground:
    """What the obligations of one episode share."""

    episode: MissingEpisode
    subject: Subject
    said: Said
    forces: Mapping[int, Brief]
    """Every force that the episode concerns."""
    born_on: date | None
    is_at_risk: bool
    is_shielded: bool
    rules: Rulebook


def said_of(session: Session, root_id: int) -> Said:
    """What stands of what was said of an episode and of those merged into it."""
    ids = queries.group_of(session, root_id)
    return Said(
        reports=[each for each in queries.reports_of(session, ids) if each.taken_back_at is None],
        grades=[each for each in queries.grades_of(session, ids) if each.taken_back_at is None],
        steps=[each for each in queries.steps_of(session, ids) if each.taken_back_at is None],
    )


def ground_of(session: Session, episode: MissingEpisode, *, rules: Rulebook) -> Ground:
    """The ground of an episode's obligations."""
    subject = subjects.subject_of_episode(session, episode)
    ids = {row.force_id for row in queries.forces_of(session, queries.group_of(session, episode.id))}
    forces = {row.id: row for row in placement_queries.parties(session, ids=ids)}
    markers = frozenset(codes_of(session, subject.placement.id)) if subject.placement else frozenset[str]()
    return Ground(
        episode,
        subject,
        said_of(session, episode.id),
        forces,
        subjects.born_on(session, subject.child_id),
        rules.policy.is_high_risk(markers, missing=False),
        bool(subject.child_id and shielded_among(session, [subject.child_id])),
        rules,
    )


# --- what is owed -----------------------------------------------------------------------------------------------------


def openings_of(ground: Ground) -> list[Opening]:
    """What the law table answers on the episode, what was done through the hub already done."""
    episode = ground.episode
    if episode.state not in STANDING:
        return []
    wanted = _openings(ground, "missing", episode.reported_at, None)
    found_at = episode.located_at or episode.returned_at
    if found_at is not None:
        wanted += _openings(ground, "return", found_at, _OF_FINDING)
    if episode.returned_at is not None:
        wanted += _openings(ground, "return", episode.returned_at, _OF_RETURN)
    return wanted


def _openings(ground: Ground, event: str, at: datetime, only: frozenset[str] | None) -> list[Opening]:
    facts = facts_of(ground, event, at)
    owed = explain(ground.rules.law, ground.rules.calendar, facts)
    listed = [each for each in owed if each.code in (only or CALCULATED)]
    return [_done(ground, opening) for each in listed for opening in _bound(ground, each, at)]


def facts_of(ground: Ground, event: str, at: datetime) -> Facts:
    """The facts of *event*, which happened at *at*, for the rulebook: nothing that names the child."""
    subject, placement = ground.subject, ground.subject.placement
    return Facts(
        event=event,
        placing=_council(subject.placing),
        host=_council(subject.host),
        host_country=placement.country if placement else None,
        relation=placement.relation if placement else None,
        setting=placement.setting if placement else None,
        age=subjects.age_at(ground.born_on, at),
        legal_status=subjects.legal_status_of(placement),
        reported_at=at if event == "missing" else None,
        returned_at=at if event == "return" else None,
        category=ground.episode.category,
    )


def _council(brief: Brief | None) -> Council | None:
    if brief is None or brief.gss_code is None:
        return None
    return Council(brief.gss_code, brief.name, nation_of(brief.gss_code))


def _bound(ground: Ground, owed: Owed, at: datetime) -> list[Opening]:
    """One opening for each organisation that is to be told; none where nobody in the directory owes it.

    None of an organisation that has not joined: nothing that it does could ever be seen done here, and a page that a guest opens
    takes no answer. What the law asks of it stands all the same, and the hub tells it of the episode; it does not judge it.

    A force owes its word of a shielded child to the placing authority alone: whom else it owes it would say where the child
    lives. The hub itself tells the host.
    """
    by = _owner(ground, owed)
    if by is None or by.joined_at is None:
        return []
    named = [(role, _party(ground, role)) for role in (owed.owed_to, *owed.also_to)]
    if owed.code in _FORCE_TELLS and ground.is_shielded:
        named = [(role, brief) for role, brief in named if role == "placing_authority"]
    if owed.code in _FORCE_TELLS or owed.code == "WMIS":
        named = [(role, brief) for role, brief in named if brief is not None]
    return [_opening(ground, owed, by, role, brief, at) for role, brief in named]


def _party(ground: Ground, role: str) -> Brief | None:
    match role:
        case "placing_authority":
            return ground.subject.placing
        case "host_authority":
            return ground.subject.host
        case "registered_person":
            return ground.subject.provider
        case _:
            return None


def _owner(ground: Ground, owed: Owed) -> Brief | None:
    """Who owes it. Of forces: the one that found the child, or that took the report, or in whose area the child lives."""
    if owed.owed_by != "police_force":
        return _party(ground, owed.owed_by)
    told = [each.organisation_id for each in ground.said.reports if each.source == "police"]
    if owed.code in _OF_FINDING:
        found = ground.said.first_step("located", "returned", by=ground.forces)
        told = [found.organisation_id, *told] if found else told
    known = [ground.forces[number] for number in told if number in ground.forces]
    return known[0] if known else ground.subject.force


def _opening(ground: Ground, owed: Owed, by: Brief, role: str, to: Brief | None, at: datetime) -> Opening:
    return Opening(
        duty_code=owed.code,
        law_in_force=str(owed.in_force_from),
        basis=owed.basis,
        subject_ref=ground.episode.ref,
        owed_by_id=by.id,
        owed_by_role=owed.owed_by,
        owed_to_id=to.id if to else None,
        owed_to_role=role,
        because=_because(ground, owed, at),
        event_at=at,
        due_at=owed.due_at,
        due_on=owed.due_on,
        due_is_policy=owed.due_is_policy,
        heightened=owed.code in ("EMIS", "WMIS") or ground.is_at_risk,
    )


def _because(ground: Ground, owed: Owed, at: datetime) -> str:
    if owed.code in _OF_FINDING and ground.episode.located_at == at:
        return worded("The child was found on {at} after being missing.", at=at)
    return owed.because


# --- what was done ------------------------------------------------------------------------------------------------------


def _done(ground: Ground, opening: Opening) -> Opening:
    """The same, fulfilled where whoever owes it told through the hub."""
    deed = _deed(ground, opening)
    if deed is None:
        return opening
    to = next(
        (each for each in (ground.subject.placing, ground.subject.host) if each and each.id == opening.owed_to_id), None
    )
    is_there = to is not None and (to.joined_at is not None or to.id == opening.owed_by_id)
    at = deed.recorded_at
    return replace(opening, fulfilled_at=at, fulfilled_by=deed.ref, reached_at=at if is_there else None)


def _deed(ground: Ground, opening: Opening) -> EpisodeReport | EpisodeGrade | EpisodeStep | None:
    """What the one who owes it said that does it; the first, by when the hub was told."""
    own, said = opening.owed_by_id, ground.said
    match opening.duty_code:
        case "EMIS":
            told: list[EpisodeReport | EpisodeGrade] = [each for each in said.reports if each.organisation_id == own]
            told += [each for each in said.grades if each.force_id == own]
            return min(told, key=lambda each: each.recorded_at, default=None)
        case "WMIS":
            return next((each for each in said.reports if each.organisation_id == own), None)
        case "EFND":
            return said.first_step("located", "returned", by=[own or 0])
        case "EPRV":
            return said.first_step("interviewed", by=[own or 0])
        case _:
            return None


# --- in line ------------------------------------------------------------------------------------------------------------


def bring_in_line(
    session: Session,
    actor: Actor,
    episode: MissingEpisode,
    meetings: Sequence[Opening],
    *,
    rules: Rulebook,
    now: datetime,
) -> None:
    """Open what *episode* sets off and is not there, restate what stands otherwise, fulfil what was done, strike out the rest.

    *meetings*: what thresholds ask for (``thresholds.py``). A meeting that was opened is struck out only with the episode.
    """
    wanted = [*openings_of(ground_of(session, episode, rules=rules)), *meetings]
    standing = placement_queries.standing(session, [episode.ref])
    live = {_key(row): row for row in standing if row.state != "void"}
    open_obligations(session, actor, [each for each in wanted if _key(each) not in live], rules=rules, now=now)
    kept = {_key(each) for each in wanted}
    stale = [row for key, row in live.items() if key not in kept and _may_go(row, episode)]
    restating.strike_out(session, actor, stale, reason=NO_LONGER, now=now)
    for opening in wanted:
        if (row := live.get(_key(opening))) is not None:
            _adjust(session, actor, row, opening, rules=rules, now=now)


def _may_go(row: Obligation, episode: MissingEpisode) -> bool:
    if row.duty_code in MEETINGS:
        return episode.state not in STANDING and row.state == "open"
    return row.duty_code in CALCULATED


def _key(row: Obligation | Opening) -> tuple[str, int | str, int | str]:
    return row.duty_code, row.owed_by_id or row.owed_by_role, row.owed_to_id or row.owed_to_role


def _adjust(
    session: Session, actor: Actor, row: Obligation, opening: Opening, *, rules: Rulebook, now: datetime
) -> None:
    moved = (row.event_at, row.due_at, row.basis) != (opening.event_at, opening.due_at, opening.basis)
    if moved and row.state != "excused" and row.duty_code in CALCULATED:
        restating.restate(session, actor, row, opening, rules=rules, now=now)
    if opening.fulfilled_at and opening.fulfilled_by:
        waits = notify_queries.locked(session, notify_queries.IS_OPEN, notify_queries.among([row.id]))
        settle(
            session,
            actor,
            [each for each in waits if each.fulfilled_at is None],
            by_ref=opening.fulfilled_by,
            at=opening.fulfilled_at,
            reached_at=opening.reached_at,
            rules=rules,
            now=now,
        )
