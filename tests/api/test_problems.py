"""One shape for every refusal, on every path to one; and nothing stored by what was refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from hub import tables
from hub.core.db import Database
from hub.demonstration.cast import Cast

ClientFor = Callable[[str], FlaskClient]


def assert_problem(response: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The one shape: problem+json, stable code, a sentence; never cached."""
    assert response.status_code == status, response.text
    assert response.mimetype == "application/problem+json"
    said: dict[str, Any] = json.loads(response.text)
    assert said["status"] == status
    assert said["code"] == code
    assert said["title"]
    assert said["detail"].endswith((".", "?"))
    assert response.headers["Cache-Control"] == "no-store"
    return said


def rows(database: Database) -> int:
    """How many rows there are in tables of notices, obligations, alerts: what a refused request must not change."""
    watched = ("notice", "placement", "child", "child_index", "obligation", "alert", "delivery", "idempotency_key")
    with database.read() as session:
        counted = [t for t in tables.ALL if t.name in watched]
        return sum(session.scalar(select(func.count()).select_from(t)) or 0 for t in counted)


BAD_BODIES: list[tuple[str, bytes, str, int, str]] = [
    ("malformed JSON", b'{"kind": ', "application/json", 400, "malformed"),
    ("not UTF-8", '{"kind": "é"}'.encode("latin-1"), "application/json", 400, "malformed"),
    ("another encoding", '{"kind": "x"}'.encode("utf-16"), "application/json; charset=utf-16", 400, "malformed"),
    ("a list", b"[]", "application/json", 422, "invalid"),
    ("a number", b"7", "application/json", 422, "invalid"),
    ("null", b"null", "application/json", 422, "invalid"),
    ("nothing", b"", "application/json", 422, "invalid"),
    ("a form", b"kind=x", "application/x-www-form-urlencoded", 415, "wrong_media_type"),
    ("an unknown field", b'{"kind": "placement_start", "surname": "x"}', "application/json", 422, "invalid"),
    ("a wrong type", b'{"kind": ["placement_start"]}', "application/json", 422, "invalid"),
    (
        "a naive time",
        b'{"kind": "placement_start", "starts_at": "2026-11-20T10:00:00"}',
        "application/json",
        422,
        "invalid",
    ),
    (
        "an impossible date",
        b'{"kind": "placement_start", "starts_on": "2026-02-30"}',
        "application/json",
        422,
        "invalid",
    ),
    ("a NUL", b'{"kind": "placement_start", "needs_assessment": "a\\u0000b"}', "application/json", 422, "invalid"),
    (
        "half a pair",
        b'{"kind": "placement_start", "needs_assessment": "\\ud800"}',
        "application/json",
        400,
        "malformed",
    ),
    ("far too much", b'{"kind": "' + b"x" * 1_100_000 + b'"}', "application/json", 413, "too_large"),
    ("not a number", b'{"kind": NaN}', "application/json", 400, "malformed"),
    ("deep nesting", b'{"kind": ' + b"[" * 20_000 + b"]" * 20_000 + b"}", "application/json", 400, "malformed"),
]


@pytest.mark.parametrize(("what", "body", "media", "status", "code"), BAD_BODIES, ids=[b[0] for b in BAD_BODIES])
def test_bad_input_gets_a_clear_problem_and_stores_nothing(
    client_for: ClientFor, database: Database, what: str, body: bytes, media: str, status: int, code: str
) -> None:
    before = rows(database)
    response = client_for("leeds").post(
        "/api/v1/notices", data=body, content_type=media, headers={"Idempotency-Key": "k" * 20}
    )
    said = assert_problem(response, status, code)
    assert ("fields" in said) == (code == "invalid")
    assert rows(database) == before


@pytest.mark.parametrize(
    ("header", "sentence"),
    [(None, "Send your API key"), ("Bearer nonsense", "does not know this API key"), ("Basic abc", "Send your API key"),
     ("Bearer hub_000000000000_x", "does not know this API key"), ("Bearer hub_é_é", "does not know this API key")],
)  # fmt: skip
def test_who_is_asking_must_be_known(app: Flask, header: str | None, sentence: str) -> None:
    headers = {"Authorization": header} if header else {}
    response = app.test_client().get("/api/v1/obligations", headers=headers)
    assert sentence in assert_problem(response, 401, "unauthenticated")["detail"]
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_kind_of_organisation_that_may_not_is_told_who_may(client_for: ClientFor) -> None:
    response = client_for("kent_police").post("/api/v1/notices", json={"kind": "placement_start"})
    assert "police force" in assert_problem(response, 403, "not_permitted")["detail"]


def test_no_such_address_and_no_such_method(client_for: ClientFor) -> None:
    assert_problem(client_for("leeds").get("/api/v1/nothing"), 404, "not_found")
    response = client_for("leeds").patch("/api/v1/notices", json={})
    assert_problem(response, 405, "method_not_allowed")
    assert "POST" in response.headers["Allow"]


def test_an_unknown_query_parameter_is_named(client_for: ClientFor) -> None:
    said = assert_problem(client_for("leeds").get("/api/v1/obligations?sorted=yes"), 422, "invalid")
    assert "sorted" in said["fields"]


def test_what_another_may_not_see_looks_like_what_is_not_there(client_for: ClientFor, cast: Cast) -> None:
    absent = client_for("cornwall").get("/api/v1/notices/ntc_" + "0" * 26)
    assert_problem(absent, 404, "not_found")


def test_too_many_requests_say_when_to_come_back(app: Flask, client_for: ClientFor) -> None:
    from dataclasses import replace

    from hub.core.http import provide
    from hub.core.settings import Settings

    provide(app, replace(app.extensions["hub"][Settings], requests_per_minute=20))
    client = client_for("leeds")
    answers = [client.get("/api/v1/organisations?limit=1") for _ in range(22)]
    assert [a.status_code for a in answers[:20]] == [200] * 20
    assert_problem(answers[20], 429, "too_many")
    assert 0 < int(answers[20].headers["Retry-After"]) <= 60
