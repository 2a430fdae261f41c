"""What do you want to tell of? The page that begins a draft, from nothing or from a child who is known already."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from hub.access.sign_in import factor_queries
from hub.core.clock import utc_now
from hub.core.db import keys_of
from hub.core.http import resource
from hub.core.ids import is_ref
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry.prefilling import AFTER_A_START, begin_draft
from hub.web.forms import Errors
from hub.web.pages import page, with_status
from hub.web.signed_in import acting, done_once, may
from hub.web.writing.blueprint import blp

_MOST_REASON: Final = 1000


@dataclass(frozen=True)
class Purpose:
    """Something that can be told of: the words, a hint, and the kind of notice that it takes."""

    words: str
    hint: str
    kind: str


_COUNCILS: Final[Mapping[str, Purpose]] = {
    "planned": Purpose(
        lazy_gettext("A planned placement"), lazy_gettext("It begins later, or was planned."), "placement_start"
    ),
    "emergency": Purpose(
        lazy_gettext("An emergency placement"), lazy_gettext("It could not be planned. What is not ready may follow."),
        "placement_start",
    ),
    "consultation": Purpose(
        lazy_gettext("A consultation on a distant placement"),
        lazy_gettext("Before a placement in an area that does not adjoin yours is approved."), "consultation",
    ),
    "change": Purpose(
        lazy_gettext("A change"), lazy_gettext("Something about a running placement is new, but not the address."),
        "placement_change",
    ),
    "move": Purpose(lazy_gettext("A move"), lazy_gettext("The child goes to another placement."), "placement_move"),
    "end": Purpose(lazy_gettext("An end"), lazy_gettext("The placement ends, or has ended."), "placement_end"),
}  # fmt: skip


def _homes(arrival: str, leaving: str) -> Mapping[str, Purpose]:
    return {
        "arrival": Purpose(lazy_gettext("A child has come, or is coming"), "", arrival),
        "leaving": Purpose(lazy_gettext("A child has left, or is leaving"), "", leaving),
    }


PURPOSES: Final[Mapping[str, Mapping[str, Purpose]]] = {
    "local_authority": _COUNCILS,
    "childrens_home": _homes("home_admission", "home_discharge"),
    "supported_accommodation": _homes("supported_admission", "supported_discharge"),
    "fostering_agency": _homes("fostering_arrival", "fostering_leaving"),
}
"""By kind of organisation: what it can tell of."""


@blp.get("/notices/new")
@may("notice.draft")
def new() -> Response:
    """What do you want to tell of?"""
    source = request.args.get("from", "")
    return _page({"purpose": request.args.get("purpose", ""), "from": _ref(source)}, {})


@blp.post("/notices/new")
@may("notice.draft")
def begin() -> Any:
    """Begin a draft, filled in with what is known of the child, and go to what is to be answered first."""
    typed = {name: request.form.get(name, "").strip() for name in ("purpose", "reason", "from", "placement")}
    errors = _errors(typed)
    if errors:
        return with_status(_page(typed, errors), 422)
    purpose = _purposes()[typed["purpose"]]
    source = _ref(typed["from"]) or _ref(typed["placement"])
    return done_once(lambda session: _begun(session, purpose, source, typed))


def _begun(session: Session, purpose: Purpose, source: str, typed: Mapping[str, str]) -> str:
    draft = begin_draft(
        session,
        acting(),
        purpose.kind,
        source=source or None,
        emergency_reason=typed["reason"] if typed["purpose"] == "emergency" else None,
        contact=_myself(session) if purpose.kind in ("placement_start", "consultation") else None,
        rules=resource(Rulebook),
        areas=resource(Areas),
        now=utc_now(),
    )
    is_known = "child" in draft.content and purpose.kind not in AFTER_A_START
    return f"/drafts/{draft.ref}/rest" if is_known else f"/drafts/{draft.ref}"


def _myself(session: Session) -> dict[str, str] | None:
    """Whom to ring, until somebody else is named: who writes the notice."""
    person = factor_queries.person_by_ref(session, acting().ref) if acting().kind == "person" else None
    if person is None:
        return None
    said = keys_of(session).open(person.ref, person.sealed)
    return {"name": said["name"][:120], "email": said["email"]}


def _errors(typed: Mapping[str, str]) -> Errors:
    purpose = _purposes().get(typed["purpose"])
    if purpose is None:
        return {"purpose": gettext("Choose what you want to tell of.")}
    if typed["purpose"] == "emergency" and not 0 < len(typed["reason"]) <= _MOST_REASON:
        return {"reason": gettext("Say why it could not be planned, in at most 1000 characters.")}
    if typed["placement"] and not _ref(typed["placement"]):
        return {"placement": gettext("Enter the whole reference of the placement or of its notice, or leave it empty.")}
    return {}


def _purposes() -> Mapping[str, Purpose]:
    return PURPOSES.get(acting().organisation_kind or "", {})


def _ref(text: str) -> str:
    """*text*, where it is the reference of a notice or a placement; else nothing."""
    ref = text.strip().lower()
    return ref if is_ref(ref, "ntc") or is_ref(ref, "pla") else ""


def _page(typed: Mapping[str, str], errors: Errors) -> Response:
    purposes = [(name, each.words, each.hint) for name, each in _purposes().items()]
    return page("writing/new.html", typed=typed, errors=errors, purposes=purposes, source=typed["from"])
