"""An organisation's own single sign-on: seen, added, changed, disabled; which group leads to which role."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import marshmallow as ma
from flask import Response, request, url_for
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from hub.access.models import IdentityProvider
from hub.access.single_sign_on import provider_queries as queries
from hub.access.single_sign_on import providers
from hub.access.single_sign_on.addresses import reach_of
from hub.access.single_sign_on.schemas import IdentityProviderChangeIn, IdentityProviderIn
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import EditConflict
from hub.core.http import flattened, resource
from hub.core.settings import Settings
from hub.web import forms
from hub.web.organisation import group_roles, words
from hub.web.organisation.parts import BASE, group, own, shown
from hub.web.sending import asked, sent
from hub.web.signed_in import acting, done_once, may
from hub.web.stale import Difference, differing, version_sent

blp = group("sign_in", "/sign-in")
PATH: Final = f"{BASE}/sign-in"
MOST: Final = 50
_PLAIN: Final = ("name", "client_id", "client_secret", "groups_claim", "proves_second_factor")
_NEW: Final = ("name", "issuer", *_PLAIN[1:])
_MISSING: Final = {
    "name": lazy_gettext("Enter what your people call it, such as “Leeds sign-in”."),
    "issuer": lazy_gettext("Enter the issuer’s address, exactly as the provider names it."),
    "client_id": lazy_gettext("Enter what the provider calls the hub: the client ID."),
    "groups_claim": lazy_gettext("Enter the claim that lists a person’s groups, mostly “groups”."),
}


@blp.get("")
@may("provider.read")
def show_all() -> Response:
    """Every provider, with its groups."""
    with resource(Database).read() as session:
        rows = queries.providers(session, acting().organisation, after=None, at_most=MOST)
    back = resource(Settings).base_url.rstrip("/") + url_for("single_sign_on.callback")
    return shown("sign_in", providers=[(row, _groups(row)) for row in rows], back_address=back)


def _groups(row: IdentityProvider) -> list[tuple[str, str]]:
    return [(name, words.role(role)) for name, role in sorted(row.group_roles.items())]


# --- a new one --------------------------------------------------------------------------------------------------------


@blp.get("/new")
@may("provider.change")
def form() -> Response:
    """What the hub must know of the provider."""
    typed = {"groups_claim": providers.GROUPS_CLAIM, "proves_second_factor": forms.NO}
    return _form("sign_in_new", forms.Filled(typed=dict(typed)), 200)


def _form(template: str, given: forms.Filled, status: int, **more: Any) -> Response:
    with resource(Database).read() as session:
        options = [(value, spoken) for value, spoken, _ in words.role_options(own(session).kind)]
    rows = group_roles.rows(given.typed)
    typed = {name: value for name, value in given.typed.items() if name != "client_secret"}
    return shown(template, status=status, options=options, rows=rows, typed=typed, errors=given.errors, **more)


@blp.post("/new")
@may("provider.change")
def add() -> Response:
    """Add it; people may sign in through it at once."""
    given = _filled(IdentityProviderIn(), _NEW)

    def act(session: Session) -> str:
        reach = reach_of(resource(Settings))
        providers.add(session, acting(), given.loaded, reach=reach, now=utc_now())
        return f"{PATH}?done=provider-added"

    return sent(given, _NEW, act, lambda now, status: _form("sign_in_new", now, status))


def _filled(schema: ma.Schema, names: tuple[str, ...]) -> forms.Filled:
    """The form, read for *schema*: its plain controls, and the rows of groups."""
    body, errors = forms.read(schema, names, request.form)
    made, typed, wrong = group_roles.read(request.form)
    typed |= forms.typed_in(names, request.form)
    try:
        loaded = schema.load(body | {"group_roles": made})
    except ma.ValidationError as fault:
        said = flattened(fault.messages_dict)
        errors = {name: said[name][0] for name in names if name in said} | errors
        loaded = {}
    given = asked(forms.Filled(body, loaded, typed, errors | wrong), _MISSING)
    return replace(given, loaded={} if given.errors else loaded)


# --- changed, disabled ------------------------------------------------------------------------------------------------


@blp.get("/<ref>/change")
@may("provider.change")
def change_form(ref: str) -> Response:
    """The provider as it stands, to be changed."""
    with resource(Database).read() as session:
        found = providers.provider_of(session, acting(), ref)
    plain = [name for name in _PLAIN if name != "client_secret"]
    typed = forms.spelt(IdentityProviderChangeIn(), plain, vars(found)) | group_roles.spelt(found.group_roles)
    return _change_form(ref, forms.Filled(typed=typed | {"version": str(found.version)}), 200)


def _change_form(ref: str, given: forms.Filled, status: int) -> Response:
    with resource(Database).read() as session:
        found = providers.provider_of(session, acting(), ref)
    is_stale = status == EditConflict.status
    more = {"provider": found, "is_stale": is_stale, "differences": _differences(found, given) if is_stale else []}
    return _form("sign_in_change", replace(given, errors={}) if is_stale else given, status, **more)


def _differences(found: IdentityProvider, given: forms.Filled) -> list[Difference]:
    """What stands now beside what was typed; of groups, each with its role on a line."""
    plain = [name for name in _PLAIN if name != "client_secret"]
    stands = forms.spelt(IdentityProviderChangeIn(), plain, vars(found)) | {"groups": _lines(found.group_roles)}
    typed = given.typed | {"groups": _lines(group_roles.read(request.form)[0])}
    return differing(_LABELS, stands, typed)


def _lines(made: Mapping[str, str]) -> str:
    return "\n".join(f"{name}: {words.role(role)}" for name, role in sorted(made.items()))


_LABELS: Final = {
    "name": lazy_gettext("What your people call it"),
    "client_id": lazy_gettext("Client ID"),
    "groups_claim": lazy_gettext("Claim with the groups"),
    "proves_second_factor": lazy_gettext("Proves a second step"),
    "groups": lazy_gettext("Groups"),
}


@blp.post("/<ref>/change")
@may("provider.change")
def change(ref: str) -> Response:
    """Change all but the issuer, which never changes."""
    given = _filled(IdentityProviderChangeIn(), _PLAIN)
    given.typed["version"] = request.form.get("version", "")
    for name in ("name", "client_id", "groups_claim"):
        if not request.form.get(name, "").strip():
            given.errors[name] = str(_MISSING[name])

    def act(session: Session) -> str:
        providers.change(session, acting(), ref, version_sent(), given.loaded, now=utc_now())
        return f"{PATH}?done=provider-changed"

    return sent(given, _PLAIN, act, lambda now, status: _change_form(ref, now, status))


@blp.get("/<ref>/disable")
@may("provider.change")
def disable_form(ref: str) -> Response:
    """What disabling does, before it is done."""
    with resource(Database).read() as session:
        return shown("sign_in_disable", provider=providers.provider_of(session, acting(), ref))


@blp.post("/<ref>/disable")
@may("provider.change")
def disable(ref: str) -> Response:
    """Disable it for good."""

    def act(session: Session) -> str:
        providers.disable(session, acting(), ref, now=utc_now())
        return f"{PATH}?done=provider-disabled"

    return done_once(act)
