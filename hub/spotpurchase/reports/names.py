"""Covering third parties' names in text that somebody wrote: each stands as what that person is to the child. Pure.

A name is found whole and by each of its parts, in capitals or not, with accents or without, wherever letters do not go on before
or after it. Rather too much is covered than too little: who is called Will is covered in “I will” as well.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

SOMEBODY: Final = "somebody"
"""Stands for a name, or a part of one, that more than one person in the report has."""
PARTICLES: Final = frozenset(
    "the of and aka de da di la le du van von der den ter al el bin ibn mr mrs ms miss dr sir".split()  # noqa: SIM905 - a list of words
)
"""Parts of a name that are not covered where they stand alone: half of what is written would be."""
_ALIKE: Final = str.maketrans({"’": "'", "‘": "'", "`": "'", "‐": "-", "‑": "-", "–": "-", "—": "-"})
_PARTS: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_BEGINS, _ENDS = r"(?<![^\W\d_])", r"(?=s?(?![^\W\d_]))"
"""Where a name begins and ends: no letter beside it, but for the s of a genitive or a plural."""


def labels_of(people: Sequence[Mapping[str, Any]]) -> list[str]:
    """What stands for each person: its role, with a number where several have the same."""
    roles = [str(each.get("role") or "other_person").replace("_", " ") for each in people]
    seen: dict[str, int] = {}
    found = []
    for role in roles:
        seen[role] = seen.get(role, 0) + 1
        found.append(f"{role} {seen[role]}" if roles.count(role) > 1 else role)
    return found


class Cover:
    """Covers the names of *people* (mappings with ``name``, ``also_called``, ``role``) in any text."""

    def __init__(self, people: Sequence[Mapping[str, Any]]) -> None:
        self._labels: dict[str, str] = {}
        for person, label in zip(people, labels_of(people), strict=True):
            for token in dict.fromkeys(_tokens(person)):
                is_new = self._labels.setdefault(token, label) == label
                self._labels[token] = label if is_new else SOMEBODY
        longest_first = sorted(self._labels, key=lambda token: (-len(token), token))
        patterns = [re.escape(token).replace(r"\ ", r"\s+") for token in longest_first]
        joined = "|".join(patterns)
        self._pattern = re.compile(f"{_BEGINS}(?:{joined}){_ENDS}") if patterns else None

    def __call__(self, text: str) -> str:
        """*text* with every name that was found covered: ``[friend 2]``."""
        if self._pattern is None:
            return text
        folded, at = _folded(text)
        found, last = [], 0
        for match in self._pattern.finditer(folded):
            begins, ends = at[match.start()], at[match.end()]
            found += [text[last:begins], f"[{self._labels[' '.join(match[0].split())]}]"]
            last = ends
        return "".join([*found, text[last:]])


def _tokens(person: Mapping[str, Any]) -> Iterator[str]:
    """The name, what else they are called, and the parts of either by which somebody could be known."""
    for name in (person.get("name"), *(person.get("also_called") or ())):
        whole = " ".join(_folded(str(name or ""))[0].split())
        if whole:
            yield whole
        parts = _PARTS.findall(whole)
        if len(parts) == 1:
            yield parts[0]
        yield from (part for part in parts if len(part) > 1 and part not in PARTICLES and not part.isdigit())


def _folded(text: str) -> tuple[str, list[int]]:
    """*text* without capitals and accents; and for each place in it, and for its end, the place in *text*."""
    letters: list[str] = []
    at: list[int] = []
    for place, letter in enumerate(text):
        for each in unicodedata.normalize("NFKD", letter.translate(_ALIKE)).casefold():
            if unicodedata.category(each) not in ("Mn", "Cf"):
                letters.append(each)
                at.append(place)
    return "".join(letters), [*at, len(text)]
