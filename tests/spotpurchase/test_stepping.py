"""The worker takes requests on by itself; one that is broken stops nobody; nothing is ever in nobody's hands."""

from typing import Any

import pytest
from sqlalchemy import text

from hub.core.db import Database
from hub.notify import decisions
from hub.notify.auditor import audit_once, describe
from hub.spotpurchase import stepping
from hub.spotpurchase.interviews import service as interviews
from tests.conftest import NOW
from tests.notify.owing import plans_of
from tests.spotpurchase.seeking import BY, HOUR, MINUTE, Broker


def test_each_question_of_the_auditor_is_answered_by_an_index(database: Database) -> None:
    for check, index in zip(
        stepping.CHECKS, ("ix_interview_request_waiting", "ix_interview_request_next_step_at"), strict=True
    ):
        with database.read() as session:
            plans = plans_of(session, lambda: check.find(session, NOW, 5))  # noqa: B023
        assert index in plans[0]


def test_a_request_that_nobody_has_is_found(broker: Broker, database: Database) -> None:
    request = broker.seeks()
    assert audit_once(database, checks=stepping.CHECKS, now=NOW).is_well
    _set(database, "next_step_at = NULL", request)
    assert audit_once(database, checks=stepping.CHECKS, now=NOW).is_well, (
        "its answer is owed: somebody is chased for it"
    )
    with database.write() as session:
        session.execute(text("UPDATE obligation SET state = 'void', next_step_at = NULL"))
    found = audit_once(database, checks=stepping.CHECKS, now=NOW)
    assert found.of("interviews_unattended") == (request,)
    assert not found.is_well
    assert request in describe(found)


def test_a_decision_that_was_said_to_be_made_elsewhere_is_owed_for_as_long_as_nobody_has_the_interview(
    broker: Broker,
) -> None:
    request = broker.seeks(needs={"languages": ["xx"]})
    assert broker.row(request).state == "unplaced"
    elsewhere: dict[str, Any] = {"method": "meeting", "done_at": NOW, "by": BY}
    broker.desk("leeds").does(decisions.done_elsewhere, broker.owed_ref(request, "ERFB"), **elsewhere)
    assert broker.owed(request, "ERFB") == {"leeds": "met"}
    assert not broker.is_well(), "nobody has it"
    assert broker.time_passes(NOW + MINUTE) == 1
    assert broker.owed(request, "ERFB") == {"leeds": "open"}
    assert broker.is_well(NOW + MINUTE)
    assert broker.time_passes(NOW + MINUTE) == 0
    broker.commissions(request, performer="social_worker", reason="Invented: nobody else is left.")
    assert broker.owed(request, "ERFB") == {"leeds": "met"}


def test_a_worker_that_stopped_is_found(broker: Broker, database: Database) -> None:
    request = broker.seeks()
    late = NOW + 4 * HOUR
    assert audit_once(database, checks=stepping.CHECKS, now=late + MINUTE).of("interviews_stalled") == ()
    assert audit_once(database, checks=stepping.CHECKS, now=late + 6 * MINUTE).of("interviews_stalled") == (request,)


def test_a_request_that_cannot_be_taken_on_stops_no_other(broker: Broker, database: Database) -> None:
    broken, well = broker.seeks(), _another(broker)
    _set(database, "needs = '{}'", broken)
    late = NOW + 4 * HOUR
    assert broker.time_passes(late) == 1
    assert broker.states(well) == {"kent_returns": "lapsed", "northstar": "asked"}
    assert broker.states(broken) == {"kent_returns": "asked"}, "nothing of its step was kept"
    _set(
        database, """needs = '{"age_band": null, "languages": [], "gender": "any", "modes": [], "times": []}'""", broken
    )
    broker.time_passes(late + stepping.POSTPONED)
    assert broker.states(broken) == {"kent_returns": "lapsed", "northstar": "asked"}, "it is tried again"


def _another(broker: Broker) -> str:
    return broker.asks(broker.back(family_name="Invented", given_names="Sorrel", born_on="2012-02-03"))


def _set(database: Database, said: str, request: str) -> None:
    with database.write() as session:
        session.execute(text(f"UPDATE interview_request SET {said} WHERE ref = :r"), {"r": request})


# --- whoever was commissioned -----------------------------------------------------------------------------------------


def _commissioned(broker: Broker) -> str:
    request = broker.seeks()
    broker.offers("kent_returns", request)
    return request


def test_an_attempt_is_a_sign_of_life_from_which_the_time_runs_anew(broker: Broker) -> None:
    request = _commissioned(broker)
    respond_by = broker.reads("leeds", request).commissions[0].respond_by
    tried = {"at": respond_by - 2 * MINUTE, "how": "phone", "outcome": "no_contact", "by": BY}
    broker.desk("kent_returns").does(interviews.attempt, request, now=respond_by - MINUTE, **tried)
    broker.time_passes(respond_by)
    assert broker.holder(request) == "kent_returns"
    again = broker.reads("leeds", request).commissions[0].respond_by
    assert again > respond_by
    broker.time_passes(again)
    assert broker.holder(request) is None


@pytest.mark.parametrize("hours", [3, 30])
def test_a_booking_is_kept_until_it_is_over_then_asked_after_once_then_taken_for_silence(
    broker: Broker, hours: int
) -> None:
    request = _commissioned(broker)
    starts = NOW + hours * HOUR
    booked = {"starts_at": starts, "minutes": 60, "mode": "in_person", "by": BY}
    broker.desk("kent_returns").does(interviews.book, request, now=NOW, **booked)
    broker.time_passes(starts + HOUR)
    assert broker.holder(request) == "kent_returns"
    broker.time_passes(starts + 3 * HOUR)
    assert broker.told(request, "interview.meanwhile") == ["kent_returns", "leeds"], "was it held?"
    assert broker.holder(request) == "kent_returns"
    broker.time_passes(starts + 20 * HOUR)
    assert broker.holder(request) is None
    assert broker.told(request, "interview.meanwhile") == ["kent_returns", "leeds"], "once"
    assert broker.is_well(starts + 20 * HOUR)
