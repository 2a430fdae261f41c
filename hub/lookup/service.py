"""Asking, and being shown: the front door for pages and the API. What it returns was committed before.

Nothing of an answer leaves :func:`on_record` unless the transaction that records it has been committed (docs/adr/0009): where the
commit fails, or the database dies under it, the caller gets the fault and not the answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.db import Database
from hub.core.errors import TooMany
from hub.core.settings import Settings
from hub.lookup.incidents import checked_incident
from hub.lookup.limits import CODE, note_refused
from hub.lookup.policy import DisclosurePolicy, IncidentPattern, Limits, Purpose, load_disclosure_policy

T = TypeVar("T")


@dataclass(frozen=True)
class Terms:
    """What holds here: the policy, and the limits (``None`` where the setting ``limits`` switches them off, to measure)."""

    policy: DisclosurePolicy
    limits: Limits | None


def terms_of(settings: Settings) -> Terms:
    """What holds for a hub with these settings."""
    policy = load_disclosure_policy(Path(settings.config_dir))
    return Terms(policy, policy.limits if settings.limits else None)


def on_record(database: Database, actor: Actor, act: Callable[[Session], T], *, now: datetime) -> T:
    """Do *act* as one unit of work, and give its answer after the commit. A refusal for limits is put on record by itself."""
    try:
        with database.write() as session:
            answer = act(session)
    except TooMany as refusal:
        if refusal.reason == CODE:
            note_refused(database, actor, refusal, now=now)
        raise
    return answer


def purposes_for(policy: DisclosurePolicy, actor: Actor) -> list[Purpose]:
    """The purposes that the actor's organisation may give."""
    return [each for each in policy.purposes.values() if actor.organisation_kind in each.asked_by]


def incident_pattern(actor: Actor, policy: DisclosurePolicy) -> IncidentPattern:
    """How the actor's organisation writes its incident references."""
    return policy.incident_of(actor.organisation_gss)


def incident_of(actor: Actor, policy: DisclosurePolicy, given: str | None) -> str:
    """*given* as an incident reference of the actor's organisation. Raises ``Invalid``."""
    return checked_incident(policy, actor.organisation_gss, given)
