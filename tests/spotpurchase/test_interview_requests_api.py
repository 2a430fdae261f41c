"""Asking for an interview over HTTP: the routes, what they answer twice, what they refuse, and what stands in the feed."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from hub.core.db import Database
from hub.notify.feed import place_events_once
from tests.spotpurchase.seeking import BY, WANTED, Broker

API = "/api/v1"
LATER = "2026-11-18T16:00:00Z"
Speak = Callable[[str], FlaskClient]


def posted(client: FlaskClient, path: str, body: dict[str, Any], status: int = 201, **headers: str) -> Any:
    answer = client.post(f"{API}{path}", json=body, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json


def got(client: FlaskClient, path: str) -> Any:
    answer = client.get(f"{API}{path}")
    assert answer.status_code == 200, answer.text
    return answer.json


@pytest.fixture
def request_ref(client_for: Speak, broker: Broker) -> str:
    return str(posted(client_for("leeds"), "/interview-requests", {**WANTED, "episodes": [broker.back()]})["ref"])


def test_the_whole_story_from_the_return_to_the_commission(client_for: Speak, request_ref: str) -> None:
    council, team, national = client_for("leeds"), client_for("kent_returns"), client_for("northstar")
    [ask] = got(team, "/interview-asks")["items"]
    assert (ask["state"], ask["facts"]["age_band"], ask["request"]) == ("asked", "13_to_15", request_ref)
    assert "name" not in ask["facts"]
    posted(team, f"/interview-asks/{ask['ref']}/messages", {"text": "Invented: is it far?", "by": BY})
    posted(council, f"/interview-asks/{ask['ref']}/messages", {"text": "Invented: it is not.", "by": BY})
    posted(team, f"/interview-asks/{ask['ref']}/decline", {"code": "no_capacity", "by": BY}, 200)
    [second] = got(national, "/interview-asks?state=asked")["items"]
    offer = {"earliest_at": LATER, "mode": "video", "minutes": 120, "by": BY}
    assert posted(national, f"/interview-asks/{second['ref']}/offer", offer)["state"] == "won"
    seen = got(national, f"/interview-requests/{request_ref}")
    assert (seen["state"], seen["part"], seen["stage"]) == ("commissioned", "performer", "commissioned")
    assert seen["facts"]["name"]["given_names"] == "Robin"
    assert seen["commissions"][0]["agreed_pence"] == 10_400
    assert [each["state"] for each in got(council, f"/interview-requests/{request_ref}")["asks"]] == ["declined", "won"]
    assert got(client_for("kent"), f"/interview-requests/{request_ref}")["facts"]["performer"]["name"]
    [listed] = got(council, "/interview-requests?part=placing")["items"]
    assert (listed["ref"], listed["facts"]["performer"]["performer"]) == (request_ref, "provider")


def test_a_request_sent_twice_is_one(client_for: Speak, broker: Broker) -> None:
    council, body = client_for("leeds"), {**WANTED, "episodes": [broker.back()]}
    first, again = (posted(council, "/interview-requests", body, **{"Idempotency-Key": "request-0001"}) for _ in "12")
    assert first == again


def test_cancelled_and_sought_again(client_for: Speak, request_ref: str) -> None:
    council, at = client_for("leeds"), f"/interview-requests/{request_ref}"
    assert posted(council, f"{at}/cancellation", {"reason": "held_otherwise", "by": BY}, 200)["state"] == "cancelled"
    assert posted(council, f"{at}/renewal", {"by": BY}, 200)["state"] == "requested"
    own = posted(council, f"{at}/commission", {"performer": "own_interviewer", "interviewer": "I. Invented", "by": BY})
    assert own["commissions"][0]["interviewer"] == "I. Invented"
    assert posted(council, f"{at}/commission/ending", {}, 200)["state"] == "requested"


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"price_cap_pence": 185.5}, "price_cap_pence", "whole pence"),
        ({"price_cap_pence": "£185"}, "price_cap_pence", "whole pence"),
        ({"price_pounds": 185}, "price_pounds", "whole pence"),
        ({"risk": None}, "risk", "null"),
        ({"contact": {"name": "P. Fictitious"}}, "contact.phone", "telephone"),
        ({"needs": {"languages": ["Polish"]}}, "needs.languages.0", "two small letters"),
        ({"child": "Robin"}, "child", "Unknown"),
    ],
)
def test_what_cannot_be_is_said_field_by_field(
    client_for: Speak, broker: Broker, changed: dict[str, Any], field: str, said: str
) -> None:
    body = {**WANTED, "episodes": [broker.back()], **changed}
    answer = client_for("leeds").post(f"{API}/interview-requests", json=body)
    assert answer.status_code == 422
    assert said in answer.json["fields"][field][0]


def test_every_transition_stands_in_the_feed_of_each_who_is_concerned(
    client_for: Speak, request_ref: str, database: Database
) -> None:
    [ask] = got(client_for("kent_returns"), "/interview-asks")["items"]
    offer = {"earliest_at": LATER, "mode": "in_person", "by": BY}
    posted(client_for("kent_returns"), f"/interview-asks/{ask['ref']}/offer", offer)
    posted(client_for("leeds"), f"/interview-requests/{request_ref}/cancellation", {"reason": "other", "by": BY}, 200)
    place_events_once(database)
    feeds = {
        member: [each["type"] for each in _events(client_for(member)) if each["subject"] == request_ref]
        for member in ("leeds", "kent", "kent_returns")
    }
    to_host = ["interview.requested", "interview.commissioned", "interview.cancelled"]
    assert feeds["kent"] == to_host
    assert feeds["leeds"] == [to_host[0], "interview.asked", "interview.offered", *to_host[1:]]
    assert feeds["kent_returns"] == feeds["leeds"][1:]


def _events(client: FlaskClient) -> list[Any]:
    found: list[Any] = got(client, "/events")["items"]
    return found
