"""What holds of every page, whoever wrote it: found by walking through the hub as each of the cast, and in the templates."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

import hub.web
from hub.access.permissions import PERMISSIONS
from hub.core.db import Database
from hub.core.http import PUBLIC
from hub.demonstration.people import PEOPLE
from tests.access.signing_in import Tab
from tests.web.walking import Page, is_done_once, view_of, walk, written

TEMPLATES = sorted((Path(hub.web.__file__).parent / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if path.name != "components.html"]
OF_GUESTS = "pickup"
"""Pages without a session: a secret address and a code protect what they do."""
BEGINNINGS = ["/", "/today", "/account"]
ABOUT = re.compile(r"^[^?]*/[a-z]{3}_[0-9a-z]{26}\b")
"""An address of a record: what is said there, when ringing for help, is its reference."""


# --- in the code ----------------------------------------------------------------------------------------------------------


def rules(app: Flask) -> Iterator[tuple[str, str, object]]:
    for rule in app.url_map.iter_rules():
        if not str(rule).startswith("/api/"):
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield method, str(rule), app.view_functions[rule.endpoint]


def test_every_page_asks_for_a_permission_of_the_policy(app: Flask) -> None:
    without = [path for _, path, view in rules(app) if getattr(view, "permission", None) not in {*PERMISSIONS, PUBLIC}]
    assert without == []


def test_pages_are_got_and_forms_are_posted_and_nothing_else(app: Flask) -> None:
    assert {method for method, _, _ in rules(app)} == {"GET", "POST"}


def test_nothing_is_done_by_being_shown(app: Flask) -> None:
    """What mail scanners and browsers fetch ahead changes nothing."""
    assert [path for method, path, view in rules(app) if method == "GET" and is_done_once(view)] == []


# --- in the templates -----------------------------------------------------------------------------------------------------


def tags(template: str) -> list[str]:
    """The tags of a template, with what is put into them taken out."""
    return re.findall(r"<[a-z][^>]*>", re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", "", template, flags=re.DOTALL))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(path.parents[1])))
def test_a_template_has_no_style_and_no_script_of_its_own(path: Path) -> None:
    """The browser would not take them: the policy of the pages forbids it."""
    inline = re.compile(r"\s(style|on[a-z]+)=|<style|<script(?![^>]*\ssrc=)|javascript:")
    assert [tag for tag in tags(path.read_text()) if inline.search(tag)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(path.parents[1])))
def test_a_browser_is_not_asked_to_judge_what_is_typed(path: Path) -> None:
    """Its sentences are not ours, and it keeps a form from being sent that the hub would answer better."""
    said = path.read_text()
    asked = [tag for tag in tags(said) if re.match(r"<(input|select|textarea)\b", tag)]
    assert [tag for tag in asked if re.search(r"\s(required|pattern|min|max|step)\b", tag)] == []
    assert re.findall(r'"(?:required|pattern)"\s*:', said) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(path.parents[1])))
def test_every_form_that_posts_carries_the_token(path: Path) -> None:
    forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", path.read_text(), flags=re.DOTALL)
    bare = [form[:120] for form in forms if not re.search(r'csrf\(\)|name="csrf_token"', form)]
    assert bare == [] or path.name.startswith(OF_GUESTS)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(path.parents[1])))
def test_a_form_that_posts_is_judged_by_the_hub_alone(path: Path) -> None:
    """Of a form with controls that a browser judges by their kind, such as an e-mail address."""
    forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", path.read_text(), flags=re.DOTALL)
    judged = [form[:120] for form in forms if 'kind="email"' in form and "novalidate" not in form]
    assert judged == []


# --- on the way -----------------------------------------------------------------------------------------------------------


def faults_of_text(page: Page) -> Iterator[str]:
    if len(re.findall(r"<h1\b", page.text)) != 1:
        yield f"{page.path} has not one heading"
    if re.search(r"<(?:input|textarea|select)\b[^>]*\srequired\b", page.text):
        yield f"{page.path} lets the browser judge"
    if ABOUT.search(page.path) and "Say the reference" not in page.text:
        yield f"{page.path} has a help line without the reference"


def faults_of(app: Flask, page: Page) -> Iterator[str]:
    if page.status >= 400:
        yield f"{page.path} answers {page.status}"
    if page.changed:
        yield f"{page.path} changes {sorted(page.changed)} by being shown"
    if page.text and page.status == 200:
        yield from faults_of_text(page)
    for form in page.forms:
        if form.view is None:
            yield f"{page.path} has a form for {form.action}, which takes none"
        elif "csrf_token" not in form.names and not form.action.startswith("/n/"):
            yield f"{page.path}: the form for {form.action} has no token"
        elif is_done_once(form.view) and "once" not in form.names:
            yield f"{page.path}: the form for {form.action} is to be done once and has no key"


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("name", PEOPLE)
def test_every_way_leads_on_and_every_form_is_whole(
    app: Flask, database: Database, tab_for: Callable[[str], Tab], name: str
) -> None:
    beginnings = [path for path in BEGINNINGS if view_of(app, path, "GET")]
    pages = list(walk(app, database, tab_for(name), beginnings))
    assert len(pages) >= 5
    faults = [fault for page in pages for fault in faults_of(app, page)]
    assert not faults, "\n".join(faults)


def test_the_walk_notices_what_is_written(database: Database, tab_for: Callable[[str], Tab]) -> None:
    with written(database) as changed:
        tab_for("priya")
    assert "person_session" in changed
    with written(database) as changed, database.write() as session:
        session.connection().exec_driver_sql("UPDATE person SET version = version WHERE id < 0")
    assert changed == set()
