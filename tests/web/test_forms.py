"""What stands in a form is read as the JSON that the API takes, and JSON is spelt so that it is read the same again."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema, fields
from werkzeug.datastructures import MultiDict

from hub.core.errors import Invalid
from hub.registry.schemas_parts import Words
from hub.web import forms
from tests.registry.papers import ADMISSION, EMERGENCY, START
from tests.web.any_notice import CONTROLS, SCHEMA, objects, values

pytestmark = pytest.mark.usefixtures("within_a_request")


# --- every field of a notice ----------------------------------------------------------------------------------------------


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
