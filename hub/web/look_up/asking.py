"""A call handler's one screen: what for, which incident, who; and the answer above it. Everything shown was committed before."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import Invalid, StateConflict, TooMany
from hub.core.http import resource
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.lookup import asking, service, telling
from hub.lookup.api import asked_of
from hub.lookup.break_glass import break_glass
from hub.lookup.schemas import BreakGlassIn, LookUpDisclosureIn, LookUpIn
from hub.lookup.telling import Reasons, Told
from hub.web import forms
from hub.web.forms import Filled
from hub.web.look_up.blueprint import blp, shown, terms
from hub.web.sending import TOP, at_top, refused_of
from hub.web.signed_in import acting, may

T = TypeVar("T")
NAMES: Final = (
    *("purpose", "incident_reference", "family_name", "given_names", "born_on", "born_year", "born_month", "age"),
    *("postcode", "home", "phone", "identifiers.nhs_number", "identifiers.upn", "identifiers.local_id"),
    "placing_authority",
)
_SHOWN: Final = ("candidate", "stage", "purpose", "because")
_BROKEN: Final = ("candidate", "purpose", "reason")
_TOO_MANY: Final = lazy_gettext(
    "That was too quick, and nothing was looked up. What you typed is kept: wait, then press again."
)


@blp.get("/look-up")
@may("look_up.ask")
def form() -> Response:
    """The screen, empty."""
    return _screen({}, {})


@blp.post("/look-up")
@may("look_up.ask")
def look_up() -> Response:
    """Ask. Sent again, it is asked again, and stands on record again."""
    sent = _with_part_of_a_date(request.form)
    given = forms.filled(
        LookUpIn(), [name for name in NAMES if name != "born_on" or not _is_partial(request.form)], sent
    )
    typed = forms.typed_in(NAMES, request.form)
    if given.errors:
        return _screen(typed, given.errors, 422)
    try:
        found = _on_record(lambda session: _ask(session, given.loaded))
    except TooMany:
        return _screen(typed, {TOP: str(_TOO_MANY)}, TooMany.status)
    except Invalid as refusal:
        return _screen(typed, refused_of(given, refusal, NAMES).errors, 422)
    return _screen(typed, {}, found=found)


def _ask(session: Session, body: dict[str, Any]) -> asking.LookedUp:
    held, actor = terms(), acting()
    question = asking.Question(
        purpose=body["purpose"],
        incident=service.incident_of(actor, held.policy, body["incident_reference"]),
        asked=asked_of(session, body, resource(Areas)),
    )
    return asking.look_up(
        session, actor, question, policy=held.policy, limits=held.limits, rules=resource(Rulebook), now=utc_now()
    )


def _on_record(act: Callable[[Session], T]) -> T:
    return service.on_record(resource(Database), acting(), act, now=utc_now())


def _is_partial(form: "MultiDict[str, str]") -> bool:
    """Whether the day of birth was left out, and the month too, perhaps."""
    return not form.get("born_on-day", "").strip() and bool(form.get("born_on-year", "").strip())


def _with_part_of_a_date(form: "MultiDict[str, str]") -> "MultiDict[str, str]":
    """A date of birth of which the day, or day and month, is not known is asked as its year and month."""
    if not _is_partial(form):
        return form
    sent = MultiDict(form)
    sent["born_year"], sent["born_month"] = form["born_on-year"], form.get("born_on-month", "")
    return sent


def _screen(typed: dict[str, Any], errors: dict[str, str], status: int = 200, **answer: Any) -> Response:
    held, actor = terms(), acting()
    incident = service.incident_pattern(actor, held.policy)
    purposes = [each.code for each in service.purposes_for(held.policy, actor)]
    told = {_control(name): said for name, said in errors.items()}
    return shown(
        "screen", status=status, typed=typed, errors=told, purposes=purposes, example=incident.example, **answer
    )


def _control(name: str) -> str:
    """The control at which a fault is told: of a part of a date, the date."""
    return "born_on" if name in ("born_year", "born_month") else name


# --- one child --------------------------------------------------------------------------------------------------------


@blp.post("/look-up/<ref>/child")
@may("look_up.confirm")
def show_child(ref: str) -> Response:
    """The purpose is confirmed for one child, and it is shown; or its risk detail is."""
    given = forms.filled(LookUpDisclosureIn(), _SHOWN, request.form)
    return _child(ref, given, _SHOWN, lambda session: _show(session, ref, given.loaded))


@blp.post("/look-up/<ref>/glass")
@may("look_up.break_glass")
def break_the_glass(ref: str) -> Response:
    """A shielded child is shown, for a reason that two privacy leads review."""
    given = forms.filled(BreakGlassIn(), _BROKEN, request.form)
    return _child(ref, given, _BROKEN, lambda session: _break(session, ref, given.loaded))


def _show(session: Session, ref: str, body: dict[str, Any]) -> Told:
    held = terms()
    return telling.disclose(
        session, acting(), ref, body["candidate"], stage=body["stage"], purpose=body["purpose"],
        reasons=Reasons(because=body.get("because")), policy=held.policy, limits=held.limits,
        rules=resource(Rulebook), now=utc_now(),
    )  # fmt: skip


def _break(session: Session, ref: str, body: dict[str, Any]) -> Told:
    held = terms()
    return break_glass(
        session, acting(), ref, body["candidate"], purpose=body["purpose"], reasons=Reasons(reason=body["reason"]),
        policy=held.policy, limits=held.limits, rules=resource(Rulebook), now=utc_now(),
    )  # fmt: skip


def _child(ref: str, given: Filled, names: tuple[str, ...], act: Callable[[Session], Told]) -> Response:
    """One child; or the one question that is still open about it, with what was typed."""
    if given.errors:
        return _open(ref, given, 422)
    try:
        told = _on_record(act)
    except (Invalid, TooMany, StateConflict) as refusal:
        return _open(ref, refused_of(given, refusal, names), refusal.status)
    return shown("child", told=told)


def _open(ref: str, given: Filled, status: int) -> Response:
    is_glass = request.path.endswith("/glass")
    return shown("open", status=status, ref=ref, typed=given.typed, errors=at_top(given.errors), is_glass=is_glass)
