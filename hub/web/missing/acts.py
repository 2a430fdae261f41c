"""What is said of an episode after the report: found, back, spoken with, more of what is known, taken back. Each a short form.

A time is one press or a day and a time (``moments``); the body that the API's schema loads is made of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from flask import Response, request
from marshmallow import Schema
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.http import resource
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.missing import service
from hub.missing.schemas import LocationIn, PreventionInterviewIn, ReportIn, ReturnIn, UndoIn
from hub.missing.taking_back import REASONS, WHAT
from hub.missing.views import EpisodeSeen, read_episode
from hub.web import forms
from hub.web.desk.officer import officer
from hub.web.forms import Filled, Typed
from hub.web.missing import moments, words
from hub.web.missing.blueprint import blp, shown
from hub.web.missing.reporting import NAMES
from hub.web.sending import sent
from hub.web.signed_in import acting, may

Do = Callable[..., Any]


@dataclass(frozen=True)
class Act:
    """One thing that happened: its form. *field*: where the schema has the instant; *controls*: what is asked besides."""

    template: str
    schema: type[Schema]
    field: str
    controls: tuple[str, ...]
    do: Do
    done: str


BACK: Final = Act("back", ReturnIn, "returned_at", ("by", "note"), service.record_return, "back")
FOUND: Final = Act(
    "found", LocationIn, "located_at", ("place.place", "place.postcode", "by", "note"), service.locate, "found"
)
SPOKEN: Final = Act(
    "interview", PreventionInterviewIn, "held_at", ("note", "by"), service.prevention_interview, "spoken"
)
MORE: Final = tuple(name for name in NAMES if name != "missing_from_at")


def read(session: Session, ref: str, now: datetime) -> tuple[EpisodeSeen, str]:
    """The episode that a form is about, its reading recorded, and the name that the form offers as who says so."""
    return read_episode(session, acting(), ref, now=now), officer(session, acting())


def _form(act: Act, ref: str, given: Filled | None, status: int = 200) -> Response:
    now = utc_now()
    with resource(Database).write() as session:
        seen, by = read(session, ref, now)
    return shown(
        act.template,
        status=status,
        seen=seen,
        days=moments.days(now),
        typed=given.typed if given else {"by": by},
        errors=given.errors if given else {},
        now=now,
    )


def _sent(act: Act, ref: str) -> Response:
    """The form as it came: its time made into the instant of the schema, then done once."""
    actor, rules, now = acting(), resource(Rulebook), utc_now()
    at, wrong = moments.read(request.form, now=now)
    whole = MultiDict(request.form)
    if at:
        whole[act.field] = at
    given = forms.filled(act.schema(), (*act.controls, act.field), whole)
    typed: Typed = {**forms.typed_in(act.controls, request.form), **moments.kept(request.form)}
    errors = {name: said for name, said in given.errors.items() if name != act.field or not wrong}
    given = replace(given, typed=typed, errors={**wrong, **errors})

    def do(session: Session) -> str:
        said = {("at" if name == act.field else name): value for name, value in given.loaded.items()}
        act.do(session, actor, ref, **said, rules=rules, now=now)
        return f"/missing/{ref}?done={act.done}"

    return sent(
        given, (*act.controls, act.field), do, lambda again, status: _form(act, ref, _at_time(act, again), status)
    )


def _at_time(act: Act, given: Filled) -> Filled:
    """What the service says of the instant is told at the time that was typed."""
    told = {("time" if name == act.field else name): sentence for name, sentence in given.errors.items()}
    return replace(given, errors=told)


@blp.get("/missing/<ref>/back")
@may("missing.follow")
def back_form(ref: str) -> Response:
    """When did the child come back?"""
    return _form(BACK, ref, None)


@blp.post("/missing/<ref>/back")
@may("missing.follow")
def back(ref: str) -> Response:
    """The child is back: everybody is told at once."""
    return _sent(BACK, ref)


@blp.get("/missing/<ref>/found")
@may("missing.follow")
def found_form(ref: str) -> Response:
    """When and where was the child found?"""
    return _form(FOUND, ref, None)


@blp.post("/missing/<ref>/found")
@may("missing.follow")
def found(ref: str) -> Response:
    """The child was found, and is not back yet."""
    return _sent(FOUND, ref)


@blp.get("/missing/<ref>/interview")
@may("missing.interview")
def interview_form(ref: str) -> Response:
    """When did the police speak with the child, and what did they learn?"""
    return _form(SPOKEN, ref, None)


@blp.post("/missing/<ref>/interview")
@may("missing.interview")
def interview(ref: str) -> Response:
    """The summary goes to the councils at once."""
    return _sent(SPOKEN, ref)


# --- more of what is known --------------------------------------------------------------------------------------------


@blp.get("/missing/<ref>/more")
@may("missing.report")
def more_form(ref: str) -> Response:
    """What is known by now."""
    return _more(ref, None)


def _more(ref: str, given: Filled | None, status: int = 200) -> Response:
    with resource(Database).write() as session:
        seen, by = read(session, ref, utc_now())
    if seen.placement is None:
        raise NotFound(
            "No placement is known here. A police force says more of who the child is on the page of the episode."
        )
    return shown(
        "more",
        status=status,
        seen=seen,
        typed=given.typed if given else {"by": by, "category": seen.category},
        errors=given.errors if given else {},
        kind=acting().organisation_kind,
    )


@blp.post("/missing/<ref>/more")
@may("missing.report")
def more(ref: str) -> Response:
    """A further report of the same: it stands beside the first, credited."""
    actor, rules, areas, now = acting(), resource(Rulebook), resource(Areas), utc_now()
    with resource(Database).write() as session:
        seen, _ = read(session, ref, now)
    whole = MultiDict(request.form)
    whole["missing_from_at"] = seen.missing_from_at.isoformat()
    given = forms.filled(ReportIn(), (*MORE, "missing_from_at"), whole)
    given = replace(given, typed=forms.typed_in(MORE, request.form))

    def act(session: Session) -> str:
        told: Mapping[str, Any] = {**given.loaded, "placement": seen.placement}
        done = service.report(session, actor, told, rules=rules, areas=areas, now=now)
        return f"/missing/{done.episode}?done=added"

    return sent(given, MORE, act, lambda again, status: _more(ref, again, status))


# --- taken back -------------------------------------------------------------------------------------------------------


@blp.get("/missing/<ref>/take-back")
@may("missing.undo")
def take_back_form(ref: str) -> Response:
    """What was recorded in error, and why?"""
    return _take_back(ref, None)


def _take_back(ref: str, given: Filled | None, status: int = 200) -> Response:
    with resource(Database).write() as session:
        seen, _ = read(session, ref, utc_now())
    offered = [(name, words.WHAT_WORDS[name]) for name in what_stands(seen)]
    chosen = request.args.get("what") or (offered[0][0] if len(offered) == 1 else "")
    return shown(
        "take_back",
        status=status,
        seen=seen,
        offered=offered,
        reasons=[(code, words.UNDO_WORDS[code]) for code in REASONS],
        typed=given.typed if given else {"what": chosen},
        errors=given.errors if given else {},
    )


def what_stands(seen: EpisodeSeen) -> list[str]:
    """What the reader's organisation said and has not taken back, and whether two reports were joined."""
    kinds = {each.kind for each in seen.timeline if each.is_ours and each.taken_back_at is None}
    own = [name for name in WHAT if words.MARKED_BY.get(name, "interviewed") in kinds]
    joined = any(each.state in ("joined", "confirmed") for each in seen.matches)
    return [*own, "merge"] if joined else own


@blp.post("/missing/<ref>/take-back")
@may("missing.undo")
def take_back(ref: str) -> Response:
    """It stays on record, marked; whoever was told is told of that."""
    actor, rules, now = acting(), resource(Rulebook), utc_now()
    names = ("what", "reason", "note")
    given = forms.filled(UndoIn(), names, request.form)

    def act(session: Session) -> str:
        service.undo(session, actor, ref, **given.loaded, rules=rules, now=now)
        return f"/missing/{ref}?done=taken_back"

    return sent(given, names, act, lambda again, status: _take_back(ref, again, status))
