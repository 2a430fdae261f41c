"""The key file: found, checked, watched for changes, and changed by ``hub keys`` alone.

Every process that holds a ring looks at the file every few seconds, and at once when it meets a row sealed with a key it does
not know. A new key says from when on it seals: until then it only opens. So every process can open what the first of them
seals with it. A file on several machines is copied to each of them before that instant.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import Final, TypeVar

from hub.core.secrets import KeyRing, KeyRingError, Keys, new_key, read_keys, render_key_file

T = TypeVar("T")
_OTHERS: Final = 0o007


class KeyFile:
    """One key file on the disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: tuple[int, ...] = ()

    def read(self) -> Keys:
        """The keys. Raises :class:`KeyRingError` naming the file, never what is in it."""
        stamp = _stamp_of(self.path)
        keys = read_keys(_checked_text(self.path), origin=str(self.path))
        self._stamp = stamp
        return keys

    def changed(self) -> Keys | None:
        """The keys, if the file has changed since it was read; otherwise ``None``. Raises :class:`KeyRingError`."""
        return self.read() if _stamp_of(self.path) != self._stamp else None

    def ring(self) -> KeyRing:
        """A ring that follows the file."""
        return KeyRing(self.read(), again=self.changed)

    @contextmanager
    def being_changed(self) -> Iterator[Keys]:
        """The keys, while nobody else changes them."""
        real = self.path.resolve()
        lock = os.open(real.with_name(real.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self.read()
        finally:
            os.close(lock)

    def write(self, keys: Keys) -> None:
        """Put *keys* in the place of what the file holds: all at once, to its owner alone, and proved to be readable."""
        text = render_key_file(keys)
        if read_keys(text, origin=str(self.path)) != keys:
            raise KeyRingError(f"{self.path} was not written: the new text does not read back as it should")
        _replace(self.path.resolve(), text)


def load_or_make_key_ring(path: Path, *, may_make: bool) -> KeyRing:
    """The ring in the file *path*, which it follows; made, readable by its owner alone, when absent and *may_make*."""
    if not path.exists():
        if not may_make:
            raise KeyRingError(
                f"{path} does not exist: set HUB_KEY_FILE or HUB_KEYS to the hub's keys; for a new hub call hub keys new"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        write_once(path, render_key_file([new_key()]))
    return KeyFile(path).ring()


def write_once(path: Path, text: str) -> None:
    """Write *text* to *path* unless another process has just done so: linking fails where renaming would overwrite."""
    with _draft(path, text) as draft, suppress(FileExistsError):  # the other process's key is the hub's key
        os.link(draft, path)


def _replace(path: Path, text: str) -> None:
    """The new file belongs to whom the old one belonged to: the hub may run as another user than who changes its keys."""
    before = path.stat()
    with _draft(path, text) as draft:
        if (before.st_uid, before.st_gid) != (os.geteuid(), os.getegid()):
            _telling(path, lambda: os.chown(draft, before.st_uid, before.st_gid))
        draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the new name too must outlast a power cut
    finally:
        os.close(folder)


@contextmanager
def _draft(path: Path, text: str) -> Iterator[Path]:
    """A file beside *path* with *text*, on the disk, readable by its owner alone; gone after the block."""
    draft = path.with_name(f"{path.name}.{token_hex(8)}")
    file = _telling(path, lambda: os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with os.fdopen(file, "w") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _telling(path: Path, act: Callable[[], T]) -> T:
    try:
        return act()
    except OSError as fault:
        raise KeyRingError(f"{path} cannot be written: {fault.strerror}. Nothing was changed") from None


def _stamp_of(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError as fault:
        raise KeyRingError(f"{path} cannot be read: {fault.strerror}") from None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _checked_text(path: Path) -> str:
    try:
        mode, text = path.stat().st_mode, path.read_text()
    except OSError as fault:
        raise KeyRingError(f"{path} cannot be read: {fault.strerror}") from None
    except UnicodeDecodeError:
        raise KeyRingError(f"{path} is not a key file: restore it from its backup; it is no text") from None
    if mode & _OTHERS:
        raise KeyRingError(f"{path} can be read by everybody on this machine: take that away with chmod o= {path}")
    if not text.strip():
        raise KeyRingError(f"{path} is empty: restore it from its backup; a new key cannot open old rows")
    return text
