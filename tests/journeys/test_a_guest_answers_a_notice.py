"""Norfolk has read the notice: its desk acknowledges it, promises, or passes it on; and what else a notice can be by then."""

import io
from datetime import timedelta
from typing import Any

import pytest

from hub.notify.outbox import Wanted, raise_alerts
from tests.conftest import NOW
from tests.journeys.guest import FORCE_DESK, PERSONAL, TYPED, GuestDesk, links_in, pass_in, words
from tests.registry.papers import CHILD, NORWICH, start

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
