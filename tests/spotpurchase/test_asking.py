"""Providers are asked one after the other, each by a time that comes from what is left until the 72nd hour."""

from tests.conftest import NOW
from tests.spotpurchase.seeking import BACK, HOUR, MINUTE, Broker

FALLBACK = BACK + 36 * HOUR


def test_the_host_councils_own_team_is_asked_first_and_at_once(broker: Broker) -> None:
    request = broker.seeks()
    assert broker.states(request) == {"kent_returns": "asked"}
    assert broker.told(request, "interview.asked") == ["kent_returns"]
    assert broker.owed(request, "ERBK") == {"kent_returns": "open"}
    assert broker.due(request, "ERBK") == broker.reply_by(request, "kent_returns") == NOW + 4 * HOUR
    assert broker.is_well()


def test_a_no_with_its_reason_asks_the_next_in_the_same_moment(broker: Broker) -> None:
    request = broker.seeks()
    broker.declines("kent_returns", request, NOW + HOUR, code="no_capacity")
    assert broker.states(request) == {"kent_returns": "declined", "northstar": "asked"}
    assert broker.owed(request, "ERBK") == {"kent_returns": "met", "northstar": "open"}
    assert broker.told(request, "interview.declined") == ["leeds"]
    assert broker.reads_ask("leeds", request, about="kent_returns").decline_code == "no_capacity"


def test_silence_moves_on_by_itself_and_a_late_answer_is_still_welcome(broker: Broker) -> None:
    request = broker.seeks()
    assert broker.time_passes(NOW + 4 * HOUR - MINUTE) == 0, "not before its time"
    assert broker.time_passes(NOW + 4 * HOUR) == 1
    assert broker.states(request) == {"kent_returns": "lapsed", "northstar": "asked"}
    assert broker.owed(request, "ERBK") == {"northstar": "open"}, "what was lapsed is owed no more"
    assert broker.events(request, "interview.ask_lapsed") == ["leeds", "kent_returns"]
    broker.offers("kent_returns", request, NOW + 5 * HOUR)
    assert broker.holder(request) == "kent_returns"
    assert broker.states(request) == {"kent_returns": "won", "northstar": "not_needed"}


def test_nobody_is_given_longer_than_until_the_hour_at_which_the_council_decides_itself(broker: Broker) -> None:
    request = broker.seeks(now=FALLBACK - 90 * MINUTE)
    assert broker.asked_now(request) == ["kent_returns", "northstar", "beacon"], "too little time to ask in turn"
    for member in broker.asked_now(request):
        assert broker.reply_by(request, member) <= FALLBACK


def test_when_nobody_is_left_the_council_owes_the_decision_by_hour_36(broker: Broker) -> None:
    request = broker.seeks(price_cap_pence=16_000)
    assert [each["organisation"]["name"] for each in _ruled_out(broker, request)] == ["Beacon Return Interviews"]
    broker.declines("kent_returns", request)
    broker.declines("northstar", request, NOW + HOUR, code="cannot_meet_72_hours")
    assert broker.row(request).state == "unplaced"
    assert broker.told(request, "interview.unplaced") == ["leeds"]
    assert broker.owed(request, "ERFB") == {"leeds": "open"}
    assert broker.due(request, "ERFB") == FALLBACK
    assert broker.is_well(NOW + HOUR)


def _ruled_out(broker: Broker, request: str) -> list[dict[str, object]]:
    matching = broker.reads("leeds", request).matching
    assert matching
    return list(matching["ruled_out"])


def test_a_cascade_in_which_nobody_can_be_asked_is_the_councils_at_once(broker: Broker) -> None:
    request = broker.seeks(needs={"languages": ["xx"]})
    assert broker.states(request) == {}
    assert broker.row(request).state == "unplaced"
    assert broker.owed(request, "ERFB") == {"leeds": "open"}
    because = {each["organisation"]["name"]: each["because"] for each in _ruled_out(broker, request)}  # type: ignore[index]
    assert all("language_not_spoken" in codes for codes in because.values())  # type: ignore[operator]
    assert len(because) == 3


def test_everybody_silent_ends_with_the_council(broker: Broker) -> None:
    request, now = broker.seeks(price_cap_pence=30_000), NOW
    while broker.row(request).state == "requested" and now < BACK + 100 * HOUR:
        now += 30 * MINUTE
        broker.time_passes(now)
        assert broker.is_well(now)
    assert set(broker.states(request).values()) == {"lapsed"}
    assert broker.row(request).state == "unplaced"
    assert now < FALLBACK, "there was time for each in turn"


def test_after_the_hour_of_decision_everybody_left_is_asked_at_once_while_the_council_decides(broker: Broker) -> None:
    late = FALLBACK + 2 * HOUR
    request = broker.seeks(now=late, price_cap_pence=30_000)
    assert set(broker.asked_now(request)) == {"kent_returns", "beacon", "northstar"}
    assert broker.owed(request, "ERFB") == {"leeds": "open"}
    assert broker.row(request).state == "requested"
    broker.time_passes(late + 4 * HOUR)
    assert broker.row(request).state == "unplaced"


def test_a_person_asks_several_at_once_beside_the_hub(broker: Broker) -> None:
    request = broker.seeks()
    broker.asks_by_hand(request, "beacon", "northstar", now=NOW + HOUR)
    assert broker.asked_now(request) == ["kent_returns", "beacon", "northstar"]
    assert broker.reads_ask("leeds", request, about="northstar").why == ["asked_by_hand"]
    assert broker.told(request, "interview.asked") == ["kent_returns", "beacon", "northstar"]


def test_who_lapsed_can_be_asked_again_by_hand_and_owes_an_answer_again(broker: Broker) -> None:
    request = broker.seeks()
    broker.time_passes(NOW + 4 * HOUR)
    broker.asks_by_hand(request, "kent_returns", now=NOW + 5 * HOUR)
    assert broker.states(request) == {"kent_returns": "asked", "northstar": "asked"}
    assert broker.owed(request, "ERBK") == {"northstar": "open", "kent_returns": "open"}


def test_who_was_asked_by_hand_when_nobody_was_left_lapses_too_and_the_council_still_decides(broker: Broker) -> None:
    request = broker.seeks(needs={"languages": ["xx"]})
    broker.asks_by_hand(request, "beacon", now=NOW)
    assert broker.row(request).state == "unplaced"
    broker.time_passes(NOW + 5 * HOUR)
    assert broker.states(request) == {"beacon": "lapsed"}
    assert broker.owed(request, "ERFB") == {"leeds": "open"}
    assert broker.is_well(NOW + 5 * HOUR)


# --- whoever is closed ------------------------------------------------------------------------------------------------

NIGHT, MORNING = NOW + 11 * HOUR, NOW + 22 * HOUR
"""21:00, when the team of Kent and Beacon are closed, or soon; and 8:00, when both open."""


def test_whoever_is_closed_stays_asked_until_it_was_there_for_a_while_and_the_next_is_asked_meanwhile(
    broker: Broker,
) -> None:
    request = broker.seeks(now=NIGHT)
    assert broker.asked_now(request) == ["kent_returns"]
    assert broker.reply_by(request, "kent_returns") == broker.due(request, "ERBK") == MORNING + 2 * HOUR
    goes_on_at = broker.row(request).next_step_at
    broker.time_passes(NIGHT + 3 * HOUR)
    assert broker.asked_now(request) == ["kent_returns"], "the step has its time, whoever is closed"
    broker.time_passes(NIGHT + 4 * HOUR)
    assert broker.asked_now(request) == ["kent_returns", "northstar"]
    assert goes_on_at is not None
    broker.time_passes(MORNING + 2 * HOUR - MINUTE)
    assert broker.states(request)["northstar"] == "lapsed", "it is always there, and said nothing"
    assert broker.states(request)["kent_returns"] == "asked"
    assert broker.owed(request, "ERBK")["kent_returns"] == "open"
    broker.offers("kent_returns", request, MORNING + 2 * HOUR - MINUTE)
    assert broker.holder(request) == "kent_returns"
    assert set(broker.states(request).values()) == {"won", "not_needed"}


def test_whoever_was_closed_and_stays_silent_when_it_is_there_lapses_like_anybody(broker: Broker) -> None:
    request = broker.seeks(now=NIGHT)
    broker.time_passes(NIGHT + 4 * HOUR)
    broker.time_passes(MORNING + 2 * HOUR)
    assert broker.states(request)["kent_returns"] == "lapsed"
    assert "kent_returns" not in broker.owed(request, "ERBK")
    assert broker.is_well(MORNING + 2 * HOUR)


def test_a_no_of_whoever_is_there_asks_the_next_at_once_though_one_is_closed_and_asked(broker: Broker) -> None:
    request = broker.seeks(now=NIGHT)
    broker.time_passes(NIGHT + 4 * HOUR)
    broker.declines("northstar", request, NIGHT + 5 * HOUR)
    assert broker.asked_now(request) == ["kent_returns", "beacon"]


def test_the_council_is_not_told_that_nobody_is_left_while_one_has_not_been_there_yet(broker: Broker) -> None:
    request = broker.seeks(now=NIGHT)
    broker.time_passes(NIGHT + 4 * HOUR)
    broker.declines("northstar", request, NIGHT + 5 * HOUR)
    broker.declines("beacon", request, NIGHT + 5 * HOUR)
    assert (broker.row(request).state, broker.told(request, "interview.unplaced")) == ("requested", [])
    broker.time_passes(MORNING + 2 * HOUR)
    assert (broker.row(request).state, broker.told(request, "interview.unplaced")) == ("unplaced", ["leeds"])


def test_nobody_is_waited_for_past_the_hour_of_decision_but_may_still_offer(broker: Broker) -> None:
    late = FALLBACK + 2 * HOUR
    request = broker.seeks(now=late)
    opens = FALLBACK + 11 * HOUR
    assert broker.reply_by(request, "kent_returns") == opens + 2 * HOUR
    broker.time_passes(late + 4 * HOUR)
    assert broker.row(request).state == "unplaced", "the council is told at the step's own time"
    assert broker.states(request)["kent_returns"] == "asked"
    broker.offers("kent_returns", request, opens)
    assert broker.holder(request) == "kent_returns"


def test_whoever_is_asked_by_hand_while_it_is_closed_has_its_time_too(broker: Broker) -> None:
    request = broker.seeks(now=NIGHT)
    broker.asks_by_hand(request, "beacon", now=NIGHT + 2 * HOUR)
    assert broker.reply_by(request, "beacon") == MORNING + 2 * HOUR
    broker.time_passes(NIGHT + 6 * HOUR)
    assert broker.asked_now(request) == ["kent_returns", "beacon", "northstar"]


# --- offers -----------------------------------------------------------------------------------------------------------


def test_an_offer_expires_and_others_are_asked(broker: Broker) -> None:
    request = broker.seeks(award="by_hand", price_cap_pence=16_000)
    broker.offers("kent_returns", request, NOW + HOUR)
    broker.declines("northstar", request, NOW + HOUR)
    assert broker.row(request).state == "requested", "an offer stands, and waits for a person"
    broker.time_passes(NOW + 25 * HOUR)
    assert broker.states(request)["kent_returns"] == "lapsed"
    assert broker.row(request).state == "unplaced"
    assert broker.events(request, "interview.offer_expired") == ["leeds", "kent_returns"]


def test_offers_that_wait_for_a_person_make_the_decision_owed_by_its_hour(broker: Broker) -> None:
    late = FALLBACK - 3 * HOUR
    request = broker.seeks(now=late, award="by_hand", price_cap_pence=16_000)
    broker.offers("kent_returns", request, late)
    broker.declines("northstar", request, late)
    broker.time_passes(FALLBACK)
    assert broker.row(request).state == "unplaced"
    assert broker.states(request)["kent_returns"] == "offered", "it still stands"
    assert broker.owed(request, "ERFB") == {"leeds": "open"}
