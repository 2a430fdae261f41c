"""Beacon has held an interview that Leeds bought of it, and writes it up; Leeds decides who is given what; others answer."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from hub.core.db import keys_of
from hub.demonstration.cast import Cast
from hub.spotpurchase.reports import schemas, service
from hub.spotpurchase.reports.drafts import Draft
from hub.spotpurchase.reports.reading import ReportSeen, SharedSeen
from tests.conftest import NOW
from tests.registry.conftest import Desk
from tests.registry.papers import CHILD
from tests.spotpurchase.interviewing import (
    BY,
    DAY,
    HOUR,
    Books,
    Interviewing,
    books,
    bought,
    desk,
    episode,
    interviewing,
    placement,
    sought,
    watch,
)

__all__ = ["books", "bought", "desk", "episode", "interviewing", "placement", "sought", "watch"]

HELD = NOW + DAY
"""When the interview began, a Thursday morning."""
WRITTEN = HELD + 3 * HOUR
"""When its report is written and sent in most stories."""
NARRATIVE = (
    "Invented: the child sat by the window and spoke of Jasper Fictitious and of the house in Fictitious Street."
)
RECORD: dict[str, Any] = {
    "about": {"born_on": CHILD["born_on"]},
    "interview": {
        "interviewer": "Y. Fictitious",
        "role_of_interviewer": "Interviewer",
        "independence": "other_organisation",
        "place": "school",
        "present": ["nobody"],
    },
    "reasons": {"push": ["isolation"], "pull": ["friends"], "words": "Invented: wanted to see jasper."},
    "during": {
        "where": ["home_of_friend"],
        "places": "Invented: a flat over a shop, with Jasper.",
        "company": ["friend", "adult_unknown"],
        "words": "Invented: Jasper's cousin Kim drove.",
    },
    "after": {"returned": "police", "afraid": True, "words": "Invented: is afraid of Kim Made-Up."},
    "harms": [{"kind": "threats", "when": "during", "words": "Invented: Kim shouted."}],
    "risks": [{"kind": "cce", "level": "high", "words": "Invented: was asked to carry a bag for Kim."}],
    "child": {"words": "Invented: I only wanted to see my friend.", "told_who_sees_it": True},
    "wishes": {"words": "Invented: to see Jasper at weekends.", "host_authority": "agrees", "police_force": "objects"},
    "recommendations": [
        {"to": "placing_authority", "text": "Invented: let Jasper visit."},
        {"to": "host_authority", "text": "Invented: look at the flat that Kim uses."},
    ],
    "referrals": [
        {"kind": "childrens_social_care", "what": "Invented: of Kim's younger brother.", "to_whom": "The front door"}
    ],
    "people": [
        {"name": "Jasper Fictitious", "role": "friend"},
        {"name": "Kim Made-Up", "also_called": ["K"], "role": "adult_of_concern", "police_need_name": True},
    ],
    "intelligence": {"for_police": True, "kinds": ["person"], "words": "Invented: Kim gives bags to Jasper to carry."},
}


def changed(record: Mapping[str, Any] = RECORD, **parts: Any) -> dict[str, Any]:
    """The record with these parts instead; of a mapping only the lines that are named; a part that is ``None`` is left out."""
    made = deepcopy(dict(record))
    for name, said in parts.items():
        if said is None:
            made.pop(name, None)
        elif isinstance(said, dict) and isinstance(made.get(name), dict):
            made[name] = {**made[name], **said}
        else:
            made[name] = said
    return made


def without(part: str, line: str) -> dict[str, Any]:
    """The record without one line of one part."""
    made = deepcopy(RECORD)
    made[part].pop(line)
    return made


@dataclass(frozen=True)
class Reporting:
    """Everybody who acts in the stories of a report."""

    interviewing: Interviewing
    cast: Cast
    books: Books

    def desk(self, member: str) -> Desk:
        return self.interviewing.watch.desk(member)

    # --- written

    def saves(
        self,
        request: str,
        record: Mapping[str, Any] = RECORD,
        narrative: str | None = NARRATIVE,
        *,
        version: int = 0,
        member: str = "beacon",
        now: datetime = WRITTEN,
    ) -> Draft:
        """Save the draft, as the API would."""
        said = {"record": record, **({"narrative": narrative} if narrative else {})}
        content = schemas.ReportDraftIn().load(said)
        own = self.desk(member)
        with own.database.write() as session:
            return service.save_draft(session, own.actor, request, content, version=version, now=now)

    def reads_draft(self, request: str, member: str = "beacon", *, now: datetime = WRITTEN) -> Draft:
        own = self.desk(member)
        with own.database.write() as session:
            return service.read_draft(session, own.actor, request, now=now)

    def submits(self, request: str, version: int, member: str = "beacon", *, now: datetime = WRITTEN) -> str:
        """Send it; the reference of the report."""
        return str(self.desk(member).does(service.submit, request, version=version, by=BY, now=now).ref)

    def sends(
        self,
        request: str,
        record: Mapping[str, Any] = RECORD,
        narrative: str | None = NARRATIVE,
        *,
        member: str = "beacon",
        now: datetime = WRITTEN,
    ) -> str:
        """Write and send; the reference of the report."""
        draft = self.saves(request, record, narrative, member=member, now=now)
        return self.submits(request, draft.version, member, now=now)

    def corrects(
        self,
        request: str,
        record: Mapping[str, Any],
        narrative: str = NARRATIVE,
        *,
        member: str = "beacon",
        now: datetime = WRITTEN + HOUR,
    ) -> str:
        """Begin the next version, write and send it; its reference."""
        own = self.desk(member)
        with own.database.write() as session:
            begun = service.begin_correction(session, own.actor, request, reason="mistake", now=now)
        draft = self.saves(request, record, narrative, version=begun.version, member=member, now=now)
        return self.submits(request, draft.version, member, now=now)

    # --- given

    def gives(
        self,
        report: str,
        to: str = "kent",
        view: str = "summary",
        *,
        member: str = "leeds",
        now: datetime = WRITTEN + HOUR,
        **said: Any,
    ) -> str:
        """Give a view, as the API would; the reference of the share."""
        told = {
            "recipient": self.cast.refs[to],
            "view": view,
            "necessity": ["protect_the_child"],
            "proportionality": "Invented: no less says what to look out for.",
            "wishes": "agrees",
            "by": BY,
            **said,
        }
        body = schemas.ShareIn().load({name: value for name, value in told.items() if value is not None})
        return str(self.desk(member).does(service.share, report, body, now=now).ref)

    def recalls(
        self, share: str, reason: str = "wrong_recipient", member: str = "leeds", *, now: datetime = WRITTEN + 2 * HOUR
    ) -> Any:
        return self.desk(member).does(service.recall, share, reason=reason, now=now)

    def does(self, member: str, act: Callable[..., Any], ref: str, *given: Any, **named: Any) -> Any:
        """*member* does an act of the service."""
        return self.desk(member).does(act, ref, *given, **{"now": WRITTEN + 2 * HOUR, **named})

    # --- answered

    def acknowledges(self, report: str, member: str = "leeds", *, now: datetime = WRITTEN + HOUR) -> Any:
        return self.desk(member).does(service.acknowledge, report, by=BY, now=now)

    def answers(
        self, ref: str, answer: str, member: str = "leeds", *, now: datetime = WRITTEN + HOUR, **said: Any
    ) -> Any:
        told = schemas.RecommendationAnswerIn().load({"answer": answer, "by": BY, **said})
        return self.desk(member).does(service.answer_recommendation, ref, told, now=now)

    def tells_of(
        self, ref: str, outcome: str, member: str = "leeds", *, now: datetime = WRITTEN + HOUR, **said: Any
    ) -> Any:
        told = schemas.ReferralAnswerIn().load({"outcome": outcome, "by": BY, **said})
        return self.desk(member).does(service.answer_referral, ref, told, now=now)

    # --- seen

    def reads(self, report: str, member: str = "leeds", *, now: datetime = WRITTEN + 2 * HOUR) -> ReportSeen:
        own = self.desk(member)
        with own.database.write() as session:
            return service.read_report(session, own.actor, report, now=now)

    def reads_share(self, share: str, member: str = "kent", *, now: datetime = WRITTEN + 2 * HOUR) -> SharedSeen:
        own = self.desk(member)
        with own.database.write() as session:
            return service.read_share(session, own.actor, share, now=now)

    def state(self, report: str) -> str:
        return str(self.books.all("SELECT state FROM interview_report WHERE ref = :r", r=report)[0].state)

    def owed(self, subject: str, code: str) -> list[str]:
        """How each obligation of a code about a subject stands, void ones apart."""
        said = "SELECT state FROM obligation WHERE subject_ref = :s AND duty_code = :c AND state != 'void' ORDER BY id"
        return [row.state for row in self.books.all(said, s=subject, c=code)]

    def owes(self, subject: str, code: str) -> dict[str, str]:
        """The name of whoever owes a code about a subject → how it stands, void ones apart."""
        said = (
            "SELECT organisation.name, obligation.state FROM obligation JOIN organisation ON organisation.id = owed_by_id "
            "WHERE subject_ref = :s AND duty_code = :c AND obligation.state != 'void' ORDER BY obligation.id"
        )
        return {row.name: row.state for row in self.books.all(said, s=subject, c=code)}

    def sealed(self, table: str, ref: str) -> Any:
        """What is sealed in a row."""
        with self.books.database.read() as session:
            row = self.books.all(f"SELECT sealed FROM {table} WHERE ref = :r", r=ref)[0]
            return keys_of(session).open(ref, bytes(row.sealed))

    def recorded(self, subject: str) -> list[str]:
        """The events in the audit about a subject, in order."""
        said = "SELECT event FROM audit_entry WHERE subject_ref = :s ORDER BY id"
        return [row.event for row in self.books.all(said, s=subject)]


@pytest.fixture
def reporting(interviewing: Interviewing, cast: Cast, books: Books) -> Reporting:
    return Reporting(interviewing, cast, books)


@pytest.fixture
def held(interviewing: Interviewing, bought: str) -> str:
    """The reference of a request whose interview Beacon has held, within 72 hours."""
    booked = interviewing.books_time(bought, HELD)
    interviewing.holds(booked.ref, HELD, now=HELD + timedelta(hours=2))
    return bought


@pytest.fixture
def sent(reporting: Reporting, held: str) -> str:
    """The reference of its report, which was sent."""
    return reporting.sends(held)
