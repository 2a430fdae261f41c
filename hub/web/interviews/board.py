"""Every return home interview that a council owes or follows: what nobody has taken on first, then by the time left.

The board names children, so each time something new stands on it is on record. Where a script asks for the page again and has
the same already, nothing is shown, and nothing is recorded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from hub.access.browser import refreshes_itself
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.core.ids import is_ref
from hub.spotpurchase import return_queries, returns, views
from hub.spotpurchase.returns import Unasked
from hub.spotpurchase.views import RequestBrief
from hub.web import live
from hub.web.cursors import ref_in_address
from hub.web.interviews import words
from hub.web.interviews.blueprint import blp, shown
from hub.web.pages import led_to
from hub.web.signed_in import acting, allowed, may

AT_ONCE: Final = 50
PART_WORDS: Final = {
    "placing": lazy_gettext("Children we placed"),
    "host": lazy_gettext("Children who live in our area"),
}
SHOW_WORDS: Final = {"now": lazy_gettext("To be done"), "over": lazy_gettext("Done and over")}
SHOWS: Final = {
    "now": ("unplaced", "requested", "commissioned", "scheduled", "completed"),
    "over": ("reported", "declined_by_child", "cancelled"),
}
NEXT_WORDS: Final = {
    "unplaced": lazy_gettext("Decide how it is held"),
    "requested": lazy_gettext("Waits for an answer"),
    "commissioned": lazy_gettext("To be booked"),
    "scheduled": lazy_gettext("To be held"),
    "completed": lazy_gettext("Report to come"),
    "reported": lazy_gettext("Read the report"),
}
_NOT_FOUND: Final = lazy_gettext("Enter the reference of an interview (it begins with rhi_) or of an episode (mis_).")


@dataclass(frozen=True)
class Asked:
    """Which part of it."""

    part: str
    show: str
    after: str | None


@dataclass(frozen=True)
class Row:
    """One interview on the board; *waits*: an offer waits for somebody to choose."""

    seen: RequestBrief
    waits: bool

    @property
    def next(self) -> Any:
        """What is to be done about it next, and by nobody where it is over."""
        return gettext("Choose an offer") if self.waits else NEXT_WORDS.get(self.seen.state, "")


@blp.get("/interviews")
@may("interview.read")
def board() -> Response:
    """The board. Whoever holds interviews for others has an inbox instead."""
    if acting().organisation_kind == "rhi_provider":
        return led_to("/providing")
    sought = request.args.get("ref", "").strip()
    for kind, path in (("rhi", "/interviews/"), ("mis", "/missing/")):
        if is_ref(sought, kind):
            return led_to(f"{path}{sought}")
    wanted, now = _asked(), utc_now()
    if refreshes_itself(request):
        with resource(Database).read() as session:
            page = _board(session, wanted, sought, now)
        if live.has_already(request, page):
            return page
    with resource(Database).write() as session:
        return _board(session, wanted, sought, now)


def _asked() -> Asked:
    part, show = (request.args.get(name, "") for name in ("part", "show"))
    return Asked(
        part if part in PART_WORDS else "placing",
        show if show in SHOWS else "now",
        ref_in_address("rhi"),
    )


def _board(session: Session, wanted: Asked, sought: str, now: datetime) -> Response:
    actor = acting()
    found = views.list_requests(
        session,
        actor,
        part=wanted.part,
        states=SHOWS[wanted.show],
        after=wanted.after,
        at_most=AT_ONCE + 1,
        now=now,
    )
    listed = found[:AT_ONCE]
    waits = return_queries.with_offers(session, [each.ref for each in listed]) if wanted.part == "placing" else set()
    rows, unasked = [Row(each, each.ref in waits) for each in listed], _unasked(session, wanted, now)
    return shown(
        "board",
        status=422 if sought else 200,
        rows=_in_order(rows, wanted.show),
        unasked=unasked,
        count=len(unasked) + sum(row.waits or row.seen.state == "unplaced" for row in rows),
        child_of=child_of,
        asked=wanted,
        parts=list(PART_WORDS.items()),
        shows=list(SHOW_WORDS.items()),
        further_path=_address(wanted, listed[-1].ref) if found[AT_ONCE:] else "",
        typed={"ref": sought} if sought else {},
        errors={"ref": str(_NOT_FOUND)} if sought else {},
        may_ask=allowed("interview.request"),
        now=now,
    )


def _unasked(session: Session, wanted: Asked, now: datetime) -> Sequence[Unasked]:
    is_here = wanted.part == "placing" and wanted.show == "now" and wanted.after is None
    if not (is_here and allowed("interview.request")):
        return []
    return returns.unasked(session, acting(), at_most=AT_ONCE, now=now)


def _in_order(rows: list[Row], show: str) -> list[Row]:
    """What nobody has taken on, then what waits for a choice, then by the time that is left; of what is over the newest."""
    if show != "now":
        return rows
    states = SHOWS["now"]
    return sorted(
        rows,
        key=lambda row: (
            row.seen.state != "unplaced",
            not row.waits,
            states.index(row.seen.state),
            row.seen.facts["latest_at"],
        ),
    )


def _address(wanted: Asked, after: str) -> str:
    return "/interviews?" + urlencode({"part": wanted.part, "show": wanted.show, "after": after})


def child_of(seen: RequestBrief) -> str:
    """The child's name, to who may see it; else how old."""
    if seen.facts.get("name"):
        return words.child(seen.facts["name"])
    band = seen.facts.get("age_band")
    return str(gettext("Aged %(age)s", age=str(words.AGE_WORDS[band]).lower())) if band else str(gettext("A child"))
