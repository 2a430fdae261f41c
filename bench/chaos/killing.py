"""Workers are started, killed at random moments and started again; then the receivers calm down and the queues run empty."""

import json
import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select

from bench.chaos.scene import LEASE_REAL_SECONDS, Scene, open_some, queue_some
from bench.servers import WORKER, end
from hub.core import clock
from hub.core.settings import REPOSITORY
from hub.notify.models import Delivery, FeedEvent, Obligation

AIMED = 0.7
"""So many of the kills wait until deliveries are leased, to strike in the middle of work; the others strike whenever."""
LONGEST_WAIT_SECONDS = 6.0
KILL_SECONDS = 2.0
"""About how long it is from one kill to the next: obligations fall due within so long times the number of kills."""
CALM_SECONDS = 120.0


@dataclass(frozen=True)
class Rehearsal:
    """How much of everything. *rate*: how many times as fast as the machine's the hub's clock runs."""

    kills: int = 50
    due: int = 500
    deliveries: int = 1_000
    workers: int = 1
    rate: float = 4_000.0
    seed: int = 1


@dataclass
class Told:
    """What happened: kills, and what was under way when each struck."""

    kills: int = 0
    struck_leases: int = 0
    fell: int = 0
    said: Counter[str] = field(default_factory=Counter)
    """What the workers logged at WARNING and above, by event, with the kind of fault and where it rose."""


class Fleet:
    """So many worker processes, each replaced when it is gone. Only processes started here are ever ended."""

    def __init__(self, scene: Scene, size: int) -> None:
        self._environment = scene.stage.environment
        self.fell = 0
        """How many ended by themselves."""
        self._log = (scene.stage.settings.data_dir / "workers.log").open("ab")
        self._workers = [self._start() for _ in range(size)]

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(WORKER, cwd=REPOSITORY, env=self._environment, stdout=self._log, stderr=self._log)

    def kill_one(self, dice: random.Random) -> None:
        """SIGKILL a random one and start another in its place."""
        place = dice.randrange(len(self._workers))
        self._workers[place].kill()
        self._workers[place].wait()
        self._workers[place] = self._start()

    def raise_the_fallen(self) -> None:
        """Start anew whatever ended by itself."""
        fallen = [place for place, worker in enumerate(self._workers) if worker.poll() is not None]
        for place in fallen:
            self._workers[place] = self._start()
        self.fell += len(fallen)

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
    span = timedelta(seconds=wanted.rate * KILL_SECONDS * wanted.kills)
    open_some(scene, wanted.due, within=span, dice=dice)
    with fleet_of(scene, wanted.workers) as fleet:
        for number in range(wanted.kills):
            share = wanted.deliveries * (number + 1) // wanted.kills - scene.raised
            queue_some(scene, max(share, 0), dice=dice)
            _strike(scene, fleet, told, dice)
        scene.sinks.calm_down()
        _drain(scene, fleet)
    told.fell = fleet.fell
    told.said = _said(scene)
    return told


def _said(scene: Scene) -> Counter[str]:
    said: Counter[str] = Counter()
    for line in (scene.stage.settings.data_dir / "workers.log").read_text(errors="replace").splitlines():
        if line.startswith("{"):
            entry = json.loads(line)
            said[" ".join(str(entry[name]) for name in ("event", "job", "fault", "at") if name in entry)] += 1
        elif line.strip():
            said[line.strip()[20:320]] += 1
    return said


def _strike(scene: Scene, fleet: Fleet, told: Told, dice: random.Random) -> None:
    if dice.random() < AIMED:
        _await_leases(scene)
        time.sleep(dice.random() * 0.15)
    else:
        time.sleep(dice.random() * 1.5)
    fleet.raise_the_fallen()
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
    """Let the workers do what waits. Then stop the clock and let them finish: nothing is queued and nothing is due.

    Under a clock that stands still, the lease of a worker that was killed would never end: they have ended before.
    """
    leases_end = clock.utc_now() + timedelta(seconds=LEASE_REAL_SECONDS * scene.rate)
    recent = timedelta(seconds=3 * scene.rate)
    _until(scene, fleet, lambda: clock.utc_now() > leases_end and not _left_over(scene, recent, scene.rate))
    scene.jump(clock.utc_now(), 0)
    _until(scene, fleet, lambda: not (_left_over(scene, timedelta(0), 0) or _due(scene) or _unplaced(scene)))


def _until(scene: Scene, fleet: Fleet, is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + CALM_SECONDS
    while time.monotonic() < until:
        if is_so():
            return
        fleet.raise_the_fallen()
        time.sleep(0.05)
    left = f"{_queued(scene)} deliveries queued ({_leased(scene)} leased), {_due(scene)} obligations due"
    raise RuntimeError(f"after {CALM_SECONDS:.0f} calm seconds: {left}, {_unplaced(scene)} events without a place")


def _left_over(scene: Scene, recent: timedelta, rate: float) -> bool:
    """Whether anything is queued, but for the *recent*. The clock jumps to its next attempt (such as a digest's), to run at
    *rate* from there, but never over a lease: a live worker may hold it."""
    old = Delivery.queued_at <= clock.utc_now() - recent
    asked = select(func.count(), func.count(Delivery.lease_owner), func.min(Delivery.next_attempt_at))
    with scene.database.read() as session:
        queued, leased, earliest = session.execute(asked.where(Delivery.state == "queued", old)).one()
    if queued and not leased and earliest is not None and earliest > clock.utc_now():
        scene.jump(earliest, rate)
    return bool(queued)


def _queued(scene: Scene) -> int:
    with scene.database.read() as session:
        return session.scalar(select(func.count()).where(Delivery.state == "queued")) or 0


def _unplaced(scene: Scene) -> int:
    with scene.database.read() as session:
        return session.scalar(select(func.count(FeedEvent.id)).where(FeedEvent.position.is_(None))) or 0


def _due(scene: Scene) -> int:
    with scene.database.read() as session:
        due = Obligation.next_step_at <= clock.utc_now()
        return session.scalar(select(func.count()).where(Obligation.state == "open", due)) or 0
