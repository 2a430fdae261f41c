"""The audit over HTTP: what was recorded about a reference, and whether the record is whole."""

from typing import Any

from hub.audit import reading, reading_queries
from hub.audit.reading_queries import Wanted
from hub.audit.schemas import EntriesQuery, EntryOut, VerdictOut
from hub.audit.verify import Verdict, verify
from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import Blueprint, page_of, resource, route

blp = Blueprint("audit", __name__, url_prefix="/api/v1", description="The record of who did or saw what.")


@route(blp, "GET", "/audit", permission="audit.read", query=EntriesQuery, out=EntryOut, paged=True)
def entries(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """What was recorded, oldest first: of your own organisation's people and systems, or, for the operator, of everybody's.

    That somebody began to read it is recorded too.
    """
    asked = {name: query[name] for name in ("actor", "subject", "event", "since", "until")}
    wanted = Wanted(organisation_id=reading.whose(actor), **asked)
    after = int(query["cursor"])
    if not after:
        reading.note(resource(Database), actor, wanted, now=utc_now())
    with resource(Database).read() as session:
        found = reading_queries.page(session, wanted, after=after, at_most=query["limit"] + 1)
    return page_of(found, query, ref=lambda entry: str(entry.id))


@route(blp, "GET", "/audit/verification", permission="audit.verify", out=VerdictOut, cost=20)
def verification(_actor: Actor) -> Verdict:
    """Verify the whole chain now; names the first entry that was altered, removed or put in."""
    with resource(Database).read() as session:
        return verify(session)
