"""By what is a child found who is known by where they live? Postcodes and telephone numbers, made plain, and their indexes."""

from collections.abc import Mapping
from typing import Any, Final

from hub.core.secrets import KeyRing
from hub.registry.names.indexes import Row

FEWEST_FIGURES: Final = 7
"""A telephone number with fewer is an extension: anybody's."""


def plain_postcode(postcode: str | None) -> str:
    """*postcode* in capitals, without spaces; empty when there is none."""
    return "".join(c for c in (postcode or "").upper() if c.isalnum())


def plain_phone(number: str | None) -> str:
    """The figures of *number* with the country written as 0; empty when they are too few to be somebody's."""
    said = (number or "").strip()
    figures = "".join(c for c in said if c.isdigit())
    for abroad in ("0044", "44"):
        if figures.startswith(abroad) and (said.startswith("+") or abroad == "0044"):
            figures = "0" + figures.removeprefix(abroad).removeprefix("0")
    return figures if len(figures) >= FEWEST_FIGURES else ""


def placement_rows(keys: KeyRing, placement: Mapping[str, Any]) -> list[Row]:
    """The (kind, blind value) rows of a placement; it has the keys of ``Placement.sealed``."""
    address, carer = placement.get("address") or {}, placement.get("carer") or {}
    return _rows(keys, address.get("postcode"), carer.get("phone") if isinstance(carer, Mapping) else None)


def home_rows(keys: KeyRing, home: Mapping[str, Any]) -> list[Row]:
    """The (kind, blind value) rows of a home; it has the keys of ``Organisation.sealed``."""
    return _rows(keys, home.get("postcode"), home.get("phone"))


def place_values(keys: KeyRing, kind: str, plain: str) -> list[bytes]:
    """What to look up for a postcode or a telephone number (*plain*): one value for each key of the ring."""
    return list(keys.blinds(kind, plain)) if plain else []


def _rows(keys: KeyRing, postcode: str | None, phone: str | None) -> list[Row]:
    plain = (("postcode", plain_postcode(postcode)), ("phone", plain_phone(phone)))
    return [(kind, keys.blind(kind, value)) for kind, value in plain if value]
