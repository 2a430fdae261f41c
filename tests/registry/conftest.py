"""A desk for each member of the cast: ``desk("leeds").registers(...)`` acts for that organisation, in a transaction
of its own."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry.links import decisions as link_decisions
from hub.registry.receipts import Line, Receipt
from hub.registry.registering import register_notice
from hub.registry.schemas import NoticeIn
from hub.registry.views import read_notice
from tests.conftest import NOW
from tests.registry.spreadsheets import Counter


@dataclass(frozen=True)
class Desk:
    """One organisation's desk at the hub."""

    actor: Actor
    database: Database
    rules: Rulebook
    areas: Areas

    def registers(self, paper: Mapping[str, Any], *, now: datetime = NOW) -> Receipt:
        """Register a notice, as the API would."""
        with self.database.write() as session:
            return register_notice(
                session, self.actor, NoticeIn().load(paper), rules=self.rules, areas=self.areas, now=now
            )

    def does(self, act: Callable[..., Any], *given: Any, now: datetime = NOW, **named: Any) -> Any:
        """Do *act* of a service that takes the session, the actor and the rules."""
        with self.database.write() as session:
            return act(session, self.actor, *given, rules=self.rules, now=now, **named)

    def does_in_area(self, act: Callable[..., Any], *given: Any, now: datetime = NOW, **named: Any) -> Any:
        """As :meth:`does`, for services that take the areas as well."""
        return self.does(act, *given, now=now, areas=self.areas, **named)

    @contextmanager
    def reads(self) -> Iterator[Session]:
        with self.database.write() as session:
            yield session


@pytest.fixture
def desk(cast: Cast, database: Database, rules: Rulebook, areas: Areas) -> Callable[[str], Desk]:
    return lambda member: Desk(cast.actors[member], database, rules, areas)


@pytest.fixture
def counter(cast: Cast, database: Database, rules: Rulebook, areas: Areas) -> Callable[[str], Counter]:
    """``counter("leeds").takes(file)``: where that organisation hands in its spreadsheets."""
    return lambda member: Counter(cast.actors[member], database, rules, areas)


@dataclass(frozen=True)
class Books:
    """What stands in the database."""

    database: Database

    def owed(self, subject: str, code: str) -> Any:
        """The obligation *code* about a subject that is not void; the newest, should there be several."""
        rows = self.all(
            "SELECT * FROM obligation WHERE subject_ref = :s AND duty_code = :c AND state != 'void' ORDER BY id",
            s=subject,
            c=code,
        )
        return rows[-1] if rows else None

    def codes(self, subject: str) -> set[str]:
        """The codes of the obligations about a subject that are not void."""
        return {
            row.duty_code
            for row in self.all(
                "SELECT duty_code FROM obligation WHERE subject_ref = :s AND state != 'void'", s=subject
            )
        }

    def placement(self, ref: str) -> Any:
        return self.all("SELECT * FROM placement WHERE ref = :r", r=ref)[0]

    def count(self, table: str) -> int:
        return int(self.all(f"SELECT count(*) AS n FROM {table}")[0].n)

    def alerts(self, subject: str) -> list[tuple[str, str]]:
        """(kind, GSS code or name of the organisation) of every alert about a subject, in order."""
        rows = self.all(
            "SELECT alert.kind, organisation.name FROM alert JOIN organisation ON organisation.id = alert.organisation_id "
            "WHERE alert.subject_ref = :s ORDER BY alert.id",
            s=subject,
        )
        return [(row.kind, row.name) for row in rows]

    def all(self, statement: str, **given: Any) -> Any:
        with self.database.read() as session:
            return session.execute(text(statement), given).all()


@pytest.fixture
def books(database: Database) -> Books:
    return Books(database)


def line(receipt: Receipt, code: str) -> Line:
    """The line of a duty on a receipt."""
    return next(each for each in receipt.obligations if each.code == code)


def seen_by(desk: Callable[[str], Desk], member: str, ref: str) -> Any:
    """The notice as that member reads it, which is recorded."""
    with desk(member).reads() as session:
        return read_notice(session, desk(member).actor, ref, now=NOW)


@pytest.fixture
def send(database: Database, cast: Cast, rules: Rulebook, areas: Areas) -> Callable[..., Receipt]:
    """``send("leeds", notice)`` registers a notice and returns its receipt."""

    def register(member: str, notice: Mapping[str, Any], now: datetime = NOW) -> Receipt:
        with database.write() as session:
            content = NoticeIn().load(notice)
            return register_notice(session, cast.actors[member], content, rules=rules, areas=areas, now=now)

    return register


@pytest.fixture
def decide(database: Database, cast: Cast, rules: Rulebook) -> Callable[..., Any]:
    def say(member: str, ref: str, same: bool, now: datetime = NOW + timedelta(hours=1)) -> Any:
        with database.write() as session:
            return link_decisions.decide(
                session, cast.actors[member], ref, same=same, reason="records_checked", rules=rules, now=now
            )

    return say


@pytest.fixture
def undo(database: Database, cast: Cast, rules: Rulebook, areas: Areas) -> Callable[..., Any]:
    def say(member: str, ref: str, now: datetime = NOW + timedelta(hours=2)) -> Any:
        with database.write() as session:
            return link_decisions.undo(
                session, cast.actors[member], ref, reason="decided_in_error", rules=rules, areas=areas, now=now
            )

    return say
