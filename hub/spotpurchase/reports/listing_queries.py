"""Lists of reports of interviews: those that an organisation wrote or was sent, and what each of them waits for."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session

from hub.missing.models import MissingEpisode
from hub.spotpurchase.models import InterviewEpisode, InterviewRequest
from hub.spotpurchase.reports.models import InterviewReport, Recommendation, SafeguardingReferral
from hub.spotpurchase.reports.queries import is_author, is_placing

AnyRow = Row[*tuple[Any, ...]]


def _open(model: Any) -> ColumnElement[int]:
    """How many of a report's recommendations or referrals nobody has answered."""
    its = select(func.count()).where(model.report_id == InterviewReport.id, model.state == "open")
    return its.correlate(InterviewReport).scalar_subquery()


UNANSWERED: Final = _open(Recommendation) + _open(SafeguardingReferral)
_IS_SENT: Final = InterviewReport.state == "submitted"
_IS_READ: Final = InterviewReport.acknowledged_at.is_not(None)
_WAITS: Final[Mapping[str, ColumnElement[bool]]] = {
    "sending": InterviewReport.state == "draft",
    "acknowledgement": and_(_IS_SENT, ~_IS_READ),
    "answers": and_(_IS_SENT, _IS_READ, UNANSWERED > 0),
    "nothing": and_(_IS_SENT, _IS_READ, UNANSWERED == 0),
}
"""What a report waits for (``models.WAITS``), as a condition; one that was corrected since is none of them."""


def listed(
    session: Session,
    organisation_id: int,
    *,
    state: str | None,
    waits_for: str | None,
    episode: str | None,
    after: str | None,
    at_most: int,
) -> Sequence[AnyRow]:
    """(report, request, how many of its points nobody has answered) of reports that the organisation wrote or was sent.

    Newest first, from after the reference *after*. *waits_for*: of ``models.WAITS``; *episode*: of those that served it.
    """
    r = InterviewReport
    wanted = select(r, InterviewRequest, UNANSWERED.label("unanswered"))
    wanted = wanted.join(InterviewRequest, InterviewRequest.id == r.request_id)
    wanted = wanted.where(or_(is_placing(organisation_id), is_author(organisation_id)))
    if state:
        wanted = wanted.where(r.state == state)
    if waits_for:
        wanted = wanted.where(_WAITS[waits_for])
    if episode:
        wanted = wanted.where(r.request_id.in_(_serving(episode)))
    if after:
        wanted = wanted.where(r.id < select(r.id).where(r.ref == after).scalar_subquery())
    wanted = wanted.order_by(r.id.desc()).limit(at_most)
    return session.execute(wanted.execution_options(populate_existing=True)).all()


def _serving(episode: str) -> Any:
    served = select(InterviewEpisode.request_id).join(MissingEpisode, MissingEpisode.id == InterviewEpisode.episode_id)
    return served.where(MissingEpisode.ref == episode)


def requests(session: Session, refs: Collection[str]) -> Sequence[InterviewRequest]:
    """The requests with these references."""
    return session.scalars(select(InterviewRequest).where(InterviewRequest.ref.in_(list(refs)))).all()
