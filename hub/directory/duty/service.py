"""Which telephone number of an organisation is the right one now? And overriding it for a while.

Anybody who looks a child up at 2 a.m. is told whom to ring, so what is answered here is right at every instant, through clock
changes, bank holidays and nights, or says that nobody is on duty and which number is best tried.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import iso, london_date
from hub.core.db import keys_of
from hub.core.errors import Conflict, Invalid, NotFound, StateConflict
from hub.core.ids import is_ref, new_ref
from hub.core.sentences import worded
from hub.directory.contact_addresses import checked_address
from hub.directory.duty import queries
from hub.directory.duty.models import DutyOverride
from hub.directory.duty.rota import Desk, OnDuty, Override, Shift, changes, gaps, right_now
from hub.directory.models import ContactPoint, Organisation
from hub.directory.tenancy import own_or_any, owner
from hub.duties.rulebook import Rulebook


@dataclass(frozen=True)
class OverrideSeen:
    """An override as its organisation sees it."""

    ref: str
    name: str
    phone: str
    reason: str = field(repr=False)
    from_at: datetime
    until_at: datetime
    entered_at: datetime
    entered_by: str
    removed_at: datetime | None = None


@dataclass(frozen=True)
class Rota:
    """One organisation's rota: who answers now, what changes within the days asked for, when nobody does, what overrides it."""

    organisation: str
    now: OnDuty | None
    shifts: list[Shift]
    gaps: list[Shift]
    overrides: list[OverrideSeen]


# --- who is on duty ---------------------------------------------------------------------------------------------------


def on_duty(session: Session, organisation_id: int, *, rules: Rulebook, now: datetime) -> OnDuty | None:
    """Who at an organisation answers the telephone now, until when, and who then; ``None`` where it has no number at all.

    ``kind`` is ``desk``, ``out_of_hours``, ``override``, or ``fallback``: nobody is on duty, and this number is best tried.
    """
    return all_on_duty(session, [organisation_id], rules=rules, now=now)[organisation_id]


def all_on_duty(
    session: Session, organisation_ids: Collection[int], *, rules: Rulebook, now: datetime
) -> dict[int, OnDuty | None]:
    """:func:`on_duty` of each of these organisations, in two statements however many there are."""
    desks, overrides = _desks(session, organisation_ids, now), _overrides(session, organisation_ids, now)
    return {
        number: right_now(desks[number], overrides[number], now, calendar=rules.calendar) for number in organisation_ids
    }


def shifts_of(
    session: Session, organisation_id: int, *, from_at: datetime, until: datetime, rules: Rulebook
) -> list[Shift]:
    """Who answers from *from_at* until *until*, without a hole."""
    desks = _desks(session, [organisation_id], from_at)[organisation_id]
    overrides = _overrides(session, [organisation_id], from_at)[organisation_id]
    return changes(desks, overrides, from_at, until, calendar=rules.calendar)


def all_gaps_ahead(
    session: Session, organisation_ids: Collection[int], *, rules: Rulebook, now: datetime
) -> dict[int, list[Shift]]:
    """When nobody is on duty at each of these organisations, within the days of the policy; in two statements."""
    until = now + rules.policy.rota.gaps_within
    desks, overrides = _desks(session, organisation_ids, now), _overrides(session, organisation_ids, now)
    return {
        number: gaps(changes(desks[number], overrides[number], now, until, calendar=rules.calendar))
        for number in organisation_ids
    }


def read_rota(session: Session, actor: Actor, organisation_ref: str, *, rules: Rulebook, now: datetime) -> Rota:
    """The rota of an organisation, for its own people and the operator. Raises NotFound."""
    whose = own_or_any(session, actor, organisation_ref)
    until = now + rules.policy.rota.gaps_within
    shifts = shifts_of(session, whose.id, from_at=now, until=until, rules=rules)
    standing = queries.overrides(session, [whose.id], after=now)
    return Rota(
        organisation=whose.ref,
        now=on_duty(session, whose.id, rules=rules, now=now),
        shifts=shifts,
        gaps=gaps(shifts),
        overrides=[_seen(session, each) for each in standing],
    )


def _desks(session: Session, organisation_ids: Collection[int], now: datetime) -> dict[int, list[Desk]]:
    found: dict[int, list[Desk]] = {number: [] for number in organisation_ids}
    for point in queries.telephones(session, found, on=london_date(now)):
        found[point.organisation_id].append(_desk(point))
    return found


def _desk(point: ContactPoint) -> Desk:
    return Desk(
        ref=point.ref,
        role=point.role,
        name=point.purpose,
        phone=point.address,
        hours=point.opening_hours,
        valid_from=point.valid_from,
        valid_to=point.valid_to,
    )


def _overrides(session: Session, organisation_ids: Collection[int], now: datetime) -> dict[int, list[Override]]:
    found: dict[int, list[Override]] = {number: [] for number in organisation_ids}
    for row in queries.overrides(session, found, after=now):
        said = keys_of(session).open(row.ref, row.sealed)
        told = Override(row.ref, said["name"], said["phone"], row.from_at, row.until_at, row.entered_at)
        found[row.organisation_id].append(told)
    return found


# --- overriding it ----------------------------------------------------------------------------------------------------


def add_override(
    session: Session,
    actor: Actor,
    organisation_ref: str,
    *,
    name: str,
    phone: str,
    reason: str,
    from_at: datetime,
    until_at: datetime,
    rules: Rulebook,
    now: datetime,
) -> OverrideSeen:
    """From *from_at* until *until_at* the desk *name* answers at *phone*, whatever the desks' hours say.

    One person may do it, because it is short (policy) and at night there may be no second; whoever calls this tells every
    administrator. Raises NotFound, Invalid (fields), Conflict where it overlaps another.
    """
    whose = own_or_any(session, actor, organisation_ref)
    _refuse_times(from_at, until_at, rules, now)
    phone = _telephone(phone)
    _refuse_overlap(session, whose, from_at, until_at)
    ref = new_ref("dty")
    row = {
        "ref": ref,
        "organisation_id": whose.id,
        "from_at": from_at,
        "until_at": until_at,
        "sealed": keys_of(session).seal(ref, {"name": name, "phone": phone, "reason": reason}),
        "entered_at": now,
        "entered_by": actor.ref,
    }
    queries.add_override(session, row)
    said = {"organisation": whose.ref, "from": iso(from_at), "until": iso(until_at)}
    audit.record(session, actor, Event.DUTY_OVERRIDDEN, ref, now=now, details=said)
    return override_of(session, actor, ref)


def remove_override(session: Session, actor: Actor, ref: str, *, now: datetime) -> OverrideSeen:
    """The desks' hours count again from now on. Raises NotFound, and StateConflict where it was over already."""
    override_of(session, actor, ref)
    if not queries.remove_override(session, ref, by=actor.ref, now=now):
        raise StateConflict("This override is over already.")
    audit.record(session, actor, Event.DUTY_OVERRIDE_REMOVED, ref, now=now)
    return override_of(session, actor, ref)


def override_of(session: Session, actor: Actor, ref: str) -> OverrideSeen:
    """The override *ref*, if it is the actor's organisation's, or for the operator. Raises NotFound."""
    row = queries.override(session, ref, owner(actor)) if is_ref(ref, "dty") else None
    if row is None:
        raise NotFound("There is no override here that you can see. List your own organisation's.")
    return _seen(session, row)


def _seen(session: Session, row: DutyOverride) -> OverrideSeen:
    said = keys_of(session).open(row.ref, row.sealed)
    return OverrideSeen(
        ref=row.ref,
        name=said["name"],
        phone=said["phone"],
        reason=said["reason"],
        from_at=row.from_at,
        until_at=row.until_at,
        entered_at=row.entered_at,
        entered_by=row.entered_by,
        removed_at=row.removed_at,
    )


def _telephone(phone: str) -> str:
    try:
        return checked_address("phone", phone, private_webhooks=False)
    except Invalid as refusal:
        raise Invalid(refusal.sentence, fields={"phone": [refusal.sentence]}) from None


def _refuse_times(from_at: datetime, until: datetime, rules: Rulebook, now: datetime) -> None:
    rota = rules.policy.rota
    if until <= max(from_at, now):
        sentence = "Choose an end that is after the beginning, and not over yet."
        raise Invalid(sentence, fields={"until_at": [sentence]})
    if from_at < now - timedelta(hours=1):
        sentence = "Choose a beginning that is not in the past."
        raise Invalid(sentence, fields={"from_at": [sentence]})
    if from_at > now + rota.furthest_ahead:
        sentence = worded("Choose a beginning within {ahead_days} days.", ahead_days=rota.ahead_days)
        raise Invalid(sentence, fields={"from_at": [sentence]})
    if until - from_at > rota.longest_override:
        sentence = worded(
            "An override lasts at most {override_days} days. For longer, change the contact points.",
            override_days=rota.override_days,
        )
        raise Invalid(sentence, fields={"until_at": [sentence]})


def _refuse_overlap(session: Session, whose: Organisation, from_at: datetime, until: datetime) -> None:
    for each in queries.overrides(session, [whose.id], after=from_at):
        if each.from_at < until:
            sentence = "Another override stands at that time. Remove it first, or choose other times."
            raise Conflict(sentence, fields={"from_at": [sentence]})
