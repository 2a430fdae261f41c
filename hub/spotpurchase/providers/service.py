"""Providers of interviews: what each covers and offers, whether it takes on more, whose team it is, what it charges.

A provider says all of it itself. Whose team it is, it cannot say alone: the council's own team is asked first and may be paid for
by that council, so the council confirms it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import london_date
from hub.core.errors import EditConflict, Invalid, NotFound
from hub.core.ids import is_ref, new_ref
from hub.directory import queries as directory
from hub.directory.areas import Areas
from hub.directory.tenancy import known
from hub.duties.rulebook import Rulebook
from hub.notify.outbox import FeedItem, Wanted, publish, raise_alerts
from hub.registry.filing import DESK
from hub.spotpurchase.providers import queries
from hub.spotpurchase.providers.models import InterviewProvider, RateCard

_OFFERED: Final = (
    "covers_everywhere",
    "is_independent",
    "independence",
    "languages",
    "genders",
    "modes",
    "ages",
    "opening_hours",
)
_SHOWN: Final = (*_OFFERED, "is_taking", "capacity", "capacity_at", "changed_at", "version")


@dataclass(frozen=True)
class Entry:
    """A provider as the directory shows it. ``room``: what is left of ``capacity``; ``rate_card``: the one in force today."""

    organisation: directory.Brief
    team: str
    run_by: directory.Brief | None
    says_run_by: directory.Brief | None
    areas: Sequence[str]
    room: int
    rate_card: RateCard | None
    covers_everywhere: bool
    is_independent: bool
    independence: str
    languages: Sequence[str]
    genders: Sequence[str]
    modes: Sequence[str]
    ages: Sequence[int]
    opening_hours: Mapping[str, Any] | None
    is_taking: bool
    capacity: int
    capacity_at: datetime
    changed_at: datetime
    version: int


# --- reading ----------------------------------------------------------------------------------------------------------


def entries(
    session: Session, area: str | None, *, areas: Areas, after: str | None, at_most: int, now: datetime
) -> list[Entry]:
    """Providers by reference of their organisation; those that cover the council's *area* (GSS code, former ones too), if named.

    Raises ``Invalid`` for a code that is no council's.
    """
    gss = areas.authority(area, field="area").gss_code if area else None
    on = london_date(now)
    return _seen(session, queries.listed(session, gss, on=on, after=after, at_most=at_most), on)


def entry_of(session: Session, ref: str, *, now: datetime) -> Entry:
    """The entry of the organisation *ref*. Raises ``NotFound``, also for one that has not said yet what it covers."""
    return _seen(session, [_entered(session, known(session, ref).id)], london_date(now))[0]


def cards(session: Session, ref: str) -> Sequence[RateCard]:
    """Every version of the rate card of the organisation *ref*, the newest first. Raises ``NotFound``."""
    return queries.cards_of(session, _entered(session, known(session, ref).id).id)


def _entered(session: Session, organisation_id: int) -> InterviewProvider:
    row = queries.provider_of(session, organisation_id)
    if row is None:
        raise NotFound("This organisation has not said that it holds interviews.")
    return row


def _seen(session: Session, rows: Sequence[InterviewProvider], on: date) -> list[Entry]:
    keys = [row.id for row in rows]
    areas, in_force = queries.areas_of(session, keys), queries.cards_in_force(session, keys, on=on)
    taken = queries.taken_on(session, rows)
    ids = {number for row in rows for number in (row.organisation_id, row.run_by_id, row.says_run_by_id) if number}
    named = directory.by_ids(session, ids)
    return [
        Entry(
            organisation=named[row.organisation_id],
            team=row.ref,
            run_by=named.get(row.run_by_id or 0),
            says_run_by=named.get(row.says_run_by_id or 0),
            areas=areas[row.id],
            room=max(row.capacity - taken.get(row.organisation_id, 0), 0),
            rate_card=in_force.get(row.id),
            **{name: getattr(row, name) for name in _SHOWN},
        )
        for row in rows
    ]


# --- what a provider says of itself -----------------------------------------------------------------------------------


def save(
    session: Session,
    actor: Actor,
    ref: str,
    told: Mapping[str, Any],
    *,
    version: int,
    areas: Areas,
    rules: Rulebook,
    now: datetime,
) -> Entry:
    """Save what the actor's organisation *ref* covers and offers, as ``InterviewProviderIn`` loads it.

    *version*: as it was read (0: not entered yet). Raises ``NotFound``, ``Invalid``, ``EditConflict``.
    """
    own = _own(session, actor, ref)
    row = queries.provider_of(session, own)
    asked_before = row.says_run_by_id if row else None
    if version != (row.version if row else 0):
        raise EditConflict("This entry was changed since you read it. Read it again, then send your change.")
    codes = _codes(areas, told["areas"])
    council = _council(session, told["run_by"], areas)
    columns = {name: told[name] for name in _OFFERED} | {"changed_at": now} | _run_by(row, council)
    number = _written(session, own, row, columns, now)
    queries.cover(session, number, codes)
    audit.record(session, actor, Event.INTERVIEW_PROVIDER_CHANGED, ref, now=now, details={"areas": len(codes)})
    after = _fresh(session, own)
    _ask_council(session, actor, asked_before, after, rules=rules, now=now)
    return _seen(session, [after], london_date(now))[0]


def switch(
    session: Session, actor: Actor, ref: str, *, is_taking: bool, capacity: int | None = None, now: datetime
) -> Entry:
    """The capacity switch: whether anything new is taken on, and, where given, how many beside those in hand.

    It needs no version: whoever threw it last is right. Raises ``NotFound``.
    """
    row = _entered(session, _own(session, actor, ref))
    said = {} if capacity is None else {"capacity": capacity, "capacity_at": now}
    queries.switch(session, row.id, {"is_taking": is_taking, "changed_at": now, **said})
    details = {"is_taking": is_taking, **({} if capacity is None else {"capacity": capacity})}
    audit.record(session, actor, Event.INTERVIEW_PROVIDER_CHANGED, ref, now=now, details=details)
    return _seen(session, [_fresh(session, row.organisation_id)], london_date(now))[0]


def publish_card(session: Session, actor: Actor, ref: str, told: Mapping[str, Any], *, now: datetime) -> RateCard:
    """Publish a new version of the rate card of the actor's organisation *ref*, as ``RateCardIn`` loads it.

    From its day on it is in force in place of every earlier version; what was agreed by one of those stays. Raises ``NotFound``,
    ``Invalid`` for a day that has passed, ``StateConflict`` where somebody else has just published one.
    """
    row, today = _entered(session, _own(session, actor, ref)), london_date(now)
    valid_from = told["valid_from"] or today
    if valid_from < today:
        sentence = (
            "A rate card holds from today at the earliest: what was offered before was offered by the earlier one."
        )
        raise Invalid(sentence, fields={"valid_from": [sentence]})
    before = queries.cards_of(session, row.id)
    made = {
        **told,
        "ref": new_ref("rcd"),
        "provider_id": row.id,
        "version": before[0].version + 1 if before else 1,
        "valid_from": valid_from,
        "published_at": now,
        "published_by": actor.ref,
    }
    queries.add_card(session, made)
    details = {"card": made["ref"], "version": made["version"], "valid_from": str(valid_from)}
    audit.record(session, actor, Event.RATE_CARD_PUBLISHED, ref, now=now, details=details)
    return queries.cards_of(session, row.id)[0]


def _own(session: Session, actor: Actor, ref: str) -> int:
    if not is_ref(ref, "org") or ref != actor.organisation_ref:
        raise NotFound("There is nothing here that you can change. Use your own organisation's reference.")
    return known(session, ref).id


def _codes(areas: Areas, told: Sequence[str]) -> list[str]:
    """Current GSS codes of *told*, each once. Raises ``Invalid`` at the place of a code that is no council's."""
    return sorted({areas.authority(code, field=f"areas.{place}").gss_code for place, code in enumerate(told)})


def _council(session: Session, code: str | None, areas: Areas) -> int | None:
    if code is None:
        return None
    row = directory.by_gss(session, areas.authority(code, field="run_by").gss_code)
    if row is None:
        sentence = "This council is not in the directory."
        raise Invalid(sentence, fields={"run_by": [sentence]})
    council: int = row.id
    return council


def _run_by(row: InterviewProvider | None, council: int | None) -> dict[str, int | None]:
    """A council that has confirmed it stays; another one that is named has yet to."""
    is_confirmed = row is not None and council is not None and row.run_by_id == council
    return {"run_by_id": council if is_confirmed else None, "says_run_by_id": None if is_confirmed else council}


def _written(
    session: Session, own: int, row: InterviewProvider | None, columns: Mapping[str, Any], now: datetime
) -> int:
    if row is None:
        made = {"ref": new_ref("ipv"), "organisation_id": own, "capacity": 0, "capacity_at": now}
        return queries.add_provider(session, {**made, **columns})
    if queries.change_provider(session, row.id, row.version, columns) != 1:
        raise EditConflict("This entry was changed in this moment. Read it again, then send your change.")
    return row.id


def _fresh(session: Session, organisation_id: int) -> InterviewProvider:
    row = _entered(session, organisation_id)
    session.refresh(row)
    return row


# --- whose team it is -------------------------------------------------------------------------------------------------


def confirm_team(session: Session, actor: Actor, ref: str, *, is_ours: bool, now: datetime) -> Entry:
    """The actor's council says whether the provider of the entry *ref* (``ipv_…``) is its own team; it may say no later too.

    Raises ``NotFound`` unless the provider says that it is, or is already.
    """
    council = actor.organisation
    row = queries.team_of(session, ref, council) if is_ref(ref, "ipv") else None
    if row is None:
        raise NotFound("No provider with this reference says that it is your council's team.")
    queries.settle_team(session, row.id, council, _settled(row, council, is_ours=is_ours) | {"changed_at": now})
    details = {"is_team": is_ours}
    audit.record(session, actor, Event.INTERVIEW_PROVIDER_CHANGED, ref, now=now, details=details)
    publish(session, [FeedItem(row.organisation_id, "interview_provider.team_answered", ref, details)], now=now)
    return _seen(session, [_fresh(session, row.organisation_id)], london_date(now))[0]


def _settled(row: InterviewProvider, council: int, *, is_ours: bool) -> dict[str, int | None]:
    if is_ours:
        return {"run_by_id": council, "says_run_by_id": None}
    return {
        name: None if getattr(row, name) == council else getattr(row, name) for name in ("run_by_id", "says_run_by_id")
    }


def _ask_council(
    session: Session, actor: Actor, before: int | None, row: InterviewProvider, *, rules: Rulebook, now: datetime
) -> None:
    """A council that is newly named is asked whether it is so."""
    if row.says_run_by_id is not None and row.says_run_by_id != before:
        wanted = Wanted("interview.team_named", row.says_run_by_id, DESK, row.ref, details={"team": row.ref})
        raise_alerts(session, [wanted], rules=rules, now=now, actor=actor)
