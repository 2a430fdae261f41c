"""A home's other pages: an expected child, a discharge, who may, in which words, and the list."""

import pytest

from tests.access.signing_in import recorded
from tests.registry.papers import HOME, admission, start
from tests.web.homes.filling import ANSWERS, ARRIVED, fill, goes_on, sent
from tests.web.reading import hidden_in, words_of

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
