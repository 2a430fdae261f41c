"""Who goes missing together and which places come again: counts and references, for the host and the forces they concern."""

from datetime import timedelta

import pytest

from hub.missing import patterns
from hub.missing.patterns import Patterns
from tests.conftest import NOW
from tests.missing.conftest import HOUR, Watch
from tests.registry.papers import CHILD

QUAY = {"place": "Fictitious Quay", "postcode": "ME4 4TR"}
SIBLING = CHILD | {"given_names": "Hazel", "born_on": "2010-01-09", "identifiers": {}}


def seen(watch: Watch, member: str, days: int = 90) -> Patterns:
    with watch.desk(member).reads() as session:
        return patterns.patterns(session, watch.desk(member).actor, days=days, now=NOW)


@pytest.fixture
def pair(watch: Watch, placement: str) -> list[str]:
    """Two children of one home who went missing together twice, and were found at the same quay."""
    sibling = watch.placed(child=SIBLING)
    refs = []
    for ago in (9, 2):
        gone = NOW - timedelta(days=ago)
        given = {"missing_from_at": gone, "now": gone + HOUR}
        one = watch.reports("kent_police", placement, **given)
        two = watch.reports("kent_police", sibling, missing_with=[one.episode], **given)
        for told in (one, two):
            watch.locates("kent_police", told.episode, gone + 2 * HOUR, now=gone + 2 * HOUR, place=QUAY)
            watch.returns("kent_police", told.episode, gone + 3 * HOUR, now=gone + 3 * HOUR)
            refs.append(told.episode)
    return refs


def test_two_who_went_together_twice_are_a_pattern(watch: Watch, pair: list[str]) -> None:
    for member in ("kent", "kent_police"):
        [together] = seen(watch, member).together
        assert (together.times, set(together.episodes)) == (2, set(pair))


def test_a_place_that_comes_again_is_a_pattern(watch: Watch, pair: list[str]) -> None:
    [place] = seen(watch, "kent").places
    assert (place.kind, place.times, place.children, set(place.episodes)) == ("found", 4, 2, set(pair))


def test_a_place_is_known_by_its_name_where_no_postcode_is_given(watch: Watch, placement: str) -> None:
    for ago, words in ((9, "Invented bridge"), (2, "invented  Bridge")):
        gone = NOW - timedelta(days=ago)
        told = watch.reports(
            "kent_police", placement, missing_from_at=gone, now=gone + HOUR, last_seen={"place": words}
        )
        watch.returns("kent_police", told.episode, gone + 2 * HOUR, now=gone + 2 * HOUR)
    [place] = seen(watch, "kent_police").places
    assert (place.kind, place.times, place.children) == ("last_seen", 2, 1)


def test_once_is_no_pattern(watch: Watch, placement: str) -> None:
    told = watch.reports("kent_police", placement)
    watch.locates("kent_police", told.episode, place=QUAY)
    assert seen(watch, "kent") == Patterns(90, [], [])


def test_what_is_long_ago_or_of_others_is_in_no_pattern(watch: Watch, pair: list[str]) -> None:
    assert seen(watch, "kent", days=5).together == []
    assert seen(watch, "cornwall") == Patterns(90, [], [])
    assert seen(watch, "leeds").places == [], "the placing authority follows its own children"


def test_a_place_taken_back_is_in_no_pattern(watch: Watch, placement: str) -> None:
    for ago in (9, 2):
        gone = NOW - timedelta(days=ago)
        told = watch.reports("kent_police", placement, missing_from_at=gone, now=gone + HOUR)
        watch.locates("kent_police", told.episode, gone + 2 * HOUR, now=gone + 2 * HOUR, place=QUAY)
        if ago == 2:
            watch.undoes("kent_police", told.episode, "location")
        else:
            watch.returns("kent_police", told.episode, gone + 3 * HOUR, now=gone + 3 * HOUR)
    assert seen(watch, "kent").places == []


def test_patterns_name_nobody(watch: Watch, pair: list[str]) -> None:
    said = repr(seen(watch, "kent"))
    assert "Rowan" not in said
    assert "ME4" not in said
    assert "Quay" not in said
