"""The lines of a request, each read only when it is wanted: what nobody is to see is not opened."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.core.db import keys_of
from hub.directory import queries as directory
from hub.missing import subjects
from hub.missing.views import named
from hub.registry import placement_queries
from hub.spotpurchase import queries
from hub.spotpurchase.models import InterviewRequest

_NAMES: Final = ("family_name", "given_names", "aliases")
Reading = Callable[[Session, InterviewRequest], Any]


def facts_of(session: Session, request: InterviewRequest, names: Collection[str]) -> dict[str, Any]:
    """These facts of *request* by name; one that nothing is known of is ``None``."""
    return {name: _READINGS[name](session, request) for name in _READINGS if name in names}


_KNOWN: Final = "organisations in facts"


def _organisation(session: Session, number: int | None) -> dict[str, Any] | None:
    """An organisation as others see it, asked for once in a transaction: a list names the same ones again and again."""
    if number is None:
        return None
    known: dict[int, dict[str, Any] | None] = session.info.setdefault(_KNOWN, {})
    if number not in known:
        known[number] = named(directory.by_ids(session, {number}).get(number))
    return known[number]


def _need(name: str) -> Reading:
    return lambda _session, request: request.needs[name]


def _written(name: str) -> Reading:
    return lambda session, request: keys_of(session).open(request.ref, request.sealed).get(name)


def _child(session: Session, request: InterviewRequest) -> Mapping[str, Any]:
    return subjects.child_document(session, request.child_id)


def _name(session: Session, request: InterviewRequest) -> dict[str, Any] | None:
    document = _child(session, request)
    return {name: document[name] for name in _NAMES if document.get(name)} or None


def _address(session: Session, request: InterviewRequest) -> Any:
    if request.placement_id is None:
        return None
    placement = placement_queries.placement_by_id(session, request.placement_id)
    return subjects.placement_document(session, placement).get("address")


def _placement(session: Session, request: InterviewRequest) -> str | None:
    if request.placement_id is None:
        return None
    return str(placement_queries.placement_by_id(session, request.placement_id).ref)


def _area(session: Session, request: InterviewRequest) -> dict[str, Any]:
    host = _organisation(session, request.host_authority_id)
    if host is not None and host["gss_code"] == request.area_gss:
        return {"gss_code": request.area_gss, "name": host["name"]}
    council = directory.by_gss(session, request.area_gss)
    return {"gss_code": request.area_gss, "name": council.name if council else request.area_gss}


def _performer(session: Session, request: InterviewRequest) -> dict[str, Any] | None:
    made = [each for each in queries.commissions_of(session, request.id) if each.state != "ended"]
    if not made:
        return None
    found = _organisation(session, made[-1].performer_id) or {}
    return {**found, "performer": made[-1].performer, "is_independent": made[-1].is_independent}


def _episodes(session: Session, request: InterviewRequest) -> list[dict[str, Any]]:
    """When the child was missing, and until when it is to be seen after each: no reference."""
    served = {each.episode_id: each for each in queries.episodes_of(session, request.id)}
    return [
        {
            "missing_from_at": episode.missing_from_at,
            "returned_at": served[episode.id].returned_at,
            "latest_at": served[episode.id].latest_at,
            "category": episode.category,
        }
        for episode in queries.missing_episodes(session, served)
    ]


_READINGS: Final[Mapping[str, Reading]] = {
    "placing_authority": lambda session, request: _organisation(session, request.placing_authority_id),
    "host_authority": lambda session, request: _organisation(session, request.host_authority_id),
    "area": _area,
    "age_band": _need("age_band"),
    "languages": _need("languages"),
    "gender": _need("gender"),
    "modes": _need("modes"),
    "times": _need("times"),
    "latest_at": lambda _session, request: request.latest_at,
    "price_cap_pence": lambda _session, request: request.price_cap_pence,
    "episode_count": lambda session, request: len(queries.episodes_of(session, request.id)),
    "purchase_order": lambda _session, request: request.purchase_order,
    "performer": _performer,
    "name": _name,
    "born_on": lambda session, request: _child(session, request).get("born_on"),
    "address": _address,
    "placement": _placement,
    "preferences": _written("preferences"),
    "risk": _written("risk"),
    "contact": _written("contact"),
    "episodes": _episodes,
}
