"""Which children could be meant? At most five, the likeliest first, found through keyed indexes without reading the others.

Candidates come from small blocks (``blocks``), and only what is in a block is opened and compared:

1. who has a number that was told;
2. who is at the address that was told; who has that pair of names, in either order, in any known form of the given name;
3. unless one of these is as good as what was told: who has a pair of names of which one is right and the other near, by a slip or
   two or another spelling;
4. unless one of these is near: who was born on that day, some 150 among a million, whatever their names;
5. only when none of these is: near pairs with the names the other way round; without a date, those of which both are near.

So with the right date any errors in the names are met, and with one right name any error in the date.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from hub.core.clock import london_date
from hub.lookup import blocks, opening
from hub.lookup.ranking import Asked, Known, Likeness, Question, chance, likeness, might_be_asked, offered, score
from hub.lookup.reading import question_of

__all__ = ["Asked", "Candidate", "find"]

OPENED_AT_MOST: Final = 400
"""Children whose sealed rows are opened in one step of a search."""
PLACED_AT_MOST: Final = 40
"""Of those that are near enough, the likeliest whose placements are read."""
_STEPS: Final[Sequence[tuple[Callable[[Session, Question], Iterable[int]], float]]] = (
    (blocks.by_number, 14.0),
    (blocks.first, 5.0),
    (blocks.near, 16.0),
    (blocks.born_then, 16.0),
    (blocks.farther, 0.0),
)
"""Each with the bits within which a child that it came upon is meant, or else nobody is: then no further step is gone."""


@dataclass(frozen=True)
class Candidate:
    """A child who may be meant. ``why``: codes (``reasons.SENTENCES``), never a value."""

    child_id: int
    """Of a child that was merged into another: of that one."""
    placement_ids: tuple[int, ...]
    """Latest first; those that were cancelled are left out."""
    score: float
    """Above 0.5, to 1; from ``ranking.DISCLOSURE_THRESHOLD`` on the child counts as the one meant."""
    why: tuple[str, ...]


def find(session: Session, asked: Asked, *, now: datetime) -> list[Candidate]:
    """The children who could be meant, at most five, likeliest first; none where nobody is near enough.

    Nothing is recorded here, and nothing but codes and ids comes out: the caller records the question, and commits, before it
    shows anything. Raises ``Invalid`` saying what to add when what was asked fits too many, or names nobody.
    """
    today = london_date(now)
    question = question_of(session, asked, today=today)
    likely = _likely(session, question, today)
    stays = opening.stays_of(session, _cheapest(likely))
    best = offered(question, _placed(session, question, likely, stays))
    scores = _scores(session, question, [(each, likely[number].known) for number, each in best])
    return [
        Candidate(number, tuple(stay.placement_id for stay in stays[number]), scored, each.why)
        for (number, each), scored in zip(best, scores, strict=True)
    ]


@dataclass(frozen=True)
class _Likely:
    """A child that is near, wherever it stays."""

    likeness: Likeness
    known: Known


def _scores(session: Session, question: Question, best: Sequence[tuple[Likeness, Known]]) -> list[float]:
    """Each of *best* against chance: strangers of the name that was told, and of the name that the child has."""
    if not best:
        return []
    told: blocks.Name = (question.family, question.given)
    theirs = [_name_of(question, known) if each.name_cost else None for each, known in best]
    expected = blocks.namesakes(session, {told, *(name for name in theirs if name)})
    return [
        score(
            each.cost, chance(question, might_be_asked(expected[told], expected[name] if name else 0.0, each.name_cost))
        )
        for (each, _), name in zip(best, theirs, strict=True)
    ]


def _name_of(question: Question, known: Known) -> blocks.Name | None:
    """The child's own name, as far as that part of a name was told."""
    if not known.names:
        return None
    family, given = known.names[0]
    return (family if question.family else (), given if question.given else ())


def _likely(session: Session, question: Question, today: date) -> dict[int, _Likely]:
    """Children by how like they are, whatever their place: step by step, until one is near enough."""
    seen: set[int] = set()
    likely: dict[int, _Likely] = {}
    for step, enough in _STEPS:
        new = [each for each in dict.fromkeys(step(session, question)) if each not in seen][:OPENED_AT_MOST]
        seen.update(new)
        _compare(session, question, new, likely, today)
        if any(each.likeness.cost <= enough for each in likely.values()):
            break
    return likely


def _compare(
    session: Session, question: Question, child_ids: Sequence[int], likely: dict[int, _Likely], today: date
) -> None:
    """Open these children and keep in *likely* those that are near; of one that was merged, under the one it was merged into."""
    bare = question.without_place()
    for child in opening.children(session, child_ids, question):
        found = likeness(bare, child.known, today=today)
        before = likely.get(child.root_id)
        if (found.is_offered or question.has_place) and (before is None or found.cost < before.likeness.cost):
            likely[child.root_id] = _Likely(found, child.known)


def _cheapest(likely: Mapping[int, _Likely]) -> list[int]:
    return sorted(likely, key=lambda number: (likely[number].likeness.cost, number))[:PLACED_AT_MOST]


def _placed(
    session: Session, question: Question, likely: Mapping[int, _Likely], stays: opening.Stays
) -> dict[int, Likeness]:
    """Of *likely* those who stay, or stayed, anywhere; where a place was told, with what it says."""
    there = {number: likely[number].likeness for number in stays}
    if not question.has_place:
        return there
    known = opening.places_of(session, stays)
    return {number: each.with_place(question, known[number]) for number, each in there.items()}
