"""The application: settings, database, rulebook, areas, routes, errors. The only place that knows everything."""

import io
import time
from threading import Lock
from typing import IO, Any

from flask import Flask, Request, Response, g, request
from flask_smorest import Api, Blueprint

from hub import web
from hub.access import admission, browser, denials
from hub.access import api as access_api
from hub.access.permission_pages import Route
from hub.access.single_sign_on import api as api_providers
from hub.access.teams import api as api_teams
from hub.audit import api as audit_api
from hub.core.db import Database
from hub.core.http import PUBLIC, install_errors, provide, resource
from hub.core.limits import RateLimits
from hub.core.logs import configure_logs, log
from hub.core.settings import Settings, load_settings
from hub.directory import api as directory_api
from hub.directory import api_area_corrections
from hub.duties.rulebook import load_rulebook
from hub.lookup import api as look_up_api
from hub.lookup import api_accounting as look_up_accounts_api
from hub.lookup.policy import load_disclosure_policy
from hub.missing import api as missing_api
from hub.notify import api as notify_api
from hub.notify import api_inbox, api_proposals
from hub.notify.duty import api as duty_api
from hub.registry import api as registry_api
from hub.registry.desk import passing_on_api as host_steps_api
from hub.registry.desk import questions_api
from hub.registry.evidence import api as evidence_api
from hub.registry.files import api as files_api
from hub.registry.links import api as links_api
from hub.registry.markers import api as markers_api
from hub.registry.uploads import api as uploads_api
from hub.resources import as_demo, open_areas, open_database, set_clock
from hub.spotpurchase import api as interview_requests_api
from hub.spotpurchase.interviews import api as interviews_api
from hub.spotpurchase.money import api as interview_money_api
from hub.spotpurchase.policy import load_interview_policy
from hub.spotpurchase.providers import api as interview_providers_api
from hub.spotpurchase.reports import api as interview_reports_api
from hub.spotpurchase.reports.policy import load_views
from hub.web import api_people, refusals, sandbox, unreadable
from hub.web.slow_bodies import PatientApp


class _Hub(Flask):
    """Flask, but a fault is logged as its kind and place: its words may hold what somebody typed about a child."""

    def log_exception(self, exc_info: Any) -> None:
        rule = str(request.url_rule) if request.url_rule else "-"
        log(__name__).error("request.failed", method=request.method, rule=rule, fault=exc_info[1])


class _Request(Request):
    """Flask's, but a file in a form is held in memory: the usual parser would put large ones unsealed on the disk."""

    def _get_file_stream(self, *_: Any, **__: Any) -> IO[bytes]:
        return io.BytesIO()


_Hub.request_class = _Request


def create_app(settings: Settings | None = None) -> Flask:
    """The hub as a WSGI application. Make it once per process, after forking."""
    settings = settings or as_demo(load_settings())
    configure_logs(settings.log_level)
    set_clock(settings)
    app = _Hub("hub", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=settings.max_body_bytes, PROPAGATE_EXCEPTIONS=False)
    database = open_database(settings)
    load_disclosure_policy(settings.config_dir)  # a fault in it is told at the start, not at 2 a.m.
    load_interview_policy(settings.config_dir)
    load_views(settings.config_dir)
    limits = RateLimits(database, in_force=settings.limits)
    areas = open_areas(settings, lambda: resource(Database))
    provide(app, settings, database, load_rulebook(settings.config_dir), areas, limits)
    _install_api(app, settings)
    browser.install(app)
    web.install(app)
    install_errors(app)  # after the API library's own, which it replaces
    refusals.install(app)
    app.before_request(_let_in)
    app.after_request(_log_request)
    denials.install(app)
    unreadable.install(app)  # last: it goes before whatever answers refusals
    app.wsgi_app = PatientApp(app.wsgi_app, settings)  # type: ignore[method-assign]
    return app


class _Api(Api):
    """flask-smorest's, but it describes the routes when the document is first asked for, which most processes never are.

    No ``default`` answer in the document: every status a route may answer is named.
    """

    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, app: Flask) -> None:
        self._undescribed: list[Blueprint] = []
        self._document: dict[str, Any] | None = None
        self._describing = Lock()
        super().__init__(app)

    def register_blueprint(self, blp: Blueprint, **_: Any) -> None:
        """Answer at the routes of *blp*, and describe them later."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blp.name] = self
        self._app.register_blueprint(blp)
        self._undescribed.append(blp)

    def document(self) -> dict[str, Any]:
        """The OpenAPI document, made once in a process, by whichever thread is the first to ask."""
        with self._describing:
            if self._document is None:
                self._document = self._described()
        return self._document

    def _described(self) -> dict[str, Any]:
        for blp in self._undescribed:
            blp.register_views_in_doc(self, self._app, self.spec, name=blp.name, parameters=None)
            self.spec.tag({"name": blp.name, "description": blp.description})
        document: dict[str, Any] = self.spec.to_dict()
        return document


def _install_api(app: Flask, settings: Settings) -> None:
    app.config.update(
        API_TITLE="Placement notification hub",
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={
            "components": {
                "securitySchemes": {
                    "key": {"type": "http", "scheme": "bearer"},
                    "session": {"type": "apiKey", "in": "cookie", "name": browser.cookie_of(settings, browser.SESSION)},
                }
            },
            "security": [{"key": []}, {"session": []}],
        },
    )
    api = _Api(app)
    for module in _API_MODULES:
        api.register_blueprint(module.blp)


_API_MODULES = (
    access_api,
    api_providers,
    api_teams,
    directory_api,
    api_area_corrections,
    notify_api,
    api_inbox,
    api_proposals,
    duty_api,
    registry_api,
    files_api,
    uploads_api,
    links_api,
    markers_api,
    questions_api,
    host_steps_api,
    evidence_api,
    missing_api,
    look_up_api,
    look_up_accounts_api,
    interview_providers_api,
    interview_requests_api,
    interview_money_api,
    interviews_api,
    interview_reports_api,
    audit_api,
    api_people,
    sandbox,
)


def guarded_routes() -> list[Route]:
    """Every route of the API that asks for a permission, by address."""
    bare = Flask("hub", static_folder=None)
    for module in _API_MODULES:
        bare.register_blueprint(module.blp)
    return sorted(
        Route(str(rule), method, permission)
        for rule in bare.url_map.iter_rules()
        if (permission := getattr(bare.view_functions[rule.endpoint], "permission", PUBLIC)) != PUBLIC
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


def _let_in() -> Response | None:
    g.began = time.perf_counter()
    return admission.let_in()


def _log_request(response: Response) -> Response:
    rule = str(request.url_rule) if request.url_rule else "-"
    took = round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1)
    log(__name__).debug("request", method=request.method, rule=rule, status=response.status_code, ms=took)
    return response
