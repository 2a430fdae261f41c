"""Does a look-up find the child who is meant, however badly asked for, and nobody where the child is not in the hub?

Every kind of error alone and every two of them, each on as many made children; and children of another register, who are not
there.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, time
from itertools import islice
from statistics import mean

from bench.engines import Engine
from bench.measuring import Figure, Floor, Outcome
from bench.plan import Plan
from bench.register import TODAY, Child, register
from bench.register_load import Register, loaded
from bench.slips import SLIPS, Kind, asked_for, kinds
from hub.core.db import Database
from hub.core.errors import Invalid
from hub.lookup.candidates import Candidate, find
from hub.lookup.ranking import DISCLOSURE_THRESHOLD, Asked
from hub.resources import open_database

NOW = datetime.combine(TODAY, time(2), UTC)
LEAST, MOST_WRONG = 0.98, 0.01
_SAMPLED = 40_000


@dataclass(frozen=True)
class Answered:
    """What became of the questions of one kind: shares of them."""

    kind: Kind
    asked: int
    among_five: float
    first: float
    sure: float
    """The child itself, above the disclosure threshold."""
    wrongly_sure: float
    """Another child above the threshold, and not this one before it."""


def measure(engine: Engine, plan: Plan) -> Outcome:
    """Recall for each kind of error, and how often a child who is not there is answered with another."""
    with (
        loaded(engine, plan.register, durable=plan.durable) as hub,
        closing(open_database(hub.stage.settings)) as database,
    ):
        present = recall(database, hub, each=plan.recall_each)
        absent = strangers(database, hub, number=plan.absent)
    return _outcome(engine, plan, hub, present, absent)


def recall(database: Database, hub: Register, *, each: int, seed: int = 7) -> list[Answered]:
    """Ask for *each* children with every kind of error."""
    chance = random.Random(seed)
    step = max(1, hub.number // _SAMPLED)
    sample = list(islice(enumerate(register(hub.number)), chance.randrange(step), None, step))
    return [_answered(database, hub, kind, _questions(chance, kind, sample, each)) for kind in kinds()]


def _questions(
    chance: random.Random, kind: Kind, sample: Sequence[tuple[int, Child]], each: int
) -> Iterator[tuple[int, Asked]]:
    fitting = (
        (place, asked)
        for place, child in chance.sample(sample, len(sample))
        if (asked := kind.apply(chance, asked_for(chance, child)))
    )
    return islice(fitting, each)


def _answered(database: Database, hub: Register, kind: Kind, questions: Iterator[tuple[int, Asked]]) -> Answered:
    found = [(hub.first + place, asked_of(database, asked)) for place, asked in questions]
    ranks = [[each.child_id for each in answer] for _, answer in found]
    pairs = list(zip((number for number, _ in found), ranks, strict=True))
    sure = [[each.child_id for each in answer if each.score >= DISCLOSURE_THRESHOLD] for _, answer in found]
    return Answered(
        kind,
        len(found),
        _share([number in answer for number, answer in pairs]),
        _share([answer[:1] == [number] for number, answer in pairs]),
        _share([number in answer for (number, _), answer in zip(pairs, sure, strict=True)]),
        _share([bool(answer) and answer[0] != number for (number, _), answer in zip(pairs, sure, strict=True)]),
    )


def _share(held: Sequence[bool]) -> float:
    return mean(map(float, held)) if held else 1.0


def asked_of(database: Database, asked: Asked) -> list[Candidate]:
    """The answer to one question; nobody, where it was refused."""
    with database.read(at_one_moment=True) as session:
        try:
            return find(session, asked, now=NOW)
        except Invalid:
            return []


@dataclass(frozen=True)
class Strangers:
    """Look-ups for children who are not there: how many; the shares answered with anybody, and with one above the threshold."""

    asked: int
    offered: float
    sure: float


def strangers(database: Database, hub: Register, *, number: int, seed: int = 8) -> Strangers:
    """Ask for *number* children of another register, rightly put or with an error or two."""
    chance, there, every = random.Random(seed), _who_is_there(hub), kinds()
    answers: list[list[Candidate]] = []
    for child in register(100 * number, seed=seed):
        if len(answers) == number:
            break
        asked = chance.choice(every).apply(chance, asked_for(chance, child)) if chance.random() < 0.2 else None
        if asked and (child.family_name, child.born_on) not in there:
            answers.append(asked_of(database, asked))
    sure = [any(each.score >= DISCLOSURE_THRESHOLD for each in answer) for answer in answers]
    return Strangers(len(answers), _share([bool(answer) for answer in answers]), _share(sure))


def _who_is_there(hub: Register) -> set[tuple[str, object]]:
    return {(child.family_name, child.born_on) for child in register(hub.number)}


# ── The table ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _outcome(engine: Engine, plan: Plan, hub: Register, present: list[Answered], absent: Strangers) -> Outcome:
    erring = [each for each in present if each.kind.names and each.asked]
    every = Figure("recall within five, over all errors", "", (mean(each.among_five for each in erring),))
    wrong = Figure("answered above the threshold, child not there", "", (absent.sure,))
    singles = [Figure(_named(each), "", (each.among_five,)) for each in present if len(each.kind.names) < 2]
    worst = sorted((each for each in erring if len(each.kind.names) == 2), key=lambda each: each.among_five)[:8]
    others = [
        Figure("first, over all errors", "", (mean(each.first for each in erring),)),
        Figure("above the threshold, over all errors", "", (mean(each.sure for each in erring),)),
        Figure("another child above it, over all errors", "", (mean(each.wrongly_sure for each in erring),)),
        Figure("offered anybody, child not there", "", (absent.offered,)),
    ]
    said: dict[str, str] = {
        "children": f"{hub.number:,}",
        "built in": f"{hub.took:.0f} s" if hub.took else "kept from before",
        "questions": f"{sum(each.asked for each in present):,} for children there, {absent.asked:,} for others",
        "recall by errors": table(present),
    }
    floors = [Floor(every, "at least", LEAST), Floor(wrong, "at most", MOST_WRONG)]
    figures = [every, wrong, *others, *singles, *(Figure(_named(each), "", (each.among_five,)) for each in worst)]
    return Outcome("recall", engine, figures, floors, said)


def _named(each: Answered) -> str:
    return " + ".join(each.kind.names) or "rightly put"


def table(present: Sequence[Answered]) -> str:
    """Percent found within five: a line for each error, alone and together with each of the others."""
    found = {frozenset(each.kind.names): f"{100 * each.among_five:.0f}" for each in present if each.asked}
    names = list(SLIPS)
    head = " ".join(f"{place:>4}" for place in ("", "one", *range(1, len(names) + 1)))
    lines = [f"{'':<40}{head}"]
    for place, name in enumerate(names, 1):
        cells = (found.get(frozenset((name, other)), "") if name != other else "" for other in names)
        lines.append(
            f"{place:>3} {name:<40} {found.get(frozenset((name,)), ''):>4} " + " ".join(f"{each:>4}" for each in cells)
        )
    return "\n" + "\n".join(lines)
