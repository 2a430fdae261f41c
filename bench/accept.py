"""W1: a planned notice over HTTP, stored durably before it is answered, beside bare routes that write as many rows.

The hub runs as ``hub serve`` starts it. The references run under the same server with the same workers and threads, on a database
of their own of the same engine. The rows they write are learnt from the hub at the start of each run.
"""

import json
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

from bench import rows
from bench.bare import LEARNT
from bench.engines import Engine, Stage, counts, staged
from bench.load import Answers, Load, send
from bench.measuring import Figure, Floor, Outcome, interleaved, ratio
from bench.plan import Plan
from bench.servers import memory_mb, post, web
from hub.resources import open_database

MEMORY_MB = 150
GOALS = {"sqlite": 0.20, "postgresql": 0.17}


def notice() -> dict[str, Any]:
    """A planned, distant placement of a child who does not exist, complete, from Leeds into Kent."""
    starts = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=14)
    return {
        "kind": "placement_start",
        "child": {
            "family_name": "{{FAMILY}}",
            "given_names": "{{GIVEN}}",
            "born_on": "{{BORN}}",
            "sex": "not_known",
            "identifiers": {"local_id": "{{SERIAL}}"},
        },
        "legal_status": "S20",
        "setting": "childrens_home",
        "address": {"lines": ["Willow House", "1 Fictitious Lane", "Maidstone"], "postcode": "ME14 1XQ"},
        "provider": {"urn": "SC900001"},
        "starts_at": starts.isoformat(),
        "needs_assessment": "Invented for the bench: needs a small home with a settled staff team. " * 3,
        "suitability_reasons": "Invented for the bench: the home offers that, and school places are near.",
        "care_plan": {"to_follow": True, "reason": "Invented for the bench: it is being signed."},
        "social_worker": {"name": "P. Specimen", "phone": "01632 960100", "email": "p.specimen@leeds.example"},
        "iro": {"name": "I. Invented", "phone": "01632 960101"},
        "ehc_plan": {"has": "no"},
        "out_of_hours": {"name": "Leeds emergency duty team", "phone": "01632 960102"},
        "approval": {
            "name": "D. Fictitious",
            "role": "Director of Children's Services",
            "approved_at": (datetime.now(UTC) - timedelta(hours=2)).isoformat(),
        },
    }


def measure(engine: Engine, plan: Plan) -> Outcome:
    """The hub, the bare route and the echo, in turn."""
    with ExitStack() as after:
        hub = after.enter_context(staged(engine, durable=plan.durable, web_workers=plan.web_workers))
        other = after.enter_context(staged(engine, durable=plan.durable, web_workers=plan.web_workers))
        hub_port, hub_pid = after.enter_context(web(hub, "hub.cli", "serve"))
        learnt = _learn(hub, hub_port, times=plan.learn)
        path = other.settings.data_dir / "learnt"
        rows.keep(learnt, path)
        bare_port, _ = after.enter_context(web(other, "bench.bare", **{LEARNT: str(path)}))
        before = _rows_in(hub), _rows_in(other)
        loads = {
            "the hub": _load(hub_port, "/api/v1/notices", plan, hub.tokens()["leeds"]),
            "R-bare": _load(bare_port, "/notices", plan),
            "R-echo": _load(bare_port, "/echo", plan),
        }
        answers = _run(loads, plan)
        memory = memory_mb(hub_pid)
        said = _checked_rows(learnt, answers, before, (_rows_in(hub), _rows_in(other)))
    return _outcome(engine, answers, memory, said)


def _learn(stage: Stage, port: int, times: int) -> list[rows.Rows]:
    """Send *times* notices one by one; the rows each became. Every one must become as many rows as the first."""
    token, sent = stage.tokens()["leeds"], iter(range(times))

    def send_one() -> None:
        number = next(sent)
        words = {
            "SERIAL": f"learnt-{number}",
            "FAMILY": f"Learnt{'abcdefghijklmnopqrst'[number % 20]}",
            "GIVEN": "Sample",
        }
        words["BORN"] = f"2012-{number % 12 + 1:02}-{number % 28 + 1:02}"
        body = json.dumps(notice())
        for marker, word in words.items():
            body = body.replace("{{" + marker + "}}", word)
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"learnt-{number:08}"}
        post(port, "/api/v1/notices", body.encode(), headers)

    learnt = rows.learn(stage, send_one, times)
    shapes = {json.dumps(rows.counted(one)) for one in learnt}
    if len(shapes) != 1:
        raise RuntimeError(f"notices alike became different rows: {shapes}")
    return learnt


def _load(port: int, path: str, plan: Plan, token: str = "") -> Load:
    body = json.dumps(notice(), separators=(",", ":"))
    return Load("127.0.0.1", port, path, [body], token=token, clients=plan.clients, seconds=plan.seconds)


def _run(loads: Mapping[str, Load], plan: Plan) -> dict[str, list[Answers]]:
    """Every contender in turn; a short first round warms up and is not kept."""
    answers: dict[str, list[Answers]] = {name: [] for name in loads}

    def runner(name: str) -> Any:
        def run(_round: int) -> float:
            answers[name].append(send(loads[name]))
            return answers[name][-1].per_second

        return run

    interleaved(plan.rounds + 1, {name: runner(name) for name in loads})
    return answers


MOST_BY_CHANCE = 1.02


def _rows_in(stage: Stage) -> dict[str, int]:
    database = open_database(stage.settings)
    try:
        return counts(database)
    finally:
        database.close()


def _checked_rows(
    learnt: list[rows.Rows],
    answers: Mapping[str, list[Answers]],
    before: tuple[dict[str, int], dict[str, int]],
    after: tuple[dict[str, int], dict[str, int]],
) -> dict[str, Any]:
    """Read everything back: what was answered is stored, table by table, by the hub and by the reference alike."""
    shape = rows.counted(learnt[0])
    for name, was, now in (("the hub", before[0], after[0]), ("R-bare", before[1], after[1])):
        notices = sum(answer.good for answer in answers[name])
        for table, each in shape.items():
            # A notice in a thousand resembles one before it, by chance, and stores the question whether they are the same.
            if not notices * each <= now[table] - was[table] <= notices * each * MOST_BY_CHANCE:
                raise RuntimeError(
                    f"{name}: {notices} notices were answered, {now[table] - was[table]} rows are in {table}"
                )
    return {
        "rows of one notice": shape | {"in all": sum(shape.values())},
        "rows read back": "as answered, in every table",
    }


def _outcome(
    engine: Engine, answers: Mapping[str, list[Answers]], memory: list[float], said: Mapping[str, Any]
) -> Outcome:
    kept = {name: found[1:] for name, found in answers.items()}
    rates = {name: tuple(answer.per_second for answer in found) for name, found in kept.items()}
    ours = kept["the hub"]
    p50 = Figure("the hub, p50", "ms", tuple(answer.p50_ms for answer in ours))
    p99 = Figure("the hub, p99", "ms", tuple(answer.p99_ms for answer in ours))
    tail = ratio("p99 to p50", p99.rounds, p50.rounds)
    to_bare, to_echo = (
        ratio("the hub to R-bare", rates["the hub"], rates["R-bare"]),
        ratio("the hub to R-echo", rates["the hub"], rates["R-echo"]),
    )
    worker = Figure("web worker, memory", "MB", (memory[0],))
    figures = [Figure(name, "a second", found) for name, found in rates.items()] + [
        to_bare,
        to_echo,
        p50,
        p99,
        tail,
        worker,
    ]
    floors = [
        Floor(to_bare, "at least", 0.40),
        Floor(tail, "at most", 3.0),
        Floor(p99, "at most", 150.0),
        Floor(worker, "at most", MEMORY_MB),
        Floor(to_echo, "at least", GOALS[engine], goal="G1"),
    ]
    return Outcome("accept", engine, figures, floors, said)
