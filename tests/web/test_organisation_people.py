"""An administrator looks after people: asks somebody in, changes roles, puts somebody out, says why somebody may not."""

import pytest
from flask import Flask
from sqlalchemy import select

from hub.access.models import Invitation, Person, PersonSession
from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.notify.models import PersonalMail
from tests.access.signing_in import begun, joined, recorded
from tests.web.organisation_desk import Administrator, errors_of, long_ago, seat, standing

PEOPLE = "/organisation/people"
INVITE = "/organisation/invitations/new"
PAT = {"name": "Pat Fictitious", "email": "pat@kent.example", "roles": ["duty_desk", "register_keeper"]}


@pytest.fixture
def grace(app: Flask, database: Database, cast: Cast) -> Administrator:
    """Kent's administrator."""
    return seat(app, database, cast, "grace")


def person_of(database: Database, cast: Cast, name: str) -> Person:
    with database.read() as session:
        found = session.scalars(select(Person).where(Person.ref == cast.people[name].ref)).one()
        session.expunge_all()
        return found


def page_of(cast: Cast, name: str) -> str:
    return f"{PEOPLE}/{cast.people[name].ref}"


# --- the list -----------------------------------------------------------------------------------------------------------


def test_the_list_names_each_with_roles_second_step_and_when_they_were_last_here(
    grace: Administrator, cast: Cast
) -> None:
    grace.opens(PEOPLE)
    for said in ("Tom Adeyemi", "Duty desk, Register keeper App", "Never", "18 November 2026 at 10:00"):
        assert said in grace.reads
    assert "Priya Shah" not in grace.reads


@pytest.mark.parametrize("typed", ["adeyemi", "TOM", "tom.adeyemi@kent.example", "register keeper"])
def test_a_search_finds_by_name_address_or_role_and_stands_in_no_address(grace: Administrator, typed: str) -> None:
    grace.opens(PEOPLE)
    answer = grace.sends(f"{PEOPLE}/search", {"who": typed})
    assert (answer.status_code, answer.request.query_string) == (200, b"")
    assert ("Tom Adeyemi" in grace.reads, "Grace Lund" in grace.reads) == (True, False)
    assert standing(answer.text, "who") == typed


def test_a_search_that_finds_nobody_says_what_to_do(grace: Administrator) -> None:
    grace.opens(PEOPLE)
    grace.sends(f"{PEOPLE}/search", {"who": "Nobody At All"})
    assert "0 people found." in grace.reads
    assert "Type less of it" in grace.reads


# --- asked in -----------------------------------------------------------------------------------------------------------


def test_an_invitation_queues_its_letter_and_waits_in_the_list(grace: Administrator, database: Database) -> None:
    grace.opens(INVITE)
    grace.sends(INVITE, PAT)
    for said in ("The invitation is on its way", "Pat Fictitious", "Invitation as: Duty desk, Register keeper"):
        assert said in grace.reads
    assert "Letter on its way" in grace.reads
    with database.read() as session:
        assert [mail.kind for mail in session.scalars(select(PersonalMail))] == ["person.invited"]


def test_each_role_says_what_it_may_do(grace: Administrator) -> None:
    grace.opens(INVITE)
    assert (
        "Takes in what other councils send; answers out of hours. May: see what concerns its own organisation"
        in grace.reads
    )


def test_an_empty_invitation_is_told_what_to_enter_and_keeps_what_was_typed(grace: Administrator) -> None:
    grace.opens(INVITE)
    answer = grace.sends(INVITE, {"name": "Pat Fictitious", "email": ""})
    assert (answer.status_code, grace.title) == (422, "Error: Invite somebody")
    assert errors_of(answer) == [
        "Enter the person’s e-mail address at work, such as priya.shah@council.example.",
        "Choose at least one role. You can change the roles later.",
    ]
    assert standing(answer.text, "name") == "Pat Fictitious"


def test_an_address_that_has_an_account_here_is_told_at_its_field(grace: Administrator) -> None:
    grace.opens(INVITE)
    answer = grace.sends(INVITE, PAT | {"email": "tom.adeyemi@kent.example"})
    assert answer.status_code == 409
    assert errors_of(answer) == [
        "Somebody in your organisation has an account with this e-mail address. Change their roles instead."
    ]
    assert 'id="email-error"' in answer.text
    assert answer.text.count("checked") == 2


def test_an_invitation_that_is_sent_twice_is_one_invitation(grace: Administrator, database: Database) -> None:
    grace.opens(INVITE)
    first, second = grace.posts(INVITE, PAT), grace.posts(INVITE, PAT)
    assert (first.status_code, second.status_code) == (303, 303)
    with database.read() as session:
        assert len(session.scalars(select(Invitation)).all()) == 1


def test_an_invitation_is_sent_again_and_withdrawn(grace: Administrator, database: Database) -> None:
    grace.opens(INVITE)
    grace.sends(INVITE, PAT)
    with database.read() as session:
        ref = session.scalars(select(Invitation.ref)).one()
    again = f"/organisation/invitations/{ref}/again"
    grace.opens(again)
    grace.sends(again)
    assert "The letter goes out again" in grace.reads
    withdrawal = f"/organisation/invitations/{ref}/withdraw"
    grace.opens(withdrawal)
    grace.sends(withdrawal)
    assert "The invitation is withdrawn" in grace.reads
    assert "Pat Fictitious" not in grace.reads


# --- roles --------------------------------------------------------------------------------------------------------------


def test_roles_are_changed_and_whoever_loses_one_is_signed_out(
    grace: Administrator, database: Database, cast: Cast
) -> None:
    tom = person_of(database, cast, "tom")
    held = begun(database, tom)
    roles = f"{page_of(cast, 'tom')}/roles"
    grace.opens(roles)
    grace.sends(roles, {"roles": ["duty_desk"]})
    assert "The roles are changed" in grace.reads
    assert person_of(database, cast, "tom").roles == ["duty_desk"]
    with database.read() as session:
        ended = session.scalars(select(PersonSession.ended_because).where(PersonSession.ref == held.ref)).one()
    assert ended == "roles_changed"


def test_a_stale_change_shows_both_and_can_be_sent_again(
    app: Flask, grace: Administrator, database: Database, cast: Cast
) -> None:
    roles = f"{page_of(cast, 'tom')}/roles"
    grace.opens(roles)
    bea = seat(app, database, cast, "bea")
    bea.opens(roles)
    bea.sends(roles, {"roles": ["data_officer"]})
    answer = grace.sends(roles, {"roles": ["duty_desk", "missing_coordinator"]})
    assert answer.status_code == 412
    assert "Data officer" in grace.reads
    assert answer.text.count("checked") == 2
    grace.sends(roles, {"roles": ["duty_desk", "missing_coordinator"]})
    assert person_of(database, cast, "tom").roles == ["duty_desk", "missing_coordinator"]


def test_somebody_without_a_role_is_disabled_instead(grace: Administrator, cast: Cast) -> None:
    roles = f"{page_of(cast, 'tom')}/roles"
    grace.opens(roles)
    answer = grace.sends(roles, {})
    assert answer.status_code == 422
    assert errors_of(answer) == ["Choose at least one role. Whoever should do nothing any more is disabled instead."]


def test_nobody_changes_their_own_roles(grace: Administrator, cast: Cast) -> None:
    assert grace.opens(f"{page_of(cast, 'grace')}/roles").status_code == 403
    grace.opens(page_of(cast, "grace"))
    assert "This is you." in grace.reads
    assert "Change the roles" not in grace.reads


def test_people_of_other_organisations_are_not_there(grace: Administrator, cast: Cast) -> None:
    for below in ("", "/roles", "/disable", "/new-password", "/why"):
        assert grace.opens(f"{page_of(cast, 'priya')}{below}").status_code == 404


# --- in and out ---------------------------------------------------------------------------------------------------------


def test_a_person_is_disabled_told_and_enabled_again(grace: Administrator, database: Database, cast: Cast) -> None:
    page = page_of(cast, "tom")
    grace.opens(f"{page}/disable")
    grace.sends(f"{page}/disable")
    assert "The account is disabled" in grace.reads
    with database.read() as session:
        assert [mail.kind for mail in session.scalars(select(PersonalMail))] == ["person.disabled"]
    grace.opens(f"{page}/enable")
    grace.sends(f"{page}/enable")
    assert "The account is enabled again" in grace.reads
    assert person_of(database, cast, "tom").disabled_at is None


def test_the_last_administrator_is_kept(app: Flask, database: Database, cast: Cast) -> None:
    """Willow House has one, who may neither step down nor be put out by themselves."""
    wren = seat(app, database, cast, "wren")
    page = page_of(cast, "wren")
    wren.opens(f"{page}/disable")
    answer = wren.sends(f"{page}/disable")
    assert answer.status_code == 409
    assert errors_of(answer) == [
        "This is your organisation's last administrator. Make somebody else an administrator first."
    ]


def test_a_letter_for_a_new_password_ends_the_old_one(grace: Administrator, database: Database, cast: Cast) -> None:
    page = page_of(cast, "tom")
    grace.opens(f"{page}/new-password")
    grace.sends(f"{page}/new-password", {"forgets_factors": "yes"})
    assert "A letter with a link is on its way" in grace.reads
    assert person_of(database, cast, "tom").password_hash is None
    grace.opens(PEOPLE)
    assert "New password" in grace.reads
    assert "None yet" in grace.reads


def test_somebody_is_signed_out_everywhere(grace: Administrator, database: Database, cast: Cast) -> None:
    begun(database, person_of(database, cast, "tom"))
    page = page_of(cast, "tom")
    grace.opens(page)
    assert "Firefox on Linux" in grace.reads
    grace.sends(f"{page}/end-sessions")
    assert "The person is signed out everywhere." in grace.reads
    assert "Nowhere at present." in grace.reads


# --- why ----------------------------------------------------------------------------------------------------------------


def test_the_page_says_why_somebody_may_and_why_not(grace: Administrator, cast: Cast) -> None:
    why = f"{page_of(cast, 'tom')}/why"
    grace.opens(f"{why}?action=notice.acknowledge")
    assert "Acknowledge a notice that came in Yes" in grace.reads
    grace.opens(f"{why}?action=placement.approve")
    assert "Approve a placement No" in grace.reads
    assert "which none of their roles has. Those that have it: nominated officer, DCS." in grace.reads
    assert grace.opens(f"{why}?action=nothing.such").status_code == 200


# --- sensitive ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("below", ["/roles", "/enable", "/new-password"])
def test_a_sensitive_form_asks_who_it_is_before_anything_is_typed(
    grace: Administrator, database: Database, cast: Cast, below: str
) -> None:
    long_ago(database, grace)
    path = page_of(cast, "tom") + below
    answer = grace.opens(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/account/prove?next=")


def test_what_stops_somebody_never_waits(grace: Administrator, database: Database, cast: Cast) -> None:
    long_ago(database, grace)
    page = page_of(cast, "tom")
    assert grace.opens(f"{page}/disable").status_code == 200
    grace.sends(f"{page}/disable")
    assert len(recorded(database, "person.disabled")) == 1


def test_a_privacy_lead_sees_people_and_changes_nobody(app: Flask, database: Database, cast: Cast) -> None:
    """Who reads the audit knows who is who."""
    with database.write() as session:
        marcus = session.scalars(select(Person).where(Person.ref == cast.people["marcus"].ref)).one()
        marcus.roles = ["privacy_lead"]
    lead = seat(app, database, cast, "marcus")
    lead.opens(PEOPLE)
    assert ("Priya Shah" in lead.reads, "Invite somebody" in lead.reads) == (True, False)
    assert lead.opens(f"{page_of(cast, 'priya')}/roles").status_code == 403
    assert lead.opens("/organisation").status_code == 200
    assert "Contact points" not in lead.reads


def test_a_long_list_has_pages(grace: Administrator, database: Database, cast: Cast) -> None:
    for number in range(50):
        email = f"person{number}@kent.example"
        joined(database, cast, "kent", ("data_officer",), email=email, name=f"Person {number:02}", password=None)
    grace.opens(PEOPLE)
    assert ("Show the next ones" in grace.reads, "Tom Adeyemi" in grace.reads) == (True, False)
    grace.opens(f"{PEOPLE}?page=2")
    assert ("Show the next ones" in grace.reads, "Tom Adeyemi" in grace.reads) == (False, True)
