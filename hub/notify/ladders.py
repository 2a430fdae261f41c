"""Ladders: who is told, and when, while what is owed is not done. Kept as versions, so that a running one never changes.

The hub's own come from config/policy (:func:`sync_ladders`); an organisation may save its own version of any of them, under
the same ceiling, and sees beforehand whom it would tell and which rungs reach nobody.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM, Actor
from hub.core.clock import london_date
from hub.core.errors import EditConflict, Invalid, NotFound
from hub.core.ids import new_ref
from hub.core.sentences import worded
from hub.directory import queries as directory
from hub.duties.policy import Ladder, Risk, Rung, cut, ladder_of, rung_rows
from hub.duties.reading import LawError
from hub.duties.rulebook import Rulebook
from hub.duties.steps import first_index, step_at, steps
from hub.duties.words import CEILINGS
from hub.notify import models, queries
from hub.notify.models import Obligation


@dataclass(frozen=True)
class Climb:
    """One version of a ladder, cut to what an obligation's basis allows."""

    ladder_id: int
    ladder: Ladder

    def first_rung(self, *, due_at: datetime | None, opened_at: datetime, heightened: bool) -> int:
        """The rung it begins at: past reminders whose time is gone; at risk, higher up."""
        return first_index(self.ladder, due_at=due_at, opened_at=opened_at, risk=heightened)

    def falls_due_at(
        self, index: int, *, due_at: datetime, opened_at: datetime, heightened: bool, rules: Rulebook
    ) -> datetime:
        """When step *index* falls due, in UTC; an index past the last rung is one of its repeats."""
        at = step_at(self.ladder, index, due_at=due_at, opened_at=opened_at, risk=heightened, calendar=rules.calendar)
        if at is None:
            raise LookupError(f"step {index} of ladder {self.ladder.name} has no instant")
        return at

    @property
    def last(self) -> int:
        """The rung that repeats."""
        return len(self.ladder.rungs) - 1


@dataclass(frozen=True)
class Planned:
    """One line of a dry run: when, which side, whom, and of those the roles that would reach nobody.

    ``unreachable`` is ``None`` where the side is not known before there is a case.
    """

    rung: int
    at: datetime
    of: str
    roles: tuple[str, ...]
    kind: str
    is_urgent: bool
    report_to: str | None
    unreachable: tuple[str, ...] | None


def sync_ladders(session: Session, rules: Rulebook, *, now: datetime) -> int:
    """Store every ladder of config/policy that differs from its newest stored version; return how many were."""
    stored = 0
    for ladder in rules.policy.ladders.values():
        newest = queries.newest_ladder(session, ladder.name, None)
        if newest is None or (newest.rungs, _climbing(newest.terms)) != (rung_rows(ladder), _climbing(_terms(ladder))):
            _add_version(session, SYSTEM, ladder, newest, organisation_id=None, now=now)
            stored += 1
    return stored


def _climbing(terms: Mapping[str, Any]) -> tuple[Any, Any]:
    """What of the terms changes how the ladder climbs: a new date on the policy file alone makes no new version."""
    return terms["ceiling"], terms["risk"]


def _terms(ladder: Ladder) -> dict[str, Any]:
    risk = asdict(ladder.risk) | {"markers": sorted(ladder.risk.markers)}
    return {"ceiling": ladder.ceiling, "version": ladder.version, "risk": risk}


def _add_version(
    session: Session,
    actor: Actor,
    ladder: Ladder,
    newest: models.Ladder | None,
    *,
    organisation_id: int | None,
    now: datetime,
) -> models.Ladder:
    row = {
        "ref": new_ref("lad"),
        "name": ladder.name,
        "organisation_id": organisation_id,
        "version": newest.version + 1 if newest else 1,
        "rungs": rung_rows(ladder),
        "terms": _terms(ladder),
        "saved_at": now,
        "saved_by": actor.ref,
    }
    said = {"name": ladder.name, "version": row["version"], "rungs": len(ladder.rungs)}
    audit.record(session, actor, Event.LADDER_SAVED, str(row["ref"]), now=now, details=said)
    return queries.add_ladder(session, row)


def read_stored(name: str, rungs: Sequence[Mapping[str, Any]], terms: Mapping[str, Any]) -> Ladder:
    """A stored version as the pure rules take it."""
    risk = Risk(**{**terms["risk"], "markers": frozenset(terms["risk"]["markers"])})
    return ladder_of(rungs, name=name, ceiling=terms["ceiling"], version=terms["version"], risk=risk)


def for_openings(
    session: Session, wanted: Collection[tuple[str, str, int | None]], *, rules: Rulebook, now: datetime
) -> dict[tuple[str, str, int | None], Climb]:
    """For each (duty code, basis, owing organisation) the climb that begins now, by its own newest version, else the hub's."""
    if not wanted:
        return {}
    names = {code: _name(code, rules) for code, _, _ in wanted}
    owing = {owed_by for _, _, owed_by in wanted if owed_by is not None}
    newest = queries.latest_ladders(session, set(names.values()), owing)
    if any((name, None) not in newest for name in names.values()):
        sync_ladders(session, rules, now=now)
        newest = queries.latest_ladders(session, set(names.values()), owing)
    chosen = {key: newest.get((names[key[0]], key[2])) or newest[names[key[0]], None] for key in wanted}
    ladders = _within(session, {(row.ref, key[1]) for key, row in chosen.items()})
    return {key: Climb(row.id, ladders[row.ref, key[1]]) for key, row in chosen.items()}


def _name(duty_code: str, rules: Rulebook) -> str:
    if duty_code not in rules.policy.by_duty:
        raise LawError(f"No row of the law table has the code {duty_code}.")
    return rules.policy.by_duty[duty_code]


def of_obligation(session: Session, obligation: Obligation, *, rules: Rulebook, now: datetime) -> Climb:
    """The climb an obligation began; of one that went in as met and never began one, the climb that begins now."""
    if obligation.ladder_id is None:
        key = obligation.duty_code, obligation.basis, obligation.owed_by_id
        return for_openings(session, {key}, rules=rules, now=now)[key]
    return running(session, {(obligation.ladder_id, obligation.basis)})[obligation.ladder_id, obligation.basis]


def running(session: Session, wanted: Collection[tuple[int, str]]) -> dict[tuple[int, str], Climb]:
    """For each (ladder id, basis) the climb."""
    refs = queries.ladder_refs(session, {ladder_id for ladder_id, _ in wanted})
    ladders = _within(session, {(refs[ladder_id], basis) for ladder_id, basis in wanted})
    return {(number, basis): Climb(number, ladders[refs[number], basis]) for number, basis in wanted}


_read: dict[tuple[str, str], Ladder] = {}
"""Versions this process has read, by (reference, basis): they never change, and reading one costs more than a step up it."""


def _within(session: Session, wanted: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Ladder]:
    """Each version (by reference) cut to what a basis allows."""
    if missing := [key for key in wanted if key not in _read]:
        stored = {row.ref: row for row in queries.ladder_contents(session, {ref for ref, _ in missing})}
        for ref, basis in missing:
            row = stored[ref]
            _read[ref, basis] = cut(read_stored(row.name, row.rungs, row.terms), CEILINGS[basis])
    return _read


# --- an organisation's own ------------------------------------------------------------------------------------------


def in_force(session: Session, organisation_id: int | None) -> list[models.Ladder]:
    """The newest version of every ladder by which that organisation's desks are told."""
    return queries.newest_ladders(session, organisation_id=organisation_id)


def save_ladder(
    session: Session,
    actor: Actor,
    name: str,
    rungs: Sequence[Mapping[str, Any]],
    *,
    seen: int | None = None,
    rules: Rulebook,
    now: datetime,
) -> models.Ladder:
    """Save the acting organisation's own version of the ladder *name*; what is already running keeps its version.

    *seen*: which of its own versions it follows (0: none); ``None`` for whichever is newest. Raises EditConflict; NotFound for
    an unknown name; Invalid where a rung passes the ceiling, comes out of order, or is for a desk of its own that nobody can
    be reached at (a rung that reaches nobody is how a case climbs to directors unseen). The hub's own rungs may always be
    gone back to: they are in force for whoever has none.
    """
    ladder = checked(name, rungs, rules=rules)
    if ladder.rungs != rules.policy.ladders[name].rungs:
        _refuse_unreachable(session, ladder, organisation_id=actor.organisation, now=now)
    newest = queries.newest_ladder(session, name, actor.organisation)
    if seen is not None and seen != (newest.version if newest else 0):
        raise EditConflict("This ladder was saved anew since then. Read it again, then send your change.")
    return _add_version(session, actor, ladder, newest, organisation_id=actor.organisation, now=now)


def own_version(session: Session, actor: Actor, name: str) -> int:
    """The number of the acting organisation's newest version of the ladder *name*; 0: it has none of its own."""
    newest = queries.newest_ladder(session, name, actor.organisation)
    return newest.version if newest else 0


def checked(name: str, rungs: Sequence[Mapping[str, Any]], *, rules: Rulebook) -> Ladder:
    """*rungs* as a ladder under the ceiling of the hub's own ladder *name*. Raises NotFound or Invalid."""
    own = rules.policy.ladders.get(name)
    if own is None:
        raise NotFound("There is no ladder with that name. GET /api/v1/ladders lists them all.")
    try:
        ladder = ladder_of(
            rungs, name=name, ceiling=own.ceiling, version=own.version, risk=own.risk, file="your ladder"
        )
    except LawError as fault:
        raise Invalid("This ladder cannot be saved: see the fields.", fields={"rungs": [str(fault)]}) from None
    _refuse_disorder(ladder)
    return ladder


def _refuse_disorder(ladder: Ladder) -> None:
    for index in range(1, len(ladder.rungs)):
        if _hours(ladder.rungs[index]) < _hours(ladder.rungs[index - 1]):
            said = "This rung would come before the one above it. Put the rungs in the order in which they are reached."
            raise Invalid("The rungs are out of order.", fields={f"rungs.{index}": [said]})


def _hours(rung: Rung) -> int:
    """When it comes, in hours from the due instant, a working day taken as a day: enough to say what comes first."""
    if rung.before_hours is not None:
        return -rung.before_hours
    return rung.after_hours if rung.after_hours is not None else 24 * (rung.after_working_days or 0)


def _refuse_unreachable(session: Session, ladder: Ladder, *, organisation_id: int, now: datetime) -> None:
    reached = _reached(session, ladder, {"owed_by": organisation_id}, now=now)
    fields = {}
    for index, rung in enumerate(ladder.rungs):
        if missing := _unreachable(rung, {"owed_by": organisation_id}, reached):
            fields[f"rungs.{index}.roles"] = [
                worded("{role}: Nobody can be reached there: add and verify a contact point for it first.", role=role)
                for role in missing
            ]
    if fields:
        raise Invalid("Some rungs would reach nobody.", fields=fields)


def dry_run(
    session: Session,
    ladder: Ladder,
    *,
    sides: Mapping[str, int],
    due_at: datetime,
    opened_at: datetime,
    heightened: bool,
    rules: Rulebook,
    now: datetime,
) -> list[Planned]:
    """Who would be told when, were something due at *due_at* never done; *sides* says which organisation is which side."""
    reached = _reached(session, ladder, sides, now=now)
    planned = steps(ladder, due_at=due_at, opened_at=opened_at, risk=heightened, calendar=rules.calendar)
    return [_planned(step.rung_index, step.at, ladder.rungs[step.rung_index], sides, reached) for step in planned]


def try_out(
    session: Session, actor: Actor, wanted: Mapping[str, Any], *, rules: Rulebook, now: datetime
) -> list[Planned]:
    """The dry run of *wanted* (name, rungs or ``None``, due_at, opened_at, is_at_risk) for *actor*'s own organisation."""
    if wanted["rungs"] is not None:
        ladder = checked(wanted["name"], wanted["rungs"], rules=rules)
    else:
        ladder = _now_in_force(session, wanted["name"], actor.organisation_id, rules=rules)
    return dry_run(
        session,
        ladder,
        sides={"owed_by": actor.organisation},
        due_at=wanted["due_at"],
        opened_at=wanted["opened_at"] or now,
        heightened=wanted["is_at_risk"],
        rules=rules,
        now=now,
    )


def _now_in_force(session: Session, name: str, organisation_id: int | None, *, rules: Rulebook) -> Ladder:
    stored = next((row for row in in_force(session, organisation_id) if row.name == name), None)
    if stored is not None:
        return read_stored(stored.name, stored.rungs, stored.terms)
    if name not in rules.policy.ladders:
        raise NotFound("There is no ladder with that name. GET /api/v1/ladders lists them all.")
    return rules.policy.ladders[name]


def _planned(
    index: int, at: datetime, rung: Rung, sides: Mapping[str, int], reached: Collection[tuple[int, str]]
) -> Planned:
    missing = _unreachable(rung, sides, reached)
    return Planned(index, at, rung.of, rung.roles, rung.kind, rung.urgent, rung.report_to, missing)


def _unreachable(rung: Rung, sides: Mapping[str, int], reached: Collection[tuple[int, str]]) -> tuple[str, ...] | None:
    if rung.of not in sides:
        return None
    return tuple(role for role in rung.roles if (sides[rung.of], role) not in reached)


def _reached(session: Session, ladder: Ladder, sides: Mapping[str, int], *, now: datetime) -> set[tuple[int, str]]:
    desks = {(sides[rung.of], role) for rung in ladder.rungs if rung.of in sides for role in rung.roles}
    points = directory.desk(session, desks, london_date(now))
    return {pair for pair, found in points.items() if any(one.channel != "inbox" or one.joined_at for one in found)}


def next_instant(
    climb: Climb,
    index: int,
    *,
    taken_at: datetime,
    due_at: datetime,
    opened_at: datetime,
    heightened: bool,
    rules: Rulebook,
    now: datetime,
) -> datetime:
    """When the step after *index* falls due, *index* having fallen due at *taken_at*.

    What a promise, a pause or a fault put off puts off the rest of the ladder by as much. Rungs missed while no sweep ran are
    taken one after another; missed repeats are not made up for.
    """
    planned, after = (
        climb.falls_due_at(i, due_at=due_at, opened_at=opened_at, heightened=heightened, rules=rules)
        for i in (index, index + 1)
    )
    at = after + max(taken_at - planned, timedelta(0))
    if index + 1 > climb.last and at <= now:
        return now + max(after - planned, timedelta(hours=1))
    return at
