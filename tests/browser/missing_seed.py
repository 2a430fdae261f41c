"""Children who do not exist, placed in Willow House, and telephones that answer, for the browser tests of the missing."""

from datetime import timedelta
from typing import Any

from hub.core.actor import SYSTEM
from hub.core.clock import london_date, utc_now
from hub.core.ids import new_ref
from hub.directory import queries as directory
from tests.browser.conftest import RunningHub
from tests.browser.desk_papers import another_child, asked
from tests.registry.papers import HOME, admission, start

NUMBERS = {"leeds": "01632 960201", "kent": "01632 960202", "kent_police": "01632 960203"}
_HELD = {"held": True, "by": "Leeds emergency duty team", "updated_on": "2026-10-01"}


def placed(hub: RunningHub, given: str, family: str, **said: Any) -> str:
    """A child of Leeds who lives in Willow House, and of whose coming the home has told; the placement."""
    now = utc_now()
    child = another_child(given_names=given, family_name=family, identifiers={})
    starts = (now - timedelta(days=20)).isoformat()
    paper = start(**{**HOME, "starts_at": starts, "child": child, "philomena": _HELD, **said})
    ref = str(asked(hub, "leeds", "/notices", paper)["placement"])
    asked(hub, "willow_house", "/notices", admission(child=child, starts_at=starts))
    return ref


def reported(hub: RunningHub, member: str, placement: str, *, hours: float = 2, **said: Any) -> str:
    """That member's system reports the child missing; the episode."""
    since = utc_now() - timedelta(hours=hours)
    told = {"placement": placement, "missing_from_at": since.isoformat(), "by": "P. Fictitious, night staff", **said}
    return str(asked(hub, member, "/missing-episodes", told)["episode"])


def does(hub: RunningHub, member: str, ref: str, what: str, **said: Any) -> Any:
    """What the API answers that member's system."""
    return asked(hub, member, f"/missing-episodes/{ref}/{what}", {"by": "P. Fictitious", **said})


def telephones(hub: RunningHub) -> None:
    """The councils and the force have a desk that answers at every hour."""
    now = utc_now()
    with hub.database.write() as session:
        for member, number in NUMBERS.items():
            row = {
                "ref": new_ref("con"),
                "organisation_id": hub.cast.ids[member],
                "role": "out_of_hours",
                "channel": "phone",
                "address": number,
                "purpose": "Emergency duty team",
                "verified_by": "The demonstration",
                "verified_at": now,
                "entered_by": SYSTEM.ref,
                "valid_from": london_date(now),
            }
            if not directory.same_contact_point(session, row["organisation_id"], "out_of_hours", "phone", number):
                directory.add_contact_point(session, row)
