"""A home's short questions, and the fields of a notice that their answers stand for.

A phone is asked less than a schema: “just now” is a day and a time, one order answers two questions of reg 41, a council is a
name. Each such control has a name of its own; :func:`spread` turns it into the controls that ``hub.web.forms`` reads.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict

from hub.core.clock import LONDON
from hub.directory.areas import Areas, Authority
from hub.web.forms import Errors, Typed

Form = MultiDict[str, str]

WHEN, ORDER, IRO, COUNCIL, PLAN_COUNCIL = "when", "order", "iro_told", "council", "plan_council"
OWN: Final = (WHEN, "today-at", ORDER, IRO, COUNCIL, PLAN_COUNCIL)
"""Controls that are ours and not the schema's."""
NOW, TODAY, OTHER = "now", "today", "other"
NOT_TOLD: Final = lazy_gettext("The council has not told us yet.")
NO_IRO: Final = lazy_gettext("There is none: the child is not looked after by a council.")
ORDERS: Final[Mapping[str, tuple[str, str]]] = {
    # legal status: accommodated under s20 or s21, subject to a care or supervision order under s31 (SI 2015/541 reg 41)
    "S20": ("yes", "no"),
    "S21": ("yes", "no"),
    "S31C": ("no", "yes"),
    "S38": ("no", "no"),
    "23B8B": ("no", "no"),
}
"""The answers of which one word is enough; another is asked both questions, and for a word about it."""


def spread(form: Form, stem: str, *, areas: Areas, now: datetime) -> tuple[Form, Errors]:
    """*form* with the controls of the schema that its short answers stand for, and what is wrong with those answers.

    *stem*: ``starts`` or ``ends``.
    """
    whole: Form = MultiDict(form)
    errors: Errors = {}
    _spread_when(whole, stem, now)
    _spread_order(whole)
    _spread_unknown(whole)
    for control, path in ((COUNCIL, "placing_authority"), (PLAN_COUNCIL, "ehc_plan.authority")):
        written = form.get(control, "").strip()
        if written:
            code, wrong = council_meant(written, areas)
            if wrong:
                errors[control] = wrong
            else:
                whole[path] = code
    return whole, errors


def _spread_when(form: Form, stem: str, now: datetime) -> None:
    chosen = form.get(WHEN)
    if chosen not in (NOW, TODAY):
        return
    local = now.astimezone(LONDON)
    for part, number in (("day", local.day), ("month", local.month), ("year", local.year)):
        form[f"{stem}-{part}"] = str(number)
    form[f"{stem}-time"] = f"{local:%H:%M}" if chosen == NOW else form.get("today-at", "").strip()


def _spread_order(form: Form) -> None:
    chosen = form.get(ORDER, "")
    if chosen in ORDERS:
        form["legal_status"] = chosen
        form["s20_or_s21"], form["s31"] = ORDERS[chosen]
        form.poplist("legal_note")


def _spread_unknown(form: Form) -> None:
    """Who has not been told says so; what was typed before under another answer is not sent."""
    if form.get(IRO) in ("not_told", "none"):
        form["iro.none_reason"] = str(NOT_TOLD if form[IRO] == "not_told" else NO_IRO)
        form.poplist("iro.name")
        form.poplist("iro.phone")
    has = form.get("ehc_plan.has")
    if has == "not_known":
        form["ehc_plan.reason"] = str(NOT_TOLD)
    if has != "yes":
        form.poplist(PLAN_COUNCIL)


def councils_named(written: str, areas: Areas) -> list[Authority]:
    """The councils that *written* may mean: the one so called, or else those in whose names it stands."""
    sought = _plain(written)
    every = list(areas.authorities.values())
    exact = [each for each in every if sought in (_plain(each.name), _plain(each.short_name), each.gss_code.casefold())]
    return exact or sorted((each for each in every if sought in _plain(each.name)), key=lambda each: each.name)


def council_meant(written: str, areas: Areas) -> tuple[str, str]:
    """The GSS code of the one council that *written* means; or empty, with what to enter instead."""
    found = councils_named(written, areas)
    return (found[0].gss_code, "") if len(found) == 1 else ("", _which(found))


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("’", "'").split())


def _which(found: list[Authority]) -> str:
    if not found:
        return str(gettext("No council of England or Wales is called that. Choose one from the list."))
    named = ", ".join(each.name for each in found[:4])
    return str(gettext("Several councils may be meant: %(names)s. Enter the whole name.", names=named))


def gathered(typed: Typed, body: Mapping[str, Any], *, areas: Areas) -> Typed:
    """*typed*, the spelling of a notice's *body*, with the short answers that stand for it."""
    short: Typed = {}
    if any(name in body for name in ("starts_at", "starts_on", "ends_at", "ends_on")):
        short[WHEN] = OTHER
    short[ORDER] = _order_of(body)
    short[IRO] = _iro_of(body.get("iro", {}))
    plan = body.get("ehc_plan", {})
    for control, code in ((COUNCIL, body.get("placing_authority")), (PLAN_COUNCIL, plan.get("authority"))):
        council = areas.authorities.get(code or "")
        short[control] = council.name if council else code or ""
    return {**typed, **{name: value for name, value in short.items() if value}}


def _order_of(body: Mapping[str, Any]) -> str:
    status = body.get("legal_status", "")
    if status in ORDERS:
        return str(status)
    return "other" if status or "s31" in body or "s20_or_s21" in body else ""


def _iro_of(iro: Mapping[str, Any]) -> str:
    if iro.get("none_reason"):
        return "none" if iro["none_reason"] == str(NO_IRO) else "not_told"
    return "known" if iro else ""


AT: Final[Mapping[str, str]] = {
    "starts": WHEN,
    "ends": WHEN,
    "s20_or_s21": ORDER,
    "s31": ORDER,
    "legal_status": ORDER,
    "placing_authority": COUNCIL,
    "placing_body.name": COUNCIL,
    "ehc_plan.authority": PLAN_COUNCIL,
    "ehc_plan.reason": "ehc_plan.has",
    "placement": "",
}
"""At which short question a fault of a field is told."""


def told_at(errors: Errors, typed: Typed) -> Errors:
    """*errors* of the schema's controls, each at the question that was asked on the page."""
    told: Errors = {}
    for name, sentence in errors.items():
        told.setdefault(_question(name, typed), sentence)
    return told


def _question(name: str, typed: Typed) -> str:
    if name in ("starts", "ends") and typed.get(WHEN) in (TODAY, OTHER):
        return "today-at" if typed[WHEN] == TODAY else name
    if name in ("s20_or_s21", "s31") and typed.get(ORDER) == "other":
        return name
    if name.partition(".")[0] == "iro":
        return "iro.name" if typed.get(IRO) == "known" else IRO
    return AT.get(name, name)
