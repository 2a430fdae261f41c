"""Who answers the telephone, as people say it."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext, lazy_gettext

from hub.directory.duty.rota import OnDuty, Shift

KIND_WORDS: Final[Mapping[str, tuple[Any, str]]] = {
    "override": (lazy_gettext("In the desk’s stead"), "purple"),
    "desk": (lazy_gettext("Duty desk"), "green"),
    "out_of_hours": (lazy_gettext("Out of hours"), "blue"),
    "fallback": (lazy_gettext("Nobody is on duty"), "red"),
}
NOBODY: Final = (lazy_gettext("No number at all"), "red")
DONE_WORDS: Final[Mapping[str, Any]] = {
    "overridden": lazy_gettext("The other desk answers in that time. Every other administrator is told by e-mail."),
    "removed": lazy_gettext("The opening hours count again."),
    "stopped": lazy_gettext("The calendar’s address does not work any more."),
}


def standing(who: OnDuty | None) -> tuple[str, str]:
    """A tag's words and its colour."""
    said, colour = KIND_WORDS[who.kind] if who else NOBODY
    return str(said), colour


def whom(shift: Shift) -> str:
    """Whom one reaches in a shift."""
    if shift.who is None:
        return str(gettext("Nobody: no telephone is listed"))
    if shift.who.is_gap:
        return str(gettext("Nobody; best tried: %(name)s, %(phone)s", name=shift.who.name, phone=shift.who.phone))
    return f"{shift.who.name}, {shift.who.phone}"
