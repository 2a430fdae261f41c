"""How like are two names, two dates, two places? Each answer is a code and a cost in bits. Pure: no database, no clock.

A cost of *n* bits says: among questions about that child one in 2**n is put in this way. So costs add up over names, date and
place, and the child with the least cost is the likeliest to be meant. The costs are estimates of how often people err, checked
by ``bench look-up`` on a generated register; what a cost is worth against chance is the business of ``ranking``.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Final, Literal

from rapidfuzz.distance import OSA, JaroWinkler

from hub.registry.names.indexes import LONG, exchanged, family_parts, sound
from hub.registry.names.nicknames import forms_of, is_one_name
from hub.registry.names.spelling import spelling

Kind = Literal["family", "given"]
Words = tuple[str, ...]
Cost = tuple[float, str]
"""Bits, and the code that says what agrees or does not."""

DIFFERS: Final = 34.0
"""What it costs to be told another name, or another date, altogether: more than any slips."""
_SHORTEST: Final = 3
_MOST_SLIPS: Final = 4
_ALIKE: Final = 0.88


def word_cost(asked: str, known: str, kind: Kind) -> Cost:
    """What it costs that *known* was asked for as *asked*; both are single folded words."""
    return _same(kind) if asked == known else _word_cost(asked, known, kind)


def _same(kind: Kind) -> Cost:
    return 0.0, f"{kind}_same"


@lru_cache(maxsize=16_384)
def _word_cost(asked: str, known: str, kind: Kind) -> Cost:
    return min(_readings(asked, known, kind), default=(DIFFERS, f"{kind}_differs"))


def _readings(asked: str, known: str, kind: Kind) -> Iterable[Cost]:
    slips = OSA.distance(asked, known, score_cutoff=_MOST_SLIPS)  # one more than that where there are more
    if kind == "given":
        yield from _other_forms(asked, known, slips)
    if slips <= _MOST_SLIPS and spelling(asked) == spelling(known):
        yield min(5.0 + 2 * slips, 15.0), f"{kind}_spelling"
    if min(len(asked), len(known)) >= _SHORTEST:
        yield from _slips(asked, known, kind, slips)
    elif slips == 1 and max(len(asked), len(known)) >= _SHORTEST:
        yield 17.0, f"{kind}_slip"


def _other_forms(asked: str, known: str, slips: int) -> Iterable[Cost]:
    if is_one_name(asked, known):
        yield 5.0, "given_short"
    elif known in forms_of(asked):
        yield 8.0, "given_short"
    elif min(len(asked), len(known)) >= _SHORTEST and (known.startswith(asked) or asked.startswith(known)):
        yield 10.0, "given_short"
    if 1 in (len(asked), len(known)) and asked[0] == known[0]:
        yield 7.0, "given_initial"
    if len(asked) > _SHORTEST and slips > 1:
        yield from ((cost, "given_short") for form in forms_of(known) if (cost := _near_form(asked, form)) < DIFFERS)


def _near_form(asked: str, form: str) -> float:
    if len(form) >= _SHORTEST and OSA.distance(asked, form, score_cutoff=1) <= 1:
        return 17.0
    return 20.0 if len(form) >= _SHORTEST and spelling(asked) == spelling(form) else DIFFERS


def _slips(asked: str, known: str, kind: Kind, slips: int) -> Iterable[Cost]:
    shorter = min(len(asked), len(known))
    if slips == 1:
        yield 11.0 if shorter > _SHORTEST else 14.0, f"{kind}_slip"
    if slips == 2 and shorter > _SHORTEST:
        yield 16.0 if max(len(asked), len(known)) >= LONG else 20.0 if shorter > 4 else 26.0, f"{kind}_slips"
    if 2 < slips <= _MOST_SLIPS and shorter >= 2 * slips:
        yield 22.0 if slips == 3 else 28.0, f"{kind}_slips"
    if sound(asked) == sound(known):
        yield 13.0, f"{kind}_sounds"
    if JaroWinkler.similarity(asked, known) >= _ALIKE:
        yield 24.0, f"{kind}_near"


@lru_cache(maxsize=16_384)
def family_cost(asked: Words, known: Words) -> Cost:
    """What it costs that the family name *known* was asked for as *asked*; nothing where none was given."""
    if not asked or asked == known:
        return (0.0, "family_same") if asked else (0.0, "")
    return min(_family_readings(asked, known), default=(DIFFERS, "family_differs"))


def _family_readings(asked: Words, known: Words) -> Iterable[Cost]:
    mine, theirs = family_parts(asked), family_parts(known)
    for one in mine:
        for other in theirs:
            cost, code = word_cost(one, other, "family")
            is_whole = one == mine[0] and other == theirs[0]
            yield (cost, code) if is_whole else (cost + 4, "family_half" if cost == 0 else code)


@lru_cache(maxsize=16_384)
def given_cost(asked: Words, known: Words) -> Cost:
    """What it costs that the given names *known* were asked for as *asked*; nothing where none was given."""
    if not asked or asked == known:
        return (0.0, "given_same") if asked else (0.0, "")
    return min(_given_readings(asked, known), default=(DIFFERS, "given_differs"))


def _given_readings(asked: Words, known: Words) -> Iterable[Cost]:
    if not known:
        return
    yield word_cost("".join(asked), "".join(known), "given")
    surplus = 1.0 * max(0, len(asked) - len(known)) + 0.5 * max(0, len(known) - len(asked))
    for place, one in enumerate(asked):
        for other_place, other in enumerate(known):
            cost, code = word_cost(one, other, "given")
            later = 4.0 * (place + other_place > 0) + 2.0 * (place > 0)
            yield cost + later + surplus, "given_part" if later and code == "given_same" else code


# ── Dates ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

_UNKNOWN: Final = 8.0


def born_cost(asked: date, known: date | None) -> Cost:
    """What it costs that a child born on *known* was said to be born on *asked*."""
    if known is None:
        return _UNKNOWN, "born_unknown"
    if asked == known:
        return 0.0, "born_same"
    turned = exchanged(asked)
    if turned == known:
        return 6.0, "born_swapped"
    cost, code = _parts_off(asked, known)
    if turned and cost > 15.0 and (other := _parts_off(turned, known)[0]) < DIFFERS:
        return min((cost, code), (other + 7.0, "born_swapped"))
    return cost, code


def _parts_off(asked: date, known: date) -> Cost:
    off = [abs(asked.year - known.year), abs(asked.month - known.month), abs(asked.day - known.day)]
    wrong = [each for each in off if each]
    if len(wrong) == 1:
        return (6.0 if off[0] else 7.5, "born_near") if wrong[0] == 1 else (13.0 + (off[0] > 3) * 6, "born_part")
    if len(wrong) == 2 and max(wrong) == 1:
        return 14.0, "born_part"
    if 0 < abs((asked - known).days) <= 2:
        return 9.0, "born_near"
    return DIFFERS, "born_differs"


def age_on(born_on: date, day: date) -> int:
    """Whole years from *born_on* to *day*."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def age_cost(asked: int, known: date | None, today: date) -> Cost:
    """What it costs that a child born on *known* was said to be *asked* years old *today*."""
    if known is None:
        return _UNKNOWN, "born_unknown"
    off = abs(age_on(known, today) - asked)
    return ((0.0, "age_same"), (5.0, "age_near"), (12.0, "age_near"))[off] if off < 3 else (DIFFERS, "born_differs")


def part_cost(year: int, month: int | None, known: date | None) -> Cost:
    """What it costs that a child born on *known* was said to be born in *year* (and *month*)."""
    if known is None:
        return _UNKNOWN, "born_unknown"
    years, months = abs(known.year - year), abs(known.month - month) if month else 0
    if (years, months) == (0, 0):
        return 0.0, "born_in_same"
    return (7.0, "born_near") if years + months == 1 else (DIFFERS, "born_differs")


# ── Places and numbers ────────────────────────────────────────────────────────────────────────────────────────────────


def place_cost(asked: str, known: Iterable[str], code: str) -> Cost:
    """What it costs that a child who lives at *known* was said to live at *asked*; *code* is what agreeing is called."""
    there = set(known)
    if asked in there:
        return 0.0, f"{code}_same"
    return (9.0, f"{code}_differs") if there else (6.0, "place_unknown")


def number_cost(scheme: str, asked: str, known: str | None) -> Cost:
    """What it costs that a child whose number is *known* was asked for by the number *asked*."""
    if known is None:
        return _UNKNOWN, "number_unknown"
    return (0.0, f"{scheme}_same") if asked == known else (DIFFERS, f"{scheme}_differs")
