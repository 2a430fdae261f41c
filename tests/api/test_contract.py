"""The API keeps its word: no request whatever brings a fault of ours, an undocumented status or a broken schema."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate
from schemathesis import BaseSchema
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hub.app import create_app
from hub.core.db import Database
from hub.core.settings import Settings
from hub.demonstration.cast import Cast

GROUPS = (
    "access",
    "area_corrections",
    "audit",
    "directory",
    "duty",
    "evidence",
    "files",
    "host_steps",
    "inbox",
    "interview_money",
    "interview_providers",
    "interview_reports",
    "interview_requests",
    "interviews",
    "look_up_accounts",
    "look_ups",
    "markers",
    "matches",
    "missing",
    "obligations",
    "people",
    "proposals",
    "providers",
    "questions",
    "registry",
    "teams",
    "sandbox",
    "uploads",
)
ASKED = [
    *((group, member) for group in GROUPS for member in ("leeds", "operator")),
    *((group, "beacon") for group in GROUPS if group.startswith("interview")),
]
"""Who asks: a council and the operator, and of interviews a provider too."""
PROMISES = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
QUICK = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize(("group", "member"), ASKED)
def test_anything_may_be_sent_and_is_answered_properly(app: Flask, cast: Cast, group: str, member: str) -> None:
    headers = {"Authorization": f"Bearer {cast.tokens[member]}"}
    operations = [result.ok() for result in _document(app).include(tag=group).get_all_operations()]
    assert operations
    for operation in operations:
        _try_out(operation, headers)


@cache
def _document(app: Flask) -> BaseSchema:
    """Read once by each worker, with the words and numbers that Schemathesis finds in the hub's source, which it tries out too.

    It looks for them when a strategy is first asked for, and a part of the document (``include``) knows what was found before.
    """
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    next(iter(document.get_all_operations())).ok().as_strategy()
    return document


def _try_out(operation: Any, headers: dict[str, str]) -> None:
    @QUICK
    @given(case=operation.as_strategy())
    def send(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=PROMISES)

    send()


def test_the_document_is_openapi_3_1(app: Flask) -> None:
    document = app.test_client().get("/api/v1/openapi.json").get_json()
    validate(document)
    assert document["openapi"].startswith("3.1")
    assert {tag["name"] for tag in document["tags"]} == set(GROUPS)


def test_every_route_says_in_words_what_it_does_and_what_it_takes(app: Flask) -> None:
    document = app.test_client().get("/api/v1/openapi.json").get_json()
    operations = [
        (f"{method.upper()} {path}", operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    ]
    assert [at for at, operation in operations if not operation.get("summary")] == []
    assert [name for name, said in document["components"]["schemas"].items() if not said.get("properties")] == []


def test_every_route_of_the_api_is_in_the_document(app: Flask) -> None:
    document = app.test_client().get("/api/v1/openapi.json").get_json()
    described = {(path, method.upper()) for path, item in document["paths"].items() for method in item}
    for rule in app.url_map.iter_rules():
        if str(rule).startswith("/api/v1/") and not rule.endpoint.startswith("pages."):
            path = str(rule).replace("<", "{").replace(">", "}")
            assert {(path, method) for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}} <= described


def test_the_document_is_made_when_it_is_first_asked_for_and_once(settings: Settings, cast: Cast) -> None:
    app = create_app(settings)
    api = app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    assert api.spec.to_dict()["paths"] == {}
    with ThreadPoolExecutor(4) as askers:
        documents = [asked.result() for asked in [askers.submit(api.document) for _ in range(4)]]
    assert all(each is documents[0] for each in documents)
    assert len(documents[0]["paths"]) > 100
    app.extensions["hub"][Database].close()


def layers_of(view: Any) -> Iterator[Any]:
    while view is not None:
        yield view
        view = getattr(view, "__wrapped__", None)


def test_no_view_keeps_a_copy_of_what_the_document_says(app: Flask) -> None:
    """They would be megabytes in each process: every decorator of the library makes one, schemas and all."""
    layers = [layer for view in app.view_functions.values() for layer in layers_of(view)]
    assert [layer.__name__ for layer in layers if hasattr(layer, "_apidoc")] == []
