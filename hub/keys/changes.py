"""Adding a key, and retiring one: the two changes of a key file, each refused while it could lose anything."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from hub.audit import export
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM
from hub.core.clock import iso
from hub.core.db import Database, keys_of
from hub.core.errors import NotFound, StateConflict
from hub.core.key_file import KeyFile
from hub.core.secrets import Keys, MasterKey, SealBroken, new_key, retired
from hub.directory.contact_points import SIGNING_PURPOSE
from hub.keys import queries
from hub.keys.parts import Part
from hub.keys.rotate import rotate
from hub.registry.evidence import proof as evidence_proof

PURPOSES: Final = (evidence_proof.PURPOSE, SIGNING_PURPOSE, export.PURPOSE)
"""For what the hub signs: the public halves outlive their key."""
SETTLE: Final = timedelta(minutes=1)
"""After a key began to seal, until every transaction that began before it has ended."""


def add_key(database: Database, file: KeyFile, *, seals_in: timedelta, now: datetime) -> MasterKey:
    """A new key at the head of *file*: it opens at once, and seals from *now* + *seals_in* on (the machine's time)."""
    key = new_key((now + seals_in).replace(microsecond=0))
    with database.write() as session, file.being_changed() as held:
        details = {"seals_from": iso(now + seals_in), "keys": len(held.masters) + 1}
        audit.record(session, SYSTEM, Event.MASTER_KEY_ADDED, key.key_id, now=now, details=details)
        session.flush()
        file.write(Keys((key, *held.masters), held.retired))
    return key


def counts(session: Session, parts: Sequence[Part], now: datetime) -> dict[str, Counter[str]]:
    """Part → key id → how much stands under it."""
    return {part.name: part.count(session, now) for part in parts}


def retire_key(
    database: Database,
    file: KeyFile,
    key_id: str,
    parts: Sequence[Part],
    *,
    receivers_told: bool = False,
    give_up_unreadable: bool = False,
    now: datetime,
) -> None:
    """Take *key_id* out of *file*, but for what proves earlier entries and signatures.

    Raises ``NotFound``, and ``StateConflict`` saying what still needs it: what stands under it and opens; receivers of
    webhooks who may know its public key alone; or that the key after it has only just begun to seal.
    """
    _one_to_retire(file.read(), key_id, now)
    # Nothing new comes to stand under a key that has ceased to seal, so a count made here stays true.
    left_over = 0
    if give_up_unreadable:
        left_over = rotate(database, parts).busy  # what is left after that, and is not busy, opens with no key
    with database.read() as session:
        if left_over or not give_up_unreadable:
            _refuse_needed(session, parts, key_id, now)
        if not receivers_told:
            _refuse_untold(session)
    with database.write() as session, file.being_changed() as held:
        key = _one_to_retire(held, key_id, now)
        audit.record(session, SYSTEM, Event.MASTER_KEY_RETIRED, key_id, now=now)
        session.flush()
        rest = tuple(each for each in held.masters if each.key_id != key_id)
        file.write(Keys(rest, (retired(key, PURPOSES), *held.retired)))


def _one_to_retire(held: Keys, key_id: str, now: datetime) -> MasterKey:
    key = next((each for each in held.masters if each.key_id == key_id), None)
    if key is None:
        raise NotFound(f"There is no key {key_id}. hub keys list names them.")
    sealing = next((each for each in held.masters if each.seals_from is None or each.seals_from <= now), key)
    if held.masters.index(key) <= held.masters.index(sealing):
        raise StateConflict(
            f"The key {key_id} seals, or is to seal. Add a newer one with hub keys add, and call hub keys rotate."
        )
    if sealing.seals_from is not None and sealing.seals_from + SETTLE > now:
        raise StateConflict(
            f"The key {sealing.key_id} has sealed for less than a minute: something sealed with {key_id} may still be on its way."
        )
    return key


def _refuse_needed(session: Session, parts: Sequence[Part], key_id: str, now: datetime) -> None:
    found = {part.name: part.count(session, now)[key_id] for part in parts}
    needed = {name: number for name, number in found.items() if number}
    if not needed:
        return
    said = ", ".join(f"{number:,} in {name}" for name, number in needed.items())
    raise StateConflict(
        f"The key {key_id} is still needed: {said}. Call hub keys rotate. If that says that some do not open, restore them "
        "from a backup, or give them up with --give-up-unreadable.",
        code="key_needed",
    )


def _refuse_untold(session: Session) -> None:
    """Those receivers of webhooks who verify with the hub's public key must have been given the newer one."""
    trusting = [row.ref for row in queries.webhooks(session) if _trusts_public_key(session, row.ref, row.sealed_secret)]
    if trusting:
        raise StateConflict(
            f"{len(trusting)} webhooks are verified with the hub's public key: {', '.join(trusting[:5])}. Both keys sign until "
            "this one is retired. Have their owners take the newer public key, then say --receivers-told.",
            code="receivers_untold",
        )


def _trusts_public_key(session: Session, ref: str, sealed: bytes | None) -> bool:
    if sealed is None:
        return True
    try:
        return bool(keys_of(session).open(ref, sealed)["ed25519"])
    except SealBroken:
        return False
