"""“Do not grade as lowest risk”: on which grounds, who says so, until when. And the policy file that it stands on."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.duties.marker_policy import MarkerPolicy, load_marker_policy
from hub.duties.reading import LawError
from hub.duties.words import MARKERS
from hub.registry.markers.advice import Advice, advice_on
from hub.registry.markers.service import Marker
from tests.conftest import CONFIG

TODAY = date(2026, 11, 18)
POLICY: MarkerPolicy = load_marker_policy(CONFIG)


def marker(code: str, review_on: date = date(2027, 1, 10), **other: Any) -> Marker:
    said: dict[str, Any] = {
        "ref": "mkr_0",
        "placement_id": 1,
        "version": 1,
        "code": code,
        "detail": None,
        "author": "P. Specimen",
        "source": None,
        "organisation": {"ref": "org_0", "name": "Leeds City Council", "gss_code": None},
        "noted_on": None,
        "review_on": review_on,
        "is_due_for_review": review_on <= TODAY,
        "audience": ("police_force",),
        "recorded_at": datetime(2026, 11, 1, tzinfo=UTC),
    }
    return Marker(**{**said, **other})


def advised(*markers: Marker, out_of_area: bool = False, policy: MarkerPolicy = POLICY) -> Advice | None:
    return advice_on(markers, is_out_of_area=out_of_area, policy=policy, today=TODAY)


@pytest.mark.parametrize("code", POLICY.protecting)
def test_each_protecting_marker_speaks_against_the_lowest_grade(code: str) -> None:
    advice = advised(marker(code))
    assert advice is not None
    assert advice.because == (code,)


@pytest.mark.parametrize("code", sorted(set(MARKERS) - set(POLICY.protecting)))
def test_other_markers_alone_advise_nothing(code: str) -> None:
    assert advised(marker(code)) is None


def test_no_marker_in_area_advises_nothing() -> None:
    assert advised() is None


def test_a_placement_out_of_area_is_a_ground_of_its_own_for_as_long_as_the_policy_says() -> None:
    advice = advised(out_of_area=True)
    assert advice is not None
    assert (advice.because, advice.author) == (("out_of_area",), None)
    assert (advice.expires_on, advice.policy) == (TODAY + timedelta(days=POLICY.review_days), POLICY.dated)


def test_where_the_policy_says_so_a_placement_out_of_area_is_no_ground() -> None:
    assert advised(out_of_area=True, policy=replace(POLICY, out_of_area=False)) is None


def test_the_grounds_stand_in_the_order_of_the_policy_each_once_with_every_author() -> None:
    advice = advised(
        marker("missing_history", author=None),
        marker("cse"),
        marker("cse", author="T. Field"),
        marker("other"),
        out_of_area=True,
    )
    assert advice is not None
    assert advice.because == ("cse", "missing_history", "out_of_area")
    assert advice.authors == ("P. Specimen, Leeds City Council", "T. Field, Leeds City Council", "Leeds City Council")


def test_it_expires_with_the_ground_that_is_looked_at_again_first() -> None:
    advice = advised(marker("cse"), marker("gangs", date(2026, 12, 1)), marker("other", date(2026, 11, 19)))
    assert advice is not None
    assert (advice.expires_on, advice.is_due_for_review) == (date(2026, 12, 1), False)


def test_a_day_of_review_that_has_passed_does_not_silence_it_and_is_said() -> None:
    advice = advised(marker("cse", TODAY))
    assert advice is not None
    assert (advice.expires_on, advice.is_due_for_review) == (TODAY, True)


@given(st.lists(st.sampled_from(MARKERS)), st.booleans())
def test_a_further_marker_never_takes_advice_away(codes: list[str], out_of_area: bool) -> None:
    before = advised(*(marker(code) for code in codes), out_of_area=out_of_area)
    for code in MARKERS:
        after = advised(*(marker(each) for each in (*codes, code)), out_of_area=out_of_area)
        assert set(before.because if before else ()) <= set(after.because if after else ())


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("review_days   = 180", "review_days   = 0", "review_days is 0; it must be at least 1"),
        ('"uasc"]', '"tall"]', "protecting is 'tall'"),
        ("out_of_area   = true", "", "there is no out_of_area"),
        ("out_of_area   = true", "out_of_area = true\nlowest = 1", "nothing is known of lowest"),
    ],
)
def test_a_fault_in_the_policy_names_the_file_and_what_is_wrong(tmp_path: Path, old: str, new: str, says: str) -> None:
    copytree(CONFIG / "policy", tmp_path / "policy")
    file = tmp_path / "policy" / "markers.toml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    with pytest.raises(LawError, match=rf"markers\.toml.*{says}"):
        load_marker_policy(tmp_path)
