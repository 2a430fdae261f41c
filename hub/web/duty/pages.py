"""Who is on duty at one's own organisation: now, next, when nobody is; overriding a desk; the calendar's secret address."""

from typing import Any, Final

from flask import Response, request
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import Conflict, Invalid
from hub.core.http import resource
from hub.core.settings import Settings
from hub.directory.duty import feed, queries, service
from hub.duties.rulebook import Rulebook
from hub.notify.duty import telling
from hub.notify.duty.schemas import OverrideIn
from hub.web import forms
from hub.web.duty import words
from hub.web.forms import Filled
from hub.web.organisation.parts import BASE, group, own, who
from hub.web.pages import page, with_status
from hub.web.signed_in import acting, allowed, done_once, may

blp = group("duty", "/duty")
PATH: Final = f"{BASE}/duty"
_NAMES: Final = ("name", "phone", "reason", "from", "until")
SHOWN: Final = 14
"""So many of the next changes stand on the page."""


def _shown(template: str, *, status: int = 200, **said: Any) -> Response:
    return with_status(page(f"duty/{template}.html", **({"words": words, "errors": {}, "base": BASE} | said)), status)


@blp.get("")
@may("duty.read")
def show() -> Response:
    """Who answers now, what changes next, when nobody does."""
    return _rota()


def _rota(made: feed.MadeFeed | None = None) -> Response:
    rules, now = resource(Rulebook), utc_now()
    with resource(Database).read() as session:
        actor, whose = acting(), own(session)
        rota = service.read_rota(session, actor, whose.ref, rules=rules, now=now)
        has_feed = bool(queries.feeds_of(session, actor.ref, actor.organisation))
        entered = {each.ref: who(session, actor, each.entered_by) for each in rota.overrides}
    address = f"{resource(Settings).base_url.rstrip('/')}/duty/{made.token}.ics" if made else ""
    return _shown(
        "rota",
        rota=rota,
        shifts=rota.shifts[:SHOWN],
        entered=entered,
        days=rules.policy.rota.gap_days,
        has_feed=has_feed,
        address=address,
        may_have_feed=actor.kind == "person",
        may_add=allowed("contact_point.add"),
        was_done=words.DONE_WORDS.get(request.args.get("done", "")),
    )


# --- overriding a desk ------------------------------------------------------------------------------------------------


@blp.get("/override")
@may("duty.override")
def override_form() -> Response:
    """The form in which another desk is put in the stead of the rota's for a while."""
    return _override(Filled(), 200)


def _override(given: Filled, status: int) -> Response:
    days = resource(Rulebook).policy.rota.override_days
    return _shown("override", status=status, typed=given.typed, errors=given.errors, days=days)


@blp.post("/override")
@may("duty.override")
def override() -> Any:
    """Do it; every other administrator is told."""
    given = forms.filled(OverrideIn(), _NAMES, request.form)
    if given.errors:
        return _override(given, 422)

    def act(session: Session) -> str:
        telling.override(session, acting(), own(session).ref, given.loaded, rules=resource(Rulebook), now=utc_now())
        return f"{PATH}?done=overridden"

    try:
        return done_once(act)
    except (Invalid, Conflict) as refusal:
        return _override(forms.refused(given, Invalid(refusal.sentence, fields=refusal.fields), _NAMES), refusal.status)


@blp.post("/overrides/<ref>/removal")
@may("duty.restore")
def remove(ref: str) -> Any:
    """The opening hours count again from now on."""

    def act(session: Session) -> str:
        service.remove_override(session, acting(), ref, now=utc_now())
        return f"{PATH}?done=removed"

    return done_once(act)


# --- the calendar's secret address ------------------------------------------------------------------------------------


@blp.post("/feed")
@may("duty.read")
def make_feed() -> Response:
    """A new secret address, shown this once; an earlier one stops working."""
    with resource(Database).write() as session:
        made = feed.make_feed(session, acting(), now=utc_now())
    return _rota(made)


@blp.post("/feed/stop")
@may("duty.read")
def stop_feed() -> Any:
    """The secret address stops working."""

    def act(session: Session) -> str:
        feed.revoke_feed(session, acting(), now=utc_now())
        return f"{PATH}?done=stopped"

    return done_once(act)
