"""The privacy lead's worklist: what is unusual comes first, a few others are drawn, and what is found is recorded."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.core.db import Database
from hub.core.errors import Conflict, NotFound, StateConflict
from hub.core.secrets import KeyRing, MasterKey
from hub.demonstration.cast import Cast
from hub.keys.parts import all_parts
from hub.keys.rotate import rotate
from hub.lookup import reviews
from hub.lookup.policy import DisclosurePolicy
from hub.lookup.unusual import Facts, Ranked, ranked, sample
from hub.registry.receipts import Receipt
from tests.access.signing_in import joined
from tests.conftest import KEY
from tests.lookup.conftest import AT_NIGHT, INCIDENTS, Rooms
from tests.registry.conftest import Books

NOON = AT_NIGHT + timedelta(hours=10)
LEAD = {"outcome": "proper", "by": "B. Tallis, privacy lead"}


def asked(number: int, actor: str = "per_a", **given: Any) -> Facts:
    return replace(Facts(f"lku_{number:03}", actor, NOON), **given)


def reasons(facts: Sequence[Facts], policy: DisclosurePolicy) -> dict[str, tuple[str, ...]]:
    return {each.ref: each.reasons for each in ranked(facts, policy.review)}


# --- what is unusual --------------------------------------------------------------------------------------------------


def test_an_ordinary_look_up_has_no_reason(policy: DisclosurePolicy) -> None:
    assert reasons([asked(1, confirmed=frozenset({7}))], policy) == {"lku_001": ()}


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"broke_glass": True}, "broke_glass"),
        ({"is_weak": True}, "weak_confirmed"),
        ({"is_outside": True}, "outside_area"),
        ({"asked_names": frozenset({"okoro"}), "own_names": frozenset({"okoro"})}, "own_name"),
    ],
)
def test_what_one_look_up_shows_by_itself(policy: DisclosurePolicy, given: dict[str, Any], reason: str) -> None:
    found = reasons([asked(1, confirmed=frozenset({7}), **given), asked(2, "per_b")], policy)
    assert found == {"lku_001": (reason,), "lku_002": ()}


def test_the_same_child_again_and_again_by_one_person(policy: DisclosurePolicy) -> None:
    often = policy.review.unusual["same_child"].starts
    mine = [asked(number, confirmed=frozenset({7})) for number in range(often)]
    others = [asked(number, "per_b", confirmed=frozenset({7})) for number in range(100, 100 + often - 1)]
    found = reasons([*mine, *others], policy)
    assert all(found[each.ref] == ("same_child",) for each in mine)
    assert all(found[each.ref] == () for each in others)


def test_many_by_one_person_in_one_day(policy: DisclosurePolicy) -> None:
    many = policy.review.unusual["many_a_day"].starts
    day = [asked(number, confirmed=frozenset({number})) for number in range(many)]
    spread = [
        asked(200 + number, "per_b", asked_at=NOON - timedelta(days=number % 2), confirmed=frozenset({number}))
        for number in range(many)
    ]
    found = reasons([*day, *spread], policy)
    assert found["lku_000"] == ("many_a_day",)
    assert found["lku_200"] == ()


def test_asking_often_without_confirming_anybody(policy: DisclosurePolicy) -> None:
    some = policy.review.unusual["shown_nothing"].starts
    found = reasons([*(asked(number) for number in range(some)), asked(99, confirmed=frozenset({1}))], policy)
    assert found["lku_000"] == ("shown_nothing",)
    assert found["lku_099"] == ()


def test_a_night_that_stands_alone_among_many_days(policy: DisclosurePolicy) -> None:
    days = [
        asked(number, asked_at=NOON - timedelta(days=number % 5), confirmed=frozenset({number})) for number in range(19)
    ]
    night = asked(50, asked_at=AT_NIGHT, confirmed=frozenset({50}))
    worker = [
        asked(60 + number, "per_b", asked_at=AT_NIGHT - timedelta(days=number % 5), confirmed=frozenset({number}))
        for number in range(20)
    ]
    found = reasons([*days, night, *worker], policy)
    assert found["lku_050"] == ("odd_hour",)
    assert found["lku_000"] == found["lku_060"] == ()


def test_the_heaviest_comes_first(policy: DisclosurePolicy) -> None:
    broken = asked(2, "per_b", broke_glass=True, confirmed=frozenset({1}))
    outside = asked(3, "per_c", is_outside=True, confirmed=frozenset({2}))
    found = ranked([asked(1), outside, broken], policy.review)
    assert [each.ref for each in found] == ["lku_002", "lku_003", "lku_001"]


def test_a_sample_holds_the_heaviest_and_draws_a_few_of_the_others_anew_each_day(policy: DisclosurePolicy) -> None:
    found = [Ranked(f"lku_{n:03}", 9 if n < 20 else 0, ()) for n in range(200)]
    monday, tuesday = (sample(found, policy.review, seed=day) for day in ("monday", "tuesday"))
    assert len(monday) == policy.review.sample
    assert monday == sample(found, policy.review, seed="monday")
    assert monday[:6] == tuesday[:6] == found[:6]
    assert monday[6:] != tuesday[6:]


# --- the worklist -----------------------------------------------------------------------------------------------------


def test_the_worklist_ranks_the_own_organisations_look_ups(
    placed: Receipt, room: Rooms, policy: DisclosurePolicy
) -> None:
    plain = room("kent_police")
    ordinary = plain.asks()
    room("west_yorkshire_police").asks()
    weak = room("kent_police", by="PC B. Invented, 12")
    weak.asks(family_name="Fictitious", given_names="Rowan", age=14)
    band = weak.last.matches[0].band if weak.last else ""
    weak.confirms(because="Invented: the mother named the home.")
    lead = room("kent_police", ref="per_lead")
    found = lead.reads(reviews.worklist, policy=policy)
    assert (found.target_minutes, found.looked_through) == (policy.review.target_minutes, 2)
    assert {item.ref for item in found.items} == {ordinary.ref, weak.last.ref if weak.last else ""}
    first = found.items[0]
    assert ("weak_confirmed" in first.reasons) == (band == "weak")


def test_somebody_who_asks_for_their_own_name_is_put_in_front(
    placed: Receipt, room: Rooms, database: Database, cast: Cast, policy: DisclosurePolicy
) -> None:
    person = joined(database, cast, "kent_police", ["call_handler"], name="Sam Fictitious")
    cousin = room("kent_police", ref=person.ref)
    cousin.asks()
    [item] = room("kent_police", ref="per_lead").reads(reviews.worklist, policy=policy).items
    assert item.reasons == ("own_name",)
    assert item.weight == policy.review.unusual["own_name"].weight


def test_what_was_reviewed_leaves_the_worklist(
    placed: Receipt, room: Rooms, policy: DisclosurePolicy, books: Books
) -> None:
    ref = room("kent_police").asks().ref
    lead = room("kent_police", ref="per_lead")
    made = lead.reads(reviews.review_look_up, ref, outcome="explained", by=LEAD["by"], note="Invented: a drill.")
    assert lead.reads(reviews.worklist, policy=policy).items == ()
    seen = lead.reads(reviews.read_look_up, ref)
    assert (seen.review, seen.incident_reference) == (made, INCIDENTS["kent_police"])
    assert seen.asked["family_name"] == "Fictitious"
    assert [each.stage for each in seen.disclosures] == ["possible_match"]
    with pytest.raises(StateConflict):
        lead.reads(reviews.review_look_up, ref, **LEAD)
    [entry] = books.all("SELECT details FROM audit_entry WHERE event = 'look_up.reviewed'")
    assert "drill" not in str(entry.details)


def test_nobody_reviews_a_look_up_of_their_own(placed: Receipt, room: Rooms) -> None:
    handler = room("kent_police")
    ref = handler.asks().ref
    with pytest.raises(Conflict):
        handler.reads(reviews.review_look_up, ref, **LEAD)


def test_another_organisation_reads_and_reviews_nothing_of_it(placed: Receipt, room: Rooms) -> None:
    ref = room("kent_police").asks().ref
    for member in ("west_yorkshire_police", "leeds"):
        with pytest.raises(NotFound):
            room(member).reads(reviews.read_look_up, ref)
        with pytest.raises(NotFound):
            room(member).reads(reviews.review_look_up, ref, **LEAD)


def test_all_look_ups_of_an_incident_are_found_however_it_is_spaced(placed: Receipt, room: Rooms) -> None:
    first, second = room("leeds"), room("leeds", ref="cli_other")
    refs = {first.asks(incident="EDT 2026/77").ref, second.asks(incident="edt 2026-77").ref}
    first.asks(incident="EDT 2026/78")
    lead = room("leeds", ref="per_lead")
    found = lead.reads(reviews.list_look_ups, incident="EDT 2026 / 77", at_most=10)
    assert {each.ref for each in found} == refs
    assert [each.actor for each in lead.reads(reviews.list_look_ups, mine=True, at_most=10)] == []


def test_without_the_privacy_leads_scope_one_reads_ones_own_alone(placed: Receipt, room: Rooms) -> None:
    mine, colleague = room("kent_police", ref="per_a"), room("kent_police", ref="per_b")
    for one in (mine, colleague):
        one.actor = replace(one.actor, scopes=frozenset({"read", "look_up"}))
    own, other = mine.asks(), colleague.asks()
    assert [each.ref for each in mine.reads(reviews.list_look_ups, at_most=10)] == [own.ref]
    with pytest.raises(NotFound):
        mine.reads(reviews.read_look_up, other.ref)


def test_an_incident_is_found_again_after_the_key_was_changed(
    placed: Receipt, room: Rooms, database: Database, tmp_path: Path
) -> None:
    ref = room("leeds").asks(incident="EDT 2026/77").ref
    url, new = database.url.render_as_string(hide_password=False), MasterKey("testkey2", b"n" * 32)
    both, afterwards = Database(url, KeyRing([new, KEY])), Database(url, KeyRing([new]))
    rotate(both, all_parts(tmp_path))
    lead = room("leeds", ref="per_lead")
    lead.database = afterwards
    found = lead.reads(reviews.list_look_ups, incident="EDT 2026/77", at_most=10)
    assert [each.ref for each in found] == [ref]
    assert lead.reads(reviews.read_look_up, ref).incident_reference == "EDT 2026/77"
    both.close()
    afterwards.close()
