"""The ladders of an organisation's duties: the list, and one of them."""

from flask import Response

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.duties.rulebook import Rulebook
from hub.web.organisation import ladders_shown, points_shown
from hub.web.organisation.parts import group, own, shown
from hub.web.signed_in import acting, may

blp = group("ladders", "/ladders")


@blp.get("")
@may("ladder.read")
def show_all() -> Response:
    """Every ladder that climbs while the organisation owes something."""
    now, rules = utc_now(), resource(Rulebook)
    with resource(Database).read() as session:
        whose = own(session)
        report = points_shown.report(session, whose, rules, now=now)
        cannot_reach = report.cannot_reach if report else ()
        listed = ladders_shown.listed(session, whose, rules, cannot_reach=cannot_reach)
    return shown("ladders", ladders=listed)


@blp.get("/<name>")
@may("ladder.read")
def show(name: str) -> Response:
    """One ladder: its rungs, whom it would tell if something fell due in a week, and its versions."""
    now, rules = utc_now(), resource(Rulebook)
    with resource(Database).read() as session:
        whose = own(session)
        said = ladders_shown.told(session, acting(), whose, name, rules)
        rungs = ladders_shown.rungs_in_force(session, whose, name, rules)
        due_on = ladders_shown.ahead(now)
        trial = ladders_shown.tried(
            session, acting(), name, rungs, due_on=due_on, is_at_risk=False, rules=rules, now=now
        )
    return shown("ladder", trial=trial, due_on=due_on, **said)
