"""A child's shield: look-ups then say only whom to ring. Set and lifted by a manager of the placing authority, with a reason."""

from typing import Any, Final

from flask import Response, request
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import Conflict, Invalid
from hub.core.http import resource
from hub.lookup import shields
from hub.lookup.schemas import ShieldIn
from hub.web import forms
from hub.web.forms import Filled
from hub.web.look_up.blueprint import blp, shown
from hub.web.signed_in import SentBefore, acting, done_once, may

_NAMES: Final = ("reason", "by")


@blp.get("/placements/<ref>/shield")
@may("child.shield")
def shield(ref: str) -> Response:
    """Whether the child is shielded, why, and the form that changes it."""
    return _form(ref, Filled())


@blp.post("/placements/<ref>/shield")
@may("child.shield")
def change_shield(ref: str) -> Any:
    """Set the shield, or lift the one there is."""
    given = forms.filled(ShieldIn(), _NAMES, request.form)
    if given.errors:
        return _form(ref, given)
    act = shields.lift if request.form.get("act") == "lift" else shields.shield

    def done(session: Session) -> str:
        act(session, acting(), ref, **given.loaded, now=utc_now())
        return f"/placements/{ref}/shield"

    try:
        return done_once(done)
    except SentBefore:
        raise
    except (Invalid, Conflict) as refusal:
        return _form(ref, forms.refused(given, Invalid(refusal.sentence, fields=refusal.fields), _NAMES))


def _form(ref: str, given: Filled) -> Response:
    with resource(Database).read() as session:
        standing = shields.shield_of(session, acting(), ref)
    errors = {(name or "main"): said for name, said in given.errors.items()}
    return shown("shield", status=422 if errors else 200, ref=ref, standing=standing, typed=given.typed, errors=errors)
