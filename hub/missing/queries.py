"""Every statement over missing episodes and what was said of them; who may see one; the lists that boards show."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from hub.core.db import changed
from hub.directory.models import Organisation
from hub.missing.models import (
    EpisodeCompanion,
    EpisodeForce,
    EpisodeGrade,
    EpisodeMatch,
    EpisodePlace,
    EpisodeReport,
    EpisodeStep,
    MissingEpisode,
)
from hub.missing.states import RUNNING, STANDING
from hub.registry.models import Child, Placement

AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]
PLACING, HOST, PROVIDER = (aliased(Organisation, name=name) for name in ("placing", "host", "provider"))
_FRESH = {"populate_existing": True}
_UNSYNCED = {"synchronize_session": False}


# --- writing --------------------------------------------------------------------------------------------------------


def add_episode(session: Session, row: Mapping[str, Any]) -> int:
    """Insert an episode; its id."""
    return session.execute(insert(MissingEpisode).values(dict(row)).returning(MissingEpisode.id)).scalar_one()


def change_episode(session: Session, episode_id: int, version: int, values: Mapping[str, Any]) -> int:
    """Change an episode that still is at *version*, but not its state; how many rows changed (0: somebody else did)."""
    guarded = update(MissingEpisode).where(MissingEpisode.id == episode_id, MissingEpisode.version == version)
    return changed(session, guarded.values(version=version + 1, **values))


def add_report(session: Session, row: Mapping[str, Any]) -> None:
    """Insert a report."""
    session.execute(insert(EpisodeReport).values(dict(row)))


def add_grade(session: Session, row: Mapping[str, Any]) -> None:
    """Insert a grade."""
    session.execute(insert(EpisodeGrade).values(dict(row)))


def add_step(session: Session, row: Mapping[str, Any]) -> None:
    """Insert a step."""
    session.execute(insert(EpisodeStep).values(dict(row)))


def add_place(session: Session, row: Mapping[str, Any]) -> None:
    """Insert a place."""
    session.execute(insert(EpisodePlace).values(dict(row)))


def add_forces(session: Session, episode_id: int, wanted: Collection[tuple[int, str]]) -> None:
    """See to it that an episode has these forces, each (id, part) once."""
    there = {(row.force_id, row.part) for row in forces_of(session, [episode_id])}
    rows = [
        {"episode_id": episode_id, "force_id": force, "part": part}
        for force, part in dict.fromkeys(wanted)
        if (force, part) not in there
    ]
    if rows:
        session.execute(insert(EpisodeForce), rows)


def add_companions(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Record pairs of episodes of children missing together; a pair that is there already stays as it is."""
    for row in rows:
        pair = (EpisodeCompanion.episode_id == row["episode_id"], EpisodeCompanion.with_id == row["with_id"])
        if session.execute(select(EpisodeCompanion.id).where(*pair)).first() is None:
            session.execute(insert(EpisodeCompanion).values(dict(row)))


def take_back(session: Session, model: Any, row_id: int, *, now: datetime) -> int:
    """Mark a report, grade or step as taken back; how many rows changed (0: it was already)."""
    guarded = update(model).where(model.id == row_id, model.taken_back_at.is_(None))
    return changed(session, guarded.values(taken_back_at=now))


def reseal_grade(session: Session, grade_id: int, sealed: bytes, *, given_at: datetime) -> int:
    """Put a reason beside a grade that has none yet; how many rows changed."""
    guarded = update(EpisodeGrade).where(EpisodeGrade.id == grade_id, EpisodeGrade.reason_given_at.is_(None))
    return changed(session, guarded.values(sealed=sealed, reason_given_at=given_at))


def add_match(session: Session, row: Mapping[str, Any]) -> None:
    """Insert a match."""
    session.execute(insert(EpisodeMatch).values(dict(row)))


def keep_of_match(session: Session, match_id: int, sealed: bytes) -> None:
    """Keep, sealed, what is needed to undo a match."""
    theirs = update(EpisodeMatch).where(EpisodeMatch.id == match_id).values(sealed=sealed)
    session.execute(theirs, execution_options=_UNSYNCED)


# --- one episode ----------------------------------------------------------------------------------------------------


def locked(session: Session, episode_id: int) -> MissingEpisode:
    """The episode as it is now, kept from other writers until the end of the transaction."""
    wanted = select(MissingEpisode).where(MissingEpisode.id == episode_id).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).one()


def by_ref(session: Session, ref: str) -> MissingEpisode | None:
    """The episode *ref*, whoever asks: for callers that have asked whose it is."""
    wanted = select(MissingEpisode).where(MissingEpisode.ref == ref).execution_options(**_FRESH)
    return session.scalars(wanted).one_or_none()


def may_see(organisation_id: int) -> ColumnElement[bool]:
    """Condition: the organisation is a party to the episode, as placing or host authority, provider, or a force.

    Of episodes that are one, whoever is a party to any is a party to all.
    """
    e = MissingEpisode
    return or_(
        e.placing_authority_id == organisation_id,
        e.host_authority_id == organisation_id,
        e.provider_id == organisation_id,
        is_force(organisation_id),
        _ROOT.in_(_roots_where(EpisodeReport, EpisodeReport.organisation_id == organisation_id)),
    )


def is_force(organisation_id: int) -> ColumnElement[bool]:
    """Condition: the organisation is a force that the episode concerns."""
    concerned: ColumnElement[bool] = _ROOT.in_(_roots_where(EpisodeForce, EpisodeForce.force_id == organisation_id))
    return concerned


_ROOT = func.coalesce(MissingEpisode.merged_into_id, MissingEpisode.id)
_PART = aliased(MissingEpisode)
"""Made once: it takes longer to make than the statement in which it stands takes to be answered."""


def _roots_where(model: Any, *conditions: ColumnElement[bool]) -> Any:
    """The episodes of which a part has a row of *model* that satisfies the conditions."""
    rows = select(func.coalesce(_PART.merged_into_id, _PART.id)).join(model, model.episode_id == _PART.id)
    return rows.where(*conditions)


def seen_by(session: Session, ref: str, organisation_id: int) -> MissingEpisode | None:
    """The episode *ref*, if the organisation is a party to it."""
    wanted = select(MissingEpisode).where(MissingEpisode.ref == ref, may_see(organisation_id))
    return session.scalars(wanted.execution_options(**_FRESH)).one_or_none()


def root_id_of(session: Session, episode_id: int) -> int:
    """The episode into which this one was merged, or itself: what is merged points straight to the one that stands."""
    return session.execute(select(_ROOT).where(MissingEpisode.id == episode_id)).scalar_one()


def group_of(session: Session, root_id: int) -> list[int]:
    """Ids of an episode and of all that were merged into it, the root first."""
    return [root_id, *members_of(session, root_id)]


def members_of(session: Session, root_id: int) -> list[int]:
    """Ids of the episodes that were merged into this one."""
    wanted = select(MissingEpisode.id).where(MissingEpisode.merged_into_id == root_id).order_by(MissingEpisode.id)
    return list(session.scalars(wanted))


def repoint(session: Session, ids: Collection[int], into_id: int, *, was_id: int) -> None:
    """Let these, which were merged into *was_id*, be merged into *into_id*."""
    theirs = update(MissingEpisode).where(MissingEpisode.id.in_(list(ids)), MissingEpisode.merged_into_id == was_id)
    changed(session, theirs.values(merged_into_id=into_id, version=MissingEpisode.version + 1))


def groups_of(session: Session, root_ids: Collection[int]) -> dict[int, int]:
    """Id → root, for these roots and all that were merged into them: one statement, whatever their number."""
    below = select(MissingEpisode.id, MissingEpisode.merged_into_id)
    rows = session.execute(below.where(MissingEpisode.merged_into_id.in_(list(root_ids)))).all()
    return {number: number for number in root_ids} | {row.id: row.merged_into_id for row in rows}


def episodes(session: Session, ids: Collection[int]) -> Sequence[MissingEpisode]:
    """These episodes, in the order of their ids."""
    wanted = select(MissingEpisode).where(MissingEpisode.id.in_(list(ids))).order_by(MissingEpisode.id)
    return session.scalars(wanted.execution_options(**_FRESH)).all()


def reports_of(session: Session, ids: Collection[int]) -> Sequence[EpisodeReport]:
    """The reports of these episodes, in the order in which they were recorded, those taken back too."""
    found: Sequence[EpisodeReport] = session.scalars(_of(EpisodeReport, ids)).all()
    return found


def grades_of(session: Session, ids: Collection[int]) -> Sequence[EpisodeGrade]:
    """The grades of these episodes, in the order in which they were recorded, those taken back too."""
    found: Sequence[EpisodeGrade] = session.scalars(_of(EpisodeGrade, ids)).all()
    return found


def steps_of(session: Session, ids: Collection[int]) -> Sequence[EpisodeStep]:
    """The steps of these episodes, in the order in which they were recorded, those taken back too."""
    found: Sequence[EpisodeStep] = session.scalars(_of(EpisodeStep, ids)).all()
    return found


def places_of(session: Session, ids: Collection[int]) -> Sequence[EpisodePlace]:
    """The places of these episodes, in the order in which they were recorded."""
    found: Sequence[EpisodePlace] = session.scalars(_of(EpisodePlace, ids)).all()
    return found


def forces_of(session: Session, ids: Collection[int]) -> Sequence[EpisodeForce]:
    """The forces that these episodes concern."""
    found: Sequence[EpisodeForce] = session.scalars(_of(EpisodeForce, ids)).all()
    return found


def _of(model: Any, ids: Collection[int]) -> Any:
    return select(model).where(model.episode_id.in_(list(ids))).order_by(model.id).execution_options(**_FRESH)


def companions_of(session: Session, ids: Collection[int]) -> list[int]:
    """Ids of the episodes that ran together with any of these, as said; the roots of those merged since."""
    c = EpisodeCompanion
    there = session.scalars(select(c.with_id).where(c.episode_id.in_(list(ids))))
    back = session.scalars(select(c.episode_id).where(c.with_id.in_(list(ids))))
    roots = {root_id_of(session, number) for number in {*there, *back}}
    return sorted(roots - set(ids))


# --- the child, and its other episodes --------------------------------------------------------------------------------


def same_child(session: Session, child_id: int) -> list[int]:
    """Ids of the child's row, of the row it was merged into, and of every row merged into that one."""
    root = session.execute(
        select(func.coalesce(Child.merged_into_id, Child.id)).where(Child.id == child_id)
    ).scalar_one()
    return [root, *session.scalars(select(Child.id).where(Child.merged_into_id == root).order_by(Child.id))]


def episodes_of_child(
    session: Session, child_ids: Collection[int], states: Collection[str] = STANDING
) -> Sequence[MissingEpisode]:
    """The episodes of these rows of one child that count, by when they began."""
    wanted = select(MissingEpisode).where(
        MissingEpisode.child_id.in_(list(child_ids)), MissingEpisode.state.in_(list(states))
    )
    wanted = wanted.order_by(MissingEpisode.missing_from_at, MissingEpisode.id)
    return session.scalars(wanted.execution_options(**_FRESH)).all()


def last_episodes(session: Session, child_ids: Collection[int], *, at_most: int = 3) -> dict[int, list[MissingEpisode]]:
    """Child id → its latest episodes that count, newest first, at most so many of each. One statement for any number.

    Of a child known under several rows, those of every row are found under each of them.
    """
    found: dict[int, list[MissingEpisode]] = {number: [] for number in child_ids}
    if found:
        for row in session.execute(_LAST_EPISODES, {"children": list(found)}):
            found[row.asked].append(row.MissingEpisode)
    return {number: episodes[:at_most] for number, episodes in found.items()}


_ASKED, _SAME = aliased(Child, name="asked"), aliased(Child, name="same")
_ITS_ROOT = func.coalesce(_ASKED.merged_into_id, _ASKED.id)
_LAST_EPISODES: AnySelect = (
    select(_ASKED.id.label("asked"), MissingEpisode)
    .join(_SAME, or_(_SAME.id == _ITS_ROOT, _SAME.merged_into_id == _ITS_ROOT))
    .join(MissingEpisode, MissingEpisode.child_id == _SAME.id)
    .where(_ASKED.id.in_(bindparam("children", expanding=True)), MissingEpisode.state.in_(STANDING))
    .order_by(MissingEpisode.missing_from_at.desc(), MissingEpisode.id.desc())
)


# --- lists ------------------------------------------------------------------------------------------------------------


def shown() -> AnySelect:
    """Episodes, each with the child, the placement and the councils and provider that are parties to it."""
    wanted: AnySelect = select(MissingEpisode, Child, Placement, PLACING, HOST, PROVIDER)
    wanted = wanted.outerjoin(Child, Child.id == MissingEpisode.child_id)
    wanted = wanted.outerjoin(Placement, Placement.id == MissingEpisode.placement_id)
    for party, column in (
        (PLACING, MissingEpisode.placing_authority_id),
        (HOST, MissingEpisode.host_authority_id),
        (PROVIDER, MissingEpisode.provider_id),
    ):
        wanted = wanted.outerjoin(party, party.id == column)
    return wanted


def episodes_shown(session: Session, ids: Collection[int]) -> Sequence[AnyRow]:
    """These episodes with what belongs to them."""
    return session.execute(shown().where(MissingEpisode.id.in_(list(ids))).execution_options(**_FRESH)).all()


def part_of(organisation_id: int, part: str | None) -> ColumnElement[bool]:
    """Condition: the organisation has this part in the episode; ``None``: any.

    ``placing``, ``host``, ``provider``; of a force ``placed`` (in its area), ``reported`` (missing in the force), ``found``, and
    ``home`` (ours: the placing authority lies in its area).
    """
    e = MissingEpisode
    columns = {"placing": e.placing_authority_id, "host": e.host_authority_id, "provider": e.provider_id}
    if part is None:
        return may_see(organisation_id)
    if part in columns:
        own: ColumnElement[bool] = columns[part] == organisation_id
        return own
    return _ROOT.in_(_roots_where(EpisodeForce, EpisodeForce.force_id == organisation_id, EpisodeForce.part == part))


def listed(
    session: Session,
    organisation_id: int,
    *,
    part: str | None,
    states: Collection[str] = RUNNING,
    grade: str | None = None,
    after: str | None = None,
    at_most: int,
) -> Sequence[AnyRow]:
    """Episodes in *states* in which the organisation has that part, newest first, from after the reference *after*.

    *grade*: only those graded so; ``none``: only those without a grade.
    """
    wanted = shown().where(MissingEpisode.state.in_(list(states)), part_of(organisation_id, part))
    if grade:
        wanted = wanted.where(MissingEpisode.grade.is_(None) if grade == "none" else MissingEpisode.grade == grade)
    if after:
        wanted = wanted.where(
            MissingEpisode.id < select(MissingEpisode.id).where(MissingEpisode.ref == after).scalar_subquery()
        )
    return session.execute(wanted.order_by(MissingEpisode.id.desc()).limit(at_most)).all()


def count_running(session: Session, organisation_id: int, part: str | None, *, at_most: int = 1000) -> int:
    """How many children are missing in whose episodes the organisation has that part, up to a bound."""
    wanted = select(MissingEpisode.id).where(MissingEpisode.state.in_(RUNNING), part_of(organisation_id, part))
    return session.scalar(select(func.count()).select_from(wanted.limit(at_most).subquery())) or 0


# --- matches ----------------------------------------------------------------------------------------------------------


def match_between(session: Session, episode_id: int, other_id: int) -> EpisodeMatch | None:
    """The latest match of these two episodes, whichever came first."""
    m = EpisodeMatch
    pair = or_(
        (m.episode_id == episode_id) & (m.other_id == other_id), (m.episode_id == other_id) & (m.other_id == episode_id)
    )
    wanted = select(m).where(pair).order_by(m.id.desc()).limit(1)
    return session.scalars(wanted.execution_options(**_FRESH)).first()


def match_by_ref(session: Session, ref: str) -> EpisodeMatch | None:
    """The match *ref*, whoever asks."""
    return session.scalars(
        select(EpisodeMatch).where(EpisodeMatch.ref == ref).execution_options(**_FRESH)
    ).one_or_none()


def matches_of(session: Session, ids: Collection[int]) -> Sequence[EpisodeMatch]:
    """The matches in which any of these episodes stands, oldest first."""
    either = or_(EpisodeMatch.episode_id.in_(list(ids)), EpisodeMatch.other_id.in_(list(ids)))
    return session.scalars(
        select(EpisodeMatch).where(either).order_by(EpisodeMatch.id).execution_options(**_FRESH)
    ).all()


def placements_of(session: Session, child_ids: Collection[int]) -> Sequence[Placement]:
    """The placements of these rows of a child that began, newest first."""
    wanted = select(Placement).where(
        Placement.child_id.in_(list(child_ids)), Placement.state.in_(("unconfirmed", "confirmed", "ended"))
    )
    return session.scalars(
        wanted.order_by(Placement.starts_at.desc(), Placement.id.desc()).execution_options(**_FRESH)
    ).all()


def placement_by_ref(session: Session, ref: str) -> Placement | None:
    """The placement *ref*, whoever asks: a force may report anybody."""
    return session.scalars(select(Placement).where(Placement.ref == ref)).one_or_none()


def placement_refs(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Placement id → reference."""
    wanted = select(Placement.id, Placement.ref).where(Placement.id.in_(list(ids)))
    return {row.id: row.ref for row in session.execute(wanted)}
