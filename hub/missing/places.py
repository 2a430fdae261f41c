"""By what is a place known again, without being readable? A keyed index of its postcode, or else of its name in plain letters."""

from collections.abc import Mapping
from typing import Any, Final

from hub.core.secrets import KeyRing
from hub.registry.links.matching import plain_postcode
from hub.registry.names.indexes import fold

PLACE: Final = "missing_place"
"""The kind under which places are indexed."""


def place_index(keys: KeyRing, place: Mapping[str, Any]) -> bytes:
    """The keyed index of a place (``place``, ``postcode``)."""
    return keys.blind(PLACE, _spoken(place))


def nowhere(keys: KeyRing) -> tuple[bytes, ...]:
    """The indexes, under each key, of a place of which nothing was said."""
    return keys.blinds(PLACE, "")


def _spoken(place: Mapping[str, Any]) -> str:
    return plain_postcode(place.get("postcode")) or " ".join(fold(place.get("place") or ""))
