"""Does a child have the names that somebody typed? Pure. For lists short enough to be opened: a register, a home's residents."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rapidfuzz.distance import OSA

from hub.registry.names.indexes import names_of

SHORTEST_TO_FORGIVE: Final = 4
"""A slip in a shorter word makes another name of it."""


def slips_to(words: Sequence[str], child: Mapping[str, Any]) -> int | None:
    """How many slips lie between *words* (folded) and the names of *child*; ``None`` where they do not lead to them.

    A word leads to a name that begins with it, or that is one letter added, dropped, changed or exchanged away from it.
    """
    names = [part for family, given in names_of(child) for part in ("".join(family), *family, *given)]
    slips = [min((_slips(word, name) for name in names), default=2) for word in words]
    return sum(slips) if all(each < 2 for each in slips) else None


def _slips(word: str, name: str) -> int:
    """0, 1, or 2 for too many."""
    if name.startswith(word):
        return 0
    if len(word) < SHORTEST_TO_FORGIVE:
        return 2
    return min(OSA.distance(word, name, score_cutoff=1), 2)
