"""Asking for an interview: one form, in which the hub has filled in what it knows of the child, the place and the council."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from flask import Response, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import Invalid, NotFound
from hub.core.http import resource
from hub.directory import queries as organisations
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.missing.standing import root_seen_by
from hub.missing.views import EpisodeBrief, read_briefs
from hub.registry.markers import reading
from hub.spotpurchase import duties, reasons, requesting, returns
from hub.spotpurchase.matching import Matching
from hub.spotpurchase.requesting import Prefilled
from hub.spotpurchase.returns import Unasked
from hub.spotpurchase.schemas import TIMES, InterviewRequestIn
from hub.spotpurchase.standing import under_way_for
from hub.web import pounds
from hub.web.councils import council_choices
from hub.web.desk.officer import officer
from hub.web.fact_words import MARKER_WORDS
from hub.web.forms import Filled, Typed
from hub.web.interviews import directory, words
from hub.web.interviews.blueprint import blp, shown
from hub.web.missing import ringing
from hub.web.pages import led_to
from hub.web.sending import asked, sent
from hub.web.signed_in import acting, allowed, may

AMOUNTS: Final = ("price_cap_pence", "purchase_order_pence")
NAMES: Final = (
    *("episodes", "reason", "area", "price_cap_pence", "purchase_order", "purchase_order_pence", "funding_consent"),
    *("risk", "contact.name", "contact.phone", "contact.email", "needs.languages", "needs.gender", "needs.modes"),
    *("needs.times", "preferences.who", "preferences.where", "preferences.when", "preferences.how", "award", "by"),
)
_SAYS: Final = {
    "contact.phone": lazy_gettext("Enter the number that the interviewer rings."),
    "price_cap_pence": lazy_gettext("Enter how much it may cost at the most, or choose the offer yourself."),
}


@dataclass(frozen=True)
class Known:
    """What the hub knows by itself of the interview that is to be asked for."""

    episode: EpisodeBrief
    prefilled: Prefilled | None
    """``None``: nobody knows in whose area the child is."""
    payer: Any
    others: Sequence[Unasked]
    matching: Matching | None
    names: dict[int, str]
    typed: Typed


@blp.get("/interviews/new")
@may("interview.request")
def new() -> Response:
    """The form; where an interview is being sought for the episode already, that one."""
    ref, now = request.args.get("episode", ""), utc_now()
    with resource(Database).write() as session:
        known = _known(session, ref, now)
        sought = _sought(session, known)
    if sought:
        return led_to(f"/interviews/{sought}")
    return _form(known, None, now)


def _sought(session: Session, known: Known) -> str:
    """The request that is under way for the episode already; empty where there is none."""
    if known.prefilled is None:
        return ""
    found = under_way_for(session, known.prefilled.child_id, [each.id for each in known.prefilled.episodes])
    return found[0].ref if found else ""


def _form(known: Known, given: Filled | None, now: datetime, status: int = 200) -> Response:
    return shown(
        "new",
        status=status,
        known=known,
        seen=known.episode,
        latest_at=_latest_at(known),
        we_pay=known.payer is None or known.payer.id == acting().organisation,
        typed=given.typed if given else known.typed,
        errors=given.errors if given else {},
        councils=council_choices(),
        languages=words.known_languages(),
        times=[(code, words.TIME_WORDS[code]) for code in TIMES],
        combining=words.options(reasons.COMBINING),
        now=now,
    )


def _latest_at(known: Known) -> datetime | None:
    """The 72nd hour after the return, by the row of the law that holds for the reader's council."""
    if known.episode.returned_at is None:
        return None
    is_welsh = (acting().organisation_gss or "").startswith("W")
    return duties.latest_after(known.episode.returned_at, is_welsh=is_welsh, rules=resource(Rulebook))


def _areas() -> Areas:
    return resource(Areas)


# --- what is known ----------------------------------------------------------------------------------------------------


def _known(session: Session, ref: str, now: datetime) -> Known:
    """Raises ``NotFound``, and ``Invalid`` with a sentence where no interview can be asked for after this episode."""
    actor = acting()
    seen = root_seen_by(session, actor, ref)
    episode = read_briefs(session, actor, [seen.id], now=now)[seen.id]
    prefilled = _prefilled(session, episode.ref, now)
    payer = organisations.by_ids(session, [prefilled.payer.payer_id])[prefilled.payer.payer_id] if prefilled else None
    matching = (
        directory.matched(session, {**_NEEDS, "area": prefilled.area_gss, "age": prefilled.age}) if prefilled else None
    )
    ids = [each.organisation_id for each in matching.asked] if matching else []
    return Known(
        episode=episode,
        prefilled=prefilled,
        payer=payer,
        others=_others(session, prefilled, now) if prefilled else [],
        matching=matching,
        names={number: row.name for number, row in organisations.by_ids(session, ids).items()},
        typed=_typed(session, episode, now),
    )


_NEEDS: Final[dict[str, Any]] = dict.fromkeys(("language", "gender", "mode", "price_cap_pence"))


def _prefilled(session: Session, ref: str, now: datetime) -> Prefilled | None:
    try:
        return requesting.prefilled(session, acting(), {"episodes": [ref]}, areas=_areas(), now=now)
    except Invalid as fault:
        if "area" in fault.fields:
            return None
        raise


def _others(session: Session, prefilled: Prefilled, now: datetime) -> list[Unasked]:
    served = [each.id for each in prefilled.episodes]
    return returns.others_of(session, acting(), prefilled.child_id, but_for=served, now=now)


def _typed(session: Session, episode: EpisodeBrief, now: datetime) -> Typed:
    by = officer(session, acting())
    return {
        "episodes": episode.ref,
        "award": "first_acceptable",
        "needs.gender": "any",
        "needs.modes": list(words.MODE_WORDS),
        "contact.name": by,
        "contact.phone": _own_number(session, now),
        "risk": _warnings(session, episode, now),
        "by": by,
    }


def _own_number(session: Session, now: datetime) -> str:
    """Where the reader's own council answers now."""
    actor = acting()
    own = organisations.by_ids(session, [actor.organisation])[actor.organisation]
    found = ringing.rings(session, [("", {"ref": own.ref, "name": own.name})], rules=resource(Rulebook), now=now)
    desk = found[own.ref].desk
    return desk.phone if desk else ""


def _warnings(session: Session, episode: EpisodeBrief, now: datetime) -> str:
    """The warnings that are recorded, for the reader to go through before anybody is sent them."""
    if episode.placement is None or not allowed("marker.read"):
        return ""
    try:
        found = reading.read_markers(session, acting(), episode.placement, rules=resource(Rulebook), now=now)
    except NotFound:
        return ""
    said = [str(MARKER_WORDS.get(each.code, each.code)) for each in found.standing]
    return gettext("Warnings recorded: %(warnings)s.", warnings="; ".join(said)) if said else ""


# --- asking -----------------------------------------------------------------------------------------------------------


@blp.post("/interviews/new")
@may("interview.request")
def send() -> Response:
    """Put to the first provider at once."""
    actor, rules, areas, now = acting(), resource(Rulebook), _areas(), utc_now()
    given = _given()

    def act(session: Session) -> str:
        made = requesting.request(session, actor, given.loaded, areas=areas, rules=rules, now=now)
        return f"/interviews/{made.ref}?done=asked"

    def again(refused: Filled, status: int) -> Response:
        with resource(Database).write() as session:
            known = _known(session, request.form.get("episodes", ""), now)
        return _form(known, replace(refused, typed={**given.typed, "also": request.form.getlist("also")}), now, status)

    return sent(given, NAMES, act, again)


def _given() -> Filled:
    """The form, the other returns that are ticked among the episodes."""
    whole = MultiDict(request.form)
    whole["episodes"] = "\n".join([request.form.get("episodes", ""), *request.form.getlist("also")])
    given = pounds.filled(InterviewRequestIn(), NAMES, whole, amounts=AMOUNTS)
    typed = {**given.typed, "episodes": request.form.get("episodes", "")}
    return asked(replace(given, typed=typed), _SAYS)
