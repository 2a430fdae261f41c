"""Is the hub well, and what is stuck? What to do about each; and what was given up, to be sent again."""

from typing import Final

from flask import Response
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.core.settings import Settings
from hub.notify import inbox, operating_queries
from hub.notify.messages.render import template_of
from hub.web.cursors import BEFORE, ref_in_address
from hub.web.operator.health_words import VERDICTS, checks, worst
from hub.web.operator.parts import BASE, group, shown
from hub.web.operator.standing import standing
from hub.web.organisation.words import DELIVERY_WORDS
from hub.web.signed_in import acting, done_once, may

blp = group("health", "")
AT_ONCE: Final = 50


@blp.get("")
@may("organisation.add")
def show() -> Response:
    """How everything stands, refreshed by itself."""
    settings = resource(Settings)
    found = standing(resource(Database), settings, now=utc_now())
    listed = checks(found, settings)
    return shown(
        "health",
        found=found,
        checks=listed,
        verdict=worst(listed),
        verdicts=VERDICTS,
        troubles=sum(check.verdict != "well" for check in listed),
    )


@blp.get("/deliveries")
@may("organisation.add")
def given_up() -> Response:
    """What was given up and is still wanted, newest first."""
    with resource(Database).read() as session:
        before = ref_in_address("dlv", BEFORE)
        rows = operating_queries.given_up(session, before=before, at_most=AT_ONCE + 1)
    further = f"{BASE}/deliveries?before={rows[AT_ONCE - 1].ref}" if len(rows) > AT_ONCE else ""
    listed = [(row, DELIVERY_WORDS[row.state], template_of(row.kind).title) for row in rows[:AT_ONCE]]
    return shown("deliveries", listed=listed, further=further)


@blp.post("/deliveries/<ref>/resend")
@may("delivery.resend")
def resend(ref: str) -> Response:
    """Queue one again, now, under the same reference."""

    def act(session: Session) -> str:
        inbox.resend(session, acting(), ref, now=utc_now())
        return f"{BASE}/deliveries?done=resent"

    return done_once(act)
