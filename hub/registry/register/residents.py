"""The children whom a home or agency looks after: each with how its own notices stand, and whether the council has told.

Every reading is recorded with the children that it showed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import NotFound
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.notify.models import Obligation
from hub.registry import notice_queries
from hub.registry import placement_queries as placements
from hub.registry.content import ARRIVALS, LEAVINGS
from hub.registry.drafts import Drafted, drafted, register_draft
from hub.registry.facts import NOT_SAID
from hub.registry.forecast import Forecast, forecast_draft
from hub.registry.names.indexes import fold
from hub.registry.owed import HOST_NOTICES
from hub.registry.placement_queries import AnyRow
from hub.registry.receipts import Receipt, receipt_again
from hub.registry.register import residents_queries as queries
from hub.registry.register.finding import fitting
from hub.registry.views import PlacementBrief, opened, placement_brief, provenance_of

SEARCHED_AT_MOST: Final = 2_000
"""How many residents are opened to find one by name: a large agency has some hundreds."""
UNSENT_AT_MOST: Final = 200
COUNCIL_TELLS: Final = HOST_NOTICES | {"EGAP"}
PLANNED: Final = frozenset({"E13A", "W14A"})
"""Of these, what a council owes where it was no emergency."""


@dataclass(frozen=True)
class CouncilNotice:
    """Whether the placing authority has told the host of the placement.

    ``state``: ``come``; ``late`` (it came after its day); ``reminded`` (it is owed, and the hub chases it); ``not_owed`` (the
    council placed the child in its own area, or no council is named). ``due_at``: by when, and by which law (*source*);
    ``is_as_planned``: unless it was an emergency, of which nobody has said so: then it is due later.
    """

    state: str
    due_at: datetime | None = None
    is_overdue: bool = False
    is_as_planned: bool = False
    source: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resident(PlacementBrief):
    """A child whom the actor's organisation looks after, expects, or looked after."""

    child: dict[str, Any] = field(repr=False)
    council_notice: CouncilNotice
    arrival_notice: str | None
    """The reference of our own notice of the arrival that stands."""
    leaving_notice: str | None


@dataclass(frozen=True)
class Residents:
    """A page of residents. ``after``: what to ask the next page with; ``None`` on the last."""

    residents: list[Resident]
    after: str | None


def read_residents(
    session: Session,
    actor: Actor,
    standing: str = "living",
    *,
    name: str | None = None,
    after: str | None = None,
    at_most: int,
    rules: Rulebook,
    now: datetime,
) -> Residents:
    """A page of the children of the actor's organisation who are ``living``, ``expected`` or ``ended``; it is recorded.

    *name*: of whom these words are the names, from their beginning; then there is but one page.
    """
    rows = _rows(session, actor.organisation, standing, name, after, at_most + 1)
    page = rows[:at_most]
    if page:
        details = {"placements": [row.Placement.ref for row in page]}
        audit.record(session, actor, Event.RESIDENTS_READ, actor.organisation_ref or "", now=now, details=details)
    more = page[-1].Placement.ref if len(rows) > len(page) and not name else None
    return Residents(_residents(session, actor, page, rules=rules, now=now), more)


def _rows(
    session: Session, provider_id: int, standing: str, name: str | None, after: str | None, at_most: int
) -> Sequence[AnyRow]:
    if not name:
        return queries.residents_of(session, provider_id, standing, after=after, at_most=at_most)
    words, keys = fold(name), keys_of(session)
    rows = queries.residents_of(session, provider_id, standing, at_most=SEARCHED_AT_MOST) if words else ()
    fits = fitting(words, [keys.open(row.Child.ref, row.Child.sealed) for row in rows])
    return [rows[place] for place in sorted(fits, key=fits.__getitem__)][:at_most]


def _residents(
    session: Session, actor: Actor, rows: Sequence[AnyRow], *, rules: Rulebook, now: datetime
) -> list[Resident]:
    ids = [row.Placement.id for row in rows]
    kinds = notice_queries.kinds_about(session, ids)
    own = queries.own_notices(session, actor.organisation, ids)
    owed: dict[str, list[Obligation]] = {}
    for each in placements.standing(session, [row.Placement.ref for row in rows]):
        owed.setdefault(each.subject_ref, []).append(each)
    return [
        Resident(
            **vars(placement_brief(row)),
            child=opened(session, row.Child),
            council_notice=council_notice_of(
                kinds.get(row.Placement.id, frozenset()), owed.get(row.Placement.ref, ()), rules=rules, now=now
            ),
            arrival_notice=_own(own, row, ARRIVALS),
            leaving_notice=_own(own, row, LEAVINGS),
        )
        for row in rows
    ]


def _own(notices: Sequence[AnyRow], row: AnyRow, kinds: Sequence[str]) -> str | None:
    about = [each.ref for each in notices if each.placement_id == row.Placement.id and each.kind in kinds]
    return about[-1] if about else None


def council_notice(
    session: Session, placement_ref: str, placement_id: int, *, rules: Rulebook, now: datetime
) -> CouncilNotice:
    """Whether the placing authority has told the host of one placement."""
    kinds = notice_queries.kinds_about(session, [placement_id]).get(placement_id, frozenset())
    return council_notice_of(kinds, placements.standing(session, [placement_ref]), rules=rules, now=now)


def council_notice_of(
    kinds: frozenset[str], obligations: Sequence[Obligation], *, rules: Rulebook, now: datetime
) -> CouncilNotice:
    """As the notices that stand (*kinds*) and what is owed about the placement say."""
    owed = [each for each in obligations if each.duty_code in COUNCIL_TELLS and each.state != "void"]
    if provenance_of(kinds) == "notified":
        return CouncilNotice("late" if any(each.state == "met_late" or each.was_late for each in owed) else "come")
    waiting = [each for each in owed if each.state == "open"]
    if not waiting:
        return CouncilNotice("not_owed")
    first = min(waiting, key=lambda each: (each.duty_code == "EGAP", each.due_at is None, each.due_at))
    return CouncilNotice(
        "reminded",
        first.due_at,
        is_overdue=bool(first.due_at and first.due_at < now),
        is_as_planned=first.duty_code in PLANNED,
        source=tuple(each.cite for each in rules.law.duty(first.duty_code).source),
    )


# --- before it is sent ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Foreseen:
    """What sending a provider's draft would do, and what the council would owe then."""

    forecast: Forecast
    council: CouncilNotice | None


def foresee(session: Session, actor: Actor, ref: str, *, rules: Rulebook, areas: Areas, now: datetime) -> Foreseen:
    """What sending the draft *ref* now would do; nothing of the attempt is kept. Takes a session that may write."""
    forecast = forecast_draft(session, actor, ref, rules=rules, areas=areas, now=now)
    if not forecast.can_be_sent:
        return Foreseen(forecast, None)
    with audit.tried_out(session):
        receipt = register_draft(session, actor, ref, rules=rules, areas=areas, now=now)
        seen = placements.placement_seen_by(session, receipt.placement, actor.organisation)
        told = council_notice(session, seen.ref, seen.id, rules=rules, now=now) if seen else None
    return Foreseen(forecast, told)


def told_already(session: Session, actor: Actor, placement_ref: str, *, now: datetime) -> dict[str, Any]:
    """What another has told of a placement of the actor's, as the content of the actor's own notice; the reading is recorded.

    Raises ``NotFound`` where it is none of the actor's, or is over.
    """
    row = _own_placement(session, actor, placement_ref)
    audit.record(session, actor, Event.PLACEMENT_READ, placement_ref, now=now, details={"party": "provider"})
    document = opened(session, row.Placement)
    contacts = document.get("contacts", {})
    told: dict[str, Any] = {"placement": placement_ref, "child": opened(session, row.Child)}
    if row.placing and row.placing.gss_code:
        told["placing_authority"] = row.placing.gss_code
    if row.Placement.legal_status != NOT_SAID:
        told["legal_status"] = row.Placement.legal_status
    told |= {name: contacts[name] for name in ("iro", "social_worker") if name in contacts}
    told |= {name: document[name] for name in ("address", "carer", "ehc_plan") if name in document}
    return told


def _own_placement(session: Session, actor: Actor, placement_ref: str) -> AnyRow:
    row = placements.placement_shown(session, placement_ref, actor.organisation)
    if row is None or row.Placement.provider_id != actor.organisation or row.Placement.state in ("ended", "cancelled"):
        raise NotFound("There is no child on your list with this reference. Look at the list again.")
    return row


def resident(session: Session, actor: Actor, placement_ref: str, *, rules: Rulebook, now: datetime) -> Resident:
    """One child of the actor's organisation who has not left; the reading is recorded. Raises ``NotFound``."""
    row = _own_placement(session, actor, placement_ref)
    audit.record(session, actor, Event.PLACEMENT_READ, placement_ref, now=now, details={"party": "provider"})
    return _residents(session, actor, [row], rules=rules, now=now)[0]


@dataclass(frozen=True)
class Sent:
    """A notice that was sent, as it stands now, and whether the council has told."""

    receipt: Receipt
    council: CouncilNotice


def sent(session: Session, actor: Actor, ref: str, *, rules: Rulebook, areas: Areas, now: datetime) -> Sent:
    """The actor's own notice *ref* as each duty stands now. Raises ``NotFound``."""
    receipt = receipt_again(session, actor, ref, rules=rules, areas=areas, now=now)
    seen = placements.placement_seen_by(session, receipt.placement, actor.organisation)
    council = council_notice(session, seen.ref, seen.id, rules=rules, now=now) if seen else CouncilNotice("not_owed")
    return Sent(receipt, council)


# --- notices not sent yet ---------------------------------------------------------------------------------------------


def unsent(session: Session, actor: Actor, kinds: Collection[str]) -> list[Drafted]:
    """The drafts of the actor's organisation of these kinds, corrections apart, the newest first."""
    rows = notice_queries.drafts_of(session, actor.organisation, after=None, at_most=UNSENT_AT_MOST)
    drafts = [drafted(session, row, actor.nation) for row in rows if row.Notice.kind in kinds]
    return [each for each in drafts if each.corrects is None]
