"""What every answer tells the browser, and to which names the hub answers at all.

One policy for pages (own script, own style, nothing inline, nobody else's frame), one for everything else (nothing at all).
Only the hub's own stylesheet and scripts may be kept: everything else is personal, or might be.
"""

from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Request, Response, request

from hub.core.errors import Malformed, NotFound, WrongHost
from hub.core.http import resource
from hub.core.settings import Settings

PAGES: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
"""The Content-Security-Policy of pages. QR codes and pictures are served, or drawn as SVG elements; never ``data:``."""
NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
"""That of every other answer: should a browser show it as a page, it can do nothing."""
KEPT: Final = frozenset({"static_files.show"})
"""The endpoints whose answers browsers may keep."""
PROBED: Final = frozenset({"health.healthz", "health.readyz", "health.metrics"})
"""Asked by platforms under whatever address the machine has; they say nothing about anybody."""

_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": with that, browsers hide the origin of our own forms from us too.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), bluetooth=(), display-capture=(), "
        "publickey-credentials-create=(self), publickey-credentials-get=(self)"
    ),
}
_HSTS: Final = "max-age=63072000; includeSubDomains"
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def install(app: Flask) -> None:
    """Refuse other names before anything else is done, and harden every answer, refusals and faults among them."""
    app.before_request(refuse_other_hosts)
    app.before_request(refuse_unstorable)
    app.after_request(harden)


def harden(response: Response) -> Response:
    """*response* with the headers that its kind must carry."""
    headers = response.headers
    headers.update(_ALWAYS)
    # A route may say something stricter of its own answer, as those of files do.
    headers.setdefault("Content-Security-Policy", PAGES if response.mimetype == "text/html" else NOTHING)
    if request.endpoint not in KEPT or response.status_code not in (200, 304):
        headers["Cache-Control"] = "no-store"
    if resource(Settings).base_url.startswith("https://"):
        headers["Strict-Transport-Security"] = _HSTS
    return response


def refuse_other_hosts() -> None:
    """Refuse a request that names another host: its links, its cookies and its rebound name are none of ours."""
    if request.endpoint not in PROBED and host_of(request) not in allowed_hosts(resource(Settings)):
        raise WrongHost("This hub does not answer to that name. Use the address that you were given for it.")


def refuse_unstorable() -> None:
    """Refuse a NUL in an address: nothing is named with one, and PostgreSQL takes none in any text."""
    if "\0" in request.path:
        raise NotFound("There is nothing here that you can see.")
    if "%00" in request.query_string.decode("latin-1"):
        raise Malformed("The address holds a character that no name has. Take it out.")


def host_of(asked: Request) -> str:
    """The host that a request names, without its port, in lower case; empty when it cannot be read."""
    return _name(asked.headers.get("Host", ""))


@lru_cache(maxsize=64)
def _name(host: str) -> str:
    try:
        parts = urlsplit(f"//{host}")
        port = parts.port
    except ValueError:
        return ""
    whole = parts.netloc == host and not (parts.path or parts.query or parts.fragment or "@" in host) and port != 0
    return (parts.hostname or "").rstrip(".") if whole else ""


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """The names that the hub answers to."""
    return _allowed(settings.allowed_hosts, settings.base_url, settings.mode == "production")


@lru_cache(maxsize=8)
def _allowed(listed: str, base_url: str, in_production: bool) -> frozenset[str]:
    named = {name.strip().lower().rstrip(".") for name in listed.split(",")} - {""}
    own = named or {urlsplit(base_url).hostname or ""}
    return frozenset(own if in_production else own | _LOOPBACK)
