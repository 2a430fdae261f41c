"""Who could not be reached if a ladder climbed tonight? Audited every night, before it matters, and shown to those concerned.

A rung that reaches nobody is skipped, so a desk without a verified contact point is a duty that climbs past its people. The
roles an organisation needs are those that any ladder of the policy could call on it for, and its duty desk.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM
from hub.core.clock import london_date
from hub.core.db import Database
from hub.directory import queries
from hub.directory.contact_points import is_used
from hub.directory.models import ContactPoint, Organisation
from hub.duties.rulebook import Rulebook

Problem = Literal["unverified", "flagged", "expired", "expires_soon"]

WARNED_DAYS: Final = 30
PAGE: Final = 200
KINDS_OF_PARTY: Final[Mapping[str, tuple[str, ...]]] = {
    "placing_authority": ("local_authority",),
    "host_authority": ("local_authority",),
    "entry_authority": ("local_authority",),
    "responsible_authority": ("local_authority",),
    "receiving_authority": ("local_authority",),
    "registered_person": ("childrens_home",),
    "supported_accommodation_provider": ("supported_accommodation",),
    "fostering_agency": ("fostering_agency",),
    "police_force": ("police_force",),
    "rhi_provider": ("rhi_provider",),
    "interview_broker": ("rhi_provider",),
    "hub": ("hub_operator",),
}
"""Which organisations in the directory the law's parties are; the other parties (a GP, a school) are not in it."""


@dataclass(frozen=True)
class Finding:
    """What is wrong with one contact point. ``since`` is the day it began, or of ``expires_soon`` the day it will."""

    contact_point: str
    role: str
    channel: str
    problem: Problem
    since: date


@dataclass(frozen=True)
class Report:
    """How one organisation can be reached on a day. ``cannot_reach``: the roles that a ladder may name and nothing reaches."""

    organisation: str
    name: str
    kind: str
    on: date
    cannot_reach: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def reaches_nobody(self) -> bool:
        """Whether even its duty desk cannot be reached: a notice to it would arrive nowhere."""
        return "duty_desk" in self.cannot_reach


@dataclass
class Summary:
    """Counts over every organisation, for the operator and for metrics."""

    organisations: int = 0
    reach_nobody: int = 0
    roles_not_reached: int = 0
    problems: dict[str, int] = field(default_factory=dict)
    nobody: list[str] = field(default_factory=list)
    """The references of those that nobody can reach."""

    def add(self, report: Report) -> None:
        """Count *report* in."""
        self.organisations += 1
        if report.reaches_nobody:
            self.reach_nobody += 1
            self.nobody.append(report.organisation)
        self.roles_not_reached += len(report.cannot_reach)
        for finding in report.findings:
            self.problems[finding.problem] = self.problems.get(finding.problem, 0) + 1

    @property
    def counts(self) -> dict[str, Any]:
        """The counts alone, as the audit keeps them."""
        return {name: value for name, value in vars(self).items() if name != "nobody"}


def roles_needed(rules: Rulebook) -> Mapping[str, frozenset[str]]:
    """By kind of organisation, the roles that some ladder of the policy could call on; every kind needs its duty desk."""
    needed: dict[str, set[str]] = {}
    for duty in rules.law.duties.values():
        parties = {"owed_by": duty.owed_by, "owed_to": duty.owed_to, "placing_authority": "placing_authority"}
        for rung in rules.policy.ladder_for(duty.code, duty.basis).rungs:
            for kind in KINDS_OF_PARTY.get(parties[rung.of], ()):
                needed.setdefault(kind, set()).update(set(rung.roles) - {"operator"})
    needed.setdefault("hub_operator", set()).add("operator")  # whichever side a rung is of, there is one operator
    return {kind: frozenset(roles) for kind, roles in needed.items()}


def report_on(session: Session, organisations: Sequence[Organisation], rules: Rulebook, *, on: date) -> list[Report]:
    """One report for each of *organisations*, in their order, in one statement however many there are."""
    needed = roles_needed(rules)
    points: dict[int, list[ContactPoint]] = {row.id: [] for row in organisations}
    for point in queries.contact_points_of(session, points, on):
        points[point.organisation_id].append(point)
    return [_report(row, points[row.id], needed.get(row.kind, frozenset()), on) for row in organisations]


def survey(session: Session, rules: Rulebook, *, on: date) -> Iterator[Report]:
    """A report on every organisation that is open on the day *on*, a few hundred at a time."""
    after: str | None = None
    while page := queries.organisations(session, queries.Filter(), after=after, at_most=PAGE):
        yield from report_on(session, [row for row in page if row.valid_to is None or row.valid_to > on], rules, on=on)
        after = page[-1].ref


def survey_once(database: Database, rules: Rulebook, *, now: datetime) -> Summary:
    """The nightly audit: survey everybody, and record what was found (counts) in the audit."""
    summary = Summary()
    with database.read() as session:
        for report in survey(session, rules, on=london_date(now)):
            summary.add(report)
    with database.write() as session:
        audit.record(session, SYSTEM, Event.REACHABILITY_SURVEYED, "directory", now=now, details=summary.counts)
    return summary


def _report(row: Organisation, points: Sequence[ContactPoint], needed: frozenset[str], on: date) -> Report:
    reached = {point.role for point in points if point.channel != "phone" and is_used(point, on)}
    findings = tuple(_findings(points, on))
    missing = tuple(sorted((needed | {"duty_desk"}) - reached))
    return Report(row.ref, row.name, row.kind, on, missing, findings)


def _findings(points: Sequence[ContactPoint], on: date) -> Iterator[Finding]:
    for point in points:
        for problem, since in _problems(point, on):
            yield Finding(point.ref, point.role, point.channel, problem, since)


def _problems(point: ContactPoint, on: date) -> Iterator[tuple[Problem, date]]:
    if point.verified_at is None:
        yield "unverified", point.valid_from
    if point.flagged_at is not None:
        yield "flagged", london_date(point.flagged_at)
    if point.expires_on is None:
        return
    if point.expires_on < on:
        yield "expired", point.expires_on
    elif point.expires_on <= on + timedelta(days=WARNED_DAYS):
        yield "expires_soon", point.expires_on


def shown(report: Report) -> dict[str, Any]:
    """*report* as the API says it."""
    return {**vars(report), "reaches_nobody": report.reaches_nobody}
