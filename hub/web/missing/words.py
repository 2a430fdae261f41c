"""Missing episodes as people say them: grades, standing, who said what, reasons; each status in words and in a colour."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from flask_babel import gettext, lazy_gettext, ngettext
from markupsafe import Markup, escape

from hub.missing.views import EpisodeBrief
from hub.web.design import instant

GRADE_WORDS: Final = {
    "high": (lazy_gettext("High"), "red"),
    "medium": (lazy_gettext("Medium"), "orange"),
    "low": (lazy_gettext("Low"), "grey"),
    "very_low": (lazy_gettext("Very low"), "grey"),
}
NOT_GRADED: Final = (lazy_gettext("Not graded"), "purple")
CHOICES: Final = tuple((code, words) for code, (words, _) in GRADE_WORDS.items())
GRADE_SHOWS: Final = {"none": NOT_GRADED[0], **{code: words for code, (words, _) in GRADE_WORDS.items()}}
"""The grades by which the board is narrowed."""
CATEGORY_WORDS: Final = {
    "missing": lazy_gettext("Missing"),
    "away": lazy_gettext("Away without authorisation"),
}
CATEGORY_CHOICES: Final = (
    ("missing", lazy_gettext("Missing: nobody knows where the child is")),
    ("away", lazy_gettext("Away without authorisation: it is known where the child is")),
)
_STATE_WORDS: Final = {
    "located": (lazy_gettext("Found, not back yet"), "yellow"),
    "returned": (lazy_gettext("Back"), "green"),
    "withdrawn": (lazy_gettext("Report taken back"), "grey"),
    "merged": (lazy_gettext("Part of another episode"), "grey"),
}
PART_WORDS: Final = {
    "placing": lazy_gettext("Children we placed"),
    "host": lazy_gettext("Children who live in our area"),
    "provider": lazy_gettext("Children we look after"),
    "placed": lazy_gettext("Placed in our area"),
    "reported": lazy_gettext("Reported to us"),
    "found": lazy_gettext("Found by us"),
    "home": lazy_gettext("Ours, placed elsewhere"),
}
PARTS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "local_authority": ("placing", "host"),
    "police_force": ("placed", "reported", "home", "found"),
}
"""The parts that such an organisation may have, in the order in which it looks; others have one."""
SHOW_WORDS: Final = {
    "now": lazy_gettext("Missing now"),
    "back": lazy_gettext("Returned"),
    "taken_back": lazy_gettext("Reported in error"),
}
SHOWS: Final[Mapping[str, tuple[str, ...]]] = {
    "now": ("reported", "located"),
    "back": ("returned",),
    "taken_back": ("withdrawn",),
}
SOURCE_WORDS: Final = {
    "police": lazy_gettext("the police"),
    "home": lazy_gettext("the home"),
    "agency": lazy_gettext("the fostering agency"),
    "carer": lazy_gettext("the foster carer, through the agency"),
    "placing_authority": lazy_gettext("the placing authority"),
    "host_authority": lazy_gettext("the host authority"),
}
SAYING_WORDS: Final = {
    "reported": (lazy_gettext("Reported"), "red"),
    "described": (lazy_gettext("Described"), "purple"),
    "graded": (lazy_gettext("Graded"), "orange"),
    "located": (lazy_gettext("Found"), "yellow"),
    "returned": (lazy_gettext("Back"), "green"),
    "interviewed": (lazy_gettext("Spoken with"), "blue"),
}
TOLD_WORDS: Final = {
    "missing.reported": lazy_gettext("The report"),
    "missing.discovered": lazy_gettext("That the police discovered the child"),
    "missing.graded": lazy_gettext("The grade"),
    "missing.located": lazy_gettext("That the child was found"),
    "missing.returned": lazy_gettext("That the child is back"),
    "missing.interviewed": lazy_gettext("What the police learnt from the child"),
    "missing.reason_given": lazy_gettext("The reason for a low grade"),
    "missing.corrected": lazy_gettext("A correction"),
    "missing.withdrawn": lazy_gettext("That the report was taken back"),
}
ASKED_WORDS: Final = {
    "protecting_marker": lazy_gettext("A warning recorded for this child speaks against a low grade."),
    "out_of_area": lazy_gettext(
        "The child is placed outside the area of the council that is responsible, and is to be treated as at high risk "
        "when missing."
    ),
    "childrens_services_not_asked": lazy_gettext("Children’s services have not been asked what they know yet."),
}
MATCH_WORDS: Final = {
    "joined": (lazy_gettext("Joined by the hub"), "blue"),
    "doubtful": (lazy_gettext("Waits for a decision"), "yellow"),
    "confirmed": (lazy_gettext("One episode"), "green"),
    "rejected": (lazy_gettext("Not the same"), "grey"),
    "undone": (lazy_gettext("Parted again"), "grey"),
}
WHY_MATCH_WORDS: Final = {
    "same_child": lazy_gettext("Both are about the same child."),
    "near_in_time": lazy_gettext("They lie close together in time."),
    "may_be_this_child": lazy_gettext("The child whom the police described resembles one who is placed here."),
}
DECISION_WORDS: Final = {
    "records_checked": lazy_gettext("We checked our records"),
    "asked_the_reporter": lazy_gettext("We asked whoever reported it"),
    "known_to_us": lazy_gettext("We know the child"),
    "decided_in_error": lazy_gettext("It was decided in error"),
    "other": lazy_gettext("Another way"),
}
WHAT_WORDS: Final = {
    "report": lazy_gettext("Our report"),
    "grade": lazy_gettext("Our latest grade"),
    "location": lazy_gettext("That the child was found"),
    "return": lazy_gettext("That the child is back"),
    "prevention_interview": lazy_gettext("That we spoke with the child"),
    "merge": lazy_gettext("That two reports are one"),
}
UNDO_WORDS: Final = {
    "entered_in_error": lazy_gettext("It was entered in error"),
    "wrong_child": lazy_gettext("It is about another child"),
    "wrong_time": lazy_gettext("The time was wrong"),
    "was_not_missing": lazy_gettext("The child was not missing"),
    "other": lazy_gettext("Another reason"),
}
MARKED_BY: Final = {"report": "reported", "grade": "graded", "location": "located", "return": "returned"}
"""What can be taken back → the kind of saying that it is; the interview is ``interviewed``."""
_HOUR: Final = timedelta(hours=1)


def grade(code: str | None) -> tuple[Any, str]:
    """A grade in words, and its colour."""
    return GRADE_WORDS.get(code or "", NOT_GRADED)


def state(episode: EpisodeBrief) -> tuple[Any, str]:
    """How an episode stands, in words, and its colour."""
    if episode.state == "reported":
        return CATEGORY_WORDS[episode.category], "red" if episode.category == "missing" else "orange"
    return _STATE_WORDS[episode.state]


def lasting(since: datetime, until: datetime) -> str:
    """How long, in whole hours or days: it changes once an hour, so that a board is still in between."""
    hours = max(int((until - since) / _HOUR), 0)
    if hours < 1:
        return str(gettext("less than an hour"))
    if hours < 48:
        return str(ngettext("%(num)s hour", "%(num)s hours", hours))
    return str(ngettext("%(num)s day", "%(num)s days", hours // 24))


def gone(episode: EpisodeBrief, now: datetime) -> str:
    """For how long the child is, or was, missing."""
    return lasting(episode.missing_from_at, episode.located_at or episode.returned_at or now)


def name(child: Mapping[str, Any]) -> str:
    """A child's names as they are said; somebody nobody has named is said to be so."""
    named = " ".join(filter(None, (child.get("given_names"), child.get("family_name"))))
    return named or str(gettext("Name not known"))


def called(episode: EpisodeBrief) -> str:
    """Who is missing; of a shielded child, to a force, that alone."""
    return str(gettext("A shielded child")) if episode.is_shielded else name(episode.child)


def with_times(sentence: str, **said: Any) -> Markup:
    """*sentence*, whose places ``%(name)s`` are still open, filled with *said*: times keep their mark-up."""
    return escape(sentence) % {name: instant(it) if isinstance(it, datetime) else it for name, it in said.items()}
