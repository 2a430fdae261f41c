"""What a channel is: it takes a letter to one contact point, or says why it could not, and whether trying again can help."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


class DeliveryError(Exception):
    """It was not taken. ``code`` is the reply code or one word; it never repeats what the other side said.

    ``permanent``: trying again cannot help. ``gone``: the receiver says never again (HTTP 410). ``retry_after_seconds``:
    the receiver says when to come back.
    """

    def __init__(
        self, code: str, *, permanent: bool, gone: bool = False, retry_after_seconds: int | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent
        self.gone = gone
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True)
class Told:
    """One alert as a channel may tell it: references, codes and instants."""

    alert_ref: str
    kind: str
    subject_ref: str
    role: str
    is_urgent: bool
    raised_at: datetime
    details: Mapping[str, Any] = field(repr=False)
    duty: str = ""
    """What the duty it is about asks, in the words of the law's row."""


@dataclass(frozen=True)
class Letter:
    """What is sent in one go to one contact point: one alert, or a digest of several.

    ``message_id`` is the same in every attempt, so that receivers can drop repeats. ``secrets`` are a webhook's signing
    secrets, newest first; ``signed_by_hub``: the hub's own key signs as well.
    """

    message_id: str
    channel: str
    contact_point_id: int
    address: str = field(repr=False)
    organisation_ref: str
    organisation_name: str = field(repr=False)
    told: tuple[Told, ...]
    is_digest: bool = False
    secrets: tuple[str, ...] = field(default=(), repr=False)
    signed_by_hub: bool = False


class Channel(ABC):
    """One way to reach a contact point. ``send`` is called from several threads at once and keeps what it needs per thread."""

    @abstractmethod
    def send(self, letter: Letter, *, at: datetime) -> str:
        """Hand *letter* over; return the reply code. Raises :class:`DeliveryError`, and nothing else on purpose."""

    @abstractmethod
    def destination(self, letter: Letter) -> str:
        """Whose slowness it would share: letters to one destination are limited together."""

    def close(self) -> None:
        """Let go of kept connections."""
        return
