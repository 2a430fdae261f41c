"""It was changed meanwhile: what stands now beside what was typed, control by control.

On ``EditConflict`` a page is shown again with what was typed, with the version that stands now in its hidden control, and with
``changed_meanwhile(differing(…), by, at)`` (components.html) before its form: sent once more, it replaces what the other wrote.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from flask import request
from flask_babel import gettext

from hub.core.http import version_in
from hub.web.forms import DAY_PARTS, Typed

VERSION: Final = "version"
"""The hidden control."""
Spoken = Mapping[str, Mapping[str, str]]
"""Control → value → its words, where the words of a choice are not its value."""
_NONE: Final[Spoken] = {}


@dataclass(frozen=True)
class Difference:
    """One control in which the two differ. Empty words: nothing stands, or was typed, there."""

    control: str
    label: str
    theirs: str = field(repr=False)
    yours: str = field(repr=False)


def version_sent() -> int:
    """The version that the form was made from, as its hidden control says; of none that ever stood: the form is then stale."""
    said = version_in(request.form.get(VERSION, ""))
    return -1 if said is None else said


def differing(labels: Mapping[str, str], stands: Typed, typed: Typed, spoken: Spoken = _NONE) -> list[Difference]:
    """The controls of *labels* (control → its words on the page) in which *stands* (``forms.spelt``) and *typed* differ."""
    both = [
        (name, label, *(written(each, name, spoken.get(name)) for each in (stands, typed)))
        for name, label in labels.items()
    ]
    return [Difference(*each) for each in both if each[2] != each[3]]


def written(typed: Typed, name: str, words: Mapping[str, str] | None = None) -> str:
    """What stands in the control *name*, its parts together: ``27 3 2026 14:30``, or each choice on a line, in *words*."""
    if name in typed:
        said = typed[name]
        return "\n".join(_plain(each, words) for each in said) if isinstance(said, list) else _plain(said, words)
    parts = [typed.get(f"{name}-{part}", "") for part in (*DAY_PARTS, "time")]
    return " ".join(filter(None, parts))


def _plain(said: str, words: Mapping[str, str] | None) -> str:
    spoken = words or {"yes": gettext("Yes"), "no": gettext("No")}
    return str(spoken.get(said, said)).replace("\r\n", "\n").strip()
