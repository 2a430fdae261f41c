"""The API keeps its word: no request whatever brings a fault of ours, an undocumented status or a broken schema."""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from openapi_spec_validator import validate
from schemathesis.config import SchemathesisConfig

from hub.demonstration.cast import Cast


@pytest.fixture
def api_schema(app: Flask) -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=SchemathesisConfig())


schema = schemathesis.pytest.from_fixture("api_schema")

QUICK = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@schema.parametrize()
@QUICK
def test_a_council_may_send_anything_and_is_answered_properly(case: schemathesis.Case, cast: Cast) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {cast.tokens['leeds']}"})


@schema.exclude(path_regex="/sandbox/").parametrize()
@QUICK
def test_an_operator_may_send_anything_and_is_answered_properly(case: schemathesis.Case, cast: Cast) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {cast.tokens['operator']}"})


def test_the_document_is_openapi_3_1(app: Flask) -> None:
    document = app.test_client().get("/api/v1/openapi.json").get_json()
    validate(document)
    assert document["openapi"].startswith("3.1")


def test_every_route_of_the_api_is_in_the_document(app: Flask) -> None:
    document = app.test_client().get("/api/v1/openapi.json").get_json()
    described = {(path, method.upper()) for path, item in document["paths"].items() for method in item}
    for rule in app.url_map.iter_rules():
        if str(rule).startswith("/api/v1/") and rule.endpoint.split(".")[0] not in {"pages", "api-docs"}:
            path = str(rule).replace("<path:", "{").replace("<", "{").replace(">", "}")
            assert {(path, method) for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}} <= described
