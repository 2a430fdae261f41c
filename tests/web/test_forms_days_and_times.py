"""Days and times are read as people write them, by the clocks on the wall, and spelt so that they are read the same again."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema, fields
from werkzeug.datastructures import MultiDict

from hub.core.clock import LONDON, iso
from hub.core.http import flattened
from hub.registry.schemas_parts import DateOfBirth
from hub.web import forms
from tests.web.any_notice import INSTANTS, SCHEMA

pytestmark = pytest.mark.usefixtures("within_a_request")


# --- days -------------------------------------------------------------------------------------------------------------------


def day(day: str, month: str, year: str, name: str = "child.born_on") -> "MultiDict[str, str]":
    return MultiDict({f"{name}-day": day, f"{name}-month": month, f"{name}-year": year})


@pytest.mark.parametrize("month", ["3", "03", "mar", "March", "MARCH", " march "])
@pytest.mark.parametrize("year", ["2026", "26"])
def test_a_month_is_a_number_or_a_word(month: str, year: str) -> None:
    assert forms.read(SCHEMA, ["child.born_on"], day("7", month, year)) == ({"child": {"born_on": "2026-03-07"}}, {})


@pytest.mark.parametrize(
    ("number", "word"),
    list(enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sept", "oct", "nov", "december"], 1)),
)
def test_every_month_has_its_word(number: int, word: str) -> None:
    body, _ = forms.read(SCHEMA, ["child.born_on"], day("1", word, "2012"))
    assert body == {"child": {"born_on": f"2012-{number:02}-01"}}


@pytest.mark.parametrize(
    "parts",
    [
        ("31", "2", "2026"),
        ("29", "2", "2025"),
        ("1", "13", "2026"),
        ("1", "", "2026"),
        ("", "", "2026"),
        ("0", "1", "2026"),
        ("1_0", "1", "2026"),
        ("1", "1", "2_026"),
        ("١", "1", "2026"),
        ("x", "y", "z"),
        ("1", "1", "0"),
        ("1", "1", "99999"),
    ],
)
def test_what_is_no_day_is_said_once_and_kept_as_it_was_typed(parts: tuple[str, str, str]) -> None:
    filled = forms.filled(SCHEMA, ["child.born_on"], day(*parts))
    assert filled.errors["child.born_on"] == "Enter a real date, such as 27 3 2012."
    assert [filled.typed[f"child.born_on-{part}"] for part in forms.DAY_PARTS] == list(parts)


def test_the_example_of_a_date_is_one_that_could_answer_the_question() -> None:
    """A child was not born in the year in which a placement starts: neither the form nor the API shows such a date."""
    asked = {name: forms.filled(SCHEMA, [name], day("31", "2", "2026", name)).errors[name] for name in DATES}
    assert asked == {name: f"Enter a real date, such as {typed}." for name, (typed, _) in DATES.items()}
    refused = {name: flattened(SCHEMA.validate(_nested(name, "31/2/2026")))[name] for name in DATES}
    assert refused == {name: [f"Enter a date like {sent}."] for name, (_, sent) in DATES.items()}


DATES = {"child.born_on": ("27 3 2012", "2012-03-27"), "care_plan.supplied_on": ("27 3 2026", "2026-03-27")}


def _nested(path: str, value: Any) -> dict[str, Any]:
    whole, part = path.split(".")
    return {whole: {part: value}}


def test_whoever_asks_for_a_date_of_birth_shows_one() -> None:
    """In every schema of the hub that reads one."""
    asking = [each for each in _schemas(Schema) if isinstance(each._declared_fields.get("born_on"), fields.Date)]
    assert len(asking) >= 4
    assert [each.__name__ for each in asking if not isinstance(each._declared_fields["born_on"], DateOfBirth)] == []


def _schemas(base: type[Schema]) -> Iterator[type[Schema]]:
    for each in base.__subclasses__():
        yield each
        yield from _schemas(each)


def test_a_year_of_three_figures_is_asked_about() -> None:
    assert (
        forms.filled(SCHEMA, ["kind", "child.born_on"], day("1", "1", "202")).errors["child.born_on"]
        == "Check the year."
    )


# --- times ------------------------------------------------------------------------------------------------------------------


def moment(on: date, written: str, name: str = "starts") -> tuple[dict[str, Any], forms.Errors]:
    form = {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}
    return forms.read(SCHEMA, [name], MultiDict(form | {f"{name}-time": written}))


WINTER, SUMMER, FORWARD, BACK = date(2026, 1, 7), date(2026, 7, 7), date(2026, 3, 29), date(2026, 10, 25)


@pytest.mark.parametrize(
    ("written", "time_of_day"),
    [
        ("14:30", "14:30"),
        ("1430", "14:30"),
        ("14.30", "14:30"),
        ("14h30", "14:30"),
        ("2.30pm", "14:30"),
        ("2:30 PM", "14:30"),
        ("9", "09:00"),
        ("930", "09:30"),
        ("9am", "09:00"),
        ("12am", "00:00"),
        ("12pm", "12:00"),
        ("0:05", "00:05"),
        ("14:30:15", "14:30:15"),
        ("14:30 GMT", "14:30"),
    ],
)
def test_a_time_is_read_as_people_write_it(written: str, time_of_day: str) -> None:
    at = datetime.combine(WINTER, time.fromisoformat(time_of_day), UTC)
    assert moment(WINTER, written) == ({"starts_at": iso(at)}, {})


@pytest.mark.parametrize("written", ["25:00", "24:00", "14:60", "noon", "14am", "-1", "1:2:3", "٣", "14:30 CET"])
def test_what_is_no_time_is_said(written: str) -> None:
    assert moment(WINTER, written) == ({}, {"starts": "Enter a time such as 14:30 or 2.30pm, or leave it empty."})


def test_in_summer_the_clocks_are_an_hour_before() -> None:
    assert moment(SUMMER, "14:30")[0] == {"starts_at": "2026-07-07T13:30:00Z"}


def test_without_a_time_it_is_the_day_alone_and_without_a_day_no_time() -> None:
    assert moment(WINTER, "") == ({"starts_on": "2026-01-07"}, {})
    assert forms.read(SCHEMA, ["starts"], MultiDict({"starts-time": "14:30"}))[1].keys() == {"starts"}


def test_where_only_an_instant_will_do_the_time_is_asked_for() -> None:
    assert moment(WINTER, "", "approval.approved")[1] == {
        "approval.approved": "Enter the time too, such as 14:30 or 2.30pm."
    }
    assert moment(WINTER, "9", "approval.approved")[0] == {"approval": {"approved_at": "2026-01-07T09:00:00Z"}}


@pytest.mark.parametrize("written", ["1:00", "01:30", "1:59am"])
def test_a_time_that_the_clocks_jumped_over_is_no_time(written: str) -> None:
    _, errors = moment(FORWARD, written)
    assert "went forward past this time" in errors["starts"]
    assert moment(FORWARD, "2:00")[0] == {"starts_at": "2026-03-29T01:00:00Z"}


@pytest.mark.parametrize(
    ("written", "instant"),
    [("1:30", "2026-10-25T00:30:00Z"), ("1:30 BST", "2026-10-25T00:30:00Z"), ("1:30 gmt", "2026-10-25T01:30:00Z")],
)
def test_of_a_time_that_came_twice_the_first_is_meant_unless_it_says_gmt(written: str, instant: str) -> None:
    assert moment(BACK, written)[0] == {"starts_at": instant}


def test_a_zone_that_the_clocks_did_not_have_is_asked_about() -> None:
    assert "another time" in moment(SUMMER, "14:30 GMT")[1]["starts"]


@given(INSTANTS)
@settings(max_examples=300, deadline=None)
def test_every_instant_is_spelt_so_that_it_is_read_the_same_again(at: datetime) -> None:
    assert round_trip(at) == iso(at)


@pytest.mark.parametrize("changed", [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)])
@given(st.integers(-7200, 7200))
@settings(max_examples=100, deadline=None)
def test_so_is_every_second_around_a_change_of_the_clocks(changed: datetime, seconds: int) -> None:
    at = datetime.fromtimestamp(changed.timestamp() + seconds, UTC)
    assert round_trip(at) == iso(at)


def round_trip(at: datetime) -> str:
    typed = forms.spelt(SCHEMA, ["starts"], {"starts_at": iso(at)})
    return str(forms.read(SCHEMA, ["starts"], MultiDict(typed))[0]["starts_at"])


def test_what_is_spelt_is_what_the_clocks_show() -> None:
    at = datetime.combine(SUMMER, time(14, 30), LONDON)
    typed = forms.spelt(SCHEMA, ["starts"], {"starts_at": iso(at)})
    assert typed == {"starts-day": "7", "starts-month": "7", "starts-year": "2026", "starts-time": "14:30"}
