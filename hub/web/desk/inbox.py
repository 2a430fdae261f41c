"""The inbox: what waits at a desk, in five lists, without a word about a child: names stand in the notice and in the register."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Response, redirect, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import StateConflict
from hub.core.http import resource
from hub.duties.rulebook import Rulebook
from hub.notify import inbox
from hub.notify.messages.kinds import KINDS, PICKUP_CODE
from hub.notify.models import Alert
from hub.registry import acknowledging
from hub.registry.desk import lists as desk_lists
from hub.registry.desk import queries as desk_queries
from hub.registry.desk import questions
from hub.registry.desk.lists import Page
from hub.registry.models import NOTICE_KINDS
from hub.web.desk import ages, words
from hub.web.desk.blueprint import blp
from hub.web.desk.officer import officer
from hub.web.pages import page, with_status
from hub.web.pickup.sections import KIND_WORDS, label_of
from hub.web.record_pages import path_of
from hub.web.signed_in import acting, allowed, done_once, may
from hub.web.standing_words import STANDINGS

MOST_AT_ONCE: Final = 50
LAST_PAGE: Final = 200
_NONE_TICKED: Final = lazy_gettext("Tick the notices that you have read.")
_TOO_MANY: Final = lazy_gettext("Tick at most %(count)s at once.", count=MOST_AT_ONCE)
ANSWERS_FOR: Final = frozenset({"local_authority", "police_force"})
"""Kinds of organisation that owe an acknowledgement: the first list is theirs."""


@dataclass(frozen=True)
class Asked:
    """Which list, which part of it."""

    show: str
    page: Page
    kind: str | None = None
    unread: bool = True
    urgent: bool = False


@blp.get("/inbox")
@may("inbox.read")
def inbox_page() -> Response:
    """The list that is asked for, with how much waits in each."""
    return _inbox(asked(acting()))


def asked(actor: Actor) -> Asked:
    """What the address asks for; what it does not say, or says wrongly, is as usual."""
    lists = _lists(actor)
    show = request.args.get("show", "")
    number = request.args.get("page", "0")
    listed = show if show in lists else next(iter(lists))
    kinds = NOTICE_KINDS if listed == "notices" else KINDS - {PICKUP_CODE}
    kind = request.args.get("kind", "")
    return Asked(
        listed,
        Page(min(int(number), LAST_PAGE) if number.isascii() and number.isdigit() and len(number) < 4 else 0),
        kind if kind in kinds else None,
        request.args.get("unread") != "no",
        request.args.get("urgent") == "yes",
    )


def _lists(actor: Actor) -> dict[str, Callable[..., Any]]:
    """The lists that such an organisation has, by name, the one that it opens with first."""
    duties = {"acknowledge": _to_acknowledge, "next": _next, "alerts": _alerts}
    if actor.organisation_kind not in ANSWERS_FOR:
        duties = {"alerts": _alerts}
    elif actor.organisation_kind == "police_force":
        del duties["next"]
    if not allowed("notice.read"):
        return duties
    received = {"notices": _notices} if may_do_receive(actor) else {}
    return {**duties, "questions": _questions, **received}


def may_do_receive(actor: Actor) -> bool:
    """Whether notices come to such an organisation at all."""
    return actor.organisation_kind in {*ANSWERS_FOR, "health_body", "other_body", "rhi_provider"}


def _inbox(wanted: Asked, errors: dict[str, str] | None = None) -> Response:
    actor, now = acting(), utc_now()
    with resource(Database).read() as session:
        rows = _lists(actor)[wanted.show](session, actor, wanted, now)
        counts = desk_lists.counts(session, actor, now=now)
        waiting = {
            "acknowledge": counts.acknowledge,
            "next": counts.next,
            "alerts": inbox.count_unread(session, actor),
            "questions": _our_turns(session, actor),
        }
        who = officer(session, actor)
    return page(
        "desk/inbox.html",
        asked=wanted,
        lists=[each for each in _lists(actor)],
        rows=rows[: wanted.page.size],
        further=_address(wanted, wanted.page.number + 1) if len(rows) > wanted.page.size else "",
        counts=counts,
        waiting=waiting,
        officer=who,
        may_acknowledge=allowed("notice.acknowledge"),
        may_match=allowed("match.read"),
        done=_done(),
        errors=errors or {},
        now=now,
        ages=ages,
        words=words,
        kind_words=KIND_WORDS,
        standings=STANDINGS,
        label_of=label_of,
    )


def _our_turns(session: Session, actor: Actor) -> int:
    counted = questions.counted(session, actor)
    return counted["to_answer"] + counted["to_settle"]


def _address(wanted: Asked, number: int) -> str:
    said = [("show", wanted.show), ("page", str(number))]
    said += [("kind", wanted.kind)] if wanted.kind else []
    said += [("unread", "no")] if not wanted.unread else []
    said += [("urgent", "yes")] if wanted.urgent else []
    return "/inbox?" + "&".join(f"{name}={value}" for name, value in said)


def _done() -> dict[str, int]:
    """What was just done, as numbers in the address: so that the page says it, and a second loading says it again."""
    names = ("acknowledged", "already", "read")
    said = {name: request.args.get(name, "") for name in names}
    return {name: int(value) for name, value in said.items() if value.isascii() and value.isdigit() and len(value) < 4}


# --- the lists --------------------------------------------------------------------------------------------------------


def _to_acknowledge(session: Session, actor: Actor, wanted: Asked, now: datetime) -> Sequence[Any]:
    return desk_lists.to_acknowledge(session, actor, page=wanted.page, now=now)


def _next(session: Session, actor: Actor, wanted: Asked, now: datetime) -> Sequence[Any]:
    return desk_lists.next_steps(session, actor, rules=resource(Rulebook), page=wanted.page, now=now)


def _notices(session: Session, actor: Actor, wanted: Asked, now: datetime) -> Sequence[Any]:
    return desk_lists.notices(session, actor, kind=wanted.kind, page=wanted.page, now=now)


def _questions(session: Session, actor: Actor, wanted: Asked, now: datetime) -> Sequence[Any]:
    return questions.list_questions(session, actor, page=wanted.page.number, at_most=wanted.page.size)


def _alerts(session: Session, actor: Actor, wanted: Asked, now: datetime) -> Sequence[Any]:
    rows = inbox.alerts_on_page(
        session,
        actor,
        unread=wanted.unread,
        urgent=wanted.urgent,
        kind=wanted.kind,
        skip=wanted.page.number * wanted.page.size,
        at_most=wanted.page.size + 1,
    )
    came = desk_queries.received_among(session, actor.organisation, {row.subject_ref for row in rows})
    return [(row, leads_to(row, came)) for row in rows]


def leads_to(alert: Alert, came: set[str]) -> str:
    """The page of what an alert is about; empty where the reader has none. *came*: the notices that came to the organisation."""
    ref = alert.subject_ref
    if ref.startswith("ntc_"):
        return f"/inbox/{ref}" if ref in came else f"/notices/{ref}"
    return path_of(ref) or path_of(str(alert.details.get("obligation", "")))


@blp.get("/inbox/questions")
@may("inbox.read")
def all_questions() -> Any:
    """The list of questions, by the address that one would guess."""
    return redirect("/inbox?show=questions", 303)


@blp.get("/inbox/alerts/<ref>")
@may("account.use")
def open_alert(ref: str) -> Any:
    """To what an alert is about: where a link in an e-mail leads whoever is signed in. Nothing changes.

    A privacy lead and an operator have no inbox, and are told by e-mail as well: the page that it leads to lets in or refuses.
    """
    actor = acting()
    with resource(Database).read() as session:
        alert = inbox.alert_for(session, actor, ref)
        came = desk_queries.received_among(session, actor.organisation, {alert.subject_ref})
    return redirect(leads_to(alert, came) or ("/inbox?show=alerts" if allowed("inbox.read") else "/today"), 303)


# --- what is done from the list ---------------------------------------------------------------------------------------


@blp.post("/inbox/acknowledgements")
@may("notice.acknowledge")
def acknowledge_several() -> Any:
    """Acknowledge each of the notices that were ticked, in the name of whoever is signed in: one, or several at once."""
    refs = list(dict.fromkeys(request.form.getlist("notice")))
    fault = _NONE_TICKED if not refs else _TOO_MANY if len(refs) > MOST_AT_ONCE else None
    if fault is not None:
        return with_status(_inbox(Asked("acknowledge", Page()), {"notice": str(fault)}), 422)
    return done_once(lambda session: _acknowledge_each(session, refs))


def _acknowledge_each(session: Session, refs: list[str]) -> str:
    """Each its own acknowledgement; one that a colleague gave meanwhile, or that is not owed any more, stops no other."""
    actor, now, already = acting(), utc_now(), 0
    by = officer(session, actor) or actor.ref
    for ref in refs:
        try:
            with session.begin_nested():
                acknowledging.acknowledge_notice(session, actor, ref, by=by, rules=resource(Rulebook), now=now)
        except StateConflict:
            already += 1
    return f"/inbox?acknowledged={len(refs) - already}" + (f"&already={already}" if already else "")


@blp.post("/inbox/alerts/readings")
@may("inbox.read")
def read_alerts() -> Any:
    """Mark the alerts that were ticked as read. It acknowledges nothing."""
    refs = list(dict.fromkeys(request.form.getlist("alert")))[:MOST_AT_ONCE]
    if not refs:
        wanted = Asked("alerts", Page())
        return with_status(_inbox(wanted, {"alert": str(gettext("Tick the alerts that you have read."))}), 422)

    def act(session: Session) -> str:
        for ref in refs:
            inbox.read_alert(session, acting(), ref, now=utc_now())
        return f"/inbox?show=alerts&read={len(refs)}"

    return done_once(act)
