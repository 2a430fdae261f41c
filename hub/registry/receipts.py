"""The receipt: proof of what was registered, when, for whom, and how each duty stands. It says nothing about a child."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.directory.areas import Areas
from hub.directory.queries import Brief
from hub.duties.rulebook import Rulebook
from hub.notify.models import Obligation
from hub.notify.obligations import Opened
from hub.registry import notice_queries
from hub.registry import placement_queries as queries
from hub.registry.cases import Case
from hub.registry.cautions import cautions_of
from hub.registry.content import read_content
from hub.registry.elsewhere import lives_elsewhere
from hub.registry.filing import Filed, Told, stored_content
from hub.registry.links.service import Linked
from hub.registry.minimum import to_follow
from hub.registry.models import Notice
from hub.registry.moves import end_told_with
from hub.registry.recipients import Recipient
from hub.registry.running import running_case

Standing = Obligation | Opened
"""An obligation, read again or just opened."""


@dataclass(frozen=True)
class Line:
    """How one duty stands: ``met``, ``met_late``, ``registered_not_reached``, ``open``, ``excused`` or ``void``."""

    ref: str
    code: str
    says: str
    state: str
    is_overdue: bool
    due_at: datetime | None
    due_on: date | None
    due_is_policy: bool
    fulfilled_at: datetime | None
    basis: str
    source: tuple[dict[str, str], ...]
    confidence: str
    owed_by: str | None
    owed_to: str | None


@dataclass(frozen=True)
class Receipt:
    """What the sender keeps. Instants are aware UTC; organisations are named, the child never."""

    notice: str
    kind: str
    state: str
    revision: int
    registered_at: datetime
    event_at: datetime
    is_emergency: bool
    placement: str
    sha256: str
    area: dict[str, Any]
    recipients: list[dict[str, Any]]
    obligations: list[Line]
    to_follow: list[str]
    matches: list[dict[str, Any]]
    warnings: list[str]
    also: "list[Receipt]"
    """Of a move: the receipt of the end that it is as well."""


def receipt_of(
    case: Case,
    filed: Filed,
    told: Sequence[Told],
    obligations: Iterable[Standing],
    *,
    placement_ref: str,
    linked: Sequence[Linked] = (),
    rules: Rulebook,
    now: datetime,
) -> Receipt:
    """The receipt of a notice just registered."""
    names = _names(case, told)
    return Receipt(
        notice=filed.ref,
        kind=filed.kind,
        state="registered",
        revision=filed.revision,
        registered_at=filed.registered_at,
        event_at=case.event_at,
        is_emergency=case.is_emergency,
        placement=placement_ref,
        sha256=filed.content_hash.hex(),
        area=area_of(case),
        recipients=[_told(each, now) for each in told],
        obligations=[
            line_of(each, names, rules=rules, now=now) for each in obligations if concerns(each, case.parties.sender)
        ],
        to_follow=to_follow(case.content),
        matches=[match_of(each) for each in linked],
        warnings=cautions_of(case, rules),
        also=[],
    )


def with_cautions(session: Session, receipt: Receipt, case: Case, placement_id: int) -> Receipt:
    """*receipt* with what its sender is asked to look at besides, of which the case alone does not tell."""
    return replace(receipt, warnings=[*receipt.warnings, *lives_elsewhere(session, case, placement_id)])


def concerns(obligation: Standing, sender: Brief) -> bool:
    """Whether the sender owes it, or is owed it."""
    return sender.id in (obligation.owed_by_id, obligation.owed_to_id)


def line_of(obligation: Standing, names: Mapping[int, str], *, rules: Rulebook, now: datetime) -> Line:
    """One line: how an obligation stands, with its law."""
    duty = rules.law.duty(obligation.duty_code)
    is_open = obligation.state == "open"
    done = obligation.fulfilled_at is not None
    return Line(
        ref=obligation.ref,
        code=obligation.duty_code,
        says=duty.says,
        state="registered_not_reached" if is_open and done else obligation.state,
        is_overdue=bool(is_open and not done and obligation.due_at and obligation.due_at < now),
        due_at=obligation.due_at,
        due_on=obligation.due_on,
        due_is_policy=obligation.due_is_policy,
        fulfilled_at=obligation.fulfilled_at,
        basis=obligation.basis,
        source=tuple({"cite": each.cite, "href": each.href} for each in duty.source),
        confidence=duty.confidence,
        owed_by=names.get(obligation.owed_by_id or 0),
        owed_to=names.get(obligation.owed_to_id or 0),
    )


def area_of(case: Case) -> dict[str, Any]:
    """Which council and force, how the area lies, and how sure that is."""
    return {
        "host_authority": named(case.parties.host),
        "police_force": named(case.parties.force),
        "relation": case.relation,
        "country": case.place.country,
        "is_confirmed": case.place.is_confirmed,
        "basis": case.place.basis,
    }


def named(organisation: Brief | None) -> dict[str, Any] | None:
    """An organisation as others see it."""
    if organisation is None:
        return None
    return {"ref": organisation.ref, "name": organisation.name, "gss_code": organisation.gss_code}


def match_of(linked: Linked) -> dict[str, Any]:
    """A match in codes: that it was linked or waits for a person, why, and on what the senders disagree."""
    return {
        "ref": linked.ref,
        "state": linked.state,
        "score": linked.score,
        "reasons": list(linked.reasons),
        "differences": list(linked.differences),
    }


def _told(told: Told, now: datetime) -> dict[str, Any]:
    """``standing``: reached, sent (on its way), or reached_nobody: there is no way to reach this desk, so ring it."""
    standing = "reached" if told.reached_at else "sent" if told.contact_points else "reached_nobody"
    return {
        "organisation": named(told.recipient.organisation),
        "capacity": told.recipient.capacity,
        "told_at": now,
        "reached_at": told.reached_at,
        "standing": standing,
    }


def _names(case: Case, told: Sequence[Told]) -> dict[int, str]:
    parties = case.parties
    known = [parties.sender, parties.placing, parties.host, parties.force, parties.provider]
    return {each.id: each.name for each in (*known, *(t.recipient.organisation for t in told)) if each}


def receipt_again(session: Session, actor: Actor, ref: str, *, rules: Rulebook, areas: Areas, now: datetime) -> Receipt:
    """The receipt of a notice that the actor's organisation sent, with each duty as it stands now. Raises ``NotFound``."""
    notice = notice_queries.sent_by(session, ref, actor.organisation)
    if notice is None or notice.placement_id is None:
        raise NotFound("There is no notice of yours with this reference.")
    content = read_content(stored_content(session, notice))
    placement = queries.placement_to_read(session, notice.placement_id)
    case = running_case(session, actor.organisation, content, placement, areas=areas)
    rows = notice_queries.recipients_of(session, notice.id)
    told = [_told_before(row) for row in rows]
    chain = [each.ref for each in notice_queries.revisions(session, notice.id)]
    filed = Filed(
        notice.id,
        ref,
        notice.kind,
        notice.revision,
        notice.registered_at or notice.drafted_at,
        notice.content_hash or b"",
    )
    receipt = receipt_of(
        case,
        filed,
        told,
        queries.standing(session, [placement.ref, *chain]),
        placement_ref=placement.ref,
        rules=rules,
        now=now,
    )
    shown = [_told(each, row.NoticeRecipient.told_at) for each, row in zip(told, rows, strict=True)]
    also = _end_receipt(session, actor, notice, rules=rules, areas=areas, now=now)
    receipt = replace(receipt, state=notice.state, recipients=shown, also=also)
    return with_cautions(session, receipt, case, placement.id) if notice.state == "registered" else receipt


def _end_receipt(
    session: Session, actor: Actor, notice: Notice, *, rules: Rulebook, areas: Areas, now: datetime
) -> list[Receipt]:
    """Of a move: the receipt of the end that it was as well."""
    ended = end_told_with(session, notice, notice_queries.SENT)
    return [receipt_again(session, actor, ended.ref, rules=rules, areas=areas, now=now)] if ended else []


def _told_before(row: notice_queries.AnyRow) -> Told:
    return Told(Recipient(row.Organisation, row.NoticeRecipient.capacity), 1, row.first_reached_at)
