"""Every statement over reports of interviews, recommendations, referrals and shares; who may see which."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from hub.core.db import changed
from hub.missing.models import EpisodeForce, MissingEpisode
from hub.spotpurchase.interviews.models import Appointment
from hub.spotpurchase.models import Commission, InterviewEpisode, InterviewRequest
from hub.spotpurchase.reports.models import InterviewReport, Recommendation, ReportShare, SafeguardingReferral

AnyRow = Row[*tuple[Any, ...]]
_FRESH = {"populate_existing": True}
STANDING_SHARES = ("given", "acknowledged")
SENT = ("submitted", "superseded")


# --- writing ----------------------------------------------------------------------------------------------------------


def add_report(session: Session, row: Mapping[str, Any]) -> int:
    """Insert a report; its id. A second of the same number of the same request breaks a unique constraint."""
    return session.execute(insert(InterviewReport).values(dict(row)).returning(InterviewReport.id)).scalar_one()


def change_draft(session: Session, report_id: int, version: int, values: Mapping[str, Any]) -> int:
    """Change a draft that still is at *version*; how many rows changed (0: somebody else did, or it was sent)."""
    same = (InterviewReport.id == report_id, InterviewReport.version == version, InterviewReport.state == "draft")
    return changed(session, update(InterviewReport).where(*same).values(version=version + 1, **values))


def acknowledge(session: Session, report_id: int, *, by: str, at: datetime, sealed: bytes) -> int:
    """Mark a report as acknowledged; how many rows changed (0: it was already)."""
    fresh = (InterviewReport.id == report_id, InterviewReport.acknowledged_at.is_(None))
    said = {"acknowledged_at": at, "acknowledged_by": by, "sealed": sealed}
    return changed(session, update(InterviewReport).where(*fresh).values(**said))


def add_rows(session: Session, model: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert recommendations or referrals."""
    if rows:
        session.execute(insert(model), [dict(row) for row in rows])


def change_point(session: Session, model: Any, row_id: int, values: Mapping[str, Any]) -> None:
    """Change a recommendation or referral, but not its state: a correction carries it over."""
    changed(session, update(model).where(model.id == row_id).values(**values))


def pass_on(session: Session, recommendation_ids: Collection[int], *, at: datetime | None) -> None:
    """Note that whoever these recommendations are put to was given them at *at*; ``None``: that it was taken back."""
    theirs = update(Recommendation).where(Recommendation.id.in_(list(recommendation_ids)))
    changed(session, theirs.values(passed_on_at=at))


def add_share(session: Session, row: Mapping[str, Any]) -> int:
    """Insert a share; its id."""
    return session.execute(insert(ReportShare).values(dict(row)).returning(ReportShare.id)).scalar_one()


def change_share(session: Session, share: ReportShare, values: Mapping[str, Any], *waits: ColumnElement[bool]) -> int:
    """Change a share that stands, still is at this version and satisfies *waits*, but not its state; how many rows changed."""
    same = (ReportShare.id == share.id, ReportShare.version == share.version, ReportShare.state.in_(STANDING_SHARES))
    changing = update(ReportShare).where(*same, *waits).values(version=share.version + 1, **values)
    return changed(session, changing)


# --- one report -------------------------------------------------------------------------------------------------------


def report_by_id(session: Session, report_id: int) -> InterviewReport:
    """The report as it is now, not kept from anybody."""
    wanted = select(InterviewReport).where(InterviewReport.id == report_id)
    return session.scalars(wanted.execution_options(**_FRESH)).one()


def locked_report(session: Session, report_id: int) -> InterviewReport:
    """The report as it is now, kept from other writers until the end of the transaction."""
    wanted = select(InterviewReport).where(InterviewReport.id == report_id).with_for_update()
    return session.scalars(wanted.execution_options(**_FRESH)).one()


def newest_of(session: Session, request_id: int, author_id: int) -> InterviewReport | None:
    """The newest version that an organisation wrote for a request, sent or not."""
    wanted = select(InterviewReport).where(
        InterviewReport.request_id == request_id, InterviewReport.author_id == author_id
    )
    wanted = wanted.order_by(InterviewReport.number.desc()).limit(1)
    return session.scalars(wanted.execution_options(**_FRESH)).first()


def sent_of(session: Session, request_id: int) -> Sequence[InterviewReport]:
    """The versions of the report of a request that were sent, the newest first."""
    wanted = select(InterviewReport).where(InterviewReport.request_id == request_id, InterviewReport.state.in_(SENT))
    return session.scalars(wanted.order_by(InterviewReport.number.desc()).execution_options(**_FRESH)).all()


def next_number(session: Session, request_id: int) -> int:
    """The number that the next version of a request's report has."""
    last = session.scalar(select(func.max(InterviewReport.number)).where(InterviewReport.request_id == request_id))
    return int(last or 0) + 1


def is_placing(organisation_id: int) -> ColumnElement[bool]:
    """Condition on a report: the organisation is the placing authority, and the report was sent to it."""
    its = exists().where(
        InterviewRequest.id == InterviewReport.request_id, InterviewRequest.placing_authority_id == organisation_id
    )
    return its.correlate(InterviewReport) & InterviewReport.state.in_(SENT)


def is_author(organisation_id: int) -> ColumnElement[bool]:
    """Condition on a report: the organisation wrote it, and its commission was not taken from it."""
    kept = exists().where(Commission.id == InterviewReport.commission_id, Commission.state != "ended")
    return (InterviewReport.author_id == organisation_id) & kept.correlate(InterviewReport)


def seen_by(session: Session, ref: str, organisation_id: int) -> InterviewReport | None:
    """The report *ref*, if the organisation wrote it, or is the placing authority that it was sent to."""
    mine = or_(is_placing(organisation_id), is_author(organisation_id))
    wanted = select(InterviewReport).where(InterviewReport.ref == ref, mine)
    return session.scalars(wanted.execution_options(**_FRESH)).one_or_none()


# --- what it is about -------------------------------------------------------------------------------------------------


def with_point(session: Session, ref: str) -> InterviewReport | None:
    """The report in which the recommendation or referral *ref* stands, whoever asks."""
    points = (select(each.report_id).where(each.ref == ref) for each in (Recommendation, SafeguardingReferral))
    wanted = select(InterviewReport).where(or_(*(InterviewReport.id.in_(each) for each in points)))
    return session.scalars(wanted).one_or_none()


def performed(session: Session, request_id: int, organisation_id: int) -> Commission | None:
    """The commission of a request that the organisation performs or performed; ``None``: it has none, or lost it."""
    wanted = select(Commission).where(
        Commission.request_id == request_id, Commission.performer_id == organisation_id, Commission.state != "ended"
    )
    return session.scalars(wanted.order_by(Commission.id.desc()).limit(1).execution_options(**_FRESH)).first()


def held(session: Session, commission_id: int) -> Appointment | None:
    """The interview that was held under a commission."""
    wanted = select(Appointment).where(Appointment.commission_id == commission_id, Appointment.state == "held")
    return session.scalars(wanted.order_by(Appointment.id.desc()).limit(1).execution_options(**_FRESH)).first()


def episodes_of(session: Session, request_id: int) -> Sequence[tuple[InterviewEpisode, MissingEpisode]]:
    """The episodes that an interview served, each with its clock, the earliest return first."""
    wanted = select(InterviewEpisode, MissingEpisode).join(
        MissingEpisode, MissingEpisode.id == InterviewEpisode.episode_id
    )
    wanted = wanted.where(InterviewEpisode.request_id == request_id)
    wanted = wanted.order_by(InterviewEpisode.returned_at, InterviewEpisode.id)
    return [(row[0], row[1]) for row in session.execute(wanted.execution_options(**_FRESH))]


def forces_of(session: Session, request_id: int) -> list[int]:
    """Ids of the police forces that the episodes of a request concern, and those episodes that are one with them."""
    roots = select(func.coalesce(MissingEpisode.merged_into_id, MissingEpisode.id))
    roots = roots.join(InterviewEpisode, InterviewEpisode.episode_id == MissingEpisode.id)
    one = func.coalesce(MissingEpisode.merged_into_id, MissingEpisode.id)
    ids = select(MissingEpisode.id).where(one.in_(roots.where(InterviewEpisode.request_id == request_id)))
    wanted = select(EpisodeForce.force_id).where(EpisodeForce.episode_id.in_(ids)).distinct()
    return sorted(session.scalars(wanted))


# --- recommendations and referrals ------------------------------------------------------------------------------------


def recommendations_of(session: Session, report_id: int) -> Sequence[Recommendation]:
    """The recommendations of a report, in their order."""
    wanted = select(Recommendation).where(Recommendation.report_id == report_id).order_by(Recommendation.number)
    return session.scalars(wanted.execution_options(**_FRESH)).all()


def referrals_of(session: Session, report_id: int) -> Sequence[SafeguardingReferral]:
    """The safeguarding referrals of a report, in their order."""
    wanted = select(SafeguardingReferral).where(SafeguardingReferral.report_id == report_id)
    return session.scalars(wanted.order_by(SafeguardingReferral.number).execution_options(**_FRESH)).all()


def may_answer(organisation_id: int) -> ColumnElement[bool]:
    """Condition on a recommendation: given to the host it is the host's; given to nobody it is the placing authority's."""
    placing = exists().where(
        InterviewReport.id == Recommendation.report_id,
        InterviewRequest.id == InterviewReport.request_id,
        InterviewRequest.placing_authority_id == organisation_id,
    )
    given = Recommendation.passed_on_at.is_not(None)
    return or_(placing & ~given, (Recommendation.to_id == organisation_id) & given)


def recommendation_for(session: Session, ref: str, organisation_id: int) -> Recommendation | None:
    """The recommendation *ref*, kept from other writers, if the organisation is to answer it."""
    wanted = select(Recommendation).where(Recommendation.ref == ref, may_answer(organisation_id)).with_for_update()
    return session.scalars(wanted.execution_options(**_FRESH)).one_or_none()


def is_placing_of_referral(organisation_id: int) -> ColumnElement[bool]:
    """Condition on a referral: the organisation is the placing authority of the child."""
    return exists().where(
        InterviewReport.id == SafeguardingReferral.report_id,
        InterviewRequest.id == InterviewReport.request_id,
        InterviewRequest.placing_authority_id == organisation_id,
    )


def referral(session: Session, referral_id: int) -> SafeguardingReferral:
    """The referral as it is now."""
    wanted = select(SafeguardingReferral).where(SafeguardingReferral.id == referral_id).execution_options(**_FRESH)
    return session.scalars(wanted).one()


def referral_for(session: Session, ref: str, organisation_id: int) -> SafeguardingReferral | None:
    """The referral *ref*, kept from other writers, if the organisation is the placing authority."""
    mine = is_placing_of_referral(organisation_id)
    wanted = select(SafeguardingReferral).where(SafeguardingReferral.ref == ref, mine).with_for_update()
    return session.scalars(wanted.execution_options(**_FRESH)).one_or_none()


def recommendations_by_ref(session: Session, refs: Collection[str]) -> Sequence[Recommendation]:
    """These recommendations, kept from other writers until the end of the transaction."""
    wanted = select(Recommendation).where(Recommendation.ref.in_(list(refs))).order_by(Recommendation.id)
    return session.scalars(wanted.with_for_update().execution_options(**_FRESH)).all()


# --- shares -----------------------------------------------------------------------------------------------------------


def shares_of(session: Session, report_ids: Collection[int]) -> Sequence[ReportShare]:
    """Every view of these reports that was given to anybody, recalled ones too, in their order."""
    wanted = select(ReportShare).where(ReportShare.report_id.in_(list(report_ids))).order_by(ReportShare.id)
    return session.scalars(wanted.execution_options(**_FRESH)).all()


def share_given_by(organisation_id: int) -> ColumnElement[bool]:
    """Condition on a share: the organisation is the placing authority, which gave it."""
    return exists().where(
        InterviewReport.id == ReportShare.report_id,
        InterviewRequest.id == InterviewReport.request_id,
        InterviewRequest.placing_authority_id == organisation_id,
    )


def share_written_by(organisation_id: int) -> ColumnElement[bool]:
    """Condition on a share: the organisation wrote the report that it is a view of."""
    return exists().where(InterviewReport.id == ReportShare.report_id, InterviewReport.author_id == organisation_id)


def share(session: Session, share_id: int) -> ReportShare:
    """The share as it is now."""
    wanted = select(ReportShare).where(ReportShare.id == share_id).execution_options(**_FRESH)
    return session.scalars(wanted).one()


def share_where(session: Session, ref: str, *conditions: ColumnElement[bool]) -> ReportShare | None:
    """The share *ref*, kept from other writers, if it satisfies one of the conditions."""
    wanted = select(ReportShare).where(ReportShare.ref == ref, or_(*conditions)).with_for_update()
    return session.scalars(wanted.execution_options(**_FRESH)).one_or_none()


def shares_for(
    session: Session,
    organisation_id: int,
    *,
    state: str | None,
    after: str | None,
    at_most: int,
    episode: str | None = None,
) -> Sequence[AnyRow]:
    """(share, report, request) of what the organisation was given, newest first, from after the reference *after*.

    *episode*: only of interviews that served this one.
    """
    s = ReportShare
    wanted = select(s, InterviewReport, InterviewRequest).join(InterviewReport, InterviewReport.id == s.report_id)
    wanted = wanted.join(InterviewRequest, InterviewRequest.id == InterviewReport.request_id)
    wanted = wanted.where(s.recipient_id == organisation_id)
    if state:
        wanted = wanted.where(s.state == state)
    if episode:
        served = select(InterviewEpisode.request_id).join(
            MissingEpisode, MissingEpisode.id == InterviewEpisode.episode_id
        )
        wanted = wanted.where(InterviewRequest.id.in_(served.where(MissingEpisode.ref == episode)))
    if after:
        wanted = wanted.where(s.id < select(s.id).where(s.ref == after).scalar_subquery())
    return session.execute(wanted.order_by(s.id.desc()).limit(at_most).execution_options(**_FRESH)).all()
