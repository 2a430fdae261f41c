"""Files of a draft: the care plan, assessments, a trigger plan; taken in at once, sent with the notice."""

from typing import Any, Final

from flask import Response, redirect, request
from flask_babel import gettext

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import Invalid, NotFound
from hub.core.http import resource
from hub.core.settings import Settings
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry import drafts
from hub.registry.content import read_content
from hub.registry.drafts import Drafted
from hub.registry.files import service as files
from hub.registry.files.store import folder_of
from hub.registry.filing import files_of
from hub.web.forms import Errors
from hub.web.pages import page, with_status
from hub.web.signed_in import acting, may
from hub.web.writing import words
from hub.web.writing.blueprint import blp, draft_of
from hub.web.writing.filling import Body

_ANSWERS_OF_A_PLAN: Final = ("to_follow", "reason", "not_given_reason")
"""What is said in the place of a care plan, and falls away once it is attached."""


def _takes_file(view: Any) -> Any:
    """Mark a page that takes a body of the largest file's size."""
    view.takes_file = True
    return view


@blp.get("/drafts/<ref>/files")
@may("notice.draft")
def attached(ref: str) -> Response:
    """The files of a draft, and the form that adds one."""
    return _page(ref, {}, "care_plan")


@blp.post("/drafts/<ref>/files")
@may("file.upload")
@_takes_file
def attach(ref: str) -> Any:
    """Take a file in and put it with the draft; the same file again changes nothing."""
    part, sent = request.form.get("part", ""), request.files.get("file")
    if part not in words.FILE_PARTS:
        return _page(ref, {"part": gettext("Choose what the file is.")}, part)
    if sent is None or not sent.filename:
        return _page(ref, {"file": gettext("Choose the file.")}, part)
    content, settings = sent.stream.read(), resource(Settings)
    if len(content) > settings.max_file_bytes:
        most = settings.max_file_bytes // 1_000_000
        return _page(
            ref, {"file": gettext("The file is too large. The largest taken is %(most)s MB.", most=most)}, part
        )
    try:
        taken = files.take_in(
            resource(Database),
            folder_of(settings.data_dir),
            acting(),
            name=sent.filename,
            content=content,
            now=utc_now(),
        )
    except Invalid as refusal:
        return _page(ref, {"file": refusal.sentence}, part)
    _change(ref, lambda body: _with(body, part, taken.ref))
    return redirect(f"/drafts/{ref}/files", 303)


@blp.post("/drafts/<ref>/files/<part>/<file>/remove")
@may("notice.draft")
def detach(ref: str, part: str, file: str) -> Any:
    """Take a file off the draft."""
    _change(ref, lambda body: _without(body, part, file))
    return redirect(f"/drafts/{ref}/files", 303)


def _change(ref: str, put: Any) -> None:
    with resource(Database).write() as session:
        found = draft_of(session, ref)
        content = read_content(put(dict(found.content)))
        drafts.change_draft(
            session,
            acting(),
            ref,
            content,
            version=found.version,
            rules=resource(Rulebook),
            areas=resource(Areas),
            now=utc_now(),
        )


def _with(body: Body, part: str, file: str) -> Body:
    if part == "care_plan":
        plan = {name: value for name, value in body.get("care_plan", {}).items() if name not in _ANSWERS_OF_A_PLAN}
        return {**body, "care_plan": {**plan, "file": file}}
    listed = [*body.get("files", ()), {"file": file, "part": part}]
    return {**body, "files": [each for n, each in enumerate(listed) if each not in listed[:n]]}


def _without(body: Body, part: str, file: str) -> Body:
    plan = dict(body.get("care_plan", {}))
    if part == "care_plan" and plan.get("file") == file:
        kept = {name: value for name, value in plan.items() if name not in ("file", "supplied_on")}
        body = {**body, "care_plan": kept}
    left = [each for each in body.get("files", ()) if (each["part"], each["file"]) != (part, file)]
    rest = {name: value for name, value in body.items() if name != "files" and value != {}}
    return {**rest, "files": left} if left else rest


def _page(ref: str, errors: Errors, part: str) -> Response:
    with resource(Database).read() as session:
        found = draft_of(session, ref)
        listed = [(each, str(words.FILE_PARTS[each]), _seen(session, file)) for each, file in files_of(found.content)]
    most = resource(Settings).max_file_bytes // 1_000_000
    shown = page("writing/files.html", **_said(found), listed=listed, errors=errors, typed={"part": part}, most=most)
    return with_status(shown, 422 if errors else 200)


def _said(found: Drafted) -> dict[str, Any]:
    return {"draft": found, "parts": list(words.FILE_PARTS.items())}


def _seen(session: Any, file: str) -> Any:
    try:
        return files.read_file(session, acting(), file)
    except NotFound:
        return None


@blp.get("/files/<ref>")
@may("file.open")
def open_file(ref: str) -> Response:
    """Open a file that was sent with a notice, or is with a draft: the opening is on record before the first byte is sent."""
    folder = folder_of(resource(Settings).data_dir)
    seen, content = files.open_file(resource(Database), folder, acting(), ref, now=utc_now())
    response = Response(content, mimetype=seen.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=seen.name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
