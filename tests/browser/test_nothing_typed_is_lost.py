"""A session that ends, a double click, the back button, two tabs, an edit gone stale: nothing is lost, nothing is sent twice."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from hub.access import sessions
from hub.access.sign_in import factor_queries
from hub.core.clock import utc_now
from hub.registry.models import Notice
from tests.access.visiting import Phone
from tests.browser.conftest import RunningHub
from tests.browser.people import Somebody
from tests.browser.writing import Writer

SitDown = Callable[..., Somebody]
PHONES: dict[str, Phone] = {}
"""Each person's telephone: it shows no code twice, whichever test they are in."""
KEPT = "What you typed is kept"


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def seat(request: pytest.FixtureRequest, at_desk: SitDown) -> Callable[[str], Somebody]:
    """``seat("priya")``: with scripts, and without."""

    def sit_down(name: str) -> Somebody:
        size: Any = {"width": 360, "height": 740} if request.param else {"width": 1280, "height": 900}
        return at_desk(name, java_script_enabled=request.param, viewport=size)

    return sit_down


@pytest.fixture
def priya(seat: Callable[[str], Somebody]) -> Writer:
    """With a draft that holds all but the child."""
    writer = Writer(seat("priya"))
    writer.opens("/notices/new")
    writer.begins("A planned placement")
    return writer


def completes(writer: Writer) -> None:
    """All of the draft, up to the page with its answers."""
    writer.opens(f"{writer.draft}/child")
    writer.tells_of_the_child(given=f"Rowan{writer.draft[-6:]}")
    writer.tells_where()
    writer.tells_when(utc_now() + timedelta(days=7))
    writer.tells_of_care()
    writer.opens(f"{writer.draft}/check")


def registered(hub: RunningHub) -> int:
    with hub.database.read() as session:
        return session.scalar(select(func.count()).select_from(Notice).where(Notice.registered_at.is_not(None))) or 0


def is_signed_out(hub: RunningHub, name: str) -> None:
    """Every session of *name* ends, as if nothing had been done for too long."""
    with hub.database.write() as session:
        person = factor_queries.person_by_ref(session, hub.cast.people[name].ref)
        assert person is not None
        sessions.end_all(session, person.id, because="revoked", now=utc_now())


def signs_in(hub: RunningHub, somebody: Any, name: str) -> None:
    """From the page that asks who one is, with everything that is asked for."""
    player = hub.cast.people[name]
    phone = PHONES.setdefault(name, Phone(player.totp_secret))
    somebody.types("E-mail address", player.email)
    somebody.types("Password", player.password)
    somebody.presses("Go on")
    somebody.types("Code", phone.code())
    somebody.presses("Sign in")


def in_another_tab(writer: Writer) -> Writer:
    who = writer.who
    return Writer(Somebody(who.address, who.email, who.page.context.new_page()), writer.draft)


# --- a session that ends ------------------------------------------------------------------------------------------------


def test_what_was_typed_when_the_session_ended_is_sent_after_signing_in(hub: RunningHub, priya: Writer) -> None:
    priya.opens(f"{priya.draft}/child")
    priya.types("Family name", "Fictitious")
    priya.types("Given names", "Hazel")
    is_signed_out(hub, "priya")
    priya.presses("Save and go on")

    priya.sees("Sign in")
    priya.reads("What you typed is kept for 15 minutes. Sign in, and send it.")
    signs_in(hub, priya, "priya")
    priya.sees(KEPT)
    assert "Hazel" not in priya.page.url
    priya.page.get_by_text("Look at it again").click()
    priya.reads("Hazel")
    priya.presses("Send it now")
    expect(priya.page).to_have_title(re.compile("^Where"))

    priya.opens(f"{priya.draft}/child")
    expect(priya.page.get_by_label("Given names", exact=True)).to_have_value("Hazel")


def test_who_else_signs_in_at_that_browser_sees_nothing_of_it(hub: RunningHub, priya: Writer) -> None:
    priya.opens(f"{priya.draft}/child")
    priya.types("Given names", "Hazel")
    is_signed_out(hub, "priya")
    priya.presses("Save and go on")
    signs_in(hub, priya, "marcus")
    expect(priya.page.locator("h1")).not_to_have_text(KEPT)
    expect(priya.page.locator("body")).not_to_contain_text("Hazel")


def test_a_notice_that_was_just_being_sent_is_sent_once(hub: RunningHub, priya: Writer) -> None:
    completes(priya)
    before = registered(hub)
    is_signed_out(hub, "priya")
    priya.presses("Send the notice")
    signs_in(hub, priya, "priya")
    priya.sees(KEPT)
    kept = priya.page.url
    priya.presses("Send it now")
    priya.sees_receipt()
    priya.opens(kept)
    expect(priya.page.locator("h1")).not_to_have_text(KEPT)
    assert registered(hub) == before + 1


def test_signing_in_in_another_tab_lets_the_first_go_on_as_if_nothing_had_been(hub: RunningHub, priya: Writer) -> None:
    priya.opens(f"{priya.draft}/child")
    priya.types("Given names", "Maple")
    is_signed_out(hub, "priya")
    other = in_another_tab(priya)
    other.opens("/account")
    signs_in(hub, other, "priya")
    other.sees("Your account")

    priya.presses("Save and go on")
    priya.opens(f"{priya.draft}/child")
    expect(priya.page.get_by_label("Given names", exact=True)).to_have_value("Maple")


# --- pressed twice, back, two tabs ----------------------------------------------------------------------------------------


def test_a_double_click_sends_one_notice(hub: RunningHub, priya: Writer) -> None:
    completes(priya)
    before = registered(hub)
    priya.page.get_by_role("button", name="Send the notice", exact=True).dblclick()
    priya.sees_receipt()
    assert registered(hub) == before + 1


def test_the_back_button_and_once_more_lead_to_what_was_sent(hub: RunningHub, priya: Writer) -> None:
    completes(priya)
    before = registered(hub)
    priya.presses("Send the notice")
    priya.sees_receipt()
    receipt = priya.page.url
    priya.page.go_back()
    if button_on(priya.page):
        priya.presses("Send the notice")
    priya.sees_receipt()
    assert priya.page.url == receipt
    assert registered(hub) == before + 1


def button_on(page: Page) -> bool:
    """Whether the browser shows the page as it was; some ask for it again, and are led on at once."""
    return page.get_by_role("button", name="Send the notice", exact=True).count() == 1


def test_a_receipt_that_is_loaded_again_sends_nothing(hub: RunningHub, priya: Writer) -> None:
    completes(priya)
    priya.presses("Send the notice")
    priya.sees_receipt()
    before = registered(hub)
    priya.page.reload()
    priya.sees_receipt()
    assert registered(hub) == before


def test_two_tabs_send_one_notice_and_both_arrive_at_its_receipt(hub: RunningHub, priya: Writer) -> None:
    completes(priya)
    other = in_another_tab(priya)
    other.opens(f"{priya.draft}/check")
    before = registered(hub)
    priya.presses("Send the notice")
    priya.sees_receipt()
    other.presses("Send the notice")
    other.sees_receipt()
    assert other.page.url == priya.page.url
    assert registered(hub) == before + 1


# --- an edit gone stale -----------------------------------------------------------------------------------------------------


def test_of_two_who_write_in_one_section_neither_loses_a_word(priya: Writer) -> None:
    other = in_another_tab(priya)
    for writer in (priya, other):
        writer.opens(f"{priya.draft}/child")
    other.types("Given names", "Linden")
    other.presses("Save and go on")
    expect(other.page).to_have_title(re.compile("^Where"))

    priya.types("Given names", "Willow")
    priya.presses("Save and go on")
    priya.reads("Linden")
    expect(priya.page.get_by_label("Given names", exact=True)).to_have_value("Willow")
    priya.presses("Save what I typed")
    priya.opens(f"{priya.draft}/child")
    expect(priya.page.get_by_label("Given names", exact=True)).to_have_value("Willow")


def test_what_is_wrong_is_said_and_what_was_typed_stays(priya: Writer) -> None:
    priya.opens(f"{priya.draft}/child")
    priya.types("Given names", "Sorrel")
    priya.types_day("Date of birth", 31, 2, 2012)
    priya.presses("Save and go on")
    priya.reads("Enter a real date, such as 27 3 2012.")
    expect(priya.page.get_by_label("Given names", exact=True)).to_have_value("Sorrel")
    expect(priya.page.get_by_role("group", name="Date of birth").get_by_label("Day")).to_have_value("31")
