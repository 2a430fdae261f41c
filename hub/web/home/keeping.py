"""What a home answers is kept while it is typed, as a draft that its whole house sees: a telephone that dies loses nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from flask import g, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from hub.core.db import Database
from hub.core.errors import EditConflict, Invalid, NotFound
from hub.core.http import read_json, resource
from hub.core.idempotency import Answered, Once
from hub.core.ids import is_ref
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry import drafts
from hub.registry.content import Content, plain
from hub.registry.drafts import Drafted
from hub.registry.schemas import NoticeIn
from hub.web import autosave, forms
from hub.web.forms import Filled
from hub.web.home import answers
from hub.web.home.sheets import ALWAYS, Sheet
from hub.web.signed_in import ONCE, acting

_SAME: Final = b"one form"
"""Whatever stands in it by then, a form begins one draft."""


def keep(session: Session, ref: str | None, content: Content, *, now: datetime) -> Drafted:
    """Put *content* into the draft *ref*, or into the one that this form begins: however often it is sent, it begins one.

    Raises ``NotFound``, ``EditConflict``, ``Invalid``.
    """
    shared: dict[str, Any] = {"rules": resource(Rulebook), "areas": resource(Areas), "now": now}
    version = version_sent()
    if ref is None:
        begun = _once()(session, lambda: _noted(drafts.add_draft(session, acting(), content, **shared)))
        said = read_json(begun.body) if isinstance(begun, Answered) else begun
        ref, version = said["ref"], said["version"]
    g.home_draft = ref
    before = drafts.read_draft(session, acting(), ref)
    if before.content == plain(content):
        return before
    return drafts.change_draft(session, acting(), ref, content, version=version, **shared)


def _once() -> Once:
    key = request.form.get(ONCE, "")
    return Once(f"{acting().ref} begins", key if is_ref(key, "key") else None, _SAME, None, 201)


def _noted(draft: Drafted) -> dict[str, Any]:
    return {"ref": draft.ref, "version": draft.version}


def begun_before() -> str:
    """The draft into which this request tried to put something; empty where it tried none."""
    return str(g.get("home_draft", ""))


def version_sent() -> int:
    """The version of the draft that the form was made from; 0 where it names none."""
    said = request.form.get("version", "")
    return int(said) if said.isdecimal() and len(said) < 10 else 0


def kept_meanwhile(sheet: Sheet, ref: str | None, *, now: datetime) -> Any:
    """Keep what is right of the form so far, and say so to the script that sent it."""
    given = as_far_as_it_goes(sheet, now)
    if not _says_anything(given.body):
        return autosave.not_right_yet()
    try:
        with resource(Database).write() as session:
            draft = keep(session, ref, given.loaded, now=now)
    except Invalid:
        return autosave.not_right_yet()
    except EditConflict:
        return autosave.stale(
            gettext("Somebody else has changed this. Press “Go on”, and you will see both beside each other.")
        )
    except NotFound:
        return autosave.stale(gettext("Not saved: this was sent or discarded already."), 404)
    return autosave.kept(
        {"version": str(draft.version)}, is_whole=not given.errors, action=f"{sheet.deed.path}/{draft.ref}"
    )


def as_far_as_it_goes(sheet: Sheet, now: datetime) -> Filled:
    """The form without what is not right in it yet; ``errors``: what that was."""
    whole, errors = answers.spread(request.form, sheet.stem, areas=resource(Areas), now=now)
    whole["kind"] = sheet.deed.kind
    names = list(sheet.names)
    given = forms.filled(NoticeIn(), names, whole)
    while given.errors and len(good := [name for name in names if not _is_of(name, given.errors)]) < len(names):
        errors, names = {**errors, **given.errors}, good
        given = forms.filled(NoticeIn(), names, whole)
    return Filled(given.body, given.loaded, given.typed, {**errors, **given.errors})


def _is_of(name: str, errors: Mapping[str, str]) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in errors)


def _says_anything(body: Mapping[str, Any]) -> bool:
    """Whether anything was answered besides what the page itself put there: its kind, whose placement, and “just now”."""
    return any(name not in (*ALWAYS, "starts_at", "ends_at") for name in body)
