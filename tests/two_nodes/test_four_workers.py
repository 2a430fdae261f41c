"""Four ``hub worker`` processes on one database: each step is taken once, each letter sent once, and the record stays whole."""

import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select

from bench.chaos.judging import judge
from bench.chaos.killing import Told, fleet_of
from bench.chaos.scene import Scene, open_some, queue_some, set_up
from bench.engines import available
from hub.audit.models import AuditBatch
from hub.core import clock
from hub.notify.models import Alert, Delivery, Escalation, FeedEvent, Obligation

ENGINE = available()[-1]
"""SQLite, or PostgreSQL where the suite runs on that."""
DUE, DELIVERIES = 120, 80
PATIENCE_SECONDS = 60


def test_four_workers_take_each_step_once() -> None:
    with set_up(ENGINE, seed=11, rate=1.0) as scene:
        scene.sinks.calm_down()
        dice = random.Random(11)
        open_some(scene, DUE, within=timedelta(hours=1), dice=dice)
        queue_some(scene, DELIVERIES, dice=dice)
        scene.jump(clock.utc_now() + timedelta(days=9), 0)  # several rungs of every ladder fall due at once
        with fleet_of(scene, 4):
            _until(scene, _is_done)
        verdict = judge(scene, Told())
        assert verdict.faults == []
        assert verdict.counts["obligations"] == DUE
        assert _sent_once(scene)
        assert _steps_per_obligation(scene) >= 3


def _until(scene: Scene, is_so: Callable[[Scene], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not is_so(scene):
        assert time.monotonic() < until, "the workers did not finish"
        time.sleep(0.1)


def _is_done(scene: Scene) -> bool:
    now = clock.utc_now()
    with scene.database.read() as session:
        due = select(func.count(Obligation.id)).where(Obligation.state == "open", Obligation.next_step_at <= now)
        queued = select(func.count(Delivery.id)).where(Delivery.state == "queued")
        unplaced = select(func.count(FeedEvent.id)).where(FeedEvent.position.is_(None))
        left = [session.scalar(count) for count in (due, queued, unplaced)]
        sealed = session.scalar(select(func.count(AuditBatch.id)))
    return not any(left) and bool(sealed)


def _sent_once(scene: Scene) -> bool:
    """Without a kill there is no reason to send anything twice."""
    taken = Counter(scene.sinks.mail.times) + Counter(scene.sinks.hooks.times)
    with scene.database.read() as session:
        accepted = set(session.scalars(select(Delivery.ref).where(Delivery.state == "accepted")))
    return set(taken) == accepted and set(taken.values()) == {1}


def _steps_per_obligation(scene: Scene) -> float:
    with scene.database.read() as session:
        steps = session.scalar(select(func.count(Escalation.id))) or 0
        told = session.scalar(select(func.count(Alert.id)).where(Alert.obligation_id.is_not(None))) or 0
    assert told >= steps
    return steps / DUE
