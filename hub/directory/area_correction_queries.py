"""Every statement over what the directory was told of areas."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hub.directory.models import AreaCorrection
from hub.directory.states import CORRECTION

_A = AreaCorrection


def add(session: Session, row: Mapping[str, Any]) -> None:
    """Insert one correction."""
    session.execute(insert(_A).values(row))


def is_put(session: Session, indexes: Collection[bytes], to_gss: str) -> bool:
    """Whether this council was put for this postcode before, and not refused."""
    wanted = select(_A.id).where(_A.postcode_index.in_(indexes), _A.to_gss == to_gss)
    return session.scalar(wanted.where(_A.state.in_(["proposed", "confirmed"])).limit(1)) is not None


def correction(session: Session, ref: str) -> AreaCorrection | None:
    """The correction *ref*."""
    return session.scalars(select(_A).where(_A.ref == ref)).one_or_none()


def corrections(session: Session, *, state: str | None, after: str | None, at_most: int) -> Sequence[AreaCorrection]:
    """Corrections in *state* or in any, by reference."""
    wanted = select(_A) if state is None else select(_A).where(_A.state == state)
    if after:
        wanted = wanted.where(_A.ref > after)
    return session.scalars(wanted.order_by(_A.ref).limit(at_most)).all()


def decide(session: Session, action: str, ref: str, values: Mapping[str, Any]) -> None:
    """Take the correction *ref* to where *action* leads. Raises StateConflict where it is decided already."""
    CORRECTION.apply_one(session, _A, action, _A.ref == ref, values)


def replace_confirmed(session: Session, indexes: Collection[bytes], values: Mapping[str, Any]) -> None:
    """What was confirmed about this postcode before does not count any more."""
    CORRECTION.apply(session, _A, "replace", _A.postcode_index.in_(indexes), values)


def confirmed(session: Session) -> dict[bytes, str]:
    """Blind index of a postcode → the GSS code of its council, of all that are confirmed."""
    rows = session.execute(select(_A.postcode_index, _A.to_gss).where(_A.state == "confirmed").order_by(_A.id))
    return {bytes(index): gss for index, gss in rows}
