"""What stands on the pages of whoever holds interviews: what was done, what is asked for where nothing was entered."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext

NO_ENTRY: Final = lazy_gettext(
    "Your organisation does not offer interviews to others, so it has no entry and no rate card."
)
DONE_WORDS: Final[Mapping[str, Any]] = {
    "saved": lazy_gettext("What you cover and offer is saved. It counts for whatever is asked from now on."),
    "published": lazy_gettext("The rate card is published. What was agreed by an earlier one stays as it was agreed."),
    "taking": lazy_gettext("You take on new interviews again."),
    "not_taking": lazy_gettext(
        "You are asked for no new interviews until you switch it on again. What you took on stays yours."
    ),
    "capacity": lazy_gettext("It is noted how many more you can take on."),
}
ENTRY_LABELS: Final[Mapping[str, Any]] = {
    "covers_everywhere": lazy_gettext("Do you cover all of England and Wales?"),
    "areas": lazy_gettext("Councils whose areas you cover"),
    "run_by": lazy_gettext("Council whose own team you are, if you are one"),
    "is_independent": lazy_gettext("Are you independent of the care of the children whom you see?"),
    "independence": lazy_gettext("What does that rest on?"),
    "languages": lazy_gettext("Languages that your interviewers speak"),
    "genders": lazy_gettext("Who interviews for you?"),
    "modes": lazy_gettext("How do you hold interviews?"),
    "youngest": lazy_gettext("Youngest age"),
    "oldest": lazy_gettext("Oldest age"),
    "schedule": lazy_gettext("When do your coordinators answer?"),
}
"""The controls of the entry's form."""
ENTRY_MISSING: Final[Mapping[str, Any]] = {
    "is_independent": lazy_gettext("Say whether you are independent of the care of the children."),
    "independence": lazy_gettext("Say who runs you, and that you look after no child whom you see."),
    "languages": lazy_gettext("Enter at least one language, such as English."),
    "genders": lazy_gettext("Choose whether women, men or both interview for you."),
    "modes": lazy_gettext("Choose at least one way in which you hold interviews."),
    "youngest": lazy_gettext("Enter the youngest and the oldest age, in years, such as 8 and 17."),
}
CARD_LABELS: Final[Mapping[str, Any]] = {
    "basis": lazy_gettext("What is the price for?"),
    "price_pence": lazy_gettext("Price in pounds, without VAT"),
    "least_minutes": lazy_gettext("Least that is charged, in minutes"),
    "travel_pence_per_mile": lazy_gettext("Travel: pence a mile"),
    "out_of_hours_percent": lazy_gettext("Per cent on top outside your opening hours"),
    "abortive_percent": lazy_gettext("Per cent of the price for a visit at which no interview could be held"),
    "free_cancel_hours": lazy_gettext("Hours before it begins until which cancelling costs nothing"),
    "late_cancel_percent": lazy_gettext("Per cent of the price for one cancelled later than that"),
    "vat_percent": lazy_gettext("VAT, per cent"),
    "report_working_days": lazy_gettext("Working days until the report is there"),
    "most_attempts": lazy_gettext("Attempts that the price includes"),
    "quote_hours": lazy_gettext("Hours for which an offer stands"),
    "valid_from": lazy_gettext("In force from"),
}
"""The controls of a rate card's form."""
CARD_MISSING: Final[Mapping[str, Any]] = {
    "basis": lazy_gettext("Choose what the price is for."),
    "price_pence": lazy_gettext("Enter the price, such as 185 or 185.00; 0 if nothing is charged."),
}
ENTRY_FIRST: Final = lazy_gettext("Say first what you cover and offer. Then you say what you charge.")
TOO_MUCH: Final = lazy_gettext("Enter at most %(most)s.", most="%(most)s")
TOO_LITTLE: Final = lazy_gettext(
    "Enter at least %(least)s, or 0 if nothing is charged. The price is in pounds.", least="%(least)s"
)
GENDER_WORDS: Final[Mapping[str, Any]] = {"female": lazy_gettext("Women"), "male": lazy_gettext("Men")}
"""Of interviewers."""
BASIS_WORDS: Final[Mapping[str, Any]] = {
    "fixed": lazy_gettext("For an interview with its report"),
    "hourly": lazy_gettext("For an hour, each quarter of an hour begun"),
}
