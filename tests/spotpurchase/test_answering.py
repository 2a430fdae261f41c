"""A provider offers by its own card, says no with a reason, names another, or asks: the hub prices, tells and goes on."""

from typing import Any

import pytest
from marshmallow import ValidationError

from hub.core.errors import Invalid, NotFound, StateConflict
from hub.spotpurchase import answering
from hub.spotpurchase.money.pricing import Card
from hub.spotpurchase.reasons import DECLINES
from hub.spotpurchase.schemas import DeclineIn, OfferIn
from tests.conftest import NOW
from tests.spotpurchase.seeking import BACK, BY, HOUR, Broker


def test_the_first_offer_within_the_terms_is_commissioned_as_it_is_made(broker: Broker) -> None:
    request = broker.seeks()
    broker.offers("kent_returns", request, NOW + HOUR)
    [standing] = broker.standing(request)
    assert broker.holder(request) == "kent_returns"
    assert (standing.performer, standing.is_independent, standing.agreed_pence) == ("provider", True, 14_000)
    assert standing.purchase_order == "PO-0001"
    assert broker.row(request).state == "commissioned"
    assert broker.states(request) == {"kent_returns": "won"}
    assert broker.told(request, "interview.commissioned") == ["leeds", "kent"]
    assert broker.events(request, "interview.commissioned") == ["leeds", "kent", "kent_returns"]
    assert broker.owed(request, "ERBK") == {"kent_returns": "met"}


def test_the_terms_keep_the_card_as_it_was(broker: Broker) -> None:
    request = broker.seeks()
    broker.offers("kent_returns", request)
    terms = broker.reads("kent_returns", request).commissions[0].terms
    assert terms
    assert Card.of_terms(terms).price_pence == 14_000


def test_an_offer_is_priced_by_the_providers_card_with_what_it_expects(broker: Broker) -> None:
    request = broker.seeks(award="by_hand")
    broker.declines("kent_returns", request)
    offer = broker.offers("northstar", request, minutes=150, miles=40)
    assert offer.quoted_pence == 5_200 * 5 // 2 + 40 * 45
    assert offer.expires_at == NOW + 24 * HOUR


def test_an_offer_over_the_cap_stays_for_a_person_to_decide(broker: Broker) -> None:
    request = broker.seeks(price_cap_pence=15_000)
    broker.declines("kent_returns", request)
    broker.offers("northstar", request, minutes=240)
    assert broker.standing(request) == []
    assert broker.told(request, "interview.offered") == ["leeds"]
    assert broker.reads_ask("leeds", request, about="northstar").out_of_terms == ["over_price_cap"]
    assert broker.row(request).state == "requested"
    assert broker.is_well()


def test_an_offer_to_come_after_the_72nd_hour_waits_for_a_person(broker: Broker) -> None:
    request = broker.seeks()
    broker.offers("kent_returns", request, earliest_at=BACK + 73 * HOUR)
    assert broker.standing(request) == []
    assert broker.reads_ask("leeds", request, about="kent_returns").out_of_terms == ["after_72_hours"]


def test_an_offer_after_the_award_is_told_that_nobody_is_needed_any_more(broker: Broker) -> None:
    request = broker.seeks()
    broker.asks_by_hand(request, "beacon")
    broker.offers("kent_returns", request)
    assert broker.told(request, "interview.not_needed") == ["beacon"]
    assert broker.states(request) == {"kent_returns": "won", "beacon": "not_needed"}
    assert broker.owed(request, "ERBK") == {"kent_returns": "met"}
    with pytest.raises(StateConflict, match="Somebody has been commissioned") as refusal:
        broker.offers("beacon", request, NOW + HOUR)
    assert refusal.value.reason == "not_sought"
    assert broker.holder(request) == "kent_returns"


def test_where_a_person_chooses_an_offer_waits_and_others_go_on_being_asked(broker: Broker) -> None:
    request = broker.seeks(award="by_hand")
    broker.offers("kent_returns", request)
    assert broker.standing(request) == []
    assert broker.states(request) == {"kent_returns": "offered", "northstar": "asked"}


def test_an_offer_can_be_bettered_by_no_second_one_but_taken_back(broker: Broker) -> None:
    request = broker.seeks(award="by_hand")
    broker.offers("kent_returns", request)
    with pytest.raises(StateConflict, match="answered this already"):
        broker.offers("kent_returns", request)
    broker.declines("kent_returns", request, code="lone_working_risk")
    assert broker.states(request)["kent_returns"] == "declined"


def test_a_time_that_has_passed_and_a_way_that_was_not_asked_for_are_refused(broker: Broker) -> None:
    request = broker.seeks(needs={"modes": ["in_person"]})
    with pytest.raises(Invalid, match="in the past"):
        broker.offers("kent_returns", request, earliest_at=NOW - HOUR)
    with pytest.raises(Invalid, match="in person"):
        broker.offers("kent_returns", request, mode="video")
    assert broker.states(request) == {"kent_returns": "asked"}


@pytest.mark.parametrize("named", [{"price": 185.0}, {"price_pence": 18_500}, {"quoted_pence": 1}, {"fee": "£185"}])
def test_an_offer_sends_no_price(named: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="Send no price"):
        OfferIn().load({"earliest_at": "2026-11-18T15:00:00Z", "mode": "in_person", "by": BY, **named})


def test_only_who_was_asked_answers(broker: Broker) -> None:
    request = broker.seeks()
    with pytest.raises(NotFound):
        broker.desk("beacon").does(
            answering.decline,
            broker.ask(request, "kent_returns"),
            code="other",
            by=BY,
        )


def test_the_reasons_are_those_of_the_guidance() -> None:
    assert len(DECLINES) == 13
    with pytest.raises(ValidationError, match="Choose one of"):
        DeclineIn().load({"code": "too_busy", "by": BY})


def test_a_no_cannot_follow_the_commission(broker: Broker) -> None:
    request = broker.seeks()
    broker.offers("kent_returns", request)
    with pytest.raises(StateConflict, match="Give it back"):
        broker.declines("kent_returns", request)


def test_whoever_is_named_is_asked_next(broker: Broker) -> None:
    request = broker.seeks()
    ask = broker.refers("kent_returns", request, "beacon", NOW + HOUR)
    assert ask.referred_to_id == broker.desk("beacon").actor.organisation_id
    assert broker.states(request) == {"kent_returns": "referred", "beacon": "asked"}, "before whoever came next by rank"
    assert broker.reads_ask("beacon", request).why == ["referred"]
    assert broker.owed(request, "ERBK") == {"kent_returns": "met", "beacon": "open"}


def test_nobody_names_themselves_and_who_was_named_is_not_asked_twice(broker: Broker) -> None:
    request = broker.seeks()
    with pytest.raises(Invalid, match="another provider than your own"):
        broker.refers("kent_returns", request, "kent_returns")
    broker.declines("kent_returns", request)
    broker.refers("northstar", request, "kent_returns")
    assert broker.states(request) == {"kent_returns": "declined", "northstar": "referred", "beacon": "asked"}


def test_a_question_goes_to_the_other_end_and_its_answer_comes_back(broker: Broker) -> None:
    request = broker.seeks()
    broker.says("kent_returns", request, "Is a lift needed?")
    broker.says("leeds", request, "No, there is a ramp.")
    assert broker.told(request, "interview.conversation") == ["leeds", "kent_returns"]
    talk = broker.reads_ask("kent_returns", request).conversation
    assert [(each["from"], each["text"]) for each in talk] == [
        ("provider", "Is a lift needed?"),
        ("placing", "No, there is a ramp."),
    ]
    with pytest.raises(NotFound):
        broker.says("kent", request, "May we listen?")


def test_what_is_said_is_sealed(broker: Broker) -> None:
    request = broker.seeks()
    broker.says("kent_returns", request, "Is a lift needed?")
    [row] = broker.books.all("SELECT sealed FROM interview_ask")
    assert b"lift" not in bytes(row.sealed)
