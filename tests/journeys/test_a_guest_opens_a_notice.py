"""Norfolk has not joined: its desk follows a link, types the code from its mailbox, reads the notice and acknowledges it."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.core.settings import REPOSITORY
from tests.conftest import NOW
from tests.journeys.guest import DESK, FORCE_DESK, LINK, PERSONAL, TYPED, links_in, pass_in, words
from tests.registry.papers import NORWICH, emergency_start, start

# --- what a link shows ------------------------------------------------------------------------------------------------


def test_the_link_shows_that_something_waits_for_whom_and_under_which_reference(guest, notice, link) -> None:
    said = words(guest.browser.get(link))
    assert "Norfolk" in said
    assert f"Say the reference {notice}." in said
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
    assert old.status_code == never.status_code == 404
    assert _but_for_its_reference(old) == _but_for_its_reference(never)


def _but_for_its_reference(answer: Any) -> str:
    """The page without the reference of the request, which is new each time."""
    return re.sub(r"req_[0-9a-z]{26}", "", answer.text)


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


def test_a_guest_who_is_told_of_an_end_reads_whose_placement_ends(guest, client_for) -> None:
    leeds = client_for("leeds")
    placement = leeds.post("/api/v1/notices", json=start(address=NORWICH)).json["placement"]
    end = {
        "kind": "placement_end",
        "placement": placement,
        "end_reason": "planned_move",
        "ends_at": "2026-12-01T10:00:00Z",
    }
    assert leeds.post("/api/v1/notices", json=end).status_code == 201
    for mailbox in (DESK, FORCE_DESK):
        said = words(guest.opens_with_code(guest.newest_link(mailbox), mailbox))
        assert "Rowan Fictitious" in said
        assert "14 March 2012" in said
    shown = guest.rows("SELECT details FROM audit_entry WHERE event = 'pickup.opened' ORDER BY id")[-1]
    assert "child" in str(shown.details)


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
    with guest.cannot_record("pickup.opened"):
        answer = guest.browser.post(f"{link}/open", data={"code": code})
    assert answer.status_code == 500
    assert "Rowan" not in answer.text
    assert guest.rows("SELECT opened_at FROM pickup")[0].opened_at is None


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
