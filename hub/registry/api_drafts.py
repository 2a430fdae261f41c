"""Routes over drafts, their sender's alone."""

from typing import Any

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import PageQuery, expected_version, page_of, resource, route, tagged
from hub.core.idempotency import Once
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry import drafts, notice_queries
from hub.registry.blueprint import blp
from hub.registry.forecast import forecast_draft
from hub.registry.schemas import NoticeIn
from hub.registry.schemas_out import DraftOut, ForecastOut, ReceiptOut

Body = dict[str, Any]


@route(blp, "POST", "/drafts", permission="notice.draft", body=NoticeIn, out=DraftOut, status=201, idempotent=True)
def add_draft(actor: Actor, body: Body, once: Once) -> Any:
    """Keep a notice as a draft, however incomplete; the answer says what the legal minimum still asks."""
    now = utc_now()
    rules, areas = resource(Rulebook), resource(Areas)
    with resource(Database).write() as session:
        return once(session, lambda: drafts.add_draft(session, actor, body, rules=rules, areas=areas, now=now))


@route(blp, "GET", "/drafts", permission="notice.draft", query=PageQuery, out=DraftOut, paged=True)
def list_drafts(actor: Actor, query: Body) -> Any:
    """List your organisation's drafts, newest first."""
    with resource(Database).read() as session:
        rows = notice_queries.drafts_of(session, actor.organisation, after=query["cursor"], at_most=query["limit"] + 1)
        listed = [drafts.drafted(session, row, actor.nation) for row in rows]
    return page_of(listed, query, ref=lambda row: row.ref)


@route(blp, "GET", "/drafts/<ref>", permission="notice.draft", out=DraftOut)
def show_draft(actor: Actor, ref: str) -> Any:
    """Read a draft; its ETag is what a change must name."""
    with resource(Database).read() as session:
        draft = drafts.read_draft(session, actor, ref)
    return tagged(draft, draft.version)


@route(blp, "GET", "/drafts/<ref>/forecast", permission="notice.draft", out=ForecastOut, cost=1)
def show_forecast(actor: Actor, ref: str) -> Any:
    """What would follow if the draft were registered now: who is told, what is met, what is still owed and by when."""
    rules, areas = resource(Rulebook), resource(Areas)
    with resource(Database).write() as session:
        return forecast_draft(session, actor, ref, rules=rules, areas=areas, now=utc_now())


@route(blp, "PUT", "/drafts/<ref>", permission="notice.draft", body=NoticeIn, out=DraftOut, edits=True)
def change_draft(actor: Actor, ref: str, body: Body) -> Any:
    """Put other content in the place of a draft's, with the ETag of the version that is changed."""
    rules, areas = resource(Rulebook), resource(Areas)
    with resource(Database).write() as session:
        draft = drafts.change_draft(
            session, actor, ref, body, version=expected_version(), rules=rules, areas=areas, now=utc_now()
        )
    return tagged(draft, draft.version)


@route(blp, "DELETE", "/drafts/<ref>", permission="notice.draft", status=204, edits=True)
def discard_draft(actor: Actor, ref: str) -> Any:
    """Discard a draft: what it says is erased."""
    with resource(Database).write() as session:
        drafts.discard_draft(session, actor, ref, version=expected_version(), now=utc_now())


@route(
    blp,
    "POST",
    "/drafts/<ref>/registration",
    permission="notice.register",
    out=ReceiptOut,
    status=201,
    idempotent=True,
)
def register_draft(actor: Actor, ref: str, once: Once) -> Any:
    """Register a draft as it stands; the answer is the receipt."""
    now = utc_now()
    rules, areas = resource(Rulebook), resource(Areas)
    with resource(Database).write() as session:
        return once(session, lambda: drafts.register_draft(session, actor, ref, rules=rules, areas=areas, now=now))
