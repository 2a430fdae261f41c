"""What a guest typed, what is wrong with it, and whether it came from one of our own pages."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from urllib.parse import urlsplit

from flask import Request
from flask_babel import gettext, lazy_gettext

PROMISES: Final = {
    "enter_register": lazy_gettext("We will enter the child in our register"),
    "pass_on": lazy_gettext("We will pass it on to health, education and the others who work with the child here"),
}
_LONGEST: Final = {"name": 80, "role": 70, "reason": 1000}
_DAYS: Final = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%d %B %Y")
_OURS: Final = frozenset({"same-origin", "none"})


@dataclass(frozen=True)
class Typed:
    """What came in a form, trimmed, and what is wrong with it: by field, in the order of the form."""

    said: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def require(self, **sentences: str) -> None:
        """Each of these fields must be filled in; its sentence says so."""
        for name, sentence in sentences.items():
            if not self.said[name]:
                self.errors[name] = sentence


def typed_in(request: Request, *names: str) -> Typed:
    """These fields of the form that was sent."""
    typed = Typed({name: request.form.get(name, "").strip() for name in names})
    for name, value in typed.said.items():
        if len(value) > _LONGEST.get(name, 40):
            typed.errors[name] = gettext("Write at most %(count)s characters.", count=_LONGEST.get(name, 40))
        elif any(not letter.isprintable() and letter not in "\r\n\t" for letter in value):
            typed.errors[name] = gettext("Remove the characters that cannot be printed.")
    return typed


def promised_on(typed: Typed) -> date | None:
    """The day that goes with a promise, written as on paper; what is wrong with either is put among the errors."""
    promise, written = typed.said["promise"], typed.said["promise_on"]
    if promise and promise not in PROMISES:
        typed.errors["promise"] = gettext("Choose what you will do next, or “Nothing more for now”.")
    if written and not promise:
        typed.errors["promise"] = gettext("Choose what you will do by that day, or leave the day empty.")
    if promise and not written:
        typed.errors["promise_on"] = gettext("Enter the day by which you will do it.")
    return _day(typed, written) if written else None


def _day(typed: Typed, written: str) -> date | None:
    for form in _DAYS:
        try:
            return datetime.strptime(written, form).date()  # noqa: DTZ007 - a civil date
        except ValueError:
            continue
    typed.errors["promise_on"] = gettext("Enter a day like 30/11/2026.")
    return None


def comes_from_elsewhere(request: Request, base_url: str) -> bool:
    """Whether the browser says that another site's page sent this.

    One that says nothing is let in: the code and the pass protect the act. Some mail programs' browsers call the origin of
    every form “null”, so that word says nothing either.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in _OURS
    origin = request.headers.get("Origin") or request.headers.get("Referer")
    if origin is None or origin == "null":
        return False
    ours = {urlsplit(request.host_url).netloc, urlsplit(base_url).netloc}
    return urlsplit(origin).netloc not in ours
