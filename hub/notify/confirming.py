"""What a confirmed proposal does: a contact point's change or a ladder's, against what is recorded now.

It stands here, above the directory, because a proposal may be of either.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.directory import contact_points, proposals
from hub.directory.contact_points import Signing
from hub.directory.models import Proposal
from hub.directory.schemas import ContactPointChangeIn
from hub.duties.rulebook import Rulebook
from hub.notify import ladders


def confirm(
    session: Session, actor: Actor, ref: str, *, rules: Rulebook, private_webhooks: bool, now: datetime
) -> tuple[Proposal, Signing | None]:
    """Confirm what somebody else proposed, and do it; of a webhook whose secret is rotated, how it signs from now on.

    Raises as ``proposals.confirm``, and whatever the act itself raises: ``EditConflict`` where its subject changed meanwhile.
    """
    proposal = proposals.confirm(session, actor, ref, now=now)
    given = _Given(session, actor, proposal.subject_ref, proposal.content, rules, private_webhooks, now)
    return proposal, _DOES[proposal.act](given)


@dataclass(frozen=True)
class _Given:
    """What each is given. ``content``: what was sent, and what was seen when it was sent."""

    session: Session
    actor: Actor
    subject: str
    content: Mapping[str, Any]
    rules: Rulebook
    private_webhooks: bool
    now: datetime


def _change_point(given: _Given) -> None:
    changes = ContactPointChangeIn().load(given.content["body"])
    contact_points.change(
        given.session,
        given.actor,
        given.subject,
        given.content["seen"],
        changes,
        private_webhooks=given.private_webhooks,
        now=given.now,
    )


def _retire_point(given: _Given) -> None:
    contact_points.retire(given.session, given.actor, given.subject, given.now, version=given.content["seen"])


def _rotate_secret(given: _Given) -> Signing:
    body, seen = given.content["body"], given.content["seen"]
    return contact_points.rotate(given.session, given.actor, given.subject, now=given.now, version=seen, **body)[1]


def _save_ladder(given: _Given) -> None:
    rungs, seen = given.content["body"]["rungs"], given.content["seen"]
    ladders.save_ladder(given.session, given.actor, given.subject, rungs, seen=seen, rules=given.rules, now=given.now)


_DOES: Final[Mapping[str, Callable[[_Given], Signing | None]]] = {
    "contact_point.change": _change_point,
    "contact_point.retire": _retire_point,
    "contact_point.rotate": _rotate_secret,
    "ladder.save": _save_ladder,
}
