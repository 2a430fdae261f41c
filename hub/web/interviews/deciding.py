"""Who holds the interview: asking several at once, taking an offer, the council's own interviewer, the social worker."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from flask import Response, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.http import resource
from hub.spotpurchase import asking, commissioning
from hub.spotpurchase.money.pricing import Card
from hub.spotpurchase.schemas import AskProvidersIn, CommissionIn
from hub.spotpurchase.states import SEEKING
from hub.spotpurchase.views import AskSeen, RequestSeen
from hub.web import forms
from hub.web.forms import Filled
from hub.web.interviews import acts, words
from hub.web.interviews.acts import Act
from hub.web.interviews.blueprint import blp, shown
from hub.web.interviews.directory import card_of
from hub.web.sending import acted
from hub.web.signed_in import may

COMMISSION: Final = Act(
    "commission", CommissionIn, ("performer", "ask", "reason", "note", "by"), commissioning.commission, "commissioned"
)
OWN: Final = Act(
    "own",
    CommissionIn,
    ("performer", "is_independent", "interviewer", "reason", "by"),
    commissioning.commission,
    "commissioned",
)
_BUSY: Final = ("asked", "offered", "won")


@dataclass(frozen=True)
class Choice:
    """A provider that may be asked: why it would be, or why the hub does not ask it by itself; and what it said before."""

    ref: str
    name: str
    said: Sequence[str]
    before: str


# --- several at once --------------------------------------------------------------------------------------------------


@blp.get("/interviews/<ref>/ask")
@may("interview.commission")
def ask_form(ref: str) -> Response:
    """Whom else?"""
    return _ask(ref, None)


def _ask(ref: str, given: Filled | None, status: int = 200) -> Response:
    with resource(Database).write() as session:
        seen, _ = acts.read(session, ref)
    suited, others = _choices(seen)
    return shown(
        "ask",
        status=status,
        seen=seen,
        suited=suited,
        others=others,
        is_sought=seen.state in SEEKING,
        typed=given.typed if given else {"providers": [each.ref for each in suited if not each.before]},
        errors=given.errors if given else {},
        now=utc_now(),
    )


def _choices(seen: RequestSeen) -> tuple[list[Choice], list[Choice]]:
    """Those that suit, and those that the hub does not ask by itself; whoever is at it already is neither."""
    before = {each.provider["ref"]: each for each in seen.asks}
    found = seen.matching or {"asked": (), "ruled_out": ()}
    suited = [_choice(each["organisation"], words.why(each["why"]), before) for each in found["asked"]]
    others = [
        _choice(each["organisation"], words.because(each["because"]), before)
        for each in found["ruled_out"]
        if "not_taking" not in each["because"] and "placing_own_team" not in each["because"]
    ]
    busy = {ref for ref, each in before.items() if each.state in _BUSY}
    return [each for each in suited if each.ref not in busy], [each for each in others if each.ref not in busy]


def _choice(organisation: dict[str, Any], said: Sequence[str], before: dict[str, AskSeen]) -> Choice:
    ask = before.get(organisation["ref"])
    how = str(words.ASK_WORDS[ask.state][0]) if ask else ""
    return Choice(organisation["ref"], organisation["name"], said, how)


@blp.post("/interviews/<ref>/ask")
@may("interview.commission")
def ask(ref: str) -> Response:
    """They are asked together, beside whom the hub has asked."""
    whole = MultiDict(request.form)
    whole["providers"] = "\n".join(request.form.getlist("providers"))
    given = forms.filled(AskProvidersIn(), ("providers",), whole)
    given = replace(given, typed={"providers": request.form.getlist("providers")})
    return acted(given, ("providers",), asking.ask_by_hand, ref, f"/interviews/{ref}?done=more", partial(_ask, ref))


# --- an offer ---------------------------------------------------------------------------------------------------------


@blp.get("/interviews/<ref>/commission/<ask>")
@may("interview.commission")
def commission_form(ref: str, ask: str) -> Response:
    """What is taken, at what price, on which terms?"""
    return _commission(ref, ask, None)


def _commission(ref: str, ask: str, given: Filled | None, status: int = 200) -> Response:
    with resource(Database).write() as session:
        seen, by = acts.read(session, ref)
        offer = next((each for each in seen.asks if each.ref == ask), None)
        if offer is None:
            raise NotFound("There is no such offer for this interview. Look at the offers that were made.")
        card: Card | None = card_of(session, offer.ref)
    return shown(
        "commission",
        status=status,
        seen=seen,
        offer=offer,
        card=card,
        typed=given.typed if given else {"by": by},
        errors=given.errors if given else {},
        now=utc_now(),
    )


@blp.post("/interviews/<ref>/commission/<ask>")
@may("interview.commission")
def commission(ref: str, ask: str) -> Response:
    """Exactly one wins; the others are told that nothing more is needed."""
    whole = MultiDict(request.form)
    whole["performer"], whole["ask"] = "provider", ask
    given = forms.filled(CommissionIn(), COMMISSION.controls, whole)
    return acts.done(COMMISSION, ref, given, lambda refused, status: _commission(ref, ask, refused, status))


# --- the council itself -----------------------------------------------------------------------------------------------


@blp.get("/interviews/<ref>/own")
@may("interview.commission")
def own_form(ref: str) -> Response:
    """Who of the council's own goes?"""
    return acts.form(OWN, ref, None, performer="own_interviewer", typed={"is_independent": forms.YES})


@blp.post("/interviews/<ref>/own")
@may("interview.commission")
def own(ref: str) -> Response:
    """The council's own interviewer holds it."""
    return _sent(ref, "own_interviewer")


@blp.get("/interviews/<ref>/social-worker")
@may("interview.commission")
def social_worker_form(ref: str) -> Response:
    """Why must it be the social worker?"""
    return acts.form(OWN, ref, None, performer="social_worker")


@blp.post("/interviews/<ref>/social-worker")
@may("interview.commission")
def social_worker(ref: str) -> Response:
    """The child's social worker holds it, which is recorded as not independent."""
    return _sent(ref, "social_worker")


def _sent(ref: str, performer: str) -> Response:
    whole = MultiDict(request.form)
    whole["performer"] = performer
    given = forms.filled(CommissionIn(), OWN.controls, whole)
    if not whole.get("interviewer", "").strip():
        given = replace(given, errors={"interviewer": gettext("Enter who goes: their name and role."), **given.errors})
    return acts.done(OWN, ref, given, lambda refused, status: acts.form(OWN, ref, refused, status, performer=performer))
