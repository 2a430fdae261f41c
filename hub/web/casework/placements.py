"""Placements in a browser: a placing authority's own list; one child's whole timeline; who here looks after it."""

from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from hub.access.teams import service as teams
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.duties.rulebook import Rulebook
from hub.registry.casework import approval_requests, assignments, timeline, waiting
from hub.registry.casework.api import AssignmentIn
from hub.registry.placement_queries import PlacementFilter
from hub.web import forms
from hub.web.casework import parts, timeline_words, words
from hub.web.cursors import ref_in_address
from hub.web.fact_words import SETTING_WORDS, STATUS_WORDS
from hub.web.forms import Filled
from hub.web.home.said import name_of
from hub.web.missing import ringing
from hub.web.record_pages import path_of
from hub.web.sending import sent
from hub.web.signed_in import acting, may
from hub.web.stale import version_sent

blp = parts.group("placements", "/placements")

AT_ONCE: Final = 25
_NAMES: Final = ("worker", "team")
WAS_DONE: Final = {"assigned": lazy_gettext("It is on record who looks after this placement. Its duties go with it.")}


@blp.get("")
@may("notice.draft")
def listed() -> Response:
    """Our own placements. Names are read, and the reading is recorded before they are shown."""
    actor, now, asked = acting(), utc_now(), request.args
    wanted = PlacementFilter(
        state=asked.get("state") if asked.get("state") in words.STATE_WORDS else None,
        relation=asked.get("relation") if asked.get("relation") in words.RELATION_WORDS else None,
    )
    with resource(Database).write() as session:
        whose = asked.get("whose", "")
        known = words.WHOSE_WORDS if actor.kind == "person" else ("all",)
        whose = whose if whose in known else waiting.whose(session, actor)
        after = ref_in_address("pla")
        rows = timeline.list_own(session, actor, wanted, whose=whose, after=after, at_most=AT_ONCE + 1, now=now)
    said = {"state": wanted.state or "", "relation": wanted.relation or "", "whose": whose}
    more = rows[AT_ONCE - 1].placement.ref if len(rows) > AT_ONCE else None
    kept = urlencode({name: word for name, word in said.items() if word})
    return parts.shown(
        "placements",
        rows=rows[:AT_ONCE],
        typed=said,
        further_path=f"/placements?{kept}&after={more}" if more else None,
        is_narrowed=bool(wanted.state or wanted.relation),
        whose=whose,
        name_of=name_of,
        now=now,
    )


@blp.get("/<ref>")
@may("placement.read")
def one(ref: str) -> Response:
    """One placement and all that happened in it; the reading is recorded before it is shown."""
    actor, rules, now = acting(), resource(Rulebook), utc_now()
    with resource(Database).write() as session:
        found = timeline.read_timeline(session, actor, ref, rules=rules, now=now)
        if found.placement.is_shielded:
            council = found.placement.placing_authority
            rings = ringing.of_council(session, council, rules=rules, now=now)
            return parts.shown("shielded", placement=found.placement, rings=rings, ringing=ringing)
        gate = _gate(session, ref, rules) if found.placement.party == "placing_authority" else None
    only = request.args.get("only", "")
    only = only if only in timeline_words.SORTS else ""
    oldest_first = request.args.get("order") == "oldest"
    entries = [each for each in found.entries if not only or each.kind == only]
    return parts.shown(
        "placement",
        found=found,
        placement=found.placement,
        entries=entries if oldest_first else entries[::-1],
        order="oldest" if oldest_first else "newest",
        only=only,
        said=timeline_words,
        path_of=path_of,
        gate=gate,
        settings=SETTING_WORDS,
        statuses=STATUS_WORDS,
        name_of=name_of,
        was_done=WAS_DONE.get(request.args.get("done", "")),
        now=now,
    )


def _gate(session: Session, ref: str, rules: Rulebook) -> Any:
    """Whether an approval may be asked for: for whoever may ask."""
    return approval_requests.placement_to_approve(session, acting(), ref, rules=rules)


@blp.get("/<ref>/worker")
@may("assignment.change")
def assignment_form(ref: str) -> Response:
    """Who looks after the placement, and who else could."""
    return _form(ref, None)


def _form(ref: str, given: Filled | None, status: int = 200) -> Response:
    actor = acting()
    with resource(Database).read() as session:
        stands = assignments.read_assignment(session, actor, ref)
        people = teams.colleagues(session, actor)
        known = teams.list_teams(session, actor)
    typed = {"worker": stands.worker_ref or "", "team": stands.team_ref or ""}
    return parts.shown(
        "assignment",
        status=status,
        ref=ref,
        stands=stands,
        people=[(each.ref, each.name) for each in people],
        teams=[(each.ref, each.name) for each in known],
        typed=given.typed if given else typed,
        errors=given.errors if given else {},
        version=request.form.get("version", "") if status == 422 else stands.version,
        is_stale=status == 412,
    )


@blp.post("/<ref>/worker")
@may("assignment.change")
def assign(ref: str) -> Response:
    """Say who looks after the placement."""
    actor, now = acting(), utc_now()
    given = forms.filled(AssignmentIn(), _NAMES, request.form)

    def act(session: Session) -> str:
        said = {name: given.loaded.get(name) for name in _NAMES}
        assignments.assign(session, actor, ref, version=version_sent(), now=now, **said)
        return f"/placements/{ref}?done=assigned"

    return sent(given, _NAMES, act, lambda again, status: _form(ref, again, status))
