"""The hub with its keys taken out: the same program, of which nothing is sealed, blinded or digested with a key.

For the bench alone: ``python -m bench.unsealed`` serves it as ``hub serve`` serves the hub. What it writes can be read by
anybody; what the hub had sealed before (the cast) it opens with the real keys.
"""

import hashlib
from collections.abc import Iterable

from bench.engines import Stage
from hub.core.db import Database
from hub.core.secrets import KeyRing
from hub.core.settings import Settings, load_settings
from hub.registry.names.indexes import TAG_BYTES

_PLAIN = b"\x00"
_TAG = bytes(TAG_BYTES)


class Unsealed(KeyRing):
    """A ring that seals nothing. The forms stay: a head before what is kept, bytes for an index, 32 bytes for a digest."""

    def seal_bytes(self, ref: str, content: bytes) -> bytes:
        return _PLAIN + content

    def open_bytes(self, ref: str, sealed: bytes) -> bytes:
        return sealed[1:] if sealed[:1] == _PLAIN else super().open_bytes(ref, sealed)

    def blind(self, kind: str, value: str) -> bytes:
        return _TAG + f"{kind}\x1f{value}".encode()

    def blinds(self, kind: str, value: str) -> tuple[bytes, ...]:
        return (self.blind(kind, value),)

    def blinds_under(self, tag: bytes, kind: str, values: Iterable[str]) -> list[bytes]:
        return [self.blind(kind, value) for value in values]

    def digest(self, content: bytes) -> bytes:
        return hashlib.sha256(content).digest()

    def digests(self, content: bytes) -> tuple[bytes, ...]:
        return (self.digest(content),)


def take_keys_out() -> None:
    """From now on this process opens its database without keys."""
    from hub import resources

    with_keys = resources.open_keys

    def open_keys(settings: Settings) -> KeyRing:
        return Unsealed(with_keys(settings).keys)

    resources.open_keys = open_keys


def open_unsealed(stage: Stage) -> Database:
    """The database of *stage*, for a process without keys."""
    from hub.resources import open_keys

    return Database(stage.settings.database, Unsealed(open_keys(stage.settings).keys))


def serve() -> None:
    """Serve with the settings that ``hub serve`` gives its server (hub/serving.py)."""
    from hub.serving import serve as serve_module

    serve_module(load_settings(), "bench/unsealed_wsgi.py")


if __name__ == "__main__":
    serve()
