"""How often somebody may look children up: in ten seconds, in an hour, and a whole organisation in an hour.

Counted in the database, in the look-up's own transaction: a look-up that is refused, or fails, spends nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import Database, keys_of
from hub.core.errors import TooMany
from hub.core.limits import Allowance, take
from hub.core.sentences import worded
from hub.lookup.policy import Limits

_TEN_SECONDS, _HOUR = 10, 3600
CODE: Final = "too_many_look_ups"


def spend_look_up(session: Session, actor: Actor, by: str | None, limits: Limits | None, *, now: datetime) -> None:
    """Count one look-up of *actor*'s. Raises ``TooMany``. *limits* ``None``: there are none (the setting ``limits``)."""
    if limits is None:
        return
    who = _person(session, actor, by)
    wanted = [
        Allowance(f"look-ups {who}", limits.person_ten_seconds, _TEN_SECONDS),
        Allowance(f"look-ups {who}", limits.person_hour, _HOUR),
        Allowance(f"look-ups of {actor.organisation_ref}", limits.organisation_hour, _HOUR),
    ]
    _spend(session, wanted, worded("look-ups"), now)


def spend_disclosure(session: Session, actor: Actor, by: str | None, limits: Limits | None, *, now: datetime) -> None:
    """Count one child shown to *actor*. Raises ``TooMany``."""
    if limits is not None:
        name = f"disclosures {_person(session, actor, by)}"
        _spend(session, [Allowance(name, limits.disclosures_hour, _HOUR)], worded("children shown"), now)


def _person(session: Session, actor: Actor, by: str | None) -> str:
    """Who is counted: of a control room's system, which many use, each for whom it says that it asks, unreadably."""
    if actor.kind == "person" or not by:
        return actor.ref
    return f"{actor.ref} {keys_of(session).blind('asker', by.casefold()).hex()}"


def _spend(session: Session, wanted: Sequence[Allowance], what: str, now: datetime) -> None:
    spent = take(session, wanted, now=now)
    if spent is None:
        return
    whom = worded("Your organisation") if spent.name.startswith("look-ups of ") else worded("You")
    wait = spent.wait(now)
    sentence = worded(
        "{whom} may have {at_most} {what} in {span}. Nothing was looked up or shown. Try again in {wait}; what you typed "
        "stays as it is.",
        whom=whom,
        at_most=spent.at_most,
        what=what,
        span=worded("ten seconds") if spent.seconds == _TEN_SECONDS else worded("an hour"),
        wait=_in_words(wait),
    )
    raise TooMany(sentence, retry_after_seconds=wait, code="too_many_look_ups")


def _in_words(seconds: int) -> str:
    """Nobody reckons how long 2,943 seconds are."""
    if seconds >= 120:
        return worded("{count} minutes", count=-(-seconds // 60))
    return worded("1 second") if seconds == 1 else worded("{count} seconds", count=seconds)


def note_refused(database: Database, actor: Actor, refusal: TooMany, *, now: datetime) -> None:
    """Put on record that *actor* was refused, once a minute at most: the record must not be a way to fill the disk."""
    with database.write() as session:
        if take(session, [Allowance(f"refused look-ups {actor.ref}", 1, 60)], now=now) is None:
            audit.record(
                session, actor, Event.LOOK_UP_REFUSED, actor.ref, now=now, details={"wait": refusal.retry_after_seconds}
            )
