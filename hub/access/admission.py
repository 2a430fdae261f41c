"""Who is asking, and may they ask this? Runs before every view; a view without a permission cannot be reached.

An API key goes before a session's cookie where both are sent. Pages and the API are guarded alike; only the answer to somebody
who is not signed in differs: a page leads to the sign-in and back, the API says 401.
"""

from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, current_app, g, redirect, request

from hub.access import authenticate, browser, put_out, sessions
from hub.access.checking import check
from hub.access.held_forms import holding as form_holding
from hub.access.permissions import SENSITIVE
from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import NotFound, Unauthenticated
from hub.core.http import PUBLIC, resource
from hub.core.limits import RateLimits
from hub.core.settings import Settings

SIGN_IN_PATH: Final = "/sign-in"
_API: Final = "/api/"


def let_in() -> Response | None:
    """Let the present request in, as ``g.actor``; or lead a browser to the sign-in. Raises what refuses it."""
    view = present_view()
    if view is None:
        return None
    permission = getattr(view, "permission", None)
    if permission is None:
        raise NotFound("There is nothing here that you can see.")
    if getattr(view, "takes_file", False):
        request.max_content_length = resource(Settings).max_file_bytes + 100_000
    if not (_has_key() or getattr(view, "proves_its_sender", False)):
        browser.refuse_forged(request)
    if permission == PUBLIC:
        _spend_visit(view)
        return None
    return _known(view)


def present_view() -> Any:
    """The view function of the present request; ``None`` when no route matched (Flask answers that itself)."""
    return current_app.view_functions.get(request.endpoint or "")


def signed_in_person() -> Actor | None:
    """Who is signed in, for a public page that says so; ``None`` when nobody is."""
    token = browser.session_token(request)
    if token is None:
        return None
    try:
        with resource(Database).read_once() as session:
            return sessions.actor_of(session, token, now=utc_now())
    except Unauthenticated:
        return None


def _known(view: Any) -> Response | None:
    try:
        g.actor = _person() if not _has_key() and browser.session_token(request) else _client()
    except Unauthenticated as refusal:
        _spend_visit(view)
        if isinstance(refusal, authenticate.KeyEnded):
            put_out.note_key(refusal.holder)
        elif not _has_key():
            put_out.note_session(request)
        if request.path.startswith(_API) or browser.refreshes_itself(request):
            raise
        return redirect(f"{SIGN_IN_PATH}?{urlencode({'next': _way_back(view)})}", 303)  # type: ignore[return-value]
    _spend(view, f"{'person' if g.actor.kind == 'person' else 'client'} {g.actor.ref}")
    check(g.actor, view.permission)
    if view.permission in SENSITIVE:
        sessions.refuse_unless_recent(g.actor, now=utc_now())
    return None


def _spend(view: Any, who: str) -> None:
    """Spend one request of *who*'s, and what a costly one costs: a dear one is limited more narrowly."""
    settings, limits, now = resource(Settings), resource(RateLimits), utc_now()
    limits.spend(who, settings.requests_per_minute, now=now)
    if cost := getattr(view, "cost", 0):
        limits.spend(f"costly {cost} {who}", max(1, settings.costly_per_minute // cost), now=now)


def _spend_visit(view: Any) -> None:
    """Spend one visit from a network without a key or a sign-in. Who visits cannot be read from the limit's name."""
    if getattr(view, "is_unlimited", False):
        return
    network = resource(Database).keys.blind("network", browser.network(request)).hex()
    resource(RateLimits).spend(f"network {network}", resource(Settings).visits_per_minute, now=utc_now())


def _has_key() -> bool:
    return request.headers.get("Authorization", "").strip().lower().startswith("bearer")


def _client() -> Actor:
    now, database = utc_now(), resource(Database)
    with database.read_once() as session:
        holder = authenticate.holder_in(session, request.headers.get("Authorization"), now=now)
    authenticate.note_used(database, holder, now=now)
    return authenticate.actor_of(holder)


def _person() -> Actor:
    now, database = utc_now(), resource(Database)
    with database.read_once() as session:
        found = sessions.signed_in(session, browser.session_token(request) or "", now=now)
    if not browser.refreshes_itself(request):
        sessions.note_seen(database, found, now=now)
    return found.actor


def way_back_after_proof(otherwise: str) -> str:
    """Where to go after showing again that it is you: here, or to the form that was held; else to *otherwise*."""
    if request.method in browser.SAFE_METHODS:
        return _way_back(None)
    return form_holding.keep_of(g.actor, present_view()) or otherwise


def _way_back(view: Any) -> str:
    """Where to go after signing in: here, or to the form that was sent here and is held; else where the form stood."""
    path = request.full_path.rstrip("?")
    if request.method not in browser.SAFE_METHODS:
        if kept := form_holding.keep_of_ended_session(view):
            return kept
        path = request.path if browser.is_page(request.path) else "/"
    return browser.local_path(path)
