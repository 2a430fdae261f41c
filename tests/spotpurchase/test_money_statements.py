"""What one organisation owes another: entered once, the same on both sides, to the penny in every form."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import func, select

from hub.core.errors import Invalid, NotFound, StateConflict
from hub.spotpurchase.money import writing
from hub.spotpurchase.money.models import PurchaseEntry
from hub.spotpurchase.money.pricing import in_pounds
from hub.spotpurchase.money.schemas import StatementOut
from hub.spotpurchase.money.service import enter_held
from hub.spotpurchase.money.statements import Statement
from tests.conftest import NOW
from tests.spotpurchase.buying import BEGAN, CARD, HOUR, HOURLY, Market, market

__all__ = ["market"]

OCTOBER = datetime(2026, 10, 30, 15, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 2, 9, tzinfo=UTC)


def as_csv(found: Statement) -> list[dict[str, str]]:
    file = io.StringIO(newline="")
    writing.write_csv(found, file)
    return list(csv.DictReader(io.StringIO(file.getvalue())))


@cache
def on_paper(found: Statement) -> str:
    pages = PdfReader(io.BytesIO(writing.write_pdf(found, now=NOW))).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def stands(found: Statement) -> list[tuple[str, int, int]]:
    return [(line.kind, line.net_pence, line.vat_pence) for line in found.lines]


# --- what is entered --------------------------------------------------------------------------------------------------


def test_an_interview_that_was_held_is_charged_by_the_card_as_it_was_agreed(market: Market) -> None:
    market.holds(market.commissions(), miles=10)
    found = market.statement("leeds", "beacon")
    assert stands(found) == [("interview", 18_500, 3_700), ("travel", 450, 90)]
    assert {(line.card, line.card_version, line.purchase_order) for line in found.lines} == {(CARD.ref, 3, "PO-4711")}


def test_the_same_event_entered_twice_costs_once(market: Market) -> None:
    commission = market.commissions()
    with market.undone() as session:
        bought = market.commission(session, commission)
        held = market.books(session, bought.id, BEGAN, 60)
        said: dict[str, Any] = {"miles": 3, "rules": market.rules, "now": NOW}
        first = enter_held(session, market.seller(bought), bought, held, **said)
        again = enter_held(session, market.seller(bought), bought, held, **said)
        assert (len(first.refs), first.total_pence) == (2, 22_362)
        assert (again.refs, again.total_pence) == ((), 0)


@pytest.mark.parametrize(
    ("buyer", "seller", "why"),
    [
        ("kent", "kent_returns", "a council's own team charges it nothing"),
        ("leeds", "leeds", "nobody pays themselves"),
    ],
)
def test_whoever_is_served_by_its_own_is_charged_nothing(market: Market, buyer: str, seller: str, why: str) -> None:
    commission = market.commissions(buyer, seller)
    assert market.holds(commission).refs == (), why
    assert market.visits_in_vain(commission).refs == (), why
    assert market.cancels(commission, by="leeds").refs == (), why


def test_a_host_that_pays_is_the_one_that_is_charged(market: Market) -> None:
    market.holds(market.commissions("kent", "beacon"))
    assert market.statement("kent", "beacon").total.total_pence == 22_200
    with pytest.raises(NotFound):
        market.statement("leeds", "beacon")


def test_between_councils_that_interview_each_others_children_nobody_is_charged(market: Market) -> None:
    """Reciprocal: Kent pays for who lives in Kent, and Kent's own team does it; the placing authority owes nothing."""
    assert market.holds(market.commissions("kent", "kent_returns", card=CARD)).total_pence == 0
    assert market.holds(market.commissions("leeds", "kent_returns", card=None)).total_pence == 0, "no terms, no charge"


def test_a_call_in_vain_is_no_visit_and_no_more_visits_are_charged_than_attempts_allowed(market: Market) -> None:
    commission = market.commissions()
    assert market.visits_in_vain(commission, how="phone").refs == ()
    assert market.visits_in_vain(commission, outcome="rearranged").refs == ()
    charged = [market.visits_in_vain(commission, miles=2).total_pence for _ in range(4)]
    assert charged == [22_308, 22_308, 22_308, 0]


@pytest.mark.parametrize(("hours_before", "by", "pence"), [(1, "leeds", 11_100), (24, "leeds", 0), (1, "beacon", 0)])
def test_a_late_cancellation_is_charged_unless_the_seller_could_not(
    market: Market, hours_before: int, by: str, pence: int
) -> None:
    assert market.cancels(market.commissions(), hours_before=hours_before, by=by).total_pence == pence


def test_an_interview_is_not_charged_beyond_what_was_agreed_until_the_payer_agrees_to_more(market: Market) -> None:
    commission = market.commissions(card=HOURLY, agreed_pence=12_480)  # two hours, £104.00 and VAT
    held = market.holds(commission, minutes=180, miles=20)
    assert (held.total_pence, held.over_pence) == (12_480, 7_320)
    interview = next(line for line in market.statement("leeds", "beacon").lines if line.kind == "interview")
    with pytest.raises(Invalid) as refused:
        market.adjusts("beacon", interview.ref, 15_600)
    assert "£124.80 was agreed" in refused.value.sentence
    market.agrees("leeds", commission, 19_800)
    market.adjusts("beacon", interview.ref, 15_600)
    assert market.statement("leeds", "beacon").total.total_pence == 18_720
    with pytest.raises(Invalid, match="stays agreed"):
        market.agrees("leeds", commission, 100)


def test_no_amount_is_broken_between_two_lines_of_paper(market: Market) -> None:
    card = replace(CARD, price_pence=888_888)
    for _ in range(9):
        market.holds(market.commissions(card=card, agreed_pence=9_999_999, order="PO-888888888888/88"), miles=888)
    dear = market.statement("leeds", "beacon")
    for line in dear.lines:
        market.adjusts("beacon", line.ref, 0)
    undone = market.statement("leeds", "beacon")
    for found, total in ((dear, "£83,596.32 £16,719.30 £100,315.62"), (undone, "£0.00 £0.00 £0.00")):
        assert f"Total {total}" in on_paper(found)
        assert all(in_pounds(line.total_pence) in on_paper(found) for line in found.lines)


# --- in which month ---------------------------------------------------------------------------------------------------


def test_a_month_is_londons(market: Market) -> None:
    commission = market.commissions()
    last = datetime(2026, 6, 30, 22, 59, tzinfo=UTC)  # 23:59 in London
    market.holds(commission, began=last - HOUR, now=last)
    market.holds(commission, began=last, now=last + timedelta(minutes=1))
    june = market.statement("leeds", "beacon", month=last, now=NOW)
    july = market.statement("leeds", "beacon", month=last + timedelta(minutes=1), now=NOW)
    assert (f"{june.month}", len(june.lines)) == ("2026-06-01", 1)
    assert (f"{july.month}", len(july.lines)) == ("2026-07-01", 1)


def test_a_closed_month_never_changes_and_what_comes_late_stands_in_the_next(market: Market) -> None:
    commission = market.commissions()
    market.holds(commission, began=OCTOBER, now=OCTOBER)
    closed = market.statement("leeds", "beacon", month=OCTOBER)
    assert closed.is_closed
    market.holds(commission, began=OCTOBER + HOUR, now=NOW)
    market.adjusts("beacon", closed.lines[0].ref, 10_000)
    assert market.statement("leeds", "beacon", month=OCTOBER) == closed
    november = market.statement("leeds", "beacon")
    assert stands(november) == [("interview", 18_500, 3_700), ("adjustment", -8_500, -1_700)]
    assert november.lines[1].corrects == closed.lines[0].ref
    assert not november.is_closed


# --- corrections ------------------------------------------------------------------------------------------------------


def test_a_correction_is_an_entry_against_the_entry_and_may_itself_be_corrected(market: Market) -> None:
    commission = market.commissions()
    market.holds(commission)
    entry = market.statement("leeds", "beacon").lines[0]
    market.adjusts("beacon", entry.ref, 0)
    market.adjusts("beacon", entry.ref, 9_999)
    assert stands(market.statement("leeds", "beacon")) == [
        ("interview", 18_500, 3_700),
        ("adjustment", -18_500, -3_700),
        ("adjustment", 9_999, 2_000),
    ]
    with pytest.raises(StateConflict, match=r"£99\.99 without VAT already"):
        market.adjusts("beacon", entry.ref, 9_999)


@pytest.mark.parametrize("who", ["leeds", "northstar"])
def test_only_the_seller_corrects(market: Market, who: str) -> None:
    market.holds(market.commissions())
    entry = market.statement("leeds", "beacon").lines[0]
    with pytest.raises(NotFound):
        market.adjusts(who, entry.ref, 0)


@pytest.mark.parametrize("who", ["kent", "northstar"])
def test_only_the_payer_agrees_to_more(market: Market, who: str) -> None:
    with pytest.raises(NotFound):
        market.agrees(who, market.commissions(), 200_000)


def test_nobody_else_sees_a_statement(market: Market) -> None:
    market.holds(market.commissions())
    for member, other in (("kent", "beacon"), ("northstar", "leeds"), ("leeds", "northstar")):
        with pytest.raises(NotFound):
            market.statement(member, other)


# --- to the penny -----------------------------------------------------------------------------------------------------

EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["holds", "holds", "visits", "cancels", "adjusts", "agrees"]),
        st.integers(0, 3),  # which commission
        st.integers(0, 25_001),  # minutes, miles, pence
        st.sampled_from([OCTOBER, NOW, DECEMBER]),
    ),
    min_size=1,
    max_size=14,
)
BOUGHT: Any = (
    {"card": CARD},
    {"card": HOURLY, "agreed_pence": 14_001},
    {"card": HOURLY, "order": "=1+1"},
    {"card": CARD, "seller": "northstar"},
)


def do(market: Market, commissions: list[str], event: tuple[str, int, int, datetime]) -> None:
    """One event; what cannot be is refused, and changes nothing."""
    what, which, number, now = event
    commission = commissions[which]
    match what:
        case "holds":
            market.holds(commission, minutes=number % 300, miles=number % 97, began=now - HOUR, now=now)
        case "visits":
            market.visits_in_vain(commission, miles=number % 97, at=now - HOUR, now=now)
        case "cancels":
            market.cancels(commission, hours_before=number % 30, now=now)
        case "agrees":
            market.agrees("leeds", commission, number)
        case "adjusts":
            assert market.shared is not None
            refs = market.shared.scalars(select(PurchaseEntry.ref).order_by(PurchaseEntry.id)).all()
            if refs:
                entry = refs[number % len(refs)]
                seller = market.shared.scalar(select(PurchaseEntry.seller_id).where(PurchaseEntry.ref == entry))
                market.adjusts("beacon" if seller == market.cast.ids["beacon"] else "northstar", entry, number, now=now)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(events=EVENTS)
def test_whatever_happens_in_whatever_order_every_form_of_every_statement_says_the_sum_of_the_entries(
    market: Market, events: list[Any]
) -> None:
    with market.undone() as session:
        commissions = [market.commissions(**each) for each in BOUGHT]
        for event in events:
            try:
                do(market, commissions, event)
            except (Invalid, StateConflict):
                continue
        shown = 0
        for seller in ("beacon", "northstar"):
            for month in (OCTOBER, NOW, DECEMBER):
                shown += _agrees(market, session, seller, month)
        assert shown == (session.scalar(select(func.sum(PurchaseEntry.net_pence + PurchaseEntry.vat_pence))) or 0)


def _agrees(market: Market, session: Any, seller: str, month: datetime) -> int:
    """The total of one statement, which all its forms and both its sides must say."""
    mine = (PurchaseEntry.seller_id == market.cast.ids[seller], PurchaseEntry.month == month.date().replace(day=1))
    entries = session.execute(select(PurchaseEntry.net_pence, PurchaseEntry.vat_pence).where(*mine)).all()
    if not entries:
        with pytest.raises(NotFound):
            market.statement("leeds", seller, month=month, now=DECEMBER)
        return 0
    bought = market.statement("leeds", seller, month=month, now=DECEMBER)
    assert bought == market.statement(seller, "leeds", month=month, now=DECEMBER), "both sides see the same"
    net, vat = sum(row.net_pence for row in entries), sum(row.vat_pence for row in entries)
    assert StatementOut().dump(bought)["total"] == {"net_pence": net, "vat_pence": vat, "total_pence": net + vat}
    *rows, total = as_csv(bought)
    for column, sum_pence in (("net_pence", net), ("vat_pence", vat), ("total_pence", net + vat)):
        assert sum(int(row[column]) for row in rows) == int(total[column]) == sum_pence
    assert not any(cell.startswith("=") for row in rows for cell in row.values()), "no cell is a formula"
    paper = on_paper(bought)
    assert f"Net {in_pounds(net)}" in paper
    assert f"Total {in_pounds(net)} {in_pounds(vat)} {in_pounds(net + vat)}" in paper
    return net + vat
