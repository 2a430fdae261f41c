"""Versions of a notice: a correction is a new notice that supersedes the one before; acknowledgements and decisions stay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.duties.rulebook import Rulebook
from hub.notify.combining_queries import change_subject
from hub.notify.outbox import cancel_alerts
from hub.registry import notice_queries as queries
from hub.registry.cases import Case
from hub.registry.files.service import attach_files
from hub.registry.filing import Draft, Filed, Told, file_notice, files_of, tell
from hub.registry.models import Notice, Placement
from hub.registry.placement_queries import standing
from hub.registry.recipients import PASSED_ON_TO, Recipient, recipients_of
from hub.registry.states import NOTICE


@dataclass(frozen=True)
class Before:
    """What a correction takes over: the first version, when it was registered, and who has been told of any version."""

    root_ref: str
    first_registered_at: datetime
    told: frozenset[int]
    passed_on: tuple[Recipient, ...] = ()
    """Those to whom the host passed it on, and as what: they learn of the correction too."""


def close_version(session: Session, actor: Actor, old: Notice, *, now: datetime) -> Before:
    """Supersede *old*; nothing of it that is still queued is sent. Raises ``StateConflict`` when it is not the newest version."""
    before = before_of(session, old)
    NOTICE.apply_one(session, Notice, "correct", Notice.id == old.id, {"version": Notice.version + 1})
    cancel_alerts(session, now=now, subject_ref=old.ref)
    return before


def carry_over(session: Session, old: Notice, new_ref: str) -> None:
    """What is owed about the notice itself (to read it; the change it tells of) is owed about its newest version."""
    change_subject(session, [row.id for row in standing(session, [old.ref])], new_ref)


@dataclass(frozen=True)
class Sent:
    """A notice about a running placement, filed and told. ``before``: what a next version took over."""

    before: Before | None
    filed: Filed
    told: Sequence[Told]


def send_version(
    session: Session,
    actor: Actor,
    case: Case,
    placement: Placement,
    *,
    old: Notice | None,
    draft: Draft | None,
    rules: Rulebook,
    now: datetime,
) -> Sent:
    """File the notice of *case* about *placement*, or its next version (*old* is the one it supersedes), and tell of it."""
    before = close_version(session, actor, old, now=now) if old else None
    at = case.event_at
    filed = file_notice(
        session, actor, case.content, placement_id=placement.id, event_at=at, now=now, draft=draft, corrects=old
    )
    if old:
        carry_over(session, old, filed.ref)
    passed_on = before.passed_on if before else ()
    told = tell(
        session,
        actor,
        filed,
        [*recipients_of(case.kind, case.parties, is_out_of_area=case.is_out_of_area), *passed_on],
        placement_ref=placement.ref,
        kind="notice.corrected" if old else None,
        rules=rules,
        now=now,
    )
    attach_files(session, actor, filed.id, files_of(case.content), now=now)
    return Sent(before, filed, told)


def before_of(session: Session, notice: Notice) -> Before:
    """The first version of *notice* and who has been told."""
    first = queries.revisions(session, notice.id)[-1]
    rows = queries.recipients_of(session, notice.id)
    told = frozenset(row.NoticeRecipient.organisation_id for row in rows)
    passed_on = [row for row in rows if row.NoticeRecipient.capacity in PASSED_ON_TO]
    return Before(
        first.ref,
        first.registered_at,
        told,
        tuple(Recipient(row.Organisation, row.NoticeRecipient.capacity) for row in passed_on),
    )
