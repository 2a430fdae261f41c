"""Is a contact point working, and who is told when it is not? Giving up is an event, told by another way, never a silence."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM
from hub.core.db import Database
from hub.core.logs import log
from hub.duties.rulebook import Rulebook
from hub.notify import outbox_queries as queries
from hub.notify.delivery_states import DELIVERY
from hub.notify.messages.kinds import ABOUT_FAILURE, CHANNEL_FLAGGED, GIVEN_UP
from hub.notify.models import Delivery
from hub.notify.outbox import Wanted, raise_alerts
from hub.notify.outbox_queries import Waiting

_FALLBACKS: Final = (
    "duty_desk",
    "team_manager",
    "desk_manager",
    "service_manager",
    "registered_manager",
    "out_of_hours",
)
"""Whose desks are tried, in this order, when the one that was meant cannot be reached."""
_OPERATORS: Final = ("operator", "duty_desk")
_MENDED_WITHIN: Final = timedelta(days=7)


@dataclass(frozen=True)
class Failure:
    """One delivery given up: its row, the last code, and whether it ``counts`` against its contact point."""

    row: Waiting
    code: str
    gone: bool = False
    counts: bool = True


def note_failures(session: Session, failures: Sequence[Failure], *, rules: Rulebook, now: datetime) -> None:
    """Record deliveries given up: audit, alerts to a fallback and to the operator, and the health of their contact points."""
    if not failures:
        return
    audit.record_many(session, [_given_up_entry(session, failure, now) for failure in failures])
    _tell_given_up(session, failures, rules=rules, now=now)
    for failed in _by_point(failures).values():
        _weigh(session, failed, rules=rules, now=now)


def release_once(database: Database, *, now: datetime) -> int:
    """Queue again what flags kept back at contact points that have been verified since; return how many deliveries."""
    with database.read() as session:
        mended = queries.mended_points(session, verified_since=now - _MENDED_WITHIN)
    if not mended:
        return 0
    with database.write() as session:
        return sum(_queue_kept_back(session, number, now=now) for number in mended)


def _queue_kept_back(session: Session, contact_point_id: int, *, now: datetime) -> int:
    again = {"next_attempt_at": now, "closed_at": None, "attempts": 0}
    return DELIVERY.apply(session, Delivery, "resend", queries.kept_back_by_flag(contact_point_id), again)


def _by_point(failures: Sequence[Failure]) -> dict[int, list[Failure]]:
    grouped: dict[int, list[Failure]] = defaultdict(list)
    for failure in failures:
        if failure.counts:
            grouped[failure.row.contact_point_id].append(failure)
    return grouped


def _weigh(session: Session, failed: Sequence[Failure], *, rules: Rulebook, now: datetime) -> None:
    """Count failures in a row; flag the contact point when there are too many, or when it said never again."""
    row, enough = failed[0].row, rules.policy.delivery.hard_failures
    is_gone = any(failure.gone for failure in failed)
    queries.count_failures(session, row.contact_point_id, max(len(failed), enough if is_gone else 0))
    if not queries.flag(session, row.contact_point_id, at_least=enough, now=now):
        return
    details = {"code": failed[-1].code, "channel": row.channel}
    audit.record(session, SYSTEM, Event.CHANNEL_FLAGGED, row.contact_point_ref, now=now, details=details)
    log(__name__).warning(
        "channel.flagged", contact_point=row.contact_point_ref, channel=row.channel, code=details["code"]
    )
    teller = _Teller(session, row, rules, now, {"contact_point": row.contact_point_ref, "reason": details["code"]})
    if not teller.owner(CHANNEL_FLAGGED, row.contact_point_ref):
        teller.operators(CHANNEL_FLAGGED, row.contact_point_ref)


def _tell_given_up(session: Session, failures: Sequence[Failure], *, rules: Rulebook, now: datetime) -> None:
    """The organisation's fallback hears of each subject; the operator, once for each contact point, of how many."""
    counts = Counter(failure.row.contact_point_id for failure in failures)
    told_owners: set[tuple[int, str]] = set()
    told_points: set[int] = set()
    for failure in failures:
        row, count = failure.row, counts[failure.row.contact_point_id]
        about = {"delivery": row.ref, "contact_point": row.contact_point_ref, "reason": failure.code, "count": count}
        teller, whose = _Teller(session, row, rules, now, about), (row.organisation_id, row.subject_ref)
        if row.kind not in ABOUT_FAILURE and whose not in told_owners:
            told_owners.add(whose)
            teller.owner(GIVEN_UP, row.subject_ref)
        # What could not tell the operator of a failure must not raise another of the same kind, for ever.
        if row.organisation_kind != "hub_operator" and row.contact_point_id not in told_points:
            told_points.add(row.contact_point_id)
            teller.operators(GIVEN_UP, row.contact_point_ref)


@dataclass(frozen=True)
class _Teller:
    """Tells of one failure by every way but the one that failed."""

    session: Session
    row: Waiting
    rules: Rulebook
    now: datetime
    details: Mapping[str, Any]

    def owner(self, kind: str, subject_ref: str) -> bool:
        """Tell the first of the organisation's other desks that can be reached; whether there was one."""
        return self._first(self.row.organisation_id, (self.row.role, *_FALLBACKS), kind, subject_ref)

    def operators(self, kind: str, subject_ref: str) -> None:
        """Tell every operator of the hub."""
        for organisation_id in queries.operators(self.session):
            self._first(organisation_id, _OPERATORS, kind, subject_ref)

    def _first(self, organisation_id: int, roles: Sequence[str], kind: str, subject_ref: str) -> bool:
        return any(self._reaches(organisation_id, role, kind, subject_ref) for role in dict.fromkeys(roles))

    def _reaches(self, organisation_id: int, role: str, kind: str, subject_ref: str) -> bool:
        wanted = Wanted(
            kind,
            organisation_id,
            role,
            subject_ref,
            is_urgent=self.row.is_urgent,
            details=self.details,
            not_through=frozenset({self.row.contact_point_id}),
        )
        return raise_alerts(self.session, [wanted], rules=self.rules, now=self.now)[0].contact_points > 0


def _given_up_entry(session: Session, failure: Failure, now: datetime) -> dict[str, Any]:
    row = failure.row
    details = {
        "delivery": row.ref,
        "contact_point": row.contact_point_ref,
        "channel": row.channel,
        "code": failure.code,
    }
    return audit.entry(session, SYSTEM, Event.DELIVERY_GIVEN_UP, row.subject_ref, now=now, details=details)
