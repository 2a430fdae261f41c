"""By what can a child be found without being readable? Names folded to plain letters, and blind indexes of them.

Each index row is a write in the transaction that accepts a notice, so there are few: five or six for most children,
never more than :data:`MOST_ROWS`. What is kept, and why no more:

- ``family``: the family name whole, and each half of a hyphenated one. ``given``: each given name.
- ``name_sound``: how first given name and family name sound, as one key with its two parts in alphabetical order.
  Written and asked in either order it is the same key, and a pair is a small bucket where one name alone may be ten
  thousand rows.
- ``born_on``: the date. The one with day and month exchanged is asked as a second question, not kept as a second row.
- ``identifier``: NHS number, unique pupil number, and the council's own number within that council.

- Typing errors in a name are found through its *variants*: itself, and itself with one letter left out; with two, where it has
  more than six. Two names that are as many letters added, dropped, changed or exchanged apart have a variant in common. Beside
  these stands how it may be spelt in another alphabet (``spelling``). They belong to names, not to children: a few dozen rows for
  each different name in the whole hub, written by a job after the notice was accepted (``spreading``).
- ``name_pair``, written by the same job: one of the family names with one of the given names, made of the two *values*. So the
  values that a misspelt name leads to are enough to ask for a pair, and a pair is a small bucket (:func:`pair_values`).
- Parts of a date are asked, not kept: a month is its thirty days (:func:`days_of`). So no row tells who was born in one year.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

import jellyfish
from stdnum.gb import nhs, upn

from hub.core.secrets import KeyRing
from hub.registry.names.spelling import spelling

MOST_ROWS: Final = 16
MOST_PAIRS: Final = 12
MOST_ALIASES: Final = 3
SELECTIVE: Final = ("born_on", "identifier", "name_sound")
"""The kinds whose buckets stay small among a million children: what the search for a known placement asks."""
_PLAIN: Final = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"}
)
_SILENT: Final = frozenset("'’‘`´ʼʻ.")
_ASCII: Final = {ord(c): "" if c in _SILENT else c.lower() if c.isalnum() else " " for c in map(chr, range(128))}
"""What :func:`fold` makes of each plain letter: most names have no other, and a register is folded whole."""

TAG_BYTES: Final = 4
"""The first bytes of a blind index, which tell its key."""

Row = tuple[str, bytes]


def index_rows(keys: KeyRing, child: Mapping[str, Any], *, placing_authority_id: int | None = None) -> list[Row]:
    """The (kind, blind value) rows under which *child* is kept, each once; *child* has the keys of ``Child.sealed``.

    The council's own number (``identifiers.local_id``) means nothing outside it: without *placing_authority_id* it is
    left out.
    """
    return [(kind, keys.blind(kind, value)) for kind, value in _few(_spoken(child, placing_authority_id))]


def near_rows(keys: KeyRing, kind: str, word: str) -> list[bytes]:
    """What to look up in ``NameVariant.variant`` for names of *kind* that *word* (folded) may be meant for."""
    return [each for how, variant in _spread(kind, word) for each in keys.blinds(how, variant)]


def variant_rows(keys: KeyRing, kind: str, word: str) -> list[tuple[str, bytes, bytes]]:
    """The (kind, variant, value) rows under which a name is kept, once for the whole hub; first the one that all names have."""
    value = keys.blind(kind, word)
    return [(kind, keys.blind(how, variant), value) for how, variant in _spread(kind, word)]


def _spread(kind: str, word: str) -> Iterator[tuple[str, str]]:
    yield f"{kind}=", spelling(word)
    yield from ((f"{kind}~", variant) for variant in variants(word))


def pair_rows(keys: KeyRing, child: Mapping[str, Any]) -> list[Row]:
    """The ``name_pair`` rows of *child*: each part of a family name with each given name."""
    words = dict.fromkeys(
        (part, given)
        for family, names in names_of(child)
        for given in given_parts(names, child)
        for part in family_parts(family)
    )
    values = [(keys.blind("family", part), keys.blind("given", given)) for part, given in list(words)[:MOST_PAIRS]]
    return [("name_pair", each) for each in pair_values(keys, values)]


def pair_values(keys: KeyRing, pairs: Iterable[tuple[bytes, bytes]]) -> list[bytes]:
    """The values of ``name_pair`` for values of ``family`` and ``given``; two under different keys have none."""
    by_key: dict[bytes, list[str]] = {}
    for family, given in pairs:
        if family[:TAG_BYTES] == given[:TAG_BYTES]:
            by_key.setdefault(family[:TAG_BYTES], []).append(f"{family.hex()}{given.hex()}")
    return [each for tag, said in by_key.items() for each in keys.blinds_under(tag, "name_pair", said)]


def date_rows(keys: KeyRing, days: Iterable[date]) -> list[Row]:
    """The rows to look up for children born on any of *days*."""
    return [("born_on", each) for day in days for each in keys.blinds("born_on", day.isoformat())]


def search_rows(keys: KeyRing, child: Mapping[str, Any], *, placing_authority_id: int | None = None) -> list[Row]:
    """The rows to look up when asking whether *child* is already known: the selective kinds, and the exchanged date.

    Under every key of the ring: while keys are rotated, a child stands under one or another.
    """
    spoken = [pair for pair in _spoken(child, placing_authority_id) if pair[0] in SELECTIVE]
    if (born_on := read_date(child.get("born_on"))) and (other := exchanged(born_on)):
        spoken.append(("born_on", other.isoformat()))
    return [(kind, each) for kind, value in _few(spoken) for each in keys.blinds(kind, value)]


def _few(spoken: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return list(dict.fromkeys(spoken))[:MOST_ROWS]


def _spoken(child: Mapping[str, Any], placing_authority_id: int | None) -> Iterator[tuple[str, str]]:
    """What is indexed, before it is blinded, the most selective first: a cut at MOST_ROWS loses the least."""
    for scheme, number in identifiers_of(child, placing_authority_id).items():
        yield "identifier", f"{scheme}\x1f{number}"
    if born_on := read_date(child.get("born_on")):
        yield "born_on", born_on.isoformat()
    yield from (("name_sound", sound) for family, given in names_of(child) for sound in sounds_of(family, given))
    yield from words_of(child)


def words_of(child: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The (kind, word) of each name that *child* is indexed under: family names whole and in parts, then given names."""
    names = names_of(child)
    family = [("family", part) for words, _ in names for part in family_parts(words)]
    return [*family, *(("given", part) for _, words in names for part in words)]


def spread_words_of(child: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The (kind, word) of each name that leads to *child* when it is misspelt: those of :func:`words_of`, and joined ones."""
    joined = [("given", part) for _, words in names_of(child) for part in given_parts(words, child)]
    return list(dict.fromkeys((*words_of(child), *joined)))


SHORTEST_TO_VARY: Final = 3
LONGEST_TO_VARY: Final = 40
LONG: Final = 7
"""From so many letters on two of them may be wrong."""
LONGEST_TO_VARY_TWICE: Final = 16


@lru_cache(maxsize=4096)
def variants(word: str) -> tuple[str, ...]:
    """*word* itself, then with each letter left out, of a longer one with each two; a very short or absurd one alone."""
    if not SHORTEST_TO_VARY <= len(word) <= LONGEST_TO_VARY:
        return (word,)
    once = tuple(dict.fromkeys(_shortened(word)))
    twice = (less for each in once for less in _shortened(each)) if LONG <= len(word) <= LONGEST_TO_VARY_TWICE else ()
    return tuple(dict.fromkeys((word, *once, *twice)))


def _shortened(word: str) -> Iterator[str]:
    return (word[:place] + word[place + 1 :] for place in range(len(word)))


# ── Names ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=4096)
def fold(name: str) -> tuple[str, ...]:
    """*name* as plain words: lower case, accents and apostrophes gone, split at spaces and hyphens."""
    if name.isascii():
        return tuple(name.translate(_ASCII).split())
    spread = unicodedata.normalize("NFKD", name.casefold().translate(_PLAIN))
    kept = (c for c in spread if not unicodedata.combining(c) and c not in _SILENT)
    return tuple("".join(c if c.isalnum() else " " for c in kept).split())


def family_parts(family: tuple[str, ...]) -> tuple[str, ...]:
    """A family name whole (its words run together), then each of its words where it has several."""
    if not family:
        return ()
    return ("".join(family), *family) if len(family) > 1 else family


def given_parts(given: tuple[str, ...], child: Mapping[str, Any]) -> tuple[str, ...]:
    """Each given name; of a hyphenated first one (Anne-Marie) the two as one word besides."""
    first = (child.get("given_names") or "").split(maxsplit=1)[:1]
    joined = "".join(fold(first[0])) if first else ""
    return (*given, joined) if joined and joined == "".join(given[:2]) and joined not in given else given


def names_of(child: Mapping[str, Any]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """(family, given) in plain words: the name, then up to three aliases; one of a single word is a given name."""
    family, given = fold(child.get("family_name") or ""), fold(child.get("given_names") or "")
    names = [(family, given)] if family or given else []
    for alias in list(child.get("aliases") or ())[:MOST_ALIASES]:
        words = fold(alias)
        if words:
            names.append((words[-1:], words[:-1]) if len(words) > 1 else (family, words))
    return names


def sounds_of(family: tuple[str, ...], given: tuple[str, ...]) -> list[str]:
    """How the first given name sounds together with the family name, and with each half of it, in no order."""
    if not given:
        return []
    first = sound(given[0])
    return [" ".join(sorted((first, sound(part)))) for part in family_parts(family)]


@lru_cache(maxsize=4096)
def sound(word: str) -> str:
    """How *word* sounds in English (metaphone); a word of another script is its own sound."""
    return (jellyfish.metaphone(word) if word.isascii() else "") or word


# ── Dates and identifiers ─────────────────────────────────────────────────────────────────────────────────────────────


def read_date(value: Any) -> date | None:
    """A civil date from a date, or from its ISO text; ``None`` when absent or no date."""
    if isinstance(value, date) or not value:
        return value or None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def exchanged(day: date) -> date | None:
    """*day* with day and month exchanged, where that is another date."""
    if day.day > 12 or day.day == day.month:
        return None
    return day.replace(month=day.day, day=day.month)


def days_of(year: int, month: int | None = None) -> list[date]:
    """The days of a year, or of one month of it: what to ask when only a part of a date is known."""
    first = date(year, month or 1, 1)
    return [
        day
        for number in range(366)
        if (day := first + timedelta(days=number)).year == year and month in (None, day.month)
    ]


def identifiers_of(child: Mapping[str, Any], placing_authority_id: int | None = None) -> dict[str, str]:
    """Scheme → number, normalised. One whose check digit fails, or ten times the same digit, is anybody's: left out."""
    given = child.get("identifiers") or {}
    read = {
        "nhs_number": _checked(nhs, given.get("nhs_number")),
        "upn": _checked(upn, given.get("upn")),
        "local_id": _local(given.get("local_id"), placing_authority_id),
    }
    return {scheme: number for scheme, number in read.items() if number}


def _checked(scheme: Any, given: Any) -> str | None:
    if not given or not scheme.is_valid(str(given)):
        return None
    number = str(scheme.compact(str(given))).upper()
    return number if len(set(number)) > 1 else None


def _local(given: Any, placing_authority_id: int | None) -> str | None:
    plain = "".join(c for c in str(given or "").casefold() if c.isalnum())
    return f"{placing_authority_id}:{plain}" if plain and placing_authority_id is not None else None
