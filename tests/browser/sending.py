"""Notices that stand before somebody sits down: sent by the systems of the cast."""

from collections.abc import Mapping
from typing import Any

import requests

from tests.browser.conftest import RunningHub


def asked(hub: RunningHub, member: str, path: str, body: Mapping[str, Any]) -> Any:
    """What the API answers that member's system; it does what it is asked."""
    headers = {"Authorization": f"Bearer {hub.cast.tokens[member]}"}
    answer = requests.post(f"{hub.address}/api/v1{path}", json=dict(body), headers=headers, timeout=30)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def sends(hub: RunningHub, member: str, paper: Mapping[str, Any]) -> Any:
    """The receipt of *paper*, which that member's system registers."""
    return asked(hub, member, "/notices", paper)
