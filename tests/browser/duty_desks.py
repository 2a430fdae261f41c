"""Telephones that stand before somebody sits down: verified, with opening hours."""

from typing import Any, Final

from hub.core.actor import SYSTEM
from hub.core.clock import utc_now
from hub.directory import contact_points, queries
from tests.browser.conftest import RunningHub

OFFICE: Final[dict[str, Any]] = {
    **{day: ["09:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
    "bank_holidays": False,
}


def telephone(hub: RunningHub, member: str, role: str, number: str, hours: dict[str, Any] | None = None) -> None:
    """A telephone of that member's desk *role*, unless it is there."""
    purpose = {"duty_desk": "Duty team", "out_of_hours": "Emergency duty team"}[role]
    wanted = {"role": role, "channel": "phone", "address": number, "purpose": purpose, "opening_hours": hours}
    with hub.database.write() as session:
        if queries.same_contact_point(session, hub.cast.ids[member], role, "phone", number.replace(" ", "")):
            return
        made = contact_points.add(session, SYSTEM, hub.cast.refs[member], wanted, private_webhooks=False, now=utc_now())
        contact_points.verify(session, SYSTEM, made.point.ref, verified_by="Sam Fictitious", now=utc_now())
