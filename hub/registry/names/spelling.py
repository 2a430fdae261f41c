"""How may a name be spelt when it is carried from another alphabet, or written as it is heard? Pure.

Names from Arabic, Urdu, Bengali, Cyrillic, Somali and others reach forms in many spellings: Chowdhury and Chaudhry, Yevhen and
Evgen, Hussain and Hossein. What these have in common is their consonants. :func:`spelling` keeps those, each as one letter for
all that may stand for it, and of the vowels only that there is one at the beginning.

It is coarse on purpose: it says which names to look at, never that two are one (``hub/lookup/likeness.py`` says how alike).
"""

import re
from functools import lru_cache
from typing import Final

_GROUPS: Final = (
    ("shch", "s"), ("szcz", "s"), ("tsch", "c"), ("dzh", "j"), ("tch", "c"), ("sch", "s"),
    ("sz", "s"), ("cz", "c"), ("ch", "c"), ("sh", "s"), ("zh", "j"), ("kh", "k"), ("gh", "g"), ("ph", "f"),
    ("dj", "j"), ("ts", "c"), ("tz", "c"), ("ck", "k"), ("cs", "c"), ("qu", "k"), ("q", "k"), ("ks", "x"), ("w", "v"),
)  # fmt: skip
_FIRST: Final = re.compile(r"^(?:y(?=[aou])|i(?=[aou])|j(?=[aou]))")
_VOWEL_W: Final = re.compile(r"(?<=[aeo])[wv](?![aeiou])")
_SOFT_C: Final = re.compile(r"c(?=[eiy])")
_SOFT_G: Final = re.compile(r"g(?=[eiy])")
_FEWEST: Final = 2
"""Fewer letters say nothing: such a name is its own spelling."""


@lru_cache(maxsize=4096)
def spelling(word: str) -> str:
    """What *word* (folded) has in common with its transliterations; *word* itself where that would say nothing."""
    if not word.isascii() or not word.isalpha():
        return word
    plain = _FIRST.sub("J", _VOWEL_W.sub("", word))
    plain = _SOFT_G.sub("j", _SOFT_C.sub("s", plain)) if not plain.startswith("ch") else plain
    for letters, one in _GROUPS:
        plain = plain.replace(letters, one)
    plain = plain.replace("c", "k") if plain[:1] != "c" else "c" + plain[1:].replace("c", "k")
    kept = _consonants(plain.lower())
    return kept if len(kept) >= _FEWEST else word


def _consonants(word: str) -> str:
    """Consonants, none twice in a row; an ``a`` for a vowel at the beginning; ``h`` only where it begins the word."""
    first = "a" if word[:1] in "aeiouy" else word[:1]
    rest = (letter for letter in re.sub(r"(.)\1+", r"\1", word)[1:] if letter not in "aeiouyh")
    return first + "".join(rest)
