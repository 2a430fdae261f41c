"""What stands in a form is read as the JSON that the API takes, and JSON is spelt so that it is read the same again."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema, fields, validate
from werkzeug.datastructures import MultiDict

from hub.core.clock import LONDON, iso
from hub.core.errors import Invalid
from hub.core.http import flattened
from hub.registry.schemas import NoticeIn
from hub.registry.schemas_parts import DateOfBirth, Words
from hub.web import forms
from tests.registry.papers import ADMISSION, EMERGENCY, START

MOST_ITEMS = 2
LINE = st.text("abc déŵ,'–0&<>\"=+\u2028", min_size=1, max_size=12).map(str.strip).filter(bool)
TEXT = st.lists(LINE, min_size=1, max_size=3).map("\n".join)
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
INSTANTS = st.datetimes(datetime(1972, 1, 1), datetime(2199, 12, 31)).map(
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)
SCHEMA = NoticeIn()

pytestmark = pytest.mark.usefixtures("words")


@pytest.fixture(scope="module")
def words(assembled_app: Flask) -> Iterator[None]:
    with assembled_app.test_request_context():
        yield


# --- every field of a notice ----------------------------------------------------------------------------------------------


def leaves(schema: Schema, before: str = "") -> Iterator[tuple[str, fields.Field[Any]]]:
    """Every control of *schema*, and its field: of lists of objects the first two."""
    for name, kind in schema.fields.items():
        path = f"{before}{name}"
        if isinstance(kind, fields.Nested):
            yield from leaves(kind.schema, f"{path}.")
        elif isinstance(kind, fields.List) and isinstance(kind.inner, fields.Nested):
            for number in range(MOST_ITEMS):
                yield from leaves(kind.inner.schema, f"{path}.{number}.")
        else:
            yield path, kind


def control(path: str, kind: fields.Field[Any]) -> str:
    """A field of an instant is asked for as a moment."""
    stem = path.removesuffix("_at").removesuffix("_on")
    paired = isinstance(kind, fields.AwareDateTime) or f"{stem}_at" in dict(leaves(SCHEMA))
    return stem if paired else path


CONTROLS = {control(path, kind): kind for path, kind in leaves(SCHEMA)}


def values(kind: fields.Field[Any]) -> st.SearchStrategy[Any]:
    if isinstance(kind, fields.AwareDateTime):
        return INSTANTS.map(iso)
    if isinstance(kind, fields.Date):
        return DAYS.map(date.isoformat)
    if isinstance(kind, fields.Boolean):
        return st.booleans()
    if isinstance(kind, fields.Integer):
        return st.integers(0, 999_999_999)
    if isinstance(kind, fields.List):
        inner = chosen(kind.inner)
        return st.lists(inner if inner is not None else LINE, min_size=1, max_size=3)
    picked = chosen(kind)
    return TEXT if picked is None else picked


def chosen(kind: fields.Field[Any]) -> st.SearchStrategy[Any] | None:
    among = [each.choices for each in kind.validators if isinstance(each, validate.OneOf)]
    return st.sampled_from(sorted(among[0])) if among else None


def objects(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for name, kind in schema.fields.items():
        if isinstance(kind, fields.Nested):
            optional[name] = objects(kind.schema)
        elif isinstance(kind, fields.List) and isinstance(kind.inner, fields.Nested):
            optional[name] = st.lists(objects(kind.inner.schema), max_size=MOST_ITEMS)
        else:
            optional[name] = values(kind)
    return st.fixed_dictionaries({}, optional=optional).map(_sensible)


def _sensible(body: dict[str, Any]) -> dict[str, Any]:
    """An event has one time; what holds nothing is not there."""
    both = [name.removesuffix("_at") for name in body if name.endswith("_at") and f"{name[:-3]}_on" in body]
    kept = {name: value for name, value in body.items() if name not in {f"{stem}_on" for stem in both}}
    return {name: value for name, value in kept.items() if value not in ({}, []) and {} not in _each(value)}


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def sent(typed: forms.Typed) -> "MultiDict[str, str]":
    """What a browser sends of a form in which *typed* stands: every line ends with CR and LF."""
    pairs = [(name, text) for name, said in typed.items() for text in (said if isinstance(said, list) else [said])]
    return MultiDict([(name, text.replace("\n", "\r\n")) for name, text in pairs])


@given(objects(SCHEMA))
@settings(max_examples=80, deadline=None)
def test_every_notice_is_spelt_so_that_it_is_read_the_same_again(body: dict[str, Any]) -> None:
    read, errors = forms.read(SCHEMA, CONTROLS, sent(forms.spelt(SCHEMA, CONTROLS, body)))
    assert errors == {}
    assert read == body


@given(st.data())
@settings(max_examples=15, deadline=None)
@pytest.mark.parametrize("name", [name for name in CONTROLS if ".1." not in name])
def test_every_field_of_a_notice_has_a_control(name: str, data: st.DataObject) -> None:
    kind = CONTROLS[name]
    value = data.draw(values(kind))
    path = f"{name}_at" if forms.field_at(SCHEMA, name) is None and "T" in str(value) else name
    path = f"{name}_on" if path == name and forms.field_at(SCHEMA, name) is None else path
    body: dict[str, Any] = {}
    forms._put(body, path.split("."), value)
    body = forms.compact(body)
    assert forms.read(SCHEMA, [name], sent(forms.spelt(SCHEMA, [name], body))) == (body, {})


@pytest.mark.parametrize(
    "paper", [START, ADMISSION, START | {"emergency": EMERGENCY}], ids=["start", "admission", "emergency"]
)
def test_a_whole_notice_passes_through_a_form_and_loads(paper: dict[str, Any]) -> None:
    form = sent(forms.spelt(SCHEMA, CONTROLS, paper))
    assert forms.filled(SCHEMA, CONTROLS, form).loaded == SCHEMA.load(paper)


def test_a_control_that_the_schema_does_not_have_is_our_fault_and_found_at_once() -> None:
    for name in ("child.shoe_size", "nothing", "starts.at", "kind.of"):
        with pytest.raises(LookupError):
            forms.read(SCHEMA, [name], MultiDict())


def test_nothing_typed_is_nothing_sent() -> None:
    empty = MultiDict({name: "  " for name in CONTROLS if name not in ("markers.0.audience", "markers.1.audience")})
    assert forms.read(SCHEMA, CONTROLS, empty) == ({}, {})


# --- who may see a marker ---------------------------------------------------------------------------------------------------


def test_nobody_ticked_is_nobody_where_the_form_says_so_and_not_everybody() -> None:
    """A marker that was for its author alone is not spread by a correction of something else."""
    names = ["markers.0.marker", "markers.0.audience"]
    form = sent(forms.spelt(SCHEMA, names, {"markers": [{"marker": "cse", "audience": []}]}))
    form.add("markers.0.audience", "")  # the macro's hidden control
    body, _ = forms.read(SCHEMA, names, form)
    assert body == {"markers": [{"marker": "cse", "audience": []}]}
    form.add("markers.0.audience", "host_authority")
    assert forms.read(SCHEMA, names, form)[0]["markers"][0]["audience"] == ["host_authority"]


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


# --- what is wrong ----------------------------------------------------------------------------------------------------------


def test_each_fault_is_told_at_its_control_and_everything_typed_is_kept() -> None:
    form = MultiDict(
        {
            "kind": "placement_start",
            "child.born_on-day": "31",
            "child.born_on-month": "2",
            "child.born_on-year": "2012",
            "child.sex": "dragon",
            "address.lines": "one\r\ntwo\r\nthree\r\nfour\r\nfive\r\nsix",
            "short_break.days": "two",
            "starts-day": "",
            "starts-time": "14:30",
        }
    )
    names = ["kind", "child.born_on", "child.sex", "address.lines", "short_break.days", "starts"]
    filled = forms.filled(SCHEMA, names, form)
    assert filled.errors.keys() == set(names) - {"kind"}
    assert filled.loaded == {}
    assert filled.typed == {name: form[name] for name in form}


def test_what_a_service_refuses_is_told_at_the_same_controls() -> None:
    given = forms.filled(SCHEMA, ["kind", "starts", "address.lines"], MultiDict({"kind": "placement_start"}))
    refusal = Invalid(
        "No.", fields={"starts_at": ["Say when."], "address.lines.2": ["Too long."], "elsewhere": ["Hm."]}
    )
    refused = forms.refused(given, refusal, ["kind", "starts", "address.lines"])
    assert refused.errors == {"starts": "Say when.", "address.lines": "Too long.", "elsewhere": "Hm."}
    assert forms.refused(given, Invalid("Not now."), ["kind"]).errors == {"": "Not now."}


def test_what_was_typed_is_in_no_representation() -> None:
    filled = forms.filled(SCHEMA, ["child.family_name"], MultiDict({"child.family_name": "Fictitious"}))
    assert "Fictitious" not in repr(filled)


def test_lines_that_another_program_ends_otherwise_stay_one_line() -> None:
    """Only what people call a new line begins one."""

    class Lines(Schema):
        words = fields.List(Words(100))

    form = MultiDict({"words": "one\u2028still one\r\ntwo\rthree\n\n"})
    assert forms.read(Lines(), ["words"], form)[0] == {"words": ["one\u2028still one", "two", "three"]}


def test_a_fault_in_the_second_of_two_is_told_there_though_the_first_was_left_empty() -> None:
    names = [name for name in CONTROLS if name.startswith("markers.") and not name.endswith("audience")]
    form = MultiDict({"kind": "placement_start", "markers.1.marker": "dragon", "markers.1.detail": "breathes fire"})
    filled = forms.filled(SCHEMA, ["kind", *names], form)
    assert filled.body["markers"] == [{"marker": "dragon", "detail": "breathes fire"}]
    assert filled.errors.keys() == {"markers.1.marker"}
    refused = forms.refused(filled, Invalid("No.", fields={"markers.0.detail": ["Say it otherwise."]}), names)
    assert refused.errors.keys() == {"markers.1.marker", "markers.1.detail"}
