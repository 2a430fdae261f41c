"""Somebody at a form of the pages of whoever holds interviews."""

from collections.abc import Mapping
from typing import Any

from tests.access.signing_in import Tab
from tests.web.reading import hidden_in


def fill(tab: Tab, path: str, answers: Mapping[str, Any], *, page: str | None = None) -> Any:
    """What the form that is sent to *path* answers; *page*: where it stands, with what it has hidden."""
    return tab.send("POST", path, data={**hidden_in(tab.get(page or path), path), **answers})
