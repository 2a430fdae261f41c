"""The outbox: what is written when an alert is raised, for whom, by which way, and until when it waits."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from hub.audit.models import AuditEntry
from hub.core.db import Database
from hub.core.ids import new_ref
from hub.duties.rulebook import Rulebook
from hub.notify.models import FeedEvent
from hub.notify.outbox import FeedItem, cancel_alerts, publish, raise_alerts
from tests.notify.post import (
    NOW,
    OFFICE_HOURS,
    alerts,
    contact_point,
    deliveries,
    obligation,
    organisation,
    raised,
    wanted,
)
from tests.statements import overheard

EVENING = datetime(2026, 11, 18, 21, 0, tzinfo=UTC)
NEXT_OPENING = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)


def test_the_inbox_of_an_organisation_that_has_joined_is_reached_by_the_commit_itself(
    database: Database, rules: Rulebook
) -> None:
    eastvale = organisation(database)
    contact_point(database, eastvale, "inbox")
    [told] = raised(database, rules, [wanted(eastvale)])
    [delivery] = deliveries(database)
    assert (told.reached_now, told.contact_points) == (True, 1)
    assert (delivery.state, delivery.accepted_at, delivery.next_attempt_at) == ("delivered", NOW, None)


def test_an_organisation_that_has_not_joined_is_not_reached_by_an_inbox_nobody_reads(
    database: Database, rules: Rulebook
) -> None:
    northmoor = organisation(database, joined=False)
    contact_point(database, northmoor, "inbox")
    contact_point(database, northmoor, "email", "desk@northmoor.example")
    [told] = raised(database, rules, [wanted(northmoor)])
    [delivery] = deliveries(database)
    assert not told.reached_now
    assert (delivery.channel, delivery.state, delivery.next_attempt_at) == ("email", "queued", NOW)


def test_a_desk_without_a_contact_point_is_reported_and_nothing_is_written(database: Database, rules: Rulebook) -> None:
    [told] = raised(database, rules, [wanted(organisation(database))])
    assert (told.alert_ref, told.contact_points, told.reached_now) == (None, 0, False)
    assert alerts(database) == []


@pytest.mark.parametrize(
    "broken",
    [
        {"verified_at": None},
        {"flagged_at": NOW},
        {"valid_to": date(2026, 11, 18)},
        {"valid_from": date(2026, 11, 19)},
        {"channel": "phone"},
    ],
    ids=["not verified", "found broken", "retired", "not yet in force", "a telephone, which only people use"],
)
def test_nothing_is_sent_to_a_contact_point_that_is(
    database: Database, rules: Rulebook, broken: dict[str, object]
) -> None:
    eastvale = organisation(database)
    contact_point(database, eastvale, **({"channel": "email", "address": "a@b.example"} | broken))  # type: ignore[arg-type]
    assert raised(database, rules, [wanted(eastvale)])[0].contact_points == 0


def test_what_is_not_urgent_waits_until_the_desk_opens(database: Database, rules: Rulebook) -> None:
    eastvale = organisation(database)
    contact_point(database, eastvale, "email", "desk@eastvale.example", opening_hours=OFFICE_HOURS)
    raised(database, rules, [wanted(eastvale)], now=EVENING)
    [delivery] = deliveries(database)
    assert (delivery.held_for, delivery.next_attempt_at) == ("opening_hours", NEXT_OPENING)


def test_what_is_urgent_goes_at_once_and_to_the_out_of_hours_desk_as_well(database: Database, rules: Rulebook) -> None:
    eastvale = organisation(database)
    contact_point(database, eastvale, "email", "desk@eastvale.example", opening_hours=OFFICE_HOURS)
    night = contact_point(database, eastvale, "email", "night@eastvale.example", role="out_of_hours")
    raised(database, rules, [wanted(eastvale, is_urgent=True)], now=EVENING)
    assert [(d.held_for, d.next_attempt_at) for d in deliveries(database)] == [(None, EVENING), (None, EVENING)]
    assert deliveries(database)[1].contact_point_id == night


def test_while_the_desk_is_open_the_out_of_hours_desk_is_left_in_peace(database: Database, rules: Rulebook) -> None:
    eastvale = organisation(database)
    contact_point(database, eastvale, "email", "desk@eastvale.example", opening_hours=OFFICE_HOURS)
    contact_point(database, eastvale, "email", "night@eastvale.example", role="out_of_hours")
    assert raised(database, rules, [wanted(eastvale, is_urgent=True)], now=NOW)[0].contact_points == 1


def test_a_mailbox_that_takes_a_digest_waits_for_the_next_working_morning(database: Database, rules: Rulebook) -> None:
    eastvale = organisation(database)
    contact_point(database, eastvale, "email", "desk@eastvale.example", takes_digest=True)
    friday = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    raised(database, rules, [wanted(eastvale)], now=friday)
    [delivery] = deliveries(database)
    assert (delivery.held_for, delivery.next_attempt_at) == ("digest", datetime(2026, 11, 23, 8, 0, tzinfo=UTC))


def test_a_one_time_code_is_never_held_and_goes_only_to_a_mailbox(database: Database, rules: Rulebook) -> None:
    eastvale = organisation(database)
    contact_point(database, eastvale, "inbox")
    contact_point(database, eastvale, "email", "desk@eastvale.example", takes_digest=True, opening_hours=OFFICE_HOURS)
    raised(database, rules, [wanted(eastvale, "pickup.code", details={"code": "493027"})], now=EVENING)
    [delivery] = deliveries(database)
    assert (delivery.channel, delivery.held_for, delivery.next_attempt_at) == ("email", None, EVENING)


def test_a_one_time_code_is_stored_sealed_and_published_to_nobody(database: Database, rules: Rulebook) -> None:
    eastvale = organisation(database)
    contact_point(database, eastvale, "email", "desk@eastvale.example")
    raised(database, rules, [wanted(eastvale, "pickup.code", details={"code": "493027"})])
    [alert] = alerts(database)
    assert "493027" not in str(alert.details)
    with database.read() as session:
        assert session.scalars(select(FeedEvent)).all() == []


def test_an_unknown_kind_of_alert_is_refused(database: Database, rules: Rulebook) -> None:
    eastvale = organisation(database)
    with pytest.raises(ValueError, match="no kind of alert"):
        raised(database, rules, [wanted(eastvale, "notice.invented")])


def test_details_that_could_hold_words_about_a_child_are_refused_without_repeating_them(
    database: Database, rules: Rulebook
) -> None:
    eastvale = organisation(database)
    contact_point(database, eastvale, "inbox")
    with pytest.raises(ValueError, match="“reason”") as refused:
        raised(database, rules, [wanted(eastvale, details={"reason": "Alex ran to the bus station"})])
    assert "Alex" not in str(refused.value)


def test_instants_and_dates_are_stored_as_text_that_any_client_can_read(database: Database, rules: Rulebook) -> None:
    eastvale = organisation(database)
    contact_point(database, eastvale, "inbox")
    raised(database, rules, [wanted(eastvale, details={"due_at": NOW, "due_on": date(2026, 11, 25), "rung": 2})])
    assert alerts(database)[0].details == {"due_at": "2026-11-18T10:00:00Z", "due_on": "2026-11-25", "rung": 2}


def test_each_alert_is_in_the_feed_of_an_organisation_that_has_joined(database: Database, rules: Rulebook) -> None:
    joined, guest = organisation(database), organisation(database, "Northmoor", joined=False)
    for number in (joined, guest):
        contact_point(database, number, "email", "desk@somewhere.example")
    raised(database, rules, [wanted(joined, subject_ref="ntc_1"), wanted(guest, subject_ref="ntc_1")])
    with database.read() as session:
        events = session.scalars(select(FeedEvent)).all()
    assert [(e.organisation_id, e.type, e.subject_ref) for e in events] == [(joined, "notice.registered", "ntc_1")]


def test_what_is_published_waits_for_its_place_in_the_feed(database: Database) -> None:
    eastvale = organisation(database)
    with database.write() as session:
        publish(session, [FeedItem(eastvale, "placement.ended", "pla_1", {"at": NOW})], now=NOW)
    with database.read() as session:
        [published] = session.scalars(select(FeedEvent)).all()
    assert (published.position, published.details) == (None, {"at": "2026-11-18T10:00:00Z"})


def test_raising_is_recorded_once_for_each_subject(database: Database, rules: Rulebook) -> None:
    eastvale = organisation(database)
    contact_point(database, eastvale, "inbox")
    told = raised(database, rules, [wanted(eastvale, subject_ref=s) for s in ("ntc_1", "ntc_2", "ntc_1")])
    with database.read() as session:
        entries = {e.subject_ref: e.details for e in session.scalars(select(AuditEntry))}
    assert entries == {
        "ntc_1": {"alerts": [told[0].alert_ref, told[2].alert_ref]},
        "ntc_2": {"alerts": [told[1].alert_ref]},
    }


def test_nothing_is_left_of_an_alert_when_the_change_it_tells_of_fails(database: Database, rules: Rulebook) -> None:
    eastvale = organisation(database)
    contact_point(database, eastvale, "inbox")
    with pytest.raises(RuntimeError), database.write() as session:
        raise_alerts(session, [wanted(eastvale)], rules=rules, now=NOW)
        raise RuntimeError("the change failed")
    assert (alerts(database), deliveries(database)) == ([], [])


@pytest.mark.parametrize(("number", "on_postgresql"), [(1, "INSERT"), (200, "COPY")])
def test_the_number_of_statements_does_not_grow_with_the_number_of_alerts(
    database: Database, rules: Rulebook, number: int, on_postgresql: str
) -> None:
    councils = [organisation(database, f"Council {n}") for n in range(5)]
    for council in councils:
        contact_point(database, council, "inbox")
        contact_point(database, council, "email", "desk@council.example")
    with overheard(database) as said:
        raised(database, rules, [wanted(councils[n % 5], is_urgent=True) for n in range(number)])
    statements = [s.split(maxsplit=1)[0] for s in said if not s.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT"))]
    written = "INSERT" if database.is_sqlite else on_postgresql
    keys = ["SELECT"] if number > 1 else []  # a single alert is given its key as it is inserted
    assert statements == ["SELECT", *keys, written, written, written, written]


def test_settling_what_it_was_about_cancels_the_alert_and_what_is_still_queued(
    database: Database, rules: Rulebook
) -> None:
    eastvale, oakham = organisation(database), organisation(database, "Oakham")
    for number in (eastvale, oakham):
        contact_point(database, number, "inbox")
        contact_point(database, number, "email", "desk@somewhere.example")
    raised(database, rules, [wanted(eastvale, subject_ref="ntc_1"), wanted(oakham, subject_ref="ntc_1")])
    with database.write() as session:
        assert cancel_alerts(session, now=NOW, subject_ref="ntc_1", organisation_id=eastvale) == 1
    assert [d.state for d in deliveries(database)] == ["delivered", "cancelled", "delivered", "queued"]
    assert [a.cancelled_at for a in alerts(database)] == [NOW, None]


def test_alerts_are_cancelled_by_obligation_and_by_kind(database: Database, rules: Rulebook) -> None:
    eastvale = organisation(database)
    contact_point(database, eastvale, "email", "desk@eastvale.example")
    owed = obligation(database, eastvale, new_ref("pla"))
    raised(
        database,
        rules,
        [
            wanted(eastvale, "obligation.overdue", obligation_id=owed),
            wanted(eastvale, "obligation.due_soon", obligation_id=owed),
            wanted(eastvale),
        ],
    )
    with database.write() as session:
        assert cancel_alerts(session, now=NOW, obligation_ids=[owed], kinds=["obligation.due_soon"]) == 1
        assert cancel_alerts(session, now=NOW, obligation_ids=[owed]) == 1
        assert cancel_alerts(session, now=NOW, obligation_ids=[]) == 0
        assert cancel_alerts(session, now=NOW, kinds=["notice.registered"]) == 0
    assert [d.state for d in deliveries(database)] == ["cancelled", "cancelled", "queued"]
