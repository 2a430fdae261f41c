"""Exactly one is commissioned; dear offers take a manager; the council can do it itself; who gives up is followed by others."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from hub.core.errors import Invalid, NotFound, StateConflict
from hub.spotpurchase import commissioning
from hub.spotpurchase.interviews import service as interviews
from hub.spotpurchase.standing import request_for
from tests.conftest import NOW
from tests.spotpurchase.seeking import BACK, HOUR, MINUTE, Broker


def _offers_of_two(broker: Broker) -> str:
    request = broker.seeks(award="by_hand", price_cap_pence=20_000)
    broker.asks_by_hand(request, "beacon")
    broker.offers("kent_returns", request)
    broker.offers("beacon", request)
    return request


def test_a_person_chooses_one_offer_and_the_others_are_told(broker: Broker) -> None:
    request = _offers_of_two(broker)
    broker.commissions(request, ask=broker.ask(request, "beacon"))
    assert broker.holder(request) == "beacon"
    assert broker.states(request)["kent_returns"] == "not_needed"
    assert "kent_returns" in broker.told(request, "interview.not_needed")


def test_the_second_hand_is_told_that_it_is_decided(broker: Broker) -> None:
    request = _offers_of_two(broker)
    broker.commissions(request, ask=broker.ask(request, "beacon"))
    with pytest.raises(StateConflict, match="Somebody has been commissioned"):
        broker.commissions(request, ask=broker.ask(request, "kent_returns"))
    assert broker.holder(request) == "beacon"


def test_the_database_itself_holds_that_only_one_stands(broker: Broker) -> None:
    request = _offers_of_two(broker)
    broker.commissions(request, ask=broker.ask(request, "beacon"))
    [row] = broker.books.all("SELECT * FROM interview_commission")
    names = [name for name in row._fields if name not in ("id", "ref")]
    with pytest.raises(Exception, match=r"(?i)unique"), broker.desk("leeds").reads() as session:
        said = f"INSERT INTO interview_commission (ref, {', '.join(names)}) SELECT 'com_x', {', '.join(names)} "
        session.execute(text(said + "FROM interview_commission"))


def test_an_offer_over_the_cap_takes_a_manager_and_a_reason(broker: Broker) -> None:
    request = broker.seeks(price_cap_pence=15_000)
    broker.declines("kent_returns", request)
    broker.offers("northstar", request, minutes=240)
    ask = broker.ask(request, "northstar")
    leeds = broker.desk("leeds")
    without = replace(leeds, actor=replace(leeds.actor, scopes=leeds.actor.scopes - {"manage"}))
    with pytest.raises(StateConflict, match=r"£208\.00 and the cap £150\.00.*manager") as refusal:
        without.does(commissioning.commission, request, ask=ask, by="P. Fictitious", reason="Nobody else.")
    assert refusal.value.reason == "over_price_cap"
    with pytest.raises(Invalid, match="Say why it is accepted"):
        broker.commissions(request, ask=ask)
    broker.commissions(request, ask=ask, reason="Nobody else can speak with the child in time.")
    assert broker.holder(request) == "northstar"


def test_a_purchase_order_is_not_spent_twice(broker: Broker) -> None:
    """One order of £200 for two interviews of £140: the second offer waits for a person."""
    first = broker.seeks(purchase_order_pence=20_000)
    broker.offers("kent_returns", first)
    other = broker.back(family_name="Invented", given_names="Sorrel", born_on="2012-02-03")
    second = broker.asks(other, purchase_order_pence=20_000)
    broker.offers("kent_returns", second)
    assert broker.standing(second) == []
    assert broker.reads_ask("leeds", second, about="kent_returns").out_of_terms == ["over_purchase_order"]
    with pytest.raises(Invalid, match=r"more than the £200\.00 it allows"):
        broker.commissions(second, ask=broker.ask(second, "kent_returns"))
    broker.cancels(first)
    broker.commissions(second, ask=broker.ask(second, "kent_returns"))
    assert broker.holder(second) == "kent_returns", "what was given back is not spent"


def test_what_was_charged_for_an_interview_that_came_to_nothing_is_spent_too(broker: Broker) -> None:
    """One order of £200: £70 of it went for a time that was cancelled late, so £140 more is too much, also for the same child."""
    first = broker.seeks(purchase_order_pence=20_000)
    broker.offers("kent_returns", first)
    booked = {"starts_at": NOW + 5 * HOUR, "minutes": 60, "mode": "in_person", "by": "P. Fictitious"}
    broker.desk("kent_returns").does(interviews.book, first, **booked)
    broker.cancels(first, NOW + HOUR)
    assert [row.net_pence for row in broker.books.all("SELECT net_pence FROM purchase_entry")] == [7_000]
    second = broker.asks(broker.back(family_name="Invented", given_names="Sorrel"), purchase_order_pence=20_000)
    broker.renews(first, NOW + 2 * HOUR)
    for request in (second, first):
        broker.offers("kent_returns", request, NOW + 2 * HOUR)
        assert broker.standing(request) == []
        assert broker.reads_ask("leeds", request, about="kent_returns").out_of_terms == ["over_purchase_order"]
    with pytest.raises(
        Invalid, match=r"agreed or charged under this purchase order, £140\.00 is more than the £200\.00"
    ):
        broker.commissions(second, NOW + 2 * HOUR, ask=broker.ask(second, "kent_returns"))


def test_the_councils_own_interviewer_is_commissioned_without_a_price(broker: Broker) -> None:
    request = broker.seeks()
    broker.commissions(request, performer="own_interviewer", interviewer="I. Invented")
    [standing] = broker.standing(request)
    assert (standing.performer, standing.is_independent, standing.agreed_pence) == ("own_interviewer", True, 0)
    assert standing.terms in (None, "null")
    assert broker.states(request) == {"kent_returns": "not_needed"}
    assert broker.reads("kent", request).facts["performer"]["performer"] == "own_interviewer"


def test_a_social_worker_is_recorded_as_not_independent_with_the_reason(broker: Broker) -> None:
    request = broker.seeks(needs={"languages": ["xx"]})
    with pytest.raises(Invalid, match="not independent"):
        broker.commissions(request, performer="social_worker", is_independent=True)
    broker.commissions(request, performer="social_worker", reason="No provider was free before hour 36.")
    [standing] = broker.standing(request)
    assert (standing.performer, bool(standing.is_independent)) == ("social_worker", False)
    assert broker.reads("leeds", request).commissions[0].reason == "No provider was free before hour 36."
    assert broker.owed(request, "ERFB") == {"leeds": "met"}


def test_an_offer_of_another_request_or_one_that_expired_is_refused(broker: Broker) -> None:
    request = _offers_of_two(broker)
    with pytest.raises(Invalid, match="Name an offer"):
        broker.commissions(request, ask="ask_" + "0" * 26)
    with pytest.raises(StateConflict, match="does not stand"):
        broker.commissions(request, NOW + 25 * HOUR, ask=broker.ask(request, "beacon"))


@pytest.mark.parametrize("member", ["kent", "cornwall", "kent_returns"])
def test_only_the_placing_authority_commissions(broker: Broker, member: str) -> None:
    request = broker.seeks()
    with pytest.raises(NotFound):
        broker.commissions(request, member=member, performer="own_interviewer")


# --- whoever accepted does not come -----------------------------------------------------------------------------------


def test_who_accepts_and_is_not_heard_of_again_is_given_up_and_others_are_asked(broker: Broker) -> None:
    request = broker.seeks()
    broker.offers("kent_returns", request)
    respond_by = broker.reads("leeds", request).commissions[0].respond_by
    assert NOW < respond_by <= NOW + 12 * HOUR
    broker.time_passes(respond_by - MINUTE)
    assert broker.holder(request) == "kent_returns"
    broker.time_passes(respond_by)
    assert broker.holder(request) is None
    assert broker.states(request) == {"kent_returns": "won", "northstar": "asked"}
    assert broker.told(request, "interview.commission_ended") == ["leeds", "kent", "kent_returns"]
    assert broker.reads("leeds", request).commissions[0].end_reason == "not_heard_of"
    assert broker.is_well(respond_by)


def test_who_vanished_after_the_hour_of_decision_leaves_it_to_the_council(broker: Broker) -> None:
    late = BACK + 40 * HOUR
    request = broker.seeks(now=late, price_cap_pence=15_000, needs={"modes": ["in_person"]})
    broker.declines("northstar", request, late)
    broker.offers("kent_returns", request, late)
    broker.time_passes(broker.reads("leeds", request).commissions[0].respond_by)
    assert broker.row(request).state == "unplaced"
    assert broker.owed(request, "ERFB") == {"leeds": "open"}, "it is owed again"


def test_the_council_takes_it_back_and_whoever_was_not_needed_is_asked_again(broker: Broker) -> None:
    request = broker.seeks()
    broker.asks_by_hand(request, "beacon")
    broker.offers("kent_returns", request)
    assert broker.states(request)["beacon"] == "not_needed"
    broker.takes_back(request, NOW + HOUR)
    broker.declines("northstar", request, NOW + HOUR)
    assert broker.states(request)["beacon"] == "asked"
    assert broker.states(request)["kent_returns"] == "won", "it is not asked again by itself"


def test_nobody_to_lose_is_said(broker: Broker) -> None:
    request = broker.seeks()
    with pytest.raises(StateConflict, match="Nobody holds"):
        broker.takes_back(request)


def test_a_host_and_a_provider_that_was_only_asked_may_not_act_on_the_request(broker: Broker) -> None:
    request = broker.seeks()
    for member in ("kent", "kent_returns", "cornwall"):
        desk: Any = broker.desk(member)
        with desk.reads() as session, pytest.raises(NotFound):
            request_for(session, desk.actor, request)


# --- cancelled, and sought again --------------------------------------------------------------------------------------


def test_a_cancellation_tells_everybody_and_leaves_nothing_owed(broker: Broker) -> None:
    request = broker.seeks()
    broker.cancels(request, NOW + HOUR)
    assert broker.row(request).state == "cancelled"
    assert broker.told(request, "interview.not_needed") == ["kent_returns"]
    assert broker.told(request, "interview.cancelled") == ["kent"]
    assert broker.owed(request, "ERBK") == broker.owed(request, "ERFB") == {}
    with pytest.raises(StateConflict, match="cancelled it"):
        broker.offers("kent_returns", request, NOW + 2 * HOUR)
    with pytest.raises(StateConflict):
        broker.cancels(request)


def test_a_cancelled_commission_ends_and_its_performer_is_told(broker: Broker) -> None:
    request = broker.seeks()
    broker.offers("kent_returns", request)
    broker.cancels(request, NOW + HOUR)
    assert broker.standing(request) == []
    assert broker.told(request, "interview.cancelled") == ["kent", "kent_returns"]


def test_asked_for_again_it_goes_on_with_the_same_clock(broker: Broker) -> None:
    request = broker.seeks()
    broker.cancels(request, NOW + HOUR)
    broker.renews(request, NOW + 2 * HOUR)
    assert broker.row(request).state == "requested"
    assert broker.states(request) == {"kent_returns": "asked"}
    assert broker.owed(request, "ERBK") == {"kent_returns": "open"}
    with pytest.raises(StateConflict):
        broker.renews(request)


def test_who_stayed_silent_is_asked_again_when_a_person_asks_again(broker: Broker) -> None:
    request = broker.seeks(price_cap_pence=12_000)
    assert broker.asked_now(request) == ["northstar"]
    broker.time_passes(NOW + 4 * HOUR)
    assert broker.row(request).state == "unplaced"
    broker.renews(request, NOW + 5 * HOUR)
    assert broker.states(request) == {"northstar": "asked"}
    assert broker.owed(request, "ERFB") == {"leeds": "open"}, "the decision stays owed until somebody is commissioned"


def test_it_is_not_sought_again_beside_another_for_the_same_episode(broker: Broker) -> None:
    episode = broker.back()
    first = broker.asks(episode)
    broker.cancels(first)
    broker.asks(episode)
    with pytest.raises(StateConflict, match="Another interview is sought"):
        broker.renews(first)


def test_who_was_let_go_by_no_doing_of_its_own_is_asked_again(broker: Broker) -> None:
    request = broker.seeks()
    broker.offers("kent_returns", request)
    broker.cancels(request, NOW + HOUR)
    broker.renews(request, NOW + 2 * HOUR)
    assert broker.states(request) == {"kent_returns": "asked"}
    broker.offers("kent_returns", request, now=NOW + 3 * HOUR)
    assert broker.holder(request) == "kent_returns"
