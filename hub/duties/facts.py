"""The facts of one case, as the engine takes them: no name, no birth date, no address, only what the law turns on."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Council:
    """A local authority of England or Wales. ``nation`` is ``England`` or ``Wales``."""

    gss_code: str
    name: str
    nation: str


@dataclass(frozen=True)
class ShortBreak:
    """One stay of a series: its length, and the days of the whole series in any 12 months, this stay included."""

    days: int
    days_in_12_months: int


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What happened, to whom it matters, and when. Instants are aware UTC; what is not known is ``None``.

    ``host`` is the council of the placement address; where the address is in neither England nor Wales, ``host`` is
    ``None`` and ``host_country`` names the country. ``legal_status`` ``None`` means not given: the child is then taken
    to be looked after, because not telling anyone is the worse mistake. ``date_only`` names the instants of which only
    the day is known.
    """

    event: str
    placing: Council | None = None
    host: Council | None = None
    host_country: str | None = None
    relation: str | None = None
    setting: str | None = None
    age: int | None = None
    legal_status: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    approved_at: datetime | None = None
    returned_at: datetime | None = None
    reported_at: datetime | None = None
    emergency: bool = False
    short_break: ShortBreak | None = None
    markers: frozenset[str] = frozenset()
    category: str | None = None
    date_only: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()

    @property
    def happened_at(self) -> datetime | None:
        """The instant of the event itself, from which clocks run (never the instant somebody typed it in)."""
        match self.event:
            case "placement_start" | "admission":
                return self.starts_at
            case "placement_end" | "discharge":
                return self.ends_at
            case "return":
                return self.returned_at
            case _:
                return self.reported_at or self.starts_at

    @property
    def is_out_of_area(self) -> bool:
        return self.relation is not None and self.relation != "in_area"
