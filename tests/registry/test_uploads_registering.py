"""Rows become notices, each in a transaction of its own: none twice, none lost, nothing by somebody who may not any more."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text

from hub.access import sessions
from hub.access.people import service as people
from hub.core.actor import SYSTEM
from hub.core.clock import machine_now
from hub.core.db import Database
from hub.core.errors import NotFound, StateConflict
from hub.core.settings import REPOSITORY, Settings
from hub.demonstration.cast import Cast
from hub.registry.uploads import service as uploads
from hub.registry.uploads.service import UploadSeen
from hub.registry.uploads.writing import CSV, results
from tests.access.signing_in import joined
from tests.conftest import NOW
from tests.registry.conftest import Books, Desk
from tests.registry.papers import start as paper
from tests.registry.spreadsheets import POLICY, START, Counter, csv_file, many, start

Counters = Callable[[str], Counter]


def test_each_row_becomes_a_notice_with_its_receipt(counter: Counters, books: Books) -> None:
    leeds = counter("leeds")
    upload = leeds.registers(leeds.takes(csv_file(many(5))))
    assert (upload.state, upload.counts["registered"]) == ("done", 5)
    rows = leeds.rows(upload)
    assert [row.number for row in rows] == [2, 3, 4, 5, 6]
    assert len({row.notice for row in rows}) == books.count("notice") == 5
    assert all(row.registered_at == NOW for row in rows)
    assert ("notice.registered", "Kent County Council") in books.alerts(rows[0].notice or "")


def test_faulty_rows_stay_and_the_others_go(counter: Counters) -> None:
    leeds = counter("leeds")
    upload = leeds.registers(leeds.takes(csv_file([*many(2), start(**{"Start date": "soon"})])))
    assert {name: number for name, number in upload.counts.items() if number} == {"registered": 2, "faulty": 1}


def test_nothing_is_registered_before_somebody_says_so(counter: Counters, books: Books) -> None:
    counter("leeds").takes(csv_file(many(3)))
    assert counter("leeds").works() == 0
    assert books.count("notice") == 0


def test_pausing_holds_what_is_not_sent_and_resuming_goes_on(counter: Counters, books: Books) -> None:
    leeds = counter("leeds")
    upload = leeds.takes(csv_file(many(6)))
    leeds.does(uploads.begin_registration, upload)
    assert leeds.works(limit=2) == 2
    leeds.does(uploads.pause, upload)
    assert leeds.works() == 0
    assert books.count("notice") == 2
    leeds.does(uploads.resume, upload)
    while leeds.works():
        pass
    assert (leeds.sees(upload).state, books.count("notice")) == ("done", 6)


def test_the_rest_can_be_left_out_and_what_was_registered_stands(counter: Counters, books: Books) -> None:
    leeds = counter("leeds")
    upload = leeds.takes(csv_file(many(6)))
    leeds.does(uploads.begin_registration, upload)
    leeds.works(limit=2)
    seen = leeds.does(uploads.leave_out_rest, upload)
    assert (seen.state, seen.counts["registered"], seen.counts["left_out"]) == ("done", 2, 4)
    assert leeds.works() == 0
    assert books.count("notice") == 2


def test_what_was_begun_cannot_be_discarded_nor_begun_twice(counter: Counters) -> None:
    leeds = counter("leeds")
    upload = leeds.takes(csv_file(many(2)))
    leeds.does(uploads.begin_registration, upload)
    for act in (uploads.discard, uploads.begin_registration):
        with pytest.raises(StateConflict):
            leeds.does(act, upload)


def test_a_discarded_upload_is_erased_at_once(counter: Counters, books: Books) -> None:
    leeds = counter("leeds")
    upload = leeds.does(uploads.discard, leeds.takes(csv_file(many(2)), name="Fictitious.csv"))
    assert (upload.state, upload.name, books.count("upload_row")) == ("discarded", "", 0)


def test_another_organisations_upload_is_not_there(counter: Counters) -> None:
    upload = counter("leeds").takes(csv_file(many(1)))
    with pytest.raises(NotFound):
        counter("kent").sees(upload)
    with pytest.raises(NotFound):
        counter("kent").does(uploads.begin_registration, upload)


def test_a_row_that_was_registered_meanwhile_is_refused_and_corrects_nothing(
    counter: Counters, desk: Callable[[str], Desk], books: Books
) -> None:
    leeds = counter("leeds")
    upload = leeds.takes(csv_file([START]))
    receipt = desk("leeds").registers(paper())
    seen = leeds.registers(upload)
    assert seen.counts["refused"] == 1
    assert "registered meanwhile" in next(iter(leeds.faults(upload).values()))
    assert [row.ref for row in books.all("SELECT ref FROM notice")] == [receipt.notice]


def test_a_row_that_breaks_its_worker_is_set_aside_and_the_others_go_on(
    counter: Counters, database: Database, books: Books
) -> None:
    leeds = counter("leeds")
    upload = leeds.takes(csv_file(many(3)))
    with database.write() as session:
        session.execute(text("UPDATE upload_row SET tries = 11 WHERE number = 3"))
    seen = leeds.registers(upload)
    assert (seen.counts["registered"], seen.counts["refused"]) == (2, 1)
    assert "The fault is ours" in str(leeds.faults(upload))


def test_a_row_whose_seal_is_broken_is_refused_alone(counter: Counters, database: Database) -> None:
    leeds = counter("leeds")
    upload = leeds.takes(csv_file(many(3)))
    with database.write() as session:
        session.execute(
            text("UPDATE upload_row SET sealed = (SELECT sealed FROM upload_row WHERE number = 2) WHERE number = 3")
        )
    seen = leeds.registers(upload)
    assert (seen.counts["registered"], seen.counts["refused"]) == (2, 1)


# --- whose act it is ----------------------------------------------------------------------------------------------------


def _priya(counter: Counters, database: Database, cast: Cast) -> tuple[Counter, str]:
    """A social worker of Leeds at its counter, and her reference."""
    person = joined(database, cast, "leeds", ["social_worker"])
    with database.read() as session:
        actor = sessions.person_actor(person, sessions.organisation_of(session, person))
    return replace(counter("leeds"), actor=actor), person.ref


def test_notices_are_the_act_of_whoever_registered_the_spreadsheet(
    counter: Counters, database: Database, cast: Cast, books: Books
) -> None:
    priya, ref = _priya(counter, database, cast)
    priya.registers(priya.takes(csv_file(many(2))))
    assert {row.sender_actor for row in books.all("SELECT sender_actor FROM notice")} == {ref}


def test_a_person_who_is_disabled_meanwhile_registers_nothing_further_and_a_colleague_may_go_on(
    counter: Counters, database: Database, cast: Cast, books: Books
) -> None:
    priya, ref = _priya(counter, database, cast)
    upload = priya.takes(csv_file(many(5)))
    priya.does(uploads.begin_registration, upload)
    priya.works(limit=2)
    with database.write() as session:
        people.disable(session, SYSTEM, ref, now=NOW)
    assert priya.works() == 0
    assert (priya.sees(upload).state, books.count("notice")) == ("stopped", 2)
    leeds = counter("leeds")
    leeds.does(uploads.resume, upload)
    while leeds.works():
        pass
    assert books.count("notice") == 5


def test_a_person_whose_role_was_taken_away_registers_nothing_further(
    counter: Counters, database: Database, cast: Cast, books: Books
) -> None:
    priya, ref = _priya(counter, database, cast)
    upload = priya.takes(csv_file(many(2)))
    priya.does(uploads.begin_registration, upload)
    with database.write() as session:
        session.execute(text("UPDATE person SET roles = '[\"data_officer\"]' WHERE ref = :ref"), {"ref": ref})
    assert priya.works() == 0
    assert (priya.sees(upload).state, books.count("notice")) == ("stopped", 0)


# --- messages -----------------------------------------------------------------------------------------------------------


def _letters(books: Books) -> Tally[tuple[str | None, str]]:
    """(why it is held, when it goes) of the e-mails queued: how many."""
    rows = books.all("SELECT held_for, next_attempt_at FROM delivery WHERE channel = 'email' AND state = 'queued'")
    return Tally((row.held_for, str(row.next_attempt_at)) for row in rows)


def test_a_desk_is_not_sent_an_e_mail_for_each_row(counter: Counters, books: Books) -> None:
    """Norfolk has not joined and takes no daily list: what is registered together goes out together."""
    leeds = counter("leeds")
    leeds.registers(leeds.takes(csv_file(many(12, Postcode="NR1 3JU"))))
    letters = _letters(books)
    assert sum(letters.values()) >= 12
    assert {held for held, _ in letters} == {"digest"}
    assert len({at for _, at in letters}) <= 2


def test_the_first_urgent_letters_go_out_alone_and_the_others_together(counter: Counters, books: Books) -> None:
    rows = [
        {name: value for name, value in row.items() if not name.startswith(("Needs", "Suit", "Care", "Why the"))}
        | {
            "Start date": "18/11/2026",
            "Start time": "08:00",
            "Why it was an emergency": "Invented.",
            "Postcode": "NR1 3JU",
        }
        for row in many(POLICY.urgent_alone + 5)
    ]
    leeds = counter("leeds")
    leeds.registers(leeds.takes(csv_file(rows), sheet="emergency_start"))
    by_alert = books.all(
        "SELECT count(DISTINCT alert.subject_ref) AS n FROM delivery JOIN alert ON alert.id = delivery.alert_id "
        "WHERE alert.is_urgent AND delivery.channel = 'email' AND delivery.held_for = 'digest'"
    )
    assert by_alert[0].n == 5


# --- results ------------------------------------------------------------------------------------------------------------


def test_the_results_say_what_became_of_each_row(counter: Counters, database: Database) -> None:
    leeds = counter("leeds")
    upload = leeds.registers(leeds.takes(csv_file([*many(1), start(**{"Start date": "soon"})])))
    with database.write() as session:
        made = results(session, leeds.actor, upload.ref, CSV, now=NOW)
    head, first, second = made.content.decode("utf-8-sig").splitlines()
    assert head.startswith('"Row","Outcome","Reference","Registered at","What to change","Child family name"')
    assert first.startswith(f'"2","registered","{leeds.rows(upload, "registered")[0].notice}","18/11/2026 10:00"')
    assert second.startswith('"3","to be changed","","","Start date: Enter a date')


# --- a worker that is killed --------------------------------------------------------------------------------------------


def test_a_worker_that_is_killed_registers_no_row_twice_and_loses_none(
    counter: Counters, settings: Settings, books: Books
) -> None:
    leeds = counter("leeds")
    upload = leeds.takes(csv_file(many(120)))
    leeds.does(uploads.begin_registration, upload)
    for registered in (5, 60):
        _killed_after(registered, leeds, upload, settings)
        _each_row_has_its_notice(leeds, upload, books)
    _killed_after(120, leeds, upload, settings)
    while leeds.works():
        pass
    _each_row_has_its_notice(leeds, upload, books)
    assert (leeds.sees(upload).state, books.count("notice")) == ("done", 120)


def _killed_after(registered: int, leeds: Counter, upload: UploadSeen, settings: Settings) -> None:
    """A worker in a process of its own, killed as soon as so many rows are registered."""
    given = {
        "HUB_MODE": "test",
        "HUB_DATA_DIR": str(settings.data_dir),
        "HUB_DATABASE_URL": settings.database_url,
        "HUB_CLOCK_OFFSET_SECONDS": str(NOW.timestamp() - machine_now()),
        "HUB_LOG_LEVEL": "ERROR",
        "HUB_SMTP_HOST": "",
    }
    worker = subprocess.Popen([sys.executable, "-m", "hub.jobs"], env=os.environ | given, cwd=REPOSITORY)
    try:
        deadline = time.monotonic() + 60
        while leeds.sees(upload).counts.get("registered", 0) < registered:
            assert worker.poll() is None, "the worker ended"
            assert time.monotonic() < deadline, "the worker did not come so far"
            time.sleep(0.01)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait(timeout=30)


def _each_row_has_its_notice(leeds: Counter, upload: UploadSeen, books: Books) -> None:
    told = [row.notice for row in leeds.rows(upload, "registered")]
    there = [row.ref for row in books.all("SELECT ref FROM notice WHERE state = 'registered'")]
    assert sorted(filter(None, told)) == sorted(there)
    assert books.count("child") == books.count("placement") == len(there)
