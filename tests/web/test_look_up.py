"""The look-up's pages without a browser: one screen, the answer above it, and nothing shown that is not on record."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.registry.names.spreading import spread_names_once, spread_places_once
from tests.access.signing_in import Tab, joined, tab_of
from tests.lookup.conftest import LEEDS_AT_NIGHT, PAPER, SHIELD, telephone
from tests.lookup.test_commit_before import NEVER, dies_at_the_commit
from tests.registry.papers import emergency_start
from tests.web.desk_people import Sends, look, priya, sends  # noqa: F401 - fixtures
from tests.web.reading import hidden_in, title_of, words_of

ASKS = {
    "purpose": "missing_report",
    "incident_reference": "18-1234-26",
    "family_name": "Fictitious",
    "given_names": "Rowan",
    "born_on-day": "14",
    "born_on-month": "3",
    "born_on-year": "2012",
}
Placed = Callable[..., str]


@pytest.fixture
def okoro(app: Flask, database: Database, cast: Cast) -> Tab:
    """Kent Police's call handler."""
    roles = ("call_handler",)
    return tab_of(
        app, database, joined(database, cast, "kent_police", roles, email="okoro@police.example", name="A. Okoro")
    )


@pytest.fixture
def lead(app: Flask, database: Database, cast: Cast) -> Tab:
    """Kent Police's privacy lead."""
    roles = ("privacy_lead",)
    return tab_of(
        app, database, joined(database, cast, "kent_police", roles, email="lead@police.example", name="L. Lead")
    )


@pytest.fixture
def bell(app: Flask, database: Database, cast: Cast) -> Tab:
    """A manager of Leeds, who may shield a child."""
    return tab_of(
        app, database, joined(database, cast, "leeds", ("team_manager",), email="bell@leeds.example", name="M. Bell")
    )


@pytest.fixture
def placement(sends: Sends, database: Database, cast: Cast) -> str:  # noqa: F811
    """Leeds has placed Rowan in Willow House, and answers at night."""
    telephone(database, cast.ids["leeds"], LEEDS_AT_NIGHT)
    placed = str(sends("leeds", emergency_start(**PAPER)).placement)
    spread_names_once(database)
    spread_places_once(database)
    return placed


def asks(tab: Tab, **typed: Any) -> Any:
    """Send the look-up's form."""
    return tab.send("POST", "/look-up", data={**ASKS, **typed})


def rows(database: Database, table: str) -> int:
    with database.read() as session:
        return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def look_up_in(shown: Any) -> str:
    return str(re.search(r'action="(/look-up/lku_\w+)/child"', shown.text)[1])  # type: ignore[index]


def opened(tab: Tab, shown: Any, **typed: Any) -> Any:
    """Press the button of the first child offered."""
    address = f"{look_up_in(shown)}/child"
    return tab.send("POST", address, data={**hidden_in(shown, address), **typed})


# --- asking -----------------------------------------------------------------------------------------------------------


def test_a_child_is_offered_by_initials_year_and_home_alone(okoro: Tab, placement: str) -> None:
    shown = asks(okoro)
    assert shown.status_code == 200
    said = words_of(shown)
    assert "1 child may be meant" in said
    assert "R. F. born 2012" in said
    assert "Willow House" in said
    assert LEEDS_AT_NIGHT not in shown.text
    assert "Fictitious" not in title_of(shown)


def test_a_confirmed_child_is_shown_with_whom_to_ring_and_why_not_to_grade_it_low(okoro: Tab, placement: str) -> None:
    said = words_of(opened(okoro, asks(okoro)))
    assert f"Ring now: {LEEDS_AT_NIGHT}" in said
    assert "Do not grade this child as lowest risk" in said
    assert "Child sexual exploitation" in said
    assert "Mental health" not in said  # not for a police force
    assert "an older man" not in said  # risk detail is asked for


def test_risk_detail_is_one_press_more(okoro: Tab, placement: str) -> None:
    child = opened(okoro, asks(okoro))
    address = re.search(r'action="(/look-up/lku_\w+/child)"', child.text)[1]  # type: ignore[index]
    detail = okoro.send("POST", address, data=hidden_in(child, address))
    assert "an older man waits by the gate" in words_of(detail)


def test_every_page_that_shows_anything_has_a_row_first(okoro: Tab, database: Database, placement: str) -> None:
    before = rows(database, "disclosure")
    shown = asks(okoro)
    assert (rows(database, "look_up"), rows(database, "disclosure")) == (1, before + 1)
    opened(okoro, shown)
    assert rows(database, "disclosure") == before + 2


def test_a_page_whose_record_fails_at_the_commit_shows_nothing(okoro: Tab, database: Database, placement: str) -> None:
    """The database is killed between the writing and the commit: of the question, and of the child that is opened."""
    shown = asks(okoro)
    counts = rows(database, "look_up"), rows(database, "disclosure")
    with dies_at_the_commit(database) as died:
        refused = [asks(okoro), opened(okoro, shown)]
    assert len(died) >= 2
    assert [answer.status_code for answer in refused] == [500, 500]
    assert [word for word in NEVER for answer in refused if word in words_of(answer)] == []
    assert (rows(database, "look_up"), rows(database, "disclosure")) == counts
    assert f"Ring now: {LEEDS_AT_NIGHT}" in words_of(opened(okoro, shown))


def test_a_child_who_is_not_there_is_answered_with_what_to_do(okoro: Tab, placement: str) -> None:
    said = words_of(asks(okoro, family_name="Nobodylike", given_names="Zzyzx", **{"born_on-year": "2009"}))
    assert "Nobody in the hub is like this" in said
    assert "does not mean that the child is not in care" in said


def test_a_year_alone_is_enough_of_a_date(okoro: Tab, placement: str) -> None:
    assert "1 child may be meant" in words_of(asks(okoro, **{"born_on-day": "", "born_on-month": ""}))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"purpose": ""}, "Say what you look the child up for."),
        ({"incident_reference": ""}, "nothing is looked up without one"),
        ({"incident_reference": "ABC"}, "18-1234-26"),
        ({"family_name": "", "given_names": ""}, "Say more of the child"),
        ({"family_name": "Fic*"}, "No sign stands for other letters"),
        ({"born_on-year": "2031"}, "lies ahead"),
        ({"born_on-day": "31", "born_on-month": "2"}, "Enter a real date"),
        ({"age": "fourteen"}, "Enter a whole number."),
        ({"identifiers.nhs_number": "1234567890"}, "NHS number"),
        ({"home": "No such home anywhere"}, "No home or agency has such a name"),
    ],
)
def test_what_cannot_be_asked_is_said_and_what_was_typed_is_kept(
    okoro: Tab, database: Database, placement: str, typed: dict[str, str], said: str
) -> None:
    shown = asks(okoro, **typed)
    assert shown.status_code == 422
    assert said in words_of(shown)
    kept = {**ASKS, **typed}
    assert all(f'value="{kept[name]}"' in shown.text for name in ("family_name", "incident_reference") if kept[name])
    assert rows(database, "look_up") == rows(database, "disclosure") == 0


def test_ten_in_a_second_are_too_many_and_nothing_typed_is_lost(okoro: Tab, placement: str) -> None:
    answers = [asks(okoro) for _ in range(10)]
    refused = next(each for each in answers if each.status_code == 429)
    assert "5 look-ups in ten seconds" in words_of(refused)
    assert re.search(r"Try again in \d+ seconds?", words_of(refused)), "how long to wait"
    assert 'value="Fictitious"' in refused.text
    assert "may be meant" not in words_of(refused)


def test_a_look_up_that_is_not_ones_own_opens_nothing(
    okoro: Tab, placement: str, app: Flask, database: Database, cast: Cast
) -> None:
    shown = asks(okoro)
    stranger = tab_of(
        app,
        database,
        joined(database, cast, "west_yorkshire_police", ("call_handler",), email="x@wy.example", name="X. Y"),
    )
    address = f"{look_up_in(shown)}/child"
    assert stranger.send("POST", address, data=hidden_in(shown, address)).status_code == 404


# --- shielded ---------------------------------------------------------------------------------------------------------


def test_a_shielded_child_is_a_number_to_ring_until_the_shield_is_broken(
    okoro: Tab, bell: Tab, lead: Tab, placement: str
) -> None:
    page = bell.get(f"/placements/{placement}/shield")
    set_up = bell.send(
        "POST", f"/placements/{placement}/shield", data={**hidden_in(page, f"/placements/{placement}/shield"), **SHIELD}
    )
    assert set_up.status_code == 303
    assert "This child is shielded" in look(bell, f"/placements/{placement}/shield")
    shown = asks(okoro)
    said = words_of(shown)
    assert "A shielded child" in said
    assert LEEDS_AT_NIGHT in said
    assert "R. F." not in said
    assert "Willow House" not in said
    glass = str(re.search(r'action="(/look-up/lku_\w+/glass)"', shown.text)[1])  # type: ignore[index]
    bare = okoro.send("POST", glass, data=hidden_in(shown, glass))
    assert bare.status_code == 422
    assert "Say why ringing the number cannot wait." in words_of(bare)
    broken = okoro.send("POST", glass, data={**hidden_in(bare, glass), "reason": "Invented: seen at the railway."})
    assert "You broke the shield of this child" in words_of(broken)
    assert "Broken shields" in look(lead, "/look-up-reviews")


def test_a_child_who_was_shielded_after_it_was_offered_is_a_number_and_the_glass(
    okoro: Tab, bell: Tab, placement: str
) -> None:
    """Not a button for risk detail, which would be refused."""
    shown = asks(okoro)
    address = f"/placements/{placement}/shield"
    bell.send("POST", address, data={**hidden_in(bell.get(address), address), **SHIELD})
    child = opened(okoro, shown)
    said = words_of(child)
    assert f"Ring now: {LEEDS_AT_NIGHT}" in said
    assert "Show risk detail" not in said
    assert "Break the shield" in said


def test_a_shield_is_lifted_with_a_reason(bell: Tab, placement: str) -> None:
    address = f"/placements/{placement}/shield"
    bell.send("POST", address, data={**hidden_in(bell.get(address), address), **SHIELD})
    assert (
        bell.send("POST", address, data={**hidden_in(bell.get(address), address), "by": "M. Bell"}).status_code == 422
    )
    bell.send("POST", address, data={**hidden_in(bell.get(address), address), **SHIELD})
    assert "Shield this child from look-ups" in look(bell, address)


# --- accounted for ----------------------------------------------------------------------------------------------------


def test_the_council_sees_who_looked_what_for_and_what_was_shown(okoro: Tab, priya: Tab, placement: str) -> None:  # noqa: F811
    assert "Nobody has looked" in look(priya, f"/placements/{placement}/look-ups")
    opened(okoro, asks(okoro))
    said = look(priya, f"/placements/{placement}/look-ups")
    assert "Kent Police" in said
    assert "A child has been reported missing" in said
    assert "18-1234-26" not in said  # the incident is the force's
    assert "Kent Police" in look(priya, "/look-up-receipts")


def test_ones_own_look_ups_are_listed_and_shown_whole(okoro: Tab, placement: str) -> None:
    assert "Nothing was looked up yet" in look(okoro, "/look-ups")
    opened(okoro, asks(okoro))
    address = re.search(r'href="(/look-ups/lku_\w+)"', okoro.get("/look-ups").text)[1]  # type: ignore[index]
    said = look(okoro, address)
    assert "18-1234-26" in said
    assert "Family name Fictitious" in said


def test_the_privacy_lead_reviews_a_sample(okoro: Tab, lead: Tab, placement: str) -> None:
    opened(okoro, asks(okoro))
    address = re.search(r'href="(/look-ups/lku_\w+/review)"', lead.get("/look-up-reviews").text)[1]  # type: ignore[index]
    page = lead.get(address)
    assert lead.send("POST", address, data={**hidden_in(page, address), "outcome": "improper"}).status_code == 422
    typed = {"outcome": "explained", "note": "Invented: the child is a neighbour’s.", "by": "L. Lead, privacy lead"}
    assert lead.send("POST", address, data={**hidden_in(page, address), **typed}).status_code == 303
    assert "Unusual, and explained" in look(lead, address.removesuffix("/review"))
