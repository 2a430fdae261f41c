"""What can go wrong, in the words a person needs to put it right.

Every error the hub raises on purpose is a :class:`HubError`: a stable ``code`` for machines, a sentence for people that
says what to do next, and, where the fault lies in what was sent, the messages per field. Anything else is a fault of ours.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from hub.core.sentences import as_sentence, worded

FieldMessages = Mapping[str, Sequence[str]]


class HubError(Exception):
    """An expected refusal. ``status`` is the HTTP status, ``code`` is stable across releases."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "error"
    title: ClassVar[str] = worded("Something went wrong")

    def __init__(self, sentence: str, *, code: str | None = None, fields: FieldMessages | None = None) -> None:
        super().__init__(sentence)
        self.sentence = as_sentence(sentence)
        self.reason = code or self.code
        self.fields = {name: [as_sentence(each) for each in said] for name, said in (fields or {}).items()}


class Malformed(HubError):
    """What was sent cannot be read at all: not JSON, not UTF-8, not the media type it claims."""

    status, code, title = 400, "malformed", worded("The request could not be read")


class Invalid(HubError):
    """What was sent can be read and is not acceptable; ``fields`` names each fault and its cure."""

    status, code, title = 422, "invalid", worded("Some of what was sent needs changing")


class Unauthenticated(HubError):
    """We do not know who is asking."""

    status, code, title = 401, "unauthenticated", worded("We need to know who is asking")


class NotPermitted(HubError):
    """Who is asking may not do this kind of thing at all (never used about one particular record)."""

    status, code, title = 403, "not_permitted", worded("You may not do this")


class NotFound(HubError):
    """There is no such thing, or none that may be seen: the two look the same from outside."""

    status, code, title = 404, "not_found", worded("There is nothing here that you can see")


class Conflict(HubError):
    """It collides with something already recorded."""

    status, code, title = 409, "conflict", worded("This collides with what is already recorded")


class StateConflict(Conflict):
    """The record is not in a state from which this can be done."""

    code, title = "state_conflict", worded("This cannot be done now")


class EditConflict(HubError):
    """It was changed by somebody else since it was read (If-Match did not match)."""

    status, code, title = 412, "edit_conflict", worded("It has changed since you read it")


class EditTokenNeeded(HubError):
    """What can be edited by several people must be edited with If-Match."""

    status, code, title = 428, "edit_token_needed", worded("Say which version you are changing")


class TooLarge(HubError):
    """More was sent than is taken at once."""

    status, code, title = 413, "too_large", worded("That is too much at once")


class WrongMediaType(HubError):
    """It was sent as something that is not taken here."""

    status, code, title = 415, "wrong_media_type", worded("Send it as another media type")


class WrongHost(HubError):
    """It was asked of a host that is not this hub."""

    status, code, title = 421, "wrong_host", worded("That is not this hub's name")


class TooMany(HubError):
    """Too often. ``retry_after_seconds`` says when to come back."""

    status, code, title = 429, "too_many", worded("Too many requests")

    def __init__(self, sentence: str, *, retry_after_seconds: int, code: str | None = None) -> None:
        super().__init__(sentence, code=code)
        self.retry_after_seconds = retry_after_seconds
