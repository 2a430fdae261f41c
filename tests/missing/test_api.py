"""Missing episodes over HTTP: the routes, what they refuse, what they answer twice, and what stands in the feed."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from hub.core.db import Database
from hub.notify.feed import place_events_once
from tests.missing.conftest import PARTED_CHILD, PLACED
from tests.registry.papers import LEEDS, MAIDSTONE

API = "/api/v1"
GONE, FOUND, BACK = "2026-11-18T08:00:00Z", "2026-11-18T09:00:00Z", "2026-11-18T09:30:00Z"
BY = {"by": "P. Fictitious, control room"}
Speak = Callable[[str], FlaskClient]


def posted(client: FlaskClient, path: str, body: dict[str, Any], status: int = 201, **headers: str) -> Any:
    answer = client.post(f"{API}{path}", json=body, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json


@pytest.fixture
def placement(client_for: Speak) -> str:
    return str(posted(client_for("leeds"), "/notices", PLACED)["placement"])


@pytest.fixture
def episode(client_for: Speak, placement: str) -> str:
    body = BY | {"placement": placement, "missing_from_at": GONE, "reference": "INC-0001"}
    return str(posted(client_for("kent_police"), "/missing-episodes", body)["episode"])


def shown(client: FlaskClient, ref: str) -> Any:
    answer = client.get(f"{API}/missing-episodes/{ref}")
    assert answer.status_code == 200, answer.text
    return answer.json


def test_the_whole_story_of_an_episode(client_for: Speak, episode: str) -> None:
    police, home, council = client_for("kent_police"), client_for("willow_house"), client_for("leeds")
    at = f"/missing-episodes/{episode}"
    posted(police, f"{at}/grades", BY | {"grade": "medium", "label": "Medium (amber)"})
    posted(police, f"{at}/location", BY | {"located_at": FOUND, "place": {"postcode": "ME4 4TR"}})
    posted(home, f"{at}/return", BY | {"returned_at": BACK})
    posted(police, f"{at}/prevention-interview", BY | {"held_at": BACK, "note": "Invented: safe."})
    seen = shown(council, episode)
    assert [each["kind"] for each in seen["timeline"]] == ["reported", "graded", "located", "returned", "interviewed"]
    assert (seen["state"], seen["grade"], seen["located_at"]) == ("returned", "medium", "2026-11-18T09:00:00+00:00")
    assert seen["child"]["given_names"] == "Rowan"
    assert seen["places"][0]["postcode"] == "ME4 4TR"


def test_what_becomes_known_of_a_described_child_stands_beside_what_was_said(client_for: Speak) -> None:
    police = client_for("kent_police")
    body = BY | {"child": {"given_names": "Sorrel"}, "missing_from_at": GONE}
    ref = posted(police, "/missing-episodes", body)["episode"]
    more = BY | {
        "child": PARTED_CHILD,
        "address": MAIDSTONE,
        "placing_authority": LEEDS,
        "note": "Invented: at school.",
    }
    seen = posted(police, f"/missing-episodes/{ref}/description", more)
    first, second = seen["timeline"]
    assert (first["kind"], first["details"]["child"]) == ("reported", {"given_names": "Sorrel"})
    assert (second["kind"], second["details"]["child"]["born_on"]) == ("described", PARTED_CHILD["born_on"])
    assert second["details"]["address"] == [*MAIDSTONE["lines"], MAIDSTONE["postcode"]]
    assert shown(client_for("leeds"), ref)["child"]["family_name"] == "Invented"
    refused = police.post(f"{API}/missing-episodes/{ref}/description", json=more)
    assert (refused.status_code, "placed" in refused.json["detail"]) == (409, True)  # type: ignore[index]


def test_a_report_sent_twice_is_one(client_for: Speak, placement: str) -> None:
    police, body = client_for("kent_police"), BY | {"placement": placement, "missing_from_at": GONE}
    first, again = (posted(police, "/missing-episodes", body, **{"Idempotency-Key": "report-0001"}) for _ in "12")
    assert first == again
    assert len(shown(police, first["episode"])["timeline"]) == 1


def test_the_home_joins_the_polices_report(client_for: Speak, placement: str, episode: str) -> None:
    told = posted(
        client_for("willow_house"), "/missing-episodes", BY | {"placement": placement, "missing_from_at": GONE}
    )
    assert (told["episode"], told["is_new"]) == (episode, False)
    seen = shown(client_for("willow_house"), episode)
    assert [each["details"]["source"] for each in seen["timeline"]] == ["police", "home"]
    assert [each["is_ours"] for each in seen["timeline"]] == [False, True]


def test_a_force_describes_a_child_nobody_told_of(client_for: Speak) -> None:
    body = BY | {"child": PARTED_CHILD, "address": MAIDSTONE, "placing_authority": LEEDS, "missing_from_at": GONE}
    told = posted(client_for("kent_police"), "/missing-episodes", body)
    assert told["is_discovered"]
    assert shown(client_for("leeds"), told["episode"])["is_discovered"]


def test_who_is_missing_now_by_part(client_for: Speak, episode: str) -> None:
    def listed(member: str, **query: str) -> list[str]:
        answer = client_for(member).get(f"{API}/missing-episodes", query_string=query)
        assert answer.status_code == 200, answer.text
        assert answer.json is not None
        return [each["ref"] for each in answer.json["items"]]

    assert listed("leeds", part="placing") == listed("kent", part="host") == [episode]
    assert listed("kent_police", part="reported") == listed("kent_police", part="placed") == [episode]
    assert listed("west_yorkshire_police", part="home") == [episode]
    assert listed("west_yorkshire_police", part="reported") == listed("cornwall") == []
    posted(client_for("kent_police"), f"/missing-episodes/{episode}/return", BY | {"returned_at": BACK})
    assert listed("leeds") == []
    assert listed("leeds", state="returned") == [episode]


def test_a_list_has_pages(client_for: Speak, placement: str) -> None:
    police = client_for("kent_police")
    for number in range(3):
        child = PARTED_CHILD | {"given_names": ("Sorrel", "Bracken", "Teasel")[number], "born_on": f"201{number}-05-02"}
        posted(police, "/missing-episodes", BY | {"child": child, "address": MAIDSTONE, "missing_from_at": GONE})
    refs, cursor = [], None
    while True:
        page = police.get(f"{API}/missing-episodes", query_string={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        assert page.json is not None
        refs += [each["ref"] for each in page.json["items"]]
        if (cursor := page.json["next_cursor"]) is None:
            break
    assert len(refs) == len(set(refs)) == 3


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("return", {"returned_at": "2026-11-18T07:00:00Z"}, "returned_at"),
        ("location", {"located_at": "2026-11-19T07:00:00Z"}, "located_at"),
        ("grades", {"grade": "catastrophic"}, "grade"),
        ("prevention-interview", {"held_at": BACK}, "held_at"),
        ("location", {"located_at": "2026-11-18"}, "located_at"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_changes(
    client_for: Speak, episode: str, path: str, body: dict[str, Any], field: str
) -> None:
    police = client_for("kent_police")
    refused = posted(police, f"/missing-episodes/{episode}/{path}", BY | body, status=422)
    assert field in refused["fields"]
    assert len(shown(police, episode)["timeline"]) == 1


def test_others_do_not_see_it_and_the_home_does_not_grade(client_for: Speak, episode: str) -> None:
    assert client_for("cornwall").get(f"{API}/missing-episodes/{episode}").status_code == 404
    refused = posted(
        client_for("willow_house"), f"/missing-episodes/{episode}/grades", BY | {"grade": "low"}, status=403
    )
    assert refused["code"] == "not_permitted"


def test_a_merge_that_joined_by_itself_is_undone(client_for: Speak, placement: str, episode: str) -> None:
    posted(client_for("willow_house"), "/missing-episodes", BY | {"placement": placement, "missing_from_at": GONE})
    kent = client_for("kent")
    assert len(shown(kent, episode)["merged"]) == 1
    undone = posted(kent, f"/missing-episodes/{episode}/undo", {"what": "merge", "reason": "wrong_child"}, status=200)
    assert undone["merged"] == []
    assert undone["matches"][0]["state"] == "undone"
    other = undone["matches"][0]["other"]
    joined = posted(
        kent, f"/missing-episodes/{episode}/merge", {"other": other, "reason": "records_checked"}, status=200
    )
    assert joined["merged"] == [other]


def test_thresholds_are_read_and_saved_by_version(client_for: Speak) -> None:
    leeds = client_for("leeds")
    read = leeds.get(f"{API}/missing-thresholds")
    assert read.json is not None
    assert not read.json["is_own"]
    body = {"thresholds": [{"kind": "count", "count": 2, "window_days": 60, "duty": "EREP"}]}
    saved = leeds.put(f"{API}/missing-thresholds", json=body, headers={"If-Match": read.headers["ETag"]})
    assert saved.status_code == 200
    assert saved.json is not None
    assert (saved.json["is_own"], saved.json["thresholds"][0]["count"]) == (True, 2)
    again = leeds.put(f"{API}/missing-thresholds", json=body, headers={"If-Match": read.headers["ETag"]})
    assert again.status_code == 412
    nonsense = leeds.put(
        f"{API}/missing-thresholds",
        json={"thresholds": [{"kind": "count", "count": 2, "duty": "EREP"}]},
        headers={"If-Match": saved.headers["ETag"]},
    )
    assert nonsense.status_code == 422


def test_patterns_are_counts_and_references(client_for: Speak, episode: str) -> None:
    answer = client_for("kent").get(f"{API}/missing-patterns", query_string={"days": 30})
    assert answer.json == {"days": 30, "together": [], "places": []}
    assert client_for("willow_house").get(f"{API}/missing-patterns").status_code == 403


def test_the_feed_tells_of_it_by_reference_alone(client_for: Speak, database: Database, episode: str) -> None:
    place_events_once(database)
    events = client_for("leeds").get(f"{API}/events").json
    assert events is not None
    [event] = [each for each in events["items"] if each["type"] == "missing.reported"]
    assert event["subject"] == episode
    assert "Rowan" not in str(event)
