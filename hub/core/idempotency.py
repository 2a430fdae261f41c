"""The same request twice is answered once: the key, a fingerprint of the body and the answer, in the act's own transaction."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import marshmallow as ma
from flask import Request, json
from sqlalchemy import Index, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Base, Keyed, changed, connection_of, keys_of
from hub.core.dumping import dumper
from hub.core.errors import Conflict, Invalid

KEPT = timedelta(days=7)


class IdempotencyKey(Keyed, Base):
    """One key of one client, what was asked under it, and the answer (sealed)."""

    __tablename__ = "idempotency_key"

    owner: Mapped[str]
    """The client's reference and the route: keys of different clients never meet."""
    key: Mapped[str]
    fingerprint: Mapped[bytes]
    made_at: Mapped[datetime]
    status: Mapped[int | None]
    sealed: Mapped[bytes | None] = mapped_column(info={"personal": True, "sealed_for": "{owner} {key}"})

    __table_args__ = (
        Index("uq_idempotency_key_owner", "owner", "key", unique=True),
        Index("ix_idempotency_key_made_at", "made_at"),
    )


_KEYS = IdempotencyKey.metadata.tables["idempotency_key"]
_ROW: dict[str, Any] = {name: bindparam(name) for name in ("owner", "key", "fingerprint", "made_at")}
_CLAIM = {
    "sqlite": sqlite.insert(_KEYS).values(_ROW).on_conflict_do_nothing().returning(_KEYS.c.id),
    "postgresql": postgresql.insert(_KEYS).values(_ROW).on_conflict_do_nothing().returning(_KEYS.c.id),
}
_KEEP = (
    update(_KEYS)
    .where(_KEYS.c.id == bindparam("row_id"))
    .values(status=bindparam("kept_status"), sealed=bindparam("kept_answer"))
)
_KEPT = select(_KEYS.c.fingerprint, _KEYS.c.status, _KEYS.c.sealed).where(
    _KEYS.c.owner == bindparam("owner"), _KEYS.c.key == bindparam("key")
)


@dataclass(frozen=True)
class Answered:
    """An answer as it is sent, and kept: the first time, and each time the request is repeated."""

    body: bytes
    status: int
    is_repeat: bool


class KeyReused(Conflict):
    """The key came again with something else in the request. ``first``: what was answered to the first one."""

    code = "idempotency_key_reused"

    def __init__(self, first: Answered) -> None:
        super().__init__("This Idempotency-Key was used for something else. Use a new key for a new request.")
        self.first = first


@dataclass(frozen=True)
class Once:
    """Does an act once per key. Without a key the act is simply done."""

    owner: str
    key: str | None
    fingerprint: bytes
    schema: ma.Schema | None
    status: int

    @classmethod
    def of_request(cls, actor: Actor, request: Request, schema: ma.Schema | None, status: int) -> "Once":
        """The key and fingerprint of the present request, whose answer *schema* dumps and *status* accompanies."""
        key = request.headers.get("Idempotency-Key")
        if key is not None and not re.fullmatch(r"[!-~]{8,100}", key):
            raise Invalid(
                "Idempotency-Key must be 8 to 100 visible ASCII characters.",
                fields={"Idempotency-Key": ["Send 8 to 100 visible characters, for example a UUID."]},
            )
        said = f"{request.method} {request.full_path}\n".encode() + request.get_data()
        return cls(f"{actor.ref} {request.url_rule}", key, hashlib.sha256(said).digest(), schema, status)

    def __call__(self, session: Session, act: Callable[[], Any]) -> Any:
        """Do *act* in *session* and keep its dumped answer under the key; or give the kept answer again.

        The key's row goes in first: on PostgreSQL a second request waits there until the first has committed.
        """
        if self.key is None:
            return act()
        row_id = self._claim(session)
        if row_id is None:
            return self._kept(session)
        answer = act()
        body = json.dumps(dumper(self.schema)(answer) if self.schema else answer).encode()
        sealed = keys_of(session).seal_bytes(self._ref, body)
        kept = {"row_id": row_id, "kept_status": self.status, "kept_answer": sealed}
        connection_of(session).execute(_KEEP, kept)
        return Answered(body, self.status, is_repeat=False)

    def _claim(self, session: Session) -> int | None:
        row = {"owner": self.owner, "key": self.key, "fingerprint": self.fingerprint, "made_at": utc_now()}
        connection = connection_of(session)
        added: int | None = connection.execute(_CLAIM[connection.dialect.name], row).scalar()
        return added

    @property
    def _ref(self) -> str:
        return f"{self.owner} {self.key}"

    def _kept(self, session: Session) -> Answered:
        kept = connection_of(session).execute(_KEPT, {"owner": self.owner, "key": self.key}).one()
        first = Answered(keys_of(session).open_bytes(self._ref, kept.sealed), kept.status, is_repeat=True)
        if kept.fingerprint != self.fingerprint:
            raise KeyReused(first)
        return first


def forget_old_keys(session: Session, *, now: datetime) -> int:
    """Forget keys a week old; return how many."""
    old = delete(IdempotencyKey).where(IdempotencyKey.made_at < now - KEPT)
    return changed(session, old)
