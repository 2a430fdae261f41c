"""Somebody who follows every link that they are shown, and looks at every form: what a walk through the hub finds."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from types import CodeType, FunctionType
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from sqlalchemy import event
from werkzeug.exceptions import HTTPException

from hub.core.db import Database
from hub.web.signed_in import done_once
from tests.access.signing_in import Tab

MOST_OF_A_KIND = 3
"""Pages of one view that are visited: the first, and two more."""
READING = {"audit_entry", "rate_window", "person_session", "alert"}
"""What reading may write: that somebody read, how often they asked, and that a nudge to read was followed."""
WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+(\w+)", re.IGNORECASE)
LINK = re.compile(r'<a\b[^>]*\bhref="([^"]*)"')
POST = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True)
class Form:
    """A form that posts: where to, the view that takes it, and the names of its controls."""

    action: str
    view: Any
    names: frozenset[str]


@dataclass(frozen=True)
class Page:
    """A page that was shown. ``changed``: the tables that showing it changed, but for the record of reading."""

    path: str
    endpoint: str
    status: int
    text: str = field(repr=False)
    forms: tuple[Form, ...] = ()
    changed: frozenset[str] = frozenset()


def walk(app: Flask, database: Database, tab: Tab, start: list[str]) -> Iterator[Page]:
    """Every page that links lead to from *start*, each kind a few times."""
    waiting, seen, visits = list(start), set(start), Counter[str]()
    while waiting:
        path = waiting.pop(0)
        endpoint = endpoint_of(app, path) or "nowhere"
        visits[endpoint] += 1
        if visits[endpoint] > MOST_OF_A_KIND:
            continue
        page = shown(app, database, tab, path, endpoint)
        yield page
        further = [local(each, path) for each in LINK.findall(page.text)]
        new = [each for each in dict.fromkeys(further) if each and each not in seen]
        seen.update(new)
        waiting += new


def shown(app: Flask, database: Database, tab: Tab, path: str, endpoint: str) -> Page:
    with written(database) as changed:
        answer = tab.get(path, headers={"Accept": "text/html"})
    words = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
    return Page(
        path, endpoint, answer.status_code, words, tuple(forms_of(app, words, path)), frozenset(changed) - READING
    )


@contextmanager
def written(database: Database) -> Iterator[set[str]]:
    """The tables of which rows are written meanwhile."""
    changed: set[str] = set()

    def note(_connection: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        found = WRITES.match(statement)
        if found and cursor.rowcount != 0:
            changed.add(found[1])

    engine = database._writing  # what is not written through it is rolled back
    event.listen(engine, "after_cursor_execute", note)
    try:
        yield changed
    finally:
        event.remove(engine, "after_cursor_execute", note)


def local(href: str, base: str) -> str:
    """The path that a link leads to within the hub; empty for any other."""
    parts = urlsplit(urljoin(base, unescape(href)))
    if parts.scheme or parts.netloc or parts.path.startswith(("/api/", "/static/", "/readyz")) or href.startswith("#"):
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def forms_of(app: Flask, words: str, path: str) -> Iterator[Form]:
    for attributes, content in POST.findall(words):
        given = dict(ATTRIBUTE.findall(attributes))
        if given.get("method", "").lower() == "post":
            action = unescape(given.get("action", "")) or path
            names = frozenset(re.findall(r'<(?:input|textarea|select|button)\b[^>]*\bname="([^"]+)"', content))
            yield Form(action, view_of(app, local(action, path) or path, "POST"), names)


def endpoint_of(app: Flask, path: str, method: str = "GET") -> str | None:
    try:
        return str(app.url_map.bind("localhost").match(urlsplit(path).path, method=method)[0])
    except HTTPException:
        return None


def view_of(app: Flask, path: str, method: str) -> Any:
    endpoint = endpoint_of(app, path, method)
    return app.view_functions[endpoint] if endpoint else None


def is_done_once(view: Any) -> bool:
    """Whether *view* ends, through whatever functions of ours, in ``done_once``."""
    return _reaches(view, done_once, set())


def _reaches(function: Any, wanted: Any, seen: set[Any]) -> bool:
    function = getattr(function, "__wrapped__", function)
    if not isinstance(function, FunctionType) or function in seen:
        return False
    seen.add(function)
    called = [function.__globals__.get(name) for name in _names(function.__code__)]
    return any(each is wanted for each in called) or any(
        _reaches(each, wanted, seen) for each in called if getattr(each, "__module__", "").startswith("hub.web")
    )


def _names(code: CodeType) -> set[str]:
    inner = [each for each in code.co_consts if isinstance(each, CodeType)]
    return set(code.co_names).union(*(_names(each) for each in inner))
