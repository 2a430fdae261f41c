"""Forces grade as they call it; the history stays; a low grade asks for a reason, which the placing authority sees."""

import pytest

from hub.core.errors import Invalid, NotFound, StateConflict
from hub.missing import service, views
from hub.missing.grades import read_grade, reason_needed
from tests.conftest import NOW
from tests.missing.conftest import BY, GONE, HOUR, Watch

MARKED = [{"marker": "cse", "audience": ["police_force", "host_authority"]}]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("high", "high"), ("Medium", "medium"), ("low risk", "low"), ("very low", "very_low"), ("absent", "very_low"),
        ("No apparent risk", "very_low"), ("no-apparent-risk", "very_low"), ("VERY_LOW", "very_low"),
    ],
)  # fmt: skip
def test_a_grade_is_known_by_its_names(said: str, code: str) -> None:
    assert read_grade(said) == code


@pytest.mark.parametrize("said", ["standard", "critical", "", "3", "lowish"])
def test_a_grade_that_no_force_uses_is_refused_with_those_that_they_do(said: str) -> None:
    with pytest.raises(Invalid, match="very low, low, medium or high") as refused:
        read_grade(said)
    assert list(refused.value.fields) == ["grade"]


@pytest.mark.parametrize(
    ("grade", "markers", "out_of_area", "asked", "why"),
    [
        ("low", {"cse"}, False, True, ("protecting_marker",)),
        ("very_low", set(), True, True, ("out_of_area",)),
        ("low", set(), False, False, ("childrens_services_not_asked",)),
        ("low", {"cse"}, True, False, ("protecting_marker", "out_of_area", "childrens_services_not_asked")),
        ("low", {"other"}, False, True, ()),
        ("medium", {"cse"}, True, False, ()),
        ("high", {"cse"}, True, False, ()),
    ],
)
def test_a_reason_is_asked_for_a_low_grade_against_what_is_known(
    grade: str, markers: set[str], out_of_area: bool, asked: bool, why: tuple[str, ...]
) -> None:
    given = {"is_out_of_area": out_of_area, "childrens_services_asked": asked}
    assert reason_needed(grade, markers=markers, protecting={"cse", "gangs"}, **given) == why


@pytest.fixture
def episode(watch: Watch, placement: str) -> str:
    return watch.reports("kent_police", placement).episode


def seen(watch: Watch, member: str, ref: str) -> views.EpisodeSeen:
    with watch.desk(member).reads() as session:
        return views.read_episode(session, watch.desk(member).actor, ref, now=NOW)


def test_grading_tells_everybody(watch: Watch, episode: str) -> None:
    graded = watch.grades("kent_police", episode, "medium")
    assert (graded.grade, graded.graded_at) == ("medium", NOW)
    told = watch.told(episode, "missing.graded")
    assert told == {"Leeds City Council", "Kent County Council"}, "not the home: it is not theirs to judge"


def test_the_history_is_kept_as_given(watch: Watch, episode: str) -> None:
    watch.grades("kent_police", episode, "medium", label="Medium (amber)")
    watch.grades("kent_police", episode, "high", now=NOW + HOUR)
    said = [each.details for each in seen(watch, "leeds", episode).timeline if each.kind == "graded"]
    assert [(each["grade"], each["label"]) for each in said] == [("medium", "Medium (amber)"), ("high", "high")]
    assert watch.episode(episode).grade == "high"


def test_a_grade_told_later_of_an_earlier_instant_does_not_stand_before_the_newer(watch: Watch, episode: str) -> None:
    watch.grades("kent_police", episode, "high")
    watch.grades("kent_police", episode, "medium", graded_at=NOW - HOUR, now=NOW + HOUR)
    assert watch.episode(episode).grade == "high"


def test_a_grade_dated_before_the_child_was_missing_is_refused_for_it_would_never_count(
    watch: Watch, episode: str
) -> None:
    watch.grades("kent_police", episode, "low")
    with pytest.raises(Invalid, match="The child is missing since") as refused:
        watch.grades("kent_police", episode, "high", graded_at=GONE - HOUR)
    assert list(refused.value.fields) == ["graded_at"]
    assert watch.grades("kent_police", episode, "high", graded_at=GONE).grade == "low", "dated before the low one"


def test_a_grade_taken_back_leaves_the_one_before(watch: Watch, episode: str) -> None:
    watch.grades("kent_police", episode, "medium")
    watch.grades("kent_police", episode, "high", now=NOW + HOUR)
    assert watch.undoes("kent_police", episode, "grade").grade == "medium"
    assert watch.books.count("episode_grade") == 2


def test_a_low_grade_is_recorded_although_a_reason_is_asked_for(watch: Watch, episode: str) -> None:
    graded = watch.grades("kent_police", episode, "low")
    assert graded.grade == "low"
    [row] = watch.books.all("SELECT reason_given_at FROM episode_grade")
    assert row.reason_given_at is None
    assert watch.told(episode, "missing.reason_asked") == {"Kent Police"}


def test_the_reason_is_told_to_the_placing_authority_and_seen_there(watch: Watch, episode: str) -> None:
    watch.grades("kent_police", episode, "low", reason="Invented: with her aunt.")
    assert len(watch.told(episode, "missing.reason_given")) == 1
    leeds = [each for each in seen(watch, "leeds", episode).timeline if each.kind == "graded"]
    assert leeds[0].details["reason"] == "Invented: with her aunt."
    assert leeds[0].details["reasons_asked"] == ["out_of_area", "childrens_services_not_asked"]


def test_the_host_and_the_home_do_not_read_the_reason(watch: Watch, episode: str) -> None:
    watch.grades("kent_police", episode, "low", reason="Invented: with her aunt.")
    for member in ("kent", "willow_house"):
        [graded] = [each for each in seen(watch, member, episode).timeline if each.kind == "graded"]
        assert "reason" not in graded.details


def test_the_reason_can_follow(watch: Watch, episode: str) -> None:
    watch.grades("kent_police", episode, "low")
    ref = watch.books.all("SELECT ref FROM episode_grade")[0].ref
    desk = watch.desk("kent_police")
    desk.does(service.give_reason, episode, grade=ref, reason="Invented.", by=BY)
    assert watch.told(episode, "missing.reason_given")
    with pytest.raises(StateConflict, match="already"):
        desk.does(service.give_reason, episode, grade=ref, reason="Another.", by=BY)


def test_another_force_gives_no_reason_for_it(watch: Watch, placement: str, episode: str) -> None:
    watch.grades("kent_police", episode, "low")
    watch.reports("west_yorkshire_police", placement)
    ref = watch.books.all("SELECT ref FROM episode_grade")[0].ref
    with pytest.raises(NotFound):
        watch.desk("west_yorkshire_police").does(service.give_reason, episode, grade=ref, reason="X.", by=BY)


def test_a_protecting_marker_that_the_force_may_see_asks_for_a_reason(watch: Watch) -> None:
    marked = watch.placed(markers=MARKED)
    told = watch.reports("kent_police", marked)
    with watch.desk("kent_police").reads() as session:
        from hub.missing import queries

        row = queries.by_ref(session, told.episode)
        assert row is not None
        why = service.why_asked(
            session, row, "low", childrens_services_asked=True, rules=watch.desk("kent_police").rules, now=NOW
        )
    assert "protecting_marker" in why


def test_a_marker_that_the_force_may_not_see_is_not_hinted_at(watch: Watch) -> None:
    marked = watch.placed(markers=[{"marker": "cse", "audience": ["host_authority"]}])
    told = watch.reports("kent_police", marked)
    watch.grades("kent_police", told.episode, "low", childrens_services_asked=True)
    [graded] = [each for each in seen(watch, "kent_police", told.episode).timeline if each.kind == "graded"]
    assert "protecting_marker" not in graded.details["reasons_asked"]


def test_a_grade_through_the_hub_is_the_force_telling_the_councils(watch: Watch, placement: str) -> None:
    told = watch.reports("willow_house", placement)
    watch.grades("kent_police", told.episode, "medium")
    assert watch.states(told.episode)["EMIS"] == "met"


def test_nobody_grades_in_the_future(watch: Watch, episode: str) -> None:
    with pytest.raises(Invalid, match="in the future"):
        watch.grades("kent_police", episode, "high", graded_at=NOW + HOUR)
