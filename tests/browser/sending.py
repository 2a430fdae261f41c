"""Notices that stand before somebody sits down: sent by the systems of the cast."""

from collections.abc import Mapping
from typing import Any

import requests

from tests.browser.conftest import RunningHub


def sends(hub: RunningHub, member: str, paper: Mapping[str, Any]) -> Any:
    """The receipt of *paper*, which that member's system registers."""
    answer = requests.post(
        f"{hub.address}/api/v1/notices",
        json=dict(paper),
        headers={"Authorization": f"Bearer {hub.cast.tokens[member]}"},
        timeout=30,
    )
    assert answer.status_code == 201, answer.json()
    return answer.json()
