"""An organisation's identity providers over HTTP."""

from typing import Any

from hub.access.single_sign_on import provider_queries as queries
from hub.access.single_sign_on import providers
from hub.access.single_sign_on.addresses import reach_of
from hub.access.single_sign_on.schemas import IdentityProviderChangeIn, IdentityProviderIn, IdentityProviderOut
from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import Blueprint, PageQuery, expected_version, page_of, resource, route, tagged
from hub.core.settings import Settings

blp = Blueprint("providers", __name__, url_prefix="/api/v1", description="An organisation's own single sign-on.")

Body = dict[str, Any]


@route(
    blp,
    "GET",
    "/identity-providers",
    permission="provider.read",
    query=PageQuery,
    out=IdentityProviderOut,
    paged=True,
)
def list_providers(actor: Actor, query: Body) -> Body:
    """List your organisation's identity providers."""
    with resource(Database).read() as session:
        rows = queries.providers(session, actor.organisation, after=query["cursor"], at_most=query["limit"] + 1)
    return page_of(rows, query, ref=lambda row: row.ref)


@route(
    blp,
    "POST",
    "/identity-providers",
    permission="provider.change",
    body=IdentityProviderIn,
    out=IdentityProviderOut,
    status=201,
)
def add_provider(actor: Actor, body: Body) -> Any:
    """Add an identity provider; your people may sign in through it at once."""
    with resource(Database).write() as session:
        added = providers.add(session, actor, body, reach=reach_of(resource(Settings)), now=utc_now())
    return tagged(added, added.version)


@route(blp, "GET", "/identity-providers/<ref>", permission="provider.read", out=IdentityProviderOut)
def show_provider(actor: Actor, ref: str) -> Any:
    """Show one identity provider."""
    with resource(Database).read() as session:
        found = providers.provider_of(session, actor, ref)
    return tagged(found, found.version)


@route(
    blp,
    "PATCH",
    "/identity-providers/<ref>",
    permission="provider.change",
    body=IdentityProviderChangeIn,
    out=IdentityProviderOut,
    edits=True,
)
def change_provider(actor: Actor, ref: str, body: Body) -> Any:
    """Change an identity provider; its issuer never changes."""
    version = expected_version()
    with resource(Database).write() as session:
        changed = providers.change(session, actor, ref, version, body, now=utc_now())
    return tagged(changed, changed.version)


@route(blp, "DELETE", "/identity-providers/<ref>", permission="provider.change", status=204)
def disable_provider(actor: Actor, ref: str) -> None:
    """Disable an identity provider for good; those who sign in through it are signed out."""
    with resource(Database).write() as session:
        providers.disable(session, actor, ref, now=utc_now())
