"""What the law asks of whoever is responsible, met by what was done: the offer (ERHO) and the interview (ERHI; in Wales WDBR).

They were opened on the episode when the child was back, and fall due there: nothing here ever moves a clock. They are met at the
instant the thing was done, whoever did it; a child who declines excuses the interview; one who says yes after all re-opens it.
Whenever something is recorded or taken back here they are brought in line, and whenever an episode is settled: combined with
another, parted from it, or its return corrected.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from hub.audit.events import Event
from hub.core.actor import SYSTEM, Actor
from hub.duties.rulebook import Rulebook
from hub.missing import duties as episode_duties
from hub.missing import queries as episode_queries
from hub.missing import standing as episodes_standing
from hub.missing.models import MissingEpisode
from hub.notify import queries as notify_queries
from hub.notify.decisions import reopen_row
from hub.notify.models import Obligation
from hub.notify.settling import close, record_each, settle
from hub.spotpurchase import standing
from hub.spotpurchase.interviews import queries
from hub.spotpurchase.interviews.models import Appointment, ChildOffer

OFFER: Final = ("ERHO",)
INTERVIEW: Final = ("ERHI", "WDBR")
CHILD_DECLINED: Final = "child_declined"
"""The code by which the hub excuses an interview that the child does not want."""
CHILD_ACCEPTED: Final = "child_accepted"
RECORDED_IN_ERROR: Final = "recorded_in_error"
_PUT: Final = ("accepted", "declined", "no_response")
"""What a child to whom the offer was put can have said; where it could not be put to them, nothing was offered."""
_OURS: Final = ("cof_", "apt_")


@dataclass(frozen=True)
class Deed:
    """What was done, and when."""

    ref: str
    at: datetime


def bring_in_line(session: Session, actor: Actor, request_id: int, *, rules: Rulebook, now: datetime) -> None:
    """Meet, excuse or re-open what is owed of every episode that the request serves, by what stands of what was recorded.

    Doing it again changes nothing. The due instants stay as they were opened.
    """
    ids = [row.episode_id for row in standing.episodes_of(session, request_id)]
    roots = dict.fromkeys(episode_queries.root_id_of(session, number) for number in ids)
    for episode in episode_queries.episodes(session, roots):
        _episode_in_line(session, actor, episode, rules=rules, now=now)


def follow_episode(session: Session, episode: MissingEpisode, *, rules: Rulebook, now: datetime) -> None:
    """An episode was settled anew: what was offered and held counts for it by the return that it has now."""
    _episode_in_line(session, SYSTEM, episode, rules=rules, now=now)


episodes_standing.FOLLOWERS.append(follow_episode)


def _episode_in_line(
    session: Session, actor: Actor, episode: MissingEpisode, *, rules: Rulebook, now: datetime
) -> None:
    if episode.returned_at is None:
        return  # nothing is owed before the child is back
    requests = queries.requests_serving(session, episode_queries.group_of(session, episode.id))
    offers = [each for each in queries.offers_of(session, requests) if each.taken_back_at is None]
    offered = offer_that_counts(episode, offers)
    held = interview_that_counts(episode, queries.held_for(session, requests))
    _line_up(session, actor, episode, OFFER, offered, is_excused=False, rules=rules, now=now)
    excused = held is None and declines(episode, offers)
    _line_up(session, actor, episode, INTERVIEW, held, is_excused=excused, rules=rules, now=now)


def offer_that_counts(episode: MissingEpisode, offers: Sequence[ChildOffer]) -> Deed | None:
    """The first offer that was put to the child after it was found or back. *offers*: in their order."""
    made = [each for each in offers if each.said in _PUT and each.offered_at >= _since(episode)]
    return Deed(made[0].ref, made[0].offered_at) if made else None


def interview_that_counts(episode: MissingEpisode, held: Sequence[Appointment]) -> Deed | None:
    """The first interview held after the child was back: none serves an episode that was still to come."""
    for each in held:
        if each.held_at and episode.returned_at and each.held_at >= episode.returned_at:
            return Deed(each.ref, each.held_at)
    return None


def declines(episode: MissingEpisode, offers: Sequence[ChildOffer]) -> bool:
    """Whether the last thing that the child said, yes or no, to an offer made after it was found or back was no."""
    said = [
        each.said for each in offers if each.said in ("accepted", "declined") and each.offered_at >= _since(episode)
    ]
    return bool(said) and said[-1] == "declined"


def _since(episode: MissingEpisode) -> datetime:
    """From when on an interview could be offered. The child is back: the caller has asked."""
    return min(at for at in (episode.located_at, episode.returned_at) if at is not None)


# --- one obligation ---------------------------------------------------------------------------------------------------


def _line_up(
    session: Session,
    actor: Actor,
    episode: MissingEpisode,
    codes: Sequence[str],
    deed: Deed | None,
    *,
    is_excused: bool,
    rules: Rulebook,
    now: datetime,
) -> None:
    """Put what is owed where *deed*, and the child's word, put it. What somebody else decided or recorded is left alone."""
    for row in _rows(session, episode.ref, codes):
        if _is_ours(row) and not _stands(row, deed, is_excused):
            _reopen(session, episode, row, rules=rules, now=now)
    waits = [row for row in _rows(session, episode.ref, codes) if row.state == "open"]
    if deed is not None:
        settle(session, actor, waits, by_ref=deed.ref, at=deed.at, reached_at=deed.at, rules=rules, now=now)
    elif is_excused:
        close(session, "excuse", waits, {"close_reason": CHILD_DECLINED}, by=SYSTEM.ref, now=now)
        record_each(session, SYSTEM, Event.OBLIGATION_EXCUSED, waits, now=now, details={"reason": CHILD_DECLINED})


def _reopen(session: Session, episode: MissingEpisode, row: Obligation, *, rules: Rulebook, now: datetime) -> None:
    was_excused, is_astray = row.state == "excused", row.event_at != episode.returned_at
    reason = CHILD_ACCEPTED if was_excused and not is_astray else RECORDED_IN_ERROR
    reopen_row(session, SYSTEM, row, reason=reason, rules=rules, now=now)
    if was_excused and is_astray:
        # While it was excused nobody restated it: it is owed from the return that the episode has now.
        episode_duties.bring_in_line(session, SYSTEM, episode, (), rules=rules, now=now)


def _rows(session: Session, subject_ref: str, codes: Sequence[str]) -> Sequence[Obligation]:
    return notify_queries.locked(session, Obligation.state != "void", *notify_queries.about(subject_ref, codes))


def _is_ours(row: Obligation) -> bool:
    """Whether it was closed by what is recorded here."""
    if row.state == "excused":
        return row.close_reason == CHILD_DECLINED
    return row.state in ("met", "met_late") and (row.fulfilled_by or "").startswith(_OURS)


def _stands(row: Obligation, deed: Deed | None, is_excused: bool) -> bool:
    if row.state == "excused":
        return deed is None and is_excused
    return deed is not None and (row.fulfilled_by, row.fulfilled_at) == (deed.ref, deed.at)
