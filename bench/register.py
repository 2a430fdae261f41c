"""A national register of children who do not exist: names of eight communities, brothers and sisters, twins, namesakes.

The same seed gives the same children. Family names are drawn by a power law from some hundred thousand, so that a million
children have about seventy thousand, most of them rare; given names from three hundred a community and sex.
"""

import random
import tomllib
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate, chain, product
from pathlib import Path
from typing import Any, Final

TODAY: Final = date(2026, 11, 22)
_NAMES: Final = Path(__file__).with_name("register_names.toml")
_DAYS: Final = 18 * 365
_GIVEN: Final = 300
VERSION: Final = 1
"""One more whenever another register is made of the same seed."""


@dataclass(frozen=True)
class Community:
    """Names in order of how common they are; ``distinct``: how many family names there are, made ones included."""

    name: str
    share: float
    distinct: int
    is_transliterated: bool
    families: str
    girls: str
    boys: str
    stems: str
    endings: str

    @cached_property
    def family_names(self) -> "Names":
        """The common ones, then made ones, each once."""
        stems, endings = self.stems.split(), self.endings.split()
        made = (stem + ending for ending, stem in product(endings, stems))
        again = (a + b.lower() + ending for ending in endings for a, b in product(stems, repeat=2))
        names = dict.fromkeys(name.replace("_", " ") for name in self.families.split())
        rare = dict.fromkeys(chain(made, again))
        order = random.Random(self.name).sample(list(rare)[: self.distinct * 2], min(len(rare), self.distinct))
        return Names([*names, *(name for name in order if name not in names)][: self.distinct], shift=8)

    @cached_property
    def given_names(self) -> tuple["Names", "Names"]:
        """Of girls, of boys."""
        girls, boys = (_with_rarer(said.split(), self.name) for said in (self.girls, self.boys))
        return Names(girls, shift=10), Names(boys, shift=10)


def _with_rarer(names: list[str], seed: str) -> list[str]:
    """*names*, and rarer ones that begin as one of them and end as another."""
    chance, found = random.Random(seed), dict.fromkeys(names)
    plain = [name for name in names if name.isalpha() and len(name) > 3]
    for _ in range(4 * _GIVEN):
        if len(found) >= _GIVEN:
            break
        one, other = chance.sample(plain, 2)
        found.setdefault(one[:-2] + other[-3:] if chance.random() < 0.5 else one[:3] + other[-4:])
    return list(found)


class Names:
    """Names that are drawn by a power law of their place in the order."""

    def __init__(self, names: Sequence[str], *, shift: float) -> None:
        self.names = names
        self._weights = list(accumulate((place + shift) ** -0.95 for place in range(len(names))))

    def draw(self, chance: random.Random) -> str:
        return self.names[bisect(self._weights, chance.random() * self._weights[-1])]


def communities() -> list[Community]:
    """The communities of ``register_names.toml``."""
    return [Community(**each) for each in tomllib.loads(_NAMES.read_text())["community"]]


@dataclass(frozen=True)
class Child:
    """A made child. ``family``: the number that it shares with its brothers and sisters."""

    family_name: str
    given_names: str
    born_on: date
    is_girl: bool
    community: int
    family: int

    def document(self, number: int) -> dict[str, Any]:
        """As a notice tells of it."""
        return {
            "family_name": self.family_name,
            "given_names": self.given_names,
            "born_on": self.born_on.isoformat(),
            "sex": "female" if self.is_girl else "male",
            "identifiers": {"local_id": f"R-{number}"},
        }


def register(number: int, *, seed: int = 5) -> Iterator[Child]:
    """*number* children, family by family."""
    chance, known = random.Random(seed), communities()
    shares = [each.share for each in known]
    family = 0
    while number > 0:
        [place] = chance.choices(range(len(known)), shares)
        for child in _family(chance, known, place, family)[:number]:
            number -= 1
            yield child
        family += 1


def _family(chance: random.Random, known: list[Community], place: int, family: int) -> list[Child]:
    community = known[place]
    name = community.family_names.draw(chance)
    if chance.random() < 0.05:
        name = f"{name}-{known[0 if chance.random() < 0.5 else place].family_names.draw(chance)}".replace(" ", "")
    [size] = chance.choices((1, 2, 3, 4), (70, 20, 7, 3))
    children: list[Child] = []
    for _ in range(size):
        born_on = TODAY - timedelta(days=1 + chance.randrange(_DAYS))
        if children and chance.random() < 0.07:
            born_on = children[-1].born_on  # twins
        girl = chance.random() < 0.5
        children.append(Child(name, _given(chance, community, girl), born_on, girl, place, family))
    return children


def _given(chance: random.Random, community: Community, girl: bool) -> str:
    names = community.given_names[0 if girl else 1]
    first, second = names.draw(chance), names.draw(chance)
    return f"{first} {second}" if chance.random() < 0.45 and first != second else first
