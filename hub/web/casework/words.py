"""How duties, approvals and placements are said on these pages: when something is due, how it stands, who decides."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from flask_babel import gettext, lazy_gettext, ngettext
from markupsafe import Markup, escape

from hub.core.clock import london_date
from hub.duties.pages import BASIS_WORDS, plain
from hub.web.design import day, instant
from hub.web.organisation.words import role as role_words
from hub.web.translating import translated

OFFICER_WORDS: Final = {
    "nominated_officer": lazy_gettext("the nominated officer"),
    "dcs": lazy_gettext("the Director of Children’s Services (DCS)"),
    "head_of_service": lazy_gettext("the placement panel"),
}
"""By the role that a row of law asks to approve."""
RELATION_WORDS: Final = {
    "in_area": lazy_gettext("In area"),
    "adjoining": lazy_gettext("Out of area, adjoining"),
    "distant": lazy_gettext("Out of area, distant"),
}
STATE_WORDS: Final = {
    "proposed": (lazy_gettext("Proposed"), ""),
    "unconfirmed": (lazy_gettext("Not confirmed"), "yellow"),
    "confirmed": (lazy_gettext("Confirmed"), "green"),
    "ended": (lazy_gettext("Ended"), "grey"),
    "cancelled": (lazy_gettext("Taken back"), "grey"),
}
"""The states of a placement."""
REQUEST_WORDS: Final = {
    "waiting": (lazy_gettext("Waits"), "yellow"),
    "approved": (lazy_gettext("Approved"), "green"),
    "sent_back": (lazy_gettext("Sent back"), "red"),
    "withdrawn": (lazy_gettext("Taken back"), "grey"),
}
WHOSE_WORDS: Final = {
    "mine": lazy_gettext("Mine"),
    "team": lazy_gettext("My team’s"),
    "all": lazy_gettext("All of our organisation"),
}
SIDE_WORDS: Final = {"owed_by_us": lazy_gettext("Owed by us"), "owed_to_us": lazy_gettext("Owed to us")}
DUE_WORDS: Final = {
    "open": lazy_gettext("All that is open"),
    "overdue": lazy_gettext("Overdue"),
    "due": lazy_gettext("Due today"),
    "due_soon": lazy_gettext("Due in the next three days"),
    "done": lazy_gettext("Done"),
}
CONFIDENCE_WORDS: Final = {
    "verified": lazy_gettext("Read again in the text of the law"),
    "from memory": lazy_gettext("From memory: the text was not read again"),
    "inference": lazy_gettext("Inferred from the text"),
    "unverified": lazy_gettext("Unverified: ask a lawyer"),
}
METHOD_WORDS: Final = {
    "letter": lazy_gettext("By letter"),
    "secure_email": lazy_gettext("By secure e-mail"),
    "telephone": lazy_gettext("By telephone"),
    "meeting": lazy_gettext("In a meeting"),
    "other_system": lazy_gettext("Through another system"),
    "in_person": lazy_gettext("In person"),
}
EXCUSE_WORDS: Final = {
    "not_reasonably_practicable": lazy_gettext("It was not reasonably practicable"),
    "withheld_to_protect_the_child": lazy_gettext("It was withheld to protect the child"),
}
PAUSE_WORDS: Final = {
    "awaiting_information": lazy_gettext("We wait for information"),
    "agreed_with_recipient": lazy_gettext("It is agreed with whoever it is owed to"),
    "court_decision_awaited": lazy_gettext("A court is to decide"),
    "other": lazy_gettext("Something else"),
}
VOID_WORDS: Final = {
    "not_owed": lazy_gettext("It is not owed"),
    "wrong_organisation": lazy_gettext("It is another organisation’s"),
    "registered_in_error": lazy_gettext("What it is about was registered in error"),
}
REOPEN_WORDS: Final = {
    "not_received": lazy_gettext("We have not received it"),
    "incomplete": lazy_gettext("What came is incomplete"),
    "excuse_not_accepted": lazy_gettext("We do not accept the excuse"),
    "closed_in_error": lazy_gettext("It was closed in error"),
}
REASON_WORDS: Final[dict[str, Any]] = {**PAUSE_WORDS, **EXCUSE_WORDS, **VOID_WORDS, **REOPEN_WORDS}
STEP_WORDS: Final = {
    "raised": (lazy_gettext("Told"), "green"),
    "reached_nobody": (lazy_gettext("Nobody could be reached"), "red"),
    "report_prepared": (lazy_gettext("A report was prepared for a person to send"), ""),
}
NOTE_WORDS: Final = {
    "pause": lazy_gettext("What was written at the pause"),
    "close": lazy_gettext("What was written at the decision"),
    "reopen": lazy_gettext("What was written when it was opened again"),
}


def sure_words(confidence: str, basis: str) -> str:
    """How sure the hub is of a row. Only law and guidance have a text to read again: policy is the hub's own."""
    if confidence == "verified" and basis == "policy":
        return str(gettext("It is the hub’s own rule: there is no text of a law to read"))
    if confidence == "verified" and basis == "recommendation":
        return str(gettext("Read again where it is recommended"))
    return str(CONFIDENCE_WORDS.get(confidence, confidence))


def basis_words(basis: str) -> str:
    """Statute, statutory guidance, recommendation or local policy."""
    words = translated(BASIS_WORDS[basis])
    return words[:1].upper() + words[1:]


def role(name: str) -> str:
    """A role as it is said."""
    return role_words(name)


def party_words(party: dict[str, Any]) -> str:
    """Who owes, or is owed: by name, or where the directory does not know it, by its part."""
    words = party["name"] or plain(party["role"])
    return str(words)[:1].upper() + str(words)[1:]


def with_times(sentence: str, **said: Any) -> Markup:
    """*sentence*, whose places named ``%(name)s`` are still open, filled with *said*: times keep their mark-up."""
    return escape(sentence) % said


def due_words(row: Mapping[str, Any], now: datetime) -> Markup:
    """When one obligation is due, as somebody would say it now; of one that is closed, when it was due."""
    if row["due_at"] is None:
        return escape(gettext("No date yet: the bank holidays of that year are not known. Give the date."))
    when = _by(row["due_at"], row["due_on"])
    if row["state"] != "open" or row["fulfilled_at"] is not None:
        return with_times(gettext("Was due %(when)s"), when=when)
    if row["due_at"] < now:
        long = _long(row["due_at"], row["due_on"], now)
        return with_times(gettext("%(long)s overdue (was due %(when)s)"), long=long, when=when)
    days = ((row["due_on"] or london_date(row["due_at"])) - london_date(now)).days
    if days == 0:
        return with_times(gettext("Due today (%(when)s)"), when=when)
    near = ngettext("Due tomorrow (%(when)s)", "Due in %(num)s days (%(when)s)", days, when="%(when)s")
    return with_times(near, when=when)


def _by(at: datetime, on: date | None) -> Markup:
    """The end of a working day is said as the day."""
    return day(on) if on is not None else instant(at)


def _long(at: datetime, on: date | None, now: datetime) -> str:
    hours = int((now - at).total_seconds() // 3600)
    days = (london_date(now) - (on or london_date(at))).days
    if days >= 1 and (on is not None or hours >= 24):
        return str(ngettext("%(num)s day", "%(num)s days", days))
    if hours >= 1:
        return str(ngettext("%(num)s hour", "%(num)s hours", hours))
    return str(gettext("Less than an hour"))


def many(count: int, bound: int) -> str:
    """A count as it is shown; at the bound it means that many or more."""
    return str(gettext("%(count)s or more", count=f"{bound:,}")) if count >= bound else f"{count:,}"


def starts_words(starts_at: datetime, now: datetime) -> Markup:
    """When a placement starts or started, and how far that is."""
    days = (london_date(starts_at) - london_date(now)).days
    if days == 0:
        near = gettext("Starts today, %(when)s")
    elif days > 0:
        near = ngettext("Starts tomorrow, %(when)s", "Starts in %(num)s days, %(when)s", days, when="%(when)s")
    else:
        near = ngettext("Started yesterday, %(when)s", "Started %(num)s days ago, %(when)s", -days, when="%(when)s")
    return with_times(near, when=instant(starts_at))
