"""The first view of a page, by a browser that holds nothing of ours, is under 120 kB; the second asks for the page alone."""

import gzip
import re
from collections import deque
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import brotli
import pytest
import requests
from playwright.sync_api import Browser, Page

from hub.access import browser, sessions
from hub.access.sign_in import factor_queries
from hub.core.clock import utc_now
from hub.demonstration.people import PEOPLE
from tests.browser.conftest import RunningHub
from tests.browser.sending import sends
from tests.registry.papers import ADMISSION, child, paper, start

MOST_BYTES = 120_000
NOTICES = 60
"""More than stand on one page of any list."""
BEGINNINGS = ("/today", "/account", "/", "/law/calculator")
UNPACKED = {None: bytes, "br": brotli.decompress, "gzip": gzip.decompress}
"""How a page is read that came packed: by what its answer says of it."""
REF = re.compile(r"\b[a-z]{3}_[0-9a-z]{26}\b")
LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]+)"')


def transferred(page: Page, address: str) -> dict[str, int]:
    """What the browser fetches for *address*: path → bytes on the wire, heads and all. What it still holds costs none.

    What ends now and was asked for by the page before is not among it.
    """
    cdp = page.context.new_cdp_session(page)
    cdp.send("Network.enable")
    asked: dict[str, str] = {}
    sizes: dict[str, int] = {}
    cdp.on("Network.requestWillBeSent", lambda said: asked.update({said["requestId"]: said["request"]["url"]}))
    cdp.on("Network.loadingFinished", lambda said: sizes.update(_ended(asked, said)))
    page.goto(address, wait_until="networkidle")
    cdp.detach()
    return sizes


def _ended(asked: dict[str, str], said: dict[str, Any]) -> dict[str, int]:
    address = asked.get(said["requestId"])
    return {address: int(said["encodedDataLength"])} if address else {}


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


# --- every page that the cast can reach ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def files_of_ours(hub: RunningHub, chromium: Browser) -> int:
    """What every page brings along: stylesheets and scripts. The sign-in brings them all but one script for passkeys."""
    context = chromium.new_context()
    first = transferred(context.new_page(), f"{hub.address}/sign-in")
    context.close()
    return sum(size for address, size in first.items() if "/static/" in address)


@pytest.fixture(scope="module")
def busy(hub: RunningHub) -> None:
    """Lists that are full."""
    for number in range(NOTICES):
        given = f"Rowan{'abcdefghijklmnopqrstuvwxyz'[number % 26]}{number // 26 * 'x'}"
        sends(hub, "leeds", start(child=child(given_names=given, identifiers={"local_id": f"WEIGHT-{number}"})))
    sends(hub, "willow_house", paper(ADMISSION))


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("name", PEOPLE)
def test_every_page_that_somebody_can_reach_is_light(hub: RunningHub, files_of_ours: int, name: str) -> None:
    weights = dict(reached(hub, name))
    assert len(weights) >= 5
    heavy = {path: weight for path, weight in weights.items() if weight + files_of_ours >= MOST_BYTES}
    assert heavy == {}, f"beside {files_of_ours} bytes of stylesheets and scripts"


def reached(hub: RunningHub, name: str) -> Iterator[tuple[str, int]]:
    """Each page that links lead *name* to, one of a kind, and its bytes on the wire."""
    browsing = requests.Session()
    browsing.cookies.set(browser.SESSION, session_of(hub, name))
    browsing.headers["Accept"] = "text/html"
    waiting, seen = deque(BEGINNINGS), set(BEGINNINGS)
    while waiting:
        path = waiting.popleft()
        answer = browsing.get(hub.address + path, timeout=60, stream=True)
        body = answer.raw.read()
        size = len(body) + sum(len(head) + len(said) + 4 for head, said in answer.headers.items())
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        yield path, size
        unpacked = UNPACKED[answer.headers.get("Content-Encoding")]
        for link in links(unpacked(body).decode(), path):
            kind = REF.sub("…", link.partition("?")[0])
            if kind not in seen:
                seen.add(kind)
                waiting.append(link)


def links(words: str, base: str) -> Iterator[str]:
    for href in LINK.findall(words):
        parts = urlsplit(urljoin(base, unescape(href)))
        if not (parts.scheme or parts.netloc) and not parts.path.startswith(("/api/", "/static/")):
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


def session_of(hub: RunningHub, name: str) -> str:
    now = utc_now()
    with hub.database.write() as session:
        person = factor_queries.person_by_ref(session, hub.cast.people[name].ref)
        assert person is not None
        return sessions.begin(session, person, factors=["password", "totp"], device="Chromium", now=now).token
