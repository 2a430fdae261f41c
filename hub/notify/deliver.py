"""Delivery: claim, send outside any transaction, record.

1. One transaction leases what is due. 2. Outside any transaction each letter is sent, several at a time. 3. What came of them
is recorded as it comes, guarded by the lease. A worker that dies in between loses nothing: its leases end, and the same letters
go out again under the same ids.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Final

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.logs import log
from hub.core.secrets import KeyRing
from hub.core.settings import Settings
from hub.directory.contact_points import SIGNING_PURPOSE
from hub.duties.rulebook import Rulebook
from hub.notify import outbox_queries as queries
from hub.notify import outcomes
from hub.notify.channels.base import Channel, DeliveryError
from hub.notify.channels.email import EmailChannel, mail_server_of
from hub.notify.channels.inbox import InboxChannel
from hub.notify.channels.signing import Signer
from hub.notify.channels.webhook import WebhookChannel
from hub.notify.couriers import Board, Couriers, Outcome, Parcel, Result
from hub.notify.letters import parcels_of
from hub.notify.messages.render import Stationery

_RECORD_SECONDS: Final = 0.1
"""What is done waits at most so long for what is not, before it is recorded."""


def couriers_of(settings: Settings, keys: KeyRing, rules: Rulebook) -> Couriers:
    """The channels as the operator set them up. Without a mail server there is no e-mail channel, and what would have gone
    through it is shown as suppressed."""
    stationery, policy = Stationery(settings.base_url), rules.policy.delivery
    channels: dict[str, Channel] = {
        "inbox": InboxChannel(),
        "webhook": WebhookChannel(
            stationery,
            Signer(partial(keys.signing_keys, SIGNING_PURPOSE)),
            private_addresses=settings.webhook_private_addresses,
            connect_seconds=policy.connect_seconds,
            read_seconds=policy.read_seconds,
        ),
    }
    if settings.smtp_host:
        server = mail_server_of(settings, connect_seconds=policy.connect_seconds, read_seconds=policy.read_seconds)
        channels["email"] = EmailChannel(server, stationery)
    return Couriers(channels, threads=settings.delivery_threads)


def deliver_once(database: Database, rules: Rulebook, couriers: Couriers, *, now: datetime, limit: int = 100) -> int:
    """Send up to *limit* due deliveries; return how many were recorded, among them ones that an earlier round began.

    A full round returns as soon as everything has begun, or waits for slow receivers alone, and the next one goes on from there:
    one slow receiver holds up neither the others nor the round. Safe in any number of processes at once.
    """
    board = couriers.board("letters", sender(database, couriers))

    def claimed(at: datetime) -> tuple[list[Parcel], list[Outcome]]:
        return _claim(database, rules, couriers, board.held_up(), now=at, limit=limit)

    return run_round(database, rules, couriers, board, claimed, now=now, limit=limit)


def run_round(
    database: Database,
    rules: Rulebook,
    couriers: Couriers,
    board: Board,
    claim: Callable[[datetime], tuple[list[Parcel], list[Outcome]]],
    *,
    now: datetime,
    limit: int,
) -> int:
    """One round: record what an earlier one left, claim, send, record until all is done or only slow receivers are left."""
    began, started = utc_now(), monotonic()

    def recorded(done: Sequence[Outcome]) -> int:
        return outcomes.record(database, rules, done, now=now + (utc_now() - began))

    count = recorded(board.collect(0, until_idle=False))
    parcels, unsendable = claim(now)
    count += recorded(unsendable)
    board.put(parcels)
    is_full, longest = len(parcels) + len(unsendable) >= limit, rules.policy.delivery.lease_seconds / 3
    quiet_since, is_held_up = monotonic(), False
    while not board.is_idle:
        done = board.collect(_RECORD_SECONDS, until_idle=not is_full)
        count += recorded(done)
        moment = monotonic()
        quiet_since = moment if done else quiet_since
        is_held_up = is_full and not done and count > 0
        if is_held_up or (is_full and not board.has_waiting):
            break
        if moment - quiet_since > couriers.slow_seconds or moment - started > longest:
            break
    # Held up by slow receivers alone, their letters keep their place while the next round claims for the others.
    _give_back(database, board.withdraw(older_than=longest if is_held_up else 0))
    return count


def finish(database: Database, rules: Rulebook, couriers: Couriers, *, now: datetime, seconds: float = 30.0) -> int:
    """Wait up to *seconds* for what is under way and record it: for a worker that is asked to stop."""
    until, count = monotonic() + seconds, 0
    for board in couriers.boards():
        _give_back(database, board.withdraw())
        while not board.is_idle and monotonic() < until:
            count += outcomes.record(database, rules, board.collect(_RECORD_SECONDS, until_idle=True), now=now)
    return count


def _claim(
    database: Database, rules: Rulebook, couriers: Couriers, held_up: Sequence[Parcel], *, now: datetime, limit: int
) -> tuple[list[Parcel], list[Outcome]]:
    with database.read() as session:
        if not queries.any_due(session, now=now, digests=False):
            return [], []
    owner = couriers.new_owner()
    with database.write() as session:
        rows = queries.claim(
            session,
            owner=owner,
            until=now + timedelta(seconds=rules.policy.delivery.lease_seconds),
            now=now,
            at_most=limit,
            busy_points=[parcel.letter.contact_point_id for parcel in held_up],
            # Every mailbox is behind the one mail server: when that does not answer, none of them does.
            busy_channels={"email"} & {parcel.letter.channel for parcel in held_up},
        )
    return parcels_of([[row] for row in rows], owner, couriers.channels, database.keys, rules, now=now)


def _give_back(database: Database, parcels: Sequence[Parcel]) -> None:
    if parcels:
        ids = [number for parcel in parcels for number in parcel.delivery_ids]
        with database.write() as session:
            queries.release(session, ids, {parcel.owner for parcel in parcels})


def sender(database: Database, couriers: Couriers) -> Callable[[Parcel], Outcome]:
    """What a courier does with one parcel: look whether it is still wanted, send it, say what came of it."""

    def send(parcel: Parcel) -> Outcome:
        try:
            if not _is_wanted(database, couriers, parcel):
                return Outcome(parcel, "cancelled", "cancelled")
            return _sent(couriers.channels[parcel.letter.channel], parcel)
        except Exception as fault:  # noqa: BLE001 - a courier's loop: one letter's fault must not end the thread
            log(__name__).error("delivery.fault", delivery=parcel.letter.message_id, fault=fault)
            return Outcome(parcel, "temporary", "fault")

    return send


def _is_wanted(database: Database, couriers: Couriers, parcel: Parcel) -> bool:
    """Whether it is still to be sent: its claim is looked up again when that is not fresh, for it may have been settled."""
    claim = parcel.claim
    with claim.lock:
        began = monotonic()
        if began - claim.looked >= couriers.recheck_seconds:
            with database.read() as session:
                claim.queued = frozenset(queries.still_queued(session, claim.ids))
            claim.looked = began
        return not claim.queued.isdisjoint(parcel.delivery_ids)


def _sent(channel: Channel, parcel: Parcel) -> Outcome:
    try:
        return Outcome(parcel, "accepted", channel.send(parcel.letter, at=parcel.claimed_at))
    except DeliveryError as refused:
        result: Result = "permanent" if refused.permanent else "temporary"
        return Outcome(parcel, result, refused.code, refused.gone, refused.retry_after_seconds)
