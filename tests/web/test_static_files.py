"""What browsers keep: small, under an address that changes with what it holds; and what is never compressed."""

import gzip
import re
from collections.abc import Callable

import brotli
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from hub.web import static_files

SHEET = static_files.FOLDER / "govuk" / "govuk-frontend.min.css"
OPENED: dict[str, Callable[[bytes], bytes]] = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}


def asked(app: Flask, path: str, accepted: str = "", **headers: str) -> TestResponse:
    return app.test_client().get(path, headers={"Accept-Encoding": accepted, **headers})


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("identity", ""),
        ("", ""),
    ],
)
def test_a_file_comes_in_the_smallest_encoding_that_is_taken(app: Flask, accepted: str, encoding: str) -> None:
    answer = asked(app, static_files.address_of("govuk/govuk-frontend.min.css"), accepted)
    assert answer.headers.get("Content-Encoding", "") == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.mimetype == "text/css"
    assert OPENED[encoding](answer.data) == SHEET.read_bytes()


def test_a_file_is_not_sent_again_to_who_has_it(app: Flask) -> None:
    path = static_files.address_of("hub.css")
    tags = {accepted: asked(app, path, accepted).headers["ETag"] for accepted in ("br", "gzip", "")}
    assert len(set(tags.values())) == 3
    for accepted, tag in tags.items():
        again = asked(app, path, accepted, **{"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")


def test_under_another_releases_address_nothing_is_kept_without_asking(app: Flask) -> None:
    old = asked(app, "/static/0123456789abcdef/hub.css")
    assert (old.status_code, old.headers["Cache-Control"]) == (200, "public, no-cache")
    assert old.data == (static_files.FOLDER / "hub.css").read_bytes()


@pytest.mark.parametrize(
    "name", ["../design.py", "..%2fdesign.py", "%2e%2e/design.py", "govuk", "govuk/", "none.css", "govuk/README.md"]
)
def test_nothing_but_our_files_is_there(app: Flask, name: str) -> None:
    assert asked(app, f"/static/{static_files.release()}/{name}").status_code == 404


def test_a_file_may_be_read_by_name_in_a_template_and_no_other() -> None:
    assert re.fullmatch(r"/static/[0-9a-f]{16}/hub\.js", static_files.address_of("hub.js"))
    with pytest.raises(Exception, match=r"There is no file none\.css"):
        static_files.address_of("none.css")


@pytest.mark.parametrize("path", ["/law", "/api/v1/docs"])
def test_a_long_page_that_holds_no_secret_is_compressed(app: Flask, path: str) -> None:
    plain = asked(app, path)
    assert "csrf_token" not in plain.text
    assert OPENED["br"](asked(app, path, "br").data) == plain.data
    assert OPENED["gzip"](asked(app, path, "gzip").data) == plain.data


@pytest.mark.parametrize("path", ["/sign-in", "/", "/nowhere"])
def test_any_other_page_is_not(app: Flask, path: str) -> None:
    assert "Content-Encoding" not in asked(app, path, "br, gzip", Accept="text/html").headers
