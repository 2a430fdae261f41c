"""What waits for one person now: for each sort of thing how many, and the most urgent of them.

Whose duties are counted goes by the person: a manager's are the team's, a worker's their own, a desk's all that its organisation
owes. Nothing here names a child.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.access.checking import allows
from hub.access.teams import service as teams
from hub.core.actor import Actor
from hub.core.clock import london_date
from hub.directory import queries as directory
from hub.directory import reachability
from hub.duties.rulebook import Rulebook
from hub.notify import queries, worklists
from hub.notify.queries import COUNTED_AT_MOST, Listing
from hub.registry.casework import approval_requests, assignments
from hub.registry.casework import waiting_queries as waiting
from hub.registry.desk import questions
from hub.registry.links import decisions as link_decisions

SHOWN: Final = 3
CASE_ROLES: Final = frozenset({"social_worker", "team_manager", "supervising_social_worker"})
"""Who has a caseload. A team manager's is the team's, where the organisation has teams."""


@dataclass(frozen=True)
class Group:
    """One sort of thing that waits. ``lines``: the most urgent, as their own services answer them."""

    kind: str
    count: int
    lines: Sequence[Any]


Found = tuple[int, Sequence[Any]]


def waiting_for(session: Session, actor: Actor, *, rules: Rulebook, now: datetime) -> list[Group]:
    """What waits for *actor*, the most pressing sort first; a sort of which nothing waits is left out."""
    looks = [(kind, look) for kind, permissions, look in _LOOKS if any(may(actor, each) for each in permissions)]
    found = (Group(kind, *look(session, actor, rules, now)) for kind, look in looks)
    return [group for group in found if group.count]


def whose(session: Session, actor: Actor) -> str:
    """Whose duties a person follows unless they say otherwise: ``mine``, ``team``, or ``all``."""
    if not actor.roles or not actor.roles <= CASE_ROLES:
        return "all"
    if "team_manager" in actor.roles:
        return "team" if teams.ids_of(session, actor) else "all"
    return "mine"


def may(actor: Actor, permission: str) -> bool:
    """Whether the actor's roles, or scopes, open *permission* at all."""
    return allows(permission, actor.organisation_kind or "", actor.scopes)


def _overdue(session: Session, actor: Actor, rules: Rulebook, now: datetime) -> Found:
    return _owed(session, actor, "overdue", "owed_by_us", rules, now)


def _due(session: Session, actor: Actor, rules: Rulebook, now: datetime) -> Found:
    return _owed(session, actor, "due", "owed_by_us", rules, now)


def _late_to_us(session: Session, actor: Actor, rules: Rulebook, now: datetime) -> Found:
    return _owed(session, actor, "overdue", "owed_to_us", rules, now)


def _owed(session: Session, actor: Actor, due: str, side: str, rules: Rulebook, now: datetime) -> Found:
    subjects = assignments.subjects(session, actor, whose(session, actor))
    wanted = Listing(side=side, due=due, subjects=subjects)
    count = queries.count_listed(session, wanted, worklists.horizons(now), organisation_id=actor.organisation)
    if not count:
        return 0, []
    return count, worklists.obligations(session, actor, wanted, after=None, at_most=SHOWN, rules=rules, now=now)


def _to_acknowledge(session: Session, actor: Actor, rules: Rulebook, now: datetime) -> Found:
    wanted = Listing(side="owed_by_us", state="open", duty_code="EACK")
    count = queries.count_listed(session, wanted, worklists.horizons(now), organisation_id=actor.organisation)
    if not count:
        return 0, []
    return count, worklists.obligations(session, actor, wanted, after=None, at_most=SHOWN, rules=rules, now=now)


def _approvals(session: Session, actor: Actor, rules: Rulebook, _now: datetime) -> Found:
    count = approval_requests.count_waiting(session, actor, rules=rules, at_most=COUNTED_AT_MOST)
    if not count:
        return 0, []
    return count, approval_requests.list_requests(session, actor, for_me=True, at_most=SHOWN, rules=rules)


def _sent_back(session: Session, actor: Actor, rules: Rulebook, _now: datetime) -> Found:
    only_own = whose(session, actor) == "mine"
    back = approval_requests.sent_back_to(session, actor, only_own=only_own, rules=rules, at_most=COUNTED_AT_MOST)
    return len(back), back[:SHOWN]


def _questions(session: Session, actor: Actor, _rules: Rulebook, _now: datetime) -> Found:
    counts = questions.counted(session, actor)
    count = counts["to_answer"] + counts["to_settle"]
    if not count:
        return 0, []
    listed = questions.list_questions(session, actor, at_most=SHOWN)
    return count, [each for each in listed if each.is_our_turn][:SHOWN]


def _matches(session: Session, actor: Actor, _rules: Rulebook, _now: datetime) -> Found:
    count = waiting.count_doubtful(session, actor.organisation, at_most=COUNTED_AT_MOST)
    if not count:
        return 0, []
    return count, link_decisions.matches(session, actor, states=["doubtful"], after=None, at_most=SHOWN)


def _drafts(session: Session, actor: Actor, _rules: Rulebook, _now: datetime) -> Found:
    count = waiting.count_drafts(session, actor.organisation, actor.ref, at_most=COUNTED_AT_MOST)
    return count, waiting.drafts_by(session, actor.organisation, actor.ref, at_most=SHOWN) if count else []


def _proposals(session: Session, actor: Actor, _rules: Rulebook, now: datetime) -> Found:
    found = waiting.proposals_for(session, actor.organisation, actor.hand, at_most=COUNTED_AT_MOST)
    waits = [each for each in found if each.expires_at > now]
    return len(waits), waits[:SHOWN]


def _unreachable(session: Session, actor: Actor, rules: Rulebook, now: datetime) -> Found:
    """The desks of the organisation that a ladder may name and nothing reaches. (The operator has a page for all of that.)"""
    own = directory.organisation(session, actor.organisation_ref or "")
    if own is None or actor.is_operator:
        return 0, []
    [report] = reachability.report_on(session, [own], rules, on=london_date(now))
    return len(report.cannot_reach), report.cannot_reach[:SHOWN]


def _alerts(session: Session, actor: Actor, _rules: Rulebook, _now: datetime) -> Found:
    count = waiting.count_unread(session, actor.organisation, at_most=COUNTED_AT_MOST)
    return count, waiting.unread_first(session, actor.organisation, at_most=SHOWN) if count else []


Look = Callable[[Session, Actor, Rulebook, datetime], Found]
_LOOKS: Final[tuple[tuple[str, tuple[str, ...], Look], ...]] = (
    ("overdue", ("obligation.read",), _overdue),
    ("approvals", ("placement.approve",), _approvals),
    ("sent_back", ("approval.ask",), _sent_back),
    ("due", ("obligation.read",), _due),
    ("to_acknowledge", ("notice.acknowledge",), _to_acknowledge),
    ("questions", ("question.answer", "question.ask"), _questions),
    ("matches", ("match.decide",), _matches),
    ("drafts", ("notice.draft",), _drafts),
    ("proposals", ("proposal.decide",), _proposals),
    ("unreachable", ("contact_point.change",), _unreachable),
    ("late_to_us", ("obligation.excuse", "notice.acknowledge"), _late_to_us),
    ("alerts", ("inbox.read",), _alerts),
)
"""What to look for, the most pressing first, and the permissions of which any one opens it."""
