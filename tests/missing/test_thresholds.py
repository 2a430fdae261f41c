"""Episodes that ask for a meeting: so many in so many days, more than a day missing, missing together; each crossing once."""

from datetime import datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from hub.core.errors import EditConflict, Invalid
from hub.core.settings import REPOSITORY
from hub.duties.reading import LawError
from hub.missing import following, thresholds
from hub.missing.policy import Threshold, load_missing_policy, thresholds_of
from hub.missing.thresholds import Episode, crossed
from tests.conftest import NOW
from tests.missing.conftest import HOUR, Watch
from tests.registry.papers import CHILD

THREE = Threshold(kind="count", duty="EREP", count=3, window_days=30)
LONG = Threshold(kind="hours", duty="EREP", hours=24)
TWO = Threshold(kind="together", duty="EREP", count=2)


def days(*ago: float) -> list[Episode]:
    return [Episode(NOW - timedelta(days=each), NOW - timedelta(days=each, hours=-1), "missing") for each in ago]


def crosses(threshold: Threshold, this: Episode, before: list[Episode], now: datetime = NOW) -> bool:
    return bool(crossed([threshold], this, before, now=now))


@pytest.mark.parametrize(
    ("ago", "is_crossed"),
    [
        ([0], False),
        ([10, 0], False),
        ([20, 10, 0], True),
        ([40, 10, 0], False),
        ([29.9, 10, 0], True),
        ([25, 20, 10, 0], False),
        ([50, 45, 40, 2, 1, 0], True),
        ([32, 31, 20, 0], False),
    ],
)
def test_the_episode_that_makes_the_count_full_crosses_it_and_the_next_do_not(
    ago: list[float], is_crossed: bool
) -> None:
    *before, this = days(*ago)
    assert crosses(THREE, this, before) is is_crossed


def test_absences_count_only_where_the_threshold_says_so() -> None:
    away = [Episode(each.missing_from_at, each.ended_at, "away") for each in days(20, 10)]
    assert not crosses(THREE, days(0)[0], away)
    assert crosses(Threshold(kind="count", duty="EREP", count=3, window_days=30, also_away=True), days(0)[0], away)


@pytest.mark.parametrize(
    ("ended_after", "now_after", "is_crossed"),
    [(None, 23, False), (None, 24, True), (23, 48, False), (30, 48, True)],
)
def test_more_than_a_day_missing(ended_after: int | None, now_after: int, is_crossed: bool) -> None:
    ended = NOW + timedelta(hours=ended_after) if ended_after else None
    assert crosses(LONG, Episode(NOW, ended, "missing"), [], NOW + timedelta(hours=now_after)) is is_crossed


def test_two_together() -> None:
    assert crosses(TWO, Episode(NOW, None, "missing", together=2), [])
    assert not crosses(TWO, Episode(NOW, None, "missing"), [])


# --- meetings ---------------------------------------------------------------------------------------------------------------


def goes_and_comes(watch: Watch, placement: str, ago: float) -> str:
    gone = NOW - timedelta(days=ago)
    told = watch.reports("kent_police", placement, missing_from_at=gone, now=gone + HOUR)
    watch.returns("kent_police", told.episode, gone + 2 * HOUR, now=gone + 2 * HOUR)
    return told.episode


def test_the_third_within_thirty_days_asks_the_placing_authority_for_the_meeting_once(
    watch: Watch, placement: str
) -> None:
    episodes = [goes_and_comes(watch, placement, ago) for ago in (12, 8, 4, 1)]
    meetings = [len(watch.owed(ref, "EREP")) for ref in episodes]
    assert meetings == [0, 0, 1, 0]
    [meeting] = watch.owed(episodes[2], "EREP")
    assert meeting.owed_by_id == watch.desk("leeds").actor.organisation
    assert (meeting.state, meeting.basis) == ("open", "policy")
    assert meeting.because == "It is the 3rd missing episode within 30 days."


def test_the_second_asks_for_a_look_at_the_plan(watch: Watch, placement: str) -> None:
    episodes = [goes_and_comes(watch, placement, ago) for ago in (12, 8, 4)]
    assert [len(watch.owed(ref, "EREV")) for ref in episodes] == [0, 1, 0]


def test_a_day_passes_and_the_job_asks_for_the_meeting_once(watch: Watch, placement: str) -> None:
    told = watch.reports("kent_police", placement)
    desk = watch.desk("leeds")

    def passes(hours: int) -> int:
        return following.note_long_missing_once(desk.database, desk.rules, now=NOW + timedelta(hours=hours))

    assert passes(21) == 0
    assert passes(23) == 1
    assert passes(24) == 0
    assert [row.state for row in watch.owed(told.episode, "EREP")] == ["open"]


def test_missing_together_asks_for_a_meeting_about_each(watch: Watch, placement: str) -> None:
    sibling = watch.placed(child=CHILD | {"given_names": "Hazel", "born_on": "2010-01-09", "identifiers": {}})
    first = watch.reports("kent_police", placement)
    assert watch.owed(first.episode, "EREP") == []
    second = watch.reports("kent_police", sibling, missing_with=[first.episode])
    assert len(watch.owed(first.episode, "EREP")) == len(watch.owed(second.episode, "EREP")) == 1


def test_a_stranger_is_not_named_as_a_companion(watch: Watch, placement: str) -> None:
    with pytest.raises(Invalid, match="no missing episode") as refused:
        watch.reports("kent_police", placement, missing_with=["mis_" + "0" * 26])
    assert list(refused.value.fields) == ["missing_with.0"]


def test_a_report_that_is_withdrawn_asks_for_no_meeting_and_counts_no_more(watch: Watch, placement: str) -> None:
    goes_and_comes(watch, placement, 12)
    goes_and_comes(watch, placement, 8)
    third = watch.reports("kent_police", placement)
    assert watch.owed(third.episode, "EREP")
    watch.undoes("kent_police", third.episode, "report")
    assert watch.owed(third.episode, "EREP") == []


# --- whose thresholds -------------------------------------------------------------------------------------------------------


def saves(watch: Watch, rules: list[dict[str, object]], version: int = 0) -> thresholds.Thresholds:
    desk = watch.desk("leeds")
    with desk.database.write() as session:
        return thresholds.save_thresholds(session, desk.actor, rules, version=version, now=NOW)


def test_a_council_saves_thresholds_of_its_own(watch: Watch, placement: str) -> None:
    saved = saves(watch, [{"kind": "count", "count": 2, "window_days": 90, "duty": "EREP"}])
    assert (saved.is_own, saved.version) == (True, 1)
    episodes = [goes_and_comes(watch, placement, ago) for ago in (12, 8)]
    assert [len(watch.owed(ref, "EREP")) for ref in episodes] == [0, 1]


def test_a_council_may_ask_for_no_meeting_at_all(watch: Watch, placement: str) -> None:
    saves(watch, [])
    episodes = [goes_and_comes(watch, placement, ago) for ago in (12, 8, 4)]
    assert {len(watch.owed(ref, "EREP")) for ref in episodes} == {0}


def test_of_two_who_save_at_once_one_reads_again(watch: Watch) -> None:
    saves(watch, [])
    with pytest.raises(EditConflict):
        saves(watch, [])
    assert saves(watch, [], version=1).version == 2


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "count", "count": 1, "window_days": 30, "duty": "EREP"},
        {"kind": "count", "count": 3, "duty": "EREP"},
        {"kind": "hours", "hours": 0, "duty": "EREP"},
        {"kind": "hours", "hours": 24, "duty": "E13A"},
        {"kind": "moon", "duty": "EREP"},
        {"kind": "hours", "hours": 24, "count": 2, "duty": "EREP"},
    ],
)
def test_a_threshold_that_means_nothing_is_refused(rule: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        thresholds_of([rule])
    assert list(refused.value.fields) == ["thresholds"]


def test_the_policy_file_is_read_strictly(tmp_path: Path) -> None:
    copytree(REPOSITORY / "config" / "policy", tmp_path / "policy")
    file = tmp_path / "policy" / "missing.toml"
    file.write_text(file.read_text().replace("near_hours", "neer_hours"))
    with pytest.raises(LawError, match=r"missing\.toml.*near_hours"):
        load_missing_policy(tmp_path)


def test_the_hubs_own_policy_asks_for_three_in_thirty_days_a_day_and_together() -> None:
    kinds = {(each.kind, each.duty) for each in load_missing_policy().thresholds}
    assert kinds == {("count", "EREP"), ("hours", "EREP"), ("together", "EREP"), ("count", "EREV")}
