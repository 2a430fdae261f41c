"""Telling an organisation's administrators, by e-mail, what was changed in who answers its telephone, and when nobody does."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.access.models import Person
from hub.access.people import queries as people_queries
from hub.access.people import service as people
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM, Actor
from hub.core.clock import iso
from hub.core.db import Database
from hub.directory import queries as directory
from hub.directory.duty import queries, service
from hub.directory.duty.models import DutyGapReport
from hub.directory.duty.rota import Shift
from hub.directory.duty.service import OverrideSeen
from hub.directory.models import Organisation
from hub.duties.rulebook import Rulebook
from hub.notify import personal_mail

ADMINISTRATOR: Final = "administrator"
KINDS: Final = ("local_authority", "police_force")
"""Whose telephones others ring at 2 a.m.: of these, gaps are looked for."""


def override(
    session: Session,
    actor: Actor,
    organisation_ref: str,
    wanted: Mapping[str, Any],
    *,
    rules: Rulebook,
    now: datetime,
) -> OverrideSeen:
    """Override the desk (:func:`service.add_override`), and tell every administrator but the one who did it."""
    made = service.add_override(session, actor, organisation_ref, **wanted, rules=rules, now=now)
    whose = directory.organisation_by_ref(session, organisation_ref)
    if whose is not None:
        said = {"organisation": whose.name, "by": _name_of(session, actor, whose.name), "at": made.from_at}
        details = said | {"until": made.until_at}
        others = [each for each in administrators(session, whose.id) if each.ref != actor.ref]
        _write(session, others, "person.desk_overridden", details, now)
    return made


def tell_of_gaps_once(database: Database, rules: Rulebook, *, now: datetime) -> int:
    """Tell administrators when nobody is on duty in the days to come; how many organisations were told. For the worker.

    Of the same gaps they are told again after the days of the policy, of others at once.
    """
    told, after = 0, 0
    while True:
        with database.read() as session:
            page = queries.with_a_rota(session, KINDS, after=after, at_most=200)
            ids = [each.id for each in page]
            found = service.all_gaps_ahead(session, ids, rules=rules, now=now)
            last = queries.gap_reports(session, ids)
        if not page:
            return told
        told += sum(_tell_of_gaps(database, each, found[each.id], last.get(each.id), rules, now) for each in page)
        after = page[-1].id


def _tell_of_gaps(
    database: Database,
    whose: Organisation,
    found: list[Shift],
    last: DutyGapReport | None,
    rules: Rulebook,
    now: datetime,
) -> bool:
    began = [each.from_at for each in found]
    if not _is_news(began, last, rules, now):
        return False
    said = " ".join(iso(each) for each in began)
    with database.write() as session:
        if not queries.note_gaps(session, whose.id, said, was=last.reported_at if last else None, now=now):
            return False  # another process tells
        details = {"organisation": whose.name, "number": str(len(found)), "at": began[0]}
        _write(session, administrators(session, whose.id), "person.desk_gaps", details, now)
        counted = {"gaps": len(found), "first": iso(began[0])}
        audit.record(session, SYSTEM, Event.DUTY_GAPS_REPORTED, whose.ref, now=now, details=counted)
    return True


def _is_news(began: list[datetime], last: DutyGapReport | None, rules: Rulebook, now: datetime) -> bool:
    """Whether one of the gaps was not told of before, or all of them were, but long ago.

    One that runs is given as beginning now: it was told of if any was that had begun.
    """
    if not began:
        return False
    if last is None or now >= last.reported_at + rules.policy.rota.told_again_after:
        return True
    told = {datetime.fromisoformat(each) for each in last.found.split()}
    return any(each not in told for each in began if each > now or not any(at <= now for at in told))


def administrators(session: Session, organisation_id: int) -> list[Person]:
    """Those who look after an organisation, who are not disabled."""
    return list(_administrators(session, organisation_id))


def _administrators(session: Session, organisation_id: int) -> Iterator[Person]:
    for number, roles in people_queries.enabled_roles(session, organisation_id):
        if ADMINISTRATOR in roles:
            yield people.by_id(session, number)


def _name_of(session: Session, actor: Actor, otherwise: str) -> str:
    person = people_queries.person(session, actor.ref, actor.organisation_id) if actor.kind == "person" else None
    return people.told(session, person).name if person else f"a system of {otherwise}"


def _write(session: Session, whom: list[Person], kind: str, details: Mapping[str, Any], now: datetime) -> None:
    for person in whom:
        said = people.told(session, person)
        personal_mail.queue(
            session, kind=kind, ref=person.ref, email=said.email, name=said.name, details=details, now=now
        )
