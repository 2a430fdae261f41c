"""What whoever runs the hub can put right, as a sentence each instead of a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click
from sqlalchemy.exc import DBAPIError, OperationalError

from hub.core.errors import HubError
from hub.core.secrets import KeyRingError
from hub.core.settings import SettingsError
from hub.duties.table import LawError

_CURES: Final = (
    (
        ("no such table", "no such column", "does not exist"),
        "It does not have this release's schema. Call hub migrate.",
    ),
    (
        ("is full", "No space left", "disk I/O error"),
        "Its disk is full or fails. Make room, or see to the disk: what was committed stands, and nothing is half done.",
    ),
    (
        ("readonly", "unable to open", "read-only"),
        "It cannot be written. See that the disk is not mounted read-only, and that the data folder (HUB_DATA_DIR) and all in "
        "it belong to the user who runs the hub.",
    ),
    (("is locked",), "Another program keeps it locked. See what else has it open, and try again."),
    (
        ("malformed", "not a database"),
        "The file is damaged. Stop the hub, keep the file, and put the last backup in its place.",
    ),
)
_NOT_REACHED: Final = "connection failed"
"""So PostgreSQL's driver begins, whatever the server or the network says then."""
_NO_ANSWER: Final = "See that it runs and that HUB_DATABASE_URL (database_url) names it, with a user who may sign in."


@contextmanager
def as_sentences() -> Iterator[None]:
    """End with the sentence of an expected error. Raises :class:`click.ClickException`."""
    try:
        yield
    except (SettingsError, KeyRingError, LawError) as error:
        raise click.ClickException(str(error)) from None
    except HubError as error:
        faults = "".join(f"\n  {name}: {' '.join(said)}" for name, said in error.fields.items())
        raise click.ClickException(error.sentence + faults) from None
    except DBAPIError as error:
        if (sentence := of_database(error)) is None:
            raise
        raise click.ClickException(sentence) from None
    except OSError as error:
        if not error.filename:
            raise
        raise click.ClickException(f"{error.filename} cannot be used: {error.strerror}.") from None


def of_database(fault: DBAPIError) -> str | None:
    """What is wrong with the database and what to do about it; nothing where the fault is the hub's own."""
    said, _, _ = str(fault.orig).partition("\n")
    if not said.startswith(_NOT_REACHED):
        for words, cure in _CURES:
            if any(word in said for word in words):
                return f"The database cannot be used ({said}). {cure}"
    return f"The database does not answer ({said}). {_NO_ANSWER}" if isinstance(fault, OperationalError) else None
