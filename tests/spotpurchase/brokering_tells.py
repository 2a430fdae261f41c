"""Whatever moves is told: each change of a state stands in the feeds of those concerned, where their systems read it."""

from dataclasses import dataclass, field
from typing import Any

from hub.notify.models import FeedEvent
from hub.spotpurchase.interviews.models import Appointment
from hub.spotpurchase.models import Commission, InterviewAsk, InterviewRequest
from hub.spotpurchase.reports.models import InterviewReport, Recommendation, ReportShare, SafeguardingReferral
from tests.spotpurchase.story import Story

MOVING = (
    *(InterviewRequest, InterviewAsk, Commission, Appointment),
    *(InterviewReport, ReportShare, Recommendation, SafeguardingReferral),
)
"""Whatever has a state of its own (docs/states.md)."""
UNSPOKEN = ("draft", "open")
"""States in which a row begins without a word: a draft is its writer's, and the points of a report come with it."""


@dataclass
class Told:
    """How everything stood when it was looked at last, and the newest event there was."""

    states: dict[str, str] = field(default_factory=dict)
    newest: int = 0


def each_move_is_told(story: Story, before: Told) -> None:
    """Whoever is concerned by what moved finds it in its feed, under its own reference (a commission under its request's)."""
    events = story.rows(FeedEvent, FeedEvent.id > before.newest)
    before.newest = max([before.newest, *(event.id for event in events)])
    said = {(event.organisation_id, ref) for event in events for ref in (event.subject_ref, *event.details.values())
            if isinstance(ref, str)}  # fmt: skip
    states = {}
    for row in (row for model in MOVING for row in story.rows(model)):
        states[row.ref] = row.state
        was = before.states.get(row.ref)
        if was != row.state and not (was is None and row.state in UNSPOKEN):
            ref, concerned = _whom_it_concerns(story, row)
            for number in concerned & set(story.cast.ids.values()):
                assert (number, ref) in said, (type(row).__name__, was, row.state, story.member(number))
    before.states = states


def _whom_it_concerns(story: Story, row: Any) -> tuple[str, set[int | None]]:
    """The reference under which a move of *row* is told, and to whom (ids)."""
    request = _request_of(story, row)
    councils = {request.placing_authority_id, request.host_authority_id}
    match row:
        case InterviewAsk():
            return row.ref, {request.placing_authority_id, row.provider_id}
        case Commission():
            return request.ref, {*councils, row.performer_id}
        case Appointment():
            [bought] = story.rows(Commission, Commission.id == row.commission_id)
            return row.ref, {*councils, bought.performer_id}
        case InterviewReport():
            return row.ref, {request.placing_authority_id, row.author_id}
        case ReportShare():
            return row.ref, {request.placing_authority_id, row.recipient_id, _report_of(story, row).author_id}
        case Recommendation() | SafeguardingReferral():
            return row.ref, {request.placing_authority_id, _report_of(story, row).author_id}
        case _:
            return row.ref, councils


def _report_of(story: Story, row: Any) -> InterviewReport:
    [report] = story.rows(InterviewReport, InterviewReport.id == row.report_id)
    return report


def _request_of(story: Story, row: Any) -> InterviewRequest:
    match row:
        case InterviewRequest():
            return row
        case Appointment():
            [bought] = story.rows(Commission, Commission.id == row.commission_id)
            number = bought.request_id
        case ReportShare() | Recommendation() | SafeguardingReferral():
            number = _report_of(story, row).request_id
        case _:
            number = row.request_id
    [request] = story.rows(InterviewRequest, InterviewRequest.id == number)
    return request
