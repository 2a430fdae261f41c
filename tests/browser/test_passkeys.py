"""Passkeys in Chromium, with its virtual authenticator: made, used, lost, copied."""

from collections.abc import Callable

from playwright.sync_api import expect
from sqlalchemy import select

from hub.access.models import Passkey
from tests.access.enrolling import recorded
from tests.browser.conftest import RunningHub
from tests.browser.people import Somebody

SitDown = Callable[..., Somebody]


def makes_passkey(pat: Somebody) -> None:
    """From the account, once signed in."""
    pat.opens("/account/factors")
    pat.presses("Add a passkey")
    pat.types("Name of the device", "Work laptop")
    pat.presses("Make the passkey")
    pat.arrives("/account/factors")


def uses_passkey(pat: Somebody) -> None:
    pat.opens("/sign-in")
    pat.presses("Use a passkey")


def test_a_passkey_is_made_and_signs_in_without_password_or_code(invitation: str, somebody_at: SitDown) -> None:
    pat = somebody_at()
    pat.device()
    pat.joins(invitation)
    makes_passkey(pat)
    pat.reads("Work laptop")
    pat.signs_out()

    uses_passkey(pat)
    pat.arrives("/today")
    pat.opens("/account")
    pat.reads("with passkey")


def test_somebody_may_join_with_a_passkey_and_no_app(invitation: str, somebody_at: SitDown) -> None:
    pat = somebody_at()
    pat.device()
    pat.accepts(invitation)
    pat.presses("Set up a passkey")
    pat.types("Name of the device", "Work laptop")
    pat.presses("Make the passkey")
    pat.arrives("/sign-in/enrol/passkey/answer")
    pat.sees("Your recovery codes")
    pat.signs_out()

    pat.gives_password()
    pat.presses("Use your passkey")
    pat.arrives("/today")
    pat.sees("Today")


def test_a_copy_of_a_device_is_refused_after_the_original_was_used(
    hub: RunningHub, invitation: str, somebody_at: SitDown
) -> None:
    pat, thief = somebody_at(), somebody_at()
    device = pat.device()
    pat.joins(invitation)
    makes_passkey(pat)
    copied = device.credentials()
    pat.signs_out()
    for _ in range(2):
        uses_passkey(pat)
        pat.arrives("/today")
        pat.signs_out()

    thief.device().takes(copied[0])
    uses_passkey(thief)
    thief.arrives("/sign-in/passkey/answer")
    thief.reads("may be a copy, and was refused")
    thief.opens("/account")
    thief.sees("Sign in")
    with hub.database.read() as session:
        passkey = session.scalars(select(Passkey).order_by(Passkey.id.desc())).first()
        assert passkey is not None
        entry = recorded(session, "factor.refused")[-1]
        assert (entry.subject_ref, entry.details["because"]) == (passkey.ref, "sign_count")


def test_another_persons_finger_opens_nothing(invitation: str, somebody_at: SitDown) -> None:
    pat = somebody_at()
    device = pat.device()
    pat.joins(invitation)
    makes_passkey(pat)
    pat.signs_out()
    device.verifies(False)
    uses_passkey(pat)
    pat.page.get_by_text("No passkey was given. Try again").wait_for()
    pat.opens("/account")
    pat.sees("Sign in")


def test_the_same_device_is_not_registered_twice(invitation: str, somebody_at: SitDown) -> None:
    pat = somebody_at()
    pat.device()
    pat.joins(invitation)
    makes_passkey(pat)
    pat.presses("Add a passkey")
    pat.types("Name of the device", "The same laptop")
    pat.presses("Make the passkey")
    pat.page.get_by_text("This device already holds a passkey of yours").wait_for()


def test_the_app_may_go_once_there_is_a_passkey_and_the_passkey_then_stays(
    invitation: str, somebody_at: SitDown
) -> None:
    pat = somebody_at()
    pat.device()
    pat.joins(invitation)
    makes_passkey(pat)
    pat.presses("Remove the app")
    pat.reads("Not set up")
    assert pat.page.get_by_role("button", name="Remove Work laptop").count() == 0


def test_without_scripts_the_page_says_what_to_do_instead(somebody_at: SitDown) -> None:
    pat = somebody_at(java_script_enabled=False)
    uses_passkey(pat)
    pat.reads("Go back and choose another way")
    pat.page.get_by_role("link", name="Back").click()
    pat.sees("Sign in")


def test_a_passkey_proves_again_who_it_is(invitation: str, somebody_at: SitDown) -> None:
    pat = somebody_at()
    pat.device()
    pat.joins(invitation)
    makes_passkey(pat)
    pat.opens("/account/prove?next=/account/password")
    pat.presses("Use your passkey")
    pat.arrives("/account/password")
    pat.sees("Change your password")


def test_a_button_that_only_a_script_can_answer_waits_for_it(invitation: str, somebody_at: SitDown) -> None:
    pat = somebody_at()
    pat.device()
    pat.joins(invitation)
    pat.page.route("**/passkeys.js*", lambda route: route.abort())
    pat.opens("/account/factors")
    pat.presses("Add a passkey")
    expect(pat.page.get_by_role("button", name="Make the passkey")).to_be_disabled()

    pat.page.unroute("**/passkeys.js*")
    makes_passkey(pat)
