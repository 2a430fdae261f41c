"""Is the record whole? Walks the chain and names the first entry that was altered, removed or put in.

What an entry says is proved by its digest, which a copy of it has as well. Entries are sealed within seconds. So of one that was
sealed long after the act that it tells of, which few are, it is asked whether an earlier batch holds the same. (Sooner, the same
may be there twice: several workers note one thing at one instant.)
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from hub.audit import queries
from hub.audit.models import AuditBatch, AuditEntry
from hub.audit.service import BATCH_ENTRIES, digests_of, members_of, roots_of
from hub.core.db import keys_of
from hub.core.secrets import KeyRing

LATE: Final = timedelta(minutes=1)
"""An entry that is sealed so long after its act may be a copy."""


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
    keys, last, counted, batches = keys_of(session), _NO_BATCH, 0, 0
    with closing(queries.batches(session)) as chain:
        for batch in chain:
            found = next(_breaks_in(session, keys, batch, last), None)
            if found:
                return Verdict(counted, batches, found.sentence, found.entry_id)
            counted, batches, last = counted + batch.entries, batches + 1, _last(batch)
    waiting = queries.entries_in(session, None)
    loose = next(_loose_breaks(session, keys, waiting, last), None)
    if loose:
        return Verdict(counted, batches, loose.sentence, loose.entry_id)
    return Verdict(counted + len(waiting), batches)


@dataclass(frozen=True)
class _Last:
    """The batch before the one that is looked at."""

    id: int
    root: bytes
    sealed_at: datetime
    is_full: bool
    """More waited than it took: what belongs together may stand in it and in the next."""


_NO_BATCH: Final = _Last(0, b"", datetime.min.replace(tzinfo=UTC), False)


def _last(batch: AuditBatch) -> _Last:
    return _Last(batch.id, batch.root, batch.sealed_at, batch.entries >= BATCH_ENTRIES)


def _breaks_in(session: Session, keys: KeyRing, batch: AuditBatch, last: _Last) -> Iterator[Break]:
    listed = members_of(batch)
    present = {entry.id: entry for entry in queries.entries_in(session, batch.id)}
    for number in sorted(listed.keys() | present.keys()):
        entry = present.get(number)
        if sentence := _fault_of(keys, entry, listed.get(number)) or _copied(session, entry, last, batch.sealed_at):
            yield Break(number, f"entry {number} {sentence}")
    if batch.previous_id != last.id or batch.root not in roots_of(keys, last.root, batch.manifest):
        first = min(listed, default=None)
        yield Break(first, f"batch {batch.id}, which begins with entry {first}, does not follow the batch before it")


def _fault_of(keys: KeyRing, entry: AuditEntry | None, sealed_digest: bytes | None) -> str | None:
    if entry is None:
        return "was removed"
    if sealed_digest is None:
        return "was put in after its batch was sealed"
    is_whole = entry.digest == sealed_digest and sealed_digest in digests_of(keys, vars(entry))
    return None if is_whole else "was altered"


def _copied(session: Session, entry: AuditEntry | None, last: _Last, sealed_at: datetime) -> str | None:
    """Whether *entry*, sealed at *sealed_at* after the batch *last*, is a copy, put in with its digest, of one sealed earlier."""
    if entry is None or sealed_at - entry.at <= LATE:
        return None
    earlier = queries.sealed_earlier(session, entry, by_batch=last.id - 1 if last.is_full else last.id)
    return f"was put in: it is a copy of entry {earlier}" if earlier is not None else None


def _loose_breaks(session: Session, keys: KeyRing, waiting: Sequence[AuditEntry], last: _Last) -> Iterator[Break]:
    for number in queries.orphans(session):
        yield Break(number, f"entry {number} names a batch that was removed")
    for entry in waiting:
        if entry.digest not in digests_of(keys, vars(entry)):
            yield Break(entry.id, f"entry {entry.id} was altered or put in without the hub's keys")
        elif sentence := _copied(session, entry, last, last.sealed_at):
            yield Break(entry.id, f"entry {entry.id} {sentence}")
