"""What stands on the pages of whoever holds interviews: what was done, what is asked for where nothing was entered."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext

from hub.web.missing.words import name as name

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
    "given_back": lazy_gettext("You gave it back, and the council is told. Others are asked."),
    "answered": lazy_gettext(
        "What the child said is recorded, and the council that asked is told. Nothing more is to be done by you. A mistake is "
        "taken back under “What is over”."
    ),
    "tried": lazy_gettext(
        "The attempt is recorded. It was the last that was agreed: the council decides how it goes on."
    ),
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

ASK_DONE: Final[Mapping[str, Any]] = {
    "offered": lazy_gettext("Your offer was made. The council decides, and you are told at once."),
    "declined": lazy_gettext("It is noted that you cannot. Somebody else is asked."),
    "referred": lazy_gettext("It is noted whom you named. They are asked, if they were not before."),
    "asked": lazy_gettext("What you wrote is with the council. You are told when it answers."),
}
ASK_STATES: Final[Mapping[str, tuple[Any, str]]] = {
    "asked": (lazy_gettext("Your turn: answer"), "red"),
    "lapsed": (lazy_gettext("Late: you may still answer"), "orange"),
    "offered": (lazy_gettext("Offered: the council’s turn"), "blue"),
    "won": (lazy_gettext("Yours"), "green"),
    "declined": (lazy_gettext("You declined"), "grey"),
    "referred": (lazy_gettext("You named another"), "grey"),
    "not_needed": (lazy_gettext("Not needed any more"), "grey"),
}
LOST: Final = (lazy_gettext("No longer yours"), "grey")
NEXT_WORDS: Final[Mapping[str, Any]] = {
    "book": lazy_gettext("Book a time"),
    "go": lazy_gettext("See the child"),
    "record": lazy_gettext("Say what came of it"),
    "report": lazy_gettext("Write it up"),
    "read": lazy_gettext("See what became of it"),
}
"""The next thing to do about an interview that was taken on."""
CHANGING_WORDS: Final[Mapping[str, Any]] = {
    "child_asked": lazy_gettext("The child asked for it"),
    "carer_asked": lazy_gettext("A parent or carer asked for it"),
    "placing_asked": lazy_gettext("The council asked for it"),
    "interviewer_unavailable": lazy_gettext("Our interviewer cannot come"),
    "place_unsuitable": lazy_gettext("The place does not suit"),
    "lone_working_risk": lazy_gettext("Our interviewer could not go there alone safely"),
    "child_missing_again": lazy_gettext("The child is missing again"),
    "child_moved": lazy_gettext("The child has moved"),
    "entered_in_error": lazy_gettext("It was booked in error"),
    "other": lazy_gettext("Another reason"),
}
"""Why a time is moved or cancelled."""
TAKING_BACK_WORDS: Final[Mapping[str, Any]] = {
    "entered_in_error": lazy_gettext("It was not held"),
    "wrong_child": lazy_gettext("It was another child’s"),
    "wrong_time": lazy_gettext("It was held at another time"),
}
ATTEMPT_BACK_WORDS: Final[Mapping[str, Any]] = {
    "entered_in_error": lazy_gettext("It was not made, or something else came of it"),
    "wrong_child": lazy_gettext("It was another child’s"),
    "wrong_time": lazy_gettext("It was made at another time"),
}
ACT_DONE: Final[Mapping[str, Any]] = {
    "won": lazy_gettext(
        "The interview is yours: the council took your offer. Below is who the child is, and what to know."
    ),
    "booked": lazy_gettext("The time is booked. The council where the child lives and the one that asked are told."),
    "changed": lazy_gettext("The time is moved. Calendars that have the file take the new one from it."),
    "cancelled": lazy_gettext("The time is cancelled. The interview is still yours: book another."),
    "tried": lazy_gettext("The attempt is recorded. The council that asked is told."),
    "answered": lazy_gettext("What the child said is recorded. The council that asked is told."),
    "held": lazy_gettext("It is recorded that the interview was held. Its report is next."),
    "taken_back": lazy_gettext("It is taken back: the interview is still to be held, by the same 72 hours."),
    "attempt_taken_back": lazy_gettext("The attempt is taken back, and counts for nothing. Record what is true."),
    "offer_taken_back": lazy_gettext("It is taken back. Record what the child really said, if they were asked."),
    "carer": lazy_gettext("It is recorded that a parent or carer was asked. The council that asked is told."),
    "wrote": lazy_gettext("What you wrote is with the council. You are told when it answers."),
}
NO_PLACE: Final = lazy_gettext("No address is known: ring the contact below.")
REPORT_DONE: Final[Mapping[str, Any]] = {
    "saved": lazy_gettext("It is saved. Nobody but your organisation sees it until you send it."),
    "sent": lazy_gettext("The report is sent. The council that asked is told, and answers here."),
    "correcting": lazy_gettext("You are writing the next version. What was sent stands until you send this one."),
}
SHARE_STATES: Final[Mapping[str, tuple[Any, str]]] = {
    "given": (lazy_gettext("Given"), "blue"),
    "acknowledged": (lazy_gettext("Acknowledged"), "green"),
    "recalled": (lazy_gettext("Taken back"), "grey"),
}
VIEW_WORDS: Final[Mapping[str, Any]] = {
    "full": lazy_gettext("The whole report"),
    "summary": lazy_gettext("A summary"),
    "intelligence": lazy_gettext("An extract for the police"),
}
POINT_STATES: Final[Mapping[str, tuple[Any, str]]] = {
    "open": (lazy_gettext("Waits for an answer"), "yellow"),
    "accepted": (lazy_gettext("Accepted"), "blue"),
    "declined": (lazy_gettext("Declined"), "grey"),
    "done": (lazy_gettext("Done"), "green"),
    "answered": (lazy_gettext("Answered"), "green"),
}
DECLINE_WORDS: Final[Mapping[str, Any]] = {
    "no_capacity": lazy_gettext("We have nobody free"),
    "not_commissioned_for_other_councils": lazy_gettext("Our contract does not cover children of other councils"),
    "no_price_or_order": lazy_gettext("There is no price agreed, or no purchase order"),
    "area_not_covered": lazy_gettext("We do not cover the area"),
    "cannot_meet_72_hours": lazy_gettext("We cannot see the child within the 72 hours"),
    "insufficient_information": lazy_gettext("We know too little to do it safely, or there is no risk assessment"),
    "conflict_of_interest": lazy_gettext("We would not be independent"),
    "lone_working_risk": lazy_gettext("Our interviewer could not go there alone safely"),
    "child_declined": lazy_gettext("The child does not want an interview"),
    "child_missing_again": lazy_gettext("The child is missing again"),
    "child_moved": lazy_gettext("The child has moved"),
    "already_being_done": lazy_gettext("Somebody is holding this interview already"),
    "other": lazy_gettext("Another reason"),
}
"""Why we say no, as we say it ourselves."""
GIVING_BACK_WORDS: Final[Mapping[str, Any]] = {
    "no_capacity": lazy_gettext("We have nobody free after all"),
    "interviewer_unavailable": lazy_gettext("Our interviewer cannot come"),
    "conflict_of_interest": lazy_gettext("We would not be independent"),
    "lone_working_risk": lazy_gettext("Our interviewer could not go there alone safely"),
    "could_not_reach_child": lazy_gettext("We could not reach the child or the carer"),
    "child_asked_for_another": lazy_gettext("The child asks for somebody else"),
    "child_moved": lazy_gettext("The child has moved"),
    "child_missing_again": lazy_gettext("The child is missing again"),
    "other": lazy_gettext("Another reason"),
}


def begun(said: str) -> str:
    """*said* as it stands at the beginning of a line: “Tomorrow at 10:00”."""
    return said[:1].upper() + said[1:]
