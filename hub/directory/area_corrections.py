"""What the directory learns: a council to which a postcode is said to belong passed a notice on, and another accepted it.

Tables of postcodes give each one council, by the middle of it; some lie in two, some are new. When a notice was passed on and
the council it came to accepts the address, the hub puts to its operator that this postcode is that council's. Confirmed, notices
about the postcode go there at once, and the sender is told why; refused, nothing is changed. Nothing is learnt silently.

A postcode of a placement is where a child lives. So it is kept sealed, with a blind index of a kind of its own, and the operator
is shown its first half and nothing of the placement.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database, keys_of
from hub.core.errors import NotFound
from hub.core.ids import is_ref, new_ref
from hub.core.secrets import KeyRing
from hub.directory import area_correction_queries as queries
from hub.directory.areas import Areas
from hub.directory.postcodes import read_postcode
from hub.directory.states import CORRECTION

BLIND: Final = "area_correction"
FRESH_SECONDS: Final = 30
"""For how long a process goes by what it has read: within so much of being confirmed a correction counts everywhere."""


def propose(session: Session, actor: Actor, postcode: str, *, areas: Areas, to_gss: str, now: datetime) -> str | None:
    """Put to the operator that *postcode* is the area of *to_gss*, as it has just said itself; the proposal's reference.

    ``None`` where there is nothing to learn: the tables say so already, or it was put and not refused.
    """
    found = areas.resolve(postcode)
    said = found.authority.gss_code if found.authority else None
    if said == to_gss or read_postcode(postcode).full is None:
        return None
    keys, ref = keys_of(session), new_ref("arc")
    if queries.is_put(session, keys.blinds(BLIND, found.postcode), to_gss):
        return None
    row = {
        "ref": ref,
        "from_gss": said,
        "to_gss": to_gss,
        "sealed": keys.seal(ref, {"postcode": found.postcode}),
        "postcode_index": postcode_index(keys, {"postcode": found.postcode}),
        "state": CORRECTION.start,
        "accepted_by_id": actor.organisation,
        "proposed_at": now,
    }
    queries.add(session, row)
    audit.record(session, actor, Event.AREA_CORRECTION_PROPOSED, ref, now=now, details={"from": said, "to": to_gss})
    return ref


def postcode_index(keys: KeyRing, sealed: Mapping[str, Any]) -> bytes:
    """The blind index of a correction, made from what is sealed in its row."""
    return keys.blind(BLIND, sealed["postcode"])


def listed(
    session: Session, *, state: str | None, after: str | None, at_most: int, areas: Areas
) -> list[dict[str, Any]]:
    """Corrections by reference, as the operator is shown them."""
    rows = queries.corrections(session, state=state, after=after, at_most=at_most)
    return [_shown(session, row, areas) for row in rows]


def decide(session: Session, actor: Actor, ref: str, action: str, *, areas: Areas, now: datetime) -> dict[str, Any]:
    """*action* (``confirm`` or ``refuse``) a correction; as it is then shown. Raises NotFound, StateConflict where it is decided.

    One that was confirmed before about the same postcode is replaced by it.
    """
    row = queries.correction(session, ref) if is_ref(ref, "arc") else None
    if row is None:
        raise NotFound("There is no correction of an area with this reference.")
    values = {"decided_by": actor.ref, "decided_at": now}
    if action == "confirm":
        keys = keys_of(session)
        postcode = keys.open(row.ref, row.sealed)["postcode"]
        queries.replace_confirmed(session, keys.blinds(BLIND, postcode), values)
    queries.decide(session, action, ref, values)
    event = Event.AREA_CORRECTION_CONFIRMED if action == "confirm" else Event.AREA_CORRECTION_REFUSED
    audit.record(session, actor, event, ref, now=now, details={"from": row.from_gss, "to": row.to_gss})
    session.refresh(row)
    return _shown(session, row, areas)


def _shown(session: Session, row: Any, areas: Areas) -> dict[str, Any]:
    postcode = keys_of(session).open(row.ref, row.sealed)["postcode"]
    return {
        "ref": row.ref,
        "postcode_begins": postcode.split(" ")[0],
        "from_authority": row.from_gss,
        "from_authority_name": areas.authorities[row.from_gss].name if row.from_gss in areas.authorities else None,
        "to_authority": row.to_gss,
        "to_authority_name": areas.authorities[row.to_gss].name if row.to_gss in areas.authorities else row.to_gss,
        "state": row.state,
        "proposed_at": row.proposed_at,
        "decided_by": row.decided_by,
        "decided_at": row.decided_at,
    }


@dataclass
class Learnt:
    """The council of a postcode, where the operator has confirmed another than the tables name; for ``Areas.learnt``.

    There are few, so a process holds their blind indexes and reads them anew every half minute: no notice waits for it.
    """

    database_now: Callable[[], Database]
    """The database of whoever asks."""
    _read: tuple[Database, float, Mapping[bytes, str]] | None = None

    def __call__(self, postcode: str) -> str | None:
        """The GSS code of the council of *postcode* (canonical), or ``None``: go by the tables."""
        database = self.database_now()
        known = self._known(database)
        if not known:
            return None
        found = (known.get(value) for value in database.keys.blinds(BLIND, postcode))
        return next((gss for gss in found if gss), None)

    def _known(self, database: Database) -> Mapping[bytes, str]:
        read = self._read
        if read is not None and read[0] is database and abs(utc_now().timestamp() - read[1]) < FRESH_SECONDS:
            return read[2]
        with database.read() as session:
            known = queries.confirmed(session)
        self._read = database, utc_now().timestamp(), known  # two threads may read at once: either is right
        return known
