"""Which children have the names that somebody typed? Pure. For lists short enough to be opened: a register, a house."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from hub.registry.names.indexes import names_of

SHORTEST_TO_FORGIVE: Final = 4
"""A slip in a shorter word makes another name of it."""
_DISTANCE: Final[Any] = OSA.distance


def fitting(words: Sequence[str], children: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """The places among *children* of those to whose names *words* (folded) lead → how many slips lie between; in their order.

    A word leads to a name that begins with it, or that is one letter added, dropped, changed or exchanged away from it. Names
    that are the same are compared once.
    """
    names = [_parts(child) for child in children]
    known = list({part for parts in names for part in parts})
    left = dict.fromkeys(range(len(children)), 0)
    for word in words:
        slips = _slips(word, known)
        least = {place: min((slips[part] for part in names[place] if part in slips), default=None) for place in left}
        left = {place: left[place] + each for place, each in least.items() if each is not None}
    return left


def _parts(child: Mapping[str, Any]) -> list[str]:
    return [part for family, given in names_of(child) for part in ("".join(family), *family, *given)]


def _slips(word: str, names: Iterable[str]) -> dict[str, int]:
    """Those of *names* to which *word* leads, each with no slip or one."""
    near = process.extract(word, names, scorer=_DISTANCE, score_cutoff=1, limit=None) if _is_forgiven(word) else ()
    return {**{name: 1 for name, _, _ in near}, **{name: 0 for name in names if name.startswith(word)}}


def _is_forgiven(word: str) -> bool:
    return len(word) >= SHORTEST_TO_FORGIVE
