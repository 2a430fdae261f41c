"""Where does whoever is to answer a recommendation or a referral read it: in the report, or in what they were given of it?"""

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.ids import is_ref
from hub.spotpurchase.reports import queries
from hub.spotpurchase.reports.answers import NO_RECOMMENDATION, NO_REFERRAL
from hub.spotpurchase.reports.models import ReportShare
from hub.spotpurchase.reports.sharing import recommendations_in


def shown_in(session: Session, actor: Actor, ref: str) -> str:
    """The reference of the report, or of the share, in which the point *ref* is read. Raises ``NotFound``.

    Nothing of it is shown by this, and so no reading is recorded.
    """
    own = actor.organisation
    if is_ref(ref, "sfr"):
        row = queries.referral_for(session, ref, own)
        if row is None:
            raise NotFound(NO_REFERRAL)
        return queries.report(session, row.report_id).ref
    found = queries.recommendation_for(session, ref, own) if is_ref(ref, "rec") else None
    if found is None:
        raise NotFound(NO_RECOMMENDATION)
    report = queries.report(session, found.report_id)
    if queries.seen_by(session, report.ref, own) is not None:
        return report.ref
    given = [each for each in queries.shares_of(session, _versions(session, report.request_id)) if _is_own(each, own)]
    holding = [each.ref for each in given if ref in recommendations_in(session, each)]
    if not holding:
        raise NotFound(NO_RECOMMENDATION)
    return holding[-1]


def _versions(session: Session, request_id: int) -> list[int]:
    return [each.id for each in queries.sent_of(session, request_id)]


def _is_own(share: ReportShare, own: int) -> bool:
    return share.recipient_id == own and share.state in queries.STANDING_SHARES
