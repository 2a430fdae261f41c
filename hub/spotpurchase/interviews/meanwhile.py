"""What happens to a child before its interview: it goes missing again, or it moves.

Whoever holds the interview is told before they travel; the placing authority decides how it goes on. Every episode keeps its own
clock, whether one interview serves it too or it has one of its own.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.errors import NotFound, StateConflict
from hub.core.ids import is_ref, new_ref
from hub.core.sentences import either, worded
from hub.directory import queries as directory
from hub.duties.rulebook import Rulebook
from hub.missing import queries as episode_queries
from hub.registry import placement_queries
from hub.spotpurchase import queries as request_queries
from hub.spotpurchase import requesting, standing
from hub.spotpurchase.commissioning import lose_performer
from hub.spotpurchase.interviews import duties, queries, telling
from hub.spotpurchase.interviews.acting import record
from hub.spotpurchase.interviews.models import InterviewNews
from hub.spotpurchase.interviews.plausible import refuse
from hub.spotpurchase.models import InterviewRequest
from hub.spotpurchase.states import SEEKING, UNDER_WAY

ANSWERS: Final = {"missing_again": ("one_interview", "own_interview"), "moved": ("keep", "ask_again")}
"""What the placing authority can decide: one interview for both or one each; to keep whoever holds it, or to ask again."""
OVERTAKEN: Final = "overtaken"
SAME_COUNCIL: Final = "same_council"
"""How the course of things answers: the interview was held; the child moved, and is still in the area of the same council. Of an
episode that was added to the request or no longer stands, :func:`queries.settled_meanwhile` says how."""
NO_NEWS: Final = "There is nothing with this reference that your organisation is to decide."


# --- noticed ----------------------------------------------------------------------------------------------------------


def note(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    kind: str,
    about_id: int,
    *,
    rules: Rulebook,
    now: datetime,
) -> str:
    """Write down what happened before a locked request's interview; tell whoever holds it and whoever decides. Its reference.

    *about_id*: of the episode or the placement. Who lives in another area sets off a question; who moved within the
    area of the same council does not: there whoever holds the interview needs to know, and nobody needs to decide.
    """
    ref = new_ref("nws")
    row = {"ref": ref, "request_id": request.id, "kind": kind, "noticed_at": now, "noticed_by": actor.ref}
    queries.add_news(session, kind, row, about_id)
    details = {"news": ref, "what": kind}
    record(session, actor, Event.INTERVIEW_CHANGED, request, now, **details)
    parts = (telling.PLACING, telling.PERFORMER)
    telling.tell(session, actor, request, "interview.meanwhile", alerted=parts, details=details, rules=rules, now=now)
    if (
        kind == "moved"
        and placement_queries.placement_to_read(session, about_id).host_authority_id == request.host_authority_id
    ):
        _put_there(session, request, about_id)
        _close(session, actor, [InterviewNews.ref == ref], SAME_COUNCIL, now=now)
    return ref


def overtaken(session: Session, actor: Actor, request: InterviewRequest, *, now: datetime) -> None:
    """The interview was held, or is sought no longer: whatever still waited for a decision waits no more."""
    _close(session, actor, [InterviewNews.request_id == request.id], OVERTAKEN, now=now)


def settle(session: Session, actor: Actor, rows: Sequence[tuple[int, str]], *, rules: Rulebook, now: datetime) -> None:
    """Close what the course of things has answered. *rows*: (id of the news, how it was answered)."""
    for number, answer in rows:
        if _close(session, actor, [InterviewNews.id == number], answer, now=now):
            duties.bring_in_line(session, actor, queries.news(session, number).request_id, rules=rules, now=now)


# --- decided ----------------------------------------------------------------------------------------------------------


def answer(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    answer: str,
    reason: str | None = None,
    rules: Rulebook,
    now: datetime,
) -> InterviewNews:
    """The placing authority decides how it goes on. *answer*: of ``ANSWERS``; *reason*: of ``one_interview``, of ``COMBINING``.

    Raises ``NotFound``; ``Invalid`` for an answer that does not fit; ``StateConflict`` where it was decided, or is over.
    """
    found = queries.news_with(session, ref) if is_ref(ref, "nws") else None
    if found is None:
        raise NotFound(NO_NEWS)
    request = standing.request_for(session, actor, found[1], parts=("placing",))
    news = found[0]
    if answer not in ANSWERS[news.kind]:
        refuse("answer", worded("This cannot be the answer. Answer {answers}.", answers=either(ANSWERS[news.kind])))
    if request.state not in UNDER_WAY:
        raise StateConflict("The interview is not sought any longer, so there is nothing left to decide.")
    if not _close(session, actor, [InterviewNews.id == news.id], answer, now=now):
        raise StateConflict("This was decided already. Read it again.")
    record(session, actor, Event.INTERVIEW_CHANGED, request, now, news=ref, answer=answer)
    details = {"news": ref, "what": news.kind, "answer": answer}
    telling.tell(session, actor, request, "interview.decided", details=details, rules=rules, now=now)
    _do(session, actor, request, news, answer, reason, rules=rules, now=now)
    return queries.news(session, news.id)


def _do(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    news: InterviewNews,
    answer: str,
    reason: str | None,
    *,
    rules: Rulebook,
    now: datetime,
) -> None:
    if answer == "one_interview":
        [episode] = episode_queries.episodes(session, [news.episode_id or 0])
        given = {"episode": episode.ref, "reason": reason or "missing_again_before"}
        requesting.add_episode(session, actor, request.ref, **given, rules=rules, now=now)
    elif news.kind == "moved":
        there = _put_there(session, request, news.placement_id or 0)
        if answer == "ask_again" and there.state not in SEEKING:
            lose_performer(session, actor, there, reason="child_moved", rules=rules, now=now)


def _put_there(session: Session, request: InterviewRequest, placement_id: int) -> InterviewRequest:
    """The request is of where the child lives now: its host, its area, its placement. Who pays stays as it was agreed."""
    placement = placement_queries.placement_to_read(session, placement_id)
    values: dict[str, Any] = {"placement_id": placement_id, "host_authority_id": placement.host_authority_id}
    host = directory.by_ids(session, [placement.host_authority_id or 0]).get(placement.host_authority_id or 0)
    if host is not None and host.gss_code:
        values["area_gss"] = host.gss_code
    if not request_queries.change_request(session, request, values):
        raise StateConflict("This request has just been changed by somebody else. Read it again.")
    return request_queries.locked(session, request.id)


def _close(session: Session, actor: Actor, which: list[Any], answer: str, *, now: datetime) -> int:
    return queries.answer_news(session, which, {"answered_at": now, "answered_by": actor.ref, "answer": answer})
