"""The rota as a calendar: what RFC 5545 asks of each line, read back by two parsers; the secret address where it is read."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest
import vobject
from flask.testing import FlaskClient
from sqlalchemy import text

from hub.core.clock import LONDON
from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.directory import queries
from hub.directory.duty import feed
from hub.directory.duty.rota import Desk, Override, Shift, changes
from hub.duties.calendar import load_calendar
from hub.duties.rulebook import Rulebook
from tests.conftest import CONFIG
from tests.directory.desks import NOW

CALENDAR = load_calendar(CONFIG)
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE: dict[str, Any] = {day: ["09:00", "17:00"] for day in WEEK[:5]} | {"bank_holidays": False}
AWKWARD = (
    "Notdienst; “Zürich, Süd” \\ 24/7 \N{PARTY POPPER} team whose name is far longer than seventy-five octets allow"
)
DAY = Desk("con_day", "duty_desk", "Duty team", "01632960001", OFFICE, date(2020, 1, 1))
NIGHT = Desk("con_night", "out_of_hours", AWKWARD, "01632960002", None, date(2020, 1, 1))


def london(said: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=LONDON, fold=fold).astimezone(UTC)


def shifts(from_at: str, until: str, *desks: Desk, overrides: list[Override] | None = None) -> list[Shift]:
    return changes(desks or (DAY, NIGHT), overrides or [], london(from_at), london(until), calendar=CALENDAR)


@pytest.fixture
def leeds_in_brief(database: Database, cast: Cast) -> queries.Brief:
    with database.read() as session:
        return queries.by_ids(session, [cast.ids["leeds"]])[cast.ids["leeds"]]


@pytest.fixture
def written(leeds_in_brief: queries.Brief) -> Callable[[list[Shift]], bytes]:
    def write(told: list[Shift], now: datetime = NOW) -> bytes:
        return feed.written(told, leeds_in_brief, since=told[0].from_at - timedelta(days=1), now=now)

    return write


Write = Callable[[list[Shift]], bytes]
SPANS = {
    "the spring": ("2026-03-26T00:00", "2026-04-02T00:00"),
    "the autumn": ("2026-10-22T00:00", "2026-10-29T00:00"),
    "Christmas": ("2026-12-21T00:00", "2027-01-06T00:00"),
}


@pytest.mark.parametrize("span", SPANS.values(), ids=SPANS)
def test_every_line_keeps_the_rules_of_rfc_5545(written: Write, span: tuple[str, str]) -> None:
    raw = written(shifts(*span))
    lines = raw.split(b"\r\n")
    assert lines[-1] == b""
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    assert all(line[:1] == b" " or re.match(rb"[A-Z-]+[;:]", line) for line in lines[:-1])
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2] == b"END:VCALENDAR"
    for line in lines:
        line.decode()  # a character is never folded in two
    assert raw.count(b"\r\nVERSION:2.0\r\n") == raw.count(b"\r\nPRODID:") == 1


@pytest.mark.parametrize("span", SPANS.values(), ids=SPANS)
def test_every_event_has_what_an_event_needs_once(written: Write, span: tuple[str, str]) -> None:
    read = icalendar.Calendar.from_ical(written(shifts(*span)))
    zones = {str(zone["TZID"]) for zone in read.walk("VTIMEZONE")}
    events = read.walk("VEVENT")
    assert len({str(each["UID"]) for each in events}) == len(events)
    for each in events:
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"} <= set(each)
        assert each["DTSTAMP"].to_ical().endswith(b"Z")
        for name in ("DTSTART", "DTEND"):
            zone = each[name].params.get("TZID")
            assert zone in zones or each[name].to_ical().endswith(b"Z")
        assert each["DTSTART"].dt < each["DTEND"].dt


@pytest.mark.parametrize("span", SPANS.values(), ids=SPANS)
def test_two_parsers_read_the_instants_and_the_words_that_were_written(written: Write, span: tuple[str, str]) -> None:
    told = shifts(*span)
    raw = written(told)
    expected = [(each.from_at, each.until) for each in told]
    one = [(e.start.astimezone(UTC), e.end.astimezone(UTC)) for e in icalendar.Calendar.from_ical(raw).events]
    other = vobject.readOne(raw.decode())
    two = [(e.dtstart.value.astimezone(UTC), e.dtend.value.astimezone(UTC)) for e in other.vevent_list]
    assert one == two == expected
    names = {each.summary.value for each in other.vevent_list}
    assert names == {str(each["SUMMARY"]) for each in icalendar.Calendar.from_ical(raw).walk("VEVENT")}
    assert f"{AWKWARD} (out of hours): 01632960002" in names


def test_a_shift_that_begins_in_the_hour_that_the_clock_repeats_is_told_in_utc(written: Write) -> None:
    second = london("2026-10-25T01:30", fold=1)
    storm = Override("dty_1", "Storm desk", "01632960999", second, second + timedelta(hours=4), second)
    raw = written(shifts("2026-10-25T00:00", "2026-10-26T00:00", NIGHT, overrides=[storm]))
    assert b"DTSTART:20261025T013000Z" in raw
    assert b"DTSTART;TZID=Europe/London:20261025T053000" in raw
    assert [e.dtstart.value.astimezone(UTC) for e in vobject.readOne(raw.decode()).vevent_list][1] == second


def test_an_override_is_told_without_whose_desk_it_is(written: Write) -> None:
    begins = london("2026-11-18T12:00")
    storm = Override("dty_1", "Sam Fictitious at home", "01632960999", begins, begins + timedelta(hours=4), begins)
    raw = written(shifts("2026-11-18T00:00", "2026-11-19T00:00", overrides=[storm])).decode()
    assert "Another desk answers: see the hub" in raw
    assert "Sam" not in raw
    assert "960999" not in raw


def test_a_gap_is_an_event_with_the_number_to_try(written: Write) -> None:
    read = icalendar.Calendar.from_ical(written(shifts("2026-11-20T00:00", "2026-11-22T00:00", DAY)))
    gaps = [each for each in read.walk("VEVENT") if str(each["SUMMARY"]) == "Nobody is on duty"]
    assert len(gaps) == 2
    assert all(str(each["DESCRIPTION"]) == "Best tried: Duty team, 01632960001" for each in gaps)


# --- asked for day after day --------------------------------------------------------------------------------------------


@pytest.fixture
def calendar(database: Database, leeds_in_brief: queries.Brief, rules: Rulebook) -> Callable[[datetime], Any]:
    def read(now: datetime) -> Any:
        with database.read() as session:
            return icalendar.Calendar.from_ical(feed.calendar_of(session, leeds_in_brief, rules=rules, now=now))

    return read


@pytest.fixture
def telephones(leeds: FlaskClient, second: FlaskClient, cast: Cast, time_is: Callable[[datetime], None]) -> None:
    time_is(NOW)
    for role, number, hours in (("duty_desk", "01632960001", OFFICE), ("out_of_hours", "01632960002", None)):
        wanted = {"role": role, "channel": "phone", "address": number, "purpose": role, "opening_hours": hours}
        made = leeds.post(f"/api/v1/organisations/{cast.refs['leeds']}/contact-points", json=wanted).json
        at = f"/api/v1/contact-points/{made['ref']}/verification"
        assert second.post(at, json={"verified_by": "Sam Fictitious"}).status_code in (200, 201)


@pytest.mark.usefixtures("telephones")
def test_a_shift_keeps_its_uid_from_day_to_day(calendar: Callable[[datetime], Any]) -> None:
    found: dict[str, set[datetime]] = {}
    for days in range(10):
        for each in calendar(NOW + timedelta(days=days)).walk("VEVENT"):
            found.setdefault(str(each["UID"]), set()).add(each["DTSTART"].dt)
    assert found
    assert {uid for uid, begins in found.items() if len(begins) > 1} == set()


def test_a_desk_that_always_answers_is_one_event_with_one_uid(
    leeds: FlaskClient, second: FlaskClient, cast: Cast, calendar: Callable[[datetime], Any], time_is: Any
) -> None:
    time_is(NOW - timedelta(days=60))
    wanted = {"role": "out_of_hours", "channel": "phone", "address": "01632960002", "purpose": "Always"}
    made = leeds.post(f"/api/v1/organisations/{cast.refs['leeds']}/contact-points", json=wanted).json
    second.post(f"/api/v1/contact-points/{made['ref']}/verification", json={"verified_by": "Sam Fictitious"})
    uids = {str(each["UID"]) for days in range(30) for each in calendar(NOW + timedelta(days=days)).walk("VEVENT")}
    assert len(uids) == 1


@pytest.mark.usefixtures("telephones")
def test_a_system_reads_the_calendar_of_its_own_organisation(
    leeds: FlaskClient, client_for: Callable[[str], FlaskClient], cast: Cast, time_is: Callable[[datetime], None]
) -> None:
    time_is(NOW)
    at = f"/api/v1/organisations/{cast.refs['leeds']}/duty-calendar"
    answer = leeds.get(at)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    assert icalendar.Calendar.from_ical(answer.data).events
    assert client_for("kent").get(at).status_code == 404


# --- the secret address -------------------------------------------------------------------------------------------------


def test_a_secret_address_is_kept_as_a_hash_and_a_new_one_stops_the_old(database: Database, cast: Cast) -> None:
    with database.write() as session:
        old = feed.make_feed(session, cast.actors["leeds"], now=NOW)
        new = feed.make_feed(session, cast.actors["leeds"], now=NOW)
    assert len(new.token) >= 43
    assert new.token not in repr(new)
    with database.write() as session:
        held = str(session.execute(text("SELECT * FROM duty_feed")).all())
        assert old.token not in held
        assert new.token not in held
        assert feed.feed_with(session, old.token, now=NOW) is None
        found = feed.feed_with(session, new.token, now=NOW)
        assert found is not None
        assert found.organisation_id == cast.ids["leeds"]
        assert feed.revoke_feed(session, cast.actors["leeds"], now=NOW) == 1
        assert feed.feed_with(session, new.token, now=NOW) is None


def test_that_an_address_is_read_is_noted_once_a_day(database: Database, cast: Cast) -> None:
    with database.write() as session:
        made = feed.make_feed(session, cast.actors["leeds"], now=NOW)
    used = []
    for hours in (0, 1, 24):
        with database.write() as session:
            feed.feed_with(session, made.token, now=NOW + timedelta(hours=hours))
        with database.read() as session:
            found = feed.feed_with(session, made.token, now=NOW + timedelta(hours=hours))
            used.append(found.used_at if found else None)
    assert used == [NOW, NOW, NOW + timedelta(hours=24)]
