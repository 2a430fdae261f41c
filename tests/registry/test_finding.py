"""Children found by what somebody typed of their names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.registry.names.indexes import fold
from hub.registry.register.finding import fitting

CHILDREN = [
    {"family_name": "Fictitious", "given_names": "Rowan Ash"},
    {"family_name": "Fictitiouz", "given_names": "Briar"},
    {"family_name": "Ó Made-Up", "given_names": "Sam", "aliases": ["Samantha Pretend"]},
    {"family_name": "Invented", "given_names": "Samuel"},
    {},
]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("fictitious", {0: 0, 1: 1}),
        ("fict", {0: 0, 1: 0}),
        ("rowan fictitious", {0: 0}),
        ("fictitious rowna", {0: 1}),
        ("sam", {2: 0, 3: 0}),
        ("saam", {2: 1}),
        ("san", {}),
        ("omadeup", {2: 0}),
        ("samantha", {2: 0}),
        ("nobody", {}),
        ("", {0: 0, 1: 0, 2: 0, 3: 0, 4: 0}),
    ],
)
def test_words_lead_to_names_that_begin_so_or_lie_one_slip_away(typed: str, found: dict[int, int]) -> None:
    assert fitting(fold(typed), CHILDREN) == found


@given(st.text(st.characters(max_codepoint=127), max_size=30))
def test_a_plain_name_is_folded_as_any_other_is(name: str) -> None:
    """What stands beside it is of another alphabet, and is cut off again."""
    assert fold(name) == fold(f"{name} ı")[:-1]
