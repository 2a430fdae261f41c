"""How people get a child's name and date wrong: each kind of error applied to a made child, as a question would be asked.

Nicknames and transliterations are lists of their own, not the hub's: what is measured is whether the hub knows what people say.
"""

import random
import tomllib
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import Final

from bench.register import TODAY, Child
from hub.lookup.likeness import age_on
from hub.lookup.ranking import Asked

_SAID: Final = tomllib.loads(Path(__file__).with_name("slips.toml").read_text())
Slip = Callable[[random.Random, Asked], Asked | None]
"""A question with the error in it; ``None`` where the child's name or date leaves no room for it."""


def asked_for(chance: random.Random, child: Child) -> Asked:
    """The question for a child, rightly put: often with the first of the given names alone."""
    given = child.given_names.split()[0] if chance.random() < 0.5 else child.given_names
    return Asked(family_name=child.family_name, given_names=given, born_on=child.born_on)


# ── Letters ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _edited(chance: random.Random, word: str) -> str:
    """One letter dropped, doubled, exchanged with the next, or replaced by another."""
    places = [place for place, letter in enumerate(word) if letter.isalpha()]
    place, how = chance.choice(places), chance.randrange(4)
    if how == 0:
        return word[:place] + word[place + 1 :]
    if how == 1:
        return word[: place + 1] + word[place] + word[place + 1 :]
    if how == 2 and place + 1 < len(word):
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + chance.choice("aeioulnrst") + word[place + 1 :]


def one_edit(chance: random.Random, asked: Asked) -> Asked | None:
    """One letter wrong in the family name or in the first given name."""
    return _in_one_name(chance, asked, _edited, at_least=3)


def two_edits(chance: random.Random, asked: Asked) -> Asked | None:
    """Two letters wrong in a name of more than six."""
    return _in_one_name(chance, asked, lambda c, word: _edited(c, _edited(c, word)), at_least=7)


def _in_one_name(
    chance: random.Random, asked: Asked, edit: Callable[[random.Random, str], str], *, at_least: int
) -> Asked | None:
    first, _, rest = asked.given_names.partition(" ")
    family = [("family", asked.family_name)] if _letters(asked.family_name) >= at_least else []
    places = family + ([("given", first)] if _letters(first) >= at_least else [])
    if not places:
        return None
    where, word = chance.choice(places)
    for _ in range(20):
        edited = edit(chance, word)
        if edited.casefold() != word.casefold() and _letters(edited) > 1:
            return _renamed(asked, where, edited, rest)
    return None


def _renamed(asked: Asked, where: str, word: str, rest: str) -> Asked:
    if where == "family":
        return replace(asked, family_name=word)
    return replace(asked, given_names=f"{word} {rest}".strip())


def _letters(word: str) -> int:
    return sum(letter.isalpha() for letter in word)


# ── Names ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def swapped(_chance: random.Random, asked: Asked) -> Asked | None:
    """Family and given name exchanged."""
    return replace(asked, family_name=asked.given_names, given_names=asked.family_name)


_SHORT_FORMS: Final = {
    name: forms.split(",") for name, _, forms in (each.partition(":") for each in _SAID["nicknames"].split())
}


def nickname(chance: random.Random, asked: Asked) -> Asked | None:
    """The first given name as friends say it."""
    first = asked.given_names.split()[0]
    forms = _SHORT_FORMS.get(first)
    return replace(asked, given_names=chance.choice(forms)) if forms else None


def half(chance: random.Random, asked: Asked) -> Asked | None:
    """One half of a hyphenated name."""
    first, _, rest = asked.given_names.partition(" ")
    if "-" in asked.family_name.strip("-"):
        return replace(asked, family_name=chance.choice(asked.family_name.split("-")))
    return _renamed(asked, "given", chance.choice(first.split("-")), rest) if "-" in first.strip("-") else None


def accent(_chance: random.Random, asked: Asked) -> Asked | None:
    """Accents and apostrophes dropped."""
    family, given = _bare(asked.family_name), _bare(asked.given_names)
    return replace(asked, family_name=family, given_names=given) if (family, given) != _names(asked) else None


def _names(asked: Asked) -> tuple[str, str]:
    return asked.family_name, asked.given_names


_LETTERS: Final = str.maketrans({"ł": "l", "Ł": "L", "ı": "i", "ø": "o", "đ": "d", "'": "", "’": ""})


def _bare(name: str) -> str:
    spread = unicodedata.normalize("NFD", name.translate(_LETTERS))
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


_CLASSES: Final = {
    name: [other for other in each.split(",") if other != name]
    for each in _SAID["spellings"].split()
    for name in each.split(",")
}
_RULES: Final = tuple(tuple(each.split(":")) for each in _SAID["rules"].split())


def transliteration(chance: random.Random, asked: Asked) -> Asked | None:
    """A spelling that another clerk would have written: of a name from another alphabet."""
    first, _, rest = asked.given_names.partition(" ")
    known = [(where, word) for where, word in (("family", asked.family_name), ("given", first)) if word in _CLASSES]
    if not known:
        return None
    where, word = chance.choice(known)
    return _renamed(asked, where, chance.choice(_CLASSES[word]), rest)


def transliteration_by_rule(chance: random.Random, asked: Asked) -> Asked | None:
    """The same, by a rule of the kind ``kh`` for ``k``: for names that are in no list."""
    first, _, rest = asked.given_names.partition(" ")
    fitting = [
        (where, word, rule)
        for where, word in (("family", asked.family_name), ("given", first))
        for rule in _RULES
        if rule[0] in word.lower()[1:]
    ]
    if not fitting:
        return None
    where, word, (heard, written) = chance.choice(fitting)
    return _renamed(asked, where, word[0] + word[1:].lower().replace(heard, written, 1), rest)


# ── Dates ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def day_and_month(_chance: random.Random, asked: Asked) -> Asked | None:
    """Day and month exchanged."""
    born = asked.born_on
    if born is None or born.day > 12 or born.day == born.month:
        return None
    return _born(asked, born.replace(month=born.day, day=born.month))


def date_part(chance: random.Random, asked: Asked) -> Asked | None:
    """The day or the month one too low or too high."""
    born = asked.born_on
    if born is None:
        return None
    step = chance.choice((-1, 1))
    if chance.random() < 0.5:
        return _born(asked, born + timedelta(days=step))
    return _born(asked, _changed(born, month=born.month + step))


def year(chance: random.Random, asked: Asked) -> Asked | None:
    """The year one too low or too high."""
    born = asked.born_on
    return _born(asked, _changed(born, year=born.year + chance.choice((-1, 1)))) if born else None


def _changed(born: date, **parts: int) -> date | None:
    try:
        return born.replace(**parts)
    except ValueError:
        return None


def _born(asked: Asked, born_on: date | None) -> Asked | None:
    return replace(asked, born_on=born_on) if born_on and born_on <= TODAY else None


def age(_chance: random.Random, asked: Asked) -> Asked | None:
    """The age in place of the date."""
    return replace(asked, born_on=None, age=age_on(asked.born_on, TODAY)) if asked.born_on else None


SLIPS: Final[dict[str, Slip]] = {
    "one edit": one_edit,
    "two edits in a name over six letters": two_edits,
    "family and given name swapped": swapped,
    "nickname": nickname,
    "one half of a hyphenated name": half,
    "accent or apostrophe dropped": accent,
    "transliteration": transliteration,
    "transliteration, by rule": transliteration_by_rule,
    "day and month swapped": day_and_month,
    "one date part off by one": date_part,
    "year off by one": year,
    "age in place of date": age,
}
_LAST: Final = ("family and given name swapped", "age in place of date")
"""Applied after the others, which need the names in their places and the date."""
_NOT_TOGETHER: Final = ({"transliteration", "transliteration, by rule"},)


@dataclass(frozen=True)
class Kind:
    """One error, or two at once."""

    names: tuple[str, ...]

    def apply(self, chance: random.Random, asked: Asked) -> Asked | None:
        """The question with these errors in it; ``None`` where there is no room for each."""
        found: Asked | None = asked
        for name in sorted(self.names, key=lambda each: _LAST.index(each) if each in _LAST else -1):
            found = SLIPS[name](chance, found) if found else None
        return found if found != asked or not self.names else None


def kinds() -> Sequence[Kind]:
    """Each error alone, and each two of them."""
    pairs = [pair for pair in combinations(SLIPS, 2) if set(pair) not in _NOT_TOGETHER]
    return [Kind(names) for names in ((), *((name,) for name in SLIPS), *pairs)]
