"""Who looked at our children, and why? The placing authority's receipts: one for everything that was shown.

A receipt says which organisation asked, through whom (a reference it can be asked about), for which purpose, and which fields
were shown. The incident is the asker's own matter and is never on it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.duties.rulebook import Rulebook
from hub.lookup import queries
from hub.lookup.queries import AnyRow
from hub.notify.outbox import Wanted, raise_alerts
from hub.registry.filing import DESK

DISCLOSED = "look_up.disclosed"


@dataclass(frozen=True)
class Receipt:
    """One disclosure as the placing authority sees it: nothing of the child, nothing of the incident."""

    ref: str
    look_up: str
    organisation: dict[str, Any]
    actor: str
    purpose: str
    stage: str
    relation: str
    fields: tuple[str, ...]
    is_shielded: bool
    broke_glass: bool
    shown_at: datetime
    placement: str | None


def send_receipt(
    session: Session, actor: Actor, disclosure: Mapping[str, Any], *, purpose: str, rules: Rulebook, now: datetime
) -> None:
    """Tell the placing authority's duty desk, by reference alone; not who looks at its own children.

    It is not urgent: it waits for opening hours, or for the digest of a desk that takes one.
    """
    whom = disclosure["placing_authority_id"]
    if whom is None or whom == actor.organisation:
        return
    said = {"purpose": purpose, "stage": disclosure["stage"]}
    raise_alerts(session, [Wanted(DISCLOSED, whom, DESK, disclosure["ref"], details=said)], rules=rules, now=now)


def list_receipts(
    session: Session, actor: Actor, *, after: str | None = None, at_most: int, now: datetime
) -> list[Receipt]:
    """A page of what was shown of the council's children, newest first; the reading is recorded."""
    return _listed(session, actor, None, actor.organisation_ref or "", after=after, at_most=at_most, now=now)


def who_looked(
    session: Session, actor: Actor, placement_ref: str, *, after: str | None = None, at_most: int, now: datetime
) -> list[Receipt]:
    """A page of what was shown of one child, whichever placement it had; the reading is recorded. Raises ``NotFound``."""
    placement = queries.placement_of(session, placement_ref, actor.organisation)
    if placement is None:
        raise NotFound("There is no placement of your council's with this reference.")
    family = queries.family_of(session, placement.child_id)
    return _listed(session, actor, family, placement_ref, after=after, at_most=at_most, now=now)


def _listed(
    session: Session,
    actor: Actor,
    child_ids: Collection[int] | None,
    subject: str,
    *,
    after: str | None,
    at_most: int,
    now: datetime,
) -> list[Receipt]:
    rows = queries.receipts(session, actor.organisation, child_ids=child_ids, after=after, at_most=at_most)
    audit.record(session, actor, Event.LOOK_UP_RECEIPTS_READ, subject, now=now, details={"receipts": len(rows)})
    return [_receipt(row) for row in rows]


def _receipt(row: AnyRow) -> Receipt:
    disclosure = row.Disclosure
    return Receipt(
        ref=disclosure.ref,
        look_up=row.LookUp.ref,
        organisation={"ref": row.asker.ref, "name": row.asker.name, "gss_code": row.asker.gss_code},
        actor=disclosure.actor_ref,
        purpose=row.LookUp.purpose,
        stage=disclosure.stage,
        relation=disclosure.relation,
        fields=tuple(disclosure.fields),
        is_shielded=disclosure.is_shielded,
        broke_glass=disclosure.broke_glass,
        shown_at=disclosure.shown_at,
        placement=row.placement_ref,
    )
