"""Registering a notice: the one act that makes a placement known, tells its recipients and opens what everyone owes."""

from datetime import datetime

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry import changes, endings
from hub.registry.cases import case_of, check_sender
from hub.registry.content import ENDS, Content
from hub.registry.corrections import supersede
from hub.registry.filing import Draft
from hub.registry.minimum import refuse_below_minimum
from hub.registry.plausible import refuse_implausible
from hub.registry.receipts import Receipt
from hub.registry.starting import known_before, start_placement


def register_notice(
    session: Session,
    actor: Actor,
    content: Content,
    *,
    rules: Rulebook,
    areas: Areas,
    now: datetime,
    draft: Draft | None = None,
) -> Receipt:
    """Register a notice of any kind in the caller's transaction, and return its receipt.

    *content* is what ``NoticeIn`` loaded. Raises ``NotPermitted`` (a kind that this sender does not send), ``Invalid``
    (implausible, below the statutory minimum, a place or placement that cannot be told) and ``Conflict``. Law: SI 2010/959
    regs 11, 13, 14; SI 2015/541 reg 41; SI 2023/416 reg 28.
    """
    check_sender(actor, content["kind"])
    refuse_implausible(content, now=now)
    refuse_below_minimum(content, nation=actor.nation)
    if content["kind"] == "placement_change":
        return changes.register_change(session, actor, content, rules=rules, areas=areas, now=now, draft=draft)
    if content["kind"] == "placement_move":
        return endings.register_move(session, actor, content, rules=rules, areas=areas, now=now, draft=draft)
    if content["kind"] in ENDS:
        return endings.register_end(session, actor, content, rules=rules, areas=areas, now=now, draft=draft)
    return _register_start(session, actor, content, rules=rules, areas=areas, now=now, draft=draft)


def _register_start(
    session: Session,
    actor: Actor,
    content: Content,
    *,
    rules: Rulebook,
    areas: Areas,
    now: datetime,
    draft: Draft | None,
) -> Receipt:
    """A start that the same sender has told of before is a new version of that notice: nothing of it is overwritten."""
    case = case_of(session, actor, content, areas=areas, now=now)
    known = known_before(session, actor, case, draft_placement_id=draft.placement_id if draft else None)
    if known.again is not None:
        return supersede(session, actor, known.again, case, rules=rules, areas=areas, now=now, draft=draft)
    return start_placement(session, actor, case, known, rules=rules, now=now, draft=draft)
