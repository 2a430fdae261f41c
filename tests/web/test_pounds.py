"""Amounts that people type in pounds become the whole pence that the API takes, and nothing else does."""

import pytest
from marshmallow import Schema, fields
from werkzeug.datastructures import MultiDict

from hub.spotpurchase.pence import Pence
from hub.web import pounds
from hub.web.forms import Unspelt


class _Priced(Schema):
    price_pence = Pence(1_000_000, slip_under=1_000, required=True, error_messages={"required": "Enter the price."})
    note = fields.String(load_default="")


NAMES = ("note", "price_pence")


def given(written: str) -> pounds.Filled:
    return pounds.filled(_Priced(), NAMES, MultiDict({"price_pence": written}), amounts=("price_pence",))


@pytest.mark.parametrize(
    ("written", "pence"),
    [("185", 18_500), ("185.00", 18_500), (" £185.50 ", 18_550), ("1,185.05", 118_505), ("0", 0), ("10.00", 1_000)],
)
def test_pounds_with_or_without_pence_are_whole_pence(written: str, pence: int) -> None:
    assert pounds.pence_in(written) == pence
    assert given(written).loaded["price_pence"] == pence


@pytest.mark.parametrize("written", ["185.5", "185.005", "-1", "1e3", "18,5", "185p", "£", ".50", "١٨٥"])
def test_what_might_mean_another_amount_is_refused_with_the_cure_and_kept(written: str) -> None:
    with pytest.raises(Unspelt):
        pounds.pence_in(written)
    refused = given(written)
    assert refused.errors == {"price_pence": "Enter an amount in pounds, such as 185 or 185.50."}
    assert refused.typed["price_pence"] == written
    assert refused.loaded == {}


def test_what_the_schema_says_of_an_amount_is_told_at_its_control() -> None:
    assert given("").errors == {"price_pence": "Enter the price."}
    assert given("10000.01").errors == {"price_pence": "Enter an amount between £10.00 and £10,000.00."}
    assert given("1.85").errors == {"price_pence": "Enter an amount between £10.00 and £10,000.00."}


@pytest.mark.parametrize("pence", [0, 5, 45, 18_500, 118_505])
def test_an_amount_that_is_shown_again_reads_as_itself(pence: int) -> None:
    assert pounds.pence_in(pounds.typed_from(pence)) == pence
