"""Whatever happens, in whatever order, however late: nothing open is lost sight of, no step is taken twice, late stays late."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from hub.core.actor import SYSTEM, Actor
from hub.core.clock import london_date
from hub.core.db import Database
from hub.core.errors import HubError
from hub.core.ids import new_ref
from hub.duties.rulebook import Rulebook
from hub.notify import obligations as o
from hub.notify.acknowledgements import acknowledge
from hub.notify.auditor import findings
from hub.notify.sweep import sweep_once
from tests.notify.owing import DAY, HOUR, NOW, Owing, notice_owed, opened, read, register_owed, steps_of

WAITS = (timedelta(minutes=1), HOUR, 9 * HOUR, DAY, 3 * DAY, 20 * DAY)
ACTS = (
    "sweep", "reopen", "post", "post_backdated", "fulfil", "fulfil_and_reach", "reach", "unreach", "withdraw", "excuse",
    "pause", "resume", "promise", "enter", "void", "sweep", "reopen",
)  # fmt: skip
STORY = st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from(WAITS)), min_size=15, max_size=25)


@dataclass
class Case:
    """One placement: the notice owed to Eastvale, the entry Eastvale owes its register, the letter to the doctor."""

    owing: Owing
    rules: Rulebook
    placement: str
    notice: str
    entry: str
    letter: str
    now: datetime = NOW
    notice_ref: str = field(default_factory=lambda: new_ref("ntc"))

    @property
    def refs(self) -> tuple[str, str, str]:
        return self.notice, self.entry, self.letter

    def act(self, session: Session, name: str) -> None:
        """Do one thing as the party who may."""
        getattr(self, name)(session)

    def fulfil(self, session: Session, *, reached_at: datetime | None = None) -> None:
        self._fulfil(session, self.owing.northmoor, "E13E", self.notice_ref, reached_at)

    def fulfil_and_reach(self, session: Session) -> None:
        self.fulfil(session, reached_at=self.now)

    def enter(self, session: Session) -> None:
        self._fulfil(session, self.owing.eastvale, "EREG", "register", None)

    def _fulfil(self, session: Session, who: Actor, code: str, by_ref: str, reached_at: datetime | None) -> None:
        done: dict[str, Any] = {"duty_codes": {code}, "by_ref": by_ref, "at": self.now, "reached_at": reached_at}
        o.fulfil(session, who, subject_ref=self.placement, **done, rules=self.rules, now=self.now)

    def reach(self, session: Session) -> None:
        host = {"organisation_id": self.owing.eastvale.organisation, "subject_ref": self.placement}
        o.reach(session, SYSTEM, **host, at=self.now, now=self.now)

    def unreach(self, session: Session) -> None:
        host = {"organisation_id": self.owing.eastvale.organisation, "subject_ref": self.placement}
        o.unreach(session, SYSTEM, **host, reason="bounced", now=self.now)

    def withdraw(self, session: Session) -> None:
        notice = {"subject_ref": self.placement, "by_ref": self.notice_ref, "reason": "withdrawn"}
        o.reopen_fulfilled_by(session, self.owing.northmoor, **notice, rules=self.rules, now=self.now)

    def excuse(self, session: Session) -> None:
        why = {"reason": "not_reasonably_practicable", "by": "T. Field"}
        o.excuse(session, self.owing.northmoor, self.notice, **why, rules=self.rules, now=self.now)

    def pause(self, session: Session) -> None:
        o.pause(session, self.owing.northmoor, self.notice, reason="other", by="T. Field", now=self.now)
        o.pause(session, self.owing.eastvale, self.entry, reason="other", by="H. Mann", now=self.now)

    def resume(self, session: Session) -> None:
        o.resume(session, self.owing.northmoor, self.notice, rules=self.rules, now=self.now)
        o.resume(session, self.owing.eastvale, self.entry, rules=self.rules, now=self.now)

    def promise(self, session: Session) -> None:
        soon = london_date(self.now) + timedelta(days=2)
        refs = {"subject_ref": new_ref("ntc"), "placement_ref": self.placement, "by": "H. Mann"}
        said: dict[str, Any] = {"promise": "enter_register", "promise_on": soon}
        acknowledge(session, self.owing.eastvale, **refs, **said, rules=self.rules, now=self.now)

    def void(self, session: Session) -> None:
        o.void(session, self.owing.eastvale, self.notice, reason="not_owed", by="H. Mann", now=self.now)

    def reopen(self, session: Session) -> None:
        for ref in self.refs:
            with suppress(HubError):  # it is open already
                o.reopen(session, self.owing.operator, ref, reason="incomplete", rules=self.rules, now=self.now)

    def post(self, session: Session, *, done_at: datetime | None = None) -> None:
        letter: dict[str, Any] = {"method": "letter", "done_at": done_at or self.now, "by": "P. Rao"}
        o.done_elsewhere(session, self.owing.northmoor, self.letter, **letter, rules=self.rules, now=self.now)

    def post_backdated(self, session: Session) -> None:
        self.post(session, done_at=NOW - 30 * DAY)


def begun(database: Database, rules: Rulebook, owing: Owing, due_in: timedelta, heightened: bool) -> Case:
    placement = new_ref("pla")
    shared: dict[str, Any] = {"subject_ref": placement, "due_at": NOW + due_in, "heightened": heightened}
    letter = {"duty_code": "E13G", "owed_to_id": None, "owed_to_role": "general_practitioners"}
    openings = notice_owed(owing, **shared), register_owed(owing, **shared), notice_owed(owing, **(shared | letter))
    return Case(owing, rules, placement, *opened(database, rules, *openings))


def done(database: Database, case: Case, name: str) -> None:
    if name == "sweep":
        while sweep_once(database, case.rules, now=case.now):
            pass
        return
    with suppress(HubError), database.write() as session:  # what is refused must change nothing
        case.act(session, name)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=STORY, due_in=st.sampled_from((-9 * DAY, timedelta(0), 2 * DAY)), heightened=st.booleans())
def test_nothing_open_is_lost_no_step_is_taken_twice_and_late_stays_late(
    database: Database,
    rules: Rulebook,
    owing: Owing,
    story: list[tuple[str, timedelta]],
    due_in: timedelta,
    heightened: bool,
) -> None:
    case = begun(database, rules, owing, due_in, heightened)
    late: set[str] = set()
    for name, wait in story:
        done(database, case, name)
        for ref in case.refs:
            row = read(database, ref)
            assert row.state != "open" or row.next_step_at or row.owner, f"{name} lost sight of it"
            assert row.state == "open" or row.next_step_at is None, f"{name} left a closed one in the sweep"
            assert not (ref in late and row.state == "met"), f"{name} made a late one punctual"
            assert row.faults == 0, f"{name} took a step twice"
            if name == "sweep" and row.next_step_at:
                assert row.next_step_at > case.now, "the sweep left something due"
            if row.state == "met_late":
                late.add(ref)
            taken = [(step.cycle, step.rung) for step in steps_of(database, ref)]
            assert len(taken) == len(set(taken))
            assert taken == sorted(taken), "the ladder went back down"
        with database.read() as session:
            assert findings(session, now=case.now).unattended == ()
        case.now += wait
    with database.write() as session:  # the next example begins in a quiet hub
        o.void_for(
            session, owing.operator, subject_ref=case.placement, duty_codes=None, reason="not_owed", now=case.now
        )
