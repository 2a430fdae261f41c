"""The systems that act for an organisation, and their keys: added, issued (shown once), revoked, disabled."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask import Response, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from hub.access import queries, service
from hub.access.checking import scopes_for_clients
from hub.access.models import ApiClient, ApiKey
from hub.access.schemas import ClientIn, KeyIn
from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.directory.queries import Brief
from hub.web import forms
from hub.web.organisation import words
from hub.web.organisation.parts import BASE, group, own, shown, who
from hub.web.sending import asked, sent
from hub.web.signed_in import acting, done_once, may

blp = group("systems", "/systems")
PATH: Final = f"{BASE}/systems"
MOST: Final = 500
SOON: Final = timedelta(days=30)
_NEW, _KEY = ("name", "scopes"), ("lifetime_days", "replaces_oldest")
_MISSING: Final = {
    "name": lazy_gettext("Enter the system’s name, such as “Case system”."),
    "scopes": lazy_gettext("Choose at least one thing that it may do."),
    "lifetime_days": lazy_gettext("Enter for how many days the key is to be good."),
}


@dataclass(frozen=True)
class Key:
    """One key, without what makes it one. ``standing``: words and colour."""

    key: ApiKey
    standing: tuple[str, str]
    issued_by: str
    is_good: bool


@dataclass(frozen=True)
class System:
    """A client with its keys, newest first; ``used_at``: when any of them was last used, to the hour."""

    client: ApiClient
    keys: tuple[Key, ...]
    used_at: datetime | None

    @property
    def good(self) -> int:
        """How many keys it may ask with."""
        return 0 if self.client.disabled_at else sum(key.is_good for key in self.keys)

    @property
    def standing(self) -> tuple[str, str]:
        """How it stands: words and colour."""
        if self.client.disabled_at:
            return gettext("Disabled"), "grey"
        if not self.good:
            return gettext("No key"), "orange"
        yellow = [key.standing for key in self.keys if key.is_good and key.standing[1] == "yellow"]
        return yellow[0] if yellow and self.good == len(yellow) else (gettext("In use"), "green")


def listed(session: Session, actor: Actor, whose: Brief, *, now: datetime) -> list[System]:
    """The systems of *whose*, disabled ones last."""
    rows = queries.clients(session, whose.id, after=None, at_most=MOST)
    keys = queries.keys_of_clients(session, [row.id for row in rows])
    made = [_system(session, actor, row, keys[row.id], now) for row in rows]
    return sorted(made, key=lambda each: (each.client.disabled_at is not None, each.client.name.casefold()))


def _system(session: Session, actor: Actor, client: ApiClient, keys: list[ApiKey], now: datetime) -> System:
    shown_keys = tuple(_key(session, actor, key, now) for key in reversed(keys))
    return System(client, shown_keys, max((key.used_at for key in keys if key.used_at), default=None))


def _key(session: Session, actor: Actor, key: ApiKey, now: datetime) -> Key:
    is_good = key.revoked_at is None and key.expires_at > now
    return Key(key, _standing(key, now), who(session, actor, key.issued_by), is_good)


def _standing(key: ApiKey, now: datetime) -> tuple[str, str]:
    if key.revoked_at is not None:
        return gettext("Revoked"), "grey"
    if key.expires_at <= now:
        return gettext("Run out"), "grey"
    return (gettext("Runs out soon"), "yellow") if key.expires_at <= now + SOON else (gettext("Good"), "green")


# --- seen -------------------------------------------------------------------------------------------------------------


@blp.get("")
@may("client.read")
def show_all() -> Response:
    """Every system."""
    with resource(Database).read() as session:
        return shown("systems", systems=listed(session, acting(), own(session), now=utc_now()))


@blp.get("/<ref>")
@may("client.read")
def show(ref: str) -> Response:
    """One system, what it may do, and its keys."""
    return _page("system", ref)


def _page(template: str, ref: str, given: forms.Filled | None = None, status: int = 200) -> Response:
    given, now = given or forms.Filled(), utc_now()
    with resource(Database).read() as session:
        client = service.client_of(session, acting(), ref)
        keys = queries.keys_of_clients(session, [client.id])[client.id]
        system = _system(session, acting(), client, keys, now)
    scopes = [spoken for _, spoken in words.scope_options(client.scopes)]
    most = service.GOOD_AT_ONCE
    return shown(
        template, status=status, system=system, scopes=scopes, most=most, typed=given.typed, errors=given.errors
    )


# --- added, disabled --------------------------------------------------------------------------------------------------


@blp.get("/new")
@may("client.add")
def form() -> Response:
    """What it is, and what it may do."""
    return _form(forms.Filled(), 200)


def _form(given: forms.Filled, status: int) -> Response:
    options = words.scope_options(scopes_for_clients(acting().organisation_kind or ""))
    return shown("system_new", status=status, options=options, typed=given.typed, errors=given.errors)


@blp.post("/new")
@may("client.add")
def add() -> Response:
    """Add it; it can do nothing until it has a key."""
    given = forms.filled(ClientIn(), _NEW, request.form)
    given.typed["scopes"] = request.form.getlist("scopes")

    def act(session: Session) -> str:
        name, scopes = given.loaded["name"], given.loaded["scopes"]
        added = service.add_client(session, acting(), acting().organisation, name, scopes, now=utc_now())
        return f"{PATH}/{added.ref}?done=client-added"

    return sent(asked(given, _MISSING), _NEW, act, _form)


@blp.get("/<ref>/disable")
@may("client.disable")
def disable_form(ref: str) -> Response:
    """What disabling does, before it is done."""
    return _page("system_disable", ref)


@blp.post("/<ref>/disable")
@may("client.disable")
def disable(ref: str) -> Response:
    """Disable it for good, with every key."""

    def act(session: Session) -> str:
        service.disable_client(session, acting(), ref, now=utc_now())
        return f"{PATH}/{ref}?done=client-disabled"

    return done_once(act)


# --- keys -------------------------------------------------------------------------------------------------------------


@blp.get("/<ref>/keys/new")
@may("key.issue")
def key_form(ref: str) -> Response:
    """For how long the key is to be good."""
    typed = {"lifetime_days": str(service.LIFETIME_DAYS)}
    return _page("system_key_new", ref, forms.Filled(typed=dict(typed)))


@blp.post("/<ref>/keys/new")
@may("key.issue")
def issue(ref: str) -> Response:
    """Issue a key, and show it this once."""
    given = forms.filled(KeyIn(), _KEY, request.form)
    if not request.form.get("lifetime_days", "").strip():
        given.errors["lifetime_days"] = str(_MISSING["lifetime_days"])
    made: list[service.IssuedKey] = []

    def act(session: Session) -> str:
        make = service.rotate_key if given.loaded["replaces_oldest"] else service.issue_key
        made.append(make(session, acting(), ref, lifetime_days=given.loaded["lifetime_days"], now=utc_now()))
        return f"{PATH}/{ref}?done=key-issued"

    answer = sent(given, _KEY, act, lambda now, status: _page("system_key_new", ref, now, status))
    return shown("system_key", key=made[0], ref=ref) if made and answer.status_code == 303 else answer


@blp.get("/<ref>/keys/<key_ref>/revoke")
@may("key.revoke")
def revoke_form(ref: str, key_ref: str) -> Response:
    """What revoking does, before it is done."""
    now = utc_now()
    with resource(Database).read() as session:
        client = service.client_of(session, acting(), ref)
        keys = queries.keys_of_clients(session, [client.id])[client.id]
        system = _system(session, acting(), client, keys, now)
    return shown("system_key_revoke", system=system, keys=[key for key in system.keys if key.key.ref == key_ref])


@blp.post("/<ref>/keys/<key_ref>/revoke")
@may("key.revoke")
def revoke(ref: str, key_ref: str) -> Response:
    """Revoke a key."""

    def act(session: Session) -> str:
        service.revoke_key(session, acting(), key_ref, now=utc_now())
        return f"{PATH}/{ref}?done=key-revoked"

    return done_once(act)
