"""A home in Wales tells its council voluntarily: the English regulations that ask it of homes do not run there."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from hub.core.db import Database
from hub.demonstration.cast import Cast
from tests.access.signing_in import Tab
from tests.web.homes.filling import goes_on, sent
from tests.web.reading import words_of

CARDIFF = "W06000015"


@pytest.fixture
def welsh(at: Callable[[str], Tab], database: Database, cast: Cast) -> Callable[[str], Tab]:
    """``welsh("willow_house")``: at a provider as if it stood in Cardiff."""

    def sit(member: str) -> Tab:
        with database.write() as session:
            moved = text("UPDATE organisation SET area_gss = :gss WHERE id = :id")
            session.execute(moved, {"gss": CARDIFF, "id": cast.ids[member]})
        return at(member)

    return sit


@pytest.mark.parametrize("member", ["willow_house", "lantern_lodge"])
@pytest.mark.parametrize("path", ["/residents", "/admission"])
def test_its_pages_call_the_notice_voluntary_and_name_no_law_of_england(welsh, member: str, path: str) -> None:
    said = words_of(welsh(member).get(path))
    assert "In Wales this notice is voluntary" in said
    assert "The law asks you to tell" not in said


def test_what_it_sends_meets_no_duty_of_england(welsh) -> None:
    wren = welsh("willow_house")
    draft = goes_on(wren)
    assert "No law asks this of you" in words_of(wren.get(f"{draft}/check"))
    receipt = words_of(wren.get(sent(wren, draft).location))
    assert "You told of it voluntarily" in receipt
    assert "Children’s Homes (England)" not in receipt


def test_in_england_the_law_asks_it(at) -> None:
    assert "The law asks you to tell the council where your home is" in words_of(at("willow_house").get("/admission"))


@pytest.mark.parametrize("path", ["/residents", "/admission"])
def test_of_supported_accommodation_the_page_says_that_the_law_is_from_memory(at, path: str) -> None:
    assert "Unsure: from memory" in words_of(at("lantern_lodge").get(path))
    assert "Unsure" not in words_of(at("willow_house").get(path))
