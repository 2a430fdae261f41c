"""Ladders as an organisation sees them: those of its own duties, in words, with what would reach nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from flask_babel import gettext
from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.clock import LONDON, london_date
from hub.core.errors import Invalid, NotFound
from hub.directory.queries import Brief
from hub.directory.reachability import KINDS_OF_PARTY
from hub.duties.policy import rung_rows
from hub.duties.rulebook import Rulebook
from hub.notify import ladders, queries
from hub.notify.models import Ladder
from hub.web.organisation import points_shown, rung_words, words
from hub.web.organisation.parts import who

MOST_VERSIONS: Final = 20
DAYS_AHEAD: Final = 7


@dataclass(frozen=True)
class Rung:
    """One rung in words."""

    when: str
    told: str
    further: Sequence[str]


def in_words(rungs: Sequence[dict[str, Any]]) -> list[Rung]:
    """Rungs in words, in their order."""
    return [Rung(rung_words.when(rung), rung_words.told(rung), rung_words.further(rung)) for rung in rungs]


def names_for(kind: str, rules: Rulebook) -> list[str]:
    """The ladders that climb while an organisation of *kind* does not do what it owes, by what they are called."""
    owed = (duty for duty in rules.law.duties.values() if kind in KINDS_OF_PARTY.get(duty.owed_by, ()))
    return sorted({duty.ladder for duty in owed}, key=rung_words.ladder)


@dataclass(frozen=True)
class Listed:
    """One ladder of a list. ``nobody``: the roles on it at which nobody can be reached."""

    name: str
    title: str
    duties: Sequence[tuple[str, str]]
    is_own: bool
    rungs: Sequence[Rung]
    nobody: Sequence[str]


def listed(session: Session, whose: Brief, rules: Rulebook, *, cannot_reach: Sequence[str]) -> list[Listed]:
    """The ladders in force for *whose*; *cannot_reach*: the desks that nothing reaches (``reachability``)."""
    stored = {row.name: row for row in ladders.in_force(session, whose.id)}
    return [_listed(name, stored.get(name), rules, cannot_reach) for name in names_for(whose.kind, rules)]


def _listed(name: str, row: Ladder | None, rules: Rulebook, cannot_reach: Sequence[str]) -> Listed:
    rungs = row.rungs if row else rung_rows(rules.policy.ladders[name])
    own_roles = {role for rung in rungs if rung["of"] == "owed_by" for role in rung["roles"]}
    return Listed(
        name,
        rung_words.ladder(name),
        rung_words.duties(name, rules),
        row is not None and row.organisation_id is not None,
        in_words(rungs),
        sorted(own_roles.intersection(cannot_reach)),
    )


def rungs_in_force(session: Session, whose: Brief, name: str, rules: Rulebook) -> list[dict[str, Any]]:
    """The rungs by which *whose* climbs now. Raises NotFound."""
    stored = next((row for row in ladders.in_force(session, whose.id) if row.name == name), None)
    return [dict(rung) for rung in stored.rungs] if stored else hubs_own(name, rules)


def hubs_own(name: str, rules: Rulebook) -> list[dict[str, Any]]:
    """The rungs of the hub's own ladder. Raises NotFound."""
    if name not in rules.policy.ladders:
        raise NotFound(gettext("There is no ladder with that name. The list has them all."))
    return rung_rows(rules.policy.ladders[name])


def told(session: Session, actor: Actor, whose: Brief, name: str, rules: Rulebook) -> dict[str, Any]:
    """What the page of one ladder says. Raises NotFound."""
    rungs = rungs_in_force(session, whose, name, rules)
    versions = queries.ladder_versions(session, name, whose.id, at_most=MOST_VERSIONS)
    return {
        "name": name,
        "title": rung_words.ladder(name),
        "duties": rung_words.duties(name, rules),
        "ceiling": words.role(rules.policy.ladders[name].ceiling),
        "rungs": in_words(rungs),
        "is_own": bool(versions),
        "is_as_hub": _plain(rungs) == _plain(hubs_own(name, rules)),
        "versions": [(row, who(session, actor, row.saved_by), in_words(row.rungs)) for row in versions],
        "waiting": points_shown.waiting_about(session, whose, name),
    }


def _plain(rungs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rungs without what they say anyway: a plain alert may be written out, or left to be understood."""
    return [{key: value for key, value in rung.items() if (key, value) != ("kind", "alert")} for rung in rungs]


# --- tried ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Planned:
    """One line of a dry run: when, who, and the roles of it at which nobody is reached.

    ``is_known``: false of another organisation's desks, for which it is, is not known before there is a case.
    """

    rung: int
    at: datetime
    told: str
    is_urgent: bool
    report_to: str | None
    nobody: Sequence[str]
    is_known: bool


@dataclass(frozen=True)
class Trial:
    """A ladder tried out, and why it could not be, or what would go wrong."""

    due_at: datetime
    steps: Sequence[Planned]
    faults: Sequence[str]
    nobody: Sequence[str]


def due_at(on: date) -> datetime:
    """The end of the day *on* in London: when what falls due that day is overdue."""
    return datetime.combine(on + timedelta(days=1), time(), LONDON)


def ahead(now: datetime) -> date:
    """The day that a dry run takes as due unless another is typed."""
    return london_date(now) + timedelta(days=DAYS_AHEAD)


def tried(
    session: Session,
    actor: Actor,
    name: str,
    rungs: Sequence[dict[str, Any]],
    *,
    due_on: date,
    is_at_risk: bool,
    rules: Rulebook,
    now: datetime,
) -> Trial:
    """Who would be told when, were something due on *due_on* never done. Nothing is stored."""
    at = due_at(due_on)
    wanted = {"name": name, "rungs": rungs, "due_at": at, "opened_at": None, "is_at_risk": is_at_risk}
    try:
        steps = ladders.try_out(session, actor, wanted, rules=rules, now=now)
    except Invalid as refusal:
        said = [sentence for sentences in refusal.fields.values() for sentence in sentences]
        return Trial(at, (), tuple(said or [refusal.sentence]), ())
    planned = [_planned(step) for step in steps]
    return Trial(at, planned, (), sorted({role for step in planned for role in step.nobody}))


def _planned(step: ladders.Planned) -> Planned:
    said = rung_words.told({"of": step.of, "roles": step.roles})
    is_known = step.unreachable is not None
    return Planned(step.rung, step.at, said, step.is_urgent, step.report_to, step.unreachable or (), is_known)
