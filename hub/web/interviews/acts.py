"""What a placing authority does about an interview: cancel it, seek it again, take it back, let it serve another return.

Each is a short form. Deciding who holds it stands in ``deciding``, what the child said in ``child_offers``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from flask import Response, request
from flask_babel import gettext
from marshmallow import Schema
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.duties.rulebook import Rulebook
from hub.spotpurchase import answering, cancelling, reasons, requesting, returns
from hub.spotpurchase import queries as requests
from hub.spotpurchase.interviews import giving_back, meanwhile
from hub.spotpurchase.interviews.schemas import GivingBackIn, NewsAnswerIn
from hub.spotpurchase.schemas import AskMessageIn, InterviewCancellationIn, InterviewEpisodeIn, InterviewRenewalIn
from hub.spotpurchase.standing import request_for
from hub.spotpurchase.views import RequestSeen, read_request
from hub.web import forms
from hub.web.desk.officer import officer
from hub.web.forms import Filled
from hub.web.interviews import one, words
from hub.web.interviews.blueprint import blp, shown
from hub.web.sending import acted
from hub.web.signed_in import acting, may

Do = Callable[..., Any]


@dataclass(frozen=True)
class Act:
    """One thing that is done to a request: its form, the schema, the controls, and what does it."""

    template: str
    schema: type[Schema]
    controls: tuple[str, ...]
    do: Do
    done: str


CANCEL: Final = Act("cancel", InterviewCancellationIn, ("reason", "note", "by"), cancelling.cancel, "cancelled")
AGAIN: Final = Act("again", InterviewRenewalIn, ("by",), cancelling.renew, "again")
TAKE_BACK: Final = Act("take_back", GivingBackIn, ("reason", "note", "by"), giving_back.give_back, "taken_back")
EPISODE: Final = Act("episode", InterviewEpisodeIn, ("episode", "reason"), requesting.add_episode, "episode")


def read(session: Session, ref: str) -> tuple[RequestSeen, str]:
    """The request that a form is about, its reading recorded, and the name that the form offers as who says so.

    Raises ``NotFound`` for who did not ask for the interview.
    """
    request_for(session, acting(), ref, parts=("placing",))
    seen = read_request(session, acting(), ref, rules=resource(Rulebook), now=utc_now())
    return seen, officer(session, acting())


def form(act: Act, ref: str, given: Filled | None, status: int = 200, **more: Any) -> Response:
    """The form of *act* about the request *ref*."""
    with resource(Database).write() as session:
        seen, by = read(session, ref)
    offered = {"by": by, **more.pop("typed", {})}
    return shown(
        act.template,
        status=status,
        seen=seen,
        typed=given.typed if given else offered,
        errors=given.errors if given else {},
        now=utc_now(),
        **more,
    )


def done(act: Act, ref: str, given: Filled, again: Callable[[Filled, int], Response]) -> Response:
    """Do *act* once, with what was loaded."""
    return acted(given, act.controls, act.do, ref, f"/interviews/{ref}?done={act.done}", again)


def _filled(act: Act) -> Filled:
    return forms.filled(act.schema(), act.controls, request.form)


# --- cancelled, sought again ------------------------------------------------------------------------------------------


@blp.get("/interviews/<ref>/cancel")
@may("interview.cancel")
def cancel_form(ref: str) -> Response:
    """Why is it not sought any longer?"""
    return form(CANCEL, ref, None, reasons=words.options(reasons.CANCELLING))


@blp.post("/interviews/<ref>/cancel")
@may("interview.cancel")
def cancel(ref: str) -> Response:
    """Everybody concerned is told; what was booked costs what the card says."""
    options = words.options(reasons.CANCELLING)
    return done(CANCEL, ref, _filled(CANCEL), lambda given, status: form(CANCEL, ref, given, status, reasons=options))


@blp.get("/interviews/<ref>/again")
@may("interview.request")
def again_form(ref: str) -> Response:
    """Is it to be sought again?"""
    return form(AGAIN, ref, None)


@blp.post("/interviews/<ref>/again")
@may("interview.request")
def again(ref: str) -> Response:
    """The clock is the same."""
    return done(AGAIN, ref, _filled(AGAIN), lambda given, status: form(AGAIN, ref, given, status))


# --- taken back, or given back by the council's own -------------------------------------------------------------------


@blp.get("/interviews/<ref>/take-back")
@may("interview.give_back")
def take_back_form(ref: str) -> Response:
    """Is somebody else to hold it?"""
    return form(TAKE_BACK, ref, None, reasons=_why_back(ref))


@blp.post("/interviews/<ref>/take-back")
@may("interview.give_back")
def take_back(ref: str) -> Response:
    """Others are asked, and the clock runs on."""
    options = _why_back(ref)
    return done(
        TAKE_BACK, ref, _filled(TAKE_BACK), lambda given, status: form(TAKE_BACK, ref, given, status, reasons=options)
    )


def _why_back(ref: str) -> list[tuple[str, str]]:
    """What may be said: of the council's own interviewer why; of a provider only that it is taken back."""
    with resource(Database).read() as session:
        row = requests.seen_by(session, ref, acting().organisation, ("placing",))
        has_it = requests.standing_commission(session, row.id) if row else None
    is_own = has_it is not None and has_it.performer_id == acting().organisation
    return words.options(reasons.LOSING, reasons.GIVING_BACK if is_own else (giving_back.TAKEN_BACK,))


# --- another episode --------------------------------------------------------------------------------------------------


@blp.get("/interviews/<ref>/episode")
@may("interview.request")
def episode_form(ref: str) -> Response:
    """Which other return is it to serve?"""
    return _episode(ref, None)


def _episode(ref: str, given: Filled | None, status: int = 200) -> Response:
    now = utc_now()
    with resource(Database).write() as session:
        row = request_for(session, acting(), ref, parts=("placing",))
        served = [each.episode_id for each in requests.episodes_of(session, row.id)]
        others = returns.others_of(session, acting(), row.child_id, but_for=served, now=now)
    listed = [
        (each.episode.ref, gettext("Back %(when)s", when=words.plain(each.episode.returned_at)))
        for each in others
        if each.episode.returned_at
    ]
    typed = {"episode": listed[0][0]} if len(listed) == 1 else {}
    return form(EPISODE, ref, given, status, others=listed, combining=words.options(reasons.COMBINING), typed=typed)


@blp.post("/interviews/<ref>/episode")
@may("interview.request")
def serve_too(ref: str) -> Response:
    """Each episode keeps its own 72 hours."""
    return done(EPISODE, ref, _filled(EPISODE), lambda given, status: _episode(ref, given, status))


# --- on the page of the request itself --------------------------------------------------------------------------------


@blp.post("/interviews/<ref>/asks/<ask>/message")
@may("interview.converse")
def message(ref: str, ask: str) -> Response:
    """A question to a provider, or an answer."""
    given = forms.filled(AskMessageIn(), ("text", "by"), request.form)
    return _on_its_page(ref, ask, given, ("text", "by"), answering.converse, f"said#{ask}")


@blp.post("/interviews/<ref>/news/<news>")
@may("interview.commission")
def decide(ref: str, news: str) -> Response:
    """How it goes on after the child was missing again, or moved."""
    given = forms.filled(NewsAnswerIn(), ("answer", "reason"), request.form)
    return _on_its_page(ref, news, given, ("answer", "reason"), meanwhile.answer, "decided")


def _on_its_page(ref: str, about: str, given: Filled, names: tuple[str, ...], do: Do, done: str) -> Response:
    """*do* is done to what the form is *about*; what is refused of it is told there, on the page of the request."""
    path = f"/interviews/{ref}?done={done}"
    return acted(
        given,
        names,
        do,
        about,
        path,
        lambda refused, status: one.page_of(ref, _named(refused, about), utc_now(), status),
    )


def _named(given: Filled, about: str) -> Filled:
    """Several such forms may stand on the page: what was typed, and what is wrong with it, belongs to the one *about*."""

    def told(said: Mapping[str, Any]) -> dict[str, Any]:
        return {f"{name}-{about}": each for name, each in said.items()}

    return replace(given, typed=told(given.typed), errors=told(given.errors))
