"""Strict reading of the TOML tables: a missing key, an unknown key or a wrong word is refused, naming file and row."""

import tomllib
from collections.abc import Collection, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any


class LawError(ValueError):
    """A table in ``config/`` cannot be trusted as it stands. The sentence names the file, the row and what is wrong."""


def read_toml(path: Path) -> dict[str, Any]:
    """The whole of one TOML file. Raises LawError when it is missing or is not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise LawError(f"{path.name}: the file is missing from {path.parent.name}/.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise LawError(f"{path.name}: the file is not valid TOML ({fault}).") from None


TOP = "(top)"
"""What the keys of a file outside any row are called in a refusal."""


class Row:
    """One table of a file, read key by key; ``finish`` refuses what nobody read."""

    def __init__(self, content: Any, *, file: str, name: str) -> None:
        self.file, self.name = file, name
        if not isinstance(content, Mapping):
            raise self.fault("this must be a table of named values")
        self._left = dict(content)

    def fault(self, what: str) -> LawError:
        return LawError(f"{self.file}, row {self.name}: {what}.")

    def has(self, key: str) -> bool:
        return key in self._left

    def take(self, key: str, kind: type, what: str | None = None) -> Any:
        """The value of a key that must be there; *what* is how a person would call it."""
        if key not in self._left or self._left[key] in ("", []):
            raise self.fault(f"there is no {what or key}")
        return self._typed(key, kind)

    def count(self, key: str, *, least: int = 1, most: int | None = None) -> int:
        """A whole number from *least* to *most* (``None``: without end)."""
        number: int = self.take(key, int)
        if most is not None and not least <= number <= most:
            raise self.fault(f"{key} is {number}; it must be between {least} and {most}")
        if number < least:
            raise self.fault(f"{key} is {number}; it must be at least {least}")
        return number

    def maybe(self, key: str, kind: type, otherwise: Any) -> Any:
        return self._typed(key, kind) if key in self._left else otherwise

    def _typed(self, key: str, kind: type) -> Any:
        value = self._left.pop(key)
        wrong = not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)
        if wrong:
            raise self.fault(f"{key} must be a {kind.__name__}, not {value!r}")
        return value

    def word(self, key: str, allowed: Collection[str], what: str | None = None) -> str:
        return self._allowed(key, self.take(key, str, what), allowed)

    def words(self, key: str, allowed: Collection[str], *, needed: bool = False) -> tuple[str, ...]:
        values = self.take(key, list) if needed else self.maybe(key, list, [])
        return tuple(self._allowed(key, value, allowed) for value in values)

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.maybe(key, list, [])
        if not all(isinstance(value, str) for value in values):
            raise self.fault(f"{key} must be a list of texts")
        return tuple(values)

    def _allowed(self, key: str, value: Any, allowed: Collection[str]) -> str:
        if value not in allowed:
            raise self.fault(f"{key} is {value!r}; it must be one of {', '.join(allowed)}")
        return str(value)

    def day(self, key: str, what: str, *, unverified: str) -> date | str:
        """A date, or the literal word for a date that nobody has checked."""
        value = self._left.pop(key, None)
        if value == unverified:
            return unverified
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        raise self.fault(f"there is no {what}: give a date or {unverified!r}")

    def below(self, key: str, what: str | None = None) -> "Row":
        """The table under *key*, to be read the same way."""
        return Row(self.take(key, dict, what), file=self.file, name=key if self.name == TOP else self.name)

    def finish(self) -> None:
        if self._left:
            raise self.fault(f"nothing is known of {', '.join(sorted(self._left))}")
