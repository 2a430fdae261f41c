"""Registering from a spreadsheet: templates, upload, what was understood row by row, and how far the worker has come."""

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from hub.access.browser import refreshes_itself
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import Invalid
from hub.core.http import resource
from hub.core.settings import Settings
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry.uploads import service as uploads
from hub.registry.uploads import taking as uploads_taking
from hub.registry.uploads import writing as uploads_writing
from hub.registry.uploads.policy import UploadPolicy, load_upload_policy
from hub.registry.uploads.service import UploadSeen
from hub.registry.uploads.sheets import sheet_for, sheets_of
from hub.registry.uploads.writing import Download
from hub.web import signed_in
from hub.web.cursors import number_in_address, ref_in_address
from hub.web.pages import page, with_status
from hub.web.signed_in import acting, may
from hub.web.uploads import words as uploads_words

BASE: Final = "/uploads"
ROWS_AT_ONCE: Final = 50
UPLOADS_AT_ONCE: Final = 25
PERMISSION: Final = "notice.register"
COST: Final = 10
_SHOWS: Final = {
    "faulty": ("faulty",),
    "ready": ("ready",),
    "refused": ("refused",),
    "registered": ("registered",),
    "left_out": ("left_out",),
}
blp = Blueprint("uploads_pages", __name__, url_prefix=BASE, template_folder="templates")
signed_in.install_refusals(blp)

Act = Callable[..., UploadSeen]


def _takes_file(view: Any) -> Any:
    """Mark a view that takes a file, which costs the hub some seconds to read."""
    view.takes_file, view.cost = True, COST
    return view


# --- uploads ------------------------------------------------------------------------------------------------------------


@blp.get("")
@may(PERMISSION)
def show_uploads() -> Response:
    """The organisation's spreadsheets, newest first, with how each stands."""
    with resource(Database).read() as session:
        found = uploads.list_uploads(session, acting(), after=ref_in_address("upl"), at_most=UPLOADS_AT_ONCE + 1)
    shown = found[:UPLOADS_AT_ONCE]
    more = f"{BASE}?after={shown[-1].ref}" if len(found) > len(shown) else ""
    return page("uploads/list.html", uploads=shown, more=more, words=uploads_words, is_wide=True)


@blp.get("/new")
@may(PERMISSION)
def new() -> Response:
    """The form that takes a spreadsheet, and the templates."""
    sheets = sheets_of(acting())
    typed = {"sheet": sheets[0].name} if len(sheets) == 1 else {}
    return _form(typed, {})


def _form(typed: dict[str, Any], errors: dict[str, str], sentences: tuple[str, ...] = ()) -> Response:
    return page(
        "uploads/new.html",
        sheets=sheets_of(acting()),
        words=uploads_words,
        typed=typed,
        errors=errors,
        sentences=sentences,
        most_megabytes=resource(Settings).max_file_bytes // 1_000_000,
        policy=_policy(),
    )


@blp.post("/new")
@may(PERMISSION)
@_takes_file
def upload() -> Any:
    """Take in a spreadsheet and lead to what was understood; the same file again leads to the same page."""
    typed = {name: request.form.get(name, "") for name in ("sheet", "leave_out_unknown")}
    errors = _lacking(typed)
    if errors:
        return with_status(_form(typed, errors), 422)
    try:
        taken = _taken(typed)
    except Invalid as refusal:
        return with_status(_refused(typed, refusal), 422)
    return redirect(f"{BASE}/{taken.ref}", 303)


def _lacking(typed: dict[str, str]) -> dict[str, str]:
    errors = {}
    if typed["sheet"] not in {each.name for each in sheets_of(acting())}:
        errors["sheet"] = gettext("Choose what the spreadsheet tells of.")
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        errors["file"] = gettext("Choose the spreadsheet: a CSV or XLSX file.")
    return errors


def _taken(typed: dict[str, str]) -> UploadSeen:
    sent = request.files["file"]
    return uploads_taking.take_in_file(
        resource(Database),
        acting(),
        sent.stream.read(),
        sheet=typed["sheet"],
        name=sent.filename,
        leave_out_unknown=typed["leave_out_unknown"] == "yes",
        rules=resource(Rulebook),
        areas=resource(Areas),
        policy=_policy(),
        now=utc_now(),
    )


def _refused(typed: dict[str, Any], refusal: Invalid) -> Response:
    """The form again; where headings are at fault, each is told by itself."""
    sentences = tuple(refusal.fields.get("file", (refusal.sentence,)))
    if len(sentences) == 1 and refusal.reason != "headings":
        return _form(typed, {"file": sentences[0]})
    return _form(typed, {"file": gettext("The first row of the file needs changing: see which headings.")}, sentences)


def _policy() -> UploadPolicy:
    return load_upload_policy(resource(Settings).config_dir)


@blp.get("/templates/<sheet>.<ending>")
@may(PERMISSION)
def show_template(sheet: str, ending: str) -> Response:
    """A template to fill in."""
    return _attachment(uploads_writing.template(sheet_for(acting(), sheet), ending))


# --- one upload ---------------------------------------------------------------------------------------------------------


@blp.get("/<ref>")
@may(PERMISSION)
def show_upload(ref: str) -> Response:
    """What was understood, what has to be changed, how far registering has come."""
    with resource(Database).write() as session:
        seen = uploads.read_upload(session, acting(), ref)
        show = _shown(seen)
        rows = _rows(session, seen, show) if show else []
    shown = rows[:ROWS_AT_ONCE]
    more = f"{BASE}/{ref}?show={show}&after={shown[-1].number}" if len(rows) > len(shown) else ""
    return page(
        "uploads/show.html",
        upload=seen,
        show=show,
        rows=shown,
        more=more,
        words=uploads_words,
        policy=_policy(),
        offered=[each for each in _SHOWS if seen.counts.get(each)],
    )


def _shown(seen: UploadSeen) -> str:
    """Which rows are asked for. A page that refreshes itself shows none of which each showing is on record."""
    asked = request.args.get("show", "")
    if asked in _SHOWS:
        return asked
    if seen.state == "registering" or refreshes_itself(request):
        return ""
    return next((each for each in ("refused", "faulty", "registered") if seen.counts.get(each)), "")


def _rows(session: Session, seen: UploadSeen, show: str) -> list[uploads.RowSeen]:
    return uploads.read_rows(
        session,
        acting(),
        seen.ref,
        states=_SHOWS[show],
        after=number_in_address() or 0,
        at_most=ROWS_AT_ONCE + 1,
        now=utc_now(),
    )


@blp.post("/<ref>/to-change.<ending>")
@may(PERMISSION)
def show_faulty(ref: str, ending: str) -> Response:
    """The rows to change, with a column that says what; that they were taken away is recorded."""
    with resource(Database).write() as session:
        made = uploads_writing.faulty_rows(session, acting(), ref, ending, now=utc_now())
    return _attachment(made)


@blp.post("/<ref>/results.<ending>")
@may(PERMISSION)
def show_results(ref: str, ending: str) -> Response:
    """Every row with what became of it; that they were taken away is recorded."""
    with resource(Database).write() as session:
        made = uploads_writing.results(session, acting(), ref, ending, now=utc_now())
    return _attachment(made)


def _attachment(made: Download) -> Response:
    response = Response(made.content, content_type=made.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=made.name)
    response.headers["Cache-Control"] = "no-store"
    return response


# --- deciding -----------------------------------------------------------------------------------------------------------


def _done(act: Act, ref: str, where: str = "") -> Response:
    def does(session: Session) -> str:
        act(session, acting(), ref, now=utc_now())
        return where or f"{BASE}/{ref}"

    return signed_in.done_once(does)


@blp.post("/<ref>/registration")
@may(PERMISSION)
def register(ref: str) -> Response:
    """Let the worker register what can be."""
    return _done(uploads.begin_registration, ref)


@blp.post("/<ref>/pause")
@may(PERMISSION)
def pause(ref: str) -> Response:
    """Register no further row for now."""
    return _done(uploads.pause, ref)


@blp.post("/<ref>/resumption")
@may(PERMISSION)
def resume(ref: str) -> Response:
    """Go on."""
    return _done(uploads.resume, ref)


@blp.post("/<ref>/leaving-out")
@may(PERMISSION)
def leave_out(ref: str) -> Response:
    """Register none of the rows that still wait."""
    return _done(uploads.leave_out_rest, ref)


@blp.post("/<ref>/discarding")
@may(PERMISSION)
def discard(ref: str) -> Response:
    """Erase what was uploaded; nothing of it was registered."""
    return _done(uploads.discard, ref, BASE)
