"""Where SQL is written, who asks the time, how long things are, what is never written."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.source import HUB, imported, modules, paths

READS = {"select", "text"}
SQL_DRAWERS = re.compile(r"(^|_)(models|queries)\.py$")
KERNEL = {Path("core/idempotency.py"), Path("core/limits.py"), Path("core/db.py"), Path("core/machine.py")}


def test_statements_that_read_stand_only_in_models_and_queries() -> None:
    astray = [
        f"{path}: {name}"
        for path, tree in modules().items()
        if not SQL_DRAWERS.search(path.name) and path not in KERNEL
        for name in imported(tree)
        if name.startswith("sqlalchemy.") and name.split(".")[-1] in READS
    ]
    assert astray == []


def test_only_the_clock_asks_the_time() -> None:
    asked = re.compile(r"\b(datetime\.now|datetime\.utcnow|date\.today|time\.time)\(")
    others = [path for path in paths() if path != Path("core/clock.py")]
    assert [str(p) for p in others if asked.search((HUB / p).read_text())] == []


@pytest.mark.parametrize("path", paths(), ids=str)
def test_a_module_is_short_and_so_are_its_functions(path: Path) -> None:
    assert len((HUB / path).read_text().splitlines()) <= 400
    long = [
        node.name
        for node in ast.walk(modules()[path])
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > 60
    ]
    assert long == []


@pytest.mark.parametrize("path", paths(), ids=str)
def test_a_module_says_which_question_it_answers(path: Path) -> None:
    assert ast.get_docstring(modules()[path])


def test_no_drawer_is_called_after_nothing() -> None:
    vague = re.compile(r"(util|helper|manager|common|constant|misc)")
    assert [str(path) for path in paths() if vague.search(str(path))] == []


def test_every_fault_is_caught_for_a_reason() -> None:
    """``except Exception`` stands only in a job's loop."""
    broad = [
        str(path)
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Name) and node.type.id == "Exception"
    ]
    assert set(broad) <= {"jobs.py", "notify/sweep.py", "notify/deliver.py", "spotpurchase/stepping.py"}


def test_nothing_refers_to_a_page_that_is_not_here() -> None:
    """A number of our own notes says nothing to whoever reads the code: name the source, an ADR, or nothing."""
    elsewhere = re.compile(r"\brulings? \d|\blaw\.md \d")
    kept = [
        *HUB.rglob("*.py"),
        *HUB.rglob("*.html"),
        *(HUB.parent / "docs").rglob("*.md"),
        *(HUB.parent / "config").rglob("*.toml"),
    ]
    assert [str(path) for path in kept if elsewhere.search(path.read_text())] == []
