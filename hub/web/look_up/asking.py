"""A call handler's one screen: what for, which incident, who; and the answer above it. Everything shown was committed before."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from flask import Response, redirect, request
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import Invalid, StateConflict, TooMany
from hub.core.http import resource
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.lookup import asking, going_on, service, telling
from hub.lookup.api import asked_of
from hub.lookup.break_glass import break_glass
from hub.lookup.schemas import BreakGlassIn, LookUpDisclosureIn, LookUpIn
from hub.lookup.telling import Reasons, Told
from hub.missing import queries as missing_queries
from hub.web import forms
from hub.web.councils import council_names
from hub.web.forms import Filled
from hub.web.home.answers import council_meant
from hub.web.look_up.blueprint import blp, shown, terms
from hub.web.sending import asked, at_top, refused_of
from hub.web.signed_in import acting, allowed, may

T = TypeVar("T")
NAMES: Final = (
    *("purpose", "incident_reference", "family_name", "given_names", "born_on", "born_year", "born_month", "age"),
    *("postcode", "home", "phone", "identifiers.nhs_number", "identifiers.upn", "identifiers.local_id"),
    "placing_authority",
)
_WHOSE: Final = {"placing_authority": lazy_gettext("Say which council’s number that is.")}
_SHOWN: Final = ("candidate", "stage", "purpose", "because")
_BROKEN: Final = ("candidate", "purpose", "reason")


@blp.get("/look-up")
@may("look_up.ask")
def form() -> Response:
    """The screen, empty."""
    return _screen({}, {})


@blp.post("/look-up")
@may("look_up.ask")
def look_up() -> Response:
    """Ask. Sent again, it is asked again, and stands on record again."""
    sent, wrong = _with_council(_with_part_of_a_date(request.form))
    given = forms.filled(
        LookUpIn(), [name for name in NAMES if name != "born_on" or not _is_partial(request.form)], sent
    )
    typed = forms.typed_in(NAMES, request.form)
    errors = {**asked(given, _WHOSE).errors, **wrong}
    if errors:
        return _screen(typed, errors, 422)
    try:
        found = _on_record(lambda session: _ask(session, given.loaded))
    except (Invalid, TooMany) as refusal:
        return _screen(typed, refused_of(given, refusal, NAMES).errors, refusal.status)
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


def _with_council(form: "MultiDict[str, str]") -> tuple["MultiDict[str, str]", dict[str, str]]:
    """Nobody knows a council by its code at night: it may be written by its name. With what is wrong with what was written."""
    written = form.get("placing_authority", "").strip()
    if not written:
        return form, {}
    code, wrong = council_meant(written, resource(Areas))
    sent = MultiDict(form)
    sent["placing_authority"] = code
    return sent, {"placing_authority": wrong} if wrong else {}


def _screen(typed: dict[str, Any], errors: dict[str, str], status: int = 200, **answer: Any) -> Response:
    held, actor = terms(), acting()
    incident = service.incident_pattern(actor, held.policy)
    purposes = [each.code for each in service.purposes_for(held.policy, actor)]
    told = {_control(name): said for name, said in errors.items()}
    return shown(
        "screen",
        status=status,
        typed=typed,
        errors=told,
        purposes=purposes,
        example=incident.example,
        councils=council_names(),
        **answer,
    )


def _control(name: str) -> str:
    """The control at which a fault is told: of a part of a date, the date."""
    return "born_on" if name in ("born_year", "born_month") else name


@blp.get("/look-up/<ref>")
@may("look_up.ask")
def offered(ref: str) -> Response:
    """The children that were offered, again: for whoever opened one of them and it was another."""
    with resource(Database).write() as session:
        again = going_on.offered_again(
            session, acting(), ref, policy=terms().policy, rules=resource(Rulebook), now=utc_now()
        )
    typed = {"purpose": again.answer.purpose, "incident_reference": again.incident, **_typed_again(again.asked)}
    return _screen(typed, {}, found=again.answer)


def _typed_again(told: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked by, as the controls have it. A home is kept by what it was found to be, and is typed anew."""
    typed = {name: told[name] for name in ("family_name", "given_names", "age", "postcode", "phone") if name in told}
    year, month, day = [*str(told.get("born_on") or "").split("-"), "", ""][:3]
    parts = {"year": year or told.get("born_year", ""), "month": month or told.get("born_month", ""), "day": day}
    return typed | {f"born_on-{part}": str(said).lstrip("0") for part, said in parts.items() if said}


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


@blp.post("/look-up/<ref>/report")
@may("look_up.confirm")
def report_from_here(ref: str) -> Any:
    """To where the child that was opened is reported missing or found: nobody describes it a second time."""
    actor, candidate = acting(), request.form.get("candidate", "")
    with resource(Database).read() as session:
        known = going_on.onward_from(session, actor, ref, candidate, policy=terms().policy, now=utc_now())
        is_ours = known.episode and missing_queries.seen_by(session, known.episode, actor.organisation)
    if is_ours:
        return redirect(f"/missing/{known.episode}", 303)
    if known.episode and known.purpose == "found_child" and allowed("missing.find"):
        return redirect(f"/missing/finding?ref={known.episode}", 303)
    return redirect(f"/missing/report/{known.placement}" if known.placement else "/missing/report", 303)


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
