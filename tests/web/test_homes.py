"""A home's pages without a browser: what they ask, keep, send once, refuse and never show."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask

from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry.receipts import Receipt
from hub.registry.registering import register_notice
from hub.registry.schemas import NoticeIn
from tests.access.signing_in import Tab, joined, recorded, tab_of
from tests.conftest import NOW
from tests.registry.papers import HOME, admission, start
from tests.web.reading import hidden_in, title_of, words_of

ROWAN = {
    "child.given_names": "Rowan", "child.family_name": "Fictitious",
    "child.born_on-day": "14", "child.born_on-month": "3", "child.born_on-year": "2012",
}  # fmt: skip
ANSWERS = {**ROWAN, "council": "Leeds", "when": "now", "order": "S31C", "iro_told": "not_told", "ehc_plan.has": "no"}
CARER = {"address.lines": "4 Fictitious Loke", "address.postcode": "NR1 3JU"}
ARRIVED = {**ROWAN, **CARER, "council": "leeds city council", "when": "now"}


@pytest.fixture
def at(app: Flask, database: Database, cast: Cast) -> Callable[..., Tab]:
    """``at("willow_house")``: a tab in which a manager there is signed in."""
    roles = {
        "harbour": "registered_manager",
        "lantern_lodge": "shift_staff",
        "kent": "duty_desk",
        "leeds": "social_worker",
    }

    def sit(member: str) -> Tab:
        person = joined(
            database, cast, member, (roles.get(member, "registered_manager"),), email=f"pat@{member}.example"
        )
        return tab_of(app, database, person)

    return sit


@pytest.fixture
def sends(database: Database, cast: Cast, rules: Rulebook, areas: Areas) -> Callable[..., Receipt]:
    def register(member: str, paper: Mapping[str, Any]) -> Receipt:
        with database.write() as session:
            return register_notice(
                session, cast.actors[member], NoticeIn().load(paper), rules=rules, areas=areas, now=NOW
            )

    return register


def fill(tab: Tab, path: str, answers: Mapping[str, str], *, page: str | None = None) -> Any:
    hidden = hidden_in(tab.get(page or path), path)
    return tab.send("POST", path, data={**hidden, **answers})


def goes_on(tab: Tab, answers: Mapping[str, str] = ANSWERS, path: str = "/admission") -> str:
    """Answer the questions; the path of the draft."""
    answered = fill(tab, path, answers)
    assert answered.status_code == 303, words_of(answered)
    assert answered.location.endswith("/check")
    return str(answered.location).removesuffix("/check")


def sent(tab: Tab, draft: str) -> Any:
    hidden = hidden_in(tab.get(f"{draft}/check"), f"{draft}/send")
    return tab.send("POST", f"{draft}/send", data=hidden)


# --- an admission -----------------------------------------------------------------------------------------------------


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
    assert "Child’s first names Rowena Rowanne" in words_of(second)
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


# --- an expected child ------------------------------------------------------------------------------------------------


def test_a_child_of_whom_the_council_told_is_one_press_from_being_checked(at, sends) -> None:
    iro = {"name": "I. Invented", "phone": "01632 960101"}
    told = sends("leeds", start(**HOME, iro=iro, ehc_plan={"has": "no"}, starts_at="2026-11-18T09:00:00Z"))
    wren = at("willow_house")
    path = f"/admission/child/{told.placement}"
    came = wren.send("POST", path, data=hidden_in(wren.get("/residents"), path))
    assert came.location.endswith("/check")
    said = words_of(wren.get(came.location))
    assert "Rowan Fictitious" in said
    assert "Care order (section 31)" in said
    assert "I. Invented" in said
    answer = sent(wren, came.location.removesuffix("/check"))
    receipt = words_of(wren.get(answer.location))
    assert "has sent its own notice" in receipt


def test_what_the_council_left_out_is_asked_and_the_rest_is_filled_in(at, sends) -> None:
    told = sends("leeds", start(**HOME))
    wren = at("willow_house")
    path = f"/admission/child/{told.placement}"
    hidden = hidden_in(wren.get("/residents"), path)
    came = wren.send("POST", path, data=hidden)
    shown = wren.get(came.location)
    assert 'value="Rowan"' in shown.text
    assert "What the council told is filled in. Answer what is still empty." in words_of(shown)
    again = wren.send("POST", path, data=hidden_in(wren.get("/residents"), path))
    assert again.location == came.location, "what was begun is gone on with"


def test_nobody_begins_the_notice_of_another_homes_child(at, sends) -> None:
    told = sends("leeds", start(**HOME))
    sol = at("lantern_lodge")
    hidden = hidden_in(sol.get("/admission"), "/admission")
    assert sol.send("POST", f"/admission/child/{told.placement}", data=hidden).status_code == 404
    assert sol.get(f"/discharge/child/{told.placement}").status_code == 404
    assert sol.get(f"/residents/{told.placement}").status_code == 404


# --- a discharge ------------------------------------------------------------------------------------------------------


def test_a_discharge_takes_the_child_off_the_list(at, sends) -> None:
    here = sends("willow_house", admission())
    wren = at("willow_house")
    page = f"/discharge/child/{here.placement}"
    answers = {"when": "now", "end_reason": "planned_move", "end_note": "to carers in Bradford"}
    answered = fill(wren, "/discharge", answers, page=page)
    said = words_of(wren.get(answered.location))
    for words in (
        "Rowan Fictitious",
        "Moved to another placement, as planned",
        "to carers in Bradford",
        "regulation 41",
    ):
        assert words in said, words
    answer = sent(wren, answered.location.removesuffix("/check"))
    assert "You met your duty" in words_of(wren.get(answer.location))
    assert "Rowan" not in wren.get("/residents").text
    assert "Rowan Fictitious" in words_of(wren.get("/residents/left"))
    assert wren.get(page).status_code == 404


def test_a_discharge_without_its_day_or_before_the_admission_is_refused_in_words(at, sends) -> None:
    here = sends("willow_house", admission())
    wren = at("willow_house")
    page = f"/discharge/child/{here.placement}"
    nothing = fill(wren, "/discharge", {"when": ""}, page=page)
    assert (nothing.status_code, "Say when the child left." in words_of(nothing)) == (422, True)
    assert "Rowan Fictitious" in words_of(nothing)
    before = {"when": "other", "ends-day": "1", "ends-month": "11", "ends-year": "2026", "end_reason": "other"}
    answered = fill(wren, "/discharge", before, page=page)
    assert "The end is before the start" in words_of(wren.get(answered.location))


# --- who may, and in which words --------------------------------------------------------------------------------------


def test_an_agencys_notice_is_never_called_a_duty(at) -> None:
    ines = at("harbour")
    draft = goes_on(ines, ARRIVED, "/arrival")
    for path in ("/arrival", f"{draft}/check", sent(ines, draft).location, "/residents"):
        said = words_of(ines.get(path))
        assert "your duty" not in said, path
        assert "regulation" not in said.lower(), path
    assert "voluntary" in words_of(ines.get("/arrival"))


def test_supported_accommodation_reads_its_own_regulation(at) -> None:
    sol = at("lantern_lodge")
    draft = goes_on(sol, {**ANSWERS, "child.born_on-year": "2010", "order": "23B8B"})
    said = words_of(sol.get(f"{draft}/check"))
    assert "regulation 28" in said
    assert "Bradford" in said


def test_each_is_led_to_the_page_of_its_own_trade(at) -> None:
    assert at("harbour").get("/admission").location == "/arrival"
    assert at("willow_house").get("/leaving").location == "/discharge"


@pytest.mark.parametrize("path", ["/residents", "/residents/left", "/residents/print", "/admission"])
def test_a_council_has_no_residents(at, path: str) -> None:
    assert at("kent").get(path).status_code == 403


# --- the list ---------------------------------------------------------------------------------------------------------


def test_a_child_is_found_by_name_and_the_name_stands_in_no_address(at, sends) -> None:
    sends("willow_house", admission())
    wren = at("willow_house")
    hidden = hidden_in(wren.get("/residents"), "/residents/search")
    answer = wren.send("POST", "/residents/search", data={**hidden, "name": "fictitous"})
    assert answer.location == "/residents?found=yes"
    assert "Rowan Fictitious" in words_of(wren.get(answer.location))
    nobody = wren.send("POST", "/residents/search", data={**hidden, "name": "Absent"})
    assert "Nobody here now has a name like that" in words_of(wren.get(nobody.location))


def test_an_empty_list_says_what_will_stand_there_and_what_the_law_asks(at) -> None:
    said = words_of(at("willow_house").get("/residents"))
    assert "A child stands here once you have told of the arrival" in said
    assert "without delay" in said


def test_a_childs_page_says_whom_to_ring_and_its_reading_is_on_record(at, sends, database) -> None:
    night = {"name": "Leeds emergency duty team", "phone": "01632 960102"}
    told = sends("leeds", start(**HOME, out_of_hours=night, markers=[{"marker": "gangs", "detail": "Invented detail"}]))
    wren = at("willow_house")
    shown = wren.get(f"/residents/{told.placement}")
    assert 'href="tel:01632960102"' in shown.text
    assert "Invented detail" not in shown.text, "a marker for the host and the police alone"
    assert any(entry.subject_ref == told.placement for entry in recorded(database, "placement.read"))


def test_the_list_on_paper_names_everybody_and_when_it_was_made(at, sends) -> None:
    sends("willow_house", admission())
    said = words_of(at("willow_house").get("/residents/print"))
    assert "As at 18 November 2026 at 10:00" in said
    assert "Rowan Fictitious 14 March 2012 Leeds City Council" in said


def test_what_one_session_searched_for_no_other_reads(at, sends, app) -> None:
    sends("willow_house", admission())
    wren = at("willow_house")
    hidden = hidden_in(wren.get("/residents"), "/residents/search")
    wren.send("POST", "/residents/search", data={**hidden, "name": "Rowan"})
    kept = wren.client.get_cookie("hub_search")
    assert kept is not None
    assert "Rowan" not in kept.value
    other = at("lantern_lodge")
    other.client.set_cookie("hub_search", kept.value)
    assert 'value="Rowan"' not in other.get("/residents?found=yes").text
    wren.client.set_cookie("hub_search", kept.value[:-6] + "AAAAAA")
    assert wren.get("/residents?found=yes").status_code == 200
