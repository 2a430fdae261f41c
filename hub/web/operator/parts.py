"""What the operator's pages share: their addresses, what is said of what was done."""

from collections.abc import Iterable
from typing import Any, Final

from flask import Blueprint, Response, request
from flask_babel import lazy_gettext

from hub.access.checking import check
from hub.web.forms import Errors
from hub.web.organisation import words
from hub.web.pages import page, with_status
from hub.web.signed_in import acting, install_refusals

BASE: Final = "/operator"
DONE: Final = {
    "added": lazy_gettext("The organisation is added. It receives from now on, once a contact point is verified."),
    "changed": lazy_gettext("The organisation is changed."),
    "joined": lazy_gettext("It has joined: notices stand in its inbox at once. Ask its first administrator in."),
    "closed": lazy_gettext("The organisation is closed from today. Its systems and people are refused at once."),
    "invited": lazy_gettext("The invitation is on its way."),
    "point-added": lazy_gettext("The contact point is added. It is used once somebody else has verified it."),
    "resent": lazy_gettext("It is queued again, and goes out within seconds."),
    "disabled": lazy_gettext("The system is disabled for good, with every key that it had."),
    "area-confirm": lazy_gettext("It is confirmed: within half a minute notices about that postcode go there."),
    "area-refuse": lazy_gettext("It is refused: the tables of postcodes stand."),
    "surveyed": lazy_gettext("Everybody was looked at anew, and the counts are on record."),
}
"""What was just done, by the word in the address that a form leads to."""


def group(name: str, below: str) -> Blueprint:
    """A group of pages at ``/operator`` *below*."""
    made = Blueprint(f"operator_{name}", __name__, url_prefix=BASE + below, template_folder="../templates")
    made.before_request(_refuse_others)
    install_refusals(made)
    return made


def _refuse_others() -> None:
    """Some of what these pages do is open to every administrator, for their own organisation: they have pages of their own."""
    check(acting(), "organisation.add")


def shown(template: str, *, status: int = 200, **said: Any) -> Response:
    """A page of the operator's."""
    was_done = str(DONE.get(request.args.get("done", ""), ""))
    spoken = {"role": words.role, "channel_words": words.CHANNEL_WORDS, "kind_words": words.KIND_WORDS}
    made = page(f"operator/{template}.html", **({"was_done": was_done, "errors": {}, "typed": {}} | spoken | said))
    return with_status(made, status)


def in_order(errors: Errors, names: Iterable[str]) -> Errors:
    """*errors* in the order in which the controls *names* stand on the page; what is said of the whole form goes first."""
    told = {name: errors[name] for name in names if name in errors}
    return {name: said for name, said in errors.items() if name not in told} | told
