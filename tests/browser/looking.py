"""Looking at pages, at a telephone's width and at a desk's: axe finds nothing, nothing hangs over, the focus is seen.

Neither does anything between the two, where tablets and halves of screens are, nor at a desk with the text four times as large.

What is found depends on the page, not on the database behind it: ``make test`` asks it once, on SQLite.

A module ``test_pages_of_….py`` names its ``STOPS`` and leads to each of them (``stops(world)``); its class ``LookedAt`` does the
rest. A stop is a page as it stands at one moment; what leads there is done between two stops: ``opened`` goes to addresses,
``refused`` sends a form that is not right, ``sending.asked`` and ``sending.sends`` are what other systems did before. With
HUB_SCREENSHOTS set to a folder (``make screenshots``) each page's picture is put there as well.
"""

import base64
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from hub.core.settings import REPOSITORY
from hub.duties.rulebook import Rulebook
from tests.browser.conftest import RunningHub, complaints_of, sign_in
from tests.browser.people import Somebody
from tests.notify.post import MailSink, mail_sink

WIDTHS: Final = {360: 740, 1280: 900}
BESIDES: Final = (320, 650, 780, 900, 961, 1030)
"""Where nothing may hang over either: a desk at four times the size (WCAG 2.2, 1.4.10), those between, the first with tables."""
RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
BESIDE: Final = {"region": {"enabled": False}}
"""A link back stands before the content, outside every landmark, as GOV.UK's pattern has it: the skip link passes it by."""
MOST_TABS: Final = 40
TABS_AT_ONCE: Final = 8
TALLEST_PICTURE: Final = 1800
PICTURED: Final = 0.6
"""Of the size on the screen: still read, and a quarter of the weight."""
FOCUS: Final = """() => {
  document.activeElement.blur();
  const clear = (colour) => colour === "transparent" || /^rgba.*, 0\\)$/.test(colour);
  const focus = () => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    return {
      what: element.outerHTML.slice(0, 120),
      seen: style.boxShadow !== "none" || (style.outlineStyle !== "none" && !clear(style.outlineColor)),
      inside: box.bottom > 0 && box.top < innerHeight && box.width > 0,
    };
  };
  window.reached = [];
  window.addEventListener("keyup", () => window.reached.push(focus()), true);
}"""
"""Notes where the focus is after each key, in the page: to ask after each from outside takes longer than the look."""


FOUND_BY_AXE: Final = """asked => axe.run(asked).then(result => result.violations.flatMap(
  ({id, help, nodes}) => nodes.map(({html}) => `${id}: ${help}: ${html.slice(0, 200)}`)))"""
DESK: Final = 1280
FAULT: Final = 500
"""From this status on, an answer is a fault of the hub's own."""


@dataclass
class Finding:
    """What was found at one stop."""

    violations: dict[int, list[str]] = field(default_factory=dict)
    overhang: dict[int, int] = field(default_factory=dict)
    unseen: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    headings: int = 0
    title: str = ""


Stop = tuple[str, Page]


@dataclass(frozen=True)
class World:
    """What a tour goes through."""

    hub: RunningHub
    rules: Rulebook
    sink: MailSink
    sit_down: Callable[[str], Somebody]
    """Somebody with that e-mail address, at a browser that nobody has used."""
    signed_in: Callable[[str], Somebody]
    """Somebody of the cast, by first name, at a browser of their own in which they have signed in."""


@pytest.fixture(scope="module")
def found(
    request: pytest.FixtureRequest, hub: RunningHub, rules: Rulebook, chromium: Browser
) -> Iterator[dict[str, Finding]]:
    """The tour of the module that asks, looked at."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []
    with mail_sink() as sink:
        sit_down, sits_signed_in = _seats(hub, chromium, contexts, complaints)
        findings = {}
        for name, page in request.module.stops(World(hub, rules, sink, sit_down, sits_signed_in)):
            page.wait_for_load_state()
            _note_toured(page)
            findings[name] = _looked_at(page, name, complaints)
    yield findings
    for context in contexts:
        context.close()


def _seats(
    hub: RunningHub, chromium: Browser, contexts: list[BrowserContext], complaints: list[str]
) -> tuple[Callable[[str], Somebody], Callable[[str], Somebody]]:
    def sit_down(email: str) -> Somebody:
        context = chromium.new_context(viewport=_size(DESK))
        contexts.append(context)
        page = context.new_page()
        complaints_of(page, complaints)
        page.on("response", lambda answer: complaints.append(answer.url) if answer.status >= FAULT else None)
        return Somebody(hub.address, email, page)

    def sits_signed_in(name: str) -> Somebody:
        somebody = sit_down(hub.cast.people[name].email)
        sign_in(hub, name, somebody.page.context)
        return somebody

    return sit_down, sits_signed_in


def opened(somebody: Somebody, *addresses: tuple[str, str]) -> Iterator[Stop]:
    """A stop at each of the addresses, given as (name of the stop, path)."""
    for name, path in addresses:
        somebody.opens(path)
        yield name, somebody.page


def refused(somebody: Somebody, name: str, button: str) -> Iterator[Stop]:
    """The stop ``name-errors``: the form called *name*, in which something is missing or wrong, is sent with that button."""
    somebody.is_refused(button)
    yield f"{name}-errors", somebody.page


def _size(width: int) -> Any:
    return {"width": width, "height": WIDTHS[width]}


def _note_toured(page: Page) -> None:
    """With HUB_TOURED set to a file: put the page's address there, for ``python -m tests.browser.toured``."""
    if path := os.environ.get("HUB_TOURED"):
        with Path(path).open("a") as toured:
            toured.write(f"{urlsplit(page.url).path}\n")


def _looked_at(page: Page, name: str, complaints: list[str]) -> Finding:
    """Everything about the page as it stands; axe last at each width, and what the browser says of axe is nobody's complaint."""
    finding = Finding(title=page.title(), headings=page.locator("h1").count())
    for width in (*BESIDES, *WIDTHS):
        page.set_viewport_size({"width": width, "height": WIDTHS[DESK]})
        finding.overhang[width] = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    for width in WIDTHS:
        page.set_viewport_size(_size(width))
        _picture(page, name, width)
        if width == DESK:
            finding.unseen = _unseen(page)
        finding.complaints += complaints
        finding.violations[width] = _violations(page)
        complaints.clear()
    return finding


def _violations(page: Page) -> list[str]:
    """What axe, which is put into the page once, finds at the width that the page has now."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    asked = {"runOnly": {"type": "tag", "values": RULES}, "rules": BESIDE, "resultTypes": ["violations"]}
    found: list[str] = page.evaluate(FOUND_BY_AXE, asked)
    return found


def _unseen(page: Page) -> list[str]:
    """What has the focus, by the keyboard alone, and does not show it."""
    page.evaluate(FOCUS)
    reached: list[Any] = []
    while len(reached) < MOST_TABS and not _is_round(reached):
        for _ in range(TABS_AT_ONCE):
            page.keyboard.press("Tab")
        before, reached = len(reached), page.evaluate("window.reached")
        if len(reached) < before + TABS_AT_ONCE:
            break
    page.evaluate("document.activeElement.blur()")  # a link that shows itself for the focus alone is gone again
    return _not_shown(reached)


def _is_round(reached: list[Any]) -> bool:
    """Whether the focus has been everywhere: it left the page, or is back at the first."""
    return None in reached or any(focus["what"] == reached[0]["what"] for focus in reached[1:])


def _not_shown(reached: list[Any]) -> list[str]:
    unseen, first = [], None
    for focus in reached[:MOST_TABS]:
        if focus is None or focus["what"] == first:
            break
        first = first or focus["what"]
        if not (focus["seen"] and focus["inside"]):
            unseen.append(focus["what"])
    return unseen if first else ["nothing takes the focus"]


def _picture(page: Page, name: str, width: int) -> None:
    folder = os.environ.get("HUB_SCREENSHOTS")
    if not folder:
        return
    path = Path(REPOSITORY, folder, f"{name}-{width}.webp")
    path.parent.mkdir(parents=True, exist_ok=True)
    tall = min(TALLEST_PICTURE, page.evaluate("document.documentElement.scrollHeight"))
    clip = {"x": 0, "y": 0, "width": width, "height": tall, "scale": PICTURED}
    asked = {"format": "webp", "quality": 30, "captureBeyondViewport": True, "clip": clip}
    cdp = page.context.new_cdp_session(page)  # left open: where one is closed, virtual authenticators go with it
    path.write_bytes(base64.b64decode(cdp.send("Page.captureScreenshot", asked)["data"]))


class LookedAt:
    """What holds of every page. A module's own class derives from this one; ``conftest`` gives it the stops of its module."""

    def test_nothing_hangs_over_the_side(self, found: dict[str, Finding], stop: str) -> None:
        assert {width: over for width, over in found[stop].overhang.items() if over > 0} == {}

    def test_the_browser_complains_of_nothing(self, found: dict[str, Finding], stop: str) -> None:
        """No script at fault, no policy broken, no fault of the hub's."""
        assert found[stop].complaints == []

    def test_a_page_has_one_heading_and_an_error_goes_first_in_its_title(
        self, found: dict[str, Finding], stop: str
    ) -> None:
        assert found[stop].headings == 1
        assert found[stop].title.startswith("Error: ") == stop.endswith("-errors")

    def test_the_tour_stops_at_every_page(self, found: dict[str, Finding], request: pytest.FixtureRequest) -> None:
        assert tuple(found) == request.module.STOPS

    @pytest.mark.parametrize("width", WIDTHS)
    def test_axe_finds_nothing(self, found: dict[str, Finding], stop: str, width: int) -> None:
        assert found[stop].violations[width] == []

    def test_whatever_the_keyboard_reaches_shows_that_it_has_the_focus(
        self, found: dict[str, Finding], stop: str
    ) -> None:
        assert found[stop].unseen == []
