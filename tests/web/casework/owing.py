"""What stands before those who answer for placements look: drafts, approvals asked for, duties that fall due."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from hub.core.db import Database
from hub.notify.models import Obligation
from tests.access.signing_in import Tab
from tests.conftest import NOW
from tests.registry.papers import start

Seat = Callable[[str], Tab]


def drafted(tab: Tab, **said: Any) -> str:
    """The placement that a draft of this person's makes known."""
    answer = tab.send("POST", "/api/v1/drafts", json=start(**said))
    assert answer.status_code == 201, answer.text
    return str(answer.json["placement"])


def asks(tab: Tab, placement: str) -> str:
    """The address of the approval that this person asks for."""
    answer = tab.send("POST", f"/placements/{placement}/approval", data={"note": "Invented: the IRO agrees."})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"].partition("?")[0])


def owed(database: Database, placement: str, code: str) -> Obligation:
    with database.read() as session:
        wanted = (Obligation.subject_ref == placement, Obligation.duty_code == code)
        found = session.scalars(select(Obligation).where(*wanted)).one()
        session.expunge_all()
        return found


def falls_due(database: Database, placement: str, code: str, **ago: float) -> str:
    with database.write() as session:
        wanted = (Obligation.subject_ref == placement, Obligation.duty_code == code)
        session.execute(update(Obligation).where(*wanted).values(due_at=NOW - timedelta(**ago), due_on=None))
    return owed(database, placement, code).ref


APPROVAL = {
    "approver_name": "Dara Quist",
    "approver_role": "Director of Children’s Services",
    "approved-day": "18",
    "approved-month": "11",
    "approved-year": "2026",
    "approved-time": "09:30",
}
