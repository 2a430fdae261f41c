"""What the codes of interviews are called on pages: how, by whom, in which language."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from babel import Locale
from flask_babel import lazy_gettext

MODE_WORDS: Final[Mapping[str, Any]] = {
    "in_person": lazy_gettext("In person"),
    "video": lazy_gettext("By video"),
    "phone": lazy_gettext("By telephone"),
}
GENDER_WORDS: Final[Mapping[str, Any]] = {
    "female": lazy_gettext("Women"),
    "male": lazy_gettext("Men"),
}
"""Of interviewers."""
BASIS_WORDS: Final[Mapping[str, Any]] = {
    "fixed": lazy_gettext("For an interview with its report"),
    "hourly": lazy_gettext("For an hour, each quarter of an hour begun"),
}


def language(code: str) -> str:
    """``Polish`` for ``pl``; a code that no language has stands as it is."""
    return _languages().get(code, code)


def languages(codes: Iterable[str]) -> str:
    """Languages by name, in the order of their names."""
    return ", ".join(sorted(language(code) for code in codes))


def code_of(written: str) -> str:
    """The ISO 639-1 code of a language by its English name or its code; what names none as it was written."""
    wanted = " ".join(written.casefold().split())
    return _codes().get(wanted, wanted)


@cache
def _languages() -> Mapping[str, str]:
    named = Locale("en").languages
    return {code: name for code, name in named.items() if len(code) == 2}


@cache
def _codes() -> Mapping[str, str]:
    return {name.casefold(): code for code, name in _languages().items()}
