"""Who can be reached tonight, and who cannot; which systems act for whom."""

from typing import Final

from flask import Response

from hub.access import listing_queries as clients
from hub.core.clock import london_date, utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.directory import listing_queries, reachability
from hub.duties.rulebook import Rulebook
from hub.notify import unreachable
from hub.web.cursors import ref_in_address
from hub.web.operator.parts import BASE, group, shown
from hub.web.organisation.words import KIND_WORDS, PROBLEM_WORDS, scope_options
from hub.web.pages import led_to
from hub.web.signed_in import may

blp = group("reach", "")
AT_ONCE: Final = 50


@blp.get("/reachability")
@may("reachability.survey")
def reach() -> Response:
    """How far the directory can be reached, by kind; and every organisation with a desk that nobody can reach."""
    today, after = london_date(utc_now()), ref_in_address("org")
    with resource(Database).read() as session:
        progress = listing_queries.progress(session, today)
        reports = reachability.survey(session, resource(Rulebook), on=today)
        troubled = [each for each in reports if each.cannot_reach or each.findings]
    troubled.sort(key=lambda each: (not each.reaches_nobody, each.name.casefold(), each.organisation))
    start = next((number + 1 for number, each in enumerate(troubled) if each.organisation == after), 0)
    page = troubled[start : start + AT_ONCE]
    is_more = len(troubled) > start + AT_ONCE
    return shown(
        "reachability",
        progress=[(KIND_WORDS[kind], *progress[kind]) for kind in KIND_WORDS if kind in progress],
        reports=page,
        count=len(troubled),
        nobody=sum(each.reaches_nobody for each in troubled),
        problem_words=PROBLEM_WORDS,
        further=f"{BASE}/reachability?after={page[-1].organisation}" if is_more else "",
    )


@blp.post("/reachability")
@may("reachability.survey")
def survey() -> Response:
    """Look at everybody now, and put the counts on record, as the worker does each night."""
    unreachable.survey_and_tell_once(resource(Database), resource(Rulebook), now=utc_now())
    return led_to(f"{BASE}/reachability?done=surveyed")


@blp.get("/systems")
@may("client.disable")
def systems() -> Response:
    """Every system that may act for some organisation."""
    after = ref_in_address("cli")
    with resource(Database).read() as session:
        rows = clients.with_owners(session, now=utc_now(), after=after, at_most=AT_ONCE + 1)
    further = f"{BASE}/systems?after={rows[AT_ONCE - 1].ref}" if len(rows) > AT_ONCE else ""
    return shown("systems", rows=rows[:AT_ONCE], scope_options=scope_options, further=further)
