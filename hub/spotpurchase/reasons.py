"""Why: the codes with which an interview is declined, combined, cancelled or given back. They are counted, so never free text."""

from typing import Final

from hub.core.sentences import worded

DECLINES: Final = {
    "no_capacity": worded("It has nobody free."),
    "not_commissioned_for_other_councils": worded("Its contract does not cover children of other councils."),
    "no_price_or_order": worded("There is no price agreed, or no purchase order."),
    "area_not_covered": worded("It does not cover the area."),
    "cannot_meet_72_hours": worded("It cannot see the child within 72 hours of the return."),
    "insufficient_information": worded("It knows too little to do it safely, or there is no risk assessment."),
    "conflict_of_interest": worded("It would not be independent."),
    "lone_working_risk": worded("Its interviewer could not go there alone safely."),
    "child_declined": worded("The child does not want an interview."),
    "child_missing_again": worded("The child is missing again."),
    "child_moved": worded("The child has moved."),
    "already_being_done": worded("Somebody is holding this interview already."),
    "other": worded("Another reason."),
}
"""Why a provider says no: the reasons that councils report, and those of practice."""

COMBINING: Final = {
    "close_together": worded("The episodes lie close together."),
    "missing_again_before": worded("The child was missing again before the interview could be held."),
    "same_circumstances": worded("The same circumstances led to each of them."),
    "childs_wish": worded("The child wants to speak once."),
}
"""Why one interview serves several episodes; each keeps its own 72 hours."""

CANCELLING: Final = {
    "held_otherwise": worded("The interview was held by other means."),
    "entered_in_error": worded("It was asked for in error."),
    "wrong_child": worded("It was asked for about another child."),
    "child_moved": worded("The child has moved, and it is arranged anew."),
    "child_missing_again": worded("The child is missing again."),
    "no_longer_looked_after": worded("The child is no longer looked after, or is 18."),
    "other": worded("Another reason."),
}
"""Why the placing authority no longer seeks it."""

LOSING: Final = {
    "no_capacity": worded("It has nobody free after all."),
    "interviewer_unavailable": worded("Its interviewer cannot come."),
    "conflict_of_interest": worded("It would not be independent."),
    "lone_working_risk": worded("Its interviewer could not go there alone safely."),
    "could_not_reach_child": worded("It could not reach the child or the carer."),
    "child_asked_for_another": worded("The child asks for somebody else."),
    "child_moved": worded("The child has moved."),
    "child_missing_again": worded("The child is missing again."),
    "taken_back": worded("The placing authority took it back."),
    "not_heard_of": worded("It neither booked nor tried it in time."),
    "other": worded("Another reason."),
}
"""Why whoever was commissioned no longer holds it. ``not_heard_of`` and ``taken_back`` are not the performer's to say."""

GIVING_BACK: Final = tuple(code for code in LOSING if code not in ("not_heard_of", "taken_back"))

LET_GO: Final = frozenset({"child_declined", *CANCELLING}) - frozenset(LOSING)
"""Why a commission ended that its performer would have kept: sought again, the interview is put to them again."""

OUT_OF_TERMS: Final = {
    "over_price_cap": worded("It costs more than the price cap."),
    "over_purchase_order": worded(
        "With what else was agreed or charged under the purchase order, it costs more than the order allows."
    ),
    "after_72_hours": worded("The child would be seen only after the 72nd hour."),
}
"""Why an offer waits for a person to decide."""
