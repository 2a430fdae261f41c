"""Drafts: a notice on its way, its sender's alone, edited by version. A placing authority's draft makes a placement known.

What makes a placement known opens what its placing authority owes, with clocks from the event: as soon as a council's
draft says who, where and when, the hub holds it to the notice, whether or not the draft is ever finished.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import EditConflict, Invalid, NotFound, StateConflict
from hub.core.ids import new_ref
from hub.core.sentences import worded
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.notify import restating
from hub.registry import notice_queries, placements
from hub.registry import placement_queries as queries
from hub.registry.cases import case_of, check_sender
from hub.registry.content import Content, canonical, event_at, read_content
from hub.registry.corrections import correct_notice
from hub.registry.filing import Draft, sealed_form, stored_content
from hub.registry.minimum import Fault, faults_of
from hub.registry.models import Notice
from hub.registry.plausible import refuse_implausible
from hub.registry.receipts import Receipt
from hub.registry.registering import register_notice
from hub.registry.running import recount
from hub.registry.starting import Known, known_before
from hub.registry.states import NOTICE


@dataclass(frozen=True)
class Drafted:
    """A draft as its sender sees it: what it says, and what the legal minimum still asks for."""

    ref: str
    kind: str
    version: int
    drafted_at: datetime
    placement: str | None
    content: dict[str, Any]
    missing: list[Fault]
    corrects: str | None = None
    """The notice of which it will be the next version, where it is a correction."""


_NOT_YOURS = "There is no draft of yours with this reference."


def add_draft(
    session: Session,
    actor: Actor,
    content: Content,
    *,
    corrects: str | None = None,
    rules: Rulebook,
    areas: Areas,
    now: datetime,
) -> Drafted:
    """Keep *content*, however incomplete, as a draft of the actor's organisation; of the correction of a notice, *corrects*.

    Raises ``NotFound``, ``StateConflict`` (the notice was superseded or withdrawn), ``Invalid`` (implausible, another kind).
    """
    _check(actor, content, now)
    old = _corrected(session, actor, corrects, content["kind"]) if corrects else None
    ref = new_ref("ntc")
    row = {
        "ref": ref,
        "kind": content["kind"],
        "state": "draft",
        "sender_id": actor.organisation,
        "sender_actor": actor.ref,
        "revision": old.revision + 1 if old else 1,
        "supersedes_id": old.id if old else None,
        "placement_id": old.placement_id if old else None,
        "event_at": event_at(content),
        "drafted_at": now,
        "sealed": keys_of(session).seal_bytes(ref, sealed_form(canonical(content))),
        "version": 1,
    }
    notice_queries.add_notice(session, row)
    audit.record(session, actor, Event.NOTICE_DRAFTED, ref, now=now, details={"kind": content["kind"]})
    _make_known(session, actor, ref, content, rules=rules, areas=areas, now=now)
    return read_draft(session, actor, ref)


def _corrected(session: Session, actor: Actor, ref: str, kind: str) -> Notice:
    old = notice_queries.sent_by(session, ref, actor.organisation, lock=True)
    if old is None or old.kind != kind:
        raise NotFound("There is no notice of yours of this kind with this reference.")
    if old.state != "registered":
        raise StateConflict("This notice does not stand any more. Correct its newest version.")
    return old


def change_draft(
    session: Session,
    actor: Actor,
    ref: str,
    content: Content,
    *,
    version: int,
    rules: Rulebook,
    areas: Areas,
    now: datetime,
) -> Drafted:
    """Put *content* in the place of the draft's, if it still is at *version*. Raises ``NotFound``, ``EditConflict``."""
    _check(actor, content, now)
    draft = _row(session, actor, ref)
    if draft.kind != content["kind"]:
        sentence = worded("This draft is of a {kind}. Discard it and begin another.", kind=draft.kind)
        raise Invalid(sentence, fields={"kind": [sentence]})
    values = {
        "sealed": keys_of(session).seal_bytes(ref, sealed_form(canonical(content))),
        "event_at": event_at(content),
        "sender_actor": actor.ref,
    }
    if notice_queries.change_draft(session, ref, actor.organisation, version, values) != 1:
        raise EditConflict("The draft was changed by somebody else. Read it again.")
    audit.record(session, actor, Event.NOTICE_REDRAFTED, ref, now=now)
    _make_known(session, actor, ref, content, rules=rules, areas=areas, now=now)
    return read_draft(session, actor, ref)


def discard_draft(session: Session, actor: Actor, ref: str, *, version: int, now: datetime) -> None:
    """Erase what a draft says. A placement that only it told of is cancelled, and what was owed about it is void."""
    draft = _row(session, actor, ref)
    blank = keys_of(session).seal_bytes(ref, sealed_form(b"{}"))
    at_version = (Notice.id == draft.id) & (Notice.version == version)
    if NOTICE.apply(session, Notice, "discard", at_version, {"sealed": blank, "version": version + 1}) != 1:
        raise EditConflict("The draft was changed by somebody else. Read it again.")
    audit.record(session, actor, Event.NOTICE_DISCARDED, ref, now=now)
    if draft.placement_id is None or notice_queries.has_notice_from(session, draft.placement_id, None):
        return
    placement = queries.placement_by_id(session, draft.placement_id)
    restating.strike_out(session, actor, queries.standing(session, [placement.ref]), reason="draft_discarded", now=now)
    placements.move_state(session, actor, placement, "cancel", now=now)


def read_draft(session: Session, actor: Actor, ref: str) -> Drafted:
    """The draft *ref* of the actor's organisation. Raises ``NotFound``."""
    row = notice_queries.draft_of(session, ref, actor.organisation)
    if row is None:
        raise NotFound(_NOT_YOURS)
    return drafted(session, row, actor.nation)


def drafted(session: Session, row: Any, nation: str) -> Drafted:
    """A row of ``notice_queries.draft_of`` as its sender, whose law *nation* names, sees it."""
    notice, content = row.Notice, stored_content(session, row.Notice)
    return Drafted(
        ref=notice.ref,
        kind=notice.kind,
        version=notice.version,
        drafted_at=notice.drafted_at,
        placement=row.placement_ref,
        content=content,
        missing=faults_of(read_content(content), nation=nation),
        corrects=row.corrects_ref,
    )


def register_draft(
    session: Session, actor: Actor, ref: str, *, rules: Rulebook, areas: Areas, now: datetime
) -> Receipt:
    """Register a draft as it stands. Raises ``NotFound``, and whatever :func:`register_notice` refuses."""
    found = notice_queries.draft_of(session, ref, actor.organisation)
    if found is None:
        raise NotFound(_NOT_YOURS)
    draft = found.Notice
    content = read_content(stored_content(session, draft))
    row = Draft(draft.id, draft.ref, draft.version, draft.placement_id)
    if found.corrects_ref:
        return correct_notice(session, actor, found.corrects_ref, content, rules=rules, areas=areas, now=now, draft=row)
    return register_notice(session, actor, content, rules=rules, areas=areas, now=now, draft=row)


def _check(actor: Actor, content: Content, now: datetime) -> None:
    check_sender(actor, content["kind"])
    refuse_implausible(content, now=now)


def _row(session: Session, actor: Actor, ref: str) -> Notice:
    row = notice_queries.draft_of(session, ref, actor.organisation)
    if row is None:
        raise NotFound(_NOT_YOURS)
    notice: Notice = row.Notice
    return notice


# --- what a draft makes known -------------------------------------------------------------------------------------------


def says_enough(content: Content) -> bool:
    """Whether a council's draft says who, where and when: then the hub knows of a placement."""
    child = content.get("child", {})
    who = all(child.get(name) for name in ("family_name", "given_names", "born_on"))
    where = bool(content.get("address", {}).get("postcode")) or "area" in content
    return content["kind"] in ("placement_start", "consultation") and who and where and event_at(content) is not None


def _make_known(
    session: Session, actor: Actor, ref: str, content: Content, *, rules: Rulebook, areas: Areas, now: datetime
) -> None:
    """Open, or count anew, what the placing authority owes about the placement that its draft tells of."""
    draft = _row(session, actor, ref)
    if not says_enough(content):
        return
    try:
        case = case_of(session, actor, content, areas=areas, now=now)
    except Invalid:
        return  # a place that cannot be told yet keeps nobody from saving
    known = Known() if draft.placement_id else known_before(session, actor, case)
    if known.placement is not None:
        notice_queries.link_draft(session, draft.id, known.placement.id)
        return
    placement_id = draft.placement_id
    if placement_id is None:
        opened, entries = placements.open_placement(
            session, actor, case, state="proposed", child_id=known.found.child_id, now=now
        )
        audit.record_many(session, entries)
        notice_queries.link_draft(session, draft.id, opened.placement_id)
        placement_id = opened.placement_id
    placement = queries.placement_by_id(session, placement_id)
    if placement.state != "proposed" or notice_queries.has_notice_from(session, placement.id, None):
        return
    placements.describe_child(session, actor, placement.child_id, content, now=now)
    placements.take_word_of_placing(session, actor, placement, case, now=now)
    placement = queries.placement_by_id(session, placement_id)
    recount(
        session,
        actor,
        placement,
        told={},
        draft=content,
        reason="draft_changed",
        rules=rules,
        areas=areas,
        now=now,
    )
