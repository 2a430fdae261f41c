"""From a look-up onward: back to the children offered, to the report, and to whoever is told of it."""

# ruff: noqa: F811 - fixtures
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.registry.names.spreading import spread_names_once
from tests.access.signing_in import Tab, joined, tab_of
from tests.lookup.conftest import LEEDS_AT_NIGHT, PAPER, SHIELD
from tests.registry.papers import emergency_start
from tests.web.desk_people import Sends, look, priya, sends  # noqa: F401 - fixtures
from tests.web.reading import hidden_in, words_of
from tests.web.test_look_up import asks, bell, lead, look_up_in, okoro, opened, placement, rows  # noqa: F401 - fixtures

NAMES = {"kent_police": "Kent Police", "leeds": "Leeds City Council"}


def presses(tab: Tab, page: Any, what: str, **typed: Any) -> Any:
    """Send the form of *page* whose address ends with *what*."""
    address = re.search(rf'action="(/look-up/lku_\w+/{what})"', page.text)[1]  # type: ignore[index]
    return tab.send("POST", address, data={**hidden_in(page, address), **typed})


def shields(bell: Tab, placement: str) -> None:
    address = f"/placements/{placement}/shield"
    bell.send("POST", address, data={**hidden_in(bell.get(address), address), **SHIELD})


@pytest.fixture
def finder(app: Flask, database: Database, cast: Cast) -> Tab:
    """The call handler of a force in whose area the child does not live."""
    who = joined(database, cast, "west_yorkshire_police", ("call_handler",), email="x@wy.example", name="X. Y")
    return tab_of(app, database, who)


# --- what stays before one's eyes -------------------------------------------------------------------------------------


def test_every_page_of_a_child_says_which_child_it_is_and_whom_to_ring(okoro: Tab, placement: str) -> None:
    child = opened(okoro, asks(okoro))
    detail = presses(okoro, child, "child")
    for page in (child, detail):
        said = words_of(page)
        assert "R. F. born 2012" in said
        assert f"Ring now: {LEEDS_AT_NIGHT}" in said
        assert "Do not grade this child as lowest risk" in said
        assert "Leeds City Council" in said
    assert "an older man waits by the gate" in words_of(detail)


def test_a_child_who_is_missing_now_is_not_hidden_among_the_times_before(
    okoro: Tab,
    sends: Sends,
    placement: str,
    app: Flask,
    cast: Cast,
) -> None:
    assert "is missing now" not in words_of(opened(okoro, asks(okoro)))
    reported(okoro, placement)
    said = words_of(opened(okoro, asks(okoro)))
    assert said.index("Reported missing already: the child is missing now.") < said.index("Placing authority")
    assert "Missing before None that the hub knows of" in said


def reported(okoro: Tab, placement: str) -> Any:
    """The child is reported missing by the page to which the look-up leads."""
    address = f"/missing/report/{placement}"
    page = okoro.get(f"{address}/check?ago=15")
    return okoro.send("POST", address, data=hidden_in(page, address) | {"by": "A. Okoro", "category": "missing"})


# --- back to the others -----------------------------------------------------------------------------------------------


def test_from_a_child_that_is_another_one_goes_back_to_those_who_were_offered(
    okoro: Tab,
    database: Database,
    placement: str,
) -> None:
    child = opened(okoro, asks(okoro))
    back = re.search(r'href="(/look-up/lku_\w+)"', child.text)[1]  # type: ignore[index]
    asked, shown = rows(database, "look_up"), rows(database, "disclosure")
    again = okoro.get(back)
    assert "R. F. born 2012" in words_of(again)
    assert 'value="Fictitious"' in again.text, "what was typed is there to be changed"
    assert 'value="18-1234-26"' in again.text
    assert (rows(database, "look_up"), rows(database, "disclosure")) == (asked, shown), (
        "nothing was asked or shown anew"
    )
    assert f"Ring now: {LEEDS_AT_NIGHT}" in words_of(opened(okoro, again))


def test_whoever_did_not_ask_is_not_shown_who_was_offered(okoro: Tab, finder: Tab, lead: Tab, placement: str) -> None:
    address = look_up_in(asks(okoro))
    assert finder.get(address).status_code == 404
    assert lead.get(address).status_code == 403


def test_a_child_who_was_shielded_meanwhile_is_not_shown_again(okoro: Tab, bell: Tab, placement: str) -> None:
    address = look_up_in(asks(okoro))
    shields(bell, placement)
    again = okoro.get(address)
    assert again.status_code == 409
    assert "Look the child up again" in words_of(again)
    assert "R. F." not in words_of(again)


# --- on to the report -------------------------------------------------------------------------------------------------


def test_a_child_who_was_opened_is_reported_without_being_described_again(okoro: Tab, placement: str) -> None:
    child = opened(okoro, asks(okoro))
    assert presses(okoro, child, "report").location == f"/missing/report/{placement}"
    episode = reported(okoro, placement).location.split("/")[2]
    again = opened(okoro, asks(okoro))
    assert presses(okoro, again, "report").location == f"/missing/{episode}", "it is missing already"


def test_a_force_that_found_a_child_says_so_of_the_episode(
    okoro: Tab,
    finder: Tab,
    database: Database,
    sends: Sends,
) -> None:
    """Cornwall's child, in Kent: an episode that West Yorkshire has nothing to do with yet."""
    placed = sends("cornwall", emergency_start(**PAPER)).placement
    spread_names_once(database)
    episode = reported(okoro, placed).location.split("/")[2]
    child = opened(finder, asks(finder, purpose="found_child", incident_reference="13260123456"))
    onward = presses(finder, child, "report").location
    assert onward == f"/missing/finding?ref={episode}"
    assert f'value="{episode}"' in finder.get(onward).text


def test_a_child_who_was_not_opened_leads_nowhere(okoro: Tab, placement: str) -> None:
    shown = asks(okoro)
    address = f"{look_up_in(shown)}/child"
    typed = hidden_in(shown, address)
    assert okoro.send("POST", f"{look_up_in(shown)}/report", data=typed).status_code == 409


def test_a_shielded_child_is_reported_by_its_description(okoro: Tab, bell: Tab, placement: str) -> None:
    child = opened(okoro, asks(okoro))
    shields(bell, placement)
    assert presses(okoro, child, "report").location == "/missing/report", "the placement would say where it lives"


# --- by the number of a council ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("council", ["Leeds City Council", "leeds", "E08000035"])
def test_a_council_is_named_as_people_call_it(okoro: Tab, placement: str, council: str) -> None:
    bare = {"family_name": "", "given_names": "", "born_on-day": "", "born_on-month": "", "born_on-year": ""}
    number = {"identifiers.local_id": "TEST-1", "placing_authority": council}
    assert "R. F. born 2012" in words_of(asks(okoro, **bare, **number))


@pytest.mark.parametrize(
    ("council", "said"),
    [("", "Say which council’s number that is."), ("Nowhere", "No council of England or Wales is called that")],
)
def test_a_number_of_no_council_is_said_to_be_one(okoro: Tab, placement: str, council: str, said: str) -> None:
    refused = asks(okoro, **{"identifiers.local_id": "TEST-1", "placing_authority": council})
    assert refused.status_code == 422
    assert said in words_of(refused)
    assert "GSS code." not in words_of(refused)


# --- whoever is told --------------------------------------------------------------------------------------------------


def test_a_privacy_lead_is_led_from_the_e_mail_and_from_today_to_the_broken_shield(
    okoro: Tab,
    bell: Tab,
    lead: Tab,
    database: Database,
    placement: str,
) -> None:
    assert "broken shield" not in look(lead, "/today")
    shields(bell, placement)
    shown = asks(okoro)
    presses(okoro, shown, "glass", reason="Invented: seen at the railway.")
    assert "1 broken shield waits for your review" in look(lead, "/today")
    assert "Nothing waits for you" not in look(lead, "/today")
    leads_to = lead.get(f"/inbox/alerts/{alert_of(database, 'rvw_', 'kent_police')}").location
    assert leads_to.startswith("/look-up-reviews/rvw_")
    assert "seen at the railway" in look(lead, leads_to)


def test_the_council_is_led_from_the_e_mail_to_the_receipt(
    okoro: Tab,
    priya: Tab,
    database: Database,
    placement: str,
) -> None:
    opened(okoro, asks(okoro))
    path, receipt = priya.get(f"/inbox/alerts/{alert_of(database, 'dsc_', 'leeds')}").location.split("#")
    assert path == "/look-up-receipts"
    assert f'id="{receipt}"' in priya.get(path).text
    assert 'href="/look-up-receipts"' in priya.get("/placements").text


def alert_of(database: Database, prefix: str, member: str) -> str:
    """The alert to *member* about a record whose reference begins so."""
    with database.read() as session:
        said = (
            "SELECT a.ref FROM alert a JOIN organisation o ON o.id = a.organisation_id"
            " WHERE a.subject_ref LIKE :p AND o.name LIKE :n"
        )
        return str(session.execute(text(said), {"p": f"{prefix}%", "n": NAMES[member]}).scalar_one())
