"""Postcodes that may be another council's than the tables say: what redirected notices told, for the operator to decide."""

from typing import Final

from flask import Response, request

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.directory import area_corrections
from hub.directory.areas import Areas
from hub.directory.states import CORRECTION
from hub.web.cursors import ref_in_address
from hub.web.operator.parts import BASE, group, shown
from hub.web.organisation.words import PROPOSAL_WORDS
from hub.web.pages import led_to
from hub.web.signed_in import acting, may

blp = group("areas", "/area-corrections")
PATH: Final = f"{BASE}/area-corrections"
AT_ONCE: Final = 50


@blp.get("")
@may("area.correct")
def corrections() -> Response:
    """What waits, or what was decided."""
    state = request.args.get("state", CORRECTION.start)
    wanted, after = state if state in CORRECTION.states else CORRECTION.start, ref_in_address("arc")
    with resource(Database).read() as session:
        rows = area_corrections.listed(session, state=wanted, after=after, at_most=AT_ONCE + 1, areas=resource(Areas))
    further = f"{PATH}?state={wanted}&after={rows[AT_ONCE - 1]['ref']}" if len(rows) > AT_ONCE else ""
    states = [(each, PROPOSAL_WORDS[each][0]) for each in CORRECTION.states]
    return shown("area_corrections", rows=rows[:AT_ONCE], state=wanted, states=states, further=further)


@blp.post("/<ref>/<any(confirm, refuse):act>")
@may("area.correct")
def decide(ref: str, act: str) -> Response:
    """Confirm that the postcode is the other council's, or refuse it."""
    with resource(Database).write() as session:
        area_corrections.decide(session, acting(), ref, act, areas=resource(Areas), now=utc_now())
    return led_to(f"{PATH}?done=area-{act}")
