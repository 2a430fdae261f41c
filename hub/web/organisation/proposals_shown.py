"""What waits for a second person, in words: what it is about, how that stands now, and how it would stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.directory import contact_points, proposal_queries, proposals
from hub.directory.models import ContactPoint, Proposal
from hub.directory.queries import Brief
from hub.duties.rulebook import Rulebook
from hub.web.organisation import hours, ladders_shown, rung_words, words
from hub.web.organisation.parts import who

MOST: Final = 200
FIELD_WORDS: Final = {
    "role": lazy_gettext("Desk"),
    "address": lazy_gettext("Address"),
    "purpose": lazy_gettext("What it is for"),
    "opening_hours": lazy_gettext("Opening hours"),
    "takes_digest": lazy_gettext("Daily digest"),
    "valid_to": lazy_gettext("Used until"),
    "signing": lazy_gettext("Signed"),
    "keep_previous": lazy_gettext("The secret before"),
}


@dataclass(frozen=True)
class Listed:
    """One proposal. ``standing``: words and colour."""

    proposal: Proposal
    title: str
    by: str = field(repr=False)
    standing: tuple[Any, str]
    is_mine: bool


@dataclass(frozen=True)
class Difference:
    """One thing that would change; ``before`` is empty where nothing stood, or where it was decided already."""

    what: str
    before: str
    after: str


def listed(session: Session, actor: Actor, whose: Brief, *, state: str | None, now: datetime) -> list[Listed]:
    """The proposals about *whose* entries in *state*, or in any, newest first."""
    rows = proposal_queries.proposals(session, whose.id, state=state, after=None, at_most=MOST)
    made = [one(session, actor, row, now=now) for row in rows]
    return sorted(made, key=lambda each: each.proposal.proposed_at, reverse=True)


def one(session: Session, actor: Actor, proposal: Proposal, *, now: datetime) -> Listed:
    """One proposal."""
    state = "expired" if is_over(proposal, now) else proposal.state
    return Listed(
        proposal,
        title(session, actor, proposal),
        who(session, actor, proposal.proposed_by),
        words.PROPOSAL_WORDS[state],
        proposal.proposed_hand == actor.hand,
    )


def is_over(proposal: Proposal, now: datetime) -> bool:
    """Whether it waited for too long, although nobody has noted that yet."""
    return proposal.state == "proposed" and proposal.expires_at <= now


def title(session: Session, actor: Actor, proposal: Proposal) -> str:
    """What would be done, to what."""
    act = str(words.ACT_WORDS[proposal.act])
    if proposal.act == "ladder.save":
        return str(gettext("%(act)s: %(what)s", act=act, what=rung_words.ladder(proposal.subject_ref)))
    point = _point(session, actor, proposal)
    if point is None:
        return act
    channel = words.CHANNEL_WORDS[point.channel]
    return str(gettext("%(act)s: %(role)s, %(channel)s", act=act, role=words.role(point.role), channel=channel))


def _point(session: Session, actor: Actor, proposal: Proposal) -> ContactPoint | None:
    try:
        return contact_points.point_of(session, actor, proposal.subject_ref)
    except NotFound:
        return None


def told(
    session: Session, actor: Actor, whose: Brief, proposal: Proposal, rules: Rulebook, *, now: datetime
) -> dict[str, Any]:
    """What the page of one proposal says."""
    waits = proposal.state == "proposed" and not is_over(proposal, now)
    said: dict[str, Any] = {"before": [], "after": [], "trial": None}
    if proposal.act == "ladder.save":
        said = _ladder(session, actor, whose, proposal, rules, now, waits=waits)
    return said | {
        "row": one(session, actor, proposal, now=now),
        "proposal": proposal,
        "waits": waits,
        "is_second": waits and proposals.is_second(actor, proposal),
        "differences": _differences(session, actor, proposal, waits=waits),
        "decided_by": who(session, actor, proposal.decided_by),
        "reason": proposals.reason_of(session, proposal),
    }


def _ladder(
    session: Session, actor: Actor, whose: Brief, proposal: Proposal, rules: Rulebook, now: datetime, *, waits: bool
) -> dict[str, Any]:
    name, rungs = proposal.subject_ref, proposal.content["body"]["rungs"]
    before = ladders_shown.rungs_in_force(session, whose, name, rules) if waits else []
    due_on = ladders_shown.ahead(now)
    trial = ladders_shown.tried(session, actor, name, rungs, due_on=due_on, is_at_risk=False, rules=rules, now=now)
    said = {"before": ladders_shown.in_words(before), "after": ladders_shown.in_words(rungs)}
    return said | {"trial": trial if waits else None, "due_on": due_on}


def _differences(session: Session, actor: Actor, proposal: Proposal, *, waits: bool) -> Sequence[Difference]:
    if proposal.act not in ("contact_point.change", "contact_point.rotate"):
        return ()
    point = _point(session, actor, proposal)
    body: Mapping[str, Any] = proposal.content["body"]
    return [
        Difference(
            str(FIELD_WORDS.get(name, name)),
            _say(name, getattr(point, name, None)) if waits and point is not None else "",
            _say(name, value),
        )
        for name, value in body.items()
    ]


def _say(name: str, value: Any) -> str:
    if name == "role":
        return words.role(value)
    if name == "opening_hours":
        return "; ".join(hours.lines(value))
    if name == "takes_digest":
        return str(gettext("Yes") if value else gettext("No"))
    if name == "keep_previous" and value is not None:
        return str(gettext("Stays good until the next one") if value else gettext("Ends at once"))
    if name == "signing" and value is not None:
        return str(gettext("With the hub’s own key") if value == "ed25519" else gettext("With a new secret"))
    return str(value or "")
