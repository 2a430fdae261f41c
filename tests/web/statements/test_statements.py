"""Statements on pages: both sides read the same lines, take them away as files, and the seller puts its own mistake right."""

import pytest

from tests.conftest import NOW
from tests.spotpurchase.buying import Market, market
from tests.web.interviews.desk import at, fill
from tests.web.reading import words_of

__all__ = ["at", "market"]

PATH = "/statements/2026-11"


@pytest.fixture
def charged(market: Market) -> str:
    """A commission under which Beacon has charged Leeds £226.80."""
    commission = market.commissions(agreed_pence=22_680)
    market.holds(commission, miles=20)
    return commission


def test_a_month_without_an_interview_says_how_a_line_comes_there(at) -> None:
    said = words_of(at("leeds", "social_worker").get("/statements?month=2026-09"))
    assert "Statements of September 2026" in said
    assert "Nothing was charged in this month" in said


def test_a_month_that_cannot_be_is_the_present_one(at) -> None:
    assert at("leeds", "social_worker").get("/statements?month=2026-13").status_code == 200


def test_buyer_and_seller_see_the_same_sum(at, charged: str, market: Market) -> None:
    month = f"/statements?month={NOW:%Y-%m}"
    bought = words_of(at("leeds", "social_worker").get(month))
    sold = words_of(at("beacon", "coordinator").get(month))
    assert "Beacon Return Interviews Bought from them" in bought
    assert "Leeds City Council Sold to them" in sold
    for said in (bought, sold):
        assert "£189.00 £37.80 £226.80" in said


def test_lines_and_files_of_a_statement(at, charged: str, market: Market) -> None:
    tab, path = at("leeds", "social_worker"), f"{PATH}/{market.cast.refs['beacon']}"
    said = words_of(tab.get(path))
    assert "Interview and report" in said
    assert "Put right" not in said
    assert tab.get(f"{path}/statement.csv").mimetype == "text/csv"
    assert tab.get(f"{path}/statement.pdf").get_data().startswith(b"%PDF")


def test_another_organisations_statement_is_not_there(at, charged: str, market: Market) -> None:
    assert at("kent", "team_manager").get(f"{PATH}/{market.cast.refs['beacon']}").status_code == 404


def test_the_seller_puts_a_line_right_and_is_told_of_a_slip_in_pounds(at, charged: str, market: Market) -> None:
    tab, path = at("beacon", "coordinator"), f"{PATH}/{market.cast.refs['leeds']}"
    line = next(each for each in market.statement("beacon", "leeds").lines if each.kind == "travel")

    slip = fill(tab, f"{path}/{line.ref}", {"net_pence": "3.5", "reason": "miles_wrong"})
    assert slip.status_code == 422
    assert "Enter an amount in pounds, such as 185 or 185.50." in words_of(slip)

    assert fill(tab, f"{path}/{line.ref}", {"net_pence": "0", "reason": "miles_wrong"}).status_code == 303
    assert market.statement("leeds", "beacon").total.net_pence == 18_900 - line.net_pence
    assert "The miles were wrong" in words_of(at("leeds", "social_worker").get(f"{PATH}/{market.cast.refs['beacon']}"))


def test_a_line_of_nobodys_is_not_there(at, charged: str, market: Market) -> None:
    ref = "pur_" + "0" * 26
    assert at("beacon", "coordinator").get(f"{PATH}/{market.cast.refs['leeds']}/{ref}").status_code == 404
