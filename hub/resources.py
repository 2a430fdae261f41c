"""What a process opens from the settings: its clock, its keys, its database, its areas."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from sqlalchemy.exc import ArgumentError

from hub.access import policy as access_policy
from hub.core import clock
from hub.core.db import Database
from hub.core.key_file import load_or_make_key_ring
from hub.core.secrets import KeyRing, read_key_ring
from hub.core.settings import Settings, SettingsError
from hub.directory.area_corrections import Learnt
from hub.directory.areas import Areas, load_areas
from hub.directory.postcodes import PostcodeIndex

_NO_DATABASE: Final = (
    "HUB_DATABASE_URL (database_url) names no database that the hub can use. Leave it empty for SQLite in the data folder, or "
    "write postgresql+psycopg://user@host/name."
)


def as_demo(settings: Settings) -> Settings:
    """*settings* with what a demonstration needs: a clock that can be moved, and webhooks to this machine."""
    if settings.mode != "demo":
        return settings
    moved = settings.clock_file or str(settings.data_dir / "clock.json")
    return replace(settings, clock_file=moved, webhook_private_addresses=True)


def set_clock(settings: Settings) -> None:
    """Move this process's clock as the settings say; production's never moves."""
    if not settings.clock_moves:
        clock.move(None)
    elif settings.clock_file:
        clock.move(Path(settings.clock_file))
    else:
        anchor = clock.machine_now()
        clock.move(clock.Shift(anchor=anchor, offset=settings.clock_offset_seconds, rate=settings.clock_rate))


def open_keys(settings: Settings) -> KeyRing:
    """The key ring: from the environment, else from the key file, which is made at the first start outside production."""
    if settings.keys:
        return read_key_ring(settings.keys, origin="HUB_KEYS")
    return load_or_make_key_ring(settings.key_path, may_make=settings.mode != "production")


def open_database(settings: Settings) -> Database:
    """The database of *settings*, for this process; how people sign in to it is read beside it.

    Raises :class:`SettingsError` for an address that names no database.
    """
    policy = access_policy.load_access_policy(settings.config_dir)
    access_policy.use(policy if settings.limits else access_policy.unlimited(policy))
    keys = open_keys(settings)
    try:
        return Database(settings.database, keys, pool_size=max(4, settings.web_threads + 2))
    except (ArgumentError, ImportError, ValueError):  # what they say may hold the password
        raise SettingsError(_NO_DATABASE) from None


def open_areas(settings: Settings, database: Callable[[], Database] | None = None) -> Areas:
    """Authorities, forces, adjacency and the postcode index; with *database* also what was learnt of single postcodes."""
    areas = load_areas(settings.config_dir / "reference", PostcodeIndex(settings.data_dir / "postcodes.idx"))
    return areas if database is None else replace(areas, learnt=Learnt(database))
