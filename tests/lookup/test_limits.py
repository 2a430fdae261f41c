"""How often somebody may look children up: refused in words, with the seconds to wait; nothing shown, nothing lost."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from hub.core.errors import Invalid, TooMany
from hub.core.limits import Allowance
from hub.lookup.policy import DisclosurePolicy
from hub.registry.receipts import Receipt
from tests.conftest import NOW
from tests.lookup.conftest import AT_NIGHT, Rooms
from tests.lookup.test_commit_before import ASKED
from tests.registry.conftest import Books

TEN_SECONDS = timedelta(seconds=10)


def test_ten_look_ups_a_second_by_one_person_are_refused_and_nothing_is_shown(
    placed: Receipt, room: Rooms, books: Books, policy: DisclosurePolicy
) -> None:
    handler = room("kent_police", limited=True)
    answered, refusals = 0, []
    for _ in range(10):
        try:
            handler.asks()
            answered += 1
        except TooMany as refusal:
            refusals.append(refusal)
    assert answered == policy.limits.person_ten_seconds == books.count("look_up") == books.count("disclosure")
    assert {refusal.reason for refusal in refusals} == {"too_many_look_ups"}
    assert all(1 <= refusal.retry_after_seconds <= 10 for refusal in refusals)
    assert "Nothing was looked up or shown" in refusals[0].sentence


def test_ten_seconds_later_they_may_again(placed: Receipt, room: Rooms, policy: DisclosurePolicy) -> None:
    handler = room("kent_police", limited=True)
    for _ in range(policy.limits.person_ten_seconds):
        handler.asks()
    handler.now += TEN_SECONDS
    assert handler.asks().matches


def test_a_person_has_so_many_look_ups_an_hour(
    placed: Receipt, room: Rooms, books: Books, policy: DisclosurePolicy
) -> None:
    handler = room("kent_police", limited=True)
    for number in range(policy.limits.person_hour):
        handler.now = AT_NIGHT + number * TEN_SECONDS
        handler.asks(family_name="Nowhere", given_names="Quill", age=9)
    handler.now += TEN_SECONDS
    with pytest.raises(TooMany) as refused:
        handler.asks()
    assert "an hour" in refused.value.sentence
    assert re.search(r"Try again in \d\d minutes;", refused.value.sentence), "and not in three thousand seconds"
    assert books.count("look_up") == policy.limits.person_hour


def test_of_a_control_rooms_system_each_handler_is_counted_alone(
    placed: Receipt, room: Rooms, policy: DisclosurePolicy
) -> None:
    first, second = room("kent_police", limited=True), room("kent_police", limited=True, by="PC B. Invented, 12")
    for _ in range(policy.limits.person_ten_seconds):
        first.asks()
    assert second.asks().matches
    with pytest.raises(TooMany):
        first.asks()


def test_an_organisation_has_so_many_an_hour_whoever_asks(
    placed: Receipt, room: Rooms, policy: DisclosurePolicy, books: Books
) -> None:
    handler = room("kent_police", limited=True)
    few = type(policy.limits)(**{**vars(policy.limits), "organisation_hour": 2})
    handler.terms = type(handler.terms)(policy, few)
    for who in ("per_one", "per_two"):
        handler.by = who
        handler.asks()
    handler.by = "per_three"
    with pytest.raises(TooMany) as refused:
        handler.asks()
    assert refused.value.sentence.startswith("Your organisation")
    assert room("west_yorkshire_police", limited=True).asks().matches
    assert books.count("look_up") == 3


def test_a_person_is_shown_so_many_children_an_hour(
    placed: Receipt, room: Rooms, policy: DisclosurePolicy, books: Books
) -> None:
    handler = room("kent_police", limited=True)
    handler.asks()
    for _ in range(policy.limits.disclosures_hour):
        handler.confirms()
    with pytest.raises(TooMany):
        handler.confirms()
    shown = books.all("SELECT count(*) AS n FROM disclosure WHERE stage = 'confirmed'")[0].n
    assert shown == policy.limits.disclosures_hour


def test_what_is_refused_for_another_reason_spends_nothing(
    placed: Receipt, room: Rooms, policy: DisclosurePolicy
) -> None:
    handler = room("kent_police", limited=True)
    for _ in range(policy.limits.person_ten_seconds * 2):
        with pytest.raises(Invalid):
            handler.asks(family_name="Fictitious")
    assert handler.asks().matches


def test_a_refusal_is_on_record_once_a_minute(placed: Receipt, room: Rooms, books: Books) -> None:
    handler = room("kent_police", limited=True)
    for _ in range(20):
        try:
            handler.asks()
        except TooMany:
            continue
    assert [
        row.actor_ref for row in books.all("SELECT actor_ref FROM audit_entry WHERE event = 'look_up.refused'")
    ] == [handler.actor.ref]


def test_an_allowance_counts_within_its_window() -> None:
    ten = Allowance("x", 5, 10)
    assert ten.window(NOW) == ten.window(NOW + timedelta(seconds=9)) != ten.window(NOW + TEN_SECONDS)
    assert (ten.wait(NOW), ten.wait(NOW + timedelta(seconds=9))) == (10, 1)
    hour = Allowance("x", 5, 3600)
    assert hour.window(NOW) == hour.window(NOW + timedelta(minutes=59)) != hour.window(NOW + timedelta(hours=1))


def test_over_http_it_is_a_429_with_the_seconds_to_wait(
    placed: Receipt, client_for: Callable[[str], FlaskClient], policy: DisclosurePolicy, books: Books
) -> None:
    client = client_for("kent_police")
    answers = [client.post("/api/v1/look-ups", json=ASKED) for _ in range(10)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) == 10 - policy.limits.person_ten_seconds
    assert all(1 <= int(answer.headers["Retry-After"]) <= 10 for answer in refused)
    assert {answer.get_json()["code"] for answer in refused} == {"too_many_look_ups"}
    assert all("Willow" not in answer.get_data(as_text=True) for answer in refused)
    assert books.count("look_up") == policy.limits.person_ten_seconds


def test_however_many_ask_at_once_no_more_than_the_limit_are_answered(
    placed: Receipt, room: Rooms, policy: DisclosurePolicy, books: Books
) -> None:
    def one(_: int) -> bool:
        try:
            return bool(room("kent_police", limited=True).asks().matches)
        except TooMany:
            return False

    with ThreadPoolExecutor(8) as handlers:
        answered = list(handlers.map(one, range(16)))
    assert sum(answered) == policy.limits.person_ten_seconds == books.count("look_up")
