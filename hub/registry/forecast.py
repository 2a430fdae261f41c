"""What would follow if a draft were sent now: who would be told, what would be met, what would still be owed, and by when.

The draft is registered, its receipt read, and the registering undone, all in one transaction: so the forecast is what
registering does, and cannot come to differ from it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.core.actor import Actor
from hub.core.errors import HubError, Invalid
from hub.directory import queries as directory
from hub.directory.areas import Areas, Authority, PoliceForce
from hub.duties.rulebook import Rulebook
from hub.registry import placement_queries as queries
from hub.registry.content import Content, read_content
from hub.registry.drafts import Drafted, read_draft, register_draft
from hub.registry.minimum import Fault
from hub.registry.places import place_of, relation_of
from hub.registry.receipts import Line, Receipt, line_of

DONE_STATES = ("met", "met_late", "registered_not_reached")


@dataclass(frozen=True)
class Refusal:
    """Why a draft could not be registered as it stands."""

    code: str
    sentence: str
    fields: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Forecast:
    """What would follow at ``at``. ``missing``: what the legal minimum still asks; ``refused``: what else stands in the way.

    Of what the sender owes: ``meets`` would be done in time by sending, ``late`` done but late, ``done`` is done already,
    ``still_owed`` would stand open afterwards (where the draft cannot be sent yet: stands open now).
    """

    ref: str
    kind: str
    version: int
    at: datetime
    placement: str | None
    corrects: str | None
    missing: list[Fault]
    refused: Refusal | None
    meets: list[Line] = field(default_factory=list)
    late: list[Line] = field(default_factory=list)
    done: list[Line] = field(default_factory=list)
    still_owed: list[Line] = field(default_factory=list)
    owed_to_sender: list[Line] = field(default_factory=list)
    recipients: list[dict[str, Any]] = field(default_factory=list)
    area: dict[str, Any] | None = None
    to_follow: list[str] = field(default_factory=list)
    is_known_already: bool = False
    """Whether it would be a new version of a notice sent before, or tell of a child whom the hub knows of already."""
    warnings: list[str] = field(default_factory=list)

    @property
    def can_be_sent(self) -> bool:
        return not self.missing and self.refused is None


def forecast_draft(
    session: Session, actor: Actor, ref: str, *, rules: Rulebook, areas: Areas, now: datetime
) -> Forecast:
    """What sending the draft *ref* at *now* would do; nothing is kept of the attempt. Takes a session that may write.

    Raises ``NotFound``. What registering would refuse is told, not raised.
    """
    draft = read_draft(session, actor, ref)
    receipt, refused = _tried(session, actor, draft, rules=rules, areas=areas, now=now)
    if receipt is None:
        standing = _standing(session, actor, draft, rules=rules, now=now)
        return Forecast(**_about(draft, now), refused=refused, still_owed=standing)
    own = directory.organisation(session, actor.organisation_ref or "")
    lines = [line for each in (receipt, *receipt.also) for line in each.obligations]
    return Forecast(
        **_about(draft, now),
        refused=None,
        **_sorted(lines, own.name if own else None, now),
        recipients=_recipients((receipt, *receipt.also)),
        area=receipt.area,
        to_follow=receipt.to_follow,
        is_known_already=receipt.revision > 1 or bool(receipt.matches),
        warnings=receipt.warnings,
    )


def _tried(
    session: Session, actor: Actor, draft: Drafted, *, rules: Rulebook, areas: Areas, now: datetime
) -> tuple[Receipt | None, Refusal | None]:
    with audit.tried_out(session):
        try:
            return register_draft(session, actor, draft.ref, rules=rules, areas=areas, now=now), None
        except HubError as fault:
            if fault.reason == "below_minimum":
                return None, None
            fields = fault.fields if isinstance(fault, Invalid) else {}
            return None, Refusal(fault.reason, fault.sentence, fields)


def _about(draft: Drafted, now: datetime) -> dict[str, Any]:
    same = ("ref", "kind", "version", "placement", "corrects", "missing")
    return {name: getattr(draft, name) for name in same} | {"at": now}


def _sorted(lines: Iterable[Line], own_name: str | None, now: datetime) -> dict[str, Any]:
    """The lines by what sending makes of them."""
    found: dict[str, list[Line]] = {name: [] for name in ("meets", "late", "done", "still_owed", "owed_to_sender")}
    for line in lines:
        place = _place(line, own_name, now)
        if place:
            found[place].append(line)
    for each in found.values():
        each.sort(key=_due)
    return found


def _place(line: Line, own_name: str | None, now: datetime) -> str | None:
    if line.owed_by != own_name:
        return "owed_to_sender" if line.state == "open" else None
    if line.state == "open":
        return "still_owed"
    if line.state not in DONE_STATES or line.fulfilled_at is None:
        return None
    if line.fulfilled_at < now:
        return "done"
    return "late" if line.due_at is not None and line.fulfilled_at > line.due_at else "meets"


def _due(line: Line) -> tuple[bool, datetime | None, str]:
    return line.due_at is None, line.due_at, line.code


def _recipients(receipts: Sequence[Receipt]) -> list[dict[str, Any]]:
    """Who would be told, nobody twice: of a move, those of the end as well."""
    told: dict[str, dict[str, Any]] = {}
    for each in (each for receipt in receipts for each in receipt.recipients):
        told.setdefault(each["organisation"]["ref"], each)
    return list(told.values())


def _standing(session: Session, actor: Actor, draft: Drafted, *, rules: Rulebook, now: datetime) -> list[Line]:
    """What the sender owes already about the placement that its draft has made known."""
    if draft.placement is None:
        return []
    rows = [
        row
        for row in queries.standing(session, [draft.placement])
        if row.state == "open" and row.owed_by_id == actor.organisation and row.fulfilled_at is None
    ]
    ids = {number for row in rows for number in (row.owed_by_id, row.owed_to_id) if number}
    names = {each.id: each.name for each in queries.parties(session, ids=ids)}
    return sorted((line_of(row, names, rules=rules, now=now) for row in rows), key=_due)


# --- where it lies ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lies:
    """Where the address of a draft lies, as far as can be told. ``fault``: what keeps it from that, and ``at`` which field."""

    host: Authority | None = None
    force: PoliceForce | None = None
    country: str | None = None
    relation: str | None = None
    is_confirmed: bool = True
    warnings: tuple[str, ...] = ()
    fault: str | None = None
    at: str = ""


def where_it_lies(session: Session, actor: Actor, body: Mapping[str, Any], *, areas: Areas) -> Lies | None:
    """Which council and force answer at the address that a draft's *body* names, and how it lies to the sender's area.

    ``None`` while it names no address. Council's senders only have a relation: a provider's depends on who placed.
    """
    content: Content = read_content(body)
    if not (content.get("address", {}).get("postcode") or "area" in content or "country" in content):
        return None
    own = directory.organisation(session, actor.organisation_ref or "")
    placing = own.gss_code if own and own.kind == "local_authority" else content.get("placing_authority")
    try:
        place = place_of(content, areas=areas)
        relation = relation_of(place, placing, areas=areas)
    except Invalid as refusal:
        return Lies(fault=refusal.sentence, at=next(iter(refusal.fields), ""))
    return Lies(place.host, place.force, place.country, relation, place.is_confirmed, place.warnings)
