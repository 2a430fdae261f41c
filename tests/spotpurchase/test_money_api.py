"""Money over HTTP: what buyer and seller see, the files they take away, and what is refused."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from tests.conftest import NOW
from tests.spotpurchase.buying import Market, market
from tests.spotpurchase.interviewing import DAY, Interviewing

__all__ = ["market"]

Speak = Callable[[str], FlaskClient]
API = "/api/v1"


@pytest.fixture
def charged(market: Market) -> str:
    """The reference of a commission under which Beacon has charged Leeds £226.80: all that was agreed."""
    commission = market.commissions(agreed_pence=22_680)
    market.holds(commission, miles=20)
    return commission


def statement(client: FlaskClient, other: str, ending: str = "") -> Any:
    return client.get(f"{API}/statements/2026-11/{other}{ending}")


def test_buyer_and_seller_find_the_statement_in_their_lists(market: Market, charged: str, client_for: Speak) -> None:
    listed = client_for("leeds").get(f"{API}/statements").json
    [one] = listed["statements"]
    assert (listed["month"], one["side"], one["other"]["name"]) == ("2026-11", "bought", "Beacon Return Interviews")
    assert one["total"] == {"net_pence": 18_900, "vat_pence": 3_780, "total_pence": 22_680}
    [other] = client_for("beacon").get(f"{API}/statements?month=2026-11").json["statements"]
    assert (other["side"], other["total"]) == ("sold", one["total"])
    assert client_for("beacon").get(f"{API}/statements?month=2026-10").json["statements"] == []


def test_buyer_and_seller_read_the_same_statement(market: Market, charged: str, client_for: Speak) -> None:
    bought, sold = (
        statement(client_for(member), market.cast.refs[other]).json
        for member, other in (("leeds", "beacon"), ("beacon", "leeds"))
    )
    assert bought == sold
    assert bought["total"]["total_pence"] == sum(line["total_pence"] for line in bought["lines"]) == 22_680


def test_the_files_say_the_same_and_hold_references_only(market: Market, charged: str, client_for: Speak) -> None:
    leeds, beacon = client_for("leeds"), market.cast.refs["beacon"]
    sheet, paper = statement(leeds, beacon, ".csv"), statement(leeds, beacon, ".pdf")
    assert sheet.headers["Content-Disposition"].endswith(f"{market.cast.refs['leeds']}-{beacon}.csv")
    *rows, total = csv.DictReader(io.StringIO(sheet.data.decode("utf-8-sig")))
    assert [row["kind"] for row in rows] == ["interview", "travel"]
    assert (total["line"], total["total_pence"]) == ("total", "22680")
    assert paper.mimetype == "application/pdf"
    assert "£226.80" in PdfReader(io.BytesIO(paper.data)).pages[0].extract_text()


@pytest.mark.parametrize("ending", ["", ".csv", ".pdf"])
@pytest.mark.parametrize(("member", "other"), [("kent", "beacon"), ("northstar", "leeds"), ("leeds", "kent")])
def test_nobody_else_reads_it(
    market: Market, charged: str, client_for: Speak, member: str, other: str, ending: str
) -> None:
    assert statement(client_for(member), market.cast.refs[other], ending).status_code == 404


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "11-2026", "now"])
def test_a_month_is_named_as_it_should_be(charged: str, market: Market, client_for: Speak, month: str) -> None:
    answer = client_for("leeds").get(f"{API}/statements/{month}/{market.cast.refs['beacon']}")
    assert (answer.status_code, answer.json["detail"]) == (404, "Name the month like 2026-11.")
    assert client_for("leeds").get(f"{API}/statements?month={month}").status_code == 422


def test_the_purchase_record_says_what_was_agreed_and_by_which_card(charged: str, client_for: Speak) -> None:
    for member in ("leeds", "beacon"):
        said = client_for(member).get(f"{API}/purchases/{charged}").json
        assert (said["agreed_pence"], said["purchase_order"], said["card"]["version"]) == (22_680, "PO-4711", 3)
        assert said["total"]["total_pence"] == 22_680
    assert client_for("kent").get(f"{API}/purchases/{charged}").status_code == 404


def test_the_seller_puts_right_what_it_charged_and_a_repeat_costs_nothing(charged: str, client_for: Speak) -> None:
    beacon, key = client_for("beacon"), {"Idempotency-Key": "once-and-no-more"}
    interview, _ = beacon.get(f"{API}/purchases/{charged}").json["lines"]
    body = {"net_pence": 10_000, "reason": "reduced_by_agreement"}
    path = f"{API}/purchase-entries/{interview['ref']}/adjustment"
    first, again = (beacon.post(path, json=body, headers=key) for _ in range(2))
    assert (first.status_code, first.json["lines"]) == (201, again.json["lines"])
    correction = first.json["lines"][-1]
    assert (correction["kind"], correction["corrects"], correction["net_pence"]) == (
        "adjustment",
        interview["ref"],
        -8_500,
    )
    assert beacon.post(path, json=body).status_code == 409, "it comes to that already"


@pytest.mark.parametrize("wrong", [185.0, 185.5, "185", "£185.00", True, -1, 10**9, None])
def test_money_is_whole_pence_and_nothing_else(charged: str, client_for: Speak, wrong: Any) -> None:
    for member, path, name, body in (
        ("leeds", f"purchases/{charged}/agreed-price", "agreed_pence", {}),
        ("beacon", f"purchase-entries/pur_{'0' * 26}/adjustment", "net_pence", {"reason": "miles_wrong"}),
    ):
        answer = client_for(member).post(f"{API}/{path}", json={**body, name: wrong})
        assert answer.status_code == 422
        [sentence] = answer.json["fields"][name]
        assert "pence" in sentence or wrong is None


def test_the_payer_agrees_to_more_than_its_order_allows_only_by_saying_so(
    interviewing: Interviewing, sought: str, client_for: Speak
) -> None:
    ref = interviewing.buys(sought)
    commission = interviewing.commission(ref).ref
    leeds, path = client_for("leeds"), f"{API}/purchases/{commission}/agreed-price"
    refused = leeds.post(path, json={"agreed_pence": 60_000})
    assert refused.status_code == 422
    assert "£600.00 and the cap £500.00" in refused.json["fields"]["over_terms"][0]
    agreed = leeds.post(path, json={"agreed_pence": 60_000, "over_terms": True})
    assert (agreed.status_code, agreed.json.get("agreed_pence")) == (200, 60_000), agreed.text


@pytest.mark.parametrize(
    ("kind", "payer"), [("host_pays", "kent"), ("reciprocal", "kent"), ("placing_pays", "leeds"), (None, "leeds")]
)
def test_whoever_two_councils_agreed_on_is_charged_and_nobody_else(
    interviewing: Interviewing, episode: str, client_for: Speak, kind: str | None, payer: str
) -> None:
    if kind:
        said = {"kind": kind, "with": "E08000035", "side": "host"}
        agreement = client_for("kent").post(f"{API}/interview-agreements", json=said).json["ref"]
        assert client_for("leeds").post(f"{API}/interview-agreements/{agreement}/answer", json={"is_agreed": True}).json
    ref = interviewing.buys(interviewing.asks_for(episode))
    interviewing.holds(interviewing.books_time(ref, NOW + DAY).ref, miles=20)
    beacon = interviewing.cast.refs["beacon"]
    for member in ("leeds", "kent"):
        expected = 200 if member == payer else 404
        assert statement(client_for(member), beacon).status_code == expected
    assert statement(client_for(payer), beacon).json["total"]["total_pence"] == 18_500


@pytest.mark.parametrize("kind", ["host_pays", "reciprocal"])
def test_a_host_that_pays_and_whose_own_team_does_it_is_charged_nothing(
    interviewing: Interviewing, episode: str, client_for: Speak, kind: str
) -> None:
    said = {"kind": kind, "with": "E08000035", "side": "host"}
    agreement = client_for("kent").post(f"{API}/interview-agreements", json=said).json["ref"]
    client_for("leeds").post(f"{API}/interview-agreements/{agreement}/answer", json={"is_agreed": True})
    ref = interviewing.buys(interviewing.asks_for(episode), "kent_returns")
    appointment = interviewing.books_time(ref, NOW + DAY, "kent_returns").ref
    interviewing.holds(appointment, NOW + DAY, "kent_returns", now=NOW + DAY + timedelta(hours=2))
    assert interviewing.charged(appointment) == 0
    assert client_for("kent").get(f"{API}/statements").json["statements"] == []
