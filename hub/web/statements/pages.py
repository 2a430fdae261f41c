"""What interviews cost, month by month: with whom, line by line, as a file; the seller puts a wrong line right."""

import io
from datetime import date, timedelta
from typing import Any, Final

from flask import Blueprint, Response, request
from flask_babel import gettext
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from hub.core.clock import london_date, utc_now
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.http import resource
from hub.directory import queries as directory
from hub.spotpurchase.money import correcting, statements
from hub.spotpurchase.money.pricing import in_pounds
from hub.spotpurchase.money.schemas import AdjustmentIn, StatementsQuery, month_in
from hub.spotpurchase.money.statements import Statement, StatementLine, file_name
from hub.spotpurchase.money.writing import write_csv, write_pdf
from hub.web import pounds
from hub.web.forms import Filled
from hub.web.pages import led_to, page, with_status
from hub.web.sending import sent
from hub.web.signed_in import acting, allowed, install_refusals, may
from hub.web.statements import words

PATH: Final = "/statements"
NAMES: Final = ("net_pence", "reason")

blp = Blueprint("statements", __name__, url_prefix=PATH, template_folder="../templates")
install_refusals(blp)


def _shown(template: str, *, status: int = 200, **said: Any) -> Response:
    given = {"errors": {}, "typed": {}, "words": words, "pounds": in_pounds}
    return with_status(page(f"statements/{template}.html", **(given | said)), status)


@blp.get("")
@may("statement.read")
def months() -> Response:
    """With whom interviews were bought or sold in a month, and what that comes to."""
    now = utc_now()
    month = _asked_month() or london_date(now).replace(day=1)
    with resource(Database).read() as session:
        found = statements.statements(session, acting(), month=month, now=now)
    before, after = (month - timedelta(days=1)).replace(day=1), (month + timedelta(days=31)).replace(day=1)
    return _shown(
        "months",
        month=month,
        found=found,
        before=before,
        after=after if after <= london_date(now) else None,
        is_closed=statements.is_closed(month, now=now),
    )


def _asked_month() -> date | None:
    """The month in the address; ``None`` where none is named, or one that cannot be."""
    try:
        named = StatementsQuery().load({"month": request.args.get("month") or None})["month"]
    except ValidationError:
        return None
    return month_in(named) if named else None


@blp.get("/purchases/<ref>")
@may("statement.read")
def purchase(ref: str) -> Response:
    """What was bought under a commission is seen where the interview is."""
    with resource(Database).read() as session:
        found = statements.purchase(session, acting(), ref)
    return led_to(f"/interviews/{found.request}")


# --- one statement ----------------------------------------------------------------------------------------------------


@blp.get("/<month>/<ref>")
@may("statement.read")
def statement(month: str, ref: str) -> Response:
    """Every line of it; the reading is recorded."""
    found = _found(month, ref)
    return _shown("statement", found=found, other=_other(found), may_adjust=_may_adjust(found))


@blp.get("/<month>/<ref>/statement.csv")
@may("statement.read")
def as_csv(month: str, ref: str) -> Response:
    """For a finance system."""
    found, file = _found(month, ref), io.StringIO(newline="")
    write_csv(found, file)
    return _file(file.getvalue().encode("utf-8-sig"), "text/csv", found, "csv")


@blp.get("/<month>/<ref>/statement.pdf")
@may("statement.read")
def on_paper(month: str, ref: str) -> Response:
    """For people."""
    found = _found(month, ref)
    return _file(write_pdf(found, now=utc_now()), "application/pdf", found, "pdf")


def _found(month: str, ref: str) -> Statement:
    with resource(Database).write() as session:
        return statements.statement(session, acting(), ref, month=month_in(month), now=utc_now())


def _other(found: Statement) -> directory.Brief:
    return found.buyer if found.seller.id == acting().organisation else found.seller


def _may_adjust(found: Statement) -> bool:
    return found.seller.id == acting().organisation and allowed("purchase.adjust")


def _file(content: bytes, kind: str, found: Statement, ending: str) -> Response:
    response = Response(content, mimetype=kind)
    response.headers.set("Content-Disposition", "attachment", filename=file_name(found, ending))
    return response


# --- putting a line right ---------------------------------------------------------------------------------------------


@blp.get("/<month>/<ref>/<entry>")
@may("purchase.adjust")
def adjust_form(month: str, ref: str, entry: str) -> Response:
    """What should this line have come to, and why did it not?"""
    return _form(month, ref, entry, None)


@blp.post("/<month>/<ref>/<entry>")
@may("purchase.adjust")
def adjust(month: str, ref: str, entry: str) -> Response:
    """An entry against the line, in the present month's statement."""
    actor, now = acting(), utc_now()
    given = pounds.filled(AdjustmentIn(), NAMES, request.form, amounts=("net_pence",))

    def act(session: Session) -> str:
        correcting.adjust(session, actor, entry, **given.loaded, now=now)
        return f"{PATH}/{london_date(now):%Y-%m}/{ref}?done=adjusted"

    return sent(given, NAMES, act, lambda refused, status: _form(month, ref, entry, refused, status))


def _form(month: str, ref: str, entry: str, given: Filled | None, status: int = 200) -> Response:
    found = _found(month, ref)
    line = _line(found, entry)
    if line is None or not _may_adjust(found):
        raise NotFound(gettext("There is no line of yours with this reference on this statement."))
    typed = given.typed if given else {"net_pence": pounds.typed_from(max(line.net_pence, 0))}
    return _shown(
        "adjust",
        status=status,
        found=found,
        line=line,
        back=f"{PATH}/{month}/{ref}",
        typed=typed,
        errors=given.errors if given else {},
        reasons=list(words.REASON_WORDS.items()),
    )


def _line(found: Statement, entry: str) -> StatementLine | None:
    return next((line for line in found.lines if line.ref == entry), None)
