"""What stands under keys, part by part: each can be counted by key, and put under the key that seals now, a few at a time.

The sealed columns of all tables are walked, so that a new table is a new part by itself. Beside them: the blind indexes, which
are made anew in the transaction that seals their row anew; the variants of names; the files on the disk; codes in alerts.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol

from sqlalchemy import Column, ColumnElement
from sqlalchemy.orm import Session

from hub import tables
from hub.access.sign_in.service import email_index
from hub.core import rotation_queries
from hub.core.db import keys_of
from hub.core.sealed_models import SealedColumn, blind_columns, sealed_columns
from hub.core.secrets import KeyRing, SealBroken, index_tag, sealed_under
from hub.directory.area_corrections import postcode_index
from hub.keys import queries
from hub.lookup.incidents import incident_index
from hub.missing.places import place_index
from hub.registry.files import store as file_store
from hub.registry.names.indexes import index_rows
from hub.registry.names.spreading import spread_children, spread_homes, spread_placements
from hub.registry.placement_queries import replace_child_indexes

UNKNOWN: Final = "unknown"
"""Stands for a key that the hub does not hold."""
CODE_LIVES: Final = timedelta(days=1)
"""Longer than any one-time code is good, or its e-mail tried."""


@dataclass(frozen=True)
class Step:
    """A few rows were looked at. ``last``: the key of the last one; ``None`` when there were none."""

    last: int | None
    done: int = 0
    unreadable: Sequence[str] = ()
    """The references of those that open with no key, and were left."""


class Part(Protocol):
    """One kind of thing that stands under keys."""

    @property
    def name(self) -> str:
        """How operators read it: ``child.sealed``, ``files`` …"""

    def count(self, session: Session, now: datetime) -> Counter[str]:
        """Key id → how much stands under it."""

    def step(self, session: Session, *, after: int, at_most: int, now: datetime) -> Step:
        """Put the next few under the key that seals now."""


# ── Sealed columns ────────────────────────────────────────────────────────────────────────────────────────────────────

More = Callable[[KeyRing, Any], Mapping[str, Any]]
Then = Callable[[Session, Mapping[int, Any]], None]


@dataclass(frozen=True)
class SealedPart:
    """A sealed column. ``more``: other columns made from the document; ``then``: what else follows for a batch of rows."""

    sealed: SealedColumn
    more: More | None = None
    then: Then | None = None
    also: Callable[[bytes], ColumnElement[bool]] | None = None
    """Given the tag of the key, the rows that are to be done although they are sealed with it already."""

    @property
    def name(self) -> str:
        return self.sealed.name

    def count(self, session: Session, now: datetime) -> Counter[str]:
        found = rotation_queries.sealed_under_each(session, self.sealed)
        return Counter({key_id.decode("ascii", "replace"): number for key_id, number in found.items()})

    def step(self, session: Session, *, after: int, at_most: int, now: datetime) -> Step:
        keys = keys_of(session)
        key_id = keys.newest_id
        also = self.also(index_tag(key_id)) if self.also else None
        rows = rotation_queries.under_another(
            session, self.sealed, key_id.encode(), also=also, after=after, at_most=at_most
        )
        opened, unreadable = _opened(keys, rows)
        anew = [self._row(keys, row, opened[row.key]) for row in rows if row.key in opened]
        rotation_queries.reseal(session, self.sealed, anew)
        if self.then and opened:
            self.then(session, {number: json.loads(content) for number, content in opened.items()})
        return Step(rows[-1].key if rows else None, len(opened), unreadable)

    def _row(self, keys: KeyRing, row: Any, content: bytes) -> dict[str, Any]:
        said = {"row_key": row.key, "was": row.sealed, "now": keys.seal_bytes(row.bound_to, content)}
        return said | (dict(self.more(keys, json.loads(content))) if self.more else {})


def _opened(keys: KeyRing, rows: Sequence[Any]) -> tuple[dict[int, bytes], list[str]]:
    opened: dict[int, bytes] = {}
    unreadable: list[str] = []
    for row in rows:
        try:
            opened[row.key] = keys.open_bytes(row.bound_to, row.sealed)
        except SealBroken as fault:
            unreadable.append(fault.ref)
    return opened, unreadable


def _index_children(session: Session, children: Mapping[int, Any]) -> None:
    """Index these children anew, and have their names' variants under the same key: whoever looks meets both or neither."""
    keys, councils = keys_of(session), queries.councils_of(session, children)
    rows = {
        number: index_rows(keys, child, placing_authority_id=councils[number]) for number, child in children.items()
    }
    replace_child_indexes(session, rows)
    spread_children(session, children)


def _index_email(keys: KeyRing, person: Any) -> Mapping[str, Any]:
    return {"email_index": email_index(keys, person["email"])}


def _index_incident(keys: KeyRing, look_up: Any) -> Mapping[str, Any]:
    return {"incident_index": incident_index(keys, look_up["incident"])}


def _index_place(keys: KeyRing, place: Any) -> Mapping[str, Any]:
    return {"place_index": place_index(keys, place)}


def _index_postcode(keys: KeyRing, correction: Any) -> Mapping[str, Any]:
    return {"postcode_index": postcode_index(keys, correction)}


def _column_is_under_another(column: Any) -> Callable[[bytes], ColumnElement[bool]]:
    return lambda tag: rotation_queries.is_under_another(column, tag)


_FOLLOWED: Final[Mapping[str, tuple[Then, Callable[[bytes], ColumnElement[bool]]]]] = {
    "child.sealed": (_index_children, queries.has_index_under_another),
    "placement.sealed": (spread_placements, queries.placement_has_index_under_another),
    "organisation.sealed": (spread_homes, queries.home_has_index_under_another),
}
"""What is indexed anew with a row's document, and which rows need it although they are sealed with the key already."""


def _sealed_part(sealed: SealedColumn) -> SealedPart:
    if sealed.name in _FOLLOWED:
        then, also = _FOLLOWED[sealed.name]
        return SealedPart(sealed, then=then, also=also)
    if "email_index" in sealed.table.c and sealed.column.name == "sealed":
        return SealedPart(sealed, more=_index_email, also=_column_is_under_another(sealed.table.c.email_index))
    if sealed.name == "look_up.sealed":
        return SealedPart(sealed, more=_index_incident, also=_column_is_under_another(sealed.table.c.incident_index))
    if sealed.name == "area_correction.sealed":
        index = sealed.table.c.postcode_index
        return SealedPart(sealed, more=_index_postcode, also=_column_is_under_another(index))
    if "place_index" in sealed.table.c:
        return SealedPart(sealed, more=_index_place, also=_column_is_under_another(sealed.table.c.place_index))
    return SealedPart(sealed)


# ── Blind indexes ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class IndexPart:
    """A column of blind indexes, made anew together with what they are made of: here they are only counted."""

    column: Column[Any]

    @property
    def name(self) -> str:
        return f"{self.column.table.name}.{self.column.name}"

    def count(self, session: Session, now: datetime) -> Counter[str]:
        ids = {index_tag(key.key_id): key.key_id for key in keys_of(session).keys.masters}
        found: Counter[str] = Counter()
        for tag, number in rotation_queries.indexed_under_each(session, self.column).items():
            found[ids.get(tag, UNKNOWN)] += number
        return found

    def step(self, session: Session, *, after: int, at_most: int, now: datetime) -> Step:
        return Step(None)


class VariantPart(IndexPart):
    """The variants of names: those of the key that indexes now are written with the children's indexes; the others go."""

    def step(self, session: Session, *, after: int, at_most: int, now: datetime) -> Step:
        gone = queries.forget_variants_of_others(session, index_tag(keys_of(session).newest_id), at_most=at_most)
        return Step(after + 1 if gone else None, gone)


def _index_part(column: Column[Any]) -> IndexPart:
    return VariantPart(column) if column.table.name == "name_variant" else IndexPart(column)


# ── Files and codes ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class FilesPart:
    """The sealed files in *folder*: each is written anew beside itself, and put in its place at once."""

    folder: Path
    name: str = "files"

    def count(self, session: Session, now: datetime) -> Counter[str]:
        found: Counter[str] = Counter()
        after = 0
        while rows := queries.file_refs(session, after=after, at_most=1000):
            found.update(file_store.sealed_with(self.folder, row.ref) for row in rows)
            after = rows[-1].id
        return found

    def step(self, session: Session, *, after: int, at_most: int, now: datetime) -> Step:
        keys, done, unreadable = keys_of(session), 0, []
        rows = queries.file_refs(session, after=after, at_most=at_most)
        for row in rows:
            try:
                done += file_store.reseal(keys, self.folder, row.ref)
            except file_store.Damaged:
                unreadable.append(row.ref)
        return Step(rows[-1].id if rows else None, done, unreadable)


@dataclass(frozen=True)
class CodesPart:
    """One-time codes that wait in alerts to be sent: of the last day only, older ones are good for nothing."""

    name: str = "alert.details"

    def count(self, session: Session, now: datetime) -> Counter[str]:
        rows = queries.alerts_with_code(session, since=now - CODE_LIVES)
        return Counter(sealed_under(bytes.fromhex(row.details["code"])) for row in rows)

    def step(self, session: Session, *, after: int, at_most: int, now: datetime) -> Step:
        keys, done, unreadable = keys_of(session), 0, []
        rows = [row for row in queries.alerts_with_code(session, since=now - CODE_LIVES, lock=True) if row.id > after]
        for row in rows:
            sealed = bytes.fromhex(row.details["code"])
            if sealed_under(sealed) == keys.newest_id:
                continue
            try:
                code = keys.seal(row.ref, keys.open(row.ref, sealed)).hex()
            except SealBroken:
                unreadable.append(row.ref)
                continue
            queries.put_details(session, row.id, {**row.details, "code": code})
            done += 1
        return Step(rows[-1].id if rows else None, done, unreadable)


def all_parts(files: Path) -> list[Part]:
    """Every part, in the order in which they are rotated: the variants of names after the children."""
    sealed: list[Part] = [_sealed_part(column) for column in sealed_columns(tables.ALL)]
    indexes: list[Part] = [_index_part(column) for column in blind_columns(tables.ALL)]
    return [*sealed, FilesPart(files), CodesPart(), *indexes]
