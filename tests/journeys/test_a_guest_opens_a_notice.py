"""Norfolk has not joined: its desk follows a link, types the code from its mailbox, reads the notice and acknowledges it."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from hub.core.settings import REPOSITORY
from hub.notify.outbox import Wanted, raise_alerts
from tests.conftest import NOW
from tests.journeys.guest import LINK, GuestDesk, links_in, pass_in, words
from tests.notify.post import mail_sink
from tests.registry.papers import CHILD, NORWICH, emergency_start, start

DESK, FORCE_DESK = "duty-desk@norfolk.example", "duty-desk@norfolk-police.example"
TYPED = {"name": "T. Example", "role": "duty manager"}
PERSONAL = ("Rowan", "2012", "Fictitious Loke", "NR1", "TEST-1", "settled household")
"""What stands in the notice and nowhere outside it."""


@pytest.fixture
def guest(app, database, rules, cast) -> Iterator[GuestDesk]:
    with mail_sink() as sink:
        yield GuestDesk(app, database, rules, cast, sink)


@pytest.fixture
def notice(client_for) -> str:
    """Leeds places a child in Norwich, and registers the notice."""
    answer = client_for("leeds").post("/api/v1/notices", json=start(address=NORWICH))
    assert answer.status_code == 201, answer.text
    return str(answer.json["notice"])


@pytest.fixture
def link(guest, notice) -> str:
    return guest.newest_link()


# --- what a link shows ------------------------------------------------------------------------------------------------


def test_the_link_shows_that_something_waits_for_whom_and_under_which_reference(guest, notice, link) -> None:
    said = words(guest.browser.get(link))
    assert "Norfolk" in said
    assert notice in said
    assert "d•••@norfolk.example" in said


def test_nothing_about_the_child_is_on_the_page_before_the_code(guest, notice, link) -> None:
    pages = [
        guest.browser.get(link).text,
        guest.browser.get(f"{link}/open").text,
        guest.browser.post(f"{link}/code").text,
    ]
    assert [part for part in PERSONAL for page in pages if part in page] == []


def test_a_mail_scanner_that_follows_every_link_changes_nothing_in_any_table(guest, notice, link) -> None:
    guest.browser.post(f"{link}/code")
    found = {path for message in guest.fetch_post() for path in LINK.findall(guest.text(message))}
    before = guest.everything()
    scanner = guest.app.test_client()
    for path in found:
        for page in (path, f"{path}/open", f"{path}/acknowledgement", f"{path}/code"):
            scanner.head(page)
            for linked in links_in(scanner.get(page, follow_redirects=True)):
                scanner.get(linked).close()
    assert guest.everything() == before


def test_a_scanner_is_sent_no_code(guest, notice, link) -> None:
    count = len(guest.fetch_post())
    guest.browser.get(f"{link}/code")
    guest.browser.head(f"{link}/code")
    assert len(guest.fetch_post()) == count


def test_a_link_that_never_was_looks_exactly_like_one_that_is_too_old(guest, notice, link) -> None:
    unknown = link[:-3] + ("aaa" if not link.endswith("aaa") else "bbb")
    never = guest.browser.get(unknown)
    guest.at(NOW + timedelta(days=91))
    old = guest.browser.get(link)
    assert (old.status_code, old.text) == (never.status_code, never.text) == (404, old.text)


@pytest.mark.parametrize("path", ["/n/x", "/n/ntc_00000000000000000000000000", "/n/alt_", "/n/%00"])
def test_a_link_that_is_no_reference_leads_nowhere(guest, path) -> None:
    assert guest.browser.get(path).status_code == 404
    assert guest.browser.post(f"{path}/code").status_code == 404


def test_an_organisation_that_has_joined_is_told_to_open_it_in_its_own_system(guest, client_for) -> None:
    receipt = client_for("leeds").post("/api/v1/notices", json=start()).json
    [alert] = guest.rows(
        "SELECT ref FROM alert WHERE subject_ref = :n AND organisation_id = :o",
        n=receipt["notice"],
        o=guest.cast.ids["kent"],
    )
    said = words(guest.browser.get(f"/n/{alert.ref}"))
    assert "own system" in said
    assert f"/api/v1/notices/{receipt['notice']}" in said
    assert guest.browser.get(f"/n/{alert.ref}/open").status_code == 404
    guest.browser.post(f"/n/{alert.ref}/code")
    assert guest.rows("SELECT * FROM pickup") == []


# --- the code ---------------------------------------------------------------------------------------------------------


def test_the_code_goes_to_the_listed_mailbox_at_once_and_to_nobody_else(guest, notice, link) -> None:
    guest.browser.post(f"{link}/code")
    sent = [each for each in guest.fetch_post() if "code" in str(each["Subject"])]
    assert [each["To"] for each in sent] == [DESK]


def test_the_code_is_in_no_table_and_not_in_the_page(guest, notice, link) -> None:
    answer = guest.browser.post(f"{link}/code", follow_redirects=True)
    code = guest.newest_code()
    assert code not in answer.text
    assert code not in str(guest.everything())


def test_the_link_in_the_message_with_the_code_leads_to_the_form_for_the_code(guest, notice, link) -> None:
    guest.browser.post(f"{link}/code")
    [text] = [each for each in guest.messages_to(DESK) if "code" in each.splitlines()[0]]
    answer = guest.browser.get(LINK.findall(text)[-1])
    assert (answer.status_code, answer.location) == (303, f"{link}/open")


def test_no_more_than_three_codes_go_out_in_an_hour_and_the_answer_does_not_say_so(guest, notice, link) -> None:
    answers = [guest.browser.post(f"{link}/code", follow_redirects=True) for _ in range(5)]
    assert len({(each.status_code, each.text) for each in answers}) == 1
    assert len(guest.rows("SELECT * FROM pickup")) == 3
    guest.at(NOW + timedelta(minutes=61))
    guest.browser.post(f"{link}/code")
    assert len(guest.rows("SELECT * FROM pickup")) == 4


def test_a_wrong_code_counts_and_says_how_many_tries_are_left(guest, notice, link) -> None:
    guest.browser.post(f"{link}/code")
    wrong = _wrong(guest.newest_code())
    answers = [guest.browser.post(f"{link}/open", data={"code": wrong}) for _ in range(6)]
    assert {each.status_code for each in answers} == {422}
    assert ["4 more tries" in words(answers[0]), "1 more try" in words(answers[3])] == [True, True]
    assert "Ask for a new code" in words(answers[4])
    assert guest.rows("SELECT misses FROM pickup")[0].misses == 5


def test_after_five_wrong_codes_the_right_one_opens_nothing_and_a_new_one_does(guest, notice, link) -> None:
    guest.browser.post(f"{link}/code")
    code = guest.newest_code()
    for _ in range(5):
        guest.browser.post(f"{link}/open", data={"code": _wrong(code)})
    assert guest.browser.post(f"{link}/open", data={"code": code}).status_code == 422
    assert guest.opens_with_code(link).status_code == 200


def test_a_code_opens_for_fifteen_minutes(guest, notice, link) -> None:
    guest.browser.post(f"{link}/code")
    code = guest.newest_code()
    guest.at(NOW + timedelta(minutes=15))
    assert guest.browser.post(f"{link}/open", data={"code": code}).status_code == 422
    guest.at(NOW + timedelta(minutes=14, seconds=59))
    assert guest.browser.post(f"{link}/open", data={"code": code}).status_code == 200


def test_a_code_works_once(guest, notice, link) -> None:
    guest.browser.post(f"{link}/code")
    code = guest.newest_code()
    assert guest.browser.post(f"{link}/open", data={"code": code}).status_code == 200
    again = guest.browser.post(f"{link}/open", data={"code": code})
    assert again.status_code == 422
    assert "Rowan" not in again.text


def test_an_earlier_code_still_works_when_the_second_came_late(guest, notice, link) -> None:
    guest.browser.post(f"{link}/code")
    first = guest.newest_code()
    guest.browser.post(f"{link}/code")
    assert guest.browser.post(f"{link}/open", data={"code": first}).status_code == 200


def test_a_code_is_typed_as_people_type_it_and_what_is_no_code_costs_no_try(guest, notice, link) -> None:
    guest.browser.post(f"{link}/code")
    code = guest.newest_code()
    for slip in ("", "1234", "letters!", "١٢٣٤٥٦٧٨"):
        answer = guest.browser.post(f"{link}/open", data={"code": slip})
        assert answer.status_code == 422
    assert guest.rows("SELECT misses FROM pickup")[0].misses == 0
    assert guest.browser.post(f"{link}/open", data={"code": f" {code[:4]} {code[4:]} "}).status_code == 200


def test_another_organisations_code_opens_nothing(guest, notice, link) -> None:
    force_link = guest.newest_link(FORCE_DESK)
    guest.browser.post(f"{force_link}/code")
    guest.browser.post(f"{link}/code")
    answer = guest.browser.post(f"{link}/open", data={"code": guest.newest_code(FORCE_DESK)})
    assert answer.status_code == 422
    assert "Rowan" not in answer.text


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08}"


# --- reading ----------------------------------------------------------------------------------------------------------


def test_the_right_code_shows_the_notice_and_nothing_keeps_a_copy(guest, notice, link) -> None:
    page = guest.opens_with_code(link)
    said = words(page)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    for part in ("Rowan Fictitious", "14 March 2012", "4 Fictitious Loke", "settled household", "P. Specimen", "Leeds"):
        assert part in said


def test_a_force_sees_what_a_force_may_see(guest, notice) -> None:
    said = words(guest.opens_with_code(guest.newest_link(FORCE_DESK), FORCE_DESK))
    assert "Rowan Fictitious" in said
    assert "settled household" not in said


def test_the_reading_is_on_record_before_anything_is_shown(guest, notice, link) -> None:
    guest.opens_with_code(link)
    events = guest.events(notice)
    assert events.index("pickup.code_sent") < events.index("pickup.opened")
    [entry] = guest.rows("SELECT * FROM audit_entry WHERE event = 'pickup.opened'")
    assert (entry.operation, entry.actor_kind, entry.organisation_id) == (
        "disclosure",
        "guest",
        guest.cast.ids["norfolk"],
    )
    assert [part for part in PERSONAL if part in str(entry.details)] == []


def test_wrong_codes_are_on_record(guest, notice, link) -> None:
    guest.browser.post(f"{link}/code")
    guest.browser.post(f"{link}/open", data={"code": _wrong(guest.newest_code())})
    assert "pickup.refused" in guest.events(notice)


def test_nothing_is_shown_when_the_reading_cannot_be_recorded(guest, notice, link) -> None:
    guest.browser.post(f"{link}/code")
    code = guest.newest_code()
    with _no_disclosure_can_be_recorded(guest):
        answer = guest.browser.post(f"{link}/open", data={"code": code})
    assert answer.status_code == 500
    assert "Rowan" not in answer.text
    assert guest.rows("SELECT opened_at FROM pickup")[0].opened_at is None


@contextmanager
def _no_disclosure_can_be_recorded(guest: GuestDesk) -> Iterator[None]:
    """The database itself refuses the audit's entry, as a full disk would."""
    if guest.database.is_sqlite:
        refuse = (
            "CREATE TRIGGER refuse_disclosure BEFORE INSERT ON audit_entry WHEN NEW.event = 'pickup.opened' "
            "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
        allow = "DROP TRIGGER refuse_disclosure"
    else:
        refuse = "ALTER TABLE audit_entry ADD CONSTRAINT refuse_disclosure CHECK (event <> 'pickup.opened')"
        allow = "ALTER TABLE audit_entry DROP CONSTRAINT refuse_disclosure"
    with guest.database.write() as session:
        session.execute(text(refuse))
    try:
        yield
    finally:
        with guest.database.write() as session:
            session.execute(text(allow))


# --- acknowledging ----------------------------------------------------------------------------------------------------


def test_an_acknowledgement_with_a_name_is_seen_by_the_sender(guest, notice, link, client_for) -> None:
    page = guest.opens_with_code(link)
    done = guest.browser.post(f"{link}/acknowledgement", data={**TYPED, "pass": pass_in(page)}, follow_redirects=True)
    assert done.status_code == 200
    assert "is acknowledged" in words(done)
    seen = client_for("leeds").get(f"/api/v1/notices/{notice}").json
    [given] = seen["acknowledgements"]
    assert (given["by"], given["organisation"]["gss_code"]) == ("T. Example, duty manager", "E10000020")
    told = client_for("leeds").get("/api/v1/inbox").json["items"]
    assert ("notice.acknowledged", notice) in [(each["kind"], each["subject"]) for each in told]


def test_acknowledging_meets_norfolks_duty_and_not_the_forces(guest, notice, link) -> None:
    page = guest.opens_with_code(link)
    guest.browser.post(f"{link}/acknowledgement", data={**TYPED, "pass": pass_in(page)})
    rows = guest.rows(
        "SELECT owed_by_id, state FROM obligation WHERE subject_ref = :n AND duty_code = 'EACK'", n=notice
    )
    assert {row.owed_by_id: row.state for row in rows} == {
        guest.cast.ids["norfolk"]: "met",
        guest.cast.ids["norfolk_police"]: "open",
    }


def test_a_promise_is_kept_with_its_day(guest, notice, link) -> None:
    page = guest.opens_with_code(link)
    typed = {**TYPED, "promise": "enter_register", "promise_on": "25/11/2026", "pass": pass_in(page)}
    assert guest.browser.post(f"{link}/acknowledgement", data=typed).status_code == 303
    [given] = guest.rows("SELECT promise, promise_on FROM acknowledgement")
    assert (given.promise, str(given.promise_on)) == ("enter_register", "2026-11-25")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"role": "duty manager"}, "Enter your name."),
        ({"name": "T. Example"}, "Enter your role"),
        ({**TYPED, "promise": "enter_register"}, "Enter the day by which"),
        ({**TYPED, "promise": "enter_register", "promise_on": "soon"}, "Enter a day like 30/11/2026."),
        ({**TYPED, "promise": "enter_register", "promise_on": "1/1/2026"}, "Give a day from today"),
        ({**TYPED, "promise": "fly", "promise_on": "25/11/2026"}, "Choose what you will do next"),
        ({**TYPED, "promise_on": "25/11/2026"}, "Choose what you will do by that day"),
        ({**TYPED, "name": "x" * 81}, "Write at most 80 characters."),
        ({**TYPED, "name": "T.\x00"}, "Remove the characters"),
    ],
)
def test_what_is_wrong_is_said_first_and_what_was_typed_stays(guest, notice, link, typed, sentence) -> None:
    page = guest.opens_with_code(link)
    answer = guest.browser.post(f"{link}/acknowledgement", data={**typed, "pass": pass_in(page)})
    assert answer.status_code == 422
    assert sentence in words(answer).split("Acknowledge the notice")[1]
    assert 'value="duty manager"' in answer.text or "role" not in typed
    assert "Rowan" not in answer.text
    mended = guest.browser.post(f"{link}/acknowledgement", data={**TYPED, "pass": pass_in(answer)})
    assert mended.status_code == 303


def test_a_form_that_was_sent_twice_is_answered_once_and_says_the_same(guest, notice, link) -> None:
    sent = {**TYPED, "pass": pass_in(guest.opens_with_code(link))}
    answers = [guest.browser.post(f"{link}/acknowledgement", data=sent, follow_redirects=True) for _ in range(2)]
    assert answers[0].text == answers[1].text
    assert len(guest.rows("SELECT * FROM acknowledgement")) == 1


@pytest.mark.parametrize("wrong", ["", "x", "é" * 50])
def test_without_the_pass_nothing_is_acknowledged(guest, notice, link, wrong) -> None:
    guest.opens_with_code(link)
    answer = guest.browser.post(f"{link}/acknowledgement", data={**TYPED, "pass": wrong})
    assert answer.status_code == 409
    assert guest.rows("SELECT * FROM acknowledgement") == []


def test_a_pass_is_good_for_half_an_hour(guest, notice, link) -> None:
    sent = {**TYPED, "pass": pass_in(guest.opens_with_code(link))}
    guest.at(NOW + timedelta(minutes=30))
    assert guest.browser.post(f"{link}/acknowledgement", data=sent).status_code == 409
    guest.at(NOW + timedelta(minutes=29))
    assert guest.browser.post(f"{link}/acknowledgement", data=sent).status_code == 303


def test_a_pass_answers_only_the_notice_it_was_given_for(guest, notice, link) -> None:
    given = pass_in(guest.opens_with_code(guest.newest_link(FORCE_DESK), FORCE_DESK))
    assert guest.browser.post(f"{link}/acknowledgement", data={**TYPED, "pass": given}).status_code == 409
    assert guest.rows("SELECT * FROM acknowledgement") == []


def test_what_another_sites_page_sends_is_refused(guest, notice, link) -> None:
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://elsewhere.example"},
        {"Referer": "https://elsewhere.example/n"},
    ):
        answer = guest.browser.post(f"{link}/code", headers=headers)
        assert answer.status_code == 403
    assert guest.rows("SELECT * FROM pickup") == []
    for headers in (
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Origin": "http://localhost"},
        {"Origin": "null"},
    ):
        assert guest.browser.post(f"{link}/code", headers=headers).status_code == 303


def test_too_many_forms_in_a_minute_are_put_off(guest, notice, link) -> None:
    answers = [guest.browser.post(f"{link}/open", data={"code": "00000000"}) for _ in range(14)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "Wait" in words(answers[-1])


# --- what else a notice can be ----------------------------------------------------------------------------------------


def test_a_council_that_is_not_the_host_passes_the_notice_on(guest, notice, link, client_for) -> None:
    page = guest.opens_with_code(link)
    typed = {
        **TYPED,
        "host_authority": "E10000016",
        "reason": "Invented: the street is in Kent.",
        "pass": pass_in(page),
    }
    done = guest.browser.post(f"{link}/redirect", data=typed, follow_redirects=True)
    assert "passed this notice on" in words(done)
    assert client_for("kent").get(f"/api/v1/notices/{notice}").status_code == 200


def test_passing_on_needs_a_council_and_a_reason(guest, notice, link) -> None:
    page = guest.opens_with_code(link)
    answer = guest.browser.post(f"{link}/redirect", data={**TYPED, "pass": pass_in(page)})
    assert answer.status_code == 422
    assert "Choose the council" in words(answer)
    own = {**TYPED, "host_authority": "E10000020", "reason": "Invented.", "pass": pass_in(answer)}
    assert "Name the other council" in words(guest.browser.post(f"{link}/redirect", data=own))


def test_a_force_is_not_asked_whose_area_it_is(guest, notice) -> None:
    page = guest.opens_with_code(guest.newest_link(FORCE_DESK), FORCE_DESK)
    assert "Whose area" not in page.text
    assert "enter_register" not in page.text


def test_a_corrected_notice_leads_to_its_new_version(guest, notice, link, client_for) -> None:
    corrected = start(address=NORWICH, child={**CHILD, "given_names": "Rowena"})
    answer = client_for("leeds").post(f"/api/v1/notices/{notice}/correction", json=corrected)
    assert answer.status_code == 201, answer.text
    newest = guest.newest_link()
    assert newest in list(links_in(guest.browser.get(link)))
    assert "Rowena" in guest.opens_with_code(newest).text


def test_a_withdrawn_notice_says_so_and_cannot_be_opened(guest, notice, link, client_for) -> None:
    answer = client_for("leeds").post(f"/api/v1/notices/{notice}/withdrawal", json={"reason": "Invented: sent twice."})
    assert answer.status_code in (200, 201), answer.text
    page = guest.browser.get(link)
    assert "withdrawn" in words(page)
    assert "Send a code" not in page.text


def test_the_files_of_a_notice_open_with_the_pass_and_every_opening_is_recorded(guest, client_for) -> None:
    plan = b"%PDF-1.4\n% A fictitious care plan\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
    sent = client_for("leeds").post("/api/v1/files", data={"file": (_stream(plan), "plan.pdf")})
    file = sent.json["ref"]
    client_for("leeds").post("/api/v1/notices", json=start(address=NORWICH, care_plan={"file": file}))
    link = guest.newest_link()
    page = guest.opens_with_code(link)
    assert "plan.pdf" in page.text
    opened = guest.browser.post(f"{link}/files/{file}", data={"pass": pass_in(page)})
    assert (opened.status_code, opened.data) == (200, plan)
    assert opened.headers["Cache-Control"] == "no-store"
    assert "file.opened" in guest.events(file)
    assert guest.browser.post(f"{link}/files/{file}", data={"pass": "x"}).status_code == 409
    assert guest.browser.get(f"{link}/files/{file}").status_code == 405


def _stream(content: bytes) -> Any:
    return io.BytesIO(content)


def test_a_reminder_shows_what_is_owed_and_by_when_and_leads_to_the_notice(guest, notice, link) -> None:
    alert = _reminder(guest, notice)
    page = guest.browser.get(f"/n/{alert}")
    said = words(page)
    assert "Owed by Norfolk" in said
    assert "Owed to Leeds" in said
    assert "Due" in said
    assert "local policy" in said
    assert link in list(links_in(page))
    assert [part for part in PERSONAL if part in page.text] == []


def _reminder(guest: GuestDesk, notice: str) -> str:
    """The desk is reminded of its duty to acknowledge, as the sweep does."""
    [owed] = guest.rows(
        "SELECT id, ref FROM obligation WHERE subject_ref = :n AND duty_code = 'EACK' AND owed_by_id = :o",
        n=notice,
        o=guest.cast.ids["norfolk"],
    )
    with guest.database.write() as session:
        wanted = Wanted("obligation.due_soon", guest.cast.ids["norfolk"], "duty_desk", owed.ref, owed.id)
        [raised] = raise_alerts(session, [wanted], rules=guest.rules, now=NOW)
    return str(raised.alert_ref)


def test_no_message_says_anything_about_the_child(guest, client_for) -> None:
    client_for("leeds").post("/api/v1/notices", json=emergency_start(address=NORWICH))
    page = guest.opens_with_code(guest.newest_link())
    guest.browser.post(f"{guest.newest_link()}/acknowledgement", data={**TYPED, "pass": pass_in(page)})
    post = [guest.text(each) + str(each.items()) for each in guest.fetch_post()]
    assert len(post) >= 3
    assert [part for part in PERSONAL for each in post if part in each] == []


def test_the_pages_need_no_script_and_no_style_of_their_own() -> None:
    pages = [path.read_text() for path in (REPOSITORY / "hub" / "web" / "templates").glob("pickup*.html")]
    assert len(pages) > 5
    assert [
        mark for mark in ("<script", "<style", " style=", "onclick", "javascript:") for page in pages if mark in page
    ] == []
    assert Path(REPOSITORY / "hub" / "web" / "static" / "hub.css").exists()
