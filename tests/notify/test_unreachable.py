"""An organisation that nobody can reach: whoever owes it something hears of it, and the operator, and again while it lasts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from hub.core.db import Database
from hub.directory.models import ContactPoint
from hub.directory.reachability import Summary
from hub.duties.rulebook import Rulebook
from hub.notify.messages.kinds import UNREACHABLE
from hub.notify.obligations import fulfil, void
from hub.notify.unreachable import AGAIN_AFTER, survey_and_tell_once
from tests.notify.owing import DAY, NOW, Owing, notice_owed, opened, read
from tests.notify.post import alerts

Survey = Callable[..., Summary]


@pytest.fixture
def survey(database: Database, rules: Rulebook) -> Survey:
    return lambda now=NOW: survey_and_tell_once(database, rules, now=now)


@pytest.fixture
def silenced(database: Database, owing: Owing) -> Callable[[str], None]:
    """``silenced("eastvale")``: every desk of that organisation stops working."""

    def silence(name: str, at: datetime | None = NOW) -> None:
        with database.write() as session:
            whose = ContactPoint.organisation_id == getattr(owing, name).organisation_id
            session.execute(update(ContactPoint).where(whose).values(flagged_at=at))

    return silence


def told(database: Database) -> list[tuple[Any, ...]]:
    return [(a.organisation_id, a.role, a.subject_ref) for a in alerts(database, UNREACHABLE)]


def test_whoever_owes_it_something_is_told_and_so_is_the_operator(database, owing, notice, survey, silenced) -> None:
    silenced("eastvale")
    eastvale = owing.eastvale.organisation_ref
    assert eastvale in survey().nobody
    assert set(told(database)) == {
        (owing.northmoor.organisation_id, "duty_desk", eastvale),
        (owing.operator.organisation_id, "operator", eastvale),
    }


def test_it_is_told_with_what_is_due_first_and_how_much_there_is(
    database, rules, owing, notice, survey, silenced
) -> None:
    opened(database, rules, notice_owed(owing, subject_ref="pla_another", due_at=NOW + 9 * DAY))
    silenced("eastvale")
    survey()
    [debtor, operator] = alerts(database, UNREACHABLE)
    assert (debtor.obligation_id, debtor.details["obligation"], debtor.details["count"]) == (notice.id, notice.ref, 2)
    assert (operator.obligation_id, operator.details) == (None, {"count": 2})


def test_once_told_it_is_not_told_again_until_a_week_has_passed(database, owing, notice, survey, silenced) -> None:
    silenced("eastvale")
    for night in range(7):
        survey(NOW + night * DAY)
    assert len(told(database)) == 2
    survey(NOW + AGAIN_AFTER + timedelta(minutes=1))
    assert len(told(database)) == 4


def test_one_desk_that_works_is_enough(database, owing, notice, survey, silenced) -> None:
    silenced("eastvale")
    with database.write() as session:
        duty = (ContactPoint.organisation_id == owing.eastvale.organisation_id, ContactPoint.role == "duty_desk")
        session.execute(update(ContactPoint).where(*duty).values(flagged_at=None))
    assert owing.eastvale.organisation_ref not in survey().nobody
    assert told(database) == []


def test_where_nothing_is_owed_nobody_is_told(database, owing, survey, silenced) -> None:
    silenced("willow")
    assert owing.willow.organisation_ref in survey().nobody
    assert told(database) == []


def test_what_is_done_is_not_owed(database, rules, owing, notice, survey, silenced) -> None:
    with database.write() as session:
        fulfil(
            session, owing.northmoor, subject_ref=notice.subject_ref, duty_codes=[notice.duty_code], by_ref="ntc_done",
            at=NOW, reached_at=NOW, rules=rules, now=NOW,
        )  # fmt: skip
    silenced("eastvale")
    survey()
    assert told(database) == []


def test_a_notice_that_was_registered_and_never_arrived_is_still_owed(
    database, rules, owing, notice, survey, silenced
) -> None:
    with database.write() as session:
        fulfil(
            session, owing.northmoor, subject_ref=notice.subject_ref, duty_codes=[notice.duty_code], by_ref="ntc_sent",
            at=NOW, reached_at=None, rules=rules, now=NOW,
        )  # fmt: skip
    silenced("eastvale")
    survey()
    assert len(told(database)) == 2


def test_closing_what_was_owed_settles_the_alert(database, rules, owing, notice, survey, silenced) -> None:
    silenced("eastvale")
    survey()
    with database.write() as session:
        void(session, owing.eastvale, notice.ref, reason="not_owed", by="T. Field, manager", now=NOW)
    [debtor, _] = alerts(database, UNREACHABLE)
    assert debtor.cancelled_at is not None
    assert read(database, notice.ref).state == "void"


def test_the_counts_that_are_recorded_name_nobody(database, owing, notice, survey, silenced) -> None:
    silenced("eastvale")
    summary = survey()
    assert summary.counts["reach_nobody"] == len(summary.nobody) >= 1
    assert "nobody" not in summary.counts
