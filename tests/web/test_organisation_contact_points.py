"""An administrator says where desks are reached; of a council or a force it takes a second person."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.directory.models import ContactPoint, Proposal
from tests.access.signing_in import recorded
from tests.conftest import NOW
from tests.web.organisation_desk import Administrator, errors_of, long_ago, seat, standing

POINTS = "/organisation/contact-points"
DETAILS = f"{POINTS}/new/details"
MAILBOX = {
    "address": "night.desk@kent.example",
    "purpose": "The night team",
    "schedule": "always",
    "takes_digest": "no",
}


@pytest.fixture
def grace(app: Flask, database: Database, cast: Cast) -> Administrator:
    """Kent's administrator: of a council, where changes take two."""
    return seat(app, database, cast, "grace")


@pytest.fixture
def bea(app: Flask, database: Database, cast: Cast) -> Administrator:
    """Kent's other administrator."""
    return seat(app, database, cast, "bea")


@pytest.fixture
def wren(app: Flask, database: Database, cast: Cast) -> Administrator:
    """Of a home, where one person decides."""
    return seat(app, database, cast, "wren")


def points(database: Database, cast: Cast, member: str, role: str) -> list[ContactPoint]:
    wanted = select(ContactPoint).where(ContactPoint.organisation_id == cast.ids[member], ContactPoint.role == role)
    with database.read() as session:
        found = list(session.scalars(wanted.order_by(ContactPoint.id)))
        session.expunge_all()
        return found


def added(administrator: Administrator, role: str = "out_of_hours", channel: str = "email", **typed: Any) -> Any:
    administrator.opens(f"{DETAILS}?role={role}&channel={channel}")
    return administrator.sends(DETAILS, MAILBOX | typed)


def mailbox(database: Database, cast: Cast, member: str = "kent", role: str = "duty_desk") -> ContactPoint:
    return next(point for point in points(database, cast, member, role) if point.channel == "email")


# --- the list -----------------------------------------------------------------------------------------------------------


def test_the_list_says_where_each_desk_is_reached_and_what_is_wrong(
    grace: Administrator, database: Database, cast: Cast
) -> None:
    with database.write() as session:
        broken = session.scalars(select(ContactPoint).where(ContactPoint.ref == mailbox(database, cast).ref)).one()
        broken.flagged_at, broken.hard_failures = NOW - timedelta(days=1), 3
    grace.opens(POINTS)
    assert "Duty desk (E-mail) E-mail duty-desk@kent.example Messages fail Nothing yet" in grace.reads
    grace.opens("/organisation")
    assert ("Needs you" in grace.reads, "1 failing" in grace.reads) == (True, True)
    grace.opens(f"{POINTS}/{mailbox(database, cast).ref}")
    assert "Nothing has been sent there since 17 November 2026 at 10:00" in grace.reads
    assert "3 in a row" in grace.reads


def test_a_desk_that_nobody_is_reached_at_is_named_and_leads_to_the_form(
    grace: Administrator, database: Database, cast: Cast
) -> None:
    for point in points(database, cast, "kent", "head_of_service"):
        with database.write() as session:
            session.scalars(select(ContactPoint).where(ContactPoint.ref == point.ref)).one().verified_at = None
    grace.opens(POINTS)
    assert "Head of service: Add a contact point" in grace.reads
    assert f'href="{POINTS}/new?role=head_of_service"' in (grace.shown.text if grace.shown else "")


def test_what_went_there_lately_is_shown_without_what_it_was_about(
    grace: Administrator, database: Database, cast: Cast, client_for: Callable[[str], FlaskClient]
) -> None:
    from tests.registry.papers import MAIDSTONE, start

    assert client_for("leeds").post("/api/v1/notices", json=start(address=MAIDSTONE)).status_code == 201
    grace.opens(f"{POINTS}/{mailbox(database, cast).ref}")
    assert "Waiting" in grace.reads
    assert not re.search(r"(ntc|pla|alt|dlv)_", grace.shown.text if grace.shown else "")


# --- a new one ----------------------------------------------------------------------------------------------------------


def test_a_mailbox_is_added_and_waits_to_be_verified_by_somebody_else(
    grace: Administrator, bea: Administrator, database: Database, cast: Cast
) -> None:
    added(grace)
    assert "It is used once somebody has verified it." in grace.reads
    ref = points(database, cast, "kent", "out_of_hours")[-1].ref
    verify = f"{POINTS}/{ref}/verify"
    grace.opens(verify)
    assert "You entered it." in grace.reads
    assert "It reaches the desk" not in grace.reads
    bea.opens(verify)
    bea.sends(verify, {"verified_by": "B. Ostrom, team manager"})
    assert "The contact point is verified" in bea.reads
    assert "By B. Ostrom, team manager" in bea.reads


def test_opening_hours_are_typed_as_people_say_them(wren: Administrator, database: Database, cast: Cast) -> None:
    hours = {"schedule": "hours", "opening_hours.bank_holidays": "no"}
    for day in ("mon", "tue", "wed"):
        hours |= {f"opening_hours.{day}-opens": "9am", f"opening_hours.{day}-closes": "17:30"}
    added(wren, **hours)
    assert "Monday to Wednesday 09:00 to 17:30 Closed on bank holidays" in wren.reads
    [*_, made] = points(database, cast, "willow_house", "out_of_hours")
    assert made.opening_hours == {
        "mon": ["09:00", "17:30"],
        "tue": ["09:00", "17:30"],
        "wed": ["09:00", "17:30"],
        "bank_holidays": False,
    }


def test_hours_that_cannot_be_read_are_told_day_by_day_and_kept(wren: Administrator) -> None:
    typed = {"opening_hours.mon-opens": "early", "opening_hours.mon-closes": "17:00", "opening_hours.tue-opens": "9"}
    answer = added(wren, schedule="hours", **typed)
    assert answer.status_code == 422
    assert errors_of(answer) == [
        "Enter both times, such as 9am and 17:30.",
        "Enter when it opens and when it closes on that day, or leave both empty: closed.",
    ]
    assert standing(answer.text, "opening_hours.mon-opens") == "early"
    assert standing(answer.text, "address") == MAILBOX["address"]


def test_hours_without_a_day_are_not_taken_for_always(wren: Administrator) -> None:
    answer = added(wren, schedule="hours")
    assert errors_of(answer) == ["Enter the hours of at least one day, or choose “Always open”."]


def test_an_address_that_cannot_be_written_to_is_told_at_its_field(wren: Administrator) -> None:
    answer = added(wren, address="the night desk")
    assert errors_of(answer) == ["Enter one e-mail address, such as duty.desk@council.example, and nothing else."]
    assert errors_of(added(wren, address="", purpose="")) == [
        "Enter the address.",
        "Enter what it is for, such as “Duty team, weekdays”.",
    ]


def test_desk_and_channel_are_chosen_first(wren: Administrator) -> None:
    answer = wren.opens(f"{DETAILS}?go_on=1&role=&channel=")
    assert answer.status_code == 422
    assert errors_of(answer) == ["Choose whose desk is reached there.", "Choose how it is reached."]


def test_a_webhooks_secret_is_shown_once(wren: Administrator, database: Database, cast: Cast) -> None:
    typed = {"address": "https://hooks.willow.example/hub", "signing": "hmac"}
    answer = added(wren, channel="webhook", **typed)
    [secret] = re.findall(r"whsec_[A-Za-z0-9+/=]+", answer.text)
    assert "shown only now" in wren.reads
    [*_, made] = points(database, cast, "willow_house", "out_of_hours")
    wren.opens(f"{POINTS}/{made.ref}")
    assert secret not in (wren.shown.text if wren.shown else "")


def test_the_same_form_sent_again_makes_no_second_webhook(wren: Administrator, database: Database, cast: Cast) -> None:
    typed = MAILBOX | {"address": "https://hooks.willow.example/hub", "signing": "hmac"}
    wren.opens(f"{DETAILS}?role=out_of_hours&channel=webhook")
    form = wren.shown
    wren.posts(DETAILS, typed)
    wren.shown = form
    wren.sends(DETAILS, typed)
    assert "its secret was shown then" in wren.reads
    assert len([p for p in points(database, cast, "willow_house", "out_of_hours") if p.channel == "webhook"]) == 1


# --- changed ------------------------------------------------------------------------------------------------------------


def change_of(administrator: Administrator, ref: str, **typed: Any) -> Any:
    path = f"{POINTS}/{ref}/change"
    page = administrator.opens(path)
    kept = {name: standing(page.text, name) for name in ("address", "purpose")}
    return administrator.sends(path, {"role": "duty_desk", "schedule": "always", "takes_digest": "no"} | kept | typed)


def test_a_home_changes_its_mailbox_and_verifies_it_anew(wren: Administrator, database: Database, cast: Cast) -> None:
    ref = mailbox(database, cast, "willow_house").ref
    change_of(wren, ref, address="front.door@willow-house.example")
    assert "The contact point is changed." in wren.reads
    assert "Not verified" in wren.reads
    verify = f"{POINTS}/{ref}/verify"
    wren.opens(verify)
    wren.sends(
        verify,
        {
            "verified_by": "W. Castle, manager",
            "expires_on-day": "1",
            "expires_on-month": "mar",
            "expires_on-year": "2027",
        },
    )
    assert mailbox(database, cast, "willow_house").expires_on == date(2027, 3, 1)


def test_a_councils_change_waits_and_is_confirmed_by_another(
    grace: Administrator, bea: Administrator, database: Database, cast: Cast
) -> None:
    before = mailbox(database, cast)
    change_of(grace, before.ref, address="new.desk@kent.example")
    assert "Nothing is changed yet" in grace.reads
    assert "Address duty-desk@kent.example new.desk@kent.example" in grace.reads
    assert mailbox(database, cast).address == before.address
    with database.read() as session:
        ref = session.scalars(select(Proposal.ref)).one()
    assert "Decide" not in grace.reads
    bea.opens("/organisation")
    assert "1 of them for you" in bea.reads
    bea.opens(f"/organisation/proposals/{ref}/decide")
    bea.sends(f"/organisation/proposals/{ref}/confirm")
    assert "It is confirmed, and counts from now on." in bea.reads
    assert mailbox(database, cast).address == "new.desk@kent.example"


def test_only_what_differs_is_proposed(grace: Administrator, database: Database, cast: Cast) -> None:
    change_of(grace, mailbox(database, cast).ref, purpose="Weekdays")
    with database.read() as session:
        assert session.scalars(select(Proposal)).one().content["body"] == {"purpose": "Weekdays"}


def test_nothing_to_change_is_said(wren: Administrator, database: Database, cast: Cast) -> None:
    answer = change_of(wren, mailbox(database, cast, "willow_house").ref)
    assert errors_of(answer) == ["Nothing differs from what stands now. Change something, or go back."]


def test_a_stale_change_keeps_what_was_typed_and_shows_what_stands(
    wren: Administrator, app: Flask, database: Database, cast: Cast
) -> None:
    ref = mailbox(database, cast, "willow_house").ref
    path = f"{POINTS}/{ref}/change"
    wren.opens(path)
    form = wren.shown
    change_of(wren, ref, purpose="The other’s words")
    wren.shown = form
    typed = {
        "role": "duty_desk",
        "schedule": "always",
        "address": "duty-desk@willow-house.example",
        "purpose": "Mine",
        "takes_digest": "no",
    }
    answer = wren.sends(path, typed)
    assert answer.status_code == 412
    assert "The other’s words" in wren.reads
    assert standing(answer.text, "purpose") == "Mine"
    wren.sends(path, typed)
    assert mailbox(database, cast, "willow_house").purpose == "Mine"


def test_a_webhooks_new_secret_is_made_when_the_second_confirms_and_shown_to_them(
    grace: Administrator, bea: Administrator, database: Database, cast: Cast
) -> None:
    added(grace, channel="webhook", address="https://hooks.kent.example/hub", signing="hmac")
    [*_, made] = points(database, cast, "kent", "out_of_hours")
    secret = f"{POINTS}/{made.ref}/secret"
    grace.opens(secret)
    grace.sends(secret, {"signing": "hmac", "keep_previous": "yes"})
    with database.read() as session:
        ref = session.scalars(select(Proposal.ref)).one()
    bea.opens(f"/organisation/proposals/{ref}/decide")
    answer = bea.sends(f"/organisation/proposals/{ref}/confirm")
    assert re.search(r"whsec_[A-Za-z0-9+/=]+", answer.text)


def test_a_contact_point_is_retired(wren: Administrator, database: Database, cast: Cast) -> None:
    ref = mailbox(database, cast, "willow_house").ref
    wren.opens(f"{POINTS}/{ref}/retire")
    wren.sends(f"{POINTS}/{ref}/retire")
    assert "The contact point is retired." in wren.reads
    assert len(recorded(database, "contact_point.retired")) == 1


def test_the_inbox_of_one_that_has_joined_stays(wren: Administrator, database: Database, cast: Cast) -> None:
    inbox = next(point for point in points(database, cast, "willow_house", "duty_desk") if point.channel == "inbox")
    path = f"{POINTS}/{inbox.ref}/retire"
    wren.opens(path)
    answer = wren.sends(path)
    assert answer.status_code == 409
    assert errors_of(answer) == ["The duty desk's inbox stays for as long as its organisation uses the hub."]


@pytest.mark.parametrize("below", ["verify", "change", "retire", "secret"])
def test_each_form_asks_who_it_is_before_anything_is_typed(
    wren: Administrator, database: Database, cast: Cast, below: str
) -> None:
    long_ago(database, wren)
    answer = wren.opens(f"{POINTS}/{mailbox(database, cast, 'willow_house').ref}/{below}")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/account/prove")


# --- a second person ----------------------------------------------------------------------------------------------------


def test_the_second_person_refuses_with_a_reason_that_the_first_reads(
    grace: Administrator, bea: Administrator, database: Database, cast: Cast
) -> None:
    change_of(grace, mailbox(database, cast).ref, purpose="Weekdays")
    with database.read() as session:
        ref = session.scalars(select(Proposal.ref)).one()
    path = f"/organisation/proposals/{ref}"
    bea.opens(f"{path}/decide")
    answer = bea.sends(f"{path}/refuse", {"reason": " "})
    assert errors_of(answer) == ["Say why, so that whoever proposed it knows what to do next."]
    bea.sends(f"{path}/refuse", {"reason": "We also sit on Saturdays."})
    assert "It is refused." in bea.reads
    grace.opens(path)
    for said in ("Refused", "Bea Ostrom", "We also sit on Saturdays."):
        assert said in grace.reads


def test_why_something_was_refused_is_sealed(
    grace: Administrator, bea: Administrator, database: Database, cast: Cast
) -> None:
    change_of(grace, mailbox(database, cast).ref, purpose="Weekdays")
    with database.read() as session:
        ref = session.scalars(select(Proposal.ref)).one()
    bea.opens(f"/organisation/proposals/{ref}/decide")
    bea.sends(f"/organisation/proposals/{ref}/refuse", {"reason": "We also sit on Saturdays."})
    with database.read() as session:
        sealed = session.scalars(select(Proposal.sealed)).one()
    assert sealed is not None
    assert b"Saturdays" not in sealed


def test_whoever_proposed_it_takes_it_back_and_cannot_confirm_it(
    grace: Administrator, database: Database, cast: Cast
) -> None:
    change_of(grace, mailbox(database, cast).ref, purpose="Weekdays")
    with database.read() as session:
        ref = session.scalars(select(Proposal.ref)).one()
    path = f"/organisation/proposals/{ref}"
    grace.opens(f"{path}/decide")
    assert "You proposed this" in grace.reads
    grace.opens(path)
    grace.sends(f"{path}/withdraw")
    assert "It is withdrawn. Nothing is changed." in grace.reads


def test_a_proposal_whose_subject_changed_meanwhile_says_so(
    grace: Administrator, bea: Administrator, database: Database, cast: Cast
) -> None:
    point = mailbox(database, cast)
    change_of(grace, point.ref, purpose="Weekdays")
    with database.write() as session:
        ref = session.scalars(select(Proposal.ref)).one()
        session.scalars(select(ContactPoint).where(ContactPoint.ref == point.ref)).one().version += 1
    bea.opens(f"/organisation/proposals/{ref}/decide")
    answer = bea.sends(f"/organisation/proposals/{ref}/confirm")
    assert answer.status_code == 412
    assert "This contact point was changed since it was read." in bea.reads


def test_proposals_of_others_are_not_there(grace: Administrator, app: Flask, database: Database, cast: Cast) -> None:
    change_of(grace, mailbox(database, cast).ref, purpose="Weekdays")
    with database.read() as session:
        ref = session.scalars(select(Proposal.ref)).one()
    helen = seat(app, database, cast, "helen")
    for below in ("", "/decide"):
        assert helen.opens(f"/organisation/proposals/{ref}{below}").status_code == 404
