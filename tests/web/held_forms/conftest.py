"""A person, their browser, and a form that stands in for any that does something."""

from typing import Any

import pytest
from flask import Flask, request

from hub.access.models import Person
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import Invalid
from hub.demonstration.cast import Cast
from hub.web import signed_in
from tests.access.signing_in import Tab, joined, tab_of


@pytest.fixture(autouse=True)
def taken(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was done, form by form: everything in it, and the files' content."""
    done: list[dict[str, Any]] = []

    def view() -> Any:
        if request.form.get("child.name") == "":
            raise Invalid("Enter the name.", fields={"child.name": ["Enter the name."]})

        def act(session: Any) -> str:
            files = {name: file.read() for name, file in request.files.items()}
            done.append(request.form.to_dict(flat=False) | files)
            audit.record(session, signed_in.acting(), Event.EXPORT_MADE, signed_in.acting().ref, now=utc_now())
            return "/account"

        return signed_in.done_once(act)

    view.permission = "area.read"  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "area_look_up.look_up", view)
    return done


@pytest.fixture
def pat(app: Flask, database: Database, cast: Cast) -> Person:
    return joined(database, cast)


@pytest.fixture
def tab(app: Flask, database: Database, pat: Person) -> Tab:
    return tab_of(app, database, pat)
