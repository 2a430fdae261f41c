"""Which party is an organisation to an appointment, an attempt, an offer to a child, or what happened before an interview?

As the policy page says, for whoever explains a decision; the queries themselves are scoped by their own conditions.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased

from hub.spotpurchase.interviews.models import Appointment, Attempt, ChildOffer, InterviewNews
from hub.spotpurchase.models import Commission, InterviewRequest
from hub.spotpurchase.queries import has_part

Conditions = Mapping[str, Callable[[int], ColumnElement[bool]]]
_PARTS: Final = ("placing", "host", "performer")


def _through_commission(model: Any, part: str) -> Callable[[int], ColumnElement[bool]]:
    """The part in the request under one of whose commissions the row stands; its performer: of that commission."""

    def is_party(number: int) -> ColumnElement[bool]:
        its = aliased(Commission)
        of_request = [its.id == model.commission_id, InterviewRequest.id == its.request_id]
        if part == "performer":
            of_request.append(its.performer_id == number)
        return exists().where(*of_request, has_part(number, part))

    return is_party


def _through_request(model: Any, part: str) -> Callable[[int], ColumnElement[bool]]:
    def is_party(number: int) -> ColumnElement[bool]:
        return exists().where(InterviewRequest.id == model.request_id, has_part(number, part))

    return is_party


PARTIES: Final[Mapping[str, tuple[Any, Conditions]]] = {
    "apt": (Appointment, {part: _through_commission(Appointment, part) for part in _PARTS}),
    "att": (Attempt, {part: _through_commission(Attempt, part) for part in _PARTS}),
    "cof": (ChildOffer, {part: _through_request(ChildOffer, part) for part in _PARTS}),
    "nws": (InterviewNews, {part: _through_request(InterviewNews, part) for part in _PARTS}),
}
"""Kind of reference → its table, and party → the condition under which an organisation (by id) is it."""
