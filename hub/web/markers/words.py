"""What happened to a marker, and which grounds advice has, as people say them."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext, lazy_gettext

from hub.web.fact_words import MARKER_WORDS
from hub.web.writing.words import AUDIENCES

ACT_WORDS: Final[Mapping[str, Any]] = {
    "added": lazy_gettext("Added"),
    "carried": lazy_gettext("Came with the child from the placement before"),
    "changed": lazy_gettext("Changed"),
    "reviewed": lazy_gettext("Reviewed: it still holds"),
    "ended": lazy_gettext("Ended"),
}
DONE_WORDS: Final[Mapping[str, Any]] = {
    "added": lazy_gettext("The marker was added. Whoever may see it is told that there is one, not what it says."),
    "changed": lazy_gettext("The marker was changed. What it said before stays in its history."),
    "reviewed": lazy_gettext("The review was recorded."),
    "ended": lazy_gettext("The marker was ended. It stays in the history."),
}
GROUND_WORDS: Final[Mapping[str, Any]] = {
    **MARKER_WORDS,
    "out_of_area": lazy_gettext("Placed out of the area of the council that is responsible"),
}
PAPER_WORDS: Final[Mapping[str, Any]] = {
    "trigger_plan": lazy_gettext("Trigger plan"),
    "philomena": lazy_gettext("Philomena form"),
}
LABELS: Final[Mapping[str, Any]] = {
    "detail": lazy_gettext("What is known"),
    "author": lazy_gettext("Who says so"),
    "source": lazy_gettext("Where it is known from"),
    "noted_on": lazy_gettext("When it was noted"),
    "review_on": lazy_gettext("When it is to be reviewed"),
    "audience": lazy_gettext("Who may see it, besides whoever said it?"),
}
"""The controls of a marker's forms."""
NOT_YOURS: Final = lazy_gettext("Whoever said it changes it, and the placing authority. Ask them.")
HAS_ENDED: Final = lazy_gettext("This marker has ended. Add it again if it holds again.")


def spoken_audiences() -> dict[str, str]:
    """Who may see it: value and words."""
    return {name: str(said) for name, said in AUDIENCES.items()}


_OURSELVES: Final = {
    "host_authority": lazy_gettext("Your council"),
    "placing_authority": lazy_gettext("Your council"),
    "police_force": lazy_gettext("Your force"),
    "provider": lazy_gettext("You, who look after the child"),
}


def seen_by(audience: tuple[str, ...], party: str) -> list[str]:
    """Who may see it, in words; *party*: as which the reader does."""
    spoken = {**AUDIENCES, party: _OURSELVES.get(party, AUDIENCES.get(party, party))}
    return [str(spoken[each]) for each in audience] or [gettext("Nobody but whoever said it")]
