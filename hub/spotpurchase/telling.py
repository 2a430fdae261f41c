"""Who is told what became of a request: by alert, and in the feed of whoever did it. Reference and instants only."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.directory import queries as directory
from hub.duties.rulebook import Rulebook
from hub.notify.outbox import FeedItem, Wanted, cancel_alerts, publish, raise_alerts
from hub.registry.filing import DESK
from hub.spotpurchase.models import InterviewRequest

URGENT: Final = frozenset(
    {
        "interview.asked",
        "interview.offered",
        "interview.commissioned",
        "interview.unplaced",
        "interview.commission_ended",
        "interview.conversation",
        "interview.meanwhile",
    }
)
"""While a clock of hours runs, these do not wait for a desk to open."""


OF_SEEKING: Final = ("interview.asked", "interview.offered", "interview.unplaced")
"""What these tell is true only as long as nobody has been commissioned."""


def councils(request: InterviewRequest) -> list[int]:
    """The placing authority, and the host where there is one."""
    return [number for number in (request.placing_authority_id, request.host_authority_id) if number is not None]


def tell(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    kind: str,
    whom: Iterable[int | None],
    *,
    rules: Rulebook,
    now: datetime,
    **details: Any,
) -> None:
    """Alert each organisation of *whom* once; in whose name it was done has an event in its feed instead.

    *details*: references, codes and instants; ``due_at`` is said in the message.
    """
    ids = [number for number in dict.fromkeys(whom) if number is not None]
    said = {"request": request.ref, **details}
    others = [number for number in ids if number != actor.organisation_id]
    wanted = alerts(session, request, kind, others, is_urgent=kind in URGENT, details=said)
    raise_alerts(session, wanted, rules=rules, now=now, actor=actor)
    if actor.organisation_id in ids:
        note(session, request, kind, [actor.organisation_id], now=now, **details)


def alerts(
    session: Session,
    request: InterviewRequest,
    kind: str,
    ids: Iterable[int],
    *,
    is_urgent: bool,
    details: dict[str, Any],
) -> list[Wanted]:
    """One alert of *kind* for each of *ids*.

    The host follows a request and has nothing to do about it: nobody there is woken, and one that has not joined, which could
    open nothing, is told nothing.
    """
    host = request.host_authority_id if request.host_authority_id != request.placing_authority_id else None
    return [
        Wanted(kind, number, DESK, request.ref, is_urgent=is_urgent and number != host, details=details)
        for number in ids
        if number != host or directory.by_ids(session, [number])[number].joined_at is not None
    ]


def asked_no_longer(session: Session, request: InterviewRequest, provider_id: int, *, now: datetime) -> None:
    """The provider has answered: what tells it that it is asked, and was not sent yet, is not sent any more."""
    cancel_alerts(session, subject_ref=request.ref, organisation_id=provider_id, kinds=["interview.asked"], now=now)


def sought_no_longer(session: Session, request: InterviewRequest, *, now: datetime) -> None:
    """Somebody has it, or nobody is to: whatever tells that it is sought, and was not sent yet, is not sent any more."""
    cancel_alerts(session, subject_ref=request.ref, kinds=OF_SEEKING, now=now)


def note(
    session: Session, request: InterviewRequest, kind: str, whom: Iterable[int | None], *, now: datetime, **details: Any
) -> None:
    """Put an event of *kind* into the feed of each of *whom*, and bother nobody."""
    said = {"request": request.ref, **details}
    ids = [number for number in dict.fromkeys(whom) if number is not None]
    publish(session, [FeedItem(number, kind, request.ref, said) for number in ids], now=now)
