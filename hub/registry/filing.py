"""Putting a notice on record and telling its recipients: the rows that every kind of notice has in common."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import Invalid
from hub.core.ids import new_ref
from hub.duties.rulebook import Rulebook
from hub.notify.outbox import Wanted, raise_alerts
from hub.registry import notice_queries as queries
from hub.registry.content import Content, canonical
from hub.registry.models import Notice
from hub.registry.recipients import ALERT_OF, Recipient
from hub.registry.states import NOTICE

DESK: Final = "duty_desk"


@dataclass(frozen=True)
class Draft:
    """A draft that is being registered: its row takes the notice."""

    id: int
    ref: str
    version: int
    placement_id: int | None = None


@dataclass(frozen=True)
class Filed:
    """A notice on record. ``supersedes`` is the one that it corrects."""

    id: int
    ref: str
    kind: str
    revision: int
    registered_at: datetime
    content_hash: bytes


@dataclass(frozen=True)
class Told:
    """A recipient, how many contact points its desk has, and whether the commit itself reaches it."""

    recipient: Recipient
    contact_points: int
    reached_at: datetime | None


def file_notice(
    session: Session,
    actor: Actor,
    content: Content,
    *,
    placement_id: int,
    event_at: datetime,
    now: datetime,
    draft: Draft | None = None,
    corrects: Notice | None = None,
) -> Filed:
    """Put a notice on record as registered at *now*: immutable from here on, its content hashed and sealed."""
    ref = draft.ref if draft else new_ref("ntc")
    body = canonical(content)
    revision = corrects.revision + 1 if corrects else 1
    row = {
        "kind": content["kind"],
        "state": "registered",
        "sender_actor": actor.ref,
        "placement_id": placement_id,
        "revision": revision,
        "supersedes_id": corrects.id if corrects else None,
        "event_at": event_at,
        "registered_at": now,
        "sealed": keys_of(session).seal_bytes(ref, sealed_form(body)),
        "content_hash": hashlib.sha256(body).digest(),
    }
    number = _register_draft(session, draft, row) if draft else _add(session, actor, ref, row, now)
    return Filed(number, ref, content["kind"], revision, now, row["content_hash"])


def sealed_form(body: bytes) -> bytes:
    """What is sealed in a notice's row: the content in its canonical form; what people wrote about it later is laid beside."""
    return b'{"content":' + body + b"}"


def add_note(session: Session, notice: Notice, note: Mapping[str, Any]) -> None:
    """Keep what somebody wrote about a notice (why it was withdrawn or passed on), sealed beside its unchanged content."""
    keys, held = keys_of(session), queries.sealed_of(session, notice.id)
    document = keys.open(notice.ref, held)
    document["notes"] = [*document.get("notes", ()), dict(note)]
    queries.reseal(session, notice.id, keys.seal(notice.ref, document))


def notes_on(session: Session, notice: Notice) -> list[dict[str, Any]]:
    """What people wrote about a notice, oldest first."""
    notes: list[dict[str, Any]] = keys_of(session).open(notice.ref, notice.sealed).get("notes", [])
    return notes


def stored_content(session: Session, notice: Notice) -> dict[str, Any]:
    """The content of a notice, or of a draft, as plain JSON values."""
    content: dict[str, Any] = keys_of(session).open(notice.ref, notice.sealed)["content"]
    return content


def _add(session: Session, actor: Actor, ref: str, row: Mapping[str, Any], now: datetime) -> int:
    new = {"ref": ref, "sender_id": actor.organisation, "drafted_at": now, "version": 1}
    return queries.add_notice(session, {**row, **new})


def _register_draft(session: Session, draft: Draft, row: Mapping[str, Any]) -> int:
    values = {name: value for name, value in row.items() if name != "state"}
    at_this_version = (Notice.id == draft.id) & (Notice.version == draft.version)
    NOTICE.apply_one(session, Notice, "register", at_this_version, {**values, "version": draft.version + 1})
    return draft.id


def tell(
    session: Session,
    actor: Actor,
    filed: Filed,
    recipients: Sequence[Recipient],
    *,
    placement_ref: str,
    kind: str | None = None,
    is_urgent: bool = False,
    rules: Rulebook,
    now: datetime,
) -> list[Told]:
    """Raise an alert to every recipient's duty desk and put the recipients on record; who was reached by the commit itself.

    *kind* is the kind of alert, where it is not the one that the kind of notice has. Nobody is told twice of one notice.
    """
    told = alert(
        session,
        actor,
        filed.ref,
        recipients,
        kind=kind or ALERT_OF.get(filed.kind, "notice.registered"),
        placement_ref=placement_ref,
        is_urgent=is_urgent,
        rules=rules,
        now=now,
    )
    queries.add_recipients(session, [_recipient_row(filed.id, each, now) for each in told])
    return told


def alert(
    session: Session,
    actor: Actor,
    notice_ref: str,
    recipients: Sequence[Recipient],
    *,
    kind: str,
    placement_ref: str,
    is_urgent: bool = False,
    rules: Rulebook,
    now: datetime,
) -> list[Told]:
    """Raise alerts about a notice, without putting anybody on record as its recipient."""
    details = {"placement": placement_ref, "notice": notice_ref}
    wanted = [
        Wanted(kind, each.organisation.id, DESK, notice_ref, is_urgent=is_urgent, details=details)
        for each in recipients
    ]
    raised = raise_alerts(session, wanted, rules=rules, now=now, actor=actor)
    return [
        Told(recipient, each.contact_points, now if each.reached_now else None)
        for recipient, each in zip(recipients, raised, strict=True)
    ]


def reached_by(told: Sequence[Told]) -> dict[int, datetime | None]:
    """Who is told → when they were reached (``None``: not yet)."""
    return {each.recipient.organisation.id: each.reached_at for each in told}


def _recipient_row(notice_id: int, told: Told, now: datetime) -> dict[str, Any]:
    return {
        "notice_id": notice_id,
        "organisation_id": told.recipient.organisation.id,
        "capacity": told.recipient.capacity,
        "told_at": now,
        "reached_at": told.reached_at,
    }


def registered_entry(
    session: Session, actor: Actor, filed: Filed, placement_ref: str, told: Sequence[Told]
) -> dict[str, Any]:
    """The audit entry of a registration: what, about which placement, to whom; the hash says what was sent."""
    details = {
        "kind": filed.kind,
        "placement": placement_ref,
        "revision": filed.revision,
        "sha256": filed.content_hash.hex(),
        "told": {each.recipient.capacity: each.recipient.organisation.ref for each in told},
    }
    event = Event.NOTICE_REGISTERED if filed.revision == 1 else Event.NOTICE_CORRECTED
    return audit.entry(session, actor, event, filed.ref, now=filed.registered_at, details=details)


def files_of(content: Content) -> list[tuple[str, str]]:
    """The files that a notice names, each with the part it is sent as; none twice."""
    plan = content.get("care_plan", {}).get("file")
    named = [("care_plan", plan)] if plan else []
    named += [(each["part"], each["file"]) for each in content.get("files", ())]
    return list(dict.fromkeys(named))


def refuse_unknown_placement(field: str = "placement") -> Invalid:
    """The refusal of a reference that the sender may not see, or that is not there."""
    sentence = "There is no placement of yours with this reference."
    return Invalid(sentence, fields={field: [sentence]}, code="unknown_placement")
