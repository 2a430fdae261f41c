"""Routes over the host's register, and over the children whom a home or agency looks after."""

from typing import Any

from hub.core.actor import Actor
from hub.core.clock import start_of_day, utc_now
from hub.core.db import Database
from hub.core.http import resource, route
from hub.duties.rulebook import Rulebook
from hub.registry.blueprint import blp
from hub.registry.register import residents
from hub.registry.register import service as register
from hub.registry.register.queries import RegisterFilter
from hub.registry.register.schemas import (
    RegisterCountsOut,
    RegisterCountsQuery,
    RegisterQuery,
    RegisterSearchIn,
    ResidentOut,
    ResidentsQuery,
)
from hub.registry.register.service import RegisterPage, Sought
from hub.registry.schemas_out import RegisterEntryOut

Body = dict[str, Any]


@route(blp, "GET", "/register", permission="register.read", query=RegisterQuery, out=RegisterEntryOut, paged=True)
def read_register(actor: Actor, query: Body) -> Any:
    """Read your register of other councils' children who live in your area; the reading is recorded."""
    return _page(actor, query, None)


@route(
    blp,
    "POST",
    "/register/search",
    permission="register.read",
    query=RegisterQuery,
    body=RegisterSearchIn,
    out=RegisterEntryOut,
    paged=True,
)
def search_register(actor: Actor, query: Body, body: Body) -> Any:
    """Find children in your register by what you know of them; what was shown is recorded, what was asked is not kept."""
    return _page(actor, query, Sought(**body))


def _page(actor: Actor, query: Body, sought: Sought | None) -> Body:
    wanted = filter_of(query)
    with resource(Database).read() as session:
        found = register.find(session, actor, wanted, sought, order=query["order"])
    with resource(Database).write() as session:
        page: RegisterPage = register.read_register(
            session,
            actor,
            wanted,
            found,
            order=query["order"],
            after=query["cursor"],
            at_most=query["limit"],
            now=utc_now(),
        )
    return {"items": page.entries, "next_cursor": page.after}


def filter_of(query: Body) -> RegisterFilter:
    """The filter that a loaded ``RegisterQuery`` asks for."""
    said = {name: query[name] for name in vars(RegisterFilter()) if name != "since"}
    return RegisterFilter(**said, since=start_of_day(query["since"]) if query["since"] else None)


@route(blp, "GET", "/register/counts", permission="register.read", query=RegisterCountsQuery, out=RegisterCountsOut)
def count_register(actor: Actor, query: Body) -> Any:
    """Count the entries of your register by placing authority, and by how you came to know."""
    with resource(Database).read() as session:
        return {"items": register.count_register(session, actor, RegisterFilter(ended=query["ended"]))}


@route(blp, "GET", "/residents", permission="resident.read", query=ResidentsQuery, out=ResidentOut, paged=True)
def read_residents(actor: Actor, query: Body) -> Any:
    """List the children whom your home or agency looks after, and whether each council has told; the reading is recorded."""
    with resource(Database).write() as session:
        page = residents.read_residents(
            session,
            actor,
            query["standing"],
            after=query["cursor"],
            at_most=query["limit"],
            rules=resource(Rulebook),
            now=utc_now(),
        )
    return {"items": page.residents, "next_cursor": page.after}
