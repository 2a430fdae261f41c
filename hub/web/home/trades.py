"""What each kind of provider tells of, in which words, and by which law.

A fostering agency's notice is never called a duty, nor is that of a home in Wales, where the English regulations do not run.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from flask_babel import lazy_gettext

from hub.core.actor import Actor
from hub.core.errors import NotPermitted


@dataclass(frozen=True)
class Deed:
    """One thing that a provider tells of. *path*: where it is told; *law*: what asks it (empty: nothing does), in the
    row *code* of the law table."""

    path: str
    kind: str
    title: str
    when: str
    no_when: str
    told: str
    law: str = ""
    code: str = ""


@dataclass(frozen=True)
class Trade:
    """One kind of provider. *list_title*: its children; *here*: where they are; *button*: of a child who was expected."""

    arrival: Deed
    leaving: Deed
    list_title: str
    nobody: str
    by_law: str
    button: str
    asks_law: bool = True
    """Whether what SI 2015/541 reg 41 asks is asked: order, reviewing officer, EHC plan."""
    has_address: bool = True
    """Whether it has one address, where every child of its lives."""


_HOME: Final = Trade(
    arrival=Deed(
        "/admission",
        "home_admission",
        lazy_gettext("Tell of an admission"),
        lazy_gettext("When was the child admitted?"),
        lazy_gettext("Say when the child was admitted."),
        lazy_gettext("Admission told"),
        lazy_gettext("Children’s Homes (England) Regulations 2015, regulation 41"),
        "E41A",
    ),
    leaving=Deed(
        "/discharge",
        "home_discharge",
        lazy_gettext("Tell of a discharge"),
        lazy_gettext("When did the child leave?"),
        lazy_gettext("Say when the child left."),
        lazy_gettext("Discharge told"),
        lazy_gettext("Children’s Homes (England) Regulations 2015, regulation 41"),
        "E41D",
    ),
    list_title=lazy_gettext("Residents"),
    nobody=lazy_gettext("No child is on your list"),
    by_law=lazy_gettext(
        "The law asks you to tell the council where your home is of every admission and every discharge, without delay and in "
        "writing, whether or not anybody else has told it. This does it."
    ),
    button=lazy_gettext("Has been admitted"),
)
_SUPPORTED: Final = Trade(
    arrival=Deed(
        "/admission",
        "supported_admission",
        lazy_gettext("Tell of an admission"),
        lazy_gettext("When was the young person admitted?"),
        lazy_gettext("Say when the young person was admitted."),
        lazy_gettext("Admission told"),
        lazy_gettext("Supported Accommodation (England) Regulations 2023, regulation 28"),
        "E28A",
    ),
    leaving=Deed(
        "/discharge",
        "supported_discharge",
        lazy_gettext("Tell of a discharge"),
        lazy_gettext("When did the young person leave?"),
        lazy_gettext("Say when the young person left."),
        lazy_gettext("Discharge told"),
        lazy_gettext("Supported Accommodation (England) Regulations 2023, regulation 28"),
        "E28D",
    ),
    list_title=lazy_gettext("Residents"),
    nobody=lazy_gettext("Nobody is on your list"),
    by_law=lazy_gettext(
        "The law asks you to tell the council where the accommodation is of every young person of 16 or 17 who is admitted or "
        "discharged. This does it."
    ),
    button=lazy_gettext("Has been admitted"),
)
_AGENCY: Final = Trade(
    arrival=Deed(
        "/arrival",
        "fostering_arrival",
        lazy_gettext("Tell of an arrival"),
        lazy_gettext("When did the child arrive?"),
        lazy_gettext("Say when the child arrived."),
        lazy_gettext("Arrival told"),
    ),
    leaving=Deed(
        "/leaving",
        "fostering_leaving",
        lazy_gettext("Tell that a child left"),
        lazy_gettext("When did the child leave?"),
        lazy_gettext("Say when the child left."),
        lazy_gettext("Leaving told"),
    ),
    list_title=lazy_gettext("Children with our carers"),
    nobody=lazy_gettext("No child is on your list"),
    by_law=lazy_gettext(
        "This notice is voluntary: no law asks it of a fostering agency. It lets the council where the carer lives know of the "
        "child from the first day, so that it can help to keep the child safe."
    ),
    button=lazy_gettext("Has arrived"),
    asks_law=False,
    has_address=False,
)


def _voluntary(trade: Trade, by_law: str) -> Trade:
    return replace(
        trade,
        arrival=replace(trade.arrival, law="", code=""),
        leaving=replace(trade.leaving, law="", code=""),
        by_law=by_law,
    )


_TRADES: Final[Mapping[str, Trade]] = {
    "childrens_home": _HOME,
    "supported_accommodation": _SUPPORTED,
    "fostering_agency": _AGENCY,
}
_IN_WALES: Final[Mapping[str, Trade]] = {
    "childrens_home": _voluntary(
        _HOME,
        lazy_gettext(
            "In Wales this notice is voluntary: the law that the hub knows asks a home to tell the council where it is when a "
            "child goes missing, and not of admissions and discharges. It lets that council know of the child from the first day."
        ),
    ),
    "supported_accommodation": _voluntary(
        _SUPPORTED,
        lazy_gettext(
            "In Wales this notice is voluntary: the hub knows of no law that asks it. It lets the council where the "
            "accommodation is know of the young person from the first day."
        ),
    ),
}


def trade_of(actor: Actor) -> Trade:
    """The trade of whoever acts. Raises ``NotPermitted`` where the organisation looks after no child."""
    kind = actor.organisation_kind or ""
    found = (_IN_WALES if actor.nation == "Wales" else _TRADES).get(kind) or _TRADES.get(kind)
    if found is None:
        raise NotPermitted("This page is for children's homes, supported accommodation and fostering agencies.")
    return found
