"""The job table, and APScheduler as nothing but its clock.

Every job claims its work in the database, so any number of processes may run every job. The scheduler keeps nothing: a job that
is missed is simply due at the next tick.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import IntegrityError, OperationalError

from hub import migrations
from hub.access.held_forms import service as held_forms
from hub.access.sign_in import service as sign_in
from hub.audit import queries as audit_queries
from hub.audit import service as audit
from hub.core import idempotency, limits
from hub.core.clock import machine_now, utc_now
from hub.core.db import Database
from hub.core.lifeline import end_with_parent
from hub.core.logs import configure_logs, log
from hub.core.settings import Settings, load_settings
from hub.directory.proposals import expire_once
from hub.duties.rulebook import Rulebook, load_rulebook
from hub.keys.watching import note_unreadable_once
from hub.lookup.break_glass import chase_once
from hub.lookup.policy import load_disclosure_policy
from hub.missing import following as missing_following
from hub.notify import nodes, personal_mail, unreachable
from hub.notify.auditor import audit_once
from hub.notify.couriers import Couriers
from hub.notify.deliver import couriers_of, deliver_once, finish
from hub.notify.digest import digest_once
from hub.notify.duty.telling import tell_of_gaps_once
from hub.notify.feed import place_events_once
from hub.notify.sweep import sweep_once
from hub.registry import birthdays
from hub.registry.endings import close_ended_once
from hub.registry.files import service as files
from hub.registry.files.store import folder_of
from hub.registry.markers.reviews import remind_once
from hub.registry.names import spreading as name_spreading
from hub.registry.uploads import registering as uploads_registering
from hub.registry.uploads.policy import load_upload_policy
from hub.resources import open_areas, open_database, set_clock
from hub.spotpurchase import stepping as interviews
from hub.spotpurchase.interviews.following import follow_children_once

BATCH = 100
LETTERS = 500
"""Deliveries claimed at a time: claiming and recording cost by the transaction, and what has not begun is given back."""

PERSONAL_MAILS = 10
"""E-mails to people sent in a round, one after the other."""
_LOOKED_AT_EVERY_SECONDS = 0.5


@dataclass(frozen=True)
class Job:
    """``work`` does one round and returns how much it did; a full round is followed by another at once."""

    name: str
    work: Callable[[], int]
    every_seconds: float
    full_round: int = 0


def job_table(settings: Settings, database: Database, rules: Rulebook, couriers: Couriers) -> list[Job]:
    """Every job of the hub: name, one round of work, how often it is tried, and what counts as a full round."""

    def sweep() -> int:
        return sweep_once(database, rules, now=utc_now())

    def deliver() -> int:
        return deliver_once(database, rules, couriers, now=utc_now(), limit=LETTERS)

    def write_to_people() -> int:
        base_url, limit = settings.base_url, PERSONAL_MAILS
        return personal_mail.send_once(database, rules, couriers, base_url=base_url, now=utc_now(), limit=limit)

    disclosure = load_disclosure_policy(settings.config_dir)

    def chase_reviews() -> int:
        return chase_once(database, rules, disclosure, now=utc_now(), limit=BATCH)

    spreadsheets = _spreadsheets(settings, database, rules)
    return [
        Job("sweep", sweep, 0.25, full_round=1),
        Job("deliver", deliver, 0.25, full_round=1),
        Job("digest", lambda: digest_once(database, rules, couriers, now=utc_now()), 20),
        Job("personal mail", write_to_people, 1, full_round=PERSONAL_MAILS),
        Job("events", lambda: place_events_once(database), 1, full_round=1),
        Job("seal", partial(seal_audit_once, database), 1, full_round=audit.BATCH_ENTRIES),
        Job("key file", lambda: note_unreadable_once(database, now=utc_now()), 5),
        Job("auditor", lambda: int(audit_once(database, checks=interviews.CHECKS, now=utc_now()).is_well), 20),
        Job("reachability", partial(_survey_once, database, rules), 86_400),
        Job("gaps on duty", lambda: tell_of_gaps_once(database, rules, now=utc_now()), 3600),
        Job("ended", lambda: close_ended_once(database, now=utc_now(), limit=BATCH), 60, full_round=BATCH),
        Job("reviews", chase_reviews, 60, full_round=BATCH),
        Job(
            "birthdays", lambda: birthdays.ask_once(database, rules, now=utc_now()), 86_400, full_round=birthdays.BATCH
        ),
        Job("birthdays corrected", lambda: birthdays.strike_out_once(database, rules, now=utc_now()), 86_400),
        Job("proposals", lambda: expire_once(database, now=utc_now(), limit=BATCH), 60, full_round=BATCH),
        Job("names", partial(name_spreading.spread_names_once, database), 1, full_round=name_spreading.BATCH),
        Job("places", partial(name_spreading.spread_places_once, database), 1, full_round=name_spreading.BATCH),
        Job("markers", lambda: remind_once(database, rules, now=utc_now(), limit=BATCH), 600, full_round=BATCH),
        Job("held forms", lambda: held_forms.forget_expired_once(database, now=utc_now()), 60),
        Job("forget", partial(_forget_once, database), 3600),
        *_missing(settings, database, rules),
        Job(
            "interviews", lambda: interviews.step_once(database, rules, now=utc_now(), limit=BATCH), 1, full_round=BATCH
        ),
        Job("interviews follow", lambda: follow_children_once(database, rules, now=utc_now(), limit=BATCH), 10),
        *spreadsheets,
        Job("files", partial(files.sweep_once, database, folder_of(settings.data_dir)), 3600),
    ]


def _missing(settings: Settings, database: Database, rules: Rulebook) -> list[Job]:
    """Missing episodes follow their placements, and pass thresholds while time goes by."""

    def follow() -> int:
        areas = partial(open_areas, settings)
        return missing_following.follow_placements_once(database, rules, areas, now=utc_now(), limit=BATCH)

    def note_long_missing() -> int:
        return missing_following.note_long_missing_once(database, rules, now=utc_now(), limit=BATCH)

    return [
        Job("missing follows", follow, 15, full_round=BATCH),
        Job("missing for long", note_long_missing, 60),
    ]


def _spreadsheets(settings: Settings, database: Database, rules: Rulebook) -> list[Job]:
    """Registering what was uploaded, and erasing it when it has served."""
    policy = load_upload_policy(settings.config_dir)
    desk = uploads_registering.Desk(database, rules, lambda: open_areas(settings, lambda: database), policy)

    def register() -> int:
        return uploads_registering.register_once(desk, now=utc_now())

    def erase() -> int:
        return uploads_registering.erase_once(database, policy, now=utc_now())

    return [
        Job("spreadsheets", register, 0.5, full_round=1),
        Job("spreadsheets kept", erase, 3600),
    ]


def seal_audit_once(database: Database) -> int:
    """Seal a batch of audit entries, if any wait; return how many."""
    with database.read() as session:
        if audit_queries.oldest_unsealed_at(session) is None:
            return 0
    try:
        with database.write() as session:
            sealed, last = audit.seal_batch(session, now=utc_now()), audit_queries.last_batch(session)
    except IntegrityError:
        return 0  # another process sealed the same entries first
    if sealed and last:
        # Kept with the logs, elsewhere, a root later shows that the chain's end was cut off: hub audit verify --root.
        log(__name__).info("audit.sealed", batch=last.id, entries=sealed, root=last.root.hex())
    return sealed


def _survey_once(database: Database, rules: Rulebook) -> int:
    unreachable.survey_and_tell_once(database, rules, now=utc_now())
    return 1


def _forget_once(database: Database) -> int:
    with database.write() as session:
        limits.forget_old_windows(session, now=utc_now())
        sign_in.forget_old(session, now=utc_now())
        return idempotency.forget_old_keys(session, now=utc_now())


def run_job(job: Job, stopping: threading.Event, failing: set[str] | None = None) -> None:
    """Work until a round is not full. A round that fails is logged, named in *failing*, and tried again at the next tick."""
    failing = set() if failing is None else failing
    try:
        while not stopping.is_set():
            done = job.work()
            failing.discard(job.name)
            if not job.full_round or done < job.full_round:
                return
    except OperationalError as fault:
        failing.add(job.name)
        log(__name__).warning("job.database_unreachable", job=job.name, fault=fault)
    except Exception as fault:  # noqa: BLE001 - one job's fault must not stop the others; it is recorded and tried again
        failing.add(job.name)
        log(__name__).error("job.failed", job=job.name, fault=fault)


def run(settings: Settings) -> None:
    """Do the hub's work until SIGTERM or SIGINT; rounds under way are finished first."""
    configure_logs(settings.log_level)
    set_clock(settings)
    database, rules = open_database(settings), load_rulebook(settings.config_dir)
    _wait_for_schema(database)
    couriers = couriers_of(settings, database.keys, rules)
    worker, failing = nodes.begin(), set[str]()
    told = Job("worker", lambda: nodes.beat(database, worker, failing=failing, now=utc_now()), nodes.EVERY_SECONDS)
    run_worker([*job_table(settings, database, rules, couriers), told], failing)
    # What was just being sent is recorded, so that it is not sent again when its lease ends.
    finish(database, rules, couriers, now=utc_now())
    nodes.end(database, worker)
    couriers.close()
    database.close()


def _wait_for_schema(database: Database) -> None:
    """Wait, saying once what for, until there is a database to work on: an upgrade may start its workers before it migrates."""
    said = ""
    while awaited := _awaited(database):
        if awaited != said:
            log(__name__).warning(awaited)
        said = awaited
        time.sleep(_LOOKED_AT_EVERY_SECONDS)


def _awaited(database: Database) -> str:
    try:
        return "worker.waits_for_hub_migrate" if migrations.is_behind(database) else ""
    except OperationalError:
        return "worker.waits_for_database"


def run_worker(jobs: list[Job], failing: set[str]) -> None:
    """Run *jobs*, each at once and then at its interval, until SIGTERM or SIGINT; *failing* names those that fail."""
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    # A job that still runs at its next tick is no news: it looks for more work by itself.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    scheduler = BackgroundScheduler(job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None})
    at_once = datetime.fromtimestamp(machine_now(), UTC)
    for job in jobs:
        scheduler.add_job(
            run_job,
            "interval",
            seconds=job.every_seconds,
            args=[job, stopping, failing],
            id=job.name,
            next_run_time=at_once,
        )
    scheduler.start()
    stopping.wait()
    scheduler.shutdown(wait=True)


if __name__ == "__main__":
    end_with_parent()
    run(load_settings())
