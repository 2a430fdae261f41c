"""Who did or saw what: searched by person or system, event, reference and period; saved as a file, with its proof."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from tempfile import TemporaryFile
from typing import IO, Any, Final

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext

from hub.audit import export, reading
from hub.core.clock import london_date, utc_now
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.http import resource
from hub.core.ids import is_any_ref
from hub.directory import queries as directory
from hub.web import forms, searches
from hub.web.auditing import asked, shown
from hub.web.auditing.event_words import EVENT_WORDS
from hub.web.cursors import BEFORE, number_in_address
from hub.web.forms import Filled
from hub.web.pages import page, with_status
from hub.web.signed_in import acting, install_refusals, may

blp = Blueprint("auditing", __name__, url_prefix="/audit", template_folder="../templates")
install_refusals(blp)

PERMISSION: Final = "audit.read"
AT_ONCE: Final = 50
_SEARCH: Final = "audit"


@blp.get("")
@may(PERMISSION)
def search() -> Response:
    """The form, and below it what was asked for last, newest first."""
    return _found(asked.kept_body(searches.kept(_SEARCH, now=utc_now())), "/audit")


@blp.post("")
@may(PERMISSION)
def ask() -> Any:
    """Take what is asked for, and lead to the answer: nothing that was typed stands in its address."""
    given = forms.filled(asked.SearchIn(), asked.NAMES, request.form)
    if given.errors:
        return _page(given, [], "", status=422)
    return searches.keep(redirect("/audit#found", 303), _SEARCH, asked.spoken(given.body), now=utc_now())  # type: ignore[arg-type]


@blp.get("/about/<ref>")
@may(PERMISSION)
def about(ref: str) -> Response:
    """Who in the organisation looked at the record of a child that *ref* belongs to."""
    if not is_any_ref(ref):
        raise NotFound(gettext("That is no reference. Copy it whole from the notice or the placement."))
    return _found(asked.about(ref), f"/audit/about/{ref}", or_nothing=True)


def _found(body: Mapping[str, Any], path: str, *, or_nothing: bool = False) -> Response:
    """The page of what was found. Raises ``NotFound`` where *or_nothing* is wanted and there is nothing."""
    before = number_in_address(BEFORE)
    with resource(Database).read() as session:
        wanted = asked.wanted(session, acting(), asked.loaded(body))
    entries = reading.newest(
        resource(Database),
        acting(),
        wanted,
        before=before,
        at_most=AT_ONCE + 1,
        now=utc_now(),
    )
    if or_nothing and not entries and not before:
        raise NotFound(
            gettext("Your organisation’s record holds nothing about this reference, or about what it belongs to.")
        )
    further = f"{path}?before={entries[AT_ONCE - 1].id}" if len(entries) > AT_ONCE else ""
    typed = forms.spelt(asked.SearchIn(), asked.NAMES, body)
    return _page(Filled(dict(body), {}, typed), entries[:AT_ONCE], further, is_later=bool(before))


def _page(given: Filled, entries: Any, further: str, *, status: int = 200, is_later: bool = False) -> Response:
    with resource(Database).read() as session:
        actors = shown.actors_of(session, acting())
    made = page(
        "auditing/audit.html",
        typed=given.typed,
        errors=given.errors,
        is_narrowed=bool(given.body),
        subject=given.body.get("subject", ""),
        lines=shown.lines(entries, actors),
        further=further,
        is_later=is_later,
        actors=[] if acting().is_operator else list(actors.items()),
        events=sorted(((event.label, str(words)) for event, words in EVENT_WORDS.items()), key=lambda pair: pair[1]),
    )
    return with_status(made, status)


# --- as a file ----------------------------------------------------------------------------------------------------------


@blp.post("/file")
@may(PERMISSION)
def save() -> Response:
    """What was asked for as a file: a sheet, or the sheet with its proof and how to verify it. That it was saved is recorded."""
    form = asked.SearchIn()
    given = forms.filled(form, asked.NAMES, request.form)
    if given.errors:
        return _page(given, [], "", status=422)
    database, now = resource(Database), utc_now()
    with database.read() as session:
        wanted = asked.wanted(session, acting(), given.loaded)
        refs = directory.references(session)
    sheet = TemporaryFile()  # noqa: SIM115 - closed when it has been sent
    text = io.TextIOWrapper(sheet, "utf-8", newline="")
    proof = export.export(database, acting(), wanted, text, form="csv", organisations=refs, now=now)
    text.detach()
    name = f"audit-{london_date(now).isoformat()}"
    if request.form.get("proof"):
        return _sent(_with_proof(sheet, proof, name), f"{name}.zip", "application/zip")
    return _sent(sheet, f"{name}.csv", "text/csv")


save.cost = 20  # type: ignore[attr-defined]


def _with_proof(sheet: IO[bytes], proof: Mapping[str, Any], name: str) -> IO[bytes]:
    """The sheet, its proof and how to verify the two, in one file."""
    packed = TemporaryFile()  # noqa: SIM115 - closed when it has been sent
    sheet.seek(0)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as into:
        with into.open(f"{name}.csv", "w") as target:
            for line in sheet:
                target.write(line)
        into.writestr(f"{name}.csv.proof.json", json.dumps(proof, indent=2))
        into.writestr("READ ME.txt", str(_read_me()).replace("NAME", name))
    sheet.close()
    return packed


def _read_me() -> str:
    said: str = gettext(
        "NAME.csv is what was recorded. NAME.csv.proof.json is its proof: how many entries there are, the fingerprint of the "
        "file, where the record stood when it was made, and the hub's signature over all of it.\n\n"
        "Keep the proof elsewhere than the file. To show that the file is as the hub made it, and that the record still holds "
        "what it held then, have whoever runs the hub run:\n\n"
        "    hub audit verify --export NAME.csv --proof NAME.csv.proof.json\n"
    )
    return said


def _sent(file: IO[bytes], name: str, kind: str) -> Response:
    file.seek(0)
    sent = Response(_pieces(file), mimetype=kind)
    sent.headers.set("Content-Disposition", "attachment", filename=name)
    return sent


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(1 << 16):
            yield piece
