"""Look-ups over HTTP: a control room asks by the same rules as a person; what is shown is what the document promises."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from hub.lookup.policy import STAGES, DisclosurePolicy
from hub.registry.receipts import Receipt
from tests.api.test_problems import assert_problem
from tests.lookup.conftest import LEEDS_AT_NIGHT
from tests.lookup.test_commit_before import ASKED
from tests.registry.conftest import Books

ClientFor = Callable[[str], FlaskClient]
API = "/api/v1"
BY = {"by": "M. Bell, team manager"}


def ask(client: FlaskClient, **changed: Any) -> Any:
    given = {name: value for name, value in {**ASKED, **changed}.items() if value is not None}
    return client.post(f"{API}/look-ups", json=given)


def confirm(client: FlaskClient, asked: dict[str, Any], **changed: Any) -> Any:
    given = {"candidate": asked["matches"][0]["candidate"], "purpose": asked["purpose"], "by": ASKED["by"], **changed}
    return client.post(f"{API}/look-ups/{asked['ref']}/disclosures", json=given)


def test_a_control_room_asks_confirms_and_is_told_whom_to_ring(placed: Receipt, client_for: ClientFor) -> None:
    force = client_for("kent_police")
    asked = ask(force)
    assert asked.status_code == 201
    [match] = asked.get_json()["matches"]
    assert match["fields"] == {"initials": "R. F.", "year_of_birth": 2012, "home": "Willow House", "town": "Maidstone"}
    told = confirm(force, asked.get_json())
    assert told.status_code == 201
    fields = told.get_json()["fields"]
    assert fields["out_of_hours"]["phone"] == LEEDS_AT_NIGHT
    assert fields["grade_advice"]["because"]
    assert fields["trigger_plan"] == {"held": True, "by": "Willow House", "updated_on": "2026-11-01"}
    assert "marker_details" not in fields
    detail = confirm(force, asked.get_json(), stage="risk_detail").get_json()["fields"]
    assert detail["marker_details"][0]["detail"].startswith("Invented")


def test_no_reference_to_the_child_or_the_placement_leaves(placed: Receipt, client_for: ClientFor) -> None:
    force = client_for("kent_police")
    asked = ask(force)
    told = confirm(force, asked.get_json())
    for answer in (asked, told):
        assert "chd_" not in answer.get_data(as_text=True)
        assert "pla_" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"purpose": None}, "purpose"),
        ({"purpose": "nosiness"}, "purpose"),
        ({"incident_reference": None}, "incident_reference"),
        ({"incident_reference": "CAD 7"}, "incident_reference"),
        ({"family_name": "   "}, "family_name"),
        ({"family_name": "Ficti*"}, "family_name"),
        ({"born_on": "2027-01-01"}, "born_on"),
        ({"born_on": "2012-02-30"}, "born_on"),
        ({"age": 14}, "born_on"),
        ({"by": None}, "by"),
        ({"born_month": 3, "born_on": None}, "born_year"),
        ({"identifiers": {"nhs_number": "1"}}, "identifiers.nhs_number"),
        ({"identifiers": {"local_id": "T1"}}, "placing_authority"),
    ],
)
def test_bad_input_is_named_by_field_and_nothing_is_kept(
    placed: Receipt, client_for: ClientFor, books: Books, changed: dict[str, Any], field: str
) -> None:
    answer = ask(client_for("kent_police"), **changed)
    said = assert_problem(answer, 422, answer.get_json()["code"])
    assert field in said["fields"]
    assert all(sentence.endswith((".", "?", ":")) or " " in sentence for sentence in said["fields"][field])
    assert (books.count("look_up"), books.count("disclosure")) == (0, 0)


def test_the_incident_of_another_force_is_refused_with_an_example_of_ones_own(
    placed: Receipt, client_for: ClientFor
) -> None:
    said = ask(client_for("west_yorkshire_police")).get_json()
    assert "13260123456" in said["fields"]["incident_reference"][0]


def test_the_purposes_that_may_be_given_can_be_asked_for(
    placed: Receipt, client_for: ClientFor, policy: DisclosurePolicy
) -> None:
    said = client_for("kent_police").get(f"{API}/look-up-purposes").get_json()
    assert [each["code"] for each in said["purposes"]] == list(policy.purposes)
    assert said["incident_example"] == "18-1234-26"


def test_who_is_not_there_and_who_may_not_be_shown_look_the_same(placed: Receipt, client_for: ClientFor) -> None:
    nobody = ask(client_for("kent_police"), family_name="Nowhere", given_names="Quill").get_json()
    assert nobody["matches"] == []
    assert set(nobody) == set(ask(client_for("kent_police")).get_json())


def test_a_home_and_a_key_without_the_scope_may_not_ask(placed: Receipt, client_for: ClientFor, books: Books) -> None:
    for member in ("willow_house", "harbour", "kent_police_manager"):
        assert ask(client_for(member)).status_code == 403
    assert books.count("look_up") == 0


def test_a_shielded_child_over_http(placed: Receipt, client_for: ClientFor) -> None:
    leeds, force = client_for("leeds"), client_for("kent_police")
    shield = leeds.post(f"{API}/placements/{placed.placement}/shield", json={**BY, "reason": "Invented."})
    assert shield.status_code == 201
    asked = ask(force).get_json()
    assert set(asked["matches"][0]["fields"]) == {"ring"}
    assert set(confirm(force, asked).get_json()["fields"]) == {"ring"}
    broken = {"candidate": asked["matches"][0]["candidate"], "purpose": asked["purpose"], "by": ASKED["by"]}
    path = f"{API}/look-ups/{asked['ref']}/glass-breaking"
    assert "reason" in assert_problem(force.post(path, json=broken), 422, "invalid")["fields"]
    told = force.post(path, json={**broken, "reason": "Invented: nobody answers."})
    assert told.status_code == 201
    assert told.get_json()["broke_glass"]
    [owed] = leeds.get(f"{API}/look-up-reviews").get_json()["items"]
    assert owed["reason"] == "Invented: nobody answers."
    outcome = {**BY, "outcome": "proper"}
    assert leeds.post(f"{API}/look-up-reviews/{owed['ref']}/outcome", json=outcome).status_code == 201
    assert leeds.get(f"{API}/look-up-reviews/{owed['ref']}").get_json()["made"]["outcome"] == "proper"
    lifted = leeds.post(f"{API}/placements/{placed.placement}/shield-lifting", json={**BY, "reason": "Invented."})
    assert lifted.get_json()["lifted_at"]
    assert_problem(leeds.get(f"{API}/placements/{placed.placement}/shield"), 404, "not_found")


def test_the_privacy_lead_reviews_and_the_placing_authority_reads_its_receipts(
    placed: Receipt, client_for: ClientFor
) -> None:
    leeds, force = client_for("leeds"), client_for("kent_police")
    asked = ask(force).get_json()
    confirm(force, asked)
    worklist = force.get(f"{API}/look-up-worklist").get_json()
    assert [item["ref"] for item in worklist["items"]] == [asked["ref"]]
    own = assert_problem(
        force.post(f"{API}/look-ups/{asked['ref']}/review", json={**BY, "outcome": "proper"}), 409, "own_look_up"
    )
    assert "Somebody else" in own["detail"]
    whole = force.get(f"{API}/look-ups/{asked['ref']}").get_json()
    assert [each["stage"] for each in whole["disclosures"]] == list(STAGES[:2])
    assert force.get(f"{API}/look-ups?incident_reference=18+1234+26").get_json()["items"][0]["ref"] == asked["ref"]
    receipts = leeds.get(f"{API}/look-up-receipts").get_json()["items"]
    assert receipts == leeds.get(f"{API}/placements/{placed.placement}/look-ups").get_json()["items"]
    assert [each["stage"] for each in receipts] == ["confirmed", "possible_match"]
    assert "18-1234-26" not in str(receipts)


def test_a_note_is_asked_for_where_not_all_was_well(placed: Receipt, client_for: ClientFor) -> None:
    force = client_for("kent_police")
    ref = ask(force).get_json()["ref"]
    answer = force.post(f"{API}/look-ups/{ref}/review", json={**BY, "outcome": "improper"})
    assert "note" in assert_problem(answer, 422, "invalid")["fields"]
