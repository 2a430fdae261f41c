"""Reporting a child missing on a telephone: who, when last seen, report. Three presses from the list to the receipt.

Nothing is kept of a report that was begun: its few answers stand in the form, and the time in the address of its second page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Response, redirect, request
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.http import resource
from hub.core.ids import is_ref
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.missing import service
from hub.missing.schemas import ReportIn
from hub.missing.told import who_was_told
from hub.missing.views import missing_now, read_episode
from hub.registry import views
from hub.registry.markers import reading
from hub.registry.register import residents
from hub.web import forms
from hub.web.cursors import ref_in_address
from hub.web.desk.officer import officer
from hub.web.forms import Errors, Filled, Typed
from hub.web.home.trades import trade_of
from hub.web.missing import moments, ringing
from hub.web.missing.blueprint import blp, shown
from hub.web.sending import sent
from hub.web.signed_in import acting, may

AT_ONCE: Final = 50
PROVIDERS: Final = ("childrens_home", "supported_accommodation", "fostering_agency")
NAMES: Final = (
    "missing_from_at",
    "by",
    "category",
    "reporter",
    "last_seen.place",
    "last_seen.postcode",
    "said",
    "companions",
    "reference",
)


@blp.get("/missing/report")
@may("missing.report")
def who() -> Any:
    """Which child? A home's own list; the police describe; a council goes by its placements or its register."""
    actor, now = acting(), utc_now()
    if actor.organisation_kind == "police_force":
        return redirect("/missing/report/child", 303)
    if actor.organisation_kind not in PROVIDERS:
        return shown("report_of_council")
    rules, after = resource(Rulebook), ref_in_address("pla")
    with resource(Database).write() as session:
        here = residents.read_residents(session, actor, after=after, at_most=AT_ONCE, rules=rules, now=now)
        expected = residents.read_residents(session, actor, "expected", at_most=AT_ONCE, rules=rules, now=now)
        gone = {each.placement: each for each in missing_now(session, actor, part="provider", at_most=AT_ONCE, now=now)}
    come = [each for each in expected.residents if each.starts_at <= now and not after]
    further = f"/missing/report?after={here.after}" if here.after else ""
    found = [*here.residents, *come]
    return shown("report_who", found=found, gone=gone, further_path=further, trade=trade_of(actor))


# --- when -------------------------------------------------------------------------------------------------------------


@blp.get("/missing/report/<placement>")
@may("missing.report")
def when(placement: str) -> Response:
    """When was the child last seen?"""
    return _when(placement, {}, {})


def _when(placement: str, typed: Typed, errors: Errors) -> Response:
    now = utc_now()
    with resource(Database).write() as session:
        seen = _seen(session, placement, now)
    return shown(
        "report_when",
        ref=placement,
        status=422 if errors else 200,
        seen=seen,
        days=moments.days(now),
        typed=typed,
        errors=errors,
    )


@blp.get("/missing/report/<placement>/check")
@may("missing.report")
def check(placement: str) -> Any:
    """What is reported, who is told, what to have ready. The time was chosen on the page before."""
    at, errors = moments.read(request.args, now=utc_now())
    if errors:
        return _when(placement, moments.kept(request.args), errors)
    return _check(placement, at, None, 200)


# --- report -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Before:
    """What whoever reports sees first: the child's placement, whom it will tell, what papers there are."""

    seen: views.PlacementSeen | None
    told: list[dict[str, Any]]
    held: Any
    advice: Any


def _seen(session: Session, placement: str, now: datetime) -> views.PlacementSeen | None:
    """The placement, for one of its parties. A force that is none may report anybody, and is shown nothing of the child; nor is
    any force of a child who is shielded."""
    try:
        seen = views.read_placement(session, acting(), placement, now=now)
        return None if seen.is_shielded else seen
    except NotFound:
        if acting().organisation_kind != "police_force" or not is_ref(placement, "pla"):
            raise
        return None


def _before(session: Session, placement: str, now: datetime) -> Before:
    actor, seen = acting(), _seen(session, placement, now)
    if seen is None:
        return Before(None, [], None, None)
    found = reading.read_markers(session, actor, placement, rules=resource(Rulebook), now=now)
    told = [
        each
        for each in (seen.police_force, seen.placing_authority, seen.host_authority, seen.provider)
        if each is not None and each["ref"] != actor.organisation_ref
    ]
    return Before(seen, told, found.held, found.advice)


def _check(placement: str, at: str, given: Filled | None, status: int) -> Response:
    actor, now = acting(), utc_now()
    with resource(Database).write() as session:
        before = _before(session, placement, now)
        offered: Typed = {"by": officer(session, actor), "category": "missing"}
    return shown(
        "report_check",
        status=status,
        before=before,
        ref=placement,
        seen=before.seen,
        at=_instant(at),
        at_said=at,
        typed=given.typed if given else offered,
        errors=given.errors if given else {},
        kind=actor.organisation_kind,
    )


def _instant(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None


@blp.post("/missing/report/<placement>")
@may("missing.report")
def report(placement: str) -> Response:
    """Report it: everybody concerned is told at once."""
    actor, now = acting(), utc_now()
    given = forms.filled(ReportIn(), NAMES, request.form)
    rules, areas = resource(Rulebook), resource(Areas)

    def act(session: Session) -> str:
        told: Mapping[str, Any] = {**given.loaded, "placement": placement}
        done = service.report(session, actor, told, rules=rules, areas=areas, now=now)
        return f"/missing/{done.episode}/receipt" + ("" if done.is_new else "?joined=yes")

    return sent(given, NAMES, act, lambda again, status: _check(placement, _at(again), again, status))


def _at(given: Filled) -> str:
    return str(given.typed.get("missing_from_at", ""))


@blp.get("/missing/<ref>/receipt")
@may("missing.read")
def receipt(ref: str) -> Response:
    """Who was told at once, whom to ring now, and what to do next. It names no child."""
    actor, rules, now = acting(), resource(Rulebook), utc_now()
    with resource(Database).write() as session:
        told = who_was_told(session, actor, ref)
        episode = read_episode(session, actor, ref, now=now)
        parties = ringing.parties_of(episode)
        rings = ringing.others(ringing.rings(session, parties, rules=rules, now=now), actor.organisation_ref, parties)
        given = ringing.given_with(session, actor, episode.placement, now=now)
    return shown(
        "receipt",
        ref=episode.ref,
        episode=episode,
        told=[each for each in told if each.organisation.get("ref") != actor.organisation_ref],
        rings=rings,
        given=given,
        joined=bool(request.args.get("joined")),
        said_by_us=sum(each.kind == "reported" and each.is_ours for each in episode.timeline),
        kind=actor.organisation_kind,
    )
