"""What each party sees of a request for an interview: the lines that policy shows at its stage, and what is its own to answer.

Each reading is recorded. A list is recorded as one reading of all it shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import NotFound
from hub.core.ids import is_ref
from hub.directory import queries as directory
from hub.duties.rulebook import Rulebook
from hub.missing.views import named
from hub.notify.inbox import read_about
from hub.spotpurchase import asking, disclosure, duties, listing_queries, queries, terms
from hub.spotpurchase.facts import Known, facts_of
from hub.spotpurchase.facts import organisation as _organisation
from hub.spotpurchase.matching import Matching
from hub.spotpurchase.models import Commission, InterviewAsk, InterviewEpisode, InterviewRequest
from hub.spotpurchase.policy import load_interview_policy
from hub.spotpurchase.standing import ALL_PARTS, NOT_SEEN
from hub.spotpurchase.states import SEEKING

LISTED: Final = (
    *("placing_authority", "host_authority", "area", "age_band", "languages", "modes", "latest_at", "price_cap_pence"),
    *("episode_count", "performer", "name"),
)
_ORDER: Final = ("placing", "performer", "host", "asked")


@dataclass(frozen=True)
class AskSeen:
    """One ask. ``out_of_terms``: why its offer waits for a person, as codes (to the placing authority)."""

    ref: str
    request: str
    state: str
    provider: dict[str, Any]
    step: int
    why: list[str]
    asked_at: datetime
    reply_by: datetime
    goes_on_at: datetime | None
    answered_at: datetime | None
    decline_code: str | None
    referred_to: dict[str, Any] | None
    quoted_pence: int | None
    earliest_at: datetime | None
    mode: str | None
    expires_at: datetime | None
    out_of_terms: list[str]
    version: int
    by: str | None = field(repr=False)
    note: str | None = field(repr=False)
    conversation: list[dict[str, Any]] = field(repr=False)
    facts: dict[str, Any] = field(repr=False, default_factory=dict)


@dataclass(frozen=True)
class CommissionSeen:
    """Who holds it, or held it, on which terms."""

    ref: str
    performer: str
    organisation: dict[str, Any]
    is_independent: bool
    state: str
    agreed_pence: int
    payer: dict[str, Any]
    purchase_order: str | None
    terms: dict[str, Any] | None
    commissioned_at: datetime
    respond_by: datetime
    ended_at: datetime | None
    end_reason: str | None
    interviewer: str | None = field(repr=False)
    reason: str | None = field(repr=False)


@dataclass(frozen=True)
class EpisodeServed:
    """An episode that the interview is owed for, with its own clock; for the placing authority."""

    ref: str
    returned_at: datetime
    latest_at: datetime
    reason: str | None


@dataclass(frozen=True)
class RequestBrief:
    """A request in a list. ``part``: ours in it; ``facts``: what of it we may see."""

    ref: str
    state: str
    part: str
    asked_at: datetime
    facts: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class RequestSeen(RequestBrief):
    """A request as one of its parties sees it. What is only the placing authority's is ``None`` or empty to the others."""

    stage: str
    version: int
    asks: list[AskSeen]
    commissions: list[CommissionSeen]
    episodes: list[EpisodeServed]
    award: str | None
    next_step_at: datetime | None
    fallback_at: datetime | None
    end_reason: str | None
    payer: dict[str, Any] | None
    matching: dict[str, Any] | None


# --- one request ------------------------------------------------------------------------------------------------------


def read_request(session: Session, actor: Actor, ref: str, *, rules: Rulebook, now: datetime) -> RequestSeen:
    """The request *ref* for one of its parties; the reading is recorded. Raises ``NotFound``."""
    seen = queries.seen_by(session, ref, actor.organisation, ALL_PARTS) if is_ref(ref, "rhi") else None
    if seen is None:
        raise NotFound(NOT_SEEN)
    shown = request_seen(session, actor, seen.id, rules=rules, now=now)
    audit.record(session, actor, Event.INTERVIEW_READ, ref, now=now, details={"stage": shown.stage})
    read_about(session, actor, ref, now=now)
    return shown


def request_seen(session: Session, actor: Actor, request_id: int, *, rules: Rulebook, now: datetime) -> RequestSeen:
    """A request as the actor's organisation sees it, after an act of its own, which is recorded as that."""
    request = queries.request_by_id(session, request_id)
    known, asks = Known(session, [request]), queries.asks_of(session, request_id)
    own = next((each for each in asks if each.provider_id == actor.organisation), None)
    part = part_of(session, actor, request)
    known.will_name(_named_in(known.commissions[request.id], asks))
    stage = disclosure.stage_of(part, request.state, own.state if own else None)
    is_ours = part == "placing"
    hours = duties.hours_of(request.returned_at, request.latest_at, rules=rules)
    return RequestSeen(
        **vars(_brief(known, request, part, stage, disclosure.FACTS)),
        stage=stage,
        version=request.version,
        asks=_asks(session, actor, request, asks, part, now=now),
        commissions=_commissions(session, actor, known.commissions[request.id], part),
        episodes=_served(session, known.episodes[request.id]) if is_ours else [],
        award=request.award if is_ours else None,
        next_step_at=request.next_step_at if is_ours else None,
        fallback_at=hours.fallback_at if is_ours else None,
        end_reason=request.end_reason,
        payer=_organisation(session, request.payer_id) if part in ("placing", "performer") else None,
        matching=explained(session, request, rules=rules, now=now) if is_ours and request.state in SEEKING else None,
    )


def _named_in(commissions: Sequence[Commission], asks: Sequence[InterviewAsk]) -> set[int | None]:
    """Whom a request's page names besides: they are asked for together."""
    offered = {number for each in asks for number in (each.provider_id, each.referred_to_id)}
    return offered | {number for each in commissions for number in (each.performer_id, each.payer_id)}


def part_of(session: Session, actor: Actor, request: InterviewRequest) -> str:
    """The part of the actor's organisation in *request*; the first of ``placing``, ``performer``, ``host``, ``asked``."""
    if request.placing_authority_id == actor.organisation:
        return "placing"
    return _first(queries.parts_in(session, request.id, actor.organisation))


def _first(has: Sequence[str]) -> str:
    part = next((each for each in _ORDER if each in has), None)
    if part is None:
        raise NotFound(NOT_SEEN)
    return part


def _brief(known: Known, request: InterviewRequest, part: str, stage: str, names: Sequence[str]) -> RequestBrief:
    policy = load_interview_policy()
    wanted = disclosure.visible(stage, policy).intersection(names)
    facts = disclosure.shown(facts_of(known, request, wanted), part, stage, policy)
    return RequestBrief(request.ref, request.state, part, request.asked_at, facts)


def _asks(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    rows: Sequence[InterviewAsk],
    part: str,
    *,
    now: datetime,
) -> list[AskSeen]:
    if part != "placing":
        rows = [each for each in rows if each.provider_id == actor.organisation]
    return [_ask(session, request, each, part, now=now) for each in rows]


def _ask(session: Session, request: InterviewRequest, ask: InterviewAsk, part: str, *, now: datetime) -> AskSeen:
    said = keys_of(session).open(ask.ref, ask.sealed)
    is_ours = part == "placing"
    codes = (
        terms.out_of_terms(session, request, ask, is_only_shown=True, now=now)
        if is_ours and ask.state == "offered"
        else []
    )
    same = (
        "ref",
        "state",
        "step",
        "asked_at",
        "reply_by",
        "goes_on_at",
        "answered_at",
        "decline_code",
        "quoted_pence",
        "earliest_at",
    )
    return AskSeen(
        **{name: getattr(ask, name) for name in (*same, "mode", "expires_at", "version")},
        request=request.ref,
        provider=_organisation(session, ask.provider_id) or {},
        why=list(ask.why),
        referred_to=_organisation(session, ask.referred_to_id),
        out_of_terms=codes,
        by=said.get("by"),
        note=said.get("note"),
        conversation=said.get("conversation", []),
    )


def _commissions(session: Session, actor: Actor, rows: Sequence[Commission], part: str) -> list[CommissionSeen]:
    """To the placing authority every one; to a performer its own; to others none."""
    if part != "placing":
        rows = [each for each in rows if each.performer_id == actor.organisation]
    return [_commission(session, each, is_ours=part == "placing") for each in rows]


def _commission(session: Session, row: Commission, *, is_ours: bool) -> CommissionSeen:
    said = keys_of(session).open(row.ref, row.sealed)
    same = ("ref", "performer", "is_independent", "state", "agreed_pence", "purchase_order", "terms", "commissioned_at")
    return CommissionSeen(
        **{name: getattr(row, name) for name in (*same, "respond_by", "ended_at", "end_reason")},
        organisation=_organisation(session, row.performer_id) or {},
        payer=_organisation(session, row.payer_id) or {},
        interviewer=said.get("interviewer"),
        reason=said.get("reason") if is_ours else None,
    )


def _served(session: Session, rows: Sequence[InterviewEpisode]) -> list[EpisodeServed]:
    refs = {each.id: each.ref for each in queries.missing_episodes(session, [row.episode_id for row in rows])}
    return [EpisodeServed(refs[row.episode_id], row.returned_at, row.latest_at, row.reason) for row in rows]


def explained(session: Session, request: InterviewRequest, *, rules: Rulebook, now: datetime) -> dict[str, Any]:
    """Whom the hub would ask now, in order and why, and why not the others; organisations by name."""
    found: Matching = asking.matching_of(session, request, rules=rules, now=now)
    ids = {each.organisation_id for each in found.asked} | {each.organisation_id for each in found.ruled_out}
    names = directory.by_ids(session, ids)
    return {
        "asked": [
            {"organisation": named(names.get(each.organisation_id)), "step": each.step, "why": list(each.why)}
            for each in found.asked
        ],
        "ruled_out": [
            {"organisation": named(names.get(each.organisation_id)), "because": list(each.because)}
            for each in found.ruled_out
        ],
    }


# --- one ask ----------------------------------------------------------------------------------------------------------


def read_ask(session: Session, actor: Actor, ref: str, *, now: datetime) -> AskSeen:
    """The ask *ref*, for its two ends, with what each may see of the request; the reading is recorded. Raises ``NotFound``."""
    shown = ask_seen(session, actor, ref, now=now)
    audit.record(session, actor, Event.INTERVIEW_READ, shown.request, now=now, details={"ask": ref})
    read_about(session, actor, shown.request, now=now)
    return shown


def ask_seen(session: Session, actor: Actor, ref: str, *, now: datetime) -> AskSeen:
    """The ask *ref* as the actor's organisation sees it. Raises ``NotFound`` for who is neither of its two ends."""
    ask = queries.ask_by_ref(session, ref) if is_ref(ref, "ask") else None
    request = queries.request_by_id(session, ask.request_id) if ask else None
    ends = (ask.provider_id, request.placing_authority_id) if ask and request else ()
    if ask is None or request is None or actor.organisation not in ends:
        raise NotFound(asking.NO_ASK)
    part = part_of(session, actor, request)
    stage = disclosure.stage_of(part, request.state, ask.state)
    seen = _ask(session, request, ask, part, now=now)
    brief = _brief(Known(session, [request]), request, part, stage, disclosure.FACTS)
    return AskSeen(**{**vars(seen), "facts": brief.facts})


# --- lists ------------------------------------------------------------------------------------------------------------


def list_requests(
    session: Session,
    actor: Actor,
    *,
    part: str | None = None,
    states: Sequence[str] | None = None,
    after: str | None = None,
    at_most: int,
    now: datetime,
) -> list[RequestBrief]:
    """The requests in which the actor's organisation has *part* (``None``: any), newest first; the reading is recorded."""
    parts = [part] if part else list(ALL_PARTS)
    rows = listing_queries.requests(session, actor.organisation, parts, states, after=after, at_most=at_most)
    known = Known(session, rows)
    has = queries.parts_in_all(session, [each.id for each in rows], actor.organisation)
    found = [_listed(known, actor, each, _first(has[each.id])) for each in rows]
    _record_list(session, actor, [each.ref for each in found], now=now)
    return found


def _listed(known: Known, actor: Actor, request: InterviewRequest, part: str) -> RequestBrief:
    asks = (
        queries.asks_of(known.session, request.id) if part == "asked" else []
    )  # of no other part they change anything
    own = next((each for each in asks if each.provider_id == actor.organisation), None)
    stage = disclosure.stage_of(part, request.state, own.state if own else None)
    return _brief(known, request, part, stage, LISTED)


def list_asks(
    session: Session,
    actor: Actor,
    *,
    states: Sequence[str] | None = None,
    after: str | None = None,
    at_most: int,
    now: datetime,
) -> list[AskSeen]:
    """What the actor's organisation was asked, newest first: a provider's inbox; the reading is recorded."""
    rows = listing_queries.asks(session, actor.organisation, states, after=after, at_most=at_most)
    found = [ask_seen(session, actor, each.ref, now=now) for each in rows]
    _record_list(session, actor, [each.request for each in found], now=now)
    return found


def _record_list(session: Session, actor: Actor, refs: list[str], *, now: datetime) -> None:
    if refs:
        of = actor.organisation_ref or ""
        audit.record(session, actor, Event.INTERVIEW_LISTED, of, now=now, details={"requests": refs})
