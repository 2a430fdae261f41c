"""W4 without a receiver: deliveries are claimed, nothing is sent, and that is recorded, durably.

The reference is the raw outbox loop: lease a hundred, commit, complete a hundred with an attempt each, commit.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any

from bench import filling
from bench.dispatch import Post, post_for, scalar, sent
from bench.engines import Engine, Gate, Stage, raw_postgresql, raw_sqlite
from bench.measuring import Figure, Floor, Outcome, interleaved, ratio
from bench.plan import Plan
from hub.core.clock import utc_now
from hub.core.db import EPOCH, MICROSECOND
from hub.notify.channels.base import Channel, Letter
from hub.notify.couriers import Couriers

PER_SECOND = {"sqlite": 2_500, "postgresql": 1_200}


class NoChannel(Channel):
    """Takes everything at once and sends nothing."""

    def send(self, letter: Letter, *, at: datetime) -> str:
        return "250"

    def destination(self, letter: Letter) -> str:
        return letter.channel


def measure(engine: Engine, plan: Plan) -> Outcome:
    """Claim, send nothing, record, durably; beside the raw outbox loop that leases and completes a hundred at a time."""
    with ExitStack() as after:
        post = post_for(after, engine, plan, "email", "desk@council-{council}.example")
        nothing = Couriers({"email": NoChannel()}, threads=post.stage.settings.delivery_threads)
        after.callback(nothing.close)
        runs = {
            "the hub": _no_op_round(post, nothing, plan.deliveries),
            "R-outbox": _outbox_round(post, plan.deliveries),
        }
        rates = interleaved(plan.rounds, runs)
        attempts = scalar(post, "SELECT count(*) FROM attempt")
        accepted = scalar(post, "SELECT count(*) FROM delivery WHERE state = 'accepted'")
        if attempts != accepted or accepted != 2 * plan.rounds * plan.deliveries:
            raise RuntimeError(f"{accepted} deliveries and {attempts} attempts were read back")
    hub, bare = Figure("the hub", "a second", rates["the hub"]), Figure("R-outbox", "a second", rates["R-outbox"])
    figures = [hub, bare, ratio("the hub to R-outbox", hub.rounds, bare.rounds)]
    said = {"read back": f"{accepted:,} deliveries accepted, each with its attempt"}
    return Outcome("no-op deliveries", engine, figures, [Floor(hub, "at least", PER_SECOND[engine])], said)


def _no_op_round(post: Post, couriers: Couriers, number: int) -> Callable[[int], float]:
    def run(_round: int) -> float:
        filling.queue_deliveries(post.stage, post.desks, number, channel="email", at=utc_now())
        return number / sent(post, couriers, number)

    return run


_LEASE = (
    "UPDATE delivery SET lease_owner = 'bare', leased_until = ? WHERE id IN (SELECT id FROM delivery WHERE state = 'queued'"
    " AND next_attempt_at <= ? AND leased_until IS NULL ORDER BY next_attempt_at, id LIMIT 100{skip}) RETURNING id"
)
_ATTEMPT = "INSERT INTO attempt (delivery_id, number, at, outcome, code) VALUES (?, 1, ?, 'accepted', '250')"
_COMPLETE = (
    "UPDATE delivery SET state = 'accepted', accepted_at = ?, attempts = 1, next_attempt_at = NULL, lease_owner = NULL,"
    " leased_until = NULL WHERE id = ?"
)


def _outbox_round(post: Post, number: int) -> Callable[[int], float]:
    def run(_round: int) -> float:
        filling.queue_deliveries(post.stage, post.desks, number, channel="email", at=utc_now())
        with (_sqlite_outbox if post.stage.engine == "sqlite" else _postgresql_outbox)(post.stage) as work:
            began, done = time.perf_counter(), 0
            while count := work(utc_now()):
                done += count
            took = time.perf_counter() - began
        if done != number:
            raise RuntimeError(f"{number} deliveries were queued and {done} were completed")
        return number / took

    return run


@contextmanager
def _sqlite_outbox(stage: Stage) -> Iterator[Callable[[datetime], int]]:
    connection, gate = raw_sqlite(stage), Gate(stage)

    def commit(act: Callable[[], Any]) -> Any:
        with gate.held():
            connection.execute("BEGIN IMMEDIATE")
            found = act()
            connection.execute("COMMIT")
        return found

    def work(now: datetime) -> int:
        at = (now - EPOCH) // MICROSECOND
        leased = (at + 120_000_000, at)
        ids = commit(lambda: connection.execute(_LEASE.format(skip=""), leased).fetchall())
        commit(
            lambda: (
                connection.executemany(_ATTEMPT, [(row[0], at) for row in ids]),
                connection.executemany(_COMPLETE, [(at, row[0]) for row in ids]),
            )
        )
        return len(ids)

    yield work
    gate.close()
    connection.close()


@contextmanager
def _postgresql_outbox(stage: Stage) -> Iterator[Callable[[datetime], int]]:
    connection = raw_postgresql(stage)
    lease, attempt, complete = (
        sql.replace("?", "%s") for sql in (_LEASE.format(skip=" FOR UPDATE SKIP LOCKED"), _ATTEMPT, _COMPLETE)
    )

    def work(now: datetime) -> int:
        ids = connection.execute(lease, (now + timedelta(minutes=2), now)).fetchall()
        connection.commit()
        with connection.cursor() as cursor:
            cursor.executemany(attempt, [(row[0], now) for row in ids])
            cursor.executemany(complete, [(now, row[0]) for row in ids])
        connection.commit()
        return len(ids)

    yield work
    connection.close()
