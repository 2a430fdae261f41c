"""One child of Leeds who lives in Kent, and everybody who does anything about its interviews, in any order and by the services.

Each act is one of the services' own; what cannot be is refused whole. It is one transaction, and undone at the end.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from hub.core.clock import london_date
from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.notify import decisions
from hub.notify.models import Obligation
from hub.registry.registering import register_notice
from hub.registry.schemas import NoticeIn
from hub.spotpurchase import answering, asking, cancelling, commissioning, requesting
from hub.spotpurchase.interviews import meanwhile
from hub.spotpurchase.interviews import queries as course
from hub.spotpurchase.interviews import service as interviews
from hub.spotpurchase.models import Commission
from hub.spotpurchase.money import correcting
from hub.spotpurchase.money.models import PurchaseEntry
from hub.spotpurchase.providers import agreements
from hub.spotpurchase.providers import service as providers
from hub.spotpurchase.providers.schemas import InterviewAgreementIn, RateCardIn
from hub.spotpurchase.reports import schemas
from hub.spotpurchase.reports import service as reports
from hub.spotpurchase.reports.models import InterviewReport, Recommendation, ReportShare, SafeguardingReferral
from hub.spotpurchase.schemas import InterviewRequestIn
from tests.conftest import NOW
from tests.spotpurchase.reporting import NARRATIVE, changed
from tests.spotpurchase.story import BY, HOUR, PLACED, Story

ELSEWHERE: dict[str, dict[str, Any]] = {
    "kent": {"lines": ["2 Canary Lane", "Maidstone"], "postcode": "ME14 1XQ"},
    "medway": {"lines": ["3 Canary Lane", "Chatham"], "postcode": "ME4 4TR"},
}
"""Where the child may be moved to: within the area of the same council, and to its neighbour."""
PROVIDERS = ("kent_returns", "beacon", "northstar")
WANTED: dict[str, Any] = {
    "risk": "Invented: riskcanary.",
    "contact": {"name": "P. Specimen", "phone": "01632 960777"},
    "preferences": {"where": "Invented: wishcanary"},
    "purchase_order": "ORDERCANARY1",
    "by": BY,
}
RECORD = changed(about={"born_on": "2011-03-04"})
OFFERED = ("accepted", "accepted", "declined", "no_response")
ANSWERED: dict[str, dict[str, str]] = {
    "accepted": {},
    "declined": {"reason": "Invented: no."},
    "done": {"done_by": "M. Invented"},
    "open": {"reason": "Invented: anew."},
}
"""How a recommendation is answered → what belongs to that."""
TRIED = ("not_there", "not_there", "no_contact", "rearranged", "child_declined")


class Brokering(Story):
    """Everybody who does something about the interview, the market and the money."""

    # --- the placing authority

    def asks(self, *, award: str = "first_acceptable", cap: int | None = 20_000, episodes: int = 1) -> None:
        """Leeds asks for the interview after the newest episodes; whoever sets no cap chooses by hand."""
        told = {**WANTED, "episodes": self.episodes[-episodes:], "award": award if cap else "by_hand"}
        told |= {"price_cap_pence": cap} if cap else {}
        told |= {"reason": "close_together"} if episodes > 1 else {}
        made = self.does("leeds", requesting.request, InterviewRequestIn().load(told), areas=self.areas)
        if made is not None:
            self.requests.append(made.ref)

    def adds_episode(self) -> None:
        given = {"episode": self.episodes[-1], "reason": "close_together"}
        self.does("leeds", requesting.add_episode, self.request.ref, **given)

    def asks_by_hand(self, *members: str) -> None:
        refs = [self.cast.refs[member] for member in members]
        self.does("leeds", asking.ask_by_hand, self.request.ref, providers=refs)

    def commissions(self, performer: str, member: str = "beacon") -> None:
        told: dict[str, Any] = {"performer": performer, "by": BY, "reason": "Invented: nobody else is left."}
        told |= {"ask": self.ask(member)} if performer == "provider" else {}
        self.does("leeds", commissioning.commission, self.request.ref, **told)

    def cancels(self) -> None:
        self.does("leeds", cancelling.cancel, self.request.ref, reason="other", by=BY)

    def asks_again(self) -> None:
        self.does("leeds", cancelling.renew, self.request.ref, by=BY)

    def takes_back_by_api(self) -> None:
        self.does("leeds", commissioning.take_back, self.request.ref)

    def decides_elsewhere(self) -> None:
        """Somebody says that the decision how it is held was made in a meeting, and nobody is commissioned."""
        owed = self.newest(Obligation, Obligation.subject_ref == self.request.ref, Obligation.duty_code == "ERFB")
        if owed is not None:
            self.does("leeds", decisions.done_elsewhere, owed.ref, method="meeting", done_at=self.now, by=BY)
            self.works()

    def decides_news(self, number: int) -> None:
        for each in course.news_of(self.session, self.request.id):
            answers = meanwhile.ANSWERS[each.kind]
            self.does("leeds", interviews.answer_news, each.ref, answer=answers[number % len(answers)])

    # --- providers

    def offers(self, member: str, hours: int = 5, mode: str = "in_person") -> None:
        told = {"earliest_at": self.now + hours * HOUR, "mode": mode, "minutes": 60, "miles": 10, "by": BY}
        self.does(member, answering.offer, self.ask(member), told)

    def declines(self, member: str, code: str = "no_capacity") -> None:
        self.does(member, answering.decline, self.ask(member), code=code, by=BY)

    def refers(self, member: str, to: str) -> None:
        self.does(member, answering.refer, self.ask(member), to=self.cast.refs[to], by=BY)

    def says(self, member: str, about: str) -> None:
        """Somebody asks or answers about the ask of *about*, by words that nobody else is to read."""
        self.does(member, answering.converse, self.ask(about), text=f"Invented: said of {about}canary.", by=BY)

    def gives_back(self, member: str) -> None:
        reason = "taken_back" if member == "leeds" else "no_capacity"
        self.does(member, interviews.give_back, self.request.ref, reason=reason, by=BY)

    def switches(self, member: str, *, is_taking: bool) -> None:
        own = self.cast.refs[member]
        self.does_timed(member, providers.switch, own, is_taking=is_taking, capacity=5)

    def publishes(self, member: str, pence: int) -> None:
        """From now on *member* charges so much; what was agreed stays."""
        told = RateCardIn().load({"basis": "fixed", "price_pence": pence, "vat_percent": 20})
        self.does_timed(member, providers.publish_card, self.cast.refs[member], told)

    def pays_for_all(self) -> None:
        """Kent says that from now on it pays for every council's children."""
        told = InterviewAgreementIn().load({"kind": "host_pays", "terms": "Invented."})
        self.does("kent", agreements.propose, told, areas=self.areas)

    # --- the money

    def puts_right(self, net_pence: int) -> None:
        """Whoever is paid enters a correction against what it charged last."""
        entry = self.newest(PurchaseEntry)
        if entry is not None:
            told = {"net_pence": net_pence, "reason": "miles_wrong"}
            self.does_timed(self.member(entry.seller_id), correcting.adjust, entry.ref, **told)

    def agrees_to_more(self, pence: int) -> None:
        bought = self.newest(Commission)
        if bought is not None:
            told = {"agreed_pence": pence, "over_terms": True}
            self.does_timed(self.member(bought.payer_id), correcting.agree_more, bought.ref, **told)

    # --- the interview

    def asks_carer(self, member: str) -> None:
        offers = course.offers_of(self.session, [self.request.id])
        if offers:
            told = {"offered_at": self.now, "by": BY, "note": "wordcanary"}
            self.does(member, interviews.offer_to_carer, offers[-1].ref, **told)

    def offers_to_child(self, member: str, said: str, hours: int = 0) -> None:
        told = {"offered_at": self.now - hours * HOUR, "how": "phone", "said": said, "by": BY, "note": "wordcanary"}
        self.does(member, interviews.offer_to_child, self.request.ref, **told)

    def books(self, member: str, hours: int) -> None:
        told = {"starts_at": self.now + hours * HOUR, "minutes": 60, "mode": "in_person", "by": BY}
        self.does(member, interviews.book, self.request.ref, **told, note="wordcanary")

    def rearranges(self, member: str, hours: int) -> None:
        told = {"starts_at": self.now + hours * HOUR, "reason": "child_asked"}
        self.does(member, interviews.rearrange, self._time(), **told)

    def cancels_time(self, member: str) -> None:
        self.does(member, interviews.cancel, self._time(), reason="child_asked")

    def attempts(self, member: str, outcome: str) -> None:
        told = {"at": self.now, "how": "in_person", "outcome": outcome, "miles": 12, "by": BY, "note": "wordcanary"}
        self.does(member, interviews.attempt, self.request.ref, **told)

    def holds(self, member: str, minutes: int = 45) -> None:
        """The time that is booked has come, and the interview was held then."""
        found = course.appointment_with(self.session, self._time())
        if found is not None:
            self.passes(max(found[0].starts_at + HOUR - self.now, 0 * HOUR), works=False)
            told = {"held_at": found[0].starts_at, "minutes": minutes, "miles": 12, "by": BY, "note": "wordcanary"}
            self.does(member, interviews.hold, found[0].ref, **told)

    def holds_unbooked(self, member: str) -> None:
        told = {"held_at": self.now - HOUR, "minutes": 45, "mode": "video", "by": BY}
        self.does(member, interviews.hold_unbooked, self.request.ref, **told)

    def takes_back(self, member: str, what: str) -> None:
        """*what* was recorded last, an interview, an attempt or an offer, was recorded in error."""
        ref, request = "", self.request.id
        if what == "interview":
            ref, act = self._time(), interviews.take_back_interview
        elif what == "attempt":
            made = course.attempts_of(self.session, request)
            tries = [each for each in made if each.taken_back_at is None and each.outcome != "held"]
            ref, act = (tries[-1].ref if tries else ""), interviews.take_back_attempt
        else:
            offers = [each for each in course.offers_of(self.session, [request]) if each.taken_back_at is None]
            ref, act = (offers[-1].ref if offers else ""), interviews.take_back_offer
        self.does(member, act, ref, reason="wrong_time")

    def _time(self) -> str:
        times = course.appointments_of(self.session, self.request.id)
        return times[-1].ref if times else "apt_" + "0" * 26

    # --- the report

    def writes(self, member: str) -> None:
        """The draft is saved, and sent."""
        draft = self._read_draft(member)
        if draft is None:
            return
        content = schemas.ReportDraftIn().load({"record": RECORD, "narrative": f"{NARRATIVE} {draft.version}"})
        saved = self.does_timed(member, reports.save_draft, self.request.ref, content, version=draft.version)
        if saved is not None:
            self.does(member, reports.submit, self.request.ref, version=saved.version, by=BY)

    def corrects(self, member: str) -> None:
        self.does_timed(member, reports.begin_correction, self.request.ref, reason="mistake")

    def _read_draft(self, member: str) -> Any:
        return self.does_timed(member, reports.read_draft, self.request.ref)

    def gives(self, to: str, view: str, wishes: str = "agrees") -> None:
        report = self.newest(InterviewReport)
        told = {
            "recipient": self.cast.refs[to],
            "view": view,
            "necessity": ["protect_the_child"],
            "proportionality": "Invented: decisioncanary.",
            "wishes": wishes,
            "by": BY,
        }
        if report is not None:
            self.does("leeds", reports.share, report.ref, schemas.ShareIn().load(told))

    def recalls(self) -> None:
        share = self.newest(ReportShare)
        if share is not None:
            self.does("leeds", reports.recall, share.ref, reason="wrong_recipient")

    def receives(self, member: str, what: str) -> None:
        """What a recipient of a view does with it; and what Leeds answers."""
        share = self.newest(ReportShare)
        if share is None:
            return
        if what == "acknowledge":
            self.does(member, reports.acknowledge_share, share.ref, by=BY)
        elif what == "ask":
            self.does(member, reports.ask, share.ref, text="Invented: what?", by=BY)
        else:
            self.does("leeds", reports.answer, share.ref, text="Invented: that.", by=BY)

    def acknowledges(self) -> None:
        report = self.newest(InterviewReport)
        if report is not None:
            self.does("leeds", reports.acknowledge, report.ref, by=BY)

    def answers_points(self, member: str, answer: str = "accepted") -> None:
        """*member* answers whatever is put to it in one way; of referrals it says that they were assessed, or re-opens them."""
        said = {"answer": answer, "by": BY, **ANSWERED[answer]}
        if answer == "done":
            said["on"] = london_date(self.now).isoformat()
        for each in self.rows(Recommendation):
            self.does(member, reports.answer_recommendation, each.ref, schemas.RecommendationAnswerIn().load(said))
        told = {"outcome": "open" if answer == "open" else "assessment", "words": "Invented: done.", "by": BY}
        for each in self.rows(SafeguardingReferral):
            self.does(member, reports.answer_referral, each.ref, schemas.ReferralAnswerIn().load(told))


@pytest.fixture
def begins(database: Database, cast: Cast, rules: Rulebook, areas: Areas) -> Callable[[], Brokering]:
    """A child of Leeds lives in Kent; each story begins there."""
    with database.write() as session:
        placed = NoticeIn().load(PLACED)
        receipt = register_notice(session, cast.actors["leeds"], placed, rules=rules, areas=areas, now=NOW)
    return partial(Brokering, database, cast, rules, areas, str(receipt.placement))
