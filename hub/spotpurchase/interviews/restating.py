"""The child was back at another time than was said when the interview was asked for: its 72 hours run from there.

Nothing that is done about an interview moves a clock. But what was recorded of the return itself may be corrected, by who
recorded it, or by combining two reports of one absence. What the law asks on the episode follows at once (``duties.py``); the
request, which others hold meanwhile, is restated by the job. What is over stays as it was known when it was done.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from hub.audit.events import Event
from hub.core.actor import SYSTEM
from hub.core.clock import iso
from hub.duties.rulebook import Rulebook
from hub.missing import queries as episode_queries
from hub.spotpurchase import asking, duties, queries
from hub.spotpurchase.interviews import telling
from hub.spotpurchase.interviews.acting import record
from hub.spotpurchase.models import InterviewEpisode, InterviewRequest
from hub.spotpurchase.requesting import is_welsh
from hub.spotpurchase.states import UNDER_WAY
from hub.spotpurchase.telling import note


def restate(session: Session, request: InterviewRequest, *, rules: Rulebook, now: datetime) -> bool:
    """Let the locked *request* run by the returns that its episodes have now; whether it was still to be held."""
    if request.state not in UNDER_WAY:
        return False
    welsh = is_welsh(session, request.placing_authority_id)
    for served in queries.episodes_of(session, request.id):
        _restate_episode(session, served, is_welsh=welsh, rules=rules)
    first = queries.episodes_of(session, request.id)[0]
    if first.returned_at != request.returned_at:
        _run_from(session, request, first, rules=rules, now=now)
    return True


def _restate_episode(session: Session, served: InterviewEpisode, *, is_welsh: bool, rules: Rulebook) -> None:
    root = episode_queries.root_id_of(session, served.episode_id)
    [episode] = episode_queries.episodes(session, [root])
    if episode.returned_at not in (None, served.returned_at):
        returned_at = episode.returned_at
        latest_at = duties.latest_after(returned_at, is_welsh=is_welsh, rules=rules)
        queries.change_episode(session, served.id, {"returned_at": returned_at, "latest_at": latest_at})


def _run_from(
    session: Session, request: InterviewRequest, first: InterviewEpisode, *, rules: Rulebook, now: datetime
) -> None:
    """Whoever decides or holds it is told by which hour the child is to be seen; others find it in their feed."""
    was_at = request.latest_at
    queries.change_request(session, request, {"returned_at": first.returned_at, "latest_at": first.latest_at})
    restated = queries.locked(session, request.id)
    duties.decision_restated(session, SYSTEM, restated, rules=rules, now=now)
    details = {"what": "return_corrected", "was_at": iso(was_at), "latest_at": iso(restated.latest_at)}
    record(session, SYSTEM, Event.INTERVIEW_CHANGED, restated, now, **details)
    parts = (telling.PLACING, telling.PERFORMER)
    telling.tell(session, SYSTEM, restated, "interview.meanwhile", alerted=parts, details=details, rules=rules, now=now)
    known = telling.parts_of(session, restated).values()
    others = [each for each in asking.concerned(session, restated) if each not in known]
    note(session, restated, "interview.changed", others, now=now, **details)
