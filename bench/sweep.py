"""W3: so many obligations due among a million open, each taken one step up its ladder with escalation, alerts and audit.

The reference is the raw claim loop: claim a hundred, write a unique escalation each, commit. It runs on the same tables, on other
rows. The hub's own steps are read back: one escalation for each obligation that was due, alerts, deliveries and audit with it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import text

from bench import filling
from bench.engines import Engine, Gate, Stage, counts, raw_postgresql, raw_sqlite, staged
from bench.measuring import Figure, Floor, Outcome, interleaved, ratio
from bench.plan import Plan
from bench.servers import WORKER, memory_mb, sinks, started
from hub.core.clock import utc_now
from hub.core.db import EPOCH, MICROSECOND, Database
from hub.duties.rulebook import Rulebook, load_rulebook
from hub.notify.sweep import sweep_once
from hub.resources import open_database

DUTY, RUNG = "E13A", 1
"""The council's notice of a planned placement: at its due instant the social worker and the team manager are told."""
ROLES = ("social_worker", "team_manager", "service_manager", "head_of_service", "nominated_officer", "dcs")
PER_SECOND = 2_000
IDLE_CALLS = 200


def measure(engine: Engine, plan: Plan) -> Outcome:
    """The sweep at the large and at the small number of open obligations."""
    large, idle_large, said, memory = _measured(engine, plan, plan.open_large, plan.due_large, with_worker=True)
    small, idle_small, _, _ = _measured(engine, plan, plan.open_small, plan.due_small, with_worker=False)
    cost = ratio(f"cost of one at {plan.open_large:,} to {plan.open_small:,}", small["the hub"], large["the hub"])
    return _outcome(engine, plan, large, (idle_large, idle_small), cost, said, memory)


def _measured(
    engine: Engine, plan: Plan, number: int, due: int, *, with_worker: bool
) -> tuple[dict[str, tuple[float, ...]], Figure, dict[str, Any], float]:
    with ExitStack() as after:
        stage = after.enter_context(staged(engine, durable=plan.durable))
        database = open_database(stage.settings)
        after.callback(database.close)
        rules = load_rulebook(stage.settings.config_dir)
        desks = _fill(stage, database, rules, number)
        stride = number // due
        runs = {"the hub": _hub_round(stage, database, rules, stride), "R-claim": _claim_round(stage, stride)}
        rates = interleaved(plan.rounds, runs)
        idle = _idle(database, rules, plan.rounds, number)
        said = {
            "written by the hub for the due of one round": _written_once(stage, database, rules, stride, plan.rounds)
        }
        memory = _worker_memory(stage, desks, stride, plan) if with_worker else 0.0
    return rates, idle, said, memory


def _fill(stage: Stage, database: Database, rules: Rulebook, number: int) -> filling.Desks:
    now = utc_now()
    filling.remove_other_points(database)
    desks = filling.add_desks(database, ROLES, channel="email", address="{role}@council-{council}.example", now=now)
    filling.open_obligations(stage, desks, rules, number, duty_code=DUTY, rung=RUNG, now=now)
    return desks


def _hub_round(stage: Stage, database: Database, rules: Rulebook, stride: int) -> Callable[[int], float]:
    """A round of the hub: obligations per second, each due one stepped once."""

    def run(number: int) -> float:
        due = filling.make_due(stage, stride=stride, offset=2 * number % stride, at=utc_now() - timedelta(minutes=1))
        began, stepped = time.perf_counter(), 0
        while done := sweep_once(database, rules, now=utc_now()):
            stepped += done
        took = time.perf_counter() - began
        if stepped != due:
            raise RuntimeError(f"{due} obligations were due and {stepped} were stepped")
        return stepped / took

    return run


def _claim_round(stage: Stage, stride: int) -> Callable[[int], float]:
    """A round of the raw claim loop."""

    def run(number: int) -> float:
        due = filling.make_due(
            stage, stride=stride, offset=(2 * number + 1) % stride, at=utc_now() - timedelta(minutes=1)
        )
        with (_sqlite_claims if stage.engine == "sqlite" else _postgresql_claims)(stage) as claim:
            began, claimed = time.perf_counter(), 0
            while done := claim(utc_now()):
                claimed += done
            took = time.perf_counter() - began
        if claimed != due:
            raise RuntimeError(f"{due} obligations were due and {claimed} were claimed")
        return claimed / took

    return run


_CLAIM = (
    "UPDATE obligation SET next_rung = next_rung + 1, next_step_at = ?, version = version + 1 WHERE id IN ("
    "SELECT id FROM obligation WHERE state = 'open' AND next_step_at <= ? ORDER BY next_step_at, id LIMIT 100{skip}"
    ") RETURNING id"
)
_ESCALATE = (
    "INSERT INTO escalation (obligation_id, rung, cycle, fell_due_at, raised_at, outcome, roles)"
    " VALUES (?, 1, 0, ?, ?, 'raised', '[]')"
)


@contextmanager
def _sqlite_claims(stage: Stage) -> Iterator[Callable[[datetime], int]]:
    connection, gate = raw_sqlite(stage), Gate(stage)

    def claim(now: datetime) -> int:
        at = (now - EPOCH) // MICROSECOND
        with gate.held():
            connection.execute("BEGIN IMMEDIATE")
            ids = connection.execute(_CLAIM.format(skip=""), (at + 86_400_000_000 * 30, at)).fetchall()
            connection.executemany(_ESCALATE, [(row[0], at, at) for row in ids])
            connection.execute("COMMIT")
        return len(ids)

    yield claim
    gate.close()
    connection.close()


@contextmanager
def _postgresql_claims(stage: Stage) -> Iterator[Callable[[datetime], int]]:
    connection = raw_postgresql(stage)
    take = _CLAIM.format(skip=" FOR UPDATE SKIP LOCKED").replace("?", "%s")
    escalate = _ESCALATE.replace("?", "%s")

    def claim(now: datetime) -> int:
        ids = connection.execute(take, (now + timedelta(days=30), now)).fetchall()
        connection.cursor().executemany(escalate, [(row[0], now, now) for row in ids])
        connection.commit()
        return len(ids)

    yield claim
    connection.close()


def _idle(database: Database, rules: Rulebook, rounds: int, number: int) -> Figure:
    """What a sweep costs that finds nothing: the median of many calls, in each round."""
    sweep_once(database, rules, now=utc_now())
    found = []
    for _ in range(rounds):
        calls = []
        for _ in range(IDLE_CALLS):
            began = time.perf_counter()
            sweep_once(database, rules, now=utc_now())
            calls.append(time.perf_counter() - began)
        found.append(median(calls) * 1000)
    return Figure(f"empty sweep, {number:,} open", "ms", tuple(found))


def _written_once(stage: Stage, database: Database, rules: Rulebook, stride: int, rounds: int) -> dict[str, int]:
    """Step one more round and read back what it wrote: exactly one escalation for each, and the alerts that go with it."""
    before = counts(database)
    due = filling.make_due(stage, stride=stride, offset=2 * rounds % stride, at=utc_now() - timedelta(minutes=1))
    while sweep_once(database, rules, now=utc_now()):
        pass
    now = counts(database)
    written = {name: now[name] - before[name] for name in now if now[name] != before[name]}
    if written.get("escalation") != due:
        raise RuntimeError(f"{due} were due, and {written.get('escalation', 0)} escalations were written")
    return {"due": due, **written}


def _worker_memory(stage: Stage, desks: filling.Desks, stride: int, plan: Plan) -> float:
    """What a worker holds after sweeping as many again and sending what came of all rounds for a while."""
    offset = (2 * plan.rounds + 2) % stride
    with sinks() as ports:
        filling.make_due(stage, stride=stride, offset=offset, at=utc_now() - timedelta(minutes=1))
        environment = stage.environment | {"HUB_SMTP_PORT": str(ports["smtp"])}
        with started(WORKER, environment) as worker:
            _wait_until_swept(stage, worker)
            time.sleep(min(10.0, plan.seconds * 2))
            return memory_mb(worker.pid)[0]


def _wait_until_swept(stage: Stage, worker: Any) -> None:
    database, until = open_database(stage.settings), time.monotonic() + 120
    due = text("SELECT count(*) FROM obligation WHERE state = 'open' AND next_step_at <= :now")
    at = utc_now()
    bound = {"now": (at - EPOCH) // MICROSECOND if stage.engine == "sqlite" else at}
    while time.monotonic() < until and worker.poll() is None:
        with database.read() as session:
            if session.execute(due, bound).scalar_one() == 0:
                break
        time.sleep(0.2)
    else:
        raise RuntimeError("the worker did not sweep what was due within two minutes")
    database.close()


def _outcome(
    engine: Engine, plan: Plan, rates: dict[str, tuple[float, ...]], idle: tuple[Figure, Figure], cost: Figure,
    said: dict[str, Any], memory: float,
) -> Outcome:  # fmt: skip
    hub = Figure(f"the hub, {plan.due_large:,} due of {plan.open_large:,}", "a second", rates["the hub"])
    claim = Figure("R-claim", "a second", rates["R-claim"])
    to_claim = ratio("the hub to R-claim", hub.rounds, claim.rounds)
    drift = ratio("empty sweep, large to small", idle[0].rounds, idle[1].rounds)
    worker = Figure("worker, memory after sweeping and sending", "MB", (memory,))
    floors = [
        Floor(hub, "at least", PER_SECOND),
        Floor(idle[0], "at most", 1.0),
        Floor(cost, "at most", 2.0),
        Floor(worker, "at most", 150),
        Floor(drift, "at most", 2.0, goal="G8"),
        Floor(to_claim, "at least", 0.30, goal="G9"),
    ]
    return Outcome("sweep", engine, [hub, claim, to_claim, cost, *idle, drift, worker], floors, said)
