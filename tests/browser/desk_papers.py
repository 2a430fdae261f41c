"""Notices that come to Kent's desk, for the browser tests of its pages: each about another child who does not exist."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

from hub.core.clock import utc_now
from tests.browser.conftest import RunningHub
from tests.browser.sending import asked
from tests.registry.papers import CHILD, start
from tests.registry.two_senders import council_notice, home_notice

_NUMBERS = count(1)
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
Asks = Callable[..., Any]


def another_child(**said: Any) -> dict[str, Any]:
    """A child like no other of the test run."""
    number = next(_NUMBERS)
    name = f"Test{LETTERS[number % 24]}{LETTERS[number // 24 % 24]}".lower().capitalize()
    born = f"20{10 + number % 6}-0{1 + number % 9}-1{number % 9}"
    return {**CHILD, "given_names": name, "born_on": born, "identifiers": {"local_id": f"T-{number}"}, **said}


def paper(**said: Any) -> dict[str, Any]:
    """A planned placement of Leeds in Kent, a week ahead."""
    return start(**{"starts_at": (utc_now() + timedelta(days=7)).isoformat(), "child": another_child(), **said})


def registered(hub: RunningHub, **said: Any) -> str:
    """A notice of Leeds; its reference."""
    return str(asked(hub, "leeds", "/notices", paper(**said))["notice"])


def doubted(hub: RunningHub) -> str:
    """A home and the council tell of children whose names differ by a letter; the match that waits."""
    child = another_child()
    born = utc_now() - timedelta(days=2)
    told = {"starts_at": born.isoformat()}
    near = {**child, "given_names": child["given_names"][:-1] + ("b" if child["given_names"][-1] != "b" else "c")}
    for each in (child, near):
        del each["identifiers"]
    asked(hub, "willow_house", "/notices", home_notice(child=near, **told))
    receipt = asked(hub, "leeds", "/notices", council_notice(child=child, **told))
    return str(receipt["matches"][0]["ref"])
