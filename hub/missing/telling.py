"""Who is told of a missing episode, at once: the placing authority, the host, every force concerned, and the home or agency.

A message holds the episode's reference and a link, and nothing about the child. Nobody is told of what they said themselves.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.duties.rulebook import Rulebook
from hub.missing import queries
from hub.missing.models import MissingEpisode
from hub.missing.states import RUNNING
from hub.notify.outbox import Wanted, cancel_alerts, raise_alerts
from hub.registry.filing import DESK

COORDINATOR: Final = "missing_coordinator"
TOLD_FORCES: Final = ("placed", "reported", "found")
TO_PROVIDERS: Final = frozenset(
    {"missing.reported", "missing.located", "missing.returned", "missing.withdrawn", "missing.corrected"}
)
"""What a home or agency is told: that a child is missing, found or back. How the police judge it is not for them."""
_OF_ONE_LOST: Final = ("missing.reported", "missing.graded", "missing.located")


def everybody(session: Session, episode: MissingEpisode) -> list[int]:
    """Ids of the organisations that are told of *episode*, each once."""
    forces = queries.forces_of(session, queries.group_of(session, episode.id))
    councils = (episode.placing_authority_id, episode.host_authority_id)
    told = [*councils, *(row.force_id for row in forces if row.part in TOLD_FORCES), episode.provider_id]
    return list(dict.fromkeys(number for number in told if number is not None))


def tell(
    session: Session,
    actor: Actor,
    episode: MissingEpisode,
    kind: str,
    *,
    whom: Collection[int] | None = None,
    is_urgent: bool = True,
    rules: Rulebook,
    now: datetime,
) -> dict[int, datetime | None]:
    """Raise an alert of *kind* for *whom* (``None``: everybody) but the actor. Who → when the commit itself reached them."""
    ids = _told_of(session, episode, kind) if whom is None else whom
    wanted = [
        Wanted(kind, number, DESK, episode.ref, is_urgent=is_urgent, details={"episode": episode.ref})
        for number in dict.fromkeys(ids)
        if number != actor.organisation_id
    ]
    raised = raise_alerts(session, wanted, rules=rules, now=now, actor=actor)
    return {each.organisation_id: now if each.reached_now else None for each in raised}


def _told_of(session: Session, episode: MissingEpisode, kind: str) -> list[int]:
    """Everybody, a home or agency only where the kind is for them."""
    told = everybody(session, episode)
    return [number for number in told if kind in TO_PROVIDERS or number != episode.provider_id]


def quiet(session: Session, episode: MissingEpisode, *, now: datetime) -> None:
    """What was still to be sent about a child who is missing is not, once the child is back or was not missing."""
    if episode.state not in RUNNING:
        cancel_alerts(session, now=now, subject_ref=episode.ref, kinds=_OF_ONE_LOST)


def ask_coordinator(session: Session, actor: Actor, episode: MissingEpisode, *, rules: Rulebook, now: datetime) -> None:
    """The coordinator of the actor's own force is asked for the reason of a low grade; or its duty desk, where it has none."""
    details = {"episode": episode.ref}
    for role in (COORDINATOR, DESK):
        wanted = Wanted("missing.reason_asked", actor.organisation, role, episode.ref, details=details)
        if raise_alerts(session, [wanted], rules=rules, now=now, actor=actor)[0].contact_points:
            return
