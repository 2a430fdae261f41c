"""Routes over notices: register, read, correct, withdraw, and what their recipients answer."""

from typing import Any

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import page_of, resource, route
from hub.core.idempotency import Once
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry import acknowledging, corrections, redirects, registering, views, withdrawals
from hub.registry import schemas_out as out
from hub.registry.blueprint import blp
from hub.registry.notice_queries import NoticeFilter
from hub.registry.receipts import receipt_again
from hub.registry.schemas import AcceptanceIn, AcknowledgementIn, NoticeIn, RedirectIn, WithdrawalIn

Body = dict[str, Any]


@route(
    blp,
    "POST",
    "/notices",
    permission="notice.register",
    body=NoticeIn,
    out=out.ReceiptOut,
    status=201,
    idempotent=True,
)
def register_notice(actor: Actor, body: Body, once: Once) -> Any:
    """Register a notice of any kind; the answer is its receipt."""
    now = utc_now()
    rules, areas = resource(Rulebook), resource(Areas)
    with resource(Database).write() as session:
        return once(
            session,
            lambda: registering.register_notice(session, actor, body, rules=rules, areas=areas, now=now),
        )


@route(blp, "GET", "/notices", permission="notice.read", query=out.NoticesQuery, out=out.NoticeBriefOut, paged=True)
def list_notices(actor: Actor, query: Body) -> Any:
    """List the notices that your organisation sent or received, newest first."""
    wanted = NoticeFilter(**{name: query[name] for name in ("box", "kind", "state", "placement")})
    with resource(Database).read() as session:
        rows = views.list_notices(session, actor, wanted, after=query["cursor"], at_most=query["limit"] + 1)
    return page_of(rows, query, ref=lambda row: row.ref)


@route(blp, "GET", "/notices/<ref>", permission="notice.read", out=out.NoticeOut)
def show_notice(actor: Actor, ref: str) -> Any:
    """Read a notice, as far as your part in it allows; the reading is recorded before it is shown."""
    with resource(Database).write() as session:
        return views.read_notice(session, actor, ref, now=utc_now())


@route(blp, "GET", "/notices/<ref>/receipt", permission="notice.receipt", out=out.ReceiptOut)
def show_receipt(actor: Actor, ref: str) -> Any:
    """See the receipt of a notice that your organisation sent, as each duty stands now."""
    with resource(Database).read() as session:
        return receipt_again(session, actor, ref, rules=resource(Rulebook), areas=resource(Areas), now=utc_now())


@route(
    blp,
    "POST",
    "/notices/<ref>/correction",
    permission="notice.correct",
    body=NoticeIn,
    out=out.ReceiptOut,
    status=201,
    idempotent=True,
)
def correct_notice(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Correct a notice: a new version supersedes it; acknowledgements, notes and decisions stay."""
    now = utc_now()
    rules, areas = resource(Rulebook), resource(Areas)
    with resource(Database).write() as session:
        return once(
            session,
            lambda: corrections.correct_notice(session, actor, ref, body, rules=rules, areas=areas, now=now),
        )


@route(
    blp,
    "POST",
    "/notices/<ref>/withdrawal",
    permission="notice.withdraw",
    body=WithdrawalIn,
    out=out.NoticeOut,
    status=201,
    idempotent=True,
)
def withdraw_notice(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Withdraw a notice, with a reason; its recipients are told, and what only it set off is void."""
    now = utc_now()
    rules, areas = resource(Rulebook), resource(Areas)
    with resource(Database).write() as session:

        def act() -> Any:
            withdrawals.withdraw_notice(session, actor, ref, reason=body["reason"], rules=rules, areas=areas, now=now)
            return views.read_notice(session, actor, ref, now=now)

        return once(session, act)


@route(
    blp,
    "POST",
    "/notices/<ref>/acknowledgement",
    permission="notice.acknowledge",
    body=AcknowledgementIn,
    out=out.AcknowledgedOut,
    status=201,
    idempotent=True,
)
def acknowledge_notice(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Acknowledge a notice that came to your organisation; say what you promise, and by when."""
    now, rules = utc_now(), resource(Rulebook)
    with resource(Database).write() as session:
        return once(
            session, lambda: acknowledging.acknowledge_notice(session, actor, ref, **body, rules=rules, now=now)
        )


@route(
    blp,
    "POST",
    "/notices/<ref>/redirect",
    permission="notice.redirect",
    body=RedirectIn,
    out=out.RedirectedOut,
    status=201,
    idempotent=True,
)
def redirect_notice(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Say that the child is not in your area and in whose: the hub passes everything on, and the clocks stand."""
    now = utc_now()
    rules, areas = resource(Rulebook), resource(Areas)
    with resource(Database).write() as session:

        def act() -> Any:
            redirected = redirects.redirect_notice(session, actor, ref, **body, rules=rules, areas=areas, now=now)
            return {"notice": ref, "placement": redirected.placement, "redirected_to": redirected.host}

        return once(session, act)


@route(
    blp,
    "POST",
    "/notices/<ref>/area-acceptance",
    permission="notice.redirect",
    body=AcceptanceIn,
    out=out.AcceptedOut,
    status=201,
    idempotent=True,
)
def accept_area(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Confirm that the address lies in your area."""
    now, rules = utc_now(), resource(Rulebook)
    with resource(Database).write() as session:

        def act() -> Any:
            was_open = acknowledging.accept_area(
                session, actor, ref, by=body["by"], areas=resource(Areas), rules=rules, now=now
            )
            return {"notice": ref, "was_open": was_open}

        return once(session, act)
