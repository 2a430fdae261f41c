"""Matches: two placements that may be one, side by side, for a person to decide; and to take back what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from flask import Response, request
from flask_babel import gettext, lazy_gettext
from marshmallow import Schema
from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.clock import london_date, utc_now
from hub.core.db import Database
from hub.core.errors import Invalid
from hub.core.http import resource
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry import views
from hub.registry.links import decisions as link_decisions
from hub.registry.links.decisions import REASONS, MatchSeen
from hub.registry.links.schemas import STATES, DecisionIn, UndoingIn
from hub.web import forms
from hub.web.cursors import ref_in_address
from hub.web.design import day
from hub.web.desk import ages, words
from hub.web.desk.blueprint import blp
from hub.web.forms import Filled
from hub.web.pages import page, with_status
from hub.web.pickup.sections import KIND_WORDS, label_of
from hub.web.signed_in import acting, allowed, done_once, may

MOST_LISTED: Final = 50
_DECIDED: Final = ("same", "reason", "note")
_UNDONE: Final = ("reason", "note")
_COLOURS: Final = {"doubtful": "yellow", "linked": "blue", "confirmed": "green", "rejected": "grey", "undone": "grey"}
_DIFFERENCE_WORDS: Final = {
    "name": lazy_gettext("name"),
    "date_of_birth": lazy_gettext("date of birth"),
    "sex": lazy_gettext("sex"),
    "identifier": lazy_gettext("numbers"),
    "address": lazy_gettext("address"),
    "start_date": lazy_gettext("start"),
    "placing_authority": lazy_gettext("placing authority"),
}


@dataclass(frozen=True)
class Line:
    """One thing of both sides, and whether it is the same."""

    label: str
    known: str = field(repr=False)
    told: str = field(repr=False)

    @property
    def standing(self) -> str:
        """``same``, ``differs``, or ``unknown`` where a side does not say."""
        if not self.known or not self.told:
            return "unknown"
        return "same" if self.known.casefold() == self.told.casefold() else "differs"


@blp.get("/matches")
@may("match.read")
def matches_page() -> Response:
    """The matches in one state: those that wait, unless others are asked for."""
    actor, now = acting(), utc_now()
    state = request.args.get("state", "")
    state = state if state in STATES else "doubtful"
    after = ref_in_address("mat")
    with resource(Database).read() as session:
        rows = link_decisions.matches(session, actor, states=[state], after=after, at_most=MOST_LISTED + 1)
    further = f"/matches?state={state}&after={rows[MOST_LISTED - 1].ref}" if len(rows) > MOST_LISTED else ""
    return page(
        "desk/matches.html",
        rows=rows[:MOST_LISTED],
        state=state,
        states=[(each, words.MATCH_WORDS[each]) for each in words.MATCH_WORDS],
        further=further,
        kind_words=KIND_WORDS,
        differences=_DIFFERENCE_WORDS,
        now=now,
        ages=ages,
    )


@blp.get("/matches/<ref>")
@may("match.read")
def match_page(ref: str) -> Response:
    """The two, side by side; reading them is recorded."""
    return _shown(ref, None)


def _shown(ref: str, given: Filled | None) -> Response:
    actor, now = acting(), utc_now()
    with resource(Database).write() as session:
        match = link_decisions.read_match(session, actor, ref)
        lines = _side_by_side(session, actor, match)
    shown = page(
        "desk/match.html",
        match=match,
        lines=lines,
        colour=_COLOURS[match.state],
        kind=KIND_WORDS[match.notice_kind],
        reasons=[(reason, words.REASON_WORDS[reason]) for reason in REASONS],
        may_decide=allowed("match.decide"),
        typed=given.typed if given else {},
        errors=given.errors if given else {},
        words=words,
        now=now,
        ages=ages,
    )
    return with_status(shown, 422 if given else 200)


def _side_by_side(session: Session, actor: Actor, match: MatchSeen) -> list[Line]:
    """The placement that was known against the one made for the notice, or, where they were joined, the notice itself."""
    now = utc_now()
    known = views.read_placement(session, actor, match.placement, now=now)
    said = _said_of_placement(known)
    if match.own_placement is not None and match.state != "confirmed":
        other = _said_of_placement(views.read_placement(session, actor, match.own_placement, now=now))
    else:
        other = _said_of_notice(views.read_notice(session, actor, match.notice, now=now))
    return [Line(label, said[name], other[name]) for name, label in _labels().items() if said[name] or other[name]]


def _labels() -> dict[str, str]:
    return {
        "family_name": label_of("family_name"),
        "given_names": label_of("given_names"),
        "aliases": label_of("aliases"),
        "born_on": label_of("born_on"),
        "sex": label_of("sex"),
        "numbers": gettext("Numbers"),
        "placing": gettext("Placing authority"),
        "address": gettext("Address"),
        "provider": gettext("Home or agency"),
        "starts": gettext("Starts"),
    }


def _said_of_placement(seen: views.PlacementSeen) -> dict[str, str]:
    placing = seen.placing_authority["name"] if seen.placing_authority else ""
    provider = seen.provider["name"] if seen.provider else ""
    return _said(seen.child, seen.details, placing, provider, day(london_date(seen.starts_at)))


def _said_of_notice(seen: views.NoticeSeen) -> dict[str, str]:
    content = seen.content
    council = resource(Areas).authorities.get(content.get("placing_authority", ""))
    is_council = seen.kind.startswith(("placement", "consultation"))
    placing = seen.sender["name"] if is_council else council.name if council else ""
    provider = "" if is_council else seen.sender["name"]
    return _said(
        content.get("child", {}), content, placing, provider, day(london_date(seen.event_at)) if seen.event_at else ""
    )


def _said(
    child: Mapping[str, Any], details: Mapping[str, Any], placing: str, provider: str, starts: str
) -> dict[str, str]:
    address = details.get("address") or {}
    numbers = [str(number) for _, number in sorted((child.get("identifiers") or {}).items()) if number]
    return {
        "family_name": child.get("family_name") or "",
        "given_names": child.get("given_names") or "",
        "aliases": ", ".join(child.get("aliases") or ()),
        "born_on": day(date.fromisoformat(child["born_on"])) if child.get("born_on") else "",
        "sex": "" if child.get("sex") in (None, "not_known") else child["sex"],
        "numbers": ", ".join(numbers),
        "placing": placing,
        "address": ", ".join(part for part in (*address.get("lines", ()), address.get("postcode")) if part),
        "provider": provider,
        "starts": starts,
    }


# --- deciding ---------------------------------------------------------------------------------------------------------


@blp.post("/matches/<ref>/decision")
@may("match.decide")
def decide_match(ref: str) -> Any:
    """Say whether the two are one placement."""

    def act(session: Session, said: dict[str, Any]) -> None:
        link_decisions.decide(session, acting(), ref, **said, rules=resource(Rulebook), now=utc_now())

    return _decided(ref, DecisionIn(), _DECIDED, act)


@blp.post("/matches/<ref>/undoing")
@may("match.decide")
def undo_match(ref: str) -> Any:
    """Take back what was decided, or what the hub joined by itself."""

    def act(session: Session, said: dict[str, Any]) -> None:
        rules, areas = resource(Rulebook), resource(Areas)
        link_decisions.undo(session, acting(), ref, **said, rules=rules, areas=areas, now=utc_now())

    return _decided(ref, UndoingIn(), _UNDONE, act)


def _decided(ref: str, schema: Schema, names: tuple[str, ...], act: Any) -> Any:
    given = forms.filled(schema, names, request.form)
    if not given.errors:

        def decide(session: Session) -> str:
            act(session, given.loaded)
            return f"/matches/{ref}"

        try:
            return done_once(decide)
        except Invalid as refusal:
            given = forms.refused(given, refusal, names)
    return _shown(ref, given)
