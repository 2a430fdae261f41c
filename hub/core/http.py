"""The JSON API's grammar, thin over flask-smorest: one ``route`` that names a permission, one error shape, paging, ETags.

Every refusal is one RFC 9457 problem document (``application/problem+json``): ``type``, ``title``, ``status``, ``detail`` (a
sentence that says what to do next), ``code`` (stable) and, where fields are at fault, ``fields`` (path → messages).
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, NoReturn, TypeVar

import marshmallow as ma
from flask import Flask, Request, Response, current_app, g, make_response, request
from flask_smorest import Blueprint as SmorestBlueprint
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from hub.core.errors import EditConflict, EditTokenNeeded, HubError, Invalid, Malformed, TooMany, WrongMediaType
from hub.core.idempotency import Answered, Once
from hub.core.ids import REF_PATTERN
from hub.core.sentences import Sentence, as_sentence

T = TypeVar("T")
PROBLEM: Final = "application/problem+json"
NO_CURSOR: Final = "Send the next_cursor of the page before, as it was."
_VERSION: Final = re.compile(r"[0-9]{1,18}")
PUBLIC: Final = "public"
"""The permission of a route that anybody may call."""


class _Parser(FlaskParser):
    """Reads bodies and queries: unknown fields are refused, faults become ``Invalid`` or ``Malformed``."""

    def __init__(self) -> None:
        super().__init__()
        self.DEFAULT_UNKNOWN_BY_LOCATION = {**self.DEFAULT_UNKNOWN_BY_LOCATION, "query": ma.RAISE}

    def handle_error(self, error: ma.ValidationError, *_args: Any, **_kwargs: Any) -> NoReturn:
        messages = next(iter(error.messages_dict.values()))
        raise Invalid("Some of what was sent needs changing: see the fields.", fields=flattened(messages))

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        """The body as JSON; nothing at all is an empty object, whose missing fields are then named."""
        body = req.get_data(cache=True)
        if req.max_content_length is not None and len(body) >= req.max_content_length:
            # A body that did not say its length is read so far and no further; the rest is left where it is.
            raise RequestEntityTooLarge
        return read_json(body) if body else {}


def read_json(body: bytes) -> Any:
    """*body* as JSON. Raises ``Malformed``, also for what Python would take and others would not: NaN, half a character."""
    try:
        read = json.loads(body.decode(), parse_constant=_refuse_constant)
        if b"\\u" in body:
            json.dumps(read, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        # The fault itself quotes the body, so it is not chained into a log.
        raise Malformed("The body is not JSON in UTF-8. Send one JSON object.") from None
    return read


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


class Blueprint(SmorestBlueprint):
    """A group of routes; the parser is the hub's."""

    ARGUMENTS_PARSER = _Parser()


class ProblemOut(ma.Schema):
    """RFC 9457 problem details."""

    type = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String(required=True)
    code = ma.fields.String(required=True)
    fields_ = ma.fields.Dict(
        data_key="fields", keys=ma.fields.String(), values=ma.fields.List(ma.fields.String()), attribute="fields"
    )


class PageQuery(ma.Schema):
    """How to ask for a page of a list, which goes on after the reference of the last one of the page before."""

    cursor = ma.fields.String(
        load_default=None,
        validate=ma.validate.Regexp(REF_PATTERN, error=NO_CURSOR),
        metadata={"description": "`next_cursor` of the page before"},
    )
    limit = ma.fields.Integer(load_default=50, validate=ma.validate.Range(1, 200))


def flattened(messages: Any, path: str = "") -> dict[str, list[Sentence]]:
    """marshmallow's nested messages as ``{"child.born_on": ["…"]}``."""
    if not isinstance(messages, Mapping):
        return {path or "body": [as_sentence(m) for m in ([messages] if isinstance(messages, str) else messages)]}
    flat: dict[str, list[Sentence]] = {}
    for key, below in messages.items():
        joined = path if key == "_schema" else f"{path}.{key}" if path else str(key)
        flat.update(flattened(below, joined))
    return flat


def route(
    blueprint: Blueprint,
    method: str,
    rule: str,
    *,
    permission: str,
    body: type[ma.Schema] | None = None,
    query: type[ma.Schema] | None = None,
    out: type[ma.Schema] | None = None,
    status: int = 200,
    paged: bool = False,
    idempotent: bool = False,
    edits: bool = False,
    takes_file: bool = False,
    cost: int = 0,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a view under *permission*.

    The view is called with ``actor`` and, by name, its path parameters and whichever of ``body``, ``query`` and ``once`` it
    was given. What it returns is dumped by *out*. *idempotent* documents Idempotency-Key and passes ``once``; *edits*
    documents If-Match; *takes_file* allows a body of the largest file's size; *cost*: how much of the limit
    on costly requests one such request spends.
    """
    shown = page_of_schema(out) if paged and out else out

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        called = _calling(view, _Promise(shown() if shown else None, status) if idempotent else None)
        called = blueprint.response(status, shown, description=_first_line(view))(called)
        for location, schema in (("json", body), ("query", query)):
            if schema:
                name = "body" if location == "json" else "query"
                # An instance, made once: from a class the parser makes a new one, and all that it nests, for each request.
                called = blueprint.arguments(schema(), location=location, arg_name=name)(called)
        refusals = _refusals(rule, bool(body) or takes_file, bool(query), method, edits)
        called = blueprint.doc(**_described(refusals, _headers(idempotent, edits)))(called)
        if body:
            called = _json_only(called)
        called.permission, called.takes_file = permission, takes_file  # type: ignore[attr-defined]
        called.body = body  # type: ignore[attr-defined]
        called.cost = cost  # type: ignore[attr-defined]
        blueprint.add_url_rule(rule, view.__name__, called, methods=[method])
        _drop_descriptions(called)
        return view

    return decorate


@dataclass(frozen=True)
class _Promise:
    """What a route that answers once answers with."""

    schema: ma.Schema | None
    status: int


def _calling(view: Callable[..., Any], once: _Promise | None) -> Callable[..., Any]:
    @wraps(view)
    def call(**given: Any) -> Any:
        if once:
            given["once"] = Once.of_request(g.actor, request, once.schema, once.status)
        answer = view(g.get("actor"), **given)
        return _as_kept(answer) if isinstance(answer, Answered) else answer

    return call


def _as_kept(answer: Answered) -> Response:
    response = make_response(answer.body, answer.status)
    response.mimetype = "application/json"
    if answer.is_repeat:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _drop_descriptions(called: Callable[..., Any]) -> None:
    """Of what the document says, the blueprint keeps a copy; so does each decorator of the library, schemas and all."""
    layer: Callable[..., Any] | None = called
    while layer is not None:
        vars(layer).pop("_apidoc", None)
        layer = getattr(layer, "__wrapped__", None)


def _first_line(view: Callable[..., Any]) -> str:
    return (view.__doc__ or view.__name__).strip().splitlines()[0]


def _json_only(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def call(**given: Any) -> Any:
        if not request.is_json:
            raise WrongMediaType("Send the body as application/json.")
        if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
            raise Malformed("Send the body in UTF-8.")
        return view(**given)

    return call


_REFUSALS: Final = {
    400: "It could not be read",
    401: "We do not know who is asking",
    403: "This client may not do this",
    404: "There is nothing here that you can see",
    409: "It collides with what is recorded, or cannot be done now",
    412: "It has changed since it was read",
    413: "Too large",
    415: "Send it as another media type",
    422: "Fields need changing",
    428: "If-Match is needed",
    429: "Too many requests",
}


def _refusals(rule: str, has_body: bool, has_query: bool, method: str, edits: bool) -> list[int]:
    codes = {400, 401, 403, 429}
    codes |= {404} if "<" in rule or has_body else set()
    codes |= {404, 409, 422} if method != "GET" else set()
    codes |= {413, 415, 422} if has_body else set()
    codes |= {404, 422} if has_query else set()
    codes |= {412, 428} if edits else set()
    return sorted(codes)


def _described(codes: Sequence[int], headers: list[dict[str, Any]]) -> dict[str, Any]:
    """What the document says of refusals and headers, in one piece: each decorator of the library copies all before it."""
    content = {PROBLEM: {"schema": ProblemOut}}
    said: dict[str, Any] = {
        "responses": {str(code): {"description": _REFUSALS[code], "content": content} for code in codes}
    }
    return said | ({"parameters": headers} if headers else {})


def _headers(idempotent: bool, edits: bool) -> list[dict[str, Any]]:
    key = {
        "in": "header",
        "name": "Idempotency-Key",
        "required": False,
        "description": "Repeat it to be given the first answer again; another body under the same key is refused.",
        "schema": {"type": "string", "minLength": 8, "maxLength": 100, "pattern": "^[!-~]+$"},
    }
    match = {
        "in": "header",
        "name": "If-Match",
        "required": False,
        "description": "The ETag of the version that is being changed. Without it the change is refused (428).",
        "schema": {"type": "string"},
    }
    return [header for header, wanted in ((key, idempotent), (match, edits)) if wanted]


_page_schemas: dict[type[ma.Schema], type[ma.Schema]] = {}


def page_of_schema(item: type[ma.Schema]) -> type[ma.Schema]:
    """The schema of a page of *item*: ``items`` and ``next_cursor`` (null on the last page)."""
    if item not in _page_schemas:
        name = item.__name__.removesuffix("Out") + "PageOut"
        body: dict[str, ma.fields.Field[Any]] = {
            "items": ma.fields.List(ma.fields.Nested(item), required=True),
            "next_cursor": ma.fields.String(required=True, allow_none=True),
        }
        _page_schemas[item] = ma.Schema.from_dict(body, name=name)
    return _page_schemas[item]


def page_of(rows: Sequence[T], query: Mapping[str, Any], *, ref: Callable[[T], str]) -> dict[str, Any]:
    """One page from *rows*, of which the caller read one more than ``query["limit"]`` to know whether there are more."""
    shown = rows[: query["limit"]]
    return {"items": shown, "next_cursor": ref(shown[-1]) if len(rows) > len(shown) else None}


def resource(kind: type[T]) -> T:
    """The application's one object of *kind*: its Database, Settings, Rulebook, Areas …"""
    found: T = current_app.extensions["hub"][kind]
    return found


def provide(app: Flask, *resources: Any) -> None:
    """Make each of *resources* the answer of ``resource(type(it))``."""
    app.extensions.setdefault("hub", {}).update({type(it): it for it in resources})


def tagged(result: Any, version: int, status: int | None = None) -> tuple[Any, int | None, dict[str, str]]:
    """*result* with the ETag of *version*."""
    return result, status, {"ETag": f'"{version}"'}


def expected_version() -> int:
    """The version that If-Match names. Raises ``EditTokenNeeded`` without one."""
    given = request.headers.get("If-Match")
    if given is None:
        raise EditTokenNeeded("Read it first, then send its ETag in If-Match, so that nobody's change is lost.")
    # A proxy that compresses an answer on its way weakens its ETag: the version that it names is the same.
    version = version_in(given.strip().removeprefix("W/").strip('"'))
    if version is None:
        raise EditConflict("If-Match names no version of this. Read it again and use its ETag.")
    return version


def version_in(text: str) -> int | None:
    """The version that *text* names; nothing for what is no number, or too long to be one that was ever given."""
    return int(text) if _VERSION.fullmatch(text) else None


def install_errors(app: Flask) -> None:
    """One shape for every refusal and every fault."""
    app.register_error_handler(HubError, hub_problem)
    app.register_error_handler(HTTPException, http_problem)


def hub_problem(error: HubError) -> Response:
    """The problem document of a refusal."""
    response = problem(error.status, error.reason, error.title, error.sentence, error.fields)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after_seconds)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="hub"'
    return response


_HTTP_CODES: Final = {408: "too_slow", 413: "too_large"}
_HTTP_SENTENCES: Final = {
    404: "There is nothing here that you can see.",
    405: "This address does not take that method.",
    408: "The body came too slowly. Send it again over a better connection.",
    413: "That is more than is taken at once.",
    500: "The fault is ours and has been recorded. Nothing was stored. Try again, and tell us if it stays.",
}


def http_problem(error: HTTPException) -> Response:
    """The problem document of a fault that HTTP has a status for."""
    status = error.code or 500
    code = _HTTP_CODES.get(status) or error.name.lower().replace(" ", "_")
    response = problem(status, code, error.name, _HTTP_SENTENCES.get(status, "The request could not be taken as sent."))
    if status == 405 and (allowed := getattr(error, "valid_methods", None)):
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def problem(
    status: int, code: str, title: str, detail: str, fields: Mapping[str, Sequence[str]] | None = None
) -> Response:
    """A problem document."""
    said: dict[str, Any] = {
        "type": f"/api/v1/docs#{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if fields:
        said["fields"] = {name: list(messages) for name, messages in fields.items()}
    response = make_response(json.dumps(said), status)
    response.mimetype = PROBLEM
    response.headers["Cache-Control"] = "no-store"
    return response
