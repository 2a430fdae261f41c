"""Contact points: where a desk is reached. Added, changed, verified, retired; the signing secrets of webhooks.

What is new or moved is not used until it has been verified. Of a council or a police force that takes two: another
than the one who entered it. What is there already is changed there by two people as well (``proposals``).

A webhook's ``sealed_secret`` is ``seal(contact point's ref, {"hmac": ["whsec_…", …], "ed25519": bool})``: HMAC secrets
newest first, each of which signs, at most two while receivers change over; with ``ed25519`` the hub's own key
``keys.signing_key(SIGNING_PURPOSE)`` signs as well, whose public half the receiver was shown.
"""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import london_date
from hub.core.db import keys_of
from hub.core.errors import Conflict, EditConflict, Invalid, NotFound, StateConflict
from hub.core.ids import is_ref, new_ref
from hub.core.secrets import KeyRing
from hub.directory import queries
from hub.directory.contact_addresses import checked_address
from hub.directory.models import ContactPoint, Organisation
from hub.directory.tenancy import own_or_any, owner
from hub.duties.words import ROLES

DESK_ROLES: Final = (*ROLES, "out_of_hours")
SIGNING_PURPOSE: Final = "webhook"
VERIFIED_FOR_MONTHS: Final = 12
NEEDS_TWO: Final = ("local_authority", "police_force")
_UNVERIFIED: Final = {
    "verified_by": None,
    "verified_at": None,
    "expires_on": None,
    "flagged_at": None,
    "hard_failures": 0,
}


@dataclass(frozen=True)
class Signing:
    """How messages to a webhook are signed, as its receiver is shown it: a secret, once, or the hub's public key."""

    secret: str | None = field(default=None, repr=False)
    public_key: str | None = None


@dataclass(frozen=True)
class Added:
    """A contact point and, for a webhook, what its receiver needs to know."""

    point: ContactPoint
    signing: Signing | None


def add(
    session: Session,
    actor: Actor,
    organisation_ref: str,
    wanted: Mapping[str, Any],
    *,
    private_webhooks: bool,
    now: datetime,
) -> Added:
    """Add a contact point to *organisation_ref* (the actor's own, or any for the operator), not yet verified.

    *wanted*: ``role``, ``channel``, ``address``, ``purpose``; optionally ``opening_hours``, ``takes_digest``,
    ``valid_from``, ``valid_to``, and ``signing`` ("hmac" or "ed25519", of webhooks). One that was retired is taken up
    again under its reference. Raises NotFound, Invalid (fields), Conflict where the desk has it already.
    """
    organisation = own_or_any(session, actor, organisation_ref)
    address = checked_address(wanted["channel"], wanted.get("address") or "", private_webhooks=private_webhooks)
    row = {**_columns(wanted, london_date(now)), "address": address, "entered_by": actor.hand}
    before = queries.same_contact_point(session, organisation.id, row["role"], row["channel"], address)
    ref = before.ref if before else new_ref("con")
    signing, row["sealed_secret"] = _first_signing(keys_of(session), ref, wanted)
    if before is None:
        queries.add_contact_point(session, {**row, "ref": ref, "organisation_id": organisation.id})
    else:
        _take_up(session, before, row, london_date(now))
    _record(session, actor, Event.CONTACT_POINT_ADDED, ref, organisation, now, role=row["role"], channel=row["channel"])
    return Added(point_of(session, actor, ref), signing)


def ensure_inbox(session: Session, actor: Actor, organisation: Organisation, role: str, *, now: datetime) -> None:
    """Give the desk *role* of *organisation* its inbox in the hub, verified by the hub itself, unless it has it."""
    if queries.same_contact_point(session, organisation.id, role, "inbox", ""):
        return
    ref, today = new_ref("con"), london_date(now)
    row = {
        "ref": ref,
        "organisation_id": organisation.id,
        "role": role,
        "channel": "inbox",
        "address": "",
        "valid_from": today,
    }
    told = {"purpose": "The inbox in the hub", "verified_by": "the hub", "verified_at": now, "entered_by": actor.ref}
    queries.add_contact_point(session, row | told)
    _record(session, actor, Event.CONTACT_POINT_ADDED, ref, organisation, now, role=role, channel="inbox")


def change(
    session: Session,
    actor: Actor,
    ref: str,
    version: int,
    changes: Mapping[str, Any],
    *,
    private_webhooks: bool,
    now: datetime,
) -> ContactPoint:
    """Change what *changes* names of *ref*, which was read at *version*.

    That is: role, address, purpose, opening_hours, takes_digest, valid_to. What has a new role or address is verified
    again before it is used. Raises NotFound, Invalid, Conflict, EditConflict.
    """
    if not changes:
        raise Invalid("Send at least one field to change.")
    point, columns = point_of(session, actor, ref), dict(changes)
    if "address" in changes:
        columns["address"] = checked_address(point.channel, changes["address"], private_webhooks=private_webhooks)
    _refuse_digest(point.channel, columns.get("takes_digest", False))
    _keep_inbox(session, point, columns)
    _refuse_backwards(point.valid_from, columns.get("valid_to"))
    if any(columns.get(name, getattr(point, name)) != getattr(point, name) for name in ("role", "address")):
        columns |= _UNVERIFIED | {"entered_by": actor.hand}
    _guarded(session, point, version, columns)
    organisation = organisation_of(session, point)
    _record(session, actor, Event.CONTACT_POINT_CHANGED, ref, organisation, now, fields=sorted(changes))
    return point


def verify(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    verified_by: str,
    now: datetime,
    address: str | None = None,
    expires_on: date | None = None,
) -> ContactPoint:
    """Record that *verified_by* (a person: name and role) found that *ref* reaches its desk; it is used from now on.

    Good for twelve months, or until *expires_on*. *address*: what was tried; refused where it has changed since. It
    clears the flag of a point that was found broken. Raises NotFound, Invalid, EditConflict, and Conflict
    (``second_client_needed``) where the actor entered the point itself, for a council or a force.
    """
    point = point_of(session, actor, ref)
    organisation, today = organisation_of(session, point), london_date(now)
    if organisation.kind in NEEDS_TWO and point.entered_by == actor.hand and actor.kind != "system":
        raise Conflict(_SECOND_CLIENT, code="second_client_needed")
    if address is not None and address.strip() != point.address:
        raise EditConflict("The address has changed since it was tried. Read it again, and try the new one.")
    expires_on = expires_on or months_after(today, VERIFIED_FOR_MONTHS)
    if not today < expires_on <= months_after(today, 2 * VERIFIED_FOR_MONTHS):
        raise Invalid(
            "Choose a day within two years.", fields={"expires_on": ["Choose a day after today, within two years."]}
        )
    verified = {"verified_by": verified_by, "verified_at": now, "expires_on": expires_on, "flagged_at": None}
    _guarded(session, point, point.version, verified | {"hard_failures": 0})
    _record(session, actor, Event.CONTACT_POINT_VERIFIED, ref, organisation, now, expires_on=expires_on.isoformat())
    return point


_SECOND_CLIENT: Final = (
    "A contact point of a council or police force is verified by another than whoever entered it, or holds the key that "
    "entered it. Ask a second person to verify it."
)


def retire(session: Session, actor: Actor, ref: str, now: datetime, *, version: int | None = None) -> None:
    """End *ref* today: nothing more goes there.

    *version*: as which it was seen; ``None`` for however it stands. Raises NotFound, EditConflict, and StateConflict for the
    inbox of one that has joined.
    """
    point = point_of(session, actor, ref)
    _keep_inbox(session, point, {"valid_to": london_date(now)})
    _guarded(session, point, version or point.version, {"valid_to": london_date(now), "sealed_secret": None})
    _record(session, actor, Event.CONTACT_POINT_RETIRED, ref, organisation_of(session, point), now)


def rotate(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    signing: str,
    keep_previous: bool,
    version: int | None = None,
    now: datetime,
) -> tuple[ContactPoint, Signing]:
    """Sign what goes to the webhook *ref* with a new secret ("hmac"), or with the hub's key ("ed25519").

    With *keep_previous* messages bear both signatures, the new one first, until the next rotation; without it the old
    one ends at once. *version*: as for :func:`retire`. Raises NotFound, EditConflict, and StateConflict where *ref* is no
    webhook in use.
    """
    point, keys = point_of(session, actor, ref), keys_of(session)
    if point.channel != "webhook" or point.sealed_secret is None:
        raise StateConflict("Only a webhook in use has a signing secret.")
    old = keys.open(ref, point.sealed_secret)
    shown, kept = _new_signing(keys, signing)
    if keep_previous:
        kept = {"hmac": [*kept["hmac"], *old["hmac"][:1]], "ed25519": kept["ed25519"] or old["ed25519"]}
    _guarded(session, point, version or point.version, {"sealed_secret": keys.seal(ref, kept)})
    organisation = organisation_of(session, point)
    _record(session, actor, Event.CONTACT_POINT_SECRET_ROTATED, ref, organisation, now, overlap=keep_previous)
    return point, shown


def point_of(session: Session, actor: Actor, ref: str) -> ContactPoint:
    """The contact point *ref*, if it is the actor's organisation's, or for the operator. Raises NotFound."""
    point = queries.contact_point(session, ref, owner(actor)) if is_ref(ref, "con") else None
    if point is None:
        raise NotFound("There is no contact point here that you can see. List your own organisation's.")
    return point


def is_used(point: ContactPoint, on: date) -> bool:
    """Whether the hub sends there on the day *on*: in force, verified, not found broken."""
    in_force = point.valid_from <= on and (point.valid_to is None or point.valid_to > on)
    return in_force and point.verified_at is not None and point.flagged_at is None


def months_after(day: date, months: int) -> date:
    """The same day *months* later, or the last day of that month."""
    first = date(day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)


def _columns(wanted: Mapping[str, Any], today: date) -> dict[str, Any]:
    _refuse_digest(wanted["channel"], wanted.get("takes_digest", False))
    valid_from, valid_to = wanted.get("valid_from") or today, wanted.get("valid_to")
    _refuse_backwards(valid_from, valid_to)
    return {
        **{name: wanted[name] for name in ("role", "channel", "purpose")},
        "opening_hours": wanted.get("opening_hours"),
        "takes_digest": wanted.get("takes_digest", False),
        "valid_from": valid_from,
        "valid_to": valid_to,
    }


def _refuse_backwards(valid_from: date, valid_to: date | None) -> None:
    if valid_to is not None and valid_to <= valid_from:
        sentence = "Choose a day after it begins, or leave it out."
        raise Invalid("It ends before it begins.", fields={"valid_to": [sentence]})


def _refuse_digest(channel: str, takes_digest: bool) -> None:
    if takes_digest and channel != "email":
        raise Invalid("Only a mailbox takes a digest.", fields={"takes_digest": ["Leave this out, or choose e-mail."]})


def _take_up(session: Session, before: ContactPoint, row: Mapping[str, Any], today: date) -> None:
    if before.valid_to is None or before.valid_to > today:
        sentence = "This desk already has a contact point with this channel and address."
        raise Conflict(sentence, fields={"address": [sentence]})
    _guarded(session, before, before.version, {**row, **_UNVERIFIED})


def _guarded(session: Session, point: ContactPoint, version: int, columns: Mapping[str, Any]) -> None:
    if queries.change_contact_point(session, point.ref, version, columns) != 1:
        raise EditConflict("This contact point was changed since it was read. Read it again, then send your change.")
    session.refresh(point)


def _keep_inbox(session: Session, point: ContactPoint, columns: Mapping[str, Any]) -> None:
    leaves = columns.get("valid_to") is not None or columns.get("role", point.role) != point.role
    if point.channel == "inbox" and point.role == "duty_desk" and leaves and organisation_of(session, point).joined_at:
        raise StateConflict("The duty desk's inbox stays for as long as its organisation uses the hub.")


def organisation_of(session: Session, point: ContactPoint) -> queries.Brief:
    """Whose it is, in brief."""
    return queries.by_ids(session, [point.organisation_id])[point.organisation_id]


def _first_signing(keys: KeyRing, ref: str, wanted: Mapping[str, Any]) -> tuple[Signing | None, bytes | None]:
    if wanted["channel"] != "webhook":
        return None, None
    shown, kept = _new_signing(keys, wanted.get("signing") or "hmac")
    return shown, keys.seal(ref, kept)


def _new_signing(keys: KeyRing, kind: str) -> tuple[Signing, dict[str, Any]]:
    """Standard Webhooks: ``whsec_`` and 32 random bytes, or ``whpk_`` and the hub's public key, in base64."""
    if kind == "ed25519":
        raw = keys.signing_key(SIGNING_PURPOSE).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return Signing(public_key=f"whpk_{base64.b64encode(raw).decode()}"), {"hmac": [], "ed25519": True}
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
    return Signing(secret=secret), {"hmac": [secret], "ed25519": False}


def _record(
    session: Session, actor: Actor, event: Event, ref: str, organisation: Any, now: datetime, **details: Any
) -> None:
    """The audit says which organisation, role and channel; never the address."""
    audit.record(session, actor, event, ref, now=now, details={"organisation": organisation.ref, **details})
