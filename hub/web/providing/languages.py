"""A language as people write it, by its name or its code, as the code that schemas take (ISO 639-1)."""

from collections.abc import Mapping
from functools import cache

from babel import Locale


def code_of(written: str) -> str:
    """The code of a language by its English name or by its code; what names none stands as it was written, in small letters."""
    wanted = " ".join(written.casefold().split())
    return _codes().get(wanted, wanted)


@cache
def _codes() -> Mapping[str, str]:
    named = Locale("en").languages
    return {str(name).casefold(): code for code, name in named.items() if len(code) == 2}
