"""The privacy lead's reviews: a sample of look-ups that takes minutes, and each shield that was broken."""

from collections.abc import Callable
from typing import Any, Final

from flask import Response, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.lookup import reviews
from hub.lookup.reviews import Owed
from hub.lookup.schemas import ReviewOutcomeIn
from hub.web import forms
from hub.web.auditing.shown import actors_of
from hub.web.cursors import ref_in_address
from hub.web.desk.officer import officer
from hub.web.forms import Filled
from hub.web.look_up.accounts import AT_ONCE, asker_of, onward
from hub.web.look_up.blueprint import blp, shown, terms
from hub.web.sending import Again, sent
from hub.web.signed_in import acting, may

_NAMES: Final = ("outcome", "note", "by")


@blp.get("/look-up-reviews")
@may("look_up.review")
def to_review() -> Response:
    """Today's sample, and the reviews that are owed for broken shields."""
    now = utc_now()
    with resource(Database).write() as session:
        sample = reviews.worklist(session, acting(), policy=terms().policy, now=now)
        rows = reviews.list_owed(session, acting(), after=ref_in_address("rvw"), at_most=AT_ONCE + 1, now=now)
    owed, further = onward(rows, "/look-up-reviews")
    return shown(
        "reviews", sample=sample, owed=owed, further_path=further, waiting=sum(each.made is None for each in owed)
    )


@blp.get("/look-ups/<ref>/review")
@may("look_up.review")
def review_form(ref: str) -> Response:
    """The question whether a look-up was proper, under what was asked and shown."""
    return _look_up_form(ref, Filled())


@blp.post("/look-ups/<ref>/review")
@may("look_up.review")
def review(ref: str) -> Response:
    """Record what was found of a look-up."""

    def act(session: Session, outcome: dict[str, Any]) -> None:
        reviews.review_look_up(session, acting(), ref, **outcome, now=utc_now())

    return _recorded(act, lambda given, status: _look_up_form(ref, given, status), f"/look-ups/{ref}")


@blp.get("/look-up-reviews/<ref>")
@may("look_up.review")
def broken_shield(ref: str) -> Response:
    """One broken shield: who broke it, why, what was shown; and the question whether that was proper."""
    return _shield_form(ref, Filled())


@blp.post("/look-up-reviews/<ref>")
@may("look_up.review")
def judge_shield(ref: str) -> Response:
    """Record whether breaking the shield was proper."""

    def act(session: Session, outcome: dict[str, Any]) -> None:
        reviews.record_outcome(session, acting(), ref, **outcome, now=utc_now())

    return _recorded(act, lambda given, status: _shield_form(ref, given, status), f"/look-up-reviews/{ref}")


def _recorded(act: Callable[[Session, dict[str, Any]], None], again: Again, path: str) -> Response:
    given = forms.filled(ReviewOutcomeIn(), _NAMES, request.form)

    def done(session: Session) -> str:
        act(session, given.loaded)
        return path

    return sent(given, _NAMES, done, again)


def _look_up_form(ref: str, given: Filled, status: int = 200) -> Response:
    with resource(Database).write() as session:
        found = reviews.read_look_up(session, acting(), ref, now=utc_now())
        who = asker_of(session, found)
    return _form("review", given, status, f"/look-ups/{ref}/review", found=found, who=who)


def _shield_form(ref: str, given: Filled, status: int = 200) -> Response:
    with resource(Database).write() as session:
        found = reviews.read_review(session, acting(), ref, now=utc_now())
        who = found.by or actors_of(session, acting()).get(found.actor) or _of_elsewhere(found)
    return _form("shield_review", given, status, f"/look-up-reviews/{ref}", found=found, who=who)


def _of_elsewhere(found: Owed) -> str:
    """Whoever broke a shield from another organisation, which alone knows their name."""
    said = {"organisation": found.organisation["name"], "ref": found.actor}
    return str(gettext("Somebody of %(organisation)s, who can say who it was by this reference: %(ref)s", **said))


def _form(template: str, given: Filled, status: int, action: str, **said: Any) -> Response:
    with resource(Database).read() as session:
        typed = given.typed or {"by": officer(session, acting())}
    return shown(template, status=status, typed=typed, errors=given.errors, action=action, **said)
