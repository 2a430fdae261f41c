"""Schema changes, one per file, forward only. ``upgrade`` brings any earlier database to the newest."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from hub.core.db import Database


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(database: Database, target: str = "head") -> None:
    """Migrate to *target*, in one transaction; a second process waits for the first and finds nothing to do."""
    config = _config()
    with database.write() as session:
        config.attributes["connection"] = session.connection()
        command.upgrade(config, target)


def versions() -> list[str]:
    """Every migration, oldest first."""
    return [script.revision for script in reversed(list(ScriptDirectory.from_config(_config()).walk_revisions()))]


def current(database: Database) -> str | None:
    """The migration the database stands at; ``None`` when it is empty."""
    with database.read() as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def is_current(database: Database) -> bool:
    """Whether the database stands at the newest migration."""
    return current(database) == versions()[-1]
