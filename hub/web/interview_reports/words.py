"""What stands on the pages of reports: views, why they are given, how each stands, what was done."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext, lazy_gettext
from markupsafe import Markup

from hub.web.design import instant
from hub.web.missing.words import with_times
from hub.web.providing.words import POINT_STATES as POINT_STATES
from hub.web.providing.words import SHARE_STATES as SHARE_STATES

Words = Mapping[str, Any]

VIEW_WORDS: Final[Words] = {
    "full": lazy_gettext("The whole report"),
    "summary": lazy_gettext("Summary for the host authority"),
    "intelligence": lazy_gettext("Extract for the police"),
}
NECESSITY_WORDS: Final[Words] = {
    "protect_the_child": lazy_gettext("To protect the child"),
    "protect_others": lazy_gettext("To protect others"),
    "look_after_the_child_there": lazy_gettext("To look after the child where they live"),
    "prevent_going_missing_again": lazy_gettext("To keep the child from going missing again"),
    "prevent_crime": lazy_gettext("To prevent crime"),
    "investigate_crime": lazy_gettext("To investigate crime"),
}
RECALL_WORDS: Final[Words] = {
    "wrong_recipient": lazy_gettext("It went to the wrong organisation"),
    "more_than_necessary": lazy_gettext("It holds more than was necessary"),
    "mistake_in_report": lazy_gettext("There is a mistake in the report"),
    "other": lazy_gettext("Another reason"),
}
PART_OF_RECIPIENT: Final[Words] = {
    "host_authority": lazy_gettext("The council where the child lives"),
    "police_force": lazy_gettext("A police force that the episodes concern"),
}
ANSWER_WORDS: Final[Words] = {
    "accepted": lazy_gettext("We accept it, and will do it"),
    "declined": lazy_gettext("We decline it"),
    "done": lazy_gettext("It is done"),
    "open": lazy_gettext("It is to be answered anew"),
}
"""To a recommendation, in the words of whoever answers."""
ANSWERED_WORDS: Final[Words] = {
    "accepted": lazy_gettext("Accepted"),
    "declined": lazy_gettext("Declined"),
    "done": lazy_gettext("Done"),
    "open": lazy_gettext("To be answered anew"),
}
"""The same, in a list of answers."""
SHOW_WORDS: Final[Words] = {
    "": lazy_gettext("All"),
    "given": lazy_gettext("To acknowledge"),
    "acknowledged": lazy_gettext("Acknowledged"),
    "recalled": lazy_gettext("Taken back"),
}
LIST_SHOWS: Final = (
    ("", lazy_gettext("All")),
    ("acknowledgement", lazy_gettext("To be acknowledged")),
    ("answers", lazy_gettext("Points unanswered")),
    ("nothing", lazy_gettext("Answered")),
)
"""Parts of the list of reports, by what is waited for."""
_HEADINGS: Final[Words] = {
    "sending": lazy_gettext("Begun, and not sent yet"),
    "acknowledgement": lazy_gettext("Sent, and not acknowledged yet"),
    "answers": lazy_gettext("With points that nobody has answered yet"),
    "nothing": lazy_gettext("Answered"),
}
_OF_COUNCIL: Final[Words] = {
    "sending": lazy_gettext("Yours to send"),
    "acknowledgement": lazy_gettext("To be read and acknowledged"),
    "answers": lazy_gettext("With points that wait for an answer"),
}
NO_REPORT_FOUND: Final = lazy_gettext(
    "Enter a reference: of a report (it begins with irp_), an interview (rhi_) or a missing episode (mis_)."
)
DONE: Final[Words] = {
    "acknowledged": lazy_gettext("It is acknowledged. Whoever wrote the report sees that it was read."),
    "answered": lazy_gettext("The answer is recorded. Whoever wrote the report sees it."),
    "given": lazy_gettext("It is given. Its recipient is told, and your reasons are on record."),
    "recalled": lazy_gettext("It is taken back. Its recipient sees that, and nothing of it any more."),
    "read": lazy_gettext("It is acknowledged. The council that gave it sees that it was read."),
    "asked": lazy_gettext("Your question is with the council and whoever wrote the report. The answer comes here."),
    "replied": lazy_gettext("The answer is given. Whoever asked is told."),
}
NOT_FOUND: Final = lazy_gettext(
    "Enter a reference: of an extract (it begins with shr_) or of a missing episode (mis_)."
)


def headings(kind: str) -> Words:
    """What stands above reports that wait for the same, to an organisation of *kind*."""
    return {**_HEADINGS, **_OF_COUNCIL} if kind == "local_authority" else _HEADINGS


def at(spelt: str) -> Markup:
    """An instant of a sealed document, as people say it."""
    return instant(datetime.fromisoformat(spelt))


def back(spelt: str) -> Markup:
    """The return that an interview was for."""
    return with_times(gettext("The return on %(when)s"), when=at(spelt))
