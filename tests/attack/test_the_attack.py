"""The attack's short form, on a real hub: everything is tried, and nothing gets through. ``make attack`` is the long one."""

import json
import random
from typing import Any

import marshmallow as ma
import pytest
import requests
from flask import Flask

from attack.asking import Way, ways_with_a_body
from attack.browsing import Browser
from attack.campaign import Scale, run
from attack.on_clock import compare
from attack.on_fields import salted, taken_by
from attack.on_tenants import Stranger
from attack.receivers import NameServer, closing_all, looked_up
from attack.telling import Report
from hub.core.http import flattened

SECTIONS = {
    "Guessed and forged references",
    "Paths that lead elsewhere",
    "Other organisations' records",
    "Fields that nobody asked for",
    "Files that are not what they say",
    "Too much and too slowly",
    "Forged forms",
    "Fixed and stolen sessions",
    "More than one's own role",
    "Codes and passwords",
    "Lines slipped into e-mails",
    "Into the hub's own network",
    "Altered and repeated webhooks",
    "What time gives away",
    "What has expired",
}


@pytest.fixture(scope="module")
def attacked() -> Report:
    report = Report()
    run(report, Scale.quick())
    return report


def test_nothing_gets_through(attacked: Report) -> None:
    through = [f"{each.section}: {each.what}: {each.outcome}" for each in attacked.through]
    assert not through, "\n".join(through)


def test_everything_is_tried(attacked: Report) -> None:
    assert {each.section for each in attacked.attempts} == SECTIONS
    assert len(attacked.attempts) > 150


# --- the attack would notice --------------------------------------------------------------------------------------------


class ThingIn(ma.Schema):
    """What a route may take: it has a version of its own, and a part."""

    kind = ma.fields.String()
    version = ma.fields.Integer()
    part = ma.fields.Nested(ma.Schema.from_dict({"name": ma.fields.String()}))
    parts = ma.fields.List(ma.fields.Nested(ma.Schema.from_dict({"id": ma.fields.Integer()})))


class Route(Browser):
    """Somebody whose every request is answered so."""

    def __init__(self, status: int, schema: ma.Schema | None = None) -> None:
        super().__init__("http://hub.example")
        self.status, self.schema = status, schema

    def ask(self, method: str, path: str, **given: Any) -> requests.Response:
        answer, faults = requests.Response(), self.schema.validate(given["json"]) if self.schema else {}
        answer.status_code = 422 if faults else self.status
        answer._content = json.dumps({"fields": flattened(faults)}).encode()
        return answer


def test_fields_are_added_at_every_depth_but_those_that_a_schema_asks_for() -> None:
    sent = salted({"version": 1, "part": {"name": "A"}, "parts": [{"id": 1}]}, ThingIn())
    assert {"id", "part.id", "part.version", "parts.0.version"} <= sent.added
    assert {"version", "parts.0.id"}.isdisjoint(sent.added)
    assert (sent.body["version"], sent.body["part"]["name"], sent.body["parts"][0]["id"]) == (1, "A", 1)


@pytest.mark.parametrize(
    ("senders", "said"),
    [
        ([Route(201, ThingIn())], ""),
        ([Route(404), Route(403), Route(201, ThingIn())], ""),
        ([Route(201)], "201"),
        ([Route(201, ThingIn(unknown=ma.EXCLUDE))], "201"),
        ([Route(404), Route(403)], "nobody here may ask there"),
    ],
    ids=["refused by name", "the third may ask", "takes anything", "drops what it does not know", "nobody may ask"],
)
def test_a_route_that_takes_what_it_did_not_ask_for_is_told(senders: list[Browser], said: str) -> None:
    assert taken_by(Way("POST", "/api/v1/drafts"), ThingIn(), senders) == said


def test_a_route_without_a_good_body_is_told() -> None:
    assert "no good body" in taken_by(Way("POST", "/api/v1/things"), ThingIn(), [Route(201, ThingIn())])


def test_every_route_of_the_api_that_takes_a_body_is_found_by_itself(app: Flask) -> None:
    found = {str(way) for way, _ in ways_with_a_body(app)}
    assert len(found) > 90
    assert {"POST /api/v1/notices", "PUT /api/v1/people/<ref>/name", "POST /api/v1/uploads"} <= found


def test_what_is_not_refused_is_told() -> None:
    report = Report()
    report.section("A section", "Says what.")
    report.attempt("one that was refused", "404", refused=True)
    report.attempt("one that was not", "200", refused=False)
    report.many("several", "404", ["the third"], tried=3)
    report.many("none at all", "404", [], tried=0)
    assert [each.what for each in report.through] == [
        "one that was not",
        "several, the third",
        "none at all (0 attempts)",
    ]


def test_a_difference_in_time_is_noticed_and_noise_is_not() -> None:
    dice = random.Random(7)
    quick = [0.010 + dice.expovariate(1_000) for _ in range(300)]
    slow = [0.0105 + dice.expovariate(1_000) for _ in range(300)]
    assert compare(quick, slow, dice=dice).tells
    assert not compare(quick, [0.010 + dice.expovariate(1_000) for _ in range(300)], dice=dice).tells
    assert not compare(quick, [each + 1e-6 for each in quick], dice=dice).tells


def test_a_name_server_that_changes_its_mind_is_asked_as_a_resolver_would() -> None:
    answers = {1: ["203.0.113.9", "2001:db8::9"], 2: ["127.0.0.1"]}
    server = NameServer(lambda _name, asked: answers[asked])
    with closing_all(server):
        assert looked_up("rebinding.attack.example", server.port) == ["203.0.113.9", "2001:db8::9"]
        assert looked_up("rebinding.attack.example", server.port) == ["127.0.0.1"]


def test_each_strangers_answers_about_nothing_are_its_own() -> None:
    one, other = (Stranger(name, Browser("http://hub.example"), frozenset()) for name in ("one", "other"))
    assert one.absent is not other.absent
