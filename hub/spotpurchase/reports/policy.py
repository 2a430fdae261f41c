"""Which lines of a report does which view show, and to whom may it be given? ``[view.*]`` of ``interviews.toml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from hub.core.settings import REPOSITORY
from hub.duties.reading import LawError, Row
from hub.spotpurchase.policy import INTERVIEWS, load_interview_policy
from hub.spotpurchase.reports.models import VIEWS
from hub.spotpurchase.reports.record import FIELDS

PARTS: Final = ("placing_authority", "performer", "host_authority", "police_force")
"""What an organisation is to a report."""
OWN: Final = ("placing_authority", "performer")
"""Who reads the whole: who answers for the child, and who wrote it."""
NAMES: Final = ("shown", "where_needed", "role_words")
"""How third parties stand in a view: by name; by name only where the writer said that the police need it; by their role."""


@dataclass(frozen=True)
class View:
    """One view: to whom it may be given, which lines it shows, and how third parties stand in it."""

    name: str
    to: frozenset[str]
    fields: frozenset[str]
    names: str


@lru_cache(maxsize=4)
def load_views(config_dir: Path = REPOSITORY / "config") -> Mapping[str, View]:
    """Every view by its name. Raises LawError for what is missing or unknown, and where a view would give somebody everything."""
    tables = load_interview_policy(config_dir).views
    return {name: _view(name, tables) for name in VIEWS}


def _view(name: str, tables: Mapping[str, Mapping[str, Any]]) -> View:
    if name not in tables:
        raise LawError(f"{INTERVIEWS}, row view: there is no [view.{name}].")
    row = Row(tables[name], file=INTERVIEWS, name=f"view.{name}")
    view = View(
        name=name,
        to=frozenset(row.words("to", PARTS, needed=True)),
        fields=frozenset(row.words("fields", FIELDS, needed=True)),
        names=row.word("names", NAMES),
    )
    row.finish()
    _refuse_everything(row, view)
    return view


def _refuse_everything(row: Row, view: View) -> None:
    """Nobody but who answers for the child and who wrote the report gets everything: a file that says otherwise is refused."""
    is_own = view.to <= frozenset(OWN)
    if is_own:
        return
    if view.name == "full":
        raise row.fault(
            "to names others than the placing authority and the performer; nobody else reads the whole report"
        )
    if "narrative" in view.fields:
        raise row.fault("fields names narrative, which goes to the placing authority and the performer alone")
    if view.names == "shown":
        raise row.fault("names is 'shown'; third parties' names are for the placing authority and the performer alone")
    if view.names == "where_needed" and view.to != {"police_force"}:
        raise row.fault("names is 'where_needed', which is for the police alone")
