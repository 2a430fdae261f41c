"""Passwords: long rather than strange, none that everybody uses, kept as argon2id.

No rule asks for capitals, digits or signs, and none asks for a new password every month: both make people write them down.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hub.access import policy
from hub.core.errors import Invalid
from hub.core.sentences import worded

_TELLING: Final = 4
"""Shorter words are part of too many others to say anything about their owner."""
_SAYS_LITTLE: Final = frozenset({
    "and", "the", "for", "city", "council", "county", "borough", "metropolitan", "district", "police", "force", "constabulary",
    "house", "home", "homes", "lodge", "service", "services", "children", "childrens", "fostering", "agency", "limited", "trust",
    "care", "health", "operator",
})  # fmt: skip
_EDGES: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")


class Owner(NamedTuple):
    """Whose password it is to be: what it must not contain."""

    email: str
    name: str
    organisation: str


def refuse_weak(password: str, owner: Owner) -> None:
    """Raises ``Invalid`` that says what is wrong with *password* and what to do instead. It never repeats the password."""
    if sentence := _fault(password, owner):
        raise Invalid(sentence, fields={"password": [sentence]})


def _fault(password: str, owner: Owner) -> str | None:
    rules, plain = policy.in_force().password, normal(password)
    if len(plain) < rules.shortest:
        return worded(
            "Use at least {shortest} characters: four words that do not belong together are easy to keep.",
            shortest=rules.shortest,
        )
    if len(plain) > rules.longest:
        return worded("Use at most {longest} characters.", longest=rules.longest)
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in plain):
        return "Leave out characters that cannot be typed, such as line breaks."
    if is_common(plain):
        return "Many people use this password, so it is tried first. Choose four words that do not belong together."
    return _told(plain.casefold(), owner)


def _told(folded: str, owner: Owner) -> str | None:
    local, _, domain = owner.email.partition("@")
    for what, words in (
        (worded("e-mail address"), [owner.email, *_words(local), *_words(domain.rpartition(".")[0])]),
        (worded("name"), _words(owner.name)),
        (worded("organisation's name"), _words(owner.organisation)),
    ):
        if any(word.casefold() in folded for word in words if word):
            return worded(
                "It contains part of your {what}, which others know. Choose words that have nothing to do with you.",
                what=what,
            )
    return None


def _words(text: str) -> list[str]:
    found = re.findall(r"[^\W\d_]+", text.replace("’", "").replace("'", ""))
    return [word for word in found if len(word) >= _TELLING and word.casefold() not in _SAYS_LITTLE]


def is_common(password: str) -> bool:
    """Whether *password* is among those that most people use, as it stands, between digits and signs, or repeated."""
    folded = password.casefold()
    if len(set(folded)) < 4 or _is_run(folded):
        return True
    return any(part in _common() for part in (folded, _EDGES.sub("", folded), _repeated(folded)))


def _is_run(text: str) -> bool:
    """Whether *text* counts up or down, as 123456789012 and lkjihgfedcba do."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return any(steps <= {step, -9 * step} for step in (1, -1))


def _repeated(text: str) -> str:
    """What *text* repeats; itself when it repeats nothing."""
    lengths = (n for n in range(1, len(text) // 2 + 1) if len(text) % n == 0)
    return next((text[:n] for n in lengths if text[:n] * (len(text) // n) == text), text)


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    # Its lists take twelve megabytes: only a process in which somebody chooses a password has them.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    listed: Iterable[str] = FREQUENCY_LISTS["passwords"]
    return frozenset(listed)


def normal(password: str) -> str:
    """*password* in one spelling: the same letters typed on another keyboard are the same password (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def hashed(password: str) -> str:
    """*password* as it is kept. Takes tens of milliseconds: never inside a write transaction."""
    return _hasher().hash(_bytes(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether *password* is the one *kept*. Where nothing is kept it takes as long, and is false."""
    dummy = _dummy(policy.in_force().password)
    try:
        return _hasher().verify(kept or dummy, _bytes(password)) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


def needs_new_hash(kept: str) -> bool:
    """Whether the parameters have changed since *kept* was made."""
    return _hasher().check_needs_rehash(kept)


def _bytes(password: str) -> bytes:
    """What is hashed; nobody's time is spent on a longer text than a password may be."""
    return normal(password[:1_000]).encode("utf-8", "surrogatepass")


def _hasher() -> PasswordHasher:
    return _hasher_with(policy.in_force().password)


@lru_cache(maxsize=4)
def _hasher_with(rules: policy.PasswordPolicy) -> PasswordHasher:
    return PasswordHasher(time_cost=rules.passes, memory_cost=rules.memory_kib, parallelism=rules.lanes)


@lru_cache(maxsize=4)
def _dummy(rules: policy.PasswordPolicy) -> str:
    """A hash that no password matches, made on the first question whatever it is, so that its time says nothing."""
    return _hasher_with(rules).hash(b"\x00nobody")
