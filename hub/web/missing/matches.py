"""Two reports of what may be one episode, or a described child who may be known: put to a person, and taken back if wrong."""

from typing import Any

from flask import Response, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.http import resource
from hub.duties.rulebook import Rulebook
from hub.missing import service
from hub.missing.matching import REASONS
from hub.missing.schemas import MergeIn
from hub.missing.views import EpisodeSeen, MatchSeen, read_episode
from hub.registry import views
from hub.web import forms
from hub.web.design import day, instant
from hub.web.forms import Filled
from hub.web.missing import words
from hub.web.missing.blueprint import blp, shown
from hub.web.sending import sent
from hub.web.signed_in import acting, may

NAMES = ("other", "same", "reason", "note")
Said = dict[str, Any]


@blp.get("/missing/<ref>/same")
@may("missing.merge")
def same_form(ref: str) -> Response:
    """The two, side by side."""
    return _form(ref, request.args.get("match", ""), None)


def _form(ref: str, match_ref: str, given: Filled | None, status: int = 200) -> Response:
    actor, now = acting(), utc_now()
    with resource(Database).write() as session:
        seen = read_episode(session, actor, ref, now=now)
        match = next((each for each in seen.matches if each.ref == match_ref), None)
        lines = _side_by_side(session, seen, match)
    return shown(
        "same",
        status=status,
        seen=seen,
        match=match,
        lines=lines,
        reasons=[(code, words.DECISION_WORDS[code]) for code in REASONS],
        typed=given.typed if given else {},
        errors=given.errors if given else {},
    )


def _side_by_side(session: Session, seen: EpisodeSeen, match: MatchSeen | None) -> list[tuple[str, Any, Any]]:
    """What each of the two says, where the reader may see both."""
    if match is None:
        return []
    try:
        theirs = _said_of_placement(session, match.placement) if match.placement else _said_of(_read(session, match))
    except NotFound:
        return []
    mine = _said_of(seen)
    return [(label, mine[name], theirs[name]) for name, label in _labels().items() if mine[name] or theirs[name]]


def _read(session: Session, match: MatchSeen) -> EpisodeSeen:
    return read_episode(session, acting(), match.other or "", now=utc_now())


def _labels() -> dict[str, str]:
    return {
        "name": gettext("Child"),
        "born_on": gettext("Date of birth"),
        "since": gettext("Missing since"),
        "back": gettext("Back"),
        "reporters": gettext("Reported by"),
        "placing": gettext("Placed by"),
        "home": gettext("Home or agency"),
    }


def _said_of(seen: EpisodeSeen) -> Said:
    reporters = [each.organisation["name"] for each in seen.timeline if each.kind == "reported"]
    return {
        "name": words.called(seen),
        "born_on": day(seen.child["born_on"]) if seen.child.get("born_on") else "",
        "since": instant(seen.missing_from_at),
        "back": instant(seen.returned_at) if seen.returned_at else "",
        "reporters": ", ".join(dict.fromkeys(reporters)),
        "placing": seen.placing_authority["name"] if seen.placing_authority else "",
        "home": seen.provider["name"] if seen.provider else "",
    }


def _said_of_placement(session: Session, ref: str) -> Said:
    placed = views.read_placement(session, acting(), ref, now=utc_now())
    return {
        "name": gettext("A shielded child") if placed.is_shielded else words.name(placed.child),
        "born_on": day(placed.child["born_on"]) if placed.child.get("born_on") else "",
        "since": "",
        "back": "",
        "reporters": "",
        "placing": placed.placing_authority["name"] if placed.placing_authority else "",
        "home": placed.provider["name"] if placed.provider else "",
    }


@blp.post("/missing/<ref>/same")
@may("missing.merge")
def same(ref: str) -> Response:
    """Say whether they are one."""
    actor, rules, now = acting(), resource(Rulebook), utc_now()
    given = forms.filled(MergeIn(), NAMES, request.form)
    if "same" not in given.typed:
        given.errors["same"] = gettext("Say whether they are one.")

    def act(session: Session) -> str:
        episode = service.merge(session, actor, ref, **given.loaded, rules=rules, now=now)
        return f"/missing/{episode.ref}?done=decided"

    def again(wrong: Filled, status: int) -> Response:
        return _form(ref, str(wrong.typed.get("other", "")), wrong, status)

    return sent(given, NAMES, act, again)
