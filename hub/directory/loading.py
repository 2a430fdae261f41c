"""The reference tables become organisations: every council and police force is in the directory before it joins."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM
from hub.core.clock import london_date
from hub.core.errors import EditConflict
from hub.core.ids import new_ref
from hub.core.sentences import worded
from hub.directory import queries
from hub.directory.areas import Areas
from hub.directory.contact_points import ensure_inbox
from hub.directory.models import Organisation
from hub.directory.tenancy import known

OPERATOR_NAME: Final = "The hub's operator"
_FOLLOWED: Final = ("name", "valid_from", "valid_to")
"""What a later load may change of an organisation that is there already."""


@dataclass(frozen=True)
class Loaded:
    """How many organisations a load added, and how many it changed."""

    added: int
    changed: int


def load_reference(session: Session, areas: Areas, *, now: datetime) -> Loaded:
    """Add the councils and forces of the tables that are not in the directory yet, and follow changed names and dates.

    Loading the same tables again changes nothing. The first load makes the hub operator's own organisation too.
    Organisations that have left the tables stay: what was sent to them was sent.
    """
    here = queries.reference_organisations(session)
    wanted = list(_rows(areas))
    new = [{"ref": new_ref("org"), **row} for row in wanted if row["gss_code"] not in here]
    queries.add_organisations(session, new)
    audit.record_many(
        session, [_entry(session, Event.ORGANISATION_ADDED, row["ref"], now, kind=row["kind"]) for row in new]
    )
    known_rows = ((here[row["gss_code"]], row) for row in wanted if row["gss_code"] in here)
    changed = sum(_follow(session, row, wanted_row, now) for row, wanted_row in known_rows)
    if queries.operator(session) is None:
        _add_operator(session, now)
    return Loaded(len(new), changed)


def _rows(areas: Areas) -> Iterable[Mapping[str, Any]]:
    for council in areas.authorities.values():
        yield {
            "kind": "local_authority",
            "name": council.name,
            "gss_code": council.gss_code,
            "valid_from": council.valid_from,
            "valid_to": council.valid_to,
        }
    for force in areas.forces.values():
        yield {
            "kind": "police_force",
            "name": force.name,
            "gss_code": force.gss_code,
            "valid_from": None,
            "valid_to": None,
        }


def _follow(session: Session, here: Organisation, wanted: Mapping[str, Any], now: datetime) -> bool:
    changes = {name: wanted[name] for name in _FOLLOWED if getattr(here, name) != wanted[name]}
    if not changes:
        return False
    if queries.change_organisation(session, here.ref, here.version, changes) != 1:
        raise EditConflict(worded("{ref} was changed while the tables were loaded. Load them again.", ref=here.ref))
    audit.record_many(session, [_entry(session, Event.ORGANISATION_CHANGED, here.ref, now, fields=sorted(changes))])
    return True


def _add_operator(session: Session, now: datetime) -> None:
    ref = new_ref("org")
    row = {"ref": ref, "kind": "hub_operator", "name": OPERATOR_NAME, "joined_at": now, "valid_from": london_date(now)}
    queries.add_organisation(session, row)
    audit.record_many(session, [_entry(session, Event.ORGANISATION_ADDED, ref, now, kind="hub_operator")])
    for role in ("duty_desk", "operator"):
        ensure_inbox(session, SYSTEM, known(session, ref), role, now=now)


def _entry(session: Session, event: Event, ref: str, now: datetime, **details: Any) -> dict[str, Any]:
    return audit.entry(session, SYSTEM, event, ref, now=now, details=details)
