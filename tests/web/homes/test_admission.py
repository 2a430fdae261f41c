"""A home's admission without a browser: what it asks, keeps, sends once, refuses and never shows."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.access.signing_in import Tab, recorded
from tests.registry.papers import admission
from tests.web.homes.filling import ANSWERS, ROWAN, fill, goes_on, sent
from tests.web.reading import hidden_in, title_of, words_of


def test_an_admission_is_asked_checked_sent_and_kept(at, database) -> None:
    wren = at("willow_house")
    draft = goes_on(wren)
    said = words_of(wren.get(f"{draft}/check"))
    for words in (
        "Rowan Fictitious",
        "14 March 2012",
        "18 November 2026 at 10:00",
        "Leeds City Council",
        "Kent County Council, where the child lives, is told all of this.",
        "Leeds City Council, which placed the child, is told all of this.",
        "You meet your duty: Children’s Homes (England) Regulations 2015, regulation 41",
        "has not sent its own notice",
    ):
        assert words in said, words
    answer = sent(wren, draft)
    assert (answer.status_code, answer.location) == (303, f"{draft}/sent")
    receipt = words_of(wren.get(answer.location))
    assert draft.removeprefix("/admission/") in receipt
    assert "You met your duty" in receipt
    assert "Rowan" not in receipt
    assert "Rowan Fictitious" in words_of(wren.get("/residents"))


def test_a_second_press_sends_nothing_twice_and_the_way_back_leads_to_the_receipt(at, database) -> None:
    wren = at("willow_house")
    draft = goes_on(wren)
    hidden = hidden_in(wren.get(f"{draft}/check"), f"{draft}/send")
    first, second = (wren.send("POST", f"{draft}/send", data=hidden) for _ in range(2))
    assert first.location == second.location == f"{draft}/sent"
    assert len(recorded(database, "notice.registered")) == 1
    for path in (draft, f"{draft}/check"):
        assert wren.get(path).location == f"{draft}/sent"


def test_each_empty_answer_is_named_where_it_is_asked_and_what_was_typed_is_kept(at) -> None:
    answered = fill(at("willow_house"), "/admission", {"child.given_names": "Rowan", "when": ""})
    assert answered.status_code == 422
    assert title_of(answered).startswith("Error: Tell of an admission")
    for name in ("child.family_name", "child.born_on", "council", "when", "order", "iro_told", "ehc_plan.has"):
        assert f'href="#{name}"' in answered.text, name
        assert f'id="{name}"' in answered.text, name
    assert 'value="Rowan"' in answered.text


@pytest.mark.parametrize(
    ("changed", "at_control", "sentence"),
    [
        ({"council": "Wessex"}, "council", "No council of England or Wales is called that"),
        ({"council": "Bradf"}, None, ""),
        ({"council": "York"}, None, ""),
        ({"council": "Sussex"}, "council", "Several councils may be meant: East Sussex"),
        ({"child.born_on-month": "13"}, "child.born_on", "Enter a real date"),
        ({"child.born_on-year": "2031"}, "child.born_on", "The date of birth is in the future"),
        ({"when": "today", "today-at": "25:99"}, "today-at", "Enter a time"),
        ({"when": "other"}, "starts", "Enter when the child was admitted"),
        (
            {"when": "other", "starts-day": "31", "starts-month": "2", "starts-year": "2026"},
            "starts",
            "Enter a real date",
        ),
        ({"order": "other", "s31": "no"}, "s20_or_s21", "section 20 or 21"),
        ({"iro_told": "known", "iro.name": "I. Invented"}, "iro.name", "contact details"),
        ({"ehc_plan.has": "yes"}, "plan_council", "which council maintains"),
        ({"ehc_plan.has": "yes", "plan_council": "Wessex"}, "plan_council", "No council of England or Wales"),
    ],
)
def test_a_wrong_answer_is_told_at_its_question(
    at, changed: dict[str, str], at_control: str | None, sentence: str
) -> None:
    answered = fill(at("willow_house"), "/admission", {**ANSWERS, **changed})
    if at_control is None:
        assert answered.status_code == 303
        return
    assert answered.status_code == 422
    assert f'href="#{at_control}"' in answered.text
    assert sentence in words_of(answered)


@pytest.mark.parametrize(
    ("order", "answers"),
    [("S20", (True, False)), ("S21", (True, False)), ("S31C", (False, True)), ("S38", (False, False))],
)
def test_one_order_answers_both_questions_of_the_regulation(at, database, order, answers) -> None:
    wren = at("willow_house")
    draft = goes_on(wren, {**ANSWERS, "order": order, "s31": "yes", "legal_note": "typed under another answer"})
    said = words_of(wren.get(f"{draft}/check"))
    shown = {True: "Yes", False: "No"}
    assert f"Section 20 or 21 {shown[answers[0]]}" in said
    assert f"Section 31 order {shown[answers[1]]}" in said
    assert "typed under another answer" not in said


def test_what_was_begun_is_kept_however_little_and_goes_on_or_is_discarded(at, database) -> None:
    wren = at("willow_house")
    kept = fill(wren, "/admission", {"child.given_names": "Rowan", "when": "now", "keep": "yes"})
    assert kept.location == "/residents?kept=yes"
    shown = wren.get(kept.location)
    assert "What you entered is kept. Nothing was sent yet." in words_of(shown)
    path = shown.text.partition('href="/admission/')[2].partition('"')[0]
    again = wren.get(f"/admission/{path}")
    assert 'value="Rowan"' in again.text
    assert "Answer what is still empty" in words_of(again)
    went_on = fill(wren, f"/admission/{path}", {**ANSWERS, "when": "today", "today-at": "8.15am"})
    assert "18 November 2026 at 08:15" in words_of(wren.get(went_on.location))
    discard = hidden_in(wren.get(f"/admission/{path}"), f"/admission/{path}/discard")
    assert wren.send("POST", f"/admission/{path}/discard", data=discard).location == "/residents?discarded=yes"
    assert "Rowan" not in wren.get("/residents").text


def kept(tab: Tab, path: str, said: Mapping[str, str]) -> Any:
    """What the script that keeps a form while it is typed is told."""
    return tab.send("POST", path, data=said, headers={"X-Hub-Autosave": "1"})


def test_what_is_typed_is_kept_before_any_button_is_pressed_and_stands_on_the_list(at, database) -> None:
    wren = at("willow_house")
    hidden = hidden_in(wren.get("/admission"), "/admission")
    first = kept(wren, "/admission", {**hidden, "child.given_names": "Rowan", "when": "now"}).get_json()
    assert first["said"] == "Saved at 10:00"
    second = kept(wren, first["action"], {**hidden, **first["controls"], **ROWAN, "when": "now"}).get_json()
    assert second["action"] == first["action"]
    again = wren.get(first["action"])
    assert 'value="Fictitious"' in again.text
    assert first["action"] in wren.get("/residents").text
    went_on = wren.send("POST", first["action"], data={**hidden, **second["controls"], **ANSWERS})
    assert went_on.location == f"{first['action']}/check"
    assert len(recorded(database, "notice.drafted")) == 1


def test_a_form_whose_answers_never_came_back_begins_one_draft(at, database) -> None:
    wren = at("willow_house")
    hidden = hidden_in(wren.get("/admission"), "/admission")
    kept(wren, "/admission", {**hidden, "child.given_names": "Rowan", "when": "now"})
    went_on = wren.send("POST", "/admission", data={**hidden, **ANSWERS})
    assert "Rowan Fictitious" in words_of(wren.get(went_on.location))
    assert len(recorded(database, "notice.drafted")) == 1


def test_what_is_not_right_yet_is_left_out_of_what_is_kept(at) -> None:
    wren = at("willow_house")
    hidden = hidden_in(wren.get("/admission"), "/admission")
    half = {**hidden, **ROWAN, "child.born_on-day": "41", "council": "Nowhere", "when": "now"}
    answer = kept(wren, "/admission", half).get_json()
    assert answer["said"] == "Saved at 10:00, but for what is not right yet."
    again = wren.get(answer["action"]).text
    assert 'value="Rowan"' in again
    assert 'value="41"' not in again


@pytest.mark.parametrize("said", [{"when": "now"}, {"council": "Nowhere"}, {"child.born_on-day": "3"}, {}])
def test_a_form_in_which_nothing_is_right_begins_no_draft(at, database, said) -> None:
    wren = at("willow_house")
    assert kept(wren, "/admission", {**hidden_in(wren.get("/admission"), "/admission"), **said}).status_code == 422
    assert recorded(database, "notice.drafted") == []


def test_what_is_kept_while_it_is_typed_never_takes_the_place_of_anothers_words(at) -> None:
    wren = at("willow_house")
    draft = goes_on(wren)
    stale = hidden_in(wren.get(draft), draft)
    fill(wren, draft, {**ANSWERS, "child.given_names": "Rowena"})
    answer = kept(wren, draft, {**stale, **ANSWERS, "child.given_names": "Rowanne"})
    assert (answer.status_code, answer.get_json()["is_stale"]) == (409, True)
    assert 'value="Rowena"' in wren.get(draft).text


def test_what_is_typed_of_a_leaving_is_kept_too(at, sends) -> None:
    told = sends("willow_house", admission())
    wren = at("willow_house")
    page = f"/discharge/child/{told.placement}"
    hidden = hidden_in(wren.get(page), "/discharge")
    answer = kept(wren, "/discharge", {**hidden, "when": "now", "end_note": "Invented: to Bradford."}).get_json()
    again = wren.get(answer["action"])
    assert "Invented: to Bradford." in again.text
    assert "Rowan Fictitious" in words_of(again)


@pytest.mark.parametrize("by_script", [True, False])
def test_what_is_typed_into_a_draft_that_is_over_is_not_lost(at, by_script) -> None:
    wren = at("willow_house")
    draft = goes_on(wren)
    form = {**hidden_in(wren.get(draft), draft), **ANSWERS, "child.given_names": "Rowena"}
    sent(wren, draft)
    if by_script:
        assert kept(wren, draft, form).get_json()["is_stale"]
    else:
        answer = wren.send("POST", draft, data=form)
        assert title_of(answer).startswith("Error: The draft was sent already")
        assert "Rowena" in words_of(answer)


def test_of_two_who_change_one_draft_the_second_sees_what_stands_and_keeps_what_they_typed(at) -> None:
    wren = at("willow_house")
    draft = goes_on(wren)
    stale = hidden_in(wren.get(draft), draft)
    assert fill(wren, draft, {**ANSWERS, "child.given_names": "Rowena"}).status_code == 303
    second = wren.send("POST", draft, data={**stale, **ANSWERS, "child.given_names": "Rowanne"})
    assert second.status_code == 412
    assert "Child’s given names Rowena Rowanne" in words_of(second)
    assert 'value="Rowanne"' in second.text
    over = wren.send("POST", draft, data={**hidden_in(second, draft), **ANSWERS, "child.given_names": "Rowanne"})
    assert "Rowanne" in words_of(wren.get(over.location))


def test_a_draft_that_changed_since_it_was_checked_is_checked_again(at, database) -> None:
    wren = at("willow_house")
    draft = goes_on(wren)
    hidden = hidden_in(wren.get(f"{draft}/check"), f"{draft}/send")
    fill(wren, draft, {**ANSWERS, "child.given_names": "Rowena"})
    again = wren.send("POST", f"{draft}/send", data=hidden)
    assert again.status_code == 412
    assert "Somebody changed this since you looked at it" in words_of(again)
    assert recorded(database, "notice.registered") == []


def test_a_council_that_is_the_host_itself_is_owed_nothing_and_the_page_says_so(at) -> None:
    wren = at("willow_house")
    draft = goes_on(wren, {**ANSWERS, "council": "Kent"})
    assert "No notice of the council’s own is owed" in words_of(wren.get(f"{draft}/check"))
    answer = sent(wren, draft)
    assert "No law asked this notice of you" in words_of(wren.get(answer.location))
