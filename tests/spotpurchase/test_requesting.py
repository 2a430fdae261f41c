"""An interview is asked for from an episode that has returned; what the hub knows it fills in itself."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from marshmallow import ValidationError

from hub.core.errors import HubError, Invalid, StateConflict
from hub.missing import service as missing
from hub.spotpurchase import requesting
from hub.spotpurchase.providers import agreements
from hub.spotpurchase.providers.schemas import InterviewAgreementIn
from hub.spotpurchase.schemas import InterviewRequestIn
from tests.conftest import NOW
from tests.spotpurchase.seeking import BACK, BY, HOUR, WANTED, Broker

DAY = timedelta(days=1)


def test_area_age_band_needs_and_the_72_hours_come_from_what_the_hub_knows(broker: Broker) -> None:
    request = broker.reads("leeds", broker.seeks())
    assert request.facts["area"] == {"gss_code": "E10000016", "name": "Kent County Council"}
    assert request.facts["age_band"] == "13_to_15"
    assert request.facts["modes"] == ["in_person", "video", "phone"]
    assert request.facts["latest_at"] == BACK + 72 * HOUR
    assert request.facts["name"] == {"family_name": "Fictitious", "given_names": "Robin"}
    assert request.facts["address"]["postcode"] == "ME14 1XQ"
    assert request.payer == request.facts["placing_authority"]


def test_both_councils_are_told_that_an_interview_is_sought(broker: Broker) -> None:
    assert broker.events(broker.seeks(), "interview.requested") == ["leeds", "kent"]


def test_before_the_return_it_is_refused_and_said_when_it_can_be_asked_for(broker: Broker) -> None:
    with pytest.raises(Invalid, match="The child is not back yet") as refusal:
        broker.asks(broker.back(at=None))
    assert refusal.value.reason == "not_returned"


def test_found_is_not_back(broker: Broker) -> None:
    episode = broker.back(at=None)
    broker.desk("kent_police").does(missing.locate, episode, at=NOW - HOUR, by=BY)
    with pytest.raises(Invalid, match="found and is not back"):
        broker.asks(episode)


def test_only_the_council_that_placed_the_child_asks(broker: Broker) -> None:
    with pytest.raises(Invalid, match="Another council placed this child"):
        broker.asks(broker.back(), member="kent")


def test_there_is_one_open_request_for_an_episode(broker: Broker) -> None:
    episode = broker.back()
    first = broker.asks(episode)
    with pytest.raises(StateConflict, match=first):
        broker.asks(episode)
    broker.cancels(first)
    assert broker.asks(episode) != first, "that one is over"


def test_one_interview_may_serve_several_episodes_for_a_reason_and_each_keeps_its_clock(broker: Broker) -> None:
    earlier = broker.back(gone=NOW - 40 * HOUR, at=NOW - 30 * HOUR)
    later = broker.missing(broker.placement_of(earlier), NOW - 20 * HOUR, BACK)
    with pytest.raises(Invalid, match="Say why one interview serves several"):
        broker.asks(later, earlier)
    request = broker.asks(later, earlier, reason="close_together")
    served = {
        each.ref: (each.returned_at, each.latest_at, each.reason) for each in broker.reads("leeds", request).episodes
    }
    assert served == {
        earlier: (NOW - 30 * HOUR, NOW + 42 * HOUR, None),
        later: (BACK, BACK + 72 * HOUR, "close_together"),
    }
    assert broker.reads("leeds", request).facts["latest_at"] == NOW + 42 * HOUR, "the earliest of them rules"


def test_a_later_episode_joins_a_request_that_is_under_way(broker: Broker) -> None:
    first = broker.back(gone=NOW - 40 * HOUR, at=NOW - 30 * HOUR)
    request = broker.asks(first)
    again = broker.missing(broker.placement_of(first), NOW - 20 * HOUR, BACK)
    adding: dict[str, Any] = {"episode": again, "reason": "missing_again_before"}
    broker.desk("leeds").does(requesting.add_episode, request, **adding)
    served = broker.reads("leeds", request)
    assert [each.latest_at for each in served.episodes] == [NOW + 42 * HOUR, BACK + 72 * HOUR]
    with pytest.raises(StateConflict, match="sought for this episode already"):
        broker.desk("leeds").does(requesting.add_episode, request, **adding)


def test_another_childs_episode_is_refused(broker: Broker) -> None:
    other = broker.back(family_name="Invented", given_names="Sorrel", born_on="2012-02-03")
    request = broker.seeks()
    with pytest.raises(Invalid, match="another child"):
        broker.desk("leeds").does(requesting.add_episode, request, episode=other, reason="close_together")
    with pytest.raises(Invalid, match="One interview is with one child"):
        broker.asks(other, broker.back(gone=NOW - 80 * HOUR, at=NOW - 70 * HOUR), reason="close_together")


def test_whoever_pays_says_so_before_anybody_is_asked(broker: Broker) -> None:
    episode = broker.back()
    with pytest.raises(Invalid, match="purchase order, or who consented"):
        broker.asks(episode, purchase_order=None)
    with pytest.raises(Invalid, match="how much it may cost at the most"):
        broker.asks(episode, price_cap_pence=None)
    assert broker.asks(episode, purchase_order=None, funding_consent="P. Invented, head of service")


def test_where_the_host_pays_no_order_is_asked_for(broker: Broker) -> None:
    told = InterviewAgreementIn().load({"kind": "host_pays", "terms": "Invented."})
    broker.desk("kent").does_in_area(agreements.propose, told)
    request = broker.seeks(purchase_order=None, price_cap_pence=None)
    assert broker.row(request).payer_id == broker.desk("kent").actor.organisation_id


@pytest.mark.parametrize("price", [185.0, "185", "£185.00", 185, -1, True, 18500.5])
def test_a_price_that_is_not_whole_pence_is_refused_with_the_cure(price: Any) -> None:
    with pytest.raises(ValidationError) as refusal:
        InterviewRequestIn().load({**WANTED, "episodes": ["mis_" + "0" * 26], "price_cap_pence": price})
    assert "pence" in str(refusal.value)


def test_a_price_in_pounds_under_another_name_is_refused_too() -> None:
    with pytest.raises(ValidationError, match="whole pence"):
        InterviewRequestIn().load({**WANTED, "episodes": ["mis_" + "0" * 26], "price_pounds": 185})


@pytest.mark.parametrize(
    ("born_on", "band"),
    [("2017-11-19", "under_10"), ("2016-11-18", "10_to_12"), ("2010-11-18", "16_to_17"), ("2010-11-19", "13_to_15")],
)
def test_the_age_is_told_as_a_band(broker: Broker, born_on: str, band: str) -> None:
    episode = broker.back(born_on=born_on)
    assert broker.reads("leeds", broker.asks(episode)).facts["age_band"] == band


def test_an_episode_that_is_not_there_and_one_that_may_not_be_seen_look_the_same(broker: Broker) -> None:
    said = []
    for member, episode in (("leeds", "mis_" + "0" * 26), ("cornwall", broker.back())):
        with pytest.raises(HubError) as refusal:
            broker.asks(episode, member=member)
        said.append((refusal.value.sentence, refusal.value.fields))
    assert said[0] == said[1]


def test_the_72_hours_never_move_whatever_becomes_of_the_request(broker: Broker) -> None:
    request = broker.seeks(price_cap_pence=30_000)
    latest: datetime = broker.row(request).latest_at
    broker.offers("kent_returns", request, NOW + HOUR)
    broker.takes_back(request, NOW + 2 * HOUR)
    broker.cancels(request, NOW + 3 * HOUR)
    broker.renews(request, NOW + 4 * HOUR)
    assert broker.row(request).latest_at == latest
