"""A child is back: the offer and the interview are owed from that instant; the police's own talk is told, and is neither."""

from datetime import timedelta

import pytest

from hub.core.errors import Invalid, NotFound, StateConflict
from hub.missing import views
from tests.conftest import NOW
from tests.missing.conftest import GONE, HOUR, Watch


@pytest.fixture
def episode(watch: Watch, placement: str) -> str:
    return watch.reports("kent_police", placement).episode


def test_a_return_tells_everybody_at_once(watch: Watch, episode: str) -> None:
    watch.returns("willow_house", episode)
    assert len(watch.told(episode, "missing.returned")) == 3


def test_the_interviews_clock_runs_from_the_return_not_from_the_finding(watch: Watch, episode: str) -> None:
    watch.locates("kent_police", episode, NOW - HOUR)
    watch.returns("willow_house", episode, NOW)
    with watch.desk("leeds").reads() as session:
        from hub.registry import placement_queries

        owed = {row.duty_code: row for row in placement_queries.standing(session, [episode])}
        assert owed["ERHI"].due_at == NOW + timedelta(hours=72)
        assert owed["ERHO"].due_at == NOW + timedelta(hours=24)
        assert owed["ERHI"].owed_by_id == watch.desk("leeds").actor.organisation
        assert owed["EFND"].event_at == NOW - HOUR


def test_the_interview_after_an_absence_is_local_policy(watch: Watch, placement: str) -> None:
    told = watch.reports("willow_house", placement, category="away")
    watch.returns("willow_house", told.episode)
    [interview] = watch.owed(told.episode, "ERHI")
    assert (interview.basis, bool(interview.due_is_policy)) == ("policy", True)
    assert not {"EFND", "EPRV"} & watch.states(told.episode).keys()


def test_after_missing_it_is_statutory_guidance(watch: Watch, episode: str) -> None:
    watch.returns("willow_house", episode)
    assert watch.owed(episode, "ERHI")[0].basis == "statutory_guidance"


def test_nobody_is_back_before_they_were_missing(watch: Watch, episode: str) -> None:
    with pytest.raises(Invalid, match="missing since") as refused:
        watch.returns("willow_house", episode, GONE - HOUR)
    assert list(refused.value.fields) == ["returned_at"]


def test_nobody_is_back_before_they_were_found(watch: Watch, episode: str) -> None:
    watch.locates("kent_police", episode, NOW - HOUR)
    with pytest.raises(Invalid, match="cannot have been back before"):
        watch.returns("willow_house", episode, NOW - HOUR * 1.5)


def test_nobody_is_back_tomorrow(watch: Watch, episode: str) -> None:
    with pytest.raises(Invalid, match="in the future"):
        watch.returns("willow_house", episode, NOW + HOUR)


def test_the_first_return_that_was_told_stands(watch: Watch, episode: str) -> None:
    watch.returns("willow_house", episode, NOW - HOUR)
    again = watch.returns("kent_police", episode, NOW - HOUR / 2)
    assert again.returned_at == NOW - HOUR
    assert watch.states(episode)["EFND"] == "met"


def test_a_return_entered_in_error_is_taken_back_and_nothing_of_it_is_owed(watch: Watch, episode: str) -> None:
    watch.returns("willow_house", episode)
    after = watch.undoes("willow_house", episode, "return")
    assert after.state == "reported"
    assert not {"ERHO", "ERHI", "EFND", "EPRV"} & watch.states(episode).keys()


def test_after_a_return_taken_back_the_next_counts_anew(watch: Watch, episode: str) -> None:
    watch.returns("willow_house", episode)
    watch.undoes("willow_house", episode, "return")
    watch.returns("kent_police", episode, NOW + 5 * HOUR, now=NOW + 6 * HOUR)
    assert len(watch.owed(episode, "ERHI")) == 1


def test_nobody_takes_back_what_others_said(watch: Watch, episode: str) -> None:
    watch.returns("willow_house", episode)
    with pytest.raises(StateConflict, match="recorded no word of a return"):
        watch.undoes("kent_police", episode, "return")


# --- the prevention interview -------------------------------------------------------------------------------------------


def test_the_polices_summary_is_told_and_meets_what_the_force_owes(watch: Watch, episode: str) -> None:
    watch.returns("kent_police", episode, NOW - HOUR)
    after = watch.interviews("kent_police", episode, NOW, note="Invented: safe and well.")
    assert after.interviewed_at == NOW
    assert watch.states(episode)["EPRV"] == "met"
    assert watch.told(episode, "missing.interviewed") == {"Leeds City Council", "Kent County Council"}
    assert watch.states(episode)["ERHI"] == "open"


def test_the_home_does_not_read_what_the_child_told_the_police(watch: Watch, episode: str) -> None:
    watch.returns("kent_police", episode, NOW - HOUR)
    watch.interviews("kent_police", episode, NOW, note="Invented: afraid of somebody at the home.")
    for member, reads in (("leeds", True), ("kent", True), ("willow_house", False)):
        with watch.desk(member).reads() as session:
            seen = views.read_episode(session, watch.desk(member).actor, episode, now=NOW)
        assert ("note" in seen.timeline[-1].details) is reads


def test_nobody_is_spoken_with_before_they_were_found(watch: Watch, episode: str) -> None:
    with pytest.raises(Invalid, match="Nobody has recorded that the child was found"):
        watch.interviews("kent_police", episode)
    watch.locates("kent_police", episode, NOW - HOUR)
    with pytest.raises(Invalid, match="cannot have been spoken with before"):
        watch.interviews("kent_police", episode, NOW - HOUR * 1.5)


# --- withdrawn ------------------------------------------------------------------------------------------------------------


def test_with_the_last_report_the_episode_is_withdrawn_and_everybody_is_told(watch: Watch, episode: str) -> None:
    after = watch.undoes("kent_police", episode, "report", reason="was_not_missing")
    assert after.state == "withdrawn"
    assert len(watch.told(episode, "missing.withdrawn")) == 3
    assert watch.states(episode) == {}
    assert watch.books.count("episode_report") == 1


def test_while_another_report_stands_the_episode_stands(watch: Watch, placement: str, episode: str) -> None:
    watch.reports("willow_house", placement)
    assert watch.undoes("kent_police", episode, "report").state == "reported"
    assert {row.state for row in watch.owed(episode, "EMIS")} == {"open"}


def test_nothing_more_is_said_of_what_was_withdrawn(watch: Watch, episode: str) -> None:
    watch.undoes("kent_police", episode, "report")
    with pytest.raises(StateConflict, match="withdrawn"):
        watch.returns("willow_house", episode)


def test_what_waited_to_be_sent_of_a_missing_child_is_not_sent_once_the_child_is_back(
    watch: Watch, episode: str
) -> None:
    watch.returns("willow_house", episode)
    left = watch.books.all(
        "SELECT count(*) AS n FROM delivery JOIN alert ON alert.id = delivery.alert_id "
        "WHERE alert.kind = 'missing.reported' AND delivery.state = 'queued'"
    )
    assert left[0].n == 0


def test_an_unknown_episode_is_nowhere(watch: Watch) -> None:
    with pytest.raises(NotFound):
        watch.returns("kent_police", "mis_" + "0" * 26)
