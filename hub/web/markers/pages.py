"""The markers of a placement, and the four forms: add one, change it, review it, end it."""

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, Response, request
from marshmallow import Schema
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import EditConflict, StateConflict
from hub.core.http import resource
from hub.duties.rulebook import Rulebook
from hub.registry.markers import acts, reading
from hub.registry.markers.reading import MarkerSeen
from hub.registry.markers.schemas import MarkerAddIn, MarkerChangeIn, MarkerEndIn, MarkerReviewIn
from hub.registry.schemas_parts import USUAL_AUDIENCE
from hub.web import forms
from hub.web.desk.officer import officer
from hub.web.fact_words import MARKER_WORDS
from hub.web.forms import Filled
from hub.web.home.said import name_of
from hub.web.markers import words
from hub.web.pages import led_to, page, with_status
from hub.web.sending import Again, sent
from hub.web.signed_in import acting, allowed, install_refusals, may
from hub.web.stale import differing
from hub.web.writing.words import AUDIENCES

blp = Blueprint("markers_pages", __name__, template_folder="../templates")
install_refusals(blp)

_ADDED: Final = ("marker", "detail", "author", "source", "noted_on", "review_on", "audience")
_CHANGED: Final = ("version", "detail", "author", "source", "noted_on", "review_on", "audience", "reason", "by")
_TAKEN_OUT: Final = ("detail", "source", "noted_on")
_REVIEWED: Final = ("version", "reason", "review_on", "by")
_ENDED: Final = ("version", "reason", "by")


def _shown(template: str, *, status: int = 200, **said: Any) -> Response:
    given = {"words": words, "markers": MARKER_WORDS, "audiences": list(AUDIENCES.items()), "errors": {}}
    given |= {"name_of": name_of}
    return with_status(page(f"markers/{template}.html", **(given | said)), status)


@blp.get("/placements/<ref>/markers")
@may("marker.read")
def show_all(ref: str) -> Response:
    """What stands, the advice that follows, what is held, and what stood before; the reading is recorded."""
    with resource(Database).write() as session:
        found = reading.read_markers(session, acting(), ref, rules=resource(Rulebook), now=utc_now())
    may_add = allowed("marker.add") and found.party in acts.ADDING
    return _shown("all", found=found, may_add=may_add, was_done=words.DONE_WORDS.get(request.args.get("done", "")))


@blp.get("/markers/<ref>")
@may("marker.read")
def show_one(ref: str) -> Response:
    """Where a marker is seen: among the others of its placement."""
    with resource(Database).write() as session:
        found = reading.read_marker(session, acting(), ref, rules=resource(Rulebook), now=utc_now())
    return led_to(f"/placements/{found.placement}/markers#{ref}")


# --- a new one --------------------------------------------------------------------------------------------------------


@blp.get("/placements/<ref>/markers/new")
@may("marker.add")
def add_form(ref: str) -> Response:
    """The form in which a marker is added."""
    with resource(Database).write() as session:
        typed = {"author": officer(session, acting()), "audience": list(USUAL_AUDIENCE)}
    return _adding(ref, Filled(typed=typed), 200)


def _adding(ref: str, given: Filled, status: int) -> Response:
    """The form, with the name of the child whom it is about: reading that is recorded."""
    with resource(Database).write() as session:
        acts.added_to(session, acting(), ref)
        found = reading.read_markers(session, acting(), ref, rules=resource(Rulebook), now=utc_now())
    return _shown("add", status=status, found=found, ref=ref, typed=given.typed, errors=given.errors)


@blp.post("/placements/<ref>/markers/new")
@may("marker.add")
def add(ref: str) -> Any:
    """Add it, in the name of the organisation."""

    def act(session: Session, said: dict[str, Any]) -> str:
        acts.add(session, acting(), ref, said, rules=resource(Rulebook), now=utc_now())
        return f"/placements/{ref}/markers?done=added"

    return _sent(MarkerAddIn(), _ADDED, act, lambda given, status: _adding(ref, given, status))


# --- one that stands --------------------------------------------------------------------------------------------------


@blp.get("/markers/<ref>/change")
@may("marker.change")
def change_form(ref: str) -> Response:
    """A marker as it stands, to be changed."""
    with resource(Database).write() as session:
        found = _read(session, ref)
        typed = {**_as_typed(found), "by": officer(session, acting()), "version": str(found.version)}
    return _form("change", ref, Filled(typed=typed), 200)


@blp.post("/markers/<ref>/change")
@may("marker.change")
def change(ref: str) -> Any:
    """Change it; what it said before stays in its history."""

    def act(session: Session, said: dict[str, Any]) -> str:
        out = {name: None for name in _TAKEN_OUT if name not in said}
        return _did(acts.change(session, acting(), ref, out | said, rules=resource(Rulebook), now=utc_now()), "changed")

    return _sent(MarkerChangeIn(), _CHANGED, act, lambda given, status: _form("change", ref, given, status))


@blp.get("/markers/<ref>/review")
@may("marker.change")
def review_form(ref: str) -> Response:
    """The form in which somebody says that it still holds."""
    return _bare_form("review", ref)


@blp.post("/markers/<ref>/review")
@may("marker.change")
def review(ref: str) -> Any:
    """Record the review."""

    def act(session: Session, said: dict[str, Any]) -> str:
        return _did(acts.review(session, acting(), ref, said, rules=resource(Rulebook), now=utc_now()), "reviewed")

    return _sent(MarkerReviewIn(), _REVIEWED, act, lambda given, status: _form("review", ref, given, status))


@blp.get("/markers/<ref>/end")
@may("marker.change")
def end_form(ref: str) -> Response:
    """The form in which somebody says that it holds no more."""
    return _bare_form("end", ref)


@blp.post("/markers/<ref>/end")
@may("marker.change")
def end(ref: str) -> Any:
    """End it."""

    def act(session: Session, said: dict[str, Any]) -> str:
        return _did(acts.end(session, acting(), ref, said, rules=resource(Rulebook), now=utc_now()), "ended")

    return _sent(MarkerEndIn(), _ENDED, act, lambda given, status: _form("end", ref, given, status))


def _bare_form(template: str, ref: str) -> Response:
    with resource(Database).write() as session:
        found = _read(session, ref)
        typed = {"by": officer(session, acting()), "version": str(found.version)}
    return _form(template, ref, Filled(typed=typed), 200)


def _form(template: str, ref: str, given: Filled, status: int) -> Response:
    """The form with what was typed, beside the marker as it stands; where it changed meanwhile, with what differs."""
    with resource(Database).write() as session:
        found = _read(session, ref)
    typed, errors, differences = _without_none(given.typed), given.errors, None
    if status == EditConflict.status:
        stands = _as_typed(found)
        labels = {name: str(label) for name, label in words.LABELS.items() if name in stands or name in typed}
        differences = differing(labels, stands, {**stands, **typed}, {"audience": words.spoken_audiences()})
        typed, errors = {**typed, "version": str(found.version)}, {}
    return _shown(template, status=status, found=found, typed=typed, errors=errors, differences=differences)


def _without_none(typed: forms.Typed) -> forms.Typed:
    """What was typed without the empty control that says “nobody” where no box is ticked."""
    return {name: [each for each in said if each] if isinstance(said, list) else said for name, said in typed.items()}


def _read(session: Session, ref: str) -> MarkerSeen:
    """A marker that the reader may change. Raises ``NotFound``, and ``StateConflict`` for one that has ended."""
    found = reading.read_marker(session, acting(), ref, rules=resource(Rulebook), now=utc_now())
    if not found.may_change:
        raise StateConflict(str(words.NOT_YOURS if found.state == "current" else words.HAS_ENDED))
    return found


def _as_typed(found: MarkerSeen) -> dict[str, Any]:
    return forms.spelt(MarkerChangeIn(), _CHANGED[1:-2], found.as_said())


def _did(seen: MarkerSeen, what: str) -> str:
    return f"/placements/{seen.placement}/markers?done={what}#{seen.ref}"


def _sent(
    schema: Schema, names: tuple[str, ...], act: Callable[[Session, dict[str, Any]], str], again: Again
) -> Response:
    given = forms.filled(schema, names, request.form)
    return sent(given, names, lambda session: act(session, given.loaded), again)
