"""What is due and overdue, in a browser: by us and to us; mine, my team's, everybody's; narrowed, counted, taken away."""

import io
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, request

from hub.core.clock import london_date, utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.core.ids import is_ref
from hub.duties.rulebook import Rulebook
from hub.registry.casework import caseload, waiting
from hub.registry.casework.caseload import Wanted
from hub.web.casework import parts, words
from hub.web.cursors import ref_in_address
from hub.web.pages import led_to
from hub.web.signed_in import acting, may

blp = parts.group("owed", "/owed")

AT_ONCE: Final = 25


@blp.get("")
@may("obligation.read")
def listed() -> Response:
    """The list, with the counts above it; a reference leads to what it names."""
    about = request.args.get("about", "").strip()
    if is_ref(about, "obl"):
        return led_to(f"/owed/{about}")
    actor, rules, now = acting(), resource(Rulebook), utc_now()
    with resource(Database).read() as session:
        wanted = _wanted(waiting.whose(session, actor))
        counts = caseload.counted(session, actor, wanted.whose, now=now)
        found = caseload.caseload(
            session, actor, wanted, after=ref_in_address("obl"), at_most=AT_ONCE + 1, rules=rules, now=now
        )
    more = found.rows[AT_ONCE - 1]["ref"] if len(found.rows) > AT_ONCE else None
    return parts.shown(
        "owed",
        wanted=wanted,
        counts=counts,
        rows=found.rows[:AT_ONCE],
        placements=found.placements,
        duties_known=[(code, duty.says) for code, duty in rules.law.duties.items()],
        typed=_said(wanted),
        further_path=_address("/owed", _said(wanted), after=more) if more else None,
        export_path=_address("/owed/export", _said(wanted)),
        address=lambda **other: _address("/owed", _said(wanted), **other),
        is_narrowed=bool(wanted.duty_code or wanted.about),
        now=now,
    )


@blp.get("/export")
@may("obligation.read")
def ask_for_file() -> Response:
    """What a file would hold, before it is made."""
    actor = acting()
    with resource(Database).read() as session:
        wanted = _wanted(waiting.whose(session, actor))
    said = _said(wanted)
    return parts.shown(
        "owed_export", wanted=wanted, again=_address("/owed/export", said), back_path=_address("/owed", said)
    )


@blp.post("/export")
@may("obligation.read")
def file() -> Response:
    """The list as a CSV file; that it was made is recorded first."""
    actor, now = acting(), utc_now()
    written = io.StringIO(newline="")
    with resource(Database).write() as session:
        wanted = _wanted(waiting.whose(session, actor))
        caseload.export(session, actor, wanted, written, rules=resource(Rulebook), now=now)
    answer = Response(written.getvalue().encode("utf-8-sig"), mimetype="text/csv")
    name = f"due-and-overdue-{london_date(now).isoformat()}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _wanted(usual: str) -> Wanted:
    """What the address asks; what it asks that there is not is left out."""
    asked = request.args
    return Wanted(
        side=_one_of(asked.get("side"), words.SIDE_WORDS, "owed_by_us"),
        due=_one_of(asked.get("due"), words.DUE_WORDS, "open"),
        whose=_one_of(asked.get("whose"), words.WHOSE_WORDS if acting().kind == "person" else ("all",), usual),
        duty_code=_one_of(asked.get("duty"), resource(Rulebook).law.duties, None),
        about=asked.get("about", "").strip()[:60] or None,
    )


def _one_of(asked: str | None, known: Any, usual: Any) -> Any:
    return asked if asked in known else usual


def _said(wanted: Wanted) -> dict[str, str]:
    """*wanted* as the address says it."""
    said = {"side": wanted.side, "due": wanted.due, "whose": wanted.whose}
    return (
        said
        | ({"duty": wanted.duty_code} if wanted.duty_code else {})
        | ({"about": wanted.about} if wanted.about else {})
    )


def _address(path: str, said: dict[str, str], **other: str | None) -> str:
    return f"{path}?{urlencode({k: v for k, v in {**said, **other}.items() if v})}"
