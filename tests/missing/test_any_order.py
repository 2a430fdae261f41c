"""Whatever is said of a child, in whatever order, by whomever: no report is lost, no history changes, the account adds up."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.core.db import Database
from hub.core.errors import HubError
from hub.demonstration.cast import Cast
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.missing import queries, service
from hub.missing.account import account_of
from hub.missing.models import EpisodeGrade, EpisodeMatch, EpisodeReport, EpisodeStep, MissingEpisode
from hub.missing.states import STANDING
from hub.notify.models import Obligation
from hub.registry.registering import register_notice
from hub.registry.schemas import NoticeIn
from tests.conftest import NOW
from tests.databases import undone
from tests.missing.conftest import BY, PLACED

WHO = ("kent_police", "west_yorkshire_police", "willow_house", "leeds", "kent")
ACTS = ("report", "report", "locate", "return", "grade", "interview", "merge", "part", "undo", "withdraw")
WAITS = (timedelta(minutes=20), timedelta(hours=5), timedelta(hours=30), timedelta(days=4))
STORY = st.lists(
    st.tuples(st.sampled_from(ACTS), st.sampled_from(WHO), st.sampled_from(WAITS), st.integers(0, 3)),
    min_size=8,
    max_size=16,
)


@dataclass
class Story:
    """One child, and everybody who says something of them."""

    cast: Cast
    rules: Rulebook
    areas: Areas
    placement: str
    now: datetime = NOW
    refs: list[str] = field(default_factory=list)
    said: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def act(self, session: Session, name: str, who: str, number: int) -> None:
        """Do one thing; what cannot be is refused whole."""
        with suppress(HubError), session.begin_nested():
            getattr(self, f"do_{name}")(session, who, number)

    def do_report(self, session: Session, who: str, number: int) -> None:
        gone = self.now - timedelta(hours=(1, 3, 20, 60)[number])
        told = {
            "placement": self.placement,
            "missing_from_at": gone,
            "by": BY,
            "category": ("missing", "away")[number % 2],
        }
        actor = self.cast.actors[who]
        done = service.report(session, actor, told, rules=self.rules, areas=self.areas, now=self.now)
        self.refs.append(done.episode)

    def do_locate(self, session: Session, who: str, number: int) -> None:
        self._of_one(session, service.locate, who, number, at=self.now - timedelta(minutes=10 * number))

    def do_return(self, session: Session, who: str, number: int) -> None:
        self._of_one(session, service.record_return, who, number, at=self.now - timedelta(minutes=5 * number))

    def do_interview(self, session: Session, who: str, number: int) -> None:
        self._of_one(session, service.prevention_interview, "kent_police", number, at=self.now)

    def do_grade(self, session: Session, who: str, number: int) -> None:
        grade = ("very low", "low", "medium", "high")[number]
        self._of_one(session, service.grade, "kent_police", number, grade=grade)

    def do_merge(self, session: Session, who: str, number: int) -> None:
        given = {"other": self._one(number + 1), "reason": "records_checked", "same": number != 3}
        service.merge(session, self.cast.actors["kent"], self._one(number), **given, rules=self.rules, now=self.now)

    def do_part(self, session: Session, who: str, number: int) -> None:
        self._undo(session, "kent", "merge", number)

    def do_undo(self, session: Session, who: str, number: int) -> None:
        self._undo(session, who, ("location", "return", "grade", "prevention_interview")[number], number)

    def do_withdraw(self, session: Session, who: str, number: int) -> None:
        self._undo(session, who, "report", number)

    def _undo(self, session: Session, who: str, what: str, number: int) -> None:
        given = {"what": what, "reason": "entered_in_error", "rules": self.rules, "now": self.now}
        service.undo(session, self.cast.actors[who], self._one(number), **given)

    def _of_one(self, session: Session, act: Any, who: str, number: int, **told: Any) -> None:
        act(session, self.cast.actors[who], self._one(number), by=BY, **told, rules=self.rules, now=self.now)

    def _one(self, number: int) -> str:
        return self.refs[number % len(self.refs)] if self.refs else "mis_" + "0" * 26


@pytest.fixture
def placed(database: Database, cast: Cast, rules: Rulebook, areas: Areas) -> str:
    with database.write() as session:
        told = NoticeIn().load(PLACED)
        receipt = register_notice(session, cast.actors["leeds"], told, rules=rules, areas=areas, now=NOW)
    return str(receipt.placement)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(story=STORY)
def test_whatever_is_said_in_whatever_order_nothing_is_lost(
    database: Database, cast: Cast, rules: Rulebook, areas: Areas, placed: str, story: list[Any]
) -> None:
    case = Story(cast, rules, areas, placed)
    with undone(database) as session:
        for name, who, wait, number in story:
            case.now += wait
            case.act(session, name, who, number)
            _what_was_said_stays(session, case)
            _the_account_adds_up(session)


def _what_was_said_stays(session: Session, case: Story) -> None:
    """Every report, grade and step is there as it was told; taking back marks it, and nothing else ever changes."""
    there: dict[str, tuple[Any, ...]] = {}
    for model in (EpisodeReport, EpisodeGrade, EpisodeStep):
        for row in session.scalars(select(model).execution_options(populate_existing=True)):
            there[row.ref] = _as_told(row)
    for ref, said in case.said.items():
        assert there.get(ref) == said
    case.said = there


def _as_told(row: Any) -> tuple[Any, ...]:
    names = (
        "organisation_id",
        "force_id",
        "kind",
        "category",
        "grade",
        "missing_from_at",
        "reported_at",
        "at",
        "graded_at",
    )
    return tuple(getattr(row, name, None) for name in (*names, "recorded_at", "sealed", "episode_id"))


def _the_account_adds_up(session: Session) -> None:
    rows = session.scalars(select(MissingEpisode).execution_options(populate_existing=True)).all()
    by_id = {row.id: row for row in rows}
    for row in rows:
        assert (row.merged_into_id is not None) == (row.state == "merged")
        if row.merged_into_id is not None:
            assert by_id[row.merged_into_id].merged_into_id is None, "what is merged points to one that stands"
            _owes_nothing(session, row)
            continue
        ids = queries.group_of(session, row.id)
        account = account_of(*(ask(session, ids) for ask in (queries.reports_of, queries.grades_of, queries.steps_of)))
        assert vars(account) == {name: getattr(row, name) for name in vars(account)}
        if row.state not in STANDING:
            _owes_nothing(session, row)
        if row.state == "returned" and row.category == "missing":
            assert _owed(session, row) >= {"ERHO", "ERHI", "EFND", "EPRV", "EMIS"}
        if row.state in ("reported", "located"):
            assert not _owed(session, row) & {"ERHO", "ERHI"}
    joined = select(EpisodeMatch).where(EpisodeMatch.state.in_(("joined", "confirmed")))
    merged = [row for row in rows if row.state == "merged"]
    assert len(session.scalars(joined).all()) == len(merged), "each merge can be taken back"


def _owed(session: Session, row: MissingEpisode) -> set[str]:
    standing = select(Obligation.duty_code).where(Obligation.subject_ref == row.ref, Obligation.state != "void")
    return set(session.scalars(standing))


def _owes_nothing(session: Session, row: MissingEpisode) -> None:
    assert not _owed(session, row) - {"EREP", "EREV"}
