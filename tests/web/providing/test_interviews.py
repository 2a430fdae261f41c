"""An interview that is ours to hold, without a browser: booked, moved, tried, offered, held, given back."""

import re
from datetime import timedelta

import pytest

from hub.core.clock import LONDON, utc_now
from hub.core.ids import new_ref
from hub.spotpurchase import views
from tests.web.interviews.desk import fill
from tests.web.reading import words_of

BY = {"by": "P. Fictitious"}


@pytest.fixture
def path(held) -> str:
    return f"/providing/interviews/{held}"


def day_and_time(instant) -> dict[str, str]:
    local = instant.astimezone(LONDON)
    return {"day": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}


def booked(tab, path, instant) -> str:
    """Book it; the path of the time."""
    answered = fill(tab, f"{path}/book", {**day_and_time(instant), "mode": "in_person", "minutes": "60", **BY})
    assert answered.location == f"{path}?done=booked", words_of(answered)
    return "/providing/times/apt_" + tab.get(path).text.split("/providing/times/apt_")[1].split(".ics")[0]


def test_whoever_was_commissioned_reads_what_is_needed_to_work_safely(at, path) -> None:
    said = words_of(at("beacon").get(path))
    for words in ("Invented: nothing is known.", "01632 960007", "70 hours left", "Book a time", "£185.00", "ME14 1XQ"):
        assert words in said, words


def test_the_page_of_the_day_leads_to_what_is_asked_and_to_be_held(at) -> None:
    assert 'href="/providing"' in at("beacon").get("/today").text.split("<main")[1]


def test_a_time_is_booked_moved_and_cancelled_and_its_file_keeps_its_name(at, path, now) -> None:
    tab = at("beacon", "interviewer")
    time = booked(tab, path, now + timedelta(days=1))
    file = tab.get(f"/providing/times/{time.rpartition('/')[2]}.ics")
    assert file.mimetype == "text/calendar"
    assert "SEQUENCE:0" in file.text
    moved = fill(tab, f"{time}/change", {**day_and_time(now + timedelta(days=2)), "reason": "child_asked", **BY})
    assert moved.location == f"{path}?done=changed"
    cancelled = fill(tab, f"{time}/cancel", {"reason": "interviewer_unavailable"})
    assert cancelled.location == f"{path}?done=cancelled"
    said = words_of(tab.get(path))
    assert "A time was cancelled." in said
    assert "Its interviewer cannot come." in said
    assert "Take it out of your calendar" in said


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"day": ""}, "Choose a day from the list."),
        ({"mode": ""}, "Say whether it is in person, by video or by telephone."),
        ({"minutes": "2"}, "Enter how long it takes in whole minutes: 5 to 480."),
        ({"by": ""}, "Enter your name and role."),
    ],
)
def test_a_booking_that_cannot_be_is_told_at_its_control(at, path, now, typed, sentence) -> None:
    answers = {**day_and_time(now + timedelta(days=1)), "mode": "in_person", "minutes": "60", **BY, **typed}
    answered = fill(at("beacon"), f"{path}/book", answers)
    assert answered.status_code == 422
    assert sentence in words_of(answered)


def test_an_interview_before_the_return_is_refused(at, path, now) -> None:
    answers = {**day_and_time(now - timedelta(hours=5)), "minutes": "60", "mode": "in_person", "miles": "0", **BY}
    answered = fill(at("beacon"), f"{path}/held", answers)
    assert answered.status_code == 422
    assert "The child was back on" in words_of(answered)


def test_an_attempt_is_kept_and_counted(at, path, now) -> None:
    tab = at("beacon")
    tried = {"day": f"{now.astimezone(LONDON):%Y-%m-%d}", "ago": "0", "how": "phone", "outcome": "no_contact", **BY}
    answered = fill(tab, f"{path}/attempt", tried)
    assert answered.location == f"{path}?done=tried", words_of(answered)
    assert "Tried (by telephone): nobody could be reached" in words_of(tab.get(path))


def test_a_child_who_says_no_ends_it_and_the_record_is_closed_to_us(at, path, held) -> None:
    tab = at("beacon")
    said = {"ago": "0", "how": "in_person", "said": "declined", "reason": "Invented: not today.", **BY}
    answered = fill(tab, f"{path}/child", said)
    assert answered.location == "/providing?done=answered"
    assert tab.get(path).location.startswith("/providing/asks/")


def test_what_is_given_back_is_somebody_elses_to_hold(at, path) -> None:
    tab = at("beacon")
    answered = fill(tab, f"{path}/give-back", {"reason": "interviewer_unavailable", **BY})
    assert answered.location == "/providing?done=given_back"
    page = tab.get(tab.get(path).location)
    assert "ME14" not in page.text


def test_the_councils_own_interviewer_uses_the_same_pages(at, interviewing, asked, now) -> None:
    interviewing.does_it_itself(asked, now=now)
    tab = at("leeds", "missing_coordinator")
    assert "Book a time" in words_of(tab.get("/providing"))
    said = words_of(tab.get(f"/providing/interviews/{asked}"))
    assert "Nothing is charged" in said
    assert "Invented: nobody else is left." in said


def test_a_council_that_does_not_hold_it_is_led_to_its_own_page_and_others_find_nothing(at, path, held) -> None:
    assert at("leeds", "missing_coordinator").get(path).location == f"/interviews/{held}"
    assert at("northstar").get(path).status_code == 404


def test_a_time_of_anothers_interview_looks_like_one_that_is_not_there(at, path, now) -> None:
    time = booked(at("beacon"), path, now + timedelta(days=1))
    stranger = at("northstar")
    theirs, none = (stranger.get(f"{each}/change") for each in (time, f"/providing/times/{new_ref('apt')}"))
    assert theirs.status_code == none.status_code == 404
    theirs_said, none_said = (re.sub(r"req_\w+", "", words_of(each)) for each in (theirs, none))
    assert theirs_said == none_said


def test_a_child_who_is_not_back_after_all_is_not_travelled_to(at, path, held, interviewing, now) -> None:
    """The return was taken back; then it was recorded as it was."""
    [episode] = [each.ref for each in views_of(interviewing, held).episodes]
    home, tab, leeds = "willow_house", at("beacon"), at("leeds", "missing_coordinator")
    for each in (tab.get(path), leeds.get(f"/interviews/{held}")):
        assert "the child is missing now" not in words_of(each)
    interviewing.watch.undoes(home, episode, "return", now=now)
    assert "the child is missing now. Ring the contact below" in words_of(tab.get(path))
    assert "the child is missing now" in words_of(leeds.get(f"/interviews/{held}"))
    interviewing.watch.returns(home, episode, now - timedelta(minutes=30), now=now)
    interviewing.follows(now)
    for each in (tab.get(path), leeds.get(f"/interviews/{held}")):
        said = words_of(each)
        assert "the child is missing now" not in said
        assert "The time of the return was corrected" in said
        assert re.search(r"The 72 hours end on .+; before, on .+\.", said)


def views_of(interviewing, request):
    """The request as the council that asked for it reads it."""
    own = interviewing.watch.desk("leeds")
    with own.database.write() as session:
        return views.read_request(session, own.actor, request, rules=own.rules, now=utc_now())
