"""The law, the calendar it is counted on and the local policy, read together once and passed on explicitly."""

from dataclasses import dataclass
from pathlib import Path

from hub.duties.calendar import Calendar, load_calendar
from hub.duties.policy import Policy, load_policy
from hub.duties.table import Law, load_law


@dataclass(frozen=True)
class Rulebook:
    """Everything of ``config/law`` and ``config/policy``; nothing in it changes after loading."""

    law: Law
    calendar: Calendar
    policy: Policy


def load_rulebook(config_dir: Path) -> Rulebook:
    """Read and check every table. Raises LawError (a ValueError) naming the file and the row at fault."""
    law = load_law(config_dir)
    return Rulebook(law=law, calendar=load_calendar(config_dir), policy=load_policy(config_dir, law))
