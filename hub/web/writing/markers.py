"""The page on which each chosen marker is described: detail, author, source, review, and who may see it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask_babel import lazy_gettext

from hub.web.fact_words import MARKER_WORDS
from hub.web.writing.questions import Group, Question, Section
from hub.web.writing.words import AUDIENCES

MARKERS: Final = "markers"
_SEEN_BY: Final = lazy_gettext("Who may see it, besides you?")
_NOBODY: Final = lazy_gettext("Tick nobody, and the notice goes without it.")


def markers_section(body: Mapping[str, Any]) -> Section | None:
    """A section with a group of questions for each marker of the draft *body*; ``None`` while it has none."""
    chosen = [each["marker"] for each in body.get("markers", ())]
    groups = tuple(Group(str(MARKER_WORDS[name]), tuple(_asked(number))) for number, name in enumerate(chosen))
    return Section(MARKERS, lazy_gettext("About each marker"), groups) if groups else None


def _asked(number: int) -> Iterator[Question]:
    path = f"{MARKERS}.{number}"
    yield Question(f"{path}.marker", "kept", "")
    yield Question(f"{path}.detail", "longer", lazy_gettext("What is known"), rows=3, most=1000)
    yield Question(f"{path}.author", "text", lazy_gettext("Who says so"), most=120)
    yield Question(f"{path}.source", "text", lazy_gettext("Where it is known from"))
    yield Question(f"{path}.noted_on", "day", lazy_gettext("When it was noted"))
    yield Question(f"{path}.review_on", "day", lazy_gettext("When it is to be reviewed"))
    yield Question(f"{path}.audience", "checkboxes", _SEEN_BY, _NOBODY, options=AUDIENCES)
