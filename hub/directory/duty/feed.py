"""The rota as a calendar (RFC 5545), and the secret addresses at which calendars read it.

A feed says which desk answers when, and its number; of an override only that there is one, for that may name an officer. The
secret is shown once; the hub keeps a hash.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event as AuditEvent
from hub.core import calendars
from hub.core.actor import Actor
from hub.core.clock import LONDON, london_date, start_of_day
from hub.core.ids import new_ref
from hub.directory.duty import queries
from hub.directory.duty.models import DutyFeed
from hub.directory.duty.rota import LOOKS_AHEAD, Shift
from hub.directory.duty.service import shifts_of
from hub.directory.queries import Brief
from hub.duties.rulebook import Rulebook

_TOKEN_BYTES: Final = 32
_PRODUCT: Final = "-//Placement notification hub//Who is on duty//EN"
_SAYS: Final = {"desk": "", "out_of_hours": " (out of hours)"}
_REFRESH: Final = timedelta(hours=1)


@dataclass(frozen=True)
class MadeFeed:
    """A new feed and its secret, which is shown this once."""

    ref: str
    token: str = field(repr=False)


# --- secrets ----------------------------------------------------------------------------------------------------------


def make_feed(session: Session, actor: Actor, *, now: datetime) -> MadeFeed:
    """A new secret address for the actor, who reads the rota of their own organisation there; an earlier one stops working."""
    token, ref = secrets.token_urlsafe(_TOKEN_BYTES), new_ref("dfd")
    queries.revoke_feeds(session, actor.ref, actor.organisation, now=now)
    row = {
        "ref": ref,
        "organisation_id": actor.organisation,
        "holder_ref": actor.ref,
        "token_hash": hash_of(token),
        "made_at": now,
    }
    queries.add_feed(session, row)
    audit.record(session, actor, AuditEvent.DUTY_FEED_MADE, ref, now=now)
    return MadeFeed(ref, token)


def revoke_feed(session: Session, actor: Actor, *, now: datetime) -> int:
    """The actor's secret address stops working; how many did (0: there was none)."""
    feeds = queries.feeds_of(session, actor.ref, actor.organisation)
    for feed in feeds:
        audit.record(session, actor, AuditEvent.DUTY_FEED_REVOKED, feed.ref, now=now)
    return queries.revoke_feeds(session, actor.ref, actor.organisation, now=now)


def feed_with(session: Session, token: str, *, now: datetime) -> DutyFeed | None:
    """The feed at the secret address *token*; ``None`` where there is none any more. That it is read is noted once a day."""
    found = queries.feed_of(session, hash_of(token))
    if found is not None and (found.used_at is None or london_date(found.used_at) < london_date(now)):
        queries.note_use(session, found.id, now=now)
    return found


def hash_of(token: str) -> bytes:
    """What is kept of a secret: it has 256 random bits, so that one quick hash is enough."""
    return hashlib.sha256(token.encode()).digest()


# --- the calendar -----------------------------------------------------------------------------------------------------


def calendar_of(session: Session, organisation: Brief, *, rules: Rulebook, now: datetime) -> bytes:
    """The rota of *organisation* from the beginning of the week on, for as long as the policy says, as RFC 5545."""
    today = london_date(now)
    begins = start_of_day(today - timedelta(days=today.weekday()))
    until = start_of_day(london_date(now + rules.policy.rota.feed))
    # From before the calendar begins, so that whatever runs then has its own beginning, and not the calendar's.
    since = begins - LOOKS_AHEAD
    shifts = shifts_of(session, organisation.id, from_at=since, until=until, rules=rules)
    return written([each for each in shifts if each.until > begins], organisation, since=since, now=now)


def written(shifts: Sequence[Shift], organisation: Brief, *, since: datetime, now: datetime) -> bytes:
    """*shifts* as a calendar; each has the same UID whenever it is asked for, also one that began before *since*."""
    about: list[calendars.Property] = [
        ("prodid", _PRODUCT),
        ("method", "PUBLISH"),
        ("x-wr-calname", f"Who is on duty: {organisation.name}"),
        ("x-published-ttl", "PT1H"),
        ("refresh-interval", _REFRESH, {"VALUE": "DURATION"}),
    ]
    days = (london_date(shifts[0].from_at), london_date(shifts[-1].until) + timedelta(days=366)) if shifts else None
    return calendars.written(about, [_event(each, organisation, since, now) for each in shifts], days=days)


def _event(shift: Shift, organisation: Brief, since: datetime, now: datetime) -> list[calendars.Property]:
    began = f"{shift.from_at:%Y%m%dT%H%M%SZ}" if shift.from_at > since else "always"
    event: list[calendars.Property] = [
        ("uid", f"{began}-{_answering(shift)}@{organisation.ref}.duty"),
        ("dtstamp", now.replace(microsecond=0)),
        ("dtstart", _local(shift.from_at)),
        ("dtend", _local(shift.until)),
        ("summary", _summary(shift)),
        ("class", "CONFIDENTIAL"),
        ("transp", "TRANSPARENT"),
    ]
    if shift.is_gap and shift.who is not None:
        event.append(("description", f"Best tried: {shift.who.name}, {shift.who.phone}"))
    return event


def _answering(shift: Shift) -> str:
    return "nobody" if shift.who is None or shift.is_gap else shift.who.ref


def _summary(shift: Shift) -> str:
    who = shift.who
    if who is None or shift.is_gap:
        return "Nobody is on duty"
    if who.kind == "override":
        return "Another desk answers: see the hub"
    return f"{who.name}{_SAYS[who.kind]}: {who.phone}"


def _local(instant: datetime) -> datetime:
    """In London's time; in UTC within the hour that the clock repeats, of which a local time would mean the first."""
    local = instant.astimezone(LONDON)
    return instant if local.fold else local
