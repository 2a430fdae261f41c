"""Every statement over providers of interviews: their entries, what they cover, their rate cards."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.core.db import changed
from hub.core.errors import StateConflict
from hub.directory.models import Organisation
from hub.spotpurchase.matching import Standing
from hub.spotpurchase.models import Commission
from hub.spotpurchase.money.pricing import Card
from hub.spotpurchase.providers.models import InterviewCoverage, InterviewProvider, RateCard
from hub.spotpurchase.states import COMMISSION


def standings(session: Session, area_gss: str, *, on: date) -> list[Standing]:
    """Every provider that covers *area_gss*, or is the own team of the council there, as it stands; closed ones left out.

    Each with the rate card in force on the day *on*, and with the room that is left of what it said it could take on.
    """
    own = select(Organisation.id).where(Organisation.gss_code == area_gss).scalar_subquery()
    rows = _providers(session, or_(covers(area_gss), InterviewProvider.run_by_id == own), on=on)
    areas = areas_of(session, [row.id for row in rows])
    cards = cards_in_force(session, [row.id for row in rows], on=on)
    taken = taken_on(session, rows)
    return [_standing(row, areas[row.id], cards.get(row.id), taken.get(row.organisation_id, 0)) for row in rows]


def covers(area_gss: str) -> ColumnElement[bool]:
    """Whether a provider says that it covers the council's area."""
    named = exists().where(
        InterviewCoverage.provider_id == InterviewProvider.id, InterviewCoverage.gss_code == area_gss
    )
    return or_(InterviewProvider.covers_everywhere.is_(True), named)


def _providers(session: Session, where: ColumnElement[bool], *, on: date) -> Sequence[InterviewProvider]:
    wanted = select(InterviewProvider).join(Organisation, Organisation.id == InterviewProvider.organisation_id)
    wanted = wanted.where(where, or_(Organisation.valid_to.is_(None), Organisation.valid_to > on))
    return session.scalars(wanted.order_by(InterviewProvider.organisation_id)).all()


def _standing(row: InterviewProvider, areas: Collection[str], card: RateCard | None, taken: int) -> Standing:
    return Standing(
        organisation_id=row.organisation_id,
        run_by_id=row.run_by_id,
        covers_everywhere=row.covers_everywhere,
        areas=frozenset(areas),
        is_taking=row.is_taking,
        capacity=max(row.capacity - taken, 0),
        is_independent=row.is_independent,
        languages=frozenset(row.languages),
        genders=frozenset(row.genders),
        modes=frozenset(row.modes),
        ages=(row.ages[0], row.ages[1]),
        opening_hours=row.opening_hours,
        card=Card.of_row(card, row.opening_hours) if card else None,
    )


def taken_on(session: Session, rows: Sequence[InterviewProvider]) -> Mapping[int, int]:
    """By organisation: how many it was commissioned to do since it said what it could take on, and still does."""
    found = (
        select(Commission.performer_id, func.count())
        .join(InterviewProvider, InterviewProvider.organisation_id == Commission.performer_id)
        .where(
            Commission.performer_id.in_([row.organisation_id for row in rows]),
            Commission.state == COMMISSION.start,
            Commission.commissioned_at >= InterviewProvider.capacity_at,
        )
        .group_by(Commission.performer_id)
    )
    return {number: count for number, count in session.execute(found)}


def provider_of(session: Session, organisation_id: int) -> InterviewProvider | None:
    """The entry of an organisation."""
    return session.scalars(
        select(InterviewProvider).where(InterviewProvider.organisation_id == organisation_id)
    ).one_or_none()


def opening_hours(session: Session, organisation_ids: Collection[int]) -> Mapping[int, Mapping[str, Any] | None]:
    """By organisation: when its coordinators are there; ``None``: always, as far as it has said."""
    wanted = select(InterviewProvider.organisation_id, InterviewProvider.opening_hours)
    rows = session.execute(wanted.where(InterviewProvider.organisation_id.in_(list(organisation_ids))))
    return {row.organisation_id: row.opening_hours for row in rows}


def team_of(session: Session, ref: str, council_id: int) -> InterviewProvider | None:
    """The entry *ref* (``ipv_…``), if it is the council's own team or says that it is."""
    concerned = or_(InterviewProvider.says_run_by_id == council_id, InterviewProvider.run_by_id == council_id)
    return session.scalars(select(InterviewProvider).where(InterviewProvider.ref == ref, concerned)).one_or_none()


def listed(
    session: Session, area_gss: str | None, *, on: date, after: str | None, at_most: int
) -> Sequence[InterviewProvider]:
    """Entries of open organisations, by the organisation's reference, beginning after *after*; of an area, if one is named."""
    wanted = select(InterviewProvider).join(Organisation, Organisation.id == InterviewProvider.organisation_id)
    wanted = wanted.where(or_(Organisation.valid_to.is_(None), Organisation.valid_to > on))
    if area_gss is not None:
        own = select(Organisation.id).where(Organisation.gss_code == area_gss).scalar_subquery()
        wanted = wanted.where(or_(covers(area_gss), InterviewProvider.run_by_id == own))
    if after:
        wanted = wanted.where(Organisation.ref > after)
    return session.scalars(wanted.order_by(Organisation.ref).limit(at_most)).all()


def areas_of(session: Session, provider_ids: Collection[int]) -> Mapping[int, list[str]]:
    """By entry: the GSS codes of the areas it names, in order."""
    found: dict[int, list[str]] = {number: [] for number in provider_ids}
    rows = select(InterviewCoverage.provider_id, InterviewCoverage.gss_code)
    rows = rows.where(InterviewCoverage.provider_id.in_(provider_ids)).order_by(InterviewCoverage.gss_code)
    for number, code in session.execute(rows):
        found[number].append(code)
    return found


def cards_in_force(session: Session, provider_ids: Collection[int], *, on: date) -> Mapping[int, RateCard]:
    """By entry: the rate card in force on the day *on*, the newest version whose day has come."""
    rows = select(RateCard).where(RateCard.provider_id.in_(provider_ids), RateCard.valid_from <= on)
    return {row.provider_id: row for row in session.scalars(rows.order_by(RateCard.version))}


def cards_of(session: Session, provider_id: int) -> Sequence[RateCard]:
    """Every version of an entry's rate card, the newest first."""
    rows = select(RateCard).where(RateCard.provider_id == provider_id)
    return session.scalars(rows.order_by(RateCard.version.desc())).all()


# --- writing


def add_provider(session: Session, row: Mapping[str, Any]) -> int:
    """Insert an entry; its key. Raises ``StateConflict`` where the organisation has just got one."""
    try:
        added = session.execute(insert(InterviewProvider).values(dict(row)).returning(InterviewProvider.id))
    except IntegrityError:
        raise StateConflict("Somebody else has just entered this provider. Read it again.") from None
    number: int = added.scalar_one()
    return number


def change_provider(session: Session, provider_id: int, version: int, columns: Mapping[str, Any]) -> int:
    """Change an entry that is still at *version*; how many rows changed (0: somebody else was first)."""
    guarded = update(InterviewProvider).where(InterviewProvider.id == provider_id, InterviewProvider.version == version)
    return changed(session, guarded.values(**columns, version=version + 1))


def cover(session: Session, provider_id: int, codes: Iterable[str]) -> None:
    """Let an entry name these areas (current GSS codes) and no others."""
    session.execute(delete(InterviewCoverage).where(InterviewCoverage.provider_id == provider_id))
    rows = [{"provider_id": provider_id, "gss_code": code} for code in sorted(set(codes))]
    if rows:
        session.execute(insert(InterviewCoverage), rows)


def add_card(session: Session, row: Mapping[str, Any]) -> None:
    """Insert a version of a rate card. Raises ``StateConflict`` where somebody else has just published that version."""
    try:
        session.execute(insert(RateCard).values(dict(row)))
    except IntegrityError:
        raise StateConflict("Somebody else has just published a rate card. Read the newest, then send yours.") from None


def switch(session: Session, provider_id: int, columns: Mapping[str, Any]) -> None:
    """Change the capacity of an entry, whatever its version: the last word counts."""
    wanted = update(InterviewProvider).where(InterviewProvider.id == provider_id)
    changed(session, wanted.values(**columns, version=InterviewProvider.version + 1))


def settle_team(session: Session, provider_id: int, council_id: int, columns: Mapping[str, Any]) -> int:
    """Change by whom an entry is run that says, or said, it is this council's team; how many rows changed."""
    concerned = or_(InterviewProvider.says_run_by_id == council_id, InterviewProvider.run_by_id == council_id)
    guarded = update(InterviewProvider).where(InterviewProvider.id == provider_id, concerned)
    return changed(session, guarded.values(**columns, version=InterviewProvider.version + 1))
