"""An administrator asks a colleague in, gives them another role, and puts them out again; the colleague sees each of it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from hub.notify.models import PersonalMail
from tests.browser.conftest import RunningHub
from tests.browser.people import Somebody

Seat = Callable[..., Somebody]
BROWSERS = [
    {"viewport": {"width": 1280, "height": 900}},
    {"viewport": {"width": 360, "height": 740}},
    {"viewport": {"width": 1280, "height": 900}, "java_script_enabled": False},
    {"viewport": {"width": 360, "height": 740}, "java_script_enabled": False},
]


def newest_link(hub: RunningHub) -> str:
    """The link in the newest letter, which only its reader sees."""
    with hub.database.read() as session:
        letters = select(PersonalMail).where(PersonalMail.kind == "person.invited")
        mail = session.scalars(letters.order_by(PersonalMail.id.desc())).first()
        assert mail is not None
        content: dict[str, Any] = hub.database.keys.open(mail.ref, mail.sealed or b"")
    return hub.address + str(content["details"]["path"])


def invites(grace: Somebody, email: str) -> None:
    grace.opens("/organisation")
    grace.page.get_by_role("link", name="People", exact=True).click()
    grace.page.get_by_role("button", name="Invite somebody").click()
    grace.types("Name", "Pat Fictitious")
    grace.types("E-mail address at work", email)
    grace.page.get_by_label("Duty desk", exact=True).check()
    grace.presses("Send the invitation")
    grace.reads("The invitation is on its way")
    grace.reads("Pat Fictitious")


def finds(grace: Somebody, email: str) -> None:
    grace.opens("/organisation/people")
    grace.types("Look for a name, an e-mail address or a role", email)
    grace.presses("Look")
    grace.reads("1 person found.")
    grace.page.get_by_role("link", name="Pat Fictitious").click()
    grace.sees("Pat Fictitious")


@pytest.mark.parametrize("browser", BROWSERS, ids=["desk", "telephone", "desk-no-scripts", "telephone-no-scripts"])
def test_a_colleague_is_asked_in_promoted_and_put_out(
    hub: RunningHub, at_desk: Seat, somebody_at: Seat, email: str, browser: dict[str, Any]
) -> None:
    email = email.replace("leeds", "kent")
    grace, pat = at_desk("grace", **browser), somebody_at()
    invites(grace, email)
    pat.joins(newest_link(hub))
    pat.opens("/account")
    pat.reads("takes in what other councils send")

    finds(grace, email)
    grace.page.get_by_role("link", name="Change the roles").click()
    grace.page.get_by_label("Team manager", exact=True).check()
    grace.presses("Save the roles")
    grace.reads("The roles are changed")
    grace.page.get_by_role("link", name="Why may, or may not, this person do something?").click()
    grace.page.get_by_label("What should this person be able to do?").select_option(
        label="Excuse a duty that was not done"
    )
    grace.presses("Tell me why")
    grace.reads("team manager has it")
    pat.opens("/account")
    pat.reads("answers for a team's duties")

    finds(grace, email)
    grace.page.get_by_role("link", name="Disable the account").click()
    grace.presses("Disable the account")
    grace.reads("The account is disabled")
    pat.opens("/account")
    pat.sees("Sign in")


@pytest.mark.parametrize("browser", BROWSERS[::3], ids=["desk", "telephone-no-scripts"])
def test_what_was_typed_stays_when_something_is_missing(at_desk: Seat, email: str, browser: dict[str, Any]) -> None:
    grace = at_desk("grace", **browser)
    grace.opens("/organisation/invitations/new")
    grace.types("Name", "Pat Fictitious")
    grace.page.get_by_label("Data officer", exact=True).check()
    grace.presses("Send the invitation")
    grace.reads("Enter the person’s e-mail address at work")
    assert grace.page.get_by_label("Name", exact=True).input_value() == "Pat Fictitious"
    assert grace.page.get_by_label("Data officer", exact=True).is_checked()


def test_the_button_pressed_twice_sends_one_letter(hub: RunningHub, at_desk: Seat, email: str) -> None:
    grace = at_desk("grace", java_script_enabled=False)
    grace.opens("/organisation/invitations/new")
    grace.types("Name", "Pat Fictitious")
    grace.types("E-mail address at work", email.replace("leeds", "kent"))
    grace.page.get_by_label("Duty desk", exact=True).check()
    grace.page.get_by_role("button", name="Send the invitation").dblclick()
    grace.reads("The invitation is on its way")
    grace.page.reload()
    assert grace.page.locator("#invited ~ .hub-table").first.get_by_text("Pat Fictitious", exact=True).count() == 1
