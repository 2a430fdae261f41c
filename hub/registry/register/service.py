"""The host's register: which of other councils' children live in its area, found by what somebody knows of them.

Every reading is recorded with the entries that it showed, and no others. Names are sealed, so to find or sort by them the
register is opened in memory (:func:`find`), before the transaction that records what is shown: it keeps no writer waiting.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import iso, london_date
from hub.core.db import keys_of
from hub.core.ids import is_any_ref
from hub.core.spreadsheets import CsvSheet
from hub.registry import notice_queries
from hub.registry.names.indexes import date_rows, exchanged, fold, identifiers_of, names_of
from hub.registry.placement_queries import AnyRow
from hub.registry.register import queries
from hub.registry.register.finding import fitting
from hub.registry.register.queries import RegisterFilter
from hub.registry.views import RegisterEntry, detailed, opened, placement_brief, provenance_of

OPENED_AT_MOST: Final = 20_000
"""How many entries are opened to find or sort by name; a register of children who live in one area has far fewer."""


@dataclass(frozen=True)
class Sought:
    """What somebody knows of a child: every part that is given must fit."""

    name: str | None = field(default=None, repr=False)
    """Words of names or aliases, from their beginning, in any order; one slip in a word is forgiven."""
    born_on: date | None = field(default=None, repr=False)
    reference: str | None = field(default=None, repr=False)
    """The hub's reference of the placement or of a notice, an NHS number, a pupil number, the placing authority's own number."""

    @property
    def is_anything(self) -> bool:
        return bool(self.name or self.born_on or self.reference)


@dataclass(frozen=True)
class RegisterPage:
    """A page of the register. ``after``: what to ask the next page with; ``None`` on the last."""

    entries: list[RegisterEntry] = field(repr=False)
    after: str | None


@dataclass(frozen=True)
class RegisterCount:
    """How many entries one placing authority (``None``: none is known) has in the register, by provenance."""

    placing_authority: str | None
    gss_code: str | None
    notified: int
    inferred: int
    discovered: int

    @property
    def entries(self) -> int:
        return self.notified + self.inferred + self.discovered


def find(
    session: Session, actor: Actor, wanted: RegisterFilter, sought: Sought | None = None, *, order: str = "newest"
) -> list[str] | None:
    """The references of the entries that fit what is *sought*, best first, or by name; ``None`` where no entry need be opened.

    Nothing of them is disclosed, so nothing is recorded: :func:`read_register` shows them, and records it.
    """
    is_search = sought is not None and sought.is_anything
    if not is_search and order != "name":
        return None
    return _found(session, actor.organisation, wanted, sought or Sought(), order=order)


def read_register(
    session: Session,
    actor: Actor,
    wanted: RegisterFilter,
    found: Sequence[str] | None = None,
    *,
    order: str = "newest",
    after: str | None = None,
    at_most: int,
    now: datetime,
) -> RegisterPage:
    """A page of the host's register: other councils' children who live (``wanted.ended``: lived) here; it is recorded.

    *found*: what :func:`find` found; of those, the entries that are *wanted* still.
    """
    if found is None:
        rows = queries.register_of(session, actor.organisation, wanted, order=order, after=after, at_most=at_most + 1)
    else:
        rows = _rows_of(session, actor.organisation, wanted, found, after=after, at_most=at_most + 1)
    shown = rows[:at_most]
    details = {"placements": [row.Placement.ref for row in shown]}
    audit.record(session, actor, Event.REGISTER_READ, actor.organisation_ref or "", now=now, details=details)
    last = shown[-1].Placement.ref if len(rows) > len(shown) else None
    return RegisterPage(_entries(session, actor, shown, now=now), last)


def _entries(session: Session, actor: Actor, rows: Sequence[AnyRow], *, now: datetime) -> list[RegisterEntry]:
    kinds = notice_queries.kinds_about(session, [row.Placement.id for row in rows])
    return [
        RegisterEntry(
            **vars(placement_brief(row)),
            child=opened(session, row.Child),
            details=details,
            provenance=provenance_of(kinds.get(row.Placement.id, frozenset())),
        )
        for row, details in zip(rows, detailed(session, actor, rows, "host_authority", now=now), strict=True)
    ]


def count_register(session: Session, actor: Actor, wanted: RegisterFilter) -> list[RegisterCount]:
    """How many entries each placing authority has in the actor's register, most first. No child is opened."""
    found: dict[tuple[str | None, str | None], dict[str, int]] = {}
    for row in queries.counts(session, actor.organisation, wanted):
        found.setdefault((row.name, row.gss_code), dict.fromkeys(queries.PROVENANCES, 0))[row.provenance] = row.entries
    counted = [RegisterCount(name, code, **numbers) for (name, code), numbers in found.items()]
    return sorted(counted, key=lambda each: (-each.entries, each.placing_authority or ""))


def count_wanted(session: Session, actor: Actor, wanted: RegisterFilter) -> int:
    """How many entries are *wanted*. No child is opened."""
    return sum(row.entries for row in queries.counts(session, actor.organisation, wanted))


# --- finding ----------------------------------------------------------------------------------------------------------


def _rows_of(
    session: Session, host_id: int, wanted: RegisterFilter, found: Sequence[str], *, after: str | None, at_most: int
) -> Sequence[AnyRow]:
    begin = found.index(after) + 1 if after in found else 0
    page = found[begin : begin + at_most]
    rows = queries.entries(session, host_id, wanted, page)
    return [rows[ref] for ref in page if ref in rows]


def _found(session: Session, host_id: int, wanted: RegisterFilter, sought: Sought, *, order: str) -> list[str]:
    """The references of the placements that fit, the best fit first, then by name or the newest first."""
    words = fold(sought.name or "")
    if sought.name and not words:
        return []
    rows = _candidates(session, host_id, wanted, sought)
    children = _opened(session, rows)
    fits = [
        (slips, names_of(children[place])[:1] if order == "name" else [], rows[place].placement_ref)
        for place, slips in fitting(words, children).items()
        if _is_born(children[place], sought.born_on)
    ]
    return [ref for _, _, ref in sorted(fits, key=lambda each: each[:2])]


def _opened(session: Session, rows: Sequence[AnyRow]) -> list[dict[str, Any]]:
    """What is sealed of each: opened one by one, read as one document, which takes half the time."""
    keys = keys_of(session)
    documents = b",".join(keys.open_bytes(row.child_ref, row.sealed) for row in rows)
    opened: list[dict[str, Any]] = json.loads(b"[" + documents + b"]")
    return opened


def _is_born(child: Mapping[str, Any], born_on: date | None) -> bool:
    """Whether *child* was born then; a day and month exchanged are one slip of the pen, and forgiven."""
    if born_on is None:
        return True
    return child.get("born_on") in {each.isoformat() for each in (born_on, exchanged(born_on)) if each}


def _candidates(session: Session, host_id: int, wanted: RegisterFilter, sought: Sought) -> Sequence[AnyRow]:
    keys, said = keys_of(session), (sought.reference or "").strip()
    if said and is_any_ref(said.lower()):
        return queries.candidates(session, host_id, wanted, ref=said.lower(), at_most=OPENED_AT_MOST)
    indexed: list[tuple[str, bytes]] = []
    if said:
        councils = queries.placing_authorities(session, host_id)
        indexed = [
            ("identifier", each) for number in _numbers(said, councils) for each in keys.blinds("identifier", number)
        ]
    elif sought.born_on:
        days = [each for each in (sought.born_on, exchanged(sought.born_on)) if each]
        indexed = date_rows(keys, days)
    if said and not indexed:
        return []
    return queries.candidates(session, host_id, wanted, indexed=indexed, at_most=OPENED_AT_MOST)


def _numbers(said: str, councils: Collection[int]) -> set[str]:
    """*said* as every kind of identifier that it could be, as ``indexes`` keeps them."""
    given = {"identifiers": {"nhs_number": said, "upn": said, "local_id": said}}
    return {
        f"{scheme}\x1f{number}"
        for council in (None, *councils)
        for scheme, number in identifiers_of(given, council).items()
    }


# --- the register as a file -------------------------------------------------------------------------------------------

COLUMNS: Final = (
    "placement",
    "family_name",
    "given_names",
    "born_on",
    "address",
    "postcode",
    "setting",
    "provider",
    "placing_authority",
    "provenance",
    "relation",
    "area_confirmed",
    "arrived",
    "left",
    "social_worker",
    "social_worker_phone",
    "out_of_hours_phone",
)
AT_ONCE: Final = 500


def export_register(session: Session, actor: Actor, wanted: RegisterFilter, file: IO[str], *, now: datetime) -> int:
    """Write the *wanted* entries to *file* as CSV, the last entered first; how many. Recorded, with each entry that went out.

    *file* must not translate line ends (``newline=""``).
    """
    sheet, after, refs = CsvSheet(file, COLUMNS), None, []
    while rows := queries.register_of(
        session, actor.organisation, wanted, order="newest", after=after, at_most=AT_ONCE
    ):
        for entry in _entries(session, actor, rows, now=now):
            sheet.add(cells_of(entry))
            refs.append(entry.ref)
        after = refs[-1]
    narrowed = {name: iso(value) if isinstance(value, datetime) else value for name, value in vars(wanted).items()}
    details = {"what": "register", "placements": refs, **{k: v for k, v in narrowed.items() if v is not None}}
    audit.record(session, actor, Event.EXPORT_MADE, actor.organisation_ref or "", now=now, details=details)
    return len(refs)


def cells_of(entry: RegisterEntry) -> list[Any]:
    """An entry in the order of :data:`COLUMNS`."""
    address, contacts = entry.details.get("address", {}), entry.details.get("contacts", {})
    council, provider = entry.placing_authority, entry.provider
    return [
        entry.ref,
        entry.child.get("family_name"),
        entry.child.get("given_names"),
        entry.child.get("born_on"),
        ", ".join(address.get("lines", ())),
        address.get("postcode"),
        entry.setting,
        provider["name"] if provider else entry.details.get("provider_name"),
        council["name"] if council else contacts.get("placing_body", {}).get("name"),
        entry.provenance,
        entry.relation,
        entry.area_is_confirmed,
        london_date(entry.starts_at),
        london_date(entry.ends_at) if entry.ends_at else None,
        contacts.get("social_worker", {}).get("name"),
        contacts.get("social_worker", {}).get("phone"),
        contacts.get("out_of_hours", {}).get("phone"),
    ]
