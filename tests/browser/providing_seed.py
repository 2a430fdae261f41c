"""What whoever holds an interview needs in a browser test: time passed since its commission, and a report to fill in."""

from datetime import timedelta

from sqlalchemy import select, update

from hub.core.clock import LONDON, utc_now
from hub.spotpurchase.models import Commission, InterviewRequest
from tests.browser.conftest import RunningHub
from tests.browser.people import Somebody


def commissioned_before(hub: RunningHub, request: str, *, hours: float = 2) -> None:
    """As if it had been commissioned so many hours earlier: an interview is not held in the minute of its commission."""
    with hub.database.write() as session:
        ours = select(InterviewRequest.id).where(InterviewRequest.ref == request).scalar_subquery()
        earlier = {"commissioned_at": utc_now() - timedelta(hours=hours)}
        session.execute(update(Commission).where(Commission.request_id == ours).values(**earlier))


def says_when(somebody: Somebody, label: str, *, minutes: int) -> None:
    """So many minutes ago, as a day of the list and a time."""
    local = (utc_now() - timedelta(minutes=minutes)).astimezone(LONDON)
    somebody.page.get_by_label("Day", exact=True).select_option(f"{local:%Y-%m-%d}")
    somebody.types(label, f"{local:%H:%M}")


def fills_in(somebody: Somebody) -> None:
    """Everything that a report must have; the parts that are not right yet stand open."""
    page = somebody.page
    for name, text in {
        "interview.role_of_interviewer": "Interviewer",
        "child.words": "Invented: let me see my friends.",
        "recommendations.0.text": "Invented: talk with the school.",
    }.items():
        opened(somebody, name)
        page.locator(f'[name="record.{name}"]').fill(text)
    for name, value in {
        "interview.independence": "other_organisation",
        "interview.place": "public_place",
        "after.returned": "police",
        "wishes.host_authority": "agrees",
        "wishes.police_force": "objects",
        "risks.0.kind": "gangs",
        "recommendations.0.to": "placing_authority",
    }.items():
        opened(somebody, name)
        page.locator(f'[name="record.{name}"]').select_option(value)
    for name, value in {
        "interview.present": "nobody",
        "reasons.push": "bullying",
        "no_harm": "yes",
        "child.told_who_sees_it": "yes",
        "intelligence.for_police": "no",
    }.items():
        opened(somebody, "harms." if name == "no_harm" else name)
        page.locator(f'[name="record.{name}"][value="{value}"]').check()
    somebody.types("What was said, in the order in which it was said", "Invented: what was said.")


def opened(somebody: Somebody, name: str) -> None:
    """The part in which a control stands is open."""
    part = somebody.page.locator(f"#part-{name.split('.')[0]}")
    if part.get_attribute("open") is None:
        part.locator("summary").click()
