"""What migration 0004 reads: markers out of the sealed documents of placements, into rows of their own."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

import sqlalchemy as sa
from alembic.config import Config
from sqlalchemy import Connection

from hub.core.clock import london_date
from hub.core.db import UTC
from hub.core.ids import new_ref
from hub.core.secrets import KeyRing, SealBroken

_AT_ONCE: Final = 5_000
_REVIEWED_AFTER: Final = timedelta(days=180)
_WRITTEN: Final = ("marker", "detail", "author", "source")
_PLACEMENT: Final = sa.table(
    "placement",
    *(sa.column(name) for name in ("id", "ref", "child_id", "placing_authority_id")),
    sa.column("created_at", UTC()),
    sa.column("sealed", sa.LargeBinary()),
)
_NOTICE: Final = sa.table(
    "notice",
    *(sa.column(name) for name in ("id", "ref", "placement_id", "sender_id", "sender_actor", "state")),
    sa.column("registered_at", UTC()),
)
_MARKER: Final = sa.table(
    "marker",
    *(sa.column(name) for name in ("ref", "marker_ref", "version", "child_id", "placement_id", "author_id", "by_id")),
    *(sa.column(name) for name in ("act", "state", "notice_ref", "recorded_by")),
    sa.column("sealed", sa.LargeBinary()),
    sa.column("audience", sa.JSON()),
    sa.column("noted_on", sa.Date()),
    sa.column("review_on", sa.Date()),
    sa.column("recorded_at", UTC()),
)


def lay_markers(connection: Connection, config: Config | None) -> None:
    """Give every marker that a placement's document names a row of its own, as said by whoever's word the document is."""
    if config is None:
        return
    keys: KeyRing = config.attributes["keys"]
    for page in _pages(connection):
        rows = [row for placement in page for row in _rows(connection, keys, placement)]
        if rows:
            connection.execute(sa.insert(_MARKER), rows)


def _pages(connection: Connection) -> Iterator[Any]:
    after = 0
    wanted = sa.select(_PLACEMENT).order_by(_PLACEMENT.c.id).limit(_AT_ONCE)
    while page := connection.execute(wanted.where(_PLACEMENT.c.id > after)).all():
        yield page
        after = page[-1].id


def _rows(connection: Connection, keys: KeyRing, placement: Any) -> Iterator[dict[str, Any]]:
    named = _named(keys, placement)
    told = _teller(connection, placement) if named else None
    for said in named if told else ():
        yield _row(keys, placement, told, said)


def _named(keys: KeyRing, placement: Any) -> Any:
    try:
        return keys.open(placement.ref, bytes(placement.sealed)).get("markers", ())
    except SealBroken:
        return ()  # nobody can read it, and it is reported wherever it is read; that does not keep the others waiting


def _teller(connection: Connection, placement: Any) -> Any:
    """The notice whose word the document is: the placing authority's newest, or else the newest there is."""
    n = _NOTICE.c
    is_placing = sa.case((n.sender_id == placement.placing_authority_id, 0), else_=1)
    sent = sa.select(_NOTICE).where(n.placement_id == placement.id, n.state == "registered")
    return connection.execute(sent.order_by(is_placing, n.registered_at.desc(), n.id.desc()).limit(1)).first()


def _row(keys: KeyRing, placement: Any, told: Any, said: Mapping[str, Any]) -> dict[str, Any]:
    ref = new_ref("mkr")
    noted_on = date.fromisoformat(said["noted_on"]) if said.get("noted_on") else None
    review_on = date.fromisoformat(said["review_on"]) if said.get("review_on") else None
    return {
        "ref": ref,
        "marker_ref": ref,
        "version": 1,
        "child_id": placement.child_id,
        "placement_id": placement.id,
        "author_id": told.sender_id,
        "by_id": told.sender_id,
        "act": "added",
        "state": "current",
        "notice_ref": told.ref,
        "sealed": keys.seal(ref, {name: said[name] for name in _WRITTEN if said.get(name)}),
        "audience": list(said.get("audience", ())),
        "noted_on": noted_on,
        "review_on": review_on or (noted_on or london_date(told.registered_at)) + _REVIEWED_AFTER,
        "recorded_at": told.registered_at,
        "recorded_by": told.sender_actor,
    }
