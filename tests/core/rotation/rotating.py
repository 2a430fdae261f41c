"""The key that everything is put under, and a look at what is under which."""

from collections.abc import Callable
from pathlib import Path

from hub.core.db import Database
from hub.core.secrets import MasterKey
from hub.keys.changes import counts
from hub.keys.parts import all_parts
from tests.conftest import NOW

NEW = MasterKey("testkey2", b"n" * 32)
Opens = Callable[[list[MasterKey]], Database]


def under(database: Database, folder: Path) -> dict[str, dict[str, int]]:
    with database.read() as session:
        return {part: dict(by_key) for part, by_key in counts(session, all_parts(folder), NOW).items() if by_key}
