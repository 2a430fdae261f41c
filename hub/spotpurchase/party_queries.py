"""Which party is an organisation to a record of the broker's? As the policy page says, kind of reference by kind.

Queries are scoped by their own conditions. This is the same said party by party, so that a decision can be explained.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from hub.directory.models import Organisation
from hub.spotpurchase.interviews.party_queries import PARTIES as INTERVIEW_PARTIES
from hub.spotpurchase.models import InterviewAsk, InterviewRequest
from hub.spotpurchase.money.party_queries import PARTIES as MONEY_PARTIES
from hub.spotpurchase.providers import agreement_queries
from hub.spotpurchase.providers.models import InterviewAgreement, InterviewProvider
from hub.spotpurchase.queries import has_part
from hub.spotpurchase.reports.party_queries import PARTIES as REPORT_PARTIES

Parties = Mapping[str, Callable[[int], ColumnElement[bool]]]
"""Party → the condition on the record under which an organisation (by id) is it."""


def _is_placing(council_id: int) -> ColumnElement[bool]:
    """The placing side; of what a host promised to all, every other council."""
    is_council = exists().where(Organisation.id == council_id, Organisation.kind == "local_authority")
    for_all = agreement_queries.concerns(council_id) & InterviewAgreement.placing_id.is_(None) & is_council
    return or_(InterviewAgreement.placing_id == council_id, for_all & (InterviewAgreement.host_id != council_id))


_PARTIES: Final[Mapping[str, tuple[Any, Parties]]] = {
    **INTERVIEW_PARTIES,
    **MONEY_PARTIES,
    **REPORT_PARTIES,
    "rhi": (
        InterviewRequest,
        {part: partial(has_part, part=part) for part in ("placing", "host", "performer", "asked")},
    ),
    "ask": (
        InterviewAsk,
        {
            "placing": lambda number: exists().where(
                InterviewRequest.id == InterviewAsk.request_id, has_part(number, "placing")
            ),
            "asked": lambda number: InterviewAsk.provider_id == number,
        },
    ),
    "agr": (
        InterviewAgreement,
        {"host": lambda number: InterviewAgreement.host_id == number, "placing": _is_placing},
    ),
    "ipv": (
        InterviewProvider,
        {
            "own": lambda number: InterviewProvider.organisation_id == number,
            "host": lambda number: or_(
                InterviewProvider.run_by_id == number, InterviewProvider.says_run_by_id == number
            ),
        },
    ),
}
"""Of each kind of reference: its table, and the parties that there are to it."""
PREFIXES: Final = frozenset(_PARTIES)


def parties_to(session: Session, ref: str, organisation_id: int) -> frozenset[str] | None:
    """Which parties the organisation is to the record *ref*, of one of ``PREFIXES``; ``None``: there is no such record."""
    model, parties = _PARTIES[ref[:3]]
    if not session.scalar(select(exists().where(model.ref == ref))):
        return None
    held = (
        name
        for name, is_party in parties.items()
        if session.scalar(select(exists().where(model.ref == ref, is_party(organisation_id))))
    )
    return frozenset(held)
