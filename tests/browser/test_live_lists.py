"""A list that refreshes itself disturbs nobody; a postcode says whose area it is in while it is typed."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from hub.access import sessions
from hub.access.sign_in import factor_queries
from hub.core.clock import utc_now
from tests.browser.conftest import RunningHub
from tests.browser.people import Somebody
from tests.browser.sending import sends
from tests.registry.papers import child, start

SitDown = Callable[..., Somebody]
ROUND = 21_000
"""Milliseconds: a little more than the inbox takes from one refresh to the next."""


def arrives(hub: RunningHub, given: str) -> None:
    """Leeds tells Kent of another child."""
    starts = (utc_now() + timedelta(days=9)).isoformat()
    sends(
        hub, "leeds", start(child=child(given_names=given, identifiers={"local_id": f"LIVE-{given}"}), starts_at=starts)
    )


@pytest.fixture
def tom(hub: RunningHub, at_desk: SitDown) -> Somebody:
    """At the inbox, whose clock goes by hand."""
    arrives(hub, "Ash")
    somebody = at_desk("tom")
    somebody.page.clock.install()
    somebody.opens("/inbox")
    return somebody


def rows(page: Page) -> int:
    return page.locator("#inbox tr[id]").count()


def test_what_comes_is_shown_counted_in_the_title_and_said(hub: RunningHub, tom: Somebody) -> None:
    before, counted = rows(tom.page), tom.page.title()
    arrives(hub, "Birch")
    tom.page.clock.fast_forward(ROUND)
    expect(tom.page.locator(".hub-live-said")).to_have_text("1 new")
    expect(tom.page).to_have_title(re.compile(r"^\(\d+\) Inbox – "))
    assert tom.page.title() != counted
    assert rows(tom.page) == before + 1


def test_whoever_has_the_focus_within_keeps_it_and_is_told(hub: RunningHub, tom: Somebody) -> None:
    link = tom.page.locator("#inbox a").first
    link.focus()
    before = rows(tom.page)
    arrives(hub, "Cedar")
    tom.page.clock.fast_forward(ROUND)
    expect(tom.page.locator(".hub-live-said")).to_contain_text("There is news")
    expect(link).to_be_focused()
    assert rows(tom.page) == before

    tom.page.evaluate("document.activeElement.blur()")
    tom.page.clock.fast_forward(ROUND)
    expect(tom.page.locator(".hub-live-said")).to_have_text("1 new")


def test_what_was_ticked_stays_ticked(hub: RunningHub, tom: Somebody) -> None:
    box = tom.page.locator("#inbox input[type=checkbox]").first
    box.check()
    tom.page.evaluate("document.activeElement.blur()")
    arrives(hub, "Elder")
    tom.page.clock.fast_forward(ROUND)
    expect(tom.page.locator(".hub-live-said")).to_contain_text("There is news")
    expect(box).to_be_checked()


def test_a_hidden_tab_asks_nothing(hub: RunningHub, tom: Somebody) -> None:
    asked: list[str] = []
    tom.page.on("request", lambda request: asked.append(request.url) if "/static/" not in request.url else None)
    tom.page.evaluate("Object.defineProperty(document, 'hidden', {get: () => true, configurable: true})")
    tom.page.clock.fast_forward(5 * ROUND)
    tom.page.wait_for_timeout(300)
    assert asked == []
    tom.page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    tom.page.wait_for_timeout(300)
    assert asked == [f"{hub.address}/inbox"]


def test_signed_out_it_stops_and_leads_to_the_sign_in(hub: RunningHub, tom: Somebody) -> None:
    with hub.database.write() as session:
        person = factor_queries.person_by_ref(session, hub.cast.people["tom"].ref)
        assert person is not None
        sessions.end_all(session, person.id, because="revoked", now=utc_now())
    tom.page.clock.fast_forward(ROUND)
    expect(tom.page.locator(".hub-live-said")).to_have_text("You are signed out. Sign in again")
    asked: list[str] = []
    tom.page.on("request", lambda request: asked.append(request.url) if "/static/" not in request.url else None)
    tom.page.clock.fast_forward(5 * ROUND)
    assert asked == []
    tom.page.get_by_role("link", name="Sign in again").click()
    tom.arrives("/sign-in?next=%2Finbox")


def test_when_the_hub_cannot_be_reached_it_says_since_when(tom: Somebody) -> None:
    tom.page.route("**/inbox", lambda route: route.abort())
    tom.page.clock.fast_forward(ROUND)
    expect(tom.page.locator(".hub-live-said")).to_contain_text("Not refreshed since ")
    tom.page.unroute("**/inbox")
    tom.page.clock.fast_forward(3 * ROUND)
    expect(tom.page.locator(".hub-live-said")).to_be_empty()


def test_without_scripts_the_list_is_as_it_was_served(at_desk: SitDown) -> None:
    tom = at_desk("tom", java_script_enabled=False)
    tom.opens("/inbox")
    tom.sees("Inbox")
    assert tom.page.locator(".hub-live-said").count() == 0


# --- postcodes ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def priya(at_desk: SitDown) -> Somebody:
    """At the page that asks where the child lives."""
    somebody = at_desk("priya")
    somebody.opens("/notices/new")
    somebody.page.get_by_role("radio", name="A planned placement", exact=True).check()
    somebody.presses("Go on")
    somebody.opens(f"{somebody.page.url}/where")
    return somebody


def test_a_postcode_says_whose_area_it_is_in_while_it_is_typed(priya: Somebody) -> None:
    field = priya.page.get_by_label("Postcode", exact=True)
    field.press_sequentially("ME14")
    expect(priya.page.locator(".hub-area-said")).to_be_empty()
    field.press_sequentially(" 1X")
    expect(priya.page.locator(".hub-area-said")).to_contain_text("Enter the whole postcode")
    field.press_sequentially("Q")
    expect(priya.page.locator(".hub-area-said")).to_contain_text(
        "Kent County Council. Kent Police. That area does not adjoin yours: a distant placement."
    )
    expect(field).to_be_focused()
    expect(field).to_have_value("ME14 1XQ")
    field.fill("")
    expect(priya.page.locator(".hub-area-said")).to_be_empty()


def test_a_postcode_is_in_no_address_that_is_asked(priya: Somebody) -> None:
    asked: list[str] = []
    priya.page.on("request", lambda request: asked.append(request.url))
    priya.page.get_by_label("Postcode", exact=True).fill("ME14 1XQ")
    expect(priya.page.locator(".hub-area-said")).to_contain_text("Kent")
    assert asked
    assert not [url for url in asked if "ME14" in url]


def test_where_it_cannot_be_looked_up_nothing_is_said_and_typing_goes_on(priya: Somebody) -> None:
    priya.page.route("**/areas/look-up", lambda route: route.abort())
    field = priya.page.get_by_label("Postcode", exact=True)
    field.fill("ME14 1XQ")
    priya.page.wait_for_timeout(600)
    expect(priya.page.locator(".hub-area-said")).to_be_empty()
    expect(field).to_have_value("ME14 1XQ")
