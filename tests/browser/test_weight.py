"""The first view of a page, by a browser that holds nothing of ours, is under 120 kB; the second asks for the page alone."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import RunningHub

MOST_BYTES = 120_000


def transferred(page: Page, address: str) -> dict[str, int]:
    """What the browser fetches for *address*: path → bytes on the wire, heads and all. What it still holds costs none."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("Network.enable")
    asked: dict[str, str] = {}
    sizes: dict[str, int] = {}
    cdp.on("Network.requestWillBeSent", lambda said: asked.update({said["requestId"]: said["request"]["url"]}))
    cdp.on(
        "Network.loadingFinished",
        lambda said: sizes.update({asked[said["requestId"]]: int(said["encodedDataLength"])}),
    )
    page.goto(address, wait_until="networkidle")
    cdp.detach()
    return sizes


@pytest.mark.parametrize("path", ["/", "/law", "/api/v1/docs", "/sign-in", "/sign-in/with", "/n/alt_" + "0" * 26])
def test_a_first_view_is_light_and_a_second_lighter(hub: RunningHub, chromium: Browser, path: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    first = transferred(page, hub.address + path)
    assert len(first) >= 5, "stylesheets and scripts are part of the view"
    assert sum(first.values()) < MOST_BYTES
    second = transferred(page, hub.address + path)
    assert {address for address, size in second.items() if size} == {hub.address + path}
    context.close()
