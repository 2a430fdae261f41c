"""A mail server took a message and later says that it did not arrive (RFC 3464): which delivery was it, and what follows?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import Message
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM
from hub.core.ids import is_ref
from hub.duties.rulebook import Rulebook
from hub.notify import health, obligations, personal_mail
from hub.notify import outbox_queries as queries
from hub.notify.delivery_states import DELIVERY
from hub.notify.health import Failure
from hub.notify.messages.kinds import CARRY_A_NOTICE
from hub.notify.models import Delivery
from hub.notify.outcomes import subjects_of

_OURS: Final = re.compile(r"\b(?:dlv|pml)_[0-9a-hjkmnp-tv-z]{26}\b")
_STATUS: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True)
class Bounce:
    """One report of failure: the delivery (or personal e-mail) it is about and the enhanced status code. Nothing else of the
    report is kept."""

    delivery_ref: str
    status: str


def read_bounce(content: bytes) -> Bounce | None:
    """The failure that *content* (a whole message) reports of one of our e-mails; ``None`` when it reports none.

    Reports of delay or of success are none. The delivery is known by our envelope id, or by the Message-ID that the
    report quotes.
    """
    message = message_from_bytes(content, policy=policy.compat32)
    if message.get_content_type() != "multipart/report":
        return None
    failed = next((block for block in _recipients(message) if _action(block) == "failed"), None)
    ref = _our_ref(message)
    if failed is None or ref is None:
        return None
    found = _STATUS.search(str(failed.get("Status", "")))
    return Bounce(ref, found.group() if found else "5.0.0")


def record_bounce(session: Session, bounce: Bounce, *, rules: Rulebook, now: datetime) -> bool:
    """Record that a delivery (a digest's: all that went with it) or a personal e-mail came back; whether that changed anything.

    What no other channel reached is owed again as not arrived; giving up is told as for any other failure.
    """
    if is_ref(bounce.delivery_ref, "pml"):
        return personal_mail.note_bounce(session, bounce.delivery_ref, code=bounce.status, now=now)
    found = queries.delivery_and_alert(session, bounce.delivery_ref)
    if found is None:
        return False
    delivery, _ = found
    together = queries.in_same_digest(session, delivery) if _went_in_a_digest(delivery) else [found]
    bounced = [pair for pair in together if _move(session, pair[0], bounce, now)]
    for one, alert in bounced:
        details = {"delivery": one.ref, "status": bounce.status}
        audit.record(session, SYSTEM, Event.DELIVERY_BOUNCED, alert.subject_ref, now=now, details=details)
    rows = queries.as_waiting(session, [one.id for one, _ in bounced])
    for row in rows:
        _owe_again(session, row, bounce, now)
    counted = [Failure(row, bounce.status, counts=number == 0) for number, row in enumerate(rows)]
    health.note_failures(session, counted, rules=rules, now=now)
    return bool(bounced)


def _went_in_a_digest(delivery: Delivery) -> bool:
    return delivery.held_for == "digest" and delivery.accepted_at is not None


def _move(session: Session, delivery: Delivery, bounce: Bounce, now: datetime) -> bool:
    number = delivery.attempts
    values = {"closed_at": now, "last_code": bounce.status, "next_attempt_at": None}
    if not DELIVERY.apply(session, Delivery, "bounce", Delivery.id == delivery.id, values):
        return False
    row = {"delivery_id": delivery.id, "number": number, "at": now, "outcome": "bounced", "code": bounce.status}
    queries.add_attempts(session, [row])
    return True


def _owe_again(session: Session, row: Row[Any], bounce: Bounce, now: datetime) -> None:
    if row.kind not in CARRY_A_NOTICE:
        return
    whose = {"subject_ref": row.subject_ref, "organisation_id": row.organisation_id}
    if not queries.has_reached(session, **whose, kinds=CARRY_A_NOTICE):
        reason = f"bounced_{bounce.status}"
        obligations.unreach(
            session,
            SYSTEM,
            subject_ref=subjects_of(row),
            organisation_id=row.organisation_id,
            reason=reason,
            now=now,
        )


def _recipients(message: Message) -> Iterator[Message]:
    """The blocks of the delivery-status parts: first about the message, then one for each recipient."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and isinstance(part.get_payload(), list):
            yield from (block for block in part.get_payload() if isinstance(block, Message))


def _action(block: Message) -> str:
    return str(block.get("Action", "")).strip().lower()


def _our_ref(message: Message) -> str | None:
    named = [str(block.get("Original-Envelope-Id", "")) for block in _recipients(message)]
    named += [str(part.get("Message-ID", "")) for part in message.walk() if part is not message]
    named += [_quoted(part) for part in message.walk() if part.get_content_type() == "text/rfc822-headers"]
    return next((found.group() for text in named if (found := _OURS.search(text))), None)


def _quoted(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("ascii", "replace") if isinstance(payload, bytes) else ""
