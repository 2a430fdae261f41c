"""The application: settings, database, rulebook, areas, routes, errors. The only place that knows everything."""

import time
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask_smorest import Api

from hub import web
from hub.access import api as access_api
from hub.access.authenticate import authenticate
from hub.access.permissions import check
from hub.audit import api as audit_api
from hub.core import clock
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.http import PUBLIC, install_errors, provide, resource
from hub.core.limits import RateLimits
from hub.core.logs import configure_logs, log
from hub.core.settings import Settings, load_settings
from hub.directory import api as directory_api
from hub.duties.rulebook import load_rulebook
from hub.notify import api as notify_api
from hub.notify import api_inbox
from hub.registry import api as registry_api
from hub.registry import evidence_api, files_api, links_api
from hub.resources import open_areas, open_database, set_clock
from hub.web import sandbox


class _Hub(Flask):
    """Flask, but a fault is logged as its kind and place: its words may hold what somebody typed about a child."""

    def log_exception(self, exc_info: Any) -> None:
        rule = str(request.url_rule) if request.url_rule else "-"
        log(__name__).error("request.failed", method=request.method, rule=rule, fault=exc_info[1])


def create_app(settings: Settings | None = None) -> Flask:
    """The hub as a WSGI application. Make it once per process, after forking."""
    settings = settings or load_settings()
    configure_logs(settings.log_level)
    set_clock(settings)
    app = _Hub("hub", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=settings.max_body_bytes, PROPAGATE_EXCEPTIONS=False)
    database = open_database(settings)
    provide(app, settings, database, load_rulebook(settings.config_dir), open_areas(settings), RateLimits(database))
    _install_api(app)
    web.install(app)
    install_errors(app)  # after the API library's own, which it replaces
    app.before_request(_let_in)
    app.after_request(_log_request)
    return app


class _Api(Api):
    """flask-smorest's, without a ``default`` answer in the document: every status a route may answer is named."""

    DEFAULT_ERROR_RESPONSE_NAME = None


def _install_api(app: Flask) -> None:
    app.config.update(
        API_TITLE="Placement notification hub",
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={
            "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
            "security": [{"key": []}],
        },
    )
    api = _Api(app)
    for module in (
        access_api,
        directory_api,
        notify_api,
        api_inbox,
        registry_api,
        files_api,
        links_api,
        evidence_api,
        audit_api,
        sandbox,
    ):
        api.register_blueprint(module.blp)


def _let_in() -> None:
    """Who is asking, and may they ask this? Runs before every view; a view without a permission cannot be reached."""
    g.began = time.perf_counter()
    view = app_view()
    if view is None:
        return
    permission = getattr(view, "permission", None)
    if permission is None:
        raise NotFound("There is nothing here that you can see.")
    if getattr(view, "takes_file", False):
        request.max_content_length = resource(Settings).max_file_bytes + 100_000
    if permission == PUBLIC:
        return
    now = clock.utc_now()
    with resource(Database).read() as session:
        g.actor = authenticate(session, request.headers.get("Authorization"), now=now)
    resource(RateLimits).spend(f"client {g.actor.ref}", resource(Settings).requests_per_minute, now=now)
    check(g.actor, permission)


def app_view() -> Any:
    """The view function of the present request; ``None`` when no route matched (Flask answers that itself)."""
    return current_app.view_functions.get(request.endpoint or "")


def _log_request(response: Response) -> Response:
    rule = str(request.url_rule) if request.url_rule else "-"
    took = round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1)
    log(__name__).debug("request", method=request.method, rule=rule, status=response.status_code, ms=took)
    return response
