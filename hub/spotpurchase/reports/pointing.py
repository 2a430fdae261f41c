"""Where is a recommendation or a referral read: in the report, or in what the reader was given of it?"""

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.ids import is_ref
from hub.spotpurchase.reports import queries
from hub.spotpurchase.reports.models import ReportShare
from hub.spotpurchase.reports.sharing import recommendations_in

NO_POINT = "There is no recommendation or referral with this reference that you can see."


def shown_in(session: Session, actor: Actor, ref: str) -> str:
    """The reference of the report, or of the share, in which the point *ref* is read. Raises ``NotFound``.

    Nothing of it is shown by this, and so no reading is recorded.
    """
    report = queries.with_point(session, ref) if is_ref(ref, "rec") or is_ref(ref, "sfr") else None
    if report is None:
        raise NotFound(NO_POINT)
    if queries.seen_by(session, report.ref, actor.organisation) is not None:
        return report.ref
    versions = [each.id for each in queries.sent_of(session, report.request_id)]
    given = [each for each in queries.shares_of(session, versions) if _is_own(each, actor.organisation)]
    holding = [each.ref for each in given if ref in recommendations_in(session, each)]
    if not holding:
        raise NotFound(NO_POINT)
    return holding[-1]


def _is_own(share: ReportShare, own: int) -> bool:
    return share.recipient_id == own and share.state in queries.STANDING_SHARES
