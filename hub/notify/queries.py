"""Every statement over obligations, escalations, ladders and acknowledgements (the outbox has its own)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from hub.core.bulk import Insertion
from hub.core.db import changed, connection_of
from hub.directory.models import Organisation
from hub.notify.models import Acknowledgement, Escalation, Ladder, Obligation
from hub.notify.states import CLOSED

IS_OPEN = Obligation.state == literal_column("'open'")
"""Written out, not bound: neither database uses a partial index for a condition it cannot see when it plans."""
OBLIGATIONS = Obligation.metadata.tables["obligation"]
_ADD_OBLIGATIONS = Insertion(OBLIGATIONS)
COUNTED_AT_MOST = 1_000
"""A count on a worklist stops here: “1,000 or more” is as good as the figure, and costs the same on every desk."""


# --- obligations: one case, one reference ---------------------------------------------------------------------------


def known(session: Session, subject_refs: Collection[str], duty_codes: Collection[str]) -> Sequence[Any]:
    """Who already owes what to whom about these subjects, void ones apart."""
    asked = {"subjects": list(subject_refs), "codes": list(duty_codes)}
    return connection_of(session).execute(_KNOWN, asked).all()


_KNOWN = select(
    *(
        OBLIGATIONS.c[name]
        for name in ("duty_code", "subject_ref", "owed_by_id", "owed_by_role", "owed_to_id", "owed_to_role")
    )
).where(
    OBLIGATIONS.c.subject_ref.in_(bindparam("subjects", expanding=True)),
    OBLIGATIONS.c.duty_code.in_(bindparam("codes", expanding=True)),
    OBLIGATIONS.c.state != "void",
)
"""Made once: putting this statement together costs more than running it, and every notice runs it."""


def add_obligations(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert obligations in one statement."""
    _ADD_OBLIGATIONS.rows(session, rows)


def locked(session: Session, *conditions: ColumnElement[bool]) -> Sequence[Obligation]:
    """The obligations that satisfy every condition, as they are now, kept from other writers until the end of the transaction."""
    wanted = select(Obligation).where(*conditions).order_by(Obligation.id).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).all()


def about(
    subject_ref: str | Collection[str], duty_codes: Collection[str] | None = None, owed_by_id: int | None = None
) -> list[ColumnElement[bool]]:
    """Conditions: the obligations about a subject, of these duties (``None``: all), owed by this organisation (``None``: any)."""
    refs = [subject_ref] if isinstance(subject_ref, str) else list(subject_ref)
    conditions: list[ColumnElement[bool]] = [Obligation.subject_ref.in_(refs)]
    if duty_codes is not None:
        conditions.append(Obligation.duty_code.in_(list(duty_codes)))
    if owed_by_id is not None:
        conditions.append(Obligation.owed_by_id == owed_by_id)
    return conditions


def owed_to(organisation_id: int) -> ColumnElement[bool]:
    """Condition: owed to this organisation by another (what it owes itself needs no message to reach it)."""
    return (Obligation.owed_to_id == organisation_id) & (Obligation.owed_by_id.is_distinct_from(organisation_id))


def among(obligation_ids: Iterable[int]) -> ColumnElement[bool]:
    """Condition: one of these."""
    return Obligation.id.in_(list(obligation_ids))


def first_of(column: Any, value: Any) -> ColumnElement[Any]:
    """What *column* already holds, or else *value*: the first fulfilment and the first reaching are the ones that count."""
    return func.coalesce(column, literal(value, column.type))


def change(session: Session, conditions: Sequence[ColumnElement[bool]], values: Mapping[str, Any]) -> int:
    """Change open obligations without moving their state; return how many."""
    guarded = update(Obligation).where(IS_OPEN, *conditions).values(version=Obligation.version + 1, **values)
    return changed(session, guarded)


def bumped(values: Mapping[str, Any]) -> dict[str, Any]:
    """*values* with the next version."""
    return {**values, "version": Obligation.version + 1}


# --- obligations: worklists -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listing:
    """Which obligations to list. ``side`` is owed_by_us, owed_to_us or both; ``due`` is due_soon, due, overdue or done."""

    side: str = "both"
    state: str | None = None
    due: str | None = None
    duty_code: str | None = None
    subject_ref: str | Collection[str] | None = None
    subjects: Any = None
    """A statement that selects the references of what they are about, from whoever knows whose those are."""


@dataclass(frozen=True)
class Horizons:
    """The instants that part overdue, due and due soon: now, the end of today, and the end of the days after it."""

    now: datetime
    today_ends: datetime
    soon_ends: datetime

    def span(self, due: str) -> ColumnElement[bool]:
        """Condition: open and falling due within the span that *due* names; or, of ``done``, open no more."""
        at = Obligation.due_at
        if due == "done":
            return Obligation.state.in_(CLOSED)
        if due == "overdue":
            return IS_OPEN & (at < self.now)
        if due == "due":
            return IS_OPEN & (at >= self.now) & (at <= self.today_ends)
        return IS_OPEN & (at > self.today_ends) & (at <= self.soon_ends)


BY, TO = aliased(Organisation, name="owed_by"), aliased(Organisation, name="owed_to")


def _shown() -> Any:
    named = select(
        Obligation, BY.ref.label("by_ref"), BY.name.label("by_name"), TO.ref.label("to_ref"), TO.name.label("to_name")
    )
    return named.outerjoin(BY, BY.id == Obligation.owed_by_id).outerjoin(TO, TO.id == Obligation.owed_to_id)


def _seen_by(organisation_id: int | None) -> ColumnElement[bool]:
    """Condition: a party to it asks (``None``: the hub's operator, who sees every one)."""
    if organisation_id is None:
        return literal(True)
    return or_(Obligation.owed_by_id == organisation_id, Obligation.owed_to_id == organisation_id)


def shown(session: Session, ref: str, *, organisation_id: int | None) -> Any:
    """One obligation with the names of its parties, if *organisation_id* is one of them."""
    wanted = _shown().where(Obligation.ref == ref, _seen_by(organisation_id))
    return session.execute(wanted.execution_options(populate_existing=True)).first()


def party_to(ref: str, *, owed_by_id: int | None = None, owed_to_id: int | None = None) -> list[ColumnElement[bool]]:
    """Conditions: the obligation *ref*, owed by or to the organisations given (``None``: whoever)."""
    conditions: list[ColumnElement[bool]] = [Obligation.ref == ref]
    if owed_by_id is not None:
        conditions.append(Obligation.owed_by_id == owed_by_id)
    if owed_to_id is not None:
        conditions.append(Obligation.owed_to_id == owed_to_id)
    return conditions


def listed(
    session: Session, wanted: Listing, horizons: Horizons, *, organisation_id: int, after: str | None, at_most: int
) -> list[Any]:
    """Obligations as the filters say, soonest due first, undated last, from after the reference *after*.

    What is done is listed the other way round, the newest first.

    Each side is read through its own index and the two are merged, so that a page costs a page and not the whole desk.
    """
    found: dict[int, Any] = {}
    for side in _sides(wanted.side, organisation_id):
        page = _shown().where(side, *_filters(wanted, horizons))
        if wanted.due == "done":
            page = page.where(*_before(after)).order_by(Obligation.id.desc())
        else:
            page = page.where(*_beyond(session, after))
            page = page.order_by(Obligation.due_at.is_(None), Obligation.due_at, Obligation.id)
        found.update((row.Obligation.id, row) for row in session.execute(page.limit(at_most)))
    if wanted.due == "done":
        return sorted(found.values(), key=lambda row: -row.Obligation.id)[:at_most]
    return sorted(found.values(), key=lambda row: _place(row.Obligation))[:at_most]


def _before(after: str | None) -> list[ColumnElement[bool]]:
    """Condition: opened before the obligation *after*."""
    return [Obligation.id < select(Obligation.id).where(Obligation.ref == after).scalar_subquery()] if after else []


def _place(row: Obligation) -> tuple[bool, float, int]:
    return row.due_at is None, row.due_at.timestamp() if row.due_at else 0.0, row.id


def _sides(side: str, organisation_id: int) -> list[ColumnElement[bool]]:
    """Condition of each side that is asked for. What an organisation owes itself stands on the side of the debtor."""
    sides = {"owed_by_us": Obligation.owed_by_id == organisation_id, "owed_to_us": owed_to(organisation_id)}
    return [sides[side]] if side in sides else list(sides.values())


def _filters(wanted: Listing, horizons: Horizons) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.state:
        conditions.append(Obligation.state == wanted.state)
    if wanted.due:
        conditions.append(horizons.span(wanted.due))
    if wanted.duty_code:
        conditions.append(Obligation.duty_code == wanted.duty_code)
    if wanted.subject_ref:
        refs = [wanted.subject_ref] if isinstance(wanted.subject_ref, str) else list(wanted.subject_ref)
        conditions.append(Obligation.subject_ref.in_(refs))
    if wanted.subjects is not None:
        conditions.append(Obligation.subject_ref.in_(wanted.subjects))
    return conditions


def _beyond(session: Session, after: str | None) -> list[ColumnElement[bool]]:
    """Condition: later in the list than the obligation *after*; a reference that is not there begins at the beginning."""
    o = Obligation
    last = session.execute(select(o.id, o.due_at).where(o.ref == after)).first() if after else None
    if last is None:
        return []
    if last.due_at is None:
        return [o.due_at.is_(None) & (o.id > last.id)]
    return [or_(o.due_at > last.due_at, and_(o.due_at == last.due_at, o.id > last.id), o.due_at.is_(None))]


def counted(
    session: Session, horizons: Horizons, *, organisation_id: int, subjects: Any = None
) -> dict[str, dict[str, int]]:
    """For each side, how many are due soon, due and overdue, counted through the index up to ``COUNTED_AT_MOST``.

    *subjects*: as in :class:`Listing`.
    """
    spans = ("due_soon", "due", "overdue")
    about = [] if subjects is None else [Obligation.subject_ref.in_(subjects)]
    return {
        side: {due: count_bounded(session, *_sides(side, organisation_id), horizons.span(due), *about) for due in spans}
        for side in ("owed_by_us", "owed_to_us")
    }


def count_listed(session: Session, wanted: Listing, horizons: Horizons, *, organisation_id: int) -> int:
    """How many obligations the filters select, counted up to ``COUNTED_AT_MOST``."""
    sides = _sides(wanted.side, organisation_id)
    counts = [count_bounded(session, side, *_filters(wanted, horizons)) for side in sides]
    return min(COUNTED_AT_MOST, sum(counts))


def count_bounded(session: Session, *conditions: ColumnElement[bool]) -> int:
    """How many obligations satisfy every condition, counted up to ``COUNTED_AT_MOST``."""
    bounded = select(Obligation.id).where(*conditions).limit(COUNTED_AT_MOST).subquery()
    return session.scalar(select(func.count()).select_from(bounded)) or 0


def escalations_of(session: Session, obligation_id: int) -> Sequence[Escalation]:
    """The steps taken for one obligation, in order."""
    wanted = select(Escalation).where(Escalation.obligation_id == obligation_id)
    return session.scalars(wanted.order_by(Escalation.id)).all()


# --- ladders --------------------------------------------------------------------------------------------------------


def ladder_refs(session: Session, ladder_ids: Collection[int]) -> dict[int, str]:
    """The references of stored versions, by id."""
    return {row.id: row.ref for row in session.execute(select(Ladder.id, Ladder.ref).where(Ladder.id.in_(ladder_ids)))}


def ladder_contents(session: Session, refs: Collection[str]) -> Sequence[Any]:
    """What stored versions say."""
    return session.execute(
        select(Ladder.ref, Ladder.name, Ladder.rungs, Ladder.terms).where(Ladder.ref.in_(refs))
    ).all()


def latest_ladders(
    session: Session, names: Collection[str], organisation_ids: Collection[int]
) -> dict[tuple[str, int | None], Any]:
    """The newest version of each named ladder: the hub's own (organisation ``None``) and those of the organisations."""
    asked = {"names": list(names), "organisations": list(organisation_ids)}
    return {(row.name, row.organisation_id): row for row in connection_of(session).execute(_LATEST, asked)}


_LADDERS = Ladder.metadata.tables["ladder"].c
_LATEST = (
    select(_LADDERS.id, _LADDERS.ref, _LADDERS.name, _LADDERS.organisation_id)
    .where(
        _LADDERS.name.in_(bindparam("names", expanding=True)),
        or_(
            _LADDERS.organisation_id.is_(None), _LADDERS.organisation_id.in_(bindparam("organisations", expanding=True))
        ),
    )
    .order_by(_LADDERS.version, _LADDERS.id)
)


def newest_ladders(session: Session, *, organisation_id: int | None) -> list[Ladder]:
    """The newest version of every ladder that *organisation_id* climbs by: its own where it has one, else the hub's."""
    mine = or_(Ladder.organisation_id.is_(None), Ladder.organisation_id == organisation_id)
    own_last = case((Ladder.organisation_id.is_(None), 0), else_=1)
    rows = session.scalars(select(Ladder).where(mine).order_by(Ladder.name, own_last, Ladder.version, Ladder.id))
    return list({row.name: row for row in rows}.values())


def newest_ladder(session: Session, name: str, organisation_id: int | None) -> Ladder | None:
    """The newest version of one ladder of one organisation (``None``: the hub's own)."""
    whose = Ladder.organisation_id.is_(None) if organisation_id is None else Ladder.organisation_id == organisation_id
    wanted = select(Ladder).where(Ladder.name == name, whose).order_by(Ladder.version.desc(), Ladder.id.desc()).limit(1)
    return session.scalars(wanted).first()


def ladder_versions(session: Session, name: str, organisation_id: int, *, at_most: int) -> Sequence[Ladder]:
    """The versions of one ladder that an organisation saved, newest first."""
    mine = select(Ladder).where(Ladder.name == name, Ladder.organisation_id == organisation_id)
    return session.scalars(mine.order_by(Ladder.version.desc(), Ladder.id.desc()).limit(at_most)).all()


def add_ladder(session: Session, row: Mapping[str, Any]) -> Ladder:
    """Add one version of a ladder."""
    return session.execute(insert(Ladder).values(dict(row)).returning(Ladder)).scalar_one()


# --- acknowledgements -----------------------------------------------------------------------------------------------


def add_acknowledgement(session: Session, row: Mapping[str, Any]) -> None:
    """Add one; a second by the same organisation violates ``uq_acknowledgement_subject_ref_organisation_id``."""
    session.execute(insert(Acknowledgement), [row])


def keep_promises(
    session: Session, placement_ref: str, organisation_id: int, promises: Collection[str], *, now: datetime
) -> int:
    """Mark promises that organisation made about the placement as kept; return how many."""
    a = Acknowledgement
    made = update(a).where(
        a.placement_ref == placement_ref,
        a.organisation_id == organisation_id,
        a.promise.in_(promises),
        a.kept_at.is_(None),
    )
    return changed(session, made.values(kept_at=now))
