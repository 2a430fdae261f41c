"""Obligations, worklists and ladders over HTTP, as Leeds (which places), Bradford (which hosts) and an outsider see them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.duties.rulebook import Rulebook
from tests.notify.owing import HOUR, NOW, Owing, notice_owed, opened

Speak = Callable[[str], FlaskClient]
API = "/api/v1"
EXCUSE = {"reason": "not_reasonably_practicable", "note": "Reasons.", "authorised_by": "T. Field, team manager"}
PAUSE = {"reason": "awaiting_information", "owner": "T. Field, team manager"}


@pytest.fixture
def owing(cast: Cast) -> Owing:
    """Leeds in the part of Northmoor, Bradford in that of Eastvale."""
    actors = cast.actors
    return Owing(actors["leeds"], actors["bradford"], actors["willow_house"], actors["operator"])


@pytest.fixture
def notice(database: Database, rules: Rulebook, owing: Owing) -> str:
    """The reference of a notice that Leeds owes Bradford, overdue by an hour."""
    return opened(database, rules, notice_owed(owing, due_at=NOW - HOUR))[0]


@pytest.fixture
def letter(database: Database, rules: Rulebook, owing: Owing) -> str:
    """The reference of a letter that Leeds owes the child's doctor."""
    to_doctor = {"duty_code": "E13G", "owed_to_id": None, "owed_to_role": "general_practitioners"}
    return opened(database, rules, notice_owed(owing, **to_doctor))[0]


def test_both_parties_see_it_with_its_law_and_nobody_else_does(client_for: Speak, notice: str) -> None:
    for party in ("leeds", "bradford"):
        shown = client_for(party).get(f"{API}/obligations/{notice}")
        assert shown.status_code == 200, shown.json
        assert (shown.json["standing"], shown.json["basis"]) == ("overdue", "statute")
        assert shown.json["source"][0]["cite"].startswith("SI 2010/959")
        assert shown.json["owed_by"]["name"] == "Leeds City Council"
    hidden = client_for("kent").get(f"{API}/obligations/{notice}")
    invented = client_for("kent").get(f"{API}/obligations/obl_nothing")
    assert hidden.status_code == invented.status_code == 404
    assert hidden.json == invented.json


def test_the_list_is_that_of_the_side_asked_for_and_pages_by_cursor(
    client_for: Speak, database: Database, rules: Rulebook, owing: Owing, notice: str
) -> None:
    refs = opened(database, rules, *(notice_owed(owing) for _ in range(4)))
    leeds, seen, cursor = client_for("leeds"), list[str](), None
    while True:
        page = leeds.get(
            f"{API}/obligations",
            query_string={"side": "owed_by_us", "limit": 2, **({"cursor": cursor} if cursor else {})},
        )
        seen += [row["ref"] for row in page.json["items"]]
        cursor = page.json["next_cursor"]
        if cursor is None:
            break
    assert seen == [notice, *refs]
    assert leeds.get(f"{API}/obligations?side=owed_to_us").json["items"] == []
    assert client_for("kent").get(f"{API}/obligations").json["items"] == []


@pytest.mark.parametrize(
    "query", ["side=mine", "state=late", "due=tomorrow", "duty_code=%27", "subject=x", "cursor=9", "limit=0", "x=1"]
)
def test_a_filter_that_means_nothing_is_refused_by_name(client_for: Speak, query: str) -> None:
    answer = client_for("leeds").get(f"{API}/obligations?{query}")
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == [query.split("=")[0]]


def test_the_worklist_counts_both_sides(client_for: Speak, notice: str) -> None:
    assert client_for("leeds").get(f"{API}/worklist").json["owed_by_us"]["overdue"] == 1
    assert client_for("bradford").get(f"{API}/worklist").json["owed_to_us"]["overdue"] == 1
    assert client_for("kent").get(f"{API}/worklist").json["owed_by_us"]["overdue"] == 0


def test_what_was_done_elsewhere_is_recorded_with_method_and_instant(client_for: Speak, letter: str) -> None:
    said = {"method": "letter", "done_at": "2026-11-17T09:00:00Z", "by": "P. Rao, social worker"}
    answer = client_for("leeds").post(f"{API}/obligations/{letter}/fulfilment", json=said)
    assert answer.status_code == 201, answer.json
    assert (answer.json["state"], answer.json["fulfilled_how"]) == ("met", "letter")


def test_a_notice_of_the_hubs_own_cannot_be_said_to_have_been_sent(client_for: Speak, notice: str) -> None:
    said = {"method": "letter", "done_at": "2026-11-17T09:00:00Z", "by": "P. Rao, social worker"}
    assert client_for("leeds").post(f"{API}/obligations/{notice}/fulfilment", json=said).status_code == 409


def test_an_excuse_needs_a_reason_words_and_a_manager(client_for: Speak, notice: str) -> None:
    refused = client_for("leeds").post(f"{API}/obligations/{notice}/excuse", json={})
    assert set(refused.json["fields"]) == {"reason", "note", "authorised_by"}
    answer = client_for("leeds").post(f"{API}/obligations/{notice}/excuse", json=EXCUSE)
    assert (answer.json["state"], answer.json["notes"]) == ("excused", {"close": "Reasons."})


def test_a_repeated_act_under_the_same_key_is_answered_as_the_first(client_for: Speak, notice: str) -> None:
    leeds, key = client_for("leeds"), {"Idempotency-Key": "excuse-0001"}
    first = leeds.post(f"{API}/obligations/{notice}/excuse", json=EXCUSE, headers=key)
    again = leeds.post(f"{API}/obligations/{notice}/excuse", json=EXCUSE, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json


def test_it_is_paused_in_a_name_and_resumed(client_for: Speak, notice: str) -> None:
    leeds = client_for("leeds")
    held = leeds.post(f"{API}/obligations/{notice}/pause", json=PAUSE)
    assert (held.json["standing"], held.json["owner"], held.json["next_step_at"]) == ("paused", PAUSE["owner"], None)
    assert leeds.post(f"{API}/obligations/{notice}/pause", json=PAUSE).status_code == 409
    going = leeds.post(f"{API}/obligations/{notice}/resumption")
    assert (going.status_code, going.json["owner"]) == (201, None)
    assert going.json["next_step_at"] is not None


def acts(ref: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every act on an obligation: method, address, body."""
    at = f"{API}/obligations/{ref}"
    yield "POST", f"{at}/fulfilment", {"method": "letter", "done_at": "2026-11-17T09:00:00Z", "by": "P. Rao"}
    yield "POST", f"{at}/excuse", EXCUSE
    yield "POST", f"{at}/pause", PAUSE
    yield "POST", f"{at}/void", {"reason": "not_owed", "by": "H. Mann"}
    yield "POST", f"{at}/reopening", {"reason": "incomplete"}
    yield "PUT", f"{at}/due-date", {"due_on": "2026-12-01"}


def test_no_act_on_what_others_owe_one_another_can_be_told_from_one_on_nothing(client_for: Speak, notice: str) -> None:
    kent = client_for("kent")
    for (method, theirs, body), (_, nothing, _) in zip(acts(notice), acts("obl_nothing"), strict=True):
        hidden = kent.open(theirs, method=method, json=body)
        invented = kent.open(nothing, method=method, json=body)
        assert (hidden.status_code, hidden.json) == (invented.status_code, invented.json)
        assert hidden.status_code == 404


def test_whom_it_is_owed_to_may_void_it_and_reopen_it(client_for: Speak, notice: str) -> None:
    leeds, bradford = client_for("leeds"), client_for("bradford")
    said = {"reason": "not_owed", "by": "H. Mann, desk manager"}
    assert leeds.post(f"{API}/obligations/{notice}/void", json=said).status_code == 404
    assert bradford.post(f"{API}/obligations/{notice}/void", json=said).json["state"] == "void"
    assert (
        bradford.post(f"{API}/obligations/{notice}/reopening", json={"reason": "closed_in_error"}).json["state"]
        == "open"
    )


SHORT = [
    {"after_hours": 0, "of": "owed_by", "roles": ["duty_desk"]},
    {"after_working_days": 1, "of": "owed_by", "roles": ["service_manager"], "repeat_every_working_days": 5},
]


def test_ladders_are_listed_tried_and_saved(client_for: Speak) -> None:
    leeds = client_for("leeds")
    assert {row["is_own"] for row in leeds.get(f"{API}/ladders").json["items"]} == {False}
    wanted = {"name": "host_desk", "rungs": SHORT, "due_at": "2026-11-20T10:00:00Z"}
    planned = leeds.post(f"{API}/ladders/dry-run", json=wanted).json["steps"]
    assert [step["at"] for step in planned] == ["2026-11-20T10:00:00+00:00", "2026-11-23T10:00:00+00:00"]
    saved = leeds.put(f"{API}/ladders/host_desk", json={"rungs": SHORT})
    assert saved.status_code == 202
    assert {row["is_own"] for row in leeds.get(f"{API}/ladders").json["items"]} == {False}
    assert client_for("leeds_manager").post(f"{saved.headers['Location']}/confirmation").status_code == 201
    own = [row["name"] for row in leeds.get(f"{API}/ladders").json["items"] if row["is_own"]]
    assert own == ["host_desk"]
    assert not any(row["is_own"] for row in client_for("bradford").get(f"{API}/ladders").json["items"])


def test_a_ladder_that_passes_its_ceiling_is_refused_with_the_field(client_for: Speak) -> None:
    too_high = [{"after_hours": 0, "of": "owed_by", "roles": ["dcs"], "repeat_every_working_days": 5}]
    answer = client_for("leeds").put(f"{API}/ladders/host_desk", json={"rungs": too_high})
    assert (answer.status_code, list(answer.json["fields"])) == (422, ["rungs"])


def test_the_operator_of_the_hub_sees_no_obligation(client_for: Speak, notice: str) -> None:
    assert client_for("operator").get(f"{API}/obligations/{notice}").status_code == 403
