"""The public pages: start, the law, how to use the API."""

from typing import Any, Final

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request
from flask_babel import gettext

from hub.access.admission import signed_in_person
from hub.core import idempotency
from hub.core.http import resource
from hub.core.settings import Settings
from hub.duties import pages as law_pages
from hub.duties.rulebook import Rulebook
from hub.duties.search import Looked, choices, matching, matching_rules
from hub.notify.messages.kinds import KINDS, PICKUP_CODE
from hub.web.compression import compressed
from hub.web.health import public
from hub.web.problem_words import PROBLEMS

_FILTERS: Final = ("words", "basis", "jurisdiction", "owed_by")
_LONGEST_WORDS: Final = 100

blp = Blueprint("pages", __name__, template_folder="templates")


def page(template: str, **said: Any) -> Response:
    """A page of the hub."""
    return make_response(render_template(template, **said))


def with_status(response: Response, status: int) -> Response:
    """*response* with that status."""
    response.status_code = status
    return response


def led_to(path: str) -> Response:
    """To another page, which is read anew: 303, so that the browser asks with GET."""
    answer: Response = redirect(path, 303)  # type: ignore[assignment]
    return answer


@blp.get("/")
@public
def start() -> Response:
    """What the hub is and where to go."""
    return page("start.html", mode=resource(Settings).mode, is_signed_in=signed_in_person() is not None)


@blp.get("/law")
@public
def law() -> Response:
    """Every duty as the hub holds it, from the same rows as the engine."""
    law_in_force = resource(Rulebook).law
    looked = Looked(**{name: request.args.get(name, "").strip()[:_LONGEST_WORDS] for name in _FILTERS})
    sections, rules = law_pages.sections(law_in_force), law_pages.rule_rows(law_in_force)
    found = matching(sections, looked)
    shown = page(
        "law.html",
        sections=found,
        rules=matching_rules(rules, looked),
        count=sum(len(part.rows) for part in found),
        looked=vars(looked),
        choices=choices(sections),
        is_narrowed=not looked.is_empty,
    )
    # What was asked for stands on the page again: such a page is sent as it is, for its length must tell nothing.
    return compressed(shown) if looked.is_empty else shown


@blp.get("/api/v1/docs")
@public
def api_docs() -> Response:
    """The API, readable: every route from the OpenAPI document."""
    document = openapi_document()
    shown = page(
        "api.html",
        groups=grouped(document),
        schemas=schema_rows(document),
        problems=PROBLEMS,
        requests_per_minute=resource(Settings).requests_per_minute,
        kept_days=idempotency.KEPT.days,
        delivery=resource(Rulebook).policy.delivery,
        kinds=sorted(KINDS - {PICKUP_CODE}),
    )
    return compressed(shown)


@blp.get("/api/v1/openapi.json")
@public
def openapi() -> dict[str, Any]:
    """The API as OpenAPI 3.1."""
    return openapi_document()


def openapi_document() -> dict[str, Any]:
    """The document that is made of the routes when it is first asked for."""
    document: dict[str, Any] = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"].document()
    return document


def grouped(spec: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The operations of *spec* by tag, each with method, path, summary, parameters and the names of its schemas."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            if method != "parameters":
                row = _operation(path, method, operation)
                groups.setdefault(operation.get("tags", ["other"])[0], []).append(row)
    return groups


def _operation(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    answers = {code: said for code, said in operation["responses"].items() if code.startswith("2")}
    return {
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "parameters": [p for p in operation.get("parameters", []) if isinstance(p, dict)],
        "body": _schema_names(operation.get("requestBody", {})),
        "answers": [(code, said.get("description", ""), _schema_names(said)) for code, said in answers.items()],
        "refusals": sorted(code for code in operation["responses"] if not code.startswith("2")),
    }


def _schema_names(part: dict[str, Any]) -> list[str]:
    schemas = [media.get("schema", {}) for media in part.get("content", {}).values()]
    return [schema["$ref"].rsplit("/", 1)[-1] for schema in schemas if "$ref" in schema]


def schema_rows(spec: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The fields of each schema of *spec*: name, what it is, whether it is required, and its description."""
    return {
        name: [
            _field(spelt, field, schema.get("required", [])) for spelt, field in schema.get("properties", {}).items()
        ]
        for name, schema in sorted(spec["components"]["schemas"].items())
    }


def _field(name: str, field: dict[str, Any], required: list[str]) -> dict[str, Any]:
    said = {"name": name, "is_required": name in required, "description": field.get("description", "")}
    return said | {"kind": _kind(field), "choices": field.get("enum", []), "schema": _nested(field)}


def _kind(field: dict[str, Any]) -> str:
    kinds = field.get("type", "object")
    words = [kinds] if isinstance(kinds, str) else [kind for kind in kinds if kind != "null"]
    return f" {gettext('or')} ".join(words) + (f" ({field['format']})" if "format" in field else "")


def _nested(field: dict[str, Any]) -> str:
    """The schema that *field*, or each of its items, is an object of; empty when it is none."""
    parts = [field, field.get("items", {}), *field.get("anyOf", []), *field.get("allOf", [])]
    return next((part["$ref"].rsplit("/", 1)[-1] for part in parts if "$ref" in part), "")
