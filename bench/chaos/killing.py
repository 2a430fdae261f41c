"""Workers are started, killed at random moments and started again; then the receivers calm down and the queues run empty."""

import random
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select

from bench.chaos.scene import Scene, open_some, queue_some
from bench.servers import WORKER, end
from hub.core import clock
from hub.notify.models import Delivery, Obligation

AIMED = 0.7
"""So many of the kills wait until deliveries are leased, to strike in the middle of work; the others strike whenever."""
LONGEST_WAIT_SECONDS = 6.0
CALM_SECONDS = 120.0


@dataclass(frozen=True)
class Rehearsal:
    """How much of everything. ``hours``: how far the hub's clock jumps ahead after each kill, at most."""

    kills: int = 50
    due: int = 500
    deliveries: int = 1_000
    workers: int = 1
    rate: float = 900.0
    hours: float = 8.0
    seed: int = 1


@dataclass
class Told:
    """What happened: kills, and what was under way when each struck."""

    kills: int = 0
    struck_leases: int = 0
    began_dead: int = 0
    said: Counter[str] = field(default_factory=Counter)


class Fleet:
    """So many worker processes, each replaced when it is gone. Only processes started here are ever ended."""

    def __init__(self, scene: Scene, size: int) -> None:
        self._environment = scene.stage.environment
        self._log = (scene.stage.settings.data_dir / "workers.log").open("ab")
        self._workers = [self._start() for _ in range(size)]

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(WORKER, env=self._environment, stdout=self._log, stderr=self._log)

    def kill_one(self, dice: random.Random) -> None:
        """SIGKILL a random one and start another in its place."""
        place = dice.randrange(len(self._workers))
        self._workers[place].kill()
        self._workers[place].wait()
        self._workers[place] = self._start()

    def raise_the_fallen(self) -> int:
        """Start anew whatever ended by itself; return how many had."""
        fallen = [place for place, worker in enumerate(self._workers) if worker.poll() is not None]
        for place in fallen:
            self._workers[place] = self._start()
        return len(fallen)

    def stop(self) -> None:
        for worker in self._workers:
            end(worker)
        self._log.close()


@contextmanager
def fleet_of(scene: Scene, size: int) -> Iterator[Fleet]:
    """A fleet that is gone when the block ends."""
    fleet = Fleet(scene, size)
    try:
        yield fleet
    finally:
        fleet.stop()


def rehearse(scene: Scene, wanted: Rehearsal) -> Told:
    """Kill, keep feeding work, jump ahead; then calm down and wait until the queues are empty."""
    dice, told = random.Random(wanted.seed), Told()
    span = timedelta(hours=wanted.hours / 2 * wanted.kills)
    open_some(scene, wanted.due, within=span, dice=dice)
    with fleet_of(scene, wanted.workers) as fleet:
        for number in range(wanted.kills):
            share = wanted.deliveries * (number + 1) // wanted.kills - scene.raised
            queue_some(scene, max(share, 0), dice=dice)
            _strike(scene, fleet, told, dice)
            scene.jump(clock.utc_now() + timedelta(hours=wanted.hours) * dice.random(), wanted.rate)
        scene.sinks.calm_down()
        _drain(scene, fleet)
    return told


def _strike(scene: Scene, fleet: Fleet, told: Told, dice: random.Random) -> None:
    if dice.random() < AIMED:
        _await_leases(scene)
        time.sleep(dice.random() * 0.15)
    else:
        time.sleep(dice.random() * 1.5)
    told.began_dead += fleet.raise_the_fallen()
    told.struck_leases += bool(_leased(scene))
    fleet.kill_one(dice)
    told.kills += 1


def _await_leases(scene: Scene) -> None:
    """Until a lease is taken that was not there: somebody is in the middle of sending."""
    before, until = _newest_lease(scene), time.monotonic() + LONGEST_WAIT_SECONDS
    while time.monotonic() < until and _newest_lease(scene) in (None, before):
        time.sleep(0.01)


def _newest_lease(scene: Scene) -> datetime | None:
    with scene.database.read() as session:
        return session.scalar(select(func.max(Delivery.leased_until)).where(Delivery.state == "queued"))


def _leased(scene: Scene) -> int:
    with scene.database.read() as session:
        return (
            session.scalar(select(func.count()).where(Delivery.state == "queued", Delivery.lease_owner.is_not(None)))
            or 0
        )


def _drain(scene: Scene, fleet: Fleet) -> None:
    """Jump to whatever waits longest and let the workers do it, until nothing is queued and nothing is due."""
    until = time.monotonic() + CALM_SECONDS
    while time.monotonic() < until:
        latest = _latest_wait(scene)
        if latest is None and not _due(scene):
            return
        if latest is not None and latest > clock.utc_now():
            scene.jump(latest + timedelta(seconds=1), 1.0)
        fleet.raise_the_fallen()
        time.sleep(0.05)
    raise RuntimeError(f"after {CALM_SECONDS:.0f} calm seconds deliveries are still queued or obligations still due")


def _latest_wait(scene: Scene) -> datetime | None:
    """The last instant for which anything queued waits; ``None``: nothing is queued."""
    with scene.database.read() as session:
        waits = select(func.max(Delivery.next_attempt_at), func.max(Delivery.leased_until)).where(
            Delivery.state == "queued"
        )
        found = [instant for instant in session.execute(waits).one() if instant is not None]
    return max(found, default=None)


def _due(scene: Scene) -> int:
    with scene.database.read() as session:
        due = Obligation.next_step_at <= clock.utc_now()
        return session.scalar(select(func.count()).where(Obligation.state == "open", due)) or 0
