"""A form is done once: pressed twice, loaded again, sent from two tabs at one moment, sent again with other words."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask, g, request
from sqlalchemy.orm import Session

from hub.access.models import Person
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import Database
from hub.core.errors import Invalid, Malformed
from hub.core.http import resource
from hub.core.ids import new_ref
from hub.demonstration.cast import Cast
from hub.web import signed_in
from tests.access.signing_in import actor_of, begun, joined, recorded
from tests.conftest import NOW

DONE = Event.EXPORT_MADE


@pytest.fixture
def pat(database: Database, cast: Cast) -> Actor:
    return actor_of(database, begun(database, joined(database, cast)).token)


def pressed(app: Flask, actor: Actor, form: dict[str, Any], *, path: str = "/somewhere", fails: bool = False) -> str:
    """Where a form leads whose act leaves one entry in the record, and names a new place each time it is done."""

    def act(session: Session) -> str:
        audit.record(session, actor, DONE, actor.ref, now=NOW)
        if fails:
            raise Invalid("Enter the day.", fields={"day": ["Enter the day."]})
        return f"/done/{new_ref('ntc')}"

    with app.test_request_context(path, method="POST", data=form):
        g.actor = actor
        return signed_in.done_once(act).headers["Location"]


def times_done(database: Database) -> int:
    return len(recorded(database, "export.made"))


def test_a_form_sent_twice_is_done_once_and_leads_to_the_same_place(app: Flask, database: Database, pat: Actor) -> None:
    form = {"once": new_ref("key"), "day": "27"}
    assert pressed(app, pat, form) == pressed(app, pat, form)
    assert times_done(database) == 1


def test_the_token_of_the_form_may_change_between(app: Flask, database: Database, pat: Actor) -> None:
    """Somebody who signed in again has another."""
    form = {"once": new_ref("key"), "day": "27"}
    assert pressed(app, pat, form | {"csrf_token": "a"}) == pressed(app, pat, form | {"csrf_token": "b"})
    assert times_done(database) == 1


def test_a_form_opened_anew_is_another_form(app: Flask, database: Database, pat: Actor) -> None:
    for _ in range(2):
        pressed(app, pat, {"once": new_ref("key"), "day": "27"})
    assert times_done(database) == 2


@pytest.mark.parametrize("tabs", [2, 6])
def test_tabs_that_send_at_one_moment_do_it_once_and_all_arrive_at_what_was_done(
    app: Flask, database: Database, pat: Actor, tabs: int
) -> None:
    form, gate = {"once": new_ref("key"), "day": "27"}, threading.Barrier(tabs)

    def press(_: int) -> str:
        gate.wait(timeout=10)
        return pressed(app, pat, form)

    with ThreadPoolExecutor(tabs) as pool:
        places = set(pool.map(press, range(tabs)))
    assert len(places) == 1
    assert times_done(database) == 1


def test_what_was_refused_can_be_sent_again_with_the_same_key(app: Flask, database: Database, pat: Actor) -> None:
    key = new_ref("key")
    with pytest.raises(Invalid):
        pressed(app, pat, {"once": key, "day": ""}, fails=True)
    assert times_done(database) == 0
    pressed(app, pat, {"once": key, "day": "27"})
    assert times_done(database) == 1


def test_the_back_button_and_other_words_lead_to_what_was_sent_first(
    app: Flask, database: Database, pat: Actor
) -> None:
    key = new_ref("key")
    first = pressed(app, pat, {"once": key, "day": "27"})
    with pytest.raises(signed_in.SentBefore) as refusal:
        pressed(app, pat, {"once": key, "day": "28"})
    assert (refusal.value.path, refusal.value.status, refusal.value.reason) == (first, 409, "sent_before")
    assert times_done(database) == 1


def test_the_page_of_that_refusal_has_a_link_there(app: Flask, pat: Actor) -> None:
    with app.test_request_context("/account", headers={"Accept": "text/html"}):
        g.actor = pat
        page = signed_in._refused(signed_in.SentBefore("/notices/ntc_1"))
        assert page.status_code == 409
        assert '<a class="govuk-link" href="/notices/ntc_1">Look at what was sent first</a>' in page.get_data(
            as_text=True
        )


def test_another_address_or_another_file_is_something_else(app: Flask, database: Database, pat: Actor) -> None:
    def with_file(content: bytes) -> dict[str, Any]:
        return {"once": key, "file": (io.BytesIO(content), "children.csv")}

    key = new_ref("key")
    first = pressed(app, pat, with_file(b"one"))
    assert pressed(app, pat, with_file(b"one")) == first
    with pytest.raises(signed_in.SentBefore):
        pressed(app, pat, with_file(b"two"))
    assert times_done(database) == 1


def test_the_file_can_still_be_read_after_it_was_told_apart(app: Flask, pat: Actor) -> None:
    read = []

    def act(_: Session) -> str:
        read.append(request.files["file"].read())
        return "/"

    form = {"once": new_ref("key"), "file": (io.BytesIO(b"one"), "children.csv")}
    with app.test_request_context("/uploads", method="POST", data=form):
        g.actor = pat
        signed_in.done_once(act)
    assert read == [b"one"]


def test_two_people_with_one_key_never_meet(app: Flask, database: Database, cast: Cast, pat: Actor) -> None:
    other: Person = joined(database, cast, "kent", ("duty_desk",), email="sam@mail.example")
    form = {"once": new_ref("key")}
    assert pressed(app, pat, form) != pressed(app, actor_of(database, begun(database, other).token), form)
    assert times_done(database) == 2


@pytest.mark.parametrize("key", ["", "x", "key_" + "0" * 25, "key_" + "0" * 26 + "\x00", "k" * 5000])
def test_a_key_that_is_none_of_ours_is_refused_before_anything_is_done(
    app: Flask, database: Database, pat: Actor, key: str
) -> None:
    with pytest.raises(Malformed):
        pressed(app, pat, {"once": key})
    assert times_done(database) == 0


def test_a_form_shown_again_keeps_its_key_and_takes_none_of_anybody_elses_making(app: Flask) -> None:
    key = new_ref("key")
    with app.test_request_context("/", method="POST", data={"once": key}):
        assert signed_in.new_key() == key
    with app.test_request_context("/", method="POST", data={"once": "<script>"}):
        assert signed_in.new_key() != "<script>"


def test_nothing_is_kept_of_where_it_led_but_sealed(app: Flask, database: Database, pat: Actor) -> None:
    place = pressed(app, pat, {"once": new_ref("key")})
    with app.app_context():
        assert resource(Database).keys is not None
    with database.read() as session:
        rows = session.connection().exec_driver_sql("SELECT sealed FROM idempotency_key").all()
    assert len(rows) == 1
    assert place.encode() not in bytes(rows[0][0])
