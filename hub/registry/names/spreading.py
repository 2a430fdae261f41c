"""Writing down by what each child can be found, beside what its notice wrote: after it was accepted, so that none waits.

The misspellings of each name (once, whichever children have it: of a million children's names nearly all are there already), the
pairs of each child's names, and the postcode and telephone of each placement and home. Until the job has come by (it looks every
second) a child is found by its names as written, their sound, date and numbers. What was changed is met again: its version is
another than the one that was looked at.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.core.db import Database, keys_of
from hub.core.secrets import SealBroken
from hub.directory.models import Organisation
from hub.registry.models import Child, Placement
from hub.registry.names import queries
from hub.registry.names.indexes import pair_rows, spread_words_of, variant_rows
from hub.registry.names.places import home_rows, placement_rows

BATCH: Final = 200
Documents = Mapping[int, Mapping[str, Any]]
"""Id → what is sealed in its row."""


def spread_names_once(database: Database, *, limit: int = BATCH) -> int:
    """Write what up to *limit* children, whose names were not looked at yet, can be found by; return how many."""
    return _once(database, Child, spread_children, limit)


def spread_places_once(database: Database, *, limit: int = BATCH) -> int:
    """Write where up to *limit* placements and as many homes are, that were not looked at yet; return how many."""
    placements = _once(database, Placement, spread_placements, limit)
    return max(placements, _once(database, Organisation, spread_homes, limit))


def _once(database: Database, kind: queries.Kind, spread_them: Any, limit: int) -> int:
    with database.read() as session:
        if not queries.any_unspread(session, kind):
            return 0
    with database.write() as session:
        rows = queries.unspread(session, kind, at_most=limit)
        spread_them(session, {row.id: _opened(session, row.ref, row.sealed) for row in rows})
        queries.mark_spread(session, kind, [row.id for row in rows])
    return len(rows)


def _opened(session: Session, ref: str, sealed: bytes) -> Mapping[str, Any]:
    try:
        document: Mapping[str, Any] = keys_of(session).open(ref, sealed)
    except SealBroken:
        return {}  # whoever reads that record is told, and it is recorded; the others go on
    return document


def spread_children(session: Session, children: Documents) -> None:
    """Write the variants of these children's names, and their pairs, under the key that indexes now."""
    spread(session, (word for child in children.values() for word in spread_words_of(child)))
    queries.replace_pairs(session, {number: pair_rows(keys_of(session), child) for number, child in children.items()})


def spread_placements(session: Session, placements: Documents) -> None:
    """Write the postcode and telephone of these placements, under the key that indexes now."""
    rows = {number: placement_rows(keys_of(session), placement) for number, placement in placements.items()}
    queries.replace_places(session, Placement, rows)


def spread_homes(session: Session, homes: Documents) -> None:
    """Write the postcode and telephone of these homes, under the key that indexes now."""
    rows = {number: home_rows(keys_of(session), home) for number, home in homes.items()}
    queries.replace_places(session, Organisation, rows)


def spread(session: Session, words: Iterable[tuple[str, str]]) -> None:
    """Write the variants of these (kind, word) pairs, under the key that indexes now, unless they are there."""
    keys = keys_of(session)
    rows = {pair: variant_rows(keys, *pair) for pair in dict.fromkeys(words)}
    there = queries.known(session, [each[0] for each in rows.values()])  # the first stands there with all the others
    queries.add_variants(session, [row for each in rows.values() if each[0] not in there for row in each])
