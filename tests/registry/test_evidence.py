"""Evidence: who was told, through what, what they could see; proved without the hub, and about the child nothing."""

import io
import json
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from flask.testing import FlaskClient

from hub.core.errors import Malformed
from hub.notify.couriers import Couriers
from hub.registry.evidence.proof import canonical_evidence, read_pack, read_public_key, signed, verify_pack
from tests.conftest import NOW
from tests.notify.post import delivered, email_channel, mail_sink
from tests.registry.papers import CHILD, NORWICH, start

PLAN = b"%PDF-1.4\n% A fictitious care plan\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
MARKERS = [{"marker": "cse", "detail": "Invented: a private detail.", "audience": ["host_authority"]}]
PERSONAL = (
    "Rowan",
    "Rowena",
    "2012-03-14",
    "Fictitious Loke",
    "NR1",
    "TEST-1",
    "settled household",
    "private",
    "rowan.pdf",
)

Speak = Callable[[str], FlaskClient]


@pytest.fixture
def sent(client_for: Speak, database: Any, rules: Any) -> dict[str, Any]:
    """Leeds tells Norfolk and its force, with a care plan; their mailboxes take it."""
    leeds = client_for("leeds")
    file = leeds.post("/api/v1/files", data={"file": (io.BytesIO(PLAN), "rowan.pdf")}).json
    paper = start(address=NORWICH, care_plan={"file": file["ref"]}, markers=MARKERS)
    receipt = leeds.post("/api/v1/notices", json=paper).json
    with mail_sink() as sink, closing(Couriers({"email": email_channel(sink.port)})) as couriers:
        delivered(database, rules, couriers, now=NOW)
    return {**receipt, "file": file}


def evidence(client: FlaskClient, notice: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1/notices/{notice}/evidence")
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def told(pack: dict[str, Any], capacity: str) -> dict[str, Any]:
    return next(each for each in pack["evidence"]["versions"][-1]["told"] if each["capacity"] == capacity)


# --- what it says -----------------------------------------------------------------------------------------------------


def test_it_says_who_was_told_when_through_what_and_at_which_attempt(sent, client_for) -> None:
    [version] = evidence(client_for("leeds"), sent["notice"])["evidence"]["versions"]
    assert {each["organisation"]["gss_code"] for each in version["told"]} == {"E10000020", "E23000024"}
    assert {(each["channel"], each["state"], each["attempts"][0]["code"]) for each in version["deliveries"]} == {
        ("email", "accepted", "250")
    }
    assert all(each["reached_at"] for each in version["told"])


def test_it_says_what_each_could_see_by_the_names_of_the_fields(sent, client_for) -> None:
    pack = evidence(client_for("leeds"), sent["notice"])
    host, force = told(pack, "host_authority")["could_see"], told(pack, "police_force")["could_see"]
    assert {"child.family_name", "needs_assessment", "markers.detail", "address.postcode"} <= set(host)
    assert "child.family_name" in force
    assert not {"needs_assessment", "markers.detail"} & set(force)


def test_it_holds_the_hash_of_the_content_and_of_each_file(sent, client_for) -> None:
    [version] = evidence(client_for("leeds"), sent["notice"])["evidence"]["versions"]
    assert version["sha256"] == sent["sha256"]
    assert [(each["part"], each["sha256"]) for each in version["files"]] == [("care_plan", sent["file"]["sha256"])]


def test_it_says_how_each_duty_stands_and_what_it_rests_on(sent, client_for) -> None:
    owed = {
        each["duty_code"]: each for each in evidence(client_for("leeds"), sent["notice"])["evidence"]["obligations"]
    }
    assert owed["E13A"]["state"] == "met"
    assert owed["E13A"]["basis"] == "statute"
    assert owed["E13A"]["source"]
    assert owed["EACK"]["state"] == "open"


def test_it_says_who_acknowledged_and_who_read(client_for) -> None:
    notice = client_for("leeds").post("/api/v1/notices", json=start()).json["notice"]
    client_for("kent").get(f"/api/v1/notices/{notice}")
    client_for("kent").post(f"/api/v1/notices/{notice}/acknowledgement", json={"by": "T. Example, duty desk"})
    pack = evidence(client_for("leeds"), notice)
    assert [each["by"] for each in pack["evidence"]["versions"][0]["acknowledgements"]] == ["T. Example, duty desk"]
    assert told(pack, "host_authority")["first_read_at"] == "2026-11-18T10:00:00Z"
    assert told(pack, "police_force")["first_read_at"] is None


def test_a_correction_stands_beside_what_it_corrects(sent, client_for) -> None:
    corrected = start(address=NORWICH, child={**CHILD, "given_names": "Rowena"})
    newer = client_for("leeds").post(f"/api/v1/notices/{sent['notice']}/correction", json=corrected).json["notice"]
    versions = evidence(client_for("leeds"), newer)["evidence"]["versions"]
    assert [(each["revision"], each["state"]) for each in versions] == [(1, "superseded"), (2, "registered")]
    assert versions[0]["sha256"] != versions[1]["sha256"]
    assert evidence(client_for("leeds"), sent["notice"])["evidence"]["superseded_by"] == newer


def test_it_says_nothing_about_the_child(sent, client_for) -> None:
    said = json.dumps(evidence(client_for("leeds"), sent["notice"]), ensure_ascii=False)
    assert [part for part in PERSONAL if part in said] == []


# --- for whom ---------------------------------------------------------------------------------------------------------


def test_a_recipients_pack_is_about_that_recipient_alone(client_for) -> None:
    leeds = client_for("leeds")
    file = leeds.post("/api/v1/files", data={"file": (io.BytesIO(PLAN), "rowan.pdf")}).json["ref"]
    notice = leeds.post("/api/v1/notices", json=start(care_plan={"file": file})).json["notice"]
    client_for("kent").post(f"/api/v1/notices/{notice}/acknowledgement", json={"by": "T. Example, duty desk"})
    pack = evidence(client_for("kent_police"), notice)["evidence"]
    [version] = pack["versions"]
    assert pack["issued_to"]["view"] == "recipient"
    assert [each["capacity"] for each in version["told"]] == ["police_force"]
    assert {each["organisation"]["name"] for each in version["deliveries"]} == {"Kent Police"}
    assert (version["acknowledgements"], version["files"]) == ([], [])
    assert {each["duty_code"] for each in pack["obligations"]} <= {"EACK", "EPOL"}


def test_others_are_told_that_there_is_nothing(sent, client_for) -> None:
    for member in ("kent", "bradford", "willow_house"):
        assert client_for(member).get(f"/api/v1/notices/{sent['notice']}/evidence").status_code == 404
    assert client_for("leeds").get("/api/v1/notices/ntc_00000000000000000000000000/evidence").status_code == 404


def test_every_issue_is_recorded_as_a_disclosure(sent, client_for, books) -> None:
    evidence(client_for("leeds"), sent["notice"])
    [entry] = books.all("SELECT * FROM audit_entry WHERE event = 'evidence.issued'")
    assert (entry.operation, entry.subject_ref) == ("disclosure", sent["notice"])


# --- proved without the hub -------------------------------------------------------------------------------------------


def test_it_is_verified_with_the_published_key_and_cryptography_alone(sent, client_for, app) -> None:
    content = client_for("leeds").get(f"/api/v1/notices/{sent['notice']}/evidence").data
    published = app.test_client().get("/api/v1/evidence-key")
    assert published.status_code == 200
    key: Any = load_pem_public_key(published.json["public_key"].encode())
    pack = json.loads(content)
    said = json.dumps(pack["evidence"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    key.verify(bytes.fromhex(pack["signature"]["value"]), said)
    with pytest.raises(InvalidSignature):
        key.verify(bytes.fromhex(pack["signature"]["value"]), said.replace(b"accepted", b"bounced!", 1))


def test_the_saved_answers_are_what_the_command_reads(sent, client_for, app) -> None:
    pack = read_pack(client_for("leeds").get(f"/api/v1/notices/{sent['notice']}/evidence").data)
    published = app.test_client().get("/api/v1/evidence-key")
    assert verify_pack(pack, read_public_key(published.data))
    assert verify_pack(pack, read_public_key(published.json["public_key"].encode()))


@pytest.fixture
def small() -> tuple[bytes, Any]:
    """A small pack as a file, and the key that proves it."""
    key = Ed25519PrivateKey.from_private_bytes(b"e" * 32)
    pack = signed(
        {"hub_key_id": "testkey1", "notice": "ntc_x", "told": [{"name": "Kent", "at": None}]}, key, "testkey1"
    )
    return json.dumps(pack, separators=(",", ":")).encode(), key.public_key()


def test_a_change_of_any_byte_is_refused(small) -> None:
    content, key = small
    assert verify_pack(read_pack(content), key)
    accepted = [
        (place, bit)
        for place in range(len(content))
        for bit in range(8)
        if _is_accepted(content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :], key)
    ]
    assert accepted == []


def _is_accepted(content: bytes, key: Any) -> bool:
    try:
        return verify_pack(read_pack(content), key)
    except Malformed:
        return False


def test_another_hubs_key_refuses_it(small) -> None:
    content, _ = small
    assert not verify_pack(read_pack(content), Ed25519PrivateKey.generate().public_key())


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b"\xff", b'{"evidence": {}, "evidence": {}}', b'{"evidence": NaN}', b"[" * 100_000],
)
def test_what_is_no_pack_is_said_to_be_none(content) -> None:
    with pytest.raises(Malformed, match="not an evidence pack"):
        read_pack(content)


@pytest.mark.parametrize("pack", [{}, {"evidence": {}, "signature": None}, {"evidence": [], "signature": {}}])
def test_a_pack_without_its_parts_is_refused(small, pack) -> None:
    assert not verify_pack(pack, small[1])


@pytest.mark.parametrize("value", [None, 7, "", "zz", "00" * 64, ["00"]])
def test_a_signature_that_is_none_is_refused(small, value) -> None:
    pack = read_pack(small[0])
    pack["signature"]["value"] = value
    assert not verify_pack(pack, small[1])


@pytest.mark.parametrize("content", [b"", b"{}", b"-----BEGIN PUBLIC KEY-----", b'{"public_key": 7}'])
def test_what_is_no_key_is_said_to_be_none(content) -> None:
    with pytest.raises(Malformed, match="not the hub's public key"):
        read_public_key(content)


def test_the_order_of_names_does_not_matter_to_the_signature() -> None:
    assert (
        canonical_evidence({"b": 1, "a": "é"}) == canonical_evidence({"a": "é", "b": 1}) == '{"a":"é","b":1}'.encode()
    )
