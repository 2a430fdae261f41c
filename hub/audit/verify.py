"""Is the record whole? Walks the chain and names the first entry that was altered, removed or put in."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hub.audit import queries
from hub.audit.models import AuditBatch, AuditEntry
from hub.audit.service import digests_of, members_of, roots_of
from hub.core.db import keys_of
from hub.core.secrets import KeyRing


@dataclass(frozen=True)
class Verdict:
    """What verification found. ``broken_entry`` is the first bad entry's id; ``fault`` says what is wrong with it."""

    entries: int
    batches: int
    fault: str | None = None
    broken_entry: int | None = None

    @property
    def is_whole(self) -> bool:
        return self.fault is None


@dataclass(frozen=True)
class Break:
    """One fault: which entry, and a sentence."""

    entry_id: int | None
    sentence: str


def verify(session: Session) -> Verdict:
    """Verify every batch and the entries not yet sealed, in order; stop at the first fault."""
    keys, root, counted, batches, previous_id = keys_of(session), b"", 0, 0, 0
    with closing(queries.batches(session)) as chain:
        for batch in chain:
            found = next(_breaks_in(session, keys, batch, root, previous_id), None)
            if found:
                return Verdict(counted, batches, found.sentence, found.entry_id)
            counted, batches, root, previous_id = counted + batch.entries, batches + 1, batch.root, batch.id
    waiting = queries.entries_in(session, None)
    loose = next(_loose_breaks(session, keys, waiting), None)
    if loose:
        return Verdict(counted, batches, loose.sentence, loose.entry_id)
    return Verdict(counted + len(waiting), batches)


def _breaks_in(
    session: Session, keys: KeyRing, batch: AuditBatch, previous_root: bytes, previous_id: int
) -> Iterator[Break]:
    listed = members_of(batch)
    present = {entry.id: entry for entry in queries.entries_in(session, batch.id)}
    for number in sorted(listed.keys() | present.keys()):
        if sentence := _fault_of(keys, present.get(number), listed.get(number)):
            yield Break(number, f"entry {number} {sentence}")
    if batch.previous_id != previous_id or batch.root not in roots_of(keys, previous_root, batch.manifest):
        first = min(listed, default=None)
        yield Break(first, f"batch {batch.id}, which begins with entry {first}, does not follow the batch before it")


def _fault_of(keys: KeyRing, entry: AuditEntry | None, sealed_digest: bytes | None) -> str | None:
    if entry is None:
        return "was removed"
    if sealed_digest is None:
        return "was put in after its batch was sealed"
    is_whole = entry.digest == sealed_digest and sealed_digest in digests_of(keys, vars(entry))
    return None if is_whole else "was altered"


def _loose_breaks(session: Session, keys: KeyRing, waiting: Sequence[AuditEntry]) -> Iterator[Break]:
    for number in queries.orphans(session):
        yield Break(number, f"entry {number} names a batch that was removed")
    for entry in waiting:
        if entry.digest not in digests_of(keys, vars(entry)):
            yield Break(entry.id, f"entry {entry.id} was altered or put in without the hub's keys")
