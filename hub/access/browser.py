"""What passes between the hub and a browser: the session's cookie, the browser's own, and the proof that a form is ours.

The session's cookie holds a random token and nothing else. Scripts cannot read it, other sites' forms do not carry it, and it
goes when the browser closes. Every unsafe request that a browser sends by itself must also carry a token that only our own
page could know: a keyed digest over the session, or, before there is one, over a random cookie.
"""

import hmac
import re
import secrets
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from hub.access import sessions
from hub.access.sign_in import throttle
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import NotPermitted
from hub.core.http import resource
from hub.core.network import client_network
from hub.core.settings import Settings

SESSION, DEVICE, FORM = "hub_session", "hub_device", "hub_form"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
CSRF_FIELD, CSRF_HEADER = "csrf_token", "X-CSRF-Token"
LIVE_HEADER: Final = "X-Hub-Live"
"""Sent by a page that refreshes itself, while nobody does anything."""
_FORMS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})
DEVICE_DAYS: Final = 365
_FORGED: Final = "This was not sent from a page of the hub. Load the page again, and send it from there."
_LOCAL: Final = re.compile(r"/(?![/\\])[!-~]{0,1000}")
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "a Mac"),
    ("Linux", "Linux"),
)
View = TypeVar("View")


class Opening(Protocol):
    """What a session's cookie is made from: ``sessions.Begun``, or a ``sign_in.Step`` that is ``signed_in``."""

    @property
    def token(self) -> str: ...
    @property
    def person_ref(self) -> str: ...


def install(app: Flask) -> None:
    """Let templates ask for ``csrf_token()``, and send the cookie that it stands on."""
    app.add_template_global(csrf_token, "csrf_token")
    app.after_request(_keep_form_cookie)


# --- the session ------------------------------------------------------------------------------------------------------


def signed_in(response: Response, opening: Opening) -> Response:
    """Give the browser its session, and note that this person has signed in from it."""
    set_cookie(response, SESSION, opening.token)
    set_cookie(response, DEVICE, _device_after(opening.person_ref), max_age=DEVICE_DAYS * 86_400)
    former = _former_session(opening)
    if former:
        set_cookie(response, FORM, former)
    else:
        _drop(response, FORM)
    return response


def _former_session(opening: Opening) -> str | None:
    """The token of an earlier session of the same person in this browser: what stands open in other tabs was made for it."""
    with resource(Database).read() as session:
        for token in _cookies(request):
            if token != opening.token and sessions.owner_of(session, token, now=utc_now()) == opening.person_ref:
                return token
    return None


def signed_out(response: Response) -> Response:
    """Take the session's cookie back, and what the browser keeps of our pages. It stays a known browser.

    The token, which is worth nothing any more, stays to tell which forms in other tabs were made for that session.
    """
    if token := session_token(request):
        set_cookie(response, FORM, token)
    _drop(response, SESSION)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def session_token(asked: Request) -> str | None:
    """The token of the session's cookie, whatever it may be worth."""
    return asked.cookies.get(cookie_name(SESSION)) or None


def refreshes_itself(asked: Request) -> bool:
    """Whether a script asks for its page again by itself: that is no sign of somebody being there."""
    return asked.method in SAFE_METHODS and LIVE_HEADER in asked.headers


def set_cookie(response: Response, name: str, value: str, *, max_age: int | None = None) -> None:
    """Set one of our cookies, with the flags that all of them have. Without *max_age* it goes when the browser closes."""
    flags: dict[str, Any] = {"httponly": True, "samesite": "Lax", "path": "/", "secure": _is_https()}
    response.set_cookie(cookie_name(name), value, max_age=max_age, **flags)


def cookie_name(name: str) -> str:
    """A cookie's name. ``__Host-``: browsers take it over https alone, from this host alone, so nobody can plant it."""
    return cookie_of(resource(Settings), name)


def cookie_of(settings: Settings, name: str) -> str:
    """A cookie's name in the hub of *settings*."""
    return f"__Host-{name}" if settings.base_url.startswith("https:") else name


def _is_https() -> bool:
    return resource(Settings).base_url.startswith("https:")


def _drop(response: Response, name: str) -> None:
    if cookie_name(name) in request.cookies:
        response.delete_cookie(cookie_name(name), path="/", secure=_is_https(), httponly=True, samesite="Lax")


# --- the browser itself ------------------------------------------------------------------------------------------------


def device_cookie(asked: Request) -> str | None:
    """The cookie by which the browser is known, for ``sign_in.with_password``."""
    return asked.cookies.get(cookie_name(DEVICE))


def is_known_device(asked: Request, person_ref: str) -> bool:
    """Whether *person_ref* has signed in from this browser before."""
    return throttle.known_device(resource(Database).keys, device_cookie(asked), person_ref) is not None


def _device_after(person_ref: str) -> str:
    keys = resource(Database).keys
    return throttle.device_cookie(keys, device_cookie(request), person_ref, number=secrets.token_hex(16))


def network(asked: Request) -> str:
    """The network that the request comes from, through the operator's own proxies."""
    return client_network(asked.environ, resource(Settings).trusted_proxies)


def device(asked: Request) -> str:
    """The kind of browser, as the list of sessions shows it: “Firefox on Windows”."""
    said = asked.headers.get("User-Agent", "")[:400]
    browser = next((name for sign, name in _BROWSERS if sign in said), "A browser")
    system = next((name for sign, name in _SYSTEMS if sign in said), None)
    return f"{browser} on {system}" if system else browser


# --- whose form is it? -------------------------------------------------------------------------------------------------


def csrf_token(begun: str | None = None) -> str:
    """The token for a form, or a header, of the page that is being made; *begun*: the session that begins with this page."""
    seed = begun or session_token(request) or _form_seed()
    return resource(Database).keys.digest(_csrf_said(seed)).hex()


def _form_seed() -> str:
    seed = request.cookies.get(cookie_name(FORM)) or g.get("form_seed") or secrets.token_urlsafe(32)
    g.form_seed = seed
    return str(seed)


def _keep_form_cookie(response: Response) -> Response:
    seed = g.get("form_seed")
    if seed and cookie_name(FORM) not in request.cookies:
        set_cookie(response, FORM, seed)
    return response


def refuse_forged(asked: Request) -> None:
    """Refuse an unsafe request that a page of another site could have made the browser send.

    Safe methods pass, and so does one without our cookies that no form can send (it acts for nobody). Raises ``NotPermitted``,
    code ``forged``.
    """
    if asked.method in SAFE_METHODS or not (_cookies(asked) or _is_form(asked)):
        return
    if comes_from_elsewhere(asked) or not _has_token(asked):
        raise NotPermitted(_FORGED, code="forged")


def comes_from_elsewhere(asked: Request) -> bool:
    """Whether the browser says that another site's page sent this. Browsers too old to say so are judged by the token."""
    site = asked.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        return True
    origin = asked.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc not in _our_hosts(asked)


def _our_hosts(asked: Request) -> set[str]:
    return {urlsplit(asked.host_url).netloc, urlsplit(resource(Settings).base_url).netloc}


def _cookies(asked: Request) -> list[str]:
    return [asked.cookies[name] for name in map(cookie_name, (SESSION, FORM)) if asked.cookies.get(name)]


def _is_form(asked: Request) -> bool:
    return asked.mimetype in _FORMS


def session_of_form(asked: Request) -> str | None:
    """What the form was made for: the token of a session, which may have ended, or of the form cookie; nothing if it is forged.

    The form cookie holds a random number before anybody signs in; afterwards the token of an earlier session of the same person.
    """
    given = asked.headers.get(CSRF_HEADER) or (asked.form.get(CSRF_FIELD, "") if _is_form(asked) else "")
    said, keys = given.encode("utf-8", "replace"), resource(Database).keys
    for seed in _cookies(asked):
        genuine = [token.hex().encode() for token in keys.digests(_csrf_said(seed))]
        if any([hmac.compare_digest(said, token) for token in genuine]):
            return seed
    return None


def _has_token(asked: Request) -> bool:
    """Whether it carries the token of its session, or of an earlier one of the same person in this browser."""
    return session_of_form(asked) is not None


def tokens_held(asked: Request) -> list[str]:
    """The tokens of the session and of the one before it that this browser has, whatever they may be worth."""
    return _cookies(asked)


def _csrf_said(seed: str) -> bytes:
    return b"csrf\x1f" + seed.encode("utf-8", "replace")


def proves_its_sender(view: View) -> View:
    """Mark a public view that proves by itself who sent a request: a pass from an e-mail, a signed token."""
    view.proves_its_sender = True  # type: ignore[attr-defined]
    return view


# --- where to go afterwards ----------------------------------------------------------------------------------------------


def local_path(text: str | None) -> str:
    """*text*, if it is a path of this hub; else the start page. ``//elsewhere``, ``https:…`` and ``/\\elsewhere`` are not."""
    return text if text and _LOCAL.fullmatch(text) and "\\" not in text else "/"


def is_page(path: str) -> bool:
    """Whether something is shown at *path*."""
    try:
        current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]
    except HTTPException:
        return False
    return True
