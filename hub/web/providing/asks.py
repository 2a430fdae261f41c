"""What a provider is asked: read, and answered by an offer in one press, a question, a no with its reason, or another's name."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Final

from flask import Response, request
from marshmallow import Schema
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.http import resource
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.spotpurchase import answering, asking, views
from hub.spotpurchase.interviews.views import own_offers
from hub.spotpurchase.providers import service as providers
from hub.spotpurchase.reasons import DECLINES
from hub.spotpurchase.schemas import AskMessageIn, DeclineIn, OfferIn, OnwardReferralIn
from hub.spotpurchase.views import AskSeen, CommissionSeen, RequestSeen
from hub.web import forms
from hub.web.desk.officer import officer
from hub.web.forms import Filled
from hub.web.interviews import words as interview_words
from hub.web.pages import led_to
from hub.web.providing import offering, times, words
from hub.web.providing.blueprint import blp, shown
from hub.web.providing.entry import own_entry
from hub.web.sending import TOP, acted, sent
from hub.web.signed_in import acting, allowed, may

OFFERED: Final = ("mode", "minutes", "miles", "note", "by")
EARLIEST: Final = "earliest_at"
AT_MOST: Final = 100
WANTED: Final = ("asked", "lapsed")


@blp.get("/providing/asks/<ref>")
@may("interview.converse")
def ask(ref: str) -> Response:
    """What is asked, what it would pay, and how to answer; of one that we won, the interview, for as long as it is ours."""
    now = utc_now()
    with resource(Database).write() as session:
        seen = _ours(session, ref, now)
        if seen.state != "won":
            return _page(session, seen, None, now)
        whole = views.read_request(session, acting(), seen.request, rules=resource(Rulebook), now=now)
        if whole.part == "performer":
            done = "?done=wrote" if request.args.get("done") == "asked" else ""
            return led_to(f"/providing/interviews/{seen.request}{done}")
        return _page(session, seen, None, now, ended=_ended(whole))


def _ended(whole: RequestSeen) -> CommissionSeen | None:
    """Our commission, where it is over and the interview is no longer ours."""
    return whole.commissions[-1] if whole.part != "performer" and whole.commissions else None


def _ours(session: Session, ref: str, now: datetime) -> AskSeen:
    """The ask *ref* of the reader's organisation, its reading recorded. The council's own page of it is another."""
    seen = views.read_ask(session, acting(), ref, now=now)
    if seen.provider.get("ref") != acting().organisation_ref:
        raise NotFound(asking.NO_ASK)
    return seen


def _page(
    session: Session,
    seen: AskSeen,
    given: Filled | None,
    now: datetime,
    status: int = 200,
    *,
    ended: CommissionSeen | None = None,
) -> Response:
    entry, calendar = own_entry(session), resource(Rulebook).calendar
    modes = [code for code in seen.facts.get("modes") or () if entry is None or code in entry.modes]
    by = officer(session, acting())
    return shown(
        "ask",
        status=status,
        seen=seen,
        ended=ended,
        recorded=own_offers(session, acting(), seen.request) if allowed("interview.offer_to_child") else [],
        entry=entry,
        card=entry.rate_card if entry else None,
        may_offer=seen.state in WANTED and allowed("interview.answer"),
        price=offering.price(entry, now),
        quick=offering.soonest(entry, seen.facts, calendar=calendar, now=now),
        modes=[(code, interview_words.MODE_WORDS[code]) for code in modes],
        days=times.coming(now),
        by=by,
        typed=given.typed if given else {"by": by, "mode": modes[0] if modes else ""},
        errors=given.errors if given else {},
        declined=words.DECLINE_WORDS.get(seen.decline_code or "", ""),
        was_done=words.ASK_DONE.get(request.args.get("done", "")),
        now=now,
    )


# --- yes --------------------------------------------------------------------------------------------------------------


@blp.post("/providing/asks/<ref>/offer")
@may("interview.answer")
def offer(ref: str) -> Response:
    """Offer to hold it, priced by the card in force. Where the council takes the first that fits, it is ours at once."""
    now = utc_now()
    given = times.filled(OfferIn(), OFFERED, EARLIEST, request.form, now=now, is_ahead=True)

    def act(session: Session) -> str:
        made = answering.offer(session, acting(), ref, given.loaded, rules=resource(Rulebook), now=now)
        won = views.ask_seen(session, acting(), made.ref, now=now) if made.state == "won" else None
        return f"/providing/interviews/{won.request}?done=won" if won else f"/providing/asks/{ref}?done=offered"

    def again(refused: Filled, status: int) -> Response:
        with resource(Database).write() as session:
            seen = _ours(session, ref, now)
            return _page(session, seen, times.at_time(EARLIEST, refused), now, status)

    return sent(given, (*OFFERED, EARLIEST, TOP), act, again)


# --- no, another, a question ------------------------------------------------------------------------------------------


def _form(template: str, ref: str, given: Filled | None, status: int = 200, **more: Any) -> Response:
    now = utc_now()
    with resource(Database).write() as session:
        seen, by = _ours(session, ref, now), officer(session, acting())
        offered = _others(session, seen, now) if template == "refer" else []
    return shown(
        template,
        status=status,
        seen=seen,
        others=offered,
        reasons=[(code, words.DECLINE_WORDS[code]) for code in DECLINES],
        typed=given.typed if given else {"by": by},
        errors=given.errors if given else {},
        now=now,
        **more,
    )


def _others(session: Session, seen: AskSeen, now: datetime) -> list[tuple[str, str]]:
    """Providers that cover the area and take on more, besides ourselves: reference and name."""
    area = (seen.facts.get("area") or {}).get("gss_code")
    found = providers.entries(session, area, areas=resource(Areas), after=None, at_most=AT_MOST, now=now)
    own = acting().organisation_ref
    return sorted(
        (
            (each.organisation.ref, each.organisation.name)
            for each in found
            if each.is_taking and each.organisation.ref != own
        ),
        key=lambda pair: pair[1],
    )


def _answered(
    template: str, ref: str, schema: Schema, names: tuple[str, ...], act: Callable[..., Any], done: str
) -> Response:
    """Do *act* once with the form, and go back to what is asked."""
    given, path = forms.filled(schema, names, request.form), f"/providing/asks/{ref}?done={done}"
    return acted(given, (*names, TOP), act, ref, path, partial(_form, template, ref))


@blp.get("/providing/asks/<ref>/decline")
@may("interview.answer")
def decline_form(ref: str) -> Response:
    """Why not?"""
    return _form("decline", ref, None)


@blp.post("/providing/asks/<ref>/decline")
@may("interview.answer")
def decline(ref: str) -> Response:
    """Say no: the next provider is asked at once."""
    return _answered("decline", ref, DeclineIn(), ("code", "note", "by"), answering.decline, "declined")


@blp.get("/providing/asks/<ref>/refer")
@may("interview.answer")
def refer_form(ref: str) -> Response:
    """Who else?"""
    return _form("refer", ref, None)


@blp.post("/providing/asks/<ref>/refer")
@may("interview.answer")
def refer(ref: str) -> Response:
    """Name another provider, which is then asked."""
    return _answered("refer", ref, OnwardReferralIn(), ("to", "note", "by"), answering.refer, "referred")


@blp.get("/providing/asks/<ref>/question")
@may("interview.converse")
def question_form(ref: str) -> Response:
    """What do you need to know?"""
    return _form("question", ref, None)


@blp.post("/providing/asks/<ref>/question")
@may("interview.converse")
def question(ref: str) -> Response:
    """Ask the council, or answer what it asked."""
    return _answered("question", ref, AskMessageIn(), ("text", "by"), answering.converse, "asked")
