"""Money over HTTP: statements as JSON, CSV and PDF; what was agreed and charged for one interview; corrections."""

import io
from datetime import datetime
from typing import Any, Final

from flask import Response

from hub.core.actor import Actor
from hub.core.clock import london_date, utc_now
from hub.core.db import Database
from hub.core.http import Blueprint, resource, route
from hub.core.idempotency import Once
from hub.spotpurchase.money import correcting, statements
from hub.spotpurchase.money.schemas import (
    AdjustmentIn,
    AgreedPriceIn,
    PurchaseOut,
    StatementOut,
    StatementsOut,
    StatementsQuery,
    month_in,
)
from hub.spotpurchase.money.statements import Purchase, Statement, file_name
from hub.spotpurchase.money.writing import write_csv, write_pdf

blp = Blueprint(
    "interview_money", __name__, url_prefix="/api/v1", description="What interviews cost: purchases and statements"
)
Body = dict[str, Any]
CSV: Final = {
    "description": "A row for each line, and the sums in the last; money in whole pence",
    "content": {"text/csv": {"schema": {"type": "string"}}},
}
PAPER: Final = {
    "description": "The statement on A4",
    "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
}


@route(blp, "GET", "/statements", permission="statement.read", query=StatementsQuery, out=StatementsOut)
def list_statements(actor: Actor, query: Body) -> Any:
    """See with whom your organisation bought or sold interviews in a month, and what that comes to."""
    now = utc_now()
    month = month_in(query["month"]) if query["month"] else london_date(now).replace(day=1)
    with resource(Database).read() as session:
        return {"month": month, "statements": statements.statements(session, actor, month=month, now=now)}


@route(blp, "GET", "/statements/<month>/<ref>", permission="statement.read", out=StatementOut)
def show_statement(actor: Actor, month: str, ref: str) -> Any:
    """See the statement of your organisation with another for a month, line by line; the reading is recorded."""
    return _statement(actor, month, ref, now=utc_now())


@route(blp, "GET", "/statements/<month>/<ref>.csv", permission="statement.read", cost=1)
@blp.doc(responses={"200": CSV})  # type: ignore[untyped-decorator]
def give_statement_as_csv(actor: Actor, month: str, ref: str) -> Response:
    """Give the same statement as CSV, for a finance system; the reading is recorded."""
    found, file = _statement(actor, month, ref, now=utc_now()), io.StringIO(newline="")
    write_csv(found, file)
    return _file(file.getvalue().encode("utf-8-sig"), "text/csv", found, "csv")


@route(blp, "GET", "/statements/<month>/<ref>.pdf", permission="statement.read", cost=5)
@blp.doc(responses={"200": PAPER})  # type: ignore[untyped-decorator]
def give_statement_on_paper(actor: Actor, month: str, ref: str) -> Response:
    """Give the same statement as a PDF, for people; the reading is recorded."""
    now = utc_now()
    found = _statement(actor, month, ref, now=now)
    return _file(write_pdf(found, now=now), "application/pdf", found, "pdf")


@route(blp, "GET", "/purchases/<ref>", permission="statement.read", out=PurchaseOut)
def show_purchase(actor: Actor, ref: str) -> Any:
    """See what was agreed for one interview, by which rate card, and what was charged so far."""
    with resource(Database).read() as session:
        return statements.purchase(session, actor, ref)


@route(
    blp,
    "POST",
    "/purchases/<ref>/agreed-price",
    permission="purchase.agree",
    body=AgreedPriceIn,
    out=PurchaseOut,
    idempotent=True,
)
def agree_more(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Agree that an interview may come to more than was agreed; what is charged for it stays until it is corrected."""
    now = utc_now()

    def act() -> Purchase:
        correcting.agree_more(session, actor, ref, **body, now=now)
        return statements.purchase(session, actor, ref)

    with resource(Database).write() as session:
        return once(session, act)


@route(
    blp,
    "POST",
    "/purchase-entries/<ref>/adjustment",
    permission="purchase.adjust",
    body=AdjustmentIn,
    out=PurchaseOut,
    status=201,
    idempotent=True,
)
def adjust(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Put right what was charged, by an entry against it in the present month's statement."""
    now = utc_now()

    def act() -> Purchase:
        commission = correcting.adjust(session, actor, ref, **body, now=now)
        return statements.purchase(session, actor, commission.ref)

    with resource(Database).write() as session:
        return once(session, act)


def _statement(actor: Actor, month: str, ref: str, *, now: datetime) -> Statement:
    with resource(Database).write() as session:
        return statements.statement(session, actor, ref, month=month_in(month), now=now)


def _file(content: bytes, kind: str, found: Statement, ending: str) -> Response:
    response = Response(content, mimetype=kind)
    response.headers.set("Content-Disposition", "attachment", filename=file_name(found, ending))
    return response
