"""The service behind a guest's pages: whom a code reaches, how many work, what two hands at once can do."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, update

from hub.core.errors import NotFound
from hub.core.ids import new_ref
from hub.directory.models import ContactPoint
from hub.notify.models import Alert
from hub.registry.pickup import service as pickup
from hub.registry.pickup.service import OpenedNotice, masked
from tests.conftest import NOW
from tests.registry.papers import NORWICH, emergency_start, start


@pytest.fixture
def alert(desk, books, cast) -> str:
    """The reference of Norfolk's alert about a notice of Leeds."""
    receipt = desk("leeds").registers(start(address=NORWICH))
    return _alert_of(books, receipt.notice, cast.ids["norfolk"])


def _alert_of(books, notice: str, organisation_id: int) -> str:
    [row] = books.all(
        "SELECT ref FROM alert WHERE subject_ref = :n AND organisation_id = :o", n=notice, o=organisation_id
    )
    return str(row.ref)


def _send(database, rules, alert: str, *, now=NOW) -> str:
    """Send a code; the code, as the courier unseals it."""
    with database.write() as session:
        pickup.send_code(session, alert, rules=rules, now=now)
    return _newest_code(database)


def _newest_code(database) -> str:
    with database.read() as session:
        told = session.scalars(select(Alert).where(Alert.kind == "pickup.code").order_by(Alert.id.desc())).first()
    return str(database.keys.open(told.ref, bytes.fromhex(told.details["code"])))


def test_a_mailbox_is_shown_so_that_its_reader_knows_it_and_nobody_else_learns_it() -> None:
    assert masked("duty-desk@norfolk.example") == "d•••@norfolk.example"


def test_a_code_has_eight_digits_and_is_stored_as_a_keyed_hash_alone(database, rules, alert, books) -> None:
    code = _send(database, rules, alert)
    [row] = books.all("SELECT * FROM pickup")
    assert len(code) == 8
    assert code.isdecimal()
    assert len(bytes(row.code_hash)) == 32
    assert code not in str(row)


def test_the_same_code_typed_twice_at_one_instant_opens_the_notice_once(database, rules, alert, books) -> None:
    code = _send(database, rules, alert)

    def open_it(_: int) -> bool:
        with database.write() as session:
            return isinstance(pickup.open_notice(session, alert, code, now=NOW), OpenedNotice)

    with ThreadPoolExecutor(4) as hands:
        assert sorted(hands.map(open_it, range(4))) == [False, False, False, True]
    assert len(books.all("SELECT * FROM audit_entry WHERE event = 'pickup.opened'")) == 1


def test_codes_asked_for_at_one_instant_are_still_three_at_most(database, rules, alert, books) -> None:
    def ask(_: int) -> None:
        with database.write() as session:
            pickup.send_code(session, alert, rules=rules, now=NOW)

    with ThreadPoolExecutor(4) as hands:
        list(hands.map(ask, range(8)))
    assert books.count("pickup") == 3


def test_a_wrong_code_counts_against_every_code_that_is_good(database, rules, alert, books) -> None:
    codes = {_send(database, rules, alert), _send(database, rules, alert)}
    wrong = next(each for each in ("00000000", "00000001", "00000002") if each not in codes)
    with database.write() as session:
        assert pickup.open_notice(session, alert, wrong, now=NOW) == pickup.Refused(4)
    assert [row.misses for row in books.all("SELECT misses FROM pickup")] == [1, 1]


def test_an_urgent_notice_at_night_sends_its_code_to_the_out_of_hours_mailbox_too(
    desk, database, rules, books, cast
) -> None:
    night = NOW.replace(hour=2)
    _out_of_hours(database, cast.ids["norfolk"])
    receipt = desk("leeds").registers(emergency_start(address=NORWICH, starts_at="2026-11-18T01:00:00Z"), now=night)
    alert = _alert_of(books, receipt.notice, cast.ids["norfolk"])
    _send(database, rules, alert, now=night)
    sent = books.all(
        "SELECT contact_point.address, delivery.next_attempt_at FROM delivery JOIN alert ON alert.id = delivery.alert_id "
        "JOIN contact_point ON contact_point.id = delivery.contact_point_id WHERE alert.kind = 'pickup.code'"
    )
    assert {row.address for row in sent} == {"duty-desk@norfolk.example", "night@norfolk.example"}
    assert len({row.next_attempt_at for row in sent}) == 1
    with database.read() as session:
        shown = pickup.mailboxes(session, pickup.follow(session, alert, now=night), now=night)
    assert shown == ["d•••@norfolk.example", "n•••@norfolk.example"]


def _out_of_hours(database, organisation_id: int) -> None:
    """Norfolk's desk closes at night, and somebody else answers then."""
    office = {day: ["09:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    row = {
        "ref": new_ref("con"),
        "organisation_id": organisation_id,
        "role": "out_of_hours",
        "channel": "email",
        "address": "night@norfolk.example",
        "purpose": "for the tests",
        "verified_by": "somebody",
        "verified_at": NOW - timedelta(days=1),
        "valid_from": date(2026, 1, 1),
    }
    with database.write() as session:
        session.execute(
            update(ContactPoint).where(ContactPoint.organisation_id == organisation_id).values(opening_hours=office)
        )
        session.execute(insert(ContactPoint).values(row))


def test_reading_by_code_reaches_the_organisation_even_where_its_e_mail_did_not(database, rules, alert, books) -> None:
    code = _send(database, rules, alert)
    waiting = "SELECT state, reached_at FROM obligation WHERE duty_code = 'E13A'"
    assert books.all(waiting)[0].state == "open"
    with database.write() as session:
        pickup.open_notice(session, alert, code, now=NOW)
    assert books.all(waiting)[0].state == "met"


def test_an_alert_of_a_code_is_no_link_of_its_own(database, rules, alert, books) -> None:
    _send(database, rules, alert)
    [sent] = books.all("SELECT code_alert_ref FROM pickup")
    with database.read() as session:
        assert pickup.asked_from(session, sent.code_alert_ref) == alert
        with pytest.raises(NotFound):
            pickup.follow(session, sent.code_alert_ref, now=NOW)


def test_without_a_mailbox_nothing_is_sent_and_nothing_kept(database, rules, alert, books, cast) -> None:
    with database.write() as session:
        session.execute(
            update(ContactPoint).where(ContactPoint.organisation_id == cast.ids["norfolk"]).values(flagged_at=NOW)
        )
    with database.write() as session:
        pickup.send_code(session, alert, rules=rules, now=NOW)
    assert books.count("pickup") == 0
