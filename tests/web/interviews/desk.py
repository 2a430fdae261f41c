"""Somebody of the cast at the pages of interviews: whoever asks for them, or holds them, before a form."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import pytest
from flask import Flask

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.demonstration.cast import Cast
from tests.access.signing_in import Tab, joined, tab_of
from tests.web.reading import hidden_in

HOLDERS: Final = ("beacon", "kent_returns", "northstar")
"""Members of the cast that hold interviews for others."""


@pytest.fixture
def at(app: Flask, database: Database, cast: Cast) -> Callable[..., Tab]:
    """``at("leeds", "team_manager")``: a tab in which somebody there is signed in; without a role whoever does most there."""

    @cache
    def sit(member: str, role: str = "") -> Tab:
        role = role or ("coordinator" if member in HOLDERS else "social_worker")
        person = joined(database, cast, member, (role,), email=f"pat-{role}@{member}.example".replace("_", "-"))
        return tab_of(app, database, person, now=utc_now())

    return sit


def fill(tab: Tab, path: str, answers: Mapping[str, Any], *, page: str | None = None) -> Any:
    """What the form that is sent to *path* answers; *page*: where it stands, with what it has hidden."""
    return tab.send("POST", path, data={**hidden_in(tab.get(page or path), path), **answers})
