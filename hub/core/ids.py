"""Public references: ``ntc_01k…``. Integer keys inside the database, these outside.

The first 48 bits are the millisecond of making, so that rows made together lie together in the index (random keys cost half
the insert rate at 100,000 notices); the other 80 are random, so that no reference can be guessed from another.
"""

import os
import re
from typing import Final

from hub.core.clock import machine_now

ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u to misread on the telephone
_PAIRS: Final = [high + low for high in ALPHABET for low in ALPHABET]
REF_PATTERN: Final = r"^[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}$"
_REF = re.compile(REF_PATTERN)


def new_ref(prefix: str) -> str:
    """A new reference: three letters, an underscore, 26 characters (48 bits of time, 80 random)."""
    number = (int(machine_now() * 1000) << 80 | int.from_bytes(os.urandom(10))) << 2
    pairs = [_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)]
    return f"{prefix}_{''.join(pairs)}"


def is_ref(text: str, prefix: str) -> bool:
    """Whether *text* has the shape of a reference with *prefix*; it need not exist."""
    return text.startswith(prefix + "_") and _REF.fullmatch(text) is not None


def is_any_ref(text: str) -> bool:
    """Whether *text* has the shape of a reference, of whatever kind: three letters, an underscore, 26 characters."""
    return _REF.fullmatch(text) is not None
