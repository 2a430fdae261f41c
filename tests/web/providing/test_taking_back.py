"""What was recorded by mistake, an attempt or a child's word, is taken back by who recorded it; a carer is asked instead."""

from datetime import timedelta

import pytest

from hub.core.ids import new_ref
from tests.web.interviews.desk import fill
from tests.web.reading import words_of

BY = {"by": "P. Fictitious"}
DECLINED = {"ago": "0", "how": "in_person", "said": "declined", "reason": "Invented: not today.", **BY}


@pytest.fixture
def path(held: str) -> str:
    return f"/providing/interviews/{held}"


def way(shown, begins: str, ends: str) -> str:
    """The first address on the page that begins and ends so."""
    return str(next(each for each in shown.text.split('"') if each.startswith(begins) and each.endswith(ends)))


def test_an_attempt_that_was_not_made_is_taken_back_and_not_counted(at, path) -> None:
    tab = at("beacon", "interviewer")
    left = words_of(tab.get(path)).split("Attempts left ")[1].split()[0]
    fill(tab, f"{path}/attempt", {"ago": "0", "how": "phone", "outcome": "no_contact", **BY})
    form = way(tab.get(path), "/providing/attempts/att_", "/take-back")
    assert "Nobody could be reached" in words_of(tab.get(form))
    assert "Say why it is taken back." in words_of(fill(tab, form, {}))
    assert fill(tab, form, {"reason": "entered_in_error"}).location == f"{path}?done=attempt_taken_back"
    said = tab.get(path)
    assert "nobody could be reached. Taken back." in words_of(said)
    assert f"Attempts left {left}" in words_of(said)
    assert form not in said.text
    assert fill(tab, form, {"reason": "entered_in_error"}).status_code == 409


def test_an_attempt_is_nobody_elses_to_take_back(at, path) -> None:
    tab = at("beacon")
    fill(tab, f"{path}/attempt", {"ago": "0", "how": "phone", "outcome": "no_contact", **BY})
    form = way(tab.get(path), "/providing/attempts/att_", "/take-back")
    for stranger in (at("northstar"), at("leeds", "missing_coordinator")):
        assert stranger.get(form).status_code == 404


@pytest.mark.parametrize("kind", ["att", "apt", "rhi", "cof"])
def test_a_form_about_one_thing_takes_no_reference_of_another(at, path, kind) -> None:
    for about in ("times/{}/change", "attempts/{}/take-back", "interviews/{}/book"):
        assert at("beacon").get(f"/providing/{about.format(new_ref(kind))}").status_code == 404


def test_a_no_that_was_entered_by_mistake_gives_the_interview_back_to_who_had_it(at, path) -> None:
    tab = at("beacon")
    assert fill(tab, f"{path}/child", DECLINED).location == "/providing?done=answered"
    assert "No longer yours" in words_of(tab.get("/providing/before"))
    page = tab.get(tab.get(path).location)
    assert "It was yours until" in words_of(page)
    form = way(page, "/interview-offers/cof_", "/take-back")
    said = words_of(tab.get(form))
    for words in ("Said no", "The child’s no ended this interview.", "whoever was to hold it has it again"):
        assert words in said, words
    assert fill(tab, form, {"reason": "entered_in_error"}).location == f"{path}?done=offer_taken_back"
    said = words_of(tab.get(f"{path}?done=offer_taken_back"))
    for words in ("It is taken back.", "Book a time", "said no. Taken back."):
        assert words in said, words
    assert "This was taken back" in words_of(tab.get(form))


def test_the_council_takes_back_what_it_recorded_and_not_what_others_did(at, path, held, interviewing, now) -> None:
    leeds, beacon = at("leeds", "missing_coordinator"), at("beacon")
    ours, theirs = (interviewing.offers(who, held, at=now, now=now).ref for who in ("leeds", "beacon"))
    page = leeds.get(f"/interviews/{held}").text
    assert f"/interview-offers/{ours}/take-back" in page
    assert f"/interview-offers/{theirs}/take-back" not in page
    assert leeds.get(f"/interview-offers/{theirs}/take-back").status_code == 404
    assert beacon.get(f"/interview-offers/{ours}/take-back").status_code == 404
    done = fill(leeds, f"/interview-offers/{ours}/take-back", {"reason": "wrong_child"})
    assert done.location == f"/interviews/{held}?done=offer_taken_back"
    assert "Recorded in error" in words_of(leeds.get(f"/interviews/{held}"))


def test_a_carer_who_was_asked_instead_is_recorded_once(at, path, held, interviewing, now) -> None:
    leeds = at("leeds", "missing_coordinator")
    offer = interviewing.offers("beacon", held, "declined", at=now - timedelta(minutes=30), now=now).ref
    form = f"/interview-offers/{offer}/carer"
    assert form in leeds.get(f"/interviews/{held}").text
    assert "Choose a day from the list." in words_of(fill(leeds, form, {**BY, "day": "", "time": ""}))
    answers = {"ago": "0", "note": "Invented: at a friend's.", **BY}
    assert fill(leeds, form, answers).location == f"/interviews/{held}?done=carer"
    said = words_of(leeds.get(f"/interviews/{held}"))
    for words in ("a parent or carer was asked", "Invented: at a friend's."):
        assert words in said, words
    again = fill(leeds, form, answers)
    assert (again.status_code, "It is recorded already" in words_of(again)) == (409, True)
    assert at("northstar").get(form).status_code == 404


def test_a_carer_is_asked_after_the_child_and_the_fault_is_told_at_the_time(at, held, interviewing, now) -> None:
    offer = interviewing.offers("beacon", held, "declined", at=now, now=now).ref
    answered = fill(at("leeds", "missing_coordinator"), f"/interview-offers/{offer}/carer", {"ago": "60", **BY})
    assert answered.status_code == 422
    assert 'href="#time"' in answered.text


def test_whoever_holds_it_records_a_carer_with_the_childs_no(at, path, held) -> None:
    tab = at("beacon")
    fill(tab, f"{path}/child", {**DECLINED, "said": "no_response", "carer": "yes"})
    assert "did not answer. A parent or carer was asked" in words_of(tab.get(path))
