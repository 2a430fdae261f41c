"""An administrator in a browser without scripts: forms sent with the tokens that stand in them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.access.models import Person, PersonSession
from hub.core.db import Database
from hub.demonstration.cast import Cast
from tests.access.signing_in import Tab, tab_of
from tests.access.visiting import title, words
from tests.conftest import NOW


@dataclass
class Administrator:
    """Somebody of the cast with a page open."""

    tab: Tab
    shown: TestResponse | None = None

    def opens(self, path: str) -> TestResponse:
        self.shown = self.tab.get(path)
        return self.shown

    def sends(self, path: str, typed: Mapping[str, Any] | None = None) -> TestResponse:
        """Send the form of the page shown whose action is *path*, with what stands hidden in it; follow where it leads."""
        answer = self.posts(path, typed)
        return self.opens(answer.headers["Location"]) if answer.status_code == 303 else answer

    def posts(self, path: str, typed: Mapping[str, Any] | None = None) -> TestResponse:
        """As ``sends``, and stay at the first answer."""
        assert self.shown is not None
        data = hidden(self.shown.text, path) | dict(typed or {})
        answer: TestResponse = self.tab.send("POST", path, data=data)
        if answer.status_code != 303:
            self.shown = answer
        return answer

    @property
    def reads(self) -> str:
        assert self.shown is not None
        return words(self.shown)

    @property
    def title(self) -> str:
        assert self.shown is not None
        return title(self.shown)


def hidden(page: str, path: str) -> dict[str, str]:
    """The hidden controls of the form on *page* that goes to *path*, or that has a button which sends it there."""
    forms = re.findall(r"<form[^>]*>.*?</form>", page, flags=re.DOTALL)
    found = [form for form in forms if f'action="{path}"' in form]  # formaction of a button is one too
    assert found, f"no form on this page goes to {path}: {re.findall('action=.[^ >]*', page)}"
    controls = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', found[0])
    return {name: unescape(value) for name, value in controls}


def standing(page: str, name: str) -> str:
    """What stands in the text control *name* of *page*."""
    [control] = re.findall(rf'<input[^>]*name="{re.escape(name)}"[^>]*>', page)
    value = re.findall(r'value="([^"]*)"', control)
    return unescape(value[0]) if value else ""


def errors_of(page: TestResponse) -> list[str]:
    """The sentences of the summary at the top of *page*, in order."""
    [summary] = re.findall(r"govuk-error-summary__list.*?</ul>", page.text, flags=re.DOTALL)
    return [unescape(" ".join(said.split())) for said in re.findall(r"<a [^>]*>(.*?)</a>", summary, flags=re.DOTALL)]


def seat(app: Flask, database: Database, cast: Cast, name: str) -> Administrator:
    """*name* of the cast, who has signed in just now."""
    with database.read() as session:
        person = session.scalars(select(Person).where(Person.ref == cast.people[name].ref)).one()
        session.expunge_all()
    return Administrator(tab_of(app, database, person))


def long_ago(database: Database, administrator: Administrator) -> None:
    """Let the administrator have given their factors too long ago for what asks for them again."""
    with database.write() as session:
        held = session.scalars(select(PersonSession).where(PersonSession.ref == administrator.tab.session_ref)).one()
        held.proved_at = NOW - timedelta(hours=1)
