"""The pages of writing, at two widths: empty, half written, wrong, forecast, sent, corrected, withdrawn."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import requests

from hub.core.clock import utc_now
from tests.browser.looking import LookedAt, Stop, World, found  # noqa: F401 - a fixture
from tests.browser.people import Somebody
from tests.browser.writing import Writer
from tests.registry.sample_files import pdf

STOPS = (
    *("notices-empty", "notices-new", "notices-new-errors", "draft-begun", "draft-check-incomplete"),
    *(
        "draft-child",
        "draft-child-errors",
        "draft-where-errors",
        "draft-where",
        "draft-when",
        "draft-care",
        "draft-people",
    ),
    *(
        "draft-risks",
        "draft-risks-errors",
        "draft-markers",
        "draft-approval",
        "draft-files",
        "draft-files-errors",
        "draft-files-two",
    ),
    *("draft-conflict-errors", "draft", "draft-check", "receipt", "notice", "notice-act", "draft-correction"),
    *(
        "draft-rest",
        "draft-check-late",
        "draft-discard",
        "draft-over-errors",
        "withdraw",
        "withdraw-errors",
        "notice-withdrawn",
    ),
    *("notices", "notices-errors", "draft-end", "draft-change", "draft-move-rest"),
)


class TestPagesOfWriting(LookedAt):
    """Each stop."""


def stops(world: World) -> Iterator[Stop]:
    """The stops, in the order of :data:`STOPS`."""
    priya = Writer(world.signed_in("priya"))
    yield from _beginning(priya)
    yield from _sections(world, priya)
    yield from _sending(world, priya)
    yield from _afterwards(priya)


def _beginning(priya: Writer) -> Iterator[Stop]:
    priya.opens("/notices")
    yield "notices-empty", priya.page
    priya.page.get_by_role("button", name="Register a placement").click()
    yield "notices-new", priya.page
    priya.presses("Go on")
    priya.reads("There is a problem")
    yield "notices-new-errors", priya.page
    priya.begins("A planned placement")
    yield "draft-begun", priya.page
    priya.opens(f"{priya.draft}/check")
    yield "draft-check-incomplete", priya.page


def _sections(world: World, priya: Writer) -> Iterator[Stop]:
    priya.opens(f"{priya.draft}/child")
    yield "draft-child", priya.page
    priya.types("Family name", "Fictitious")
    priya.types("Day", "31")
    priya.types("Month", "2")
    priya.types("Year", "2012")
    priya.presses("Save and go on")
    priya.reads("There is a problem")
    yield "draft-child-errors", priya.page
    priya.tells_of_the_child()
    priya.tells_where(postcode="ZZ99 9ZZ", stays=True)
    priya.reads("does not tell which council")
    priya.page.get_by_label("Council for the address").select_option("")
    yield from _wrong_body(priya)
    priya.opens(f"{priya.draft}/where")
    priya.tells_where()
    priya.opens(f"{priya.draft}/where")
    yield "draft-where", priya.page
    priya.opens(f"{priya.draft}/when")
    yield "draft-when", priya.page
    priya.tells_when(utc_now() + timedelta(days=7))
    yield "draft-care", priya.page
    priya.tells_of_care()
    yield "draft-people", priya.page
    yield from _risks(priya)
    yield from _files(priya)
    yield from _conflict(world, priya)


def _wrong_body(priya: Writer) -> Iterator[Stop]:
    priya.page.get_by_text("The address is outside England and Wales").click()
    priya.page.get_by_label("Its e-mail address").fill("no address")
    priya.presses("Save and go on")
    priya.reads("There is a problem")
    yield "draft-where-errors", priya.page


def _risks(priya: Writer) -> Iterator[Stop]:
    priya.opens(f"{priya.draft}/risks")
    yield "draft-risks", priya.page
    priya.page.get_by_text("Somebody is not told, to protect the child").click()
    priya.page.get_by_label("1. Who is not told of the placement?").select_option("A parent")
    priya.presses("Save and go on")
    priya.reads("Say why telling them would put the child at risk")
    yield "draft-risks-errors", priya.page
    priya.page.get_by_label("1. Who is not told of the placement?").select_option("")
    priya.page.get_by_label("Gangs").check()
    priya.page.get_by_label("Has been missing before").check()
    priya.presses("Save and go on")
    priya.sees_section("About each marker")
    yield "draft-markers", priya.page
    priya.page.get_by_label("What is known").first.fill("Invented.")
    priya.presses("Save and go on")
    priya.sees_section("Approval")
    yield "draft-approval", priya.page


def _files(priya: Writer) -> Iterator[Stop]:
    priya.opens(f"{priya.draft}/files")
    yield "draft-files", priya.page
    priya.presses("Attach it")
    priya.reads("There is a problem")
    yield "draft-files-errors", priya.page
    priya.page.get_by_label("Risk assessment").check()
    priya.page.get_by_label("The file").set_input_files(
        {"name": "Risks.pdf", "mimeType": "application/pdf", "buffer": pdf("risks")}
    )
    priya.presses("Attach it")
    priya.reads("Risks.pdf")
    yield "draft-files-two", priya.page


def _conflict(world: World, priya: Writer) -> Iterator[Stop]:
    priya.opens(f"{priya.draft}/child")
    other = Writer(world.signed_in("marcus"), draft=priya.draft)
    other.opens(f"{priya.draft}/child")
    other.tells_of_the_child(given="Alder")
    priya.types("Given names", "Rowena")
    priya.presses("Save and go on")
    priya.reads("Somebody else has changed this part")
    yield "draft-conflict-errors", priya.page
    priya.presses("Save what I typed")
    priya.opens(priya.draft)
    yield "draft", priya.page


def _sending(world: World, priya: Writer) -> Iterator[Stop]:
    priya.opens(f"{priya.draft}/check")
    yield "draft-check", priya.page
    priya.presses("Send the notice")
    priya.sees_receipt()
    yield "receipt", priya.page
    notice = priya.page.url.removesuffix("/receipt")
    _acknowledged(world, notice.rsplit("/", 1)[1])
    priya.opens(notice)
    yield "notice", priya.page
    priya.opens(f"{notice}/correct")
    yield "notice-act", priya.page
    priya.presses("Begin the draft")
    priya.reads("This is a correction")
    yield "draft-correction", priya.page
    priya.opens(notice)
    priya.page.get_by_role("link", name="An emergency placement of this child").click()
    priya.types("Why could it not be planned?", "Invented: it ended that night.")
    priya.presses("Go on")
    priya.sees_section("What is still asked")
    yield "draft-rest", priya.page
    priya.draft = priya.page.url.removesuffix("/rest")
    priya.tells_rest(utc_now() - timedelta(days=12))
    priya.reads("This is late")
    yield "draft-check-late", priya.page
    priya.opens(f"{priya.draft}/discard")
    yield "draft-discard", priya.page
    other = Writer(Somebody(priya.address, priya.email, priya.page.context.new_page()), priya.draft)
    other.opens(f"{priya.draft}/child")
    priya.presses("Discard the draft")
    priya.sees("Notices")
    other.types("Given names", "Rowena")
    other.presses("Save and go on")
    other.sees("The draft is not there any more")
    yield "draft-over-errors", other.page


def _acknowledged(world: World, notice: str) -> None:
    _asked(world, "kent", f"/api/v1/notices/{notice}/acknowledgement", {"by": "T. Example, duty desk"})


def _asked(world: World, member: str, path: str, body: dict[str, Any]) -> Any:
    headers = {"Authorization": f"Bearer {world.hub.cast.tokens[member]}"}
    answer = requests.post(world.hub.address + path, json=body, headers=headers, timeout=30)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def _afterwards(priya: Writer) -> Iterator[Stop]:
    priya.opens("/notices")
    priya.page.locator("#main").get_by_role("link", name="Placement", exact=True).last.click()
    notice = priya.page.url
    priya.opens(f"{notice}/withdraw")
    yield "withdraw", priya.page
    priya.presses("Withdraw the notice")
    priya.reads("There is a problem")
    yield "withdraw-errors", priya.page
    yield from _withdrawn(priya, notice)


def _withdrawn(priya: Writer, notice: str) -> Iterator[Stop]:
    other = _another(priya)
    priya.opens(f"{notice}/withdraw")
    priya.types("Why do you withdraw it?", "Invented: it fell through.")
    priya.presses("Withdraw the notice")
    priya.reads("This notice was withdrawn")
    yield "notice-withdrawn", priya.page
    priya.opens("/notices")
    yield "notices", priya.page
    priya.types("Find by reference", "nonsense")
    priya.presses("Find")
    priya.reads("There is a problem")
    yield "notices-errors", priya.page
    for act, name in (("end", "draft-end"), ("change", "draft-change"), ("move", "draft-move-rest")):
        priya.opens(f"{other}/{act}")
        priya.presses("Begin the draft")
        if act == "move":
            priya.opens(priya.page.url.replace("/where", "/rest"))
        yield name, priya.page


def _another(priya: Writer) -> str:
    """The address of another notice, that stands."""
    priya.sends_a_planned_placement(given="Elm", family="Invented")
    return priya.page.url.removesuffix("/receipt")
