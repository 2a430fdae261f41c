"""What cannot be true of an offer, an appointment or an interview is refused at its field, with what to check."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NoReturn

from hub.core.errors import Invalid
from hub.core.sentences import worded
from hub.missing.models import MissingEpisode
from hub.spotpurchase.models import Commission, InterviewRequest

FARTHEST: Final = timedelta(days=60)
"""An appointment farther away than this is a slip of the hand."""


def refuse(field: str, sentence: str) -> NoReturn:
    """Raise ``Invalid`` with *sentence*, at *field*."""
    raise Invalid(sentence, fields={field: [sentence]})


def refuse_untrue_offer(at: datetime, episodes: Sequence[MissingEpisode], *, now: datetime) -> None:
    """An interview is offered after the child was found or came back, and not in the future."""
    if at > now:
        refuse("offered_at", "That is in the future: enter when the child was offered the interview.")
    since = min((each.located_at or each.returned_at or now for each in episodes), default=at)
    if at < since:
        refuse(
            "offered_at",
            worded(
                "The child was found on {at}, and cannot have been offered an interview before. Check the time.",
                at=since,
            ),
        )


def refuse_untrue_carer(at: datetime, offered_at: datetime, *, field: str, now: datetime) -> None:
    """A parent or carer is asked instead after the child was. *field* is where the time of asking stands."""
    if at > now:
        refuse(field, "That is in the future: enter when the parent or carer was asked.")
    if at < offered_at:
        refuse(field, "A parent or carer is asked instead once the child has said no. Check both times.")


def refuse_untrue_booking(starts_at: datetime, *, now: datetime) -> None:
    """What is booked lies before us, and not far off."""
    if starts_at <= now:
        refuse("starts_at", "That time has passed. If the interview was held then, record that it was held.")
    if starts_at > now + FARTHEST:
        refuse(
            "starts_at", worded("That is more than {days} days away. Check the day and the month.", days=FARTHEST.days)
        )


def refuse_untrue_attempt(at: datetime, request: InterviewRequest, commission: Commission, *, now: datetime) -> None:
    """An attempt was made by who was commissioned, after that, and not in the future."""
    _refuse_unless_theirs("at", at, request, commission, now=now)


def refuse_untrue_holding(
    held_at: datetime, held_until: datetime, request: InterviewRequest, commission: Commission, *, now: datetime
) -> None:
    """An interview is held after the return and the commission, and is over when it is recorded."""
    _refuse_unless_theirs("held_at", held_at, request, commission, now=now)
    if held_until > now:
        refuse("minutes", "By this length the interview is not over yet. Check when it began and how long it took.")


def _refuse_unless_theirs(
    field: str, at: datetime, request: InterviewRequest, commission: Commission, *, now: datetime
) -> None:
    if at > now:
        refuse(field, "That is in the future: record it when it has happened. Check the day and the time.")
    if at < request.returned_at:
        refuse(
            field,
            worded(
                "The child was back on {at}, and cannot have been interviewed about it before. Check the time.",
                at=request.returned_at,
            ),
        )
    if at < commission.commissioned_at:
        refuse(
            field,
            worded(
                "Your organisation was commissioned on {at}; this lies before. Check the day and the time.",
                at=commission.commissioned_at,
            ),
        )
