"""Where a list goes on: what the address of a page says with ``after`` (or ``before``), as the link to the next ones spelt it.

What is no such place was typed, or cut short on its way: it is refused with a sentence, and never taken for the beginning.
"""

from typing import Final

from flask import request
from flask_babel import gettext

from hub.core.errors import Invalid
from hub.core.ids import is_ref

AFTER: Final = "after"
BEFORE: Final = "before"
_LONGEST_NUMBER: Final = 18
"""Digits: any such number fits the columns of either database."""


def ref_in_address(prefix: str, name: str = AFTER) -> str | None:
    """The reference at which the list goes on; ``None``: from the beginning. Raises ``Invalid``, naming *name*."""
    said = request.args.get(name, "")
    if said and not is_ref(said, prefix):
        raise _no_such_place(name)
    return said or None


def number_in_address(name: str = AFTER) -> int | None:
    """As :func:`ref_in_address`, where the list goes on at a number."""
    said = request.args.get(name, "")
    if said and not (said.isascii() and said.isdecimal() and len(said) <= _LONGEST_NUMBER):
        raise _no_such_place(name)
    return int(said) if said else None


def _no_such_place(name: str) -> Invalid:
    sentence = gettext(
        "The list cannot go on from there: what stands after “%(name)s” in the address is not complete. Open the list from its "
        "beginning.",
        name=name,
    )
    return Invalid(sentence, fields={name: [sentence]})
