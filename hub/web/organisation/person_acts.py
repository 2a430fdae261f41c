"""What an administrator does to one person's account: other roles, disable, enable, a new password, sign out everywhere; why."""

from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from hub.access import explain, sessions
from hub.access.models import Person
from hub.access.people import invitations
from hub.access.people import service as people
from hub.access.people.schemas import NewPasswordIn, RolesIn
from hub.access.permissions import PERMISSIONS
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import EditConflict, NotPermitted
from hub.core.http import resource
from hub.web import api_people, forms
from hub.web.organisation import actions, words
from hub.web.organisation.parts import BASE, group, own, shown, ticked
from hub.web.organisation.people import told
from hub.web.sending import asked, sent
from hub.web.signed_in import acting, done_once, may
from hub.web.stale import Difference, differing, version_sent

blp = group("person_acts", "/people/<ref>")
_ROLES = ("roles",)
_NO_ROLE = {"roles": lazy_gettext("Choose at least one role. Whoever should do nothing any more is disabled instead.")}


def _page_of(ref: str, done: str) -> str:
    return f"{BASE}/people/{ref}?done={done}"


# --- roles ------------------------------------------------------------------------------------------------------------


@blp.get("/roles")
@may("person.change")
def roles_form(ref: str) -> Response:
    """The roles, each with what it may do."""
    with resource(Database).read() as session:
        person = people.own(session, acting(), ref)
        people.refuse_oneself(acting(), person)
        return _roles_form(session, person, forms.Filled(typed={"roles": list(person.roles)}))


def _roles_form(session: Session, person: Person, given: forms.Filled, *, is_stale: bool = False) -> Response:
    kind = own(session).kind
    return shown(
        "person_roles",
        options=words.role_options(kind),
        explained=words.roles_explained(kind),
        version=person.version,
        differences=_differences(person, given) if is_stale else None,
        typed=given.typed,
        errors={} if is_stale else given.errors,
        **told(session, person),
    )


def _differences(person: Person, given: forms.Filled) -> list[Difference]:
    """The roles that stand now beside those that were ticked."""
    ticked_now = {"roles": words.roles(given.typed.get("roles", []))}
    return differing({"roles": gettext("Roles")}, {"roles": words.roles(person.roles)}, ticked_now)


@blp.post("/roles")
@may("person.change")
def change_roles(ref: str) -> Response:
    """Give the person these roles, all of them."""
    given = forms.filled(RolesIn(), _ROLES, ticked(request.form, "roles"))
    given.typed["roles"] = request.form.getlist("roles")

    def act(session: Session) -> str:
        people.change_roles(session, acting(), ref, given.loaded["roles"], version=version_sent(), now=utc_now())
        return _page_of(ref, "roles")

    def again(now: forms.Filled, status: int) -> Response:
        with resource(Database).read() as session:
            person = people.own(session, acting(), ref)
            made = _roles_form(session, person, now, is_stale=status == EditConflict.status)
        made.status_code = status
        return made

    return sent(asked(given, _NO_ROLE), _ROLES, act, again)


# --- in and out -------------------------------------------------------------------------------------------------------


@blp.get("/disable")
@may("person.disable")
def disable_form(ref: str) -> Response:
    """What disabling does, before it is done."""
    return _confirmation("person_disable", ref)


@blp.post("/disable")
@may("person.disable")
def disable(ref: str) -> Response:
    """Disable the person; they are told by e-mail."""

    def act(session: Session) -> str:
        now = utc_now()
        was_disabled = people.own(session, acting(), ref).disabled_at
        person = people.disable(session, acting(), ref, now=now)
        if was_disabled is None:
            api_people.tell_disabled(session, person, now)
        return _page_of(ref, "disabled")

    return _sent("person_disable", ref, act)


@blp.get("/enable")
@may("person.change")
def enable_form(ref: str) -> Response:
    """What enabling does, before it is done."""
    return _confirmation("person_enable", ref)


@blp.post("/enable")
@may("person.change")
def enable(ref: str) -> Response:
    """Enable the person again."""

    def act(session: Session) -> str:
        people.enable(session, acting(), ref, now=utc_now())
        return _page_of(ref, "enabled")

    return _sent("person_enable", ref, act)


@blp.get("/new-password")
@may("person.reset")
def password_form(ref: str) -> Response:
    """What a new password's letter does, before it is sent."""
    return _confirmation("person_new_password", ref)


@blp.post("/new-password")
@may("person.reset")
def new_password(ref: str) -> Response:
    """Send the person a link to set a new password."""
    names = ("forgets_factors",)
    given = forms.filled(NewPasswordIn(), names, request.form)

    def act(session: Session) -> str:
        now = utc_now()
        people.own(session, acting(), ref)
        forgets = given.loaded["forgets_factors"]
        letter = invitations.new_password(session, acting(), ref, forgets_factors=forgets, now=now)
        api_people.send(session, letter, now=now)
        return _page_of(ref, "new-password")

    return _sent("person_new_password", ref, act, given)


@blp.post("/end-sessions")
@may("session.end")
def end_sessions(ref: str) -> Response:
    """Sign the person out everywhere; oneself everywhere but here."""
    actor = acting()
    if "people" not in actor.scopes:
        raise NotPermitted(gettext("Other people’s sessions are for your organisation’s administrator."))

    def act(session: Session) -> str:
        person = people.own(session, actor, ref)
        but = actor.session_ref if person.ref == actor.ref else None
        sessions.end_all(session, person.id, because="revoked", now=utc_now(), actor=actor, but=but)
        return _page_of(ref, "sessions-ended")

    return done_once(act)


def _confirmation(template: str, ref: str, given: forms.Filled | None = None, status: int = 200) -> Response:
    given = given or forms.Filled()
    with resource(Database).read() as session:
        person = people.own(session, acting(), ref)
        return shown(template, status=status, typed=given.typed, errors=given.errors, **told(session, person))


def _sent(template: str, ref: str, act: Callable[[Session], str], given: forms.Filled | None = None) -> Response:
    def again(now: forms.Filled, status: int) -> Response:
        return _confirmation(template, ref, now, status)

    return sent(given or forms.Filled(), (), act, again)


# --- why --------------------------------------------------------------------------------------------------------------


@blp.get("/why")
@may("person.read")
def why(ref: str) -> Response:
    """Why this person may, or may not, do something: chosen from a list, answered from the policy itself."""
    action = request.args.get("action", "")
    with resource(Database).read() as session:
        person = people.own(session, acting(), ref)
        answer = _answer(session, ref, action) if action in PERMISSIONS else None
        said: dict[str, Any] = {"options": actions.options(own(session).kind), "typed": {"action": action}}
        return shown("person_why", answer=answer, action=actions.say(action), **said, **told(session, person))


def _answer(session: Session, ref: str, action: str) -> explain.Answer:
    found = explain.explain(session, ref, action, None, parties_to=_no_record, now=utc_now())
    # The first lines name person and action by their codes; the page has them in words.
    return explain.Answer(found.is_yes, found.because[2:])


def _no_record(_session: Session, _ref: str, _organisation: int) -> None:
    """No record is asked about here: what an organisation is to another's record is not this page's to tell."""
