"""The settings by which a command works, and the database that they name."""

from hub.core.db import Database
from hub.core.settings import Settings, load_settings
from hub.resources import as_demo, open_database, set_clock


def configured() -> Settings:
    """The operator's settings; from here on this process's clock is as they say."""
    settings = as_demo(load_settings())
    set_clock(settings)
    return settings


def opened() -> Database:
    """The database of these settings."""
    return open_database(configured())
