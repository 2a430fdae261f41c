"""One's own account: who am I, for whom I act, in which roles, with which factors, and where I am signed in."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from hub.access import session_queries, sessions
from hub.access.people import new_addresses
from hub.access.permissions import ROLES
from hub.access.sign_in import factors
from hub.access.single_sign_on import people as single_sign_on_people
from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.web.account.pages import (
    FACTOR_WORDS,
    acting_person,
    for_account,
    install_refusals,
    name_and_email,
    person_acting,
)
from hub.web.organisation import words
from hub.web.pages import page

blp = Blueprint("account", __name__, url_prefix="/account", template_folder="templates")
install_refusals(blp)

MOST_SHOWN = 50


@blp.get("")
@for_account
def show() -> Response:
    """The account."""
    actor, now = acting_person(), utc_now()
    with resource(Database).read() as session:
        person = person_acting(session, actor)
        name, email = name_and_email(session, person)
        said = {
            "organisation": sessions.organisation_of(session, person).name,
            "standing": factors.standing(session, person),
            "sessions": _sessions(session, actor, now),
            "waiting": new_addresses.waiting(session, [person.id], now=now).get(person.id),
            "open_to": single_sign_on_people.open_to(session, person, now=now),
        }
    return page(
        "account/account.html",
        name=name,
        email=email,
        roles=[(words.role(role), ROLES[role].says) for role in sorted(actor.roles)],
        has_password=person.password_hash is not None,
        **said,
    )


def _sessions(session: Session, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """The sessions that last, this browser's first."""
    rows = session_queries.listed(session, actor.ref, None, now, after=None, at_most=MOST_SHOWN)
    shown = [
        {
            "ref": row.ref,
            "device": row.device or gettext("A browser"),
            "is_this": row.ref == actor.session_ref,
            "with": ", ".join(str(FACTOR_WORDS.get(factor, factor)) for factor in row.factors),
            "began_at": row.began_at,
            "seen_at": row.seen_at,
            "ends_at": row.ends_at,
        }
        for row in rows
    ]
    return sorted(shown, key=lambda each: (not each["is_this"], -each["seen_at"].timestamp()))


@blp.post("/sessions/<ref>/end")
@for_account
def end_session(ref: str) -> Any:
    """End one session of one's own; who holds it is out at their next request."""
    actor = acting_person()
    with resource(Database).write() as session:
        sessions.end(session, actor, ref, because="revoked", now=utc_now())
    return redirect(url_for("account.show"), 303)


@blp.post("/sessions/end-others")
@for_account
def end_others() -> Any:
    """End every session of one's own but this browser's."""
    actor = acting_person()
    with resource(Database).write() as session:
        person = person_acting(session, actor)
        sessions.end_all(session, person.id, because="revoked", now=utc_now(), actor=actor, but=actor.session_ref)
    return redirect(url_for("account.show"), 303)
