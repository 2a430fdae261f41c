"""The file for calendars: what RFC 5545 asks of each line, read back by two parsers, and nothing about the child."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from hub.core import calendars
from hub.core.clock import LONDON
from hub.core.errors import NotFound
from hub.spotpurchase.interviews import service, views
from hub.spotpurchase.interviews.calendar import Entry, uid_of, written
from tests.conftest import NOW
from tests.registry.papers import CHILD
from tests.spotpurchase.interviewing import DAY, HOUR, Interviewing

AWKWARD = "Zürich; “Süd”, \\ 24/7: \N{PARTY POPPER} " + "a council whose name is longer than seventy-five octets"
ENTRY = Entry(
    ref="apt_" + "0" * 26,
    request_ref="rhi_" + "0" * 26,
    starts_at=datetime(2026, 11, 19, 10, 0, tzinfo=UTC),
    ends_at=datetime(2026, 11, 19, 11, 0, tzinfo=UTC),
    sequence=0,
    is_cancelled=False,
    mode="in_person",
    area="Kent",
    performer="Beacon Return Interviews",
)
BASE = "https://hub.example"
MOMENTS = {
    "winter": datetime(2026, 1, 15, 9, 0, tzinfo=UTC),
    "summer": datetime(2026, 7, 15, 9, 0, tzinfo=UTC),
    "across the spring": datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
    "across the autumn": datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    "in the hour that comes twice": datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    "over the new year": datetime(2026, 12, 31, 23, 30, tzinfo=UTC),
}


def at(moment: datetime, **changed: object) -> Entry:
    return replace(ENTRY, starts_at=moment, ends_at=moment + HOUR, **changed)  # type: ignore[arg-type]


def event_of(raw: bytes) -> icalendar.Event:
    [event] = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    return event


def keeps_the_rules(raw: bytes) -> None:
    """RFC 5545 3.1: lines end in CRLF, and none is longer than 75 octets; no character is folded in two."""
    lines = raw.split(b"\r\n")
    assert lines[-1] == b""
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    assert all(line[:1] == b" " or re.match(rb"[A-Z-]+[;:]", line) for line in lines[:-1])
    for line in lines:
        line.decode()
    assert (lines[0], lines[-2]) == (b"BEGIN:VCALENDAR", b"END:VCALENDAR")
    for once in (b"VERSION:2.0", b"PRODID:", b"METHOD:"):
        assert raw.count(b"\r\n" + once) == 1


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_every_line_keeps_the_rules(moment: datetime) -> None:
    keeps_the_rules(written(at(moment, area=AWKWARD, performer=AWKWARD), base_url=BASE, now=NOW))


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_two_parsers_read_the_same_instants_and_words(moment: datetime) -> None:
    raw = written(at(moment, area=AWKWARD), base_url=BASE, now=NOW)
    one, two = event_of(raw), vobject.readOne(raw.decode()).vevent
    assert (one.start.astimezone(UTC), one.end.astimezone(UTC)) == (moment, moment + HOUR)
    assert (two.dtstart.value.astimezone(UTC), two.dtend.value.astimezone(UTC)) == (moment, moment + HOUR)
    assert str(one["LOCATION"]) == two.location.value == f"In person, {AWKWARD}"
    assert str(one["SUMMARY"]) == two.summary.value == f"Return home interview {ENTRY.request_ref}"
    assert str(one["UID"]) == two.uid.value == uid_of(ENTRY.ref)


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_the_time_zone_is_told_in_full_and_covers_the_appointment(moment: datetime) -> None:
    read = icalendar.Calendar.from_ical(written(at(moment), base_url=BASE, now=NOW))
    [zone] = read.walk("VTIMEZONE")
    assert str(zone["TZID"]) == "Europe/London"
    assert {part.name for part in zone.subcomponents} == {"STANDARD", "DAYLIGHT"}
    event = event_of(read.to_ical())
    for name in ("DTSTART", "DTEND"):
        assert event[name].params.get("TZID") == "Europe/London" or event[name].to_ical().endswith(b"Z")


def test_an_event_has_what_calendars_need_to_update_it() -> None:
    event = event_of(written(replace(ENTRY, sequence=3), base_url=BASE, now=NOW))
    needed = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "SUMMARY", "CLASS", "ORGANIZER"}
    assert needed <= set(event)
    assert int(event["SEQUENCE"]) == 3
    assert event["DTSTAMP"].to_ical() == b"20261118T100000Z"
    assert (str(event["STATUS"]), str(event["CLASS"])) == ("CONFIRMED", "CONFIDENTIAL")
    assert str(event["URL"]) == f"{BASE}/interviews/{ENTRY.request_ref}"


def test_a_cancelled_time_is_taken_out_of_calendars() -> None:
    raw = written(replace(ENTRY, is_cancelled=True, sequence=1), base_url=BASE, now=NOW)
    assert b"\r\nMETHOD:CANCEL\r\n" in raw
    assert str(event_of(raw)["STATUS"]) == "CANCELLED"
    assert str(event_of(raw)["UID"]) == uid_of(ENTRY.ref)
    assert b"\r\nMETHOD:PUBLISH\r\n" in written(ENTRY, base_url=BASE, now=NOW)


_NAMES = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=120)


@given(
    minutes=st.integers(0, 1_000_000),
    length=st.integers(5, 480),
    sequence=st.integers(0, 99),
    area=_NAMES,
    performer=_NAMES,
)
def test_whatever_is_booked_both_parsers_read_what_was_written(
    minutes: int, length: int, sequence: int, area: str, performer: str
) -> None:
    starts = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    entry = replace(
        ENTRY, starts_at=starts, ends_at=starts + timedelta(minutes=length), sequence=sequence, area=area,
        performer=performer,
    )  # fmt: skip
    raw = written(entry, base_url=BASE, now=NOW)
    keeps_the_rules(raw)
    one, two = event_of(raw), vobject.readOne(raw.decode()).vevent
    assert one.start.astimezone(UTC) == two.dtstart.value.astimezone(UTC) == entry.starts_at
    assert one.end.astimezone(UTC) == two.dtend.value.astimezone(UTC) == entry.ends_at
    assert int(one["SEQUENCE"]) == int(two.sequence.value) == sequence


# --- of an appointment ------------------------------------------------------------------------------------------------


def file_of(interviewing: Interviewing, member: str, ref: str) -> bytes:
    own = interviewing.watch.desk(member)
    with own.database.write() as session:
        return views.calendar_file(session, own.actor, ref, base_url=BASE, now=NOW)


def test_a_moved_and_then_cancelled_time_keeps_its_uid_and_raises_its_sequence(
    interviewing: Interviewing, bought: str
) -> None:
    made = interviewing.books_time(bought)
    seen = [event_of(file_of(interviewing, "beacon", made.ref))]
    interviewing.does("beacon", service.rearrange, made.ref, starts_at=NOW + 2 * DAY, reason="child_asked")
    seen.append(event_of(file_of(interviewing, "beacon", made.ref)))
    interviewing.does("beacon", service.cancel, made.ref, reason="child_asked")
    seen.append(event_of(file_of(interviewing, "beacon", made.ref)))
    assert len({str(each["UID"]) for each in seen}) == 1
    assert [int(each["SEQUENCE"]) for each in seen] == [0, 1, 2]
    assert [str(each["STATUS"]) for each in seen] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert seen[1].start.astimezone(LONDON) == NOW + 2 * DAY


def test_held_at_another_time_and_taken_back_it_is_moved_and_taken_out_of_calendars(
    interviewing: Interviewing, bought: str
) -> None:
    made = interviewing.books_time(bought)
    interviewing.holds(made.ref, NOW + DAY)
    seen = [event_of(file_of(interviewing, "beacon", made.ref))]
    interviewing.does("beacon", service.take_back_interview, made.ref, reason="wrong_time", now=NOW + 2 * DAY)
    seen.append(event_of(file_of(interviewing, "beacon", made.ref)))
    again = interviewing.books_time(bought, NOW + 3 * DAY, now=NOW + 2 * DAY)
    interviewing.holds(again.ref, NOW + 3 * DAY + HOUR)
    seen.append(event_of(file_of(interviewing, "beacon", again.ref)))
    assert [(int(each["SEQUENCE"]), str(each["STATUS"])) for each in seen] == [
        (0, "CONFIRMED"),
        (1, "CANCELLED"),
        (1, "CONFIRMED"),
    ]
    assert seen[2].start.astimezone(UTC) == NOW + 3 * DAY + HOUR


def test_nothing_about_the_child_stands_in_it(interviewing: Interviewing, placement: str, bought: str) -> None:
    words = {"place": "Invented Lane 1", "interviewer": "Y. Invented", "note": "Invented: is shy."}
    made = interviewing.books_time(bought, **words)
    raw = file_of(interviewing, "beacon", made.ref).replace(b"\r\n ", b"").decode()
    kept = (CHILD["family_name"], CHILD["given_names"], CHILD["born_on"], placement, *words.values(), "mis_", "pla_")
    assert [each for each in kept if each in raw] == []
    assert "LOCATION:In person\\, Kent County Council" in raw


def test_both_councils_and_whoever_holds_it_are_given_the_file_and_nobody_else(
    interviewing: Interviewing, bought: str
) -> None:
    made = interviewing.books_time(bought)
    for member in ("beacon", "leeds", "kent"):
        keeps_the_rules(file_of(interviewing, member, made.ref))
    for member in ("kent_returns", "northstar", "cornwall", "kent_police", "willow_house"):
        with pytest.raises(NotFound):
            file_of(interviewing, member, made.ref)
    with pytest.raises(NotFound):
        file_of(interviewing, "beacon", "apt_" + "0" * 26)
    assert calendars.MEDIA_TYPE == "text/calendar"
