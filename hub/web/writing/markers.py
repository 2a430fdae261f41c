"""The page on which each chosen marker is described: detail, author, source, review, and who may see it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from hub.web.fact_words import MARKER_WORDS
from hub.web.writing.filling import Body, chosen_in
from hub.web.writing.questions import Group, Question, Section
from hub.web.writing.words import AUDIENCES

MARKERS: Final = "markers"
_SEEN_BY: Final = lazy_gettext("Who may see it, besides you?")
_NOBODY: Final = lazy_gettext("Tick nobody, and the notice goes without it.")
_NUMBERED: Final = re.compile(r"markers\.(\d{1,2})\.marker")


def markers_section(body: Body, form: "MultiDict[str, str]") -> Section | None:
    """A section with a group of questions for each marker that *form* describes; without one, for each of the draft *body*.

    ``None`` where there is none. A form keeps its own: another tab may have taken some out of the draft, or put others in.
    """
    groups = tuple(
        Group(str(MARKER_WORDS.get(name, name)), tuple(_asked(number)))
        for number, name in enumerate(_named(body, form))
    )
    return Section(MARKERS, lazy_gettext("About each marker"), groups) if groups else None


def _named(body: Body, form: "MultiDict[str, str]") -> list[str]:
    found = sorted((int(match[1]), form[name]) for name in form if (match := _NUMBERED.fullmatch(name)))
    return [name for _, name in found] or chosen_in(body)


def as_in_form(body: Body, form: "MultiDict[str, str]") -> Body:
    """The draft *body* with its markers in the order of *form*; nothing stands in the place of one that is gone."""
    return {**body, "markers": [_told(body, name) or {} for name in _named(body, form)]}


def _told(body: Body, name: str) -> Mapping[str, Any] | None:
    return next((each for each in body.get("markers", ()) if each["marker"] == name), None)


def with_the_others(said: Body, before: Body) -> Body:
    """*said*, whose markers a form described, with those of the draft *before* that were not on it."""
    described: Sequence[Any] = said.get("markers", ())
    named = {each.get("marker") for each in described}
    others = [each for each in before.get("markers", ()) if each["marker"] not in named]
    return {**said, "markers": [*({"audience": [], **each} for each in described), *others]}


def _asked(number: int) -> Iterator[Question]:
    path = f"{MARKERS}.{number}"
    yield Question(f"{path}.marker", "kept", "", options=MARKER_WORDS)
    yield Question(f"{path}.detail", "longer", lazy_gettext("What is known"), rows=3)
    yield Question(f"{path}.author", "text", lazy_gettext("Who says so"), most=120)
    yield Question(f"{path}.source", "text", lazy_gettext("Where it is known from"))
    yield Question(f"{path}.noted_on", "day", lazy_gettext("When it was noted"))
    yield Question(f"{path}.review_on", "day", lazy_gettext("When it is to be reviewed"))
    yield Question(f"{path}.audience", "checkboxes", _SEEN_BY, _NOBODY, options=AUDIENCES)
