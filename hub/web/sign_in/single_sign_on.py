"""Signing in through one's own organisation, joining an account to it, and signing out there too.

What is asked of a provider is asked between transactions, never in one. Every refusal is recorded; what was begun is used up.
"""

from datetime import datetime
from typing import Any, Final

from flask import Blueprint, Flask, Response, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from hub.access import browser, session_queries
from hub.access.models import Person
from hub.access.sign_in import service as sign_in
from hub.access.single_sign_on import people as single_sign_on_people
from hub.access.single_sign_on import provider_queries as providers_queries
from hub.access.single_sign_on import service as flow
from hub.access.single_sign_on.addresses import reach_of
from hub.access.single_sign_on.issuers import Issuers
from hub.access.single_sign_on.queries import Party
from hub.access.single_sign_on.tokens import LoggedOut
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM, Actor
from hub.core.clock import london_date, machine_now, utc_now
from hub.core.db import Database
from hub.core.errors import HubError, Malformed, Unauthenticated
from hub.core.http import provide, resource
from hub.core.limits import RateLimits
from hub.core.settings import Settings
from hub.web.account.pages import acting_person, for_account, install_refusals, next_path
from hub.web.health import public
from hub.web.pages import page
from hub.web.sign_in import steps

blp = Blueprint("single_sign_on", __name__, template_folder="templates")
install_refusals(blp)
logout_blp = Blueprint("backchannel_logout", __name__)

COOKIE: Final = "hub_with_provider"
PER_MINUTE: Final = 600
"""From one network; a whole control room may sign in at once. It bounds what refusals write."""
LOGOUTS_PER_MINUTE: Final = 6_000
_NOTHING_SENT: Final = "Send one logout_token, as OpenID Connect Back-Channel Logout has it."
_NOT_OURS: Final = "This logout token is not from a provider of ours, or not for us."


def install(app: Flask) -> None:
    """The pages, and what this process remembers of providers."""
    settings: Settings = app.extensions["hub"][Settings]
    provide(app, Issuers(reach_of(settings)))
    app.register_blueprint(blp)
    app.register_blueprint(logout_blp)


def _spend(what: str = "single sign-on", per_minute: int = PER_MINUTE) -> None:
    """Spend one of what one network may. Who visits cannot be read from the limit's name."""
    network = resource(Database).keys.blind("single sign-on limit", browser.network(request)).hex()
    resource(RateLimits).spend(f"{what} {network}", per_minute, now=utc_now())


def _callback_address() -> str:
    return resource(Settings).base_url.rstrip("/") + url_for("single_sign_on.callback")


# --- to the provider ----------------------------------------------------------------------------------------------------


@blp.get("/sign-in/with")
@public
def choose() -> Response:
    """Whose sign-in is to be used."""
    with resource(Database).read() as session:
        offered = providers_queries.offered(session, london_date(utc_now()))
    return page("single_sign_on/choose.html", offered=offered, next=next_path())


@blp.get("/sign-in/with/<ref>")
@public
def start(ref: str) -> Any:
    """Send the browser to its organisation's sign-in."""
    _spend()
    begun = _begun(ref)
    return _on_the_way(redirect(begun.address, 303), begun)


@blp.post("/sign-in/with/<ref>")
@for_account
def join(ref: str) -> Response:
    """Join one's own account to who one is at the organisation: asked for here, proved there."""
    _spend()
    begun = _begun(ref, acting_person())
    return _on_the_way(onward_page(begun.address, gettext("On to your organisation")), begun)


def _begun(ref: str, actor: Actor | None = None) -> flow.Begun:
    now, database = utc_now(), resource(Database)
    with database.read() as session:
        party = flow.party_with(session, ref, now=now)
        person_id = single_sign_on_people.may_link(session, party, actor, now=now) if actor else None
    metadata = resource(Issuers).metadata(party.issuer, now=now)
    with database.write() as session:
        return flow.start(
            session,
            party,
            metadata,
            redirect_uri=_callback_address(),
            onward=next_path(),
            person_id=person_id,
            now=now,
        )


def _on_the_way(response: Any, begun: flow.Begun) -> Response:
    browser.set_cookie(response, COOKIE, begun.browser, max_age=int(flow.LASTS.total_seconds()))
    made: Response = response
    return made


def onward_page(address: str, heading: str) -> Response:
    """A page that leads to *address* outside the hub by itself, and by a link.

    After a form has been sent, browsers take a redirect to elsewhere for a form sent elsewhere, which our policy forbids.
    """
    response = page("single_sign_on/onward.html", address=address, heading=heading)
    response.headers["Refresh"] = f"0; url={address}"
    return response


# --- and back -----------------------------------------------------------------------------------------------------------


@blp.get("/sign-in/callback")
@public
def callback() -> Any:
    """Take what the provider answers: once, in the browser that began, judged before anything is kept."""
    _spend()
    database = resource(Database)
    with database.write() as session:
        asked = flow.take(session, request.args.get("state", ""), now=utc_now())
    try:
        genuine = flow.refuse_unless_asked(asked, steps.token_of(COOKIE))
        step = _let_in(genuine, _answer(genuine))
    except HubError as refusal:
        with database.write() as session:
            flow.record_refusal(session, asked.provider_id if asked else None, refusal.reason, now=utc_now())
        raise
    return _led_on(step, genuine.onward)


def _answer(asked: flow.Asked) -> flow.Answer:
    now, issuers, database = utc_now(), resource(Issuers), resource(Database)
    with database.read() as session:
        party = flow.party_of(session, asked.provider_id, now=now)
    client, said = flow.client_of(database.keys, party), request.args.to_dict()
    # A clock that nobody has moved: a provider knows nothing of a rehearsal's.
    seconds = int(machine_now())
    answer = flow.answered(issuers, client, asked, said, redirect_uri=_callback_address(), now=now, seconds=seconds)
    return flow.completed(issuers, client, answer, (party.groups_claim, "email"), now=now)


def _let_in(asked: flow.Asked, answer: flow.Answer) -> sign_in.Step:
    """What comes next for whom the provider vouches for. Roles that were lost stay lost when nobody is let in."""
    now = utc_now()
    with resource(Database).write() as session:
        party = flow.party_of(session, asked.provider_id, now=now)
        said = single_sign_on_people.vouched(answer.claims, party.groups_claim)
        if asked.person_id is not None:
            person = single_sign_on_people.link(session, party, asked.person_id, said, now=now)
        else:
            person = single_sign_on_people.admit(session, party, said, now=now)
        step = _next(session, person, party, answer) if person.roles else None
    if step is None:
        raise single_sign_on_people.no_role()
    return step


def _next(session: Session, person: Person, party: Party, answer: flow.Answer) -> sign_in.Step:
    now, factors = utc_now(), flow.factors_of(party, answer)
    proved_at = flow.proved_at(answer, now=now, seconds=int(machine_now()))
    step = sign_in.go_on(
        session,
        person,
        factors=factors,
        device=browser.device(request),
        provider_session=answer.session,
        provider_token=answer.tokens.id_token,
        now=now,
    )
    if step.kind == "signed_in" and step.session_ref:
        session_queries.note_proved(session, step.session_ref, factors, proved_at)
        steps.tell_of_new_device(session, person, now=now)
    return step


def _led_on(step: sign_in.Step, onward: str) -> Response:
    if step.kind == "signed_in":
        response = steps.arrived(redirect(onward, 303), step)  # type: ignore[arg-type]
    else:
        response = steps.waits(step, onward, now=utc_now())
    steps.drop(response, COOKIE)
    return response


# --- out again ----------------------------------------------------------------------------------------------------------


def left_behind(session_ref: str) -> flow.Leaving | None:
    """What signing out at the provider needs of this session; ask before ending it."""
    with resource(Database).read() as session:
        return flow.leaving(session, session_ref)


def way_out(left: flow.Leaving | None) -> str | None:
    """Where to sign out at the provider too; ``None`` where there is no such place, or it does not answer: we are out here."""
    if left is None:
        return None
    try:
        metadata = resource(Issuers).metadata(left.issuer, now=utc_now())
    except HubError:
        return None
    return flow.way_out(metadata, left, come_back_to=resource(Settings).base_url.rstrip("/") + "/signed-out")


@logout_blp.post("/sign-in/backchannel-logout")
@browser.proves_its_sender
@public
def backchannel_logout() -> Response:
    """Take a provider's word that somebody signed out there (OpenID Connect Back-Channel Logout 1.0): they are out here too."""
    _spend("logout tokens", LOGOUTS_PER_MINUTE)
    token = request.form.get("logout_token", "")
    if not token:
        raise Malformed(_NOTHING_SENT)
    now, ended = utc_now(), False
    for party in _that_may_have_made(token):
        gone = _judged_logout(party, token)
        with resource(Database).write() as session:
            flow.end_sessions(session, party, gone, now=now)
        ended = True
    if not ended:
        raise Malformed(_NOT_OURS)
    return Response(status=200)


def _that_may_have_made(token: str) -> list[Party]:
    now = utc_now()
    try:
        issuer, audiences = flow.named_in(token)
    except Unauthenticated as refusal:
        raise Malformed(refusal.sentence, code=refusal.reason) from None
    with resource(Database).read() as session:
        return flow.parties_named(session, issuer, audiences, now=now)


def _judged_logout(party: Party, token: str) -> LoggedOut:
    now = utc_now()
    try:
        return flow.logged_out(resource(Issuers), party, token, now=now, seconds=int(machine_now()))
    except Unauthenticated as refusal:
        with resource(Database).write() as session:
            _record_refused(session, party, refusal.reason, now)
        raise Malformed(refusal.sentence, code=refusal.reason) from None


def _record_refused(session: Session, party: Party, because: str, now: datetime) -> None:
    audit.record(session, SYSTEM, Event.LOGOUT_TOKEN_REFUSED, party.ref, now=now, details={"because": because})
