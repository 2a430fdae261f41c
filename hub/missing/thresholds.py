"""When do a child's episodes ask for a meeting? Counted in days, in hours missing, or missing together; each crossing once.

The thresholds are those of the placing authority, which holds the meeting: its own where it saved some, otherwise the hub's. An
episode crosses a count when it is the one that reaches it: while the count stays reached, the next episodes cross nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.errors import EditConflict
from hub.core.ids import new_ref
from hub.core.sentences import worded
from hub.directory import queries as directory
from hub.duties.clocks import due_from
from hub.duties.rulebook import Rulebook
from hub.missing import queries, threshold_queries
from hub.missing.models import MissingEpisode
from hub.missing.policy import Threshold, load_missing_policy, thresholds_of
from hub.missing.states import STANDING
from hub.notify.opening import Opening

OWED_TO: Final = {"EREP": "repeat_missing_meeting", "EREV": "care_plan_review"}


@dataclass(frozen=True)
class Episode:
    """What of an episode counts: instants and whether somebody else was missing with the child."""

    missing_from_at: datetime
    ended_at: datetime | None
    category: str
    together: int = 1


@dataclass(frozen=True)
class Crossed:
    """A threshold that an episode crossed, and when."""

    threshold: Threshold
    at: datetime


@dataclass(frozen=True)
class Thresholds:
    """What counts for an organisation. ``is_own``: it saved some; ``version`` 0: it has not."""

    thresholds: tuple[Threshold, ...]
    version: int
    saved_at: datetime | None

    @property
    def is_own(self) -> bool:
        return self.version > 0

    @property
    def rules(self) -> list[dict[str, Any]]:
        return [each.as_rule() for each in self.thresholds]


# --- pure -------------------------------------------------------------------------------------------------------------


def crossed(
    thresholds: Sequence[Threshold], this: Episode, before: Sequence[Episode], *, now: datetime
) -> list[Crossed]:
    """Which of *thresholds* the episode *this* crosses. *before*: the child's episodes that began earlier, oldest first."""
    found = []
    for threshold in thresholds:
        if this.category == "away" and not threshold.also_away:
            continue
        counted = [each for each in before if each.category == "missing" or threshold.also_away]
        at = _crossed_at(threshold, this, counted, now)
        if at is not None:
            found.append(Crossed(threshold, at))
    return found


def _crossed_at(threshold: Threshold, this: Episode, before: Sequence[Episode], now: datetime) -> datetime | None:
    begins = this.missing_from_at
    match threshold.kind:
        case "hours":
            passed = begins + timedelta(hours=threshold.hours)
            return passed if passed <= min(this.ended_at or now, now) else None
        case "together":
            return begins if this.together >= threshold.count else None
        case _:
            return begins if _reaches(threshold, begins, [each.missing_from_at for each in before]) else None


def _reaches(threshold: Threshold, begins: datetime, earlier: Sequence[datetime]) -> bool:
    """Whether the one that *begins* makes the count full, which the ones before had not within the same days."""
    within = [at for at in earlier if at > begins - threshold.window]
    if len(within) + 1 < threshold.count:
        return False
    if not within:
        return True
    last = within[-1]
    then = [at for at in earlier if last - threshold.window < at <= last]
    return len(then) < threshold.count


# --- what is asked for ------------------------------------------------------------------------------------------------


def meetings_for(session: Session, episode: MissingEpisode, *, rules: Rulebook, now: datetime) -> list[Opening]:
    """The meeting, and the review, that *episode* asks its placing authority for: of each at most one.

    None of a council that has not joined: it could not say here that it was held.
    """
    council = _joined(session, episode.placing_authority_id)
    if council is None or episode.child_id is None or episode.state not in STANDING:
        return []
    this, before = _counted(session, episode)
    found = crossed(thresholds_for(session, council).thresholds, this, before, now=now)
    openings = []
    for duty in OWED_TO:
        if own := [each for each in found if each.threshold.duty == duty]:
            openings.append(_opening(episode, council, duty, own, rules))
    return openings


def _joined(session: Session, organisation_id: int | None) -> int | None:
    rows = directory.by_ids(session, {organisation_id} if organisation_id else set())
    return next((number for number, row in rows.items() if row.joined_at is not None), None)


def _counted(session: Session, episode: MissingEpisode) -> tuple[Episode, list[Episode]]:
    rows = queries.episodes_of_child(session, queries.same_child(session, episode.child_id or 0))
    before = [
        _episode(each)
        for each in rows
        if (each.missing_from_at, each.id) < (episode.missing_from_at, episode.id) and each.id != episode.id
    ]
    with_others = len(queries.companions_of(session, queries.group_of(session, episode.id)))
    return _episode(episode, together=1 + with_others), before


def _episode(row: MissingEpisode, together: int = 1) -> Episode:
    return Episode(row.missing_from_at, row.located_at or row.returned_at, row.category, together)


def _opening(episode: MissingEpisode, council: int, duty: str, found: Sequence[Crossed], rules: Rulebook) -> Opening:
    row, at = rules.law.duty(duty), min(each.at for each in found)
    due = due_from(row, at, calendar=rules.calendar)
    return Opening(
        duty_code=duty,
        law_in_force=str(row.in_force_from),
        basis=row.basis,
        subject_ref=episode.ref,
        owed_by_id=council,
        owed_by_role="placing_authority",
        owed_to_id=None,
        owed_to_role=OWED_TO[duty],
        because=" ".join(dict.fromkeys(_words(each.threshold) for each in found)),
        event_at=at,
        due_at=due.at,
        due_on=due.on,
        due_is_policy=True,
    )


def _words(threshold: Threshold) -> str:
    match threshold.kind:
        case "hours":
            return worded("The child was missing for more than {hours} hours.", hours=threshold.hours)
        case "together":
            return worded("The child went missing together with others.")
        case _:
            return worded(
                "It is the {nth} missing episode within {days} days.",
                nth=_nth(threshold.count),
                days=threshold.window_days,
            )


def _nth(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


# --- whose thresholds -------------------------------------------------------------------------------------------------


def thresholds_for(session: Session, organisation_id: int) -> Thresholds:
    """What counts for the organisation: its own newest version, or the hub's policy."""
    row = threshold_queries.newest(session, organisation_id)
    if row is None:
        return Thresholds(load_missing_policy().thresholds, 0, None)
    return Thresholds(thresholds_of(row.rules), row.version, row.saved_at)


def save_thresholds(session: Session, actor: Actor, rules: Sequence[Any], *, version: int, now: datetime) -> Thresholds:
    """Save the organisation's own thresholds; none at all: no meeting is asked for. *version*: as it was read (0: none saved).

    They count for what happens from now on. Raises ``Invalid`` and ``EditConflict``.
    """
    wanted = thresholds_of(rules)
    stands = thresholds_for(session, actor.organisation)
    row: dict[str, Any] = {
        "ref": new_ref("mth"),
        "organisation_id": actor.organisation,
        "version": version + 1,
        "rules": [each.as_rule() for each in wanted],
        "saved_at": now,
        "saved_by": actor.ref,
    }
    if stands.version != version or not threshold_queries.add(session, row):
        raise EditConflict(
            worded("Somebody else changed the thresholds since you read them. Read them again, then decide.")
        )
    audit.record(session, actor, Event.MISSING_THRESHOLDS_SAVED, row["ref"], now=now, details={"version": version + 1})
    return thresholds_for(session, actor.organisation)
