"""The fast dump and marshmallow's own give the same, key for key."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import marshmallow as ma
import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import fields

from hub.core.dumping import dumper


class Street(ma.Schema):
    """A part."""

    line = fields.String(required=True)
    number = fields.Integer(allow_none=True)


class House(ma.Schema):
    """One field of every kind that answers have, and some that only marshmallow knows."""

    name = fields.String()
    spelt = fields.String(data_key="spelt-out", attribute="name", dump_only=True)
    missing_one = fields.String()
    stands_in = fields.String(dump_default="as always")
    built_on = fields.Date(allow_none=True)
    seen_at = fields.AwareDateTime(allow_none=True)
    is_home = fields.Boolean()
    storeys = fields.Integer()
    storeys_in_words = fields.Integer(as_string=True, attribute="storeys", dump_only=True)
    street = fields.Nested(Street, allow_none=True)
    streets = fields.List(fields.Nested(Street))
    many = fields.Nested(Street, many=True, attribute="streets", dump_only=True)
    words = fields.List(fields.String(allow_none=True))
    line = fields.String(attribute="street.line")
    more = fields.Dict(keys=fields.String(), values=fields.Integer())
    shouted = fields.Function(lambda house: "!")
    secret = fields.String(load_only=True)
    year = fields.Date(format="%Y", attribute="built_on", allow_none=True, dump_only=True)


@dataclass
class Built:
    """A value with attributes."""

    name: Any
    built_on: Any
    seen_at: Any
    is_home: bool
    storeys: int
    street: Any
    streets: list[Any]
    words: list[Any]
    more: Any
    secret: str = "kept"


_streets = st.fixed_dictionaries({"line": st.text(max_size=5), "number": st.none() | st.integers()})
_houses = st.fixed_dictionaries(
    {
        "name": st.none() | st.text(max_size=5) | st.integers(),
        "built_on": st.none() | st.dates(),
        "seen_at": st.none() | st.datetimes(timezones=st.just(UTC)),
        "is_home": st.booleans(),
        "storeys": st.integers(0, 9),
        "street": st.none() | _streets,
        "streets": st.lists(_streets, max_size=3),
        "words": st.lists(st.none() | st.text(max_size=3), max_size=3),
        "more": st.none() | st.dictionaries(st.text(max_size=2), st.integers(0, 9), max_size=2),
    }
)


@given(_houses)
def test_a_mapping_is_dumped_as_marshmallow_dumps_it(house: dict[str, Any]) -> None:
    assert list(dumper(House())(house).items()) == list(House().dump(house).items())


@given(_houses)
def test_an_object_is_dumped_as_marshmallow_dumps_it(house: dict[str, Any]) -> None:
    built = Built(**house)
    assert dumper(House())(built) == House().dump(built)


def test_a_mapping_that_lacks_a_key_has_its_attribute_taken() -> None:
    class Counted(dict[str, Any]):
        name = "by attribute"

    assert dumper(House())(Counted()) == House().dump(Counted())


def test_a_schema_with_hooks_is_left_to_marshmallow() -> None:
    class Hooked(Street):
        @ma.post_dump
        def shout(self, dumped: dict[str, Any], **_given: Any) -> dict[str, Any]:
            return {**dumped, "line": dumped["line"].upper()}

    assert dumper(Hooked())({"line": "high street"}) == {"line": "HIGH STREET"}


@pytest.mark.parametrize("value", [date(2026, 4, 2), datetime(2026, 4, 2, tzinfo=UTC)])
def test_a_value_of_the_wrong_kind_is_a_fault_here_as_there(value: Any) -> None:
    with pytest.raises(TypeError):
        House().dump({"storeys": value})
    with pytest.raises(TypeError):
        dumper(House())({"storeys": value})


def test_dates_are_said_as_iso_8601_says_them() -> None:
    said = dumper(House())({"built_on": date(1930, 2, 1), "seen_at": datetime(2026, 4, 2, 9, tzinfo=UTC)})
    assert said["built_on"] == "1930-02-01"
    assert said["seen_at"] == "2026-04-02T09:00:00+00:00"
