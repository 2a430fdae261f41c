"""A report as it stands in a list, and at the head of itself: of which interview, by whom, since when, and what it waits for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.core.actor import Actor
from hub.directory.queries import Brief
from hub.missing.views import named
from hub.spotpurchase.models import InterviewRequest
from hub.spotpurchase.reports.models import InterviewReport

Names = Mapping[int, Brief]


@dataclass(frozen=True)
class ReportBrief:
    """A report in a list. ``part``: what its reader is to it, ``placing_authority`` or ``performer``."""

    ref: str
    request: str
    number: int
    state: str
    part: str
    placing_authority: dict[str, Any] | None
    host_authority: dict[str, Any] | None
    author: dict[str, Any] | None
    begun_at: datetime
    submitted_at: datetime | None
    acknowledged_at: datetime | None
    unanswered: int
    """How many of its recommendations and referrals nobody has answered."""
    waits_for: str
    """Of ``models.WAITS``."""


def parties(request: InterviewRequest, report: InterviewReport) -> list[int]:
    """The organisations that a report names at its head, by id."""
    ids = (request.placing_authority_id, request.host_authority_id, report.author_id)
    return [number for number in ids if number is not None]


def brief(
    actor: Actor, report: InterviewReport, request: InterviewRequest, names: Names, unanswered: int
) -> ReportBrief:
    """A report in a list, or at the head of itself; *unanswered*: how many of its points nobody has answered."""
    is_placing = actor.organisation == request.placing_authority_id
    return ReportBrief(
        ref=report.ref,
        request=request.ref,
        number=report.number,
        state=report.state,
        part="placing_authority" if is_placing else "performer",
        placing_authority=named(names.get(request.placing_authority_id)),
        host_authority=named(names.get(request.host_authority_id or 0)),
        author=named(names.get(report.author_id)),
        begun_at=report.begun_at,
        submitted_at=report.submitted_at,
        acknowledged_at=report.acknowledged_at,
        unanswered=unanswered,
        waits_for=_waits_for(report, unanswered),
    )


def _waits_for(report: InterviewReport, unanswered: int) -> str:
    if report.state == "draft":
        return "sending"
    if report.state == "submitted" and report.acknowledged_at is None:
        return "acknowledgement"
    return "answers" if unanswered else "nothing"
