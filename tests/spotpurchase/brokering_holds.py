"""What holds of the broker whatever is done, in whatever order: asked of the tables, and read as each party reads it."""

import tomllib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any

from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.settings import REPOSITORY
from hub.missing import queries as episode_queries
from hub.missing.models import MissingEpisode
from hub.notify.models import Obligation
from hub.spotpurchase import stepping, views
from hub.spotpurchase.interviews import duties
from hub.spotpurchase.interviews import queries as course
from hub.spotpurchase.interviews import views as course_views
from hub.spotpurchase.interviews.models import Appointment, Attempt
from hub.spotpurchase.models import Commission, InterviewAsk, InterviewEpisode, InterviewRequest
from hub.spotpurchase.money import statements
from hub.spotpurchase.money.models import PurchaseEntry
from hub.spotpurchase.reports import service as reports
from hub.spotpurchase.reports.models import InterviewReport, ReportShare
from hub.spotpurchase.states import UNDER_WAY
from tests.spotpurchase.brokering import PROVIDERS, Brokering

POLICY = tomllib.loads((REPOSITORY / "config" / "policy" / "interviews.toml").read_text())
CANARIES = {
    "name": ("Quillfeather", "Zebedee"),
    "born_on": ("2011-03-04",),
    "address": ("Canary Lane",),
    "placement": ("plc_",),
    "preferences": ("wishcanary",),
    "risk": ("riskcanary",),
    "contact": ("01632 960777",),
    "purchase_order": ("ORDERCANARY1",),
}
"""By which words each fact of the request is known again, wherever it is read."""
TOLD = ("sat by the window", "Jasper", "Kim", "only wanted to see")
"""Words of the report: its account, two names, what the child said."""
READERS = (*PROVIDERS, "kent", "kent_police", "medway", "willow_house")


@dataclass
class Remembered:
    """What was seen before, and may not change."""

    clocks: dict[int, tuple[datetime, datetime]] = field(default_factory=dict)
    due: dict[str, tuple[datetime, datetime | None]] = field(default_factory=dict)
    read: tuple[Any, ...] = ()


# --- exactly one, and nothing lost -----------------------------------------------------------------------------------


def nobody_is_second(story: Brokering) -> None:
    """At most one commission stands for a request, just where its state says so; at most one was kept."""
    for request in story.rows(InterviewRequest):
        made = story.rows(Commission, Commission.request_id == request.id)
        by_state = [each.state for each in made]
        assert by_state.count("standing") == (request.state in ("commissioned", "scheduled")), by_state
        assert by_state.count("fulfilled") == (request.state in ("completed", "reported")), by_state
        won = {
            each.id for each in story.rows(InterviewAsk, InterviewAsk.request_id == request.id) if each.state == "won"
        }
        for each in made:
            assert each.state == "ended" or each.ask_id is None or each.ask_id in won
        booked = [each for each in story.rows(Appointment) if each.state == "booked"]
        ours = [each for each in booked if each.commission_id in {row.id for row in made}]
        assert len(ours) == (request.state == "scheduled")


def nothing_is_lost(story: Brokering, *, worked: bool) -> None:
    """Somebody has every request; what is owed of each episode is open, or was met or excused by what stands."""
    unattended, stalled = stepping.CHECKS
    assert not unattended.find(story.session, story.now, 5)
    assert not worked or not stalled.find(story.session, story.now, 5)
    for request in story.rows(InterviewRequest):
        _who_is_asked_owes_an_answer(story, request)
        _what_came_of(story, request)
    served = {row.episode_id for row in story.rows(InterviewEpisode)}
    for number in {episode_queries.root_id_of(story.session, each) for each in served}:
        [episode] = story.rows(MissingEpisode, MissingEpisode.id == number)
        _is_owed_or_settled(story, episode)


def _who_is_asked_owes_an_answer(story: Brokering, request: InterviewRequest) -> None:
    """Everybody who is asked owes an answer by their own time, which is never over before the hub goes on; nobody else does."""
    asked = story.rows(InterviewAsk, InterviewAsk.request_id == request.id, InterviewAsk.state == "asked")
    assert all(each.goes_on_at is None or each.asked_at < each.goes_on_at < each.reply_by for each in asked)
    about = (Obligation.subject_ref == request.ref, Obligation.duty_code == "ERBK", Obligation.state == "open")
    owed = [(row.owed_by_id, row.due_at) for row in story.rows(Obligation, *about)]
    assert sorted(owed) == sorted((each.provider_id, each.reply_by) for each in asked)


def _is_owed_or_settled(story: Brokering, episode: MissingEpisode) -> None:
    """The offer and the interview are met by the first that was made after the return, or excused by the child's last word."""
    serving = course.requests_serving(story.session, episode_queries.group_of(story.session, episode.id))
    offers = [each for each in course.offers_of(story.session, serving) if each.taken_back_at is None]
    held = duties.interview_that_counts(episode, course.held_for(story.session, serving))
    for code, deed in (("ERHO", duties.offer_that_counts(episode, offers)), ("ERHI", held)):
        about = (Obligation.subject_ref == episode.ref, Obligation.duty_code == code, Obligation.state != "void")
        [owed] = story.rows(Obligation, *about)
        assert owed.owed_by_id == story.cast.ids["leeds"]
        if deed is not None:
            assert owed.state in ("met", "met_late"), (code, owed.state)
            assert (owed.fulfilled_at, owed.fulfilled_by) == (deed.at, deed.ref)
        else:
            is_excused = code == "ERHI" and duties.declines(episode, offers)
            assert owed.state == ("excused" if is_excused else "open"), (code, owed.state)


def _what_came_of(story: Brokering, request: InterviewRequest) -> None:
    """Who held it owes its report until it is sent; who asked for it owes its acknowledgement until that is given."""
    offers = [each for each in course.offers_of(story.session, [request.id]) if each.taken_back_at is None]
    said = [each.said for each in offers if each.said in ("accepted", "declined")]
    assert request.state != "declined_by_child" or said[-1:] == ["declined"], said
    owed = _states(story, request.ref, "ERRP")
    assert owed.count("open") == (request.state == "completed"), (request.state, owed)
    for report in story.rows(InterviewReport, InterviewReport.request_id == request.id):
        waits = report.state == "submitted" and report.acknowledged_at is None
        assert _states(story, report.ref, "ERAK").count("open") == waits


def _states(story: Brokering, subject: str, code: str) -> list[str]:
    rows = story.rows(Obligation, Obligation.subject_ref == subject, Obligation.duty_code == code)
    return [row.state for row in rows if row.state != "void"]


# --- no clock moves ---------------------------------------------------------------------------------------------------


def no_clock_moves(story: Brokering, before: Remembered, *, worked: bool) -> None:
    """The 72 hours of each episode run from its return as that is recorded, and nothing else that is done moves them."""
    served = story.rows(InterviewEpisode)
    returns = {row.episode_id: _returned_at(story, row.episode_id) for row in served}
    clocks = {row.id: (row.returned_at, row.latest_at) for row in served}
    for row in served:
        [request] = story.rows(InterviewRequest, InterviewRequest.id == row.request_id)
        _runs_from_its_return(request, [each for each in served if each.request_id == request.id])
        is_restated = row.returned_at == returns[row.episode_id]
        assert is_restated or before.clocks.get(row.id, clocks[row.id]) == clocks[row.id]
        assert is_restated or not worked or request.state not in UNDER_WAY
    before.clocks = clocks
    _what_is_owed_keeps_its_hour(story, before)


def _returned_at(story: Brokering, episode_id: int) -> datetime | None:
    root = episode_queries.root_id_of(story.session, episode_id)
    [episode] = story.rows(MissingEpisode, MissingEpisode.id == root)
    at: datetime | None = episode.returned_at
    return at


def _runs_from_its_return(request: InterviewRequest, served: list[InterviewEpisode]) -> None:
    assert all(row.latest_at - row.returned_at == timedelta(hours=72) for row in served)
    assert request.returned_at == min(row.returned_at for row in served)
    assert request.latest_at == min(row.latest_at for row in served)


def _what_is_owed_keeps_its_hour(story: Brokering, before: Remembered) -> None:
    owed = story.rows(Obligation, Obligation.duty_code.in_(("ERHO", "ERHI", "ERFB")), Obligation.state != "void")
    due = {row.ref: (row.event_at, row.due_at) for row in owed}
    for ref, (event_at, due_at) in due.items():
        assert before.due.get(ref, (event_at, due_at)) == (event_at, due_at) or before.due[ref][0] != event_at
    assert before.due.keys() <= due.keys() | {row.ref for row in story.rows(Obligation, Obligation.state == "void")}
    before.due = due


# --- the money --------------------------------------------------------------------------------------------------------


def the_money_adds_up(story: Brokering) -> None:
    """What was entered is on the statements of buyer and seller alike, to the penny; what was taken back comes to nothing."""
    entries = story.rows(PurchaseEntry)
    for buyer, seller, month in {(each.buyer_id, each.seller_id, each.month) for each in entries}:
        ours = [each for each in entries if (each.buyer_id, each.seller_id, each.month) == (buyer, seller, month)]
        total = sum(each.net_pence + each.vat_pence for each in ours)
        ends = (_actor(story, buyer), _actor(story, seller))
        for own, other in (ends, ends[::-1]):
            ref = other.organisation_ref or ""
            read = statements.statement(story.session, own, ref, month=month, now=story.now)
            assert read.total.total_pence == total == sum(line.total_pence for line in read.lines)
            listed = statements.statements(story.session, own, month=month, now=story.now)
            assert [each.total.total_pence for each in listed if each.other.ref == ref] == [total]
    _what_was_taken_back_costs_nothing(story, entries)


def _actor(story: Brokering, organisation_id: int) -> Actor:
    return story.cast.actors[story.member(organisation_id)]


def _what_was_taken_back_costs_nothing(story: Brokering, entries: list[PurchaseEntry]) -> None:
    commissions = {each.id: each for each in story.rows(Commission)}
    gone = {each.ref for each in story.rows(Attempt) if each.taken_back_at is not None}
    gone |= {each.ref for each in story.rows(Appointment) if each.state == "taken_back"}
    for event in {each.event_ref for each in entries}:
        ours = [each for each in entries if each.event_ref == event]
        assert event not in gone or sum(each.net_pence for each in ours) == 0
    for number, commission in commissions.items():
        held = [each for each in entries if each.commission_id == number and each.kind in ("interview", "travel")]
        events = {each.ref for each in story.rows(Appointment) if each.state == "held"}
        charged = sum(each.net_pence + each.vat_pence for each in held if each.event_ref in events)
        assert charged <= commission.agreed_pence


# --- nobody reads more than policy says -------------------------------------------------------------------------------


def nobody_reads_more(story: Brokering, before: Remembered) -> None:
    """Each provider, the host, each force and strangers read what the policy names, and no word of anything else."""
    version = _as_it_stands(story)
    if version == before.read:
        return
    before.read = version
    for request in story.rows(InterviewRequest):
        for member in READERS:
            _reads_a_request(story, member, request)
    for member in READERS:
        _reads_reports(story, member)


def _as_it_stands(story: Brokering) -> tuple[Any, ...]:
    """Whatever decides who reads what: while it is the same, so is what they read."""
    models = (InterviewRequest, InterviewAsk, Commission, InterviewReport, ReportShare, Appointment)
    return tuple((row.ref, row.state, getattr(row, "version", 0)) for model in models for row in story.rows(model))


def _stage(story: Brokering, member: str, request: InterviewRequest) -> str | None:
    """At which stage of the policy *member* is: said here anew, from the tables."""
    own = story.cast.ids[member]
    kept = story.rows(Commission, Commission.request_id == request.id, Commission.performer_id == own)
    if any(each.state != "ended" for each in kept):
        return "commissioned"
    if request.host_authority_id == own:
        return "host"
    asked = story.rows(InterviewAsk, InterviewAsk.request_id == request.id, InterviewAsk.provider_id == own)
    if not asked:
        return None
    is_sought = request.state in ("requested", "unplaced")
    return "asked" if is_sought and asked[0].state in ("asked", "offered", "lapsed") else "over"


def _reads_a_request(story: Brokering, member: str, request: InterviewRequest) -> None:
    stage = _stage(story, member, request)
    allowed = frozenset(POLICY["stage"][stage]["fields"]) if stage else frozenset()
    said = []
    for seen in _everything_of(story, member, request):
        assert stage is not None, f"{member} has no part in it"
        facts = getattr(seen, "facts", {})
        assert set(facts) <= allowed, (member, stage, sorted(facts))
        said.append(" ".join(_words(seen)))
    text = "\n".join(said)
    # Under which order it sold, a seller may know for as long as it sends bills.
    known = {*allowed, "purchase_order"} if _sold(story, member) else allowed
    for fact, canaries in CANARIES.items():
        if fact not in known:
            assert not any(each in text for each in canaries), (member, stage, fact)
    assert "mis_" not in text or member == "kent", f"{member} reads which episode it was"
    assert "wordcanary" not in text or stage == "commissioned" or _sold(story, member), (member, stage)
    for other in PROVIDERS:
        assert other == member or f"{other}canary" not in text, f"{member} reads what {other} was asked"


def _sold(story: Brokering, member: str) -> bool:
    return bool(story.rows(Commission, Commission.performer_id == story.cast.ids[member]))


def _everything_of(story: Brokering, member: str, request: InterviewRequest) -> Iterator[Any]:
    """Whatever *member* can read of a request by any of the views."""
    session, actor, now = story.session, story.cast.actors[member], story.now
    with suppress(NotFound):
        seen = views.read_request(session, actor, request.ref, rules=story.rules, now=now)
        assert all(each.provider["ref"] == actor.organisation_ref for each in seen.asks)
        assert all(each.organisation["ref"] == actor.organisation_ref for each in seen.commissions)
        yield seen
    for each in story.rows(InterviewAsk, InterviewAsk.request_id == request.id):
        with suppress(NotFound):
            shown = views.read_ask(session, actor, each.ref, now=now)
            assert each.provider_id == story.cast.ids[member]
            yield shown
    yield from (each for each in views.list_requests(session, actor, at_most=50, now=now) if each.ref == request.ref)
    asks = views.list_asks(session, actor, at_most=50, now=now)
    yield from (each for each in asks if each.request == request.ref)
    with suppress(NotFound):
        yield course_views.read_course(session, actor, request.ref, now=now)
    for each in course.appointments_of(session, request.id):
        with suppress(NotFound):
            file = course_views.calendar_file(session, actor, each.ref, base_url="https://hub.example", now=now)
            yield _File(file.decode())


@dataclass
class _File:
    text: str


def _reads_reports(story: Brokering, member: str) -> None:
    """The whole report is the writer's; a recipient reads the lines of its view, and nothing once it was recalled."""
    session, actor, now, own = story.session, story.cast.actors[member], story.now, story.cast.ids[member]
    for report in story.rows(InterviewReport):
        with suppress(NotFound):
            reports.read_report(session, actor, report.ref, now=now)
            assert report.author_id == own, f"{member} reads the whole report"
    for row in story.rows(ReportShare):
        with suppress(NotFound):
            seen = reports.read_share(session, actor, row.ref, now=now)
            [report] = story.rows(InterviewReport, InterviewReport.id == row.report_id)
            assert own in (row.recipient_id, report.author_id)
            is_given = own == row.recipient_id and row.state != "recalled"
            assert (seen.content is not None) == is_given
            assert set(seen.content or {}) <= set(POLICY["view"][row.view]["fields"])
            text = " ".join(_words(seen))
            hidden = TOLD if row.view == "summary" or not is_given else [each for each in TOLD if each != "Kim"]
            assert not any(each in text for each in hidden), (member, row.view)
            assert not any(each in text for name in ("name", "address") for each in CANARIES[name])
            assert "decisioncanary" not in text


def _words(seen: Any) -> Iterator[str]:
    """Every word of what is read, also of what is kept out of its repr."""
    if is_dataclass(seen):
        for each in fields(seen):
            yield from _words(getattr(seen, each.name))
    elif isinstance(seen, dict):
        for name, value in seen.items():
            yield str(name)
            yield from _words(value)
    elif isinstance(seen, (list, tuple, set)):
        for each in seen:
            yield from _words(each)
    else:
        yield str(seen)
