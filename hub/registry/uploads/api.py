"""Spreadsheets over HTTP: sent, checked row by row, registered by the worker, discarded."""

import hashlib
from typing import Any

import marshmallow as ma
from flask import request

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import Invalid, WrongMediaType
from hub.core.http import Blueprint, PageQuery, flattened, page_of, read_json, resource, route
from hub.core.idempotency import Once
from hub.core.settings import Settings
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry.uploads import schemas
from hub.registry.uploads import service as uploads
from hub.registry.uploads import taking as uploads_taking
from hub.registry.uploads.forms import sent_form
from hub.registry.uploads.models import ROW_STATES
from hub.registry.uploads.policy import load_upload_policy

Body = dict[str, Any]
blp = Blueprint("uploads", __name__, url_prefix="/api/v1", description="Spreadsheets: many notices registered at once")
_SCHEMA = schemas.UploadIn()


@route(
    blp,
    "POST",
    "/uploads",
    permission="notice.register",
    out=schemas.UploadOut,
    status=201,
    takes_file=True,
    cost=10,
)
@blp.doc(requestBody=schemas.FORM)  # type: ignore[untyped-decorator]
def upload(actor: Actor) -> Any:
    """Upload a spreadsheet, or as many notices as JSON: every row is checked, and nothing is registered yet.

    The same content again gives the same upload.
    """
    settings, database = resource(Settings), resource(Database)
    given: Body = {
        "rules": resource(Rulebook),
        "areas": resource(Areas),
        "policy": load_upload_policy(settings.config_dir),
        "now": utc_now(),
    }
    if request.mimetype == "multipart/form-data":
        sent = sent_form(request, settings.max_file_bytes)
        given |= {"sheet": sent.sheet, "name": sent.name, "leave_out_unknown": sent.leave_out_unknown}
        return uploads_taking.take_in_file(database, actor, sent.content, **given)
    if not request.is_json:
        raise WrongMediaType("Send the file as multipart/form-data, or the rows as application/json.")
    content = request.get_data()
    said = _loaded(read_json(content))
    digest = hashlib.sha256(content).digest()
    return uploads_taking.take_in_bodies(database, actor, said["rows"], digest, sheet=said["sheet"], **given)


def _loaded(body: Any) -> Body:
    try:
        loaded: Body = _SCHEMA.load(body)
    except ma.ValidationError as fault:
        sentence = "Some of what was sent needs changing: see the fields."
        raise Invalid(sentence, fields=flattened(fault.messages_dict)) from None
    return loaded


@route(blp, "GET", "/uploads", permission="notice.register", query=PageQuery, out=schemas.UploadOut, paged=True)
def list_uploads(actor: Actor, query: Body) -> Any:
    """List your organisation's spreadsheets, newest first."""
    with resource(Database).read() as session:
        rows = uploads.list_uploads(session, actor, after=query["cursor"], at_most=query["limit"] + 1)
    return page_of(rows, query, ref=lambda row: row.ref)


@route(blp, "GET", "/uploads/<ref>", permission="notice.register", out=schemas.UploadOut)
def show_upload(actor: Actor, ref: str) -> Any:
    """See how a spreadsheet stands: its state, and how many rows are in which."""
    with resource(Database).read() as session:
        return uploads.read_upload(session, actor, ref)


@route(
    blp,
    "GET",
    "/uploads/<ref>/rows",
    permission="notice.register",
    query=schemas.UploadRowsQuery,
    out=schemas.UploadRowOut,
    paged=True,
)
def show_upload_rows(actor: Actor, ref: str, query: Body) -> Any:
    """Read the rows of a spreadsheet: what is to be changed, or the notice that each became. The reading is recorded."""
    states = [query["state"]] if query["state"] else list(ROW_STATES)
    with resource(Database).write() as session:
        rows = uploads.read_rows(
            session, actor, ref, states=states, after=int(query["cursor"]), at_most=query["limit"] + 1, now=utc_now()
        )
    return page_of(rows, query, ref=lambda row: str(row.number))


@route(
    blp,
    "POST",
    "/uploads/<ref>/registration",
    permission="notice.register",
    out=schemas.UploadOut,
    status=202,
    idempotent=True,
)
def register_upload(actor: Actor, ref: str, once: Once) -> Any:
    """Register the rows that can be, one notice each, in the background."""
    with resource(Database).write() as session:
        return once(session, lambda: uploads.begin_registration(session, actor, ref, now=utc_now()))


@route(
    blp,
    "POST",
    "/uploads/<ref>/pause",
    permission="notice.register",
    out=schemas.UploadOut,
    idempotent=True,
)
def pause_upload(actor: Actor, ref: str, once: Once) -> Any:
    """Register no further row for now; what is registered stands."""
    with resource(Database).write() as session:
        return once(session, lambda: uploads.pause(session, actor, ref, now=utc_now()))


@route(
    blp,
    "POST",
    "/uploads/<ref>/resumption",
    permission="notice.register",
    out=schemas.UploadOut,
    status=202,
    idempotent=True,
)
def resume_upload(actor: Actor, ref: str, once: Once) -> Any:
    """Go on with a spreadsheet that was paused, or stopped because whoever registered it may not any more."""
    with resource(Database).write() as session:
        return once(session, lambda: uploads.resume(session, actor, ref, now=utc_now()))


@route(blp, "DELETE", "/uploads/<ref>", permission="notice.register", out=schemas.UploadOut)
def discard_upload(actor: Actor, ref: str) -> Any:
    """Discard a spreadsheet of which nothing was registered; of one that was begun, leave out what still waits."""
    with resource(Database).write() as session:
        return uploads.withdraw(session, actor, ref, now=utc_now())
