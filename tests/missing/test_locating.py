"""A child is found: everybody is told at once, and whoever is found and not back is shown so, with no interview's clock yet."""

from datetime import timedelta

import pytest

from hub.core.errors import Invalid, NotFound
from tests.conftest import NOW
from tests.missing.conftest import GONE, HOUR, Watch


@pytest.fixture
def episode(watch: Watch, placement: str) -> str:
    return watch.reports("kent_police", placement).episode


def test_finding_tells_both_councils_the_home_and_the_forces(watch: Watch, episode: str) -> None:
    watch.locates("kent_police", episode)
    assert len(watch.told(episode, "missing.located")) == 3


def test_found_is_not_back(watch: Watch, episode: str) -> None:
    found = watch.locates("kent_police", episode, GONE + HOUR)
    assert (found.state, found.located_at, found.returned_at) == ("located", GONE + HOUR, None)
    assert not {"ERHO", "ERHI"} & watch.states(episode).keys()


def test_the_forces_word_of_finding_is_given_and_the_summary_is_owed(watch: Watch, episode: str) -> None:
    watch.locates("kent_police", episode)
    states = watch.states(episode)
    assert (states["EFND"], states["EPRV"]) == ("met", "open")


def test_the_homes_word_leaves_the_forces_own_open(watch: Watch, episode: str) -> None:
    watch.locates("willow_house", episode)
    assert watch.states(episode)["EFND"] == "open"


def test_the_clock_of_finding_runs_from_the_finding(watch: Watch, episode: str) -> None:
    watch.locates("kent_police", episode, NOW - HOUR * 1.5)
    assert watch.states(episode)["EFND"] == "met_late"


def test_a_force_that_it_did_not_concern_finds_the_child(watch: Watch, placement: str) -> None:
    told = watch.reports("willow_house", placement)
    placed = watch.books.all("SELECT id FROM episode_force WHERE part = 'home'")
    assert placed, "the force of the placing authority is known as that"
    found = watch.finds(
        "west_yorkshire_police", told.episode, place={"place": "Invented Square", "postcode": "LS1 1UR"}
    )
    assert found.state == "located"
    parts = watch.books.all("SELECT part FROM episode_force WHERE part = 'found'")
    assert len(parts) == 1
    assert "Kent Police" in watch.told(told.episode, "missing.located")
    rows = watch.owed(told.episode, "EFND")
    assert {(row.state, row.owed_by_id) for row in rows} == {
        ("met", watch.desk("west_yorkshire_police").actor.organisation)
    }


def test_only_a_force_finds_a_child_of_others(watch: Watch, episode: str) -> None:
    with pytest.raises(NotFound):
        watch.finds("cornwall", episode)


def test_nobody_is_found_tomorrow(watch: Watch, episode: str) -> None:
    with pytest.raises(Invalid, match="in the future") as refused:
        watch.locates("kent_police", episode, NOW + timedelta(minutes=5))
    assert list(refused.value.fields) == ["located_at"]
    assert watch.episode(episode).state == "reported"


def test_nobody_is_found_before_they_were_missing(watch: Watch, episode: str) -> None:
    with pytest.raises(Invalid, match="missing since 18 November 2026 at 08:00"):
        watch.locates("kent_police", episode, GONE - HOUR)


def test_the_first_word_of_finding_stands_and_the_second_is_credited(watch: Watch, episode: str) -> None:
    watch.locates("kent_police", episode, NOW - HOUR)
    again = watch.locates("willow_house", episode, NOW - HOUR / 2)
    assert again.located_at == NOW - HOUR
    assert watch.books.count("episode_step") == 2


def test_a_finding_entered_in_error_is_taken_back(watch: Watch, episode: str) -> None:
    watch.locates("kent_police", episode)
    after = watch.undoes("kent_police", episode, "location")
    assert (after.state, after.located_at) == ("reported", None)
    assert "EFND" not in watch.states(episode)
    assert watch.books.count("episode_step") == 1
    assert watch.told(episode, "missing.corrected")
