"""The words of the field, and never the others (docs/glossary.md)."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.source import HUB, modules

NEVER = [
    "home LA",
    "receiving LA",
    "absconded",
    "absconder",
    "AWOL",
    "debriefing",
    "police dept",
    "read receipt",
]
NEVER_IN_NAMES = ("subject_child", "minor_", "absconded", "awol", "blacklist", "whitelist", "sanity")
PAGES = sorted([*HUB.rglob("*.html"), *(HUB / "notify" / "messages").rglob("*.txt")])


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(HUB)))
def test_pages_and_messages_use_the_words_of_the_field(path: Path) -> None:
    said = path.read_text()
    assert [word for word in NEVER if re.search(rf"\b{re.escape(word)}\b", said, re.IGNORECASE)] == []


def test_public_names_use_the_words_of_the_field() -> None:
    names = [
        node.name
        for tree in modules().values()
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    assert [name for name in names if name.lower().startswith(NEVER_IN_NAMES)] == []
