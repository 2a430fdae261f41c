"""A child's shield: look-ups then say only whom to ring. Set and lifted by a manager of the placing authority, with a reason."""

from typing import Final

from flask import Response, request
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.lookup import shields
from hub.lookup.schemas import ShieldIn
from hub.web import forms
from hub.web.desk.officer import officer
from hub.web.forms import Filled
from hub.web.look_up.blueprint import blp, shown
from hub.web.sending import sent
from hub.web.signed_in import acting, may

_NAMES: Final = ("reason", "by")


@blp.get("/placements/<ref>/shield")
@may("child.shield")
def shield(ref: str) -> Response:
    """Whether the child is shielded, why, and the form that changes it."""
    return _form(ref, Filled())


@blp.post("/placements/<ref>/shield")
@may("child.shield")
def change_shield(ref: str) -> Response:
    """Set the shield, or lift the one there is."""
    given = forms.filled(ShieldIn(), _NAMES, request.form)
    act = shields.lift if request.form.get("act") == "lift" else shields.shield

    def done(session: Session) -> str:
        act(session, acting(), ref, **given.loaded, now=utc_now())
        return f"/placements/{ref}/shield"

    return sent(given, _NAMES, done, lambda again, status: _form(ref, again, status))


def _form(ref: str, given: Filled, status: int = 200) -> Response:
    with resource(Database).read() as session:
        standing = shields.shield_of(session, acting(), ref)
        typed = given.typed or {"by": officer(session, acting())}
    return shown("shield", status=status, ref=ref, standing=standing, typed=typed, errors=given.errors)
