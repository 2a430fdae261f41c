"""The ways of doing it that are compared, each from the seed alone: with the hub, without it, and with fewer to ask."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bench.engines import FOLDER, postcodes
from bench.simulation.by_email import ByEmail
from bench.simulation.by_rules import ByRules
from bench.simulation.by_services import ByServices
from bench.simulation.conduct import Conduct
from bench.simulation.counting import Year, counted
from bench.simulation.country import Country, country
from bench.simulation.stated import Stated
from bench.simulation.story import Fate, Story
from hub import migrations
from hub.core.db import Database
from hub.core.secrets import KeyRing, new_key
from hub.core.settings import REPOSITORY
from hub.directory.areas import Areas, load_areas
from hub.directory.postcodes import PostcodeIndex
from hub.duties.rulebook import Rulebook, load_rulebook

_CONFIG: Final = REPOSITORY / "config"
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder in it that nobody else may enter


@dataclass(frozen=True)
class Came:
    """What one arm came to. ``faults``: what must not be found; none, if all is well."""

    year: Year
    seconds: float
    fates: tuple[Fate, ...] = ()
    spent: tuple[tuple[int, int], ...] = ()
    faults: tuple[str, ...] = ()


def with_cascade(stated: Stated, number: int) -> Came:
    """The hub's rules, for the first *number* episodes of the year."""
    return _by_rules(country(stated), number)


def with_cascade_but_no_national(stated: Stated, number: int) -> Came:
    """The same, where nobody works everywhere: only hosts and the charities of their region can be asked."""
    there = country(stated)
    fewer = [seller for seller in there.sellers if seller.says != "national"]
    return _by_rules(replace(there, sellers=fewer), number)


def by_email(stated: Stated, number: int) -> Came:
    """Without the hub."""
    there, rules = country(stated), load_rulebook(_CONFIG)
    conduct = Conduct(there, rules.calendar)
    course = ByEmail(there, rules, conduct)
    began = time.perf_counter()
    story = Story(course, conduct, lambda episode, since, _times: conduct.helps_itself(episode, since))
    fates = story.run(there.episodes(number))
    return _came(fates, course.spent(), began)


def by_services(stated: Stated, number: int) -> Came:
    """The hub's services over a SQLite file, which is gone afterwards."""
    there, rules = country(stated), load_rulebook(_CONFIG)
    conduct, episodes = Conduct(there, rules.calendar), there.episodes(number)
    opens_at = min(episode.returned_at for episode in episodes) - timedelta(days=1)
    with _fresh_database() as (database, areas):
        course = ByServices(database, there, rules, areas, opens_at=opens_at)
        began = time.perf_counter()
        fates = Story(course, conduct, conduct.decides).run(episodes)
        came = _came(fates, course.spent(), began)
        ends_at = max(episode.latest_at for episode in episodes) + timedelta(days=30)
        return replace(came, faults=tuple(_faults(course, fates, ends_at)))


def _by_rules(there: Country, number: int) -> Came:
    rules: Rulebook = load_rulebook(_CONFIG)
    conduct, course = Conduct(there, rules.calendar), ByRules(there, rules)
    began = time.perf_counter()
    fates = Story(course, conduct, conduct.decides).run(there.episodes(number))
    return _came(fates, course.spent(), began)


def _came(fates: list[Fate], spent: Mapping[int, int], began: float) -> Came:
    charged = {number: pence for number, pence in spent.items() if pence}
    took = time.perf_counter() - began
    return Came(counted(fates, charged), took, tuple(fates), tuple(sorted(charged.items())))


def _faults(course: ByServices, fates: list[Fate], ends_at: datetime) -> Iterator[str]:
    """What the hub must never be found to have done."""
    if moved := course.moved_clocks([fate.episode for fate in fates]):
        yield f"{moved} clocks of 72 hours were moved"
    if lost := course.unattended(ends_at):
        yield f"requests in nobody's hands: {lost}"
    met = course.met().get(("ERHI", "met"), 0)
    if met != (in_time := sum(fate.is_in_time for fate in fates)):
        yield f"{met} interviews were owed and held in time by the obligations, {in_time} by the story"


@contextmanager
def _fresh_database() -> Iterator[tuple[Database, Areas]]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="rhi-", dir=_MEMORY if _MEMORY.is_dir() else FOLDER))
    database = Database(f"sqlite:///{folder / 'hub.sqlite3'}", KeyRing([new_key()]))
    try:
        migrations.upgrade(database)
        yield database, load_areas(_CONFIG / "reference", PostcodeIndex(postcodes()))
    finally:
        database.close()
        shutil.rmtree(folder, ignore_errors=True)


ARMS: Final[dict[str, Callable[[Stated, int], Came]]] = {
    "with the cascade": with_cascade,
    "by e-mail": by_email,
    "with the cascade, no national provider": with_cascade_but_no_national,
}
