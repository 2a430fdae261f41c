"""Which party is an organisation to a report, to a view that was given of it, to a recommendation or a referral?

As the policy page says, for whoever explains a decision; the queries themselves are scoped by their own conditions.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement

from hub.spotpurchase.reports import queries
from hub.spotpurchase.reports.models import InterviewReport, Recommendation, ReportShare, SafeguardingReferral

Conditions = Mapping[str, Callable[[int], ColumnElement[bool]]]


def _answers_as_host(number: int) -> ColumnElement[bool]:
    return (Recommendation.to_id == number) & Recommendation.passed_on_at.is_not(None)


def _answers_as_placing(number: int) -> ColumnElement[bool]:
    return queries.may_answer(number) & Recommendation.passed_on_at.is_(None)


PARTIES: Final[Mapping[str, tuple[Any, Conditions]]] = {
    "irp": (InterviewReport, {"placing": queries.is_placing, "performer": queries.is_author}),
    "shr": (
        ReportShare,
        {
            "recipient": lambda number: ReportShare.recipient_id == number,
            "placing": queries.share_given_by,
            "performer": queries.share_written_by,
        },
    ),
    "rec": (Recommendation, {"placing": _answers_as_placing, "host": _answers_as_host}),
    "sfr": (SafeguardingReferral, {"placing": queries.is_placing_of_referral}),
}
"""Kind of reference → its table, and party → the condition under which an organisation (by id) is it.

To a recommendation only whoever is to answer it now is a party.
"""
