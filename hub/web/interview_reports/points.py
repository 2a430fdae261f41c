"""Answering what a report recommends and refers: by the council that asked, and by the host of what was passed on to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, request
from marshmallow import Schema
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.http import resource
from hub.duties.rulebook import Rulebook
from hub.spotpurchase.reports import pointing, service
from hub.spotpurchase.reports.answers import NO_RECOMMENDATION, NO_REFERRAL
from hub.spotpurchase.reports.schemas import OUTCOMES, RecommendationAnswerIn, ReferralAnswerIn
from hub.web import forms
from hub.web.desk.officer import officer
from hub.web.forms import Filled
from hub.web.interview_reports import words
from hub.web.interview_reports.blueprint import blp, shown
from hub.web.interview_reports.one import PATH
from hub.web.pages import led_to
from hub.web.report_words import OUTCOME_WORDS
from hub.web.sending import sent
from hub.web.signed_in import acting, may

_ANSWERS: Final[Mapping[str, tuple[str, ...]]] = {
    "open": ("accepted", "done", "declined"),
    "accepted": ("done", "declined", "open"),
    "declined": ("open",),
    "done": ("open",),
}
"""What a recommendation can be answered, by how it stands."""


@dataclass(frozen=True)
class Kind:
    """One sort of point: its form, the schema, the controls, and what answers it."""

    template: str
    schema: type[Schema]
    controls: tuple[str, ...]
    answer: Callable[..., Any]
    missing: str


RECOMMENDATION: Final = Kind(
    "recommendation",
    RecommendationAnswerIn,
    ("answer", "reason", "done_by", "on", "by"),
    service.answer_recommendation,
    NO_RECOMMENDATION,
)
REFERRAL: Final = Kind("referral", ReferralAnswerIn, ("outcome", "words", "by"), service.answer_referral, NO_REFERRAL)


# --- where a reference leads ------------------------------------------------------------------------------------------


@blp.get("/interview-points/<ref>")
@may("report.read")
def point(ref: str) -> Response:
    """Where a recommendation or referral is read: in the report, or in what the reader was given of it."""
    with resource(Database).read() as session:
        shows = pointing.shown_in(session, acting(), ref)
    path = f"{PATH}/{shows}" if shows.startswith("irp_") else f"/extracts/{shows}"
    return led_to(f"{path}#{ref}")


# --- its form ---------------------------------------------------------------------------------------------------------


def _form(kind: Kind, path: str, ref: str, about: str, given: Filled | None, status: int = 200) -> Response:
    with resource(Database).write() as session:
        each, by = _read(session, kind, ref, about), officer(session, acting())
    return shown(
        kind.template,
        status=status,
        each=each,
        path=path,
        options=_options(kind, each),
        typed=given.typed if given else {"by": by},
        errors=given.errors if given else {},
    )


def _read(session: Session, kind: Kind, ref: str, about: str) -> Any:
    """The point as it stands in the report, or in what was given of it. Raises ``NotFound``."""
    now = utc_now()
    if ref.startswith("shr_"):
        listed: list[Any] = list(service.read_share(session, acting(), ref, now=now).recommendations)
    else:
        report = service.read_report(session, acting(), ref, now=now)
        listed = list(report.referrals if kind is REFERRAL else report.recommendations)
    found = next((each for each in listed if each.ref == about), None)
    if found is None or not getattr(found, "is_ours", True):
        raise NotFound(kind.missing)
    return found


def _options(kind: Kind, each: Any) -> list[tuple[str, Any]]:
    if kind is RECOMMENDATION:
        return [(code, words.ANSWER_WORDS[code]) for code in _ANSWERS[each.state]]
    if each.state == "answered":
        return [("open", OUTCOME_WORDS["open"])]
    return [(code, OUTCOME_WORDS[code]) for code in OUTCOMES if code != "open"]


def _sent(kind: Kind, path: str, ref: str, about: str) -> Response:
    actor, rules, now = acting(), resource(Rulebook), utc_now()
    given = forms.filled(kind.schema(), kind.controls, request.form)

    def act(session: Session) -> str:
        kind.answer(session, actor, about, given.loaded, rules=rules, now=now)
        return f"{path}?done=answered#{about}"

    return sent(given, kind.controls, act, lambda refused, status: _form(kind, path, ref, about, refused, status))


def _pages_of(kind: Kind, path: str) -> None:
    """The form of a point of that sort and what takes it, where it is read: in a report, or in what was given of one."""

    @may("recommendation.answer")
    def ask(ref: str, about: str) -> Response:
        return _form(kind, f"{path}/{ref}", ref, about, None)

    @may("recommendation.answer")
    def take(ref: str, about: str) -> Response:
        return _sent(kind, f"{path}/{ref}", ref, about)

    rule, endpoint = f"{path}/<ref>/{kind.template}s/<about>", f"{path.strip('/')}_{kind.template}"
    blp.add_url_rule(rule, f"{endpoint}_form", ask, methods=["GET"])
    blp.add_url_rule(rule, endpoint, take, methods=["POST"])


for _kind, _path in ((RECOMMENDATION, PATH), (RECOMMENDATION, "/extracts"), (REFERRAL, PATH)):
    _pages_of(_kind, _path)
