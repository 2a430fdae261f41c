"""What every answer carries, whatever it answers; and to which names the hub answers."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import hub.web
from hub.core.http import provide
from hub.core.settings import Settings
from hub.web import static_files
from hub.web.headers import allowed_hosts

TEMPLATES = sorted((Path(hub.web.__file__).parent / "templates").rglob("*.html"))
PAGES = ["/", "/law", "/api/v1/docs", "/n/alt_" + "0" * 26]
OTHERS = ["/healthz", "/readyz", "/metrics", "/api/v1/openapi.json", "/api/v1/notices", "/api/v1/nothing", "/nowhere"]


def with_settings(app: Flask, **changed: object) -> None:
    provide(app, replace(app.extensions["hub"][Settings], **changed))  # type: ignore[arg-type]


def policy(client: FlaskClient, path: str) -> dict[str, list[str]]:
    said = client.get(path).headers["Content-Security-Policy"]
    return {part.split()[0]: part.split()[1:] for part in said.split("; ")}


@pytest.mark.parametrize("path", PAGES + OTHERS)
def test_every_answer_is_hardened(app: Flask, path: str) -> None:
    headers = app.test_client().get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_may_load_what_is_ours_and_nothing_inline(app: Flask, path: str) -> None:
    said = policy(app.test_client(), path)
    assert said["default-src"] == ["'none'"]
    assert (said["script-src"], said["style-src"], said["form-action"]) == (["'self'"], ["'self'"], ["'self'"])
    assert (said["base-uri"], said["frame-ancestors"]) == (["'none'"], ["'none'"])
    assert not {"'unsafe-inline'", "'unsafe-eval'", "data:", "*"} & {word for words in said.values() for word in words}


@pytest.mark.parametrize("path", OTHERS)
def test_what_is_no_page_may_do_nothing_in_a_browser(app: Flask, path: str) -> None:
    said = policy(app.test_client(), path)
    assert said["default-src"] == ["'none'"]
    assert "sandbox" in said
    assert "script-src" not in said


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_page_has_script_or_style_of_its_own(path: Path) -> None:
    """The policy would stop it; this says so before a browser does."""
    text = path.read_text()
    assert not re.search(r"<style\b|<script(?![^>]*\bsrc=)[^>]*>|\sstyle=|\son[a-z]+=|javascript:", text, re.IGNORECASE)


def test_a_fault_of_ours_is_hardened_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError

    monkeypatch.setitem(app.view_functions, "pages.law", fail)
    fail.permission = "public"  # type: ignore[attr-defined]
    answer = app.test_client().get("/law")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (500, "no-store")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_the_stylesheet_alone_may_be_kept(app: Flask) -> None:
    sheet = app.test_client().get(static_files.address_of("hub.css"))
    assert sheet.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert app.test_client().get("/static/x/none.css").headers["Cache-Control"] == "no-store"


def test_what_a_client_may_see_is_never_kept(client_for: Callable[[str], FlaskClient]) -> None:
    for path in ("/api/v1/organisations?limit=1", "/api/v1/obligations", "/api/v1/inbox"):
        assert client_for("leeds").get(path).headers["Cache-Control"] == "no-store"


def test_https_is_asked_for_where_the_hub_is_reached_by_it(app: Flask) -> None:
    assert "Strict-Transport-Security" not in app.test_client().get("/").headers
    with_settings(app, base_url="https://hub.example")
    assert app.test_client().get("/").headers["Strict-Transport-Security"].startswith("max-age=63072000")


# --- hosts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["hub.example", "HUB.example.", "hub.example:8443"])
def test_the_hub_answers_to_its_own_name(app: Flask, host: str) -> None:
    with_settings(app, mode="production", base_url="https://hub.example")
    assert app.test_client().get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "hub.example.evil.example", "localhost", "127.0.0.1", "", "hub.example@evil.example",
             "evil.example#hub.example", "hub.example/x", "[::1", "hub.example:x", "hub.example:0", "hub.example, evil.example"]
)  # fmt: skip
def test_another_name_is_refused_in_one_sentence(app: Flask, host: str) -> None:
    with_settings(app, mode="production", base_url="https://hub.example")
    answer = app.test_client().get("/", headers={"Host": host})
    assert (answer.status_code, answer.mimetype) == (421, "application/problem+json")
    assert answer.get_json()["code"] == "wrong_host"
    assert "does not answer to that name" in answer.get_json()["detail"]


def test_no_key_is_looked_at_under_another_name(client_for: Callable[[str], FlaskClient]) -> None:
    answer = client_for("leeds").get("/api/v1/inbox", headers={"Host": "rebound.example"})
    assert answer.status_code == 421


def test_a_platform_may_ask_for_health_under_any_address(app: Flask) -> None:
    with_settings(app, mode="production", base_url="https://hub.example")
    assert app.test_client().get("/healthz", headers={"Host": "10.2.3.4:8000"}).status_code == 200


def test_more_names_can_be_allowed(app: Flask) -> None:
    with_settings(app, mode="production", base_url="https://hub.example", allowed_hosts="hub.example, old.example")
    for name in ("hub.example", "old.example"):
        assert app.test_client().get("/", headers={"Host": name}).status_code == 200


def test_loopback_is_allowed_outside_production_only() -> None:
    assert "localhost" in allowed_hosts(Settings(mode="demo", base_url="https://hub.example"))
    assert allowed_hosts(Settings(mode="production", base_url="https://hub.example")) == {"hub.example"}


# --- what cannot be stored --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/notices/ntc_%00", 404),
        ("/api/v1/notices/%00/receipt", 404),
        ("/n/alt_%00", 404),
        ("/api/v1/audit?subject=ntc_%00", 400),
        ("/api/v1/organisations?name=Leeds%00", 400),
        ("/api/v1/obligations?cursor=%00", 400),
    ],
)
def test_a_nul_in_an_address_is_no_fault_of_ours(
    client_for: Callable[[str], FlaskClient], path: str, status: int
) -> None:
    assert client_for("leeds").get(path).status_code == status
