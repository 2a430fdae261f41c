"""How an obligation stands, in words: a tag of a word or two with its colour, and a sentence that says what is asked."""

from dataclasses import dataclass
from typing import Final

from flask_babel import lazy_gettext


@dataclass(frozen=True)
class Standing:
    """*tag* in *colour* (GOV.UK's names; empty: blue), and a *sentence* for somebody outside where there is more to say."""

    tag: str
    colour: str
    sentence: str


STANDINGS: Final = {
    "open": Standing(lazy_gettext("Open"), "", ""),
    "overdue": Standing(lazy_gettext("Overdue"), "red", ""),
    "paused": Standing(lazy_gettext("Paused"), "grey", ""),
    "registered_not_reached": Standing(
        lazy_gettext("Not yet reached"),
        "yellow",
        lazy_gettext("It was done, and waits to reach the other organisation."),
    ),
    "met": Standing(lazy_gettext("Met"), "green", lazy_gettext("It was met. Nothing is asked of you.")),
    "met_late": Standing(
        lazy_gettext("Met late"), "orange", lazy_gettext("It was met late. Nothing more is asked of you.")
    ),
    "excused": Standing(lazy_gettext("Excused"), "grey", lazy_gettext("It was excused. Nothing is asked of you.")),
    "void": Standing(lazy_gettext("Struck out"), "grey", lazy_gettext("It was struck out. Nothing is asked of you.")),
}
"""By what ``notify.worklists.standing`` answers."""
