"""From claimed rows to letters: what is told, under which id, to which destination, signed with what."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from hub.core.clock import london_date
from hub.core.logs import log
from hub.core.secrets import KeyRing, SealBroken
from hub.duties.rulebook import Rulebook
from hub.notify.channels.base import Channel, Letter, Told
from hub.notify.couriers import Claim, Outcome, Parcel
from hub.notify.delivery_states import FLAGGED
from hub.notify.outbox_queries import Waiting

RETIRED = "contact_point_retired"
SWITCHED_OFF = "channel_off"
UNREADABLE = "unreadable"


def parcels_of(
    bundles: Sequence[Sequence[Waiting]],
    owner: str,
    channels: Mapping[str, Channel],
    keys: KeyRing,
    rules: Rulebook,
    *,
    now: datetime,
) -> tuple[list[Parcel], list[Outcome]]:
    """One parcel for each bundle (one row, or one mailbox's digest), and the outcomes of those that cannot be sent at all."""
    parcels: list[Parcel] = []
    unsendable: list[Outcome] = []
    claim = Claim(frozenset(row.id for bundle in bundles for row in bundle))
    for bundle in bundles:
        try:
            parcel = _parcel(bundle, owner, channels, keys, rules, now, claim)
        except SealBroken as fault:
            log(__name__).error("delivery.unreadable", delivery=bundle[0].ref, record=fault.ref)
            blank = Parcel(_blank_letter(bundle), tuple(bundle), owner, bundle[0].channel, now, claim)
            unsendable.append(Outcome(blank, "temporary", UNREADABLE))  # a missing key may yet be put back
            continue
        if reason := _reason_not_to_send(bundle[0], channels, now):
            unsendable.append(Outcome(parcel, "suppressed", reason))
        else:
            parcels.append(parcel)
    return parcels, unsendable


def _reason_not_to_send(row: Waiting, channels: Mapping[str, Channel], now: datetime) -> str | None:
    if row.channel not in channels:
        return SWITCHED_OFF
    if row.flagged_at is not None or row.verified_at is None:
        return FLAGGED  # or its address was changed since: both wait until somebody verifies it
    return RETIRED if row.valid_to is not None and row.valid_to <= london_date(now) else None


def _parcel(
    bundle: Sequence[Waiting],
    owner: str,
    channels: Mapping[str, Channel],
    keys: KeyRing,
    rules: Rulebook,
    now: datetime,
    claim: Claim,
) -> Parcel:
    letter = _letter(bundle, keys, rules)
    channel = channels.get(letter.channel)
    destination = channel.destination(letter) if channel else letter.channel
    return Parcel(letter, tuple(bundle), owner, destination, now, claim)


def _blank_letter(bundle: Sequence[Waiting]) -> Letter:
    """What stands for a letter whose secret or code does not open: it is never sent, and keeps no other from being sent."""
    first = bundle[0]
    where = (first.channel, first.contact_point_id, first.address, first.organisation_ref, first.organisation_name)
    return Letter(first.ref, *where, told=())


def _letter(bundle: Sequence[Waiting], keys: KeyRing, rules: Rulebook) -> Letter:
    first = bundle[0]
    secrets, by_hub = _signing(first, keys)
    is_digest = first.held_for == "digest"
    return Letter(
        message_id=_digest_id(bundle) if is_digest else first.ref,
        channel=first.channel,
        contact_point_id=first.contact_point_id,
        address=first.address,
        organisation_ref=first.organisation_ref,
        organisation_name=first.organisation_name,
        told=tuple(_told(row, keys, rules) for row in bundle),
        is_digest=is_digest,
        secrets=secrets,
        signed_by_hub=by_hub,
    )


def _told(row: Waiting, keys: KeyRing, rules: Rulebook) -> Told:
    details: dict[str, Any] = row.details
    if "code" in details:
        details = {**details, "code": keys.open(row.alert_ref, bytes.fromhex(details["code"]))}
    duty = rules.law.duties.get(details.get("duty_code", ""))
    return Told(
        row.alert_ref,
        row.kind,
        row.subject_ref,
        row.role,
        row.is_urgent,
        row.raised_at,
        details,
        duty.says if duty else "",
    )


def _digest_id(bundle: Sequence[Waiting]) -> str:
    """The same for the same items, however often they are sent; another when an item was added or settled since."""
    refs = sorted(row.ref for row in bundle)
    return f"{refs[0]}.{sha256(' '.join(refs).encode()).hexdigest()[:12]}"


def _signing(row: Waiting, keys: KeyRing) -> tuple[tuple[str, ...], bool]:
    """The webhook's shared secrets, newest first, and whether the hub's own key signs as well."""
    if row.sealed_secret is None:
        return (), row.channel == "webhook"
    kept = keys.open(row.contact_point_ref, row.sealed_secret)
    return tuple(kept["hmac"]), bool(kept["ed25519"])
