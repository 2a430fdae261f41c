"""People at real browsers: they join, sign in, put each other out; with scripts and without."""

from collections.abc import Callable

import pytest

from tests.access.visiting import PASSWORD
from tests.browser.people import Somebody

SitDown = Callable[..., Somebody]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_an_invitation_to_an_app_and_in_again(invitation: str, somebody_at: SitDown, scripts: bool) -> None:
    pat = somebody_at(java_script_enabled=scripts)
    pat.accepts(invitation)
    pat.sees("Set up your second step")

    pat.sets_up_an_app()
    pat.sees("Your recovery codes")
    assert len(pat.codes) == 10

    with pat.page.expect_download() as download:
        pat.presses("Save as a file")
    assert all(code in download.value.path().read_text() for code in pat.codes)
    pat.page.get_by_role("button", name="I have kept them: go on").click()
    pat.sees("Today")

    pat.signs_out()
    pat.opens("/account/factors")
    pat.sees("Sign in")
    assert pat.phone is not None
    pat.types("E-mail address", pat.email)
    pat.types("Password", PASSWORD)
    pat.presses("Go on")
    pat.types("Code", pat.phone.code())
    pat.presses("Sign in")
    pat.sees("Your second step")  # they come to the page that they asked for


def test_the_picture_of_the_key_is_seen(invitation: str, somebody_at: SitDown) -> None:
    pat = somebody_at()
    pat.accepts(invitation)
    pat.presses("Set up an app")
    width = pat.page.locator("img.hub-qr").evaluate("image => image.decode().then(() => image.naturalWidth)")
    assert width > 100


def test_a_recovery_code_when_the_telephone_is_lost(invitation: str, somebody_at: SitDown) -> None:
    pat = somebody_at()
    pat.joins(invitation)
    pat.signs_out()
    pat.gives_password()
    pat.types("Code", pat.codes[0])
    pat.presses("Sign in")
    pat.sees("Today")
    pat.opens("/account")
    pat.reads("9 not used")


def test_a_session_ended_in_one_browser_is_out_in_the_other(invitation: str, somebody_at: SitDown) -> None:
    at_desk, at_home = somebody_at(), somebody_at(user_agent="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")
    at_desk.joins(invitation)
    assert at_desk.phone is not None
    at_home.signs_in(at_desk.phone)
    at_home.sees("Today")

    at_desk.opens("/account")
    at_desk.presses("Sign out Firefox on Windows")
    at_desk.reads_nothing_of("Firefox on Windows")

    for _ in range(4):  # whichever of the two processes answers
        at_home.opens("/account")
        at_home.sees("Sign in")
    at_home.reads("This session was ended")
    at_desk.opens("/account")
    at_desk.sees("Your account")


def test_a_wrong_code_is_answered_with_what_to_do(invitation: str, somebody_at: SitDown) -> None:
    pat = somebody_at()
    pat.joins(invitation)
    assert pat.phone is not None
    pat.signs_out()
    pat.gives_password()
    pat.types("Code", pat.phone.wrong_code())
    pat.presses("Sign in")
    pat.reads("There is a problem")
    pat.reads("4 more tries")
    assert pat.page.get_by_label("Code", exact=True).input_value() == ""
    pat.page.get_by_role("link", name="That code is not right").click()
    assert pat.page.evaluate("document.activeElement.id") == "code"
