"""A sentence is the finished English to everybody, and what another language needs to whoever asks."""

import copy
import json
from datetime import UTC, date, datetime

import pytest
from marshmallow import Schema, ValidationError, fields, validate

from hub.core.errors import Invalid
from hub.core.http import flattened
from hub.core.sentences import Sentence, either, in_a_row, listed, together, worded

AT = datetime(2026, 6, 2, 9, 5, tzinfo=UTC)


def test_a_sentence_is_its_finished_english() -> None:
    said = worded("At most {most:,} rows, {name}.", most=5000, name="{Pat}")
    assert said == "At most 5,000 rows, {Pat}."
    assert json.dumps(said) == '"At most 5,000 rows, {Pat}."'
    assert (said.template, said.values) == ("At most {most:,} rows, {name}.", {"most": 5000, "name": "{Pat}"})


def test_a_sentence_without_values_may_hold_braces() -> None:
    assert worded("Send {} or nothing.") == "Send {} or nothing."


def test_days_and_instants_are_said_by_londons_clocks() -> None:
    assert worded("{day}; {at}", day=date(2026, 3, 1), at=AT) == "1 March 2026; 2 June 2026 at 10:05"


@pytest.mark.parametrize(
    ("things", "row", "choice", "enumeration"),
    [
        (["a"], "a", "a", "a"),
        (["a", "b"], "a, b", "a or b", "a and b"),
        (["a", "b", "c"], "a, b, c", "a or b or c", "a, b and c"),
    ],
)
def test_several_are_listed(things: list[str], row: str, choice: str, enumeration: str) -> None:
    assert (in_a_row(things), either(things), listed(things)) == (row, choice, enumeration)


def test_sentences_stand_together_each_with_its_own_template() -> None:
    both = together(["Nothing was stored.", worded("Wait {count} seconds.", count=3)])
    assert both == "Nothing was stored. Wait 3 seconds."
    assert [part.template for part in both.values.values()] == ["Nothing was stored.", "Wait {count} seconds."]


def test_a_copy_is_the_same_sentence() -> None:
    said = worded("Wait {count} seconds.", count=3)
    for other in (copy.copy(said), copy.deepcopy(said)):
        assert (other, other.template, other.values) == (said, said.template, said.values)


def test_an_error_makes_a_sentence_of_whatever_it_is_told() -> None:
    refused = Invalid("Look again.", fields={"most": ["Too many.", worded("At most {most}.", most=3)]})
    assert all(isinstance(each, Sentence) for each in (refused.sentence, *refused.fields["most"]))
    assert refused.fields == {"most": ["Too many.", "At most 3."]}


def test_a_schema_keeps_the_sentence_that_it_was_given() -> None:
    class Form(Schema):
        name = fields.String(
            required=True,
            validate=validate.Length(max=2, error=worded("At most {most} letters.", most=2)),
            error_messages={"required": worded("Enter the {what}.", what="name")},
        )

    for body, template in (({}, "Enter the {what}."), ({"name": "Pat"}, "At most {most} letters.")):
        with pytest.raises(ValidationError) as fault:
            Form().load(body)
        assert flattened(fault.value.messages_dict)["name"][0].template == template
