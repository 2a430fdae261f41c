"""W2: which child is meant, among a million encrypted ones: in process, and over HTTP with purpose, audit and durable commit.

Beside references in the same run, over the same children in the clear: the exact question with a committed audit row, and the
block of one date ranked by Jaro-Winkler. Each question is about another child.
"""

import json
import random
import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

from rapidfuzz.distance import JaroWinkler

from bench.engines import Engine, Stage, raw_postgresql, raw_sqlite
from bench.load import Load, send
from bench.measuring import Figure, Floor, Outcome, quantile, ratio
from bench.plan import Plan
from bench.recall import NOW, asked_of
from bench.register import Child, register
from bench.register_load import Register, loaded
from bench.servers import web
from bench.slips import Kind, asked_for
from hub.core.db import Database
from hub.core.errors import Invalid
from hub.lookup.candidates import find
from hub.lookup.ranking import Asked
from hub.resources import open_database

FORMS: Mapping[str, Sequence[tuple[str, ...]]] = {
    "exact": [()],
    "fuzzy, with the date of birth": [
        ("one edit",), ("nickname",), ("transliteration, by rule",), ("two edits in a name over six letters",),
        ("family and given name swapped",), ("day and month swapped",), ("one edit", "year off by one"),
    ],
    "by name only": [(), ("one edit",), ("nickname",), ("two edits in a name over six letters",)],
    "by name and age": [("age in place of date",), ("one edit", "age in place of date")],
}  # fmt: skip
MOST_MS = {"exact": (10, 50), "fuzzy, with the date of birth": (10, 50), "by name only": (None, 100)}
Times = list[float]


def measure(engine: Engine, plan: Plan) -> Outcome:
    """Milliseconds, medians and 99th percentiles, in each round."""
    with ExitStack() as after:
        hub = after.enter_context(loaded(engine, plan.register, durable=plan.durable))
        database = after.enter_context(closing(open_database(hub.stage.settings)))
        questions = {form: questions_of(database, hub.number, form, plan) for form in FORMS}
        runs: dict[str, Callable[[int], Times]] = {}
        runs |= {f"in process, {form}": partial(_in_process, database, asked) for form, asked in questions.items()}
        ask = after.enter_context(over_http(hub.stage, plan, "hub.cli", "serve"))
        runs |= {f"over HTTP, {form}": partial(_sent, ask, asked) for form, asked in questions.items()}
        runs |= after.enter_context(_references(hub, plan))
        found: dict[str, list[Times]] = {name: [] for name in runs}
        for number in range(plan.rounds + 1):
            for name, run in runs.items():
                found[name].append(sorted(run(number)))
    return _outcome(engine, hub, {name: rounds[1:] for name, rounds in found.items()})


def questions_of(database: Database, number: int, form: str, plan: Plan) -> list[list[Asked]]:
    """Of that form, for each round, about the register's first *number* children: such as are answered.

    A name that too many have is refused, and quickly.
    """
    chance = random.Random(f"11 {form}")
    children = list(islice(register(number), None, None, max(1, number // 20_000)))
    answered = filter(partial(_is_answered, database), _asked(chance, form, children))
    return [list(islice(answered, plan.look_ups_timed)) for _ in range(plan.rounds + 1)]


def _asked(chance: random.Random, form: str, children: Sequence[Child]) -> Iterator[Asked]:
    while True:
        asked = Kind(chance.choice(FORMS[form])).apply(chance, asked_for(chance, chance.choice(children)))
        if asked is not None:
            yield replace(asked, born_on=None) if form == "by name only" else asked


def _is_answered(database: Database, asked: Asked) -> bool:
    try:
        with database.read() as session:
            find(session, asked, now=NOW)
    except Invalid:
        return False
    return True


def _in_process(database: Database, asked: Sequence[Sequence[Asked]], number: int) -> Times:
    return [_timed(lambda each=each: asked_of(database, each)) for each in asked[number]]  # type: ignore[misc]


def _timed(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


# ── Over HTTP ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def over_http(stage: Stage, plan: Plan, module: str, *words: str) -> Iterator[Callable[[Sequence[Asked]], Times]]:
    """What asks a hub on *stage* one question after another, as a control room does, and gives how long each answer took.

    Each answer is written down, audited and committed before it leaves.
    """
    unlimited = Stage(stage.engine, replace(stage.settings, config_dir=_without_limits(stage)))
    with web(unlimited, module, *words) as (port, _):
        yield partial(_times, port, stage.tokens()["kent_police"], plan)


def _without_limits(stage: Stage) -> Any:
    """A copy of the configuration by which one person may ask as often as this does."""
    folder = stage.settings.data_dir / "config"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(stage.settings.config_dir, folder)
    policy = folder / "policy" / "disclosure.toml"
    policy.write_text(
        re.sub(r"(?m)^((?:person|organisation|disclosures)_\w+\s*= )\d+", r"\g<1>100000000", policy.read_text())
    )
    return folder


def _times(port: int, token: str, plan: Plan, asked: Sequence[Asked]) -> Times:
    bodies = [json.dumps(_body(each)) for each in asked]
    load = Load("127.0.0.1", port, "/api/v1/look-ups", bodies, token=token, clients=1, seconds=plan.seconds)
    return [each * 1000 for each in send(load).times]


def _sent(ask: Callable[[Sequence[Asked]], Times], asked: Sequence[Sequence[Asked]], number: int) -> Times:
    return ask(asked[number])


def _body(asked: Asked) -> dict[str, Any]:
    said = {"family_name": asked.family_name, "given_names": asked.given_names, "age": asked.age,
            "born_on": asked.born_on.isoformat() if asked.born_on else None}  # fmt: skip
    known = {name: value for name, value in said.items() if value not in (None, "")}
    return {"purpose": "missing_report", "incident_reference": "18-1234-26", "by": "Control room, desk 4", **known}


# ── References ────────────────────────────────────────────────────────────────────────────────────────────────────────

_EXACT = "SELECT id FROM register_plain WHERE family = ? AND born = ?"
_BLOCK = "SELECT id, family, given FROM register_plain WHERE born = ?"
_AUDIT = "INSERT INTO register_audit (said) VALUES (?)"


@contextmanager
def _references(hub: Register, plan: Plan) -> Iterator[dict[str, Callable[[int], Times]]]:
    """The same children in the clear, through the bare driver with the hub's own durable settings."""
    connection: Any = (raw_sqlite if hub.stage.engine == "sqlite" else raw_postgresql)(hub.stage)
    sqls = [sql if hub.stage.engine == "sqlite" else sql.replace("?", "%s") for sql in (_EXACT, _BLOCK, _AUDIT)]
    connection.execute("CREATE TABLE IF NOT EXISTS register_audit (said TEXT)")
    connection.commit()
    step = max(1, hub.number // (plan.look_ups_timed * (plan.rounds + 1)))
    children = list(islice(register(hub.number), None, None, step))
    exact, block, audit = sqls

    def asked_exactly(child: Child) -> None:
        _begin(connection)
        found = connection.execute(exact, (child.family_name.casefold(), child.born_on.isoformat())).fetchall()
        connection.execute(audit, (f"asked, {len(found)}",))
        connection.execute("COMMIT")

    def ranked(child: Child) -> None:
        rows = connection.execute(block, (child.born_on.isoformat(),)).fetchall()
        name = f"{child.family_name} {child.given_names}".casefold()
        max(rows, key=lambda row: JaroWinkler.similarity(f"{row[1]} {row[2]}", name))

    def each(act: Callable[[Child], None], number: int) -> Times:
        return [_timed(partial(act, child)) for child in children[number :: plan.rounds + 1]]

    yield {
        "R-point, in the clear, audited": partial(each, asked_exactly),
        "R-block, in the clear": partial(each, ranked),
    }
    connection.close()


def _begin(connection: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("BEGIN IMMEDIATE")


# ── Figures ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _outcome(engine: Engine, hub: Register, found: Mapping[str, list[Times]]) -> Outcome:
    figures = {
        f"{name}, p{part}": Figure(f"{name}, p{part}", "ms", tuple(quantile(times, part / 100) for times in rounds))
        for name, rounds in found.items()
        for part in (50, 99)
    }
    floors = [
        Floor(figures[f"over HTTP, {form}, p{part}"], "at most", limit)
        for form, limits in MOST_MS.items()
        for part, limit in zip((50, 99), limits, strict=True)
        if limit is not None
    ]
    pairs = (("exact", "R-point, in the clear, audited"), ("fuzzy, with the date of birth", "R-block, in the clear"))
    ratios = [
        ratio(f"{how}, {form}, to {to}", figures[f"{how}, {form}, p50"].rounds, figures[f"{to}, p50"].rounds)
        for form, to in pairs
        for how in ("in process", "over HTTP")
    ]
    said = {"children": f"{hub.number:,}", "built in": f"{hub.took:.0f} s" if hub.took else "kept from before"}
    return Outcome("look-up", engine, [*figures.values(), *ratios], floors, said)
