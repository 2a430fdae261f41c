"""Opening what a search has come upon: a few children's sealed rows, and where those that are near enough stay."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rapidfuzz.distance import JaroWinkler
from sqlalchemy.orm import Session

from hub.core.db import keys_of
from hub.core.secrets import SealBroken
from hub.lookup import candidate_queries as queries
from hub.lookup.ranking import Known, KnownPlaces, Question
from hub.registry.names.indexes import identifiers_of, names_of, read_date
from hub.registry.names.places import plain_phone, plain_postcode

_CANCELLED: Final = "cancelled"
_FAINTLY: Final = 0.68
"""Jaro-Winkler. Names of which neither is even so alike to either that was told are not compared more closely."""


@dataclass(frozen=True)
class Opened:
    """A child as opened. ``root_id``: the child it was merged into, or itself."""

    root_id: int
    known: Known = field(repr=False)


def children(session: Session, ids: Sequence[int], question: Question) -> Iterator[Opened]:
    """Open these children, but for those whose names are nothing like what was told. One that does not open is passed over."""
    keys = keys_of(session)
    told = [" ".join(words) for words in (question.family, question.given) if words]
    for row in queries.children(session, ids):
        try:
            child = keys.open(row.ref, row.sealed)
        except SealBroken:
            continue  # whoever reads that child's record is told, and it is recorded
        if not told or question.numbers or _is_faintly_like(told, child):
            yield Opened(row.merged_into_id or row.id, _known(child, row.placing_authority_id, question))


def _is_faintly_like(told: Sequence[str], child: Mapping[str, Any]) -> bool:
    if child.get("aliases"):
        return True
    names = [name.lower() for name in (child.get("family_name"), child.get("given_names")) if name]
    names += [part for name in names if "-" in name or " " in name for part in name.replace("-", " ").split()]
    for one in told:
        for other in names:
            if JaroWinkler.similarity(one, other, score_cutoff=_FAINTLY):
                return True
    return False


def _known(child: Mapping[str, Any], placing_authority_id: int | None, question: Question) -> Known:
    numbers = identifiers_of(child, placing_authority_id) if question.numbers else {}
    return Known(names_of(child), read_date(child.get("born_on")), numbers)


# ── Where they stay ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Stay:
    """One placement that was not cancelled."""

    placement_id: int
    provider_id: int | None
    ref: str
    sealed: bytes = field(repr=False)


Stays = Mapping[int, Sequence[Stay]]


def stays_of(session: Session, child_ids: Collection[int]) -> Stays:
    """Child → placements, latest first, with those of children merged into it. Who has cancelled ones alone is left out."""
    stays: dict[int, list[Stay]] = {number: [] for number in child_ids}
    cancelled: set[int] = set()
    for row in queries.placements(session, child_ids):
        if row.state == _CANCELLED:
            cancelled.add(row.root_id)
        else:
            stays[row.root_id].append(Stay(row.id, row.provider_id, row.ref, row.sealed))
    return {number: found for number, found in stays.items() if found or number not in cancelled}


def places_of(session: Session, stays: Stays) -> dict[int, KnownPlaces]:
    """Child → the postcodes, telephones and homes of its placements."""
    homes = {stay.provider_id for each in stays.values() for stay in each if stay.provider_id is not None}
    rows = queries.home_places(session, homes)
    at_home = {row.id: _place(session, row.ref, row.sealed) for row in rows}
    return {number: _places(session, each, at_home) for number, each in stays.items()}


Place = tuple[str, str]
"""Postcode and telephone, plain."""


def _places(session: Session, stays: Sequence[Stay], at_home: Mapping[int, Place]) -> KnownPlaces:
    homes = frozenset(stay.provider_id for stay in stays if stay.provider_id is not None)
    own = [_place(session, stay.ref, stay.sealed) for stay in stays]
    every = [*own, *(at_home[number] for number in homes if number in at_home)]
    return KnownPlaces(frozenset(p for p, _ in every if p), frozenset(t for _, t in every if t), homes)


def _place(session: Session, ref: str, sealed: bytes) -> Place:
    """Of a placement's document (address, carer) or a home's (postcode, phone)."""
    try:
        document = keys_of(session).open(ref, sealed)
    except SealBroken:
        return "", ""
    address, carer = document.get("address"), document.get("carer")
    postcode = address.get("postcode") if isinstance(address, Mapping) else document.get("postcode")
    phone = carer.get("phone") if isinstance(carer, Mapping) else document.get("phone")
    return plain_postcode(postcode), plain_phone(phone)
