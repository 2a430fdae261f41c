"""Who is told what became of a report, at once: by alert, or in the feed of who need not act. Reference and link only."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.duties.rulebook import Rulebook
from hub.notify.outbox import FeedItem, Wanted, publish, raise_alerts
from hub.registry.filing import DESK


def tell(
    session: Session,
    actor: Actor,
    kind: str,
    subject_ref: str,
    *,
    alerted: Collection[int | None] = (),
    noted: Collection[int | None] = (),
    rules: Rulebook,
    now: datetime,
    **details: Any,
) -> None:
    """Alert each of *alerted* but the actor about *subject_ref*; put an event of *kind* into the feed of each of *noted*.

    *alerted* and *noted*: ids of organisations, ``None`` for one that there is not. *details*: references, codes and instants.
    """
    to_alert = list(dict.fromkeys(each for each in alerted if each not in (None, actor.organisation_id)))
    wanted = [Wanted(kind, number, DESK, subject_ref, details=details) for number in to_alert if number]
    raise_alerts(session, wanted, rules=rules, now=now, actor=actor)
    note(
        session,
        kind,
        subject_ref,
        [each for each in (*noted, actor.organisation_id) if each not in to_alert],
        now=now,
        **details,
    )


def note(
    session: Session, kind: str, subject_ref: str, whom: Collection[int | None], *, now: datetime, **details: Any
) -> None:
    """Put an event of *kind* into the feed of each of *whom*, and bother nobody."""
    ids = dict.fromkeys(each for each in whom if each is not None)
    publish(session, [FeedItem(number, kind, subject_ref, details) for number in ids], now=now)
