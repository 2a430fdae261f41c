"""The list of the children who live with a home or agency, those it expects, those who left; and what it sees of each."""

from typing import Any, Final

from flask import Blueprint, Response, redirect, request
from flask_babel import lazy_gettext

from hub.core.clock import london_date, utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.duties.rulebook import Rulebook
from hub.missing.views import missing_now
from hub.registry import views
from hub.registry.register import residents
from hub.web import searches
from hub.web.cursors import ref_in_address
from hub.web.fact_words import MARKER_WORDS, SETTING_WORDS, STATUS_WORDS
from hub.web.home import said
from hub.web.home.trades import Trade, trade_of
from hub.web.pages import page
from hub.web.signed_in import acting, install_refusals, may

blp = Blueprint("home_lists", __name__, url_prefix="/residents", template_folder="../templates")
install_refusals(blp)

AT_ONCE: Final = 50
PRINTED_AT_MOST: Final = 500
_SEARCH: Final = "residents"
_NEWS: Final = {
    "kept": lazy_gettext("What you entered is kept. Nothing was sent yet."),
    "discarded": lazy_gettext("What you had begun is gone. Nothing was sent."),
}


@blp.get("")
@may("resident.read")
def living() -> Response:
    """The children who live here now, those who are expected, and notices that were begun and not sent."""
    trade, sought = trade_of(acting()), _sought()
    with resource(Database).write() as session:
        now = utc_now()
        shared: dict[str, Any] = {"rules": resource(Rulebook), "now": now}
        after = ref_in_address("pla")
        here = residents.read_residents(session, acting(), name=sought, after=after, at_most=AT_ONCE, **shared)
        expected, unsent = None, []
        if not sought and not after:
            expected = residents.read_residents(session, acting(), "expected", at_most=AT_ONCE, **shared)
            unsent = residents.unsent(session, acting(), [trade.arrival.kind, trade.leaving.kind])
        gone = {
            each.placement: each for each in missing_now(session, acting(), part="provider", at_most=AT_ONCE, now=now)
        }
    about = {"expected": expected, "unsent": unsent, "gone": gone}
    return _list("home/residents.html", trade, here, sought, **about, news=_news(), path="/residents")


@blp.get("/left")
@may("resident.read")
def left() -> Response:
    """The children who lived here."""
    trade, sought = trade_of(acting()), _sought()
    with resource(Database).write() as session:
        after, now = ref_in_address("pla"), utc_now()
        rules = resource(Rulebook)
        gone = residents.read_residents(
            session, acting(), "ended", name=sought, after=after, at_most=AT_ONCE, rules=rules, now=now
        )
    return _list("home/residents_left.html", trade, gone, sought, path="/residents/left")


def _list(template: str, trade: Trade, found: residents.Residents, sought: str | None, **about: Any) -> Response:
    further = f"{about['path']}?after={found.after}" if found.after else ""
    return page(template, trade=trade, found=found, sought=sought, further_path=further, name_of=said.name_of, **about)


def _news() -> str:
    return next((str(words) for name, words in _NEWS.items() if request.args.get(name)), "")


def _sought() -> str | None:
    """The name that was searched for, where this page is the answer."""
    return searches.kept(_SEARCH, now=utc_now()).get("name") if request.args.get("found") else None


@blp.post("/search")
@may("resident.read")
def search() -> Any:
    """Look for a child by name, among those who live here or those who left."""
    path = "/residents/left" if request.form.get("among") == "left" else "/residents"
    name = " ".join(request.form.get("name", "").split())[:100]
    if not name:
        return redirect(path, 303)
    return searches.keep(redirect(f"{path}?found=yes", 303), _SEARCH, {"name": name}, now=utc_now())  # type: ignore[arg-type]


@blp.get("/print")
@may("resident.read")
def printed() -> Response:
    """Every child who lives here, on paper."""
    trade, now = trade_of(acting()), utc_now()
    with resource(Database).write() as session:
        here = residents.read_residents(session, acting(), at_most=PRINTED_AT_MOST, rules=resource(Rulebook), now=now)
    return page("home/print.html", trade=trade, found=here, now=now, today=london_date(now), name_of=said.name_of)


@blp.get("/<ref>")
@may("resident.read")
def child(ref: str) -> Response:
    """What the home sees of one child: who placed, whom to ring now, what to look out for, its own notices."""
    trade, now = trade_of(acting()), utc_now()
    with resource(Database).write() as session:
        seen = views.read_placement(session, acting(), ref, now=now)
        about = None
        if seen.state not in ("ended", "cancelled"):
            about = residents.resident(session, acting(), ref, rules=resource(Rulebook), now=now)
    own = [each for each in seen.notices if each.sender["ref"] == acting().organisation_ref]
    return page(
        "home/child.html",
        trade=trade,
        seen=seen,
        about=about,
        own=own,
        name=said.name_of(seen.child),
        markers=MARKER_WORDS,
        settings=SETTING_WORDS,
        statuses=STATUS_WORDS,
        kinds=_KINDS,
    )


_KINDS: Final = {
    "home_admission": lazy_gettext("Admission"),
    "home_discharge": lazy_gettext("Discharge"),
    "supported_admission": lazy_gettext("Admission"),
    "supported_discharge": lazy_gettext("Discharge"),
    "fostering_arrival": lazy_gettext("Arrival"),
    "fostering_leaving": lazy_gettext("Leaving"),
}
