"""Every statement about what is owed to organisations that nobody can reach."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.directory.models import Organisation
from hub.notify.models import Alert, Obligation

_AT_ONCE = 500


@dataclass(frozen=True)
class Owing:
    """What one organisation owes another that nobody can reach: how much, and what of it is due first."""

    owed_by_id: int
    owed_to_id: int
    organisation_ref: str
    """Of whom it is owed to."""
    count: int
    obligation_id: int
    obligation_ref: str
    duty_code: str


def owing(session: Session, organisation_refs: Collection[str]) -> list[Owing]:
    """What others owe these organisations and has not reached them, by debtor and creditor."""
    listed = sorted(organisation_refs)
    return [row for cut in range(0, len(listed), _AT_ONCE) for row in _owing(session, listed[cut : cut + _AT_ONCE])]


def _owing(session: Session, organisation_refs: Sequence[str]) -> list[Owing]:
    o = Obligation
    pair = (o.owed_to_id, o.owed_by_id)
    place = func.row_number().over(partition_by=pair, order_by=(o.due_at.is_(None), o.due_at, o.id)).label("place")
    count = func.count().over(partition_by=pair).label("how_many")
    wanted = select(o.id, o.ref, o.duty_code, *pair, Organisation.ref.label("organisation"), place, count)
    wanted = wanted.join(Organisation, Organisation.id == o.owed_to_id).where(
        o.state == "open",
        Organisation.ref.in_(organisation_refs),
        o.owed_by_id.is_not(None),
        o.owed_by_id != o.owed_to_id,
    )
    each = wanted.subquery()
    rows = session.execute(select(each).where(each.c.place == 1).order_by(each.c.owed_to_id, each.c.owed_by_id)).all()
    return [
        Owing(row.owed_by_id, row.owed_to_id, row.organisation, row.how_many, row.id, row.ref, row.duty_code)
        for row in rows
    ]


def told(session: Session, kind: str, subject_refs: Collection[str], *, since: datetime) -> set[tuple[int, str]]:
    """(who was told, about which reference) of every alert of *kind* about any of these that was raised since."""
    wanted = select(Alert.organisation_id, Alert.subject_ref).where(Alert.kind == kind, Alert.raised_at >= since)
    rows = session.execute(wanted.where(Alert.subject_ref.in_(list(subject_refs)))).all()
    return {(organisation_id, subject_ref) for organisation_id, subject_ref in rows}
