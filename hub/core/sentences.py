"""A sentence of a service: finished English, and what another language needs to say the same (docs/adr/0022)."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import reduce
from typing import Any

from hub.core.clock import LONDON


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
    return Sentence(template, values)


def as_sentence(text: str) -> Sentence:
    """*text*, a sentence of a service in whatever form, as a value in another: so that it is not taken for data."""
    return text if isinstance(text, Sentence) else Sentence(text, {})


def together(sentences: Iterable[str]) -> Sentence:
    """*sentences*, at least one, one after the other."""
    return reduce(lambda before, last: worded("{before} {last}", before=before, last=last), map(as_sentence, sentences))


def either(choices: Iterable[str]) -> str:
    """*choices*, at least one, as they are offered: “this or that”. They are data, unless they are sentences."""
    return reduce(lambda before, last: worded("{before} or {last}", before=before, last=last), choices)


def both(things: Iterable[str]) -> str:
    """*things*, at least one, as they are listed: “this and that”. They are data, unless they are sentences."""
    return reduce(lambda before, last: worded("{before} and {last}", before=before, last=last), things)


def _spelt(value: Any) -> Any:
    if isinstance(value, datetime):
        local = value.astimezone(LONDON)
        return f"{local.day} {local:%B %Y at %H:%M}"
    return f"{value.day} {value:%B %Y}" if isinstance(value, date) else value
