"""Writing down under which misspellings each name can be found: after a notice was accepted, by a job, so that none waits for it.

A name is written once, whichever children have it: of a million children's names nearly all are there already. Until the job has
come by (it looks every second) a child is found by its name as written, its sound, date and numbers, not yet by a misspelling.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy.orm import Session

from hub.core.db import Database, keys_of
from hub.core.secrets import KeyRing, SealBroken
from hub.registry.names import queries
from hub.registry.names.indexes import near_rows, variant_rows, words_of

BATCH: Final = 200


def spread_names_once(database: Database, *, limit: int = BATCH) -> int:
    """Write the variants of the names of up to *limit* children whose names were not looked at yet; return how many."""
    with database.read() as session:
        if not queries.any_unspread(session):
            return 0
    with database.write() as session:
        rows = queries.unspread(session, at_most=limit)
        spread(session, (pair for row in rows for pair in _words(keys_of(session), row.ref, row.sealed)))
        queries.mark_spread(session, [row.id for row in rows])
    return len(rows)


def _words(keys: KeyRing, ref: str, sealed: bytes) -> list[tuple[str, str]]:
    try:
        return words_of(keys.open(ref, sealed))
    except SealBroken:
        return []  # whoever reads that child is told, and it is recorded; the others' names go on


def spread(session: Session, words: Iterable[tuple[str, str]]) -> None:
    """Write the variants of these (kind, word) pairs, under the key that indexes now, unless they are there."""
    keys = keys_of(session)
    rows = {pair: variant_rows(keys, *pair) for pair in dict.fromkeys(words)}
    there = queries.known(session, [each[0] for each in rows.values()])  # the first is the name itself
    queries.add_variants(session, [row for each in rows.values() if each[0] not in there for row in each])


def names_near(session: Session, kind: str, word: str) -> list[bytes]:
    """The values, as in ``child_index``, of the names of *kind* (``family``, ``given``) at most one slip from *word* (folded).

    Look them up in the same session, read ``at_one_moment``: a rotation of keys may put the same name under another value in
    between.
    """
    return queries.values_near(session, kind, near_rows(keys_of(session), kind, word))
