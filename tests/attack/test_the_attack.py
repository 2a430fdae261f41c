"""The attack's short form, on a real hub: everything is tried, and nothing gets through. ``make attack`` is the long one."""

import random

import pytest

from attack.browsing import Browser
from attack.campaign import Scale, run
from attack.on_clock import compare
from attack.on_tenants import Stranger
from attack.receivers import NameServer, closing_all, looked_up
from attack.telling import Report

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
