# ruff: noqa: S608 - the statements are put together from our own words alone; whatever was asked is a parameter
"""Every statement of the search for the child who is meant: by keyed indexes, to ids; then the sealed rows of a few.

Said to the driver itself: a search looks hundreds of values up at once, in half a dozen statements, and SQLAlchemy spends more on
each than the database on answering it. PostgreSQL takes it as one array (``%b``: as it is, not as text), SQLite as so many marks.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from hub.core.db import connection_of, driven

_AT_ONCE: Final = 8_000
_HOMES: Final = "('childrens_home', 'supported_accommodation', 'fostering_agency')"
Found = Sequence[Any]


class HomeRow(NamedTuple):
    """A home or agency."""

    id: int
    name: str


class ChildRow(NamedTuple):
    """A child as it lies in the database."""

    id: int
    ref: str
    sealed: bytes
    merged_into_id: int | None
    placing_authority_id: int | None


class PlacementRow(NamedTuple):
    """A placement as it lies in the database; ``root_id``: the child, or the one into which it was merged."""

    id: int
    provider_id: int | None
    state: str
    ref: str
    sealed: bytes
    root_id: int


class PlaceRow(NamedTuple):
    """A home and what is sealed of where it is."""

    id: int
    ref: str
    sealed: bytes


def _all(connection: Connection, sql: str, *values: Any) -> Found:
    """Rows of *sql*, in which ``?`` stands for one value and ``IN ??`` for a list of them."""
    if connection.dialect.name == "postgresql":
        for each in values:
            if isinstance(each, list):
                sql = sql.replace("IN ??", _any_of(each), 1)
        return _rows(connection, sql.replace("?", "%s"), values)
    for each in values:
        if isinstance(each, list):
            sql = sql.replace("??", f"({', '.join('?' * len(each))})", 1)
    spread = (one for each in values for one in (each if isinstance(each, list) else (each,)))
    return _rows(connection, sql, tuple(spread))


def _any_of(values: Sequence[Any]) -> str:
    """Ids are hidden in a query of their own: seeing how few they are, PostgreSQL would make a plan for each question anew."""
    return "= ANY((SELECT %b)::bigint[])" if values and isinstance(values[0], int) else "= ANY(%b)"


def _rows(connection: Connection, sql: str, values: tuple[Any, ...]) -> Found:
    with driven(connection, sql) as cursor:
        cursor.execute(sql, values)
        rows: Found = cursor.fetchall()
        return rows


def _ids(session: Session, sql: str, kind: str, values: Collection[bytes], at_most: int) -> list[int]:
    if not values:
        return []
    return [row[0] for row in _all(connection_of(session), sql, kind, list(values)[:_AT_ONCE], at_most)]


def children_under(session: Session, kind: str, values: Collection[bytes], *, at_most: int) -> list[int]:
    """Ids of children who stand in ``child_index`` under any of *values* of *kind*; some more than once."""
    return _ids(
        session, "SELECT child_id FROM child_index WHERE kind = ? AND value IN ?? LIMIT ?", kind, values, at_most
    )


def names_under(
    session: Session, families: Sequence[bytes], givens: Sequence[bytes], *, at_most: int
) -> list[tuple[str, bytes]]:
    """(kind, value) of the names that stand in ``name_variant`` under any of these variants, each once."""
    one = "SELECT kind, value FROM name_variant WHERE kind = ? AND variant IN ??"
    asked = [(kind, list(variants)) for kind, variants in (("family", families), ("given", givens)) if variants]
    if not asked:
        return []
    sql = " UNION ".join([one] * len(asked)) + " LIMIT ?"
    rows = _all(connection_of(session), sql, *(each for pair in asked for each in pair), at_most)
    return [(row[0], bytes(row[1])) for row in rows]


def of_these_under(session: Session, child_ids: Collection[int], kind: str, values: Collection[bytes]) -> list[int]:
    """Those of *child_ids* who stand under any of *values* of *kind*."""
    if not child_ids or not values:
        return []
    sql = "SELECT child_id, value FROM child_index WHERE child_id IN ?? AND kind = ?"
    wanted = set(values)
    rows = _all(connection_of(session), sql, list(child_ids), kind)
    return [row[0] for row in rows if bytes(row[1]) in wanted]


def children_at(session: Session, kind: str, values: Collection[bytes], *, at_most: int) -> list[int]:
    """Ids of children placed at a postcode, or with a carer whose telephone it is."""
    sql = (
        "SELECT p.child_id FROM placement_index i JOIN placement p ON p.id = i.placement_id"
        " WHERE i.kind = ? AND i.value IN ?? AND p.state <> 'cancelled' LIMIT ?"
    )
    return _ids(session, sql, kind, values, at_most)


def homes_at(session: Session, kind: str, values: Collection[bytes]) -> list[int]:
    """Ids of the homes at a postcode, or whose telephone it is."""
    return _ids(
        session, "SELECT organisation_id FROM home_index WHERE kind = ? AND value IN ?? LIMIT ?", kind, values, 50
    )


def children_of_homes(session: Session, organisation_ids: Collection[int], *, at_most: int) -> list[int]:
    """Ids of children placed with any of these homes or agencies, latest first."""
    if not organisation_ids:
        return []
    sql = "SELECT child_id FROM placement WHERE provider_id IN ?? AND state <> 'cancelled' ORDER BY id DESC LIMIT ?"
    return [row[0] for row in _all(connection_of(session), sql, list(organisation_ids), at_most)]


def homes_numbered(session: Session, said: str) -> list[HomeRow]:
    """The home or agency with this reference or Ofsted number."""
    sql = f"SELECT id, name FROM organisation WHERE (ref = ? OR urn = ?) AND kind IN {_HOMES}"  # nosec B608  # our own words
    return [HomeRow(*row) for row in _all(connection_of(session), sql, said, said.upper())]


def homes(session: Session) -> list[HomeRow]:
    """Every home and agency."""
    sql = f"SELECT id, name FROM organisation WHERE kind IN {_HOMES}"  # nosec B608  # our own words
    return [HomeRow(*row) for row in _all(connection_of(session), sql)]


def councils(session: Session) -> list[int]:
    """Ids of the councils, closed ones too: a number that one of them gave a child outlives it."""
    return [
        row[0] for row in _all(connection_of(session), "SELECT id FROM organisation WHERE kind = 'local_authority'")
    ]


def bearers(
    session: Session, asked: Sequence[tuple[str, Sequence[bytes]]], *, at_most: int
) -> tuple[Sequence[int], int]:
    """How many children stand under any of the values of the kind, for each (kind, values); and about how many there are at all.

    *at_most* is as many as are counted.
    """
    counted = "(SELECT count(*) FROM (SELECT 1 FROM child_index WHERE kind = ? AND value IN ?? LIMIT ?) AS bearer)"
    sql = f"SELECT {', '.join([counted] * len(asked))}, (SELECT coalesce(max(id), 1) FROM child)"  # nosec B608  # our own words
    values = [each for kind, blind in asked for each in (kind, list(blind), at_most)]
    *numbers, children = _all(connection_of(session), sql, *values)[0]
    return numbers, children


def children(session: Session, ids: Collection[int]) -> list[ChildRow]:
    """The children with these ids."""
    if not ids:
        return []
    sql = "SELECT id, ref, sealed, merged_into_id, placing_authority_id FROM child WHERE id IN ??"
    return [ChildRow(*row) for row in _all(connection_of(session), sql, list(ids))]


def placements(session: Session, child_ids: Collection[int]) -> list[PlacementRow]:
    """Placements of these children and of those merged into them, latest first."""
    if not child_ids:
        return []
    columns = "p.id, p.provider_id, p.state, p.ref, p.sealed"
    sql = (
        f"SELECT {columns}, p.child_id, p.starts_at FROM placement p WHERE p.child_id IN ??"  # nosec B608  # our own words
        f" UNION ALL SELECT {columns}, c.merged_into_id, p.starts_at FROM child c JOIN placement p ON p.child_id = c.id"
        " WHERE c.merged_into_id IN ?? ORDER BY starts_at DESC, id DESC"
    )
    rows = _all(connection_of(session), sql, list(child_ids), list(child_ids))
    return [PlacementRow(*row[:-1]) for row in rows]


def home_places(session: Session, organisation_ids: Collection[int]) -> list[PlaceRow]:
    """Where these homes are."""
    if not organisation_ids:
        return []
    sql = "SELECT id, ref, sealed FROM organisation WHERE id IN ?? AND sealed IS NOT NULL"
    return [PlaceRow(*row) for row in _all(connection_of(session), sql, list(organisation_ids))]
