"""What you typed is kept: send it now, look at it again, or discard it. After a sign-in, or after showing that it is you.

The form goes where it was going, from the browser, with a token of now and the same key (``once``): so it is done once. It is
dropped when its answer says that it was taken.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask import Blueprint, Flask, Response, g, redirect, request
from flask_babel import gettext

from hub.access import browser
from hub.access.browser import SAFE_METHODS, is_page, local_path
from hub.access.held_forms import service as held_forms
from hub.access.held_forms.holding import MARK, PATH, address_for, never_held
from hub.access.held_forms.service import Filling, Held
from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.core.ids import is_any_ref
from hub.web.account.pages import next_path
from hub.web.fact_words import CATEGORY_WORDS, MARKER_WORDS, SETTING_WORDS, STATUS_WORDS
from hub.web.pages import page
from hub.web.signed_in import ONCE, acting, install_refusals, may

blp = Blueprint("held", __name__, url_prefix=PATH, template_folder="templates")
install_refusals(blp)

_SECRET: Final = re.compile(r"secret|token|(^|\.)(code|credential)$")
_PART_OF_A_DAY: Final = re.compile(r"-(day|month|year)$")
_TAKEN: Final = range(200, 400)
_CHOSEN: Final[Mapping[str, Mapping[str, Any]]] = {
    "category": CATEGORY_WORDS,
    "legal_status": STATUS_WORDS,
    "chosen": MARKER_WORDS,
    "setting": SETTING_WORDS,
}
"""What people chose in words; the forms send codes."""


def install(app: Flask) -> None:
    """Drop what was held once it was taken, and let the sign-in say that something is kept."""
    app.after_request(drop_taken)
    app.add_template_test(is_kept, "kept_form")


def is_kept(path: str) -> bool:
    """Whether *path*, to which somebody goes on after signing in, is that of a held form."""
    return path.startswith(f"{PATH}/")


@blp.get("/<ref>")
@may("account.use")
def show(ref: str) -> Any:
    """What is kept, for whoever typed it; anybody else is led on and told nothing."""
    found = _found(ref)
    if found is None:
        return redirect(next_path(), 303)
    if found.is_expired:
        return page("held/gone.html", back=_page_of(found.filling.path))
    return page(
        "held/kept.html",
        held=found,
        action=address_for(found.ref, local_path(found.filling.path)),
        back=_page_of(found.filling.path),
        typed=in_words(found.filling),
    )


@blp.post("/<ref>/discard")
@may("account.use")
@never_held
def discard(ref: str) -> Any:
    """Drop it."""
    with resource(Database).write() as session:
        held_forms.drop(session, ref, acting().ref)
    return redirect(next_path(), 303)


def _found(ref: str) -> Held | None:
    with resource(Database).read() as session:
        return held_forms.held_for(session, ref, acting().ref, tokens=browser.tokens_held(request), now=utc_now())


def _page_of(path: str) -> str:
    """The page of the form that goes to *path*, if there is one at the same address."""
    return local_path(path) if is_page(path.partition("?")[0]) else ""


def in_words(filling: Filling) -> list[tuple[str, str]]:
    """What was typed or chosen, control by control: its name in words, and what stood in it."""
    shown = [
        (name, value) for name, value in _days_whole(filling.fields) if value.strip() and not _is_ours(name, value)
    ]
    return [(_spoken(name), _said(name, value)) for name, value in shown]


def _days_whole(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The three controls of a day as one: ``born_on`` with “14 3 2012”."""
    whole: list[tuple[str, str]] = []
    day_before = ""
    for name, value in fields:
        day = _PART_OF_A_DAY.sub("", name)
        if day == day_before:
            whole[-1] = (day, f"{whole[-1][1]} {value}".strip())
        else:
            whole.append((day, value))
        day_before = day if day != name else ""
    return whole


def _is_ours(name: str, value: str) -> bool:
    """What the page put there for itself, and nobody typed."""
    return name in (ONCE, "version", "mark", "next") or is_any_ref(value)


def _said(name: str, value: str) -> str:
    if _SECRET.search(name):
        return str(gettext("Kept, and not shown"))
    return str(_CHOSEN.get(name.rpartition(".")[2], {}).get(value, value))


def _spoken(name: str) -> str:
    """``child.family_name`` as “Child, family name”."""
    words = re.sub(r"[_-]", " ", name).split(".")
    numbered = [str(int(word) + 1) if word.isdigit() else word for word in words]
    return ", ".join(numbered).capitalize()


def drop_taken(response: Response) -> Response:
    """Drop the held form that was sent again, where *response* says that it was taken."""
    ref, actor = request.args.get(MARK, ""), g.get("actor")
    if ref and request.method not in SAFE_METHODS and response.status_code in _TAKEN and isinstance(actor, Actor):
        _drop_unless_held_anew(response, ref, actor)
    return response


def _drop_unless_held_anew(response: Response, ref: str, actor: Actor) -> None:
    """A sensitive act is led to the proof first: what is held for it is not taken yet."""
    if not response.headers.get("Location", "").startswith("/account/prove"):
        with resource(Database).write() as session:
            held_forms.drop(session, ref, actor.ref)
