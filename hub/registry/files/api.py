"""Files over HTTP: sent as a form, described as JSON, opened as an attachment once the opening is on record."""

import io
from typing import Any, Final

from flask import Response, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import Malformed, TooLarge, WrongMediaType
from hub.core.http import PROBLEM, Blueprint, ProblemOut, resource, route
from hub.core.sentences import worded
from hub.core.settings import Settings
from hub.registry.files import service as files
from hub.registry.files.schemas import CONTENT, FORM, FileOut
from hub.registry.files.store import folder_of
from hub.registry.files.types import refused

blp = Blueprint("files", __name__, url_prefix="/api/v1", description="Files: care plans, assessments and the like")

_MOST_FIELDS: Final = 8
_MOST_FIELD_BYTES: Final = 500_000
"""Of what is not a file. It bounds the parser's own buffer too, which holds some pieces of 64 kB."""


@route(blp, "POST", "/files", permission="file.upload", out=FileOut, status=201, takes_file=True, cost=1)
@blp.doc(requestBody=FORM)  # type: ignore[untyped-decorator]
def upload_file(actor: Actor) -> Any:
    """Upload a file, to be sent with a notice. The same content again gives the same file."""
    sent = _sent_file()
    folder = folder_of(resource(Settings).data_dir)
    content = sent.stream.read()
    return files.take_in(resource(Database), folder, actor, name=sent.filename, content=content, now=utc_now())


@route(blp, "GET", "/files/<ref>", permission="file.open", out=FileOut)
def show_file(actor: Actor, ref: str) -> Any:
    """What a file is: for whoever uploaded it, and those it was sent to."""
    with resource(Database).read() as session:
        return files.read_file(session, actor, ref)


@route(blp, "GET", "/files/<ref>/content", permission="file.open", cost=1)
@blp.doc(responses={"200": CONTENT})  # type: ignore[untyped-decorator]
@blp.alt_response(  # type: ignore[untyped-decorator]
    409,
    schema=ProblemOut,
    content_type=PROBLEM,
    description="It waits for a scanner, was refused by one, or is damaged",
)
def open_file(actor: Actor, ref: str) -> Response:
    """Open a file. Every opening is recorded, and committed before the first byte is sent."""
    folder = folder_of(resource(Settings).data_dir)
    seen, content = files.open_file(resource(Database), folder, actor, ref, now=utc_now())
    response = Response(content, mimetype=seen.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=seen.name)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _sent_file() -> FileStorage:
    """The one file in the form, held in memory: the usual parser would put large ones unsealed on the disk."""
    most = resource(Settings).max_file_bytes
    if request.mimetype != "multipart/form-data":
        raise WrongMediaType("Send the file as multipart/form-data, in a part named file.")
    parser = FormDataParser(
        stream_factory=lambda *_, **__: io.BytesIO(),
        max_form_memory_size=_MOST_FIELD_BYTES,
        max_form_parts=_MOST_FIELDS,
        silent=False,
    )
    try:
        # Asking for the stream refuses at once what says beforehand that it is too long.
        _, fields, sent = parser.parse(
            request.stream, request.mimetype, request.content_length, request.mimetype_params
        )
    except RequestEntityTooLarge:
        raise _too_large(most) from None
    except ValueError:
        raise Malformed(
            "The form cannot be read. Send one file as multipart/form-data, in a part named file."
        ) from None
    if fields or list(sent) != ["file"] or len(sent.getlist("file")) != 1:
        raise refused("Send one file, in a part named file, with its name, and nothing else.")
    if sent["file"].stream.seek(0, io.SEEK_END) > most:
        raise _too_large(most)
    sent["file"].stream.seek(0)
    return sent["file"]


def _too_large(most: int) -> TooLarge:
    megabytes = most // 1_000_000
    return TooLarge(
        worded(
            "The file is too large. The largest taken is {megabytes} MB: make its pictures smaller.",
            megabytes=megabytes,
        )
    )
