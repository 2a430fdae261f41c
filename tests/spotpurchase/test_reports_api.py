"""Reports over HTTP: a draft with its ETag, sending field by field, giving, acknowledging, answering; as each party may."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.spotpurchase.reporting import BY, HOUR, NARRATIVE, RECORD, WRITTEN, Reporting, changed

API = "/api/v1"
Speak = Callable[[str], FlaskClient]
BODY = {"record": RECORD, "narrative": NARRATIVE}


def put(speak: Speak, request: str, body: Any, version: int | None, member: str = "beacon") -> Any:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    return speak(member).put(f"{API}/interview-requests/{request}/report", json=body, headers=headers)


def test_a_draft_is_saved_and_sent_by_the_version_that_was_read(
    client_for: Speak, held: str, time_is: Callable[..., None]
) -> None:
    time_is(WRITTEN)
    beacon = client_for("beacon")
    assert put(client_for, held, BODY, None).status_code == 428
    first = put(client_for, held, {"narrative": "Invented: begun."}, 0)
    assert (first.status_code, first.headers["ETag"], first.json["version"]) == (200, '"1"', 1)
    assert put(client_for, held, BODY, 0).status_code == 412
    assert put(client_for, held, BODY, 1).json["version"] == 2
    read = beacon.get(f"{API}/interview-requests/{held}/report")
    assert (read.headers["ETag"], read.json["narrative"]) == ('"2"', NARRATIVE)
    there = f"{API}/interview-requests/{held}/report/submission"
    assert beacon.post(there, json={"by": BY}, headers={"If-Match": '"1"'}).status_code == 412
    sending = {"If-Match": '"2"', "Idempotency-Key": "send-it-once"}
    sent = beacon.post(there, json={"by": BY}, headers=sending)
    assert (sent.status_code, sent.json["state"], sent.json["part"]) == (200, "submitted", "performer")
    again = beacon.post(there, json={"by": BY}, headers=sending)
    assert (again.json, again.headers["Idempotent-Replayed"]) == (sent.json, "true")


def test_what_is_missing_is_said_field_by_field(client_for: Speak, held: str, time_is: Callable[..., None]) -> None:
    time_is(WRITTEN)
    put(client_for, held, {"record": {}}, 0)
    there = f"{API}/interview-requests/{held}/report/submission"
    refused = client_for("beacon").post(there, json={"by": BY}, headers={"If-Match": '"1"'})
    assert refused.status_code == 422
    assert {"narrative", "record.child.words", "record.interview.place"} <= refused.json["fields"].keys()


def test_a_code_that_there_is_not_is_refused_at_once(client_for: Speak, held: str) -> None:
    refused = put(client_for, held, {"record": {"reasons": {"push": ["the_moon"]}}}, 0)
    assert refused.status_code == 422
    assert list(refused.json["fields"]) == ["record.reasons.push.0"]


def test_the_police_may_be_given_what_they_need_and_nothing_else(
    client_for: Speak, reporting: Reporting, sent: str, time_is: Callable[..., None]
) -> None:
    time_is(WRITTEN + HOUR)
    offered = client_for("leeds").get(f"{API}/interview-reports/{sent}/recipients").json["recipients"]
    police = reporting.cast.refs["kent_police"]
    assert [each["views"] for each in offered if each["organisation"]["ref"] == police] == [["intelligence"]]


def test_what_the_child_objects_to_is_given_only_for_a_reason(
    client_for: Speak, reporting: Reporting, sent: str, time_is: Callable[..., None]
) -> None:
    time_is(WRITTEN + HOUR)
    leeds, there = client_for("leeds"), f"{API}/interview-reports/{sent}/shares"
    told = {
        "recipient": reporting.cast.refs["kent_police"],
        "view": "intelligence",
        "necessity": ["prevent_crime"],
        "proportionality": "Invented.",
        "wishes": "objects",
        "by": BY,
    }
    refused = leeds.post(there, json=told)
    assert (refused.status_code, list(refused.json["fields"])) == (422, ["override"])
    assert leeds.post(there, json=told | {"override": "Invented: danger."}).status_code == 201


@pytest.fixture
def share(reporting: Reporting, sent: str, time_is: Callable[..., None]) -> str:
    """What was given to the police of the report: its address."""
    time_is(WRITTEN + HOUR)
    return f"{API}/interview-shares/{reporting.gives(sent, 'kent_police', 'intelligence', necessity=['prevent_crime'])}"


def test_what_was_given_is_listed_read_and_acknowledged(client_for: Speak, share: str) -> None:
    police = client_for("kent_police")
    [listed] = police.get(f"{API}/interview-shares").json["items"]
    assert share.endswith(listed["ref"])
    assert police.get(share).json["content"]["intelligence.words"] == "Invented: Kim gives bags to [friend] to carry."
    assert police.post(f"{share}/acknowledgement", json={"by": BY}).json["state"] == "acknowledged"


def test_a_question_about_it_is_answered_by_who_wrote_it_and_does_not_read_what_was_given(
    client_for: Speak, share: str
) -> None:
    asked = client_for("kent_police").post(f"{share}/question", json={"by": BY, "text": "Invented: where?"})
    assert asked.json["question"] == "Invented: where?"
    answered = client_for("beacon").post(f"{share}/answer", json={"by": BY, "text": "Invented."})
    assert (answered.json["answer"], answered.json["content"]) == ("Invented.", None)


def test_what_was_recalled_is_read_no_more(client_for: Speak, share: str) -> None:
    recalled = client_for("leeds").post(f"{share}/recall", json={"reason": "wrong_recipient"})
    assert recalled.status_code == 200
    after = client_for("kent_police").get(share).json
    assert (after["state"], after["content"]) == ("recalled", None)


def test_it_is_acknowledged_and_its_points_are_answered(
    client_for: Speak, sent: str, time_is: Callable[..., None]
) -> None:
    time_is(WRITTEN + HOUR)
    leeds = client_for("leeds")
    report = leeds.post(f"{API}/interview-reports/{sent}/acknowledgement", json={"by": BY}).json
    assert report["acknowledged_by"] == BY
    rec, referral = report["recommendations"][0]["ref"], report["referrals"][0]["ref"]
    there = f"{API}/interview-recommendations/{rec}/answer"
    assert leeds.post(there, json={"by": BY, "answer": "declined"}).status_code == 422
    assert leeds.post(there, json={"by": BY, "answer": "accepted"}).json["state"] == "accepted"
    said = {"by": BY, "outcome": "assessment"}
    assert leeds.post(f"{API}/interview-referrals/{referral}/answer", json=said).json["state"] == "answered"
    [listed] = client_for("beacon").get(f"{API}/interview-reports").json["items"]
    assert (listed["ref"], listed["part"], listed["acknowledged_at"]) == (sent, "performer", report["acknowledged_at"])


def test_what_is_others_is_not_there(client_for: Speak, reporting: Reporting, held: str, sent: str) -> None:
    share = reporting.gives(sent)
    for member in ("bradford", "medway"):
        speaks = client_for(member)
        assert speaks.get(f"{API}/interview-reports").json["items"] == []
        assert speaks.get(f"{API}/interview-shares").json["items"] == []
        for path in (f"interview-reports/{sent}", f"interview-shares/{share}", f"interview-requests/{held}/report"):
            assert speaks.get(f"{API}/{path}").status_code == 404
    assert put(client_for, held, BODY, 1, "northstar").status_code == 404
    assert client_for("kent").get(f"{API}/interview-reports/{sent}").status_code == 404


def test_a_correction_is_begun_over_http(client_for: Speak, held: str, sent: str, time_is: Callable[..., None]) -> None:
    time_is(WRITTEN + HOUR)
    begun = client_for("beacon").post(f"{API}/interview-requests/{held}/report/correction", json={"reason": "mistake"})
    assert (begun.status_code, begun.json["number"], begun.json["version"]) == (201, 2, 1)
    body = {"record": changed(after={"afraid": False}), "narrative": NARRATIVE}
    assert put(client_for, held, body, 1).json["version"] == 2
