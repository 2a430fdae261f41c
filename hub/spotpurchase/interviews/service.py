"""Interviews: offered to the child, booked, tried, held, taken back. The front door.

Every act is a guarded move, an audit entry, and an alert or an event to each organisation concerned, in the caller's transaction.
No act moves a clock: an episode's 72 hours run from its return, whatever is booked, missed or taken back.
"""

from hub.spotpurchase.interviews.attempting import attempt, most_attempts
from hub.spotpurchase.interviews.booking import book, cancel, rearrange
from hub.spotpurchase.interviews.giving_back import give_back
from hub.spotpurchase.interviews.holding import hold, hold_unbooked
from hub.spotpurchase.interviews.meanwhile import answer as answer_news
from hub.spotpurchase.interviews.offering import offer_to_carer, offer_to_child
from hub.spotpurchase.interviews.taking_back import take_back_attempt, take_back_interview, take_back_offer

__all__ = [
    "answer_news",
    "attempt",
    "book",
    "cancel",
    "give_back",
    "hold",
    "hold_unbooked",
    "most_attempts",
    "offer_to_carer",
    "offer_to_child",
    "rearrange",
    "take_back_attempt",
    "take_back_interview",
    "take_back_offer",
]
