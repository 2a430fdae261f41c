"""The lines of a request, each read only when it is wanted: what nobody is to see is not opened."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.core.db import keys_of
from hub.directory import queries as directory
from hub.missing import subjects
from hub.missing.views import named
from hub.registry import placement_queries
from hub.registry.models import Placement
from hub.spotpurchase import queries
from hub.spotpurchase.models import Commission, InterviewEpisode, InterviewRequest

_NAMES: Final = ("family_name", "given_names", "aliases")
_ORGANISATIONS: Final = "organisations in facts"


def organisation(session: Session, number: int | None, *others: int | None) -> dict[str, Any] | None:
    """An organisation as others see it, asked for once in a transaction: a page names the same ones again and again.

    *others*: those that will be named beside it, asked for in the same statement.
    """
    if number is None:
        return None
    known: dict[int, dict[str, Any] | None] = session.info.setdefault(_ORGANISATIONS, {})
    if number not in known:
        ids = {each for each in (number, *others) if each is not None and each not in known}
        rows = directory.by_ids(session, ids)
        known.update({each: named(rows.get(each)) for each in ids})
    return known[number]


class Known:
    """What the lines of *requests* are read from: each table once for all of them, and only where a line of it is wanted."""

    def __init__(self, session: Session, requests: Sequence[InterviewRequest]) -> None:
        self.session = session
        self._requests = requests
        self._placements: dict[int, Placement] = {}

    def organisation(self, number: int | None) -> dict[str, Any] | None:
        """An organisation as others see it."""
        return organisation(self.session, number, *self._named)

    def will_name(self, numbers: Collection[int | None]) -> None:
        """These organisations will be named too: they are asked for together."""
        self._named.update(numbers)

    @cached_property
    def _named(self) -> set[int | None]:
        """Whom every request names: who asked, who follows, who pays."""
        return {number for each in self._requests for number in _parties_of(each)}

    @cached_property
    def episodes(self) -> Mapping[int, list[InterviewEpisode]]:
        """By id of the request the episodes that it serves, the earliest return first."""
        return _by_request(queries.episodes_of_all(self.session, self._ids))

    @cached_property
    def commissions(self) -> Mapping[int, list[Commission]]:
        """By id of the request every commission that it ever had, in their order."""
        return _by_request(queries.commissions_of_all(self.session, self._ids))

    @cached_property
    def children(self) -> Mapping[int, Mapping[str, Any]]:
        """By id of the child what is known of who it is."""
        rows = queries.children(self.session, {each.child_id for each in self._requests})
        return {row.id: keys_of(self.session).open(row.ref, row.sealed) for row in rows}

    def placement(self, number: int) -> Placement:
        """Where the child is to be seen."""
        if number not in self._placements:
            self._placements[number] = placement_queries.placement_to_read(self.session, number)
        return self._placements[number]

    @property
    def _ids(self) -> list[int]:
        return [each.id for each in self._requests]


def _parties_of(request: InterviewRequest) -> tuple[int | None, ...]:
    return request.placing_authority_id, request.host_authority_id, request.payer_id


def _by_request(rows: Sequence[Any]) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.request_id].append(row)
    return found


Reading = Callable[[Known, InterviewRequest], Any]


def facts_of(known: Known, request: InterviewRequest, names: Collection[str]) -> dict[str, Any]:
    """These facts of *request* by name; one that nothing is known of is ``None``."""
    return {name: _READINGS[name](known, request) for name in _READINGS if name in names}


def _need(name: str) -> Reading:
    return lambda _known, request: request.needs[name]


def _written(name: str) -> Reading:
    return lambda known, request: keys_of(known.session).open(request.ref, request.sealed).get(name)


def _name(known: Known, request: InterviewRequest) -> dict[str, Any] | None:
    document = known.children[request.child_id]
    return {name: document[name] for name in _NAMES if document.get(name)} or None


def _address(known: Known, request: InterviewRequest) -> Any:
    if request.placement_id is None:
        return None
    return subjects.placement_document(known.session, known.placement(request.placement_id)).get("address")


def _placement(known: Known, request: InterviewRequest) -> str | None:
    return known.placement(request.placement_id).ref if request.placement_id is not None else None


def _area(known: Known, request: InterviewRequest) -> dict[str, Any]:
    host = known.organisation(request.host_authority_id)
    if host is not None and host["gss_code"] == request.area_gss:
        return {"gss_code": request.area_gss, "name": host["name"]}
    council = directory.by_gss(known.session, request.area_gss)
    return {"gss_code": request.area_gss, "name": council.name if council else request.area_gss}


def _performer(known: Known, request: InterviewRequest) -> dict[str, Any] | None:
    made = [each for each in known.commissions[request.id] if each.state != "ended"]
    if not made:
        return None
    found = known.organisation(made[-1].performer_id) or {}
    return {**found, "performer": made[-1].performer, "is_independent": made[-1].is_independent}


def _episodes(known: Known, request: InterviewRequest) -> list[dict[str, Any]]:
    """When the child was missing, and until when it is to be seen after each: no reference."""
    served = {each.episode_id: each for each in known.episodes[request.id]}
    return [
        {
            "missing_from_at": episode.missing_from_at,
            "returned_at": served[episode.id].returned_at,
            "latest_at": served[episode.id].latest_at,
            "category": episode.category,
        }
        for episode in queries.missing_episodes(known.session, served)
    ]


_READINGS: Final[Mapping[str, Reading]] = {
    "placing_authority": lambda known, request: known.organisation(request.placing_authority_id),
    "host_authority": lambda known, request: known.organisation(request.host_authority_id),
    "area": _area,
    "age_band": _need("age_band"),
    "languages": _need("languages"),
    "gender": _need("gender"),
    "modes": _need("modes"),
    "times": _need("times"),
    "latest_at": lambda _known, request: request.latest_at,
    "price_cap_pence": lambda _known, request: request.price_cap_pence,
    "episode_count": lambda known, request: len(known.episodes[request.id]),
    "purchase_order": lambda _known, request: request.purchase_order,
    "performer": _performer,
    "name": _name,
    "born_on": lambda known, request: known.children[request.child_id].get("born_on"),
    "address": _address,
    "placement": _placement,
    "preferences": _written("preferences"),
    "risk": _written("risk"),
    "contact": _written("contact"),
    "episodes": _episodes,
}
