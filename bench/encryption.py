"""What encryption costs: the hub beside the same hub with its keys taken out, accepting notices and looking children up.

Accepting: over HTTP, stored durably before it is answered, as in W1. Looking up: over HTTP as a control room does, as in W2;
and in process the question that every notice asks (is this child known?), by name, date and number, with the children found
opened.
"""

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime, timedelta
from itertools import product
from statistics import median
from typing import Any

from bench.accept import notice
from bench.engines import Engine, Stage, staged
from bench.filling import insert_rows
from bench.load import Answers, Load, send
from bench.look_up import over_http, questions_of
from bench.measuring import Figure, Floor, Outcome, interleaved, ratio
from bench.plan import Plan
from bench.register_load import fill
from bench.servers import web
from bench.unsealed import open_unsealed
from hub.core.db import Database
from hub.core.ids import new_ref
from hub.lookup.ranking import Asked
from hub.registry.links.queries import Parties, candidates
from hub.registry.names.indexes import index_rows, search_rows
from hub.resources import open_database

MOST = 1.3
ASKED = ("exact", "fuzzy, with the date of birth")
SYLLABLES = ["".join(pair) for pair in product("bdfghklmnprstv", "aeio")]


def measure(engine: Engine, plan: Plan) -> Outcome:
    """Both hubs in turn, accepting; then both, looking up."""
    with ExitStack() as after:
        sealed, plain = (
            after.enter_context(staged(engine, durable=plan.durable, web_workers=plan.web_workers)) for _ in range(2)
        )
        accepted = _accepting(sealed, plain, plan)
        looked_up = _looking_up(sealed, plain, plan)
        asked = _asking_over_http(sealed, plain, plan)
    return _outcome(engine, accepted, asked, looked_up, plan)


# ── Accepting ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _accepting(sealed: Stage, plain: Stage, plan: Plan) -> dict[str, tuple[float, ...]]:
    with ExitStack() as after:
        ports = {
            "accepting, sealed": (after.enter_context(web(sealed, "hub.cli", "serve"))[0], sealed),
            "accepting, without keys": (after.enter_context(web(plain, "bench.unsealed"))[0], plain),
        }
        loads = {name: _load(port, plan, stage.tokens()["leeds"]) for name, (port, stage) in ports.items()}
        found = interleaved(plan.rounds + 1, {name: _runner(load) for name, load in loads.items()})
    return {name: values[1:] for name, values in found.items()}  # the first round warms up


def _load(port: int, plan: Plan, token: str) -> Load:
    body = json.dumps(notice(), separators=(",", ":"))
    return Load("127.0.0.1", port, "/api/v1/notices", [body], token=token, clients=plan.clients, seconds=plan.seconds)


def _runner(load: Load) -> Any:
    def run(_round: int) -> float:
        answers: Answers = send(load)
        if answers.bad:
            raise RuntimeError(f"{answers.bad} notices were refused: {answers.first_bad}")
        return answers.per_second

    return run


# ── Is this child known? ──────────────────────────────────────────────────────────────────────────────────────────────


def _looking_up(sealed: Stage, plain: Stage, plan: Plan) -> dict[str, tuple[float, ...]]:
    chance = random.Random(7)
    children = [_child(chance, number) for number in range(plan.looked_among)]
    with ExitStack() as after:
        databases = {
            "known, sealed": (sealed, open_database(sealed.settings)),
            "known, without keys": (plain, open_unsealed(plain)),
        }
        for stage, database in databases.values():
            after.callback(database.close)
            _put(stage, database, children)
        asked = [chance.sample(children, plan.look_ups) for _ in range(plan.rounds + 1)]
        runners = {name: _asking(database, asked) for name, (_, database) in databases.items()}
        found = interleaved(plan.rounds + 1, runners)
    return {name: values[1:] for name, values in found.items()}


def _child(chance: random.Random, number: int) -> dict[str, Any]:
    born = date(2008, 7, 1) + timedelta(days=chance.randrange(6000))
    return {
        "family_name": "".join(chance.choices(SYLLABLES, k=3)).capitalize(),
        "given_names": "".join(chance.choices(SYLLABLES, k=2)).capitalize(),
        "born_on": born.isoformat(),
        "sex": "not_known",
        "identifiers": {"local_id": f"LOOK-{number}"},
    }


def _put(stage: Stage, database: Database, children: list[dict[str, Any]]) -> None:
    """Children with a placement each, sealed and indexed as *database*'s keys do, for a council that is not the cast's."""
    first, now = 10_000_000, datetime.now(UTC) - timedelta(days=30)
    insert_rows(stage, "child", _children(database, children, first, now))
    insert_rows(stage, "child_index", _index(database, children, first))
    insert_rows(stage, "placement", _placements(database, len(children), first, now))


def _children(
    database: Database, children: list[dict[str, Any]], first: int, now: datetime
) -> Iterator[dict[str, Any]]:
    for number, child in enumerate(children):
        ref = new_ref("chd")
        yield {"id": first + number, "ref": ref, "placing_authority_id": None, "sealed": database.keys.seal(ref, child),
               "merged_into_id": None, "created_at": now, "version": 1, "spread_version": 1}  # fmt: skip


def _index(database: Database, children: list[dict[str, Any]], first: int) -> Iterator[dict[str, Any]]:
    for number, child in enumerate(children):
        for kind, value in index_rows(database.keys, child):
            yield {"kind": kind, "value": value, "child_id": first + number}


def _placements(database: Database, number: int, first: int, now: datetime) -> Iterator[dict[str, Any]]:
    same = {"state": "confirmed", "setting": "childrens_home", "legal_status": "S20", "area_confirmed": True,
            "is_emergency": False, "first_source": "home", "starts_at": now, "created_at": now, "version": 1,
            "spread_version": 1}  # fmt: skip
    for each in range(number):
        ref = new_ref("pla")
        sealed = database.keys.seal(ref, {"address": {"lines": ["1 Fictitious Lane"], "postcode": "ME14 1XQ"}})
        yield same | {"ref": ref, "child_id": first + each, "sealed": sealed}


def _asking(database: Database, asked: list[list[dict[str, Any]]]) -> Any:
    def run(number: int) -> float:
        times = []
        with database.read() as session:
            for child in asked[number]:
                began = time.perf_counter()
                rows = search_rows(database.keys, child)
                found = candidates(session, rows, Parties(None, None, None))
                opened = [database.keys.open(row.described_ref, row.described) for row in found]
                times.append(time.perf_counter() - began)
                if child not in opened:
                    raise RuntimeError("a child that is there was not found")
        return median(times) * 1e6

    return run


# ── Looking up over HTTP ──────────────────────────────────────────────────────────────────────────────────────────────


def _asking_over_http(sealed: Stage, plain: Stage, plan: Plan) -> dict[str, tuple[float, ...]]:
    """Medians in milliseconds, of "sealed" and "without keys", for each form of question."""
    for stage, opened in ((sealed, open_database(sealed.settings)), (plain, open_unsealed(plain))):
        with closing(opened):
            fill(stage, plan.looked_among, opened.keys)
    with ExitStack() as after:
        database = after.enter_context(closing(open_database(sealed.settings)))
        asks = {
            "sealed": after.enter_context(over_http(sealed, plan, "hub.cli", "serve")),
            "without keys": after.enter_context(over_http(plain, plan, "bench.unsealed")),
        }
        runners: dict[str, Callable[[int], float]] = {}
        for form in ASKED:
            asked = questions_of(database, plan.looked_among, form, plan)
            runners |= {f"looking up, {form}, {how}": _median(ask, asked) for how, ask in asks.items()}
        found = interleaved(plan.rounds + 1, runners)
    return {name: values[1:] for name, values in found.items()}


def _median(ask: Callable[[Sequence[Asked]], list[float]], asked: list[list[Asked]]) -> Callable[[int], float]:
    return lambda number: median(ask(asked[number]))


def _outcome(
    engine: Engine,
    accepted: dict[str, tuple[float, ...]],
    asked: dict[str, tuple[float, ...]],
    looked_up: dict[str, tuple[float, ...]],
    plan: Plan,
) -> Outcome:
    rates = [Figure(name, "a second", rounds) for name, rounds in accepted.items()]
    answers = [Figure(name, "ms", rounds) for name, rounds in asked.items()]
    times = [Figure(name, "us", rounds) for name, rounds in looked_up.items()]
    costs = [
        ratio("encryption's cost, accepting", rates[1].rounds, rates[0].rounds),
        *(_cost(f"encryption's cost, looking up, {form}", asked, f"looking up, {form}") for form in ASKED),
        _cost("encryption's cost, asking whether a child is known, in process", looked_up, "known"),
    ]
    floors = [Floor(each, "at most", MOST, goal="B1") for each in costs]
    said = {"looked up among": f"{plan.looked_among:,} children, {plan.look_ups:,} questions a round"}
    return Outcome("encryption", engine, [*rates, *answers, *times, *costs], floors, said)


def _cost(name: str, found: dict[str, tuple[float, ...]], of: str) -> Figure:
    return ratio(name, found[f"{of}, sealed"], found[f"{of}, without keys"])
