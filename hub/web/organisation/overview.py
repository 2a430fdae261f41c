"""What the organisation is in the directory, and whether everything is well."""

from flask import Response
from flask_babel import gettext
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.directory import organisations
from hub.directory.queries import Brief
from hub.directory.tenancy import own_or_any
from hub.duties.rulebook import Rulebook
from hub.web.organisation import wellbeing
from hub.web.organisation.parts import BASE, group, own, shown
from hub.web.organisation.wellbeing import Matter
from hub.web.organisation.words import KIND_WORDS
from hub.web.signed_in import acting, allowed, may

blp = group("overview", "")


@blp.get("")
@may("person.read")
def show() -> Response:
    """The organisation at one look; each line leads to its page."""
    with resource(Database).read() as session:
        whose = own(session)
        row = own_or_any(session, acting(), whose.ref)
        entry = organisations.entry(session, acting(), row)
        matters = matters_of(session, whose)
    tasks = [wellbeing.task(BASE, matter) for matter in (*matters, *_quiet())]
    kind = KIND_WORDS[whose.kind]
    return shown("overview", entry=entry, kind=kind, tasks_listed=tasks, is_well=wellbeing.is_well(matters))


def matters_of(session: Session, whose: Brief) -> list[Matter]:
    """What there is to look at in *whose*, as far as who asks may see it."""
    now, rules, actor = utc_now(), resource(Rulebook), acting()
    matters: list[Matter] = []
    if allowed("contact_point.read"):
        matters += wellbeing.contact_points(session, whose, rules, now=now)
    if allowed("proposal.read"):
        matters.append(wellbeing.proposals(session, actor, whose, now=now))
    matters += wellbeing.people(session, actor, whose, now=now)
    if allowed("client.read"):
        matters.append(wellbeing.clients(session, actor, whose, now=now))
    return matters


def _quiet() -> list[Matter]:
    """What needs no care by itself."""
    lines = (
        ("team.read", Matter("/teams", gettext("Teams"), "", "", gettext("Who works with whom"))),
        ("duty.read", Matter("/duty", gettext("Who is on duty"), "", "", gettext("Which number is right now"))),
        ("ladder.read", Matter("/ladders", gettext("Ladders"), "", "", gettext("Who is told while something is owed"))),
        ("provider.read", Matter("/sign-in", gettext("Your own sign-in"), "", "", gettext("Single sign-on"))),
    )
    return [matter for permission, matter in lines if allowed(permission)]
