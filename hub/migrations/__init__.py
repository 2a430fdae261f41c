"""Schema changes, one per file, forward only. ``upgrade`` brings any earlier database to the newest."""

from pathlib import Path

from sqlalchemy import inspect, text

from hub.core.db import Database

_FOLDER = Path(__file__).parent


def upgrade(database: Database, target: str = "head") -> None:
    """Migrate to *target*, in one transaction; a second process waits for the first and finds nothing to do."""
    from alembic import command  # here: it is slow to load, and a database that is current does not need it
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    with database.write() as session:
        config.attributes["connection"], config.attributes["keys"] = session.connection(), database.keys
        command.upgrade(config, target)


def versions() -> list[str]:
    """Every migration, oldest first: files are named ``<number>_<what>.py`` and their revision is the number."""
    return sorted(path.name.split("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*.py"))


def current(database: Database) -> str | None:
    """The migration the database stands at; ``None`` when it is empty."""
    with database.read() as session:
        if not inspect(session.connection()).has_table("alembic_version"):
            return None
        found: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def is_current(database: Database) -> bool:
    """Whether the database stands at the newest migration."""
    return current(database) == versions()[-1]


def is_behind(database: Database) -> bool:
    """Whether the database has yet to be migrated for this release. One that a later release has migrated is not behind."""
    return (current(database) or "") < versions()[-1]
