"""What the child said when the interview was offered: recorded, taken back where it was a mistake, and a carer asked instead.

Whoever holds the interview uses the two latter pages as well: an offer is its own to take back also once a child's no has ended
the interview.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.http import resource
from hub.duties.rulebook import Rulebook
from hub.spotpurchase import queries as requests
from hub.spotpurchase.interviews import offering, service, views
from hub.spotpurchase.interviews.models import CHILD_SAID, HOW, ChildOffer
from hub.spotpurchase.interviews.schemas import CarerOfferIn, ChildOfferIn, InterviewTakingBackIn
from hub.web import forms
from hub.web.desk.officer import officer
from hub.web.forms import Errors, Filled, Typed
from hub.web.interviews import acts, words
from hub.web.interviews.acts import Act
from hub.web.interviews.blueprint import blp, shown
from hub.web.missing import moments
from hub.web.sending import sent
from hub.web.signed_in import acting, may

PATH: Final = "/interview-offers"
CONTROLS: Final = ("how", "said", "reason", "note", "by")
CARER: Final = ("note", "by")
COUNCIL: Final = "local_authority"
OFFERED: Final = Act("child", ChildOfferIn, CONTROLS, offering.offer_to_child, "offered")
_PLACES: Final = ("said", "reason", "how", "day", "time", "carer", "note", "by")
WHY_BACK: Final[Mapping[str, Any]] = {
    "entered_in_error": lazy_gettext("It was not offered, or the child said something else"),
    "wrong_child": lazy_gettext("It was another child"),
    "wrong_time": lazy_gettext("It was at another time"),
}


# --- what the child said ----------------------------------------------------------------------------------------------


@blp.get("/interviews/<ref>/child")
@may("interview.offer_to_child")
def child_form(ref: str) -> Response:
    """When was the child offered the interview, and what did they say?"""
    return _child(ref, None)


def _child(ref: str, given: Filled | None, status: int = 200) -> Response:
    typed: Typed = {**moments.spelt(utc_now()), "how": "in_person"}
    return acts.form(
        OFFERED,
        ref,
        given,
        status,
        days=moments.days(utc_now()),
        hows=[(code, words.HOW_WORDS[code]) for code in HOW],
        saids=[(code, words.SAID_WORDS[code][0]) for code in CHILD_SAID],
        typed=typed,
    )


@blp.post("/interviews/<ref>/child")
@may("interview.offer_to_child")
def child(ref: str) -> Response:
    """The first offer fulfils the duty to offer; who says no may be offered it again."""
    given = filled(request.form, utc_now())
    return acts.done(OFFERED, ref, given, lambda refused, status: _child(ref, at_time(refused), status))


def filled(form: "MultiDict[str, str]", now: datetime) -> Filled:
    """The form of an offer: when it was made stands in a day and a time; a carer who was asked instead was asked then too."""
    at, wrong = moments.read(form, now=now)
    whole = MultiDict(form)
    whole["offered_at"] = at
    if form.get("carer") == forms.YES:
        whole["carer_offered_at"] = at
    given = forms.filled(ChildOfferIn(), (*CONTROLS, "offered_at", "carer_offered_at"), whole)
    typed = {**forms.typed_in((*CONTROLS, "carer"), form), **moments.kept(form)}
    return _told(given, typed, wrong)


def _told(given: Filled, typed: Typed, wrong: Errors) -> Filled:
    """*given* with what was typed, and what is *wrong* with its moment told where the day and the time were typed."""
    errors = {name: said for name, said in given.errors.items() if not (wrong and name.endswith("_at"))}
    return replace(given, typed=typed, errors=_in_order({**wrong, **errors}), loaded={} if wrong else given.loaded)


def _in_order(errors: Errors) -> Errors:
    """The faults of the form in the order of its controls."""
    known: Errors = {name: errors[name] for name in _PLACES if name in errors}
    return {**known, **errors}


def at_time(given: Filled) -> Filled:
    """What is said of the instant is told at the time that was typed."""
    told = {("time" if name.endswith("_at") else name): said for name, said in given.errors.items()}
    return replace(given, errors=told)


# --- taken back -------------------------------------------------------------------------------------------------------


@blp.get(f"{PATH}/<ref>/take-back")
@may("interview.offer_to_child")
def take_offer_back_form(ref: str) -> Response:
    """What was recorded, and what follows if it is taken back."""
    return _take_back(ref, None)


def _take_back(ref: str, given: Filled | None, status: int = 200) -> Response:
    return _shown("offer_take_back", ref, given, status, reasons=list(WHY_BACK.items()))


@blp.post(f"{PATH}/<ref>/take-back")
@may("interview.offer_to_child")
def take_offer_back(ref: str) -> Response:
    """It stays to be read, and counts for nothing; a search that the child's no had ended goes on."""
    given = forms.filled(InterviewTakingBackIn(), ("reason",), request.form)

    def act(session: Session) -> str:
        made = service.take_back_offer(session, acting(), ref, **given.loaded, rules=resource(Rulebook), now=utc_now())
        return _interview_of(session, made, "offer_taken_back")

    return sent(given, ("reason",), act, lambda refused, status: _take_back(ref, refused, status))


# --- a parent or carer ------------------------------------------------------------------------------------------------


@blp.get(f"{PATH}/<ref>/carer")
@may("interview.offer_to_child")
def carer_form(ref: str) -> Response:
    """When was a parent or carer asked for what they know, because the child said no?"""
    return _carer(ref, None)


def _carer(ref: str, given: Filled | None, status: int = 200) -> Response:
    now = utc_now()
    return _shown("carer", ref, given, status, typed=moments.spelt(now), days=moments.days(now))


@blp.post(f"{PATH}/<ref>/carer")
@may("interview.offer_to_child")
def carer(ref: str) -> Response:
    """Record it, once for each offer."""
    at, wrong = moments.read(request.form, now=utc_now())
    whole = MultiDict(request.form)
    whole["offered_at"] = at
    given = forms.filled(CarerOfferIn(), (*CARER, "offered_at"), whole)
    given = _told(given, {**forms.typed_in(CARER, request.form), **moments.kept(request.form)}, wrong)

    def act(session: Session) -> str:
        made = service.offer_to_carer(session, acting(), ref, **given.loaded, rules=resource(Rulebook), now=utc_now())
        return _interview_of(session, made, "carer")

    return sent(given, (*CARER, "offered_at"), act, lambda refused, status: _carer(ref, at_time(refused), status))


# --- both -------------------------------------------------------------------------------------------------------------


def _shown(
    template: str, ref: str, given: Filled | None, status: int, *, typed: Typed | None = None, **more: Any
) -> Response:
    with resource(Database).write() as session:
        offer, by = views.read_offer(session, acting(), ref, now=utc_now()), officer(session, acting())
    if template == "offer_take_back" and not offer["is_ours"]:
        raise NotFound(offering.NO_OFFER)
    return shown(
        template,
        status=status,
        offer=offer,
        typed=given.typed if given else {"by": by, **(typed or {})},
        errors=given.errors if given else {},
        now=utc_now(),
        **more,
    )


def _interview_of(session: Session, offer: ChildOffer, done: str) -> str:
    """The page of the interview that *offer* was of: to whoever holds it for others theirs, to the council its own."""
    ref, own = requests.request_by_id(session, offer.request_id).ref, acting().organisation
    is_held = acting().organisation_kind != COUNCIL and requests.performed_by(session, own, [ref])
    return f"{'/providing' if is_held else ''}/interviews/{ref}?done={done}"
