"""A page imports the macros that it uses, and no others: what stands in its head is what it is made of."""

import re
from pathlib import Path

import pytest

from tests.house.source import HUB

TEMPLATES = HUB / "web" / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
IMPORTED = re.compile(r"{%-?\s*from\s+\"[^\"]+\"\s+import\s+([^%]+?)(?:\s+with context)?\s*-?%}")
INCLUDED = re.compile(r"{%-?\s*include\s+\"([^\"]+)\"")


def with_its_parts(path: Path) -> str:
    """The text of a template and of whatever it includes, which may use its macros."""
    text = path.read_text()
    return text + "".join(with_its_parts(TEMPLATES / part) for part in INCLUDED.findall(text))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_macro_that_a_page_imports_is_used(path: Path) -> None:
    said = with_its_parts(path)
    imported = ",".join(IMPORTED.findall(path.read_text()))
    names = [each.split(" as ")[-1].strip() for each in imported.split(",") if each]
    assert [name for name in names if len(re.findall(rf"\b{re.escape(name)}\b", said)) < 2] == []
