"""Is everything well? What an organisation should look at: desks that reach nobody, channels, people, keys, what waits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.directory.queries import Brief
from hub.duties.rulebook import Rulebook
from hub.web.organisation import people_shown, points_shown, proposals_shown, systems


@dataclass(frozen=True)
class Matter:
    """One line of the overview: where it leads, below the organisation's address, and how it stands (words and colour)."""

    path: str
    title: str
    status: str
    colour: str
    hint: str = ""


def contact_points(session: Session, whose: Brief, rules: Rulebook, *, now: datetime) -> list[Matter]:
    """Desks that nothing reaches, and contact points that want care."""
    report = points_shown.report(session, whose, rules, now=now)
    points = points_shown.listed(session, whose, now=now)
    nobody = len(report.cannot_reach) if report else 0
    failing = sum(row.standing[1] == "red" for row in points)
    care = sum(row.needs_care for row in points) - failing
    said, colour = gettext("All well"), ""
    if care:
        said, colour = ngettext("%(num)s to look at", "%(num)s to look at", care), "orange"
    if failing:
        said, colour = ngettext("%(num)s failing", "%(num)s failing", failing), "red"
    hint = ngettext("%(num)s contact point", "%(num)s contact points", len(points))
    matters = [Matter("/contact-points", gettext("Contact points"), said, colour, hint)]
    if nobody:
        desks = ngettext("%(num)s desk", "%(num)s desks", nobody)
        hint = gettext("Reminders skip them, and go to the next in line")
        matters.append(Matter("/contact-points#nobody", gettext("Desks that reach nobody"), desks, "red", hint))
    return matters


def people(session: Session, actor: Actor, whose: Brief, *, now: datetime) -> list[Matter]:
    """People without a second step, and letters that nobody answered."""
    rows = [row for row in people_shown.listed(session, whose) if row.disabled_at is None]
    lacking = sum(row.lacks_factor for row in rows)
    said = ngettext("%(num)s without a second step", "%(num)s without a second step", lacking)
    hint = ngettext("%(num)s account in use", "%(num)s accounts in use", len(rows))
    matters = [
        Matter(
            "/people",
            gettext("People"),
            said if lacking else gettext("All well"),
            "orange" if lacking else "",
            hint,
        )
    ]
    if invited := people_shown.invited(session, actor, whose, now=now):
        old = sum(each.is_over or bool(each.mail and each.mail[1] == "red") for each in invited)
        waiting = ngettext("%(num)s waits", "%(num)s wait", len(invited))
        lost = ngettext("%(num)s did not arrive", "%(num)s did not arrive", old)
        title = gettext("Letters that wait for an answer")
        matters.append(Matter("/people#invited", title, lost if old else waiting, "orange" if old else "yellow"))
    return matters


def clients(session: Session, actor: Actor, whose: Brief, *, now: datetime) -> Matter:
    """Systems whose keys run out, or that have none."""
    rows = [row for row in systems.listed(session, actor, whose, now=now) if not row.client.disabled_at]
    care = sum(row.standing[1] != "green" for row in rows)
    said = ngettext("%(num)s needs a key", "%(num)s need a key", care) if care else gettext("All well")
    hint = ngettext("%(num)s system", "%(num)s systems", len(rows)) if rows else gettext("None yet")
    return Matter("/systems", gettext("Systems"), said if rows else "", "orange" if care else "", hint)


def proposals(session: Session, actor: Actor, whose: Brief, *, now: datetime) -> Matter:
    """What waits for a second person."""
    rows = proposals_shown.listed(session, actor, whose, state="proposed", now=now)
    rows = [row for row in rows if not proposals_shown.is_over(row.proposal, now)]
    yours = sum(not row.is_mine for row in rows)
    said, colour = gettext("Nothing waits"), ""
    if rows:
        said, colour = ngettext("%(num)s waits", "%(num)s wait", len(rows)), "yellow"
    hint = ngettext("%(num)s of them for you", "%(num)s of them for you", yours) if yours else ""
    return Matter("/proposals", gettext("Changes that take two people"), said, colour, hint)


def is_well(matters: list[Matter]) -> bool:
    """Whether nothing is broken and nothing wants care; what merely waits is well."""
    return all(matter.colour in ("", "yellow") for matter in matters)


def task(base: str, matter: Matter) -> tuple[Any, ...]:
    """*matter* as the macro ``tasks`` takes it."""
    return base + matter.path, matter.title, matter.status, matter.colour, matter.hint
