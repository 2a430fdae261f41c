"""The hub's own source, parsed once, for the tests that guard the house."""

import ast
from functools import cache
from pathlib import Path

from hub.core.settings import REPOSITORY

HUB = REPOSITORY / "hub"


@cache
def paths() -> tuple[Path, ...]:
    """Every module of the hub but the migrations, relative to ``hub/``."""
    return tuple(sorted(path.relative_to(HUB) for path in HUB.rglob("*.py") if "migrations" not in path.parts))


@cache
def modules() -> dict[Path, ast.Module]:
    """All of them, parsed: not before a test asks, for every worker of pytest collects every test."""
    return {path: ast.parse((HUB / path).read_text()) for path in paths()}


def imported(tree: ast.Module) -> list[str]:
    """The full names that a module imports."""
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names
