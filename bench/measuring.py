"""Rounds, figures and floors: the arithmetic of a comparison, and nothing that measures by itself.

A figure is one quantity with its value in each round. Contenders run in turn, A B A B …, and a ratio is taken inside each round,
because the machine drifts between rounds by more than the contenders differ.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Literal

Sense = Literal["at least", "at most"]


@dataclass(frozen=True)
class Figure:
    """One quantity: its name, its unit, and its value in each round."""

    name: str
    unit: str
    rounds: tuple[float, ...]

    @property
    def value(self) -> float:
        """The median over the rounds."""
        return median(self.rounds)


@dataclass(frozen=True)
class Floor:
    """What a figure must reach."""

    figure: Figure
    sense: Sense
    limit: float
    goal: str = ""
    """A goal is shown, by its number, and does not fail the run. Empty: a floor."""

    @property
    def holds(self) -> bool:
        value = self.figure.value
        return value >= self.limit if self.sense == "at least" else value <= self.limit

    @property
    def sentence(self) -> str:
        wanted = f"{self.sense} {shown(self.limit)} {self.figure.unit}"
        return f"{self.figure.name}: {shown(self.figure.value)} {self.figure.unit}, {wanted} is asked"


@dataclass(frozen=True)
class Outcome:
    """What one benchmark found on one engine. ``said``: what else a reader must know (row counts, checks, settings)."""

    benchmark: str
    engine: str
    figures: Sequence[Figure]
    floors: Sequence[Floor] = ()
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def missed(self) -> list[Floor]:
        return [floor for floor in self.floors if not floor.holds and not floor.goal]


def interleaved(rounds: int, contenders: Mapping[str, Callable[[int], float]]) -> dict[str, tuple[float, ...]]:
    """Run every contender once in each round, in turn. Each is given the number of the round and returns its value."""
    found: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds):
        for name, run in contenders.items():
            found[name].append(run(number))
    return {name: tuple(values) for name, values in found.items()}


def ratio(name: str, of: Sequence[float], to: Sequence[float]) -> Figure:
    """*of* over *to*, round by round."""
    return Figure(name, "x", tuple(a / b for a, b in zip(of, to, strict=True)))


def quantile(ordered: Sequence[float], part: float) -> float:
    """The value below which *part* of the ordered values lie; 0.0 when there are none."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0


def shown(value: float) -> str:
    """A number in as many digits as mean something."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.3g}"
