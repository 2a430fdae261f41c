"""Our stylesheet, scripts and pictures: each compressed once per process, and kept by browsers for as long as its address lasts.

The address holds a digest of the whole folder, so that a new release is a new address, and what one file asks of another next
to it (``./govuk/…``) comes from the same release.
"""

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from flask import Blueprint, Flask, Response, make_response, request

from hub.core.errors import NotFound
from hub.core.sentences import worded
from hub.web.compression import encoding_taken, shrunk
from hub.web.health import public, unlimited

blp = Blueprint("static_files", __name__)

FOLDER: Final = Path(__file__).parent / "static"
_SENT: Final = frozenset({".css", ".js", ".svg", ".txt"})
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "public, no-cache"
"""Under another release's address: an old page is served what we have, and nobody keeps that under the wrong name."""


@dataclass(frozen=True)
class Version:
    """One file in one encoding (the empty string: as it is), and its ETag."""

    content: bytes
    encoding: str
    tag: str


def install(app: Flask) -> None:
    """Register the address, and let templates ask for ``static("hub.css")``."""
    app.register_blueprint(blp)
    app.add_template_global(address_of, "static")


def address_of(name: str) -> str:
    """The address of one of our files in this release. Raises ``NotFound`` where there is none."""
    if name not in _files():
        raise NotFound(worded("There is no file {name}.", name=name))
    return f"/static/{release()}/{name}"


@blp.get("/static/<of>/<path:name>")
@unlimited
@public
def show(of: str, name: str) -> Response:
    """One of our files, in the smallest encoding that the browser takes."""
    if name not in _files():
        raise NotFound("There is no such file. Load the page again.")
    sent = version(name, encoding_taken())
    response = make_response(sent.content)
    response.mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response.headers["Cache-Control"] = _FOR_EVER if of == release() else _ASK_AGAIN
    response.vary.add("Accept-Encoding")
    response.set_etag(sent.tag)
    if sent.encoding:
        response.content_encoding = sent.encoding
    response.make_conditional(request)
    return response


@cache
def version(name: str, encoding: str) -> Version:
    """A file in that encoding, made at the first asking."""
    plain = _files()[name].read_bytes()
    return Version(
        shrunk(plain, encoding),
        encoding,
        f"{hashlib.sha256(plain).hexdigest()[:20]}{'-' if encoding else ''}{encoding}",
    )


@cache
def release() -> str:
    """A digest of every file and its name."""
    digest = hashlib.sha256()
    for name, path in _files().items():
        digest.update(f"{name}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def _files() -> dict[str, Path]:
    paths = sorted(path for path in FOLDER.rglob("*") if path.suffix in _SENT)
    return {path.relative_to(FOLDER).as_posix(): path for path in paths}
