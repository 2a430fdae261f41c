"""Is a contact point working? Failures in a row flag it, others are told, and what was kept back is sent once it is mended."""

from datetime import date

from sqlalchemy import update

from hub.audit.events import Event
from hub.core.db import Database
from hub.duties.rulebook import Rulebook
from hub.notify import health
from hub.notify.channels.base import Letter
from hub.notify.outbox import cancel_alerts
from tests.notify.post import (
    NOW,
    Recording,
    alerts,
    contact_point,
    couriers_with,
    delivered,
    deliveries,
    events,
    points,
    raised,
    refuses,
    wanted,
)


def test_three_hard_failures_in_a_row_flag_the_contact_point_and_another_way_tells(
    database: Database, rules: Rulebook, eastvale: int, mailbox: int, operator: int
) -> None:
    contact_point(database, eastvale, "inbox", role="desk_manager")
    with couriers_with(Recording(act=refuses("550", permanent=True))) as couriers:
        for failures in (1, 2, 3):
            raised(database, rules, [wanted(eastvale)])
            delivered(database, rules, couriers)
            assert points(database, mailbox).hard_failures == failures
    assert points(database, mailbox).flagged_at is not None
    told = alerts(database, "channel.flagged")
    assert [(a.organisation_id, a.role) for a in told] == [(eastvale, "desk_manager")]
    assert len(events(database, Event.CHANNEL_FLAGGED)) == 1


def test_without_any_other_way_the_operator_is_told(
    database: Database, rules: Rulebook, eastvale: int, mailbox: int, operator: int
) -> None:
    raised(database, rules, [wanted(eastvale) for _ in range(3)])
    with couriers_with(Recording(act=refuses("550", permanent=True))) as couriers:
        delivered(database, rules, couriers)
    assert [a.organisation_id for a in alerts(database, "channel.flagged")] == [operator]


def test_a_success_in_between_begins_the_row_anew(
    database: Database, rules: Rulebook, eastvale: int, mailbox: int
) -> None:
    answers = iter(["550", "550", "", "550", "550"])

    def act(sent: Letter) -> str:
        if code := next(answers):
            refuses(code, permanent=True)(sent)
        return "250"

    with couriers_with(Recording(act=act)) as couriers:
        for _ in range(5):
            raised(database, rules, [wanted(eastvale)])
            delivered(database, rules, couriers)
    assert (points(database, mailbox).hard_failures, points(database, mailbox).flagged_at) == (2, None)


def test_a_receiver_that_says_never_again_is_flagged_at_once(
    database: Database, rules: Rulebook, eastvale: int, operator: int
) -> None:
    hook = contact_point(database, eastvale, "webhook", "https://eastvale.example/hook")
    raised(database, rules, [wanted(eastvale)])
    with couriers_with(Recording(act=refuses("410", permanent=True, gone=True)), name="webhook") as couriers:
        delivered(database, rules, couriers)
    assert points(database, hook).flagged_at is not None
    assert [a.organisation_id for a in alerts(database, "channel.flagged")] == [operator]


def test_what_still_waits_for_a_broken_contact_point_is_seen_not_to_be_sent_and_is_told(
    database: Database, rules: Rulebook, eastvale: int, mailbox: int, operator: int
) -> None:
    raised(database, rules, [wanted(eastvale)])
    _set_point(database, mailbox, flagged_at=NOW)
    channel = Recording()
    with couriers_with(channel) as couriers:
        delivered(database, rules, couriers)
    assert channel.taken == []
    assert [(d.state, d.last_code) for d in deliveries(database, "email")] == [("suppressed", "channel_flagged")]
    assert [a.organisation_id for a in alerts(database, "delivery.given_up")] == [operator]


def test_once_it_is_verified_again_what_the_flag_kept_back_is_sent(
    database: Database, rules: Rulebook, eastvale: int, mailbox: int
) -> None:
    raised(database, rules, [wanted(eastvale, subject_ref=s) for s in ("ntc_1", "ntc_2")])
    _set_point(database, mailbox, flagged_at=NOW)
    channel = Recording()
    with couriers_with(channel) as couriers:
        delivered(database, rules, couriers)
        with database.write() as session:
            cancel_alerts(session, now=NOW, subject_ref="ntc_2")
        assert health.release_once(database, now=NOW) == 0
        _set_point(database, mailbox, flagged_at=None, verified_at=NOW)
        assert health.release_once(database, now=NOW) == 1
        delivered(database, rules, couriers)
    assert [sent.told[0].subject_ref for sent in channel.taken] == ["ntc_1"]


def test_what_waits_for_a_contact_point_that_was_retired_is_seen_not_to_be_sent(
    database: Database, rules: Rulebook, eastvale: int, mailbox: int
) -> None:
    raised(database, rules, [wanted(eastvale)])
    _set_point(database, mailbox, valid_to=date(2026, 11, 18))
    with couriers_with(Recording()) as couriers:
        delivered(database, rules, couriers)
    assert [(d.state, d.last_code) for d in deliveries(database)] == [("suppressed", "contact_point_retired")]


def test_where_a_channel_is_switched_off_nothing_is_ever_shown_as_sent(
    database: Database, rules: Rulebook, eastvale: int, mailbox: int
) -> None:
    raised(database, rules, [wanted(eastvale)])
    with couriers_with(Recording(), name="webhook") as couriers:
        delivered(database, rules, couriers)
    [delivery] = deliveries(database)
    assert (delivery.state, delivery.last_code, delivery.accepted_at) == ("suppressed", "channel_off", None)


def _set_point(database: Database, number: int, **values: object) -> None:
    from hub.directory.models import ContactPoint

    with database.write() as session:
        session.execute(update(ContactPoint).where(ContactPoint.id == number).values(**values))
