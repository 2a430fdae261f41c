"""Outside England and Wales: the body that receives the child is reached as the sender says."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import london_date
from hub.core.ids import new_ref
from hub.directory import queries as directory
from hub.directory.queries import Brief
from hub.registry import placement_queries as queries


def receiving_body(session: Session, actor: Actor, contact: Mapping[str, Any], *, now: datetime) -> Brief:
    """The body that *contact* names, entered in the directory when it is new, with the one way of reaching it.

    What is sent there carries a reference and a link, and nothing about a child; the sender answers for the address.
    """
    channel = "email" if contact.get("email") else "phone"
    address: str = contact.get("email") or contact["phone"]
    known = queries.body_reached_at(session, channel, address)
    if known is not None:
        return known
    ref = new_ref("org")
    organisation_id = directory.add_organisation(session, _organisation_row(ref, contact, now))
    directory.add_contact_point(session, _contact_row(organisation_id, actor, channel, address, now))
    audit.record(session, actor, Event.ORGANISATION_ADDED, ref, now=now, details={"kind": "other_body"})
    (added,) = queries.parties(session, ids=[organisation_id])
    return added


def _organisation_row(ref: str, contact: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {"ref": ref, "kind": "other_body", "name": contact["name"], "valid_from": london_date(now), "version": 1}


def _contact_row(organisation_id: int, actor: Actor, channel: str, address: str, now: datetime) -> dict[str, Any]:
    return {
        "ref": new_ref("con"),
        "organisation_id": organisation_id,
        "role": "duty_desk",
        "channel": channel,
        "address": address,
        "purpose": "Named by a placing authority as whom to tell",
        "takes_digest": False,
        "verified_by": actor.ref,
        "verified_at": now,
        "valid_from": london_date(now),
        "hard_failures": 0,
        "version": 1,
    }
