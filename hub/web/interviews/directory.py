"""Who holds return home interviews: what each provider covers and charges; for a child's needs, who would be asked."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, request
from flask_babel import gettext, lazy_gettext
from marshmallow import Schema, fields
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from hub.core.clock import london_date, utc_now
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.http import resource
from hub.core.ids import is_ref
from hub.directory import queries as organisations
from hub.directory.areas import Areas
from hub.directory.opening_hours import is_open
from hub.duties.rulebook import Rulebook
from hub.registry.schemas_parts import one_of
from hub.spotpurchase import queries as request_queries
from hub.spotpurchase.matching import Matching, Wanted, ranked
from hub.spotpurchase.money.pricing import Card
from hub.spotpurchase.pence import Pence
from hub.spotpurchase.providers import queries, service
from hub.spotpurchase.providers.models import MODES
from hub.spotpurchase.providers.schemas import GENDERS, MOST_PENCE, InterviewTeamIn, Whole
from hub.spotpurchase.providers.service import Entry
from hub.web import forms, pounds
from hub.web.cursors import ref_in_address
from hub.web.forms import Filled
from hub.web.interviews import words
from hub.web.interviews.blueprint import blp, shown
from hub.web.sending import sent
from hub.web.signed_in import acting, allowed, may

AT_ONCE: Final = 50
MOST: Final = 1_000
"""More than will ever cover one area."""
NEEDS: Final = ("area", "age", "language", "gender", "mode", "price_cap_pence")
AREA_FIRST: Final = lazy_gettext(
    "Choose the council in whose area the child lives: what is asked besides narrows within it."
)


class NeedsQuery(Schema):
    """For whom an interviewer is looked for: nothing by which a child could be known."""

    area = fields.String(load_default=None)
    age = Whole(0, 25, load_default=None)
    language = fields.String(load_default=None)
    gender = one_of(GENDERS, load_default=None)
    mode = one_of(MODES, load_default=None)
    price_cap_pence = Pence(MOST_PENCE, load_default=None)


@dataclass(frozen=True)
class Placed:
    """A provider in the order in which it would be asked, or out of it, and why."""

    entry: Entry
    said: list[str]
    is_open: bool


@blp.get("/interview-providers")
@may("interview_provider.read")
def providers() -> Response:
    """Everybody; or for an area, who would be asked for a child there, in order, and who would not, and why."""
    given = pounds.filled(NeedsQuery(), NEEDS, MultiDict(request.args), amounts=("price_cap_pence",))
    given = _checked(given)
    with resource(Database).read() as session:
        if given.errors or not given.loaded.get("area"):
            return _everybody(session, given, ref_in_address("org"))
        return _for_area(session, given)


def _checked(given: Filled) -> Filled:
    """Needs without an area, or with one that is no council's, are told at its control."""
    area = given.typed.get("area")
    if area and area not in resource(Areas).authorities:
        return Filled(typed=given.typed, errors={"area": gettext("Choose a council from the list."), **given.errors})
    if not area and any(given.typed.get(name) for name in NEEDS):
        return Filled(typed=given.typed, errors={"area": str(AREA_FIRST), **given.errors})
    return given


def _everybody(session: Session, given: Filled, after: str | None) -> Response:
    now = utc_now()
    found = service.entries(session, None, areas=resource(Areas), after=after, at_most=AT_ONCE + 1, now=now)
    further = (
        "/interview-providers?" + urlencode({"after": found[AT_ONCE - 1].organisation.ref}) if found[AT_ONCE:] else ""
    )
    return _shown(given, entries=[_placed(each, []) for each in found[:AT_ONCE]], further_path=further)


def _for_area(session: Session, given: Filled) -> Response:
    now, area = utc_now(), given.loaded["area"]
    matching = matched(session, given.loaded)
    entries = {row.organisation.id: row for row in _entries(session, area)}
    asked = [_placed(entries[each.organisation_id], words.why(each.why)) for each in matching.asked]
    out = [_placed(entries[each.organisation_id], words.because(each.because)) for each in matching.ruled_out]
    return _shown(given, area=resource(Areas).authorities[area], asked=asked, ruled_out=out, now=now)


def matched(session: Session, needs: dict[str, Any]) -> Matching:
    """Who would be asked now for such a child by the reader's organisation."""
    now, actor, area = utc_now(), acting(), needs["area"]
    host = organisations.by_gss(session, area)
    wanted = Wanted(
        area_gss=area,
        age=needs["age"],
        languages=(needs["language"],) if needs["language"] else (),
        gender=needs["gender"],
        modes=(needs["mode"],) if needs["mode"] else (),
        price_cap_pence=needs["price_cap_pence"],
        host_id=host.id if host else None,
        placing_id=actor.organisation,
    )
    standings = queries.standings(session, area, on=london_date(now))
    return ranked(wanted, standings, at=now, calendar=resource(Rulebook).calendar)


def _entries(session: Session, area: str) -> list[Entry]:
    """Every provider that covers the area, or is the own team of the council there."""
    return service.entries(session, area, areas=resource(Areas), after=None, at_most=MOST, now=utc_now())


def _placed(entry: Entry, said: list[str]) -> Placed:
    return Placed(entry, said, is_open(entry.opening_hours, utc_now(), calendar=resource(Rulebook).calendar))


def _shown(given: Filled, **said: Any) -> Response:
    areas = resource(Areas).authorities
    usual: dict[str, Any] = {"entries": [], "asked": [], "ruled_out": [], "area": None, "further_path": ""}
    return shown(
        "providers",
        status=422 if given.errors else 200,
        typed=given.typed,
        errors=given.errors,
        councils=sorted(((gss, each.name) for gss, each in areas.items()), key=lambda pair: pair[1]),
        names={gss: each.short_name for gss, each in areas.items()},
        languages=words.known_languages(),
        genders=[(code, words.GENDER_WORDS[code]) for code in GENDERS],
        modes=list(words.MODE_WORDS.items()),
        may_agree=allowed("agreement.read"),
        **{**usual, **said},
    )


# --- one of them ------------------------------------------------------------------------------------------------------


@blp.get("/interview-providers/<ref>")
@may("interview_provider.read")
def provider(ref: str) -> Response:
    """What one provider covers, offers and charges; *ref*: of the organisation, or of the entry for the council it names."""
    return _one(ref, None)


def _one(ref: str, given: Filled | None, status: int = 200) -> Response:
    now = utc_now()
    with resource(Database).read() as session:
        entry = _named(session, ref)
        cards = service.cards(session, entry.organisation.ref)
    own = acting().organisation
    areas = resource(Areas).authorities
    return shown(
        "provider",
        status=status,
        placed=_placed(entry, []),
        entry=entry,
        cards=cards,
        areas=[areas[gss].name if gss in areas else gss for gss in entry.areas],
        is_asked=entry.says_run_by is not None and entry.says_run_by.id == own and allowed("agreement.change"),
        is_ours=entry.run_by is not None and entry.run_by.id == own and allowed("agreement.change"),
        errors=given.errors if given else {},
        was_said=request.args.get("done") == "said",
        today=london_date(now),
    )


def _named(session: Session, ref: str) -> Entry:
    """The entry by the organisation's reference; by its own for the council whose team it says that it is."""
    if not is_ref(ref, "ipv"):
        return service.entry_of(session, ref, now=utc_now())
    row = queries.team_of(session, ref, acting().organisation)
    if row is None:
        raise NotFound(gettext("No provider with this reference says that it is your council’s team."))
    of = organisations.by_ids(session, [row.organisation_id])[row.organisation_id]
    return service.entry_of(session, of.ref, now=utc_now())


@blp.post("/interview-providers/<ref>/team")
@may("agreement.change")
def team(ref: str) -> Response:
    """The council says whether this is its own team, which is asked first."""
    actor, now = acting(), utc_now()
    given = forms.filled(InterviewTeamIn(), ("is_ours",), request.form)

    def act(session: Session) -> str:
        found = service.confirm_team(session, actor, ref, **given.loaded, now=now)
        return f"/interview-providers/{found.organisation.ref}?done=said"

    return sent(given, ("is_ours",), act, lambda again, status: _one(ref, again, status))


def card_of(session: Session, ask_ref: str) -> Card | None:
    """The rate card by which the offer of an ask is priced; ``None``: nothing is charged."""
    ask = request_queries.ask_by_ref(session, ask_ref)
    return Card.of_row(request_queries.rate_card(session, ask.rate_card_id)) if ask and ask.rate_card_id else None
