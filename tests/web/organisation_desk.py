"""An administrator in a browser without scripts: forms sent with the tokens that stand in them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.access import sessions
from hub.access.models import Person
from hub.core.db import Database
from hub.demonstration.cast import Cast
from tests.access.signing_in import Tab, tab_of
from tests.access.visiting import title, words
from tests.conftest import NOW

Desk = Callable[[str], "Administrator"]


@dataclass
class Administrator:
    """Somebody of the cast with a page open."""

    tab: Tab
    shown: TestResponse | None = None

    def opens(self, path: str) -> TestResponse:
        self.shown = self.tab.get(path)
        return self.shown

    def sends(self, path: str, **typed: Any) -> TestResponse:
        """Send the form of the page shown whose action is *path*, with what stands hidden in it; follow where it leads."""
        answer = self.posts(path, **typed)
        return self.opens(answer.headers["Location"]) if answer.status_code == 303 else answer

    def posts(self, path: str, **typed: Any) -> TestResponse:
        """As ``sends``, and stay at the first answer."""
        assert self.shown is not None
        data = hidden(self.shown.text, path) | {name.replace("__", "-"): value for name, value in typed.items()}
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
    found = [form for form in forms if f'action="{path}"' in form]
    assert found, f"no form on this page goes to {path}: {re.findall('action=.[^ >]*', page)}"
    controls = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', found[0])
    return {name: unescape(value) for name, value in controls}


def seat(app: Flask, database: Database, cast: Cast, name: str) -> Administrator:
    """*name* of the cast, who has signed in just now."""
    with database.read() as session:
        person = session.scalars(select(Person).where(Person.ref == cast.people[name].ref)).one()
        session.expunge_all()
    return Administrator(tab_of(app, database, person))


def long_ago(database: Database, administrator: Administrator) -> None:
    """Let the administrator have given their factors too long ago for what asks for them again."""
    from datetime import timedelta

    from hub.access.models import PersonSession

    with database.write() as session:
        held = session.scalars(select(PersonSession).where(PersonSession.ref == administrator.tab.session_ref)).one()
        held.proved_at = NOW - timedelta(hours=1)


__all__ = ["Administrator", "Desk", "hidden", "long_ago", "seat", "sessions"]
