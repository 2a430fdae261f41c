"""Two reports of one episode are one, whoever sent them; doubtful ones are put to a person; whatever was joined can be parted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from hub.core.errors import Conflict, NotFound, StateConflict
from hub.missing.sameness import Nearness, Span, one_episode
from tests.conftest import NOW
from tests.missing.conftest import DAY, GONE, HOUR, PARTED_CHILD, Watch
from tests.registry.papers import CHILD, MAIDSTONE

NEAR = Nearness(near=timedelta(hours=6), unsure=timedelta(days=7))


@pytest.mark.parametrize(
    ("found", "back", "gone_again", "verdict"),
    [
        (None, None, 1, "same"),
        (None, None, -24, "same"),
        (None, None, 24 * 8, "doubtful"),
        (2, None, 5, "doubtful"),
        (2, None, 1, "same"),
        (2, 10, 9, "same"),
        (2, 10, 10, "other"),
        (2, 10, 30, "other"),
        (2, 10, -5, "same"),
        (2, 10, -24, "doubtful"),
        (2, 10, -24 * 8, "other"),
    ],
)
def test_by_their_instants_two_reports_are_one_doubtful_or_different(
    found: int | None, back: int | None, gone_again: int, verdict: str
) -> None:
    at = {hours: GONE + timedelta(hours=hours) for hours in (found, back, gone_again) if hours is not None}
    known = Span(GONE, at.get(found) if found else None, at.get(back) if back else None)
    assert one_episode(known, at[gone_again], NEAR) == verdict


# --- surely one -----------------------------------------------------------------------------------------------------------


def test_the_homes_report_and_the_polices_are_one_episode_and_each_is_credited(watch: Watch, placement: str) -> None:
    home = watch.reports("willow_house", placement)
    police = watch.reports("kent_police", placement, missing_from_at=GONE + HOUR / 2)
    assert police.episode == home.episode
    assert not police.is_new
    sources = watch.books.all("SELECT source FROM episode_report ORDER BY id")
    assert [row.source for row in sources] == ["home", "police"]


def test_two_forces_reports_of_one_child_are_one(watch: Watch, placement: str) -> None:
    first = watch.reports("kent_police", placement)
    second = watch.reports("west_yorkshire_police", placement, missing_from_at=GONE - HOUR)
    assert second.episode == first.episode
    assert watch.episode(first.episode).missing_from_at is not None
    assert "Kent Police" in watch.told(first.episode, "missing.reported")


def test_the_one_episode_began_at_the_earliest_that_anybody_said(watch: Watch, placement: str) -> None:
    first = watch.reports("kent_police", placement)
    watch.reports("willow_house", placement, missing_from_at=GONE - HOUR, reported_at=GONE)
    with watch.desk("kent").reads() as session:
        from hub.missing import queries

        episode = queries.by_ref(session, first.episode)
        assert episode is not None
        assert (episode.missing_from_at, episode.reported_at) == (GONE - HOUR, GONE)


def test_one_report_of_missing_makes_it_missing(watch: Watch, placement: str) -> None:
    first = watch.reports("willow_house", placement, category="away")
    watch.reports("kent_police", placement)
    assert watch.episode(first.episode).category == "missing"
    assert watch.states(first.episode)["EMIS"] == "met"


def test_a_new_episode_after_the_return_is_another(watch: Watch, placement: str) -> None:
    first = watch.reports("kent_police", placement, missing_from_at=NOW - DAY)
    watch.returns("kent_police", first.episode, NOW - 20 * HOUR)
    second = watch.reports("kent_police", placement)
    assert second.is_new
    assert second.episode != first.episode


def test_the_second_force_sees_and_follows_the_one_episode(watch: Watch, placement: str) -> None:
    watch.reports("kent_police", placement)
    told = watch.reports("west_yorkshire_police", placement)
    assert watch.locates("west_yorkshire_police", told.episode).state == "located"


def test_a_police_report_after_the_homes_meets_what_the_force_owed(watch: Watch, placement: str) -> None:
    home = watch.reports("willow_house", placement)
    assert watch.states(home.episode)["EMIS"] == "open"
    watch.reports("kent_police", placement, now=NOW + HOUR / 2)
    assert watch.states(home.episode)["EMIS"] == "met"


def test_when_another_force_took_the_report_that_force_told_and_the_first_owes_nothing(
    watch: Watch, placement: str
) -> None:
    home = watch.reports("willow_house", placement)
    watch.reports("west_yorkshire_police", placement)
    owed = watch.owed(home.episode, "EMIS")
    assert {(row.state, row.owed_by_id) for row in owed} == {
        ("met", watch.desk("west_yorkshire_police").actor.organisation)
    }


@pytest.mark.parametrize("is_known", [True, False])
def test_two_forces_that_report_in_one_instant_report_one_episode(watch: Watch, is_known: bool) -> None:
    told = {"placement": watch.placed()} if is_known else {"child": PARTED_CHILD, "address": MAIDSTONE}
    with ThreadPoolExecutor(2) as both:
        forces = ("kent_police", "west_yorkshire_police")
        first, second = both.map(lambda member: watch.reports(member, **told), forces)
    assert first.episode == second.episode
    assert watch.books.count("child") == 1
    assert sorted((first.is_new, second.is_new)) == [False, True]


# --- parted again ---------------------------------------------------------------------------------------------------------


def test_what_joined_by_itself_can_be_parted_and_no_report_is_lost(watch: Watch, placement: str) -> None:
    first = watch.reports("kent_police", placement)
    watch.reports("west_yorkshire_police", placement)
    watch.undoes("kent", first.episode, "merge")
    rows = watch.books.all("SELECT ref, state FROM missing_episode ORDER BY id")
    assert [row.state for row in rows] == ["reported", "reported"]
    assert watch.books.count("episode_report") == 2
    assert {watch.states(row.ref)["EMIS"] for row in rows} == {"met"}


def test_what_was_parted_can_be_joined_again(watch: Watch, placement: str) -> None:
    first = watch.reports("kent_police", placement)
    watch.reports("west_yorkshire_police", placement)
    watch.undoes("kent", first.episode, "merge")
    other = watch.books.all("SELECT ref FROM missing_episode ORDER BY id")[1].ref
    assert watch.merges("kent", first.episode, other).ref == first.episode
    assert watch.episode(other).state == "merged"


def test_there_is_nothing_to_part_in_one_report(watch: Watch, placement: str) -> None:
    told = watch.reports("kent_police", placement)
    with pytest.raises(StateConflict, match="Nothing was joined"):
        watch.undoes("kent", told.episode, "merge")


# --- a person decides -----------------------------------------------------------------------------------------------------


@pytest.fixture
def doubtful(watch: Watch, placement: str) -> tuple[str, str]:
    """A child who was found and, an hour later, reported missing again before anybody recorded a return."""
    first = watch.reports("kent_police", placement, missing_from_at=NOW - DAY)
    watch.locates("kent_police", first.episode, NOW - 3 * HOUR)
    second = watch.reports("willow_house", placement)
    assert len(second.doubtful) == 1
    return first.episode, second.episode


def test_a_doubtful_one_is_an_episode_of_its_own_and_a_person_is_asked(watch: Watch, doubtful: tuple[str, str]) -> None:
    first, second = doubtful
    assert first != second
    assert watch.told(second, "missing.doubtful") >= {"Kent Police", "Leeds City Council"}


def test_a_person_says_that_they_are_one(watch: Watch, doubtful: tuple[str, str]) -> None:
    first, second = doubtful
    stands = watch.merges("leeds", second, first)
    assert (stands.ref, watch.episode(second).state) == (first, "merged")
    assert watch.books.count("episode_report") == 2


def test_a_person_says_that_they_are_two(watch: Watch, doubtful: tuple[str, str]) -> None:
    first, second = doubtful
    watch.merges("kent_police", second, first, same=False)
    assert watch.episode(second).state == "reported"
    assert watch.books.all("SELECT state FROM episode_match")[0].state == "rejected"


def test_what_a_person_joined_is_parted_with_what_was_owed(watch: Watch, doubtful: tuple[str, str]) -> None:
    first, second = doubtful
    before = (watch.states(first), watch.states(second))
    watch.merges("leeds", second, first)
    assert watch.states(second) == {}
    watch.undoes("leeds", first, "merge")
    assert (watch.states(first), watch.states(second)) == before
    assert watch.episode(second).merged_into_id is None


def test_of_two_who_decide_at_once_one_is_told(watch: Watch, doubtful: tuple[str, str]) -> None:
    first, second = doubtful
    watch.merges("leeds", second, first)
    with pytest.raises(Conflict, match="one missing episode already"):
        watch.merges("kent", second, first)


def test_who_is_no_party_decides_nothing(watch: Watch, doubtful: tuple[str, str]) -> None:
    first, second = doubtful
    with pytest.raises(NotFound):
        watch.merges("cornwall", second, first)


def test_the_two_episodes_of_different_children_stay_apart(watch: Watch, placement: str) -> None:
    sibling = watch.placed(child=CHILD | {"given_names": "Hazel", "born_on": "2010-01-09", "identifiers": {}})
    first, second = watch.reports("kent_police", placement), watch.reports("kent_police", sibling)
    assert first.episode != second.episode
    assert not second.doubtful


def test_a_member_of_what_was_joined_leads_to_the_whole(watch: Watch, placement: str) -> None:
    watch.reports("kent_police", placement)
    watch.reports("willow_house", placement)
    member = watch.books.all("SELECT ref FROM missing_episode ORDER BY id")[1].ref
    assert watch.returns("willow_house", member).state == "returned"
