"""A child to look up, for the browser tests: Leeds has placed her in Willow House, and answers the telephone at night."""

from datetime import UTC, datetime
from typing import Any, Final

from hub.core.clock import utc_now
from hub.core.ids import new_ref
from hub.directory.models import ContactPoint
from hub.registry.names.spreading import spread_names_once, spread_places_once
from tests.browser.conftest import RunningHub
from tests.browser.people import Somebody
from tests.browser.sending import asked
from tests.lookup.conftest import PAPER
from tests.registry.papers import child, emergency_start

AT_NIGHT: Final = "+44 113 496 0100"
INCIDENT: Final = "18-1234-26"
BORN: Final = ("14", "3", "2012")


def placed(hub: RunningHub, **said: Any) -> str:
    """Leeds has placed a child in Willow House since this morning; the reference of the placement."""
    _answers_at_night(hub)
    paper = emergency_start(**{**PAPER, "starts_at": utc_now().isoformat(), "child": child(**said)})
    ref = str(asked(hub, "leeds", "/notices", paper)["placement"])
    spread_names_once(hub.database)
    spread_places_once(hub.database)
    return ref


def _answers_at_night(hub: RunningHub) -> None:
    with hub.database.write() as session:
        row = {"role": "out_of_hours", "channel": "phone", "address": AT_NIGHT, "purpose": "Emergency duty team"}
        if session.query(ContactPoint).filter_by(address=AT_NIGHT).count():
            return
        since = datetime(2026, 1, 1, tzinfo=UTC)
        session.add(
            ContactPoint(
                **row,
                ref=new_ref("con"),
                organisation_id=hub.cast.ids["leeds"],
                verified_by="A test",
                verified_at=since,
                entered_by="system",
                valid_from=since.date(),
            )
        )


def looks_up(somebody: Somebody, family: str, given: str, born: tuple[str, ...] = ()) -> None:
    """Fill in the screen and press the button; *born*: day, month and year."""
    somebody.page.get_by_label("What for").select_option(label="A child has been reported missing")
    somebody.types("Incident reference", INCIDENT)
    somebody.types("Family name", family)
    somebody.types("Given names", given)
    for part, number in zip(("Day", "Month", "Year"), born, strict=False):
        somebody.types(part, number)
    somebody.presses("Look up")
