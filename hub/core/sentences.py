"""A sentence of a service: finished English, and what another language needs to say the same (docs/adr/0022)."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache, reduce
from typing import Any, Final

from hub.core.clock import LONDON

# Spelt out here, so that no machine's locale changes a sentence.
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Sentence(str):
    """The finished English text, with the template that it was made of and the values in its places.

    It is a string like any other to whoever logs, stores, compares or sends it. ``hub.web.translating`` says it in the
    reader's language.
    """

    __slots__ = ("template", "values")
    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, values: dict[str, Any]) -> "Sentence":
        """*template* with *values* in their places."""
        spelt = {name: _spelt(value) for name, value in values.items()}
        finished = super().__new__(cls, template.format(**spelt) if spelt else template)
        finished.template, finished.values = template, values
        return finished

    def format(self, *_args: object, **_values: object) -> "Sentence":
        """Itself: no place is left. marshmallow fills every message in, and would leave a bare string of this."""
        return self

    def __getnewargs__(self) -> tuple[str, dict[str, Any]]:  # type: ignore[override]
        return self.template, self.values


def worded(template: str, /, **values: Any) -> Sentence:
    """The sentence that *template*, a literal, makes of *values*, each in its place ``{name}``.

    A value may be a sentence too, or a date or an instant (``18 November 2026``, ``18 November 2026 at 10:00`` in London):
    each is said in the reader's language as well. Any other is data, the same in every language.
    """
    return Sentence(template, values) if values else _bare(template)


@lru_cache(maxsize=4096)
def _bare(template: str) -> Sentence:
    """One that has no places: explaining one notice's duties takes a hundred."""
    return Sentence(template, {})


def as_sentence(text: str) -> Sentence:
    """*text*, a sentence of a service in whatever form, as a value in another: so that it is not taken for data."""
    return text if isinstance(text, Sentence) else Sentence(text, {})


def together(sentences: Iterable[str]) -> Sentence:
    """*sentences*, at least one, one after the other."""
    first, *rest = map(as_sentence, sentences)
    return reduce(lambda before, last: worded("{before} {last}", before=before, last=last), rest, first)


def in_a_row(things: Iterable[str]) -> Sentence:
    """“this, that”. Here and below: *things*, at least one, are data unless they are sentences."""
    first, *rest = things
    return reduce(lambda before, last: worded("{before}, {last}", before=before, last=last), rest, _alone(first))


def either(things: Iterable[str]) -> Sentence:
    """“this or that”"""
    first, *rest = things
    return reduce(lambda before, last: worded("{before} or {last}", before=before, last=last), rest, _alone(first))


def listed(things: Iterable[str]) -> Sentence:
    """“this, that and those”"""
    *others, last = things
    return worded("{before} and {last}", before=in_a_row(others), last=last) if others else _alone(last)


def choose(codes: Iterable[str]) -> Sentence:
    """What to say to whoever sent none of *codes*."""
    return worded("Choose one of: {codes}.", codes=", ".join(codes))


def _alone(thing: str) -> Sentence:
    return worded("{thing}", thing=thing)


def _spelt(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        local = value.astimezone(LONDON)
        return f"{_day(local)} at {local:%H:%M}"
    return _day(value) if isinstance(value, date) else value


def _day(on: date) -> str:
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"
