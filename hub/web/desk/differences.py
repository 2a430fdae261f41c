"""What changed between two versions of a notice, as lines that a person reads: what it said, what it says now. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hub.web.pickup.sections import Section, sections_of

Place = tuple[str, str, int, str]
"""Section, name of the group within it, which of several of that name, label."""


@dataclass(frozen=True)
class Difference:
    """One line that changed. ``before`` or ``after`` is empty where there was, or is, nothing."""

    section: str
    label: str
    before: tuple[str, ...] = field(repr=False)
    after: tuple[str, ...] = field(repr=False)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """The lines that differ between two contents, in the order in which a page shows them."""
    old, new = _lines(sections_of(before)), _lines(sections_of(after))
    places = [*new, *(place for place in old if place not in new)]
    return [
        Difference(
            place[0], f"{place[1]}: {place[3]}" if place[1] else place[3], old.get(place, ()), new.get(place, ())
        )
        for place in places
        if old.get(place) != new.get(place)
    ]


def _lines(sections: Sequence[Section]) -> dict[Place, tuple[str, ...]]:
    found: dict[Place, tuple[str, ...]] = {}
    for section in sections:
        seen: Counter[str] = Counter()
        for name, lines in section.groups:
            seen[name] += 1
            found |= {(section.title, name, seen[name], line.label): line.parts for line in lines}
    return found
