"""Providers are asked one after the other, each by a time that comes from what is left until the 72nd hour."""

from datetime import timedelta

from tests.conftest import NOW
from tests.spotpurchase.seeking import BACK, HOUR, MINUTE, Broker


def test_the_host_councils_own_team_is_asked_first_and_at_once(broker: Broker) -> None:
    request = broker.seeks()
    assert broker.states(request) == {"kent_returns": "asked"}
    assert broker.told(request, "interview.asked") == ["kent_returns"]
    assert broker.owed(request, "ERBK") == {"kent_returns": "open"}
    assert broker.is_well()
    print(broker.reads("leeds", request))
