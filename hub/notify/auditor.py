"""The auditor: proves that nothing open has been lost sight of, by itself and not through the sweep it watches.

Every open obligation has a next step or a named owner; no step has been due for so long that the sweep must have stopped; every
queued delivery and every queued personal e-mail has a next attempt. Each question is answered through an index that holds only
what is wrong or what is next, so asking costs the same at a million obligations as at ten: a watchdog that is dear is a watchdog
that gets switched off.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from hub.core.db import Database
from hub.notify import personal_mail_queries
from hub.notify import sweep_queries as queries

JOB: Final = "auditor"
STALLED_AFTER: Final = timedelta(minutes=5)
"""How long a step may be due before the sweep must be taken to have stopped (it ticks every second)."""
NAMED_AT_MOST: Final = 20


@dataclass(frozen=True)
class Check:
    """A question of another part of the hub that the auditor asks too: *find* (session, now, at most) names what is wrong."""

    code: str
    fault: str
    find: Callable[[Session, datetime, int], list[str]]


@dataclass(frozen=True)
class Other:
    """What such a check found: its ``code``, the fault in words, and the references of what is wrong."""

    code: str
    fault: str
    refs: tuple[str, ...]


@dataclass(frozen=True)
class Findings:
    """What the auditor found. All are faults but ``faulty``: rows the sweep failed on and has put ahead.

    ``others``: what the checks of other parts found.
    """

    at: datetime
    unattended: tuple[str, ...]
    waiting_since: datetime | None
    stuck_deliveries: tuple[str, ...]
    stuck_mails: tuple[str, ...]
    faulty: tuple[str, ...]
    others: tuple[Other, ...] = ()

    @property
    def is_well(self) -> bool:
        return not (self.unattended or self.waiting_since or self.stuck_deliveries or self.stuck_mails or self.others)

    def of(self, code: str) -> tuple[str, ...]:
        """The references that the check *code* of another part named."""
        return next((each.refs for each in self.others if each.code == code), ())


def audit_once(database: Database, *, checks: Sequence[Check] = (), now: datetime) -> Findings:
    """Look, and leave word (the beat ``auditor``) for readiness and operators."""
    with database.read() as session:
        found = findings(session, checks=checks, now=now)
    counts = {
        "unattended": len(found.unattended),
        "stuck_deliveries": len(found.stuck_deliveries),
        "stuck_mails": len(found.stuck_mails),
        "faulty": len(found.faulty),
        "is_sweep_stalled": found.waiting_since is not None,
        "others": sum(len(each.refs) for each in found.others),
    }
    with database.write() as session:
        queries.record_beat(session, JOB, now=now, is_well=found.is_well, details=counts)
    return found


def findings(session: Session, *, checks: Sequence[Check] = (), now: datetime) -> Findings:
    """What is wrong, if anything; each list names the first few."""
    earliest = queries.earliest_step_at(session)
    return Findings(
        at=now,
        unattended=tuple(queries.unattended(session, at_most=NAMED_AT_MOST)),
        waiting_since=earliest if earliest is not None and earliest < now - STALLED_AFTER else None,
        stuck_deliveries=tuple(queries.stuck_deliveries(session, at_most=NAMED_AT_MOST)),
        stuck_mails=tuple(personal_mail_queries.stuck(session, at_most=NAMED_AT_MOST)),
        faulty=tuple(queries.faulty(session, at_most=NAMED_AT_MOST)),
        others=_others(session, checks, now),
    )


def _others(session: Session, checks: Sequence[Check], now: datetime) -> tuple[Other, ...]:
    found = [Other(each.code, each.fault, tuple(each.find(session, now, NAMED_AT_MOST))) for each in checks]
    return tuple(each for each in found if each.refs)


def is_fresh(session: Session, *, now: datetime, stale_seconds: int) -> bool:
    """Whether the auditor spoke within the last *stale_seconds* and found everything well."""
    beat = queries.beat_of(session, JOB)
    return beat is not None and beat.is_well and beat.at >= now - timedelta(seconds=stale_seconds)


def describe(found: Findings) -> str:
    """*found* in words for an operator."""
    lines = [
        _line(found.unattended, "open obligations have neither a next step nor an owner"),
        _line(found.stuck_deliveries, "queued deliveries have no next attempt"),
        _line(found.stuck_mails, "queued personal e-mails have no next attempt"),
        *(_line(each.refs, each.fault) for each in found.others),
    ]
    if found.waiting_since:
        lines.append(
            f"BROKEN: steps have been due since {found.waiting_since:%d %B %Y %H:%M:%S} UTC. Is a worker running?"
        )
    if found.faulty:
        lines.append(f"To look at: the sweep failed on {', '.join(found.faulty)}; each is tried again within the hour.")
    if found.is_well:
        lines.append(
            "Well: every open obligation has a next step or an owner, and every queued delivery and e-mail a next attempt."
        )
    return "\n".join(line for line in lines if line)


def _line(refs: tuple[str, ...], fault: str) -> str:
    more = " or more" if len(refs) == NAMED_AT_MOST else ""
    return f"BROKEN: {len(refs)}{more} {fault}: {', '.join(refs)}" if refs else ""
