"""What we sent and our drafts: found by reference, narrowed by kind and state."""

from typing import Any, Final

from flask import Response, redirect, request
from flask_babel import gettext

from hub.core.db import Database
from hub.core.http import resource
from hub.core.ids import is_ref
from hub.registry import drafts, notice_queries, views
from hub.registry.content import SENDER_OF
from hub.registry.notice_queries import NoticeFilter
from hub.web.cursors import ref_in_address
from hub.web.forms import Errors
from hub.web.pages import page, with_status
from hub.web.signed_in import acting, may
from hub.web.writing import words
from hub.web.writing.blueprint import blp

SHOWN: Final = 25
DRAFTS_SHOWN: Final = 50
_STATES: Final = ("registered", "superseded", "withdrawn")


@blp.get("/notices")
@may("notice.draft")
def notices() -> Response:
    """Our drafts, and the notices that we sent, newest first."""
    return _page({}, "")


@blp.post("/notices")
@may("notice.draft")
def find() -> Any:
    """Go to what a reference names. References stand on receipts and in e-mails; they say nothing about a child."""
    ref = request.form.get("ref", "").strip().lower()
    if is_ref(ref, "pla"):
        return redirect(f"/placements/{ref}", 303)
    if not is_ref(ref, "ntc"):
        said = gettext("Enter the whole reference, such as ntc_ and 26 letters and digits.")
        return with_status(_page({"ref": said}, ref), 422)
    with resource(Database).read() as session:
        is_draft = notice_queries.draft_of(session, ref, acting().organisation) is not None
        is_seen = notice_queries.notice_seen_by(session, ref, acting().organisation) is not None
    if not (is_draft or is_seen):
        said = gettext("There is no notice of yours with this reference. Check it against the receipt or the e-mail.")
        return with_status(_page({"ref": said}, ref), 422)
    return redirect(f"/drafts/{ref}" if is_draft else f"/notices/{ref}", 303)


def _page(errors: Errors, ref: str) -> Response:
    wanted, after = _wanted(), ref_in_address("ntc")
    with resource(Database).read() as session:
        found = views.list_notices(session, acting(), wanted, after=after, at_most=SHOWN + 1)
        begun = notice_queries.drafts_of(session, acting().organisation, after=None, at_most=DRAFTS_SHOWN)
        listed = [drafts.drafted(session, row, acting().nation) for row in begun] if after is None else []
        told = notice_queries.told_of(session, [each.ref for each in found[:SHOWN]])
    return page(
        "writing/notices.html",
        notices=found[:SHOWN],
        told=told,
        drafts=listed,
        more=_path(wanted, found[SHOWN - 1].ref) if len(found) > SHOWN else "",
        wanted=wanted,
        kinds=[(kind, said) for kind, said in words.KINDS.items() if SENDER_OF[kind] == acting().organisation_kind],
        states=[(state, words.STATES[state][0]) for state in _STATES],
        words=words,
        errors=errors,
        typed={"ref": ref, "kind": wanted.kind or "", "state": wanted.state or ""},
    )


def _wanted() -> NoticeFilter:
    kind, state = request.args.get("kind"), request.args.get("state")
    return NoticeFilter(
        box="sent", kind=kind if kind in words.KINDS else None, state=state if state in _STATES else None
    )


def _path(wanted: NoticeFilter, after: str) -> str:
    said = [("kind", wanted.kind), ("state", wanted.state), ("after", after)]
    return "/notices?" + "&".join(f"{name}={value}" for name, value in said if value)
