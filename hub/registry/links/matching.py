"""Do two descriptions tell of one child, in one placement? Pure: no database, no clock.

Is it the same child (names, date of birth, identifiers)? Is it the same arrangement (place, dates, council)? And so:
certain, doubtful or different. The answers are codes that a page can explain (``match_words``) and that hold no value.

Certain links by itself, so it is granted narrowly. The rule for twins: without an equal identifier nothing is certain
unless the *given* name is the same or a known form of it; brothers and sisters share everything else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from rapidfuzz.distance import JaroWinkler

from hub.registry.links.words import differences
from hub.registry.names.indexes import exchanged, family_parts, fold, identifiers_of, read_date, sound
from hub.registry.names.nicknames import SHARED_FIRST, is_one_name

Verdict = Literal["certain", "doubtful", "different"]
Words = tuple[str, ...]

NEAR_NAME: Final = 0.88
"""Jaro-Winkler similarity from which a family or given name may be a slip of the pen."""
SAME_START_DAYS, NEAR_START_DAYS = 3, 31
BANDS: Final[Mapping[Verdict, tuple[int, int]]] = {"certain": (85, 100), "doubtful": (45, 84), "different": (0, 44)}


@dataclass(frozen=True)
class Described:
    """A child and an arrangement, as one sender describes them; whatever is not said is empty or ``None``."""

    family_name: str = field(default="", repr=False)
    given_names: str = field(default="", repr=False)
    aliases: tuple[str, ...] = field(default=(), repr=False)
    born_on: date | None = field(default=None, repr=False)
    sex: str | None = field(default=None, repr=False)
    identifiers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Normalised, as ``indexes.identifiers_of`` gives them."""
    placing_authority_id: int | None = None
    provider_id: int | None = None
    postcode: str | None = field(default=None, repr=False)
    starts_on: date | None = None


@dataclass(frozen=True)
class Scored:
    """The answer: 0 to 100 within the band of its verdict, why, and on what the two disagree. Codes only."""

    score: int
    verdict: Verdict
    reasons: tuple[str, ...]
    differences: tuple[str, ...]
    is_same_child: bool = False
    """The child is surely the same, whatever the arrangement."""


def described(
    child: Mapping[str, Any],
    *,
    placing_authority_id: int | None,
    provider_id: int | None = None,
    postcode: str | None = None,
    starts_on: date | None = None,
) -> Described:
    """A description from a sealed child's document and the plain columns of a placement."""
    return Described(
        family_name=child.get("family_name") or "",
        given_names=child.get("given_names") or "",
        aliases=tuple(child.get("aliases") or ()),
        born_on=read_date(child.get("born_on")),
        sex=child.get("sex"),
        identifiers=identifiers_of(child, placing_authority_id),
        placing_authority_id=placing_authority_id,
        provider_id=provider_id,
        postcode=plain_postcode(postcode),
        starts_on=starts_on,
    )


def plain_postcode(postcode: str | None) -> str | None:
    """*postcode* in capitals without spaces; ``None`` when there is none."""
    return "".join((postcode or "").upper().split()) or None


def may_be_one_child(a: Described, b: Described) -> bool:
    """Whether names, dates of birth and identifiers leave it possible: the question before any other."""
    return _child_verdict(compared_names(a, b), compared_births(a, b), compared_identifiers(a, b)) != "different"


def score(a: Described, b: Described) -> Scored:
    """How surely *a* and *b* are the same placement of the same child. The order of the two does not matter."""
    names, born, numbers = compared_names(a, b), compared_births(a, b), compared_identifiers(a, b)
    place, start, council = compared_places(a, b), compared_starts(a, b), compared_councils(a, b)
    reasons = (*names, born, *compared_sexes(a, b), *numbers, place, start, council)
    child, arrangement = _child_verdict(names, born, numbers), _arrangement_verdict(place, start)
    verdict = _joined(child, arrangement, reasons)
    low, high = BANDS[verdict]
    return Scored(
        score=low + round((high - low) * _strength(reasons)),
        verdict=verdict,
        reasons=reasons,
        differences=differences(reasons),
        is_same_child=child == "certain" and not _DOUBTS & set(reasons) and not _WRONG_DAY & set(reasons),
    )


# ── What agrees ───────────────────────────────────────────────────────────────────────────────────────────────────────

_FAMILY: Final = {"family_same": 3, "family_half": 2, "family_near": 2, "family_sounds": 2, "family_differs": 0}
_GIVEN: Final = {
    "given_same": 4, "given_short": 4, "given_near": 2, "given_part": 2, "given_initial": 1, "given_differs": 0,
}  # fmt: skip


def compared_names(a: Described, b: Described) -> tuple[str, ...]:
    """A code for the family name and one for the given names; before them ``names_swapped`` or ``names_alias``."""
    readings = [(how, _family(one[0], other[0]), _given(one[1], other[1])) for how, one, other in _readings(a, b)]
    # Of equally strong readings the plainest wins, then a fixed one: which sender came first must not matter.
    how, family, given = max(readings, key=lambda r: (_FAMILY[r[1]] + _GIVEN[r[2]], not r[0], r))
    return (*how, family, given)


Name = tuple[Words, Words]


def _readings(a: Described, b: Described) -> Iterable[tuple[tuple[str, ...], Name, Name]]:
    """Every way to read the two names against each other: as written, one of them swapped, through an alias."""
    one, other = _name(a), _name(b)
    yield (), one, other
    if _family(one[0], other[0]) == "family_differs":
        # Not where the family names agree: twins called Ana Ana and Anna Ana would read as one child, swapped.
        yield ("names_swapped",), one, other[::-1]
        yield ("names_swapped",), one[::-1], other
    for alias in _aliases(a):
        yield ("names_alias",), alias, other
    for alias in _aliases(b):
        yield ("names_alias",), one, alias
    yield from ((("names_alias",), mine, theirs) for mine in _aliases(a) for theirs in _aliases(b))


def _name(a: Described) -> Name:
    return fold(a.family_name), fold(a.given_names)


def _aliases(a: Described) -> list[Name]:
    """An alias of one word is a given name; the last word of a longer one is a family name."""
    spoken = [words for words in map(fold, a.aliases) if words]
    return [(words[-1:], words[:-1]) if len(words) > 1 else (fold(a.family_name), words) for words in spoken]


def _family(one: Words, other: Words) -> str:
    if not one or not other:
        return "family_differs"
    whole, against = "".join(one), "".join(other)
    if whole == against:
        return "family_same"
    if set(family_parts(one)) & set(family_parts(other)):
        return "family_half"
    if _is_near(whole, against):
        return "family_near"
    return "family_sounds" if sound(whole) == sound(against) else "family_differs"


def _given(one: Words, other: Words) -> str:
    if not one or not other:
        return "given_differs"
    if one == other or "".join(one) == "".join(other):
        return "given_same"
    if all(map(is_one_name, one, other)):
        return _of_first_names(one, other)
    if any(is_one_name(mine, theirs) for mine in one for theirs in other):
        return "given_part"
    if len(one[0]) == 1 or len(other[0]) == 1:
        return "given_initial" if one[0][0] == other[0][0] else "given_differs"
    alike = _is_near(one[0], other[0]) or sound(one[0]) == sound(other[0])
    return "given_near" if alike else "given_differs"


def _is_near(one: str, other: str) -> bool:
    # In one fixed order: the measure matches letters greedily and is not always the same both ways.
    return JaroWinkler.similarity(*sorted((one, other))) >= NEAR_NAME


def _of_first_names(one: Words, other: Words) -> str:
    """Every name that both give agrees; one may give more. Enough, unless all they share is what brothers share."""
    if len(one) != len(other) and all(name in SHARED_FIRST for name in min(one, other, key=len)):
        return "given_part"
    return "given_same" if one[: len(other)] == other[: len(one)] else "given_short"


def compared_births(a: Described, b: Described) -> str:
    """The same date, day and month exchanged, one part off (``born_near``), different, or not known."""
    if a.born_on is None or b.born_on is None:
        return "born_unknown"
    if a.born_on == b.born_on:
        return "born_same"
    if exchanged(a.born_on) == b.born_on:
        return "born_swapped"
    agree = (a.born_on.year == b.born_on.year) + (a.born_on.month == b.born_on.month) + (a.born_on.day == b.born_on.day)
    return "born_near" if agree == 2 else "born_differs"


def compared_sexes(a: Described, b: Described) -> tuple[str, ...]:
    """``sex_differs`` where both say which, and not the same; otherwise nothing."""
    return ("sex_differs",) if {a.sex, b.sex} == {"female", "male"} else ()


def compared_identifiers(a: Described, b: Described) -> tuple[str, ...]:
    """``nhs_number_same`` or ``nhs_number_differs`` and so on, for each number that both give."""
    shared = sorted(a.identifiers.keys() & b.identifiers.keys())
    return tuple(f"{s}_same" if a.identifiers[s] == b.identifiers[s] else f"{s}_differs" for s in shared)


def compared_places(a: Described, b: Described) -> str:
    """The same address, the same home or agency, neither, or not known."""
    is_same_home = a.provider_id is not None and a.provider_id == b.provider_id
    if not a.postcode or not b.postcode:
        return "home_same" if is_same_home else "place_unknown"
    if a.postcode == b.postcode:
        return "postcode_same"
    return "home_elsewhere" if is_same_home else "place_differs"


def compared_starts(a: Described, b: Described) -> str:
    """How far apart the two say that it began."""
    if a.starts_on is None or b.starts_on is None:
        return "start_unknown"
    days = abs((a.starts_on - b.starts_on).days)
    if days == 0:
        return "start_same"
    return "start_close" if days <= SAME_START_DAYS else "start_near" if days <= NEAR_START_DAYS else "start_far"


def compared_councils(a: Described, b: Described) -> str:
    """Whether they name the same placing authority."""
    if a.placing_authority_id is None or b.placing_authority_id is None:
        return "council_unknown"
    return "council_same" if a.placing_authority_id == b.placing_authority_id else "council_differs"


# ── What follows ──────────────────────────────────────────────────────────────────────────────────────────────────────

_TOLD_APART: Final = frozenset({"given_same", "given_short"})
_QUARRELS: Final = frozenset({"nhs_number_differs", "upn_differs"})
"""Not ``local_id_differs``: a home's own number for a child is not the council's, and either may be what was sent."""


def _child_verdict(names: tuple[str, ...], born: str, numbers: tuple[str, ...]) -> Verdict:
    family, given = names[-2:]
    if any(code.endswith("_same") for code in numbers):
        return _by_number(family, given, born, numbers)
    told, kin = given in _TOLD_APART, family != "family_differs"
    if _QUARRELS & set(numbers):
        return "doubtful" if told and kin and born != "born_differs" else "different"
    if told and kin and born == "born_same":
        return "certain"
    if told and family == "family_same" and born in ("born_swapped", "born_near"):
        return "certain"  # but see _joined: only together with the place
    likely = given != "given_differs" and (kin or told) and born in ("born_same", "born_swapped", "born_near")
    nameless = told and kin and born == "born_unknown"
    return "doubtful" if likely or nameless else "different"


def _by_number(family: str, given: str, born: str, numbers: tuple[str, ...]) -> Verdict:
    """An equal number decides, unless the rest says that it was written on the wrong child's form."""
    quarrels = _QUARRELS & set(numbers)
    agrees = given in _TOLD_APART or (given != "given_differs" and born == "born_same")
    return "certain" if agrees and not quarrels and (family != "family_differs" or born == "born_same") else "doubtful"


_SAME_PLACE: Final = frozenset({"postcode_same", "home_same"})
_WRONG_DAY: Final = frozenset({"born_swapped", "born_near"})
_DOUBTS: Final = frozenset({"council_differs", "sex_differs"})


def _arrangement_verdict(place: str, start: str) -> Verdict:
    """Is it the same stay? A child comes back to the same home, and an agency moves a child between its own carers."""
    began_together = start in ("start_same", "start_close")
    if place in _SAME_PLACE:
        return "certain" if began_together or start == "start_unknown" else "doubtful"
    if place in ("home_elsewhere", "place_unknown") and began_together:
        return "certain"
    if place in ("home_elsewhere", "place_differs"):
        return "doubtful" if began_together or start == "start_unknown" else "different"
    return "different" if start == "start_far" else "doubtful"


def _joined(child: Verdict, arrangement: Verdict, reasons: tuple[str, ...]) -> Verdict:
    if "different" in (child, arrangement):
        return "different"
    codes = set(reasons)
    is_unplaced = _WRONG_DAY & codes and not _SAME_PLACE & codes
    return "doubtful" if "doubtful" in (child, arrangement) or _DOUBTS & codes or is_unplaced else "certain"


_WEIGHTS: Final = {
    "family_same": 20, "family_half": 15, "family_near": 12, "family_sounds": 9,
    "given_same": 20, "given_short": 17, "given_near": 10, "given_part": 10, "given_initial": 6,
    "born_same": 25, "born_swapped": 17, "born_near": 13, "born_unknown": 5,
    "nhs_number_same": 30, "upn_same": 30, "local_id_same": 30,
    "nhs_number_differs": -25, "upn_differs": -15,
    "sex_differs": -10, "postcode_same": 15, "home_same": 13, "home_elsewhere": 8, "place_unknown": 5,
    "start_same": 10, "start_close": 8, "start_near": 5, "start_unknown": 4,
    "council_same": 10, "council_unknown": 4, "council_differs": -5,
}  # fmt: skip


def _strength(reasons: Iterable[str]) -> float:
    """0 to 1: what orders a queue. The verdict does not come from it."""
    return max(0.0, min(1.0, sum(_WEIGHTS.get(code, 0) for code in reasons) / 100))
