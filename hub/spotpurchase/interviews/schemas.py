"""What is said of an interview, as JSON and as forms. Instants have a time; miles and minutes are whole."""

from typing import Any

from marshmallow import Schema, fields, validate

from hub.core.sentences import worded
from hub.registry.schemas_parts import PERSONAL, Instant, Words, one_of
from hub.spotpurchase.interviews import booking, giving_back, holding, taking_back
from hub.spotpurchase.interviews.meanwhile import ANSWERS
from hub.spotpurchase.interviews.models import CHILD_SAID, HOW, OUTCOMES
from hub.spotpurchase.providers.models import MODES
from hub.spotpurchase.reasons import COMBINING

_BY = {"required": "Enter your name and role."}
FAILED = tuple(outcome for outcome in OUTCOMES if outcome != "held")
SHORTEST, LONGEST = 5, 480
MOST_MILES = 2000


def _minutes(**given: Any) -> fields.Integer:
    sentence = worded(
        "Enter how long it takes in whole minutes: {shortest} to {longest}.", shortest=SHORTEST, longest=LONGEST
    )
    whole: dict[str, Any] = {"invalid": sentence, "required": sentence}
    return fields.Integer(
        strict=True, validate=validate.Range(SHORTEST, LONGEST, error=sentence), error_messages=whole, **given
    )


def _miles() -> fields.Integer:
    sentence = worded("Enter whole miles, there and back: at most {most_miles}.", most_miles=MOST_MILES)
    return fields.Integer(
        strict=True,
        load_default=0,
        validate=validate.Range(0, MOST_MILES, error=sentence),
        error_messages={"invalid": sentence},
    )


class _SaidIn(Schema):
    by = Words(160, required=True, error_messages=_BY)
    note = Words(2000, personal=True)


class ChildOfferIn(_SaidIn):
    """That the child was offered an interview, and what they said."""

    offered_at = Instant(required=True, error_messages={"required": "Enter when the child was offered the interview."})
    how = one_of(HOW, required=True, error_messages={"required": "Say how the child was offered it."})
    said = one_of(CHILD_SAID, required=True, error_messages={"required": "Say what the child said."})
    reason = Words(2000, personal=True, metadata={**PERSONAL, "description": "why, in the child's words"})
    carer_offered_at = Instant(metadata={"description": "when a parent or carer was asked instead"})


class CarerOfferIn(_SaidIn):
    """That a parent or carer was asked for what they know, because the child declined."""

    offered_at = Instant(required=True, error_messages={"required": "Enter when the parent or carer was asked."})


class _PlaceIn(_SaidIn):
    place = Words(300, personal=True)
    interviewer = Words(160, personal=True)
    interpreter = Words(160, personal=True)


class BookingIn(_PlaceIn):
    """A time at which the child is to be seen."""

    starts_at = Instant(required=True, error_messages={"required": "Enter when the interview begins."})
    minutes = _minutes(load_default=60)
    mode = one_of(
        MODES, required=True, error_messages={"required": "Say whether it is in person, by video or by telephone."}
    )


class ChangeIn(_PlaceIn):
    """Another time; what is left out stays."""

    by = Words(160)
    starts_at = Instant(required=True, error_messages={"required": "Enter when the interview begins now."})
    minutes = _minutes()
    mode = one_of(MODES)
    reason = one_of(booking.CHANGING, required=True, error_messages={"required": "Say why it is moved."})


class AppointmentCancellationIn(Schema):
    """Why a time does not stand any longer."""

    reason = one_of(booking.CANCELLING, required=True, error_messages={"required": "Say why it is cancelled."})


class HoldingIn(_PlaceIn):
    """That the interview was held: when it began, and how long it took."""

    held_at = Instant(required=True, error_messages={"required": "Enter when the interview began."})
    minutes = _minutes(required=True)
    miles = _miles()
    mode = one_of(MODES)
    present = Words(300, personal=True, metadata={**PERSONAL, "description": "who else was there"})
    late_reason = one_of(holding.LATE_REASONS, metadata={"description": "of one held after the 72nd hour: why"})


class UnbookedHoldingIn(HoldingIn):
    """That the interview was held though no time had been booked."""

    mode = one_of(
        MODES, required=True, error_messages={"required": "Say whether it was in person, by video or by telephone."}
    )


class AttemptIn(_SaidIn):
    """An attempt that came to nothing."""

    at = Instant(required=True, error_messages={"required": "Enter when it was tried."})
    how = one_of(HOW, required=True, error_messages={"required": "Say how it was tried."})
    outcome = one_of(FAILED, required=True, error_messages={"required": "Say what stood in the way."})
    miles = _miles()


class InterviewTakingBackIn(Schema):
    """Why what was recorded is taken back."""

    reason = one_of(taking_back.REASONS, required=True, error_messages={"required": "Say why it is taken back."})


class GivingBackIn(_SaidIn):
    """Why whoever was to hold it does not."""

    reason = one_of(giving_back.REASONS, required=True, error_messages={"required": "Say why it is given back."})


class NewsAnswerIn(Schema):
    """What is decided about what happened before the interview."""

    answer = one_of(
        tuple(code for codes in ANSWERS.values() for code in codes),
        required=True,
        error_messages={"required": "Decide how it goes on."},
    )
    reason = one_of(tuple(COMBINING), metadata={"description": "of one interview for both: why"})
