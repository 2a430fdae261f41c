"""Recovery codes: ten codes on paper that stand in for the second factor, each once.

A code holds 80 random bits in Crockford's base 32 (no i, l, o or u), in four groups of four. What is stored is a keyed digest
bound to the person, so that neither a copy of the database nor another person's row says anything.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from hub.access.models import Person
from hub.access.sign_in import factor_queries as queries
from hub.core.db import keys_of
from hub.core.ids import ALPHABET

HOW_MANY: Final = 10
_LETTERS: Final = 16  # of 5 bits
_GROUP: Final = 4
_MISREAD: Final = str.maketrans({"i": "1", "l": "1", "o": "0"})


def make(session: Session, person: Person, *, now: datetime) -> list[str]:
    """Ten new codes, in place of all that the person had: shown once, and nowhere kept."""
    codes = [_new_code() for _ in range(HOW_MANY)]
    queries.replace_codes(session, person.id, [keys_of(session).digest(_said(person, code)) for code in codes], now)
    return codes


def use(session: Session, person: Person, code: str, *, now: datetime) -> bool:
    """Use a code, as it was typed; whether it was good. It is not good again."""
    return looks_like_one(code) and queries.use_code(
        session, person.id, keys_of(session).digests(_said(person, code)), now
    )


def left(session: Session, person: Person) -> int:
    """How many codes the person has not used."""
    return len(queries.unused_codes(session, person.id))


def are_unused(session: Session, person: Person, codes: Sequence[str]) -> bool:
    """Whether each of *codes* is a good code of the person: asked before a browser is sent its own codes as a file."""
    unused, keys = set(queries.unused_codes(session, person.id)), keys_of(session)
    return bool(codes) and all(not unused.isdisjoint(keys.digests(_said(person, code))) for code in codes)


def looks_like_one(text: str) -> bool:
    """Whether *text* has the shape of a recovery code."""
    plain = _plain(text)
    return len(plain) == _LETTERS and all(letter in ALPHABET for letter in plain)


def _new_code() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(_LETTERS))
    return "-".join(letters[start : start + _GROUP] for start in range(0, _LETTERS, _GROUP))


def _plain(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter not in " -\u00a0\t\u2013").translate(_MISREAD)


def _said(person: Person, code: str) -> bytes:
    """What is digested: the code, for this person alone."""
    return f"recovery code\x1f{person.ref}\x1f{_plain(code)}".encode()
