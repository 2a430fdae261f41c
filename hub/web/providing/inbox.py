"""A provider's inbox: what is asked, by when, what it pays; what was taken on, and the next thing to do about it.

It names children whom the reader's organisation was commissioned to see, so each time something new stands on it is on record; a
script that has the same already is shown nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Response, request
from sqlalchemy.orm import Session

from hub.access.browser import refreshes_itself
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.duties.rulebook import Rulebook
from hub.spotpurchase import in_hand, views
from hub.spotpurchase import queries as requests
from hub.spotpurchase.providers.service import Entry
from hub.spotpurchase.views import AskSeen
from hub.web import live
from hub.web.providing import offering, words
from hub.web.providing.blueprint import blp, shown
from hub.web.providing.entry import PROVIDER, own_entry
from hub.web.signed_in import acting, allowed, may

AT_ONCE: Final = 50
OPEN: Final = ("asked", "lapsed", "offered")
CLOSED: Final = ("declined", "referred", "not_needed", "won")


@dataclass(frozen=True)
class Asked:
    """One thing that is asked, and what it would pay by our card: ``None`` where we have none."""

    ask: AskSeen
    pence: int | None


@blp.get("/providing")
@may("interview.hold")
def inbox() -> Response:
    """The inbox."""
    now = utc_now()
    if refreshes_itself(request):
        with resource(Database).read() as session:
            page = _inbox(session, now)
        if live.has_already(request, page):
            return page
    with resource(Database).write() as session:
        return _inbox(session, now)


def _inbox(session: Session, now: datetime) -> Response:
    is_provider = acting().organisation_kind == PROVIDER
    entry = own_entry(session) if is_provider else None
    asks = _asked(session, entry, OPEN, now) if is_provider else []
    held = in_hand.in_hand(session, acting(), at_most=AT_ONCE, rules=resource(Rulebook), now=now)
    return shown(
        "inbox",
        is_provider=is_provider,
        entry=entry,
        waiting=[each for each in asks if each.ask.state != "offered"],
        offered=[each for each in asks if each.ask.state == "offered"],
        held=held,
        count=sum(each.ask.state == "asked" for each in asks),
        may_switch=allowed("interview_provider.change"),
        may_answer=allowed("interview.answer"),
        was_done=words.DONE_WORDS.get(request.args.get("done", "")),
        now=now,
    )


def _asked(session: Session, entry: Entry | None, states: Sequence[str], now: datetime) -> list[Asked]:
    """What is asked, the first to be answered first; what lapsed after the others, for somebody else may take it meanwhile."""
    found = views.list_asks(session, acting(), states=states, at_most=AT_ONCE, now=now)
    in_order = sorted(found, key=lambda each: (each.state != "asked", each.reply_by))
    return [Asked(each, offering.price(entry, now)) for each in in_order]


@blp.get("/providing/before")
@may("interview.hold")
def before() -> Response:
    """What we answered, and what is over."""
    now = utc_now()
    is_provider = acting().organisation_kind == PROVIDER
    shared: dict[str, Any] = {"at_most": AT_ONCE, "now": now}
    with resource(Database).write() as session:
        asks = views.list_asks(session, acting(), states=CLOSED, **shared) if is_provider else []
        held = in_hand.in_hand(session, acting(), states=in_hand.OVER, rules=resource(Rulebook), **shared)
        kept = requests.performed_by(session, acting().organisation, [each.request for each in asks])
    return shown("before", asks=[each for each in asks if each.request not in kept], held=held, now=now)
