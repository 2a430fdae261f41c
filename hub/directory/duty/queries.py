"""Every statement over overrides, calendar feeds and reported gaps, and the telephones that make up a rota."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.core.db import changed
from hub.directory.duty.models import DutyFeed, DutyGapReport, DutyOverride
from hub.directory.duty.rota import ROLES
from hub.directory.models import ContactPoint, Organisation


def telephones(session: Session, organisation_ids: Collection[int], *, on: date) -> Sequence[ContactPoint]:
    """The verified telephones of these organisations' rotas that are in force on *on* or later, the first entered first."""
    return session.scalars(_TELEPHONES, {"organisations": list(organisation_ids), "day": on}).all()


_TELEPHONES = (
    select(ContactPoint)
    .where(
        ContactPoint.organisation_id.in_(bindparam("organisations", expanding=True)),
        ContactPoint.role.in_(ROLES),
        ContactPoint.channel == "phone",
        ContactPoint.verified_at.is_not(None),
        ContactPoint.flagged_at.is_(None),
        or_(ContactPoint.valid_to.is_(None), ContactPoint.valid_to > bindparam("day")),
    )
    .order_by(ContactPoint.id)
)
"""Made once, like the overrides': every child that is shown to the police comes with whom to ring."""


# --- overrides --------------------------------------------------------------------------------------------------------


def add_override(session: Session, row: Mapping[str, Any]) -> None:
    """Insert an override."""
    session.execute(insert(DutyOverride).values(row))


def overrides(session: Session, organisation_ids: Collection[int], *, after: datetime) -> Sequence[DutyOverride]:
    """The overrides of these organisations that stand and end after *after*, by their beginning."""
    return session.scalars(_OVERRIDES, {"organisations": list(organisation_ids), "after": after}).all()


_OVERRIDES = (
    select(DutyOverride)
    .where(
        DutyOverride.organisation_id.in_(bindparam("organisations", expanding=True)),
        DutyOverride.until_at > bindparam("after"),
        DutyOverride.removed_at.is_(None),
    )
    .order_by(DutyOverride.from_at, DutyOverride.id)
)


def override(session: Session, ref: str, owner_id: int | None) -> DutyOverride | None:
    """The override *ref*, if it is *owner_id*'s (``None``: whosever it is, for the operator)."""
    wanted = select(DutyOverride).where(DutyOverride.ref == ref)
    if owner_id is not None:
        wanted = wanted.where(DutyOverride.organisation_id == owner_id)
    return session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def remove_override(session: Session, ref: str, *, by: str, now: datetime) -> int:
    """End an override that has not ended; how many rows changed (0: it was removed, or is over)."""
    o = DutyOverride
    standing: ColumnElement[bool] = (o.ref == ref) & o.removed_at.is_(None) & (o.until_at > now)
    return changed(session, update(o).where(standing).values(removed_at=now, removed_by=by))


# --- calendar feeds ---------------------------------------------------------------------------------------------------


def add_feed(session: Session, row: Mapping[str, Any]) -> None:
    """Insert a feed."""
    session.execute(insert(DutyFeed).values(row))


def feed_of(session: Session, token_hash: bytes) -> DutyFeed | None:
    """The feed whose secret has this hash, unless it was revoked."""
    wanted = select(DutyFeed).where(DutyFeed.token_hash == token_hash, DutyFeed.revoked_at.is_(None))
    return session.scalars(wanted).one_or_none()


def feeds_of(session: Session, holder_ref: str, organisation_id: int) -> Sequence[DutyFeed]:
    """Somebody's feeds that can still be read."""
    f = DutyFeed
    mine = select(f).where(f.holder_ref == holder_ref, f.organisation_id == organisation_id, f.revoked_at.is_(None))
    return session.scalars(mine.order_by(f.id)).all()


def revoke_feeds(session: Session, holder_ref: str, organisation_id: int, *, now: datetime) -> int:
    """Somebody's feeds can be read no more; how many there were."""
    f = DutyFeed
    mine = (f.holder_ref == holder_ref) & (f.organisation_id == organisation_id) & f.revoked_at.is_(None)
    return changed(session, update(f).where(mine).values(revoked_at=now))


def note_use(session: Session, feed_id: int, *, now: datetime) -> None:
    """Remember that a feed was read."""
    changed(session, update(DutyFeed).where(DutyFeed.id == feed_id).values(used_at=now))


# --- gaps -------------------------------------------------------------------------------------------------------------


def with_a_rota(session: Session, kinds: Collection[str], *, after: int, at_most: int) -> Sequence[Organisation]:
    """Organisations of these kinds that use the hub and are open, by key, beginning after *after*."""
    o = Organisation
    wanted = select(o).where(o.kind.in_(kinds), o.joined_at.is_not(None), o.valid_to.is_(None), o.id > after)
    return session.scalars(wanted.order_by(o.id).limit(at_most)).all()


def gap_reports(session: Session, organisation_ids: Collection[int]) -> dict[int, DutyGapReport]:
    """By organisation what was last reported to it."""
    wanted = select(DutyGapReport).where(DutyGapReport.organisation_id.in_(list(organisation_ids)))
    rows = session.scalars(wanted.execution_options(populate_existing=True))
    return {row.organisation_id: row for row in rows}


def note_gaps(session: Session, organisation_id: int, found: str, *, was: datetime | None, now: datetime) -> bool:
    """Remember what is reported now; whether nobody else did since *was* (``None``: since ever)."""
    r = DutyGapReport
    if was is not None:
        unchanged = (r.organisation_id == organisation_id) & (r.reported_at == was)
        return changed(session, update(r).where(unchanged).values(found=found, reported_at=now)) == 1
    try:
        with session.begin_nested():
            session.execute(insert(r).values(organisation_id=organisation_id, found=found, reported_at=now))
    except IntegrityError:
        return False
    return True
