"""The rows of a child and of a placement: made from a notice, changed by one, built anew when one no longer counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.ids import new_ref
from hub.directory.queries import Brief
from hub.registry import placement_queries as queries
from hub.registry.cases import FIRST_SOURCE, Case
from hub.registry.casework import approval_queries, assignments
from hub.registry.content import Content, plain
from hub.registry.facts import NOT_SAID, legal_status_of, setting_of
from hub.registry.models import Placement
from hub.registry.names.indexes import index_rows
from hub.registry.states import PLACEMENT

CONTACTS: Final = ("social_worker", "out_of_hours", "iro", "placing_body", "receiving_body")
_PARTS: Final = (
    "carer",
    "trigger_plan",
    "philomena",
    "school",
    "gp",
    "ehc_plan",
    "specialist_care",
    "expected_length",
    "functions_agreed",
    "child_protection_plan",
    "short_break",
)


@dataclass(frozen=True)
class Opened:
    """The rows that a notice stands on."""

    child_id: int
    placement_id: int
    placement_ref: str


def document_of(content: Content, address: Mapping[str, Any]) -> dict[str, Any]:
    """What is sealed in a placement's row: where, with whom, what is held, whom to ring. Markers are rows of their own."""
    told = {name: content[name] for name in _PARTS if name in content}
    contacts = {name: content[name] for name in CONTACTS if name in content}
    provider = {"provider_name": content["provider"]["name"]} if content.get("provider", {}).get("name") else {}
    document: dict[str, Any] = plain({"address": dict(address), "contacts": contacts, **provider, **told})
    return document


def merged(document: Mapping[str, Any], content: Content) -> dict[str, Any]:
    """*document* with what *content* says put in the place of what was said before; what it leaves out stays."""
    new = document_of(content, {})
    contacts = {**document.get("contacts", {}), **new.pop("contacts")}
    del new["address"]
    return {**document, **new, "contacts": contacts}


def open_placement(
    session: Session, actor: Actor, case: Case, *, state: str, child_id: int | None, now: datetime
) -> tuple[Opened, list[dict[str, Any]]]:
    """Add the placement of *case*, and its child unless *child_id* is known; with the audit entries still to be written."""
    entries = []
    if child_id is None:
        child_id, entry = _add_child(session, actor, case, now)
        entries.append(entry)
    ref = new_ref("pla")
    row = {
        "ref": ref,
        "child_id": child_id,
        "state": state,
        "first_source": FIRST_SOURCE[case.parties.sender.kind],
        "sealed": keys_of(session).seal(ref, document_of(case.content, case.address)),
        "created_at": now,
        "version": 1,
        **columns_of(case),
    }
    number = queries.add_placement(session, row)
    assignments.take_on(session, actor, number, now=now)
    details = {"state": state, "relation": case.relation, "first_source": row["first_source"]}
    entries.append(audit.entry(session, actor, Event.PLACEMENT_OPENED, ref, now=now, details=details))
    return Opened(child_id, number, ref), entries


def columns_of(case: Case) -> dict[str, Any]:
    """The plain columns that *case* gives a placement."""
    parties = case.parties
    return {
        "placing_authority_id": parties.placing.id if parties.placing else None,
        "host_authority_id": parties.host.id if parties.host else None,
        "police_force_id": parties.force.id if parties.force else None,
        "provider_id": parties.provider.id if parties.provider else None,
        "setting": setting_of(case.content) or "other",
        "legal_status": legal_status_of(case.content) or NOT_SAID,
        "relation": None if case.place.country else case.relation,
        **queries.area_columns(is_confirmed=case.place.is_confirmed),
        "country": case.place.country,
        "is_emergency": case.is_emergency,
        "starts_at": case.starts_at,
        "ends_at": None,
    }


def _add_child(session: Session, actor: Actor, case: Case, now: datetime) -> tuple[int, dict[str, Any]]:
    keys, child, ref = keys_of(session), plain(case.content["child"]), new_ref("chd")
    placing_id = case.parties.placing.id if case.parties.placing else None
    row = {
        "ref": ref,
        "placing_authority_id": placing_id,
        "sealed": keys.seal(ref, child),
        "created_at": now,
        "version": 1,
    }
    number = queries.add_child(session, row)
    queries.add_child_index(session, number, index_rows(keys, child, placing_authority_id=placing_id))
    return number, audit.entry(session, actor, Event.CHILD_COLLECTED, ref, now=now)


def describe_child(
    session: Session, actor: Actor, child_id: int, content: Content, *, placing: Brief | None = None, now: datetime
) -> None:
    """Put what a correction says about the child in the place of what was said before, and index it anew.

    *placing*: the council that is responsible, where nobody had said so before.
    """
    if "child" not in content:
        return
    keys, row = keys_of(session), queries.child_by_id(session, child_id)
    told = {**keys.open(row.ref, row.sealed), **plain(content["child"])}
    council = row.placing_authority_id or (placing.id if placing else None)
    queries.change_child(session, child_id, {"sealed": keys.seal(row.ref, told), "placing_authority_id": council})
    queries.replace_child_index(session, child_id, index_rows(keys, told, placing_authority_id=council))
    audit.record(session, actor, Event.CHILD_CORRECTED, row.ref, now=now)


def take_word_of_placing(session: Session, actor: Actor, placement: Placement, case: Case, *, now: datetime) -> None:
    """The placing authority's own description of a placement stands, whoever told of it first; its provider is kept if known."""
    columns = columns_of(case)
    columns["provider_id"] = columns["provider_id"] or placement.provider_id
    del columns["ends_at"]
    document = document_of(case.content, case.address)
    columns["sealed"] = keys_of(session).seal(placement.ref, document)
    queries.change_placement(session, placement.id, columns)
    _record_change(session, actor, placement.ref, "described_by_placing_authority", now)


def change_details(
    session: Session, actor: Actor, placement: Placement, contents: Sequence[Content], *, now: datetime
) -> None:
    """Lay what *contents* say, in their order, over what is known of a running placement."""
    keys = keys_of(session)
    document = keys.open(placement.ref, placement.sealed)
    columns: dict[str, Any] = {}
    for content in contents:
        document = merged(document, content)
        columns |= {name: content[name] for name in ("legal_status", "setting") if name in content}
    columns["sealed"] = keys.seal(placement.ref, document)
    queries.change_placement(session, placement.id, columns)
    _record_change(session, actor, placement.ref, "details_changed", now)


def move_state(
    session: Session, actor: Actor, placement: Placement, action: str, *, now: datetime, ends_at: datetime | None = None
) -> None:
    """Move a placement by one of its machine's actions, with its audit entry; ``end`` takes the instant of the end."""
    values: dict[str, Any] = {"version": Placement.version + 1}
    if action in ("end", "resume", "resume_unconfirmed"):
        values["ends_at"] = ends_at
    PLACEMENT.apply_one(session, Placement, action, Placement.id == placement.id, values)
    if action in ("end", "cancel"):
        approval_queries.answer_waiting(session, "withdraw", placement.id, {"answered_at": now})
    event = Event.PLACEMENT_ENDED if action == "end" else Event.PLACEMENT_CHANGED
    audit.record(session, actor, event, placement.ref, now=now, details={"action": action})


def _record_change(session: Session, actor: Actor, ref: str, what: str, now: datetime) -> None:
    audit.record(session, actor, Event.PLACEMENT_CHANGED, ref, now=now, details={"what": what})
