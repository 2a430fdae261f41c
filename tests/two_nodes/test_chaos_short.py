"""The short form of ``make chaos``: real workers are killed while work is under way, and nothing is lost.

The same rehearsal as the long one, with fewer of everything; and proof that its judge would see a loss.
"""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import delete, text, update

from bench.chaos.judging import judge
from bench.chaos.killing import Rehearsal, Told, rehearse
from bench.chaos.scene import Scene, open_some, queue_some, set_up
from bench.engines import available
from hub.core import clock
from hub.jobs import seal_audit_once
from hub.notify.deliver import couriers_of, deliver_once
from hub.notify.feed import place_events_once
from hub.notify.models import Delivery, Escalation
from hub.notify.sweep import sweep_once

ENGINE = available()[-1]


@pytest.fixture
def scene() -> Iterator[Scene]:
    with set_up(ENGINE, seed=3, rate=Rehearsal.rate) as made:
        yield made


def test_three_kills_lose_nothing_and_double_nothing(scene: Scene) -> None:
    told = rehearse(scene, Rehearsal(kills=3, due=30, deliveries=60, workers=2, seed=3))
    verdict = judge(scene, told)
    assert verdict.faults == []
    assert told.kills == 3
    assert verdict.counts["obligations"] == 30


# --- the judge ------------------------------------------------------------------------------------------------------


@pytest.fixture
def settled(scene: Scene) -> Scene:
    """A scene in which everything was done, in this process and without any kill."""
    scene.sinks.calm_down()
    open_some(scene, 12, within=timedelta(minutes=1), dice=Random(1))
    queue_some(scene, 8, dice=Random(2))
    scene.jump(clock.utc_now() + timedelta(hours=2), 0)
    couriers = couriers_of(scene.stage.settings, scene.database.keys, scene.rules)
    while sweep_once(scene.database, scene.rules, now=clock.utc_now()):
        pass
    while deliver_once(scene.database, scene.rules, couriers, now=clock.utc_now()):
        pass
    couriers.close()
    seal_audit_once(scene.database)
    place_events_once(scene.database)
    assert judge(scene, Told()).faults == []
    return scene


def _faults(scene: Scene) -> str:
    return "\n".join(judge(scene, Told()).faults)


def test_the_judge_sees_a_step_that_was_not_taken(settled: Scene) -> None:
    with settled.database.write() as session:
        session.execute(delete(Escalation).where(Escalation.id == 1))
    assert "by now" in _faults(settled)


def test_the_judge_sees_a_delivery_that_was_never_received(settled: Scene) -> None:
    settled.sinks.mail.times.clear()
    assert "no receiver has it" in _faults(settled)


def test_the_judge_sees_a_delivery_that_is_left_over(settled: Scene) -> None:
    with settled.database.write() as session:
        session.execute(update(Delivery).where(Delivery.id == 1).values(state="queued"))
    assert "is still queued" in _faults(settled)


def test_the_judge_sees_giving_up_in_silence(settled: Scene) -> None:
    with settled.database.write() as session:
        session.execute(update(Delivery).where(Delivery.id == 1).values(state="failed"))
    assert "does not say that it was given up" in _faults(settled)


def test_the_judge_sees_an_attempt_that_was_recorded_twice(settled: Scene) -> None:
    with settled.database.write() as session:
        again = "SELECT delivery_id, 2, at, outcome, code FROM attempt"
        session.execute(text(f"INSERT INTO attempt (delivery_id, number, at, outcome, code) {again}"))
        session.execute(update(Delivery).where(Delivery.attempts == 1).values(attempts=2))
    assert "was accepted 2 times" in _faults(settled)


def test_the_judge_sees_a_message_that_is_none_of_ours(settled: Scene) -> None:
    settled.sinks.hooks.take("dlv_unknown", b"{}")
    assert "which is no delivery" in _faults(settled)


def test_the_judge_sees_a_worker_that_ended_by_itself(settled: Scene) -> None:
    assert judge(settled, Told(fell=1)).faults == ["1 workers ended by themselves"]
