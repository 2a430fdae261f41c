"""Asking for an interview: from an episode that has returned, prefilled with what the hub knows of the child and the place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import LONDON, london_date
from hub.core.db import keys_of
from hub.core.errors import Invalid, NotFound, StateConflict
from hub.core.ids import new_ref
from hub.core.sentences import worded
from hub.directory import queries as directory
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.missing import queries as episode_queries
from hub.missing import standing as episodes_standing
from hub.missing import subjects
from hub.missing.models import MissingEpisode
from hub.spotpurchase import asking, duties, queries, telling
from hub.spotpurchase.interviews.duties import bring_in_line
from hub.spotpurchase.models import InterviewRequest
from hub.spotpurchase.providers.agreements import Payer, payer_of
from hub.spotpurchase.providers.models import MODES
from hub.spotpurchase.standing import request_for, under_way_for
from hub.spotpurchase.states import UNDER_WAY

Told = Mapping[str, Any]
AGE_BANDS: Final = {"under_10": (0, 9), "10_to_12": (10, 12), "13_to_15": (13, 15), "16_to_17": (16, 17)}
NEEDS: Final = ("languages", "gender", "modes", "times")
_WRITTEN: Final = ("preferences", "risk", "contact", "by", "funding_consent")


@dataclass(frozen=True)
class Prefilled:
    """What the hub knows by itself of an interview that is asked for."""

    episodes: tuple[MissingEpisode, ...]
    """The earliest return first."""
    child_id: int
    age: int | None
    area_gss: str
    payer: Payer

    @property
    def first(self) -> MissingEpisode:
        return self.episodes[0]

    @property
    def returned_at(self) -> datetime:
        return _returned(self.first)


def request(
    session: Session, actor: Actor, told: Told, *, areas: Areas, rules: Rulebook, now: datetime
) -> InterviewRequest:
    """Ask for the interview of one child after one return or several, and put it to the first provider at once.

    *told*: as ``schemas.InterviewRequestIn`` loads it. Raises ``Invalid`` with a sentence for what cannot be, and nothing is
    written; ``StateConflict`` where an interview is being sought for one of the episodes already.
    """
    known = prefilled(session, actor, told, areas=areas, now=now)
    _refuse_second(session, known)
    _refuse_unpaid(told, known.payer, actor)
    made = _add(session, actor, told, known, rules=rules, now=now)
    audit.record(session, actor, Event.INTERVIEW_REQUESTED, made.ref, now=now, details=_details(made, known))
    telling.note(session, made, "interview.requested", telling.councils(made), now=now, due_at=made.latest_at)
    return asking.step_on(session, actor, made, rules=rules, now=now)


def prefilled(session: Session, actor: Actor, told: Told, *, areas: Areas, now: datetime) -> Prefilled:
    """What the hub knows of the episodes that are named, for the form too. Raises ``Invalid`` for what cannot be."""
    episodes = _episodes(session, actor, told["episodes"])
    _refuse_uncombined(session, episodes, told.get("reason"))
    first = episodes[0]
    age = subjects.age_at(subjects.born_on(session, first.child_id), now)
    payer = payer_of(session, first.host_authority_id, actor.organisation, on=london_date(now))
    area = _area(session, first, told.get("area"), areas)
    return Prefilled(tuple(episodes), first.child_id or 0, age, area, payer)


# --- the episodes -----------------------------------------------------------------------------------------------------


def _episodes(session: Session, actor: Actor, refs: Sequence[str]) -> list[MissingEpisode]:
    found = [_episode(session, actor, ref, f"episodes.{place}") for place, ref in enumerate(refs)]
    return sorted({each.id: each for each in found}.values(), key=lambda each: (_returned(each), each.id))


def _episode(session: Session, actor: Actor, ref: str, field: str) -> MissingEpisode:
    """One episode of a child that the actor's council placed, which has returned. Raises ``Invalid``."""
    try:
        episode = episodes_standing.root_seen_by(session, actor, ref)
    except NotFound as fault:
        raise refused(field, fault.sentence) from None
    if episode.placing_authority_id != actor.organisation:
        raise refused(field, "Another council placed this child, and it asks for the interview. Ring it.")
    if episode.child_id is None:
        raise refused(field, "Nobody knows yet who this child is. Find out whose notice it belongs to first.")
    if episode.returned_at is None or episode.state != "returned":
        raise refused(field, _not_back(episode), code="not_returned")
    return episode


def _not_back(episode: MissingEpisode) -> str:
    if episode.state == "withdrawn":
        return "This report was withdrawn: the child was not missing, and no interview is owed for it."
    if episode.located_at is not None:
        return "The child was found and is not back yet. An interview can be asked for when the return is recorded."
    return "The child is not back yet. An interview can be asked for when the return is recorded."


def _returned(episode: MissingEpisode) -> datetime:
    if episode.returned_at is None:
        raise LookupError(f"{episode.ref} has not returned")
    return episode.returned_at


def _refuse_uncombined(session: Session, episodes: Sequence[MissingEpisode], reason: str | None) -> None:
    child = set(episode_queries.same_child(session, episodes[0].child_id or 0))
    for place, each in enumerate(episodes):
        if each.child_id not in child:
            raise refused(f"episodes.{place}", "One interview is with one child. Ask for another child's separately.")
    if len(episodes) > 1 and reason is None:
        raise refused("reason", "Say why one interview serves several episodes.")


def _area(session: Session, episode: MissingEpisode, named: str | None, areas: Areas) -> str:
    """The council in whose area the child is to be seen: the one named, or that of the placement."""
    if named is not None:
        return str(areas.authority(named, field="area").gss_code)
    host = directory.by_ids(session, {episode.host_authority_id or 0}).get(episode.host_authority_id or 0)
    if host is None or host.gss_code is None:
        raise refused("area", "The hub does not know in whose area the child is. Name the council there.")
    return str(host.gss_code)


def _refuse_second(session: Session, known: Prefilled) -> None:
    others = under_way_for(session, known.child_id, [each.id for each in known.episodes])
    if others:
        raise StateConflict(
            worded("An interview is sought for this episode already: {ref}. Go on with that one.", ref=others[0].ref),
            code="sought_already",
        )


# --- the money --------------------------------------------------------------------------------------------------------


NO_CAP: Final = worded("Say how much it may cost at the most; or choose the offer by hand.")
NO_ORDER: Final = worded("Your council pays for this interview. Give a purchase order, or who consented to the cost.")


def _refuse_unpaid(told: Told, payer: Payer, actor: Actor) -> None:
    """Raise ``Invalid`` where the placing authority pays and nobody has said that it will, or how much."""
    if payer.payer_id != actor.organisation:
        return
    faults = {}
    if told["award"] == "first_acceptable" and told.get("price_cap_pence") is None:
        faults["price_cap_pence"] = [NO_CAP]
    if not told.get("purchase_order") and not told.get("funding_consent"):
        faults["purchase_order"] = [NO_ORDER]
    if faults:
        raise Invalid(next(iter(faults.values()))[0], fields=faults)


def refused(field: str, sentence: str, code: str = "invalid") -> Invalid:
    """The refusal of what stands in one field."""
    return Invalid(sentence, fields={field: [sentence]}, code=code)


# --- writing ----------------------------------------------------------------------------------------------------------


def _add(
    session: Session, actor: Actor, told: Told, known: Prefilled, *, rules: Rulebook, now: datetime
) -> InterviewRequest:
    ref, first = new_ref("rhi"), known.first
    welsh = is_welsh(session, actor.organisation)
    row = {
        "ref": ref,
        "child_id": known.child_id,
        "placement_id": first.placement_id,
        "placing_authority_id": actor.organisation,
        "host_authority_id": first.host_authority_id,
        "area_gss": known.area_gss,
        "returned_at": known.returned_at,
        "latest_at": duties.latest_after(known.returned_at, is_welsh=welsh, rules=rules),
        "award": told["award"],
        "needs": {"age_band": age_band(known.age), **_needs(told)},
        "payer_id": known.payer.payer_id,
        "agreement_id": known.payer.agreement_id,
        "next_step_at": now,
        "asked_at": now,
        "asked_by": actor.ref,
        "sealed": keys_of(session).seal(ref, {name: told[name] for name in _WRITTEN if told.get(name)}),
        **{name: told.get(name) for name in ("price_cap_pence", "purchase_order", "purchase_order_pence")},
    }
    number = queries.add_request(session, row)
    queries.add_episodes(
        session,
        [_served(each, number, told, actor, place, welsh, rules, now) for place, each in enumerate(known.episodes)],
    )
    return queries.locked(session, number)


def _served(
    episode: MissingEpisode,
    number: int,
    told: Told,
    actor: Actor,
    place: int,
    welsh: bool,
    rules: Rulebook,
    now: datetime,
) -> dict[str, Any]:
    returned_at = _returned(episode)
    return {
        "request_id": number,
        "episode_id": episode.id,
        "returned_at": returned_at,
        "latest_at": duties.latest_after(returned_at, is_welsh=welsh, rules=rules),
        "added_at": now,
        "added_by": actor.ref,
        "reason": told.get("reason") if place else None,
    }


def is_welsh(session: Session, organisation_id: int) -> bool:
    """Whether a council is in Wales: the row of the law is another there."""
    return str(directory.by_ids(session, {organisation_id})[organisation_id].gss_code or "").startswith("W")


def _needs(told: Told) -> dict[str, Any]:
    usual: dict[str, Any] = {"languages": [], "gender": "any", "modes": list(MODES), "times": []}
    return usual | {name: told["needs"][name] for name in NEEDS if name in told.get("needs", {})}


def age_band(age: int | None) -> str | None:
    """The band in which an age in years lies; ``None`` where the age is not known."""
    return next((band for band, (least, most) in AGE_BANDS.items() if age is not None and least <= age <= most), None)


def _details(made: InterviewRequest, known: Prefilled) -> dict[str, Any]:
    return {
        "episodes": [each.ref for each in known.episodes],
        "latest_at": _told_at(made.latest_at),
        "award": made.award,
    }


def _told_at(instant: datetime) -> str:
    return instant.astimezone(LONDON).isoformat()


# --- another episode --------------------------------------------------------------------------------------------------


def add_episode(
    session: Session, actor: Actor, ref: str, *, episode: str, reason: str, rules: Rulebook, now: datetime
) -> InterviewRequest:
    """Let the interview *ref* serve another episode of the same child too, for *reason* (a code of ``COMBINING``).

    Each episode keeps its own 72 hours; those of the request stay the earliest it had. What the child was offered since that
    return counts for it. Raises ``NotFound``, ``Invalid``, and ``StateConflict`` where the interview was held or is over, or the
    episode is served already.
    """
    wanted = request_for(session, actor, ref, parts=("placing",))
    if wanted.state not in UNDER_WAY:
        raise StateConflict("This interview is over. Ask for another one for this episode.")
    added = _episode(session, actor, episode, "episode")
    if added.child_id not in episode_queries.same_child(session, wanted.child_id):
        raise refused("episode", "That is an episode of another child.")
    others = under_way_for(session, wanted.child_id, [added.id])
    if others:
        raise StateConflict(
            worded("An interview is sought for this episode already: {ref}.", ref=others[0].ref), code="sought_already"
        )
    welsh = is_welsh(session, wanted.placing_authority_id)
    row = _served(added, wanted.id, {"reason": reason}, actor, 1, welsh, rules, now)
    queries.add_episodes(session, [row])
    bring_in_line(session, actor, wanted.id, rules=rules, now=now)
    audit.record(
        session, actor, Event.INTERVIEW_EPISODE_ADDED, ref, now=now, details={"episode": added.ref, "reason": reason}
    )
    telling.note(session, wanted, "interview.changed", asking.concerned(session, wanted), now=now)
    return wanted
