"""Through HTTP, as a council's own system would: register, repeat, draft, correct, read; and everything that can be
sent wrong."""

import json
from copy import deepcopy
from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.registry.papers import CHILD, KENT, MEDWAY, start

NOTICES = "/api/v1/notices"


def stored(app) -> dict[str, int]:
    from sqlalchemy import text

    from hub.core.db import Database

    with app.extensions["hub"][Database].read() as session:
        return {
            table: session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("notice", "placement", "child", "obligation", "alert", "delivery", "idempotency_key")
        }


def test_a_notice_is_registered_and_its_receipt_can_be_read_again(client_for) -> None:
    leeds = client_for("leeds")
    answer = leeds.post(NOTICES, json=start())
    assert answer.status_code == 201
    receipt = answer.get_json()
    again = leeds.get(f"{NOTICES}/{receipt['notice']}/receipt").get_json()
    assert {row["code"]: row["state"] for row in again["obligations"]} == {
        row["code"]: row["state"] for row in receipt["obligations"]
    }
    assert again["sha256"] == receipt["sha256"]


def test_the_same_key_gives_the_same_receipt_and_stores_nothing_twice(client_for, app) -> None:
    leeds, key = client_for("leeds"), {"Idempotency-Key": "first-of-many"}
    first = leeds.post(NOTICES, json=start(), headers=key)
    counted = stored(app)
    second = leeds.post(NOTICES, json=start(), headers=key)
    assert second.get_json() == first.get_json()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert stored(app) == counted


def test_another_body_under_the_same_key_is_refused(client_for, app) -> None:
    leeds, key = client_for("leeds"), {"Idempotency-Key": "first-of-many"}
    leeds.post(NOTICES, json=start(), headers=key)
    counted = stored(app)
    answer = leeds.post(NOTICES, json=start(specialist_care="Invented."), headers=key)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "idempotency_key_reused")
    assert stored(app) == counted


def with_child(**changed):
    return start(child={**deepcopy(CHILD), **changed})


WRONG = {
    "an unknown field": (start(colour="blue"), "colour"),
    "an unknown field of the child": (with_child(nickname="R"), "child.nickname"),
    "a wrong type": (start(needs_assessment=["not", "words"]), "needs_assessment"),
    "a child born tomorrow": (with_child(born_on="2026-11-19"), "child.born_on"),
    "a child of another century": (with_child(born_on="1912-03-14"), "child.born_on"),
    "a day that is not": (with_child(born_on="2012-02-30"), "child.born_on"),
    "a year that is not": (with_child(born_on="0001-01-01"), "child.born_on"),
    "a start years away": (start(starts_at="2036-11-25T10:00:00Z"), "starts_at"),
    "a start at the edge of time": (start(starts_at="0001-01-01T00:00:00+14:00"), "starts_at"),
    "a time without its zone": (start(starts_at="2026-11-25T10:00:00"), "starts_at"),
    "a start before the birth": (start(starts_at="2011-11-25T10:00:00Z"), "starts_at"),
    "an end before the start": (start(ends_at="2026-11-24T10:00:00Z"), "ends_at"),
    "a day and a time": (start(starts_on="2026-11-25"), "starts_on"),
    "an impossible postcode": (start(address={"lines": ["1 Nowhere"], "postcode": "QQ9 9QQ"}), "area.host_authority"),
    "words for a postcode": (start(address={"lines": ["1 Nowhere"], "postcode": "over there"}), "area.host_authority"),
    "a council that is not one": (start(area={"host_authority": "E99999999"}), "area.host_authority"),
    "an NHS number that is not one": (
        with_child(identifiers={"nhs_number": "9434765918"}),
        "child.identifiers.nhs_number",
    ),
    "a pupil number that is not one": (with_child(identifiers={"upn": "A801200005001"}), "child.identifiers.upn"),
    "a setting nobody knows": (start(setting="barn"), "setting"),
    "an approval to come": (
        start(approval={"name": "D", "role": "D", "approved_at": "2026-11-30T10:00:00Z"}),
        "approval.approved_at",
    ),
    "no family name": (with_child(family_name=""), "child.family_name"),
    "no assessment": (start("needs_assessment"), "needs_assessment"),
    "no care plan and no word of it": (start("care_plan"), "care_plan"),
    "a file nobody uploaded": (start(care_plan={"file": "fil_" + "0" * 26}), "files"),
    "a control character": (start(specialist_care="a\u0000b"), "specialist_care"),
}


@pytest.mark.parametrize(("paper", "field"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_right_is_refused_by_field_and_nothing_is_stored(client_for, app, paper, field) -> None:
    before = stored(app)
    answer = client_for("leeds").post(NOTICES, json=paper, headers={"Idempotency-Key": "a-key-for-this"})
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert field in answer.get_json()["fields"]
    assert stored(app) == before


UNREADABLE = {
    "not JSON": (b"{", "application/json", 400),
    "not an object": (b"[1, 2]", "application/json", 422),
    "not UTF-8": (b'{"kind": "\xff"}', "application/json", 400),
    "another media type": (b"kind=consultation", "application/x-www-form-urlencoded", 415),
    "nothing": (b"", "application/json", 422),
    "far too much": (b'{"kind": "' + b"x" * 3_000_000 + b'"}', "application/json", 413),
}


@pytest.mark.parametrize(("body", "media_type", "status"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_refused_with_a_sentence(client_for, app, body, media_type, status) -> None:
    before = stored(app)
    answer = client_for("leeds").post(NOTICES, data=body, content_type=media_type)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert stored(app) == before


def test_no_refusal_repeats_what_was_said_of_the_child(client_for) -> None:
    answer = client_for("leeds").post(NOTICES, json=with_child(family_name="Unrepeatable", born_on="2026-11-19"))
    assert "Unrepeatable" not in answer.get_data(as_text=True)


def test_a_draft_is_edited_by_version_and_registered(client_for) -> None:
    leeds = client_for("leeds")
    made = leeds.post("/api/v1/drafts", json=start("needs_assessment")).get_json()
    assert made["missing"][0]["field"] == "needs_assessment"
    path = f"/api/v1/drafts/{made['ref']}"
    assert leeds.put(path, json=start()).status_code == 428
    tag = leeds.get(path).headers["ETag"]
    changed = leeds.put(path, json=start(), headers={"If-Match": tag})
    assert (changed.status_code, changed.get_json()["missing"]) == (200, [])
    assert leeds.put(path, json=start(), headers={"If-Match": tag}).status_code == 412
    receipt = leeds.post(f"{path}/registration").get_json()
    assert receipt["notice"] == made["ref"]
    assert leeds.get(path).status_code == 404


def test_a_draft_below_the_minimum_cannot_be_registered_and_can_be_discarded(client_for) -> None:
    leeds = client_for("leeds")
    made = leeds.post("/api/v1/drafts", json=start("needs_assessment")).get_json()
    path = f"/api/v1/drafts/{made['ref']}"
    refused = leeds.post(f"{path}/registration")
    assert (refused.status_code, refused.get_json()["code"]) == (422, "below_minimum")
    tag = leeds.get(path).headers["ETag"]
    assert leeds.delete(path, headers={"If-Match": tag}).status_code == 204
    assert leeds.get("/api/v1/drafts").get_json()["items"] == []


def test_lists_are_paged_and_scoped(client_for) -> None:
    leeds = client_for("leeds")
    for number in range(3):
        child = {
            **deepcopy(CHILD),
            "given_names": f"Rowan{'abc'[number]}",
            "born_on": f"201{number}-03-14",
            "identifiers": {},
        }
        leeds.post(NOTICES, json=start(child=child))
    first = leeds.get(NOTICES, query_string={"limit": 2, "box": "sent"}).get_json()
    rest = leeds.get(NOTICES, query_string={"limit": 2, "cursor": first["next_cursor"]}).get_json()
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 1, None)
    assert len(client_for("kent").get(NOTICES, query_string={"box": "received"}).get_json()["items"]) == 3
    assert client_for("cornwall").get(NOTICES).get_json()["items"] == []
    assert len(client_for("kent").get("/api/v1/register").get_json()["items"]) == 3
    assert len(leeds.get("/api/v1/placements", query_string={"party": "placing"}).get_json()["items"]) == 3


def test_a_host_that_is_not_the_host_passes_it_on_and_the_right_one_answers(client_for) -> None:
    override = {"host_authority": MEDWAY, "reason": "Entered by mistake."}
    sent = client_for("leeds").post(NOTICES, json=start(area=override)).get_json()
    path = f"{NOTICES}/{sent['notice']}"
    not_ours = {"host_authority": KENT, "reason": "It lies in Kent.", "by": "M. Sample, duty desk"}
    assert client_for("medway").post(f"{path}/redirect", json=not_ours).status_code == 201
    kent = client_for("kent")
    assert kent.post(f"{path}/area-acceptance", json={"by": "T. Example"}).get_json()["was_open"] is True
    placement = client_for("leeds").get(f"/api/v1/placements/{sent['placement']}").get_json()
    assert (placement["area_is_confirmed"], placement["area_accepted_by"]) == (True, "T. Example")
    promise = {
        "by": "T. Example",
        "promise": "enter_register",
        "promise_on": (NOW + timedelta(days=2)).date().isoformat(),
    }
    assert kent.post(f"{path}/acknowledgement", json=promise).status_code == 201
    owed = client_for("leeds").get(f"/api/v1/placements/{sent['placement']}/obligations").get_json()["items"]
    assert {
        row["state"] for row in owed if row["duty_code"] == "EACK" and row["owed_by"]["name"].startswith("Kent C")
    } == {"met"}


def test_corrected_and_withdrawn_through_the_api(client_for) -> None:
    leeds = client_for("leeds")
    sent = leeds.post(NOTICES, json=start()).get_json()
    mended = leeds.post(f"{NOTICES}/{sent['notice']}/correction", json=start(specialist_care="Invented."))
    assert (mended.status_code, mended.get_json()["revision"]) == (201, 2)
    gone = leeds.post(f"{NOTICES}/{mended.get_json()['notice']}/withdrawal", json={"reason": "It fell through."})
    assert (gone.status_code, gone.get_json()["state"]) == (201, "withdrawn")


def test_the_calculator_answers_any_client(client_for) -> None:
    facts = {
        "event": "placement_start",
        "placing_authority": "E08000035",
        "host_authority": KENT,
        "setting": "foster_ifa",
        "age": 14,
        "legal_status": "S31C",
        "starts_at": "2026-11-25T10:00:00Z",
        "emergency": True,
    }
    answer = client_for("operator").post("/api/v1/duties/explain", json=facts)
    assert answer.status_code == 200
    assert "E13E" in [row["code"] for row in answer.get_json()]


def test_somebody_elses_reference_and_one_that_never_was_look_the_same(client_for) -> None:
    sent = client_for("leeds").post(NOTICES, json=start()).get_json()
    cornwall = client_for("cornwall")
    theirs = cornwall.get(f"{NOTICES}/{sent['notice']}")
    nobodys = cornwall.get(f"{NOTICES}/ntc_{'0' * 26}")
    assert theirs.status_code == nobodys.status_code == 404
    assert json.loads(theirs.data) == json.loads(nobodys.data)
