"""Check the answers, see what is owed before sending and after, send once, and keep the receipt."""

from datetime import datetime
from typing import Any

from flask import Response, request
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from hub.core.clock import london_date, utc_now
from hub.core.db import Database
from hub.core.errors import EditConflict, Invalid
from hub.core.http import resource
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry import drafts
from hub.registry.forecast import forecast_draft
from hub.registry.receipts import Line, receipt_again
from hub.web import forms
from hub.web.pages import page, with_status
from hub.web.signed_in import acting, done_once, may
from hub.web.writing import answers, approval, words
from hub.web.writing.about import placement_named
from hub.web.writing.blueprint import blp, draft_of
from hub.web.writing.questions import section_asking


@blp.get("/drafts/<ref>/check")
@may("notice.draft")
def check(ref: str) -> Response:
    """The answers, and what would be met, late and still owed if it were sent now."""
    return _check_page(ref)


def _check_page(ref: str, *, has_changed: bool = False, refusal: Invalid | None = None) -> Response:
    areas, now = resource(Areas), utc_now()
    with resource(Database).write() as session:
        found = draft_of(session, ref)
        said = forecast_draft(session, acting(), ref, rules=resource(Rulebook), areas=areas, now=now)
        approved = approval.status_of(approval.approval_of(session, found))
        named = placement_named(session, found)
    return page(
        "writing/check.html",
        draft=found,
        named=named,
        forecast=said,
        cards=answers.cards_of(found.content, found.kind, found.missing, areas),
        asked=answers.asked_of(found.kind, found.missing),
        refused=_led(found.kind, refusal.fields if refusal else said.refused.fields if said.refused else {}),
        has_changed=has_changed,
        approval=approved,
        words=words,
        overdue=overdue_words,
        now=now,
    )


def _led(kind: str, fields: Any) -> list[tuple[str, str, str]]:
    """Of what stands in the way: the sentence, and the section and control where it is put right."""
    found = []
    for path, said in fields.items():
        section = section_asking(kind, path)
        found.append(
            (said[0], section.key if section else "", forms.control_of(path, section.names) if section else path)
        )
    return found


@blp.post("/drafts/<ref>/send")
@may("notice.register")
def send(ref: str) -> Any:
    """Register the draft as it was checked, once; the receipt is the answer."""
    version = request.form.get("version", default=0, type=int)
    try:
        return done_once(lambda session: _sent(session, ref, version))
    except EditConflict:
        return with_status(_check_page(ref, has_changed=True), 409)
    except Invalid as refusal:
        return with_status(_check_page(ref, refusal=refusal), 422)


def _sent(session: Session, ref: str, version: int) -> str:
    if draft_of(session, ref).version != version:
        raise EditConflict(gettext("The draft was changed after you checked it."))
    receipt = drafts.register_draft(
        session, acting(), ref, rules=resource(Rulebook), areas=resource(Areas), now=utc_now()
    )
    return f"/notices/{receipt.notice}/receipt"


@blp.get("/notices/<ref>/receipt")
@may("notice.receipt")
def receipt(ref: str) -> Response:
    """The receipt in plain words, as each duty stands now; it is made to be printed."""
    with resource(Database).read() as session:
        found = receipt_again(session, acting(), ref, rules=resource(Rulebook), areas=resource(Areas), now=utc_now())
    now = utc_now()
    return page("writing/receipt.html", receipt=found, words=words, overdue=overdue_words, now=now, state_of=state_of)


def state_of(line: Line) -> tuple[str, str]:
    """How a duty stands, in words and a colour."""
    return words.DUTY_STATES["overdue" if line.is_overdue else line.state]


def overdue_words(line: Line, at: datetime) -> str:
    """``3 days late``: how long after a duty was due the instant *at* is, by London's days."""
    due_on = line.due_on or (london_date(line.due_at) if line.due_at else london_date(at))
    days = (london_date(at) - due_on).days
    if days < 1:
        return str(gettext("less than a day late"))
    return str(ngettext("%(num)s day late", "%(num)s days late", days))
