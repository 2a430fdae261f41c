"""Writing notices in a browser: nothing typed is lost, and nothing is sent twice."""

import re

from tests.access.signing_in import Tab
from tests.access.visiting import words
from tests.registry.papers import CHATHAM
from tests.web.writing.drafting import (
    CARE_FORM,
    CHILD_FORM,
    MARK,
    ONCE,
    VERSION,
    WHEN_FORM,
    WHERE_FORM,
    begun,
    complete,
    page_of,
    said_in,
    sends,
    sent,
)

# --- nothing lost, nothing twice --------------------------------------------------------------------------------------------


def test_a_section_that_somebody_else_changed_is_shown_beside_what_was_typed(priya: Tab, colleague: Tab) -> None:
    draft = complete(priya)
    opened = said_in(priya.get(f"{draft}/child"), MARK)
    sends(colleague, f"{draft}/child", **{**CHILD_FORM, "child.given_names": "Alder"})
    answer = sends(priya, f"{draft}/child", mark=opened, **{**CHILD_FORM, "child.given_names": "Rowena"})
    assert answer.status_code == 409
    assert "Somebody else has changed this part of the draft" in words(answer)
    assert {"Alder", "Rowena"} <= set(words(answer).split())
    again = sends(priya, f"{draft}/child", mark=said_in(answer, MARK), **{**CHILD_FORM, "child.given_names": "Rowena"})
    assert again.status_code == 303
    assert "Rowena" in words(priya.get(f"{draft}/check"))


def test_two_tabs_that_change_different_sections_lose_nothing(priya: Tab) -> None:
    draft = begun(priya)
    child, where = (said_in(priya.get(f"{draft}/{key}"), MARK) for key in ("child", "where"))
    assert sends(priya, f"{draft}/child", mark=child, **CHILD_FORM).status_code == 303
    assert sends(priya, f"{draft}/where", mark=where, **WHERE_FORM).status_code == 303
    shown = words(priya.get(f"{draft}/check"))
    assert "Rowan" in shown
    assert "ME14 1XQ" in shown


def test_a_section_that_is_saved_twice_by_a_double_click_is_saved(priya: Tab) -> None:
    draft = begun(priya)
    opened = said_in(priya.get(f"{draft}/child"), MARK)
    assert [sends(priya, f"{draft}/child", mark=opened, **CHILD_FORM).status_code for _ in range(2)] == [303, 303]


def test_a_notice_that_is_sent_twice_is_sent_once(priya: Tab) -> None:
    draft = complete(priya)
    checked = priya.get(f"{draft}/check")
    form = {"once": said_in(checked, ONCE), "version": said_in(checked, VERSION)}
    paths = {sends(priya, f"{draft}/send", **form).headers["Location"] for _ in range(2)}
    other_tab = sends(priya, f"{draft}/send", **{**form, "once": ""})
    assert len(paths) == 1
    assert page_of(priya.get("/notices")).count("Kent County Council") == 1
    assert other_tab.status_code == 400


def test_the_back_button_leads_from_a_draft_that_was_sent_to_its_receipt(priya: Tab) -> None:
    draft = complete(priya)
    receipt = sent(priya, draft)
    for path in (draft, f"{draft}/check", f"{draft}/child"):
        assert priya.get(path).headers["Location"] == receipt
    assert sends(priya, f"{draft}/child", **CHILD_FORM).headers["Location"] == receipt


def test_a_draft_that_was_changed_after_it_was_checked_is_checked_again(priya: Tab, colleague: Tab) -> None:
    draft = complete(priya)
    checked = priya.get(f"{draft}/check")
    sends(colleague, f"{draft}/where", **{**WHERE_FORM, "address.postcode": CHATHAM["postcode"]})
    answer = sends(priya, f"{draft}/send", once=said_in(checked, ONCE), version=said_in(checked, VERSION))
    assert (answer.status_code, "was changed after you checked it" in words(answer)) == (409, True)
    assert priya.get(draft).status_code == 200


def test_autosave_keeps_what_is_right_and_says_when(priya: Tab) -> None:
    draft = begun(priya)
    form = {**CHILD_FORM, "child.born_on-day": "99", "mark": said_in(priya.get(f"{draft}/child"), MARK)}
    answer = priya.send("POST", f"{draft}/child", data=form, headers={"X-Hub-Autosave": "1"})
    assert answer.get_json()["said"] == "Saved at 10:00, but for what is not right yet."
    shown = page_of(priya.get(f"{draft}/child"))
    assert 'value="Rowan"' in shown
    assert answer.get_json()["controls"]["mark"] == said_in(priya.get(f"{draft}/child"), MARK)


def test_the_short_page_asks_the_same_while_autosave_answers_some_of_it(priya: Tab) -> None:
    draft = begun(priya)
    shown = priya.get(f"{draft}/rest")
    asked = re.search(r'name="asked" value="([^"]+)"', page_of(shown))
    assert asked
    form = {**CHILD_FORM, "asked": asked[1], "mark": said_in(shown, MARK)}
    kept = priya.send("POST", f"{draft}/rest", data=form, headers={"X-Hub-Autosave": "1"}).get_json()
    form |= {**WHERE_FORM, **WHEN_FORM, **CARE_FORM, **kept["controls"]}
    assert sends(priya, f"{draft}/rest", **form).headers["Location"] == f"{draft}/check"
    assert "Send the notice" in words(priya.get(f"{draft}/check"))


def test_autosave_never_overwrites_what_somebody_else_wrote(priya: Tab, colleague: Tab) -> None:
    draft = begun(priya)
    opened = said_in(priya.get(f"{draft}/child"), MARK)
    sends(colleague, f"{draft}/child", **CHILD_FORM)
    form = {"child.given_names": "Rowena", "mark": opened}
    answer = priya.send("POST", f"{draft}/child", data=form, headers={"X-Hub-Autosave": "1"})
    assert answer.status_code == 409
    assert "Rowan" in words(priya.get(draft))


def test_a_discarded_draft_is_gone_after_it_was_asked(priya: Tab) -> None:
    draft = complete(priya)
    asked = priya.get(f"{draft}/discard")
    assert priya.get(draft).status_code == 200
    assert sends(priya, f"{draft}/discard", version=said_in(asked, VERSION)).headers["Location"] == "/notices"
    assert priya.get(draft).status_code == 404


# --- markers in two tabs ------------------------------------------------------------------------------------------------------


ABOUT_TWO = {
    "markers.0.marker": "cse", "markers.0.detail": "Invented: seen with adults.",
    "markers.1.marker": "county_lines", "markers.1.detail": "Invented: carries packets.",
}  # fmt: skip


def test_a_marker_that_another_tab_adds_stays_when_the_others_are_described(priya: Tab) -> None:
    draft = begun(priya)
    sends(priya, f"{draft}/risks", chosen=["cse"])
    opened = said_in(priya.get(f"{draft}/markers"), MARK)
    sends(priya, f"{draft}/risks", chosen=["cse", "uasc"])
    one = {name: said for name, said in ABOUT_TWO.items() if ".0." in name}
    assert sends(priya, f"{draft}/markers", mark=opened, **one).status_code == 303
    shown = words(priya.get(f"{draft}/check"))
    assert "Invented: seen with adults." in shown
    assert "naccompanied" in shown


def test_a_marker_that_another_tab_takes_out_is_shown_with_what_was_typed_of_it(priya: Tab) -> None:
    draft = begun(priya)
    sends(priya, f"{draft}/risks", chosen=["cse"])
    opened = said_in(priya.get(f"{draft}/markers"), MARK)
    sends(priya, f"{draft}/risks", chosen=[])
    one = {name: said for name, said in ABOUT_TWO.items() if ".0." in name}
    answer = sends(priya, f"{draft}/markers", mark=opened, **one)
    assert answer.status_code == 409
    assert "Invented: seen with adults." in words(answer)
    assert sends(priya, f"{draft}/markers", mark=said_in(answer, MARK), **one).status_code == 303
    assert "Invented: seen with adults." in words(priya.get(f"{draft}/check"))


def test_markers_that_two_tabs_choose_are_shown_beside_each_other(priya: Tab) -> None:
    draft = begun(priya)
    opened = said_in(priya.get(f"{draft}/risks"), MARK)
    sends(priya, f"{draft}/risks", mark=opened, chosen=["cse"])
    answer = sends(priya, f"{draft}/risks", mark=opened, chosen=["uasc"])
    assert answer.status_code == 409
    assert "Which of these apply?" in words(answer).partition("What stands now")[2]
