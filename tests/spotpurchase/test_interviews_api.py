"""Interviews over HTTP: the routes, what they refuse, what they answer twice, and the file for calendars."""

from collections.abc import Callable
from typing import Any

import icalendar
import pytest
from flask.testing import FlaskClient

from hub.core.db import Database
from hub.notify.feed import place_events_once
from tests.conftest import NOW
from tests.spotpurchase.interviewing import HOUR, Interviewing

API = "/api/v1"
BY = {"by": "N. Fictitious, coordinator"}
TIME = {"starts_at": "2026-11-18T15:00:00Z", "minutes": 60, "mode": "in_person", "place": "Invented: the library"}
Speak = Callable[[str], FlaskClient]


def posted(client: FlaskClient, path: str, body: dict[str, Any], status: int = 201, **headers: str) -> Any:
    answer = client.post(f"{API}{path}", json=body, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json


@pytest.fixture
def appointment(client_for: Speak, bought: str) -> str:
    """The reference of a time that Beacon has booked."""
    return str(posted(client_for("beacon"), f"/interview-requests/{bought}/appointments", BY | TIME)["ref"])


def test_an_interview_goes_its_way(
    client_for: Speak, bought: str, appointment: str, time_is: Callable[[Any], None]
) -> None:
    beacon, leeds = client_for("beacon"), client_for("leeds")
    offered = {"offered_at": "2026-11-18T10:00:00Z", "how": "phone", "said": "accepted"}
    assert posted(beacon, f"/interview-requests/{bought}/child-offers", BY | offered)["request_state"] == "scheduled"
    change = {"starts_at": "2026-11-18T16:00:00Z", "reason": "child_asked"}
    moved = posted(beacon, f"/interview-appointments/{appointment}/change", change, 200)
    assert (moved["sequence"], moved["ends_at"], moved["place"]) == (1, "2026-11-18T17:00:00+00:00", TIME["place"])
    time_is(NOW + 9 * HOUR)
    held = {"held_at": "2026-11-18T16:05:00Z", "minutes": 70, "miles": 12, "present": "Invented: a worker"}
    done = posted(beacon, f"/interview-appointments/{appointment}/holding", BY | held, 200)
    assert (done["state"], done["request_state"]) == ("held", "completed")
    course = leeds.get(f"{API}/interview-requests/{bought}/course").json
    assert course is not None
    assert (course["carried_out_at"], course["is_within_72_hours"]) == ("2026-11-18T16:05:00+00:00", True)
    assert course["appointments"][0]["present"] == "Invented: a worker"
    taken = posted(beacon, f"/interview-appointments/{appointment}/taking-back", {"reason": "wrong_child"}, 200)
    assert (taken["state"], taken["request_state"]) == ("taken_back", "commissioned")


def test_attempts_are_recorded_and_taken_back_and_a_child_who_declines_ends_it(
    client_for: Speak, bought: str, time_is: Callable[[Any], None]
) -> None:
    beacon = client_for("beacon")
    time_is(NOW + 2 * HOUR)
    tried = {"at": "2026-11-18T11:00:00Z", "how": "in_person", "outcome": "not_there", "miles": 10}
    made = posted(beacon, f"/interview-requests/{bought}/attempts", BY | tried)
    assert posted(beacon, f"/interview-attempts/{made['ref']}/taking-back", {"reason": "wrong_child"}, 200)
    said = {"offered_at": "2026-11-18T11:30:00Z", "how": "in_person", "said": "declined", "reason": "Invented."}
    no = posted(beacon, f"/interview-requests/{bought}/child-offers", BY | said)
    assert no["request_state"] == "declined_by_child"
    leeds, carer = client_for("leeds"), {"offered_at": "2026-11-18T12:00:00Z", "note": "Invented: will ring."}
    asked = posted(leeds, f"/interview-child-offers/{no['ref']}/carer-offer", BY | carer)
    assert asked["carer_offered_at"] == "2026-11-18T12:00:00+00:00"
    taken = posted(beacon, f"/interview-child-offers/{no['ref']}/taking-back", {"reason": "wrong_child"}, 200)
    assert taken["request_state"] == "commissioned"


def test_what_is_sent_twice_is_done_once(client_for: Speak, bought: str) -> None:
    beacon, key = client_for("beacon"), {"Idempotency-Key": "booked-only-once"}
    one = posted(beacon, f"/interview-requests/{bought}/appointments", BY | TIME, **key)
    two = posted(beacon, f"/interview-requests/{bought}/appointments", BY | TIME, **key)
    assert one == two
    refused = posted(beacon, f"/interview-requests/{bought}/appointments", BY | TIME, 409)
    assert refused["code"] == "state_conflict"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("appointments", BY | TIME | {"starts_at": "2026-11-18T09:00:00Z"}, "starts_at"),
        ("appointments", BY | TIME | {"minutes": 1.5}, "minutes"),
        ("appointments", BY | TIME | {"mode": "letter"}, "mode"),
        ("appointments", TIME, "by"),
        ("attempts", BY | {"at": "2026-11-18T10:00:00Z", "how": "phone", "outcome": "held"}, "outcome"),
        ("attempts", BY | {"at": "2026-11-18", "how": "phone", "outcome": "not_there"}, "at"),
        ("child-offers", BY | {"offered_at": "2026-11-19T10:00:00Z", "how": "phone", "said": "accepted"}, "offered_at"),
        ("holding", BY | {"held_at": "2026-11-18T08:00:00Z", "minutes": 60, "mode": "video"}, "held_at"),
        ("giving-back", BY | {"reason": "taken_back"}, "reason"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_written(
    client_for: Speak, bought: str, path: str, body: dict[str, Any], field: str
) -> None:
    refused = posted(client_for("beacon"), f"/interview-requests/{bought}/{path}", body, 422)
    assert field in refused["fields"]
    course = client_for("leeds").get(f"{API}/interview-requests/{bought}/course").json
    assert course is not None
    assert course["offers"] == course["appointments"] == course["attempts"] == []


def test_the_calendar_file_is_given_to_its_parties_alone(client_for: Speak, appointment: str) -> None:
    at = f"{API}/interview-appointments/{appointment}.ics"
    for member in ("beacon", "leeds", "kent"):
        answer = client_for(member).get(at)
        assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
        assert len(icalendar.Calendar.from_ical(answer.data).events) == 1
    for member in ("kent_returns", "cornwall"):
        assert client_for(member).get(at).status_code == 404
    assert client_for("kent_police").get(at).status_code == 403


def test_giving_back_and_taking_back_each_by_their_own_end(client_for: Speak, bought: str) -> None:
    given = posted(
        client_for("beacon"), f"/interview-requests/{bought}/giving-back", BY | {"reason": "no_capacity"}, 200
    )
    assert given == {"request": bought, "request_state": "requested"}
    assert client_for("beacon").get(f"{API}/interview-requests/{bought}/course").status_code == 404


def test_news_is_answered(
    client_for: Speak, interviewing: Interviewing, placement: str, bought: str, time_is: Callable[[Any], None]
) -> None:
    interviewing.comes_back(placement, NOW + 8 * HOUR, gone=NOW + 4 * HOUR)
    interviewing.follows(NOW + 9 * HOUR)
    time_is(NOW + 9 * HOUR)
    leeds = client_for("leeds")
    course = leeds.get(f"{API}/interview-requests/{bought}/course").json
    assert course is not None
    [news] = course["news"]
    body = {"answer": "one_interview", "reason": "close_together"}
    assert posted(leeds, f"/interview-news/{news['ref']}/answer", body, 200)["answer"] == "one_interview"


def test_the_feed_tells_of_each_transition_by_reference_alone(
    client_for: Speak, database: Database, bought: str, appointment: str
) -> None:
    posted(client_for("leeds"), f"/interview-appointments/{appointment}/cancellation", {"reason": "placing_asked"}, 200)
    place_events_once(database)
    for member in ("leeds", "kent", "beacon"):
        events = client_for(member).get(f"{API}/events", query_string={"limit": 200}).json
        assert events is not None
        kinds = {each["type"] for each in events["items"] if each["subject"] == bought}
        assert {"interview.booked", "interview.appointment_cancelled"} <= kinds
        assert "Invented" not in str(events)
        assert "Rowan" not in str(events)
