"""Sealing: what is written about a child is unreadable in the database, its copies and its backups.

One key file (or environment variable) holds master keys with ids. From each master key separate keys are derived (HKDF) for
sealing, blind indexes, audit digests and signatures, so that no use can be turned against another.

- ``seal`` makes one JSON document unreadable (AES-256-GCM), bound to the reference of the row that holds it: moved to another
  row it does not open.
- ``blind`` gives the keyed hash under which a value can be looked up without being readable. Whoever looks up asks for
  ``blinds``, under every key: while keys are being rotated, rows stand under either.

Every key in the ring opens and is looked up under, from the moment it is there. One seals, indexes and digests: the newest whose
``seals_from`` has come. So a new key is known to every process before any of them uses it (``core/key_file.py``).
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets as random
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from time import monotonic
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hub.core.clock import iso, machine_now
from hub.core.errors import StateConflict
from hub.core.ids import is_any_ref
from hub.core.logs import log
from hub.core.sentences import worded

_FORMAT = b"\x01"
_ID_BYTES, _NONCE_BYTES, _TAG_BYTES, _BLIND_BYTES = 8, 12, 4, 16
LOOK_EVERY_SECONDS: Final = 5.0
"""How old a process's view of the key file may be."""


class KeyRingError(ValueError):
    """The key ring cannot be used; the sentence says which file and why, never what is in it."""


class SealBroken(StateConflict):
    """A sealed value does not open: altered, moved to another row, or sealed with a key we do not hold."""

    code, title = "record_unreadable", worded("This record cannot be opened")

    def __init__(self, ref: str, because: str) -> None:
        self.ref = ref if is_any_ref(ref) else worded("a record")
        super().__init__(
            worded(
                "{ref} cannot be opened: {because}. Nothing was shown. Tell the hub's operator, and say so.",
                ref=self.ref,
                because=because,
            )
        )


@dataclass(frozen=True)
class MasterKey:
    """One master key: eight characters of id, 32 random bytes, and since when it seals (``None``: since ever)."""

    key_id: str
    secret: bytes = field(repr=False)
    seals_from: datetime | None = None

    def derive(self, purpose: str, length: int = 32) -> bytes:
        return HKDF(algorithm=SHA256(), length=length, salt=None, info=f"hub/{purpose}".encode()).derive(self.secret)


@dataclass(frozen=True)
class RetiredKey:
    """What is left of a retired key: it opens nothing; it proves what was digested and signed under it."""

    key_id: str
    digest_key: bytes = field(repr=False)
    public_keys: Mapping[str, bytes] = field(default_factory=dict)
    """Purpose → public half of the Ed25519 key, raw."""


@dataclass(frozen=True)
class Keys:
    """What a key file holds, newest first."""

    masters: tuple[MasterKey, ...]
    retired: tuple[RetiredKey, ...] = ()


class _Derived:
    """What one master key is used for."""

    def __init__(self, key: MasterKey) -> None:
        self.master = key
        self.head = _FORMAT + key.key_id.encode()
        self.cipher = AESGCM(key.derive("seal"))
        self.tag = index_tag(key.key_id)
        self._inner, self._outer = _begun_hmac(key.derive("blind index"))
        self.digest_key = key.derive("audit digest")
        self.seals_from = key.seals_from.timestamp() if key.seals_from else 0.0

    def blind(self, said: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(said)
        outer.update(inner.digest())
        digest: bytes = outer.digest()
        return self.tag + digest[: _BLIND_BYTES - _TAG_BYTES]


def _begun_hmac(key: bytes) -> tuple[Any, Any]:
    """HMAC-SHA256 under *key* (32 bytes), begun: to go on from here costs a third, and a search does it hundreds of times."""
    padded = key.ljust(64, b"\0")
    return hashlib.sha256(bytes(b ^ 0x36 for b in padded)), hashlib.sha256(bytes(b ^ 0x5C for b in padded))


class _Held:
    """One reading of the key file, made ready for use."""

    def __init__(self, keys: Keys) -> None:
        if not keys.masters:
            raise KeyRingError("the key ring is empty: at least one key is needed")
        self.keys = keys
        self.derived = [_Derived(key) for key in keys.masters]
        self.by_id = {each.master.key_id: each for each in self.derived}
        self.digest_keys = [each.digest_key for each in self.derived] + [each.digest_key for each in keys.retired]

    def sealing(self, moment: float) -> _Derived:
        return next((each for each in self.derived if each.seals_from <= moment), self.derived[-1])


class KeyRing:
    """The hub's keys, newest first. *again* gives the keys anew when they have changed: a ring that lives for days asks it."""

    def __init__(self, keys: Sequence[MasterKey] | Keys, *, again: Callable[[], Keys | None] | None = None) -> None:
        self._held = _Held(keys if isinstance(keys, Keys) else Keys(tuple(keys)))
        self._again = again
        self._failing = self._failed = False
        self._look_at = monotonic() + LOOK_EVERY_SECONDS if again else float("inf")

    def __repr__(self) -> str:
        return f"<KeyRing of {len(self._held.derived)}>"

    # ── Which keys ────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def keys(self) -> Keys:
        """The keys as held now."""
        return self._fresh().keys

    @property
    def newest_id(self) -> str:
        """The id of the key that seals now."""
        return self._sealing().master.key_id

    def look_again(self) -> None:
        """Take up what has changed in the key file; keep what is held when it cannot be read."""
        if self._again is None:
            return
        self._look_at = monotonic() + LOOK_EVERY_SECONDS
        try:
            found = self._again()
            self._held = _Held(found) if found else self._held
            self._failing = False
        except KeyRingError as fault:
            self._failed, self._failing = self._failed or not self._failing, True
            log(__name__).error("keys.unreadable", fault=fault)

    def has_failed(self) -> bool:
        """Whether the key file ceased to be readable since this was asked last: asked by whoever puts it on record."""
        self._fresh()
        failed, self._failed = self._failed, False
        return failed

    def _fresh(self) -> _Held:
        if monotonic() >= self._look_at:
            self.look_again()
        return self._held

    def _sealing(self) -> _Derived:
        return self._fresh().sealing(machine_now())

    # ── Sealing ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def seal(self, ref: str, document: Any) -> bytes:
        """*document* (JSON-able) sealed for the row *ref*: format byte, key id, nonce, ciphertext with tag."""
        return self.seal_bytes(ref, json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode())

    def open(self, ref: str, sealed: bytes) -> Any:
        """The document that was sealed for the row *ref*. Raises :class:`SealBroken`."""
        return json.loads(self.open_bytes(ref, sealed).decode())  # of bytes it would guess the encoding first

    def seal_bytes(self, ref: str, content: bytes) -> bytes:
        """*content* sealed for the row *ref*."""
        key, nonce = self._sealing(), os.urandom(_NONCE_BYTES)
        return key.head + nonce + key.cipher.encrypt(nonce, content, key.head + ref.encode())

    def open_bytes(self, ref: str, sealed: bytes) -> bytes:
        """The content that was sealed for the row *ref*. Raises :class:`SealBroken`."""
        key, rest = self._opening(ref, sealed), sealed[1 + _ID_BYTES :]
        if len(rest) < _NONCE_BYTES + 16:
            raise SealBroken(ref, worded("a part of it is missing"))
        try:
            return key.cipher.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], key.head + ref.encode())
        except InvalidTag:
            raise SealBroken(ref, worded("it was altered, or moved from another record")) from None

    def _opening(self, ref: str, sealed: bytes) -> _Derived:
        wanted = sealed_under(sealed) if sealed[:1] == _FORMAT else ""
        if wanted and wanted not in self._fresh().by_id:
            self.look_again()  # another process may have been given a new key in these seconds
        if (key := self._held.by_id.get(wanted)) is None:
            raise SealBroken(ref, worded("it was sealed with a key that this hub does not hold"))
        return key

    # ── Looking up ────────────────────────────────────────────────────────────────────────────────────────────────────

    def blind(self, kind: str, value: str) -> bytes:
        """The keyed index under which *value* of *kind* is kept from now on: 16 bytes, readable by nobody.

        The first four tell the key, so that rows can be counted by it; the rest is equal for equal values.
        """
        return self._sealing().blind(f"{kind}\x1f{value}".encode())

    def blinds(self, kind: str, value: str) -> tuple[bytes, ...]:
        """Every keyed index under which *value* may be kept: one a key. For looking up, always these."""
        said = f"{kind}\x1f{value}".encode()
        return tuple(each.blind(said) for each in self._fresh().derived)

    def blinds_under(self, tag: bytes, kind: str, values: Iterable[str]) -> list[bytes]:
        """The keyed indexes of *values* of *kind* under the key of *tag* alone (:func:`index_tag`); none when it is not held."""
        key = next((each for each in self._fresh().derived if each.tag == tag), None)
        return [key.blind(f"{kind}\x1f{value}".encode()) for value in values] if key else []

    # ── Proving ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def digest(self, content: bytes) -> bytes:
        """A keyed digest (32 bytes) that only a holder of the keys could have made."""
        return hmac.digest(self._sealing().digest_key, content, hashlib.sha256)

    def digests(self, content: bytes) -> tuple[bytes, ...]:
        """The digests of *content* under every key, the retired ones too: what was digested with any of them is among these."""
        return tuple(hmac.digest(key, content, hashlib.sha256) for key in self._fresh().digest_keys)

    def signing_key(self, purpose: str, key_id: str | None = None) -> Ed25519PrivateKey:
        """The hub's own Ed25519 key for *purpose*, of the key that seals now or of *key_id*; its public half may be published."""
        held = self._fresh().by_id.get(key_id) if key_id else None
        return _signing_key((held or self._sealing()).master, purpose)

    def signing_keys(self, purpose: str) -> list[Ed25519PrivateKey]:
        """The Ed25519 keys for *purpose* of every key, newest first: receivers may hold the public half of any."""
        return [_signing_key(each.master, purpose) for each in self._fresh().derived]

    def public_keys(self, purpose: str) -> dict[str, Ed25519PublicKey]:
        """Key id → public key for *purpose*, of every key and of those retired keys that kept theirs."""
        held = self._fresh()
        mine = {each.master.key_id: _signing_key(each.master, purpose).public_key() for each in held.derived}
        kept = {each.key_id: each.public_keys[purpose] for each in held.keys.retired if purpose in each.public_keys}
        return mine | {key_id: Ed25519PublicKey.from_public_bytes(raw) for key_id, raw in kept.items()}


def sealed_under(sealed: bytes) -> str:
    """The id of the key that *sealed* says it was sealed with."""
    return sealed[1 : 1 + _ID_BYTES].decode("ascii", "replace")


def index_tag(key_id: str) -> bytes:
    """The first four bytes of every blind index made with this key."""
    return hashlib.sha256(key_id.encode()).digest()[:_TAG_BYTES]


@lru_cache(maxsize=64)
def _signing_key(key: MasterKey, purpose: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(key.derive(f"sign/{purpose}"))


def new_key(seals_from: datetime | None = None) -> MasterKey:
    """A new random master key."""
    return MasterKey(random.token_hex(_ID_BYTES // 2), random.token_bytes(32), seals_from)


def retired(key: MasterKey, purposes: Sequence[str]) -> RetiredKey:
    """What is kept of *key*: its digest key, and the public halves of what signed for *purposes*."""
    public = {purpose: _signing_key(key, purpose).public_key().public_bytes_raw() for purpose in purposes}
    return RetiredKey(key.key_id, key.derive("audit digest"), public)


# ── The text of a key file ────────────────────────────────────────────────────────────────────────────────────────────


def render_key_file(keys: Sequence[MasterKey] | Keys) -> str:
    """The text of a key file, newest key first."""
    held = keys if isinstance(keys, Keys) else Keys(tuple(keys))
    head = "# The hub's keys, newest first. Whoever holds this file can read every record: keep it apart from the database.\n"
    return head + "".join(map(render_key, held.masters)) + "".join(map(render_retired, held.retired))


def render_key(key: MasterKey) -> str:
    """The lines of one key."""
    since = f"seals_from = {iso(key.seals_from)}\n" if key.seals_from else ""
    return f'\n[[key]]\nid = "{key.key_id}"\nsecret = "{_text(key.secret)}"\n{since}'


def render_retired(key: RetiredKey) -> str:
    """The lines of what is left of a retired key."""
    public = "".join(f'public_keys.{purpose} = "{_text(raw)}"\n' for purpose, raw in key.public_keys.items())
    return f'\n[[retired]]\nid = "{key.key_id}"\ndigest_key = "{_text(key.digest_key)}"\n{public}'


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def read_keys(text: str, *, origin: str) -> Keys:
    """The keys in *text* (the content of a key file). Raises :class:`KeyRingError` naming *origin*."""
    try:
        said = tomllib.loads(text)
        masters = tuple(_read_key(row, origin) for row in said["key"])
        kept = tuple(_read_retired(row, origin) for row in said.get("retired", ()))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError, binascii.Error):
        raise KeyRingError(
            f"{origin} is not a key file: restore it from its backup; a new one cannot open old rows"
        ) from None
    ids = [key.key_id for key in masters] + [key.key_id for key in kept]
    if len(set(ids)) != len(ids):
        raise KeyRingError(f"{origin} names a key twice: each key has an id of its own")
    return Keys(masters, kept)


def read_key_ring(text: str, *, origin: str) -> KeyRing:
    """The ring in *text*, which does not change. Raises :class:`KeyRingError` naming *origin*."""
    return KeyRing(read_keys(text, origin=origin))


def _read_key(row: Mapping[str, Any], origin: str) -> MasterKey:
    since = row.get("seals_from")
    if since is not None and (not isinstance(since, datetime) or since.tzinfo is None):
        raise KeyRingError(f"{origin} has a seals_from that is no instant: write it like 2026-11-18T10:00:00Z")
    return MasterKey(_read_id(row, origin), _read_secret(row["secret"], origin), since)


def _read_retired(row: Mapping[str, Any], origin: str) -> RetiredKey:
    public = {purpose: _read_secret(text, origin) for purpose, text in row.get("public_keys", {}).items()}
    return RetiredKey(_read_id(row, origin), _read_secret(row["digest_key"], origin), public)


def _read_id(row: Mapping[str, Any], origin: str) -> str:
    key_id = row["id"]
    if len(key_id.encode()) != _ID_BYTES or not key_id.isascii():
        raise _wrong_length(origin)
    return str(key_id)


def _read_secret(text: str, origin: str) -> bytes:
    secret = base64.b64decode(text, validate=True)
    if len(secret) != 32:
        raise _wrong_length(origin)
    return secret


def _wrong_length(origin: str) -> KeyRingError:
    return KeyRingError(f"{origin} has a key with a wrong length: an id has 8 characters and a secret 32 bytes")
