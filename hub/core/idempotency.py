"""The same request twice is answered once: the key, a fingerprint of the body and the answer, in the act's own transaction."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import marshmallow as ma
from flask import Request, json
from sqlalchemy import Index, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Base, Keyed, keys_of
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
    sealed: Mapped[bytes | None] = mapped_column(info={"personal": True})

    __table_args__ = (
        Index("uq_idempotency_key_owner", "owner", "key", unique=True),
        Index("ix_idempotency_key_made_at", "made_at"),
    )


@dataclass(frozen=True)
class Replay:
    """An answer given before, to be given again as it was."""

    body: bytes
    status: int


@dataclass(frozen=True)
class Once:
    """Does an act once per key. Without a key the act is simply done."""

    owner: str
    key: str | None
    fingerprint: bytes
    schema: ma.Schema | None

    @classmethod
    def of_request(cls, actor: Actor, request: Request, schema: ma.Schema | None) -> "Once":
        """The key and fingerprint of the present request."""
        key = request.headers.get("Idempotency-Key")
        if key is not None and not re.fullmatch(r"[!-~]{8,100}", key):
            raise Invalid(
                "Idempotency-Key must be 8 to 100 visible ASCII characters.",
                fields={"Idempotency-Key": ["Send 8 to 100 visible characters, for example a UUID."]},
            )
        said = f"{request.method} {request.full_path}\n".encode() + request.get_data()
        return cls(f"{actor.ref} {request.url_rule}", key, hashlib.sha256(said).digest(), schema)

    def __call__(self, session: Session, act: Callable[[], Any], *, status: int = 201) -> Any:
        """Do *act* in *session* and keep its dumped answer under the key; or give the kept answer again.

        The key's row goes in first: on PostgreSQL a second request waits there until the first has committed.
        """
        if self.key is None:
            return act()
        if not self._claim(session):
            return self._kept(session)
        answer = act()
        body = json.dumps(self.schema.dump(answer) if self.schema else answer).encode()
        self._keep(session, body, status)
        return answer

    def _claim(self, session: Session) -> bool:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        row = {"owner": self.owner, "key": self.key, "fingerprint": self.fingerprint, "made_at": utc_now()}
        added = dialect.insert(IdempotencyKey).values(row).on_conflict_do_nothing().returning(IdempotencyKey.id)
        return session.execute(added).first() is not None  # psycopg's row count of such an insert is -1

    @property
    def _ref(self) -> str:
        return f"{self.owner} {self.key}"

    def _keep(self, session: Session, body: bytes, status: int) -> None:
        mine = (IdempotencyKey.owner == self.owner) & (IdempotencyKey.key == self.key)
        sealed = keys_of(session).seal_bytes(self._ref, body)
        session.execute(
            update(IdempotencyKey).where(mine).values(status=status, sealed=sealed),
            execution_options={"synchronize_session": False},
        )

    def _kept(self, session: Session) -> Replay:
        mine = (IdempotencyKey.owner == self.owner) & (IdempotencyKey.key == self.key)
        kept = session.execute(
            select(IdempotencyKey.fingerprint, IdempotencyKey.status, IdempotencyKey.sealed).where(mine)
        ).one()
        if kept.fingerprint != self.fingerprint:
            raise Conflict(
                "This Idempotency-Key was used for something else. Use a new key for a new request.",
                code="idempotency_key_reused",
            )
        return Replay(keys_of(session).open_bytes(self._ref, kept.sealed), kept.status)


def forget_old_keys(session: Session, *, now: datetime) -> int:
    """Forget keys a week old; return how many."""
    old = delete(IdempotencyKey).where(IdempotencyKey.made_at < now - KEPT)
    return int(session.execute(old, execution_options={"synchronize_session": False}).rowcount)  # type: ignore[attr-defined]
