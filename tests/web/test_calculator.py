"""“What do I owe?”: the calculator asks what the law turns on, says what is owed in words, and keeps nothing."""

import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.duties.words import CATEGORIES, EVENTS, LEGAL_STATUSES, MARKERS, SETTINGS
from hub.registry.explain_schemas import FactsIn
from hub.registry.models import Placement
from hub.web import fact_words
from hub.web.calculator import questions as calculator_questions
from hub.web.calculator.questions import BY_PATH, WRONG
from hub.web.forms import field_at
from tests.access.signing_in import joined, tab_of
from tests.access.visiting import Visitor, title, words

TURNS_ON = {
    "under_18": {"age"},
    "planned": {"emergency"},
    "emergency": {"emergency"},
    "looked_after": {"legal_status"},
    "not_looked_after": {"legal_status"},
    "not_adoption": {"setting"},
    "care_planning_runs": {"setting", "legal_status"},
    "out_of_area": {"placing_authority", "placement_postcode", "host_authority"},
    "within_england_and_wales": {"placement_postcode", "host_authority"},
    "adjoining": {"placing_authority", "placement_postcode", "host_authority"},
    "distant": {"placing_authority", "placement_postcode", "host_authority"},
    "gated": {"setting"},
    "no_short_break": {"short_break.days", "short_break.days_in_12_months", "legal_status"},
    "childrens_home": {"setting"},
    "supported_accommodation_16_17": {"setting", "age"},
    "fostering_agency": {"setting"},
    "host_is_not_placing": {"placing_authority", "placement_postcode", "host_authority"},
    "health_or_school": {"setting"},
    "health": {"setting"},
    "away_three_months": {"starts", "ends"},
    "youth_detention": {"setting", "legal_status"},
    "criteria_named": {"markers"},
    "reported_missing": {"category"},
    "was_missing": {"category"},
}
"""The facts that each condition of a row of the law turns on."""
EMERGENCY = {
    "placing_authority": "E08000035",
    "placement_postcode": "ME14 1XQ",
    "setting": "childrens_home",
    "starts-day": "2",
    "starts-month": "4",
    "starts-year": "2026",
    "emergency": "yes",
}
"""On Thursday 2 April 2026, before Easter, from Leeds to Maidstone."""


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_is_asked_for_every_fact_that_some_duty_of_it_turns_on(event: str, rules: Rulebook) -> None:
    its_own = [row for row in rules.law.duties.values() if event in row.starts and row.opened_by == "calculator"]
    needed = {fact for row in its_own for condition in row.when for fact in TURNS_ON[condition]}
    needed |= {"approved"} if any(row.clock.count_from == "approval" for row in its_own) else set()
    assert needed <= set(BY_PATH[event.replace("_", "-")].names)


@pytest.mark.parametrize("path", BY_PATH)
def test_every_question_is_a_fact_of_the_schema_and_says_what_to_enter_instead(path: str) -> None:
    for name in BY_PATH[path].names:
        field_at(FactsIn(), name)  # raises where there is none
        assert WRONG[name]


@pytest.mark.parametrize(
    ("said", "allowed"),
    [
        (fact_words.SETTING_WORDS, SETTINGS),
        (fact_words.STATUS_WORDS, LEGAL_STATUSES),
        (fact_words.MARKER_WORDS, MARKERS),
        (fact_words.CATEGORY_WORDS, CATEGORIES),
    ],
)
def test_every_word_of_the_facts_is_said_plainly(said: dict[str, str], allowed: tuple[str, ...]) -> None:
    assert tuple(said) == allowed


@pytest.mark.parametrize("path", BY_PATH)
def test_an_empty_form_says_what_to_enter_and_no_name_of_a_field(app: Flask, path: str) -> None:
    anyone = Visitor(app)
    answer = anyone.sends(f"/law/calculator/{path}", page=f"/law/calculator/{path}")
    assert answer.status_code == 422
    assert title(answer).startswith("Error: ")
    summary = answer.text.partition("govuk-error-summary")[2].partition("</ul>")[0]
    assert "href=" in summary
    assert not re.search(r"[a-z]_[a-z]", words_within(summary))


def words_within(html: str) -> str:
    return re.sub(r"<[^>]+>", " ", html)


def test_every_fault_is_told_at_once_and_what_was_typed_is_kept(app: Flask) -> None:
    anyone = Visitor(app)
    typed = EMERGENCY | {"starts-day": "31", "age": "ten", "placing_authority": ""}
    answer = anyone.sends("/law/calculator/placement-start", page="/law/calculator/placement-start", **typed)
    said = words(answer)
    assert answer.status_code == 422
    assert "Enter a real date" in said
    assert "Enter a whole number." in said
    assert 'value="ten"' in answer.text
    assert 'value="ME14 1XQ"' in answer.text


def test_a_postcode_that_cannot_be_placed_leads_to_the_list_of_councils(app: Flask) -> None:
    typed = EMERGENCY | {"placement_postcode": "ZZ99 9ZZ"}
    anyone = Visitor(app)
    answer = anyone.sends("/law/calculator/placement-start", page="/law/calculator/placement-start", **typed)
    assert answer.status_code == 422
    assert "Check it, or choose the council below." in words(answer)


def test_an_emergency_before_easter_is_due_after_it_in_words(app: Flask) -> None:
    anyone = Visitor(app)
    answer = anyone.sends("/law/calculator/placement-start", page="/law/calculator/placement-start", **EMERGENCY)
    said = words(answer)
    assert answer.status_code == 200
    assert "Owed by the placing authority (Leeds)" in said
    assert "By when by the end of 13 April 2026" in said
    assert "the area of Kent, which does not adjoin: a distant placement" in said
    assert "Owed by the registered person" in said, "the home owes its own notice"
    assert "Where does the child live? In a children’s home" in said


@pytest.mark.parametrize(
    ("typed", "caution"),
    [
        ({}, "The setting was not given"),
        ({"setting": "health"}, "No legal status was given, so the child is taken to be looked after"),
        ({"setting": "supported_accommodation", "age": "15"}, "may be an unlawful placement"),
    ],
)
def test_where_nothing_seems_owed_the_page_says_what_to_check_first(
    app: Flask, typed: dict[str, str], caution: str
) -> None:
    arrived = {"placement_postcode": "ME14 1XQ", "starts-day": "2", "starts-month": "3", "starts-year": "2026"}
    answer = Visitor(app).sends("/law/calculator/admission", page="/law/calculator/admission", **(arrived | typed))
    said = words(answer)
    assert "nothing is owed that the hub knows of" in said
    assert caution in said


def test_the_facts_are_in_no_address_and_kept_nowhere(app: Flask, database: Database) -> None:
    anyone = Visitor(app)
    answer = anyone.sends("/law/calculator/placement-start", page="/law/calculator/placement-start", **EMERGENCY)
    assert answer.request.query_string == b""
    assert answer.headers["Cache-Control"] == "no-store"
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Placement)) == 0


def test_a_placement_in_scotland_says_that_its_rules_are_not_modelled(app: Flask) -> None:
    typed = EMERGENCY | {"placement_postcode": "", "host_authority": "S92000003"}
    anyone = Visitor(app)
    answer = anyone.sends("/law/calculator/placement-start", page="/law/calculator/placement-start", **typed)
    assert answer.status_code == 200
    assert "The rules of Scotland are not modelled here" in words(answer)


def test_every_council_can_be_chosen(areas: Areas) -> None:
    offered = dict(calculator_questions.options_for(areas)["placing_authority"])
    assert set(offered) == set(areas.authorities)


def test_an_event_that_there_is_not_is_not_found(app: Flask) -> None:
    answer = app.test_client().get("/law/calculator/wedding", headers={"Accept": "text/html"})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("who", "offered", "not_offered"),
    [
        (None, "/sign-in?next=/notices/new", 'href="/notices/new"'),
        (("leeds", "social_worker"), "/notices/new", "/joining"),
        (("kent_police", "call_handler"), "", "/notices/new"),
    ],
)
def test_nobody_is_led_to_what_would_be_refused(
    app: Flask, database: Database, cast: Cast, who: tuple[str, str] | None, offered: str, not_offered: str
) -> None:
    path = "/law/calculator/placement-start"
    if who is None:
        shown = Visitor(app).sends(path, page=path, **EMERGENCY)
    else:
        tab = tab_of(app, database, joined(database, cast, who[0], (who[1],)))
        shown = tab.send("POST", path, data=EMERGENCY)
    assert "On these facts" in words(shown)
    main = shown.text.partition("<main")[2].partition("</main>")[0]
    assert offered in main
    assert not_offered not in main
