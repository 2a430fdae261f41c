"""Giving somebody a view of a report: what they would read is shown first, and why they need it is recorded; taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from flask import Response, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.http import resource
from hub.duties.rulebook import Rulebook
from hub.spotpurchase.reports import service
from hub.spotpurchase.reports.reading import ReportSeen, SharedSeen
from hub.spotpurchase.reports.schemas import RecallIn, ShareIn
from hub.spotpurchase.reports.sharing import NO_SHARE, Choice
from hub.spotpurchase.reports.views import LEFT_OUT, NAME_COVERED, NOT_IN_VIEW, Given
from hub.web import forms
from hub.web.forms import Filled, Typed
from hub.web.interview_reports import lines, words
from hub.web.interview_reports.blueprint import blp, shown
from hub.web.interview_reports.one import PATH, Read, read
from hub.web.report_words import WISH_WORDS
from hub.web.sending import acted, sent
from hub.web.signed_in import acting, may

NAMES: Final = (
    *("recipient", "view", "leave_out", "necessity", "necessity_words", "proportionality", "wishes", "override", "by"),
)
_SEVERAL: Final = ("leave_out", "necessity")


@dataclass(frozen=True)
class Offered:
    """One view that somebody may be given. ``has``: the share by which they have it already."""

    choice: Choice
    view: str
    has: str


@dataclass(frozen=True)
class Previewed:
    """What a recipient would read, and what not. ``lines``: of the whole view, each of which may be left out."""

    choice: Choice
    view: str
    given: Given
    lines: Sequence[str]

    def not_shown(self, reason: str) -> list[str]:
        """What they would not read, or read with names covered, for one reason."""
        return [lines.named(each["field"]) for each in self.given.redacted if each["reason"] == reason]


# --- giving -----------------------------------------------------------------------------------------------------------


@blp.get(f"{PATH}/<ref>/shares/new")
@may("report.share")
def share_form(ref: str) -> Response:
    """To whom, and what? Then what they would read, and why they need it."""
    if not request.args.get("to"):
        return _choices(ref)
    return _form(ref, None)


def _choices(ref: str) -> Response:
    with resource(Database).write() as session:
        found = read(session, ref, utc_now())
        choices = service.recipients(session, acting(), ref)
    return shown("recipients", found=found, report=found.report, offered=_offered(found.report, choices))


def _offered(report: ReportSeen, choices: Sequence[Choice]) -> list[Offered]:
    stands = {
        ((each.recipient or {}).get("ref"), each.view): each.ref
        for each in report.shares
        if each.state != "recalled" and each.number == report.number
    }
    return [
        Offered(choice, view, stands.get((choice.organisation.ref, view), ""))
        for choice in choices
        for view in choice.views
    ]


@blp.post(f"{PATH}/<ref>/shares/new")
@may("report.share")
def share(ref: str) -> Response:
    """Give it; or, asked to look, show what would be given with those lines left out."""
    actor, rules, now = acting(), resource(Rulebook), utc_now()
    given = forms.filled(ShareIn(), NAMES, request.form)
    given = replace(given, typed={**given.typed, **_several(given.typed)})
    if "look" in request.form:
        return _form(ref, replace(given, errors={}))

    def act(session: Session) -> str:
        made = service.share(session, actor, ref, given.loaded, rules=rules, now=now)
        return f"{PATH}/{ref}?done=given#{made.ref}"

    return sent(given, NAMES, act, lambda refused, status: _form(ref, refused, status))


def _several(typed: Typed) -> Typed:
    """Where one box is ticked, a list as well."""
    return {name: [said] for name, said in typed.items() if name in _SEVERAL and isinstance(said, str)}


def _form(ref: str, given: Filled | None, status: int = 200) -> Response:
    now = utc_now()
    typed = given.typed if given else {"recipient": request.args.get("to"), "view": request.args.get("view")}
    with resource(Database).write() as session:
        found = read(session, ref, now)
        previewed = _previewed(session, ref, typed)
    wished = _wished(found, previewed.choice)
    return shown(
        "share",
        status=status,
        found=found,
        report=found.report,
        previewed=previewed,
        parts=lines.parts_of(previewed.given.content, first=previewed.view),
        wished=wished,
        covered=previewed.not_shown(NAME_COVERED),
        left_out=previewed.not_shown(LEFT_OUT),
        not_in_view=previewed.not_shown(NOT_IN_VIEW),
        leaves=[(code, lines.named(code)) for code in previewed.lines],
        necessities=list(words.NECESSITY_WORDS.items()),
        wishes=list(WISH_WORDS.items()),
        typed=typed if given else {**typed, "by": found.by, "wishes": wished},
        errors=given.errors if given else {},
    )


def _previewed(session: Session, ref: str, typed: Typed) -> Previewed:
    """What would be given. Raises ``NotFound`` for a recipient that the page does not offer, ``Invalid`` for another view."""
    to, view = str(typed.get("recipient") or ""), str(typed.get("view") or "")
    choices = service.recipients(session, acting(), ref)
    choice = next((each for each in choices if each.organisation.ref == to and view in each.views), None)
    if choice is None:
        raise NotFound(gettext("That organisation cannot be given this view of the report. Choose again."))
    whole = service.preview(session, acting(), ref, recipient=to, view=view)
    left_out = [code for code in typed.get("leave_out", ()) if code in whole.content]
    shown_ = service.preview(session, acting(), ref, recipient=to, view=view, leave_out=left_out)
    return Previewed(choice, view, shown_, list(whole.content))


def _wished(found: Read, choice: Choice) -> str:
    """What the child said to its being given to such a recipient, as the report has it; empty where it says nothing of that."""
    return str(found.report.content.get(f"wishes.{choice.part}") or "")


# --- taking back ------------------------------------------------------------------------------------------------------


@blp.get("/extracts/<ref>/recall")
@may("report.share")
def recall_form(ref: str) -> Response:
    """Why is it taken back?"""
    return _recall(ref, None)


@blp.post("/extracts/<ref>/recall")
@may("report.share")
def recall(ref: str) -> Response:
    """Its recipient sees that it was taken back, and nothing of it."""
    given = forms.filled(RecallIn(), ("reason",), request.form)
    path = f"/extracts/{ref}?done=recalled"
    return acted(given, ("reason",), service.recall, ref, path, partial(_recall, ref))


def _recall(ref: str, given: Filled | None, status: int = 200) -> Response:
    with resource(Database).write() as session:
        seen: SharedSeen = service.read_share(session, acting(), ref, now=utc_now())
    if (seen.placing_authority or {}).get("ref") != acting().organisation_ref:
        raise NotFound(NO_SHARE)
    said: dict[str, Any] = {"typed": given.typed, "errors": given.errors} if given else {}
    return shown("recall", status=status, seen=seen, reasons=list(words.RECALL_WORDS.items()), **said)
