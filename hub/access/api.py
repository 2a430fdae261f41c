"""Clients and keys over HTTP."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from hub.access import queries, service
from hub.access.models import ApiClient
from hub.access.schemas import ClientIn, ClientOut, ClientsQuery, IssuedKeyOut, KeyIn
from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import Blueprint, page_of, resource, route
from hub.directory.tenancy import own_or_any

blp = Blueprint("access", __name__, url_prefix="/api/v1", description="API clients and their keys.")

Body = dict[str, Any]


@route(blp, "GET", "/clients", permission="client.read", query=ClientsQuery, out=ClientOut, paged=True)
def list_clients(actor: Actor, query: Body) -> Body:
    """List the clients of an organisation and their keys."""
    with resource(Database).read() as session:
        organisation_id = _organisation(session, actor, query["organisation"])
        rows = queries.clients(session, organisation_id, after=query["cursor"], at_most=query["limit"] + 1)
        shown = _shown(session, rows)
    return page_of(shown, query, ref=lambda row: str(row["ref"]))


@route(blp, "POST", "/clients", permission="client.add", body=ClientIn, out=ClientOut, status=201)
def add_client(actor: Actor, body: Body) -> Body:
    """Add a client; it can do nothing until it has a key."""
    with resource(Database).write() as session:
        client = service.add_client(session, actor, actor.organisation, body["name"], body["scopes"], now=utc_now())
        return _shown(session, [client])[0]


@route(blp, "DELETE", "/clients/<ref>", permission="client.disable", status=204)
def disable_client(actor: Actor, ref: str) -> None:
    """Disable a client for good, with every key it has."""
    with resource(Database).write() as session:
        service.disable_client(session, actor, ref, now=utc_now())


@route(blp, "POST", "/clients/<ref>/keys", permission="key.issue", body=KeyIn, out=IssuedKeyOut, status=201)
def issue_key(actor: Actor, ref: str, body: Body) -> service.IssuedKey:
    """Issue a client's next key, shown this once; the one before stays good until it is revoked."""
    issue = service.rotate_key if body["replaces_oldest"] else service.issue_key
    with resource(Database).write() as session:
        return issue(session, actor, ref, lifetime_days=body["lifetime_days"], now=utc_now())


@route(blp, "DELETE", "/keys/<ref>", permission="key.revoke", status=204)
def revoke_key(actor: Actor, ref: str) -> None:
    """Revoke a key: the next request made with it is refused."""
    with resource(Database).write() as session:
        service.revoke_key(session, actor, ref, now=utc_now())


def _organisation(session: Session, actor: Actor, ref: str | None) -> int:
    return actor.organisation if ref is None else own_or_any(session, actor, ref).id


def _shown(session: Session, clients: Sequence[ApiClient]) -> list[Body]:
    keys = queries.keys_of_clients(session, [client.id for client in clients])
    return [vars(client) | {"keys": keys[client.id]} for client in clients]
