"""Everybody's first page: what waits for this person now, the most urgent of each sort, and where to begin something new."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Response
from flask_babel import gettext, lazy_gettext, ngettext

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.duties.rulebook import Rulebook
from hub.lookup import reviews
from hub.missing import queries as missing_queries
from hub.notify.inbox import title_of
from hub.notify.queries import COUNTED_AT_MOST
from hub.registry.casework import caseload, waiting
from hub.registry.casework.waiting import Group
from hub.registry.views import PlacementBrief
from hub.spotpurchase import returns
from hub.web.casework import parts, words
from hub.web.design import instant
from hub.web.organisation.words import ACT_WORDS
from hub.web.pickup.sections import KIND_WORDS
from hub.web.signed_in import acting, may

blp = parts.group("today", "/today")


@dataclass(frozen=True)
class Line:
    """One thing that waits: where it is, what it is, and what to know of it."""

    ref: str
    path: str
    title: Any
    said: Any = ""


@dataclass(frozen=True)
class Shown:
    """One sort of thing that waits, as the page shows it. ``colour``: of its count."""

    kind: str
    path: str
    title: str
    lead: str
    lines: list[Line]
    colour: str


@blp.get("")
@may("account.use")
def today() -> Response:
    """The page."""
    actor, rules, now = acting(), resource(Rulebook), utc_now()
    with resource(Database).read() as session:
        groups = waiting.waiting_for(session, actor, rules=rules, now=now)
        duties = [row["subject_ref"] for group in groups if group.kind in _DUTIES for row in group.lines]
        placements = caseload.told_of(session, actor, duties) if duties else {}
        whose = waiting.whose(session, actor)
        name, _ = parts.signature(session, actor)
        missing = missing_queries.count_running(session, actor.organisation, None) if _sees_missing(actor) else 0
        back = returns.count_unasked(session, actor, now=now) if waiting.may(actor, "interview.request") else 0
        broken = reviews.count_owed(session, actor) if waiting.may(actor, "look_up.review") else 0
    known = _Known(placements, now)
    return parts.shown(
        "today",
        groups=[_shown(group, known, whose) for group in groups],
        urgent=sum(group.count for group in groups if group.kind in _URGENT) + missing + back + broken,
        missing=missing,
        back=back,
        broken=broken,
        starts=_starts(actor),
        whose=whose,
        has_duties=waiting.may(actor, "obligation.read"),
        first_name=name.split(" ")[0] if name else "",
        when_empty=_when_empty(actor),
        now=now,
    )


def _sees_missing(actor: Actor) -> bool:
    return waiting.may(actor, "missing.read")


@dataclass(frozen=True)
class _Known:
    """What the lines need besides their rows."""

    placements: Mapping[str, PlacementBrief]
    now: datetime


_DUTIES: Final = frozenset({"overdue", "due", "to_acknowledge", "late_to_us"})
_URGENT: Final = frozenset({"overdue", "approvals", "sent_back", "due", "to_acknowledge", "questions"})
"""What is counted in the title of the page: what somebody waits for, and today."""
_COLOURS: Final = {
    "overdue": "red",
    "due": "orange",
    "approvals": "yellow",
    "sent_back": "yellow",
    "late_to_us": "grey",
}


def _shown(group: Group, known: _Known, whose: str) -> Shown:
    words_of, path = _HEADINGS[group.kind], _PATHS[group.kind]
    many = words.many(group.count, COUNTED_AT_MOST)
    return Shown(
        kind=group.kind,
        path=f"{path}&whose={whose}" if group.kind in ("overdue", "due", "late_to_us") else path,
        title=words_of(group.count, many),
        lead=str(_LEADS[group.kind]),
        lines=[_LINES[group.kind](row, known) for row in group.lines],
        colour=_COLOURS.get(group.kind, ""),
    )


_PATHS: Final = {
    "overdue": "/owed?side=owed_by_us&due=overdue",
    "due": "/owed?side=owed_by_us&due=due",
    "late_to_us": "/owed?side=owed_to_us&due=overdue",
    "approvals": "/approvals?which=mine",
    "sent_back": "/approvals?which=all",
    "to_acknowledge": "/inbox",
    "questions": "/inbox/questions",
    "matches": "/matches",
    "drafts": "/notices",
    "proposals": "/organisation/proposals",
    "unreachable": "/organisation/contact-points",
    "alerts": "/inbox",
}
_HEADINGS: Final[Mapping[str, Callable[[int, str], str]]] = {
    "overdue": lambda n, many: ngettext("%(many)s duty is overdue", "%(many)s duties are overdue", n, many=many),
    "due": lambda n, many: ngettext("%(many)s duty is due today", "%(many)s duties are due today", n, many=many),
    "late_to_us": lambda n, many: ngettext(
        "%(many)s duty owed to us is overdue", "%(many)s duties owed to us are overdue", n, many=many
    ),
    "approvals": lambda n, many: ngettext(
        "%(many)s placement waits for your approval", "%(many)s placements wait for your approval", n, many=many
    ),
    "sent_back": lambda n, many: ngettext(
        "%(many)s placement was sent back", "%(many)s placements were sent back", n, many=many
    ),
    "to_acknowledge": lambda n, many: ngettext(
        "%(many)s notice waits to be acknowledged", "%(many)s notices wait to be acknowledged", n, many=many
    ),
    "questions": lambda n, many: ngettext(
        "%(many)s question waits for your answer", "%(many)s questions wait for your answer", n, many=many
    ),
    "matches": lambda n, many: ngettext(
        "%(many)s pair may be one placement", "%(many)s pairs may be one placement", n, many=many
    ),
    "drafts": lambda n, many: ngettext(
        "%(many)s draft of yours is not finished", "%(many)s drafts of yours are not finished", n, many=many
    ),
    "proposals": lambda n, many: ngettext(
        "%(many)s change waits for a second person", "%(many)s changes wait for a second person", n, many=many
    ),
    "unreachable": lambda n, many: ngettext(
        "%(many)s desk of yours cannot be reached", "%(many)s desks of yours cannot be reached", n, many=many
    ),
    "alerts": lambda n, many: ngettext("%(many)s alert is unread", "%(many)s alerts are unread", n, many=many),
}
_LEADS: Final = {
    "overdue": lazy_gettext("See all that is overdue"),
    "due": lazy_gettext("See all that is due today"),
    "late_to_us": lazy_gettext("See all that is owed to us and overdue"),
    "approvals": lazy_gettext("See all that wait for you"),
    "sent_back": lazy_gettext("See all approvals"),
    "to_acknowledge": lazy_gettext("Go to the inbox"),
    "questions": lazy_gettext("See all questions"),
    "matches": lazy_gettext("See all pairs"),
    "drafts": lazy_gettext("See your notices and drafts"),
    "proposals": lazy_gettext("See what waits"),
    "unreachable": lazy_gettext("See how you are reached"),
    "alerts": lazy_gettext("Go to the inbox"),
}


# --- lines ------------------------------------------------------------------------------------------------------------


def _duty(row: Any, known: _Known) -> Line:
    placement = known.placements.get(row["subject_ref"])
    where = placement.host_authority["name"] if placement and placement.host_authority else ""
    due = words.due_words(row, known.now)
    said = words.with_times(gettext("%(due)s. Placement in %(where)s."), due=due, where=where) if where else due
    return Line(row["ref"], f"/owed/{row['ref']}", row["says"], said)


def _late_to_us(row: Any, known: _Known) -> Line:
    said = words.with_times(
        "%(who)s: %(due)s", who=words.party_words(row["owed_by"]), due=words.due_words(row, known.now)
    )
    return Line(row["ref"], f"/owed/{row['ref']}", row["says"], said)


def _acknowledge(row: Any, known: _Known) -> Line:
    placement = known.placements.get(row["subject_ref"])
    who = placement.placing_authority["name"] if placement and placement.placing_authority else ""
    title = gettext("A notice by %(who)s", who=who) if who else gettext("A notice that came to you")
    ref = row["subject_ref"]
    return Line(
        row["ref"], f"/inbox/{ref}" if ref.startswith("ntc_") else "/inbox", title, words.due_words(row, known.now)
    )


def _approval(row: Any, known: _Known) -> Line:
    title = gettext("Placement in %(area)s", area=row.host) if row.host else gettext("Placement")
    relation = words.RELATION_WORDS.get(row.relation or "", "")
    starts = words.starts_words(row.starts_at, known.now)
    said = words.with_times("%(relation)s. %(starts)s.", relation=str(relation), starts=starts) if relation else starts
    return Line(row.ref, f"/approvals/{row.ref}", title, said)


def _back(row: Any, _known: _Known) -> Line:
    title = gettext("Placement in %(area)s", area=row.host) if row.host else gettext("Placement")
    when = instant(row.answered_at) if row.answered_at else ""
    sent_back = gettext("Sent back %(when)s. Read the reason.")
    return Line(row.ref, f"/approvals/{row.ref}", title, words.with_times(sent_back, when=when))


def _question(row: Any, _known: _Known) -> Line:
    who = row.asked_of["name"] if row.is_ours else row.asked_by["name"]
    title = gettext("%(who)s answered you", who=who) if row.is_ours else gettext("%(who)s asks", who=who)
    said = words.with_times(
        gettext("%(kind)s. Since %(when)s."), kind=str(KIND_WORDS[row.notice_kind]), when=instant(row.turned_at)
    )
    return Line(row.ref, f"/inbox/questions/{row.ref}", title, said)


def _match(row: Any, _known: _Known) -> Line:
    said = words.with_times(gettext("Found %(when)s"), when=instant(row.created_at))
    return Line(row.ref, f"/matches/{row.ref}", gettext("Two notices that may tell of one placement"), said)


def _draft(row: Any, _known: _Known) -> Line:
    said = words.with_times(gettext("Begun %(when)s"), when=instant(row.Notice.drafted_at))
    return Line(row.Notice.ref, f"/drafts/{row.Notice.ref}", KIND_WORDS[row.Notice.kind], said)


def _proposal(row: Any, _known: _Known) -> Line:
    said = words.with_times(gettext("Until %(when)s"), when=instant(row.expires_at))
    return Line(row.ref, f"/organisation/proposals/{row.ref}", ACT_WORDS.get(row.act, row.act), said)


def _desk(role: str, _known: _Known) -> Line:
    said = gettext("Nothing that would be sent to it arrives anywhere.")
    return Line(f"desk-{role}", "/organisation/contact-points", words.role(role), said)


def _alert(row: Any, _known: _Known) -> Line:
    raised = gettext("Urgent. Raised %(when)s") if row.is_urgent else gettext("Raised %(when)s")
    return Line(
        row.ref, f"/inbox/alerts/{row.ref}", title_of(row), words.with_times(raised, when=instant(row.raised_at))
    )


_LINES: Final[Mapping[str, Callable[[Any, _Known], Line]]] = {
    "overdue": _duty,
    "due": _duty,
    "late_to_us": _late_to_us,
    "approvals": _approval,
    "sent_back": _back,
    "to_acknowledge": _acknowledge,
    "questions": _question,
    "matches": _match,
    "drafts": _draft,
    "proposals": _proposal,
    "unreachable": _desk,
    "alerts": _alert,
}


# --- where to begin ---------------------------------------------------------------------------------------------------


def _starts(actor: Actor) -> list[tuple[str, Any]]:
    """What this person most often begins: path and words, the first as a button."""
    kind = actor.organisation_kind or ""
    known: Mapping[str, tuple[tuple[str, str, Any], ...]] = _STARTS_OF
    offered = (*known.get(kind, ()), *_STARTS)
    return [(path, said) for path, permission, said in offered if waiting.may(actor, permission)][:6]


_STARTS_OF: Final = {
    "local_authority": (
        ("/notices/new", "notice.draft", lazy_gettext("Register a placement")),
        ("/approvals", "placement.approve", lazy_gettext("Approvals")),
        ("/placements", "notice.draft", lazy_gettext("Our placements")),
        ("/register", "register.read", lazy_gettext("Children placed here by other councils")),
    ),
    "childrens_home": (
        ("/admission", "notice.draft", lazy_gettext("Tell of an admission")),
        ("/discharge", "notice.draft", lazy_gettext("Tell of a discharge")),
        ("/missing/report", "missing.report", lazy_gettext("Report a child missing")),
        ("/residents", "resident.read", lazy_gettext("Children who live here")),
    ),
    "supported_accommodation": (
        ("/admission", "notice.draft", lazy_gettext("Tell of an admission")),
        ("/discharge", "notice.draft", lazy_gettext("Tell of a discharge")),
        ("/missing/report", "missing.report", lazy_gettext("Report a child missing")),
        ("/residents", "resident.read", lazy_gettext("Who lives here")),
    ),
    "fostering_agency": (
        ("/arrival", "notice.draft", lazy_gettext("Tell of an arrival")),
        ("/leaving", "notice.draft", lazy_gettext("Tell of a leaving")),
        ("/missing/report", "missing.report", lazy_gettext("Report a child missing")),
        ("/residents", "resident.read", lazy_gettext("Children with our carers")),
    ),
    "police_force": (
        ("/look-up", "look_up.ask", lazy_gettext("Look a child up")),
        ("/missing", "missing.read", lazy_gettext("Who is missing")),
    ),
    "rhi_provider": (("/providing", "interview.read", lazy_gettext("Interviews to hold")),),
    "hub_operator": (("/operator", "organisation.add", lazy_gettext("Health of the hub")),),
}
_STARTS: Final = (
    ("/owed", "obligation.read", lazy_gettext("Due and overdue")),
    ("/organisation", "person.read", lazy_gettext("People, contact points and systems")),
    ("/look-up-reviews", "look_up.review", lazy_gettext("Look-ups to review")),
    ("/audit", "audit.read", lazy_gettext("Who read and changed what")),
    ("/law/calculator", "duties.explain", lazy_gettext("What do I owe? The law on one case")),
)


def _when_empty(actor: Actor) -> str:
    """What would stand here, for somebody of this kind."""
    return str(_EMPTY.get(actor.organisation_kind or "", _EMPTY_FOR_ALL))


_EMPTY_FOR_ALL: Final = lazy_gettext(
    "What is owed by you or to you, and what others send you, stands here as it comes."
)
_EMPTY: Final = {
    "local_authority": lazy_gettext(
        "Duties that fall due, drafts, approvals, and what other councils and homes send you stand here as they come."
    ),
    "police_force": lazy_gettext(
        "Notices of children placed in your area, and what is owed on them, stand here as they come."
    ),
    "oversight": lazy_gettext(
        "Figures for your organisation are not made yet. No notice or duty comes to you, and nothing about one child."
    ),
    "hub_operator": lazy_gettext(
        "Alerts about the running of the hub stand here. You look after organisations and how they are reached, never a child."
    ),
}
