"""A force grades the risk, as it calls it; a low grade may ask its coordinator for a reason, which the placing authority sees.

The grade is recorded whatever is answered: advice, not control. Reasons are for the placing authority and the forces concerned.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import Invalid, NotFound, StateConflict
from hub.core.sentences import worded
from hub.duties.rulebook import Rulebook
from hub.missing import entries, queries, risk, telling
from hub.missing.grades import read_grade, reason_needed
from hub.missing.models import EpisodeGrade, MissingEpisode
from hub.missing.standing import own_id, refuse_unless_standing, root_seen_by, settle


def grade(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    grade: str,
    by: str,
    graded_at: datetime | None = None,
    label: str | None = None,
    childrens_services_asked: bool = False,
    reason: str | None = None,
    note: str | None = None,
    rules: Rulebook,
    now: datetime,
) -> MissingEpisode:
    """Record the grade that the actor's force gives, beside those before it. *label*: what the force calls it.

    Raises ``NotFound``, ``StateConflict`` for a withdrawn episode, and ``Invalid`` for a grade that no force uses.
    """
    code, at = read_grade(grade), graded_at or now
    episode = root_seen_by(session, actor, ref)
    refuse_unless_standing(episode)
    _refuse_untrue(episode, at, now)
    asked = why_asked(session, episode, code, childrens_services_asked=childrens_services_asked, rules=rules, now=now)
    given = {"grade": code, "graded_at": at, "label": label or grade, "by": by, "note": note, "reason": reason}
    said = entries.add_grade(session, actor, own_id(session, actor, episode), given, asked, now=now)
    after = settle(session, actor, episode.id, rules=rules, now=now)
    details = {"state": after.state, "said": said, "grade": code, "reasons_asked": list(asked)}
    audit.record(session, actor, Event.MISSING_GRADED, after.ref, now=now, details=details)
    telling.tell(session, actor, after, "missing.graded", rules=rules, now=now)
    if asked:
        _ask_or_pass_on(session, actor, after, has_reason=bool(reason), rules=rules, now=now)
    return after


def why_asked(
    session: Session,
    episode: MissingEpisode,
    grade: str,
    *,
    childrens_services_asked: bool,
    rules: Rulebook,
    now: datetime,
) -> tuple[str, ...]:
    """Why a reason would be asked for this grade of this child, as codes: for a form to say so before it is sent."""
    known = risk.known_risk(session, episode, rules=rules, now=now)
    return reason_needed(
        read_grade(grade),
        markers=known.markers,
        protecting=known.protecting,
        is_out_of_area=known.is_out_of_area,
        childrens_services_asked=childrens_services_asked,
    )


def give_reason(
    session: Session, actor: Actor, ref: str, *, grade: str, reason: str, by: str, rules: Rulebook, now: datetime
) -> MissingEpisode:
    """Say why the grade *grade* (its reference) stands; the placing authority is told that there is a reason.

    Raises ``NotFound``, and ``StateConflict`` where none is asked for or one was given.
    """
    episode = root_seen_by(session, actor, ref)
    rows = queries.grades_of(session, queries.group_of(session, episode.id))
    row = next((each for each in rows if each.ref == grade and each.force_id == actor.organisation), None)
    if row is None:
        raise NotFound("Your force gave no such grade to this episode.")
    if not row.reasons_asked:
        raise StateConflict("No reason is asked for this grade.")
    _keep_reason(session, row, {"reason": reason, "reason_by": by}, now)
    details = {"said": row.ref}
    audit.record(session, actor, Event.MISSING_REASON_GIVEN, episode.ref, now=now, details=details)
    _ask_or_pass_on(session, actor, episode, has_reason=True, rules=rules, now=now)
    return episode


def _keep_reason(session: Session, row: EpisodeGrade, said: Mapping[str, Any], now: datetime) -> None:
    keys = keys_of(session)
    document = {**keys.open(row.ref, row.sealed), **said}
    if not queries.reseal_grade(session, row.id, keys.seal(row.ref, document), given_at=now):
        raise StateConflict(
            "A reason was given for this grade already. What was said stays: give another grade instead."
        )


def _ask_or_pass_on(
    session: Session, actor: Actor, episode: MissingEpisode, *, has_reason: bool, rules: Rulebook, now: datetime
) -> None:
    """The placing authority is told of the reason; while there is none, the force's own coordinator is asked for it."""
    if has_reason:
        placing = [episode.placing_authority_id] if episode.placing_authority_id else []
        telling.tell(session, actor, episode, "missing.reason_given", whom=placing, rules=rules, now=now)
    else:
        telling.ask_coordinator(session, actor, episode, rules=rules, now=now)


def _refuse_untrue(episode: MissingEpisode, at: datetime, now: datetime) -> None:
    """The newest grade counts: one that is dated before the child was missing would never do so."""
    sentence = ""
    if at > now:
        sentence = "That is in the future. Enter when the grade was given, or leave it out."
    elif at < episode.missing_from_at:
        sentence = worded(
            "The child is missing since {at}, and cannot have been graded before. Check both times, or leave this one out.",
            at=episode.missing_from_at,
        )
    if sentence:
        raise Invalid(sentence, fields={"graded_at": [sentence]})
