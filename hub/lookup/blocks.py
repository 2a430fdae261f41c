"""The small blocks in which candidates are sought: ids of children, by keyed indexes alone. Nothing is opened here."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import product
from typing import Final

from sqlalchemy.orm import Session

from hub.core.db import keys_of
from hub.lookup import candidate_queries as queries
from hub.lookup.likeness import Kind, Words
from hub.lookup.ranking import Question, too_many
from hub.registry.names.indexes import days_of, family_parts, near_rows, pair_values
from hub.registry.names.nicknames import forms_of
from hub.registry.names.places import place_values

BLOCK: Final = 300
"""Ids taken of one block: more than are born on any day."""
BUCKET: Final = 3_000
"""Children of one name, where only one is known, before their birth narrows them."""
NAMES_NEAR: Final = 400
PAIRS: Final = 2_500
COUNTED: Final = 4_000


def by_number(session: Session, question: Question) -> Iterator[int]:
    """Who has a number that was told."""
    keys = keys_of(session)
    asked = [
        f"{scheme}\x1f{number}" for scheme, plain in question.numbers.items() for number in _numbers(session, plain)
    ]
    yield from _children(session, "identifier", [value for each in asked for value in keys.blinds("identifier", each)])


def _numbers(session: Session, plain: str) -> list[str]:
    """A council's own number, where the council is not known, may be any council's."""
    return [f"{council}{plain}" for council in queries.councils(session)] if plain.startswith(":") else [plain]


def first(session: Session, question: Question) -> Iterator[int]:
    """Who is at the place that was told, or has the names that were told."""
    if question.has_place:
        yield from _at_place(session, question)
    if question.family and question.given:
        yield from _children(session, "name_pair", _exact_pairs(session, question))
    elif (question.family or question.given) and question.born_on is None and question.has_birth:
        yield from _of_one_name(session, question, near=False)


def born_then(session: Session, question: Question) -> Iterator[int]:
    """Who was born on the day that was told."""
    if question.born_on is not None:
        yield from _children(session, "born_on", keys_of(session).blinds("born_on", question.born_on.isoformat()))


def near(session: Session, question: Question) -> Iterator[int]:
    """Who has names of which one is right and the other near."""
    if question.family and question.given:
        right, _ = _near_pairs(session, question.family, question.given)
        yield from _children(session, "name_pair", pair_values(keys_of(session), right))
    elif question.born_on is None and question.has_birth:
        yield from _of_one_name(session, question, near=True)


def farther(session: Session, question: Question) -> Iterator[int]:
    """The same of the names the other way round; where no date was told, who has names of which both are near."""
    if not (question.family and question.given):
        return
    swapped, _ = _near_pairs(session, question.given, question.family)
    both = [] if question.born_on else _near_pairs(session, question.family, question.given)[1]
    yield from _children(session, "name_pair", pair_values(keys_of(session), [*swapped, *both]))


Name = tuple[Words, Words]
"""Family and given names; either may be empty."""
_Counted = tuple[str, tuple[bytes, ...]]
"""A kind of value in the index, and the values under which children are counted."""


def namesakes(session: Session, names: Collection[Name]) -> dict[Name, float]:
    """How many children may be expected to have each of *names*: counted, or estimated from how common each part of it is."""
    asked = {name: _counted(session, *name) for name in names}
    every = list(dict.fromkeys(each for counted in asked.values() for each in counted))
    numbers, children = queries.bearers(session, every, at_most=COUNTED)
    bearers = dict(zip(every, numbers, strict=True))
    return {name: _expected(name, [bearers[each] for each in asked[name]], children) for name in names}


def _counted(session: Session, family: Words, given: Words) -> tuple[_Counted, _Counted, _Counted]:
    families, givens = _values(session, "family", family_parts(family)[:1]), _values(session, "given", given[:1])
    pairs = pair_values(keys_of(session), product(families, givens))
    return ("family", tuple(families)), ("given", tuple(givens)), ("name_pair", tuple(pairs))


def _expected(name: Name, bearers: Sequence[int], children: int) -> float:
    """Of *children*, with so many *bearers* of the family name, of the given name, and of both."""
    expected = float(children)
    for words, number in zip(name, bearers[:2], strict=True):
        if words:
            expected *= max(_UNHEARD_OF, number) / (children + _HEARD_OF_BESIDES)
    return max(expected, float(bearers[2]))


_UNHEARD_OF: Final = 0.05
"""How many may have a name that nobody has: it is rare, or misspelt."""
_HEARD_OF_BESIDES: Final = 20_000
"""Children besides: a hub with few knows little of how common a name is."""


def _children(session: Session, kind: str, values: Sequence[bytes]) -> list[int]:
    return queries.children_under(session, kind, values, at_most=BLOCK)


def _values(session: Session, kind: str, words: Sequence[str]) -> list[bytes]:
    return [each for word in words for each in keys_of(session).blinds(kind, word)]


# ── Two names ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _either_way(question: Question) -> list[Name]:
    return [(question.family, question.given), (question.given, question.family)]


def _given_words(given: Words) -> list[str]:
    """The first two given names, and the two as one word."""
    return list(dict.fromkeys((*given[:2], "".join(given[:2]))))


def _exact_pairs(session: Session, question: Question) -> list[bytes]:
    pairs = [
        pair
        for family, given in _either_way(question)
        for pair in product(
            _values(session, "family", family_parts(family)[:4]),
            _values(session, "given", [form for word in _given_words(given) for form in forms_of(word)]),
        )
    ]
    return pair_values(keys_of(session), pairs)


Pairs = list[tuple[bytes, bytes]]


def _near_pairs(session: Session, family: Words, given: Words) -> tuple[Pairs, Pairs]:
    """Pairs of values of which one is right and the other near; and those of which both are near."""
    families, givens = family_parts(family)[:3], given[:1]
    near_families, near_givens = _near(session, families, givens)
    right = [*product(near_families, _values(session, "given", givens))]
    right += product(_values(session, "family", families), near_givens)
    return right[:PAIRS], list(product(near_families, near_givens))[:PAIRS]


def _near(session: Session, families: Sequence[str], givens: Sequence[str]) -> tuple[list[bytes], list[bytes]]:
    """The values of family and of given names that are near these."""
    keys = keys_of(session)
    asked = (("family", families), ("given", givens))
    variants = {kind: [each for word in words for each in near_rows(keys, kind, word)] for kind, words in asked}
    found = queries.names_under(session, variants["family"], variants["given"], at_most=NAMES_NEAR)
    return [value for kind, value in found if kind == "family"], [value for kind, value in found if kind == "given"]


# ── One name, one place ───────────────────────────────────────────────────────────────────────────────────────────────


def _of_one_name(session: Session, question: Question, *, near: bool) -> list[int]:
    """Who has the one name that is known and was born when it was told, where that is no whole date."""
    kind: Kind = "family" if question.family else "given"
    words = family_parts(question.family) or tuple(form for word in question.given[:1] for form in forms_of(word))
    if near:
        families, givens = _near(session, words[:3], ()) if kind == "family" else _near(session, (), words[:3])
        values = [*families, *givens]
    else:
        values = _values(session, kind, words)
    bucket = queries.children_under(session, kind, values, at_most=BUCKET + 1)
    if len(bucket) > BUCKET and not near:
        raise too_many()
    days = [each for day in _days(question) for each in keys_of(session).blinds("born_on", day.isoformat())]
    return queries.of_these_under(session, bucket[:BUCKET], "born_on", days)


def _days(question: Question) -> list[date]:
    if question.born_year is not None:
        return days_of(question.born_year, question.born_month)
    if question.age is None or question.today is None:
        return []
    first_year = question.today.year - question.age - 1
    return [*days_of(first_year), *days_of(first_year + 1)]


def _at_place(session: Session, question: Question) -> Iterator[int]:
    homes = list(question.homes or ())
    for kind, plain in (("postcode", question.postcode), ("phone", question.phone)):
        values = place_values(keys_of(session), kind, plain)
        yield from queries.children_at(session, kind, values, at_most=BLOCK)
        homes += queries.homes_at(session, kind, values)
    yield from queries.children_of_homes(session, homes, at_most=BLOCK)
