"""The list of an organisation's people, and one person."""

from typing import Any, Final

from flask import Response, request
from sqlalchemy.orm import Session

from hub.access import session_queries
from hub.access.models import Person
from hub.access.people import new_addresses, service
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.web.account.pages import FACTOR_WORDS
from hub.web.organisation import people_shown as shown_as
from hub.web.organisation.parts import BASE, group, own, shown
from hub.web.organisation.words import role_may
from hub.web.signed_in import acting, may

PER_PAGE: Final = 50
MOST_FOUND: Final = 200
MOST_SESSIONS: Final = 50
blp = group("people", "/people")


@blp.get("")
@may("person.read")
def show_all() -> Response:
    """Everybody, a page at a time, and the invitations that wait."""
    number = _number(request.args.get("page"))
    with resource(Database).read() as session:
        whose = own(session)
        rows = shown_as.listed(session, whose)
        invited = shown_as.invited(session, acting(), whose, now=utc_now())
    first = (number - 1) * PER_PAGE
    onward = f"{BASE}/people?page={number + 1}" if len(rows) > first + PER_PAGE else ""
    listed = rows[first : first + PER_PAGE]
    return shown(
        "people", people=listed, count=len(rows), onward=onward, invited=invited if number == 1 else [], typed={}
    )


def _number(asked: str | None) -> int:
    return max(1, int(asked)) if asked and asked.isdecimal() and len(asked) < 5 else 1


@blp.get("/search")
@may("person.read")
def search_again() -> Response:
    """What was looked for is in no address: loaded anew, the list is whole."""
    return show_all()


@blp.post("/search")
@may("person.read")
def search() -> Response:
    """Those whose name, e-mail address or role holds what was typed."""
    looked_for = " ".join(request.form.get("who", "").split())[:100]
    with resource(Database).read() as session:
        rows = shown_as.listed(session, own(session))
    found = shown_as.matching(rows, looked_for)
    typed = {"who": looked_for}
    return shown("people", people=found[:MOST_FOUND], count=len(found), onward="", invited=[], typed=typed)


@blp.get("/<ref>")
@may("person.read")
def show(ref: str) -> Response:
    """One person."""
    with resource(Database).read() as session:
        return shown("person", **told(session, service.own(session, acting(), ref)))


def told(session: Session, person: Person) -> dict[str, Any]:
    """What the page of one person says."""
    actor = acting()
    return {
        "person": shown_as.one(session, person),
        "each_role": [(name, role_may(name)) for name in person.roles],
        "sessions": _sessions(session, person) if "people" in actor.scopes else [],
        "is_me": person.ref == actor.ref,
        "waiting": new_addresses.waiting(session, [person.id], now=utc_now()).get(person.id),
    }


def _sessions(session: Session, person: Person) -> list[dict[str, Any]]:
    rows = session_queries.listed(
        session, person.ref, person.organisation_id, utc_now(), after=None, at_most=MOST_SESSIONS
    )
    spoken = [{"with": ", ".join(str(FACTOR_WORDS.get(each, each)) for each in row.factors)} for row in rows]
    return [row._asdict() | said for row, said in zip(rows, spoken, strict=True)]
