"""Whatever the hub says, it can say in another language: the pages are read in one that is made up for it.

What is data stays as it is (docs/adr/0022): the rows of the law and of policy, names and what was typed, why a duty was found
to be owed, written down when it was; and codes in the audit.
"""

import re
import tomllib
from collections.abc import Callable, Iterator
from csv import DictReader
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import select

from hub import catalogue
from hub.access.spoken import spoken
from hub.core.db import Database
from hub.core.sentences import either, listed, worded
from hub.core.settings import REPOSITORY
from hub.demonstration.interviewing import ENTRIES
from hub.demonstration.people import PEOPLE
from hub.directory.models import Organisation
from hub.duties.pages import plain, titled
from hub.duties.rulebook import Rulebook
from hub.notify.models import Obligation
from hub.registry.schemas import COUNTRIES
from hub.web.translating import translated
from tests.access.signing_in import Tab
from tests.registry.papers import ADMISSION, START
from tests.web.made_up_language import english_in, marked, spoken_by
from tests.web.reading import forms_in
from tests.web.walking import Form, Page, walk

READERS = ["priya", "helen", "tom", "okoro", "wren", "nadia", "ola"]
"""Of each kind of organisation somebody."""
BEGINNINGS = ["/", "/today", "/account"]
CODES_AS_RECORDED = "/audit"
MADE_UP = {
    "Demonstration system of",
    "Firefox on Linux",
    "The inbox in the hub",
    *COUNTRIES,
    *(entry.independence for entry in ENTRIES.values()),
}
"""What the demonstration's systems, browsers and desks are called, and what its providers say of themselves; and the codes of
countries, which a refusal lists as the API takes them."""


# --- sentences ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def made_up(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """The hub, which speaks the made-up language."""
    with spoken_by(app, catalogue.template(), tmp_path / "language"):
        yield app


def test_a_sentence_is_said_in_the_readers_language_with_its_values(made_up: Flask) -> None:
    with made_up.test_request_context():
        said = translated(worded("This link was good until {day}. Ask your organisation's administrator to send it again.",
                                 day=date(2026, 11, 18)))  # fmt: skip
    assert said == marked(
        "This link was good until {}. Ask your organisation's administrator to send it again."
    ).format("18 November 2026")


def test_a_sentence_within_a_sentence_is_said_so_too(made_up: Flask) -> None:
    with made_up.test_request_context():
        said = translated(worded("A {kind} is sent by a {sender}.", kind="placement start", sender=spoken("dcs")))
        assert said == marked("A {} is sent by a {}.").format("placement start", marked("DCS"))
        assert translated(either(["this", "that"])) == f"this {marked('or')} that"
        assert translated(listed(["a", "b", spoken("desk")])) == f"a, b {marked('and')} {marked('desk')}"


def test_a_day_and_an_instant_are_said_as_the_language_says_them(app: Flask) -> None:
    at = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
    with app.test_request_context(), force_locale("cy"):
        assert translated(worded("{day}", day=at.date())) == "18 Tachwedd 2026"
        assert translated(worded("{at}", at=at)) == "18 Tachwedd 2026 at 10:00"


def test_what_is_data_stays_as_it_is(made_up: Flask) -> None:
    with made_up.test_request_context():
        assert (
            translated(worded("{ref}", ref="The hub does not know this API key."))
            == "The hub does not know this API key."
        )


def test_the_api_answers_in_english_whatever_pages_speak(
    made_up: Flask, client_for: Callable[[str], FlaskClient]
) -> None:
    refused = client_for("leeds").post("/api/v1/notices", json={}).get_json()
    assert refused["detail"] == "Some of what was sent needs changing: see the fields."
    assert refused["fields"]["kind"] == ["Say which kind of notice this is."]


# --- pages ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def data(database: Database, rules: Rulebook) -> Callable[[], re.Pattern[str]]:
    """What stands on pages in one language: found when the pages have been read, for reading may add to it."""

    def gathered() -> re.Pattern[str]:
        with database.read() as session:
            kept = {*session.scalars(select(Obligation.because)), *session.scalars(select(Organisation.name))}
        officers = {f"{name}, {spoken(roles[0])}" for _, name, roles in PEOPLE.values()} | {
            n for _, n, _ in PEOPLE.values()
        }
        every = {*kept, *officers, *codes_of(rules), *rows_of_config(), *leaves(START), *leaves(ADMISSION), *MADE_UP}
        longest_first = sorted(every - {""}, key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")

    return gathered


def codes_of(rules: Rulebook) -> Iterator[str]:
    """What the rows of the law name by a code, which pages show as plain words: who owes, what
    sets it off, a rule's name; and the law's own word for how soon."""
    codes = {
        role for duty in rules.law.duties.values() for role in (duty.owed_by, duty.owed_to, *duty.also_to, *duty.starts)
    }
    names = {titled(rule.name) for rule in rules.law.rules.rows}
    words = {
        clock.law_word for duty in rules.law.duties.values() for clock in (duty.clock, duty.emergency_clock) if clock
    }
    for said in {*map(plain, codes), *names, *words}:
        yield from (said, said[:1].upper() + said[1:])


@cache
def rows_of_config() -> frozenset[str]:
    """The texts of the law and of policy, and the names in the tables."""
    files = [path for part in ("law", "policy") for path in (REPOSITORY / "config" / part).glob("*.toml")]
    said = {text for path in files for text in leaves(tomllib.loads(path.read_text())) if " " in text}
    tables = (REPOSITORY / "config" / "reference").glob("*.csv")
    names = {
        row[name]
        for path in tables
        for row in DictReader(path.read_text().splitlines())
        for name in row
        if "name" in name
    }
    return frozenset(said | names)


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from leaves(each)


def faults_of(pages: list[Page], data: re.Pattern[str]) -> list[str]:
    read = [page for page in pages if page.text and not 300 <= page.status < 400]
    return [
        f"{page.path}: {said}"
        for page in read
        if not page.path.startswith(CODES_AS_RECORDED)
        for said in english_in(page.text, data)
    ]


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("name", READERS)
def test_no_page_says_a_sentence_in_english(
    made_up: Flask, database: Database, tab_for: Callable[[str], Tab], data: Callable[[], re.Pattern[str]], name: str
) -> None:
    tab = tab_for(name)
    pages = list(walk(made_up, database, tab, BEGINNINGS))
    assert len(pages) >= 5
    refusals = [refusal for page in pages for form in page.forms for refusal in refused(tab, page, form)]
    assert refusals
    faults = faults_of([*pages, *refusals], data())
    assert not faults, "\n".join(dict.fromkeys(faults))


def refused(tab: Tab, page: Page, form: Form) -> Iterator[Page]:
    """What *form* answers when nothing is entered, and when what is entered is no answer to anything."""
    forms = forms_in(page)
    hidden = forms.get(form.action) or forms.get("", {})
    asked = form.names - hidden.keys()
    for typed in ({}, dict.fromkeys(asked, "x")) if asked else ():
        answer = tab.client.post(form.action, data={**typed, **hidden}, headers={"Accept": "text/html"})
        if answer.status_code >= 400:
            yield Page(f"{form.action} {sorted(typed)}", "", answer.status_code, answer.get_data(as_text=True))


@pytest.mark.usefixtures("cast")
def test_the_reader_notices_what_was_never_translated(
    app: Flask, tmp_path: Path, data: Callable[[], re.Pattern[str]]
) -> None:
    """With one message less, every page that says it is found."""
    template = catalogue.template()
    assert template.count('msgid "Page not found"') == 1
    without = template.replace('msgid "Page not found"', 'msgid "Page not there"')
    with spoken_by(app, without, tmp_path / "language", "en_AU"):
        page = app.test_client().get("/nowhere", headers={"Accept": "text/html"}).text
    assert [said for said in english_in(page, data()) if "Page not found" in said]
    assert not [said for said in english_in(page, data()) if "Page not found" not in said]
