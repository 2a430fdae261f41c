"""When repeated episodes ask a placing authority for a meeting: its own thresholds, in place of the hub's."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from flask import Response, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import EditConflict
from hub.core.http import resource
from hub.missing import thresholds
from hub.missing.policy import MOST
from hub.missing.schemas import ThresholdsIn
from hub.missing.thresholds import Thresholds
from hub.web import forms, stale
from hub.web.forms import Filled, Typed
from hub.web.missing.blueprint import blp, shown
from hub.web.sending import TOP, sent
from hub.web.signed_in import acting, allowed, may

PATH: Final = "/organisation/missing-thresholds"
PARTS: Final = ("kind", "count", "window_days", "hours", "duty", "also_away")
SPARE: Final = 2
"""Empty rows below those that stand."""
KIND_WORDS: Final = {
    "count": lazy_gettext("Episodes within some days"),
    "hours": lazy_gettext("Hours missing"),
    "together": lazy_gettext("Children missing together"),
}
DUTY_WORDS: Final = {
    "EREP": lazy_gettext("Hold a meeting"),
    "EREV": lazy_gettext("Consider a review of the care plan"),
}
NEEDED: Final = {"count": ("count", "window_days"), "hours": ("hours",), "together": ("count",)}


def _names(rows: int) -> tuple[str, ...]:
    return tuple(f"thresholds.{number}.{part}" for number in range(rows) for part in PARTS)


@blp.get(PATH)
@may("missing.thresholds")
def thresholds_page() -> Response:
    """Those that count now; a manager may change them."""
    with resource(Database).read() as session:
        return _page(thresholds.thresholds_for(session, acting().organisation), None)


def _page(stands: Thresholds, given: Filled | None, status: int = 200, *, differences: Any = None) -> Response:
    rows = min(len(stands.rules) + SPARE, MOST)
    if given:
        rows = max(rows, _rows_sent())
    return shown(
        "thresholds",
        status=status,
        stands=stands,
        rows=range(rows),
        typed=given.typed if given else spelt(stands.rules),
        errors=given.errors if given else {},
        kinds=list(KIND_WORDS.items()),
        duties=list(DUTY_WORDS.items()),
        kind_words=KIND_WORDS,
        duty_words=DUTY_WORDS,
        may_save=allowed("missing.save_thresholds"),
        version=stands.version,
        differences=differences,
        was_saved=bool(request.args.get("done")),
    )


def spelt(rules: Sequence[dict[str, Any]]) -> Typed:
    """Rules as they stand in the controls."""
    body = {"thresholds": [dict(each) for each in rules]}
    return forms.spelt(ThresholdsIn(), _names(len(rules)), body)


def _rows_sent() -> int:
    numbers = [key.split(".")[1] for key in request.form if key.startswith("thresholds.")]
    return min(max((int(each) + 1 for each in numbers if each.isdigit() and len(each) < 3), default=0), MOST)


@blp.post(PATH)
@may("missing.save_thresholds")
def save_thresholds() -> Response:
    """Save them all; they count for what happens from now on."""
    actor, now = acting(), utc_now()
    version = request.form.get("version", "")
    given = _given()

    def act(session: Session) -> str:
        seen = int(version) if version.isascii() and version.isdigit() else -1
        thresholds.save_thresholds(session, actor, given.loaded["thresholds"], version=seen, now=now)
        return f"{PATH}?done=saved"

    def again(refused: Filled, status: int) -> Response:
        if status == EditConflict.status:
            return _stale(given)
        with resource(Database).read() as session:
            return _page(thresholds.thresholds_for(session, actor.organisation), refused, status)

    return sent(given, (*_names(_rows_sent()), TOP), act, again)


def _given() -> Filled:
    """The rows that are used; what each kind needs is asked for at its control."""
    every = _names(_rows_sent())
    used = [name for name in every if request.form.get(f"{name.rpartition('.')[0]}.kind")]
    given = forms.filled(ThresholdsIn(), used, request.form)
    body = given.loaded or {"thresholds": []} if not used else given.loaded
    wrong = dict(given.errors) if used else {}
    for name in used:
        row, _, part = name.rpartition(".")
        if part in NEEDED.get(request.form[f"{row}.kind"], ()) and not request.form.get(name, "").strip():
            wrong.setdefault(name, gettext("Enter a whole number."))
        if part == "duty" and not request.form.get(name):
            wrong[name] = gettext("Choose what is asked for.")
    loaded = {"thresholds": [_needed(each) for each in body.get("thresholds", ())]}
    return replace(given, loaded=loaded, typed=forms.typed_in(every, request.form), errors=wrong)


def _needed(rule: dict[str, Any]) -> dict[str, Any]:
    """A threshold without the numbers of another kind that were left standing in its row."""
    names = ("kind", "duty", "also_away", *NEEDED.get(rule.get("kind", ""), ()))
    return {name: rule[name] for name in names if name in rule}


def _stale(given: Filled) -> Response:
    """Somebody saved others meanwhile: what was typed is kept, and what stands now is beside it."""
    with resource(Database).read() as session:
        stands = thresholds.thresholds_for(session, acting().organisation)
    rows = max(len(stands.rules), _rows_sent())
    labels = {
        f"thresholds.{number}.{part}": f"{gettext('Threshold')} {number + 1}: {words}"
        for number in range(rows)
        for part, words in _part_words().items()
    }
    spoken = {
        name: {**{k: str(v) for k, v in KIND_WORDS.items()}, **{k: str(v) for k, v in DUTY_WORDS.items()}}
        for name in labels
        if name.endswith((".kind", ".duty"))
    }
    found = stale.differing(labels, spelt(stands.rules), given.typed, spoken)
    return _page(stands, given, 412, differences=found)


def _part_words() -> dict[str, str]:
    return {
        "kind": gettext("What is counted"),
        "count": gettext("How many"),
        "window_days": gettext("Within days"),
        "hours": gettext("Hours"),
        "duty": gettext("What is asked for"),
        "also_away": gettext("Absences count too"),
    }
