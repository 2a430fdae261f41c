"""How the hub stands, read from the database, the disk and the keys: facts without judgement (``health_words`` judges)."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from hub import migrations
from hub.audit import queries as audit_queries
from hub.core.db import Database
from hub.core.rotation_models import KeyRotation
from hub.core.rotation_queries import progress_of
from hub.core.settings import Settings
from hub.notify import auditor, nodes, operating_queries, sweep_queries
from hub.notify.auditor import Findings
from hub.notify.nodes import Node
from hub.spotpurchase import stepping as interviews

RECENTLY: Final = timedelta(days=7)
LISTED: Final = 20


@dataclass(frozen=True)
class Standing:
    """What there is to know. Counts stop at ``backlog_queries.COUNTED_TO``; ages are in seconds, sizes in bytes."""

    at: datetime
    queued: dict[str, int]
    oldest_due_seconds: float
    given_up: dict[str, int]
    sweep_lag_seconds: float
    found: Findings
    auditor_silent_seconds: float | None
    workers: Sequence[Node]
    set_aside: Sequence[Any]
    unsealed_seconds: float
    is_newest_schema: bool
    schema: str
    database: str
    key_id: str
    keys: int
    rotation: Sequence[KeyRotation]
    disk_free: int
    disk_total: int


def standing(database: Database, settings: Settings, *, now: datetime) -> Standing:
    """How the hub stands at *now*."""
    disk = shutil.disk_usage(settings.data_dir)
    schema = migrations.current(database)
    with database.read() as session:
        return Standing(
            at=now,
            queued=operating_queries.queued(session, now=now),
            oldest_due_seconds=_age(operating_queries.oldest_queued(session), now),
            given_up=operating_queries.given_up_since(session, now - RECENTLY),
            sweep_lag_seconds=_age(sweep_queries.earliest_step_at(session), now),
            found=auditor.findings(session, checks=interviews.CHECKS, now=now),
            auditor_silent_seconds=_silence(session, now),
            workers=nodes.nodes(session),
            set_aside=operating_queries.set_aside(session, at_most=LISTED),
            unsealed_seconds=_age(audit_queries.oldest_unsealed_at(session), now),
            is_newest_schema=schema == migrations.versions()[-1],
            schema=schema or "",
            database=_described(database),
            key_id=database.keys.newest_id,
            keys=len(database.keys.keys.masters),
            rotation=sorted(progress_of(session, database.keys.newest_id).values(), key=lambda part: part.part),
            disk_free=disk.free,
            disk_total=disk.total,
        )


def _age(instant: datetime | None, now: datetime) -> float:
    """For how many seconds *instant* has been past; 0 where there is none, or it is yet to come."""
    return max(0.0, (now - instant).total_seconds()) if instant else 0.0


def _silence(session: Session, now: datetime) -> float | None:
    beat = sweep_queries.beat_of(session, auditor.JOB)
    return (now - beat.at).total_seconds() if beat else None


def _described(database: Database) -> str:
    """Which database it is, and of a file how large."""
    if not database.is_sqlite:
        return "PostgreSQL"
    size = Path(str(database.url.database)).stat().st_size
    return f"SQLite, {size / 1_000_000:.0f} MB"
