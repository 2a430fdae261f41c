"""Sealing: what is written about a child is unreadable in the database, its copies and its backups.

One key file (or environment variable) holds master keys with ids. From each master key separate keys are derived (HKDF) for
sealing, blind indexes, audit digests and signatures, so that no use can be turned against another.

- ``seal`` makes one JSON document unreadable (AES-256-GCM), bound to the reference of the row that holds it: moved to another
  row it does not open.
- ``blind`` gives the keyed hash under which a value can be looked up without being readable.

The newest key seals and indexes; every key in the ring opens. Rotation is issue B1's.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets as random
import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_FORMAT = b"\x01"
_ID_BYTES, _NONCE_BYTES = 8, 12


class KeyRingError(ValueError):
    """The key ring cannot be used; the sentence says which file and why, never what is in it."""


class SealBroken(Exception):
    """A sealed value does not open: altered, moved to another row, or sealed with a key we do not hold."""


@dataclass(frozen=True)
class MasterKey:
    """One master key: eight characters of id, 32 random bytes."""

    key_id: str
    secret: bytes = field(repr=False)

    def derive(self, purpose: str, length: int = 32) -> bytes:
        return HKDF(algorithm=SHA256(), length=length, salt=None, info=f"hub/{purpose}".encode()).derive(self.secret)


class KeyRing:
    """The hub's keys, newest first."""

    def __init__(self, keys: list[MasterKey]) -> None:
        if not keys:
            raise KeyRingError("the key ring is empty: at least one key is needed")
        self._keys = {key.key_id: key for key in keys}
        self._newest = keys[0]
        self._ciphers = {key.key_id: AESGCM(key.derive("seal")) for key in keys}
        # The oldest key indexes: blind indexes cannot be opened and made anew one by one as sealed rows can.
        self._index_key = keys[-1].derive("blind index")
        self._digest_key = keys[-1].derive("audit digest")

    def __repr__(self) -> str:
        return f"<KeyRing of {len(self._keys)}>"

    @property
    def newest_id(self) -> str:
        """The id of the key that seals."""
        return self._newest.key_id

    def seal(self, ref: str, document: Any) -> bytes:
        """*document* (JSON-able) sealed for the row *ref*: format byte, key id, nonce, ciphertext with tag."""
        return self.seal_bytes(ref, json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode())

    def open(self, ref: str, sealed: bytes) -> Any:
        """The document that was sealed for the row *ref*. Raises :class:`SealBroken`."""
        return json.loads(self.open_bytes(ref, sealed))

    def seal_bytes(self, ref: str, content: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        head = _FORMAT + self._newest.key_id.encode()
        return head + nonce + self._ciphers[self._newest.key_id].encrypt(nonce, content, head + ref.encode())

    def open_bytes(self, ref: str, sealed: bytes) -> bytes:
        head, rest = sealed[: 1 + _ID_BYTES], sealed[1 + _ID_BYTES :]
        cipher = self._ciphers.get(head[1:].decode("ascii", "replace"))
        if head[:1] != _FORMAT or cipher is None:
            raise SealBroken(f"{ref} was sealed with a key that this hub does not hold")
        try:
            return cipher.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], head + ref.encode())
        except InvalidTag:
            raise SealBroken(f"{ref} does not open: it was altered or moved from another row") from None

    def blind(self, kind: str, value: str) -> bytes:
        """The keyed index of *value* among values of *kind*: 16 bytes, equal for equal values, readable by nobody."""
        return hmac.digest(self._index_key, f"{kind}\x1f{value}".encode(), hashlib.sha256)[:16]

    def digest(self, content: bytes) -> bytes:
        """A keyed digest (32 bytes) that only a holder of the keys could have made."""
        return hmac.digest(self._digest_key, content, hashlib.sha256)

    def signing_key(self, purpose: str) -> Ed25519PrivateKey:
        """The hub's own Ed25519 key for *purpose*; its public half may be published."""
        return _signing_key(self._newest, purpose)


@lru_cache(maxsize=64)
def _signing_key(key: MasterKey, purpose: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(key.derive(f"sign/{purpose}"))


def new_key() -> MasterKey:
    """A new random master key."""
    return MasterKey(random.token_hex(_ID_BYTES // 2), random.token_bytes(32))


def render_key_file(keys: list[MasterKey]) -> str:
    """The text of a key file, newest key first."""
    head = "# The hub's keys, newest first. Whoever holds this file can read every record: keep it apart from the database.\n"
    return head + "".join(
        f'\n[[key]]\nid = "{key.key_id}"\nsecret = "{base64.b64encode(key.secret).decode()}"\n' for key in keys
    )


def read_key_ring(text: str, *, origin: str) -> KeyRing:
    """The ring in *text* (the content of a key file). Raises :class:`KeyRingError` naming *origin*."""
    try:
        rows = tomllib.loads(text)["key"]
        return KeyRing([_read_key(row["id"], base64.b64decode(row["secret"], validate=True), origin) for row in rows])
    except (tomllib.TOMLDecodeError, KeyError, TypeError, binascii.Error):
        raise KeyRingError(
            f"{origin} is not a key file: restore it from its backup; a new one cannot open old rows"
        ) from None


def _read_key(key_id: str, secret: bytes, origin: str) -> MasterKey:
    if len(key_id.encode()) != _ID_BYTES or len(secret) != 32:
        raise KeyRingError(f"{origin} has a key with a wrong length: an id has 8 characters and a secret 32 bytes")
    return MasterKey(key_id, secret)


def load_or_make_key_ring(path: Path, *, may_make: bool) -> KeyRing:
    """The ring in the file *path*; made, readable by its owner alone, when absent and *may_make*."""
    if not path.exists():
        if not may_make:
            raise KeyRingError(f"{path} does not exist: set HUB_KEY_FILE, or HUB_KEYS, to the hub's keys")
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_once(path, render_key_file([new_key()]))
    return read_key_ring(path.read_text(), origin=str(path))


def _write_once(path: Path, text: str) -> None:
    """Write *text* to *path* unless another process has just done so: linking fails where renaming would overwrite."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # the other process's key is the hub's key
    finally:
        draft.unlink()
