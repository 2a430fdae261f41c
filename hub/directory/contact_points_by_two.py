"""What is there already changes by one person or by two: an act on a contact point is done, or kept as a proposal.

Which it is, ``proposals.takes_two`` says: a council's or force's takes two.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.directory import contact_points, proposals
from hub.directory.contact_points import Signing
from hub.directory.models import ContactPoint, Proposal
from hub.directory.schemas import ContactPointChangeIn


def change(
    session: Session,
    actor: Actor,
    ref: str,
    version: int,
    changes: Mapping[str, Any],
    *,
    private_webhooks: bool,
    now: datetime,
) -> ContactPoint | Proposal:
    """``contact_points.change``, or the proposal of it. *changes*: as ``ContactPointChangeIn`` loads them."""

    def act() -> ContactPoint:
        return contact_points.change(session, actor, ref, version, changes, private_webhooks=private_webhooks, now=now)

    content = {"body": ContactPointChangeIn().dump(changes), "seen": version}
    return _proposed(session, actor, "contact_point.change", ref, content, act, now) or act()


def rotate(
    session: Session, actor: Actor, ref: str, *, signing: str, keep_previous: bool, now: datetime
) -> tuple[ContactPoint, Signing] | Proposal:
    """``contact_points.rotate``, or the proposal of it."""
    wanted = {"signing": signing, "keep_previous": keep_previous}

    def act() -> tuple[ContactPoint, Signing]:
        return contact_points.rotate(session, actor, ref, signing=signing, keep_previous=keep_previous, now=now)

    return _proposed(session, actor, "contact_point.rotate", ref, {"body": wanted}, act, now) or act()


def retire(session: Session, actor: Actor, ref: str, *, now: datetime) -> Proposal | None:
    """``contact_points.retire``, or the proposal of it; ``None`` where it is done."""

    def act() -> None:
        contact_points.retire(session, actor, ref, now)

    proposal = _proposed(session, actor, "contact_point.retire", ref, {"body": {}}, act, now)
    if proposal is None:
        act()
    return proposal


def _proposed(
    session: Session,
    actor: Actor,
    act: str,
    ref: str,
    content: Mapping[str, Any],
    trial: Callable[[], object],
    now: datetime,
) -> Proposal | None:
    """The proposal that *act* on the contact point *ref* becomes, where it takes two people; else ``None``."""
    point = contact_points.point_of(session, actor, ref)
    whose = contact_points.organisation_of(session, point)
    if not proposals.takes_two(actor, whose):
        return None
    seen = {"seen": point.version} | dict(content)
    return proposals.propose(
        session, actor, organisation=whose, act=act, subject_ref=ref, content=seen, trial=trial, now=now
    )
