"""Sealed files on the disk: ``<data folder>/files/<two characters>/<reference>``, each bound to its reference.

A file is written under a temporary name, brought to the disk, then renamed: whatever has its final name is whole. Its row is
committed after that, so a row never lacks its file; a file without a row is harmless, and swept after a day.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Final

from hub.core.ids import is_ref
from hub.core.secrets import KeyRing, SealBroken, sealed_under

ORPHAN_SECONDS: Final = 86_400
_DRAFT: Final = ".part"


class Damaged(Exception):
    """A stored file is missing, or does not open: altered, moved, or sealed with keys that are not held."""


def folder_of(data_dir: Path) -> Path:
    """Where sealed files are kept."""
    return data_dir / "files"


def path_of(folder: Path, ref: str) -> Path:
    """Where the file *ref* is. Two characters of the random part spread files over a thousand folders."""
    if not is_ref(ref, "fil"):
        raise LookupError("not the reference of a file")
    return folder / ref[-2:] / ref


def sealed_with(folder: Path, ref: str) -> str:
    """The id of the key with which the file *ref* was sealed; empty when it is not there."""
    with suppress(FileNotFoundError), path_of(folder, ref).open("rb") as stream:
        return sealed_under(stream.read(16))
    return ""


def reseal(keys: KeyRing, folder: Path, ref: str) -> bool:
    """Put the file *ref* under the key that seals now; whether it stood under another. Raises :class:`Damaged`."""
    if sealed_with(folder, ref) == keys.newest_id:
        return False
    put(keys, folder, ref, get(keys, folder, ref))
    return True


def put(keys: KeyRing, folder: Path, ref: str, content: bytes) -> None:
    """Seal *content* and bring it to the disk under *ref*."""
    path = path_of(folder, ref)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{ref}.{token_hex(4)}{_DRAFT}")  # a killed process may have left one, and its number to us
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(file, "wb") as stream:
            stream.write(keys.seal_bytes(ref, content))
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    for changed in (path.parent, folder):  # the names too must outlast a power cut
        _sync(changed)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def get(keys: KeyRing, folder: Path, ref: str) -> bytes:
    """The opened content of *ref*. Raises :class:`Damaged`."""
    try:
        return keys.open_bytes(ref, path_of(folder, ref).read_bytes())
    except (FileNotFoundError, SealBroken, ValueError) as fault:
        raise Damaged(f"{ref} does not open") from fault


def remove(folder: Path, ref: str) -> None:
    """Remove a file whose row was never committed."""
    path_of(folder, ref).unlink(missing_ok=True)


def aged(folder: Path, *, before: float) -> Iterator[Path]:
    """Files and abandoned drafts last written before *before* (the machine's seconds since 1970)."""
    for path in sorted(folder.glob("??/fil_*")):
        with suppress(FileNotFoundError):  # swept by another process at the same time
            if path.stat().st_mtime < before:
                yield path
