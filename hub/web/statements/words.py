"""What the codes of statements are called."""

from datetime import date
from typing import Final

from babel.dates import format_date
from flask_babel import get_locale, lazy_gettext

from hub.web.design import LANGUAGE

KIND_WORDS: Final = {
    "interview": lazy_gettext("Interview and report"),
    "out_of_hours": lazy_gettext("Outside hours"),
    "travel": lazy_gettext("Travel"),
    "abortive": lazy_gettext("Visit in vain"),
    "cancellation": lazy_gettext("Cancelled late"),
    "adjustment": lazy_gettext("Correction"),
}
REASON_WORDS: Final = {
    "charged_in_error": lazy_gettext("It was charged in error"),
    "miles_wrong": lazy_gettext("The miles were wrong"),
    "minutes_wrong": lazy_gettext("The length was wrong"),
    "reduced_by_agreement": lazy_gettext("Both sides agreed to less"),
    "more_was_agreed": lazy_gettext("Both sides agreed to more"),
}
SIDE_WORDS: Final = {"bought": lazy_gettext("Bought from them"), "sold": lazy_gettext("Sold to them")}


def month(first: date) -> str:
    """``November 2026``"""
    return str(format_date(first, "MMMM y", locale=get_locale() or LANGUAGE))
