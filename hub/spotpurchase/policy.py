"""How does the hub ask providers, and who sees what? ``config/policy/interviews.toml``, read once for each folder of settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from hub.core.settings import REPOSITORY
from hub.duties.reading import TOP, Row, read_toml

INTERVIEWS: Final = "interviews.toml"
STAGES: Final = ("asked", "commissioned", "over", "host")
"""``over``: a provider that declined, was too late or not needed, or whose commission ended. The placing authority sees all."""
OPEN_FACTS: Final = (
    *("placing_authority", "host_authority", "area", "age_band", "languages", "gender", "modes", "times"),
    *("latest_at", "price_cap_pence", "episode_count", "purchase_order", "performer"),
)
"""Lines of a request by which no child can be known."""
CLOSED_FACTS: Final = ("name", "born_on", "address", "placement", "preferences", "risk", "contact", "episodes")
"""Lines that tell who the child is or what happened to it: for whoever was commissioned, and nobody before."""
VIEWS: Final = ("full", "summary", "intelligence")


@dataclass(frozen=True, kw_only=True)
class Asking:
    """``[asking]``: how long providers have, and how many are asked together."""

    reply_percent: int
    least: timedelta
    open_least: timedelta
    at_once: int
    respond_percent: int
    respond_least: timedelta
    respond_most: timedelta
    most_messages: int


@dataclass(frozen=True, kw_only=True)
class InterviewPolicy:
    """All of ``interviews.toml``. ``stages``: which facts each stage shows; ``views``: the tables ``[view.*]`` as they stand."""

    asking: Asking
    stages: Mapping[str, frozenset[str]]
    views: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@lru_cache(maxsize=4)
def load_interview_policy(config_dir: Path = REPOSITORY / "config") -> InterviewPolicy:
    """``policy/interviews.toml``. Raises LawError naming what is missing, unknown, out of bounds or may not be shown."""
    top = Row(read_toml(config_dir / "policy" / INTERVIEWS), file=INTERVIEWS, name=TOP)
    top.take("dated", date)
    asking, stages, views = _asking(top.below("asking")), _stages(top.below("stage")), _views(top)
    top.finish()
    return InterviewPolicy(asking=asking, stages=stages, views=views)


def _asking(row: Row) -> Asking:
    bounds = Row(row.take("respond_minutes", dict), file=INTERVIEWS, name="asking.respond_minutes")
    least, most = bounds.count("least", most=10_000), bounds.count("most", most=10_000)
    bounds.finish()
    if least > most:
        raise bounds.fault(f"least is {least} and most is {most}; the least must not be more")
    made = Asking(
        reply_percent=row.count("reply_percent", most=100),
        least=timedelta(minutes=row.count("least_minutes", most=10_000)),
        open_least=timedelta(minutes=row.count("open_minutes", most=10_000)),
        at_once=row.count("at_once", most=100),
        respond_percent=row.count("respond_percent", most=100),
        respond_least=timedelta(minutes=least),
        respond_most=timedelta(minutes=most),
        most_messages=row.count("most_messages", most=1000),
    )
    row.finish()
    return made


def _stages(row: Row) -> dict[str, frozenset[str]]:
    found = {stage: _fields(row, stage) for stage in STAGES}
    row.finish()
    return found


def _fields(stages: Row, stage: str) -> frozenset[str]:
    row = Row(stages.take(stage, dict), file=INTERVIEWS, name=f"stage.{stage}")
    fields = frozenset(row.words("fields", (*OPEN_FACTS, *CLOSED_FACTS), needed=True))
    row.finish()
    shown = sorted(fields.intersection(CLOSED_FACTS))
    if shown and stage != "commissioned":
        raise row.fault(f"fields names {', '.join(shown)}; nobody sees that before being commissioned")
    return fields


def _views(top: Row) -> dict[str, Mapping[str, Any]]:
    """The tables of ``[view]`` by name; ``reports`` reads what is in them."""
    row = Row(top.maybe("view", dict, {}), file=INTERVIEWS, name="view")
    found = {name: row.take(name, dict) for name in VIEWS if row.has(name)}
    row.finish()
    return found
